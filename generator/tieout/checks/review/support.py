"""Which approvals of a change count: by whom, from when, of what. No verdicts."""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from tieout.checks.case import Case, day_of, names_of, strictest_first, tier_of
from tieout.model.grades import Grade
from tieout.model.history import Approval, Change
from tieout.text.words import human_day, human_list

AT_HAND = 64  # changes of which an answer is kept: all checks judge one before the next


@lru_cache(maxsize=AT_HAND)
def prior_approvals(change: Change) -> tuple[Approval, ...]:
    """Approvals by people, given before the change entered the branch. A robot's approval is none."""
    return tuple([found for found in change.approvals if not found.after_the_fact and not found.by.robot])


def outsiders(change: Change, approvals: Iterable[Approval]) -> tuple[Approval, ...]:
    """Approvals by people who are not in the author set, as far as the register tells, and were not known to be away."""
    return tuple(found for found in _by_others(change, approvals) if found.absence not in {"early", "left"})


def absentees(change: Change, approvals: Iterable[Approval]) -> tuple[Approval, ...]:
    """Approvals by others than the authors that are none, since the register has them come later or leave before."""
    return tuple(found for found in _by_others(change, approvals) if found.absence in {"early", "left"})


def _by_others(change: Change, approvals: Iterable[Approval]) -> tuple[Approval, ...]:
    authors = {author.key for author in change.authors}
    return tuple(
        [
            found
            for found in approvals
            if not found.by.robot and found.by.key not in authors and found.grade > Grade.NONE
        ]
    )


def authors_whole(change: Change) -> bool:
    """Whether nobody's part in it can be hidden: see `Authorship`.

    A merge that carries nothing but itself is one whose other side was not read, as at the edge of a shallow copy.
    """
    seen = change.kind != "merge" or change.commits != (change.id,)
    return seen and bool(change.authors) and change.authorship != "message"


def authors_known(change: Change) -> bool:
    """Whether the author set is whole and all of it in the register."""
    return authors_whole(change) and all(author.known for author in change.authors)


def weight(approval: Approval) -> Grade:
    """The grade at which an approval counts: what was approved of an earlier revision is no more than stated."""
    return min(approval.grade, Grade.STATED) if approval.covers == "earlier" else approval.grade


class Support(NamedTuple):
    """The approvals outside the author set: those that are known to be independent, and those that may be."""

    told: tuple[Approval, ...]
    possible: tuple[Approval, ...]

    @property
    def best(self) -> Approval | None:
        return max(self.told, key=weight, default=None)


def is_dated(approval: Approval) -> bool:
    """Whether it is known on which day it was given; without a day nobody knows what it came before."""
    return approval.at > 0 and approval.absence != "unknown"


def support(change: Change, approvals: Iterable[Approval]) -> Support:
    found = outsiders(change, approvals)
    counted = (approval for approval in found if approval.by.known and is_dated(approval))
    return Support(tuple(counted) if authors_known(change) else (), found)


@lru_cache(maxsize=AT_HAND)
def prior_support(change: Change) -> Support:
    """Of what was approved before the change entered the branch, by people."""
    return support(change, prior_approvals(change))


def grade_asked(case: Case, check: str, change: Change) -> tuple[Grade, int, str]:
    """The lowest grade of an approval that counts for a change, the tier that asks it, and the service of that tier."""
    service = next(iter(strictest_first(case.isms, change.services)), "")
    tier = tier_of(case.isms, service)
    return case.grade(check, tier), tier, service


def is_mixed(change: Change, approvals: Iterable[Approval], needed: Grade) -> bool:
    """Whether all that an approval may lack is that git joined what both sides had changed, which cannot be compared."""
    joined = "cannot-tell" in {change.merge_adds, change.restored}
    return joined and any(approval.grade >= needed for approval in approvals)


def on_day(approval: Approval) -> str:
    """` on 3 September 2026`; nothing where the day is not known."""
    return f" on {human_day(day_of(approval.at))}" if approval.at > 0 else ""


def away(case: Case, approvals: Iterable[Approval]) -> str:
    """`Kit approved it on 3 September 2026, after leaving on 31 August 2026`, for each."""
    return human_list(dict.fromkeys(_away(case, approval) for approval in approvals))


def _away(case: Case, approval: Approval) -> str:
    person = case.isms.people.get(approval.by.person)
    span = person.active if person else None
    begin = f"{names_of(case.isms, [approval.by])} approved it on {human_day(day_of(approval.at))}"
    if approval.absence == "early":
        return f"{begin}, before joining" + (f" on {human_day(span.from_)}" if span else "")
    return f"{begin}, after leaving" + (f" on {human_day(span.to)}" if span and span.to else "")
