"""Bytes of one file -> its records, each with the place of every field. Links are not looked at here."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace

from pydantic import ValidationError

from tieout.content import registers
from tieout.model import validation
from tieout.model.records import Record
from tieout.model.registers import Register
from tieout.problems import Problem, Source, error
from tieout.text import frontmatter, plain, yaml
from tieout.text.yaml import Parsed, Path

# A row may name itself by the word of its register.
_ROW_IDS = {"access": ("id", "power"), "checks": ("id", "check")}
_GIVEN = ("source", "body")  # filled by the loader, so a field of that name would be lost


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

    def place(self, *path: str | int) -> Source:
        """The line and column of a field of this record, or of what is around it."""
        return self.parsed.source((*self.base, *path), self.file)

    def key(self, *path: str | int) -> Source:
        """The line and column of the name of a field."""
        where = self.parsed.keys.get((*self.base, *path))
        return Source(self.file.repo, self.file.path, *where) if where else self.place(*path)


def parse(register: Register, path: str, data: bytes) -> tuple[list[Written], list[Problem]]:
    """All records of one file."""
    if register.shape == "list":
        return _rows(register, path, data)
    id_, fault = registers.file_id(register, path)
    parsed, body, body_line, problems = _read(path, data)
    problems += [fault] if fault else []
    entry = Written(register, id_, None, parsed, (), Source(path=path), body, body_line)
    if any(problem.severity == "error" for problem in problems):
        return ([entry] if id_ else []), problems
    if not isinstance(parsed.value, dict):
        message = f"a {register.kind} is written as fields, one a line, such as `title: …`"
        problems.append(error("missing-front-matter", message, Source(path=path, line=1)))
        return [entry], problems
    written, faults = _validated(entry, {**parsed.value})
    return [written], problems + faults


def _read(path: str, data: bytes) -> tuple[Parsed, str, int, list[Problem]]:
    """The fields, the body and the line of the body of a file that holds one record."""
    file = Source(path=path)
    if not path.endswith(".md"):
        parsed = yaml.parse(data, file)
        return parsed, "", 0, list(parsed.problems)
    text, problems = plain.decode(data, file)
    if any(problem.severity == "error" for problem in problems):
        return Parsed(), "", 0, list(problems)
    matter, body, before, above = frontmatter.split(text.encode())
    if not before:
        return Parsed(), "", 0, [*problems, _no_front_matter(path, text)]
    parsed = yaml.parse(matter, Source(path=path, line=before + 1))
    skipped = len(body) - len(body.lstrip("\n"))
    return parsed, body.strip("\n"), above + skipped + 1, [*problems, *parsed.problems]


def _no_front_matter(path: str, text: str) -> Problem:
    if text.startswith("---"):
        message = "the front matter has no end; close it with a line of three dashes (---)"
    else:
        message = (
            "the front matter is missing; begin the file with a line of three dashes (---), the fields, and --- again"
        )
    return error("missing-front-matter", message, Source(path=path, line=1))


def _rows(register: Register, path: str, data: bytes) -> tuple[list[Written], list[Problem]]:
    file = Source(path=path)
    parsed = yaml.parse(data, file)
    problems = list(parsed.problems)
    if parsed.value is None:
        return [], problems
    if not isinstance(parsed.value, list):
        message = f"{path.rpartition('/')[2]} is a list; begin each {register.kind} with `- id: …`"
        return [], [*problems, error("not-a-list", message, Source(path=path, line=1))]
    found: list[Written] = []
    for position, row in enumerate(parsed.value):
        place = Written(register, "", None, parsed, (position,), file)
        if not isinstance(row, dict):
            message = f"this row has no fields; begin each {register.kind} with `- id: …`"
            problems.append(error("not-a-list", message, place.place()))
            continue
        written, faults = _row(register, {**row}, place)
        found += [written] if written else []
        problems += faults
    return found, problems


def _row(register: Register, fields: dict[str, yaml.Value], place: Written) -> tuple[Written | None, list[Problem]]:
    names = _ROW_IDS.get(register.name, ("id",))
    name = next((name for name in names if name in fields), names[0])
    id_ = fields.pop(name, None)
    if not isinstance(id_, str):
        message = f"{name}: must be text; put it in quotes" if id_ is not None else f"{name}: is missing"
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
    for name in _GIVEN:
        if name in fields:
            near = " (did you mean 'origin'?)" if name == "source" and "origin" in model.model_fields else ""
            problems.append(error("unknown-field", f"{name}: unknown field{near}", entry.key(name)))
    start = entry.place()
    where = {"path": start.path, "line": start.line, "column": start.column} if entry.base else {"path": start.path}
    given = {**fields, "id": entry.id, "body": entry.body, "source": where}
    try:
        # Strict and from JSON: "6" is no number, and a day is text of the right form.
        record = model.model_validate_json(json.dumps(given), strict=True)
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
