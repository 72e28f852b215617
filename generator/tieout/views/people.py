"""People, squads, roles, powers and signing keys, on one page: who can do what, and who left."""

from collections.abc import Iterable

from tieout.model.records import Person
from tieout.text.words import plural
from tieout.views import addresses, forge, words
from tieout.views.page import Block, Cell, Line, Page, Row, Section, Table, Text, line
from tieout.views.records import listing
from tieout.views.snapshot import Snapshot

KINDS = {"service-account": ", service account", "forge": ", the forge itself"}


def pages(snapshot: Snapshot) -> Iterable[Page]:
    isms = snapshot.isms
    if not any((isms.people, isms.squads, isms.roles, isms.access, isms.keys)):
        return
    robots = sum(person.robot for person in isms.people.values())
    left = [person for person in isms.people.values() if _left(snapshot, person)]
    lede = line(
        f"{plural(len(isms.people) - robots, 'person', 'people')} in {plural(len(isms.squads), 'squad')}"
        + (f", {plural(robots, 'service account')}; " if robots else "; ")
        + (f"{plural(len(left), 'person', 'people')} left." if left else "nobody left.")
    )
    sections: list[tuple[str, str, Block]] = [
        ("People", "people", _people(snapshot)),
        ("Squads", "squads", _squads(snapshot)),
        ("Roles", "roles", listing(snapshot, "roles", isms.roles.values(), ("powers", "conflicts_with"))),
        ("Powerful access", "access", _powers(snapshot)),
        ("Signing keys", "keys", _keys(snapshot)),
    ]
    held = tuple(Section(title, (block,), name) for title, name, block in sections if isms.register(name))
    yield Page(
        addresses.PEOPLE,
        "People",
        "People, roles and powers",
        lede,
        held,
        provenance=forge.of_registers(snapshot, [name for _, name, _ in sections]),
        nav=addresses.PEOPLE,
    )


def _left(snapshot: Snapshot, person: Person) -> bool:
    return bool(person.active and person.active.to and person.active.to < snapshot.date.as_of)


def _people(snapshot: Snapshot) -> Table:
    columns = (
        words.column("Name"),
        words.column("Squad"),
        words.column("Roles"),
        words.column("Addresses"),
        words.column("Since", "d"),
        words.column("Training"),
    )
    return Table(columns, tuple(_person(snapshot, person) for person in snapshot.isms.people.values()))


def _person(snapshot: Snapshot, person: Person) -> Row:
    isms = snapshot.isms
    kind = line(words.soft(KINDS[person.kind])) if person.robot else ()
    training = "; ".join(f"{course.course} {course.on}" for course in person.training)
    return Row(
        (
            words.cell(person.title, *kind),
            words.cell(words.record(isms, person.squad, "squads") if person.squad else words.soft("none")),
            Cell(words.joined((words.record(isms, role, "roles") for role in person.roles), ", ")),
            Cell(words.joined((words.code(email) for email in person.emails), " ")),
            Cell(_active(snapshot, person)),
            words.cell(training or words.soft("no record")),
        ),
        anchor=addresses.anchor("people", person.id),
    )


def _active(snapshot: Snapshot, person: Person) -> Line:
    if person.active is None:
        return line(words.soft("not stated"))
    if _left(snapshot, person):
        return line(Text(f"left {person.active.to}", "strong"))
    return line(f"{person.active.from_}" + (f" until {person.active.to}" if person.active.to else ""))


def _squads(snapshot: Snapshot) -> Table:
    isms = snapshot.isms
    columns = (
        words.column("Squad"),
        words.column("Lead"),
        words.column("Security partner", label="Partner"),
        words.column("Services"),
        words.column("Mission"),
    )
    rows = []
    for squad in isms.squads.values():
        owned = (id_ for id_, service in isms.services.items() if service.owner == squad.id)
        cells = (
            words.cell(squad.title),
            words.cell(words.person(isms, squad.lead)),
            words.cell(words.person(isms, squad.partner)),
            Cell(words.records(isms, owned, "services")),
            words.cell(words.claim(squad.mission)),
        )
        rows.append(Row(cells, anchor=addresses.anchor("squads", squad.id)))
    return Table(columns, tuple(rows))


def _powers(snapshot: Snapshot) -> Table:
    """Who holds each power, by role."""
    isms = snapshot.isms
    columns = (
        words.column("Power"),
        words.column("System"),
        words.column("Roles"),
        words.column("Held by"),
        words.column("Four eyes"),
        words.column("Logged"),
    )
    rows = []
    for power in isms.access.values():
        holders = (
            id_
            for id_, person in isms.people.items()
            if set(person.roles) & set(power.roles) and not _left(snapshot, person)
        )
        cells = (
            words.cell(power.title or power.id),
            words.cell(words.record(isms, power.system, "services")),
            Cell(words.joined((words.record(isms, role, "roles") for role in power.roles), ", ")),
            Cell(words.joined((words.person(isms, id_) for id_ in holders), ", ")),
            words.cell("yes" if power.four_eyes else "no"),
            words.cell("yes" if power.logged else Text("no", "late")),
        )
        rows.append(Row(cells, anchor=addresses.anchor("access", power.id)))
    return Table(columns, tuple(rows))


def _keys(snapshot: Snapshot) -> Table:
    isms = snapshot.isms
    columns = (
        words.column("Key", "d"),
        words.column("Of"),
        words.column("From", "d"),
        words.column("To", "d"),
        words.column("Public key"),
    )
    rows = tuple(
        Row(
            (
                words.cell(Text(key.id, "id")),
                words.cell(words.person(isms, key.person)),
                words.cell(key.from_.isoformat()),
                words.cell(words.day(key.to) or words.soft("no end stated")),
                words.cell(words.code(key.key)),
            ),
            anchor=addresses.anchor("keys", key.id),
        )
        for key in isms.keys.values()
    )
    return Table(columns, rows)
