"""Who stands in the histories and not in the register of people, names that mislead, and the declared robots."""

from collections.abc import Iterable

from tieout.text.words import plural, visible
from tieout.views import addresses, words
from tieout.views.page import Line, Link, Page, Row, Section, Table, Text, line
from tieout.views.snapshot import Snapshot


def pages(snapshot: Snapshot) -> Iterable[Page]:
    sections = (
        Section("Addresses that belong to nobody", (_unknown(snapshot),), "unknown"),
        *_lookalikes(snapshot),
        Section("Declared robots", (_robots(snapshot),), "robots"),
    )
    heading = "Who is not in the register"
    crumbs = (Link("Provenance", addresses.PROVENANCE), Text("addresses"))
    nav = addresses.PROVENANCE
    yield Page(addresses.IDENTITIES, "Identities", heading, summary(snapshot), sections, crumbs, nav=nav)


def summary(snapshot: Snapshot) -> Line:
    """How many addresses the register of people does not have."""
    unknown = snapshot.facts.unknown
    commits = sum(one.commits for one in unknown)
    return line(
        f"{plural(len(unknown), 'address')} on {plural(commits, 'commit')} {'belongs' if len(unknown) == 1 else 'belong'} to nobody in the register of people."
        if unknown
        else "Every address on every commit that was read belongs to somebody in the register of people."
    )


def _unknown(snapshot: Snapshot) -> Table:
    rows = tuple(
        Row(
            (
                words.cell(words.code(visible(one.email))),
                words.cell(", ".join(visible(name) for name in one.names)),
                words.cell(", ".join(one.repos)),
                words.count(one.commits),
                words.cell(
                    "; ".join(f"{visible(told)} ({repo})" for repo, told in one.mailmap) or words.soft("nothing")
                ),
            )
        )
        for one in snapshot.facts.unknown
    )
    columns = (
        words.column("Address"),
        words.column("Names in Git"),
        words.column("Repositories"),
        words.column("Commits", "n"),
        words.column("Its .mailmap says"),
    )
    return Table(columns, rows, empty="Every address belongs to somebody in the register.")


def _robots(snapshot: Snapshot) -> Table:
    rows = tuple(
        Row(
            (
                words.cell(words.person(snapshot.isms, one.id)),
                words.cell(", ".join(one.emails)),
                words.cell(words.person(snapshot.isms, one.owner)),
            )
        )
        for one in snapshot.isms.people.values()
        if one.robot
    )
    columns = (words.column("Robot"), words.column("Addresses"), words.column("Owner"))
    return Table(columns, rows, empty="No robot is declared.")


def _lookalikes(snapshot: Snapshot) -> tuple[Section, ...]:
    rows = tuple(
        Row(
            (
                words.cell(visible(one.name), words.soft(f" {visible(one.email)}")),
                words.cell(visible(one.other), words.soft(f" {visible(one.other_email)}"))
                if one.other
                else words.cell(),
                words.cell(one.how),
                words.cell(words.code(one.repo)),
            )
        )
        for one in snapshot.facts.lookalikes
    )
    columns = (
        words.column("Name"),
        words.column("Reads like"),
        words.column("Why it is told"),
        words.column("Repository"),
    )
    return (Section("Names that are not what they seem", (Table(columns, rows),), "lookalikes"),) if rows else ()
