"""One condition against one value: it holds, it does not, or it cannot be told; and the words for it. Pure."""

from collections.abc import Iterable
from datetime import date
from fnmatch import fnmatchcase
from typing import NamedTuple

from tieout.checks.declared.values import Length, Parts, Unknown, Value, words
from tieout.model.grades import Grade
from tieout.model.own_checks import AS_OF, GRADES
from tieout.model.records import Condition, Duration
from tieout.text import globs
from tieout.text.words import human_day, human_list, visible

_PARTS_OF_TEXT = {"contains": "text", "matches": "line"}  # what a condition looks for in a file as a whole
PATHS = frozenset({"paths", "high-risk-paths"})  # fields whose texts are compared as paths


class Answer(NamedTuple):
    """Whether a condition holds, and a sentence that says what was found."""

    holds: bool | None
    found: str  # a few words
    reason: str


def answer(condition: Condition, value: Value, as_of: date) -> Answer:
    """`as_of` is the day of the audit, which days are compared with."""
    asked = asking(condition, as_of, "must")
    if isinstance(value, Unknown):
        reason = f"Whether {name_of(condition)} {asking(condition, as_of)} cannot be told: {value.why}."
        return Answer(None, f"{bare_name(condition)} not known", reason)
    holds = _holds(condition, value, as_of)
    if condition.file and not condition.at and value is not None and condition.operator in _PARTS_OF_TEXT:
        value = f"{'such' if holds else 'no such'} {_PARTS_OF_TEXT[condition.operator]}"
    found = f"{bare_name(condition)} {_said(condition, value)}"
    if holds is None:
        reason = (
            f"Whether {name_of(condition)} {asking(condition, as_of)} cannot be told: it {_says(condition, value)}."
        )
        return Answer(None, found, reason)
    so = "as it must be" if condition.operator in {"present", "absent"} and holds else f"and {asked}"
    return Answer(holds, found, f"{_capital(name_of(condition))} {_says(condition, value)}, {so}.")


# --- what is compared ----------------------------------------------------------------------------------------------


def _holds(condition: Condition, value: Value, as_of: date) -> bool | None:
    """Nothing there is known to be absent, and to be none of what is asked for; that it is not a value cannot be told."""
    given, operator = condition.value, condition.operator
    empty = value in (None, "", ())
    if operator in {"present", "absent"}:
        return (operator == "absent") is empty
    if operator in {"at-least", "at-most"} and not isinstance(given, tuple):
        return _compared(operator, value, given)
    if empty:
        return None if operator == "is-not" else False
    if operator in {"is", "is-not"}:
        same = _same(value, given, as_of)
        return None if same is None else same is (operator == "is")
    if operator == "one-of":
        return any(_same(one, other, as_of) for one in _each(value) for other in _each(given))
    if operator == "contains":
        return str(given) in value if isinstance(value, str) else any(_same(one, given, as_of) for one in _each(value))
    if operator == "matches":
        fits = globs.matches if condition.field in PATHS else _fits
        return any(isinstance(one, str) and fits(str(given), one) for one in _each(value))
    return _on_time(operator, value, str(given), as_of)


def _each(value: object) -> Iterable[object]:
    return value if isinstance(value, tuple) else (value,)


def _fits(pattern: str, text: str) -> bool:
    return fnmatchcase(text, pattern)


def _same(value: object, given: object, as_of: date) -> bool | None:
    if isinstance(value, Parts):
        return None
    if isinstance(value, bool):
        return (
            value is given
            or str(given).lower() == ("true" if value else "false")
            or given == ("yes" if value else "no")
        )
    if isinstance(value, Grade):
        return value is grade_of(given)
    if isinstance(value, date):
        return value == _day(str(given), as_of)
    return str(value) == str(given)


def _compared(operator: str, value: Value, given: object) -> bool | None:
    if isinstance(value, Grade) or given in GRADES:
        number: int | None = int(value) if isinstance(value, Grade) else 0 if value is None else None
        limit: int | None = int(grade_of(given))
    else:
        number, limit = _number(value), _number(given)
    if number is None or limit is None:
        return None
    return number >= limit if operator == "at-least" else number <= limit


def _number(value: object) -> int | None:
    if value is None:
        return 0
    if isinstance(value, tuple):
        return len(value)
    if isinstance(value, Parts):
        return value.number
    if isinstance(value, str):
        return int(value) if value.isascii() and value.isdigit() and len(value) < 16 else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def grade_of(word: object) -> Grade:
    return Grade(GRADES.index(str(word))) if word in GRADES else Grade.NONE


def _on_time(operator: str, value: Value, given: str, as_of: date) -> bool | None:
    if isinstance(value, Length):
        return value.seconds <= Duration(given).minutes * 60
    if not isinstance(value, date):
        return None
    if operator == "within":
        return value <= as_of <= Duration(given).after(value)
    limit = _day(given, as_of)
    return value < limit if operator == "before" else value > limit


def _day(given: str, as_of: date) -> date:
    return as_of if given == AS_OF else date.fromisoformat(given)


# --- words ---------------------------------------------------------------------------------------------------------


def name_of(condition: Condition) -> str:
    if condition.file and condition.at:
        return f"{visible(condition.at)} in {visible(condition.file)}"
    return f"the file {visible(condition.file)}" if condition.file else f"the field {condition.field}"


def bare_name(condition: Condition) -> str:
    return name_of(condition).removeprefix("the field ").removeprefix("the file ")


def asking(condition: Condition, as_of: date | None = None, mood: str = "") -> str:
    """`is at least 1`, or `must be at least 1` with the mood `must`. Without a day, `as-of` stays words."""
    be, contain, match = ("must be", "must contain", "must match") if mood else ("is", "contains", "matches")
    given = _given(condition, as_of)
    if condition.operator == "contains":
        return f"{contain} {given}"
    if condition.operator == "matches":
        return f"{match} {given}"
    if condition.operator == "within":
        return f"{be} within {given}"
    plain = {"is": "", "is-not": "not ", "one-of": "", "at-least": "at least ", "at-most": "at most "}
    if condition.operator in plain:
        return f"{be} {plain[condition.operator]}{given}"
    place = {"present": "there", "absent": "absent"} if condition.file else {"present": "filled in", "absent": "empty"}
    return (
        f"{be} {place.get(condition.operator, '')}"
        if condition.operator in place
        else f"{be} {condition.operator} {given}"
    )


def _given(condition: Condition, as_of: date | None) -> str:
    given = condition.value
    if isinstance(given, bool):
        return "yes" if given else "no"
    if isinstance(given, tuple):
        return human_list([visible(str(one)) for one in given], "or")
    if condition.operator in {"before", "after"} and given == AS_OF:
        return human_day(as_of) if as_of else "the day of the audit"
    if condition.operator in {"before", "after"}:
        return human_day(date.fromisoformat(str(given)))
    if condition.operator == "within":
        return Duration(str(given)).words
    if condition.operator in {"contains", "matches"}:
        return f"“{visible(str(given))}”"
    return visible(str(given))


def _said(condition: Condition, value: Value) -> str:
    if isinstance(value, Unknown):
        return "not known"
    if condition.file and not condition.at and value in (None, "", ()):
        return "not there"
    if condition.file and not condition.at:
        return value if isinstance(value, str) else "there"
    return words(value)


def _says(condition: Condition, value: Value) -> str:
    if condition.file and not condition.at and isinstance(value, str):
        return f"has {value}"
    counted = condition.operator in {"at-least", "at-most"} and isinstance(value, tuple)
    if counted and isinstance(value, tuple) and value:
        return f"has {len(value)} ({_said(condition, value)})"
    return f"is {_said(condition, value)}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
