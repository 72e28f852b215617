"""Saved answers -> the objects in them, with the very bytes that the forge sent.

As `gh api --paginate` and `glab api --paginate` write them: one array, arrays one after another (a page each), an array
of arrays (`--slurp`), single objects, one object a line. Answers with many objects of a kind inside, such as check-runs
or a GraphQL connection, are opened.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

MOST_BYTES: Final = 100_000_000  # of one saved file; beyond it is to be saved in parts
KEPT_BYTES: Final = 32_000_000  # of one answer, which a records repository has to carry
Value = dict[str, object]

# Where objects lie inside an answer: REST answers that wrap a list, and the connections of the guide's GraphQL queries.
WRAPPED: Final = (
    ("check_runs",),
    ("statuses",),
    ("data", "repository", "pullRequests", "nodes"),
    ("data", "search", "nodes"),
    ("data", "repository", "deployments", "nodes"),
)
_SPACE = re.compile(r"[ \t\r\n]*")


class Raw(NamedTuple):
    """Bytes as the forge sent them."""

    data: bytes

    @property
    def digest(self) -> str:
        return _digest(self.data)


@lru_cache(maxsize=8)  # a page is asked for by each of its objects
def _digest(data: bytes) -> str:
    return hashlib.sha256(data, usedforsecurity=False).hexdigest()


class Item(NamedTuple):
    """One object of an answer."""

    value: Value
    file: str
    place: int  # which object of the file it is, from 1
    own: Raw  # its bytes
    page: Raw  # those of the page or answer that it stood in
    around: Value  # what the answer says around it; empty in a plain list


class UnreadableError(Exception):
    """Why a saved file is no answer of a forge, as the person who saved it will read it."""


def parse_answers(data: bytes, file: str) -> Iterator[Item]:
    """Every object of a saved file, in the file's order, page by page. An empty list has none.

    Raises:
        UnreadableError: it is no JSON, too large, or something else than objects and lists of objects.
    """
    if len(data) > MOST_BYTES:
        raise UnreadableError(f"it has {len(data):,} bytes, and {MOST_BYTES:,} are read; save it in parts")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableError("it is in UTF-16, as PowerShell writes it; save it as UTF-8")
    try:
        text = data.decode("utf-8-sig")
        for place, item in enumerate(_items(text, file), 1):
            yield item._replace(place=place)
    except UnicodeDecodeError as fault:
        raise UnreadableError(f"byte {fault.start + 1} is not UTF-8") from None
    except RecursionError:
        raise UnreadableError("its lists or objects are nested too deeply") from None
    except json.JSONDecodeError as fault:
        raise UnreadableError(f"it is not JSON at line {fault.lineno}, column {fault.colno}") from None
    except ValueError as fault:
        raise UnreadableError(str(fault)) from None


def _items(text: str, file: str) -> Iterator[Item]:
    for value, start, end in _documents(text):
        if isinstance(value, list) and value and all(isinstance(page, list) for page in value):
            for page, begin, finish in _elements(text, start):
                yield from _page(text, (page, begin, finish), file)
        else:
            yield from _page(text, (value, start, end), file)


Span = tuple[object, int, int]  # a value, and where its text begins and ends


def _page(text: str, span: Span, file: str) -> Iterator[Item]:
    value, start, end = span
    page = _raw(text, start, end)
    if isinstance(value, list):
        for element, begin, finish in _elements(text, start):
            if not isinstance(element, dict):
                raise ValueError("a list in it holds something else than objects")  # noqa: TRY004 - see parse_answers
            _refuse_fault(element)
            if inside := _wrapped(text, element, begin):
                yield from _opened(text, element, (_raw(text, begin, finish), inside), file)
            else:
                yield Item(element, file, 0, _raw(text, begin, finish), page, {})
    elif isinstance(value, dict):
        _refuse_fault(value)
        if inside := _wrapped(text, value, start):
            yield from _opened(text, value, (page, inside), file)
        else:
            yield Item(value, file, 0, page, page, {})
    else:
        raise ValueError("it holds something else than objects and lists of objects")  # noqa: TRY004


def _opened(text: str, value: Value, place: tuple[Raw, int], file: str) -> Iterator[Item]:
    """The objects of the list that an answer wraps; `place` has the answer's bytes, and where the list begins."""
    page, inside = place
    for element, begin, finish in _elements(text, inside):
        if isinstance(element, dict):
            yield Item(element, file, 0, _raw(text, begin, finish), page, value)
        elif element is not None:  # GraphQL gives null for what may not be seen
            raise ValueError("a list in it holds something else than objects")


def _refuse_fault(value: Value) -> None:
    """What a forge answers in place of what was asked for."""
    told = value.get("errors") or (value.get("message") or value.get("error") if len(value) < 5 else None)
    if told:
        said = told if isinstance(told, str) else json.dumps(told)
        raise ValueError(f"the forge answered with an error ({said[:200]}); ask again")


def _raw(text: str, start: int, end: int) -> Raw:
    return Raw(text[start:end].encode())


# --- text ----------------------------------------------------------------------------------------------------------


def _documents(text: str) -> Iterator[Span]:
    at = _skip(text, 0)
    if at == len(text):
        raise ValueError("it is empty; the call that should have filled it failed")
    while at < len(text):
        value, end = _DECODER.raw_decode(text, at)
        yield value, at, end
        at = _skip(text, end)


def _elements(text: str, at: int) -> Iterator[Span]:
    """The elements of the array whose bracket is at `at`; the text was parsed before, so it is known to be one."""
    at = _skip(text, at + 1)
    while text[at] != "]":
        value, end = _AGAIN.raw_decode(text, at)
        yield value, at, end
        at = _skip(text, end)
        at = _skip(text, at + 1) if text[at] == "," else at


def _wrapped(text: str, value: Value, at: int) -> int:
    """Where the list begins that the object at `at` wraps; 0 where it wraps none."""
    for path in WRAPPED:
        found: object = value
        for key in path:
            found = found.get(key) if isinstance(found, dict) else None
        if isinstance(found, list):
            for key in path:
                at = _member(text, at, key)
            return at
    return 0


def _member(text: str, at: int, name: str) -> int:
    """Where the value of a key begins in the object at `at`, which has it."""
    at = _skip(text, at + 1)
    while True:
        key, end = _AGAIN.raw_decode(text, at)
        at = _skip(text, _skip(text, end) + 1)
        if key == name:
            return at
        _, end = _AGAIN.raw_decode(text, at)
        at = _skip(text, _skip(text, end) + 1)


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _unique(pairs: list[tuple[str, object]]) -> Value:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("an object in it has the same key twice")
    return value


def _refuse(name: str) -> object:
    raise ValueError(f"{name} is no number of JSON")


def _number(digits: str) -> int:
    return int(digits) if len(digits) < 20 else -1  # no id of a forge is as long


_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_refuse, parse_int=_number)
_AGAIN = json.JSONDecoder(parse_int=_number)  # for a part of what the other one has read
