"""The fields of any record as terms: ids become links, days and numbers stay plain, sentences keep the writer's voice."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from types import MappingProxyType

from tieout.model.records import (
    CommitRef,
    Part,
    Record,
    utc,
)
from tieout.views import words
from tieout.views.page import Column, Inline, Line, Para, Terms, Text, line
from tieout.views.snapshot import Snapshot

# Shown in the heading, the provenance line or as the body, and therefore not again.
_ELSEWHERE = frozenset({"id", "source", "body", "title", "owner", "reviewed", "review_every"})
_PEOPLE = frozenset(
    {"person", "persons", "present", "collected_by", "raised_by", "by", "auditors", "lead", "partner", "members"}
)
_REGISTERS: Mapping[str, tuple[str, ...]] = {
    "services": ("services",),
    "affects": ("services",),
    "applies_to": ("services",),
    "in_": ("services",),
    "scope": ("services",),
    "supplied_by": ("suppliers",),
    "depends_on": ("services",),
    "teams": ("squads",),
    "squad": ("squads",),
    "roles": ("roles",),
    "members": ("roles",),
    "conflicts_with": ("roles",),
    "powers": ("access",),
    "pipeline": ("pipelines",),
    "environments": ("environments",),
    "forum": ("forums",),
}


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


# Words of a fixed list: what they say is never the id of a record, even where a record has the same slug.
_FIXED = frozenset(
    {"kind", "status", "data", "network", "mode", "frequency", "category", "criticality", "provides", "unit", "better"}
)


def terms(snapshot: Snapshot, found: Record, without: Iterable[str] = ()) -> Terms:
    """Every field that says something, under its own name, in the order of the register."""
    hidden = _ELSEWHERE | set(without)
    entries = []
    for name in type(found).model_fields:
        value = getattr(found, name)
        if name in hidden or _is_silent(value):
            continue
        entries.append((title(name), tuple(Para(parts) for parts in lines(snapshot, name, value))))
    return Terms(tuple(entries))


def title(name: str) -> str:
    return _TITLES.get(name) or words.sentence(name.rstrip("_").replace("_", " "))


def column(name: str) -> Column:
    """The column of a field in a list; days are never broken."""
    return words.column(title(name), "d" if name in _DAYS else "")


def _is_silent(value: object) -> bool:
    return value is None or (isinstance(value, str | tuple | Mapping) and not value)


def lines(snapshot: Snapshot, name: str, value: object) -> tuple[Line, ...]:
    """A value as one line, or as one line an entry where the entries are groups of fields."""
    if isinstance(value, Mapping):
        return tuple((words.soft(f"{key}: "), *inline(snapshot, name, held)) for key, held in value.items())
    if isinstance(value, tuple) and value and isinstance(value[0], Part):
        return tuple(inline(snapshot, name, held) for held in value)
    return (inline(snapshot, name, value),)


def inline(snapshot: Snapshot, name: str, value: object) -> Line:
    if isinstance(value, CommitRef):
        return (words.commit(snapshot.facts, value),)
    if isinstance(value, Part):
        return _group(snapshot, value)
    if isinstance(value, tuple):
        separator = "; " if any(isinstance(held, str) and " " in held for held in value) else ", "
        return _separated((inline(snapshot, name, held) for held in value), separator)
    if isinstance(value, Mapping):
        return _separated(
            ((words.soft(f"{key}: "), *inline(snapshot, name, held)) for key, held in value.items()), "; "
        )
    return line(_scalar(snapshot, name, value)) if not isinstance(value, str) else _words(snapshot, name, value)


def _group(snapshot: Snapshot, group: Part) -> Line:
    parts = []
    for name in type(group).model_fields:
        value = getattr(group, name)
        if not _is_silent(value):
            parts.append((words.soft(f"{title(name).lower()} "), *inline(snapshot, name, value)))
    return _separated(parts, ", ")


def _separated(parts: Iterable[Line], separator: str) -> Line:
    found: list[Inline] = []
    for part in parts:
        found += [Text(separator), *part] if found else part
    return tuple(found)


def _scalar(snapshot: Snapshot, name: str, value: object) -> Inline:
    if isinstance(value, bool):
        return Text("yes" if value else "no")
    if isinstance(value, datetime):
        return Text(utc(value).strftime("%Y-%m-%d %H:%M UTC"))
    if name in {"expires", "until", "due", "renews"} and isinstance(value, date) and value < snapshot.date.as_of:
        return Text(f"{value.isoformat()}, passed")
    return Text(value.isoformat() if isinstance(value, date) else str(value))


def _words(snapshot: Snapshot, name: str, value: str) -> Line:
    """A string: a reference, a person, an id, or a person's own words."""
    isms = snapshot.isms
    if name in {"enforced_by", "excepts"}:
        return words.reference(isms, snapshot.judgement, value)
    if name in _PEOPLE and (value in isms.people or value in isms.squads):
        return (words.person(isms, value),)
    if name in _FIXED:
        return words.claimed(isms, value) if " " in value else (Text(value),)
    if value in isms.annex_a or words.find(isms, value, _REGISTERS.get(name, ())):
        return words.named(isms, value, *_REGISTERS.get(name, ()))
    if name in {"sha256", "file", "path", "paths", "key", "emails", "identities", "url", "commit", "match", "ref"}:
        return (words.code(value),)
    return words.claimed(isms, value) if " " in value else (Text(value),)
