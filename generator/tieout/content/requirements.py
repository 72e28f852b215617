"""Shipped sets and what the operator writes beside them -> the sets as they stand, and what is wrong with the writing.

A mapping rots when an edition changes under it: what it names is gone, or what was confirmed is not what stands there now.
Its age is told against the day of the edition, so that the same content gives the same problems on every day.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import TypeVar

from tieout.content.records import Written
from tieout.content.registers import normal
from tieout.content.requirement_ids import Catalogue, became, known
from tieout.model.requirements import (
    CLAUSES,
    STANDARD,
    Crosswalk,
    OwnMapping,
    OwnRequirement,
    OwnSet,
    Requirement,
    RequirementSet,
    Sets,
    Signed,
)
from tieout.problems import Problem, Severity, error, warning
from tieout.text.words import plural, suggest, visible

# First words of links that lead elsewhere, the word for the standard itself, and the name of the page that lists all sets.
RESERVED = frozenset({"check", "policy", "runbook", "step", "process", "clause", "annex-a", "index", STANDARD})
# What a shipped set says of itself, so that a file of its id may not say it again.
SHIPPED_FIELDS = ("title", "edition", "published", "supersedes", "renamed", "jurisdiction", "issuer", "origin")
NEEDED = ("title", "owner", "edition", "origin", "requirements")

_SignedT = TypeVar("_SignedT", Crosswalk, Requirement, RequirementSet)
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9.()/-]{0,63}")


def join(catalogue: Catalogue, written: Iterable[Written]) -> tuple[Sets, list[Problem]]:
    """All sets in order of id, with the operator's own, and the problems of the files that speak of them."""
    sets = dict(catalogue.sets)
    problems: list[Problem] = []
    for entry in written:
        if not isinstance(entry.record, OwnSet):
            continue
        shipped = catalogue.sets.get(entry.id)
        joined, found = (
            _joined(catalogue, entry, entry.record, shipped) if shipped else _own(catalogue, entry, entry.record)
        )
        sets[entry.id] = joined
        problems += found
    return dict(sorted(sets.items())), problems


def as_of(sets: Sets, day: date) -> Sets:
    """The sets as they stand on a day: what is confirmed or mapped on a later one does not count yet."""
    return {id_: _as_of(held, day) for id_, held in sets.items()}


def _as_of(held: RequirementSet, day: date) -> RequirementSet:
    requirements = {
        id_: _until(replace(one, crosswalks=tuple(_until(walk, day) for walk in one.crosswalks)), day)
        for id_, one in held.requirements.items()
    }
    return _until(replace(held, requirements=requirements), day)


def _until(signed: _SignedT, day: date) -> _SignedT:
    return replace(signed, by="", on=None) if signed.on and signed.on > day else signed


def checking(catalogue: Catalogue, sets: Sets, written: Iterable[Written]) -> Callable[[str], str]:
    """What `requirement_ids.known` says of an id; what may be of a file that could not be read is let pass, as that is told."""
    unread = frozenset(entry.id for entry in written if entry.record is None)

    def check(text: str) -> str:
        name, colon, _ = text.partition(":")
        return "" if unread and (name in unread or not colon) else known(catalogue, sets, text)

    return check


# --- a file for a shipped set ---------------------------------------------------------------------------------------


def _joined(
    catalogue: Catalogue, entry: Written, record: OwnSet, shipped: RequirementSet
) -> tuple[RequirementSet, list[Problem]]:
    problems = [
        error("requirement-set-shipped", f"{name}: the set {shipped.id} comes with the program and says this itself; "
              "delete the line, or give a set of your own another id", entry.key(name))
        for name in SHIPPED_FIELDS
        if getattr(record, name)
    ]  # fmt: skip
    problems += _lost(entry, record, shipped)
    own, wrong = _requirements(catalogue, entry, record, shipped)
    signed = _counting(entry, ("confirmed",), record.confirmed, shipped, problems)
    held: dict[str, Requirement] = {}
    for id_, one in shipped.requirements.items():
        single = _single(entry, record, id_, shipped, problems)
        mapped = _mapped(catalogue, entry, id_, record.mappings.get(id_), problems)
        held[id_] = replace(
            one,
            not_applicable=record.not_applicable.get(id_, ""),
            crosswalks=(*_confirmed(one, record, signed, single), *mapped),
            by=single.person if single else "",
            on=single.on if single else None,
        )
    by, on = (signed.person, signed.on) if signed else ("", None)
    joined = replace(shipped, requirements={**held, **own}, by=by, on=on, withdrawn=record.status == "withdrawn")
    return joined, [*problems, *wrong]


def _confirmed(one: Requirement, record: OwnSet, whole: Signed | None, single: Signed | None) -> tuple[Crosswalk, ...]:
    """What has to be checked against its source first is confirmed by itself, never along with the set."""
    signed = single or (whole if not one.verify and one.id not in record.confirmed_mappings else None)
    if signed is None:
        return one.crosswalks
    return tuple(replace(each, by=signed.person, on=signed.on) for each in one.crosswalks)


def _single(
    entry: Written, record: OwnSet, id_: str, shipped: RequirementSet, problems: list[Problem]
) -> Signed | None:
    return _counting(entry, ("confirmed_mappings", id_), record.confirmed_mappings.get(id_), shipped, problems)


def _counting(
    entry: Written, path: tuple[str, ...], signed: Signed | None, held: RequirementSet, problems: list[Problem]
) -> Signed | None:
    """A confirmation from before the set was changed confirmed something else: it is told, and does not count."""
    if signed is None or held.changed is None or signed.on >= held.changed:
        return signed
    message = (
        f"{path[-1]}: dated {signed.on}, {_before(signed.on, held)}, so it does not count; "
        "compare it with its source again, and date it anew"
    )
    problems.append(warning("stale-confirmation", message, entry.place(*path, "on")))
    return None


def _mapped(
    catalogue: Catalogue, entry: Written, id_: str, mapping: OwnMapping | None, problems: list[Problem]
) -> tuple[Crosswalk, ...]:
    if mapping is None:
        return ()
    targets, wrong = _targets(catalogue, entry, ("mappings", id_), mapping)
    problems += wrong
    if not targets:
        return ()
    # It counts by the name under it, whatever else is thought of it: so it is of low confidence without one.
    return (Crosswalk(targets, "judgement", "low", own=True, by=mapping.by, on=mapping.on, note=mapping.note),)


def _lost(entry: Written, record: OwnSet, shipped: RequirementSet) -> Iterator[Problem]:
    """Rows about requirements that the set does not have, or no longer has in this edition."""
    also = {one.id for one in record.requirements}
    rows: tuple[tuple[str, Mapping[str, object]], ...] = (
        ("mappings", record.mappings),
        ("not_applicable", record.not_applicable),
        ("confirmed_mappings", record.confirmed_mappings),
    )
    for name, held in rows:
        for id_, row in held.items():
            if id_ in shipped.requirements or id_ in also:
                continue
            on = row.on if isinstance(row, OwnMapping | Signed) else None
            near = shipped.renamed.get(id_) or next(
                (one for one in shipped.requirements if normal(one) == normal(id_)), ""
            )
            rest = f" (did you mean '{near}'?)" if near else "; correct the id, or delete the row"
            message = f"{name}: {shipped.id} has no requirement '{visible(id_)}'{_age(on, shipped.changed)}{rest}"
            yield Problem("broken-mapping", _severity(on, shipped.changed), message, entry.key(name, id_))


# --- a set of the operator's own ------------------------------------------------------------------------------------


def _own(catalogue: Catalogue, entry: Written, record: OwnSet) -> tuple[RequirementSet, list[Problem]]:
    problems: list[Problem] = []
    if entry.id in RESERVED:
        message = f"'{entry.id}' means something else in a link; give the set another name"
        problems.append(error("id-grammar", message, entry.file))
    for name in NEEDED:
        if not getattr(record, name):
            near = suggest(entry.id, catalogue.sets)
            why = "a set of your own says so" + (f" (or is it the shipped set {near}?)" if near else "")
            problems.append(error("missing-field", f"{name}: is missing; {why}", entry.place(name)))
    for name in ("mappings", "confirmed_mappings"):
        if getattr(record, name):
            message = (
                f"{name}: is for shipped sets; in a set of your own write it at the requirement, as annex_a, by and on"
            )
            problems.append(error("unknown-field", message, entry.key(name)))
    bare = RequirementSet(
        entry.id,
        record.title,
        record.edition,
        {},
        shipped=False,
        withdrawn=record.status == "withdrawn",
        published=record.published,
        supersedes=record.supersedes,
        renamed=dict(record.renamed),
        jurisdiction=record.jurisdiction,
        owner=record.issuer,
        source=record.origin,
        confidence=record.confidence,
    )
    signed = _counting(entry, ("confirmed",), record.confirmed, bare, problems)
    requirements, wrong = _requirements(catalogue, entry, record, bare, signed)
    listed = {one.id for one in record.requirements}
    for id_ in record.not_applicable:
        if id_ not in listed:
            message = (
                f"not_applicable: {entry.id} has no requirement '{visible(id_)}'; correct the id, or delete the row"
            )
            problems.append(error("broken-mapping", message, entry.key("not_applicable", id_)))
    by, on = (signed.person, signed.on) if signed else ("", None)
    return replace(bare, requirements=requirements, by=by, on=on), [*problems, *wrong]


def _requirements(
    catalogue: Catalogue, entry: Written, record: OwnSet, held: RequirementSet, signed: Signed | None = None
) -> tuple[dict[str, Requirement], list[Problem]]:
    """The requirements that the operator lists, in the order of the file; of two with one id the first."""
    found: dict[str, Requirement] = {}
    problems: list[Problem] = []
    for position, row in enumerate(record.requirements):
        place = entry.place("requirements", position, "id")
        if not _ID.fullmatch(row.id):
            message = f"requirements: '{visible(row.id)}' is not an id; use up to 64 letters and digits, joined by . - / or brackets"
            problems.append(error("id-grammar", message, place))
        elif row.id in found or row.id in held.requirements:
            rest = (
                "comes with the program; write what you add under `mappings`"
                if row.id in held.requirements
                else "stands here twice; delete one"
            )
            problems.append(error("duplicate-id", f"requirements: {row.id} {rest}", place))
        else:
            targets, wrong = _targets(catalogue, entry, ("requirements", position), row, held.published)
            problems += wrong
            by, on = (row.by, row.on) if row.by and row.on else (signed.person, signed.on) if signed else ("", None)
            walk = (Crosswalk(targets, row.basis, row.confidence, row.each, own=True, by=by, on=on),) if targets else ()
            found[row.id] = Requirement(
                held.id, row.id, row.title, of=row.of, note=row.note,
                not_applicable=record.not_applicable.get(row.id, ""), crosswalks=walk,
            )  # fmt: skip
    return found, problems


# --- what a mapping leads to ----------------------------------------------------------------------------------------


def _targets(
    catalogue: Catalogue,
    entry: Written,
    path: tuple[str | int, ...],
    row: OwnMapping | OwnRequirement,
    published: date | None = None,
) -> tuple[tuple[str, ...], list[Problem]]:
    """The targets that exist, and a problem for each that does not. A mapping without a day is of its set's edition."""
    clauses = catalogue.sets[CLAUSES]
    on, edition = row.on or published, clauses.published
    good: list[str] = []
    problems: list[Problem] = []
    for position, id_ in enumerate(row.annex_a):
        if id_ in catalogue.annex:
            good.append(id_)
            continue
        said = became(catalogue, id_)
        message = f"annex_a: {said}{_age(on, edition)}" if said else f"annex_a: {_no_control(catalogue, id_)}"
        severity = _severity(on, edition) if said else "error"
        problems.append(Problem("broken-mapping", severity, message, entry.place(*path, "annex_a", position)))
    for position, id_ in enumerate(row.clauses):
        clause = id_.removeprefix("clause:")
        if clauses.find(clause):
            good.append(f"{CLAUSES}:{clause}")
            continue
        message = f"clauses: ISO/IEC 27001:2022 has no clause '{visible(id_)}'{_age(on, edition)}; correct it"
        place = entry.place(*path, "clauses", position)
        problems.append(Problem("broken-mapping", _severity(on, edition), message, place))
    return tuple(good), problems


def _no_control(catalogue: Catalogue, id_: str) -> str:
    near = f"A.{id_}" if f"A.{id_}" in catalogue.annex else ""
    rest = f" (did you mean '{near}'?)" if near else "; write an id from A.5.1 to A.8.34"
    return f"Annex A has no control '{visible(id_)}'{rest}"


def _severity(on: date | None, edition: date | None) -> Severity:
    """What was right when it was written is not the author's slip, and must not keep the site from being published."""
    return "warning" if on and edition and on < edition else "error"


def _age(on: date | None, edition: date | None) -> str:
    if on is None or edition is None:
        return ""
    return (
        f" (mapped on {on}, {_length(on, edition)} before this edition of {edition})"
        if on < edition
        else f" (mapped on {on})"
    )


def _before(on: date, held: RequirementSet) -> str:
    """How long before the edition, or before the state of the set that the program ships."""
    if held.published and on < held.published:
        return f"{_length(on, held.published)} before this edition of {held.published}"
    return f"{_length(on, held.changed or on)} before this state of {held.changed}"


def _length(start: date, end: date) -> str:
    months = (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)
    if months >= 24:
        return plural(months // 12, "year")
    return plural(months, "month") if months else plural((end - start).days, "day")
