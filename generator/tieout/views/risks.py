"""Risks: the index with its matrix, those above appetite, the method, and a page for each with its trace."""

from collections.abc import Iterable, Sequence
from datetime import date

from tieout.model.records import Control, Risk
from tieout.model.results import Outcome, Trace, TraceEvidence, TraceRow
from tieout.text.words import human_day, plural
from tieout.views import addresses, frame, revisions, shown, sizes, statuses, trace, words
from tieout.views.page import (
    Block,
    Cell,
    Columns,
    Line,
    Link,
    Mark,
    Page,
    Para,
    Row,
    Section,
    Table,
    Text,
    line,
)
from tieout.views.snapshot import Snapshot

INDEX = addresses.index("risks")


def pages(snapshot: Snapshot) -> Iterable[Page]:
    if not snapshot.isms.risks:
        return
    yield _index(snapshot)
    yield _above_appetite(snapshot)
    for risk in snapshot.isms.risks.values():
        yield _risk(snapshot, risk)


# --- the index -----------------------------------------------------------------------------------------------------


def _index(snapshot: Snapshot) -> Page:
    isms = snapshot.isms
    risks = sizes.by_size(isms, isms.risks.values())
    above = sizes.risks_above(isms)
    whole = sum(found.complete for found in snapshot.traces.values())
    lede = line(
        f"{plural(len(risks), 'risk')}, ",
        Link(f"{len(above)} above appetite", addresses.ABOVE_APPETITE),
        f". {words.of(whole, len(risks))} can be followed from the threat to evidence in date.",
    )
    note = Para(
        line(
            "Every risk at its residual size. An outline: at least one risk of the cell is above the appetite of its area."
        ),
        "note",
    )
    sections = (
        Section("Risks by likelihood and impact", (note, sizes.matrix(isms, risks)), "matrix"),
        Section("All risks, largest first", (_list(snapshot, risks),), "list"),
    )
    return Page(INDEX, "Risks", "Risks", lede, sections, nav=INDEX)


def _list(snapshot: Snapshot, risks: Sequence[Risk]) -> Table:
    columns = (
        words.column("Risk"),
        words.column("Area"),
        words.column("Score", "n"),
        words.column("Appetite", "n"),
        words.column("Owner"),
        words.column("Status"),
        words.column("Trace"),
    )
    rows = tuple(_list_row(snapshot, risk) for risk in risks)
    if not any(statuses.leaning(snapshot, risk) for risk in risks):
        return Table(columns, rows)
    more = words.column("Leans on what is not shown to work", label="Leans on")
    leaning = (statuses.leaning_cell(snapshot, risk) for risk in risks)
    return Table((*columns, more), tuple(Row((*row.cells, cell)) for row, cell in zip(rows, leaning, strict=True)))


def _list_row(snapshot: Snapshot, risk: Risk) -> Row:
    isms = snapshot.isms
    return Row(
        (
            Cell(words.named(isms, risk.id, "risks")),
            words.cell(risk.impact_area),
            Cell((Text(str(snapshot.isms.score(risk.residual))),), bad=sizes.above(isms, risk)),
            words.cell(_appetite(snapshot, risk)),
            words.cell(words.person(isms, risk.owner)),
            words.cell(risk.status),
            words.cell(words.trace_mark(snapshot.traces.get(risk.id))),
        )
    )


def _appetite(snapshot: Snapshot, risk: Risk) -> str:
    limit = sizes.appetite(snapshot.isms, risk)
    return "not stated" if limit is None else str(limit)


# --- above appetite ------------------------------------------------------------------------------------------------


def _above_appetite(snapshot: Snapshot) -> Page:
    risks = sizes.risks_above(snapshot.isms)
    accepted = [risk for risk in risks if _in_force(snapshot, risk)]
    total = len(snapshot.isms.risks)
    verb = "is" if len(risks) == 1 else "are"
    lede = line(
        f"{words.of(len(risks), total)} risks {verb} above the appetite of their area; "
        f"of these {words.are(len(accepted))} accepted by name."
        if risks
        else f"None of {plural(total, 'risk')} is above the appetite of its area."
    )
    columns = (
        words.column("Risk"),
        words.column("Area"),
        words.column("Score", "n"),
        words.column("Appetite", "n"),
        words.column("Accepted by"),
        words.column("Until", "d"),
        words.column("Last change approved by", label="Approved"),
    )
    table = Table(columns, tuple(_above_row(snapshot, risk) for risk in risks), empty="No risk is above appetite.")
    crumbs = (Link("Risks", INDEX),)
    title = "Risks above appetite"
    sections = (Section("Who accepted them", (table,), "above"),)
    return Page(addresses.ABOVE_APPETITE, title, title, lede, sections, crumbs, nav=addresses.ABOVE_APPETITE)


def _in_force(snapshot: Snapshot, risk: Risk) -> bool:
    """An acceptance counts until its last day; one without an end counts."""
    found = risk.accepted_by
    return found is not None and (found.until is None or found.until >= snapshot.date.as_of)


def _above_row(snapshot: Snapshot, risk: Risk) -> Row:
    isms = snapshot.isms
    return Row(
        (
            Cell(words.named(isms, risk.id, "risks")),
            words.cell(risk.impact_area),
            Cell((Text(str(snapshot.isms.score(risk.residual))),), bad=True),
            words.cell(_appetite(snapshot, risk)),
            Cell(_accepted(snapshot, risk)),
            words.cell(_until(snapshot, risk)),
            Cell(revisions.approved(snapshot, revisions.of(snapshot, risk))),
        )
    )


def _accepted(snapshot: Snapshot, risk: Risk) -> Line:
    found = risk.accepted_by
    if found is None:
        return (Text("nobody", "late"),)
    by = line(words.person(snapshot.isms, found.person))
    on = line(f" on {found.on.isoformat()}") if found.on else ()
    decision = line(" by ", words.record(snapshot.isms, found.decision, "decisions")) if found.decision else ()
    return (*by, *on, *decision)


def _until(snapshot: Snapshot, risk: Risk) -> Text:
    if risk.accepted_by is None:
        return Text("")
    until = risk.accepted_by.until
    return words.late(until, snapshot.date.as_of) if until else words.soft("no end stated")


# --- one risk ------------------------------------------------------------------------------------------------------


def _risk(snapshot: Snapshot, risk: Risk) -> Page:
    found = snapshot.traces.get(risk.id) or Trace(risk.id, risk.threats, (), False, (f"{risk.id} was not traced.",))
    sections = (
        Section("From threat to evidence", _trace_blocks(snapshot, risk, found), "trace"),
        Section("The same facts as a table", (_facts(snapshot, found),), "facts"),
        Section("How large it is", (_size(snapshot, risk), *statuses.leaning_note(snapshot, risk)), "size"),
        Section("Claim and evidence", (_claims(snapshot, found),), "claim"),
        *frame.body(snapshot, risk),
        frame.incoming(snapshot, "risks", risk.id),
        frame.history(snapshot, risk),
    )
    return Page(
        addresses.record("risks", risk.id),
        risk.id,
        risk.title,
        _lede(snapshot, risk, found),
        sections,
        frame.register_crumbs("Risks", "risks", risk.id),
        (*frame.provenance(snapshot, risk), *_treatment(snapshot, risk)),
        nav=INDEX,
    )


def _treatment(snapshot: Snapshot, risk: Risk) -> tuple[tuple[str, Line], ...]:
    entries: list[tuple[str, Line]] = [("Treatment", line(f"{risk.treatment}, {risk.status}"))]
    entries.append(("Affects", words.records(snapshot.isms, risk.affects, "services")))
    return tuple(entries) + ((("Accepted", _accepted(snapshot, risk)),) if risk.accepted_by else ())


def _lede(snapshot: Snapshot, risk: Risk, found: Trace) -> Line:
    """How many controls stand against it, what they showed, and whether the trace holds."""
    controls = {row.control for row in found.rows}
    if not controls:
        return words.linked(snapshot.isms, " ".join(found.breaks) or f"No control stands against {risk.id}.")
    failing = {row.control for row in found.rows if row.evidence.fails}
    whole = {row.control for row in found.rows} - {row.control for row in found.rows if not row.complete}
    first = f"{plural(len(controls), 'control')} {'stands' if len(controls) == 1 else 'stand'} against it"
    if len(whole) == len(controls):
        first += " and leads to evidence in date." if len(controls) == 1 else " and each leads to evidence in date."
    elif not whole:
        first += " and leads to no evidence in date." if len(controls) == 1 else "; none leads to evidence in date."
    else:
        first += (
            f"; {words.of(len(whole), len(controls))} {'leads' if len(whole) == 1 else 'lead'} to evidence in date."
        )
    broken = line(" ", *words.linked(snapshot.isms, " ".join(found.breaks[:2]))) if found.breaks else ()
    if not failing:
        judged = any(row.evidence.population for row in found.rows)
        return line(first, *broken, " None of their checks failed in the period." if judged else "")
    failed = "It" if len(controls) == 1 else f"{len(failing)} of them"
    return line(first, *broken, f" {failed} failed in the period, on ", *_newest_failures(snapshot, found), ".")


def _newest_failures(snapshot: Snapshot, found: Trace) -> Line:
    """The newest failing item of each check, those on which most controls failed first; three, then how many more."""
    controls: dict[tuple[str, str, str], set[str]] = {}
    for row in found.rows:
        if row.evidence.fails and row.evidence.worst:
            day = words.evidence_day(snapshot.facts, row.evidence)
            controls.setdefault((day, row.evidence.worst_kind, row.evidence.worst), set()).add(row.control)
    worst = sorted(controls, key=lambda place: (-len(controls[place]), place))
    named = [_failure(snapshot, worst, place) for place in worst[:3]]
    rest = [line(f"{len(worst) - 3} more")] if len(worst) > 3 else []
    return words.listed([*named, *rest])


def _failure(snapshot: Snapshot, worst: Iterable[tuple[str, str, str]], place: tuple[str, str, str]) -> Line:
    """`the change of 27 June 2026`; by its key where two of a kind fell on one day, or where there is no day."""
    day, kind, key = place
    alone = day and sum((one[0], one[1]) == (day, kind) for one in worst) == 1
    if kind in {"change", "deployment"} and alone:
        text = f"the {kind} of {human_day(date.fromisoformat(day))}"
        href = words.item_href(snapshot.isms, snapshot.facts, kind, key)
        return (Link(text, href) if href else Text(text),)
    href = words.item_href(snapshot.isms, snapshot.facts, kind, key)
    return (Link(key, href, "id") if href else Text(key, "id"),)


def _trace_blocks(snapshot: Snapshot, risk: Risk, found: Trace) -> tuple[Block, ...]:
    drawing = trace.picture(snapshot, risk, found)
    if found.complete:
        return (drawing,)
    return (
        drawing,
        *(Para((Mark("gap", "gap"), Text(" "), *words.linked(snapshot.isms, text))) for text in found.breaks),
    )


def _facts(snapshot: Snapshot, found: Trace) -> Table:
    columns = (
        words.column("Control"),
        words.column("Annex A"),
        words.column("Stage", "d"),
        words.column("Check or process", label="Check"),
        words.column("Passed", "n"),
        words.column("Outcome"),
        words.column("Failed last"),
        words.column("Newest evidence", label="Evidence"),
    )
    empty = " ".join(found.breaks) or "No control stands against it."
    return Table(columns, tuple(_facts_row(snapshot, row) for row in found.rows), empty=empty)


def _facts_row(snapshot: Snapshot, row: TraceRow) -> Row:
    isms, evidence = snapshot.isms, row.evidence
    enforced = (
        words.reference(isms, snapshot.judgement, row.enforcement) if row.enforcement else line(words.soft("nothing"))
    )
    passed = words.of(evidence.passed, evidence.population) if evidence.population else ""
    return Row(
        (
            Cell(words.named(isms, row.control, "controls")),
            Cell(words.joined(words.annex_a(isms, id_) for id_ in row.annex_a)),
            words.cell(words.STAGE_WORDS.get(row.stage, row.stage or "no stage")),
            Cell(enforced),
            words.cell(passed),
            Cell((_outcome(evidence), *((Text(" "), *words.linked(isms, row.gap)) if row.gap else ()))),
            Cell(_item(snapshot, evidence.worst_kind, evidence.worst)),
            Cell(_newest(snapshot, evidence)),
        )
    )


def _outcome(found: TraceEvidence) -> Mark:
    if found.outcome is None:
        return words.DID_NOT_OCCUR if found.kind == "check" else Mark("gap", "gap")
    numbers = {Outcome.FAIL: found.fails, Outcome.EXCEPTED: found.excepted, Outcome.UNKNOWN: found.unknown}
    return words.outcome(found.outcome, numbers.get(found.outcome, 0))


def _newest(snapshot: Snapshot, found: TraceEvidence) -> Line:
    """The newest item that passed, or the newest evidence record."""
    if found.newest:
        return _item(snapshot, found.newest_kind, found.newest, words.day(found.day))
    if found.worst or (found.population and not found.passed):
        return line(words.soft("none that passed"))
    if found.day:
        return line(words.day(found.day))
    return line(words.soft(found.words if found.words and found.kind != "check" else "none"))


def _item(snapshot: Snapshot, kind: str, key: str, day: str = "") -> Line:
    """An item with its day; nothing for no item."""
    if not key:
        return ()
    change, deployment = snapshot.facts.changes.get(key), snapshot.facts.deployments.get(key)
    if kind == "change" and change:
        day = words.day(change.time)
    elif kind == "deployment" and deployment:
        day = words.day(deployment.at)
    href = words.item_href(snapshot.isms, snapshot.facts, kind or "record", key)
    return (*line(f"{day} " if day else ""), Link(key, href, "id") if href else Text(key, "id"))


def _size(snapshot: Snapshot, risk: Risk) -> Columns:
    """The matrix and beside it the same facts as a table."""
    drawing = sizes.picture(snapshot.isms, risk)
    return Columns((("", (drawing,)), ("", (_size_table(snapshot, risk),))), wide=True)


def _size_table(snapshot: Snapshot, risk: Risk) -> Table:
    columns = (
        words.column("Point"),
        words.column("Likelihood", "n"),
        words.column("Impact", "n"),
        words.column("Score", "n"),
    )
    sized = [("I, before controls", risk.inherent), ("R, with controls as they are", risk.residual)]
    if risk.target:
        sized.append((f"T, intended by {risk.target.by.isoformat()}", risk.target))
    rows = [
        Row(
            (
                words.cell(name),
                words.count(size.likelihood),
                words.count(size.impact),
                words.count(snapshot.isms.score(size)),
            )
        )
        for name, size in sized
    ]
    over = "above appetite" if sizes.above(snapshot.isms, risk) else "within appetite"
    limit = sizes.appetite(snapshot.isms, risk)
    told = words.cell(over) if limit is not None else words.cell("no appetite is stated for this area")
    last = Row(
        (words.cell(f"Appetite for {risk.impact_area}"), Cell(told.line, span=2), words.cell(_appetite(snapshot, risk)))
    )
    return Table(columns, (*rows, Row(last.cells, "total")))


def _claims(snapshot: Snapshot, found: Trace) -> Table:
    columns = (
        words.column("What is claimed"),
        words.column("What the records show", label="Shown"),
        words.column("Judged"),
    )
    ids = sorted({row.control for row in found.rows} & snapshot.isms.controls.keys())
    rows = tuple(_claim_row(snapshot, snapshot.isms.controls[id_]) for id_ in ids)
    return Table(columns, rows, empty="Nothing is claimed: no control stands against it.")


def _claim_row(snapshot: Snapshot, control: Control) -> Row:
    result = shown.of_control(snapshot, control)
    said = line(words.claim(control.statement), " ", words.record(snapshot.isms, control.id, "controls"))
    return Row((Cell(said), Cell(shown.counts(snapshot, result)), words.cell(result.mark)))
