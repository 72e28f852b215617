"""What the readers of manifests and lock files share: their values, their limits, and plain text, JSON and TOML.

Files of other people: nothing is evaluated, sizes and depths are limited, and what is not understood is said.
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from tieout.text.versions import Style

MAX_MANIFEST = 1_000_000  # bytes
MAX_LOCK = 20_000_000
MAX_LINE = 2000  # characters that are looked at
MAX_DEPENDENCIES = 20_000
_DEEP = 100  # brackets within brackets

Locked = Mapping[str, tuple[str, ...]]  # versions by name, as names are compared


class UnreadableError(ValueError):
    """Why a file is not read, as the rest of a sentence that begins with its path."""


class Dependency(NamedTuple):
    """One thing that a manifest takes in."""

    name: str  # as names of its tool are compared
    asked: str  # the range, as written
    style: Style
    exact: bool = False  # the manifest alone says which version
    elsewhere: str = ""  # it is no version of a registry: what it is


LOCAL = "a folder of its own"
SHARED = "its workspace"  # which is compared where the workspace itself is


@dataclass(frozen=True, slots=True)
class Named:
    """What a manifest names."""

    dependencies: tuple[Dependency, ...] = ()
    limit: str = ""
    hidden: str = ""  # why not all dependencies, or not their versions, are seen: nothing is passed without a lock file
    also: tuple[str, ...] = ()  # files beside it that say which versions: constraints of pip
    alone: bool = False  # its form has no lock file, or it serves as one: exact versions are all that is asked


def text_of(data: bytes) -> str:
    return data.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")


def lines_of(data: bytes) -> Iterator[str]:
    return (line[:MAX_LINE] for line in text_of(data).split("\n"))


def parse_json(data: bytes) -> dict[str, object]:
    """An object of JSON.

    Raises:
        UnreadableError: it is none, or is nested too deep.
    """
    if _depth(data) > _DEEP:
        raise UnreadableError(f"is nested more than {_DEEP} deep")
    try:
        found = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise UnreadableError("is not JSON") from None
    if not isinstance(found, dict):
        raise UnreadableError("is not an object of JSON")
    return found


def parse_toml(data: bytes) -> dict[str, object]:
    """A document of TOML.

    Raises:
        UnreadableError: it is none, or is nested too deep.
    """
    if len(data) > MAX_MANIFEST or _depth(data) > _DEEP or _dots(data) > _DEEP:
        raise UnreadableError("is larger or nested deeper than such a file is")
    try:
        return tomllib.loads(data.decode("utf-8-sig").replace("\r\n", "\n"))
    except (ValueError, RecursionError):
        raise UnreadableError("is not TOML") from None


def parse_packages(data: bytes) -> Locked:
    """Name and version of each package of a lock file in TOML, line by line: tools write them, so they stand so."""
    found: dict[str, tuple[str, ...]] = {}
    name, inside = "", False
    for line in lines_of(data):
        if line.startswith("["):
            inside, name = line.strip() in {"[[package]]", "[[packages]]"}, ""
        elif inside and (pair := _PAIR.match(line)):
            if pair[1] == "name":
                name = normalised(pair[2])
                found.setdefault(name, ())
            elif name:
                found[name] = (*found[name], pair[2])
    return found


_PAIR = re.compile(r'(name|version)\s*=\s*"([^"]{1,200})"')


def normalised(name: str) -> str:
    """A name of Python's or Rust's as names are compared: PEP 503."""
    return re.sub(r"[-_.]{1,20}", "-", name.strip()).casefold()


def table(value: object, *keys: str) -> Mapping[str, object]:
    """A mapping some levels down; an empty one where there is none."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def word(value: object) -> str:
    return value if isinstance(value, str) else ""


def words(value: object) -> tuple[str, ...]:
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()


def _depth(data: bytes) -> int:
    """The most brackets that are open at a time, brackets in text counted too."""
    deepest = now = 0
    for bracket in re.finditer(rb"[\[\]{}]", data):
        now = now + 1 if bracket[0] in b"[{" else max(now - 1, 0)
        if now > deepest:
            deepest = now
            if deepest > _DEEP:
                break
    return deepest


def _dots(data: bytes) -> int:
    """The most dots in the header or the key of a line: each is a level of TOML."""
    return max((line.partition(b"=")[0].count(b".") for line in data.split(b"\n")), default=0)
