"""What `diff-tree` says of changed paths, cut into whole commits. No process here.

Asked as in `DIFFERENCES`, it writes nothing but pairs of words, each word ended by NUL: ":<id>" and an empty word for a
commit, then for each path that it changed ":mode mode id id S" (a newline before the first of them) and the path. So
what a word is, is told by its place, and no name of a file can pass for another entry. Tried on pallets/flask,
sqlalchemy/sqlalchemy, ansible/ansible and git/git, where `git log` says the same of each commit.
"""

import struct
from functools import cache
from itertools import compress
from operator import add
from typing import NamedTuple

# Nothing that a repository configures, or has in its files, is asked for: no signatures, drivers, filters, notes.
DIFFERENCES = (
    *("diff-tree", "--stdin", "--always"),  # of commits whose ids are given
    *("-r", "--raw", "-z", "--no-abbrev", "--root", "--no-renames", "--diff-merges=first-parent", "--format=:%H%x00"),
    *("--no-show-signature", "--no-ext-diff", "--no-textconv", "--no-notes", "--no-color"),
    *("--ignore-submodules=none", "-O/dev/null", "--encoding=none"),
)


class Portion(NamedTuple):
    """Commits with the paths that they changed: `ends` tells for each commit where its own end among all of them."""

    commits: list[str]
    ends: list[int]
    forms: list[bytes]  # status and mode of each change ("M100644")
    blobs: str  # hexadecimal, one after the other
    paths: list[bytes]


def split(found: Portion, count: int) -> tuple[Portion, Portion]:
    """The first `count` commits, at least one and not all, and the others."""
    at = found.ends[count - 1]
    digits = len(found.blobs) // len(found.paths) * at if found.paths else 0
    first = Portion(found.commits[:count], found.ends[:count], found.forms[:at], found.blobs[:digits], found.paths[:at])
    ends = [end - at for end in found.ends[count:]]
    return first, Portion(found.commits[count:], ends, found.forms[at:], found.blobs[digits:], found.paths[at:])


class UnreadableError(Exception):
    """What was written is not of the asked shape, or one commit takes more room than it is given."""


class Cutter:
    """Takes the output as it comes, and gives the commits that are there as a whole."""

    __slots__ = ("_heads", "_length", "_limit", "_paths", "_rest", "_size")

    def __init__(self, width: int, limit: int) -> None:
        self._length = 2 * width  # of an id in digits
        self._limit = limit  # bytes of what is said of one commit
        self._rest = b""
        self._heads: list[bytes] = []
        self._paths: list[bytes] = []
        self._size = 0

    def feed(self, data: bytes) -> Portion:
        """Commits after which another one began."""
        words = (self._rest + data).split(b"\0")
        left = 1 + (len(words) - 1) % 2  # a word without its end, and one without the word that it belongs to
        self._rest = b"\0".join(words[-left:])
        known = len(self._heads)
        self._heads += words[0:-left:2]
        self._paths += words[1:-left:2]
        last = _last_empty(self._paths, known)
        self._size += len(data)
        if self._size > self._limit:
            raise UnreadableError
        if last <= 0:
            return self._portion([], [])
        heads, self._heads = self._heads[:last], self._heads[last:]
        paths, self._paths = self._paths[:last], self._paths[last:]
        self._size = len(data)
        return self._portion(heads, paths)

    def finish(self) -> Portion:
        """The last commit. To be asked once git ended, and well."""
        if self._rest:
            raise UnreadableError
        return self._portion(self._heads, self._paths)

    def _portion(self, heads: list[bytes], paths: list[bytes]) -> Portion:
        begins = [index for index, path in enumerate(paths) if not path]
        if bool(begins) != bool(paths) or (begins and begins[0]):
            raise UnreadableError
        marks = b"".join([heads[index] for index in begins]).decode("ascii")
        for index in begins:
            if heads[index + 1 : index + 2] and heads[index + 1][:1] == b"\n":
                heads[index + 1] = heads[index + 1][1:]
        commits = marks.split(":")[1:]
        changes = b"".join(compress(heads, paths))
        names = list(filter(None, paths))
        record = _record(self._length)
        if len(marks) != len(commits) * (1 + self._length) or len(changes) != len(names) * record.size:
            raise UnreadableError
        ends = [begin - number for number, begin in enumerate(begins[1:], 1)]
        if commits:
            ends.append(len(names))
        modes, blobs, statuses = zip(*record.iter_unpack(changes), strict=True) if changes else ((), (), ())
        forms = list(map(add, statuses, modes))
        return Portion(commits, ends, forms, b"".join(blobs).decode("ascii"), names)


def cut(output: bytes, width: int) -> Portion:
    """All of what was written."""
    cutter = Cutter(width, len(output))
    first, last = cutter.feed(output), cutter.finish()
    if not first.commits:
        return last
    before = first.ends[-1]
    return Portion(
        first.commits + last.commits,
        first.ends + [before + end for end in last.ends],
        first.forms + last.forms,
        first.blobs + last.blobs,
        first.paths + last.paths,
    )


@cache
def _record(length: int) -> struct.Struct:
    """Where the new mode, the new id and the status stand in what is said of one change."""
    return struct.Struct(f"8x 6s {2 + length}x {length}s x 1s")


def _last_empty(paths: list[bytes], since: int) -> int:
    """Where the last commit begins that began from `since` on; 0 where none did."""
    return next((index for index in range(len(paths) - 1, since - 1, -1) if not paths[index]), 0)
