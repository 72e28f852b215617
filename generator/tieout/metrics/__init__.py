"""Numbers, each with numerator, denominator, source and what it was counted from (domain F.3).

A figure counts what a table shows elsewhere, so that both tie out. What cannot be counted says "not measured";
nothing is a bare percentage, and nothing is counted per person.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from tieout.checks.case import day_of, midnight
from tieout.metrics import declared, delivery, incidents, integrity, quality, registers
from tieout.metrics.measured import Concluded, Measured, whole
from tieout.metrics.registers import appetite
from tieout.model.measures import MEASURES
from tieout.model.results import Figure

_ONE_DAY = timedelta(days=1)
MONTHS = 12  # of a trend, the audit's own month the last
_PER_SERVICE = (delivery, integrity, quality, incidents)

__all__ = ["MEASURES", "Concluded", "appetite", "by_month", "measure"]


def measure(of: Concluded) -> tuple[Figure, ...]:
    """All figures of one audit: those of the whole first, then those of each service in order of id, with their targets."""
    known = whole(of, of.date.start, of.date.end)
    figures = [*_of(known), *registers.figures(known), *declared.figures(known)]
    for id_ in of.isms.services:
        figures += _of(known.of_service(id_))
    return tuple(declared.with_targets(of.isms, figures, _untold(of)))


def _untold(of: Concluded) -> set[str]:
    """The services of which changes or deployments of the period were not read."""
    results = (of.judgement.results.get(check) for check in ("change-reviewed", "deployed-by-pipeline"))
    return {item.service for result in results if result for item in result.items if item.kind == "repository"}


def _of(known: Measured) -> Iterator[Figure]:
    for group in _PER_SERVICE:
        yield from group.figures(known)


def by_month(of: Concluded) -> tuple[Figure, ...]:
    """The figures that a month can have, for the last twelve months up to the end of the period, oldest first.

    The month in which the period ends reaches to its end only. What a check judges is known inside the audit's period
    alone, so months before it have no figures of checks.
    """
    found: list[Figure] = []
    months = _months(of.date.end)
    year = whole(of, months[0][0], of.date.end)
    for start, end in months:
        known = year.between(start, end)
        name = day_of(start).isoformat()[:7]
        judged = start >= of.date.start
        groups = _PER_SERVICE if judged else (delivery, incidents)
        found += [replace(figure, month=name, items=()) for group in groups for figure in group.figures(known)]
    return tuple(found)


def _months(end: int) -> list[tuple[int, int]]:
    """First and last second of each month, the oldest first."""
    last = day_of(end).replace(day=1)
    starts = [last]
    while len(starts) < MONTHS:
        starts.append((starts[-1].replace(day=1) - _ONE_DAY).replace(day=1))
    starts.reverse()
    ends = [midnight(later) - 1 for later in starts[1:]]
    return list(zip(map(midnight, starts), [*ends, end], strict=True))
