"""What pydantic found wrong, in an author's words and at the author's line. For every file that people write."""

import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from tieout.model.links import written_name
from tieout.problems import Problem, Source, error
from tieout.text.words import human_list, suggest, visible
from tieout.text.yaml import Parsed, Path, Value

# Words of the auditor that the model calls otherwise, because the loader needs the plain word.
_RENAMED: Mapping[str, str] = MappingProxyType({"name": "title", "date_due": "due"})


def problems(fault: ValidationError, model: type[BaseModel], parsed: Parsed, base: Path, file: Source) -> list[Problem]:
    """A problem for each fault of one record, which stands at `base` in a parsed file."""
    return [_problem(detail, model, parsed, base, file) for detail in fault.errors(include_url=False)]


def _problem(detail: ErrorDetails, model: type[BaseModel], parsed: Parsed, base: Path, file: Source) -> Problem:
    path: Path = tuple(part for part in detail["loc"] if not str(part).startswith("["))
    name = _name(path)
    if detail["type"] == "missing":
        return error("missing-field", f"{name}: is missing; add it", parsed.source((*base, *path[:-1]), file))
    if detail["type"] == "too_short":
        return error("missing-field", f"{name}: is empty; name at least one", parsed.source((*base, *path), file))
    if detail["type"] == "extra_forbidden":
        return error("unknown-field", f"{name}: unknown field{_meant(path, model)}", _key(parsed, (*base, *path), file))
    where = _key if "[key]" in detail["loc"] else Parsed.source
    told = _emptiness(path, model) if detail["input"] is None or detail["input"] == "" else _sentence(detail)
    return error("invalid-value", f"{name}: {told}", where(parsed, (*base, *path), file))


def empties(value: Value, model: type[BaseModel], at: Callable[[Path], Source]) -> Iterator[Problem]:
    """Fields with a name and nothing behind it, which pydantic lets pass where the field may be left out."""
    for path in _empty(value, ()):
        if told := _emptiness(path, model):
            yield error("invalid-value", f"{_name(path)}: {told}", at(path))


def _empty(value: Value, path: Path) -> Iterator[Path]:
    if value is None:
        yield path
    elif isinstance(value, (dict, list)):
        for name, held in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _empty(held, (*path, name))


def _emptiness(path: Path, model: type[BaseModel]) -> str:
    """The remedy for a field without a value; nothing where there is no such field, which is told already."""
    part, last = _part(model, path[:-1]), path[-1]
    found = _fields(part).get(last) if part and isinstance(last, str) else None
    if found is None:
        free = part is None or not isinstance(last, str) or _inside_group(model, path)
        return "is empty; write a value, or delete the line" if free else ""
    return "is empty; write a value" if found.is_required() else "is empty; write a value, or delete the line"


def _inside_group(model: type[BaseModel], path: Path) -> bool:
    """Whether the last name is the reader's own, as the name of a band is."""
    before = _part(model, path[:-2]) if len(path) > 1 else None
    group = _fields(before).get(path[-2]) if before and isinstance(path[-2], str) else None
    return group is not None and "dict" in str(group.annotation)


def _name(path: Path) -> str:
    return ".".join(part for part in path if isinstance(part, str)) or "the record"


def _key(parsed: Parsed, path: Path, file: Source) -> Source:
    if path not in parsed.keys:
        return parsed.source(path, file)
    return Source(file.repo, file.path, *parsed.keys[path])


def _meant(path: Path, model: type[BaseModel]) -> str:
    part = _part(model, path[:-1])
    choices = [name for name in _fields(part) if not name.startswith("@")] if part else []
    word = str(path[-1])
    if " " in word:
        return "; inside { } a comma begins a new field, so put text with a comma in quotes"
    near = _RENAMED.get(word, "") if _RENAMED.get(word) in choices else suggest(word, choices)
    return f" (did you mean '{near}'?)" if near else "; correct its name, or delete the line"


def _part(model: type[BaseModel], path: Path) -> type[BaseModel] | None:
    """The class of the group of fields at a path."""
    part: type[BaseModel] | None = model
    for step in path:
        if part is not None and isinstance(step, str):
            fields = _fields(part)
            if step in fields:
                part = _inside(fields[step].annotation)
    return part


def _fields(part: type[BaseModel]) -> dict[str, FieldInfo]:
    return {written_name(name, field): field for name, field in part.model_fields.items()}


def _inside(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for found in map(_inside, get_args(annotation)) if found), None)


def _sentence(detail: ErrorDetails) -> str:
    said = _SENTENCES.get(detail["type"])
    return said(_shown(detail["input"]), detail) if said else detail["msg"][:1].lower() + detail["msg"][1:]


def _shown(given: object) -> str:
    if isinstance(given, bool):
        return "true" if given else "false"
    if isinstance(given, (dict, list)):
        return "a group of fields" if isinstance(given, dict) else "a list"
    text = visible(str(given))
    return f"'{text if len(text) <= 60 else text[:59] + '…'}'"


def _context(detail: ErrorDetails, name: str) -> str:
    return str(detail.get("ctx", {}).get(name, ""))


def _literal(given: str, detail: ErrorDetails) -> str:
    expected = _context(detail, "expected")
    words = re.findall(r"'([^']*)'", expected) or re.findall(r"[0-9]+", expected)
    words = [word for word in words if word]
    near = suggest(given.strip("'"), words)
    return f"{given} is not one of {human_list(words, 'or')}" + (f" (did you mean '{near}'?)" if near else "")


def _text(given: str, detail: ErrorDetails) -> str:
    quoted = isinstance(detail["input"], (bool, int))
    return f"must be text; put {given.strip(chr(39))} in quotes" if quoted else f"must be text, not {given}"


def _value(given: str, detail: ErrorDetails) -> str:
    said = _context(detail, "error")
    return said if given in said else f"{given} cannot be read: {said}"


def _day(given: str, _: ErrorDetails) -> str:
    return f"{given} is not a day of the calendar, such as 2026-06-05"


_SENTENCES: Mapping[str, Callable[[str, ErrorDetails], str]] = MappingProxyType(
    {
        "literal_error": _literal,
        "string_type": _text,
        "value_error": _value,
        "int_type": lambda given, _: f"must be a whole number, not {given}",
        "bool_type": lambda given, _: f"must be yes or no (or true or false), not {given}",
        "tuple_type": lambda given, _: f"must be a list, such as [one, two], not {given}",
        "model_type": lambda given, _: f"must be a group of fields, not {given}",
        "dict_type": lambda given, _: f"must be a group of fields, not {given}",
        "date_parsing": _day,
        "date_from_datetime_parsing": _day,
        "date_type": _day,
        "greater_than_equal": lambda given, detail: f"must be at least {_context(detail, 'ge')}, not {given}",
        "less_than_equal": lambda given, detail: f"must be at most {_context(detail, 'le')}, not {given}",
    }
)
