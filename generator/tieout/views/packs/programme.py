"""The audit programme (9.2): what was audited when, what never was, and whether who audited owns what they audited."""

from collections.abc import Iterator

from tieout.model.records import Audit
from tieout.text.words import human_day, plural
from tieout.views import addresses, words
from tieout.views.page import Cell, Line, Link, Mark, Page, Para, Row, Section, Table, Text, line
from tieout.views.snapshot import Snapshot


def pages(snapshot: Snapshot) -> Iterator[Page]:
    audits = sorted(snapshot.isms.audits.values(), key=lambda one: (one.date, one.id))
    if not audits:
        return
    held = [one for one in audits if one.date <= snapshot.date.as_of]
    own = sum(one.kind == "internal" for one in held)
    never = [id_ for id_ in snapshot.isms.services if not any(_covers(snapshot, one, id_) for one in held)]
    told = (
        f"{plural(len(never), 'service')} {'was' if len(never) == 1 else 'were'} never audited"
        if never
        else "Every service was in the scope of one"
    )
    asked = {id_ for licence in snapshot.isms.licences.values() for id_ in licence.frameworks}
    unasked = sum(not any(id_ in one.criteria for one in held) for id_ in asked)
    sets = f"; {words.of(unasked, len(asked))} requirement sets of the licences were never audited" if unasked else ""
    lede = line(
        f"{plural(len(held), 'audit')} so far, {own} of them internal, {len(audits) - len(held)} planned. {told}{sets}."
    )
    sections = (
        Section("The programme", (_programme(snapshot, audits),), "programme"),
        Section("Services covered", (_services(snapshot, held),), "services"),
        Section("Requirement sets covered", (_sets(snapshot, held),), "sets"),
        Section("Are the auditors independent?", _independence(snapshot, audits), "independence"),
    )
    crumbs = (Link("Audits", addresses.index("audits")), Text("ISO/IEC 27001:2022, 9.2"))
    title = "Audit programme"
    yield Page(addresses.PROGRAMME, title, title, lede, sections, crumbs, nav=addresses.PROGRAMME)


def _covers(snapshot: Snapshot, audit: Audit, service: str) -> bool:
    return service in snapshot.isms.applying(audit.scope)


def _programme(snapshot: Snapshot, audits: list[Audit]) -> Table:
    columns = ("Audit", "Day", "Kind", "State", "Auditor", "Findings")
    rows = tuple(
        Row(
            (
                words.cell(words.record_of("audits", one), f" {one.title}"),
                words.cell(one.date.isoformat()),
                words.cell(words.sentence(one.kind)),
                words.cell(one.status if one.date <= snapshot.date.as_of else "planned"),
                words.cell(one.auditor),
                Cell(_findings(snapshot, one)),
            )
        )
        for one in audits
    )
    return Table(tuple(words.column(title, "d" if title == "Day" else "") for title in columns), rows)


def _findings(snapshot: Snapshot, audit: Audit) -> Line:
    ids = sorted({*audit.findings, *(id_ for id_, one in snapshot.isms.findings.items() if one.audit == audit.id)})
    return words.records(snapshot.isms, ids, "findings") if ids else line(words.soft("none"))


def _services(snapshot: Snapshot, held: list[Audit]) -> Table:
    """When each service was last in the scope of an audit, and of which kind."""
    rows = []
    for id_, service in snapshot.isms.services.items():
        own = [one for one in held if _covers(snapshot, one, id_)]
        internal = [one for one in own if one.kind == "internal"]
        rows.append(
            Row(
                (
                    words.cell(words.record(snapshot.isms, id_, "services")),
                    words.cell(f"{service.tier}"),
                    Cell(_newest(internal)),
                    Cell(_newest(own)),
                    words.cell(f"{len(own)}"),
                )
            )
        )
    columns = ("Service", "Tier", "Last internal audit", "Last audit of any kind", "Audits")
    return Table(tuple(words.column(title) for title in columns), tuple(rows))


def _newest(audits: list[Audit]) -> Line:
    if not audits:
        return line(Mark("gap", "never"))
    newest = audits[-1]
    return line(words.record_of("audits", newest), f" {human_day(newest.date)}")


def _sets(snapshot: Snapshot, held: list[Audit]) -> Table:
    """Sets that a licence brings, or that an audit was held against."""
    asked = {id_ for licence in snapshot.isms.licences.values() for id_ in licence.frameworks}
    ids = sorted(asked.union(*(one.criteria for one in held)) if held else asked)
    rows = tuple(
        Row(
            (
                words.cell(words.requirement(snapshot.isms, id_)),
                words.cell("a licence asks it" if id_ in asked else words.soft("no licence asks it")),
                Cell(_newest([one for one in held if id_ in one.criteria])),
            )
        )
        for id_ in ids
    )
    columns = tuple(words.column(title) for title in ("Requirement set", "Asked", "Last audited"))
    return Table(columns, rows, empty="No audit names what it was held against, and no licence brings a set.")


def _independence(snapshot: Snapshot, audits: list[Audit]) -> tuple[Para | Table, ...]:
    rows = tuple(Row((words.cell(words.record_of("audits", one)), Cell(_judged(snapshot, one)))) for one in audits)
    note = "A person of the register who owns a service or a control of the scope audits their own work. Of people outside the register nothing is known."
    return (Para(line(note), "note"), Table((words.column("Audit"), words.column("Auditors and what they own")), rows))


def _judged(snapshot: Snapshot, audit: Audit) -> Line:
    people = {
        id_: one for id_, one in snapshot.isms.people.items() if {id_, one.title} & {audit.auditor, *audit.auditors}
    }
    if not people:
        named = ", ".join(dict.fromkeys((audit.auditor, *audit.auditors)))
        return line(f"{named}: ", Mark("unknown", "cannot tell"), ", nobody of the register")
    parts: list[Line] = []
    for id_ in people:
        owned = _owned(snapshot, audit, id_)
        who = words.person(snapshot.isms, id_)
        if owned:
            parts.append(
                line(who, ": ", Mark("flag", "not independent"), ", owns ", *words.records(snapshot.isms, owned))
            )
        else:
            parts.append(line(who, ": ", Mark("pass", "owns nothing of the scope")))
    return words.listed(parts)


def _owned(snapshot: Snapshot, audit: Audit, person: str) -> list[str]:
    """Services and controls of an audit's scope that a person, or a squad they lead, answers for."""
    isms = snapshot.isms
    names = {person, *(id_ for id_, squad in isms.squads.items() if squad.lead == person)}
    scope = set(isms.applying(audit.scope))
    services = [id_ for id_ in sorted(scope) if isms.services[id_].owner in names]
    controls = [
        id_
        for id_, one in isms.controls.items()
        if one.owner in names and scope.intersection(isms.applying(one.applies_to))
    ]
    return [*services, *controls]
