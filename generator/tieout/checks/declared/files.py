"""What a file of a repository says at its pin: whether it is there, its text, or a value of a YAML or JSON file."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from tieout.checks.case import Case
from tieout.checks.declared.conditions import Answer, answer, asking, name_of
from tieout.checks.declared.values import Parts, Unknown, Value
from tieout.model.records import Condition
from tieout.problems import Source
from tieout.text import globs, yaml
from tieout.text.words import visible


def ask_file(case: Case, repo: str, condition: Condition) -> Answer:
    """Of several files that a pattern means, the one that stands against it decides, or the first."""
    contents = case.facts.contents.get(repo)
    held = contents.own if contents else None
    as_of = case.date.as_of
    if held is None:
        return answer(condition, Unknown(f"the files of {repo} were not read"), as_of)
    files = {path: data for path, data in sorted(held.items()) if globs.matches(condition.file, path)}
    if not files and repo in case.facts.histories_incomplete:
        return answer(condition, Unknown(f"the copy of {repo} that was read is cut off, so it may be there"), as_of)
    if condition.operator in {"present", "absent"} and not condition.at:
        return answer(condition, tuple(files), as_of)
    if not files:
        return _no_file(condition, as_of)
    answers = [_ask_one(condition, path, data, as_of) for path, data in files.items()]
    return next((one for wanted in (False, None) for one in answers if one.holds is wanted), answers[0])


def _no_file(condition: Condition, as_of: date) -> Answer:
    """Nothing but `absent` holds of what is in a file that is not there."""
    reason = f"There is no file {visible(condition.file)}, and {name_of(condition)} {asking(condition, as_of, 'must')}."
    return Answer(condition.operator == "absent", f"{visible(condition.file)} not there", reason)


def _ask_one(condition: Condition, path: str, data: bytes | None, as_of: date) -> Answer:
    named = condition.model_copy(update={"file": path})
    if data is None:
        return answer(named, Unknown("its contents were not read"), as_of)
    if not condition.at:
        return _ask_text(named, data, as_of)
    return answer(named, value_in(data, condition.at), as_of)


def _ask_text(condition: Condition, data: bytes, as_of: date) -> Answer:
    """`contains` looks at the whole text, `matches` at each line."""
    text = data.decode("utf-8", "replace")
    lines: Value = text if condition.operator == "contains" else tuple(line.strip() for line in text.splitlines())
    return answer(condition, lines, as_of)


def value_in(data: bytes, place: str) -> Value:
    """What stands at a dotted place of a YAML or JSON file; a whole number counts the rows of a list from 0."""
    value, whole = _parsed(data)
    if not whole:
        return Unknown("the file cannot be read as YAML or JSON")
    for step in place.split("."):
        if isinstance(value, Mapping) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.isascii() and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    if isinstance(value, Mapping):
        return Parts(len(value)) if value else None
    if isinstance(value, list):
        plain = all(isinstance(one, (str, int)) for one in value)
        return tuple(map(str, value)) if plain else Parts(len(value))
    return value


@lru_cache(maxsize=64)
def _parsed(data: bytes) -> tuple[yaml.Value, bool]:
    found = yaml.parse(data, Source(), own=False)
    return found.value, not found.problems and found.value is not None
