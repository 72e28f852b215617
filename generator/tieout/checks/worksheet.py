"""The worksheet of a sample: the attributes that an auditor tests for a change, or from a deployment back to its changes.

Each is answered from what the checks found, by the numbers of the checks, so that a new check with the number is heard
too; what no check and no fact can answer is *unknown*, which a worksheet prints as "cannot tell from Git".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tieout.checks.case import day_of
from tieout.model.history import Change, Deployment, Facts
from tieout.model.results import CheckResult, Item, Outcome
from tieout.text.words import human_day, human_list, visible


class Attribute(NamedTuple):
    """One column: its letter, a word or two, when it passes, and the numbers of the checks that answer it."""

    letter: str
    title: str
    passes_when: str
    numbers: tuple[str, ...]


ATTRIBUTES: tuple[Attribute, ...] = (
    Attribute("a", "Authorised", "a change reference exists and predates the merge", ("G24",)),
    Attribute("b", "Described", "subject and body say what and why", ()),
    Attribute("c", "Tested", "required steps ran on the merged content and passed, before deployment", ("G14", "G16")),
    Attribute("d", "Reviewed", "by someone other than any author, allowed to review it", ("G1", "G1a", "G2", "G3")),
    Attribute("e", "Covered", "nothing was added after the approval", ("G4",)),
    Attribute("f", "Approved first", "the approval is older than the deployment", ("G10",)),
    Attribute("g", "Duties apart", "author, approver and deployer differ as the tier asks", ("G5", "G6")),
    Attribute(
        "h",
        "By the pipeline",
        "the deployed commit is on the protected branch, and the pipeline deployed it",
        ("G11", "G12", "G13"),
    ),
    Attribute("i", "Tried before", "the same version passed an environment before production", ("G18",)),
    Attribute("j", "Reversible", "a way back is stated, and tested for high risk", ()),
    Attribute("k", "Emergency rule", "an emergency change was reviewed in time afterwards", ("G30",)),
)
# Of several answers the worst counts.
WORST = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.EXCEPTED, Outcome.PASS, Outcome.NOT_APPLICABLE)


class Answer(NamedTuple):
    """One cell. `check` leads to the row that says it; empty where a fact of the change does."""

    outcome: Outcome
    reason: str  # whole sentences
    check: str = ""
    service: str = ""
    key: str = ""  # of the change or deployment that decides


@dataclass(frozen=True, slots=True)
class Found:
    """What the checks found, to be asked by number and key; and what first brought each change to production."""

    facts: Facts
    items: Mapping[tuple[str, str], tuple[Item, ...]]  # by number and key
    spans: tuple[Item, ...] = ()  # of configurations
    numbers: frozenset[str] = frozenset()  # of the checks there are
    first: Mapping[str, tuple[Deployment, ...]] = field(default_factory=dict)  # by change


def gather(results: Mapping[str, CheckResult], facts: Facts, cutoff: int, keys: Iterable[str]) -> Found:
    """Everything that answers for some changes and deployments, by their keys; all items are gone through once."""
    first: dict[str, dict[str, Deployment]] = {}
    for deployment in facts.deployments.values():  # oldest first
        for key in deployment.changes if deployment.at <= cutoff else ():
            first.setdefault(key, {}).setdefault(deployment.service, deployment)
    wanted = set(keys)
    for asked in tuple(wanted):
        wanted.update(one.key for one in first.get(asked, {}).values())
        wanted.update(facts.deployments[asked].changes if asked in facts.deployments else ())
    items: dict[tuple[str, str], list[Item]] = {}
    spans: list[Item] = []
    for result in results.values():
        number = result.check.number
        for item in result.items:
            if item.until:
                spans += [item] if number == "G14" else []
            elif item.key in wanted:
                items.setdefault((number, item.key), []).append(item)
    return Found(
        facts,
        {place: tuple(held) for place, held in items.items()},
        tuple(spans),
        frozenset(result.check.number for result in results.values()),
        {key: tuple(first[key].values()) for key in wanted if key in first},
    )


def of_change(found: Found, change: Change) -> tuple[Answer, ...]:
    """One answer an attribute, in their order."""
    deployments = found.first.get(change.key, ())
    return tuple(_answer(found, one, change, deployments) for one in ATTRIBUTES)


def of_deployment(found: Found, deployment: Deployment) -> tuple[Answer, ...]:
    """The reverse test: from production back. The worst answer over all changes that the deployment brought."""
    changes = [found.facts.changes[key] for key in deployment.changes if key in found.facts.changes]
    unseen = len(deployment.changes) - len(changes)
    answers = []
    for attribute in ATTRIBUTES:
        each = [_answer(found, attribute, change, (deployment,)) for change in changes]
        if attribute.letter in "ghi":
            each = list(_of_items(found, attribute, (deployment.key,)))
        if unseen:
            each.append(Answer(Outcome.UNKNOWN, f"{unseen} of the changes it brought are in no history that was read."))
        answers.append(worst(each) or _nothing_brought(attribute, deployment))
    return tuple(answers)


def of_unrecorded(item: Item) -> tuple[Answer, ...]:
    """Of a deployment that a second source alone tells: there is no record of it to test anything by."""
    reason = "No record of the deployment was found, so nothing can be tested by it."
    return tuple(Answer(Outcome.UNKNOWN, reason, key=item.key) for _ in ATTRIBUTES)


def _nothing_brought(attribute: Attribute, deployment: Deployment) -> Answer:
    if attribute.letter in "ghi":
        return Answer(Outcome.UNKNOWN, "No check judged this deployment.", key=deployment.key)
    if not deployment.commit:
        return Answer(Outcome.UNKNOWN, "Its record does not say which commit was deployed.", key=deployment.key)
    return Answer(Outcome.NOT_APPLICABLE, "It first brought no change to production.", key=deployment.key)


def worst(answers: Iterable[Answer]) -> Answer | None:
    """The worst answer of several; nothing where there is none."""
    return min(answers, key=lambda answer: WORST.index(answer.outcome), default=None)


def _answer(found: Found, attribute: Attribute, change: Change, deployments: Sequence[Deployment]) -> Answer:
    if attribute.letter == "b":
        return _described(change)
    if attribute.letter == "j":
        return Answer(
            Outcome.UNKNOWN, "No record of a way back is read; ask for the request or the runbook.", key=change.key
        )
    if attribute.letter in "ghi":
        return _of_deployments(found, attribute, change, deployments)
    answers = list(_of_items(found, attribute, (change.key,)))
    if attribute.letter == "c":
        answers += _configured(found, change)
    if attribute.letter == "f":
        answers.append(_approved_first(change, deployments))
    told = worst(answers)
    if told is not None:
        return told
    if attribute.letter == "k":
        return Answer(Outcome.NOT_APPLICABLE, "Nothing marks it as an emergency.", key=change.key)
    return _unanswered(found, attribute, change.key)


def _of_items(found: Found, attribute: Attribute, keys: Iterable[str]) -> Iterable[Answer]:
    for key in keys:
        for number in attribute.numbers:
            for item in found.items.get((number, key), ()):
                yield Answer(item.outcome, item.reason, item.check, item.service, key)


def _unanswered(found: Found, attribute: Attribute, key: str) -> Answer:
    """No check that could tell judged it: there is none, or it belongs to no service that is judged."""
    if found.numbers.isdisjoint(attribute.numbers):
        return Answer(Outcome.UNKNOWN, "No check answers this.", key=key)
    return Answer(Outcome.UNKNOWN, "No check that could tell judged it.", key=key)


def _of_deployments(found: Found, attribute: Attribute, change: Change, deployments: Sequence[Deployment]) -> Answer:
    if not deployments:
        return Answer(
            Outcome.NOT_APPLICABLE, "No deployment up to the audit date brought it to production.", key=change.key
        )
    told = worst(_of_items(found, attribute, (deployment.key for deployment in deployments)))
    return told or Answer(
        Outcome.UNKNOWN, "Its deployment is outside the period, so no check judged it.", key=deployments[0].key
    )


def _configured(found: Found, change: Change) -> Iterable[Answer]:
    """Whether the required steps stood in the configuration when the change came."""
    for item in found.spans:
        of_it = item.service in change.services and item.key.partition("/")[0] == change.repo
        if of_it and item.at <= change.time <= item.until:
            yield Answer(item.outcome, item.reason, item.check, item.service, item.key)


def _described(change: Change) -> Answer:
    """Whether there is a text; what it is worth is for a reader to say."""
    if not change.subject.strip():
        return Answer(Outcome.FAIL, "It has no subject.", key=change.key)
    if not change.body.strip():
        return Answer(
            Outcome.UNKNOWN, "It has a subject and no text, so why it was made is not told here.", key=change.key
        )
    return Answer(
        Outcome.PASS, "It has a subject and a text; whether they say what and why is for you to read.", key=change.key
    )


def _approved_first(change: Change, deployments: Sequence[Deployment]) -> Answer:
    """Whether anybody who did not write it approved it before it was deployed."""
    if change.automated:
        return Answer(Outcome.NOT_APPLICABLE, "A declared robot made it.", key=change.key)
    if not deployments:
        return Answer(
            Outcome.NOT_APPLICABLE, "No deployment up to the audit date brought it to production.", key=change.key
        )
    at = min(deployment.at for deployment in deployments)
    authors = {author.key for author in change.authors}
    others = [one for one in change.approvals if one.by.key not in authors and not one.by.robot]
    when = human_day(day_of(at))
    if before := [one for one in others if one.at and one.at <= at]:
        names = human_list(dict.fromkeys(visible(one.by.name or one.by.key) for one in before))
        return Answer(Outcome.PASS, f"{names} approved it before its deployment on {when}.", key=change.key)
    if any(not one.at for one in others):
        return Answer(
            Outcome.UNKNOWN, f"An approval without a time is on record; it was deployed on {when}.", key=change.key
        )
    return Answer(
        Outcome.FAIL, f"No approval by a second person is on record before its deployment on {when}.", key=change.key
    )
