"""A page for every record that no other page is about, the list of each register, and every record from A to Z.

Generic on purpose: a new register is shown whole before anyone writes a page for it. Pages that another module makes
for the same path come first (see `tieout.views.site`).
"""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from tieout.model.records import Record
from tieout.model.registers import REGISTERS, Register
from tieout.text.words import human_day, plural
from tieout.views import addresses, fields, frame, words
from tieout.views.page import Cell, Line, Link, Page, Row, Section, Table, Text, line
from tieout.views.snapshot import Snapshot

TITLES: Mapping[str, str] = MappingProxyType(
    {
        "decisions": "Forum decisions",
        "reviews": "Management reviews",
        "pipelines": "Pipeline",
        "evidence": "Evidence",
        "requirements": "Requirement sets",
    }
)
# What stands in the columns of a register's list, beside the record, its status and its owner.
COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "suppliers": ("criticality", "provides", "services", "assessed"),
        "decisions": ("date", "kind", "decides"),
        "exceptions": ("excepts", "scope", "expires"),
        "policies": ("audience", "implements", "enforced_by"),
        "runbooks": ("services", "threats", "exercised"),
        "incidents": ("severity", "kind", "started", "affects"),
        "findings": ("kind", "severity", "raised", "against"),
        "evidence": ("kind", "proves", "observed"),
        "audits": ("kind", "auditor", "date", "findings"),
        "reviews": ("date", "decisions"),
    }
)


# Registers with a list, and those with pages, that another module makes.
_LISTED_ELSEWHERE = frozenset({"services", "pipelines", "threats", "risks", "controls", "requirements"})
_TOLD_ELSEWHERE = _LISTED_ELSEWHERE | {"incidents", "findings", "exceptions"}


def title(register: str) -> str:
    return TITLES.get(register, words.sentence(register))


def pages(snapshot: Snapshot) -> Iterable[Page]:
    yield _everything(snapshot)
    for register in REGISTERS:
        held = snapshot.isms.register(register.name)
        if register.name not in addresses.FOLDERS or not (held or _extra_lists(snapshot, register.name)):
            continue
        if register.name not in _LISTED_ELSEWHERE:
            yield _index(snapshot, register, held)
        for found in held.values() if register.name not in _TOLD_ELSEWHERE else ():
            yield record_page(snapshot, register.name, found)


# --- one record ----------------------------------------------------------------------------------------------------


def record_page(snapshot: Snapshot, register: str, found: Record) -> Page:
    sections = (
        Section("What is recorded", (fields.terms(snapshot, found),), "fields"),
        *frame.body(snapshot, found),
        frame.incoming(snapshot, register, found.id),
        frame.history(snapshot, found),
    )
    return Page(
        addresses.record(register, found.id),
        found.id,
        found.title,
        _lede(snapshot, register, found),
        sections,
        frame.register_crumbs(title(register), register, found.id),
        frame.provenance(snapshot, found),
        nav=addresses.entry(register),
    )


def _lede(snapshot: Snapshot, register: str, found: Record) -> Line:
    """The answer where a register has one: what was decided, caused, proven or assessed. Else kind, status and owner."""
    told = _ANSWERS.get(register, _plain_answer)(snapshot, found)
    return told or _plain_answer(snapshot, found)


def _plain_answer(snapshot: Snapshot, found: Record) -> Line:
    status = words.sentence(found.status) if found.status else "No status is stated"
    kind = getattr(found, "kind", "")
    owner = line("; owned by ", words.person(snapshot.isms, found.owner)) if found.owner else line("; owned by nobody")
    return line(f"{status}{f', {kind}' if kind else ''}", *owner, ".")


def _decision(snapshot: Snapshot, found: Record) -> Line:
    decided = snapshot.isms.decisions.get(found.id)
    return (
        line(
            *words.claimed(snapshot.isms, decided.decision),
            f" {words.sentence(decided.status)} on {human_day(decided.date)}.",
        )
        if decided
        else ()
    )


def _evidence(snapshot: Snapshot, found: Record) -> Line:
    kept = snapshot.isms.evidence.get(found.id)
    if kept is None:
        return ()
    proves = words.records(snapshot.isms, kept.proves)
    first, last = (human_day(day) for day in (kept.observed.from_, kept.observed.to))
    seen = f"Observed on {last}" if first == last else f"Observed from {first} to {last}"
    return line(f"{seen}; speaks for ", *proves, ".")


def _supplier(snapshot: Snapshot, found: Record) -> Line:
    kept = snapshot.isms.suppliers.get(found.id)
    if kept is None:
        return ()
    assessed = f"last assessed on {human_day(kept.assessed)}" if kept.assessed else Text("never assessed", "late")
    return line(
        f"{words.sentence(kept.status)}, criticality {kept.criticality}, provides {', '.join(kept.provides)}; ",
        assessed,
        ".",
    )


_ANSWERS: Mapping[str, Callable[[Snapshot, Record], Line]] = MappingProxyType(
    {"decisions": _decision, "evidence": _evidence, "suppliers": _supplier}
)


# --- lists ---------------------------------------------------------------------------------------------------------


def _index(snapshot: Snapshot, register: Register, held: Mapping[str, Record]) -> Page:
    table = listing(snapshot, register.name, held.values(), COLUMNS.get(register.name, ()))
    name = title(register.name)
    path = addresses.index(register.name)
    sections = (*((Section("", (table,), "list"),) if held else ()), *_extra_lists(snapshot, register.name))
    return Page(path, name, name, _count(register, held), sections, nav=addresses.entry(register.name))


def _count(register: Register, held: Mapping[str, Record]) -> Line:
    """How many, by status."""
    statuses = sorted({found.status for found in held.values() if found.status})
    counted = (f"{sum(found.status == status for found in held.values())} {status}" for status in statuses)
    noun = "piece of evidence" if register.name == "evidence" else register.kind
    many = "pieces of evidence" if register.name == "evidence" else ""
    by = f": {', '.join(counted)}" if statuses else ""
    return line(f"{plural(len(held), noun, many)}{by}.")


def listing(snapshot: Snapshot, register: str, held: Iterable[Record], names: Iterable[str] = ()) -> Table:
    """A register as a table: the record, its status, the named fields, its owner. Rows carry the anchors of the register."""
    shown = tuple(names)
    found = tuple(held)
    owned = any(record.owner for record in found)
    stated = any(record.status for record in found)
    columns = (
        words.column("Record"),
        *((words.column("Status"),) if stated else ()),
        *(fields.column(name) for name in shown),
        *((words.column("Owner"),) if owned else ()),
    )
    rows = []
    for record in found:
        cells = [Cell(_name(snapshot, register, record))]
        cells += [words.cell(record.status)] if stated else []
        cells += [Cell(fields.value(snapshot, record, name)) for name in shown]
        cells += [words.cell(words.person(snapshot.isms, record.owner))] if owned else []
        rows.append(Row(tuple(cells), anchor=addresses.anchor(register, record.id)))
    return Table(columns, tuple(rows))


def _name(snapshot: Snapshot, register: str, record: Record) -> Line:
    """A link to the record's page; the row itself where the record is a row."""
    if register in addresses.FOLDERS:
        return words.named(snapshot.isms, record.id, register)
    return line(Text(record.id, "id"), f" {record.title}" if record.title not in {"", record.id} else "")


# Registers whose records are rows of a page that lists another register.
_EXTRA: Mapping[str, tuple[tuple[str, str, tuple[str, ...]], ...]] = MappingProxyType(
    {
        "decisions": (
            ("Forums", "forums", ("members", "quorum", "cadence", "scope")),
            ("What makes a change high-risk", "criteria", ("when", "requires")),
        ),
    }
)


def _extra_lists(snapshot: Snapshot, register: str) -> tuple[Section, ...]:
    return tuple(
        Section(name, (listing(snapshot, extra, held.values(), columns),), extra)
        for name, extra, columns in _EXTRA.get(register, ())
        if (held := snapshot.isms.register(extra))
    )


# --- every record --------------------------------------------------------------------------------------------------


def _everything(snapshot: Snapshot) -> Page:
    """Every record of every register by id, with its file. Who wrote and approved it is told by document control."""
    held = sorted(
        ((found.id, register) for register in REGISTERS for found in snapshot.isms.register(register.name).values()),
        key=lambda entry: (entry[0].casefold(), entry[0], entry[1].name),
    )
    columns = (
        words.column("Record"),
        words.column("Kind"),
        words.column("File"),
    )
    rows = tuple(_everything_row(snapshot, register, id_) for id_, register in held)
    told = Link("document control", addresses.DOCUMENTS) if snapshot.documents else Text("nothing that was read")
    lede = line(f"{plural(len(held), 'record')}; who wrote and who approved each is told by ", told, ".")
    table = Table(columns, rows, empty="No record is written yet.")
    return Page(
        addresses.RECORDS,
        "Records",
        "Every record, A to Z",
        lede,
        (Section("", (table,), "records"),),
        nav=addresses.RECORDS,
    )


def _everything_row(snapshot: Snapshot, register: Register, id_: str) -> Row:
    found = snapshot.isms.register(register.name)[id_]
    name = _everything_name(snapshot, register.name, found)
    return Row((Cell(name), words.cell(register.kind), words.cell(words.code(found.place.path))))


def _everything_name(snapshot: Snapshot, register: str, found: Record) -> Line:
    if register == "checks" and found.id not in snapshot.judgement.results:
        return line(Text(found.id, "id"))
    if register == "soa" and not snapshot.isms.annex_a:
        return line(Text(found.id, "id"))
    link = words.record_of(register, found)
    return line(link, f" {found.title}" if found.title not in {"", link.text} else "")
