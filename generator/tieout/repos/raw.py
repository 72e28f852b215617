"""Objects as git stores them, read with their ids recomputed. What they say is told by `objects`."""

import hashlib
from collections.abc import Callable, Iterator
from io import BufferedReader
from threading import Thread
from typing import BinaryIO

from tieout.problems import BuildError
from tieout.repos.git import Process

MISSING = "missing"


def read_objects(process: Process, limit: int) -> Iterator[tuple[str, str, int, bytes]]:
    """Answers of `cat-file --batch`: (id, kind, size, bytes), each re-hashed. Beyond `limit` the bytes stay empty.

    Raises BuildError at the first object whose bytes do not give its id: git itself would hand them out.
    """
    stream = process.stdout
    while line := stream.readline():
        words = line.split()
        object_id = words[0].decode("ascii", "replace") if words else ""
        if len(words) != 3 or not words[2].isdigit():
            yield object_id, MISSING, 0, b""
            continue
        size = int(words[2])
        if size > limit:
            _skip(stream, size + 1)
            yield object_id, words[1].decode("ascii"), size, b""
            continue
        data = stream.read(size + 1)[:-1]
        # what git hashes is "kind size NUL bytes", and the answer's own line says "id kind size"
        prefix = line[len(object_id) + 1 : -1]
        if _algorithm(object_id)(prefix + b"\0" + data, usedforsecurity=False).hexdigest() != object_id:
            raise DamagedObjectError(object_id)
        yield object_id, words[1].decode("ascii"), size, data


class DamagedObjectError(BuildError):
    """An object whose bytes do not give its id."""

    def __init__(self, object_id: str) -> None:
        super().__init__(object_id)
        self.object = object_id


def digest(like: str, kind: str, data: bytes) -> str:
    """The id that `data` has, in the hash algorithm of the id `like`."""
    prefix = f"{kind} {len(data)}\0".encode()
    return _algorithm(like)(prefix + data, usedforsecurity=False).hexdigest()


def _algorithm(object_id: str) -> Callable[..., "hashlib._Hash"]:
    return hashlib.sha256 if len(object_id) == 64 else hashlib.sha1


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
