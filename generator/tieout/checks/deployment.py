"""Verdicts on production deployments: who, by which way, from which branch, after which environment."""

from tieout.checks.case import Case, Verdict, day_of, keys_of, name_of, names_of
from tieout.model.grades import Grade
from tieout.model.history import Deployment, Identity
from tieout.model.records import Service
from tieout.model.results import Outcome
from tieout.text.words import human_day, human_list, plural, visible

RECORD = "deployment record"


def author_not_deployer(case: Case, deployment: Deployment) -> Verdict:
    expected = "deployed by someone who wrote none of it"
    actors = _people_who_deployed(deployment)
    authors, whole = _authors(case, deployment)
    overlap = {author.key for author in authors} & {actor.key for actor in actors}
    if overlap:
        who = names_of(case.isms, [actor for actor in actors if actor.key in overlap])
        reason = f"{who} deployed, and wrote part of what reached production with it ({plural(len(deployment.changes), 'change')})."
        return Verdict(
            Outcome.FAIL, expected, "deployed by an author", reason, deployment.grade, tuple(sorted(overlap))
        )
    if not deployment.reached:
        reason = f"{_fate(deployment)}, so no change is known to have reached production with it."
        return Verdict(Outcome.NOT_APPLICABLE, expected, "nothing deployed", reason)
    if not deployment.commit:
        reason = "The deployed commit cannot be told from the record, so neither can the authors of what was deployed."
        return Verdict(Outcome.UNKNOWN, expected, "deployed commit not known", reason)
    if deployment.absent:
        reason = f"The deployed commit {visible(deployment.commit[:8])} is in no history that was read, so its authors cannot be told."
        return Verdict(Outcome.UNKNOWN, expected, "deployed commit in no history", reason)
    if not deployment.changes:
        reason = "No change reached production for the first time with this deployment."
        return Verdict(Outcome.NOT_APPLICABLE, expected, "nothing new deployed", reason)
    if whole and not authors:
        reason = (
            "Declared robots alone wrote what was deployed, so no person could bring their own change to production."
        )
        return Verdict(Outcome.NOT_APPLICABLE, expected, "written by robots", reason)
    if not actors:
        who = f"{name_of(case.isms, deployment.by)} deployed, and the" if deployment.by.key else "The"
        reason = f"{who} record does not say who triggered it."
        return Verdict(Outcome.UNKNOWN, expected, "no person recorded", reason, people=(deployment.by.key,))
    strangers = [identity for identity in (*actors, *authors) if not identity.known]
    if strangers:
        reason = f"{names_of(case.isms, strangers)} is not in the people register, so it cannot be told whether deployer and authors are different people."
        return Verdict(Outcome.UNKNOWN, expected, "an address nobody registered", reason, people=keys_of(strangers))
    if not whole:
        reason = "Some of the deployed changes could not be read, so not all authors are known."
        return Verdict(Outcome.UNKNOWN, expected, "authors not known", reason)
    typist = deployment.hand if deployment.basis == RECORD else None
    if typist and typist.key in {author.key for author in authors}:
        reason = f"{name_of(case.isms, typist)} wrote part of what was deployed, and typed the record that says who deployed it."
        return Verdict(Outcome.UNKNOWN, expected, "record typed by an author", reason, deployment.grade, (typist.key,))
    verb = "triggered the pipeline" if deployment.by_pipeline else "deployed"
    reason = f"{names_of(case.isms, actors)} {verb} and wrote none of the {plural(len(deployment.changes), 'change')}."
    return Verdict(Outcome.PASS, expected, "deployed by another person", reason, _weakest(deployment), keys_of(actors))


def _weakest(deployment: Deployment) -> Grade:
    """Who triggered the pipeline is a line in the record: a statement, unless the pipeline signed it."""
    signed = deployment.by_pipeline and deployment.grade >= Grade.SIGNED
    return deployment.grade if signed or not deployment.requested_by else min(deployment.grade, Grade.STATED)


def _people_who_deployed(deployment: Deployment) -> tuple[Identity, ...]:
    hand = None if deployment.basis == RECORD else deployment.hand  # who typed a record need not have deployed
    found = (deployment.by, hand, deployment.requested_by)
    return tuple({actor.key: actor for actor in found if actor and actor.key and not actor.robot}.values())


def _authors(case: Case, deployment: Deployment) -> tuple[tuple[Identity, ...], bool]:
    """The authors of what first reached production, robots left out; and whether every change could be read."""
    found = [case.facts.changes[key] for key in deployment.changes if key in case.facts.changes]
    authors = {author.key: author for change in found for author in change.authors if not author.robot}
    whole = len(found) == len(deployment.changes) and all(change.authors for change in found)
    return tuple(authors[key] for key in sorted(authors)), whole


def deployed_by_pipeline(case: Case, deployment: Deployment) -> Verdict:
    expected = "an identity of the pipeline"
    host = f" from {visible(deployment.host)}" if deployment.host else ""
    who = name_of(case.isms, deployment.by)
    people = (deployment.by.key,)
    if deployment.basis == RECORD and (verdict := _as_recorded(case, deployment, expected)):
        return verdict
    if deployment.by_pipeline and deployment.hand:
        return _under_its_name(case, deployment, deployment.hand, expected)
    if deployment.by_pipeline and deployment.unsigned:
        reason = (
            f"The record carries the address of {who}, which has a registered key, and not its signature; anyone can "
            f"type an address, so who deployed cannot be told."
        )
        return Verdict(Outcome.UNKNOWN, expected, f"{who}, unsigned", reason, deployment.grade, people)
    if deployment.by_pipeline:
        reason = f"{who}, an identity of the pipeline of {deployment.service}, deployed it{host}."
        return Verdict(Outcome.PASS, expected, who + host, reason, deployment.grade, people)
    known = "" if deployment.by.known else ", who is not in the people register,"
    reason = f"{who}{known} deployed {deployment.service} {visible(deployment.version)}{host}, outside the approved pipeline."
    return Verdict(Outcome.FAIL, expected, who + host, reason, deployment.grade, people)


def _as_recorded(case: Case, deployment: Deployment, expected: str) -> Verdict | None:
    """What is told of a deployment record alone; nothing where it is judged as any other."""
    who = name_of(case.isms, deployment.by)
    if not deployment.by.key:
        reason = "The record does not say who deployed, or its lines contradict each other in it."
        return Verdict(Outcome.UNKNOWN, expected, "nobody named", reason, deployment.grade)
    if deployment.by_pipeline and deployment.grade < Grade.RECORDED:
        typist = deployment.hand
        by = f"{name_of(case.isms, typist)} committed that line" if typist else "not declared robots alone committed it"
        reason = f"A record names {who}, and {by}; anyone can type a record, so who deployed cannot be told."
        people = keys_of((deployment.by, *((typist,) if typist else ())))
        return Verdict(Outcome.UNKNOWN, expected, "a record that was typed", reason, deployment.grade, people)
    if deployment.by_pipeline and not deployment.by.robot and deployment.run:
        run = visible(deployment.run)
        reason = f"The pipeline of {deployment.service} deployed it in its run {run}, which {who} triggered."
        people = (deployment.by.key,)
        return Verdict(Outcome.PASS, expected, f"run {run}, triggered by {who}", reason, deployment.grade, people)
    return None


def _fate(deployment: Deployment) -> str:
    return "The deployment failed" if deployment.result == "failed" else "The deployment was not at its end"


def _under_its_name(case: Case, deployment: Deployment, hand: Identity, expected: str) -> Verdict:
    """The pipeline is named as the author, and somebody else signed or committed the record."""
    who, other = name_of(case.isms, deployment.by), name_of(case.isms, hand)
    people = keys_of((deployment.by, hand))
    if not hand.known:
        reason = (
            f"The record names {who} as its author, and {other}, who is not in the people register, committed it, so "
            f"who deployed cannot be told; if that address is the forge's own, register it as a service account."
        )
        return Verdict(Outcome.UNKNOWN, expected, f"committed by {other}", reason, deployment.grade, people)
    reason = (
        f"The record names {who} as its author, and {other} signed or committed it; so {other} deployed "
        f"{deployment.service} {visible(deployment.version)}, outside the approved pipeline."
    )
    return Verdict(Outcome.FAIL, expected, f"{other} under the name of {who}", reason, deployment.grade, people)


def deployed_from_protected_branch(case: Case, deployment: Deployment) -> Verdict:
    expected = "a commit of the protected branch"
    pin = case.facts.pins.get(deployment.repo)
    branch = pin.branch if pin else "the protected branch"
    if deployment.absent:
        commit = visible(deployment.commit[:8])
        reason = f"The deployed commit {commit} is in no history that was read, so it is not on {branch} of {deployment.repo}."
        return Verdict(Outcome.FAIL, expected, f"{commit} in no history", reason, deployment.grade)
    if deployment.on_branch is None:
        reason = (
            f"The deployed commit of {deployment.service} {visible(deployment.version)} cannot be told or was not read."
        )
        return Verdict(Outcome.UNKNOWN, expected, "commit not known", reason)
    commit = deployment.commit[:8]
    if deployment.on_branch:
        reason = f"The deployed commit {commit} is on {branch} of {deployment.repo}."
        return Verdict(Outcome.PASS, expected, f"{commit} on {branch}", reason, deployment.grade)
    if deployment.arrived:
        came = human_day(day_of(deployment.arrived))
        reason = (
            f"The deployed commit {commit} came to {branch} of {deployment.repo} only after it was deployed, on {came}."
        )
        return Verdict(Outcome.FAIL, expected, f"{commit} not yet on {branch}", reason, deployment.grade)
    reason = f"The deployed commit {commit} is not on {branch} of {deployment.repo}."
    return Verdict(Outcome.FAIL, expected, f"{commit} not on {branch}", reason, deployment.grade)


def promotion_order(case: Case, deployment: Deployment) -> Verdict:
    required = _environments_before(case, case.isms.services[deployment.service])
    expected = f"first in {human_list(required, 'or')}" if required else "first in an earlier environment"
    if deployment.basis not in {"environments repository", RECORD}:
        what = "tag" if deployment.basis == "annotated tag" else deployment.basis
        reason = f"The deployment is read from a {what}, which says nothing about earlier environments."
        return Verdict(Outcome.UNKNOWN, expected, "no environments repository", reason)
    if not deployment.reached:
        reason = f"{_fate(deployment)}, so no version is known to have come to production with it."
        return Verdict(Outcome.NOT_APPLICABLE, expected, "nothing deployed", reason)
    if not required:
        reason = f"No environment before production is declared for {deployment.service}, so no order can be asked."
        return Verdict(Outcome.UNKNOWN, expected, "none declared", reason)
    if deployment.basis == RECORD and not set(required) & set(case.facts.told_environments.get(deployment.service, ())):
        reason = f"The deployment records of {deployment.service} tell nothing of {human_list(required, 'or')}."
        return Verdict(Outcome.UNKNOWN, expected, "earlier environments not told", reason)
    version = f"{deployment.service} {visible(deployment.version)}"
    before = [name for name, at in deployment.earlier if name in required and at < deployment.at]
    if before:
        reason = f"{version} was in {before[0]} before production."
        return Verdict(Outcome.PASS, expected, f"first in {before[0]}", reason, Grade.STATED)
    reason = f"{version} went to production, and was not in {human_list(required, 'or')} before."
    return Verdict(Outcome.FAIL, expected, f"not in {human_list(required, 'or')}", reason, deployment.grade)


def _environments_before(case: Case, service: Service) -> tuple[str, ...]:
    """The last environment before production as the service lists them; else all of the kind nearest to production."""
    known = case.isms.environments
    own = [id_ for id_ in service.environments if id_ in known]
    first = next((place for place, id_ in enumerate(own) if known[id_].kind == "production"), len(own))
    if own:
        return tuple(own[max(first - 1, 0) : first])
    for kind in ("staging", "test", "development"):
        if found := tuple(id_ for id_, environment in known.items() if environment.kind == kind):
            return found
    return ()
