"""Gaps: the links that should exist and do not, chain by chain; and what was wrong with the content at the pin."""

from collections.abc import Iterable

from tieout.text.words import digits, plural, visible
from tieout.views import addresses, words
from tieout.views.page import Cell, Mark, Page, Para, Row, Section, Table, Text, line
from tieout.views.snapshot import Snapshot

KINDS = {
    "broken": "leads to nothing",
    "missing": "missing",
    "stale": "stale",
    "contradiction": "contradiction",
    "weak": "weak",
}


def pages(snapshot: Snapshot) -> Iterable[Page]:
    gaps = snapshot.gaps
    total = sum(chain.total for chain in snapshot.chains)
    whole = sum(chain.complete for chain in snapshot.chains)
    lede = line(
        f"{plural(len(gaps), 'thing')} {'is' if len(gaps) == 1 else 'are'} known to be wrong. "
        f"{words.of(whole, total)} chains are whole."
        if gaps
        else f"No gap was found; {words.of(whole, total)} chains are whole."
    )
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
    yield Page(addresses.GAPS, "Gaps", "What is known to be wrong", lede, tuple(sections), nav=addresses.GAPS)


def _chains(snapshot: Snapshot) -> Table:
    rows = []
    for chain in snapshot.chains:
        number = sum(gap.chain == chain.id for gap in snapshot.gaps)
        state = Mark("gap", plural(number, "gap")) if number else Mark("pass", "whole")
        if not chain.total:
            state = Mark("none", "nothing to follow")
        rows.append(
            Row((words.cell(chain.title), words.cell(words.of(chain.complete, chain.total)), words.cell(state)))
        )
    columns = (words.column("Chain"), words.column("Complete", "n"), words.column("State"))
    return Table(columns, tuple(rows))


def _rows(snapshot: Snapshot, chain: str) -> Table:
    columns = (words.column("About"), words.column("What is wrong"), words.column("Kind"), words.column("Since", "d"))
    rows = tuple(
        Row(
            (
                Cell((words.record(snapshot.isms, gap.subject),)),
                Cell(words.linked(snapshot.isms, visible(gap.sentence))),
                words.cell(Mark("flag" if gap.kind == "contradiction" else "gap", KINDS[gap.kind])),
                words.cell(words.day(gap.since) or words.soft("not known")),
            ),
            anchor=gap.id.replace("/", "-"),
        )
        for gap in snapshot.gaps
        if gap.chain == chain
    )
    return Table(columns, rows)


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
