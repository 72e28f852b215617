"""The ISMS's own files: at a commit of its mirror, or as they lie in a working tree. And where the ISMS is.

Both give bytes by path relative to the folder of tieout.yml. A symbolic link is the text of its target and is never
followed; a submodule is not read. Names are UTF-8; bytes that are not become lone surrogates.
"""

import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import FileIO
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from tieout.problems import BuildError
from tieout.repos import git, raw

CONFIG = "tieout.yml"
MOST_ENTRIES = 200_000
DEEPEST = 128  # folders in folders
LARGEST_FILE = 10_000_000  # bytes
LARGEST_TREE = 250_000_000  # bytes of all files together
_SITE = "/.tieout-site"  # a file in each site that Tieout published
_LEFT_OUT = (".git", "site")  # git's own and ours, beside tieout.yml
OURS = ".tieout/"  # where nothing is kept any more: what Git tracks there came with the content, the rest is left over


@dataclass(frozen=True, slots=True)
class Location:
    """Where an ISMS is. `top` is the enclosing repository's top; without a repository it is `folder`."""

    folder: Path  # of tieout.yml
    top: Path
    prefix: str = ""  # of `folder` inside the repository, without a closing slash
    head: str = ""  # checked-out commit; empty: none yet, or no repository

    @property
    def dirty(self) -> bool:
        """Whether some file under `folder` differs from `head`. Looks at every file, so only when it is asked."""
        return not self.head or _differs(self.folder, self.prefix, self.head)


class Entry(NamedTuple):
    mode: str
    name: str
    id: str


def everything(_: str) -> bool:
    return True


def _belongs(path: str) -> bool:
    return path.split("/", 1)[0] not in _LEFT_OUT


# --- at a commit ---------------------------------------------------------------------------------------------------


def read_tree(
    mirror: Path, commit: str, folder: str, wanted: Callable[[str], bool] = everything, *, ours: bool = True
) -> Mapping[str, bytes]:
    """Files under `folder` at `commit`, sorted; nothing where the folder was not there yet. All objects are re-hashed.

    `ours` is False for a repository that a person works in, which nobody should be told to delete.

    Raises BuildError when an object is missing or damaged, or a limit of this module is passed.
    """
    from tieout.repos import objects  # noqa: PLC0415 - the working tree needs no history

    try:
        with git.running(git.at_mirror(mirror), "cat-file", "--batch", stdin=None) as process:
            reader = _Reader(process)
            root = objects.parse_commit(commit, reader.read([commit])[commit]).tree
            for name in filter(None, folder.split("/")):
                root = next((entry.id for entry in reader.entries([root])[root] if entry.name == name), "")
                if not root:
                    return {}
            places = {path: entry for path, entry in _walk(reader, root) if _belongs(path) and wanted(path)}
            reader.names = {entry.id: path for path, entry in places.items()}
            contents = reader.read(sorted({entry.id for entry in places.values()}))
            return {path: contents[entry.id] for path, entry in sorted(places.items())}
    except raw.DamagedObjectError as found:
        if not ours:
            remedy = "a partial clone leaves objects out, so clone the repository whole, or `git fsck` it"
            raise BuildError(f"object {found.object} in {mirror} is missing or damaged: {remedy}.") from None
        raise BuildError(
            f"object {found.object} in the mirror {mirror} is missing or damaged: "
            "delete that folder and run the command again"
        ) from None
    except LimitError as limit:
        raise BuildError(f"{folder or 'the ISMS'} at {commit[:8]}: {limit}") from None


class LimitError(Exception):
    """More than a person's ISMS holds; the message says what and how many are read."""


class _Reader:
    """One `cat-file` that is asked again and again."""

    def __init__(self, process: git.Process) -> None:
        self.process = process
        self.answers = raw.read_objects(process, LARGEST_FILE)
        self.size = 0
        self.names: dict[str, str] = {}  # paths of files that are about to be read
        self.trees: dict[str, tuple[Entry, ...]] = {}

    def read(self, ids: list[str]) -> dict[str, bytes]:
        raw.ask(self.process.stdin, ids)
        found: dict[str, bytes] = {}
        for object_id, kind, size, data in islice(self.answers, len(ids)):
            self.size += size
            if kind == raw.MISSING:
                raise raw.DamagedObjectError(object_id)
            if size > LARGEST_FILE:
                name = self.names.get(object_id, object_id)
                raise LimitError(f"{name} has {size} bytes, more than the {LARGEST_FILE} that are read")
            if self.size > LARGEST_TREE:
                raise LimitError(f"more than {LARGEST_TREE} bytes, which is as much as is read")
            found[object_id] = data
        if len(found) < len(ids):
            raise raw.DamagedObjectError(next(object_id for object_id in ids if object_id not in found))
        return found

    def entries(self, ids: Iterable[str]) -> dict[str, tuple[Entry, ...]]:
        """Trees, each read and parsed once, however often it occurs."""
        new = sorted(set(ids) - set(self.trees))
        for tree, data in self.read(new).items():
            self.trees[tree] = tuple(_parse_tree(data, len(tree) // 2))
        return self.trees


def _walk(reader: _Reader, root: str) -> Iterator[tuple[str, Entry]]:
    """Every file below `root`, level by level, so that depth costs no stack and a bomb ends at a limit."""
    level = [("", root)]
    count = 0
    for _ in range(DEEPEST):
        if not level:
            return
        trees = reader.entries(tree for _, tree in level)
        below: list[tuple[str, str]] = []
        for prefix, tree in level:
            count += len(trees[tree])
            if count > MOST_ENTRIES:
                raise LimitError(f"more than {MOST_ENTRIES} files, which is as many as are read")
            for entry in trees[tree]:
                if entry.mode == "40000":
                    below.append((f"{prefix}{entry.name}/", entry.id))
                elif entry.mode != "160000":
                    yield prefix + entry.name, entry
        level = below
    raise LimitError(f"folders more than {DEEPEST} deep, which is as deep as is read")


def _parse_tree(data: bytes, width: int) -> Iterator[Entry]:
    """`mode name NUL id`, again and again; `width` is the length of an id in bytes."""
    start = 0
    while start < len(data):
        space, end = data.find(b" ", start), data.find(b"\0", start)
        name = data[space + 1 : end].decode("utf-8", "surrogateescape")
        if not start < space < end or len(data) < end + 1 + width or name in ("", ".", "..") or "/" in name:
            raise LimitError("a folder that is malformed; `git fsck` in the repository names it")
        mode = data[start:space].decode("ascii", "replace").lstrip("0")
        yield Entry(mode, name, data[end + 1 : end + 1 + width].hex())
        start = end + 1 + width


# --- as it lies there ----------------------------------------------------------------------------------------------


def read_worktree(folder: Path, wanted: Callable[[str], bool] = everything) -> Mapping[str, bytes]:
    """Files under `folder` as they are on disk, sorted: those that git tracks and new ones that it does not ignore.

    Git's own folder, `site/`, and `.tieout/` and sites of any name that git does not track are left out. Without a
    repository every other file counts.
    Raises BuildError when a file cannot be read, or a limit of this module is passed.
    """
    names = _listed(folder)
    if len(names) > MOST_ENTRIES:
        raise BuildError(f"{folder}: more than {MOST_ENTRIES} files, which is as many as are read")
    files: dict[str, bytes] = {}
    size = 0
    for name in names:
        if not _belongs(name) or not wanted(name):
            continue
        data = _read_file(f"{folder}/{name}")
        if data is None:
            continue
        size += len(data)
        if size > LARGEST_TREE:
            raise BuildError(f"{folder}: more than {LARGEST_TREE} bytes, which is as much as is read")
        files[name] = data
    return files


def _listed(folder: Path) -> list[str]:
    found = _ask_names(folder, "--cached", "--others", "--exclude-standard")
    if found is None:
        found = {
            Path(place, name).relative_to(folder).as_posix()
            for place, _, names in os.walk(folder)
            for name in names
            if not set(Path(place).relative_to(folder).parts) & {".git", ".tieout"}
        }
    ours = (OURS, *(name.removesuffix(_SITE) + "/" for name in found if name.endswith(_SITE)))
    if any(name.startswith(ours) for name in found):
        tracked = _ask_names(folder, "--cached") or set()
        found = {name for name in found if name in tracked or not name.startswith(ours)}
    return sorted(found)


def _ask_names(folder: Path, *which: str) -> set[str] | None:
    answer = git.run(git.around(folder), "ls-files", "-z", *which)
    return {os.fsdecode(name) for name in answer.out.split(b"\0") if name} if answer.good else None


def _read_file(path: str) -> bytes | None:
    """Bytes of a regular file, the target of a link; None for what is neither, or is gone.

    Thousands of files are read, and `Path` would take longer than the system does.
    """
    try:
        state = os.lstat(path)
        if stat.S_ISLNK(state.st_mode):
            return os.fsencode(Path(path).readlink())
        if not stat.S_ISREG(state.st_mode):
            return None
        if state.st_size > LARGEST_FILE:
            raise BuildError(f"{path}: more than the {LARGEST_FILE} bytes that are read of one file")
        with FileIO(path) as file:
            return file.readall()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as problem:
        raise BuildError(
            f"{path} cannot be read: {problem.strerror}; make it readable, or take it out of the folder."
        ) from None


# --- where the ISMS is ---------------------------------------------------------------------------------------------


def locate(start: Path) -> Location:
    """The nearest folder with a tieout.yml, from `start` upwards, and the repository it lies in.

    Raises BuildError in one sentence when there is none.
    """
    begin = start.absolute()
    if not begin.is_dir():
        raise BuildError(f"there is no folder {begin}; name the folder of your ISMS")
    folder = next((place for place in (begin, *begin.parents) if (place / CONFIG).is_file()), None)
    if folder is None:
        raise BuildError(
            f"no {CONFIG} in {begin} or above it; run `tieout init` to begin one there, or `tieout demo DIR` for an example"
        )
    return _placed(folder)


def _placed(folder: Path) -> Location:
    """Asked in one process. Only the prefix, in the middle, can hold the end of a line."""
    about = ("--is-inside-work-tree", "--show-cdup", "--show-prefix")
    answer = git.run(
        git.around(folder), "rev-parse", *about, "--verify", "--quiet", "--end-of-options", "HEAD^{commit}"
    )
    inside, _, rest = os.fsdecode(answer.out).partition("\n")
    if inside != "true":
        _refuse_damaged(folder, answer)
        return Location(folder, folder)
    up, _, rest = rest.removesuffix("\n").partition("\n")
    prefix, _, head = rest.rpartition("\n") if answer.good else (rest, "", "")
    top = (folder / up).resolve()
    if not answer.good and (newest := _ask(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", "HEAD")):
        raise BuildError(
            f"{top}: its newest commit, {newest[:8].decode('ascii')}, is missing or damaged; `git fsck` there names what is lost."
        )
    return Location(folder, top, prefix.rstrip("/"), head)


def _refuse_damaged(folder: Path, answer: git.Answer) -> None:
    """A repository that git cannot read is not none: a site without its history would say what is not true."""
    for place in (folder, *folder.parents):
        found = place / ".git"
        if not answer.good and (found.is_file() or (found / "objects").is_dir()):
            raise BuildError(
                f"{found} cannot be read as a Git repository ({answer.said or 'git says no more'}); `git status` there tells what to mend."
            )


def _ask(folder: Path, *arguments: str) -> bytes:
    answer = git.run(git.around(folder), *arguments)
    return answer.out.removesuffix(b"\n") if answer.good else b""


def _differs(folder: Path, prefix: str, head: str) -> bool:
    """By our own hashes: `git status` would run the filters that the repository's configuration names."""
    under = (f"{prefix}/",) if prefix else ()
    listing = _ask(folder, "ls-tree", "-r", "-z", "--full-tree", "--end-of-options", head, *under).split(b"\0")
    committed: dict[str, str] = {}
    for line in filter(None, listing):
        about, _, name = line.partition(b"\t")
        path = os.fsdecode(name).removeprefix(f"{prefix}/" if prefix else "")
        _, kind, object_id = about.decode("ascii").split(" ")
        if kind == "blob" and _belongs(path):
            committed[path] = object_id
    files = read_worktree(folder)
    return files.keys() != committed.keys() or any(
        raw.digest(committed[path], "blob", data) != committed[path] for path, data in files.items()
    )
