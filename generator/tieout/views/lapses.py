"""The lapse ledger as a page, and as a section of each control's page: when it held, what broke it, when it resumed."""

from collections.abc import Iterable, Sequence

from tieout.checks import lapses
from tieout.checks.lapses import Standing, State, Stretch
from tieout.model.records import Control
from tieout.model.results import Item
from tieout.text.words import digits, plural
from tieout.views import addresses, words
from tieout.views.page import Cell, Line, Link, Mark, Page, Para, Row, Section, Table, Text, line
from tieout.views.snapshot import Snapshot

MARKS = {
    "held": Mark("pass", "held"),
    "lapsed": Mark("fail", "lapsed"),
    "unknown": Mark("unknown", "cannot tell"),
    "excepted": Mark("excepted", "excepted"),
    "nothing": Mark("none", "nothing happened"),
}
EXPLAINED = (
    "A lapse begins with the first item that failed a check of the control, and ends with the next one that passed it. "
    "What an exception permits is counted beside. The ledger begins with the period, so a control held at least as long "
    "as it says."
)


def pages(snapshot: Snapshot) -> Iterable[Page]:
    if not snapshot.isms.controls or not snapshot.judgement.results:
        return
    found = lapses.ledger(snapshot.isms, snapshot.judgement.results, snapshot.date)
    sections = (
        Section("Lapses of the period, newest first", (_note(snapshot), _table(snapshot, found)), "lapses"),
        Section("Every control and service", (_standings(snapshot, found, named=True),), "ledger"),
    )
    title = "Lapses"
    yield Page(
        addresses.LAPSES, title, "When controls did not hold", _lede(snapshot, found), sections, nav=addresses.LAPSES
    )


def section(snapshot: Snapshot, control: Control) -> Section:
    """The ledger of one control, for its own page."""
    found = lapses.of_control(snapshot.isms, snapshot.judgement.results, snapshot.date, control.id)
    if not found:
        planned = control.status not in lapses.CLAIMED
        why = (
            f"It is {control.status}, so it cannot lapse."
            if planned
            else "No check that enforces it judged anything with a time in the period."
        )
        return Section("When it held", (Para(line(why), "note"),), "lapses")
    listed = _table(snapshot, found, named=False)
    blocks = (_note(snapshot), _standings(snapshot, found, named=False), *((listed,) if listed.rows else ()))
    return Section("When it held", blocks, "lapses")


def _note(snapshot: Snapshot) -> Para:
    period = f"Period {words.period(snapshot.date)}. "
    return Para(line(period + EXPLAINED), "note")


def _lede(snapshot: Snapshot, found: Sequence[Standing]) -> Line:
    if not found:
        return line("No check that enforces a control judged anything with a time in the period.")
    lapsed = [one for one in found if one.lapses]
    still = sum(one.now == "lapsed" for one in found)
    doubted = sum(one.now == "unknown" for one in found)
    controls = {one.control for one in found}
    number = sum(len(one.lapses) for one in found)
    so_far = " so far" if snapshot.date.open else ""
    total = plural(len(controls), "control")
    if lapsed:
        still_open = f"{digits(still)} of them not resumed" if still else "all of them resumed"
        told = f"{digits(len({one.control for one in lapsed}))} of {total} lapsed{so_far}, in {plural(number, 'stretch')} of time, {still_open}"
    else:
        told = f"None of {total} lapsed{so_far}"
    told += (
        f"; for {plural(doubted, 'control and service', 'controls and services')} it cannot be told" if doubted else ""
    )
    return line(told + ".")


def _standings(snapshot: Snapshot, found: Iterable[Standing], *, named: bool) -> Table:
    columns = (
        *((words.column("Control"),) if named else ()),
        words.column("Service"),
        words.column("At the end", label="At the end"),
        words.column("What happened"),
        words.column("Checks"),
    )
    rows = tuple(_standing(snapshot, one, named=named) for one in found)
    return Table(columns, rows, empty="No control has a line.")


def _standing(snapshot: Snapshot, one: Standing, *, named: bool) -> Row:
    checks = words.joined((words.check(snapshot.judgement, id_, one.service) for id_ in one.checks), ", ")
    told = line(lapses.told(one), *(f" {hole}" for hole in one.holes))
    return Row(
        (
            *((Cell(words.named(snapshot.isms, one.control, "controls")),) if named else ()),
            words.cell(_service(snapshot, one)),
            words.cell(MARKS[one.now]),
            Cell(told),
            Cell(checks),
        )
    )


def _service(snapshot: Snapshot, one: Standing) -> Link | Text:
    return words.record(snapshot.isms, one.service, "services") if one.service else Text("the operator")


def _table(snapshot: Snapshot, found: Iterable[Standing], *, named: bool = True) -> Table:
    """One row a lapse, newest first."""
    columns = (
        words.column("Began", "d"),
        *((words.column("Control"),) if named else ()),
        words.column("Service"),
        words.column("What lapsed, and what broke it", label="What lapsed"),
        words.column("Resumed"),
    )
    every = [(lapse, one) for one in found for lapse in one.lapses]
    every.sort(key=lambda pair: (-pair[0].since, pair[1].control, pair[1].service))
    rows = tuple(_row(snapshot, one, lapse, named=named) for lapse, one in every)
    return Table(columns, rows, empty="No control lapsed in the period.")


def _row(snapshot: Snapshot, one: Standing, lapse: Stretch, *, named: bool) -> Row:
    checks = words.joined((words.check(snapshot.judgement, id_, one.service) for id_ in lapse.checks), ", ")
    told = lapses.words_of(lapse).removesuffix(", not resumed").removeprefix("lapsed ")
    return Row(
        (
            words.cell(words.day(lapse.since)),
            *((Cell(words.named(snapshot.isms, one.control, "controls")),) if named else ()),
            words.cell(_service(snapshot, one)),
            Cell(line(f"{told}: ", *checks, ", by ", *_item(snapshot, lapse.first))),
            Cell(
                line(words.day(lapse.resumed.at), " with ", *_item(snapshot, lapse.resumed))
                if lapse.resumed
                else line(Text("not resumed", "late"))
            ),
        )
    )


def _item(snapshot: Snapshot, item: Item | None) -> Line:
    return (words.item(snapshot.isms, snapshot.facts, item),) if item else ()


# --- as data -------------------------------------------------------------------------------------------------------

COLUMNS = (
    "control", "service", "state", "since", "until", "from", "to", "days", "items", "excepted", "unknown", "checks",
    "first", "last", "resumed",
)  # fmt: skip


def rows(snapshot: Snapshot) -> list[dict[str, object]]:
    """One row a stretch, by control, service and time: enough to draw a ribbon."""
    found = lapses.ledger(snapshot.isms, snapshot.judgement.results, snapshot.date)
    return [_data(one, stretch) for one in found for stretch in one.stretches]


def _data(one: Standing, stretch: Stretch) -> dict[str, object]:
    state: State = stretch.state
    values: tuple[object, ...] = (
        one.control,
        one.service,
        state,
        stretch.since,
        stretch.until,
        words.day(stretch.since),
        words.day(stretch.until),
        stretch.days,
        stretch.items,
        stretch.excepted,
        stretch.unknown,
        " ".join(stretch.checks),
        stretch.first.key if stretch.first else "",
        stretch.last.key if stretch.last else "",
        stretch.resumed.key if stretch.resumed else "",
    )
    return dict(zip(COLUMNS, values, strict=True))
