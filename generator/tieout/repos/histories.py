"""A mirror -> `History`: every commit of its branches and proposals, their paths, its tags, and the files asked for.

Five git processes a repository, however long its history: refs, ids, objects, paths, contents. Every object that is
parsed is re-hashed; a mirror that does not hold what its ids say is never shown.
"""

import gc
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Literal, NamedTuple

from tieout.model.history import Commit, History, PathChange, Tag
from tieout.model.settings import Repository
from tieout.problems import BuildError, Problem, Source, warning
from tieout.repos import git, objects, raw

FILE_LIMIT = 1_000_000  # bytes of a file that is read from a linked repository
OBJECT_LIMIT = 64_000_000  # bytes of a commit or tag; no person made a larger one
_WALKED = re.compile(r"refs/(heads|tags|pull|merge-requests|tieout)/.+")
_OURS = "refs/tieout/seen/"
_SUBMODULE = "160000"
_DIFFERENCES = ("diff-tree", "--stdin", "-r", "--raw", "-z", "--root", "--no-renames", "--diff-merges=first-parent")


class Ref(NamedTuple):
    name: str
    id: str
    kind: str  # of the object it points at


class Raw(NamedTuple):
    """What one walk reads."""

    commits: Mapping[str, Commit]
    tags: Mapping[str, bytes]  # tag objects by id
    paths: Mapping[str, tuple[PathChange, ...]]


def read_history(mirror: Path, repository: Repository, wanted: Callable[[str], bool]) -> History:
    """All commits reachable from heads, tags and proposals, newest first; contents of every version of wanted paths.

    Paths are UTF-8; bytes that are not become lone surrogates, and paths of merges are those against the first
    parent. Raises BuildError naming the object when the mirror is damaged: it is ours, and the remedy is to delete it.
    """
    with _named_damage(mirror, repository), _no_collection():
        refs = read_refs(mirror)
        raw = _walk(mirror, refs)
        blobs, problems = _read_files(mirror, repository, raw.paths, wanted)
        tags = _tags(mirror, refs, raw)
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
        problems=problems,
        complete=not is_shallow(mirror),
    )


def read_refs(mirror: Path) -> tuple[Ref, ...]:
    """Every ref of a mirror that its source has too, sorted by name."""
    answer = git.run(git.at_mirror(mirror), "for-each-ref", "--format=%(objectname) %(objecttype) %(refname)")
    if not answer.good:
        raise DamagedMirrorError
    words = (line.split(" ", 2) for line in answer.out.decode("utf-8", "surrogateescape").split("\n")[:-1])
    return tuple(sorted(Ref(name, object_id, kind) for object_id, kind, name in words if not name.startswith(_OURS)))


def is_shallow(mirror: Path) -> bool:
    """Is history cut off? True of a mirror (or another git directory) whose source was shallow."""
    file = mirror / "shallow"
    return file.is_file() and bool(file.read_bytes().strip())


def object_format(mirror: Path) -> Literal["sha1", "sha256"]:
    return "sha256" if re.search(rb"objectformat\s*=\s*sha256", (mirror / "config").read_bytes()) else "sha1"


class DamagedMirrorError(Exception):
    """A git process ended early: some object of the mirror is not what its id says."""


def _walk(mirror: Path, refs: Iterable[Ref]) -> Raw:
    """Ids from `rev-list`, given to `cat-file` and to `diff-tree`, which run side by side."""
    where = git.at_mirror(mirror)
    tips = "".join(f"{ref.id}\n" for ref in refs if _WALKED.fullmatch(ref.name)).encode()
    tag_ids = "".join(f"{ref.id}\n" for ref in refs if ref.kind == "tag").encode()
    if not tips:
        return Raw({}, {}, {})
    listing = git.run(where, "rev-list", "--stdin", stdin=tips)
    commits: dict[str, Commit] = {}
    tags: dict[str, bytes] = {}
    # a file, since a thread that emptied a pipe would wait for the interpreter once for every 64 KiB
    with NamedTemporaryFile(prefix="tieout-") as file:
        with (
            git.running(where, *_DIFFERENCES, f"--output={file.name}", stdin=listing.out) as differences,
            git.running(where, "cat-file", "--batch", "--buffer", stdin=tag_ids + listing.out) as contents,
        ):
            for object_id, kind, _, data in raw.read_objects(contents, OBJECT_LIMIT):
                if kind == "commit":
                    commits[object_id] = objects.parse_commit(object_id, data)
                elif kind == "tag":
                    tags[object_id] = data
                else:
                    raise DamagedMirrorError
        if not listing.good or contents.status or differences.status:
            raise DamagedMirrorError
        return Raw(commits, tags, _parse_paths(Path(file.name).read_bytes()))


def _parse_paths(data: bytes) -> dict[str, tuple[PathChange, ...]]:
    """`diff-tree --stdin --raw -z`: a commit's id, then for each path ":mode mode id id S" and the path, all NUL-ended.

    What follows a ':' word is a path, whatever it looks like, so no name of a file can pass for another entry.
    """
    paths: dict[str, tuple[PathChange, ...]] = {}
    names: dict[str, str] = {}
    changes: list[PathChange] = []
    commit = ""
    words = iter(data.decode("utf-8", "surrogateescape").split("\0"))
    for word in words:
        if word[:1] == ":":
            name = next(words)
            _, mode, _, blob, status = word.split(" ")
            changes.append(PathChange(status, names.setdefault(name, name), blob, mode))
            continue
        if changes:
            paths[commit] = tuple(changes)
            changes = []
        commit = word
    return paths


def _tags(mirror: Path, refs: Iterable[Ref], raw: Raw) -> dict[str, Tag]:
    """Tags by name, peeled through tags of tags. One that leads to no commit (a file, a tree) is only in `refs`."""
    tags: dict[str, Tag] = {}
    known = dict(raw.tags)
    for ref in refs:
        name = ref.name.removeprefix("refs/tags/")
        if name == ref.name:
            continue
        kind, target = _peel(mirror, ref, known)
        if kind != "commit":
            continue
        tags[name] = (
            replace(objects.parse_tag(name, ref.id, known[ref.id]), commit=target)
            if ref.kind == "tag"
            else Tag(name, ref.id, target)
        )
    return tags


def _peel(mirror: Path, ref: Ref, known: dict[str, bytes]) -> tuple[str, str]:
    kind, target = ref.kind, ref.id
    for _ in range(16):  # deeper nesting is nobody's release
        if kind != "tag":
            break
        if target not in known:  # a tag of a tag that no ref names
            known.update({object_id: data for object_id, _, _, data in _read_batch(mirror, [target], OBJECT_LIMIT)})
        kind, target = objects.tag_target(known[target])
    return kind, target


def _read_files(
    mirror: Path, repository: Repository, paths: Mapping[str, tuple[PathChange, ...]], wanted: Callable[[str], bool]
) -> tuple[dict[str, bytes], tuple[Problem, ...]]:
    """Every version of the wanted files, by blob id."""
    names = {change.path for changes in paths.values() for change in changes}
    asked = {name for name in names if wanted(name)}
    places = {
        change.blob: change.path
        for changes in paths.values()
        for change in changes
        if change.path in asked and change.status != "D" and change.mode != _SUBMODULE
    }
    blobs: dict[str, bytes] = {}
    problems: list[Problem] = []
    for object_id, _, size, data in _read_batch(mirror, sorted(places), FILE_LIMIT):
        if size > FILE_LIMIT:
            message = f"the file has {size:,} bytes, and {FILE_LIMIT:,} are read, so what it says is unknown; split it"
            problems.append(warning("repository-file-too-large", message, Source(repository.id, places[object_id])))
        else:
            blobs[object_id] = data
    return blobs, tuple(sorted(problems, key=lambda problem: problem.order))


def _read_batch(mirror: Path, ids: list[str], limit: int) -> Iterator[tuple[str, str, int, bytes]]:
    if not ids:
        return
    asked = "".join(f"{object_id}\n" for object_id in ids).encode()
    with git.running(git.at_mirror(mirror), "cat-file", "--batch", "--buffer", stdin=asked) as process:
        for answer in raw.read_objects(process, limit):
            if answer[1] == raw.MISSING:
                raise raw.DamagedObjectError(answer[0])
            yield answer
    if process.status:
        raise DamagedMirrorError


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
    with suppress(DamagedMirrorError):
        for answer in _read_batch(mirror, left, OBJECT_LIMIT):
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
