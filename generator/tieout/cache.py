"""Derived values by the digest of what they were derived from. Deleting it changes nothing but the time taken.

Kept in the person's own cache folder, never in the ISMS: a cache that comes with the content could vouch for it.
Values are JSON, and no code is loaded. Whatever is wrong with the cache, the work is done without it.
"""

import json
import os
import sqlite3
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TypeAlias, cast
from zlib import crc32

Json: TypeAlias = "str | int | bool | Sequence[Json] | Mapping[str, Json] | None"

FILE = "derived.sqlite"
TOUCHED = 16  # runs after which a value that is in use is marked so again
DROPPED = 64  # runs after which a value that nobody asked for is dropped
_ENCODE = json.JSONEncoder(separators=(",", ":")).encode  # made once: `json.dumps` would make one for each value
_PAGES = 65_536  # of 4 KiB; where that is too little, everything is dropped
_WAIT = 0.2  # seconds, for another process that writes
# The modules, below the package, that decide what is derived: how a file is parsed, and how it is kept.
DERIVING = ("cache.py", "problems.py", "text", "content/files.py")
_TABLE = "CREATE TABLE IF NOT EXISTS derived (key BLOB PRIMARY KEY, value TEXT, mark INT, run INT)"
# Then the file may be of use to another process, or later. With any other fault it makes room for a new one.
_OF_USE = frozenset(
    {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}
)


@contextmanager
def opened(isms: Path) -> Iterator["Cache"]:
    """The cache of this person; one that knows nothing and keeps nothing where there is none that can be trusted.

    `isms` is the folder of tieout.yml. What is new is written when the block ends without an exception.
    """
    folder = own_folder(isms)
    used = Cache(folder / FILE if folder else None)
    try:
        yield used
        used.write()
    finally:
        used.close()


@dataclass(slots=True)
class Cache:
    """Asked and told by one process. A run is a use in which something was new."""

    file: Path | None = None
    run: int = 1
    new: dict[bytes, str] = field(default_factory=dict)
    old: list[bytes] = field(default_factory=list)  # keys that are in use and were marked long ago
    connection: sqlite3.Connection | None = None

    def __post_init__(self) -> None:
        if self.file is None:
            return
        try:
            self.connection = sqlite3.connect(self.file, timeout=_WAIT, isolation_level=None)
            self.connection.execute("PRAGMA synchronous = OFF")
            self.connection.execute(f"PRAGMA max_page_count = {_PAGES}")
            self.connection.execute(_TABLE)
            self.run = self.connection.execute("PRAGMA user_version").fetchone()[0] + 1
            self.connection.execute("BEGIN")  # one lock for everything that is read
        except sqlite3.Error as fault:
            self._give_up(fault)

    def get(self, kind: str, data: bytes) -> Json:
        """What was derived from these bytes; None where that is not known."""
        if self.connection is None:
            return None
        key = _key(kind, data)
        try:
            found = self.connection.execute("SELECT value, mark, run FROM derived WHERE key = ?", (key,)).fetchone()
        except sqlite3.Error as fault:
            self._give_up(fault)
            return None
        if found is None or _mark(key, found[0]) != found[1]:
            return None
        if self.run - found[2] > TOUCHED:
            self.old.append(key)
        return cast("Json", json.loads(found[0]))

    def put(self, kind: str, data: bytes, value: Json) -> None:
        """Keeps a value, not None, that follows from these bytes and from nothing else."""
        if self.connection is not None:
            self.new[_key(kind, data)] = _ENCODE(value)

    def write(self) -> None:
        """Writes what is new, and drops what was not asked for in a long time."""
        if self.connection is None or not self.new:
            return
        rows = [(key, value, _mark(key, value), self.run) for key, value in self.new.items()]
        try:
            self.connection.execute("COMMIT")
            self.connection.execute("BEGIN IMMEDIATE")
            self.connection.executemany("INSERT OR REPLACE INTO derived VALUES (?, ?, ?, ?)", rows)
            self.connection.executemany(
                "UPDATE derived SET run = ? WHERE key = ?", [(self.run, key) for key in self.old]
            )
            self.connection.execute("DELETE FROM derived WHERE run < ?", (self.run - DROPPED,))
            self.connection.execute(f"PRAGMA user_version = {self.run}")
            self.connection.execute("COMMIT")
        except sqlite3.Error as fault:
            self._give_up(fault)

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def _give_up(self, fault: sqlite3.Error) -> None:
        self.close()
        if self.file is not None and getattr(fault, "sqlite_errorcode", 0) & 0xFF not in _OF_USE:
            for name in (FILE, f"{FILE}-journal"):
                with suppress(OSError):
                    self.file.with_name(name).unlink()


def _mark(key: bytes, value: object) -> int:
    """A checksum, against a file that was damaged."""
    return crc32(key + value.encode()) if isinstance(value, str) else -1


def _key(kind: str, data: bytes) -> bytes:
    return sha256(_program() + kind.encode() + b"\0" + data).digest()


@cache
def _program() -> bytes:
    """A digest of everything that derives: our own parsing, and the names and versions of what is installed with us."""
    found = sha256(sys.version.encode())
    for place in sys.path:
        with suppress(OSError):
            found.update(
                "".join(sorted(one.name for one in os.scandir(place) if one.name.endswith(".dist-info"))).encode()
            )
    for part in (Path(__file__).parent / name for name in DERIVING):
        for file in sorted(part.glob("*.py")) if part.is_dir() else (part,):
            found.update(file.name.encode() + sha256(file.read_bytes()).digest())
    return found.digest()


def own_folder(isms: Path) -> Path | None:
    """Where this person's caches and mirrors are, made when it is not there; None when others could have written it.

    In a working tree lies what others wrote: the home of a CI job can be the folder into which it checks out.
    """
    given, home = (Path(os.environ.get(name, "")) for name in ("XDG_CACHE_HOME", "HOME"))
    base = given if given.is_absolute() else home / ".cache"
    try:
        folder = (base / "tieout").resolve()
        trees = {isms.resolve(), *(place for place in folder.parents if (place / ".git").exists())}
        if not base.is_absolute() or not base.parent.is_dir() or not trees.isdisjoint((folder, *folder.parents)):
            return None
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        state = folder.stat()
    except (OSError, RuntimeError):  # the latter: symbolic links in a circle
        return None
    return folder if state.st_uid == os.getuid() and not state.st_mode & 0o022 else None
