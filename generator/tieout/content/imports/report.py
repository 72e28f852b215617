"""What an import understood, line by line: which row becomes which record, and what becomes of everything else."""

import json
from collections.abc import Iterable, Iterator

from tieout.content.imports.drafting import Draft
from tieout.content.imports.mapping import ColumnMap
from tieout.content.imports.tables import Table
from tieout.text.words import human_list, plural


def rows(drafts: Iterable[Draft]) -> Iterator[str]:
    """Each record with its fields and what it lacks."""
    for draft in drafts:
        yield f"row {draft.row} -> {draft.id}  {draft.path}" if draft.row else f"{draft.id}  {draft.path}"
        for name, value in draft.fields.items():
            yield f"    {name}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
        for path, column in draft.instead:
            yield f"    {path} is from {column}, as its own column says nothing"
        if draft.missing:
            yield f"    missing: {human_list(draft.missing)}"


def columns(table: Table, given: ColumnMap) -> Iterator[str]:
    """What becomes of each column, and of the rows above the header."""
    for column, paths in given.columns.items():
        if paths and column in table.columns:
            yield f"{column} -> {human_list(paths)}: {plural(table.count(column), 'cell')}"
    for column, count, fate in _unmapped(table, given):
        yield f"{column}: {plural(count, 'cell')} {fate}"
    for number, text in table.above:
        yield f"row {number}, above the header, is not imported: {text}"


def _unmapped(table: Table, given: ColumnMap) -> list[tuple[str, int, str]]:
    """Columns that go into no field: name, number of cells with something in them, and what becomes of them."""
    return [
        (
            column,
            table.count(column),
            "left out, as the mapping says"
            if column in given.leave_out
            else "kept in the text where they fill no field"
            if column in given.where_empty.values()
            else "kept in the text",
        )
        for column in table.columns
        if not given.columns.get(column)
    ]


def instead(drafts: Iterable[Draft]) -> Iterator[str]:
    """Fields that were filled from another column where their own said nothing, with how many."""
    listed = list(drafts)
    for path, column in dict.fromkeys(one for draft in listed for one in draft.instead):
        count = sum((path, column) in draft.instead for draft in listed)
        yield f"{path}: from {column} in {count} of {plural(len(listed), 'record')}, where its own column says nothing"


def missing(drafts: Iterable[Draft]) -> Iterator[str]:
    """Required fields that records lack, with how many; the check names each."""
    listed = list(drafts)
    names = dict.fromkeys(name for draft in listed for name in draft.missing)
    for name in names:
        yield f"{name}: missing in {sum(name in draft.missing for draft in listed)} of {plural(len(listed), 'record')}"
