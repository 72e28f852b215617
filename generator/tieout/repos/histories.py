"""A mirror -> `History`: every commit of its branches and proposals, their paths, its tags, and the files asked for.

A few git processes a repository: refs, ids, objects, paths, tags, contents; one where nothing is new. Every object that
is parsed is re-hashed; a mirror that does not hold what its ids say is never shown.
"""

import gc
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal, NamedTuple

from tieout.model.history import Commit, History, PathChange
from tieout.model.settings import Repository
from tieout.problems import BuildError, Problem, Source, error, warning
from tieout.repos import answers, git, gittuf, kept, notes, raw, reading, walk
from tieout.repos.lookup import Blobs, Commits, Paths, Tags
from tieout.repos.segments import DEPTH_LIMIT, PATHS_LIMIT
from tieout.repos.walk import DamagedMirrorError

NAMED = 3  # objects that a message names


class RefusedError(Exception):
    """A repository that is beyond a limit as a whole, so that nothing can be told from it."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def read_history(
    mirror: Path, repository: Repository, wanted: Callable[[str], bool], kept: Path | None = None
) -> History:
    """All commits reachable from heads, tags and proposals; contents of every version of wanted paths.

    Paths are UTF-8; bytes that are not become lone surrogates, and paths of merges are those against the first
    parent. `kept` is a folder of our own for what was read: the next reading asks git for what is new. Commits, paths
    and contents are parsed when they are asked for.

    Raises:
        BuildError: the mirror is damaged, naming the object: it is ours, and the remedy is to delete it.
        RefusedError: it is beyond a limit as a whole.
    """
    with _named_damage(mirror, repository), _named_limit(repository), _no_collection():
        found = reading.read(_reader(mirror, repository, wanted, kept), None if is_shallow(mirror) else kept)
        refs, raw = found.refs, Raw(Commits(found.places, found.fresh), Paths(found.places))
        blobs = Blobs(found.places, found.files)
        problems = _over_limits(repository, found)
        digests = answers.read_digests(mirror, repository, raw.paths)
        tags = _tags(found)
        log = gittuf.read_gittuf(mirror, repository.id, {ref.name: ref.id for ref in refs})
        told, unread = notes.read_notes(mirror, repository.id, refs)
    return History(
        repo=repository.id,
        url=repository.url,
        object_format=object_format(mirror),
        branch=repository.branch,
        refs={ref.name: ref.id for ref in refs},
        commits=raw.commits,
        paths=raw.paths,
        tags=tags,
        blobs=blobs,
        digests=digests,
        problems=(*problems, *unread, *(log.problems if log else ())),
        complete=not is_shallow(mirror),
        gittuf=log,
        notes=told,
    )


def is_shallow(mirror: Path) -> bool:
    """Is history cut off? True of a mirror (or another git directory) whose source was shallow."""
    file = mirror / "shallow"
    return file.is_file() and bool(file.read_bytes().strip())


def object_format(mirror: Path) -> Literal["sha1", "sha256"]:
    return "sha256" if re.search(rb"objectformat\s*=\s*sha256", (mirror / "config").read_bytes()) else "sha1"


class Raw(NamedTuple):
    """What one walk reads."""

    commits: Mapping[str, Commit]
    paths: Mapping[str, tuple[PathChange, ...]]


def _reader(mirror: Path, repository: Repository, wanted: Callable[[str], bool], folder: Path | None) -> reading.Reader:
    def mend(ids: list[str]) -> list[bytes]:
        if folder:
            kept.forget(folder)
        with _named_damage(mirror, repository):
            return [data for _, _, _, data in walk.read_objects(mirror, ids, walk.OBJECT_LIMIT)]

    width = 32 if object_format(mirror) == "sha256" else 20
    return reading.Reader(mirror, wanted, width, mend)


def _tags(found: reading.Read) -> Tags:
    """Tags by name, peeled through tags of tags. One that leads to no commit (a file, a tree) is only in `refs`."""
    known: dict[str, tuple[str, str]] = {}
    for ref in found.refs:
        name = ref.name.removeprefix("refs/tags/")
        commit = ref.id if ref.kind == "commit" else found.others[ref.id].partition(" ")[2]
        if name != ref.name and commit:
            known[name] = (ref.id, commit)
    return Tags(found.places, known)


# --- limits --------------------------------------------------------------------------------------------------------


def _over_limits(repository: Repository, found: reading.Read) -> tuple[Problem, ...]:
    """What was not read, each kind by its number and its first objects."""
    problems = [
        warning(
            "repository-file-too-large",
            f"the file has {one.number:,} bytes, and {walk.FILE_LIMIT:,} are read, so what it says is unknown; split it",
            Source(repository.id, found.files[one.id]),
        )
        for one in found.unread
        if one.what == "file" and one.id in found.files
    ]
    commits = sorted(one for one in found.unread if one.what != "file")
    for what, words in _UNREAD.items():
        ids = [one.id[:12] for one in commits if one.what == what]
        if ids:
            more = f" and {len(ids) - NAMED:,} more" if len(ids) > NAMED else ""
            message = (
                f"{words} in {', '.join(ids[:NAMED])}{more}, so which files {'it' if len(ids) == 1 else 'they'} changed "
                f"is unknown; look at it with `git show --stat`, and find out what it was for"
            )
            problems.append(error("commit-too-large", message, Source(repository.id)))
    return tuple(sorted(problems, key=lambda problem: problem.order))


_UNREAD = {
    "paths": f"more than {PATHS_LIMIT:,} files were changed",
    "depth": f"a path has more than {DEPTH_LIMIT} parts",
    "changes": "there is more to compare than git is given room for",
}


@contextmanager
def _named_limit(repository: Repository) -> Iterator[None]:
    try:
        yield
    except walk.TooLargeError as found:
        message = (
            f"the {found.kind} {found.object} has {found.size:,} bytes, and {walk.OBJECT_LIMIT:,} are read, so nothing "
            f"of this repository can be told; find out who made it, and have it taken out of the history"
        )
    except reading.TooManyRefsError:
        message = (
            f"there are more than {reading.REFS_LIMIT:,} branches, tags and proposals, so nothing of this repository "
            f"can be told; delete at the source those that nobody needs"
        )
    else:
        return
    raise RefusedError(error("repository-too-large", message, Source(repository.id))) from None


# --- damage --------------------------------------------------------------------------------------------------------


@contextmanager
def _named_damage(mirror: Path, repository: Repository) -> Iterator[None]:
    try:
        yield
    except (DamagedMirrorError, raw.DamagedObjectError) as found:
        name = found.object if isinstance(found, raw.DamagedObjectError) else _find_damage(mirror)
        raise BuildError(
            f"{repository.id}: object {name} in the mirror {mirror} is damaged: "
            f"delete that folder and run the command again"
        ) from None


def _find_damage(mirror: Path) -> str:
    """The first object that is missing or does not give its id. Slow: only asked once something is known to be wrong."""
    where = git.at_mirror(mirror)
    listed = git.run(where, "cat-file", "--batch-all-objects", "--batch-check=%(objectname)").out
    left = listed.decode("ascii", "replace").split()
    with suppress(DamagedMirrorError, BuildError):
        for answer in walk.read_objects(mirror, left, walk.OBJECT_LIMIT):
            if answer[0] == left[0]:
                left.pop(0)
    return left[0] if left else "(one that a commit names)"


@contextmanager
def _no_collection() -> Iterator[None]:
    """Millions of small lasting objects: looking for cycles among them costs a fifth of the time and finds none."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()
