"""One JSON object a line. Strictly, as records are exported for this program, where whatever is wrong is raised as
`WrongLine`; and tolerantly, as other programs leave their own lines, where what is no object says nothing.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime

JsonObject = dict[str, object]
MAX_LINE = 1_000_000  # bytes of a record
MAX_LINES = 2_000  # of a text of others; a longer one says nothing, since the line that takes all back may be its last
LATEST = 253_402_300_799  # the last second of the year 9999, UTC

# --- strict --------------------------------------------------------------------------------------------------------


class WrongLine(Exception):  # noqa: N818 - ends the reading of one line and never leaves the reader of its file
    """What is wrong with a line, as the author will read it."""


def parse_object(text: bytes) -> JsonObject:
    """The object on one line; a key that stands twice is refused, as two readers could take it for two things."""
    if len(text) > MAX_LINE:
        raise WrongLine(f"the line is longer than {MAX_LINE:,} bytes")
    try:
        value = json.loads(text.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_refuse)
    except (ValueError, RecursionError) as fault:
        raise WrongLine("the line is not one JSON object") from fault
    if not isinstance(value, dict):
        raise WrongLine("the line is not one JSON object")
    return value


def text_of(value: Mapping[str, object], key: str, *, needed: bool = False) -> str:
    found = value.get(key)
    if found is None and not needed:
        return ""
    if not isinstance(found, str) or (needed and not found):
        raise WrongLine(f"'{key}' is missing or not text")
    return whole(found)


def texts_of(value: Mapping[str, object], key: str) -> tuple[str, ...]:
    found = value.get(key)
    if found is None:
        return ()
    if not isinstance(found, list) or not all(isinstance(part, str) and part for part in found):
        raise WrongLine(f"'{key}' is not a list of texts")
    return tuple(found)


def objects_of(value: Mapping[str, object], key: str) -> tuple[JsonObject, ...]:
    found = value.get(key)
    if found is None:
        return ()
    if not isinstance(found, list) or not all(isinstance(part, dict) for part in found):
        raise WrongLine(f"'{key}' is not a list of objects")
    return tuple(found)


def time_of(value: Mapping[str, object], key: str) -> int:
    """UTC seconds of a time that is written with its zone."""
    try:
        moment = datetime.fromisoformat(text_of(value, key, needed=True))
    except ValueError as fault:
        raise WrongLine(f"'{key}' is not a time such as 2026-06-27T19:58Z") from fault
    if moment.tzinfo is None:
        raise WrongLine(f"'{key}' has no zone; write it as 2026-06-27T19:58Z")
    if not 0 < moment.timestamp() <= LATEST:
        raise WrongLine(f"'{key}' is not a time between 1970 and 9999")
    return int(moment.timestamp())


def _unique(pairs: list[tuple[str, object]]) -> JsonObject:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("duplicate key")
    return value


def _refuse(_: str) -> object:
    raise ValueError("not a number of JSON")


# --- tolerant ------------------------------------------------------------------------------------------------------


def find_object(data: bytes) -> JsonObject:
    """The object that `data` holds; an empty one where it is no JSON, nested too deeply, or of another type."""
    try:
        value = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def find_objects(data: bytes) -> Iterator[tuple[bytes, JsonObject]]:
    """The lines that hold an object, each with its bytes, in their order."""
    if data.count(b"\n") > MAX_LINES:
        return
    for line in data.split(b"\n"):
        if line.lstrip()[:1] == b"{" and (value := find_object(line)):
            yield line.strip(), value


def whole(text: str) -> str:
    """The text with each half of a character, which JSON can hold and nobody can show, as a question mark."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
