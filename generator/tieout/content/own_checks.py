"""What is wrong with the checks that an operator declares: populations, fields, operators and values that do not fit."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from tieout.content.records import Written
from tieout.model.own_checks import (
    AS_OF,
    GRADES,
    KIND_WORDS,
    OPERATORS,
    Fact,
    Kind,
    facts_of,
    operators_for,
    populations,
)
from tieout.model.records import Condition, Duration, OwnCheck
from tieout.problems import Problem, error
from tieout.text.words import human_list, suggest, visible

_FILE: Kind = "any"  # what a value in a file is, nobody knows before it is read
_ABOUT_FILE = ("present", "absent", "contains", "matches")


def check(written: Iterable[Written], built_in: frozenset[str]) -> list[Problem]:
    """The faults of all own checks that could be read."""
    problems: list[Problem] = []
    for entry in written:
        if not isinstance(entry.record, OwnCheck):
            continue
        if entry.id in built_in:
            message = f"check: {entry.id} is the name of a built-in check; choose another"
            problems.append(error("own-check-name", message, entry.place("check")))
        if not entry.record.passes_when:
            message = "passes_when: is empty; name at least one condition"
            problems.append(error("missing-field", message, entry.place("passes_when")))
        problems += _conditions(entry, entry.record)
    return problems


def _conditions(entry: Written, record: OwnCheck) -> Iterator[Problem]:
    if record.over not in populations():
        message = f"over: {_unknown('population', record.over, populations())}"
        yield error("own-check-over", message, entry.place("over"))
        return
    fields = facts_of(record.over)
    for name, conditions in (("where", record.where), ("passes_when", record.passes_when)):
        for position, condition in enumerate(conditions):
            yield from _condition(entry, record.over, (name, position), condition, fields)


def _condition(
    entry: Written, over: str, path: tuple[str, int], condition: Condition, fields: Mapping[str, Fact]
) -> Iterator[Problem]:
    name = path[0]
    if bool(condition.field) == bool(condition.file):
        message = f"{name}: a condition names a field or a file; write one of the two"
        yield error("own-check-field", message, entry.place(*path))
    elif condition.file:
        yield from _about_file(entry, over, path, condition)
    elif condition.at:
        message = f"{name}.at: is the place of a value in a file; name the file, or delete this line"
        yield error("own-check-field", message, entry.place(*path, "at"))
    elif condition.field not in fields:
        message = f"{name}.field: {_unknown(f'field of {over}', condition.field, fields)}"
        yield error("own-check-field", message, entry.place(*path, "field"))
    else:
        yield from _fitting(entry, path, condition, fields[condition.field].kind)


def _about_file(entry: Written, over: str, path: tuple[str, int], condition: Condition) -> Iterator[Problem]:
    name = path[0]
    if over != "repositories":
        message = f"{name}.file: only repositories have files; write `over: repositories`, or name a field of {over}"
        yield error("own-check-field", message, entry.place(*path, "file"))
    elif not condition.at and condition.operator not in _ABOUT_FILE:
        message = (
            f"{name}.operator: '{condition.operator}' does not fit a file as a whole; write {human_list(_ABOUT_FILE, 'or')}, "
            "or say in `at` where the value stands"
        )
        yield error("own-check-operator", message, entry.place(*path, "operator"))
    else:
        yield from _fitting(entry, path, condition, _FILE)


def _fitting(entry: Written, path: tuple[str, int], condition: Condition, kind: Kind) -> Iterator[Problem]:
    name = path[0]
    if kind not in OPERATORS[condition.operator]:
        message = (
            f"{name}.operator: '{condition.operator}' does not fit {condition.field}, which is {_kind_words(kind)}; "
            f"write {human_list(operators_for(kind), 'or')}"
        )
        yield error("own-check-operator", message, entry.place(*path, "operator"))
    elif fault := _value_fault(condition, kind):
        place = entry.place(*path) if condition.value is None else entry.place(*path, "value")
        yield error("own-check-value", f"{name}.value: {fault}", place)


def _kind_words(kind: Kind) -> str:
    words = KIND_WORDS[kind]
    return words if kind in {"text", "yes-no"} or kind == "any" else f"a {words}"


def _value_fault(condition: Condition, kind: Kind) -> str:
    """What is wrong with a value, with the remedy; nothing where it fits."""
    value, operator = condition.value, condition.operator
    if operator in {"present", "absent"}:
        return "" if value is None else f"'{operator}' takes no value; delete it"
    if value is None:
        return f"is missing; '{operator}' needs one"
    if operator == "one-of":
        return "" if isinstance(value, tuple) and value else "must be a list, such as [one, two]"
    if isinstance(value, tuple):
        return f"must be one value, not a list; for several write the operator one-of instead of '{operator}'"
    return _single_fault(str(value), value, operator, kind)


def _single_fault(text: str, value: object, operator: str, kind: Kind) -> str:
    whole = isinstance(value, int) and not isinstance(value, bool)
    if kind == "grade":
        near = suggest(text, GRADES)
        return (
            ""
            if text in GRADES
            else f"'{visible(text)}' is no grade; write {human_list(GRADES, 'or')}"
            + (f" (did you mean '{near}'?)" if near else "")
        )
    if operator in {"at-least", "at-most"} or kind == "number":
        return "" if whole else f"must be a whole number, not '{visible(text)}'"
    if kind == "yes-no":
        return "" if text in {"True", "False", "yes", "no"} else f"must be yes or no, not '{visible(text)}'"
    if operator == "within":
        return (
            ""
            if Duration.PATTERN.fullmatch(text)
            else f"must be a length of time such as 14d, 3mo or 4h, not '{visible(text)}'"
        )
    if kind == "day":
        return "" if _is_day(text) else f"must be a day such as 2026-06-05, or {AS_OF}, not '{visible(text)}'"
    return "" if text else "is empty; write what is compared"


def _is_day(text: str) -> bool:
    try:
        return text == AS_OF or date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _unknown(what: str, word: str, choices: Iterable[str]) -> str:
    choices = tuple(choices)
    near = suggest(word, choices)
    remedy = f" (did you mean '{near}'?)" if near else f"; write {human_list(choices, 'or')}"
    return f"unknown {what} '{visible(word)}'{remedy}"
