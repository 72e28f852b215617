"""Gaps: the links that should exist and do not, chain by chain; and what was wrong with the content at the pin."""

from collections.abc import Iterable, Sequence

from tieout.model.results import Chain, Gap
from tieout.text.words import digits, plural, visible
from tieout.views import addresses, words
from tieout.views.page import Cell, Line, Mark, Page, Para, Row, Section, Table, Text, line
from tieout.views.snapshot import Snapshot

KINDS = {
    "broken": "leads to nothing",
    "missing": "missing",
    "stale": "stale",
    "contradiction": "contradiction",
    "weak": "weak",
    "open": "to be done",
}


def pages(snapshot: Snapshot) -> Iterable[Page]:
    gaps = snapshot.gaps
    total = sum(chain.total for chain in snapshot.chains)
    whole = sum(chain.complete for chain in snapshot.chains)
    lede = line(f"{told(gaps)}. {words.of(whole, total)} chains are whole.")
    sections = [
        Section("Do the chains hold?", (_chains(snapshot),), "chains"),
        *(
            Section(f"{chain.title}: {words.of(chain.complete, chain.total)}", (_rows(snapshot, chain.id),), chain.id)
            for chain in snapshot.chains
            if any(gap.chain == chain.id for gap in gaps)
        ),
    ]
    listed = {chain.id for chain in snapshot.chains}
    sections.extend(
        Section(f"Contradictions in {chain}", (_rows(snapshot, chain),), chain)
        for chain in sorted({gap.chain for gap in gaps} - listed)
    )
    sections.append(Section("What was wrong with the content and the repositories", _problems(snapshot), "problems"))
    yield Page(addresses.GAPS, "Gaps", "What is wrong, and what is open", lede, tuple(sections), nav=addresses.GAPS)


def told(gaps: Sequence[Gap]) -> str:
    """`26 things are known to be wrong, and 4 are still to be done`.

    What the ISMS itself calls planned is no fault, and a start with 93 such rows is not broken: the two are told apart.
    """
    undone = sum(gap.kind == "open" for gap in gaps)
    wrong = len(gaps) - undone
    if not wrong:
        return f"{plural(undone, 'thing is', 'things are')} still to be done" if undone else "No gap was found"
    rest = f", and {words.are(undone)} still to be done" if undone else ""
    return f"{plural(wrong, 'thing is', 'things are')} known to be wrong{rest}"


def _chains(snapshot: Snapshot) -> Table:
    rows = []
    for chain in snapshot.chains:
        complete = words.cell(words.of(chain.complete, chain.total))
        rows.append(Row((words.cell(chain.title), complete, Cell(_state(snapshot, chain)))))
    columns = (words.column("Chain"), words.column("Complete", "n"), words.column("State"))
    return Table(columns, tuple(rows))


def _state(snapshot: Snapshot, chain: Chain) -> Line:
    held = [gap for gap in snapshot.gaps if gap.chain == chain.id]
    undone = sum(gap.kind == "open" for gap in held)
    if not chain.total:
        return (Mark("none", "nothing to follow"),)
    if not held:
        return (Mark("pass", "whole"),)
    open_ = words.soft(f"{undone} to be done")
    if undone == len(held):
        return (open_,)
    return line(Mark("gap", plural(len(held) - undone, "gap")), *((", ", open_) if undone else ()))


def _rows(snapshot: Snapshot, chain: str) -> Table:
    """Those of one chain; what is wrong before what is to be done."""
    held = sorted((gap for gap in snapshot.gaps if gap.chain == chain), key=lambda gap: gap.kind == "open")
    columns = (
        words.column("About"),
        words.column("What is wrong or open", label="What"),
        words.column("Kind"),
        words.column("Since", "d"),
    )
    rows = tuple(
        Row(
            (
                Cell((words.record(snapshot.isms, gap.subject),)),
                Cell(words.linked(snapshot.isms, visible(gap.sentence))),
                words.cell(_kind(gap)),
                words.cell(words.day(gap.since) or words.soft("not known")),
            ),
            anchor=gap.id.replace("/", "-"),
        )
        for gap in held
    )
    return Table(columns, rows)


def _kind(gap: Gap) -> Mark | Text:
    if gap.kind == "open":
        return words.soft(KINDS[gap.kind])
    return Mark("flag" if gap.kind == "contradiction" else "gap", KINDS[gap.kind])


def _problems(snapshot: Snapshot) -> tuple[Para | Table, ...]:
    """Problems at the pin are facts of that day: shown, whatever has been mended since."""
    found = snapshot.problems
    rows = tuple(
        Row(
            (
                words.cell(words.code(str(problem.source) or "everywhere")),
                words.cell(visible(problem.message)),
                words.cell(words.code(problem.code)),
                words.cell(Text(problem.severity, "late" if problem.severity == "error" else "")),
            )
        )
        for problem in found
    )
    columns = ("Where", "What", "Code", "Severity")
    note = Para(line(f"{digits(len(found))} found at the pins of this audit, as they were then."), "note")
    return (note, Table(tuple(words.column(title) for title in columns), rows)) if found else (Para(line("Nothing.")),)
