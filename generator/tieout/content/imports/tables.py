"""A sheet -> rows by the names of their columns. Every cell of the sheet is in a row, above the header, or left out by name."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from tieout.content.imports.sheets import EMPTY, Cell, Sheet, letters
from tieout.problems import Problem, error, warning
from tieout.text.words import plural

_TOTAL = re.compile(r"(?:grand |sub)?-?total\b|sum\b|count\b|average\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    cells: Mapping[str, Cell]  # by name of the column, in the order of the columns; empty ones are not here

    @property
    def text(self) -> str:
        """All of it on one line, as it is shown where it is not imported."""
        return " | ".join(" ".join(cell.text.split()) for cell in self.cells.values())


@dataclass(frozen=True, slots=True)
class Table:
    sheet: Sheet
    header: int  # number of the row with the names of the columns
    columns: Mapping[str, int]  # name: its number from 1
    rows: tuple[Row, ...]
    above: tuple[tuple[int, str], ...] = ()  # rows above the header, as text

    def count(self, column: str) -> int:
        """How many rows have something in a column."""
        return sum(column in row.cells for row in self.rows)


def parse(sheet: Sheet, header: int = 0) -> tuple[Table | None, list[Problem]]:
    """The table below the row `header`, or below the first row that is not empty."""
    numbers = [number for number, _ in sheet.rows]
    header = header or numbers[0]
    if header not in numbers:
        return None, [
            error("import-row", f"row {header} is to hold the names of the columns, and is empty", sheet.place(header))
        ]
    at = numbers.index(header)
    filled = _filled(sheet, header)
    columns, problems = _columns(sheet, at, filled)
    rows: list[Row] = []
    for number, cells in filled[at + 1 :]:
        if sheet.separated and any(cell.text for cell in cells[len(sheet.rows[at][1]) :]):
            message = f"the row has {plural(len(cells), 'cell')} and the header {len(sheet.rows[at][1])}; put text with a separator in it in quotes"
            problems.append(error("import-row", message, sheet.place(number, len(sheet.rows[at][1]) + 1)))
            continue
        named = {name: cell for name, column in columns.items() if (cell := _at(cells, column)).text}
        if named:
            rows.append(Row(number, named))
    above = tuple((number, " | ".join(cell.text for cell in cells if cell.text)) for number, cells in sheet.rows[:at])
    return Table(sheet, header, columns, tuple(rows), above), [*problems, *_merged_told(sheet, header)]


def _at(cells: tuple[Cell, ...], column: int) -> Cell:
    return cells[column - 1] if column <= len(cells) else EMPTY


def _filled(sheet: Sheet, header: int) -> list[tuple[int, tuple[Cell, ...]]]:
    """The rows, with the text of cells merged downwards in each row that they span; the header's rows stay as they are."""
    down: dict[int, dict[int, Cell]] = {}
    rows = dict(sheet.rows)
    numbers = list(rows)
    for one in sheet.merged:
        if one.first_row > header and one.last_row > one.first_row and one.first_row in rows:
            cell = _at(rows[one.first_row], one.first_column)
            for number in numbers[bisect_right(numbers, one.first_row) : bisect_right(numbers, one.last_row)]:
                down.setdefault(number, {})[one.first_column] = cell
    return [(number, _with(cells, down[number]) if number in down else cells) for number, cells in sheet.rows]


def _with(cells: tuple[Cell, ...], own: Mapping[int, Cell]) -> tuple[Cell, ...]:
    return tuple(own.get(column, _at(cells, column)) for column in range(1, max(len(cells), *own) + 1))


def _merged_told(sheet: Sheet, header: int) -> list[Problem]:
    down = [one for one in sheet.merged if one.first_row > header and one.last_row > one.first_row]
    if not down:
        return []
    message = (
        f"{plural(len(down), 'range')} of merged cells: each row they span was read with their text; look at these rows"
    )
    return [warning("import-merged", message, sheet.place(down[0].first_row, down[0].first_column))]


def _columns(sheet: Sheet, at: int, filled: list[tuple[int, tuple[Cell, ...]]]) -> tuple[dict[str, int], list[Problem]]:
    """Names of the columns in use: by the header, with what stands above where two are alike, else by their letter."""
    number, header = sheet.rows[at]
    widest = max(len(cells) for _, cells in filled[at:])
    used = {column for _, cells in filled[at + 1 :] for column, cell in enumerate(cells, 1) if cell.text}
    plain = {column: " ".join(_at(header, column).text.split()) for column in range(1, widest + 1)}
    alike = {name for name, count in Counter(filter(None, plain.values())).items() if count > 1}
    columns: dict[str, int] = {}
    problems = []
    for column, name in plain.items():
        if not name and column not in used:
            continue
        if not name and sheet.separated and column > len(header):
            continue  # such rows are told one by one
        wanted = name or f"column {letters(column)}"
        if name in alike:
            wanted = " ".join(filter(None, (_over(sheet, at, column), name)))
        unique, count = wanted, 2
        while unique in columns:
            unique, count = f"{wanted} ({count})", count + 1
        if unique != name:
            why = f"several columns are headed '{name}'" if name else "the column has no name"
            problems.append(
                warning("import-header", f"{why}; this one is called '{unique}' here", sheet.place(number, column))
            )
        columns[unique] = column
    return columns, problems


def _over(sheet: Sheet, at: int, column: int) -> str:
    """What stands in the row above the header, also where it is merged over several columns."""
    if not at or sheet.rows[at - 1][0] != sheet.rows[at][0] - 1:
        return ""
    number, cells = sheet.rows[at - 1]
    for one in sheet.merged:
        if one.first_row <= number <= one.last_row and one.first_column <= column <= one.last_column:
            return _at(cells, one.first_column).text
    return _at(cells, column).text


def left_out(row: Row, table: Table) -> str:
    """Why a row is no record but part of the layout: a heading between rows, or a total; empty for all others."""
    for one in table.sheet.merged:
        if one.first_row <= row.number <= one.last_row and one.last_column > one.first_column and len(row.cells) == 1:
            return "a heading between the rows"
    first = next(iter(row.cells.values())).text
    return "a total" if _TOTAL.match(first) and len(row.cells) * 2 <= len(table.columns) + 1 else ""
