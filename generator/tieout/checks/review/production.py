"""Was a high-risk change approved by the role that its criteria name, and decided on where they ask, before production."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from tieout.checks.case import Case, Verdict, day_of, keys_of, names_of
from tieout.checks.review.high_risk import owners_of_risk
from tieout.checks.review.support import absentees, away, grade_asked, is_mixed, support, weight
from tieout.checks.review.untold import cannot_tell, joined
from tieout.checks.robots import made_by_robot
from tieout.model.grades import Grade
from tieout.model.history import Approval, Change
from tieout.model.records import Criterion, Decision
from tieout.model.results import Outcome
from tieout.text.words import human_day, human_list

CHECK = "high-risk-approved"
TAKEN = ("decided", "superseded")  # statuses of a decision that was taken
_NAME = re.compile(r"[\w./-]{3,200}")


class Asked(NamedTuple):
    """What the criteria that a change meets ask, and until when."""

    criteria: tuple[Criterion, ...]
    grade: Grade
    deployed: int  # first production deployment; 0 where none is recorded

    @property
    def roles(self) -> tuple[str, ...]:
        """Each of which one holder has to approve; empty: anybody who wrote none of it."""
        return tuple(sorted({one.requires.approver_role for one in self.criteria} - {""}))

    @property
    def deciding(self) -> tuple[str, ...]:
        return tuple(one.id for one in self.criteria if one.requires.decision)

    @property
    def names(self) -> str:
        return human_list(one.id for one in self.criteria)

    @property
    def who(self) -> str:
        return human_list(f"role {role}" for role in self.roles) or "a second person"

    @property
    def expected(self) -> str:
        decided = ", a decision" if self.deciding else ""
        return f"approval by {self.who}, {self.grade.words} or better{decided}, before production"

    def is_in_time(self, at: int) -> bool:
        return not self.deployed or at < self.deployed


def has_criteria(case: Case) -> bool:
    return bool(case.isms.criteria)


def meets_criterion(case: Case, change: Change) -> bool:
    return any(id_ in case.isms.criteria for id_ in change.criteria)


def high_risk_approved(case: Case, change: Change) -> Verdict:
    """An approval after the merge and before the first deployment counts, as does a decision."""
    grade, _, _ = grade_asked(case, CHECK, change)
    criteria = tuple(case.isms.criteria[id_] for id_ in change.criteria if id_ in case.isms.criteria)
    asked = Asked(criteria, grade, case.first_deployed.get(change.key, 0))
    known = tuple(found for found in change.approvals if not found.by.robot and found.at <= case.date.cutoff)
    found = support(change, (approval for approval in known if asked.is_in_time(approval.at)))
    strong = [approval for approval in found.told if weight(approval) >= grade]
    right = _by_role(case, change, asked, strong)
    decided = _decision(case, asked, change)
    if right and decided:
        return _approved(case, change, asked, right, decided)
    if change.automated and not right:
        reason = f"A declared robot made the whole change ({names_of(case.isms, change.authors)}), so no person's work waits for an approval."
        return made_by_robot(case, change, asked.expected, "made by a declared robot", reason)
    maybe = [approval for approval in found.possible if weight(approval) >= grade]
    if not right and _by_role(case, change, asked, maybe, strangers=True) and decided:
        return cannot_tell(case, change, maybe, asked.expected)
    mixed = [approval for approval in found.possible if approval.grade >= grade]
    if not right and decided and _by_role(case, change, asked, mixed) and is_mixed(change, mixed, grade):
        return joined(case, change, mixed, asked.expected)
    lacks = human_list(_lacks(case, change, asked, known, decided))
    best = max(map(weight, found.possible), default=Grade.NONE)
    people = keys_of(change.authors)
    if not asked.deployed:
        reason = f"The change meets {asked.names}; so far {lacks}, and no production deployment of it is recorded, before which that is due."
        return Verdict(Outcome.UNKNOWN, asked.expected, "not approved so far", reason, best, people)
    when = human_day(day_of(asked.deployed))
    reason = f"The change meets {asked.names} and first reached production on {when}; before that, {lacks}."
    return Verdict(Outcome.FAIL, asked.expected, "not approved before production", reason, best, people)


def _by_role(
    case: Case, change: Change, asked: Asked, approvals: Iterable[Approval], *, strangers: bool = False
) -> tuple[Approval, ...]:
    """The best approval for each role, or of anybody where none is named; empty where a role has none."""
    ordered = sorted(approvals, key=weight, reverse=True)
    found = []
    for role in asked.roles or ("",):
        holders = (one for one in ordered if _may(case, change, role, one) or (strangers and not one.by.known))
        found += [next(holders, None)]
    return tuple(one for one in found if one is not None) if None not in found else ()


def _holds(case: Case, role: str, approval: Approval) -> bool:
    person = case.isms.people.get(approval.by.person)
    return person is not None and (not role or role in person.roles)


def _may(case: Case, change: Change, role: str, approval: Approval) -> bool:
    """Whether the approver holds the role, or as a code owner of what was changed stands in for it."""
    return _holds(case, role, approval) or (approval.by.known and approval.by.person in owners_of_risk(change))


def _approved(case: Case, change: Change, asked: Asked, right: tuple[Approval, ...], decided: str) -> Verdict:
    least = min(map(weight, right))
    begin = human_list(
        f"{names_of(case.isms, [one.by])} ({_office(case, role, one)}) approved the change on {human_day(day_of(one.at))}"
        for role, one in zip(asked.roles or ("",), right, strict=True)
    )
    by_decision = f"; {decided} decided on it" if asked.deciding else ""
    if not asked.deployed and all(approval.after_the_fact for approval in right):
        reason = f"{begin}, after it had entered the branch{by_decision}; no production deployment is recorded, so it cannot be told whether that was before one."
        return Verdict(
            Outcome.UNKNOWN, asked.expected, "no deployment recorded", reason, least, keys_of(change.authors)
        )
    until = f"before it first reached production on {human_day(day_of(asked.deployed))}" if asked.deployed else ""
    reason = f"{begin}{by_decision}, {until or 'and no production deployment of it is recorded so far'}."
    return Verdict(
        Outcome.PASS, asked.expected, "approved before production", reason, least, keys_of(one.by for one in right)
    )


def _office(case: Case, role: str, approval: Approval) -> str:
    held = f"role {role}" if role else "a second person"
    return held if _holds(case, role, approval) else "a code owner"


def _lacks(case: Case, change: Change, asked: Asked, known: tuple[Approval, ...], decided: str) -> Iterator[str]:
    """What is missing, each as a part of a sentence; what came too late is named."""
    found = support(change, known)
    in_time = [one for one in found.possible if asked.is_in_time(one.at)]
    strong = [one for one in in_time if weight(one) >= asked.grade]
    for role in asked.roles or ("",):
        who = f"nobody who holds the role {role} and no code owner" if role else "nobody outside its authors"
        right = [one for one in found.possible if _may(case, change, role, one)]
        if not any(one in right for one in strong):
            late = [one.by for one in right if not asked.is_in_time(one.at)]
            weak = [one.by for one in right if one in in_time and one not in strong]
            note = f" ({names_of(case.isms, late)} did so later)" if late else ""
            below = f" ({names_of(case.isms, weak)} did, below {asked.grade.words})" if weak else note
            yield f"{who} {'had' if asked.deployed else 'has'} approved it{below}"
    if gone := absentees(change, known):
        yield f"{away(case, gone)}, which is no approval"
    if not decided:
        yield f"no decision that was taken names it, or is named by it, as {human_list(asked.deciding)} asks"


def _decision(case: Case, asked: Asked, change: Change) -> str:
    """The decision that names the change, or that the change names; a dash where none is asked, empty where none is there."""
    if not asked.deciding:
        return "-"
    told = _names_in(f"{change.subject}\n{change.body}")
    own = {change.key, *change.change_references}
    by = day_of(asked.deployed) if asked.deployed else case.date.as_of
    for id_, decision in sorted(case.isms.decisions.items()):
        named = id_ in told or not own.isdisjoint(_names_of(decision))
        if named and decision.status in TAKEN and decision.date <= by:
            return id_
    return ""


def _names_of(decision: Decision) -> frozenset[str]:
    return _names_in(f"{decision.title}\n{decision.decision}\n{decision.why}\n{decision.body}")


@lru_cache(maxsize=4096)
def _names_in(text: str) -> frozenset[str]:
    """What may be an id or a key in a text: `DEC-2026-001` and `shop/c41d9e7f`, without the punctuation around it."""
    found = {word.strip("./-") for word in _NAME.findall(text)}
    return frozenset(found.union(*(word.split("/") for word in found)))
