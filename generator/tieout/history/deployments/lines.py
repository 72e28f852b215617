"""Deployment records (D1), as a pipeline or `tieout collect` wrote them: JSON lines, one deployment a line.

A later line of the same deployment adds to an earlier one, as its result becomes known; their order tells nothing.
Nothing here knows services or people: see `recorded`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final, NamedTuple, get_args

from tieout.history.answers import check_answers, digests_of
from tieout.history.line import Line
from tieout.history.origins import Writers, is_by_robots, line_origins
from tieout.history.record_files import (
    RecordFile,
    find_unknown_keys,
    list_files,
    list_taken_away,
    parse_records,
    unknown_result,
)
from tieout.model.history import DeploymentResult, Identity
from tieout.problems import Problem, Source, warning
from tieout.text.json_lines import JsonObject, WrongLine, text_of, time_of
from tieout.text.words import human_list, visible

NEEDED: Final = ("deployment", "environment", "commit")
OPTIONAL: Final = ("service", "repo", "version", "digest", "by", "pipeline", "run", "strategy", "rollback_of")
KEYS: Final = (*NEEDED, *OPTIONAL, "at", "result", "raw")
RESULTS: Final[tuple[DeploymentResult, ...]] = tuple(word for word in get_args(DeploymentResult) if word)
OPEN: Final = ("", "unknown", "in-progress")  # a later line may settle these


class Origin(NamedTuple):
    """Who put a line into its file, and when."""

    exported: bool = False  # declared robots alone committed it; else somebody typed it
    typist: Identity | None = None  # a person who committed it
    at: int = 0  # 0: the commit was not read


UNTOLD: Final = Origin()


@dataclass(frozen=True, slots=True)
class Record:
    """What one line says of a deployment; after `join_records` what all its lines say."""

    source: Source
    deployment: str
    environment: str
    commit: str
    at: int
    service: str = ""
    repo: str = ""
    version: str = ""
    digest: str = ""
    by: str = ""
    pipeline: str = ""
    run: str = ""
    strategy: str = ""
    rollback_of: str = ""
    result: DeploymentResult = ""
    ended: int = 0
    raw: tuple[str, ...] = ()
    origin: Origin = UNTOLD
    claimed: int = 0  # the time that the line states, where `at` is another

    @property
    def key(self) -> tuple[str, str]:
        """What names a deployment of one service: pipelines give one run the same id in each environment."""
        return self.environment, self.deployment


def read_lines(
    line: Line, last: int, patterns: tuple[str, ...], writers: Writers
) -> tuple[list[Record], list[Problem]]:
    """The lines of every file of deployment records after the step at `last`. `writers` tells robots from people."""
    files, problems = list_files(line, last, patterns)
    found: list[Record] = []
    origins: dict[int, Origin] = {}
    for file in files:
        records, wrong = parse_lines(file.data, file.source)
        steps = line_origins(line, last, file.source.path)
        for record in records:
            step = steps[record.source.line - 1]
            if step not in origins:
                origins[step] = _origin(line, step, writers)
            found.append(_placed(record, origins[step]))
        problems += wrong
    taken, told = list_taken_away(line, last, patterns, lambda step: is_by_robots(line, step, writers))
    for file in taken:
        found += (replace(record, origin=Origin(exported=True)) for record in parse_lines(file.data, file.source)[0])
    problems += told
    problems += check_answers(line, last, ((record.source, record.raw) for record in found))
    return found, problems


def _placed(record: Record, origin: Origin) -> Record:
    """The record with its origin: nobody writes down what is still to come, so it counts no later than its commit."""
    if not origin.at or record.at <= origin.at:
        return replace(record, origin=origin)
    return replace(record, origin=origin, at=origin.at, claimed=record.at)


def _origin(line: Line, step: int, writers: Writers) -> Origin:
    if step < 0:
        return UNTOLD
    at = line.times[step]
    if is_by_robots(line, step, writers):
        return Origin(True, None, at)
    commits = (line.commit(step), *(line.history.commits[id_] for id_ in line.carried[step]))
    hands = (writers.people.identify(stamp, at) for commit in commits for stamp in (commit.committer, commit.author))
    return Origin(False, next((who for who in hands if not who.robot), None), at)


# --- one line ------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def parse_lines(data: bytes, source: Source) -> tuple[tuple[Record, ...], tuple[Problem, ...]]:
    """One record a line; a line that cannot be read is a problem and the others still count."""
    return parse_records(RecordFile(source, data), _read, "bad-deployment-record", "write it again")


def _read(value: JsonObject, place: Source) -> tuple[Record, list[Problem]]:
    told = {key: text_of(value, key, needed=key in NEEDED) for key in (*NEEDED, *OPTIONAL)}
    if not told["service"] and not told["repo"]:
        raise WrongLine("the record names neither a service nor a repo")
    word = text_of(value, "result")
    result: DeploymentResult = next((known for known in ("", *RESULTS) if known == word), "unknown")
    problems = find_unknown_keys(value, KEYS, "deployment record", place)
    if result != word:
        problems.append(unknown_result(word, RESULTS, place))
    record = Record(
        place,
        told["deployment"],
        told["environment"],
        told["commit"].lower(),
        time_of(value, "at"),
        told["service"],
        told["repo"],
        told["version"],
        told["digest"],
        told["by"],
        told["pipeline"],
        told["run"],
        told["strategy"],
        told["rollback_of"],
        result or "unknown",
        raw=digests_of(value),
    )
    return record, problems


# --- lines of one deployment ---------------------------------------------------------------------------------------


def join_records(records: Iterable[Record]) -> tuple[list[Record], list[Problem]]:
    """Lines of the same deployment of one service as one, whatever their order, oldest first.

    What they contradict each other in is told, and unknown.
    Where robots committed some of the lines, those alone count: what a person typed beside them changes nothing.
    """
    told: dict[tuple[str, str], list[Record]] = {}
    for record in records:
        told.setdefault(record.key, []).append(record)
    found: list[Record] = []
    problems: list[Problem] = []
    for lines in told.values():
        ordered = sorted(lines, key=lambda one: (one.source.repo, one.source.path, one.source.line))
        counting = [one for one in ordered if one.origin.exported] or ordered
        record, contradicted = _join(counting)
        found.append(record)
        against = [word for word in _contradicted(ordered) if word not in contradicted]
        if contradicted or against:
            problems.append(_contradiction(record, ordered[-1], [*contradicted, *against], whole=bool(contradicted)))
    return sorted(found, key=lambda one: (one.at, one.key)), problems


MUST_AGREE: Final = ("commit", "version", "digest", "by", "pipeline", "run", "strategy", "rollback_of")


def _join(lines: list[Record]) -> tuple[Record, list[str]]:
    values = {name: _agreed(getattr(one, name) for one in lines) for name in MUST_AGREE}
    result, at, ended = _course(lines)
    first = lines[0]
    record = Record(
        first.source,
        first.deployment,
        first.environment,
        values["commit"],
        at,
        first.service,
        first.repo,
        values["version"],
        values["digest"],
        values["by"],
        values["pipeline"],
        values["run"],
        values["strategy"],
        values["rollback_of"],
        result,
        ended,
        tuple(sorted({digest for one in lines for digest in one.raw})),
        min((one.origin for one in lines), key=lambda one: (one.at, one.typist.key if one.typist else "")),
        max(one.claimed if one.at == at else 0 for one in lines),
    )
    return record, _contradicted(lines)


def _agreed(values: Iterable[str]) -> str:
    """What all that say anything say; empty where they differ."""
    said = {value for value in values if value}
    return next(iter(said)) if len(said) == 1 else ""


def _contradicted(lines: list[Record]) -> list[str]:
    found = [name for name in MUST_AGREE if len({getattr(one, name) for one in lines} - {""}) > 1]
    settled = {one.result for one in lines} - set(OPEN)
    if "failed" in settled and len(settled) > 1:
        found.append("result")
    if any(len({one.at for one in lines if one.result == result}) > 1 for result in settled):
        found.append("at")
    return found


def _course(lines: list[Record]) -> tuple[DeploymentResult, int, int]:
    """The result, when it was deployed, and when it was rolled back (0 where no line of its own tells that)."""
    times = {word: min(one.at for one in lines if one.result == word) for word in {one.result for one in lines}}
    settled = set(times) - set(OPEN)
    if "failed" in settled and len(settled) > 1:
        return "unknown", min(times.values()), 0
    if "rolled-back" in settled:
        deployed = times.get("succeeded", times["rolled-back"])
        return "rolled-back", min(deployed, times["rolled-back"]), times["rolled-back"] if "succeeded" in settled else 0
    for word in ("failed", "succeeded", "in-progress"):
        if word in times:
            return next(known for known in RESULTS if known == word), times[word], 0
    return "unknown", min(times.values()), 0


def _contradiction(record: Record, last: Record, words: list[str], *, whole: bool) -> Problem:
    what = human_list(f"'{word}'" for word in words)
    counts = "so that is shown as unknown" if whole else "and the line that a person typed does not count"
    message = (
        f"the lines of deployment '{visible(record.deployment)}' to {visible(record.environment)} do not agree in "
        f"{what}, {counts}; find out which is right, and take the other out"
    )
    return warning("contradictory-deployment", message, last.source)
