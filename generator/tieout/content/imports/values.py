"""One cell -> the value of a field, or why it cannot be. Words, days and names are taken as they stand or not at all."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from tieout.content.imports.mapping import REST, ColumnMap, DateOrder
from tieout.content.imports.sheets import Cell
from tieout.content.imports.targets import Target
from tieout.model.records.basics import Duration
from tieout.text.latin import slug
from tieout.text.words import MONTHS, human_list, suggest, visible
from tieout.text.yaml import Value

Names = Mapping[str, Mapping[str, frozenset[str]]]  # register: what a record is called, in small letters: ids

SIZES = frozenset({"inherent", "residual", "target"})
_ISO = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[T ][0-9:.]+Z?)?")
_NUMBERS = re.compile(r"([0-9]{1,2})[-/. ]+([0-9]{1,2})[-/. ]+([0-9]{4}|[0-9]{2})")
_DAY_WORD = re.compile(r"(?:[A-Za-z]+,? )?([0-9]{1,2})(?:st|nd|rd|th)?[-/. ]+([A-Za-z]{3,9})\.?,?[-/. ]+([0-9]{4})")
_WORD_DAY = re.compile(r"(?:[A-Za-z]+,? )?([A-Za-z]{3,9})\.?[-/. ]+([0-9]{1,2})(?:st|nd|rd|th)?,?[-/. ]+([0-9]{4})")
_WHOLE = re.compile(r"-?[0-9]{1,9}(?:\.0+)?")
_YES = frozenset({"yes", "y", "true"})
_NO = frozenset({"no", "n", "false"})
_LIST = re.compile(r"\s*[;\n]\s*")
_COMMAS = re.compile(r"\s*[,;\n]\s*")


class NotReadError(Exception):
    """A cell that is no value of its field; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What cells are read by."""

    given: ColumnMap
    names: Names
    scale: Mapping[str, int] = field(
        default_factory=dict
    )  # likelihood and impact: the highest that the risk method knows


def read(cell: Cell, target: Target, reading: Reading) -> Value:
    """The value of a field; None to leave the field out, as the mapping says.

    Raises:
        NotReadError: it is none.
    """
    if cell.kind == "error":
        raise NotReadError(f"the cell holds the error {cell.text}; mend it in the table")
    if cell.kind == "unknown":
        raise NotReadError("the cell holds a formula whose value was not saved; open the table, save it, and try again")
    found, value = _mapped(cell.text, target, reading)
    if found:
        return _on_scale(value, target, reading) if isinstance(value, int) else value
    if not target.note.many:
        return _one(cell.text, target, reading)
    items = [_item(part, target, reading) for part in split(cell.text, target, reading)]
    return [item for item in items if item is not None]


def _mapped(text: str, target: Target, reading: Reading) -> tuple[bool, Value]:
    """What the mapping says of a word: that of the field first, then that of people; `*` counts for what is no value."""
    given = [reading.given.values.get(target.path, {}), reading.given.people if target.people else {}]
    for words in given:
        for word in (text, " ".join(text.split())):
            if word in words:
                return True, _listed(words[word], target)
    rest = [words[REST] for words in given if REST in words]
    if rest and not is_value(text, target, reading):
        return True, _listed(rest[0], target)
    return False, None


def _listed(value: Value, target: Target) -> Value:
    if value is None or value == "":
        return None
    return [value] if target.note.many and not isinstance(value, list) else value


def is_value(text: str, target: Target, reading: Reading) -> bool:
    """Whether a text is a value as it stands."""
    try:
        parts = split(text, target, reading) if target.note.many else [text]
        for part in parts:
            _one(part, target, reading)
    except NotReadError:
        return False
    return True


def split(text: str, target: Target, reading: Reading) -> list[str]:
    """The items of a list: at semicolons and line breaks, and at commas where the whole is no item by itself."""
    if target.note.choices or target.note.links:
        whole = " ".join(text.split())
        if whole in reading.given.values.get(target.path, {}) or (
            target.note.links and _ids(whole, target, reading.names)
        ):
            return [whole]
        return [part for part in _COMMAS.split(text) if part]
    return [part for part in _LIST.split(text) if part]


def _item(text: str, target: Target, reading: Reading) -> Value:
    found, value = _mapped(text, target, reading)
    if found:
        return value[0] if isinstance(value, list) and value else None
    return _one(text, target, reading)


def _one(text: str, target: Target, reading: Reading) -> Value:
    note = target.note
    if note.choices:
        return _choice(text, target)
    if note.links:
        return _name(text, target, reading.names)
    kind = note.kind.removeprefix("list of ")
    if kind == "whole number":
        if not _WHOLE.fullmatch(text):
            raise NotReadError(f"{_shown(text)} is no whole number; {_remedy(target)}")
        return _on_scale(int(text.partition(".")[0]), target, reading)
    if kind == "yes or no":
        if text.lower() not in _YES | _NO:
            raise NotReadError(f"{_shown(text)} is neither yes nor no; {_remedy(target)}")
        return text.lower() in _YES
    if kind == "day":
        return read_day(text, reading.given.dates).isoformat()
    if kind == "duration" and not Duration.PATTERN.fullmatch(text):
        raise NotReadError(f"{_shown(text)} is no duration such as 90d, 3mo or 4h; {_remedy(target)}")
    if kind == "time":
        raise NotReadError(
            "times are not imported, as a table does not say their zone; take the column out of `columns`"
        )
    return text


def _on_scale(number: int, target: Target, reading: Reading) -> int:
    """A size that the risk method has a word for; any other whole number as it is."""
    most = reading.scale.get(target.note.name, number) if target.group in SIZES else number
    if number > most:
        raise NotReadError(
            f"{number} is not on the scale of 1 to {most} in risk-method.yml; say what it is in `values: {target.path}`, "
            "or give the scale as many words"
        )
    return number


def _shown(text: str) -> str:
    flat = visible(" ".join(text.split()))
    return f"'{flat if len(flat) <= 60 else flat[:59] + '…'}'"


def _remedy(target: Target) -> str:
    return f"say what it is in `values: {target.path}`, or take the column out of `columns` to keep it as text"


def _choice(text: str, target: Target) -> Value:
    by_slug = {slug(word): word for word in target.note.choices}
    word = by_slug.get(slug(text))
    if word is None:
        near = suggest(text.lower(), target.note.choices)
        hint = f" (did you mean '{near}'?)" if near else ""
        raise NotReadError(
            f"{_shown(text)} is not one of {human_list(target.note.choices, 'or')}{hint}; {_remedy(target)}"
        )
    return int(word) if word.isdigit() else word


def _ids(text: str, target: Target, names: Names) -> frozenset[str]:
    found: frozenset[str] = frozenset()
    for register in target.note.links:
        found |= names.get(register, {}).get(text.lower(), frozenset())
    return found


def _name(text: str, target: Target, names: Names) -> str:
    """The id of what is called so. Where ids of other things may stand too, the text is taken as it is."""
    found = _ids(" ".join(text.split()), target, names)
    if len(found) == 1:
        return next(iter(found))
    if len(found) > 1:
        raise NotReadError(f"{_shown(text)} may be {human_list(sorted(found), 'or')}; {_remedy(target)}")
    known = [register for register in target.note.links if register in names]
    if len(known) < len(target.note.links):
        return text
    where = "people" if target.people else f"values: {target.path}"
    raise NotReadError(
        f'nothing in {human_list(known, "or")} is called {_shown(text)}; say which it is in `{where}`, or write "" there to leave the field out'
    )


# --- days ----------------------------------------------------------------------------------------------------------


def read_day(text: str, order: DateOrder) -> date:
    """A day written in one of many ways; never one of two that it could be.

    Raises:
        NotReadError: it is no day, or it is two.
    """
    text = " ".join(text.split())
    if match := _ISO.fullmatch(text):
        return _day(text, int(match[1]), int(match[2]), int(match[3]))
    if match := _DAY_WORD.fullmatch(text):
        return _day(text, int(match[3]), _month(text, match[2]), int(match[1]))
    if match := _WORD_DAY.fullmatch(text):
        return _day(text, int(match[3]), _month(text, match[1]), int(match[2]))
    match = _NUMBERS.fullmatch(text)
    if match is None or order == "iso":
        raise NotReadError(
            f"{_shown(text)} is no day; write it as 2026-06-05, or take the column out of `columns` to keep it as text"
        )
    first, second = int(match[1]), int(match[2])
    year = int(match[3]) if len(match[3]) == 4 else 2000 + int(match[3])
    if order == "day-first" or (order == "" and first > 12 and len(match[3]) == 4):
        return _day(text, year, second, first)
    if order == "month-first" or (order == "" and second > 12 and len(match[3]) == 4):
        return _day(text, year, first, second)
    if first == second and len(match[3]) == 4:
        return _day(text, year, first, second)
    raise NotReadError(
        f"{_shown(text)} may be two days; write `dates: day-first` or `dates: month-first` in the mapping"
    )


def _month(text: str, word: str) -> int:
    known = {name[:length].lower(): number for number, name in enumerate(MONTHS, 1) for length in (3, len(name))} | {
        "sept": 9
    }
    if word.lower() not in known:
        raise NotReadError(f"{_shown(text)} is no day; '{word}' is no month")
    return known[word.lower()]


def _day(text: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise NotReadError(
            f"{_shown(text)} is no day of the calendar, read as year {year}, month {month}, day {day}"
        ) from None
