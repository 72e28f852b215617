"""Two commits of the ISMS's own repository that a person names, and what is read of them there. Nothing is written.

The commits of a pull request may be on no branch of ours (`origin/main`, a merge made by the forge), so they are read from
the repository that the person works in, through the same fixed commands as a mirror.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from tieout.problems import BuildError
from tieout.repos import git, revisions, trees
from tieout.text import words

MOST_VERSIONS = 200  # of one file that are looked at
_SPAN = re.compile(r"(?P<base>.*?)(?P<dots>\.{2,3})(?P<head>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Commit:
    id: str
    name: str  # as the person wrote it


class Span(NamedTuple):
    """Two contents to compare. Without a `head` it is the working tree."""

    base: Commit
    head: Commit | None
    merge_base: bool  # whether the base is where the two parted


def parse_span(text: str) -> tuple[str, str, str]:
    """`A..B` as (A, .., B); an empty side is HEAD, as with git; one name alone has no dots and no second side."""
    match = _SPAN.fullmatch(text)
    return (match["base"] or "HEAD", match["dots"], match["head"] or "HEAD") if match else (text, "", "")


def resolve_span(location: trees.Location, text: str) -> Span:
    """The commits of `A..B` (these two trees), `A...B` (where they parted, and B) or `A` (it and the working tree).

    Raises:
        BuildError: one of them is no commit here, or the two have nothing in common.
    """
    base, dots, head = parse_span(text)
    left = resolve(location, base)
    if not dots:
        return Span(left, None, merge_base=False)
    right = resolve(location, head)
    if dots == "..":
        return Span(left, right, merge_base=False)
    answer = git.run(_where(location), "merge-base", "--end-of-options", left.id, right.id)
    if not answer.good:
        raise BuildError(
            f"'{words.visible(base)}' and '{words.visible(head)}' have no commit in common here; fetch the whole history "
            "(`git fetch --unshallow`; in CI set fetch-depth: 0), or compare the two trees with two dots."
        )
    return Span(Commit(answer.out.decode("ascii").split("\n", maxsplit=1)[0], base), right, merge_base=True)


def resolve(location: trees.Location, name: str) -> Commit:
    """The commit that a name means.

    Raises:
        BuildError: it means none, or more than one.
    """
    if not name or "\0" in name:
        raise BuildError("a commit without a name; write BASE...HEAD, such as main...HEAD.")
    return Commit(revisions.resolve(_where(location), name, location.top), name)


def read_files(
    location: trees.Location, commit: str, wanted: Callable[[str], bool] = trees.everything
) -> Mapping[str, bytes]:
    """The files of the ISMS at a commit, by path below the folder of tieout.yml.

    Raises:
        BuildError: they are not all there, or are more than is read.
    """
    return trees.read_tree(_git_folder(location), commit, location.prefix, wanted, ours=False)


def list_versions(location: trees.Location, commit: str, path: str) -> tuple[str, ...]:
    """The commits of the first-parent line up to `commit` at which a file was written, the newest first."""
    full = f"{location.prefix}/{path}" if location.prefix else path
    answer = git.run(
        _where(location),
        "rev-list",
        "--first-parent",
        f"--max-count={MOST_VERSIONS}",
        "--end-of-options",
        commit,
        "--",
        full,
    )
    return tuple(answer.out.decode("ascii").split()) if answer.good else ()


def time_of(location: trees.Location, commit: str) -> int:
    """When a commit was made, in seconds; 0 where it cannot be told."""
    answer = git.run(_where(location), "rev-list", "--max-count=1", "--timestamp", "--end-of-options", commit)
    time = answer.out.split(b" ", maxsplit=1)[0]
    return int(time) if answer.good and time.isdigit() else 0


def _where(location: trees.Location) -> git.Where:
    """The repository around the ISMS, asked from its top."""
    return replace(git.around(location.folder), folder=location.top)


def _git_folder(location: trees.Location) -> Path:
    answer = git.run(_where(location), "rev-parse", "--absolute-git-dir")
    if not answer.good:
        raise BuildError(f"{location.folder} is in no Git repository; a review compares two commits of one.")
    return Path(os.fsdecode(answer.out.removesuffix(b"\n")))
