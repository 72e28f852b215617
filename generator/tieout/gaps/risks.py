"""Chains C1, C2 and C4, and the contradictions of the statement of applicability."""

from collections.abc import Iterator
from datetime import timedelta

from tieout.checks import soa
from tieout.gaps.known import Known, chain_of, lacking, months_between
from tieout.model.records import STAGES, Control
from tieout.model.results import Chain, Gap, GapKind, Outcome, TraceRow
from tieout.text.words import human_list, plural

IN_PIPELINE = tuple(stage for stage in STAGES if stage != "outside")


def risk_traces(known: Known) -> Chain:
    gaps = {gap.id: gap for gap in (*_threats(known), *_risks(known), *_controls(known))}
    whole = sum(trace.complete for trace in known.traces.values())
    return Chain("C1", "Risk to evidence", whole, len(known.traces), tuple(gaps[key] for key in sorted(gaps)))


def _threats(known: Known) -> Iterator[Gap]:
    led = {threat for risk in known.isms.risks.values() if risk.status != "closed" for threat in risk.threats}
    for id_, threat in known.isms.threats.items():
        if threat.status != "retired" and id_ not in led:
            yield Gap(f"C1/{id_}/no-risk", "C1", "missing", id_, f"{id_} leads to no risk.")


def _risks(known: Known) -> Iterator[Gap]:
    for id_, trace in known.traces.items():
        statuses = {known.isms.controls[row.control].status for row in trace.rows}
        if not trace.threats:
            yield Gap(f"C1/{id_}/no-threat", "C1", "missing", id_, f"{id_} comes from no threat of the register.")
        if not trace.rows:
            yield Gap(f"C1/{id_}/no-control", "C1", "missing", id_, f"{id_} is mitigated by no control.")
        elif "implemented" not in statuses:
            sentence = f"{id_} is mitigated by no implemented control."
            yield Gap(f"C1/{id_}/no-implemented-control", "C1", lacking(*statuses), id_, sentence)
        elif not trace.complete and not any(_breaks(known, row) for row in trace.rows):
            sentence = trace.breaks[0] if trace.breaks else f"{id_} leads to no evidence."
            yield Gap(f"C1/{id_}/no-evidence", "C1", "missing", id_, sentence)


def _breaks(known: Known, row: TraceRow) -> bool:
    return bool(row.gap) and known.isms.controls[row.control].status == "implemented"


def _controls(known: Known) -> Iterator[Gap]:
    for trace in known.traces.values():
        for row in trace.rows:
            if _breaks(known, row):
                yield _row_gap(known, trace.risk, row)
    for id_, control in known.isms.controls.items():
        if control.status != "retired" and not control.enforced_by:
            kind = lacking(control.status)
            yield Gap(f"C1/{id_}/enforced-by-nothing", "C1", kind, id_, f"{id_} is enforced by nothing.")
        elif control.status == "implemented":
            yield from _stale(known, control)


def _row_gap(known: Known, risk: str, row: TraceRow) -> Gap:
    control = known.isms.controls[row.control]
    kind: GapKind = "missing"
    if not control.implements:
        word = "no-annex-a"
    elif not control.enforced_by:
        word = "enforced-by-nothing"
    elif not row.services:
        word = f"covers-nothing/{risk}"
    elif row.enforcement and row.enforcement in row.gap:
        word, kind = f"enforced-by/{row.enforcement}", "broken"
    else:
        state = known.judgement.evidence.get(control.id)
        word, kind = ("stale-evidence", "stale") if state and state.newest_day else ("no-evidence", "missing")
    return Gap(f"C1/{row.control}/{word}", "C1", kind, row.control, row.gap)


def _stale(known: Known, control: Control) -> Iterator[Gap]:
    """Implemented controls that no trace leads through: theirs is the same duty."""
    state = known.judgement.evidence.get(control.id)
    if any(row.control == control.id for trace in known.traces.values() for row in trace.rows):
        return
    judged = known.judgement.results.get("evidence-fresh")
    failed = judged and any(item.key == control.id and item.outcome is Outcome.FAIL for item in judged.items)
    if not failed or state is None:
        return
    if state.newest_day:
        since = known.as_of - timedelta(days=state.late)
        sentence = f"{control.id} has no evidence in the last {state.window}."
        yield Gap(f"C1/{control.id}/stale-evidence", "C1", "stale", control.id, sentence, since)
    else:
        sentence = f"{control.id} has no evidence ({control.frequency} control)."
        yield Gap(f"C1/{control.id}/no-evidence", "C1", "missing", control.id, sentence)


def requirements(known: Known) -> Chain:
    """As far as Annex A reaches; other requirement sets are read by their own mappings."""
    entries = known.isms.soa.entries if known.isms.soa else {}
    subjects = [id_ for id_, entry in entries.items() if entry.applicable]
    gaps = [gap for id_ in subjects for gap in _requirement(known, id_)]
    return chain_of("C2", "Requirement to evidence", subjects, gaps)


def _requirement(known: Known, annex: str) -> Iterator[Gap]:
    controls = known.implementing(annex)
    claimed = known.isms.soa.entries[annex].status if known.isms.soa else ""
    implemented = [control for control in controls if control.status == "implemented"]
    if not controls and not soa.stands_behind(known.isms, annex, known.as_of):
        yield Gap(f"C2/{annex}/no-control", "C2", lacking(claimed), annex, f"{annex}: applicable, no own control.")
    elif controls and not implemented:
        sentence = f"{annex}: applicable, and {human_list(control.id for control in controls)} not implemented yet."
        yield Gap(f"C2/{annex}/no-implemented-control", "C2", lacking(claimed), annex, sentence)
    elif implemented and not any(known.fresh(control.id) for control in implemented):
        states = [known.judgement.evidence.get(control.id) for control in implemented]
        days = [state.newest_day for state in states if state and state.newest_day]
        age = plural(months_between(max(days), known.as_of), "month") if days else ""
        rest = f"its newest evidence is {age} old" if days else "no evidence proves it"
        kind: GapKind = "stale" if days else "missing"
        yield Gap(f"C2/{annex}/{kind}-evidence", "C2", kind, annex, f"{annex} is covered, but {rest}.")


def services(known: Known) -> Chain:
    live = [id_ for id_, service in known.isms.services.items() if service.status in ("live", "retiring")]
    return chain_of(
        "C4",
        "Service to evidence",
        live,
        (gap for id_ in live for gap in (*_service(known, id_), *_linked(known, id_))),
    )


def _service(known: Known, id_: str) -> Iterator[Gap]:
    isms, tier = known.isms, known.isms.services[id_].tier
    name = f"{id_} (tier {tier})"
    if not any(id_ in isms.applying(threat.affects) for threat in isms.threats.values() if threat.status != "retired"):
        yield Gap(f"C4/{id_}/no-threat", "C4", "missing", id_, f"{name} is affected by no threat.")
    if not any(id_ in isms.applying(risk.affects) for risk in isms.risks.values() if risk.status != "closed"):
        yield Gap(f"C4/{id_}/no-risk", "C4", "missing", id_, f"{name} is affected by no risk.")
    covering = [control for control in isms.controls.values() if _works_for(known, control, id_)]
    if not covering:
        statuses = _statuses(known, id_) or ("",)
        kind = lacking(*statuses)
        yield Gap(f"C4/{id_}/no-control", "C4", kind, id_, f"{name} is covered by no implemented control.")
    elif tier == 1 and isms.services[id_].repos:
        for stage in IN_PIPELINE:
            if not any(stage in control.stage for control in covering):
                sentence = f"{name} has no implemented control in {stage}."
                yield Gap(f"C4/{id_}/no-{stage}", "C4", "missing", id_, sentence)


def _works_for(known: Known, control: Control, service: str) -> bool:
    works = control.status == "implemented" and bool(control.enforced_by)
    return works and service in known.isms.applying(control.applies_to)


def _statuses(known: Known, service: str) -> tuple[str, ...]:
    """Of the controls that say they cover it."""
    isms = known.isms
    covering = (one for one in isms.controls.values() if service in isms.applying(one.applies_to))
    return tuple(control.status for control in covering if control.status != "retired")


def _linked(known: Known, id_: str) -> Iterator[Gap]:
    service = known.isms.services[id_]
    if not service.repos and service.kind != "supplier-run":
        why = f": {service.unlinked_why.rstrip('.')}" if service.unlinked_why else ", and no reason is given"
        kind: GapKind = "open" if service.unlinked_why else "missing"
        yield Gap(f"C4/{id_}/no-repository", "C4", kind, id_, f"{id_} has no linked repository{why}.")
    for link in service.repos:
        if link.repo in known.facts.missing:
            sentence = f"{id_} is linked to {link.repo}, which could not be read: {known.facts.missing[link.repo]}."
            yield Gap(f"C4/{id_}/unread/{link.repo}", "C4", "broken", id_, sentence)


def applicability(known: Known) -> Chain:
    """What the check of the statement of applicability (6.1.3 d) found, row by row."""
    if known.isms.soa is None:
        gap = Gap("SoA/none", "SoA", "missing", "SoA", "There is no statement of applicability.")
        return Chain("SoA", "Statement of applicability", 0, len(known.isms.annex_a), (gap,))
    result = known.judgement.results.get(soa.ID)
    held = soa.Known.of(known.isms, known.judgement.results, known.judgement.evidence, known.as_of)
    off = [item.key for item in result.items if item.outcome in _OFF] if result else []
    gaps = (
        Gap(f"SoA/{annex}/{one.word}", "SoA", one.kind, annex, one.sentence)
        for annex in off
        for one in soa.contradictions(held, annex)
        if one.word != soa.NOTHING_BEHIND
    )
    rows = {*known.isms.annex_a, *known.isms.soa.entries}
    return chain_of("SoA", "Statement of applicability", rows, gaps)


_OFF = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.EXCEPTED)
