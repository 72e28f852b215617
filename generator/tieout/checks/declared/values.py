"""What a field holds, as conditions compare it: a value, nothing, or that it is not known and why."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, TypeAlias

from tieout.model.grades import Grade
from tieout.text.words import few_of, human_day, plural, visible

SHOWN = 80  # characters of a text that a reason quotes


class Unknown(NamedTuple):
    """The rest of a sentence that says why it is not known."""

    why: str


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Parts:
    """A group of fields, or several: only how many there are can be asked."""

    number: int


Known: TypeAlias = str | tuple[str, ...] | int | bool | date | Length | Grade | Parts
Value: TypeAlias = Known | Unknown | None


def words(value: Known | None) -> str:
    """For a reader: `“round prices”`, `2`, `yes`, `3 days`."""
    if value is None or value in ((), ""):
        return "empty"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Grade):
        return value.words
    if isinstance(value, str):
        text = visible(value)
        return f"“{text if len(text) <= SHOWN else text[: SHOWN - 1] + '…'}”"
    if isinstance(value, tuple):
        return few_of([visible(one) for one in value])
    if isinstance(value, date):
        return human_day(value)
    if isinstance(value, Length):
        return length_words(value)
    return plural(value.number, "entry") if isinstance(value, Parts) else f"{value:,}"


def length_words(length: Length) -> str:
    """In the unit that tells it best, not rounded up."""
    for unit, seconds in (("day", 86_400), ("hour", 3600)):
        if length.seconds >= seconds:
            return plural(length.seconds // seconds, unit)
    return plural(max(length.seconds, 0) // 60, "minute")
