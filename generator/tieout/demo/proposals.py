"""What was proposed, reviewed and merged: plain values, before anything becomes an object of Git."""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from tieout.demo.dice import Dice
from tieout.demo.hours import HOUR, MINUTE, earlier_working
from tieout.demo.teams import Style
from tieout.demo.works import Edit

How = Literal["merge", "squash", "rebase", "direct"]
Recorded = Literal["whole", "without-approvals", "not-exported"]


class Draft(NamedTuple):
    """One commit of a proposal."""

    time: int
    author: str
    subject: str
    edits: tuple[Edit, ...]
    body: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A pull request as its people made it. Persons are ids of `teams`."""

    repo: str
    number: int
    title: str
    body: str
    branch: str
    author: str
    drafts: tuple[Draft, ...]
    opened: int
    merged: int
    merger: str
    reviewers: tuple[str, ...]
    style: Style
    how: How = "merge"
    signed: bool = False  # the merger signs the step with the own key
    coauthors: tuple[str, ...] = ()  # named in the message
    hidden: tuple[str, ...] = ()  # wrote a commit of the proposal that the squash does not name
    recorded: Recorded = "whole"
    stated: tuple[str, ...] = ()  # reviewers that only a trailer names
    label: str = ""
    reverts: bool = False  # takes the step before it back
    failed: tuple[str, ...] = ()  # checks that failed on the first draft
    deploy: bool = False  # goes to production by itself, soon
    mark: str = field(default="")  # for the environments: batch releases and the like
    seen: int = 0  # commits that the reviewers had seen when they approved; 0: all of them
    dated: int = 0  # what the clock of the merger said of the step, where it was wrong

    @property
    def authors(self) -> frozenset[str]:
        return frozenset({self.author, *self.coauthors, *self.hidden, *(draft.author for draft in self.drafts)})


def draft_times(merged: int, count: int, dice: Dice, longest: int = 60 * HOUR) -> list[int]:
    """When the commits of a proposal were made: in working hours, the last some time before the merge."""
    first = earlier_working(merged - 2 * HOUR - dice.below(longest - 2 * HOUR))
    last = max(first, merged - 45 * MINUTE)
    times = [first]
    for number in range(1, count):
        wished = earlier_working(first + (last - first) * number // count + dice.below(20 * MINUTE))
        times.append(min(max(wished, times[-1] + 9 * MINUTE), last + number * MINUTE))
    return times
