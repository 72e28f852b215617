"""Results of `tieout challenge` that are kept as evidence: the file, back as values."""

from collections.abc import Iterable, Mapping
from datetime import date

from tieout.content.records import Written
from tieout.model.challenge import ANSWERS, Beside, Challenge, Trial
from tieout.model.records import Evidence
from tieout.problems import Problem, Source, error
from tieout.text.json_lines import JsonObject, WrongLine, find_object, objects_of, text_of, texts_of

FORM = 1
MOST_BYTES = 5_000_000


def load(written: Iterable[Written], files: Mapping[str, bytes]) -> tuple[dict[str, Challenge], list[Problem]]:
    """The results by id of the evidence record that names them; another file of evidence is passed over."""
    found: dict[str, Challenge] = {}
    problems: list[Problem] = []
    for entry in written:
        path = entry.record.file if isinstance(entry.record, Evidence) else ""
        data = files.get(path, b"") if path.endswith(".json") else b""
        value = find_object(data) if b'"challenge"' in data and len(data) <= MOST_BYTES else {}
        if value.get("challenge") != FORM:
            continue
        try:
            found[entry.id] = read(value)
        except (WrongLine, ValueError) as fault:
            message = f"the result of a challenge was altered: {fault}; restore it as `tieout challenge` wrote it"
            problems.append(error("challenge-unreadable", message, Source(path=path)))
    return dict(sorted(found.items())), problems


def read(value: JsonObject) -> Challenge:
    """The values of a file.

    Raises:
        WrongLine: something in it is not what the program writes.
        ValueError: a day in it is none.
    """
    return Challenge(
        operator=text_of(value, "operator"),
        newest=date.fromisoformat(text_of(value, "newest", needed=True)),
        as_of=date.fromisoformat(text_of(value, "as_of", needed=True)),
        version=text_of(value, "version", needed=True),
        pins=_texts(value, "pins"),
        trials=tuple(map(_trial, objects_of(value, "trials"))),
        beside=tuple(map(_beside, objects_of(value, "beside"))),
        unchallenged=_texts(value, "unchallenged"),
    )


def _trial(row: JsonObject) -> Trial:
    answer = next((one for one in ANSWERS if one == row.get("answer")), None)
    if answer is None:
        raise WrongLine("'answer' is neither caught nor missed nor not planted")
    return Trial(
        violation=text_of(row, "violation", needed=True),
        title=text_of(row, "title", needed=True),
        service=text_of(row, "service"),
        check=text_of(row, "check", needed=True),
        answer=answer,
        item=text_of(row, "item"),
        reason=text_of(row, "reason"),
        also=texts_of(row, "also"),
        blunt=row.get("blunt") is True,
    )


def _beside(row: JsonObject) -> Beside:
    check, item, service, before, after = (text_of(row, key) for key in ("check", "item", "service", "before", "after"))
    return Beside(check, item, service, before, after)


def _texts(value: JsonObject, key: str) -> dict[str, str]:
    found = value.get(key)
    if not isinstance(found, dict):
        raise WrongLine(f"'{key}' is not an object")
    return {name: text_of(found, name) for name in sorted(found)}
