"""Run records, as a pipeline wrote them: JSON lines, one step of one run a line. See docs/reference/run-records.md."""

from functools import lru_cache
from typing import Final, Literal, NamedTuple

from tieout.problems import Problem, Source, error, warning
from tieout.text.json_lines import WrongLine, parse_object, text_of, texts_of, time_of
from tieout.text.words import human_list, visible

Stated = Literal["", "passed", "failed", "skipped", "unknown"]
RESULTS: Final[tuple[Stated, ...]] = ("passed", "failed", "skipped", "unknown")
KEYS: Final = ("run", "repo", "service", "commit", "step", "name", "result", "at", "files")


class RunRecord(NamedTuple):
    """What one line says; no `result`: its files have to say it."""

    source: Source
    commit: str
    step: str
    at: int
    result: Stated = ""
    run: str = ""
    repo: str = ""
    service: str = ""
    files: tuple[str, ...] = ()


@lru_cache(maxsize=4096)
def parse_runs(data: bytes, source: Source) -> tuple[tuple[RunRecord, ...], tuple[Problem, ...]]:
    """One record a line; a line that cannot be read is a problem and the others still count."""
    found: list[RunRecord] = []
    problems: list[Problem] = []
    for number, text in enumerate(data.split(b"\n"), start=1):
        if not text.strip():
            continue
        place = Source(source.repo, source.path, number)
        try:
            record, wrong = _read(text, place)
        except WrongLine as fault:
            message = f"{fault}; the line is not counted, so write it again"
            problems.append(error("bad-run-record", message, place))
            continue
        found.append(record)
        problems += wrong
    return tuple(found), tuple(problems)


def _read(text: bytes, place: Source) -> tuple[RunRecord, list[Problem]]:
    value = parse_object(text)
    problems = [
        warning(
            "unknown-record-key",
            f"the run record has an unknown key '{visible(key)}', which is not read; remove it or rename it",
            place,
        )
        for key in sorted(value.keys() - set(KEYS))
    ]
    said = text_of(value, "result")
    result: Stated = next((word for word in RESULTS if word == said), "unknown" if said else "")
    if result != said:
        message = f"the result '{visible(said)}' is not one of {human_list(RESULTS, 'or')}, so it is shown as unknown; write one of these"
        problems.append(warning("unknown-result", message, place))
    step = text_of(value, "step") or text_of(value, "name")
    repo, service = text_of(value, "repo"), text_of(value, "service")
    if not step:
        raise WrongLine("the record names no step")
    if not repo and not service:
        raise WrongLine("the record names neither a repo nor a service")
    commit = text_of(value, "commit", needed=True).lower()
    run, at = text_of(value, "run"), time_of(value, "at")
    return RunRecord(place, commit, step, at, result, run, repo, service, texts_of(value, "files")), problems
