"""What the operator says about figures: metrics of their own from CSV files, and targets for any figure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from tieout.checks.case import day_of, midnight
from tieout.metrics.measured import NOT_MEASURED, Measured
from tieout.model.records import Metric
from tieout.model.registers import Isms, Point, Series
from tieout.model.results import Counted, Figure, Outcome
from tieout.text.words import digits, plural

TARGET = re.compile(r"(<=|>=|≤|≥|<|>|=)\s*([0-9]+(?:\.[0-9]+)?)\s*(.*)")
_SIGNS = {"≤": "<=", "≥": ">="}
_SECONDS = {"minute": 60, "hour": 3600, "day": 86_400, "week": 7 * 86_400}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_STRETCH = re.compile(r"(?:a|per|each|every) (month|quarter|year)\b")
UNKNOWN = Outcome.UNKNOWN.value  # of an item that would count, or not, if it could be told
# measures that are counted from changes and deployments
READ = frozenset({"F1", "F2", "F3", "F5", "F6", "F7", "F12", "F13", "F19", "F20", "F21", "F22", "F23"})
RATE = "of "  # a unit that begins so is a rate, such as `of 100 alerts`; rates are never added


def figures(known: Measured) -> Iterator[Figure]:
    """One for each metric of the register that is no name for a built-in one."""
    for metric in known.isms.metrics.values():
        if not metric.measure:
            yield _own(known, metric)


def _own(known: Measured, metric: Metric) -> Figure:
    series = known.isms.series.get(metric.id)
    start, end = day_of(known.start), min(day_of(known.end), known.as_of)
    points = [one for one in series.points if start <= one.day <= end] if series else []
    figure = Figure(
        metric.id,
        metric.title,
        metric.group,
        _words(metric, series, points),
        None,
        None,
        f"{series.path}, SHA-256 {series.sha256[:12]}…" if series else metric.origin or "nothing",
        limit="The operator's own count; where it comes from is not verified.",
        items=tuple(Counted("record", metric.id, one.service, midnight(one.day), f"{one.value}") for one in points),
        metric=metric.id,
        target=metric.target,
    )
    met = _own_met(metric, series, end)
    if met and not points and metric.unit.startswith(RATE):  # what was reached before may be so no more
        met = None
    return replace(figure, value=figure.value + _compared(metric, series, end), met=met)


def _words(metric: Metric, series: Series | None, points: list[Point]) -> str:
    if series is None:
        return f"{NOT_MEASURED}: the record names no data that could be read"
    if not points:
        return f"{NOT_MEASURED}: no row of the period"
    newest = max(point.day for point in points)
    if metric.unit.startswith(RATE):
        values = ", ".join(f"{one.value} {metric.unit}" for one in points if one.day == newest)
        return f"{values} on {newest}"
    total = sum((one.value for one in points), Decimal())
    return f"{_number(total)} {metric.unit} in {plural(len({one.day for one in points}), 'entry', 'entries')}"


def _number(value: Decimal) -> str:
    return digits(int(value)) if value == value.to_integral_value() else f"{value}"


# --- targets --------------------------------------------------------------------------------------------------------


def with_targets(isms: Isms, found: Iterable[Figure], untold: Iterable[str] = ()) -> Iterator[Figure]:
    """The same figures, those that a metric of the register names with its target.

    `untold` names the services of which something was not read: what seems to be reached there may not be.
    """
    dark = frozenset(untold)
    named = {metric.measure: metric for metric in isms.metrics.values() if metric.measure}
    for figure in found:
        metric = named.get(figure.id)
        if metric is None or not metric.target:
            yield figure
        else:
            met = _met(figure, metric.target)
            partial = dark and figure.id.partition("/")[0] in READ
            if met and partial and (not figure.service or figure.service in dark):
                met = None
            yield replace(figure, metric=metric.id, target=metric.target, met=met)


def _met(figure: Figure, target: str) -> bool | None:
    """Whether a built-in figure reaches its target; None where the two cannot be compared, or there is nothing to count."""
    found = TARGET.fullmatch(target.strip())
    if found is None:
        return None
    sign, wanted, rest = _SIGNS.get(found[1], found[1]), Decimal(found[2]), found[3].strip()
    if figure.seconds is not None:
        unit = rest.removesuffix("s")
        return _holds(Decimal(figure.seconds), sign, wanted * _SECONDS[unit]) if unit in _SECONDS else None
    if figure.numerator is None or not figure.denominator:
        return None
    factor, limit = 1, wanted
    if rest.startswith("of "):
        base = rest.removeprefix("of ").split(" ", 1)[0]
        if not base.isdigit() or int(base) == 0:
            return None
        factor, limit = int(base), wanted * figure.denominator
    elif rest and rest[0].isdigit():
        return None
    unsure = sum(item.value == UNKNOWN and not item.counts for item in figure.items)
    answers = {
        _holds(Decimal(number) * factor, sign, limit) for number in (figure.numerator, figure.numerator + unsure)
    }
    return answers.pop() if len(answers) == 1 else None


def _own_met(metric: Metric, series: Series | None, end: date) -> bool | None:
    """An own metric is compared by the stretch that its target names: the last whole one; a rate by its newest value."""
    found = TARGET.match(metric.target.strip())
    if found is None or series is None or not series.points:
        return None
    sign, wanted = _SIGNS.get(found[1], found[1]), Decimal(found[2])
    before = [point for point in series.points if point.day <= end]
    if metric.unit.startswith(RATE):
        newest = max((point.day for point in before), default=None)
        return all(_holds(point.value, sign, wanted) for point in before if point.day == newest) if newest else None
    stretch = _STRETCH.search(found[3])
    if stretch is None:
        return None
    held = _in_stretch(series, stretch[1], end)
    met = _holds(sum(held, Decimal()), sign, wanted) if held else None
    # a row that is left out makes little of it, and reaches nothing
    return None if met and sign not in {">", ">="} and not _is_whole(series, stretch[1], end) else met


def _is_whole(series: Series, unit: str, end: date) -> bool:
    """Whether every month of the stretch has a row; how many it should have, nobody says."""
    first, last = _last_whole(end, _MONTHS[unit])
    told = {(point.day.year, point.day.month) for point in series.points}
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month - 1)
    return all((number // 12, number % 12 + 1) in told for number in months)


def _in_stretch(series: Series, unit: str, end: date) -> list[Decimal]:
    """The values of the last whole month, quarter or year."""
    first, last = _last_whole(end, _MONTHS[unit])
    return [point.value for point in series.points if first <= point.day < last]


def _compared(metric: Metric, series: Series | None, end: date) -> str:
    """`; 5 in the last whole quarter`: the number that the target is held against, where it is not the value itself."""
    stretch = _STRETCH.search(metric.target)
    if series is None or stretch is None or metric.unit.startswith(RATE):
        return ""
    held = _in_stretch(series, stretch[1], end)
    lacks = "" if _is_whole(series, stretch[1], end) else ", of which a month has no row"
    return f"; {_number(sum(held, Decimal()))} in the last whole {stretch[1]}{lacks}" if held else ""


def _last_whole(end: date, months: int) -> tuple[date, date]:
    """First day of the last whole month, quarter or year that has ended by a day, and the first day after it."""
    after = date.fromordinal(end.toordinal() + 1)
    number = (after.year * 12 + after.month - 1) // months * months
    start = number - months
    return date(start // 12, start % 12 + 1, 1), date(number // 12, number % 12 + 1, 1)


def _holds(value: Decimal, sign: str, wanted: Decimal) -> bool:
    return {
        "<=": value <= wanted,
        ">=": value >= wanted,
        "<": value < wanted,
        ">": value > wanted,
        "=": value == wanted,
    }[sign]
