"""Who approved a change, with the grade, and what that makes of it: the same for a change of code and of a record."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Literal, NamedTuple

from tieout.checks.review import absentees, authors_known, outsiders, weight
from tieout.model.grades import Grade
from tieout.model.history import Approval, Change
from tieout.model.registers import Isms
from tieout.text.words import digits, human_list
from tieout.views import words
from tieout.views.page import Line, Text

# Approved: before it took effect, as it entered the branch, by a known person who wrote none of it, and known better
# than by a line that anyone could type.
Standing = Literal["approved", "late", "earlier", "stated", "unknown", "away", "self", "none"]
SHORT: Mapping[Standing, str] = MappingProxyType(
    {
        "approved": "approved",
        "late": "approved only after the fact",
        "earlier": "approved only in an earlier wording",
        "stated": "with an approval that is only stated",
        "unknown": "with an approval whose independence is unknown",
        "away": "approved only by somebody who was not here on that day",
        "self": "only self-approved",
        "none": "without a record of approval",
    }
)
MEANINGS: Mapping[Standing, str] = MappingProxyType(
    {
        "approved": "a known person who wrote none of it approved just this content before it entered the branch",
        "late": "a known person who wrote none of it approved it when it was in force already",
        "earlier": "what was approved is not what entered the branch: it was changed afterwards",
        "stated": "a line in a message, or a record that nobody exported: who may write may type it",
        "unknown": "an author or the approver is not in the register, so they may be the same person",
        "away": "approved only by somebody who had left by then, or had not come yet, which is no approval",
        "self": "approved by its authors, which is no approval",
        "none": "no approval by anybody is on record",
    }
)


def strongest(change: Change) -> Approval | None:
    """The best approval by a person who wrote none of it; a robot's and one's own are none."""
    order = [*SHORT]
    others = outsiders(change, change.approvals)
    return max(others, key=lambda found: (-order.index(_of(change, found)), weight(found), -found.at), default=None)


def standing(change: Change) -> Standing:
    return _standing(change, strongest(change))


def _standing(change: Change, best: Approval | None) -> Standing:
    if best is not None:
        return _of(change, best)
    if absentees(change, change.approvals):
        return "away"
    authors = {author.key for author in change.authors}
    return "self" if any(found.by.key in authors and not found.by.robot for found in change.approvals) else "none"


def _of(change: Change, found: Approval) -> Standing:
    """What one approval by somebody else makes of a change; the worst that is known of it, where several are."""
    if not found.by.known or not authors_known(change) or found.absence == "unknown":
        return "unknown"
    if found.covers == "earlier":
        return "earlier"
    if found.grade <= Grade.STATED:
        return "stated"
    return "late" if found.after_the_fact else "approved"


def words_of(isms: Isms, change: Change) -> Line:
    """Who approved a change, with the grade, and all that the approval lacks; `no record` is written out."""
    found = strongest(change)
    told = _standing(change, found)
    if found is None:
        return (Text({"self": "only self-approved", "away": SHORT["away"]}.get(told, "no record"), "late"),)
    after = (words.soft(", after the fact"),) if found.after_the_fact else ()
    doubt = (Text(", independence unknown", "late"),) if told == "unknown" else ()
    return (
        *words.identity(isms, found.by),
        Text(" "),
        words.grade(weight(found)),
        *reach(change, found),
        *after,
        *doubt,
    )


def reach(change: Change, found: Approval) -> Line:
    """Says so where what was approved is not what entered the branch."""
    if found.covers != "earlier":
        return ()
    match change.merge_adds:
        case "made":
            told = ", of what was proposed; the merge added more"
        case "cannot-tell":
            told = ", of what was proposed; whether the merge added more cannot be told"
        case _:
            told = ", of an earlier revision"
    return (Text(told, "late"),)


# --- how many of them ----------------------------------------------------------------------------------------------


class Kind(NamedTuple):
    """What is counted together: a standing, and for what is approved its grade."""

    standing: Standing
    grade: Grade = Grade.NONE

    @property
    def words(self) -> str:
        return f"approved, {self.grade.words}" if self.standing == "approved" else SHORT[self.standing]


def kind(change: Change | None) -> Kind:
    """Of a change; of what no change holds yet, nothing is on record."""
    best = strongest(change) if change else None
    told = _standing(change, best) if change else "none"
    return Kind(told, weight(best)) if best and told == "approved" else Kind(told)


def tally(changes: Iterable[Change | None]) -> dict[Kind, int]:
    """How many there are of each kind, the best first; they add up to all."""
    counted = Counter(kind(change) for change in changes)
    return {one: counted[one] for one in ordered(counted)}


def ordered(kinds: Iterable[Kind]) -> list[Kind]:
    order = [*SHORT]
    return sorted(kinds, key=lambda one: (order.index(one.standing), -one.grade))


def approved(counted: Mapping[Kind, int]) -> int:
    return sum(number for one, number in counted.items() if one.standing == "approved")


def grades(counted: Mapping[Kind, int]) -> str:
    """`101 signed and 66 recorded by the forge`, of what is approved."""
    return human_list(
        f"{digits(number)} {one.grade.words}" for one, number in counted.items() if one.standing == "approved"
    )


def rest(counted: Mapping[Kind, int]) -> Iterator[str]:
    """`12 with an approval that is only stated`, for each kind that is not approved."""
    yield from (f"{digits(number)} {one.words}" for one, number in counted.items() if one.standing != "approved")
