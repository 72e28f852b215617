"""The fields of any record as terms: ids become links, days and numbers stay plain, sentences keep the writer's voice."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from tieout.model.links import links_of, written_name
from tieout.model.records import (
    CommitRef,
    Part,
    Record,
    utc,
)
from tieout.model.registers import REGISTERS
from tieout.views import words
from tieout.views.page import Column, Inline, Line, Link, Para, Terms, Text, line
from tieout.views.snapshot import Snapshot

# Shown in the heading, the provenance line or as the body, and therefore not again.
_ELSEWHERE = frozenset({"id", "place", "body", "title", "owner", "reviewed", "review_every"})
_CODE = frozenset({"sha256", "file", "path", "paths", "key", "emails", "identities", "url", "commit", "match", "ref"})
_LAST_DAYS = frozenset({"expires", "until", "due", "renews"})
_REGISTERS = frozenset(register.name for register in REGISTERS)
_DAYS = frozenset({"date", "from_", "to", "granted", "renews", "raised", "started", "expires", "assessed", "exercised"})
_TITLES: Mapping[str, str] = MappingProxyType(
    {
        "ci": "CI configuration",
        "confidential": "Visibility",
        "in_": "In scope",
        "out": "Out of scope",
        "pir": "Review after the incident",
        "rts_critical": "Critical for RTS",
        "rto": "To be restored within",
        "rpo": "Data may be lost for",
        "sha256": "SHA-256",
        "url": "URL",
        "mode": "How",
    }
)


def terms(snapshot: Snapshot, found: Record, without: Iterable[str] = ()) -> Terms:
    """Every field that says something, under its own name, in the order of the register."""
    hidden = _ELSEWHERE | set(without)
    entries = []
    for name in type(found).model_fields:
        value = getattr(found, name)
        if name in hidden or _is_silent(value):
            continue
        place = _Place(snapshot, type(found), name)
        entries.append((title(name), tuple(Para(parts) for parts in _lines(place, value))))
    return Terms(tuple(entries))


def title(name: str) -> str:
    return _TITLES.get(name) or words.sentence(name.rstrip("_").replace("_", " "))


def column(name: str) -> Column:
    """The column of a field in a list; days are never broken."""
    return words.column(title(name), "d" if name in _DAYS else "")


def _is_silent(value: object) -> bool:
    return value is None or (isinstance(value, str | tuple | Mapping) and not value)


class _Place(NamedTuple):
    """The field that a value stands in."""

    snapshot: Snapshot
    owner: type[Part]
    name: str

    @property
    def links(self) -> tuple[str, ...]:
        """What its ids name: registers, and words of `model.links.Link`."""
        return _links(self.owner, self.name)


@cache
def _links(owner: type[Part], name: str) -> tuple[str, ...]:
    written = written_name(name, owner.model_fields[name])
    return next((found.link.to for found in links_of(owner) if found.path[0] == written), ())


def value(snapshot: Snapshot, found: Record, name: str) -> Line:
    """What a record says in one field, in one line."""
    said = getattr(found, name)
    return () if _is_silent(said) else _inline(_Place(snapshot, type(found), name), said)


def _lines(place: _Place, value: object) -> tuple[Line, ...]:
    """A value as one line, or as one line an entry where the entries are groups of fields."""
    if isinstance(value, Mapping):
        return tuple((words.soft(f"{key}: "), *_inline(place, held)) for key, held in value.items())
    if isinstance(value, tuple) and value and isinstance(value[0], Part):
        return tuple(_inline(place, held) for held in value)
    return (_inline(place, value),)


def _inline(place: _Place, value: object) -> Line:
    if isinstance(value, CommitRef):
        return (words.commit(place.snapshot.facts, value),)
    if isinstance(value, Part):
        return _group(place.snapshot, value)
    if isinstance(value, tuple):
        separator = "; " if any(isinstance(held, str) and " " in held for held in value) else ", "
        return _separated((_inline(place, held) for held in value), separator)
    if isinstance(value, Mapping):
        return _separated(((words.soft(f"{key}: "), *_inline(place, held)) for key, held in value.items()), "; ")
    return _words(place, value) if isinstance(value, str) else line(_scalar(place, value))


def _group(snapshot: Snapshot, group: Part) -> Line:
    parts = []
    for name in type(group).model_fields:
        value = getattr(group, name)
        if not _is_silent(value):
            place = _Place(snapshot, type(group), name)
            parts.append((words.soft(f"{title(name).lower()} "), *_inline(place, value)))
    return _separated(parts, ", ")


def _separated(parts: Iterable[Line], separator: str) -> Line:
    found: list[Inline] = []
    for part in parts:
        found += [Text(separator), *part] if found else part
    return tuple(found)


def _scalar(place: _Place, value: object) -> Inline:
    if isinstance(value, bool):
        return Text("yes" if value else "no")
    if isinstance(value, datetime):
        return Text(utc(value).strftime("%Y-%m-%d %H:%M UTC"))
    if place.name in _LAST_DAYS and isinstance(value, date) and value < place.snapshot.date.as_of:
        return Text(f"{value.isoformat()}, passed")
    return Text(value.isoformat() if isinstance(value, date) else str(value))


def _words(place: _Place, value: str) -> Line:
    """A string: a reference, a person, an id, a word of a fixed list, or a person's own words."""
    isms, registers = place.snapshot.isms, tuple(one for one in place.links if one in _REGISTERS)
    if "enforcement" in place.links or "check:" in place.links:
        return words.reference(isms, place.snapshot.judgement, value)
    if "people" in registers and (value in isms.people or value in isms.squads):
        return (words.person(isms, value),)
    if {"requirement", "sets", "clause"} & set(place.links) and isinstance(words.requirement(isms, value), Link):
        return (words.requirement(isms, value),)
    if place.links and (value in isms.annex_a or words.find(isms, value, registers)):
        return words.named(isms, value, *registers)
    if place.name in _CODE:
        return (words.code(value),)
    return words.claimed(isms, value) if " " in value else (Text(value),)
