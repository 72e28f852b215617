"""A throw-away copy of a mirror, to which commits are added that nobody made: the mirror itself is only read.

The refs are copied. The objects are borrowed from the mirror by `objects/info/alternates`, so that a copy costs nothing
whatever its size; what is new lies in the copy alone. One `git fast-import` writes everything.
"""

import shutil
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from tieout.model.history import Stamp
from tieout.problems import BuildError
from tieout.repos import git

_COPIED = ("config", "HEAD", "packed-refs", "shallow")
_MARKS = "tieout-marks"


class Commit(NamedTuple):
    """A commit to be written. `on` and `merged` are ids, or marks (`:3`) of commits written before it."""

    mark: int
    ref: str
    on: str
    author: Stamp
    committer: Stamp
    message: str
    files: Mapping[str, bytes | None]  # by path; None takes the file away
    merged: str = ""


class Tag(NamedTuple):
    """An annotated tag to be written; `on` as that of a commit."""

    name: str
    on: str
    tagger: Stamp
    message: str


class Reset(NamedTuple):
    """A ref that is put on another commit; `on` as that of a commit."""

    ref: str
    on: str


def copy_mirror(mirror: Path, folder: Path) -> Path:
    """A new bare repository in `folder` with the refs of the mirror.

    Raises:
        BuildError: there is no room for it.
    """
    try:
        (folder / "objects" / "info").mkdir(parents=True)
        (folder / "objects" / "info" / "alternates").write_bytes(str(mirror.absolute() / "objects").encode() + b"\n")
        for name in _COPIED:
            if (mirror / name).exists():
                shutil.copyfile(mirror / name, folder / name)
        shutil.copytree(mirror / "refs", folder / "refs")
    except OSError as fault:
        raise BuildError(f"{folder}: {fault.strerror}; the scratch copy of a mirror is made there.") from None
    return folder


def write(folder: Path, orders: Iterable[Commit | Tag | Reset]) -> dict[int, str]:
    """Writes commits and tags in their order; the id of each commit by its mark.

    Raises:
        BuildError: git would not write them.
    """
    stream = b"".join(map(_order, orders)) + b"done\n"
    marks = folder / _MARKS
    answer = git.run(
        git.at_mirror(folder), "fast-import", "--quiet", "--force", "--done", f"--export-marks={marks}", stdin=stream
    )
    if not answer.good:
        raise BuildError(f"{folder}: git could not write into the scratch copy of a mirror ({answer.said}).")
    lines = (line.split(" ") for line in marks.read_text("ascii").split("\n") if line)
    return {int(mark.removeprefix(":")): id_ for mark, id_ in lines}


def list_refs(folder: Path) -> dict[str, str]:
    """Every ref with what it points at."""
    listed = git.run(git.at_mirror(folder), "for-each-ref", "--format=%(objectname) %(refname)").out
    lines = (line.split(" ", 1) for line in listed.decode("utf-8", "surrogateescape").split("\n")[:-1])
    return {name: id_ for id_, name in lines}


def _order(order: Commit | Tag | Reset) -> bytes:
    if isinstance(order, Commit):
        return _commit(order)
    if isinstance(order, Tag):
        head = f"tag {order.name}\nfrom {order.on}\ntagger {_stamp(order.tagger)}\n"
        return head.encode() + _data(order.message.encode())
    return f"reset {order.ref}\nfrom {order.on}\n\n".encode()


def _commit(order: Commit) -> bytes:
    head = (
        f"commit {order.ref}\nmark :{order.mark}\nauthor {_stamp(order.author)}\ncommitter {_stamp(order.committer)}\n"
    )
    parts = [head.encode(), _data(order.message.encode())]
    parts += [f"from {order.on}\n".encode()] if order.on else []
    parts += [f"merge {order.merged}\n".encode()] if order.merged else []
    for path, content in sorted(order.files.items()):
        named = _quoted(path)
        parts += [b"D " + named + b"\n"] if content is None else [b"M 100644 inline " + named + b"\n", _data(content)]
    return b"".join([*parts, b"\n"])


def _data(content: bytes) -> bytes:
    return b"data %d\n%s\n" % (len(content), content)


def _stamp(stamp: Stamp) -> str:
    name, email = ("".join(letter for letter in text if letter not in "<>\n\0") for text in (stamp.name, stamp.email))
    return f"{name} <{email}> {stamp.time} {stamp.zone}"


def _quoted(path: str) -> bytes:
    told = path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{told}"'.encode("utf-8", "surrogateescape")


def fingerprint(mirror: Path) -> str:
    """What a mirror holds, so that two looks at it can be compared: its refs, and its files of objects by name and size."""
    refs = sorted(list_refs(mirror).items())
    objects = sorted(
        (file.relative_to(mirror).as_posix(), file.stat().st_size)
        for file in (mirror / "objects").rglob("*")
        if file.is_file()
    )
    return sha256(repr((refs, objects)).encode("utf-8", "surrogateescape")).hexdigest()
