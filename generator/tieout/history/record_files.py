"""Files of records at the pin of a records repository, one JSON object a line, and what their readers find wrong alike.

What a line says of reviews is read in `records`, of deployments in `deployments.lines`.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeVar

from tieout.history.line import Line
from tieout.history.origins import lines_taken_away
from tieout.problems import Problem, Source, error, warning
from tieout.text.globs import matches_any
from tieout.text.json_lines import JsonObject, WrongLine, parse_object
from tieout.text.words import human_list, plural, visible

Found = TypeVar("Found")


class RecordFile(NamedTuple):
    source: Source
    data: bytes


def list_files(line: Line, last: int, patterns: tuple[str, ...]) -> tuple[list[RecordFile], list[Problem]]:
    """The files that match and exist after the step at `last`, by path; those that were not read are problems."""
    found: list[RecordFile] = []
    problems: list[Problem] = []
    for path in sorted(path for path in line.files if matches_any(patterns, path)):
        blob = line.blob_on_line(last, path)
        if not blob:
            continue
        data, source = line.content(blob), Source(line.history.repo, path)
        if data is None:
            message = "the record file was not read, so no line of it counts; export smaller files, such as one a month"
            problems.append(error("record-file-missing", message, source))
        else:
            found.append(RecordFile(source, data))
    return found, problems


def list_taken_away(
    line: Line, last: int, patterns: tuple[str, ...], is_export: Callable[[int], bool]
) -> tuple[list[RecordFile], list[Problem]]:
    """What robots wrote into such files and somebody else took out: it counts as before, and is told.

    Each as a file of those lines alone, which stand where they stood.
    """
    found: list[RecordFile] = []
    problems: list[Problem] = []
    for path in sorted(path for path in line.files if matches_any(patterns, path)):
        taken = lines_taken_away(line, last, path, is_export)
        placed: dict[int, bytes] = {}
        for text, at in taken.items():
            placed[at if at not in placed else max(placed) + 1] = text
        if taken:
            source = Source(line.history.repo, path)
            lines = (placed.get(at, b"") for at in range(max(placed) + 1))
            found.append(RecordFile(source, b"\n".join(lines)))
            problems.append(_taken_away(source, len(taken)))
    return found, problems


def _taken_away(source: Source, lines: int) -> Problem:
    message = (
        f"{plural(lines, 'line')} that a robot wrote {'was' if lines == 1 else 'were'} taken out by somebody else, and "
        f"still {'counts' if lines == 1 else 'count'}; find out who did it, and bring back the file of the commit before"
    )
    return warning("record-taken-away", message, source)


def parse_records(
    file: RecordFile, parse: Callable[[JsonObject, Source], tuple[Found, list[Problem]]], bad: str, remedy: str
) -> tuple[tuple[Found, ...], tuple[Problem, ...]]:
    """One record a line. A line that cannot be read is a problem of the code `bad`, and the others still count."""
    found: list[Found] = []
    problems: list[Problem] = []
    for number, text in enumerate(file.data.split(b"\n"), start=1):
        if text.strip():
            place = Source(file.source.repo, file.source.path, number)
            try:
                record, wrong = parse(parse_object(text), place)
            except WrongLine as fault:
                problems.append(error(bad, f"{fault}; the line is not counted, so {remedy}", place))
            else:
                found.append(record)
                problems += wrong
    return tuple(found), tuple(problems)


def find_unknown_keys(value: JsonObject, known: Iterable[str], what: str, place: Source) -> list[Problem]:
    return [
        warning(
            "unknown-record-key",
            f"the {what} has an unknown key '{visible(key)}', which is not read; remove it or rename it",
            place,
        )
        for key in sorted(value.keys() - set(known))
    ]


def unknown_result(word: str, known: Iterable[str], place: Source) -> Problem:
    message = (
        f"the result '{visible(word)}' is not one of {human_list(known, 'or')}, so it is shown as unknown; "
        f"write one of these"
    )
    return warning("unknown-result", message, place)
