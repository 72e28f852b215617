"""Rows of a table -> records to be written, by a mapping. What a mapping does not speak of is kept in the record's text."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tieout.content import drafts, new_ids
from tieout.content.imports import values
from tieout.content.imports.mapping import ColumnMap
from tieout.content.imports.sheets import Cell
from tieout.content.imports.tables import Row, Table, left_out
from tieout.content.imports.targets import BODY, ID, Target, targets_of
from tieout.content.registers import file_id, normal, row_fault
from tieout.model.fields import fields_of
from tieout.model.registers import Register
from tieout.problems import Problem, Source, error, warning
from tieout.text.plain import CONTROL
from tieout.text.words import human_list, visible
from tieout.text.yaml import Value
from tieout.text.yaml_lines import clean

HEADING = "## From the import"


@dataclass(frozen=True, slots=True)
class Draft:
    """A record that does not exist yet."""

    row: int  # of the sheet; 0 where it comes from a file of its own
    id: str
    path: str  # below the content folder
    fields: Mapping[str, Value]
    text: str  # of the file, or of the row in its list
    kept: tuple[str, ...] = ()  # columns whose cells are kept in the text
    missing: tuple[str, ...] = ()  # required fields that nothing speaks of
    instead: tuple[tuple[str, str], ...] = ()  # fields, and the columns that filled them as their own said nothing
    defaults: tuple[str, ...] = ()  # fields that were filled by a default of the mapping


@dataclass(frozen=True, slots=True)
class Place:
    """Where the records are to go."""

    register: Register
    taken: frozenset[str]  # ids that the register has, or ever had
    year: int  # of ids that count within a year


@dataclass(slots=True)
class _Read:
    """One row as far as it could be read."""

    fields: dict[str, Value] = field(default_factory=dict)  # by path
    id: str = ""
    body: list[tuple[str, str]] = field(default_factory=list)  # name of the column, text
    kept: list[tuple[str, str]] = field(default_factory=list)
    instead: list[tuple[str, str]] = field(default_factory=list)  # path, name of the column
    defaults: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def draft(table: Table, reading: values.Reading, place: Place) -> tuple[list[Draft], list[Problem]]:
    """A draft for each row that is a record; each row that is none is a problem that shows its text."""
    found: list[tuple[Row, _Read]] = []
    problems: list[Problem] = []
    targets = targets_of(place.register.model)
    for row in table.rows:
        why = _no_record(row, table, reading.given)
        if why:
            problems.append(why)
            continue
        read = _read(row, table, reading, targets)
        problems += [*read.problems, *_again(row, read, table, reading.names.get(place.register.name, {}))]
        found.append((row, read))
    ids, faults = _ids(table, found, place)
    return [
        _draft(table, row, read, id_, place) for (row, read), id_ in zip(found, ids, strict=True)
    ], problems + faults


def _no_record(row: Row, table: Table, given: ColumnMap) -> Problem | None:
    titles = [column for column, paths in given.columns.items() if "title" in paths]
    where = table.sheet.place(row.number)
    layout = left_out(row, table)
    if layout:
        return warning("import-left-out", f"left out as {layout}: {row.text}", where)
    if any(column in row.cells for column in titles):
        return None
    if not any(column in row.cells for column in given.columns):
        return warning(
            "import-left-out", f"left out, as no column that is mapped has anything in this row: {row.text}", where
        )
    named = f"column '{human_list(titles, 'or')}' is empty" if titles else "no column is mapped to `title`"
    return error("import-row", f"the row has no title ({named}); fill it in, or delete the row: {row.text}", where)


def _again(row: Row, read: _Read, table: Table, called: Mapping[str, frozenset[str]]) -> list[Problem]:
    """Records that are called the same already: perhaps the same table was imported before."""
    same = sorted(called.get(str(read.fields.get("title", "")).lower(), ()))
    if not same:
        return []
    message = f"{human_list(same)} is called the same; delete the row if it is the same"
    return [warning("import-again", message, table.sheet.place(row.number))]


def _read(row: Row, table: Table, reading: values.Reading, targets: Mapping[str, Target]) -> _Read:
    read = _Read()
    for column, cell in row.cells.items():
        place = table.sheet.place(row.number, table.columns[column])
        read.problems += _hidden_signs(cell, place)
        used = False
        for path in reading.given.columns.get(column, ()):
            if path == ID:
                read.id, used = cell.text, True
            elif path == BODY:
                read.body.append((column, cell.text))
                used = True
            else:
                used |= _into(read, targets[path], cell, reading, (column, place))
        if not used and column not in reading.given.leave_out:
            read.kept.append((column, cell.text))
    if not any(problem.severity == "error" for problem in read.problems):
        _fill_empty(read, row, table, reading, targets)
    for path, value in reading.given.defaults.items():
        if path not in read.fields:
            read.fields[path] = value
            read.defaults.append(path)
    return read


def _fill_empty(read: _Read, row: Row, table: Table, reading: values.Reading, targets: Mapping[str, Target]) -> None:
    """What the mapping says of fields whose own columns say nothing in this row."""
    for path, column in reading.given.where_empty.items():
        cell = row.cells.get(column)
        if cell is None or path in read.fields:
            continue
        place = table.sheet.place(row.number, table.columns[column])
        if _into(read, targets[path], cell, reading, (column, place)) and path in read.fields:
            read.instead.append((path, column))
            read.kept = [(name, text) for name, text in read.kept if name != column]


def _hidden_signs(cell: Cell, place: Source) -> list[Problem]:
    bad = CONTROL.search(cell.text.replace("\r", "\n"))
    if bad is None:
        return []
    return [
        warning(
            "control-character", f"the character U+{ord(bad[0]):04X} is not text; \ufffd stands in its place", place
        )
    ]


def _into(read: _Read, target: Target, cell: Cell, reading: values.Reading, at: tuple[str, Source]) -> bool:
    """Whether the cell went into the field. A cell that cannot be read is a problem, and counts as used."""
    column, place = at
    try:
        value = values.read(cell, target, reading)
    except values.NotReadError as fault:
        read.problems.append(error("import-value", f"{column}: {fault}", place))
        return True
    if value is None or value == []:
        return False
    one_line = isinstance(value, str) and target.path == "title"
    read.fields[target.path] = " ".join(str(value).split()) if one_line else value
    return True


# --- ids -----------------------------------------------------------------------------------------------------------


def _ids(table: Table, found: list[tuple[Row, _Read]], place: Place) -> tuple[list[str], list[Problem]]:
    problems: list[Problem] = []
    used = {normal(id_): "a record of the ISMS" for id_ in place.taken}
    ids: dict[int, str] = {}
    for row, read in found:
        if not read.id:
            continue
        fault = _fault(place.register, read.id)
        taken = used.get(normal(read.id), "")
        if fault or taken:
            message = (
                fault
                or f"the id {read.id} is taken by {taken}; give this row another, or take the column out of `columns`"
            )
            problems.append(error("import-id", message, table.sheet.place(row.number)))
        used[normal(read.id)] = f"row {row.number}"
        ids[row.number] = read.id
    free = new_ids.FreeIds(place.register, {*place.taken, *ids.values()}, place.year)
    return [ids.get(row.number) or free(str(read.fields.get("title", ""))) for row, read in found], problems


def _fault(register: Register, id_: str) -> str:
    if register.shape == "list" or not register.prefix:
        return row_fault(register, id_)
    read, _ = file_id(register, f"{register.path}/{id_}.md")
    near = f"{register.prefix}-007"
    return (
        f"'{id_}' is no id of this register; write it as {near}, or take the column out of `columns`"
        if read != id_
        else ""
    )


# --- what is written -----------------------------------------------------------------------------------------------


def _draft(table: Table, row: Row, read: _Read, id_: str, place: Place) -> Draft:
    register = place.register
    fields = nested(read.fields, register)
    kept = tuple(column for column, _ in read.kept)
    given = read.body if len(read.body) < 2 else [("", f"**{escaped(column)}:** {text}") for column, text in read.body]
    if register.shape == "list":
        notes = [(column, text) for column, text in (*read.body, *read.kept)]
        text = drafts.render_row(register, id_, fields) + _comments(row, notes)
    else:
        parts = [text for _, text in given]
        if read.kept or read.instead:
            where = f"Row {row.number} of {escaped(table.sheet.name)}{_instead(read)}."
            parts += [HEADING, where, *([kept_table(read.kept)] if read.kept else [])]
        text = drafts.render_record(register, fields, "\n\n".join(parts))
    path = new_ids.file_name(register, id_, str(fields.get("title", "")))
    lacks = missing(fields, register)
    return Draft(row.number, id_, path, fields, text, kept, lacks, tuple(read.instead), tuple(read.defaults))


def _instead(read: _Read) -> str:
    """Which fields were filled from a column that is not their own; the record says it, as nobody assessed them."""
    told = [f"{escaped(path)} from {escaped(column)}" for path, column in read.instead]
    return f"; {human_list(told)}, as nothing else was given" if told else ""


def nested(flat: Mapping[str, Value], register: Register) -> dict[str, Value]:
    """Fields by path as they are written, in the order of the register."""
    fields: dict[str, Value] = {}
    for path, target in targets_of(register.model).items():
        if path not in flat:
            continue
        if not target.group:
            fields[path] = flat[path]
            continue
        group = fields.setdefault(target.group, [{}] if target.rows else {})
        inner = group[0] if isinstance(group, list) else group
        if isinstance(inner, dict):
            inner[target.note.name] = flat[path]
    return fields


def missing(fields: Mapping[str, Value], register: Register) -> tuple[str, ...]:
    """Required fields that are not there, also of a group that is."""
    found: list[str] = []
    for note in fields_of(register.model):
        value = fields.get(note.name)
        group = value[0] if isinstance(value, list) and value and note.part else value
        if note.name not in fields:
            found += [note.name] if note.required else []
        elif note.part and isinstance(group, Mapping):
            found += [
                f"{note.name}.{one.name}" for one in fields_of(note.part) if one.required and one.name not in group
            ]
    return tuple(found)


def _comments(row: Row, notes: Iterable[tuple[str, str]]) -> str:
    lines = (f"{column}: {text}" for column, text in notes)
    return "".join(f"  # row {row.number}, {visible(' '.join(clean(line).split()))}\n" for line in lines)


def escaped(text: str) -> str:
    """Text that means nothing in Markdown."""
    return re.sub(r"([\\`*_\[\]<>|#~&!])", r"\\\1", clean(text))


def kept_table(kept: Iterable[tuple[str, str]]) -> str:
    """Names and texts as a table; what has several lines below it, as a quotation."""
    listed = list(kept)
    short = [(name, text) for name, text in listed if "\n" not in text.strip()]
    rows = "".join(f"| {escaped(name)} | {escaped(text.strip())} |\n" for name, text in short)
    parts = [f"| Column | Value |\n| --- | --- |\n{rows}".rstrip()] if rows else []
    for name, text in listed:
        if "\n" in text.strip():
            lines = clean(text.strip()).split("\n")
            parts.append(f"{escaped(name)}:\n\n" + "  \n".join(f"> {escaped(line)}".rstrip() for line in lines))
    return "\n\n".join(parts)
