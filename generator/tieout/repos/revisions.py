"""A commit that a person names, and the ISMS in it. Asks the person's own repository; its working tree is not read.

What a person typed reaches git behind `--end-of-options`, or as a path behind `--`.
"""

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from tieout.problems import BuildError
from tieout.repos import git
from tieout.repos.trees import CONFIG, Location

_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_SHORT_ID = re.compile(r"[0-9a-f]{4,63}")
_BASE = re.compile(r"(?:(?!@\{)[^~^:])*")  # of a revision: what stands before `~2`, `^{commit}` or `@{yesterday}`
_KINDS = {"tags": "tag", "heads": "branch", "remotes": "remote branch"}


@dataclass(frozen=True, slots=True)
class Found:
    """The ISMS at a commit: `location.head` is that commit, and `location.folder` need not be there on disk."""

    repository: Path  # git's own folder
    location: Location


def find(start: Path, revision: str) -> Found:
    """The nearest folder with a tieout.yml at a commit, from `start` upwards; in a bare repository, from its top.

    Raises:
        BuildError: no repository, no such commit, or no ISMS in it.
    """
    begin = start.absolute()
    here = next(place for place in (begin, *begin.parents) if place.is_dir())
    where = git.around(here)
    repository = _ask(where, "rev-parse", "--absolute-git-dir")
    if not repository:
        raise BuildError(f"{here} lies in no Git repository; name the folder of an ISMS that is kept in one.")
    top = Path(os.fsdecode(_ask(where, "rev-parse", "--show-toplevel") or repository))
    prefix = Path(os.fsdecode(_ask(where, "rev-parse", "--show-prefix"))) / begin.relative_to(here)
    commit = resolve(where, revision, top)
    if here != begin and not _names(where, "ls-tree", "--name-only", "--full-tree", commit, "--", prefix.as_posix()):
        raise BuildError(
            f"there is no folder {start}, neither on disk nor at {commit[:8]}; name the folder of the ISMS."
        )
    wanted = [(place / CONFIG).as_posix() for place in (prefix, *prefix.parents)]
    there = set(_names(where, "ls-tree", "--name-only", "--full-tree", commit, "--", *wanted))
    config = next((path for path in wanted if path in there), "")
    if not config:
        raise BuildError(f"there is no {CONFIG} at {commit[:8]} in {top / prefix} or above it; name a later commit.")
    folder = config.removesuffix(CONFIG).rstrip("/")
    return Found(Path(os.fsdecode(repository)), Location(top / folder, top, folder, commit))


def resolve(where: git.Where, revision: str, top: Path) -> str:
    """The id of the commit that a name, an id or an expression such as `main~2` means.

    Raises:
        BuildError: it means none, or more than one: git would choose by itself which of them.
    """
    commit = _commit(where, revision)
    base = _BASE.match(revision)[0]  # type: ignore[index] # matches the empty text too
    named = {kind: id_ for kind in _KINDS if base and (id_ := _commit(where, f"refs/{kind}/{base}"))}
    short = _started(where, base) if _SHORT_ID.fullmatch(base) and (named or not commit) else ()
    if len({*named.values(), *short, *filter(None, [_commit(where, base)])}) > 1:
        several = [f"refs/{kind}/{base}" for kind in named] or [f"more digits than {base}"]
        raise BuildError(f"{top}: '{revision}' is ambiguous; write {' or '.join(several)}.")
    if not commit:
        fetched = (f"{one}/{base}" for one in _remotes(where) if base and _commit(where, f"refs/remotes/{one}/{base}"))
        near = next(fetched, "")
        remedy = (
            f"did you mean {near}?"
            if near
            else "correct it, or fetch it first (a shallow clone has only its newest commits)."
        )
        raise BuildError(f"{top}: '{revision}' is no commit, branch or tag there; {remedy}")
    return commit


def _remotes(where: git.Where) -> list[str]:
    return os.fsdecode(_ask(where, "remote")).split()


def forgotten(location: Location, paths: Iterable[str]) -> frozenset[str]:
    """Those of the paths (below the folder of tieout.yml) that Git knows, as a file or a folder of files: it was deleted."""
    prefix = f"{location.prefix}/" if location.prefix else ""
    asked = {prefix + path: path for path in paths}
    if not asked or not location.head:
        return frozenset()
    where = git.around(next(place for place in (location.folder, *location.folder.parents) if place.is_dir()))
    known = {folder for name in _recorded(where, location, asked) for folder in _above(name)}
    return frozenset(path for whole, path in asked.items() if whole in known)


def _recorded(where: git.Where, location: Location, asked: Iterable[str]) -> Iterator[str]:
    """Names in the index, in the commit, and in what earlier commits deleted."""
    top = replace(where, folder=location.top)
    paths = sorted(asked)
    yield from _names(top, "ls-files", "--cached", "--", *paths)
    yield from _names(top, "ls-tree", "-r", "--name-only", "--full-tree", location.head, "--", *paths)
    commits = _ask(top, "rev-list", "--full-history", "--end-of-options", location.head, "--", *paths)
    shape = ("diff-tree", "--stdin", "-r", "-z", "--root", "--no-commit-id", "--name-only", "--diff-filter=D")
    answer = git.run(top, *shape, "--", *paths, stdin=commits + b"\n")
    yield from (os.fsdecode(name) for name in answer.out.split(b"\0") if name)


def _above(name: str) -> Iterator[str]:
    while name:
        yield name
        name = name.rpartition("/")[0]


def _commit(where: git.Where, revision: str) -> str:
    told = _ask(where, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    found = told.decode("ascii", "replace")
    return found if _ID.fullmatch(found) else ""


def _started(where: git.Where, digits: str) -> tuple[str, ...]:
    """The commits whose ids begin with the digits."""
    found = _ask(where, "rev-parse", f"--disambiguate={digits}").decode("ascii", "replace").split()
    return tuple(id_ for id_ in found if _commit(where, id_) == id_)


def _names(where: git.Where, command: str, *arguments: str) -> list[str]:
    answer = git.run(where, command, "-z", *arguments)
    return [os.fsdecode(name) for name in answer.out.split(b"\0") if name] if answer.good else []


def _ask(where: git.Where, *arguments: str) -> bytes:
    answer = git.run(where, *arguments)
    return answer.out.removesuffix(b"\n") if answer.good else b""
