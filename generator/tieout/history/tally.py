"""Do the changes of a service account for every commit of the period? Counted on the raw line, beside what was derived.

commits of the range = changes + commits inside them + what is left out, each with its reason
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from tieout.history.line import line_of
from tieout.model.history import Change, History, Pin

NO_FILE = "change no file"
OTHERS = "belong to other services only"
OF_NONE = "touch no path of a registered service"


class LeftOut(NamedTuple):
    """Steps of the range that are no change of the service."""

    why: str  # the rest of a sentence that begins with them
    steps: int  # changes of the branch
    commits: int  # with all that they carry
    first: str  # full id of the first of them


@dataclass(frozen=True, slots=True)
class Tally:
    """The commits of one repository in one period, and which of them are changes of one service."""

    repo: str
    branch: str
    old: str  # full id of the last step before the period; empty: the branch begins in it
    new: str  # full id of the last step of the period; empty: there is none up to its end
    steps: int  # commits on the first-parent line of the range
    commits: int  # all commits of the range
    changes: int  # of the service
    inside: int  # commits that those carry, beside the one that each of them is known by
    left_out: tuple[LeftOut, ...]
    elsewhere: int = 0  # changes of the service whose own clock names a time outside the period
    complete: bool = True  # false: the copy is cut off, so the counts are lower bounds

    @property
    def range(self) -> str:
        """As git takes it."""
        return f"{self.old}..{self.new}" if self.old else self.new

    @property
    def unexplained(self) -> int:
        """Commits of the range that neither a change nor a reason accounts for; below zero: told twice."""
        return self.commits - self.changes - self.inside - sum(one.commits for one in self.left_out)


def by_repository(changes: Mapping[str, Change]) -> Mapping[str, tuple[Change, ...]]:
    """All changes, in the order of each repository's branch."""
    found: dict[str, list[Change]] = {}
    for change in changes.values():
        found.setdefault(change.repo, []).append(change)
    return MappingProxyType({repo: tuple(sorted(held, key=_order)) for repo, held in found.items()})


def _order(change: Change) -> int:
    return change.order


def count(history: History, pin: Pin, changes: Sequence[Change], period: tuple[int, int], service: str) -> Tally:
    """The tally of a service in a repository. `changes` are all of the repository, in their order."""
    line = line_of(history, pin.commit)
    times = [change.time for change in changes]  # they never run backwards
    first, end = bisect_left(times, period[0]), bisect_right(times, period[1])
    below = changes[first - 1].order if first else -1
    last = changes[end - 1].order if end > first else below
    inside = changes[first:end]
    own = [change for change in inside if service in change.services]
    return Tally(
        repo=history.repo,
        branch=pin.branch,
        old=line.steps[below] if below >= 0 else "",
        new=line.steps[last] if last >= 0 else "",
        steps=last - below,
        commits=sum(1 + len(carried) for carried in line.carried[below + 1 : last + 1]),
        changes=len(own),
        inside=sum(_size(change) - 1 for change in own),
        left_out=_left_out(change for change in inside if service not in change.services),
        elsewhere=sum(bool(change.claimed) and not period[0] <= change.claimed <= period[1] for change in own),
        complete=history.complete,
    )


def _size(change: Change) -> int:
    """How many commits a change is: a merge and what it carries, the run of a rebase, else one."""
    if change.kind == "merge" and change.commits != (change.id,):
        return 1 + len(change.commits)
    return len(change.commits)


def _left_out(changes: Iterable[Change]) -> tuple[LeftOut, ...]:
    found: dict[str, list[Change]] = {}
    for change in changes:
        found.setdefault(_why(change), []).append(change)
    return tuple(
        LeftOut(why, len(found[why]), sum(map(_size, found[why])), found[why][0].id)
        for why in (NO_FILE, OTHERS, OF_NONE)
        if why in found
    )


def _why(change: Change) -> str:
    if change.services:
        return OTHERS
    return OF_NONE if change.paths else NO_FILE
