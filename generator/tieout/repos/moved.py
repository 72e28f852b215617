"""What a mirror read before and its source no longer has, as values for a check: the same that `seen` tells as problems.

Asked only where `seen` found something, so it costs nothing where nothing moved.
"""

from collections.abc import Iterator
from pathlib import Path

from tieout.model import gittuf
from tieout.model.history import Moved
from tieout.model.settings import Repository
from tieout.repos import git
from tieout.repos.seen import OURS

CODES = frozenset({"history-rewritten", "line-moved", "tag-moved"})  # of problems after which it is worth asking
_FORM = "--format=%(objectname)%09%(creatordate:unix)%09%(refname)"


def read_moved(repository: Repository, mirror: Path) -> tuple[Moved, ...]:
    """By name of the ref. `since` is the oldest time that is touched: an audit that ends before it is as it was."""
    refs = _refs(mirror)
    return tuple(sorted(_moved(repository, mirror, refs)))


def _refs(mirror: Path) -> dict[str, tuple[str, int]]:
    answer = git.run(git.at_mirror(mirror), "for-each-ref", _FORM)
    rows = (line.split("\t", 2) for line in answer.out.decode("utf-8", "surrogateescape").split("\n")[:-1])
    return {name: (object_id, int(when) if when.isdigit() else 0) for object_id, when, name in rows}


def _moved(repository: Repository, mirror: Path, refs: dict[str, tuple[str, int]]) -> Iterator[Moved]:
    for name, (before, when) in refs.items():
        if not name.startswith(OURS):
            continue
        source = f"refs/{name.removeprefix(OURS)}"
        now = refs.get(source, ("", 0))[0]
        if source.startswith("refs/tags/"):
            if now != before:
                yield Moved("tag", source.removeprefix("refs/tags/"), before, now, 0, when)
        elif source == f"refs/heads/{repository.branch}" or source.startswith("refs/notes/") or source in gittuf.REFS:
            yield from _left(mirror, source, (before, when), now)


def _left(mirror: Path, source: str, before: tuple[str, int], now: str) -> Iterator[Moved]:
    """A ref that no longer leads to where it was; one that is gone is told unless it is a branch, which is missing then."""
    kind, name = ("branch", source.removeprefix("refs/heads/")) if source.startswith("refs/heads/") else ("ref", source)
    if not now:
        if kind == "ref":
            yield Moved("ref", name, before[0], "", 0, before[1])
        return
    asked = f"{before[0]}\n^{now}\n".encode()
    listed = git.run(git.at_mirror(mirror), "rev-list", "--timestamp", "--stdin", stdin=asked)
    times = [int(line.split()[0]) for line in listed.out.decode("ascii", "replace").split("\n") if line]
    if times:
        yield Moved("branch" if kind == "branch" else "ref", name, before[0], now, len(times), min(times))
    elif kind == "branch" and before[0] != now:
        line = git.run(git.at_mirror(mirror), "rev-list", "--first-parent", "--stdin", stdin=f"{now}\n".encode())
        if before[0].encode() not in line.out.split():
            yield Moved("line", name, before[0], now, 0, before[1])
