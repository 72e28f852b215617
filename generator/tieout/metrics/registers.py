"""F8 to F11 and F24 to F26: what the registers hold, as it stands at the audit date."""

from collections.abc import Iterator
from datetime import date

from tieout.checks.case import day_of, midnight
from tieout.checks.exceptions import uses_after_expiry
from tieout.documents import due_of
from tieout.metrics.measured import NOT_MEASURED, Measured, of_record, quantile, said, share
from tieout.model.records import Action, Finding, Record, Risk
from tieout.model.registers import REGISTERS, Isms
from tieout.model.results import Counted, Figure, Outcome
from tieout.text.words import plural

AGES = {"1-30": (1, 30), "31-60": (31, 60), "61-90": (61, 90), "over-60": (61, 0), "over-90": (91, 0)}  # days overdue


def figures(known: Measured) -> Iterator[Figure]:
    yield from _exceptions(known)
    yield from _overdue(known)
    yield from _open_findings(known)
    yield from _closed_findings(known)
    yield _fresh(known)
    yield _hygiene(known)
    yield share(known, "F25", (of_record(id_, counts=trace.complete) for id_, trace in known.of.traces.items()))
    yield from _exposure(known)


def _exceptions(known: Measured) -> Iterator[Figure]:
    """F8."""
    start, as_of = day_of(known.start), known.as_of
    approved = [found for found in known.isms.exceptions.values() if found.status == "approved"]
    used = uses_after_expiry(known.of.judgement.results)
    for word, counts in (
        ("opened", {one.id for one in approved if start <= one.from_ <= as_of}),
        ("open", {one.id for one in approved if one.from_ <= as_of <= one.expires}),
        ("expired", {one.id for one in approved if start <= one.expires < as_of}),
        ("used-after-expiry", set(used)),
    ):
        items = (of_record(one.id, value=f"until {one.expires}", counts=one.id in counts) for one in approved)
        yield share(known, f"F8/{word}", items)
    relied = [
        Counted(item.kind, item.key, item.service, item.at, item.exception)
        for result in known.of.judgement.results.values()
        for item in result.items
        if item.outcome is Outcome.EXCEPTED
    ]
    yield said(known, "F8/relied-on", f"{plural(len(relied), 'item')} of all checks", relied)


# --- actions and findings -------------------------------------------------------------------------------------------


def _overdue(known: Measured) -> Iterator[Figure]:
    """F9."""
    as_of = known.as_of
    opened = [one for one in known.isms.actions.values() if one.status == "open" and one.opened <= as_of]
    late = {one.id: (as_of - one.due).days for one in opened if one.due < as_of}
    yield share(known, "F9", (_action(one, late) for one in opened))
    for word, (low, high) in AGES.items():
        within = {id_: days for id_, days in late.items() if low <= days <= (high or days)}
        yield share(known, f"F9/{word}", (_action(one, within) for one in opened))
    if known.of.documents:
        yield share(known, "F9/moved", (_moved(known, one) for one in opened))


def _action(action: Action, late: dict[str, int]) -> Counted:
    days = late.get(action.id)
    value = f"{plural(days, 'day')} overdue" if days else f"due {action.due}"
    return of_record(action.id, midnight(action.due), value, counts=action.id in late)


def _moved(known: Measured, action: Action) -> Counted:
    """How often the day of an action was set anew, which the history of its file tells."""
    document = known.of.documents.get(("actions", action.id))
    due = due_of(document) if document else None
    moves = len(due.moves) if due else 0
    value = f"moved {plural(moves, 'time')}, first due {due.first}" if due and moves else f"due {action.due}"
    return of_record(action.id, midnight(action.due), value, counts=moves > 0)


def _open_findings(known: Measured) -> Iterator[Figure]:
    """F10: what is open, and for how long."""
    raised = [found for found in known.isms.findings.values() if found.raised <= known.as_of]
    still = [found for found in raised if found.status != "closed"]
    yield share(known, "F10", (_finding(known, one, counts=one in still) for one in raised))
    for severity in ("major", "minor"):
        held = {found.id for found in still if found.severity == severity}
        yield share(known, f"F10/{severity}", (_finding(known, one, counts=one.id in held) for one in raised))
    oldest = min(still, key=lambda one: (one.raised, one.id), default=None)
    words = plural((known.as_of - oldest.raised).days, "day") if oldest else "none is open"
    yield said(known, "F10/oldest", words, (_finding(known, oldest, counts=True),) if oldest else ())


def _finding(known: Measured, finding: Finding, *, counts: bool) -> Counted:
    value = f"open for {plural((known.as_of - finding.raised).days, 'day')}" if finding.status != "closed" else "closed"
    return of_record(finding.id, midnight(finding.raised), value, counts=counts)


def _closed_findings(known: Measured) -> Iterator[Figure]:
    """F10: a finding does not say when it was closed; the change that wrote it does."""
    if not known.of.documents:
        return
    taken: list[tuple[Counted, int]] = []
    reopened: list[Counted] = []
    for finding in known.isms.findings.values():
        closed, again = _closings(known, finding)
        if finding.status == "closed" and known.start <= closed <= known.end:
            start = midnight(finding.raised)
            taken.append((of_record(finding.id, start), closed - start))
        reopened.append(of_record(finding.id, midnight(finding.raised), counts=again))
    for word, percent in (("resolved", 50), ("resolved-p85", 85)):
        yield quantile(known, f"F10/{word}", taken, percent, "finding")
    yield share(known, "F10/reopened", reopened)


def _closings(known: Measured, finding: Finding) -> tuple[int, bool]:
    """When a finding was closed last, and whether it was opened again after it had been closed once."""
    document = known.of.documents.get(("findings", finding.id))
    closed, at, again = False, 0, False
    for revision in document.revisions if document else ():
        if not isinstance(revision.record, Finding):
            continue
        now = revision.record.status == "closed"
        again = again or (closed and not now)
        at = revision.change.time if now and not closed else at
        closed = now
    return at, again


# --- records --------------------------------------------------------------------------------------------------------


def _fresh(known: Measured) -> Figure:
    """F11."""
    states = known.of.judgement.evidence
    implemented = [id_ for id_, control in known.isms.controls.items() if control.status == "implemented"]
    return share(
        known,
        "F11",
        (
            of_record(id_, value=states[id_].reason, counts=states[id_].fresh)
            if id_ in states
            else of_record(id_, counts=False)
            for id_ in implemented
        ),
    )


def _hygiene(known: Measured) -> Figure:
    """F24."""
    held = (one for register in REGISTERS for one in known.isms.register(register.name).values())
    rhythm = [(one.id, due) for one in held if (due := _due(known.isms, one)) > date.min]
    return share(known, "F24", (of_record(id_, value=f"due {due}", counts=due < known.as_of) for id_, due in rhythm))


def _due(isms: Isms, record: Record) -> date:
    """The day a record's next review is due; the smallest of days where it has no rhythm."""
    period = isms.review_period(record)
    return period.after(record.reviewed) if record.reviewed and period else date.min


def _exposure(known: Measured) -> Iterator[Figure]:
    """F26: open risks by band, above appetite, and of these accepted by name."""
    risks = [risk for risk in known.isms.risks.values() if risk.status != "closed"]
    if known.isms.method is None:
        yield said(known, "F26", f"{NOT_MEASURED}: no risk method")
        return
    above = [risk for risk in risks if known.isms.score(risk.residual) > appetite(known.isms, risk)]
    over = {risk.id for risk in above}
    yield share(known, "F26", (_risk(known, one, counts=one.id in over) for one in risks))
    yield share(known, "F26/accepted", (_risk(known, one, counts=_accepted(one, known.as_of)) for one in above))
    for band in known.isms.method.bands:
        held = (_risk(known, one, counts=_band(known.isms, one) == band) for one in risks)
        yield share(known, f"F26/{band}", held, title=f"Risks in the band {band}")


def _band(isms: Isms, risk: Risk) -> str:
    return isms.method.band_of(isms.score(risk.residual)) if isms.method else ""


def _risk(known: Measured, risk: Risk, *, counts: bool) -> Counted:
    return of_record(risk.id, value=f"residual {known.isms.score(risk.residual)}", counts=counts)


def appetite(isms: Isms, risk: Risk) -> int:
    """The highest residual score that is accepted in the risk's impact area; none without a method."""
    found = isms.method.appetite if isms.method else {}
    return found.get(risk.impact_area, found.get("default", 0))


def _accepted(risk: Risk, as_of: date) -> bool:
    by = risk.accepted_by
    return by is not None and (by.until is None or by.until >= as_of) and (by.on is None or by.on <= as_of)
