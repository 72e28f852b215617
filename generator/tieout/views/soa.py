"""The Statement of Applicability: all rows of Annex A, claimed beside shown, and a page for each row."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from tieout import coverage
from tieout.documents import ANNEX_A
from tieout.model.records import Control, SoaEntry
from tieout.model.registers import AnnexControl
from tieout.model.results import Outcome
from tieout.text.words import plural
from tieout.views import addresses, forge, frame, revisions, shown, statement_changes, words
from tieout.views.page import Cell, Line, Link, Mark, Page, Para, Row, Section, Table, Terms, Text, line
from tieout.views.shown import Shown
from tieout.views.snapshot import Snapshot

CLAIMS = ("implemented", "partial", "planned", "not-implemented", "no entry")
_NO_ENTRY = SoaEntry(applicable=True)
FLAG = Mark("flag", "contradiction")
COLUMNS = (
    Mark("pass", "works"),
    Mark("excepted", "deviations"),
    Mark("fail", "does not work"),
    Mark("gap", "not evidenced"),
    Mark("unknown", "cannot tell"),
    FLAG,
)
SHAPES = tuple(mark.shape for mark in COLUMNS)


@dataclass(frozen=True, slots=True)
class SoaRow:
    """One row of Annex A: what is claimed, what is shown, and whether the two contradict each other."""

    annex: AnnexControl
    claimed: str  # one of CLAIMS, or excluded
    entry: SoaEntry
    controls: tuple[Control, ...]
    result: Shown
    contradiction: str = ""

    @property
    def mark(self) -> Mark:
        if self.contradiction:
            return FLAG
        if self.claimed == "excluded":
            return words.outcome(Outcome.NOT_APPLICABLE)
        return COLUMNS[-2] if self.result.mark.shape == "none" else self.result.mark


def pages(snapshot: Snapshot) -> Iterable[Page]:
    if not snapshot.isms.annex_a:
        return
    found = rows(snapshot)
    yield _statement(snapshot, found)
    for row in found:
        yield _annex(snapshot, row)


def rows(snapshot: Snapshot) -> tuple[SoaRow, ...]:
    """Every row of the catalogue, in the order of the standard, whether the statement has an entry or not."""
    isms = snapshot.isms
    entries: Mapping[str, SoaEntry] = isms.soa.entries if isms.soa else {}
    own: dict[str, list[Control]] = {}
    for control in isms.controls.values():
        for id_ in control.implements if control.status != "retired" else ():
            own.setdefault(id_, []).append(control)
    return tuple(
        _row(snapshot, annex, entries.get(annex.id), tuple(own.get(annex.id, ()))) for annex in isms.annex_a.values()
    )


def _row(snapshot: Snapshot, annex: AnnexControl, entry: SoaEntry | None, own: tuple[Control, ...]) -> SoaRow:
    claimed = "no entry" if entry is None else "excluded" if not entry.applicable else entry.status or "no entry"
    result = shown.of_controls(snapshot, own)
    return SoaRow(annex, claimed, entry or _NO_ENTRY, own, result, _contradiction(snapshot, annex.id))


def _contradiction(snapshot: Snapshot, id_: str) -> str:
    """Why the claim and the records cannot both be right, as the check of the statement found."""
    for gap in snapshot.gaps:
        if gap.kind == "contradiction" and gap.subject == id_:
            return gap.sentence
    return ""


# --- the statement -------------------------------------------------------------------------------------------------


def _statement(snapshot: Snapshot, found: Sequence[SoaRow]) -> Page:
    sections = (
        Section("Claimed and shown", (_tie_out(found),), "tie-out"),
        Section("The rows", (_chips(found), _table(snapshot, found)), "rows", landscape=True),
        *_additional(snapshot),
        *statement_changes.sections(snapshot),
        *((frame.history(snapshot, snapshot.isms.soa),) if snapshot.isms.soa else ()),
    )
    crumbs = (Text("ISO/IEC 27001:2022, 6.1.3 d"),)
    title = "Statement of Applicability"
    return Page(
        addresses.SOA,
        title,
        title,
        _lede(snapshot, found),
        sections,
        crumbs,
        _provenance(snapshot),
        addresses.SOA,
    )


def _lede(snapshot: Snapshot, found: Sequence[SoaRow]) -> Line:
    if snapshot.isms.soa is None:
        return line(
            f"No Statement of Applicability is recorded: nothing is claimed for the {plural(len(found), 'control')} of Annex A."
        )
    excluded = [row for row in found if row.claimed == "excluded"]
    applying = len(found) - len(excluded)
    implemented = [row for row in found if row.claimed == "implemented"]
    total = f"{plural(len(found), 'control')}: {applying} apply, {words.are(len(excluded))} excluded. "
    if not implemented:
        return line(f"{total}None of the {applying} is claimed as implemented yet.")
    against = [row for row in implemented if row.contradiction]
    failing = [row for row in implemented if row.mark.shape in {"fail", "gap"}]
    untold = [row for row in implemented if row.mark.shape == "unknown"]
    return line(
        f"{total}{words.of(len(implemented), applying)} are claimed as implemented; "
        f"for {words.none(len(against))} of those the records say otherwise, for {words.none(len(failing))} they do not show it at work"
        + (f", and for {len(untold)} they cannot tell." if untold else ".")
    )


def _provenance(snapshot: Snapshot) -> tuple[tuple[str, Line], ...]:
    statement = snapshot.isms.soa
    if statement is None:
        return ()
    adopted = statement.approved_by
    by = line(Text("nobody yet: a draft", "late"))
    if adopted and statement.status != "draft":
        by = line(words.person(snapshot.isms, adopted.person), f" on {adopted.on.isoformat()}, stated")
    version = (("This version", line(words.claim(statement.version_note))),) if statement.version_note else ()
    return (*frame.provenance(snapshot, statement), *version, ("Adopted by", by))


def _tie_out(found: Sequence[SoaRow]) -> Table:
    """Claimed by shown. Each row adds up to its rows, the last to Annex A."""
    columns = (words.column("Claimed"), words.column("Rows", "n"), *(words.mark_column(mark) for mark in COLUMNS))
    lines = [_tie_out_row(claim, [row for row in found if row.claimed == claim]) for claim in CLAIMS]
    excluded = [row for row in found if row.claimed == "excluded"]
    flagged = sum(bool(row.contradiction) for row in excluded)
    quiet = Cell((words.outcome(Outcome.NOT_APPLICABLE, len(excluded) - flagged),), span=len(COLUMNS) - 1)
    lines.append(Row((words.cell("Excluded"), words.count(len(excluded)), quiet, words.count(flagged, bad=True))))
    sums = [sum(row.mark.shape == shape for row in found) for shape in SHAPES]
    total = Row((words.cell("Annex A"), words.count(len(found)), *(words.count(number) for number in sums)), "total")
    return Table(columns, (*(row for row in lines if row.cells[1].line != (Text("0"),)), total), "run")


def _tie_out_row(claim: str, held: Sequence[SoaRow]) -> Row:
    numbers = [sum(row.mark.shape == shape for row in held) for shape in SHAPES]
    cells = (
        words.count(number, bad=shape in {"fail", "gap", "flag"}) for number, shape in zip(numbers, SHAPES, strict=True)
    )
    return Row((words.cell(words.sentence(claim.replace("-", " "))), words.count(len(held)), *cells))


def _chips(found: Sequence[SoaRow]) -> Para:
    """How many rows someone must look at, with the first of each kind."""
    told = []
    for title, held in (
        ("Contradictions", [row for row in found if row.contradiction]),
        ("Excluded", [row for row in found if row.claimed == "excluded"]),
        ("Partial or planned", [row for row in found if row.claimed in {"partial", "planned"}]),
        ("Without an entry", [row for row in found if row.claimed == "no entry"]),
    ):
        if held:
            first = f"{addresses.SOA}#{held[0].annex.id}"
            told.append(Link(f"{title}: {len(held)}", first))
    return Para(words.joined(told, ", "), "note")


def _table(snapshot: Snapshot, found: Sequence[SoaRow]) -> Table:
    columns = (
        words.column("Id", "d"),
        words.column("Control"),
        words.column("Applies for", label="Why"),
        words.column("Claimed"),
        words.column("Shown"),
        words.column("What the records hold", label="Records hold"),
        words.column("Own controls"),
        words.column("Newest", "d"),
    )
    lines: list[Row] = []
    theme = ""
    for row in found:
        if row.annex.theme != theme:
            theme = row.annex.theme
            lines.append(Row((Cell(line(f"{words.sentence(theme)} controls"), span=8),), "group"))
        lines.append(_line(snapshot, row))
    counted = Row((Cell(line(f"{plural(len(found), 'row')} counted"), span=2), Cell((), span=6)), "total")
    return Table(columns, (*lines, counted), "stack", label="Statement of Applicability")


def _line(snapshot: Snapshot, row: SoaRow) -> Row:
    isms = snapshot.isms
    head = (
        words.cell(words.annex_a(isms, row.annex.id)),
        words.cell(row.annex.title),
        words.cell(", ".join(row.entry.reasons) or words.soft("nothing")),
        words.cell(row.claimed.replace("-", " ")),
    )
    tone: Literal["", "due"] = "due" if row.contradiction else ""
    if row.claimed == "excluded":
        told = line(" ", *words.linked(isms, row.contradiction)) if row.contradiction else ()
        why = line(words.claim(row.entry.why_not), *((" ", FLAG, *told) if row.contradiction else ()))
        return Row((*head, Cell(why, span=4)), tone, row.annex.id)
    return Row(
        (
            *head,
            words.cell(row.mark),
            Cell(_holds(snapshot, row)),
            Cell(words.records(isms, (control.id for control in row.controls), "controls")),
            words.cell(words.day(row.result.newest)),
        ),
        tone,
        row.annex.id,
    )


def _holds(snapshot: Snapshot, row: SoaRow) -> Line:
    """Counts, then the contradiction, then what is planned."""
    parts = [*shown.counts(snapshot, row.result)]
    if row.contradiction:
        parts += [Text(". "), *words.linked(snapshot.isms, row.contradiction)]
    if row.entry.action:
        ended = words.plain(tuple(parts)).endswith(".")
        parts += [Text(" Action " if ended else "; action "), words.record(snapshot.isms, row.entry.action, "actions")]
    return tuple(parts)


def _additional(snapshot: Snapshot) -> tuple[Section, ...]:
    """Own controls outside Annex A, which the statement must name too."""
    statement = snapshot.isms.soa
    if statement is None or not statement.additional:
        return ()
    isms = snapshot.isms
    rows_ = tuple(
        Row((words.cell(Text(id_, "id")), Cell(words.records(isms, _implementing(snapshot, id_), "controls"))))
        for id_ in statement.additional
    )
    table = Table((words.column("Id", "d"), words.column("Own controls")), rows_)
    return (Section("Additional controls, outside Annex A", (table,), "additional"),)


def _implementing(snapshot: Snapshot, id_: str) -> tuple[str, ...]:
    return tuple(control.id for control in snapshot.isms.controls.values() if id_ in control.implements)


# --- one row -------------------------------------------------------------------------------------------------------


def _annex(snapshot: Snapshot, row: SoaRow) -> Page:
    short = row.annex.id.removeprefix("A.")
    sections = (
        Section("The claim", (_claim(snapshot, row),), "claim"),
        Section("Own controls and what the records show", (_own(snapshot, row),), "controls"),
        *statement_changes.of_row(snapshot, row.annex.id),
        frame.incoming(snapshot, "annex-a", row.annex.id),
        *_control(snapshot, row.annex.id),
    )
    crumbs = (Link("Statement of Applicability", f"{addresses.SOA}#{row.annex.id}"), Text(row.annex.id, "id"))
    lede = line(f"{_claim_words(row)}. The records show ", row.mark, *_because(snapshot, row))
    path = addresses.annex_a(row.annex.id)
    title = f"{short} {row.annex.title}"
    return Page(path, row.annex.id, title, lede, sections, crumbs, _row_provenance(snapshot, row), addresses.SOA)


def _row_provenance(snapshot: Snapshot, row: SoaRow) -> tuple[tuple[str, Line], ...]:
    """Of the entry itself: its own version and approval, not those of the statement that it stands in."""
    statement = snapshot.isms.soa
    if statement is None:
        return ()
    document = revisions.held(snapshot, ANNEX_A, row.annex.id)
    if not document.revisions:
        return frame.provenance(snapshot, statement)
    owner = row.entry.owner or statement.owner
    return (
        ("File", line(words.code(statement.place.path))),
        ("Version", line(*revisions.version(document), words.soft(" of this entry"))),
        *((("Owner", line(words.person(snapshot.isms, owner))),) if owner else ()),
        ("Approved", revisions.approved(snapshot, document)),
        *forge.of_file(snapshot, statement.place.path),
    )


def _control(snapshot: Snapshot, id_: str) -> tuple[Section, ...]:
    """The history of the entry itself, which shares its file with all others."""
    document = revisions.held(snapshot, ANNEX_A, id_)
    return (revisions.section(snapshot, document),) if document.revisions else ()


def _claim_words(row: SoaRow) -> str:
    if row.claimed in {"excluded", "no entry"}:
        return "Excluded" if row.claimed == "excluded" else "The statement has no entry for it"
    return f"Claimed as {row.claimed.replace('-', ' ')}"


def _because(snapshot: Snapshot, row: SoaRow) -> Line:
    if row.contradiction:
        return line(". ", *words.linked(snapshot.isms, row.contradiction))
    return line(".") if row.claimed == "excluded" else line(", ", *shown.counts(snapshot, row.result), ".")


def _claim(snapshot: Snapshot, row: SoaRow) -> Terms:
    isms, entry = snapshot.isms, row.entry
    risks = sorted({risk for control in row.controls for risk in control.mitigates})
    policies = sorted(id_ for id_, policy in isms.policies.items() if row.annex.id in policy.implements)
    entries: list[tuple[str, Line]] = [("Theme", line(f"{row.annex.theme} controls"))]
    if row.claimed == "excluded":
        entries.append(("Why it is excluded", line(words.claim(entry.why_not))))
    else:
        entries.append(("Applies for", line(", ".join(entry.reasons) or words.soft("no reason is stated"))))
    if entry.note:
        entries.append(("Note", line(words.claim(entry.note))))
    entries.append(("Owner", line(words.person(isms, entry.owner))))
    if entry.action:
        entries.append(("Action", words.named(isms, entry.action, "actions")))
    entries.append(("Risks it helps against", words.records(isms, risks, "risks")))
    entries.append(("Policies", words.records(isms, policies, "policies")))
    if asked := _asked_by(snapshot, row.annex.id):
        entries.append(("Asked for by", words.joined(words.requirement(isms, key) for key in asked)))
    return Terms(tuple((title, (Para(parts),)) for title, parts in entries))


def _asked_by(snapshot: Snapshot, annex: str) -> tuple[str, ...]:
    """The requirements, of the sets that a licence or an audit names, whose mapping leads here and is used."""
    named = coverage.named_sets(snapshot.isms, snapshot.date.as_of)
    return tuple(
        one.key
        for id_ in named
        for one in snapshot.isms.requirement_sets[id_].requirements.values()
        if not one.not_applicable and any(walk.used and annex in walk.targets for walk in one.crosswalks)
    )


def _own(snapshot: Snapshot, row: SoaRow) -> Table:
    columns = (
        words.column("Control"),
        words.column("What is claimed"),
        words.column("Status"),
        words.column("What the records hold", label="Shown"),
        words.column("Judged"),
    )
    lines = []
    for control in row.controls:
        result = shown.of_control(snapshot, control)
        cells = (
            Cell(words.named(snapshot.isms, control.id, "controls")),
            words.cell(words.claim(control.statement)),
            words.cell(control.status),
            Cell(shown.counts(snapshot, result)),
            words.cell(result.mark),
        )
        lines.append(Row(cells))
    return Table(columns, tuple(lines), empty=f"No own control implements {row.annex.id}.")
