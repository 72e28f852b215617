"""Verdicts on who wrote, who approved and who deployed: may one person bring a change to production alone?

Who triggered a pipeline is a line in its record; where it is missing, the deployer's part is the pipeline's, and whether
an author or an approver set it off cannot be told.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from tieout.checks.case import Case, Verdict, keys_of, name_of, names_of, tier_of
from tieout.checks.catalogue import CHECKS
from tieout.checks.deployment.brought import RECORD, changes_of, nothing_brought
from tieout.checks.review import is_dated, outsiders, prior_approvals
from tieout.model.grades import Grade
from tieout.model.history import Approval, Change, Deployment, Identity
from tieout.model.results import Outcome
from tieout.text.words import few_of, human_list, plural

DISTINCT = "author-approver-deployer-distinct"


def author_not_deployer(case: Case, deployment: Deployment) -> Verdict:
    expected = "deployed by someone who wrote none of it"
    parts = _parts(case, deployment)
    found = _own_hand(case, deployment, parts, expected) or nothing_brought(deployment, expected, "its authors")
    if found:
        return found
    if parts.by_robots:
        reason = (
            "Declared robots alone wrote what was deployed, so no person could bring their own change to production."
        )
        return Verdict(Outcome.NOT_APPLICABLE, expected, "written by robots", reason)
    if untold := _untold(case, deployment, parts, expected):
        return untold
    verb = "triggered the pipeline" if deployment.by_pipeline else "deployed"
    brought = "the change" if len(deployment.changes) == 1 else f"the {plural(len(deployment.changes), 'change')}"
    reason = f"{names_of(case.isms, parts.actors)} {verb} and wrote none of {brought}."
    grade = _weakest(deployment)
    return Verdict(Outcome.PASS, expected, "deployed by another person", reason, grade, keys_of(parts.actors))


def author_approver_deployer_distinct(case: Case, deployment: Deployment) -> Verdict:
    """An author, an approver and a deployer who are three people, for every change that the deployment brought.

    An approver who deploys leaves the approver's part to whoever approved the deployment itself. Each further approval
    can only help, so that nothing is gained by hiding one.
    """
    expected = "author, approver and deployer are three people"
    tiers = case.setting(DISTINCT).tiers or CHECKS[DISTINCT].tiers
    tier = tier_of(case.isms, deployment.service)
    if tier not in tiers:
        asked = human_list(map(str, sorted(tiers)), "or")
        reason = f"Three people are asked of tier {asked}, and {deployment.service} is of tier {tier}."
        return Verdict(Outcome.NOT_APPLICABLE, expected, "tier not asked", reason)
    parts = _parts(case, deployment)
    found = _own_hand(case, deployment, parts, expected) or nothing_brought(deployment, expected, "its authors")
    if found:
        return found
    if parts.by_robots:
        reason = "Declared robots alone wrote what was deployed, so no person had two of the three parts."
        return Verdict(Outcome.NOT_APPLICABLE, expected, "written by robots", reason)
    approved = [_Approved(change, _approvers(change)) for change in parts.changes if not change.automated]
    return (
        _approved_by_nobody(case, approved, expected)
        or _approved_by_deployer(case, deployment, parts, approved, expected)
        or _untold(case, deployment, parts, expected)
        or _approver_untold(case, deployment, parts, approved, expected)
        or _three_people(case, deployment, parts, approved, expected)
    )


class _Parts(NamedTuple):
    """Who had a part in a deployment, robots left out."""

    actors: tuple[Identity, ...]  # who deployed or triggered the pipeline
    authors: tuple[Identity, ...]  # of what first reached production
    changes: tuple[Change, ...]  # the same, as far as it was read
    whole: bool  # every change could be read, and who wrote it

    @property
    def by_robots(self) -> bool:
        return self.whole and not self.authors

    @property
    def taken(self) -> frozenset[str]:
        return frozenset(one.key for one in (*self.actors, *self.authors))


class _Approved(NamedTuple):
    change: Change
    by: tuple[Approval, ...]  # before it entered the branch, by none of its authors


def _parts(case: Case, deployment: Deployment) -> _Parts:
    found = changes_of(case, deployment)
    authors = {author.key: author for change in found for author in change.authors if not author.robot}
    whole = len(found) == len(deployment.changes) and all(_is_read(case, change) for change in found)
    return _Parts(_actors(deployment), tuple(authors[key] for key in sorted(authors)), found, whole)


def _is_read(case: Case, change: Change) -> bool:
    """Whether what it carries was read: at the edge of a copy that is cut off, a step stands for what is not there."""
    edge = change.repo in case.facts.histories_incomplete and not change.order
    return (
        bool(change.authors) and not (edge or change.cut) and (change.kind != "merge" or change.commits != (change.id,))
    )


def _actors(deployment: Deployment) -> tuple[Identity, ...]:
    hand = None if deployment.basis == RECORD else deployment.hand  # who typed a record need not have deployed
    found = (deployment.by, hand, deployment.requested_by)
    return tuple({actor.key: actor for actor in found if actor and actor.key and not actor.robot}.values())


def _approvers(change: Change) -> tuple[Approval, ...]:
    return outsiders(change, prior_approvals(change))


def _weakest(deployment: Deployment) -> Grade:
    """Who triggered the pipeline is a line in the record: a statement, unless the pipeline signed it."""
    signed = deployment.by_pipeline and deployment.grade >= Grade.SIGNED
    return deployment.grade if signed or not deployment.requested_by else min(deployment.grade, Grade.STATED)


# --- what both ask -------------------------------------------------------------------------------------------------


def _own_hand(case: Case, deployment: Deployment, parts: _Parts, expected: str) -> Verdict | None:
    """A fail where an author deployed, or triggered the pipeline."""
    authors = {author.key for author in parts.authors}
    overlap = [actor for actor in parts.actors if actor.key in authors]
    if not overlap:
        return None
    who, number = names_of(case.isms, overlap), plural(len(deployment.changes), "change")
    triggered = all(actor == deployment.requested_by for actor in overlap) and deployment.by_pipeline
    verb = "triggered the pipeline" if triggered else "deployed"
    reason = f"{who} {verb}, and wrote part of what then reached production ({number})."
    people = tuple(sorted(actor.key for actor in overlap))
    return Verdict(Outcome.FAIL, expected, "deployed by an author", reason, deployment.grade, people)


def _untold(case: Case, deployment: Deployment, parts: _Parts, expected: str) -> Verdict | None:
    """What leaves open who deployed, or who wrote it."""
    if not parts.actors:
        people = (deployment.by.key,)
        return Verdict(Outcome.UNKNOWN, expected, "no person recorded", _no_person(case, deployment), people=people)
    strangers = [identity for identity in (*parts.actors, *parts.authors) if not identity.known]
    if strangers:
        who = names_of(case.isms, strangers)
        reason = f"{who} is not in the people register, so it cannot be told whether deployer and authors are different people."
        return Verdict(Outcome.UNKNOWN, expected, "an address nobody registered", reason, people=keys_of(strangers))
    if not parts.whole:
        reason = "Some of the deployed changes could not be read, so not all authors are known."
        return Verdict(Outcome.UNKNOWN, expected, "authors not known", reason)
    if hidden := [change.key for change in parts.changes if change.authorship == "message" and not change.automated]:
        reason = f"The message alone tells who wrote {few_of(hidden)}, so an author may be hidden."
        return Verdict(Outcome.UNKNOWN, expected, "an author may be hidden", reason)
    typist = deployment.hand if deployment.basis == RECORD else None
    if typist and typist.key in {author.key for author in parts.authors}:
        who = name_of(case.isms, typist)
        reason = f"{who} wrote part of what was deployed, and typed the record that says who deployed it."
        return Verdict(Outcome.UNKNOWN, expected, "record typed by an author", reason, deployment.grade, (typist.key,))
    return None


def _no_person(case: Case, deployment: Deployment) -> str:
    if not deployment.by.key:
        return "The record does not say who triggered it."
    who = name_of(case.isms, deployment.by)
    if not deployment.by_pipeline:
        return f"{who} deployed, and the record does not say who triggered it."
    return (
        f"{who}, an identity of the pipeline, deployed, and the record names nobody who triggered it; so the deployer's "
        f"part was the pipeline's, and who set it off cannot be told."
    )


# --- three people --------------------------------------------------------------------------------------------------


def _approved_by_nobody(case: Case, approved: Sequence[_Approved], expected: str) -> Verdict | None:
    alone = [one.change for one in approved if not one.by]
    if not alone:
        return None
    authors = {author.key: author for change in alone for author in change.authors}.values()
    keys = few_of([change.key for change in alone])
    reason = f"Nobody but {names_of(case.isms, authors)}, who wrote it, is seen to have approved {keys}."
    if len(alone) > 1:
        reason = f"Nobody but their own authors ({names_of(case.isms, authors)}) is seen to have approved {keys}."
    return Verdict(Outcome.FAIL, expected, "approved by an author or nobody", reason, Grade.NONE, keys_of(authors))


def _approved_by_deployer(
    case: Case, deployment: Deployment, parts: _Parts, approved: Iterable[_Approved], expected: str
) -> Verdict | None:
    """A fail where all who approved a change also deployed it, and nobody else approved the deployment."""
    actors = {actor.key for actor in parts.actors}
    both = [one for one in approved if {approval.by.key for approval in one.by} <= actors]
    if not both or _releasers(deployment, parts):
        return None
    doers = {approval.by.key: approval.by for one in both for approval in one.by}.values()
    verb = "triggered the pipeline" if deployment.by_pipeline else "deployed"
    keys = few_of([one.change.key for one in both])
    reason = (
        f"{names_of(case.isms, doers)} approved {keys} and {verb}; nobody else approved the change or its deployment."
    )
    return Verdict(Outcome.FAIL, expected, "approver and deployer in one", reason, deployment.grade, keys_of(doers))


def _releasers(deployment: Deployment, parts: _Parts) -> tuple[Approval, ...]:
    """Approvals of the deployment itself, by people who had no other part in it."""
    taken = parts.taken
    return tuple(
        one
        for one in deployment.approvals
        if not one.by.robot
        and not one.after_the_fact
        and one.by.key not in taken
        and one.grade > Grade.NONE
        and one.absence not in {"early", "left"}
    )


def _approver_untold(
    case: Case, deployment: Deployment, parts: _Parts, approved: Iterable[_Approved], expected: str
) -> Verdict | None:
    """Unknown where of the approvers apart from the deployer nobody is known to be another person who was there."""
    actors = {actor.key for actor in parts.actors}
    releasers = _releasers(deployment, parts)
    released = any(map(_is_told, releasers))
    for change, by in approved:
        if any(_is_told(one) and (released or one.by.key not in actors) for one in by):
            continue
        doubted = [one.by for one in (*by, *releasers) if not _is_told(one)]
        strangers = [identity for identity in doubted if not identity.known]
        end = "so it cannot be told whether author, approver and deployer are three people."
        if strangers:
            who = names_of(case.isms, strangers)
            reason = f"{who}, who approved {change.key} or its deployment, is not in the people register, {end}"
            return Verdict(Outcome.UNKNOWN, expected, "an address nobody registered", reason, people=keys_of(strangers))
        who = names_of(case.isms, doubted)
        reason = f"{who} approved {change.key} or its deployment on a day that is not known, {end}"
        return Verdict(Outcome.UNKNOWN, expected, "day of the approval not known", reason, people=keys_of(doubted))
    return None


def _is_told(approval: Approval) -> bool:
    """Whether it is known who approved, and that they were there on that day."""
    return approval.by.known and is_dated(approval)


def _three_people(
    case: Case, deployment: Deployment, parts: _Parts, approved: Sequence[_Approved], expected: str
) -> Verdict:
    releasers = _releasers(deployment, parts)
    approvers = [approval for one in approved for approval in one.by]
    verb = "triggered the pipeline" if deployment.by_pipeline else "deployed"
    wrote, agreed = (_few(case, parts.authors), _few(case, [one.by for one in approvers]))
    reason = f"{wrote} wrote what was deployed, {agreed} approved it, and {names_of(case.isms, parts.actors)} {verb}"
    doubled = {actor.key for actor in parts.actors} & {one.by.key for one in approvers}
    released = f"; {names_of(case.isms, [one.by for one in releasers])} approved the deployment" if doubled else ""
    grade = min((_weakest(deployment), *(one.grade for one in approvers)))
    people = keys_of((*parts.actors, *(one.by for one in approvers)))
    return Verdict(Outcome.PASS, expected, "three people", f"{reason}{released if releasers else ''}.", grade, people)


def _few(case: Case, identities: Iterable[Identity]) -> str:
    """Up to three names, and how many more."""
    names = list(dict.fromkeys(name_of(case.isms, identity) for identity in identities))
    return few_of(names) if len(names) > 3 else human_list(names)
