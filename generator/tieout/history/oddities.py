"""What is odd about the commits of a branch: dates that do not fit, and objects off git's grammar. Each may be harmless."""

from collections.abc import Iterator

from tieout.history.line import Line
from tieout.model.history import Commit, Oddity, clock_errors

HOUR = 3600
NEWEST = 3  # commits that are kept of each kind


def find_oddities(line: Line, last: int, cutoff: int = 0) -> tuple[Oddity, ...]:
    """By kind, of everything that the branch holds up to the position `last`. `cutoff`: the last second of the audit's day."""
    times = [line.commit(position).committer.time for position in range(last + 1)]
    clocks = {line.steps[position] for position in clock_errors(times)}
    found: dict[str, list[tuple[int, str]]] = {}
    for id_, position in line.entered.items():
        if position <= last:
            for kind in _kinds(line, line.history.commits[id_], clocks, cutoff):
                found.setdefault(kind, []).append((position, id_))
    return tuple(
        Oddity(line.history.repo, kind, len(commits), tuple(id_ for _, id_ in sorted(commits, reverse=True)[:NEWEST]))
        for kind, commits in sorted(found.items())
    )


def _kinds(line: Line, commit: Commit, clocks: set[str], cutoff: int) -> Iterator[str]:
    yield from commit.flags
    if commit.id in clocks:
        yield "clock"
    elif _is_backwards(line, commit):
        yield "backwards"
    if commit.author.time > commit.committer.time + HOUR:
        yield "author-later"
    if cutoff and commit.committer.time > cutoff:
        yield "after-cutoff"


def _is_backwards(line: Line, commit: Commit) -> bool:
    """Whether a commit is dated more than an hour before one that it stands on."""
    parents = (line.history.commits[id_] for id_ in commit.parents if id_ in line.history.commits)
    return any(parent.committer.time > commit.committer.time + HOUR for parent in parents)
