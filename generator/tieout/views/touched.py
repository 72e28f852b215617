"""Whom changed records concern: services, requirement sets, licences and audits ahead; and days that were moved. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from tieout.model.differences import fields
from tieout.model.records import Record
from tieout.model.registers import Isms
from tieout.views.compared import RecordChange

ISO = "iso27001"  # how the name of the requirement set of Annex A begins
_SERVICES = {
    **dict.fromkeys(("threats", "risks", "incidents", "findings", "issues"), "affects"),
    **dict.fromkeys(("suppliers", "runbooks", "evidence"), "services"),
    "controls": "applies_to",
    "objectives": "service",
}
_DAYS = frozenset({"due", "by", "expires", "until", "renews", "valid_to", "exit_plan", "date"})
_AHEAD = frozenset({"planned", "running"})


@dataclass(frozen=True, slots=True)
class Concerned:
    """A licence or an audit ahead, and by what it is concerned."""

    id: str
    title: str
    about: str  # of a licence the jurisdiction, of an audit its status and day
    services: tuple[str, ...]
    sets: tuple[str, ...]  # requirement sets


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
    name = _SERVICES.get(register)
    value = dict(fields(record)).get(name) if name else None
    return isms.applying((value,) if isinstance(value, str) else value if isinstance(value, tuple) else ())


def sets(old: Isms, new: Isms, changes: Iterable[RecordChange]) -> tuple[str, ...]:
    """The requirement sets of which a changed record claims something; Annex A is `iso27001`."""
    found: set[str] = set()
    for change in changes:
        if change.register == "soa":
            found.add(ISO)
        for isms in (old, new):
            record = isms.register(change.register).get(change.id)
            held = dict(fields(record)) if record else {}
            found |= {ISO} if held.get("implements") else set()
            claimed = held.get("satisfies")
            found |= {text.partition(":")[0] for text in (claimed if isinstance(claimed, tuple) else ())}
    return tuple(sorted(found))


def licences(isms: Isms, touched: tuple[str, ...], claimed: tuple[str, ...]) -> tuple[Concerned, ...]:
    """Licences that have not ended."""
    found = (
        Concerned(
            licence.id,
            licence.title,
            licence.jurisdiction,
            _both(isms.applying(licence.services), touched),
            _both(licence.frameworks, claimed),
        )
        for licence in isms.licences.values()
        if licence.status != "ended"
    )
    return tuple(one for one in found if one.services or one.sets)


def audits(isms: Isms, touched: tuple[str, ...], claimed: tuple[str, ...]) -> tuple[Concerned, ...]:
    """Audits that are planned or running, the next one first."""
    ahead = sorted(isms.audits.values(), key=lambda audit: (audit.date, audit.id))
    found = (
        Concerned(
            audit.id,
            audit.title,
            f"{audit.status}, {audit.date}",
            _both(isms.applying(audit.scope), touched),
            tuple(name for name in audit.criteria if any(_same_set(name, other) for other in claimed)),
        )
        for audit in ahead
        if audit.status in _AHEAD
    )
    return tuple(one for one in found if one.services or one.sets)


def _both(of: Iterable[str], touched: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(one for one in of if one in touched)


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
