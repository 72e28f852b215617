"""Commits of the reference state log -> entries, in order, with what breaks the chain.

Format: gittuf's `pkg/rsl`, as written since 2023: a title, a blank line, `key: value` lines, and in an annotation a
message between two marks. Entries of old were not numbered. Signatures are not looked at here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from tieout.model.history import Commit, entry_times

TITLES: Mapping[str, Literal["reference", "annotation", "propagation"]] = {
    "RSL Reference Entry": "reference",
    "RSL Annotation Entry": "annotation",
    "RSL Propagation Entry": "propagation",
}
_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,15}")
_MESSAGE = re.compile(r"-----BEGIN MESSAGE-----\n[A-Za-z0-9+/=\n]*\n?-----END MESSAGE-----")
_KEYS = {
    "reference": ({"ref", "targetID"}, {"number"}),
    "annotation": ({"entryID", "skip"}, {"number"}),
    "propagation": ({"ref", "targetID", "upstreamRepository", "upstreamEntryID"}, {"number"}),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: a ref was set to `target`, or (an annotation) what to think of earlier entries."""

    commit: Commit
    kind: Literal["reference", "annotation", "propagation"]
    at: int  # committer time, no earlier than that of the entry before
    number: int  # 0: not numbered
    ref: str = ""
    target: str = ""
    about: tuple[str, ...] = ()  # of an annotation: entries
    skip: bool = False

    @property
    def id(self) -> str:
        return self.commit.id


@dataclass(frozen=True, slots=True)
class Log:
    """The entries that could be read, oldest first, and where the chain first breaks."""

    entries: tuple[Entry, ...]
    faults: tuple[str, ...] = ()  # in words, oldest first
    sound: int = 0  # entries before the first fault

    @property
    def skipped(self) -> frozenset[str]:
        return frozenset(id_ for entry in self.entries if entry.skip for id_ in entry.about)


def parse_log(commits: tuple[Commit, ...], cutoff: int) -> Log:
    """The log up to the last entry that is no later than `cutoff` (seconds; 0: all of it).

    A date that its followers prove wrong hides nothing, as on any branch (`entry_times`).
    """
    times = entry_times([commit.committer.time for commit in commits])
    entries: list[Entry] = []
    faults: list[str] = []
    sound = -1
    for commit, at in zip(commits, times, strict=True):
        if cutoff and at > cutoff:
            break
        entry = parse_entry(commit, at)
        fault = _fault(commit, entry, entries)
        if fault:
            faults.append(fault)
            sound = len(entries) if sound < 0 else sound
        if entry is not None:
            entries.append(entry)
    return Log(tuple(entries), tuple(faults), len(entries) if sound < 0 else sound)


def _fault(commit: Commit, entry: Entry | None, before: list[Entry]) -> str:
    if entry is None:
        return f"entry {commit.id[:8]} is not in the form of one"
    if len(commit.parents) > 1:
        return f"entry {commit.id[:8]} has {len(commit.parents)} parents, so the log had branched"
    last = before[-1].number if before else 0
    if not before and commit.parents:
        return f"the entries before {commit.id[:8]} are missing"
    if entry.number != last + 1 and (entry.number or last):
        return f"entry {commit.id[:8]} has the number {entry.number} after {last}"
    known = {earlier.id for earlier in before} if entry.kind == "annotation" else set()
    if entry.kind == "annotation" and not known.issuperset(entry.about):
        return f"annotation {commit.id[:8]} is about an entry that is not before it"
    return ""


def parse_entry(commit: Commit, at: int) -> Entry | None:
    """The entry that a commit holds; None where its message is not exactly of one of the three forms."""
    title, _, rest = commit.message.removesuffix("\n").partition("\n\n")
    kind = TITLES.get(title)
    if kind is None or commit.flags:
        return None
    if kind == "annotation":
        rest = _MESSAGE.sub("", rest, count=1).removesuffix("\n")
    fields: dict[str, list[str]] = {}
    for line in rest.split("\n"):
        key, colon, value = line.partition(": ")
        if not colon or not value:
            return None
        fields.setdefault(key, []).append(value)
    needed, allowed = _KEYS[kind]
    single = all(len(values) == 1 for key, values in fields.items() if key != "entryID")
    if not needed <= fields.keys() <= needed | allowed or not single or not _are_formed(fields):
        return None
    return Entry(
        commit,
        kind,
        at,
        int(fields.get("number", ["0"])[0]),
        ref=fields.get("ref", [""])[0],
        target=fields.get("targetID", [""])[0],
        about=tuple(fields.get("entryID", ())),
        skip=fields.get("skip") == ["true"],
    )


def _are_formed(fields: Mapping[str, list[str]]) -> bool:
    ids = [id_ for key in ("targetID", "entryID", "upstreamEntryID") for id_ in fields.get(key, ())]
    numbers = fields.get("number", ())
    skips = fields.get("skip", ["true"])
    return (
        all(_ID.fullmatch(id_) for id_ in ids)
        and all(_NUMBER.fullmatch(number) for number in numbers)
        and skips[0] in {"true", "false"}
    )
