"""Chains C5 to C9 and C12: decisions, exceptions, suppliers, policies, objectives and people."""

from collections.abc import Iterator
from datetime import timedelta

from tieout.checks.case import day_of, midnight
from tieout.checks.exceptions import exception_faults, uses_after_expiry
from tieout.checks.people import still_held
from tieout.checks.registers import IN_USE, supplier_faults
from tieout.gaps.known import Known, chain_of
from tieout.model.history import UnknownIdentity
from tieout.model.records import (
    Decision,
    Exemption,
    Objective,
    Person,
    Record,
    Supplier,
)
from tieout.model.results import Chain, Gap, GapKind
from tieout.text.words import human_list, plural, visible

CHANGES_RISK = ("market", "feature", "promotion", "exposure")  # kinds of decision that should move a risk or a control
FOLLOWED_WITHIN = timedelta(days=30)
SUPPLIER_CONTROLS = ("A.5.19", "A.5.20", "A.5.21", "A.5.22", "A.5.23")


def decisions(known: Known) -> Chain:
    taken = {
        id_: found
        for id_, found in known.isms.decisions.items()
        if found.status == "decided" and found.date <= known.as_of
    }
    return chain_of(
        "C5", "Decision to records", taken, (gap for found in taken.values() for gap in _decision(known, found))
    )


def _decision(known: Known, decision: Decision) -> Iterator[Gap]:
    id_ = decision.id
    if not decision.decides:
        yield Gap(f"C5/{id_}/decides-nothing", "C5", "missing", id_, f"{id_} names no record that it decides.")
    forum = known.isms.forums.get(decision.forum)
    if forum and len(set(decision.present)) < forum.quorum:
        sentence = f"{id_} was taken by {len(set(decision.present))} where the quorum of {forum.id} is {forum.quorum}."
        yield Gap(f"C5/{id_}/no-quorum", "C5", "contradiction", id_, sentence, decision.date)
    until = decision.date + FOLLOWED_WITHIN
    judged = decision.kind in CHANGES_RISK and until < known.as_of and bool(known.facts.isms_changes)
    if judged and not _moved(known, decision):
        sentence = f"{id_} approved a {decision.kind}; no risk or control changed within 30 days."
        yield Gap(f"C5/{id_}/nothing-changed", "C5", "missing", id_, sentence, until)


def _moved(known: Known, decision: Decision) -> bool:
    """Whether a change of the ISMS touched a risk or control: the ones it decides, where it names such."""
    risky: dict[str, Record] = {**known.isms.risks, **known.isms.controls}
    named = [risky[id_] for id_ in decision.decides if id_ in risky] or list(risky.values())
    paths = tuple(record.place.path for record in named if record.place.path)
    start, end = midnight(decision.date), midnight(decision.date + FOLLOWED_WITHIN + timedelta(days=1))
    return any(
        _is(changed.path, path)
        for change in known.facts.isms_changes
        if start <= change.time < end
        for changed in change.paths
        for path in paths
    )


def _is(path: str, own: str) -> bool:
    """The ISMS may be a folder of its repository: paths of records begin below it."""
    return path == own or path.endswith(f"/{own}")


def exceptions(known: Known) -> Chain:
    approved = {id_: found for id_, found in known.isms.exceptions.items() if found.status == "approved"}
    gaps = (gap for found in approved.values() for gap in _exception(known, found))
    return chain_of("C6", "Exception to its end", approved, gaps)


def _exception(known: Known, exception: Exemption) -> Iterator[Gap]:
    id_ = exception.id
    uses = uses_after_expiry(known.judgement.results).get(id_, ())
    for fault in exception_faults(known.isms, exception, ()):
        yield Gap(f"C6/{id_}/{fault.id}", "C6", "weak", id_, f"{id_} {fault.words}.")
    things = {(item.kind, item.key) for item in uses}
    if things:
        counted = human_list(
            plural(sum(kind == one for one, _ in things), kind) for kind in sorted({k for k, _ in things})
        )
        sentence = f"{id_} expired {exception.expires.isoformat()}; {counted} relied on it after that."
        yield Gap(f"C6/{id_}/used-after-expiry", "C6", "contradiction", id_, sentence, day_of(uses[0].at))
    for control in exception.compensating:
        found = known.isms.controls.get(control)
        if found and found.status != "implemented" and exception.expires >= known.as_of:
            sentence = f"{id_} is compensated by {control}, which is {found.status} only."
            yield Gap(f"C6/{id_}/compensating/{control}", "C6", "weak", id_, sentence)
    if exception.approved_by and not exception.approved_by.decision:
        yield Gap(f"C6/{id_}/no-decision", "C6", "missing", id_, f"{id_} names no decision that approved it.")


def suppliers(known: Known) -> Chain:
    used = {id_: found for id_, found in known.isms.suppliers.items() if found.status in IN_USE}
    return chain_of(
        "C7", "Supplier to review", used, (gap for found in used.values() for gap in _supplier(known, found))
    )


def _supplier(known: Known, supplier: Supplier) -> Iterator[Gap]:
    id_, name = supplier.id, f"{supplier.id} ({supplier.criticality})"
    services = [
        key for key, service in known.isms.services.items() if key in supplier.services or id_ in service.supplied_by
    ]
    if supplier.criticality != "low":
        for fault in supplier_faults(supplier, known.as_of):
            kind: GapKind = "stale" if fault.id.startswith(("assessed", "assurance")) else "missing"
            yield Gap(f"C7/{id_}/{fault.id}", "C7", kind, id_, f"{name} {fault.words}.")
    if supplier.criticality == "high" and not services:
        yield Gap(f"C7/{id_}/no-service", "C7", "missing", id_, f"{name} supplies no service of the register.")
    elif supplier.criticality == "high":
        affected = {key for risk in known.isms.risks.values() for key in known.isms.applying(risk.affects)}
        if not affected.intersection(services):
            sentence = f"{name} supplies {human_list(services)}, which no risk affects."
            yield Gap(f"C7/{id_}/no-risk", "C7", "missing", id_, sentence)
        if not any(
            control.status == "implemented" for annex in SUPPLIER_CONTROLS for control in known.implementing(annex)
        ):
            sentence = f"{name} is in use, and no control of A.5.19 to A.5.23 is implemented."
            yield Gap(f"C7/{id_}/no-control", "C7", "missing", id_, sentence)


def policies(known: Known) -> Chain:
    valid = {id_: found for id_, found in known.isms.policies.items() if found.status == "approved"}
    named = {
        link for control in known.isms.controls.values() if control.status != "retired" for link in control.enforced_by
    }
    gaps = []
    for id_, policy in valid.items():
        if not policy.enforced_by and f"policy:{id_}" not in named:
            gaps.append(Gap(f"C8/{id_}/enforced-by-nothing", "C8", "missing", id_, f"{id_} is enforced by nothing."))
        if policy.approved_by is None:
            gaps.append(Gap(f"C8/{id_}/no-approver", "C8", "missing", id_, f"{id_} names nobody who approved it."))
        last = policy.reviewed or (policy.approved_by.on if policy.approved_by else None)
        if policy.review_every and last and (due := policy.review_every.after(last)) < known.as_of:
            sentence = f"{id_} was due for review on {due.isoformat()}."
            gaps.append(Gap(f"C8/{id_}/review-overdue", "C8", "stale", id_, sentence, due))
    return chain_of("C8", "Policy to enforcement", valid, gaps)


def objectives(known: Known) -> Chain:
    active = {id_: found for id_, found in known.isms.objectives.items() if found.status == "active"}
    return chain_of(
        "C9", "Objective to decision", active, (gap for found in active.values() for gap in _objective(known, found))
    )


def _objective(known: Known, objective: Objective) -> Iterator[Gap]:
    id_ = objective.id
    decided = any(id_ in decision.decides for decision in known.isms.decisions.values() if decision.status == "decided")
    missed = 0
    for result in reversed(objective.results):
        if result.met:
            break
        missed += 1
    if not objective.results:
        kind: GapKind = "open" if objective.by >= known.as_of else "missing"
        yield Gap(f"C9/{id_}/no-result", "C9", kind, id_, f"{id_} has no result yet.")
    elif missed > 1 and not decided:
        sentence = f"{id_} missed {plural(missed, 'period')} in a row; no decision."
        yield Gap(f"C9/{id_}/no-decision", "C9", "missing", id_, sentence)
    if objective.by < known.as_of:
        sentence = f"{id_} was to be met by {objective.by.isoformat()} and is still active."
        yield Gap(f"C9/{id_}/past-its-day", "C9", "stale", id_, sentence, objective.by)


def people(known: Known) -> Chain:
    humans = {id_: found for id_, found in known.isms.people.items() if found.kind == "person"}
    gaps = [gap for found in humans.values() for gap in (*_conflicts(known, found), *_leaver(known, found))]
    strangers = [one for one in known.facts.unknown if not one.last or one.last >= known.date.start]
    gaps += [Gap(f"C12/{one.email}/unknown", "C12", "missing", one.email, _stranger(one)) for one in strangers]
    return chain_of("C12", "Person to power", (*humans, *(one.email for one in strangers)), gaps)


def _stranger(stranger: UnknownIdentity) -> str:
    made = f"made {plural(stranger.commits, 'commit')}" if stranger.commits else "is named"
    return f"{visible(stranger.email)} {made} in {human_list(stranger.repos)} and is nobody in the people register."


def _conflicts(known: Known, person: Person) -> Iterator[Gap]:
    for role in person.roles:
        found = known.isms.roles.get(role)
        for other in found.conflicts_with if found else ():
            if other in person.roles:
                one, two = sorted((role, other))
                sentence = f"{person.id} holds {one} and {two}, which conflict."
                yield Gap(f"C12/{person.id}/{one}/{two}", "C12", "contradiction", person.id, sentence)


def _leaver(known: Known, person: Person) -> Iterator[Gap]:
    left = person.active.to if person.active else None
    if left is None or left >= known.as_of:
        return
    for fault in still_held(known.isms, known.facts, person, left):
        sentence = f"{person.id} left {left.isoformat()} but {fault.words}."
        yield Gap(f"C12/{person.id}/{fault.id}", "C12", "contradiction", person.id, sentence, left)
