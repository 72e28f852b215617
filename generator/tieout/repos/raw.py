"""Objects as git stores them, read with their ids recomputed. What they say is told by `objects`."""

import hashlib
from collections.abc import Iterator
from functools import partial
from io import BufferedReader
from threading import Thread
from typing import BinaryIO

from tieout.problems import BuildError
from tieout.repos.git import Process

MISSING = "missing"
_BLOCK = 1 << 18
sha1 = partial(hashlib.sha1, usedforsecurity=False)
sha256 = partial(hashlib.sha256, usedforsecurity=False)


def read_objects(process: Process, limit: int) -> Iterator[tuple[str, str, int, bytes]]:
    """Answers of `cat-file --batch`: (id, kind, size, bytes), each re-hashed. Beyond `limit` the bytes stay empty.

    Nothing is read ahead of an answer but what git has written already.
    Raises BuildError at the first object whose bytes do not give its id: git itself would hand them out.
    """
    stream = process.stdout
    held, at = b"", 0  # what was read, and where the next answer begins in it
    while True:
        end = held.find(b"\n", at)
        while end < 0:
            more = stream.read1(_BLOCK)
            if not more:
                return
            held, at = held[at:] + more, 0
            end = held.find(b"\n")
        words = held[at:end].split(b" ")
        object_id = words[0].decode("ascii", "replace")
        if len(words) != 3 or not words[2].isdigit():
            yield object_id, MISSING, 0, b""
            at = end + 1
            continue
        size, kind = int(words[2]), words[1].decode("ascii")
        begin, at = end + 1, end + size + 2
        if size > limit:
            _skip(stream, at - len(held))
            yield object_id, kind, size, b""
            continue
        if at > len(held):
            held, begin, at = held[begin:] + stream.read(at - len(held)), 0, size + 1
        data = held[begin : at - 1]
        prefix = b"%b %b\0" % (words[1], words[2])
        if (sha256 if len(object_id) == 64 else sha1)(prefix + data).hexdigest() != object_id:
            raise DamagedObjectError(object_id)
        yield object_id, kind, size, data


class DamagedObjectError(BuildError):
    """An object whose bytes do not give its id."""

    def __init__(self, object_id: str) -> None:
        super().__init__(object_id)
        self.object = object_id


def digest(like: str, kind: str, data: bytes) -> str:
    """The id that `data` has, in the hash algorithm of the id `like`."""
    prefix = f"{kind} {len(data)}\0".encode()
    return (sha256 if len(like) == 64 else sha1)(prefix + data).hexdigest()


def ask(stdin: BinaryIO, ids: list[str]) -> Thread:
    """Write the ids from a thread, so that git and the reader of its answers never wait for each other."""
    thread = Thread(target=_write, args=(stdin, "".join(f"{object_id}\n" for object_id in ids).encode()), daemon=True)
    thread.start()
    return thread


def _write(stdin: BinaryIO, data: bytes) -> None:
    try:
        stdin.write(data)
        stdin.flush()
    except (BrokenPipeError, ValueError):
        return  # git ended early: its answers, too few, tell


def _skip(stream: BufferedReader, size: int) -> None:
    while size > 0 and (chunk := stream.read(min(size, 1 << 20))):
        size -= len(chunk)
