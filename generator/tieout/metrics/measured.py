"""What figures are counted from, cut to one service and one stretch of time, and the two forms a figure has.

A figure is n of N, or a quantile of lengths of time. What cannot be counted says "not measured" and why; below `FEW` items
there is no rate and no quantile, and the items themselves are printed.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from tieout.checks.case import first_deployments
from tieout.model.documents import Document
from tieout.model.history import Change, Deployment, Facts
from tieout.model.measures import MEASURES
from tieout.model.records import CommitRef
from tieout.model.registers import Isms
from tieout.model.results import AuditDate, CheckResult, Counted, Figure, Gap, Judgement, Trace
from tieout.text.words import digits, human_list, plural

NOT_MEASURED = "not measured"
DAY = 86400
FEW = 5
CAUSING = (1, 2, 3)  # severities of incidents that make a deployment a failed change


@dataclass(frozen=True, slots=True)
class Concluded:
    """Everything that stands to the left of the figures of one audit."""

    isms: Isms
    facts: Facts
    judgement: Judgement
    traces: Mapping[str, Trace]
    gaps: tuple[Gap, ...]
    date: AuditDate
    documents: Mapping[tuple[str, str], Document] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Measured:
    """What is counted, cut to some stretch of time and perhaps to one service."""

    of: Concluded
    changes: tuple[Change, ...]  # that entered their branch in it, oldest first
    deployments: tuple[Deployment, ...]  # made in it, oldest first
    first: Mapping[str, int]  # first production deployment, by change
    start: int
    end: int
    blamed: frozenset[str]  # changes that an incident which counts names as its cause; nothing is guessed
    hurried: frozenset[str]  # changes that an incident names as made in haste to restore the service
    service: str = ""  # empty: all of them together

    @property
    def isms(self) -> Isms:
        return self.of.isms

    @property
    def facts(self) -> Facts:
        return self.of.facts

    @property
    def as_of(self) -> date:
        return self.of.date.as_of

    @property
    def days(self) -> int:
        return (self.end - self.start) // DAY + 1

    def items(self, check: str) -> CheckResult | None:
        """What a check found in the stretch; None where there is no such check."""
        result = self.of.judgement.results.get(check)
        if result is None:
            return None
        whole = (self.start, self.end) == (self.of.date.start, self.of.date.end)
        held = result.items if whole else tuple(one for one in result.items if self.start <= one.at <= self.end)
        cut = CheckResult(result.check, held)
        return cut.of({self.service}) if self.service else cut

    def concerns(self, services: Iterable[str]) -> bool:
        """Whether something that touched some services is counted here."""
        return not self.service or self.service in services

    def of_service(self, id_: str) -> "Measured":
        return replace(
            self,
            service=id_,
            changes=tuple(change for change in self.changes if id_ in change.services),
            deployments=tuple(found for found in self.deployments if found.service == id_),
        )

    def between(self, start: int, end: int) -> "Measured":
        return replace(
            self,
            start=start,
            end=end,
            changes=tuple(change for change in self.changes if start <= change.time <= end),
            deployments=tuple(found for found in self.deployments if start <= found.at <= end),
        )


def whole(of: Concluded, start: int, end: int) -> Measured:
    """All services of the register from one second to another."""
    services = of.isms.services
    changes = (one for one in of.facts.changes.values() if start <= one.time <= end)
    deployments = (one for one in of.facts.deployments.values() if start <= one.at <= end and one.service in services)
    return Measured(
        of,
        tuple(change for change in changes if any(id_ in services for id_ in change.services)),
        tuple(deployments),
        first_deployments(of.facts),
        start,
        end,
        _named(
            of, [one for found in of.isms.incidents.values() if found.severity in CAUSING for one in found.caused_by]
        ),
        _named(of, [one for found in of.isms.incidents.values() for one in found.emergency_changes]),
    )


def _named(of: Concluded, references: Iterable[CommitRef]) -> frozenset[str]:
    """The changes that brought some commits, by the beginnings of their ids."""
    wanted: dict[str, list[str]] = {}
    for reference in references:
        wanted.setdefault(reference.repo, []).append(reference.commit)
    return frozenset(
        change.key
        for change in of.facts.changes.values()
        if change.repo in wanted
        and any(id_.startswith(tuple(wanted[change.repo])) for id_ in (change.id, *change.commits))
    )


# --- the forms of a figure -----------------------------------------------------------------------------------------


def said(  # noqa: PLR0917 - one figure
    known: Measured, id_: str, words: str, items: Iterable[Counted] = (), limit: str = "", title: str = ""
) -> Figure:
    """A figure in words: a count over days, or why there is none."""
    measure = MEASURES[id_.partition("/")[0]]
    return Figure(
        id_,
        title or measure.parts[id_.partition("/")[2]],
        measure.group,
        words,
        None,
        None,
        measure.source,
        known.service,
        limit or measure.limit,
        tuple(items),
    )


def share(known: Measured, id_: str, items: Iterable[Counted], limit: str = "", title: str = "") -> Figure:
    """A figure of n of N: all items, of which some count."""
    held = tuple(items)
    numerator, denominator = sum(item.counts for item in held), len(held)
    value = f"{digits(numerator)} of {digits(denominator)}" if denominator else "did not occur"
    figure = said(known, id_, value, held, limit, title)
    return replace(figure, numerator=numerator, denominator=denominator)


def quantile(known: Measured, id_: str, lengths: Sequence[tuple[Counted, int]], percent: int, noun: str) -> Figure:
    """A quantile of lengths of time in seconds (nearest rank, so that it is one that occurred)."""
    ordered = sorted(lengths, key=lambda one: (one[1], one[0]))
    items = tuple(item._replace(value=time_words(seconds)) for item, seconds in ordered)
    if not ordered:
        return said(known, id_, "did not occur")
    if len(ordered) < FEW:
        words = f"{plural(len(ordered), noun)}: {human_list(item.value for item in items)}"
        return said(known, id_, words, items)
    found = ordered[max(-(-len(ordered) * percent // 100) - 1, 0)][1]
    return replace(said(known, id_, time_words(found), items), seconds=found)


def time_words(seconds: int) -> str:
    """`2.8 days`, `9 hours`, `52 minutes`."""
    tenths = max(seconds, 0) * 10 // DAY
    if tenths >= 10:
        return f"{digits(tenths // 10)}.{tenths % 10} days"
    hours = max(seconds, 0) // 3600
    return plural(hours, "hour") if hours else plural(max(seconds, 0) // 60, "minute")


def of_change(change: Change, value: str = "", *, counts: bool = True) -> Counted:
    return Counted("change", change.key, change.services[0] if change.services else "", change.time, value, counts)


def of_deployment(found: Deployment, value: str = "", *, counts: bool = True) -> Counted:
    return Counted("deployment", found.key, found.service, found.at, value, counts)


def of_record(id_: str, at: int = 0, value: str = "", *, counts: bool = True) -> Counted:
    return Counted("record", id_, "", at, value, counts)
