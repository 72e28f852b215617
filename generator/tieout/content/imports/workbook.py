"""The bytes of an XLSX file -> a sheet: the one door of openpyxl, which is an extra and imported when it is needed.

Nothing is worked out: a formula counts as what the spreadsheet program saved of it. What nobody sees (hidden rows,
columns and sheets) is told; what cannot be a register (a bomb, an entity, a password) is refused in a sentence.
"""

import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import IO
from xml.parsers import expat

from tieout.content.imports.csvfile import MOST_BYTES, MOST_CELLS, MOST_ROWS
from tieout.content.imports.sheets import EMPTY, Cell, Merged, Sheet, letters
from tieout.problems import BuildError, Problem, Source, error, warning
from tieout.text.words import human_list, plural

MOST_XML = 60_000_000  # bytes of all parts, unpacked
MOST_OTHER_XML = 10_000_000  # of the parts that are read whole
MOST_MERGED = 5_000
MOST_COLUMNS = 16_384
_Row = tuple[int, tuple[Cell, ...]]
_Rows = tuple[_Row, ...]
_STREAMED = ("xl/worksheets/", "xl/sharedStrings")
# What openpyxl raises for damaged workbooks; it has no one class for them.
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, struct.error, SyntaxError, LookupError, ValueError, TypeError, AttributeError,
    EOFError, OSError, RuntimeError, NotImplementedError, ArithmeticError, AssertionError, expat.ExpatError,
)  # fmt: skip


class _RefusedError(Exception):
    """Why a workbook is not read; never leaves this module."""


def parse(data: bytes, name: str, wanted: str = "") -> tuple[Sheet | None, list[Problem]]:
    """The sheet called `wanted`, or the only one that holds anything; or why there is none.

    Raises:
        BuildError: openpyxl is not installed.
    """
    place = Source(path=name)
    try:
        _refuse_bombs(data)
        return _parse(data, name, wanted)
    except _RefusedError as fault:
        return None, [error("import-unreadable", str(fault), place)]
    except _DAMAGED as fault:
        said = type(fault).__name__
        message = f"the workbook is damaged ({said}); open it in a spreadsheet program and save it again, or as CSV"
        return None, [error("import-unreadable", message, place)]


def _refuse_bombs(data: bytes) -> None:
    if len(data) > MOST_BYTES:
        raise _RefusedError(f"the file has {len(data):,} bytes, and the limit is {MOST_BYTES:,}; split it")
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise _RefusedError("this is an old .xls, or has a password; save it as .xlsx without one")
    if not data.startswith(b"PK"):
        raise _RefusedError("this is no .xlsx file; if it is text, name it .csv")
    with zipfile.ZipFile(BytesIO(data)) as archive:
        parts = [part for part in archive.infolist() if not part.is_dir()]
        # No part gives more bytes than it declares: zipfile stops there.
        whole = sum(part.file_size for part in parts if not part.filename.startswith(_STREAMED))
        if sum(part.file_size for part in parts) > MOST_XML or whole > MOST_OTHER_XML:
            raise _RefusedError(
                f"unpacked it has more than {MOST_XML:,} bytes (or {MOST_OTHER_XML:,} besides its cells); save the sheet as CSV"
            )
        for part in parts:
            if part.flag_bits & 0x1:
                raise _RefusedError("the workbook has a password; save it without one")
            with archive.open(part) as stream:
                _refuse_entities(_chunks(stream))


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    while chunk := stream.read(65536):
        yield chunk


def _refuse_entities(chunks: Iterable[bytes]) -> None:
    """A document type is what entities are declared in; no spreadsheet program writes one."""
    parser = expat.ParserCreate()
    begun = False

    def refuse(*_: object) -> None:
        raise _RefusedError(
            "a part of it declares a document type (DTD), which no spreadsheet program writes; save it again"
        )

    def begin(*_: object) -> None:
        nonlocal begun
        begun = True

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = begin
    for chunk in chunks:
        try:
            parser.Parse(chunk)
        except expat.ExpatError:  # a picture, or XML that nobody else can read either
            return
        if begun:  # a document type stands before the first element
            return


def _parse(data: bytes, name: str, wanted: str) -> tuple[Sheet | None, list[Problem]]:
    with _opened(data) as book:
        seen = {sheet.title: sheet.sheet_state == "visible" for sheet in book.worksheets}
        if wanted and wanted not in seen:
            raise _RefusedError(f"there is no sheet '{wanted}'; there are {human_list(seen)}")
        grids = {
            title: _grid(book[title])
            for title in ([wanted] if wanted else [one for one, open_ in seen.items() if open_])
        }
        full = [title for title, rows in grids.items() if rows]
        if len(full) != 1:
            said = (
                f"these sheets hold something: {human_list(full)}; name one with --sheet"
                if full
                else "no sheet that can be seen holds anything"
            )
            raise _RefusedError(said)
        title = full[0]
        with zipfile.ZipFile(BytesIO(data)) as archive, archive.open(book[title]._worksheet_path) as stream:  # noqa: SLF001 - a sheet's part has no public name
            layout = _read_layout(_chunks(stream))
    label = name if len(seen) == 1 else f"{name}[{title}]"
    sheet = Sheet(
        label, _with_unknown(grids[title], layout.formulas), tuple(layout.merged), title=title if len(seen) > 1 else ""
    )
    problems = [] if wanted or all(seen.values()) else [_hidden_sheets(seen, label)]
    return sheet, [*problems, *_told(sheet, layout)]


@contextmanager
def _opened(data: bytes) -> Iterator["Workbook"]:  # type: ignore[name-defined]  # noqa: F821 - imported when needed
    try:
        import openpyxl  # noqa: PLC0415 - an extra
    except ImportError:
        raise BuildError(
            "reading XLSX needs openpyxl: pip install 'tieout[import]' (or save the sheet as CSV)."
        ) from None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what it leaves out, such as validations and colours
        book = openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
        try:
            yield book
        finally:
            book.close()


def _grid(sheet) -> _Rows:  # type: ignore[no-untyped-def]  # noqa: ANN001 - of openpyxl
    """The rows of a sheet that are not empty, whatever it says of its own size."""
    sheet.reset_dimensions()
    rows: list[_Row] = []
    looked_at = 0
    for number, row in enumerate(sheet.iter_rows(), 1):
        looked_at += len(row) + 1
        if looked_at > MOST_CELLS or len(rows) > MOST_ROWS:
            raise _RefusedError(
                f"the sheet '{sheet.title}' has more than {MOST_ROWS:,} rows or {MOST_CELLS:,} cells; split it, or save it as CSV"
            )
        cells = [_cell(one.value, one.data_type) for one in row]
        while cells and not cells[-1].text:
            cells.pop()
        if cells:
            rows.append((number, tuple(cells)))
    return tuple(rows)


def _cell(value: object, kind: str) -> Cell:
    if value is None:
        return EMPTY
    if kind == "e":
        return Cell(str(value), "error")
    if isinstance(value, bool):
        return Cell("yes" if value else "no", "yes-no")
    if isinstance(value, float):
        return Cell(f"{value:.15g}", "number")
    if isinstance(value, int):
        return Cell(str(value), "number")
    if isinstance(value, datetime) and value.time() == time():
        return Cell(value.date().isoformat(), "day")
    if isinstance(value, date | time):
        return Cell(value.isoformat(), "day" if type(value) is date else "text")
    if isinstance(value, timedelta):
        return Cell(str(value))
    return Cell(str(value).replace("_x000D_", "").strip())


def _with_unknown(rows: _Rows, formulas: Iterable[tuple[int, int]]) -> _Rows:
    """With the cells whose formula was never worked out: they are not empty, and nobody knows what they hold."""
    held = dict(rows)
    for number, column in sorted(formulas):
        cells = held.get(number, ())
        if column > len(cells) or not cells[column - 1].text:
            padded = [*cells, *[EMPTY] * (column - len(cells))]
            padded[column - 1] = Cell("(a formula without its value)", "unknown")
            held[number] = tuple(padded)
    return tuple(sorted(held.items()))


# --- what openpyxl does not tell when it reads row by row ------------------------------------------------------------


@dataclass(slots=True)
class _Layout:
    merged: list[Merged] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    formulas: set[tuple[int, int]] = field(default_factory=set)


def _read_layout(chunks: Iterable[bytes]) -> _Layout:
    found = _Layout()
    row = column = 0
    kind = ""

    def begin(name: str, given: dict[str, str]) -> None:
        nonlocal row, column, kind
        tag = name.rpartition(":")[2]
        if tag == "c":
            column = _corner(given["r"])[1] if "r" in given else column + 1
            kind = given.get("t", "")
        elif tag == "f" and kind != "str" and column <= MOST_COLUMNS:  # a formula that gave text may have given none
            found.formulas.add((row, column))
        elif tag == "row":
            row, column = int(given.get("r", row + 1)), 0
            if given.get("hidden") in {"1", "true"}:
                found.hidden_rows.append(row)
        elif tag == "col" and given.get("hidden") in {"1", "true"}:
            found.hidden_columns.append((int(given["min"]), int(given["max"])))
        elif tag == "mergeCell":
            found.merged.append(_range(given["ref"]))
            if len(found.merged) > MOST_MERGED:
                raise _RefusedError(
                    f"the sheet has more than {MOST_MERGED:,} merged ranges; unmerge them, or save it as CSV"
                )

    parser = expat.ParserCreate()
    parser.StartElementHandler = begin
    for chunk in chunks:
        parser.Parse(chunk)
    return found


def _range(text: str) -> Merged:
    first, _, last = text.partition(":")
    (row, column), (last_row, last_column) = _corner(first), _corner(last or first)
    return Merged(row, column, last_row, last_column)


def _corner(text: str) -> tuple[int, int]:
    name = text.replace("$", "").rstrip("0123456789")
    column = 0
    for letter in name.upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(text.replace("$", "")[len(name) :]), column


def _hidden_sheets(seen: dict[str, bool], label: str) -> Problem:
    hidden = [title for title, shown in seen.items() if not shown]
    message = (
        f"{plural(len(hidden), 'hidden sheet')} ({human_list(hidden)}) not read; name one with --sheet to import it"
    )
    return warning("import-hidden", message, Source(path=label))


def _told(sheet: Sheet, layout: _Layout) -> list[Problem]:
    filled = {number for number, _ in sheet.rows}
    widest = max(len(row) for _, row in sheet.rows)
    rows = sorted(filled & set(layout.hidden_rows))
    columns = [letters(one) for first, last in layout.hidden_columns for one in range(first, min(last, widest) + 1)]
    problems = []
    if rows:
        named = ", ".join(map(str, rows[:10])) + (", …" if len(rows) > 10 else "")
        message = f"{plural(len(rows), 'hidden row')} read like the others ({named}); delete what is not to be imported"
        problems.append(warning("import-hidden", message, sheet.place()))
    if columns:
        message = f"{plural(len(columns), 'hidden column')} read like the others ({human_list(columns)}); delete what is not to be imported"
        problems.append(warning("import-hidden", message, sheet.place()))
    return problems
