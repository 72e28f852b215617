"""Numbers, each with numerator, denominator and source (domain F.3): overall first, then for each service.

A figure counts what a table shows elsewhere, so that both tie out. What cannot be counted says "not measured";
nothing is a bare percentage, and nothing is counted per person.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice, pairwise, takewhile
from typing import Literal

from tieout.checks.case import day_of, first_deployments
from tieout.checks.exceptions import uses_after_expiry
from tieout.model.grades import Grade
from tieout.model.history import Change, Deployment, Facts
from tieout.model.records import Record, Risk
from tieout.model.registers import REGISTERS, Isms
from tieout.model.results import AuditDate, CheckResult, Figure, Gap, Item, Judgement, Outcome, Trace
from tieout.text.words import digits, plural

NOT_MEASURED = "not measured"
DAY = 86400
AGES = ((1, 30), (31, 60), (61, 90))  # days overdue; then more than 90
CAUSING = (1, 2, 3)  # severities of incidents that make a deployment a failed change
FEW = 5  # below this many items a median or a rate says nothing

Group = Literal["delivery", "security", "integrity", "compliance"]


@dataclass(frozen=True, slots=True)
class Measured:
    """What is counted for one audit, cut to some services. `service` is empty for all of them together."""

    isms: Isms
    facts: Facts
    judgement: Judgement
    traces: Mapping[str, Trace]
    gaps: tuple[Gap, ...]
    date: AuditDate
    changes: tuple[Change, ...]
    deployments: tuple[Deployment, ...]
    first: Mapping[str, int]  # first production deployment, by change
    service: str = ""

    def items(self, check: str) -> CheckResult | None:
        result = self.judgement.results.get(check)
        return result.of({self.service}) if result and self.service else result


def measure(  # noqa: PLR0917 - the stages that stand to its left
    isms: Isms,
    facts: Facts,
    judgement: Judgement,
    traces: Mapping[str, Trace],
    gaps: tuple[Gap, ...],
    date: AuditDate,
) -> tuple[Figure, ...]:
    """All figures of one audit: those of the whole first, then those of each service, in order of id."""
    changes = tuple(
        change
        for change in facts.changes.values()
        if date.start <= change.time <= date.end and any(id_ in isms.services for id_ in change.services)
    )
    deployments = tuple(
        found
        for found in facts.deployments.values()
        if date.start <= found.at <= date.end and found.service in isms.services
    )
    first = first_deployments(facts)
    whole = Measured(isms, facts, judgement, traces, gaps, date, changes, deployments, first)
    figures = [*_per_service(whole), *_of_registers(whole)]
    for id_ in isms.services:
        own = Measured(
            isms,
            facts,
            judgement,
            traces,
            gaps,
            date,
            tuple(change for change in changes if id_ in change.services),
            tuple(found for found in deployments if found.service == id_),
            first,
            id_,
        )
        figures += _per_service(own)
    return tuple(figures)


def _per_service(known: Measured) -> Iterator[Figure]:
    yield from _deployment_frequency(known)
    yield from _lead_time(known)
    yield from _change_failures(known)
    yield _through_pipeline(known)
    yield _duties(known)
    yield from _reviews(known)
    yield _passed(known, "F22", "commits-signed", "Changes whose commits by people are all signed")
    yield _passed(known, "F23", "change-reference", "Changes with a change reference")


def _of_registers(known: Measured) -> Iterator[Figure]:
    yield from _exceptions(known)
    yield from _overdue(known)
    yield from _open_findings(known)
    yield _fresh(known)
    yield _hygiene(known)
    yield _trace_completeness(known)
    yield from _exposure(known)


def _figure(
    known: Measured,
    id_: str,
    title: str,
    group: Group,
    counted: tuple[int, int] | str,
    *,
    source: str,
    limit: str = "",
) -> Figure:
    """A figure of n of N, or in words where it is no such count."""
    if isinstance(counted, str):
        return Figure(id_, title, group, counted, None, None, source, known.service, limit)
    numerator, denominator = counted
    value = f"{digits(numerator)} of {digits(denominator)}" if denominator else "did not occur"
    return Figure(id_, title, group, value, numerator, denominator, source, known.service, limit)


# --- delivery -------------------------------------------------------------------------------------------------------


def _deployment_frequency(known: Measured) -> Iterator[Figure]:
    """F1: how many reached production, and the median days from one to the next of the same service."""
    source = "production deployments of the period"
    made = [found for found in known.deployments if found.reached]
    days = (known.date.end - known.date.start) // DAY + 1
    counted = f"{digits(len(made))} in {plural(days, 'day')}"
    if not made and _is_untold(known):
        counted = f"{NOT_MEASURED}: the declared source does not tell them"
    yield _figure(known, "F1", "Production deployments", "delivery", counted, source=source)
    between: list[int] = []
    for service in sorted({found.service for found in made}):
        times = sorted(found.at for found in made if found.service == service)
        between += [later - earlier for earlier, later in pairwise(times)]
    words = _days(_quantile(between, 50)) if len(between) >= FEW else f"{NOT_MEASURED}: fewer than {FEW} intervals"
    yield _figure(known, "F1/between", "Median time between deployments of a service", "delivery", words, source=source)


def _is_untold(known: Measured) -> bool:
    """Whether there is a service whose deployments of the period nobody can tell: no source, or integrations only."""
    judged = known.items("deployed-by-pipeline")
    return judged is not None and any(item.kind == "repository" for item in judged.items)


def _lead_time(known: Measured) -> Iterator[Figure]:
    """F2: from the first commit of a change to its first production deployment in the period."""
    deployed = {key for found in known.deployments for key in found.changes}
    changes = [
        known.facts.changes[key]
        for key in sorted(deployed)
        if key in known.facts.changes and known.date.start <= known.first[key] <= known.date.end
    ]
    times = [known.first[change.key] - change.first_commit_time for change in changes]
    source = f"{plural(len(times), 'change')} first deployed in the period"
    limit = "A squash whose proposal was not kept shows the time of the squash as its first commit."
    few = f"{NOT_MEASURED}: fewer than {FEW} changes"
    for word, title, percent in (("median", "median", 50), ("p85", "85 of 100 within", 85)):
        words = _days(_quantile(times, percent)) if len(times) >= FEW else few
        yield _figure(
            known, f"F2/{word}", f"First commit to production, {title}", "delivery", words, source=source, limit=limit
        )


def _quantile(values: Iterable[int], percent: int) -> int:
    """The smallest value that `percent` of 100 do not exceed (nearest rank), so that it is one that occurred."""
    ordered = sorted(values)
    return ordered[max(-(-len(ordered) * percent // 100) - 1, 0)]


def _days(seconds: int) -> str:
    tenths = max(seconds, 0) * 10 // DAY
    return f"{digits(tenths // 10)}.{tenths % 10} days" if tenths else f"{seconds // 3600} hours"


def _change_failures(known: Measured) -> Iterator[Figure]:
    """F3: the three causes apart, and the deployments that have at least one of them."""
    total = len(known.deployments)
    by_incident = {found.key for found in known.deployments if _caused_incident(known, found)}
    hasty = {found.key for found in known.deployments if _followed_by_haste(known, found)}
    reverted = {found.key for found in known.deployments if _followed_by_revert(known, found)}
    source = "production deployments, incidents of severity 1 to 3, changes marked as an emergency, reverts"
    limit = "Undercounts what nobody recorded."
    told = [found for found in known.deployments if found.result]
    broken = {found.key for found in told if found.result in {"failed", "rolled-back"}}
    undone = {found.key for found in told if found.result == "rolled-back"} | _taken_back(told)
    failed = len(by_incident | hasty | reverted | broken | undone)
    yield _figure(known, "F3", "Deployments that failed", "delivery", (failed, total), source=source, limit=limit)
    parts = (
        ("incident", "Deployments named as the cause of an incident", by_incident),
        ("emergency", "Deployments followed by an emergency change within a day", hasty),
        ("revert", "Deployments with a change that was reverted within a day", reverted),
    )
    for word, title, found in parts:
        yield _figure(known, f"F3/{word}", title, "delivery", (len(found), total), source=source, limit=limit)
    rolled: tuple[int, int] | str = (len(undone), len(told))
    if not told:
        rolled = f"{NOT_MEASURED}: the declared sources hold no record of a roll-back"
    yield _figure(known, "F3/rolled-back", "Deployments rolled back", "delivery", rolled, source=source, limit=limit)


def _taken_back(told: Iterable[Deployment]) -> set[str]:
    """Deployments that a later one of the same service and environment says it rolled back."""
    named = {(found.service, found.environment, found.rollback_of) for found in told if found.rollback_of}
    return {found.key for found in told if (found.service, found.environment, found.id) in named}


def _carried(known: Measured, deployment: Deployment) -> tuple[Change, ...]:
    return tuple(known.facts.changes[key] for key in deployment.changes if key in known.facts.changes)


def _caused_incident(known: Measured, deployment: Deployment) -> bool:
    carried = {(change.repo, id_) for change in _carried(known, deployment) for id_ in (change.id, *change.commits)}
    return any(
        incident.severity in CAUSING and repo == reference.repo and id_.startswith(reference.commit)
        for incident in known.isms.incidents.values()
        for reference in incident.caused_by
        for repo, id_ in carried
    )


def _within_a_day(known: Measured, deployment: Deployment) -> Iterator[Change]:
    """Later changes of the same service's repository that entered its branch within 24 hours."""
    own = set(deployment.changes)
    start = bisect_right(known.changes, deployment.at, key=lambda change: change.time)
    for change in takewhile(lambda change: change.time <= deployment.at + DAY, islice(known.changes, start, None)):
        if change.repo == deployment.repo and deployment.service in change.services and change.key not in own:
            yield change


def _followed_by_haste(known: Measured, deployment: Deployment) -> bool:
    return any(change.emergency for change in _within_a_day(known, deployment))


def _followed_by_revert(known: Measured, deployment: Deployment) -> bool:
    """A revert names the commit it takes back, in the words that git writes."""
    ids = [id_ for change in _carried(known, deployment) for id_ in (change.id, *change.commits)]
    return any(
        f"This reverts commit {id_}" in change.body for change in _within_a_day(known, deployment) for id_ in ids
    )


# --- integrity of changes -------------------------------------------------------------------------------------------


def _through_pipeline(known: Measured) -> Figure:
    """F5: by deployment, as its changes share its way."""
    piped = {item.key for item in _passing(known, "deployed-by-pipeline")}
    branch = {item.key for item in _passing(known, "deployed-from-protected-branch")}
    source = "checks deployed-by-pipeline and deployed-from-protected-branch, both passed"
    counted = (len(piped & branch), len(known.deployments))
    return _figure(known, "F5", "Deployments through the approved pipeline", "integrity", counted, source=source)


def _passing(known: Measured, check: str) -> Iterator[Item]:
    result = known.items(check)
    yield from (item for item in result.items if item.outcome is Outcome.PASS) if result else ()


def _duties(known: Measured) -> Figure:
    """F7: changes of tier 1 and 2 that their own authors alone approved, or brought to production themselves."""
    tiers = {id_: service.tier for id_, service in known.isms.services.items()}
    judged = {change.key: change for change in known.changes if any(tiers.get(id_, 1) < 3 for id_ in change.services)}
    approved, deployed = known.items("approver-not-author"), known.items("author-not-deployer")
    broken = {item.key for item in approved.items if item.outcome is Outcome.FAIL} if approved else set()
    for item in deployed.items if deployed else ():
        if item.outcome is Outcome.FAIL:
            broken |= {
                key
                for key in known.facts.deployments[item.key].changes
                if key in judged and {author.key for author in judged[key].authors} & set(item.people)
            }
    source = "checks approver-not-author and author-not-deployer, tiers 1 and 2, without what is excepted"
    limit = "One person with two addresses that are not in the register is not seen."
    counted = (len(broken & judged.keys()), len(judged))
    return _figure(
        known, "F7", "Changes that broke segregation of duties", "integrity", counted, source=source, limit=limit
    )


def _reviews(known: Measured) -> Iterator[Figure]:
    """F21: at the grade the tier asks, and by the grade found."""
    yield _passed(known, "F21", "change-reviewed", "Changes reviewed at the grade their tier asks")
    result = known.items("change-reviewed")
    items = [item for item in result.items if item.outcome is not Outcome.NOT_APPLICABLE] if result else []
    for grade in sorted(Grade, reverse=True):
        if found := [item for item in items if item.grade == grade and item.outcome is Outcome.PASS]:
            title = f"Changes reviewed, {grade.words}"
            counted = (len(found), len(items))
            yield _figure(
                known, f"F21/{grade.name.lower()}", title, "integrity", counted, source="check change-reviewed"
            )


def _passed(known: Measured, id_: str, check: str, title: str) -> Figure:
    """Passed of all that were judged: failed, excepted and unknown stand in the denominator."""
    result = known.items(check)
    if result is None:
        return _figure(known, id_, title, "integrity", NOT_MEASURED, source=f"check {check}")
    judged = len(result.items) - result.count(Outcome.NOT_APPLICABLE)
    unknown = result.count(Outcome.UNKNOWN)
    limit = f"{plural(unknown, 'change')} cannot be told." if unknown else ""
    return _figure(
        known, id_, title, "integrity", (result.count(Outcome.PASS), judged), source=f"check {check}", limit=limit
    )


# --- registers ------------------------------------------------------------------------------------------------------


def _exceptions(known: Measured) -> Iterator[Figure]:
    """F8, at the audit date."""
    source, start = "register of exceptions", day_of(known.date.start)
    approved = [found for found in known.isms.exceptions.values() if found.status == "approved"]
    used = uses_after_expiry(known.judgement.results)
    relied = sum(result.count(Outcome.EXCEPTED) for result in known.judgement.results.values())
    as_of = known.date.as_of
    for word, title, number in (
        ("opened", "Exceptions that began in the period", sum(start <= found.from_ <= as_of for found in approved)),
        ("open", "Exceptions in force", sum(found.from_ <= as_of <= found.expires for found in approved)),
        ("expired", "Exceptions that expired in the period", sum(start <= found.expires < as_of for found in approved)),
        ("used-after-expiry", "Exceptions used after their end", len(used)),
    ):
        yield _figure(known, f"F8/{word}", title, "compliance", (number, len(approved)), source=source)
    words = f"{plural(relied, 'item')} of all checks"
    yield _figure(known, "F8/relied-on", "Fails that an exception permits", "compliance", words, source="all checks")


def _overdue(known: Measured) -> Iterator[Figure]:
    """F9: open actions past their day, by age."""
    as_of = known.date.as_of
    opened = [found for found in known.isms.actions.values() if found.status == "open" and found.opened <= as_of]
    late = [(as_of - found.due).days for found in opened if found.due < as_of]
    source = "register of actions, open ones"
    yield _figure(known, "F9", "Overdue actions", "compliance", (len(late), len(opened)), source=source)
    for low, high in AGES:
        number = sum(low <= days <= high for days in late)
        title = f"Actions {low} to {high} days overdue"
        yield _figure(known, f"F9/{low}-{high}", title, "compliance", (number, len(opened)), source=source)
    over = sum(days > AGES[-1][1] for days in late)
    yield _figure(
        known, "F9/over-90", "Actions more than 90 days overdue", "compliance", (over, len(opened)), source=source
    )


def _open_findings(known: Measured) -> Iterator[Figure]:
    """F10: what is open, and for how long."""
    raised = [found for found in known.isms.findings.values() if found.raised <= known.date.as_of]
    still = [found for found in raised if found.status != "closed"]
    source = "register of findings"
    yield _figure(known, "F10", "Open findings", "compliance", (len(still), len(raised)), source=source)
    for severity in ("major", "minor"):
        number = sum(found.severity == severity for found in still)
        title = f"Open {severity} nonconformities"
        yield _figure(known, f"F10/{severity}", title, "compliance", (number, len(raised)), source=source)
    oldest = min((found.raised for found in still), default=None)
    words = plural((known.date.as_of - oldest).days, "day") if oldest else "none is open"
    yield _figure(known, "F10/oldest", "Age of the oldest open finding", "compliance", words, source=source)


def _fresh(known: Measured) -> Figure:
    implemented = [id_ for id_, control in known.isms.controls.items() if control.status == "implemented"]
    states = known.judgement.evidence
    fresh = sum(id_ in states and states[id_].fresh for id_ in implemented)
    source = "evidence register and checks, implemented controls"
    counted = (fresh, len(implemented))
    limit = "Freshness says nothing about quality."
    return _figure(
        known, "F11", "Implemented controls with evidence in date", "compliance", counted, source=source, limit=limit
    )


def _hygiene(known: Measured) -> Figure:
    """F24: of the records that have both a day of review and a rhythm, those past their time."""
    rhythm = [
        record
        for register in REGISTERS
        for record in known.isms.register(register.name).values()
        if _due(known.isms, record) > date.min
    ]
    late = sum(_due(known.isms, record) < known.date.as_of for record in rhythm)
    source = "all registers, records with reviewed and review_every"
    return _figure(known, "F24", "Records past their review", "compliance", (late, len(rhythm)), source=source)


def _due(isms: Isms, record: Record) -> date:
    """The day a record's next review is due; the smallest of days where it has no rhythm."""
    period = isms.review_period(record)
    return period.after(record.reviewed) if record.reviewed and period else date.min


def _trace_completeness(known: Measured) -> Figure:
    whole = sum(trace.complete for trace in known.traces.values())
    limit = "Completeness is not effectiveness."
    counted = (whole, len(known.traces))
    return _figure(
        known, "F25", "Complete risk traces", "compliance", counted, source="traceability graph, chain C1", limit=limit
    )


def _exposure(known: Measured) -> Iterator[Figure]:
    """F26: open risks by band, above appetite, and of these accepted by name."""
    risks = [risk for risk in known.isms.risks.values() if risk.status != "closed"]
    source = "register of risks and risk method"
    if known.isms.method is None:
        yield _figure(
            known, "F26", "Risks above appetite", "security", f"{NOT_MEASURED}: no risk method", source=source
        )
        return
    above = [risk for risk in risks if known.isms.score(risk.residual) > appetite(known.isms, risk)]
    accepted = [risk for risk in above if _accepted(risk, known.date.as_of)]
    yield _figure(known, "F26", "Risks above appetite", "security", (len(above), len(risks)), source=source)
    title = "Risks above appetite that are accepted by name"
    yield _figure(known, "F26/accepted", title, "security", (len(accepted), len(above)), source=source)
    bands = [known.isms.method.band_of(known.isms.score(risk.residual)) for risk in risks]
    for band in known.isms.method.bands:
        counted = (bands.count(band), len(risks))
        yield _figure(known, f"F26/{band}", f"Risks in the band {band}", "security", counted, source=source)


def appetite(isms: Isms, risk: Risk) -> int:
    """The highest residual score that is accepted in the risk's impact area; none without a method."""
    found = isms.method.appetite if isms.method else {}
    return found.get(risk.impact_area, found.get("default", 0))


def _accepted(risk: Risk, as_of: date) -> bool:
    by = risk.accepted_by
    return by is not None and (by.until is None or by.until >= as_of) and (by.on is None or by.on <= as_of)
