"""The verdict on release tags: annotated, and signed by the pipeline or by somebody who may release.

Which tags are releases is what the pipeline's source of tags says, or the operator's setting; without either nobody said
so, and there is nothing to judge.
"""

from collections.abc import Mapping
from types import MappingProxyType

from tieout.checks.case import Case, Place, Verdict, day_of, item_of, name_of, strictest_first
from tieout.checks.catalogue import CHECKS
from tieout.checks.unread import unread
from tieout.model.grades import Grade
from tieout.model.history import ReleaseTag, SignatureState
from tieout.model.results import Item, Outcome
from tieout.text.words import human_day, human_list, visible

SIGNED = "releases-signed"
EXPECTED = "an annotated tag, signed by the pipeline or a release role"
_WHY: Mapping[SignatureState, tuple[Outcome, str, str]] = MappingProxyType(
    {
        "none": (Outcome.FAIL, "not signed", "carries no signature"),
        "bad": (Outcome.FAIL, "bad signature", "carries a signature that does not fit its content"),
        "out-of-date": (Outcome.FAIL, "key not valid then", "is signed by a key that was not valid on that day"),
        "unknown-key": (Outcome.UNKNOWN, "key not registered", "is signed by a key that nobody registered"),
        "unverifiable": (Outcome.UNKNOWN, "cannot be verified", "carries a signature that cannot be verified here"),
        "unreadable": (Outcome.UNKNOWN, "cannot be read", "carries a signature that cannot be read here"),
    }
)


def releases_signed(case: Case) -> tuple[Item, ...]:
    """One item a release tag of the period, oldest first, and one for each repository of releases that was not read.

    A tag of a shared repository belongs to all its services.
    """
    found: dict[tuple[str, str], tuple[ReleaseTag, list[str]]] = {}
    for service, tags in case.facts.releases.items():
        for tag in tags:
            if case.date.start <= tag.at <= case.date.end and service in case.isms.services:
                found.setdefault((tag.repo, tag.name), (tag, []))[1].append(service)
    ordered = sorted(found.values(), key=lambda pair: (pair[0].at, pair[0].repo, pair[0].name))
    items = tuple(_item(case, tag, services) for tag, services in ordered)
    return (*items, *(hole for hole in unread(case, CHECKS[SIGNED]) if _is_asked(case, hole.service)))


def _is_asked(case: Case, service: str) -> bool:
    """Whether anybody said which tags of a service are its releases."""
    pipeline = case.isms.pipelines.get(case.isms.services[service].pipeline)
    sources = (pipeline.deployments, pipeline.deployments.cross_check) if pipeline else ()
    return bool(case.setting(SIGNED).releases) or any(one is not None and one.kind == "tags" for one in sources)


def _item(case: Case, tag: ReleaseTag, services: list[str]) -> Item:
    service, *others = strictest_first(case.isms, services)
    verdict = _judge(case, tag, services)
    place = Place("repository", f"{tag.repo}, tag {tag.name}", service, tag.at, tuple(others))
    return item_of(SIGNED, place, verdict)


def _judge(case: Case, tag: ReleaseTag, services: list[str]) -> Verdict:
    name, when = f"The release tag {visible(tag.name)} of {tag.repo}", human_day(day_of(tag.at))
    if not tag.annotated or tag.by is None:
        reason = f"{name} is a lightweight one, on a commit of {when}: nobody signed it, and it carries neither date nor name."
        return Verdict(Outcome.FAIL, EXPECTED, "lightweight tag", reason)
    people = (tag.by.key,)
    who = name_of(case.isms, tag.by)
    if tag.written and tag.written != tag.name:
        reason = (
            f"{name} holds a tag that {who} made as {visible(tag.written)} on {when}; what was signed has another name."
        )
        return Verdict(Outcome.FAIL, EXPECTED, "under another name", reason, people=people)
    state = tag.signature.state
    if state in _WHY:
        outcome, found, why = _WHY[state]
        return Verdict(outcome, EXPECTED, found, f"{name}, made by {who} on {when}, {why}.", people=people)
    return _by_whom(case, tag, services, (name, when))


def _by_whom(case: Case, tag: ReleaseTag, services: list[str], words: tuple[str, str]) -> Verdict:
    """The verdict on a good signature: whether its signer may release."""
    name, when = words
    signer = tag.signature.signer
    person = case.isms.people.get(signer)
    if person is None:
        reason = f"{name} carries a good signature of {when}, and its key belongs to nobody in the register."
        return Verdict(Outcome.UNKNOWN, EXPECTED, "signer not known", reason)
    roles = case.setting(SIGNED).roles
    if _is_pipeline(case, signer, services):
        reason = f"{person.title}, an identity of the pipeline, signed {name[0].lower()}{name[1:]} on {when}."
        return Verdict(Outcome.PASS, EXPECTED, "signed by the pipeline", reason, Grade.SIGNED, (signer,))
    if held := sorted(set(person.roles) & set(roles)):
        reason = f"{person.title}, who holds the role {human_list(held)}, signed {name[0].lower()}{name[1:]} on {when}."
        return Verdict(Outcome.PASS, EXPECTED, f"signed by a {held[0]}", reason, Grade.SIGNED, (signer,))
    signed = f"{person.title} signed {name[0].lower()}{name[1:]} on {when}"
    if not roles:
        reason = f"{signed}, and no setting says which roles may release, so whether that was allowed cannot be told."
        return Verdict(Outcome.UNKNOWN, EXPECTED, "no release role set", reason, Grade.SIGNED, (signer,))
    reason = f"{signed}, and is neither the pipeline nor holds the role {human_list(roles, 'or')}."
    return Verdict(Outcome.FAIL, EXPECTED, "signed by somebody else", reason, Grade.SIGNED, (signer,))


def _is_pipeline(case: Case, person: str, services: list[str]) -> bool:
    known = case.isms.people[person]
    own = {person.casefold(), *(str(address).casefold() for address in known.emails)}
    pipelines = (case.isms.pipelines.get(case.isms.services[id_].pipeline) for id_ in services)
    return any(one is not None and not own.isdisjoint(map(str.casefold, one.identities)) for one in pipelines)
