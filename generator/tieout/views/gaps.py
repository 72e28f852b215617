"""Gaps: the links that should exist and do not, chain by chain; and what was wrong with the content at the pin."""

from collections.abc import Iterable, Sequence

from tieout.model.results import Chain, Gap
from tieout.text.words import digits, human_day, plural, visible
from tieout.views import addresses, words
from tieout.views.page import Cell, Line, Link, Mark, Page, Para, Row, Section, Table, Text, line
from tieout.views.snapshot import Snapshot

KINDS = {
    "broken": "leads to nothing",
    "contradiction": "contradiction",
    "missing": "missing",
    "stale": "stale",
    "weak": "weak",
    "open": "to be done",
}


ORDER = tuple(KINDS)  # the graver kind first


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
    if snapshot.earlier:
        day = human_day(snapshot.earlier[-1].date.as_of)
        sections.append(Section(f"Closed since {day}", _closed(snapshot), "closed"))
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
    accepted = sum(bool(gap.accepted) and gap.kind != "open" for gap in gaps)
    by = f" ({words.are(accepted)} accepted by an exception)" if accepted else ""
    rest = f", and {words.are(undone)} still to be done" if undone else ""
    return f"{plural(wrong, 'thing is', 'things are')} known to be wrong{by}{rest}"


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
    """Those of one chain; what is wrong before what is to be done, and in each the graver kind first."""
    held = sorted((gap for gap in snapshot.gaps if gap.chain == chain), key=lambda gap: (ORDER.index(gap.kind), gap.id))
    return table(snapshot, held)


def table(snapshot: Snapshot, gaps: Sequence[Gap]) -> Table:
    """Gaps with who answers for each, since when it is there, and the exception that accepts it."""
    accepting = any(gap.accepted for gap in gaps)
    titles = (
        "What is wrong or open",
        "Kind",
        "Owner",
        "Since",
        *(("Accepted by",) if accepting else ()),
        "Id",
    )
    columns = tuple(words.column(title, "d" if title == "Since" else "") for title in titles)
    return Table(columns, tuple(_row(snapshot, gap, accepting=accepting) for gap in gaps))


def _row(snapshot: Snapshot, gap: Gap, *, accepting: bool) -> Row:
    accepted = words.named(snapshot.isms, gap.accepted, "exceptions") if gap.accepted else ()
    return Row(
        (
            Cell(_sentence(snapshot, gap)),
            words.cell(_kind(gap)),
            words.cell(words.person(snapshot.isms, gap.owner) if gap.owner else words.soft("nobody")),
            Cell(since(snapshot, gap)),
            *([Cell(accepted)] if accepting else []),
            words.cell(words.code(gap.id)),
        ),
        anchor=gap.id.replace("/", "-"),
    )


def _sentence(snapshot: Snapshot, gap: Gap) -> Line:
    """What is wrong, with a link to what it is about; that stands before the sentence where the sentence does not name it."""
    told = words.linked(snapshot.isms, visible(gap.sentence), snapshot.facts)
    about = words.record(snapshot.isms, gap.subject)
    named = not isinstance(about, Link) or any(isinstance(part, Link) and part.href == about.href for part in told)
    return told if named else line(about, ": ", *told)


def since(snapshot: Snapshot, gap: Gap) -> Line:
    """The day from which it can be told, with its age; else the first audit that saw it."""
    seen = next((one.date.as_of for one in snapshot.earlier if any(held.id == gap.id for held in one.gaps)), None)
    if gap.since:
        days = (snapshot.date.as_of - gap.since).days
        return line(words.day(gap.since), words.soft(f" {plural(days, 'day')}") if days > 0 else "")
    if seen:
        return line(words.soft("first seen "), words.day(seen))
    return line(words.soft("first seen now" if snapshot.earlier else "not known"))


def _closed(snapshot: Snapshot) -> tuple[Para | Table, ...]:
    """What the audit before saw and is gone: mended, or no longer asked."""
    before = snapshot.earlier[-1]
    there = {gap.id for gap in snapshot.gaps}
    gone = [gap for gap in before.gaps if gap.id not in there]
    if not gone:
        return (Para(line("None.")),)
    columns = tuple(words.column(title) for title in ("What was wrong or open", "Kind", "Id"))
    rows = tuple(
        Row(
            (
                Cell(_sentence(snapshot, gap)),
                words.cell(words.soft(KINDS[gap.kind])),
                words.cell(words.code(gap.id)),
            )
        )
        for gap in gone
    )
    return (Table(columns, rows),)


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
