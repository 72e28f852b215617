"""The CSV files of an operator's own metrics: one number a day and service. A bad row is told and counts for nothing."""

import csv
import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from io import StringIO

from tieout.content.records import Written
from tieout.model.records import Metric
from tieout.model.registers import Point, Series
from tieout.problems import Problem, Source, error
from tieout.text.words import suggest, visible

COLUMNS = ("date", "service", "value")
MOST_BYTES = 5_000_000
MOST_ROWS = 100_000
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,6})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def load(
    written: Iterable[Written], files: Mapping[str, bytes], services: frozenset[str]
) -> tuple[dict[str, Series], list[Problem]]:
    """The numbers of each metric that names a file, by the id of the metric."""
    found: dict[str, Series] = {}
    problems: list[Problem] = []
    for entry in written:
        if not isinstance(entry.record, Metric) or not entry.record.data:
            continue
        path = entry.record.data
        if path not in files:
            near = suggest(path, files)
            remedy = f" (did you mean '{near}'?)" if near else "; add it, or correct the path"
            problems.append(
                error("series-missing", f"data: there is no '{visible(path)}'{remedy}", entry.place("data"))
            )
            continue
        points, faults = parse(files[path], path, services)
        problems += faults
        found[entry.id] = Series(path, hashlib.sha256(files[path]).hexdigest(), points)
    return dict(sorted(found.items())), problems


def parse(data: bytes, path: str, services: frozenset[str]) -> tuple[tuple[Point, ...], list[Problem]]:
    """The points in order of day and service, and a problem for each row that is none.

    `services` are the ids that a row may name; an empty cell is the operator as a whole.
    """
    rows, fault = _rows(data, path)
    if fault:
        return (), [fault]
    found: dict[tuple[date, str], Point] = {}
    problems: list[Problem] = []
    for line, row in rows:
        point = _point(row, services)
        if isinstance(point, str):
            problems.append(_bad(point, Source(path=path, line=line)))
        elif point[:2] in found:
            message = f"a second row for {point.day} and {point.service or 'no service'}; keep one of the two"
            problems.append(_bad(message, Source(path=path, line=line)))
        else:
            found[point.day, point.service] = point
    return tuple(sorted(found.values())), problems


def _bad(message: str, place: Source) -> Problem:
    return error("bad-series-row", message, place)


def _rows(data: bytes, path: str) -> tuple[list[tuple[int, list[str]]], Problem | None]:
    """The rows below the heading, each with its line."""
    if len(data) > MOST_BYTES:
        return [], _bad(
            f"the file has {len(data):,} bytes, and the limit is {MOST_BYTES:,}; split it", Source(path=path)
        )
    try:
        reader = csv.reader(StringIO(data.decode("utf-8-sig"), newline=""), strict=True)
        rows = [(reader.line_num, row) for row in reader if any(map(str.strip, row))]
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        return [], _bad("it is not UTF-8; save it as CSV in UTF-8", Source(path=path, line=line))
    except csv.Error as fault:
        return [], _bad(
            f"the quotes do not fit ({fault}); save the table again", Source(path=path, line=reader.line_num)
        )
    if not rows or tuple(cell.strip().lower() for cell in rows[0][1]) != COLUMNS:
        return [], _bad(f"the first line is not {','.join(COLUMNS)}; write it so", Source(path=path, line=1))
    if len(rows) > MOST_ROWS:
        return [], _bad(f"it has more than {MOST_ROWS:,} rows; split it", Source(path=path))
    return rows[1:], None


def _point(row: list[str], services: frozenset[str]) -> Point | str:
    """What a row says, or what is wrong with it."""
    if len(row) != len(COLUMNS):
        return f"it has {len(row)} cells and not {len(COLUMNS)}; write {','.join(COLUMNS)}"
    day, service, value = (cell.strip() for cell in row)
    if service and service not in services:
        near = suggest(service, services)
        return f"unknown service '{visible(service)}'" + (f" (did you mean '{near}'?)" if near else "; correct it")
    if not _NUMBER.fullmatch(value):
        return f"'{visible(value)}' is not a number such as 12 or 12.5; correct it"
    try:
        when = date.fromisoformat(day) if _DAY.fullmatch(day) else None
    except ValueError:
        when = None
    if when is None:
        return f"'{visible(day)}' is not a day such as 2026-06-30; correct it"
    return Point(when, service, Decimal(value))
