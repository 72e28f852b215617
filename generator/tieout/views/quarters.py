"""What each quarter of the period holds of each service, gathered once for its change report."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from tieout.checks.case import Case
from tieout.checks.reconcile import Reconciliation, reconcile
from tieout.model.history import Change, Deployment
from tieout.model.quarters import Quarter, quarters
from tieout.model.records import Service
from tieout.model.results import CheckResult
from tieout.views import addresses
from tieout.views.page import Link
from tieout.views.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Report:
    """What one quarter holds of one service, cut to the audit's period."""

    service: Service
    quarter: Quarter
    start: int
    end: int
    changes: tuple[Change, ...]  # oldest first
    deployments: tuple[Deployment, ...]  # oldest first
    results: tuple[CheckResult, ...]  # with at least one item in the quarter
    reconciled: Reconciliation


def reports(snapshot: Snapshot) -> Iterator[Report]:
    """Every service that had a change or a deployment in a quarter, the quarters oldest first."""
    for quarter in quarters(snapshot.date.start, snapshot.date.end):
        start, end = max(snapshot.date.start, quarter.start), min(snapshot.date.end, quarter.end)
        case = Case(snapshot.isms, snapshot.facts, replace(snapshot.date, start=start, end=end), snapshot.config)
        own: dict[str, list[Change]] = {}
        for change in snapshot.facts.changes.values():
            for id_ in change.services if start <= change.time <= end else ():
                own.setdefault(id_, []).append(change)
        deployed: dict[str, list[Deployment]] = {}
        for one in snapshot.facts.deployments.values():
            if start <= one.at <= end:
                deployed.setdefault(one.service, []).append(one)
        for id_, found in reconcile(case).items():
            yield Report(
                snapshot.isms.services[id_],
                quarter,
                start,
                end,
                tuple(own.get(id_, ())),
                tuple(deployed.get(id_, ())),
                tuple(_results(snapshot, id_, start, end)),
                found,
            )


def links(snapshot: Snapshot, service: str) -> tuple[Link, ...]:
    """The reports of a service, oldest first."""
    date = snapshot.date
    times = [one.time for one in snapshot.facts.changes.values() if service in one.services]
    times += [one.at for one in snapshot.facts.deployments.values() if one.service == service]
    inside = [at for at in times if date.start <= at <= date.end]
    return tuple(
        Link(str(quarter), addresses.quarter(service, str(quarter)))
        for quarter in quarters(date.start, date.end)
        if any(quarter.start <= at <= quarter.end for at in inside)
    )


def _results(snapshot: Snapshot, service: str, start: int, end: int) -> Iterator[CheckResult]:
    """The verdicts on changes, deployments and tags of the quarter. What has no time, or stands for a hole, stays out."""
    for result in snapshot.judgement.results.values():
        items = result.of({service}).items
        kept = tuple(item for item in items if item.at and start <= item.at <= end)
        if kept and result.check.kind != "record":
            yield CheckResult(result.check, kept)


def kind_of(change: Change) -> str:
    if change.emergency:
        return "Emergency"
    return "Automated" if change.automated else "Ordinary"


KINDS = ("Ordinary", "Automated", "Emergency")
