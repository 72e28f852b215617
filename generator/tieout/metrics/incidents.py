"""F14, F15 and F17: how soon incidents are noticed and answered, and what they did to markets. As the records tell it."""

from collections.abc import Iterator
from datetime import datetime

from tieout.metrics.measured import Measured, of_record, quantile, said
from tieout.model.records import Incident
from tieout.model.results import Counted, Figure
from tieout.text.words import digits, plural


def figures(known: Measured) -> Iterator[Figure]:
    began = [
        one
        for one in known.isms.incidents.values()
        if known.start <= int(one.started.timestamp()) <= known.end and known.concerns(one.affects)
    ]
    yield quantile(known, "F14", [(_item(one), _length(one.started, one.detected)) for one in began], 50, "incident")
    answered = [(_item(one), _length(one.detected, one.responded)) for one in began if one.responded]
    yield quantile(known, "F15", answered, 50, "incident")
    restored = [(_item(one), _length(one.detected, one.restored)) for one in began if one.restored]
    yield quantile(known, "F15/restored", restored, 50, "incident")
    yield _disputed(known, [one for one in began if one.disputed_markets is not None])


def _item(incident: Incident) -> Counted:
    return of_record(incident.id, int(incident.started.timestamp()))


def _length(start: datetime, end: datetime) -> int:
    return int((end - start).total_seconds())


def _disputed(known: Measured, incidents: list[Incident]) -> Figure:
    """F17, by severity, which says more than a sum."""
    by_severity: dict[int, int] = {}
    for incident in incidents:
        by_severity[incident.severity] = by_severity.get(incident.severity, 0) + (incident.disputed_markets or 0)
    parts = [f"{digits(number)} of severity {severity}" for severity, number in sorted(by_severity.items())]
    words = f"{plural(sum(by_severity.values()), 'market')}: {', '.join(parts)}" if parts else "none named"
    items = (_item(one)._replace(value=plural(one.disputed_markets or 0, "market")) for one in incidents)
    return said(known, "F17", words, items)
