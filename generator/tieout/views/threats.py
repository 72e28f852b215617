"""Threats: where each bites, and a dossier for each: systems, risks, controls by place, runbooks and evidence."""

from collections.abc import Iterable, Sequence

from tieout.model.records import Control, Risk, Threat
from tieout.model.registers import Isms
from tieout.text.words import plural
from tieout.views import addresses, frame, shown, sizes, words
from tieout.views.page import Cell, Column, Inline, Line, Link, Page, Para, Row, Section, Table, Terms, Text, line
from tieout.views.snapshot import Snapshot

INDEX = addresses.index("threats")


def pages(snapshot: Snapshot) -> Iterable[Page]:
    if not snapshot.isms.threats:
        return
    yield _index(snapshot)
    for threat in snapshot.isms.threats.values():
        yield _threat(snapshot, threat)


def risks_of(snapshot: Snapshot, threat: Threat) -> tuple[Risk, ...]:
    """The open risks that the threat leads to, largest first."""
    found = snapshot.isms.risks.values()
    return sizes.by_size(
        snapshot.isms, (risk for risk in found if threat.id in risk.threats and risk.status != "closed")
    )


def controls_of(snapshot: Snapshot, risks: Iterable[Risk]) -> tuple[Control, ...]:
    ids = {risk.id for risk in risks}
    return tuple(c for c in snapshot.isms.controls.values() if c.status != "retired" and ids & set(c.mitigates))


# --- the index -----------------------------------------------------------------------------------------------------


def _index(snapshot: Snapshot) -> Page:
    isms = snapshot.isms
    above = sizes.risks_above(isms)
    ranked = sorted(isms.threats.values(), key=lambda threat: (-_score(isms, risks_of(snapshot, threat)), threat.id))
    top = ranked[0]
    score = _score(isms, risks_of(snapshot, top))
    first = line(f"{plural(len(ranked), 'threat')}. ")
    level = sum(_score(isms, risks_of(snapshot, threat)) == score for threat in ranked)
    if score and level > 1:
        first = (
            *first,
            Text(f"{'All' if level == len(ranked) else level} of them share the highest residual score, {score}. "),
        )
    elif score:
        first = (
            *first,
            *words.named(isms, top.id, "threats"),
            Text(f" stands out, with a residual score of {score}. "),
        )
    lede = (*first, Text(f"{words.of(len(above), len(isms.risks))} risks are above appetite."))
    note = Para(
        line(
            "The number is the highest residual score of the risks between threat and service; after it, the controls "
            "that stand there. An outline marks a score above the appetite of its area. "
            f"An empty cell: nobody claims this threat for this service.{_bands(isms)} "
            f"{plural(len(isms.services), 'service')} stand side by side; where they are wider than the page, the table scrolls."
        ),
        "note",
    )
    sections = (
        Section("Where each threat bites", (note, _heat(snapshot)), "map", landscape=True),
        Section("Risks by likelihood and impact", (sizes.matrix(isms, isms.risks.values()),), "matrix"),
    )
    return Page(INDEX, "Threats", "Threats and services", lede, sections, nav=INDEX, landscape=True)


def _bands(isms: Isms) -> str:
    """The shades in words, from the method."""
    bands = isms.method.bands if isms.method else {}
    told = ", ".join(f"{name} {scores.replace('-', '–')}" for name, scores in bands.items())
    return f" The stronger the shade, the larger: {told}." if told else ""


def _score(isms: Isms, risks: Sequence[Risk]) -> int:
    return max((isms.score(risk.residual) for risk in risks), default=0)


def _heat(snapshot: Snapshot) -> Table:
    services = sorted(snapshot.isms.services.values(), key=lambda service: (service.tier, service.id))
    columns = (
        words.column("Threat"),
        *(Column((words.record(snapshot.isms, service.id, "services"),)) for service in services),
    )
    rows = tuple(
        _heat_row(snapshot, threat, [service.id for service in services]) for threat in snapshot.isms.threats.values()
    )
    return Table(columns, rows, "cells", label="Heat map")


def _heat_row(snapshot: Snapshot, threat: Threat, services: Sequence[str]) -> Row:
    affected = snapshot.isms.applying(threat.affects)
    risks = risks_of(snapshot, threat)
    cells = (_heat_cell(snapshot, risks, service, claimed=service in affected) for service in services)
    return Row((Cell(words.named(snapshot.isms, threat.id, "threats")), *cells))


def _heat_cell(snapshot: Snapshot, risks: Sequence[Risk], service: str, *, claimed: bool) -> Cell:
    isms = snapshot.isms
    here = [risk for risk in risks if service in isms.applying(risk.affects)]
    if not here:
        return words.cell(Text("no risk", "bad")) if claimed else Cell(())
    controls = [c for c in controls_of(snapshot, here) if service in isms.applying(c.applies_to)]
    top = here[0]
    parts: list[Inline] = [Link(str(isms.score(top.residual)), addresses.record("risks", top.id))]
    parts.append(Text(f" {plural(len(controls), 'control')}") if controls else Text(" no control", "strong"))
    if controls and not any(control.status == "implemented" for control in controls):
        parts.append(Text(", none in place", "strong"))
    over = any(sizes.above(isms, risk) for risk in here)
    return Cell(tuple(parts), band=sizes.band(isms, isms.score(top.residual)), over=over)


# --- the dossier ---------------------------------------------------------------------------------------------------


def _threat(snapshot: Snapshot, threat: Threat) -> Page:
    risks = risks_of(snapshot, threat)
    controls = controls_of(snapshot, risks)
    sections = (
        Section("", (_five(snapshot, threat),)),
        Section("Risks it leads to", (_risks(snapshot, threat, risks),), "risks"),
        Section("What stands against it", (_controls(snapshot, threat, controls),), "controls"),
        Section("Runbooks", (_runbooks(snapshot, threat),), "runbooks"),
        Section("Abuse cases", (_abuse_cases(threat),), "abuse-cases"),
        Section("Newest evidence", (_evidence(snapshot, controls),), "evidence"),
        *frame.body(snapshot, threat),
        frame.incoming(snapshot, "threats", threat.id),
        frame.history(snapshot, threat),
    )
    return Page(
        addresses.record("threats", threat.id),
        threat.id,
        threat.title,
        _lede(snapshot, threat, risks, controls),
        sections,
        frame.register_crumbs("Threats", "threats", threat.id),
        frame.provenance(snapshot, threat),
        nav=INDEX,
    )


def _lede(snapshot: Snapshot, threat: Threat, risks: Sequence[Risk], controls: Sequence[Control]) -> Line:
    if not risks:
        return line(f"{threat.id} leads to no risk: nobody has said what it could do here.")
    failed = sum(shown.of_control(snapshot, control).mark.shape == "fail" for control in controls)
    implemented = sum(control.status == "implemented" for control in controls)
    above = sum(sizes.above(snapshot.isms, risk) for risk in risks)
    told = f"the records show a failure of {failed}" if failed else "the records show no failure"
    return line(
        f"It leads to {plural(len(risks), 'risk')}, {words.none(above)} above appetite. "
        f"{words.of(implemented, len(controls))} controls against it are implemented; {told}."
    )


def _five(snapshot: Snapshot, threat: Threat) -> Terms:
    isms = snapshot.isms
    kind = f"{threat.category}, by {threat.actor}; {threat.status}"
    kind += f", {threat.likelihood_trend}" if threat.likelihood_trend else ""
    entries: tuple[tuple[str, tuple[Para, ...]], ...] = (
        ("How it would happen", (Para((words.claim(threat.scenario),), "claim"),)),
        ("At a peak", (Para((words.claim(threat.peak_impact),)),)),
        ("What an authority expects", (Para((words.claim(threat.authority_expects),)),)),
        ("Systems", (Para(words.records(isms, threat.affects, "services")),)),
        ("Teams", (Para(words.records(isms, threat.teams, "squads")),)),
        ("Kind", (Para(line(kind)),)),
        ("Sources", (Para(line(words.claim("; ".join(threat.sources)))),)),
    )
    return Terms(entries)


def _risks(snapshot: Snapshot, threat: Threat, risks: Sequence[Risk]) -> Table:
    isms = snapshot.isms
    columns = (
        words.column("Risk"),
        words.column("Services"),
        words.column("Score", "n"),
        words.column("Appetite", "n"),
        words.column("Trace"),
    )
    rows = []
    for risk in risks:
        limit = sizes.appetite(isms, risk)
        cells = (
            Cell(words.named(isms, risk.id, "risks")),
            Cell(words.records(isms, risk.affects, "services")),
            Cell((Text(str(isms.score(risk.residual))),), bad=sizes.above(isms, risk)),
            words.cell("not stated" if limit is None else str(limit)),
            words.cell(words.trace_mark(snapshot.traces.get(risk.id))),
        )
        rows.append(Row(cells))
    return Table(columns, tuple(rows), empty=f"{threat.id} leads to no risk.")


def _controls(snapshot: Snapshot, threat: Threat, controls: Sequence[Control]) -> Table:
    """In the pipeline, at run time and as processes of people."""
    columns = (
        words.column("Control"),
        words.column("What is claimed"),
        words.column("Status"),
        words.column("Shown"),
        words.column("What the records hold", label="Records hold"),
    )
    rows: list[Row] = []
    for title in ("In the pipeline", "At run time", "As a process of people"):
        held = [control for control in controls if _place(control) == title]
        rows.append(Row((Cell(line(f"{title}: {plural(len(held), 'control')}"), span=5),), "group"))
        rows += [_control_row(snapshot, control) for control in held]
    if not controls:
        return Table(columns, (), empty=f"No control stands against {threat.id}.")
    return Table(columns, tuple(rows))


def _place(control: Control) -> str:
    if set(control.stage) & {"commit-review", "build-test", "pre-prod", "deploy-prod"}:
        return "In the pipeline"
    return "At run time" if "run-learn" in control.stage else "As a process of people"


def _control_row(snapshot: Snapshot, control: Control) -> Row:
    result = shown.of_control(snapshot, control)
    return Row(
        (
            Cell(words.named(snapshot.isms, control.id, "controls")),
            words.cell(words.claim(control.statement)),
            words.cell(control.status),
            words.cell(result.mark),
            Cell(shown.counts(snapshot, result)),
        )
    )


def _runbooks(snapshot: Snapshot, threat: Threat) -> Table:
    isms, today = snapshot.isms, snapshot.date.as_of
    columns = (
        words.column("Runbook"),
        words.column("Exercised", "d"),
        words.column("Next exercise", "d"),
        words.column("Owner"),
    )
    rows = []
    for found in isms.runbooks.values():
        if threat.id not in found.threats:
            continue
        due = found.exercise_every.after(found.exercised) if found.exercise_every and found.exercised else None
        exercised = Text(words.day(found.exercised)) if found.exercised else Text("never", "late")
        following = words.late(due, today) if due else words.soft("no interval stated")
        cells = (
            Cell(words.named(isms, found.id, "runbooks")),
            words.cell(exercised),
            words.cell(following),
            words.cell(words.person(isms, found.owner)),
        )
        rows.append(Row(cells))
    return Table(columns, tuple(rows), empty=f"No runbook names {threat.id}.")


def _abuse_cases(threat: Threat) -> Table:
    columns = (words.column("Case", "d"), words.column("What someone would try", label="Tries"), words.column("Test"))
    rows = tuple(
        Row(
            (
                words.cell(Text(case.id, "id")),
                words.cell(words.claim(case.text)),
                words.cell(words.code(case.test) if case.test else words.soft("no test is named")),
            )
        )
        for case in threat.abuse_cases
    )
    return Table(columns, rows, empty="No abuse case is written down.")


def _evidence(snapshot: Snapshot, controls: Sequence[Control]) -> Table:
    ids = {control.id for control in controls}
    held = [found for found in snapshot.isms.evidence.values() if ids & set(found.proves)]
    held.sort(key=lambda found: (found.observed.to, found.id), reverse=True)
    columns = (words.column("Observed until", "d"), words.column("Evidence"), words.column("Proves"))
    rows = tuple(
        Row(
            (
                words.cell(words.day(found.observed.to)),
                Cell(words.named(snapshot.isms, found.id, "evidence")),
                Cell(words.records(snapshot.isms, [id_ for id_ in found.proves if id_ in ids], "controls")),
            )
        )
        for found in held[:10]
    )
    caption = f"The newest ten of {len(held)}." if len(held) > 10 else ""
    return Table(columns, rows, caption=caption, empty="No evidence record names a control against it.")
