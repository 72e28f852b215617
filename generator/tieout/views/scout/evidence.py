"""What all findings are counted from: one history, its line, and its changes, derived without any register."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from tieout.history.line import Line
from tieout.model.history import Change, Facts, History, Identity
from tieout.problems import Problem
from tieout.text.latin import slug
from tieout.text.words import digits, visible
from tieout.views.scout.report import Named, Row

NEWEST = 5  # that a finding names
# Addresses under which the forges themselves commit what a person pressed a button for.
FORGES = frozenset(
    {
        "noreply@github.com",
        "noreply@gitlab.com",
        "noreply@bitbucket.org",
        "noreply@codeberg.org",
        "noreply@gitea.com",
    }
)

# An address that a forge gives to who hides their own: 147+login@users.noreply.github.com.
HIDDEN = re.compile(r"(?:[0-9]+[+-])?([^@+]+)@users\.noreply\.[a-z0-9.-]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Evidence:
    """`changes` is oldest first; the window begins at `since` and ends with the newest change."""

    history: History
    line: Line
    changes: tuple[Change, ...]
    facts: Facts
    problems: tuple[Problem, ...]
    since: int
    newest: int

    @property
    def tip(self) -> str:
        return self.line.tip

    @property
    def edge(self) -> int:
        """The first position of the line that lies in the window."""
        return bisect_left(self.line.times, self.since)

    @property
    def recent(self) -> int:
        return sum(one.time >= self.since for one in self.changes)

    def row(self, key: str, words: str, chosen: Iterable[Change], note: str = "") -> Row:
        found = tuple(chosen)
        return Row(key, words, len(found), sum(one.time >= self.since for one in found), note)

    def total(self, words: str = "changes", chosen: Iterable[Change] | None = None) -> Row:
        return self.row("all", words, self.changes if chosen is None else chosen)

    def rows(
        self, known: Iterable[tuple[str, str]], key: Callable[[Change], str], chosen: Iterable[Change]
    ) -> tuple[Row, ...]:
        """One row a key: the known ones in their order, with their words; then whatever else there is."""
        found: dict[str, list[Change]] = {}
        for one in chosen:
            found.setdefault(key(one), []).append(one)
        words = dict(known)
        keys = [*words, *sorted(found.keys() - words.keys())]
        return tuple(self.row(each, words.get(each, each), found.get(each, ())) for each in keys if each)

    def named(self, chosen: Iterable[Change]) -> tuple[Named, ...]:
        """The newest few, newest first."""
        return tuple(Named(one.id, one.time, visible(one.subject)) for one in newest_of(chosen))

    def in_window(self, step: str) -> str:
        """A range of commits for git: what entered the branch in the window."""
        edge = self.edge
        return f"{self.line.steps[edge - 1][:12]}..{step[:12]}" if 0 < edge < len(self.line.steps) else step[:12]


def newest_of(chosen: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(chosen)[-NEWEST:][::-1]


def share(part: int, whole: int) -> str:
    """`454 of 455`; `none of 455`."""
    return f"{digits(part) if part else 'none'} of {digits(whole)}"


def is_forge(who: Identity) -> bool:
    return who.email.casefold() in FORGES


def name_of(who: Identity) -> str:
    """What names are compared by: `Jimmy AUDEBERT` is `jimmy.audebert`. Too short a name says nothing."""
    return _letters(who.name)


@lru_cache(maxsize=1 << 16)
def _letters(name: str) -> str:
    words = slug(name) or " ".join(name.casefold().split())
    return words if len(words) > 2 else ""


def key_of(who: Identity) -> str:
    return who.key or who.name.casefold()


def marks_of(who: Identity) -> frozenset[str]:
    """What tells somebody apart beside the address: the name, and the login in an address that hides another."""
    login = HIDDEN.fullmatch(who.email)
    return frozenset({name_of(who), login[1].casefold() if login else ""} - {""})


def knows(people: Iterable[Identity], who: Identity) -> bool:
    """Whether one of them has the address, the name or the login: then nobody can say that it is somebody else."""
    own = marks_of(who)
    return any(key_of(one) == key_of(who) or marks_of(one) & own for one in people)
