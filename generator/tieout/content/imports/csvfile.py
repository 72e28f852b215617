"""The bytes of a CSV file -> a sheet. What the bytes do not say for certain is asked for, not guessed.

All cells are text: what looks like a formula is text like any other, and so are numbers and days.
"""

import csv
from collections import Counter
from collections.abc import Mapping
from io import StringIO
from types import MappingProxyType

from tieout.content.imports.sheets import Cell, Sheet
from tieout.problems import Problem, Source, error
from tieout.text.words import human_list

MOST_BYTES = 25_000_000
MOST_ROWS = 50_000
MOST_CELLS = 2_000_000
ENCODINGS = ("utf-8", "utf-16", "windows-1252", "iso-8859-1")
_MARKS: Mapping[bytes, str] = MappingProxyType(
    {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
)
_SEPARATORS: Mapping[str, str] = MappingProxyType({",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"})


def parse(data: bytes, name: str, encoding: str = "") -> tuple[Sheet | None, list[Problem]]:
    """The sheet, or why it cannot be read. `encoding` is what the person says; a byte order mark is believed."""
    place = Source(path=name)
    if len(data) > MOST_BYTES:
        return None, [
            _unreadable(f"the file has {len(data):,} bytes, and the limit is {MOST_BYTES:,}; split it", place)
        ]
    text, fault = _decode(data, encoding, place)
    if fault:
        return None, [fault]
    rows, fault = _rows(text, place)
    if fault:
        return None, [fault]
    if len(rows) > MOST_ROWS or sum(map(len, rows)) > MOST_CELLS:
        message = f"the file has more than {MOST_ROWS:,} rows or {MOST_CELLS:,} cells; split it"
        return None, [_unreadable(message, place)]
    filled = [
        (number, tuple(Cell(value.strip()) for value in row))
        for number, row in enumerate(rows, 1)
        if any(map(str.strip, row))
    ]
    if not filled:
        return None, [_unreadable("the file has no row with text in it", place)]
    return Sheet(name, tuple(filled), separated=True), []


def _unreadable(message: str, place: Source) -> Problem:
    return error("import-unreadable", message, place)


def _decode(data: bytes, encoding: str, place: Source) -> tuple[str, Problem | None]:
    marked = next((name for mark, name in _MARKS.items() if data.startswith(mark)), "")
    try:
        return data.decode(marked or encoding or "utf-8"), None
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        where = Source(path=place.path, line=line)
        said = f"byte 0x{data[fault.start]:02x} is not valid {marked or encoding or 'utf-8'}"
        remedy = "save it as `CSV UTF-8`, or say what it is with --encoding, such as --encoding windows-1252"
        return "", _unreadable(f"{said}; {remedy}", where)


def _rows(text: str, place: Source) -> tuple[list[list[str]], Problem | None]:
    if text.count("\0") > len(text) // 8:
        return [], _unreadable("this looks like UTF-16 without its mark; say so with --encoding utf-16", place)
    first, _, rest = text.partition("\n")
    told = first.strip().lower().removeprefix("sep=") if first.lower().startswith("sep=") else ""
    if len(told) == 1:  # the line with which Excel is told the separator
        rows, fault = _read(rest, told, place)
        return [[], *rows], fault
    read = {sign: _read(text, sign, place) for sign in _SEPARATORS}
    whole = {sign: rows for sign, (rows, fault) in read.items() if not fault}
    if not whole:
        return read[","]
    even = {sign: _evenness(rows) for sign, rows in whole.items()}
    best = max(even.values())
    signs = [sign for sign in whole if even[sign] == best]
    if best[1] > 1 and len(signs) > 1:
        named = human_list((_SEPARATORS[sign] for sign in signs), "or")
        message = f"cells may be separated by {named}; write sep=, (or sep=;) as a line of its own above all others"
        return [], _unreadable(message, place)
    return whole[signs[0]], None


def _evenness(rows: list[list[str]]) -> tuple[float, int]:
    """The share of rows that are as wide as most are, and that width; nothing where most have one cell only."""
    widths = Counter(len(row) for row in rows if row)
    width, count = min(widths.items(), key=lambda one: (-one[1], -one[0]), default=(1, 0))
    return (count / sum(widths.values()), width) if width > 1 else (0.0, 1)


def _read(text: str, separator: str, place: Source) -> tuple[list[list[str]], Problem | None]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[list[str]] = []
    try:
        for row in reader:
            rows.append(row)
            if len(rows) > MOST_ROWS:
                break
    except csv.Error as fault:
        begun = f"after row {len(rows)}" if rows else "in the first row"
        message = f"{begun} the quotes do not fit ({fault}); mend them there, or save the table again as CSV"
        return [], _unreadable(message, Source(path=place.path, line=reader.line_num))
    return rows, None
