"""Rows as CSV that a spreadsheet opens without taking a cell for a formula. UTF-8, comma, line feed; quotes where needed."""

import csv
import io
from collections.abc import Iterable, Sequence

from tieout.text.words import visible

FORMULA = ("=", "+", "-", "@")


def render(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A line of titles, then one line a row. A byte that is no UTF-8, as in the name of a file, is escaped as in JSON."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue().encode(errors="backslashreplace")


def _cell(value: object) -> str:
    """The value as a text without a line break; one that a spreadsheet would compute gets an apostrophe before it."""
    if isinstance(value, int):
        return str(value)
    shown = " ".join(visible(str(value)).split())
    return f"'{shown}" if shown.startswith(FORMULA) else shown
