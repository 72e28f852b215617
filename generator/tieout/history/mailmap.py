"""`.mailmap`: what a repository itself says about its people's addresses (gitmailmap(5)).

A mapping of its own, always labelled as the repository's: anyone who commits may write it, so it is never taken for the
register of people.
"""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from tieout.history.line import Line

PATH = ".mailmap"
MOST = 20_000  # lines that are read
_LINE = re.compile(r"([^<#]*)<([^<>]*)>(?:([^<]*)<([^<>]*)>)?\s*(?:#.*)?")


class Mapped(NamedTuple):
    """A line: who an address, or a name with an address, is said to be. Empty: that is not said."""

    name: str
    email: str
    old_name: str
    old_email: str


def parse_mailmap(data: bytes) -> tuple[Mapped, ...]:
    """The lines in order; what is none is passed over, as git does."""
    found = []
    for text in data.decode("utf-8", "replace").split("\n")[:MOST]:
        match = None if text.lstrip().startswith("#") else _LINE.fullmatch(text.strip())
        if match is None:
            continue
        name, email, old_name, old_email = (part.strip() if part else "" for part in match.groups())
        found.append(Mapped(name, email, old_name, old_email) if old_email else Mapped(name, "", "", email))
    return tuple(found)


def mailmap_of(line: Line, last: int) -> tuple[Mapped, ...]:
    """The file as it stands after the step at `last`."""
    blob = line.blob_on_line(last, PATH)
    return parse_mailmap(line.content(blob) or b"") if blob else ()


class Mailmap(NamedTuple):
    """The lines by the address that they speak of, in lower case; of two that say the same the later one counts."""

    by_email: Mapping[str, Mapped]
    by_both: Mapping[tuple[str, str], Mapped]  # name and address, which say more

    def said_of(self, name: str, email: str) -> str:
        """Who an address is said to be, as `Name <address>`; empty where nothing else is said than what stands there."""
        key = email.casefold()
        found = self.by_both.get((name.casefold(), key)) or self.by_email.get(key)
        told = f"{found.name or name} <{found.email or email}>" if found else ""
        return "" if told == f"{name} <{email}>" else told


def index_mailmap(lines: Iterable[Mapped]) -> Mailmap:
    by_email, by_both = {}, {}
    for one in lines:
        key = one.old_email.casefold()
        if one.old_name:
            by_both[one.old_name.casefold(), key] = one
        else:
            by_email[key] = one
    return Mailmap(by_email, by_both)
