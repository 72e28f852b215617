"""Fields of an answer's objects, read with care: a wrong type is as if the field were not there."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from tieout.forges.answers import KEPT_BYTES, Raw, UnreadableError, Value
from tieout.forges.facts import Kept
from tieout.text.json_lines import LATEST, whole

GHOST: Final = "@ghost"  # GitHub's and GitLab's name for an account that was deleted
_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_LOGIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(\[bot\])?")
_ADDRESS = re.compile(r"[^\s<>@\x00-\x1f\x7f]+@[^\s<>@\x00-\x1f\x7f]+")
_COAUTHOR = re.compile(r"^co-(?:authored|developed)-by:[^<\n]*<([^>\n]*)>\s*$", re.IGNORECASE | re.MULTILINE)


def part(value: Value, *path: str) -> Value:
    """An object inside an object; empty where there is none."""
    for key in path:
        found = value.get(key)
        if not isinstance(found, dict):
            return {}
        value = found
    return value


def parts(value: Value, *path: str) -> list[Value]:
    """The objects of a list inside; those of `nodes` for a connection of GraphQL."""
    found: object = part(value, *path[:-1]).get(path[-1])
    if isinstance(found, dict):
        found = found.get("nodes")
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def text(value: Value, *path: str) -> str:
    """Text, with what cannot be shown replaced; empty where there is none."""
    found = part(value, *path[:-1]).get(path[-1])
    return whole(found) if isinstance(found, str) else ""


def number(value: Value, *path: str) -> int:
    """A number from 0; -1 where there is none."""
    found = part(value, *path[:-1]).get(path[-1])
    return found if isinstance(found, int) and not isinstance(found, bool) and found >= 0 else -1


def commit(value: Value, *path: str) -> str:
    """A full id of a commit."""
    found = text(value, *path).lower()
    return found if _ID.fullmatch(found) else ""


def time(value: Value, *path: str) -> int:
    """Seconds since 1970 of a time with its zone; 0 where there is none."""
    try:
        moment = datetime.fromisoformat(text(value, *path))
    except ValueError:
        return 0
    seconds = int(moment.timestamp()) if moment.tzinfo and moment.year > 1 else 0
    return seconds if 0 < seconds <= LATEST else 0


def account(value: Value, *path: str) -> str:
    """@login of an account; empty where the answer names none, and the ghost where it was deleted.

    GraphQL gives a bot's name without the `[bot]` that everything else calls it by.
    """
    above = part(value, *path[:-1])
    if path[-1] in above and above[path[-1]] is None:
        return GHOST
    found = part(above, path[-1])
    login = text(found, "login") or text(found, "username")
    if not _LOGIN.fullmatch(login):
        return ""
    robot = found.get("__typename") == "Bot" and not login.endswith("[bot]")
    return f"@{login}[bot]" if robot else f"@{login}"


def address(found: str) -> str:
    found = found.strip()
    return found if len(found) <= 320 and _ADDRESS.fullmatch(found) else ""


def co_authors(message: str) -> Iterator[str]:
    """Addresses of co-authors, wherever in the message: one too many takes nobody's authorship away."""
    for match in _COAUTHOR.finditer(message.replace("\r\n", "\n")):
        if found := address(match[1]):
            yield found


def kept(raw: Raw) -> Kept:
    """What a fact names as its source."""
    if len(raw.data) > KEPT_BYTES:
        message = f"an answer in it has {len(raw.data):,} bytes, and {KEPT_BYTES:,} are kept; ask for smaller pages"
        raise UnreadableError(message)
    return Kept(raw.digest, raw.data)
