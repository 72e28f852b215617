"""Bytes of one file -> its records, each with the place of every field. Links are not looked at here."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace

from pydantic import ValidationError

from tieout.content import files, registers
from tieout.model import validation
from tieout.model.records import Record
from tieout.model.registers import Register
from tieout.problems import Problem, Source, error
from tieout.text import yaml
from tieout.text.yaml import Parsed, Path


@dataclass(frozen=True, slots=True)
class Written:
    """A record where it stands. `record` is None when it has errors; its id counts all the same."""

    register: Register
    id: str
    record: Record | None
    parsed: Parsed
    base: Path
    file: Source
    body: str = ""
    body_line: int = 0  # line on which the body begins
    references: tuple[tuple[str, int], ...] = ()  # ids that the body links to, each with its line in the body

    def place(self, *path: str | int) -> Source:
        """The line and column of a field of this record, or of what is around it."""
        return self.parsed.source((*self.base, *path), self.file)

    def key(self, *path: str | int) -> Source:
        """The line and column of the name of a field."""
        where = self.parsed.keys.get((*self.base, *path))
        return Source(self.file.repo, self.file.path, *where) if where else self.place(*path)


def parse(
    register: Register, path: str, data: bytes, parse_file: files.Parse = files.parse
) -> tuple[list[Written], list[Problem]]:
    """All records of one file."""
    file = parse_file(path, data)
    if register.shape == "list":
        return _rows(register, path, file)
    id_, fault = registers.file_id(register, path)
    parsed, problems = file.parsed, list(file.problems)
    problems += [fault] if fault else []
    entry = Written(register, id_, None, parsed, (), Source(path=path), file.body, file.body_line, file.references)
    if any(problem.severity == "error" for problem in problems):
        return ([entry] if id_ else []), problems
    if not isinstance(parsed.value, dict):
        message = f"a {register.kind} is written as fields, one a line, such as `title: …`"
        problems.append(error("missing-front-matter", message, Source(path=path, line=1)))
        return [entry], problems
    written, faults = _validated(entry, {**parsed.value})
    return [written], problems + faults


def _rows(register: Register, path: str, file: files.File) -> tuple[list[Written], list[Problem]]:
    parsed = file.parsed
    problems = list(file.problems)
    if parsed.value is None:
        return [], problems
    if not isinstance(parsed.value, list):
        message = f"{path.rpartition('/')[2]} is a list; begin each {register.kind} with `- id: …`"
        return [], [*problems, error("not-a-list", message, Source(path=path, line=1))]
    found: list[Written] = []
    for position, row in enumerate(parsed.value):
        place = Written(register, "", None, parsed, (position,), Source(path=path))
        if not isinstance(row, dict):
            message = f"this row has no fields; begin each {register.kind} with `- id: …`"
            problems.append(error("not-a-list", message, place.place()))
            continue
        written, faults = _row(register, {**row}, place)
        found += [written] if written else []
        problems += faults
    return found, problems


def _row(register: Register, fields: dict[str, yaml.Value], place: Written) -> tuple[Written | None, list[Problem]]:
    name = "id" if "id" in fields else register.row_id
    id_ = fields.pop(name, None)
    if not isinstance(id_, str):
        message = f"{name}: must be text; put it in quotes" if id_ is not None else f"{name}: is missing; add it"
        return None, [error("missing-field" if id_ is None else "invalid-value", message, place.place(name))]
    fault = registers.row_fault(register, id_)
    if fault:
        return None, [error("id-grammar", f"{name}: {fault}", place.place(name))]
    return _validated(replace(place, id=id_), fields)


def _validated(entry: Written, fields: dict[str, yaml.Value]) -> tuple[Written, list[Problem]]:
    """The record of the fields, which lose what only the loader may give."""
    problems: list[Problem] = []
    model = entry.register.model
    if "id" in fields:
        problems.append(error("unknown-field", "id: the id is the name of the file; delete this line", entry.key("id")))
        del fields["id"]
    start = entry.place() if entry.base else entry.file
    problems += validation.empties(fields, model, lambda path: entry.place(*path))
    where = {"path": start.path, "line": start.line, "column": start.column} if entry.base else {"path": start.path}
    given = {**fields, "@id": entry.id, "@body": entry.body, "@place": where}
    try:
        # Strict and from JSON: "6" is no number, and a day is text of the right form.
        record = model.model_validate_json(json.dumps(given), strict=True, by_name=False, by_alias=True)
    except ValidationError as fault:
        return entry, problems + validation.problems(fault, model, entry.parsed, entry.base, entry.file)
    return (entry if problems else replace(entry, record=record)), problems


def same_ids(written: Iterable[Written]) -> list[Problem]:
    """Records of one register whose ids are equal, or would be taken for each other."""
    problems: list[Problem] = []
    first: dict[str, Written] = {}
    for entry in written:
        other = first.setdefault(registers.normal(entry.id), entry)
        if other is entry:
            continue
        where = f"{other.place()}" if other.base else other.file.path
        if other.id == entry.id:
            message = f"the id {entry.id} is already used in {where}; give one of the two another id"
            problems.append(error("duplicate-id", message, _start(entry)))
        else:
            message = f"the ids {entry.id} and {other.id} ({where}) differ only in case or zeros; rename one of the two"
            problems.append(error("similar-id", message, _start(entry)))
    return problems


def _start(entry: Written) -> Source:
    return entry.place("id") if entry.base else entry.file
