"""The forge's answers that records were made of: kept in the records repository by their hash, compared with it here.

A record names the SHA-256 of each answer (`model.answers` has their place). The reader of histories
keeps only the digests of these files (`History.digests`), as there may be hundreds of megabytes of them.
"""

import re
from collections.abc import Iterable

from tieout.history.line import Line
from tieout.model.answers import place_of
from tieout.problems import Problem, Source, error, warning
from tieout.text.json_lines import JsonObject, WrongLine, texts_of

_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def digests_of(record: JsonObject) -> tuple[str, ...]:
    """SHA-256 (hex) of each answer that the line of a record names; raises WrongLine."""
    raw = texts_of(record, "raw")
    if not all(map(_DIGEST.fullmatch, raw)):
        raise WrongLine("'raw' names something else than sha256: and 64 digits")
    return tuple(digest.removeprefix("sha256:") for digest in raw)


def check_answers(line: Line, last: int, records: Iterable[tuple[Source, tuple[str, ...]]]) -> list[Problem]:
    """Answers that are other bytes than the records name, and those that are not there, as of the position `last`.

    `records` are their lines with the digests that each names. An altered answer is an error of its own; absent ones
    are one warning a file of records, as who keeps no answers knows it.
    """
    named: dict[str, dict[str, None]] = {}
    for source, digests in records:
        named.setdefault(source.path, {}).update(dict.fromkeys(digests))
    problems: dict[str, Problem] = {}
    for path, wanted in named.items():
        absent = []
        for digest in wanted:
            place = place_of(digest)
            blob = line.blob_on_line(last, place)
            found = line.history.digests.get(blob, "") if blob else ""
            if not found:
                absent.append(place)
            elif found != digest:
                problems[place] = _altered(line.history.repo, place, path)
        if absent:
            problems[path] = _absent(Source(line.history.repo, path), absent, len(wanted))
    return [problems[key] for key in sorted(problems)]


def _altered(repo: str, place: str, path: str) -> Problem:
    message = (
        f"the forge's answer is not what {path} was made of: its bytes do not give the SHA-256 that it is kept under; "
        "find out who changed it, and bring it back from the commit before"
    )
    return error("altered-answer", message, Source(repo, place))


def _absent(source: Source, absent: list[str], of: int) -> Problem:
    message = (
        f"{len(absent)} of {of} answers of the forge that its lines were made of are not here to be compared, "
        f"such as {absent[0]}; commit the folder raw with the records"
    )
    return warning("answer-not-kept", message, source)
