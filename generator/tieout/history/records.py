"""Review records that a forge's export left in a records repository: JSON lines, one change a line.

The file as it stands at the records repository's pin is the newest export; a later line adds to an earlier one of the
same change. Nothing here judges a record: see `approvals`.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from tieout.history.line import Line
from tieout.history.origins import line_origins
from tieout.history.proposals import number_of
from tieout.problems import Problem, Source, error, warning
from tieout.text.globs import matches_any
from tieout.text.words import human_list

MAX_LINE = 1_000_000
LATEST = 253_402_300_799  # the last second of the year 9999, UTC
Result = Literal["passed", "failed", "skipped", "unknown"]
RESULTS: Final[tuple[Result, ...]] = ("passed", "failed", "skipped", "unknown")
APPROVED: Final = "approved"
WITHDRAWN: Final = ("dismissed", "changes_requested")


class RecordedApproval(NamedTuple):
    by: str
    at: int
    commit: str
    source: Source
    withdrawn: bool = False  # it takes back what the same person approved before
    exported: bool = False  # declared robots committed the line; else somebody typed it


class RecordedResult(NamedTuple):
    name: str
    result: Result
    at: int
    commit: str


class RecordedMerge(NamedTuple):
    by: str
    at: int
    source: Source
    exported: bool = False  # as of an approval


@dataclass(frozen=True, slots=True)
class Record:
    """All that the export says about one change (or one proposal that was not merged)."""

    repo: str
    source: Source  # of its first line
    change: str = ""
    ref: str = ""
    title: str = ""
    opened: int = 0
    approvals: tuple[RecordedApproval, ...] = ()
    results: tuple[RecordedResult, ...] = ()
    merged: RecordedMerge | None = None


@dataclass(frozen=True, slots=True)
class Records:
    """Records of all repositories, to be asked by commit or by reference."""

    by_commit: Mapping[tuple[str, str], Record] = field(default_factory=dict)
    by_reference: Mapping[tuple[str, str], Record] = field(default_factory=dict)  # those that name no commit
    all: tuple[Record, ...] = ()

    def of(self, repo: str, commits: Iterable[str], reference: str) -> Record | None:
        """The record of a change: by one of its commits, else by its reference."""
        for commit in commits:
            if found := self.by_commit.get((repo, commit)):
                return found
        return self.by_reference.get((repo, number_of(reference))) if reference else None


def read_records(
    line: Line, last: int, patterns: tuple[str, ...], is_export: Callable[[int], bool]
) -> tuple[list[Record], list[Problem]]:
    """The lines of every record file that exists after the step at position `last` of a records repository.

    `is_export` says whether declared robots alone made the step at a position.
    """
    found: list[Record] = []
    problems: list[Problem] = []
    for path in sorted(path for path in line.files if matches_any(patterns, path)):
        blob = line.blob_on_line(last, path)
        if not blob:
            continue
        data = line.content(blob)
        source = Source(line.history.repo, path)
        if data is None:
            message = "the record file was not read, so no line of it counts; export smaller files, such as one a month"
            problems.append(error("record-file-missing", message, source))
            continue
        records, wrong = parse_lines(data, source)
        origins = line_origins(line, last, path)
        found += (_exported(record) if is_export(origins[record.source.line - 1]) else record for record in records)
        problems += wrong
    return found, problems


def _exported(record: Record) -> Record:
    approvals = tuple(approval._replace(exported=True) for approval in record.approvals)
    return replace(record, approvals=approvals, merged=record.merged and record.merged._replace(exported=True))


@lru_cache(maxsize=4096)
def parse_lines(data: bytes, source: Source) -> tuple[tuple[Record, ...], tuple[Problem, ...]]:
    """One record a line; a line that cannot be read is a problem and the others still count."""
    found, problems = [], []
    for number, text in enumerate(data.split(b"\n"), start=1):
        if text.strip():
            reader = _LineReader(Source(source.repo, source.path, number))
            record = reader.read(text)
            problems += reader.problems
            if record is not None:
                found.append(record)
    return tuple(found), tuple(problems)


def join_records(records: Iterable[Record], ids: Callable[[str, str], str]) -> Records:
    """Records of the same change as one, later lines added. `ids` completes a shortened commit id of a repository."""
    joined: dict[tuple[str, str, str], Record] = {}
    for record in records:
        change = ids(record.repo, record.change) if record.change else ""
        key = (record.repo, change, "" if change else number_of(record.ref))
        earlier = joined.get(key)
        joined[key] = _add(earlier, record) if earlier else replace(record, change=change)
    everything = tuple(joined.values())
    return Records(
        {(record.repo, record.change): record for record in everything if record.change},
        {(record.repo, number_of(record.ref)): record for record in everything if record.ref and not record.change},
        everything,
    )


def _add(earlier: Record, later: Record) -> Record:
    """Both lines as one record. What is told twice stands as first told, and as exported where either was."""
    approvals: dict[tuple[str, int, str, bool], RecordedApproval] = {}
    for told in (*earlier.approvals, *later.approvals):
        key = (told.by, told.at, told.commit, told.withdrawn)
        approvals[key] = told if told.exported and not approvals.get(key, told).exported else approvals.get(key, told)
    mergers = [merged for merged in (later.merged, earlier.merged) if merged]
    return replace(
        earlier,
        ref=later.ref or earlier.ref,
        title=later.title or earlier.title,
        opened=later.opened or earlier.opened,
        approvals=tuple(approvals.values()),
        results=tuple(dict.fromkeys((*earlier.results, *later.results))),
        merged=max(mergers, key=lambda merged: merged.exported, default=None),
    )


class _Wrong(Exception):  # noqa: N818 - ends the reading of one line and never leaves this module
    """What is wrong with a line, as the author will read it."""


class _LineReader:
    """Reads one line; an unknown key is a warning, a wrong value an error that leaves the line out."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Problem] = []

    def read(self, text: bytes) -> Record | None:
        try:
            return self._record(self._parse(text))
        except _Wrong as wrong:
            message = f"{wrong}; the line is not counted, so export it again"
            self.problems = [error("bad-review-record", message, self.source)]
            return None

    def _parse(self, text: bytes) -> dict[str, object]:
        if len(text) > MAX_LINE:
            raise _Wrong(f"the line is longer than {MAX_LINE:,} bytes")
        try:
            value = json.loads(text.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_refuse)
        except (ValueError, RecursionError) as fault:
            raise _Wrong("the line is not one JSON object") from fault
        if not isinstance(value, dict):
            raise _Wrong("the line is not one JSON object")
        return value

    def _record(self, value: dict[str, object]) -> Record:
        self._only(value, ("change", "repo", "ref", "title", "opened", "approvals", "checks", "merged"), "record")
        record = Record(
            _text(value, "repo", needed=True),
            self.source,
            _text(value, "change").lower(),
            _text(value, "ref"),
            _text(value, "title"),
            _time(value, "opened") if value.get("opened") else 0,
            tuple(found for found in map(self._approval, _objects(value, "approvals")) if found),
            tuple(map(self._result, _objects(value, "checks"))),
            self._merge(value.get("merged")),
        )
        if not record.change and not record.ref:
            raise _Wrong("the record names neither a change nor a ref")
        return record

    def _approval(self, value: dict[str, object]) -> RecordedApproval | None:
        self._only(value, ("by", "at", "commit", "state"), "approval")
        state = (_text(value, "state") or APPROVED).casefold()
        approval = RecordedApproval(
            _text(value, "by", needed=True),
            _time(value, "at"),
            _text(value, "commit").lower(),
            self.source,
            withdrawn=state in WITHDRAWN,
        )
        return approval if state == APPROVED or approval.withdrawn else None

    def _result(self, value: dict[str, object]) -> RecordedResult:
        self._only(value, ("name", "result", "at", "commit"), "check")
        word = _text(value, "result", needed=True)
        result: Result = next((known for known in RESULTS if known == word), "unknown")
        if result != word:
            message = f"the result '{word}' is not one of {human_list(RESULTS, 'or')}, so it is shown as unknown; write one of these"
            self.problems.append(warning("unknown-result", message, self.source))
        return RecordedResult(
            _text(value, "name", needed=True), result, _time(value, "at"), _text(value, "commit").lower()
        )

    def _merge(self, value: object) -> RecordedMerge | None:
        if value is None:
            return None
        if not isinstance(value, dict):
            raise _Wrong("'merged' is not an object with 'by' and 'at'")
        self._only(value, ("by", "at"), "merge")
        return RecordedMerge(_text(value, "by"), _time(value, "at"), self.source)

    def _only(self, value: dict[str, object], known: tuple[str, ...], what: str) -> None:
        for key in sorted(value.keys() - set(known)):
            message = f"the {what} has an unknown key '{key}', which is not read; remove it or rename it"
            self.problems.append(warning("unknown-record-key", message, self.source))


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("duplicate key")
    return value


def _refuse(_: str) -> object:
    raise ValueError("not a number of JSON")


def _text(value: dict[str, object], key: str, *, needed: bool = False) -> str:
    found = value.get(key)
    if found is None and not needed:
        return ""
    if not isinstance(found, str) or (needed and not found):
        raise _Wrong(f"'{key}' is missing or not text")
    return found


def _time(value: dict[str, object], key: str) -> int:
    try:
        moment = datetime.fromisoformat(_text(value, key, needed=True))
    except ValueError as fault:
        raise _Wrong(f"'{key}' is not a time such as 2026-06-27T19:58Z") from fault
    if moment.tzinfo is None:
        raise _Wrong(f"'{key}' has no zone; write it as 2026-06-27T19:58Z")
    if not 0 < moment.timestamp() <= LATEST:
        raise _Wrong(f"'{key}' is not a time between 1970 and 9999")
    return int(moment.timestamp())


def _objects(value: dict[str, object], key: str) -> list[dict[str, object]]:
    found = value.get(key)
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(part, dict) for part in found):
        raise _Wrong(f"'{key}' is not a list of objects")
    return found
