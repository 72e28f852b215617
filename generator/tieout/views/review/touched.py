"""Whom changed records concern: services, requirement sets, licences and audits ahead; and days that were moved. Pure."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from tieout.model.differences import Difference, fields
from tieout.model.records import Audit, Exemption, Licence, Record, Supplier
from tieout.model.registers import Isms
from tieout.views.review.compared import How, RecordChange

ISO = "iso27001"  # how the name of the requirement set of Annex A begins
_SERVICES = {
    **dict.fromkeys(("threats", "risks", "incidents", "findings", "issues"), "affects"),
    **dict.fromkeys(("runbooks", "evidence"), "services"),
    "controls": "applies_to",
    "objectives": "service",
}
_DAYS = frozenset({"due", "by", "expires", "until", "renews", "valid_to", "exit_plan", "date"})
_AHEAD = frozenset({"planned", "running"})


@dataclass(frozen=True, slots=True)
class Concerned:
    """A licence or an audit, and by what it is concerned: by services, by sets, or by a change of its own record."""

    id: str
    title: str
    about: str  # of a licence the jurisdiction, of an audit its status and day
    services: tuple[str, ...]
    sets: tuple[str, ...]  # requirement sets
    how: How | Literal[""] = ""  # what became of its own record
    own: tuple[Difference, ...] = ()  # of a changed one


@dataclass(frozen=True, slots=True)
class Moved:
    """A day by which something is due, and that is another day now."""

    register: str
    id: str
    title: str
    field: str
    old: date
    new: date


def services(old: Isms, new: Isms, changes: Iterable[RecordChange]) -> tuple[str, ...]:
    """The services that changed, or that a changed record speaks of, before or after."""
    found: set[str] = set()
    for change in changes:
        for isms in (old, new):
            record = isms.register(change.register).get(change.id)
            found |= set(_of_record(isms, change.register, record)) if record else set()
    return tuple(sorted(found))


def _of_record(isms: Isms, register: str, record: Record) -> Iterable[str]:
    if register == "services":
        return (record.id,)
    if register == "pipelines":
        return (service.id for service in isms.services.values() if service.pipeline == record.id)
    if isinstance(record, Supplier):  # either side may say so
        supplied = (service.id for service in isms.services.values() if record.id in service.supplied_by)
        return isms.applying((*record.services, *supplied))
    if isinstance(record, Exemption):
        return isms.applying(record.scope.services)
    name = _SERVICES.get(register)
    value = dict(fields(record)).get(name) if name else None
    return isms.applying((value,) if isinstance(value, str) else value if isinstance(value, tuple) else ())


def sets(old: Isms, new: Isms, changes: Iterable[RecordChange]) -> tuple[str, ...]:
    """The requirement sets of which a changed record claims something; Annex A is `iso27001`."""
    found: set[str] = set()
    for change in changes:
        if change.register == "soa":
            found.add(ISO)
        if change.register == "requirements":
            found.add(change.id)
        for isms in (old, new):
            record = isms.register(change.register).get(change.id)
            held = dict(fields(record)) if record else {}
            found |= {ISO} if held.get("implements") else set()
            claimed = held.get("satisfies")
            found |= {text.partition(":")[0] for text in (claimed if isinstance(claimed, tuple) else ())}
    return tuple(sorted(found))


@dataclass(frozen=True, slots=True)
class By:
    """By what a licence or an audit can be concerned."""

    changes: tuple[RecordChange, ...]
    services: tuple[str, ...]
    sets: tuple[str, ...]

    def change_of(self, register: str, id_: str) -> RecordChange | None:
        return next((one for one in self.changes if (one.register, one.id) == (register, id_)), None)


def licences(old: Isms, new: Isms, by: By) -> tuple[Concerned, ...]:
    """Licences that have not ended on both sides, and those whose own record changed."""
    return tuple(_concerned("licences", (old, new), by, _is_in_force))


def audits(old: Isms, new: Isms, by: By) -> tuple[Concerned, ...]:
    """Audits that are planned or running, and those whose own record changed; the earliest first."""
    return tuple(_concerned("audits", (old, new), by, _is_ahead))


def _concerned(
    register: str, sides: tuple[Isms, Isms], by: By, counts: Callable[[Record], bool]
) -> Iterator[Concerned]:
    """Judged on both sides: what a licence no longer covers is its concern as much as what it covers now."""
    held = [side.register(register) for side in sides]
    newest = {**held[0], **held[1]}
    for id_ in sorted(newest, key=lambda id_: (_day_of(newest[id_]), id_)):
        change = by.change_of(register, id_)
        both = [(side, records[id_]) for side, records in zip(sides, held, strict=True) if id_ in records]
        if change is None and not any(counts(record) for _, record in both):
            continue
        services = {one for side, record in both for one in side.applying(_scope(record))}
        named = dict.fromkeys(one for _, record in both for one in _criteria(record))
        found = Concerned(
            id_,
            newest[id_].title,
            _about(newest[id_]),
            tuple(one for one in by.services if one in services),
            tuple(name for name in named if any(_same_set(name, other) for other in by.sets)),
            change.how if change else "",
            change.fields if change and change.how == "changed" else (),
        )
        if change or found.services or found.sets:
            yield found


def _is_in_force(record: Record) -> bool:
    return record.status != "ended"


def _is_ahead(record: Record) -> bool:
    return record.status in _AHEAD


def _scope(record: Record) -> tuple[str, ...]:
    return record.services if isinstance(record, Licence) else record.scope if isinstance(record, Audit) else ()


def _criteria(record: Record) -> tuple[str, ...]:
    return record.frameworks if isinstance(record, Licence) else record.criteria if isinstance(record, Audit) else ()


def _about(record: Record) -> str:
    if isinstance(record, Licence):
        return record.jurisdiction
    return f"{record.status}, {record.date}" if isinstance(record, Audit) else ""


def _day_of(record: Record) -> date:
    return record.date if isinstance(record, Audit) else date.min


def _same_set(name: str, other: str) -> bool:
    return name == other or (other == ISO and name.startswith(ISO))


def moved_days(changes: Iterable[RecordChange]) -> Iterator[Moved]:
    for change in changes:
        for one in change.fields if change.how == "changed" else ():
            if one.path[-1] in _DAYS and (old := _day(one.old)) and (new := _day(one.new)):
                yield Moved(change.register, change.id, change.title, one.field, old, new)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
