"""What is covered: the scope with licences and events, and the parties with what they ask."""

from collections.abc import Iterable

from tieout.model.records import Party, Record, Scope
from tieout.model.registers import Isms
from tieout.text.words import plural
from tieout.views import addresses, forge, frame, requirement_sets, words
from tieout.views.page import Block, Cell, Line, Page, Para, Row, Section, Table, Text, line
from tieout.views.records import listing
from tieout.views.snapshot import Snapshot


def pages(snapshot: Snapshot) -> Iterable[Page]:
    isms = snapshot.isms
    if isms.scope or isms.licences or isms.events:
        yield _scope(snapshot)
    if isms.parties or isms.issues:
        yield _parties(snapshot)


def _scope(snapshot: Snapshot) -> Page:
    isms, found = snapshot.isms, snapshot.isms.scope
    sections: list[Section] = [*_inside(snapshot, found)] if found else []
    if isms.licences:
        columns = ("jurisdiction", "holder", "granted", "renews", "frameworks", "services")
        sections.append(_list(snapshot, "Licences", "licences", columns))
    if isms.requirement_sets:
        bound = requirement_sets.bound_sets(snapshot)
        sections += [Section("What licences and audits ask for", (bound,), "sets")] if bound.rows else []
    if isms.events:
        sections.append(_list(snapshot, "Events and peaks", "events", ("kind", "from_", "to")))
    if found:
        sections += [*frame.body(snapshot, found), frame.history(snapshot, found)]
    return Page(
        addresses.SCOPE,
        "Scope",
        "Scope",
        _lede(snapshot),
        tuple(sections),
        (Text("ISO/IEC 27001:2022, 4.3"),),
        (*(frame.provenance(snapshot, found) if found else ()), *forge.of_registers(snapshot, ("licences", "events"))),
        addresses.SCOPE,
    )


def _lede(snapshot: Snapshot) -> Line:
    isms, found = snapshot.isms, snapshot.isms.scope
    if found is None:
        return line("No scope is recorded.")
    inside = isms.applying(found.in_)
    services = "service is" if len(isms.services) == 1 else "services are"
    outside = f"{plural(len(found.out), 'exclusion')}, each with its reason" if found.out else "nothing is excluded"
    return line(f"{words.of(len(inside), len(isms.services))} {services} in scope; {outside}.")


def _inside(snapshot: Snapshot, found: Scope) -> tuple[Section, ...]:
    isms = snapshot.isms
    inside = isms.applying(found.in_)
    services: tuple[Block, ...] = (Para(words.records(isms, inside, "services")),)
    left = [id_ for id_ in isms.services if id_ not in inside]
    if left:
        services += (Para(line("Not named as inside: ", *words.records(isms, left, "services"), ".")),)
    columns = (words.column("What is outside", label="Outside"), words.column("Why"))
    out = Table(
        columns,
        tuple(Row((words.cell(entry.what), words.cell(words.claim(entry.why)))) for entry in found.out),
        empty="Nothing is excluded.",
    )
    places = (
        Para(line("Locations: ", "; ".join(found.locations) or words.soft("none stated"))),
        Para(line("At the boundary: ", *words.records(isms, found.interfaces, "suppliers"))),
    )
    return (
        Section("The statement", (Para((words.claim(found.statement),), "claim"),), "statement"),
        Section("Services inside", services, "services"),
        Section("What is outside, and why", (out,), "outside"),
        Section("Where", places, "where"),
    )


def _list(snapshot: Snapshot, title: str, register: str, columns: tuple[str, ...]) -> Section:
    return Section(title, (listing(snapshot, register, snapshot.isms.register(register).values(), columns),), register)


def _parties(snapshot: Snapshot) -> Page:
    isms = snapshot.isms
    needs = sum(len(party.requirements) for party in isms.parties.values())
    lede = line(
        f"{plural(len(isms.parties), 'party')} with {plural(needs, 'requirement')} that the ISMS takes up; "
        f"{plural(len(isms.issues), 'issue')} of the context."
    )
    columns = (
        words.column("Party"),
        words.column("Kind"),
        words.column("What they need", label="Need"),
        words.column("What is taken up", label="Taken up"),
        words.column("Owner"),
    )
    rows = tuple(
        Row(
            (
                Cell(_name(party)),
                words.cell(party.kind),
                words.cell(words.claim("; ".join(party.needs))),
                Cell(_taken_up(isms, party)),
                words.cell(words.person(isms, party.owner)),
            ),
            anchor=party.id,
        )
        for party in isms.parties.values()
    )
    sections = [Section("Parties and what they ask", (Table(columns, rows, empty="No party is recorded."),), "parties")]
    if isms.issues:
        sections.append(_list(snapshot, "Context", "issues", ("kind", "affects")))
    title = "Parties and requirements"
    crumbs = (Text("ISO/IEC 27001:2022, 4.1 and 4.2"),)
    lists = forge.of_registers(snapshot, ("parties", "issues"))
    return Page(addresses.PARTIES, title, title, lede, tuple(sections), crumbs, lists, addresses.PARTIES)


def _taken_up(isms: Isms, party: Party) -> Line:
    if not party.requirements:
        return (words.claim(party.why_not),)
    return words.joined((words.requirement(isms, text) for text in party.requirements), ", ")


def _name(found: Record) -> Line:
    return line(Text(found.id, "id"), f" {found.title}")
