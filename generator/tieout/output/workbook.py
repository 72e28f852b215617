"""Tables -> the bytes of an XLSX file: the one door of XlsxWriter, which is an extra and imported when it is needed.

No cell is a formula and none is an address, whatever it begins with; the file knows no time but the one it is given.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO

from tieout.problems import BuildError
from tieout.text.words import visible

MOST = 32_767  # characters that a cell of the format holds


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name, at most 31 characters long, the titles of its columns, and its rows."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]


def render(sheets: Sequence[Sheet], at: int) -> bytes:
    """The workbook, as made at a time in seconds.

    Raises:
        BuildError: XlsxWriter is not installed.
    """
    try:
        import xlsxwriter  # type: ignore[import-untyped]  # noqa: PLC0415 - an extra
    except ImportError as fault:
        raise BuildError("writing XLSX needs XlsxWriter; run `pip install 'tieout[xlsx]'`, or write CSV.") from fault
    held = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(held, options) as book:
        book.set_properties({"created": datetime.fromtimestamp(at, UTC).replace(tzinfo=None)})
        bold = book.add_format({"bold": True})
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            page.freeze_panes(1, 1)
            page.write_row(0, 0, list(sheet.columns), bold)
            for number, row in enumerate(sheet.rows, start=1):
                page.write_row(number, 0, [value if isinstance(value, int) else _text(value) for value in row])
    return held.getvalue()


def _text(value: object) -> str:
    return visible(str(value))[:MOST]
