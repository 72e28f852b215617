"""Puts a finished site in its place: a reader sees the whole old one or the whole new one, never a mixture.

Built beside, flushed to the disk, then exchanged in one step. Files that did not change are hard links to the
published ones, which are never modified in place.
"""

import ctypes
import errno
import fcntl
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from uuid import uuid4

from tieout.problems import BuildError

# Says that a folder is ours to replace.
MARKER = ".tieout-site"
SUMS = "SHA256SUMS"  # of an audit's folder


@dataclass(slots=True)
class Stage:
    """A site that is being written beside the published one."""

    folder: Path
    published: Path
    written: int = 0
    linked: int = 0

    def write(self, path: str, content: bytes) -> None:
        """Writes one file, or links it when the published one is the same. `path` is relative, with forward slashes."""
        relative = PurePosixPath(path)
        if relative.is_absolute() or ".." in relative.parts:
            raise ValueError(f"not a path inside the site: {path}")
        target = self.folder / relative
        target.parent.mkdir(parents=True, exist_ok=True)
        if self._link(self.published / relative, target, content):
            self.linked += 1
            return
        with target.open("xb") as file:
            file.write(content)
        self.written += 1

    def adopt(self, folder: str) -> None:
        """Takes over a folder of the published site as it is: an audit that is not built this time.

        Raises:
            BuildError: a file is missing, strange, or not the one that its SHA256SUMS lists.
        """
        source = self.published / folder
        sums = _read_sums(source)
        found = sorted(path.relative_to(source).as_posix() for path in source.rglob("*") if not path.is_dir())
        for path in sorted({*found, *sums}):
            file = source / path
            content = b"" if file.is_symlink() or not file.is_file() else file.read_bytes()
            if path not in found or (path != SUMS and sums.get(path) != sha256(content).hexdigest()):
                raise BuildError(
                    f"{file}: is not what was published there; build all audits again, without naming single ones."
                )
            self.write(f"{folder}/{path}", content)

    def pages(self, folder: str) -> tuple[str, ...]:
        """The HTML files of an audit's folder, by path below it."""
        top = self.folder / folder
        return tuple(sorted(path.relative_to(top).as_posix() for path in top.rglob("*.html")))

    @staticmethod
    def _link(old: Path, new: Path, content: bytes) -> bool:
        try:
            if old.is_symlink() or old.stat().st_size != len(content) or old.read_bytes() != content:
                return False
            os.link(old, new)
        except OSError:
            return False  # no such file, or a file system without hard links: then it is written
        return True


def _read_sums(folder: Path) -> dict[str, str]:
    """What the SHA256SUMS of an audit's folder lists: digest by path; nothing where it is missing."""
    try:
        lines = (folder / SUMS).read_text("utf-8").splitlines()
    except (FileNotFoundError, UnicodeDecodeError):
        return {}
    return {path: digest for digest, _, path in (line.partition("  ") for line in lines)}


@contextmanager
def open_stage(target: Path) -> Iterator[Stage]:
    """Yields a stage; at the end of the block the site is exchanged, after an error the old one stays.

    Raises:
        BuildError: another build is running, the folder is not an earlier site, or the disk refuses.
    """
    check(target)
    with _disk(target), _alone(target):
        for left in target.parent.glob(f".{target.name}.stage-*"):  # of a build that was killed
            shutil.rmtree(left)
        stage = Stage(target.parent / f".{target.name}.stage-{uuid4().hex[:8]}", target)
        stage.folder.mkdir()
        try:
            # first of all, so that what a killed build leaves is known as ours
            stage.write(MARKER, b"Written by tieout build, which replaces this folder as a whole.\n")
            yield stage
            flush(stage.folder)
            exchange(stage.folder, target)
        finally:
            shutil.rmtree(stage.folder, ignore_errors=True)


@contextmanager
def _disk(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        raise BuildError(f"{fault.filename or target}: {fault.strerror}; the old site stays as it was.") from fault


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    """Holds the lock of a site: a file beside it that is there only while a build runs."""
    target.parent.mkdir(parents=True, exist_ok=True)
    path = target.parent / f".{target.name}.lock"
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            ours = path.exists() and os.path.samestat(path.stat(), os.fstat(lock.fileno()))
        except BlockingIOError:
            ours = False
        if not ours:  # held, or removed by a build that ended this very moment
            raise BuildError(f"{target}: another build is writing this site; wait for it to end.")
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def folders(target: Path) -> frozenset[str]:
    """The audits that a published site holds, by the names of their folders."""
    return frozenset(page.parent.name for page in target.glob("*/index.html"))


def check(target: Path) -> None:
    """Refuses to replace what is not an earlier site.

    Raises:
        BuildError: the folder holds something else.
    """
    if target.is_file() or target.is_symlink():
        raise BuildError(f"{target}: is not a folder; name another one with --output.")
    if target.is_dir() and any(target.iterdir()) and not (target / MARKER).exists():
        raise BuildError(f"{target}: holds files that Tieout did not write; empty it or name another --output.")


def flush(folder: Path) -> None:
    """Everything below `folder` reaches the disk. One `syncfs` costs less than an fsync for each of a thousand files."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        syncfs = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
        if syncfs is None or syncfs(handle) != 0:
            os.sync()
    finally:
        os.close(handle)


def exchange(new: Path, published: Path) -> None:
    """`new` becomes `published` in one step; what was published is then in `new`, for the caller to remove."""
    if not published.exists():
        new.rename(published)
    elif not _exchange(new, published):
        # No exchange on this system (some network and overlay file systems): two renames, with a moment between.
        old = published.with_name(f".{published.name}.stage-{uuid4().hex[:8]}")
        published.rename(old)
        new.rename(published)
        shutil.rmtree(old)
    handle = os.open(published.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _exchange(one: Path, other: Path) -> bool:
    library = ctypes.CDLL(None, use_errno=True)
    first, second = os.fsencode(one), os.fsencode(other)
    if sys.platform == "darwin":
        result = library.renamex_np(first, second, ctypes.c_uint(2))  # RENAME_SWAP
    elif hasattr(library, "renameat2"):
        here = -100  # AT_FDCWD
        result = library.renameat2(here, first, here, second, ctypes.c_uint(2))  # RENAME_EXCHANGE
    else:
        return False
    if result == 0:
        return True
    number = ctypes.get_errno()
    if number in {errno.EINVAL, errno.ENOSYS, errno.EXDEV, errno.ENOTSUP}:
        return False
    raise OSError(number, os.strerror(number), str(other))
