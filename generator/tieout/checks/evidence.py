"""How fresh the evidence of a control is at the audit date: records first, items judged by its checks as well."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from tieout.checks.case import Case, Verdict, concerns, cut, day_of, record_item
from tieout.model.records import Control, Evidence, Frequency
from tieout.model.registers import Isms
from tieout.model.results import AuditDate, CheckResult, EvidenceState, Item, Outcome
from tieout.text.words import human_day, human_list, plural

# Days after which evidence is stale: the control's rhythm and some days to collect it.
WINDOWS: Mapping[Frequency, int] = {
    "per-change": 31,
    "continuous": 31,
    "daily": 31,
    "weekly": 14,
    "monthly": 40,
    "quarterly": 100,
    "yearly": 380,
    "on-event": 380,
}
AT_WORK = frozenset({Outcome.PASS})  # what shows a control at work
LED_TO = frozenset({Outcome.PASS, Outcome.FAIL, Outcome.EXCEPTED})  # what a chain can be followed to, good or bad
ZONES = timedelta(days=1)  # a day that is still to come in UTC has begun elsewhere


class Shown(NamedTuple):
    """One thing that shows the control at work, with the last day on which it counts."""

    until: date
    day: date
    record: str  # id of the evidence record; empty for an item of a check
    words: str
    window: str


def newest_shown(  # noqa: PLR0917 - a control, where and when it is looked for, and what counts
    isms: Isms,
    results: Mapping[str, CheckResult],
    control: Control,
    date: AuditDate,
    services: Iterable[str],
    outcomes: frozenset[Outcome] = AT_WORK,
) -> Shown | None:
    """What counts longest for a control: a record about one of the services (or about none by name), or an item that passed.

    A fail shows no control at work, and counting it would let the loss of an approval freshen what it was to prove.
    """
    about = frozenset(services)
    found = [*_records(isms, control, date.as_of, about), *_items(results, control, date.as_of, about, outcomes)]
    return max(found, key=lambda shown: (shown.until, shown.day, shown.record), default=None)


def checks_of(control: Control) -> tuple[str, ...]:
    return tuple(link.removeprefix("check:") for link in control.enforced_by if link.startswith("check:"))


def evidencing(control: Control) -> int:
    """How many of a control's enforcers bring evidence of their own: policies and steps of a pipeline bring none."""
    return sum(not link.startswith(("policy:", "step:")) for link in control.enforced_by)


def nothing_occurred(results: Mapping[str, CheckResult], control: Control, services: Iterable[str]) -> bool:
    """Whether only checks enforce the control (see `evidencing`), and none of them had anything to judge in the period."""
    checks = [results[id_] for id_ in checks_of(control) if id_ in results]
    return (
        bool(checks)
        and len(checks) == evidencing(control)
        and all(item.outcome is Outcome.NOT_APPLICABLE for check in checks for item in cut(check, services).items)
    )


def _records(isms: Isms, control: Control, as_of: date, services: frozenset[str]) -> Iterator[Shown]:
    for record in isms.evidence.values():
        apart = record.services and services and services.isdisjoint(record.services)
        there = record.observed.to <= as_of and record.collected <= as_of + ZONES
        if control.id in record.proves and there and not apart:
            until, window = _until(record, control)
            words = f"{record.id}, which speaks up to {human_day(record.observed.to)}"
            yield Shown(until, record.observed.to, record.id, words, window)


def _until(record: Evidence, control: Control) -> tuple[date, str]:
    if record.valid_for:
        return record.valid_for.after(record.observed.to), f"{record.valid_for.words} (as the evidence record says)"
    return record.observed.to + timedelta(days=WINDOWS[control.frequency]), window_words(control)


def _items(
    results: Mapping[str, CheckResult],
    control: Control,
    as_of: date,
    services: frozenset[str],
    outcomes: frozenset[Outcome],
) -> Iterator[Shown]:
    for id_ in checks_of(control):
        if id_ not in results:
            continue
        of_them = (item for item in reversed(results[id_].items) if concerns(item, services))  # the newest first
        if newest := next((item for item in of_them if item.outcome in outcomes), None):
            day = min(day_of(newest.at), as_of) if newest.at else as_of
            words = f"the check {id_}, which {newest.key} passed on {human_day(day)}"
            yield Shown(day + timedelta(days=WINDOWS[control.frequency]), day, "", words, window_words(control))


def window_words(control: Control) -> str:
    return f"{plural(WINDOWS[control.frequency], 'day')} ({control.frequency} control)"


def state(
    isms: Isms, results: Mapping[str, CheckResult], control: Control, date: AuditDate, service: str = ""
) -> EvidenceState:
    """How fresh the newest evidence of a control is, over all services it covers, or for one of them alone."""
    services = (service,) if service else isms.applying(control.applies_to)
    shown = newest_shown(isms, results, control, date, services)
    if shown is None:
        reason = f"No evidence record proves {control.id}, and no check that enforces it judged anything in the period."
        if nothing_occurred(results, control, services):
            reason = nothing_words(control)
        return EvidenceState(control.id, "", None, fresh=False, window=window_words(control), reason=reason)
    late = max((date.as_of - shown.until).days, 0)
    age = plural((date.as_of - shown.day).days, "day")
    reason = f"The newest evidence is {shown.words}: {age} before the audit date, in a window of {shown.window}."
    if late:
        reason = f"{reason[:-1]}, so {plural(late, 'day')} too old."
    return EvidenceState(
        control.id, shown.record, shown.day, fresh=not late, window=shown.window, reason=reason, late=late
    )


def nothing_words(control: Control) -> str:
    return (
        f"Nothing occurred in the period that {control.id} applies to: {_checks_words(control)} had nothing to judge."
    )


def _checks_words(control: Control) -> str:
    checks = checks_of(control)
    return ("the check " if len(checks) == 1 else "the checks ") + human_list(checks)


def states(isms: Isms, results: Mapping[str, CheckResult], date: AuditDate) -> dict[str, EvidenceState]:
    return {id_: state(isms, results, control, date) for id_, control in isms.controls.items()}


def evidence_fresh(case: Case) -> tuple[Item, ...]:
    """One item for each implemented control."""
    return tuple(
        record_item("evidence-fresh", id_, _fresh(case, control), case.isms.applying(control.applies_to))
        for id_, control in case.isms.controls.items()
        if control.status == "implemented"
    )


def _fresh(case: Case, control: Control) -> Verdict:
    found = state(case.isms, case.results, control, case.date)
    expected = f"evidence within {found.window}"
    if found.fresh and found.newest_day:
        words = f"{found.newest or 'judged by its check'}, {found.newest_day.isoformat()}"
        return Verdict(Outcome.PASS, expected, words, found.reason)
    if nothing_occurred(case.results, control, case.isms.applying(control.applies_to)):  # an old record or none alike
        return Verdict(Outcome.NOT_APPLICABLE, expected, "nothing occurred", nothing_words(control))
    if found.newest_day:
        words = f"{found.newest or 'judged by its check'}, {plural(found.late, 'day')} too old"
        return Verdict(Outcome.FAIL, expected, words, found.reason, people=(control.owner,))
    holes = [item for id_ in checks_of(control) if id_ in case.results for item in holes_of(case.results[id_])]
    if holes:
        return Verdict(Outcome.UNKNOWN, expected, "not read", f"{found.reason} {holes[0].reason}")
    return Verdict(Outcome.FAIL, expected, "no evidence", found.reason, people=(control.owner,))


def holes_of(result: CheckResult) -> list[Item]:
    """What a check could not read of its population."""
    return [item for item in result.items if item.kind == "repository" and item.outcome is Outcome.UNKNOWN]
