"""CODEOWNERS: who must review a path. The last rule that matches wins; with sections, the last of each section."""

import re
from dataclasses import dataclass
from functools import lru_cache

from tieout.history.line import Line
from tieout.history.registers import OWNER_FILES
from tieout.text.globs import matches

_SECTION = re.compile(r"\^?\[([^\]]+)\](?:\[[0-9]+\])?(.*)")
_SPACE = re.compile(r"(?<!\\)\s+")


@dataclass(frozen=True, slots=True)
class Rule:
    section: str
    pattern: str
    owners: tuple[str, ...]  # e-mail addresses, @logins, @org/teams; empty: nobody


def parse_owners(data: bytes) -> tuple[Rule, ...]:
    """The rules in order. Comments, empty lines and what is not text are passed over."""
    rules = []
    section, defaults = "", ()
    for raw in data.decode("utf-8", "replace").split("\n"):
        text = re.sub(r"(?:^|\s)#.*", "", raw).strip()
        heading = _SECTION.fullmatch(text)
        if heading:
            section, defaults = heading[1].casefold(), tuple(heading[2].split())
        elif text:
            pattern, *owners = _SPACE.split(text)
            rules.append(Rule(section, pattern.replace("\\ ", " "), tuple(owners) or defaults))
    return tuple(rules)


@lru_cache(maxsize=1024)
def _rules(data: bytes) -> tuple[Rule, ...]:
    return parse_owners(data)


@lru_cache(maxsize=65536)
def owners_of(data: bytes, path: str) -> tuple[str, ...]:
    """Owners of a path as written, sorted."""
    winner: dict[str, Rule] = {}
    for rule in _rules(data):
        if matches(rule.pattern, path):
            winner[rule.section] = rule
    return tuple(sorted({owner for rule in winner.values() for owner in rule.owners}))


def owners_before(line: Line, position: int) -> bytes:
    """The CODEOWNERS that ruled a step: as it stood before, since no change may appoint its own reviewers.

    A repository's first CODEOWNERS rules from its own commit on. Empty: there is none.
    """
    files = [path for path in OWNER_FILES if path in line.files]
    for place in (position - 1, position) if files else ():
        blobs = (line.blob_on_line(place, path) for path in files)
        found = next((blob for blob in blobs if blob), "")
        if found:
            return line.content(found) or b""
    return b""
