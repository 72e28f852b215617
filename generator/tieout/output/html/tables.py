"""The rows of a table as HTML, in Python: they are nine tenths of all that is printed, and a macro costs ten times more."""

from collections.abc import Callable

from tieout.output.html.inline import Markup, escape, part_html
from tieout.views.page import Cell, Column, GradeMark, Line, Mark, Row, Table

NARROW = ("stack", "run")  # forms whose cells carry the name of their column


def printer(root: str) -> Callable[[Table], Markup]:
    """Prints the rows of a table for a page that stands at `root`."""

    def print_rows(table: Table) -> Markup:
        labels = [label(column) for column in table.columns] if table.form in NARROW else []
        rows = [_row(table, row, labels, root) for row in table.rows]
        return Markup("\n".join(rows))

    return print_rows


def label(column: Column) -> str:
    """The name of a column in the narrow form."""
    if column.label:
        return escape(column.label)
    return escape("".join(part.words if isinstance(part, (Mark, GradeMark)) else part.text for part in column.title))


def _line(line: Line, root: str) -> str:
    return "".join([part_html(part, root) for part in line])


def _row(table: Table, row: Row, labels: list[str], root: str) -> str:
    tone = f' class="{row.tone}"' if row.tone else ""
    anchor = f' id="{escape(row.anchor)}"' if row.anchor else ""
    parts = [f"<tr{tone}{anchor}>", _head(table, row, root)]
    at = row.cells[0].span if row.cells else 0
    for cell in row.cells[1:]:
        parts.append(_cell(table, cell, at, labels, root))
        at += cell.span
    parts.append("</tr>")
    return "".join(parts)


def _head(table: Table, row: Row, root: str) -> str:
    """The first cell names the row; in a group row it stands over all columns."""
    if not row.cells:
        return ""
    first = row.cells[0]
    inner = _line(first.line, root)
    if row.tone == "group":
        return f'<th scope="colgroup" colspan="{max(len(table.columns), 1)}">{inner}</th>'
    day = ' class="d"' if table.columns and table.columns[0].kind == "d" and first.span == 1 else ""
    span = f' colspan="{first.span}"' if first.span > 1 else ""
    return f'<th scope="row"{span}{day}>{inner}</th>'


def _cell(table: Table, cell: Cell, at: int, labels: list[str], root: str) -> str:
    column = table.columns[at] if at < len(table.columns) else None
    names: list[str] = [column.kind] if column and column.kind and cell.span == 1 else []
    if cell.zero:
        names.append("zero")
    if cell.bad:
        names.append("bad")
    if cell.band:
        names.append(cell.band)
    if cell.over:
        names.append("over")
    classes = f' class="{" ".join(names)}"' if names else ""
    span = f' colspan="{cell.span}"' if cell.span > 1 else ""
    # in a line of numbers, a sentence that stands for several of them is none of them
    told = cell.span == 1 or table.form != "run"
    named = f' data-l="{labels[at]}"' if cell.line and told and at < len(labels) else ""
    return f"<td{span}{classes}{named}>{_line(cell.line, root)}</td>"
