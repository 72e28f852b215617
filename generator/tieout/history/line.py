"""The first-parent line of a branch: its steps, what each step carries, and any file at any commit. Needs no register.

A pin is a position on the line, so one `Line` of the newest tip serves all audits.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from tieout.model.history import Commit, History, PathChange, Pin, entry_times

MIN_SHORT = 7  # digits of a shortened id that is believed


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Line:
    """First-parent commits from the root to `tip`. Positions count from 0. Equal only to itself."""

    history: History
    tip: str
    steps: tuple[str, ...]
    position: Mapping[str, int]  # by commit on the line
    carried: tuple[tuple[str, ...], ...]  # by position: commits that the step brought, parents before children
    entered: Mapping[str, int]  # by any reachable commit: the position at which it became reachable
    files: Mapping[str, tuple[tuple[int, ...], tuple[str, ...]]]  # by path: positions of its changes, blobs (or "")
    times: tuple[int, ...]  # by position: when the step entered the line
    reached: dict[str, int]  # answers of `reach`, so that all of them together cost one walk; the line itself at first

    def commit(self, position: int) -> Commit:
        return self.history.commits[self.steps[position]]

    def paths(self, commit: str) -> tuple[PathChange, ...]:
        return self.history.paths.get(commit, ())

    def blob_on_line(self, position: int, path: str) -> str:
        """Blob id of a file after the step at `position`; empty where there is none."""
        positions, blobs = self.files.get(path, ((), ()))
        found = bisect_right(positions, position)
        return blobs[found - 1] if found else ""

    def blob_at(self, commit: str, path: str) -> str:
        """Blob id of a file in any commit whose first-parent chain was read; empty where there is none."""
        current: str | None = commit
        while current is not None:
            if current in self.position:
                return self.blob_on_line(self.position[current], path)
            for change in self.paths(current):
                if change.path == path:
                    return "" if change.status == "D" else change.blob
            current = first_parent(self.history, current)
        return ""

    def reach(self, commit: str) -> int:
        """The highest position on the line that `commit` descends from (or is); -1 where it meets the line nowhere."""
        waiting = [commit]
        while waiting:
            current = waiting[-1]
            if current not in self.reached:
                parents = _parents(self.history, current)
                if below := [parent for parent in parents if parent not in self.reached]:
                    waiting.extend(below)
                    continue
                self.reached[current] = max((self.reached[parent] for parent in parents), default=-1)
            waiting.pop()
        return self.reached[commit]

    def content(self, blob: str) -> bytes | None:
        return self.history.blobs.get(blob)

    def versions(self, path: str, last: int) -> Iterator[tuple[int, str]]:
        """The changes of one file up to the position `last`: (position, blob or empty), oldest first."""
        positions, blobs = self.files.get(path, ((), ()))
        return zip(positions[: bisect_right(positions, last)], blobs, strict=False)


class _Known(NamedTuple):
    """What is remembered of the history of a repository that was read last."""

    history: History
    lines: dict[str, Line]  # by tip
    ids: list[str]  # of all commits, sorted; filled when first asked for


# Values do not change, so the very same history has the same lines for each audit of a build.
_KNOWN: dict[str, _Known] = {}


def _known(history: History) -> _Known:
    known = _KNOWN.get(history.repo)
    if known is None or known.history is not history:
        known = _KNOWN[history.repo] = _Known(history, {}, [])
    return known


def line_of(history: History, pinned: str) -> Line:
    """The line that `pinned` lies on: that of the protected branch, or its own where history was rewritten since."""
    line = _remembered(history, history.refs.get(f"refs/heads/{history.branch}", pinned))
    return line if not pinned or pinned in line.position else _remembered(history, pinned)


def paths_of(history: History, pin: Pin) -> Collection[str]:
    """Every path that a step of the pin's line ever changed."""
    return line_of(history, pin.commit).files.keys()


def _remembered(history: History, tip: str) -> Line:
    lines = _known(history).lines
    if tip not in lines:
        lines[tip] = trace_line(history, tip)
    return lines[tip]


def go_on(history: History, new: History) -> tuple[tuple[Line, Line], ...]:
    """The lines that were traced already of a history, each with that of `new`, which only knows more of its files."""
    known = _known(history)
    moved = tuple((line, replace(line, history=new)) for line in known.lines.values())
    _KNOWN[history.repo] = _Known(new, {after.tip: after for _, after in moved}, known.ids)
    return moved


def complete_id(history: History, short: str) -> str:
    """A shortened commit id in full where it names one commit only; anything else as it is."""
    if short in history.commits or len(short) < MIN_SHORT:
        return short
    ids = _known(history).ids
    if not ids:
        ids.extend(sorted(history.commits))
    first = bisect_left(ids, short)
    found = [id_ for id_ in ids[first : first + 2] if id_.startswith(short)]
    return found[0] if len(found) == 1 else short


def trace_line(history: History, tip: str) -> Line:
    """Walk the first-parent line and give each reachable commit to the step that brought it. Linear in commits."""
    steps = _first_parents(history, tip)
    entered: dict[str, int] = {}
    carried = []
    for position, step in enumerate(steps):
        entered[step] = position
        carried.append(_carry(history, step, position, entered))
    position_of = {step: position for position, step in enumerate(steps)}
    times = entry_times([history.commits[step].committer.time for step in steps])
    return Line(
        history, tip, steps, position_of, tuple(carried), entered, _files(history, steps), times, dict(position_of)
    )


def first_parent(history: History, commit: str) -> str | None:
    """The first parent, where it was read."""
    found = history.commits.get(commit)
    return None if found is None else next((parent for parent in found.parents if parent in history.commits), None)


def _parents(history: History, commit: str) -> tuple[str, ...]:
    """Parents that were read; those beyond a shallow end were not."""
    found = history.commits.get(commit)
    return () if found is None else tuple(parent for parent in found.parents if parent in history.commits)


def _first_parents(history: History, tip: str) -> tuple[str, ...]:
    steps = []
    current = tip if tip in history.commits else ""
    while current in history.commits:
        steps.append(current)
        parents = history.commits[current].parents
        current = parents[0] if parents else ""
    return tuple(reversed(steps))


def _carry(history: History, step: str, position: int, entered: dict[str, int]) -> tuple[str, ...]:
    """Commits reachable from the other parents and not from the first, parents before children."""
    found: list[str] = []
    for side in history.commits[step].parents[1:]:
        waiting = [(side, False)]
        while waiting:
            commit, parents_done = waiting.pop()
            if parents_done:
                found.append(commit)
            elif commit in history.commits and commit not in entered:
                entered[commit] = position
                waiting.append((commit, True))
                waiting.extend((parent, False) for parent in reversed(history.commits[commit].parents))
    return tuple(found)


def _files(history: History, steps: tuple[str, ...]) -> dict[str, tuple[tuple[int, ...], tuple[str, ...]]]:
    positions: dict[str, list[int]] = {}
    blobs: dict[str, list[str]] = {}
    for position, step in enumerate(steps):
        for change in history.paths.get(step, ()):
            positions.setdefault(change.path, []).append(position)
            blobs.setdefault(change.path, []).append("" if change.status == "D" else change.blob)
    return {path: (tuple(positions[path]), tuple(blobs[path])) for path in positions}
