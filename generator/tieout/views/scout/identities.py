"""Addresses under which people wrote and committed: how many, and which may be one person's. A hint, never a merge."""

import re
from collections.abc import Iterable, Iterator

from tieout.model.history import Identity, Stamp
from tieout.text.words import digits, plural
from tieout.views.scout.evidence import FORGES, HIDDEN, Evidence, name_of
from tieout.views.scout.report import Address, Finding, Recount, Row

_BOT = re.compile(r"(?:[0-9]+[+-])?[^@+]+\[bot\]@users\.noreply\.[a-z0-9.-]+", re.IGNORECASE)


class _Seen:
    """One address as the branch's commits show it."""

    __slots__ = ("first", "last", "names", "recorded")

    def __init__(self) -> None:
        self.names: dict[str, int] = {}  # when each was last used
        self.first = self.last = 0
        self.recorded = 0


def gather(evidence: Evidence) -> tuple[Address, ...]:
    """Every address of an author or committer of a commit that the branch holds, by address; with those that share a name."""
    seen: dict[str, _Seen] = {}
    for id_, position in evidence.line.entered.items():
        commit, entered = evidence.history.commits[id_], evidence.line.times[position]
        for stamp in (commit.author, commit.committer):
            _note(seen.setdefault(stamp.email.casefold(), _Seen()), stamp, entered)
    holders: dict[str, set[str]] = {}
    for email, one in seen.items():
        for name in one.names:
            if email and kind_of(email) != "forge" and (words_ := name_of(Identity("", name, ""))):
                holders.setdefault(words_, set()).add(email)
    return tuple(
        Address(email, _newest_name(one), one.first, one.last, kind_of(email), _sharing(email, one, holders))
        for email, one in sorted(seen.items())
    )


def _note(seen: _Seen, stamp: Stamp, at: int) -> None:
    seen.names[stamp.name] = max(seen.names.get(stamp.name, at), at)
    seen.first = min(seen.first or at, at)
    seen.last = max(seen.last, at)


def _newest_name(seen: _Seen) -> str:
    return max(seen.names, key=lambda name: (seen.names[name], name))


def _sharing(email: str, seen: _Seen, holders: dict[str, set[str]]) -> tuple[str, ...]:
    if kind_of(email) == "forge":
        return ()
    found: set[str] = set()
    for name in seen.names:
        found |= holders.get(name_of(Identity("", name, "")), set())
    return tuple(sorted(found - {email}))


def kind_of(email: str) -> str:
    """What the form of an address hints at. To be declared by name: nothing is judged by it."""
    if email in FORGES:
        return "forge"
    return "robot" if _BOT.fullmatch(email) else ""


def finding(evidence: Evidence, found: tuple[Address, ...]) -> Finding:
    """How many addresses there are, and what their forms and names hint at."""
    row = _Rows(evidence.since)
    groups = {frozenset((one.email, *one.same_name)) for one in found if one.same_name}
    rows = (
        row("shared", "carry a name that another address carries too", (one for one in found if one.same_name)),
        row(
            "hidden",
            "hide the person's own address behind a forge's",
            (one for one in found if HIDDEN.fullmatch(one.email) and not one.kind),
        ),
        row(
            "robot", "look like a robot's, by [bot] in a forge's address", (one for one in found if one.kind == "robot")
        ),
        row("forge", "are a forge's own", (one for one in found if one.kind == "forge")),
        row("empty", "are empty", (one for one in found if not one.email)),
        row("lookalike", "carry a name that is easily taken for another's", _lookalikes(evidence, found)),
    )
    return Finding(
        "identities",
        "Who is who?",
        f"{plural(len(found), 'address', 'addresses')} wrote or committed what the branch holds; "
        f"{digits(len(groups)) if groups else 'no'} {'group' if len(groups) == 1 else 'groups'} of them may be one person each.",
        "addresses",
        rows,
        row("all", "addresses", found),
        disjoint=False,
        recounts=(
            Recount(
                f"git log --no-use-mailmap --format='%ae%n%ce' {evidence.tip[:12]} | tr A-Z a-z | sort -u | wc -l",
                plural(len(found), "address", "addresses"),
            ),
        ),
        limits=(
            (
                "which addresses are one person, and which are robots, until people.yml says so; a name or the form of an "
                "address is a hint"
            ),
        ),
    )


def _lookalikes(evidence: Evidence, found: Iterable[Address]) -> Iterator[Address]:
    odd = {one.email.casefold() for one in evidence.facts.lookalikes}
    return (one for one in found if one.email in odd)


class _Rows:
    """Counts addresses; one is of the window when it was last seen in it."""

    def __init__(self, since: int) -> None:
        self.since = since

    def __call__(self, key: str, words_: str, chosen: Iterable[Address]) -> Row:
        found = tuple(chosen)
        return Row(key, words_, len(found), sum(one.last >= self.since for one in found))
