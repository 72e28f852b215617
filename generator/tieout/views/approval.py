"""Who approved a change, with the grade, and what that makes of it: the same for a change of code and of a record."""

from typing import Literal

from tieout.checks.review import authors_known, weight
from tieout.model.history import Approval, Change
from tieout.model.registers import Isms
from tieout.views import words
from tieout.views.page import Line, Text


def strongest(change: Change) -> Approval | None:
    """The best approval by a person who wrote none of it; a robot's and one's own are none."""
    authors = {author.key for author in change.authors}
    others = [found for found in change.approvals if not found.by.robot and found.by.key not in authors]
    return max(others, key=lambda found: (weight(found), -found.at), default=None)


# self: by its authors only, which is no approval; unknown: whether approver and author are two people cannot be told
Standing = Literal["approved", "unknown", "self", "none"]


def standing(change: Change) -> Standing:
    return _standing(change, strongest(change))


def _standing(change: Change, best: Approval | None) -> Standing:
    if best is not None:
        return "approved" if best.by.known and authors_known(change) else "unknown"
    return "self" if any(not found.by.robot for found in change.approvals) else "none"


def words_of(isms: Isms, change: Change) -> Line:
    """Who approved a change, with the grade; `no record` is written out."""
    found = strongest(change)
    told = _standing(change, found)
    if found is None:
        return (Text("only self-approved" if told == "self" else "no record", "late"),)
    after = (words.soft(", after the fact"),) if found.after_the_fact else ()
    doubt = (Text(", independence unknown", "late"),) if told == "unknown" else ()
    return (*words.identity(isms, found.by), Text(" "), words.grade(weight(found)), *after, *doubt)
