"""Changes held against deployments, both ways, as blocks of a page: each class with its number, and the rows of the rest."""

from collections.abc import Iterable, Iterator

from tieout.checks.reconcile import CHANGE_PLACES, DEPLOYMENT_PLACES, Reconciliation
from tieout.text.words import digits, plural, visible
from tieout.views import words
from tieout.views.page import Block, Cell, Columns, Para, Row, Table, line
from tieout.views.snapshot import Snapshot

PLAIN = frozenset({"deployed", "later", "brought"})  # classes that need no row: their members are told elsewhere


def blocks(snapshot: Snapshot, found: Reconciliation) -> Iterator[Block]:
    """Counts that add up; then every change and every deployment that was not simply brought, or did not bring, with why."""
    told = f"The deployments brought {plural(found.brought, 'change')}"
    if found.older:
        told += f", {digits(found.older)} of them from before"
    yield Para(line(f"{told}. Each change and each deployment is in exactly one class."), "note")
    made = [(words.sentence(text), found.count(place), "") for place, text in CHANGE_PLACES.items()]
    brought = [(words.sentence(text), found.count(place), "") for place, text in DEPLOYMENT_PLACES.items()]
    yield Columns(
        (
            ("Changes", (counted("Class", made, len(found.changes)),)),
            ("Deployments", (counted("Class", brought, len(found.deployments)),)),
        )
    )
    rows = [
        Row((words.cell(words.change(snapshot.facts, one.key)), *_told(CHANGE_PLACES[one.place], one.reason)))
        for one in found.changes
        if one.place not in PLAIN
    ]
    rows += [
        Row((words.cell(words.deployment(snapshot.facts, one.key)), *_told(DEPLOYMENT_PLACES[one.place], one.reason)))
        for one in found.deployments
        if one.place not in PLAIN
    ]
    if rows:
        yield Table((words.column("Change or deployment"), words.column("Class"), words.column("Why")), tuple(rows))


def _told(place: str, reason: str) -> tuple[Cell, Cell]:
    return words.cell(words.sentence(place)), words.cell(visible(reason))


def counted(noun: str, numbers: Iterable[tuple[str, int, str]], total: int) -> Table:
    """Numbers that add up to a total, each with the page or place of its rows where it has one."""
    rows = [Row((words.cell(title), words.count(number, href))) for title, number, href in numbers]
    rows.append(Row((words.cell("All"), words.count(total)), "total"))
    return Table((words.column(noun), words.column("Number", "n")), tuple(rows), "plain")
