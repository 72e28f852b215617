"""Which requirement sets there are: those that a licence or an audit names, and those that are merely known."""

from collections.abc import Iterable, Iterator

from tieout import coverage
from tieout.coverage import Coverage
from tieout.model.requirements import STANDARD, RequirementSet
from tieout.text.words import plural
from tieout.views import addresses, words
from tieout.views.page import Block, Cell, Line, Link, Page, Para, Row, Section, Table, line
from tieout.views.snapshot import Snapshot

INDEX = addresses.index("requirements")


def index(snapshot: Snapshot, found: Iterable[Coverage]) -> Page:
    """The page that lists all sets, those that bind first."""
    found = tuple(found)
    named = coverage.named_sets(snapshot.isms, snapshot.date.as_of)
    bound = [held for held in found if held.set.id in named]
    rest = [held for held in found if held.set.id not in named]
    covered, applicable = sum(held.covered for held in bound), sum(held.applicable for held in bound)
    flawed, failing = sum(held.flawed for held in bound), sum(held.count("failing") for held in bound)
    beside = f", although in {words.of(flawed, covered)} something failed in the period" if flawed else ""
    beside += f"; {words.are(failing)} shown to fail" if failing else ""
    lede = line(
        f"{plural(len(bound), 'set')} of requirements {'binds' if len(bound) == 1 else 'bind'} through a licence or an audit: "
        f"{words.of(covered, applicable)} applicable requirements are covered by a control with fresh evidence{beside}."
        if bound
        else f"No licence and no audit names a set of requirements; {len(found)} are known."
    )
    binding: tuple[Block, ...] = (bound_sets(snapshot), *_standard(snapshot))
    sections = [Section("What binds", binding, "bound")] if bound else []
    sections.append(Section("Also known", (_table(snapshot, rest), _known_note()), "known"))
    title = "Requirement sets"
    return Page(INDEX, title, title, lede, tuple(sections), nav=INDEX)


def _standard(snapshot: Snapshot) -> Iterator[Para]:
    audits = [
        id_
        for id_, audit in snapshot.isms.audits.items()
        if STANDARD in audit.criteria and audit.date <= snapshot.date.as_of
    ]
    if audits:
        soa_ = Link("Statement of Applicability", addresses.SOA)
        names = words.records(snapshot.isms, audits, "audits")
        yield Para(line("ISO/IEC 27001:2022 itself (", *names, ") is answered row by row in the ", soa_, "."), "note")


def _known_note() -> Para:
    return Para(
        line("Sets that nothing here names. Their ids can be used in any record; nothing is missing because of them."),
        "note",
    )


def bound_sets(snapshot: Snapshot) -> Table:
    """The sets that a licence in force or an audit names, each with how far it is answered."""
    found = coverage.cover(snapshot.isms, snapshot.judgement)
    named = coverage.named_sets(snapshot.isms, snapshot.date.as_of)
    return _table(snapshot, [found[id_] for id_ in named if id_ in found])


def _table(snapshot: Snapshot, found: Iterable[Coverage]) -> Table:
    named = coverage.named_sets(snapshot.isms, snapshot.date.as_of)
    columns = (
        words.column("Set"),
        words.column("Named by"),
        words.column("Covered", "n"),
        words.column("Shown to fail", "n", "Failing"),
        words.column("Not answered", "n"),
        words.column("Not confirmed", "n"),
        words.column("Confidence"),
    )
    rows = []
    for held in found:
        page = addresses.record("requirements", held.set.id)
        missing = held.count("partial", "stale", "planned", "no-control", "excluded", "unmapped")
        cells = (
            Cell(line(Link(held.set.id, page, "id"), f" {held.set.title}")),
            Cell(words.records(snapshot.isms, named.get(held.set.id, ()))),
            words.cell(words.of(held.covered, held.applicable)),
            words.count(held.count("failing"), f"{page}#requirements", bad=True),
            words.count(missing, f"{page}#requirements"),
            words.count(held.count("off"), f"{page}#requirements"),
            Cell(_trust(snapshot, held.set)),
        )
        rows.append(Row(cells))
    return Table(tuple(columns), tuple(rows))


def _trust(snapshot: Snapshot, held: RequirementSet) -> Line:
    confirmed = signed_by(snapshot, held.by, held.on)
    if confirmed:
        return line(f"{held.confidence}; confirmed by ", *confirmed)
    if not held.shipped:
        return line(f"{held.confidence}; the operator's own set")
    return line(f"{held.confidence}; not confirmed by the operator")


def signed_by(snapshot: Snapshot, by: str, on: object) -> Line:
    """Who confirmed something, and on which day; nothing where nobody did."""
    return line(words.person(snapshot.isms, by), f", {on}") if by and on else ()
