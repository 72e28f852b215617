"""Refs beside the branches, such as those of notes and of gittuf: small histories of their own, whose files are the facts.

How much of one is read is its reader's matter. Every object is re-hashed.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

from tieout.model.history import Commit, PathChange
from tieout.problems import BuildError
from tieout.repos import git, objects, raw

DIFFERENCES: Final = (
    "diff-tree", "--stdin", "-r", "--raw", "-z", "--root", "--no-renames", "--diff-merges=first-parent",
)  # fmt: skip


def read_each(mirror: Path, ids: Iterable[str], limit: int) -> Iterator[tuple[str, str, int, bytes]]:
    """(id, kind, size, bytes) of objects, as `raw.read_objects` gives them; no git process where none is asked for.

    Raises:
        DamagedObjectError: one is missing, or its bytes do not give its id.
    """
    asked = "".join(f"{id_}\n" for id_ in ids).encode()
    if not asked:
        return
    with git.running(git.at_mirror(mirror), "cat-file", "--batch", "--buffer", stdin=asked) as process:
        for answer in raw.read_objects(process, limit):
            if answer[1] == raw.MISSING:
                raise raw.DamagedObjectError(answer[0])
            yield answer


def read_commits(mirror: Path, ids: Iterable[str], limit: int) -> dict[str, Commit]:
    """By id, in the order asked; without those of more than `limit` bytes."""
    return {
        id_: objects.parse_commit(id_, data)
        for id_, kind, size, data in read_each(mirror, ids, limit)
        if kind == "commit" and size <= limit
    }


def first_parents(commits: Mapping[str, Commit], tip: str) -> tuple[Commit, ...]:
    """A ref's own steps, oldest first: what it held at a time is what the last before it left.

    They begin late where a commit was not read.
    """
    line = []
    while commit := commits.get(tip):
        line.append(commit)
        tip = commit.parents[0] if commit.parents else ""
    return tuple(reversed(line))


def parse_differences(data: bytes) -> dict[str, tuple[PathChange, ...]]:
    """What `DIFFERENCES` gives: an id, then for each path ":mode mode id id S" and the path, all NUL-ended.

    Raises:
        BuildError: the answer is not of that form.
    """
    found: dict[str, list[PathChange]] = {}
    commit = ""
    words = iter(data.decode("utf-8", "surrogateescape").split("\0"))
    for word in words:
        if not word.startswith(":"):
            commit = word
            continue
        fields, name = word.split(" "), next(words, None)
        if name is None or len(fields) != 5:
            raise BuildError("git diff-tree gave an answer that is not of its own form")
        found.setdefault(commit, []).append(PathChange(fields[4], name, fields[3], fields[1]))
    return {id_: tuple(changes) for id_, changes in found.items()}
