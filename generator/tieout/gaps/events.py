"""Chains C3, C10 and C11: incidents, findings and changes, followed to their end."""

from collections.abc import Iterator

from tieout.checks.case import day_of, working_days
from tieout.gaps.known import Known, chain_of
from tieout.model.records import (
    Action,
    CommitRef,
    Finding,
    Incident,
)
from tieout.model.results import Chain, Gap, GapKind, Item, Outcome
from tieout.text.words import human_day, human_list, plural

SEVERE = (1, 2)
REVIEW_WITHIN = 10  # working days from the end of an incident to its review
SHOWN = 3  # items that a sentence names before it counts the rest


def incidents(known: Known) -> Chain:
    begun = {id_: found for id_, found in known.isms.incidents.items() if found.started.date() <= known.as_of}
    gaps = [gap for found in begun.values() for gap in (*_incident(known, found), *_severe(found))]
    return chain_of("C3", "Incident to effect", begun, gaps)


def _incident(known: Known, incident: Incident) -> Iterator[Gap]:
    id_ = incident.id
    if not incident.caused_by and not incident.cause:
        sentence = f"{id_} names neither the change that caused it nor another cause."
        yield Gap(f"C3/{id_}/no-cause", "C3", "missing", id_, sentence)
    for reference in (*incident.caused_by, *incident.emergency_changes):
        if not _exists(known, reference):
            sentence = (
                f"{id_} names {reference.repo} {reference.commit[:8]}, which is not in the history that was read."
            )
            yield Gap(f"C3/{id_}/change/{reference.commit[:8]}", "C3", "broken", id_, sentence)
    fell = [control for control, how in sorted(incident.tested_controls.items()) if how != "held"]
    if fell and not incident.raises and incident.status == "closed":
        sentence = f"{id_} found that {human_list(fell)} did not hold, and raised no finding."
        yield Gap(f"C3/{id_}/no-finding", "C3", "missing", id_, sentence)


def _exists(known: Known, reference: CommitRef) -> bool:
    """Whether the commit was read. Of a repository that was not read whole nothing is claimed."""
    if reference.repo not in known.facts.pins or reference.repo in known.facts.histories_incomplete:
        return True
    return any(
        id_.startswith(reference.commit)
        for change in known.facts.changes.values()
        if change.repo == reference.repo
        for id_ in (change.id, *change.commits)
    )


def _severe(incident: Incident) -> Iterator[Gap]:
    if incident.severity not in SEVERE:
        return
    id_, severity = incident.id, f"severity {incident.severity}"
    if not incident.tested_controls:
        sentence = f"{id_}, {severity}, names no control as tested."
        yield Gap(f"C3/{id_}/no-control-tested", "C3", "missing", id_, sentence)
    if incident.reportable is None:
        sentence = f"{id_}, {severity}, does not say whether it had to be reported."
        yield Gap(f"C3/{id_}/not-decided-reportable", "C3", "missing", id_, sentence)
    ended = (incident.restored or incident.detected).date()
    if incident.pir is None and incident.status == "closed":
        sentence = f"{id_}, {severity}, was closed without a review after the incident."
        yield Gap(f"C3/{id_}/no-review", "C3", "missing", id_, sentence, ended)
    elif incident.pir and (taken := working_days(ended, incident.pir.held)) > REVIEW_WITHIN:
        sentence = f"{id_}, {severity}, was reviewed after {taken} working days, later than {REVIEW_WITHIN}."
        yield Gap(f"C3/{id_}/late-review", "C3", "stale", id_, sentence, ended)


def findings(known: Known) -> Chain:
    raised = {id_: found for id_, found in known.isms.findings.items() if found.raised <= known.as_of}
    gaps = [
        gap
        for found in raised.values()
        if found.kind == "nonconformity"
        for gap in (*_finding(known, found), *_closed(found), *_overdue(known, found))
    ]
    return chain_of("C10", "Finding to effect", raised, gaps)


def _finding(known: Known, finding: Finding) -> Iterator[Gap]:
    id_ = finding.id
    if not _actions(known, finding):
        yield Gap(f"C10/{id_}/no-action", "C10", "missing", id_, f"{id_} leads to no action.", finding.raised)
    if finding.status in ("cause-known", "acting", "verifying", "closed") and not finding.cause:
        yield Gap(f"C10/{id_}/no-cause", "C10", "missing", id_, f"{id_} is {finding.status}, and names no cause.")


def _actions(known: Known, finding: Finding) -> tuple[Action, ...]:
    return tuple(
        action
        for id_, action in known.isms.actions.items()
        if (id_ in finding.actions or finding.id in action.for_) and action.status != "cancelled"
    )


def _closed(finding: Finding) -> Iterator[Gap]:
    id_, proof = finding.id, finding.effectiveness
    if finding.status == "closed" and proof is None:
        sentence = f"{id_} was closed before its effectiveness was checked."
        yield Gap(f"C10/{id_}/no-effectiveness", "C10", "missing", id_, sentence)
    elif finding.status == "closed" and proof and proof.result == "not-effective":
        sentence = f"{id_} is closed, and its correction was found not effective."
        yield Gap(f"C10/{id_}/not-effective", "C10", "contradiction", id_, sentence)
    if proof and proof.by == finding.owner:
        sentence = f"The effectiveness of {id_} was verified by its own owner, {proof.by}."
        yield Gap(f"C10/{id_}/verified-by-owner", "C10", "weak", id_, sentence)


def _overdue(known: Known, finding: Finding) -> Iterator[Gap]:
    for action in _actions(known, finding):
        if action.status == "open" and action.due < known.as_of:
            late = plural((known.as_of - action.due).days, "day")
            sentence = f"{action.id}, for {finding.id}, is {late} overdue."
            yield Gap(f"C10/{finding.id}/{action.id}-overdue", "C10", "stale", finding.id, sentence, action.due)


def changes(known: Known) -> Chain:
    """One thing wrong is one gap: a change that several checks fail counts under the first of them in the catalogue.

    So a gap is all changes of a service with the same first check and outcome, the worst outcome before others. An
    excepted change is permitted, not whole: it is a gap too, of the kind weak, that names its exception. A repository
    that could not be read is one gap, whatever the number of checks that ask for its changes.
    """
    results = [result for result in known.judgement.results.values() if result.check.kind == "change"]
    population = {item.key for result in results for item in result.items}
    off = [item for result in results for item in result.items if item.outcome in _CHANGE_GAPS]
    by_change: dict[tuple[str, str], list[Item]] = {}
    unread: dict[tuple[str, str], Item] = {}
    for item in off:
        if item.kind == "repository":
            unread.setdefault((item.service, item.key), item)
        else:
            by_change.setdefault((item.service, item.key), []).append(item)
    groups: dict[tuple[str, str, Outcome], list[list[Item]]] = {}
    for items in by_change.values():
        first = min(items, key=lambda item: _WORST.index(item.outcome))  # of one outcome the first in the catalogue
        groups.setdefault((first.service, first.check, first.outcome), []).append(items)
    gaps = (
        *(Gap(f"C11/{one[0]}/{one[1]}/unread", "C11", "broken", one[0], unread[one].reason) for one in sorted(unread)),
        *(_change_gap(*group, found) for group, found in sorted(groups.items())),
    )
    return Chain("C11", "Change to production", len(population - {item.key for item in off}), len(population), gaps)


_CHANGE_GAPS: dict[Outcome, tuple[GapKind, str]] = {
    Outcome.FAIL: ("missing", "fails"),
    Outcome.UNKNOWN: ("weak", "cannot be told to pass"),
    Outcome.EXCEPTED: ("weak", "is excepted from"),
}
_WORST = tuple(_CHANGE_GAPS)


def _change_gap(service: str, check: str, outcome: Outcome, found: list[list[Item]]) -> Gap:
    """`found`: for each change all that is off about it."""
    kind, verb = _CHANGE_GAPS[outcome]
    own = [next(item for item in items if item.check == check) for items in found]
    own.sort(key=lambda item: (item.at, item.key))
    if len(own) > 1:
        verb = {"fails": "fail", "is excepted from": "are excepted from"}.get(verb, verb)
    names = [item.key for item in own[:SHOWN]]
    more = [f"{len(own) - SHOWN} more"] if len(own) > SHOWN else []
    by = human_list(sorted({item.exception for item in own if item.exception}))
    rest = f" by {by}" if outcome is Outcome.EXCEPTED and by else ""
    others = {item.check for items in found for item in items} - {check}
    also = f" and {plural(len(others), 'other check')}" if others else ""
    day = day_of(own[0].at)
    when = f", the first on {human_day(day)}" if len(own) > 1 else ""
    sentence = (
        f"{plural(len(own), 'change')} of {service} {verb} {check}{rest}{also}: {human_list([*names, *more])}{when}."
    )
    return Gap(f"C11/{service}/{check}/{outcome}", "C11", kind, service, sentence, day)
