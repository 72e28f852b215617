"""What the Statement of Applicability says otherwise than at the last audit, and whether anybody ever changed it."""

from collections.abc import Mapping

from tieout.documents import ANNEX_A
from tieout.model.results import Said, Summary
from tieout.text.words import human_day, plural
from tieout.views import revisions, words
from tieout.views.page import Block, Cell, Line, Para, Row, Section, Table, Text, line
from tieout.views.snapshot import Snapshot, said

NOTHING = Said("", "")


def sections(snapshot: Snapshot) -> tuple[Section, ...]:
    """Row by row, what was said then and what is said now; nothing where there is no statement or no earlier audit."""
    if snapshot.isms.soa is None or not snapshot.earlier:
        return ()
    last, now = snapshot.earlier[-1], said(snapshot.isms.soa)
    title = f"Since the last audit, {human_day(last.date.as_of)}"
    if not last.statement:
        told = f"There was no Statement of Applicability on {human_day(last.date.as_of)}: all of it is new."
        return (Section(title, (Para(line(told)),), "since"),)
    changed = [annex for annex in _rows(snapshot, last.statement, now) if _differs(annex, last.statement, now)]
    return (Section(title, (Para(_told(snapshot, changed)), *_table(snapshot, last, now, changed)), "since"),)


def of_row(snapshot: Snapshot, annex: str) -> tuple[Section, ...]:
    """What the statement said of one row at each audit so far, newest first; nothing where this is the first."""
    if snapshot.isms.soa is None or not snapshot.earlier:
        return ()
    then = [(one.date.as_of, one.statement.get(annex, NOTHING)) for one in reversed(snapshot.earlier)]
    all_ = [(snapshot.date.as_of, said(snapshot.isms.soa).get(annex, NOTHING)), *then]
    rows = tuple(Row((words.cell(day.isoformat()), Cell(_words(one)))) for day, one in all_)
    return (Section("At each audit", (Table((words.column("Audit", "d"), words.column("Said")), rows),), "audits"),)


def _rows(snapshot: Snapshot, then: Mapping[str, Said], now: Mapping[str, Said]) -> list[str]:
    """In the order of the standard; what it does not know comes last."""
    return list(dict.fromkeys((*snapshot.isms.annex_a, *sorted({*then, *now}))))


def _differs(annex: str, then: Mapping[str, Said], now: Mapping[str, Said]) -> bool:
    return then.get(annex, NOTHING) != now.get(annex, NOTHING)


def _told(snapshot: Snapshot, changed: list[str]) -> Line:
    if changed:
        verb = "says" if len(changed) == 1 else "say"
        return line(f"{plural(len(changed), 'row')} {verb} something else than then.")
    same = _audits_without_a_change(snapshot)
    many = f" The same held at each of the {same} audits before this one." if same > 1 else ""
    asked = " A statement that never changes is a question an auditor asks: say in its next review that it was read."
    return line(f"No row says anything else than then.{many}{asked}")


def _audits_without_a_change(snapshot: Snapshot) -> int:
    """How many of the audits before this one, going back from the last, said the very same."""
    now, number = said(snapshot.isms.soa), 0
    for one in reversed(snapshot.earlier):
        if dict(one.statement) != now:
            break
        number += 1
    return number


def _table(snapshot: Snapshot, last: Summary, now: Mapping[str, Said], changed: list[str]) -> tuple[Block, ...]:
    if not changed:
        return ()
    columns = (
        words.column("Id", "d"),
        words.column("Said then", label="Then"),
        words.column("Says now", label="Now"),
        words.column("Changed on", "d"),
        words.column("Approved by", label="Approved"),
    )
    rows = tuple(
        Row(
            (
                words.cell(words.annex_a(snapshot.isms, annex)),
                Cell(_words(last.statement.get(annex, NOTHING))),
                Cell(_words(now.get(annex, NOTHING))),
                *_made(snapshot, annex),
            )
        )
        for annex in changed
    )
    return (Table(columns, rows),)


def _words(one: Said) -> Line:
    if one == NOTHING:
        return line(words.soft("no entry"))
    claim = (one.claim or "included").replace("-", " ")
    return line(claim, *((": ", Text(one.why, "claim")) if one.why else ()))


def _made(snapshot: Snapshot, annex: str) -> tuple[Cell, Cell]:
    """When the row was changed last, and who approved that."""
    found = revisions.held(snapshot, ANNEX_A, annex)
    if found.last is None:
        return words.cell(words.soft("not to be told")), words.cell("")
    return words.cell(words.day(found.last.change.time)), Cell(revisions.approved(snapshot, found))
