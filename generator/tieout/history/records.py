"""Review records that a forge's export left in a records repository: JSON lines, one change a line.

The file as it stands at the records repository's pin is the newest export; a later line adds to an earlier one of the
same change. Nothing here judges a record: see `approvals`. What it was made of is compared with what is kept: see `answers`.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from tieout.history.answers import check_answers, digests_of
from tieout.history.line import Line
from tieout.history.origins import line_origins
from tieout.history.proposals import number_of
from tieout.history.record_files import (
    RecordFile,
    find_unknown_keys,
    list_files,
    list_taken_away,
    parse_records,
    unknown_result,
)
from tieout.problems import Problem, Source
from tieout.text.json_lines import JsonObject, WrongLine, objects_of, text_of, texts_of, time_of

Result = Literal["passed", "failed", "skipped", "unknown"]
RESULTS: Final[tuple[Result, ...]] = ("passed", "failed", "skipped", "unknown")
KEYS: Final = (
    "change", "repo", "ref", "title", "opened", "approvals", "checks", "merged", "authors", "head", "raw",
)  # fmt: skip
APPROVED: Final = "approved"
WITHDRAWN: Final = ("dismissed", "changes_requested")


class RecordedApproval(NamedTuple):
    by: str
    at: int
    commit: str
    source: Source
    withdrawn: bool = False  # it takes back what the same person approved before
    exported: bool = False  # declared robots committed the line; else somebody typed it


class RecordedAuthor(NamedTuple):
    """Somebody whom the forge names as an author or co-author of the proposal, or who opened it."""

    by: str
    commits: tuple[str, ...]  # of the proposal, sorted; none: told of it as a whole, such as its opener
    source: Source
    exported: bool = False  # as of an approval


class RecordedResult(NamedTuple):
    name: str
    result: Result
    at: int
    commit: str
    exported: bool = False  # as of an approval


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
    authors: tuple[RecordedAuthor, ...] = ()  # empty: the export does not tell who wrote it
    head: str = ""  # the last commit of the proposal
    raw: tuple[str, ...] = ()  # SHA-256 (hex) of the forge's answers that it was made of
    exported: bool = False  # declared robots committed the line, or one of those that were joined


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
    files, problems = list_files(line, last, patterns)
    found: list[Record] = []
    for file in files:
        records, wrong = parse_lines(file.data, file.source)
        origins = line_origins(line, last, file.source.path)
        found += (_exported(record) if is_export(origins[record.source.line - 1]) else record for record in records)
        problems += wrong
    taken, told = list_taken_away(line, last, patterns, is_export)
    found += (_exported(record) for file in taken for record in parse_lines(file.data, file.source)[0])
    problems += told
    problems += check_answers(line, last, ((record.source, record.raw) for record in found))
    return found, problems


def _exported(record: Record) -> Record:
    approvals = tuple(approval._replace(exported=True) for approval in record.approvals)
    authors = tuple(author._replace(exported=True) for author in record.authors)
    merged = record.merged and record.merged._replace(exported=True)
    results = tuple(result._replace(exported=True) for result in record.results)
    return replace(record, approvals=approvals, authors=authors, merged=merged, results=results, exported=True)


@lru_cache(maxsize=4096)
def parse_lines(data: bytes, source: Source) -> tuple[tuple[Record, ...], tuple[Problem, ...]]:
    """One record a line; a line that cannot be read is a problem and the others still count."""
    return parse_records(RecordFile(source, data), _read, "bad-review-record", "export it again")


# --- one line ------------------------------------------------------------------------------------------------------


def _read(value: JsonObject, place: Source) -> tuple[Record, list[Problem]]:
    """An unknown key is a warning, a wrong value leaves the line out."""
    problems = find_unknown_keys(value, KEYS, "record", place)
    record = Record(
        text_of(value, "repo", needed=True),
        place,
        text_of(value, "change").lower(),
        text_of(value, "ref"),
        text_of(value, "title"),
        time_of(value, "opened") if value.get("opened") else 0,
        tuple(found for one in objects_of(value, "approvals") if (found := _approval(one, place, problems))),
        tuple(_result(one, place, problems) for one in objects_of(value, "checks")),
        _merge(value.get("merged"), place, problems),
        tuple(_author(one, place, problems) for one in objects_of(value, "authors")),
        text_of(value, "head").lower(),
        digests_of(value),
    )
    if not record.change and not record.ref:
        raise WrongLine("the record names neither a change nor a ref")
    return record, problems


def _approval(value: JsonObject, place: Source, problems: list[Problem]) -> RecordedApproval | None:
    problems += find_unknown_keys(value, ("by", "at", "commit", "state"), "approval", place)
    state = (text_of(value, "state") or APPROVED).casefold()
    by, at = text_of(value, "by", needed=True), time_of(value, "at")
    approval = RecordedApproval(by, at, text_of(value, "commit").lower(), place, withdrawn=state in WITHDRAWN)
    return approval if state == APPROVED or approval.withdrawn else None


def _author(value: JsonObject, place: Source, problems: list[Problem]) -> RecordedAuthor:
    problems += find_unknown_keys(value, ("by", "commits"), "author", place)
    commits = sorted({commit.lower() for commit in texts_of(value, "commits")})
    return RecordedAuthor(text_of(value, "by", needed=True), tuple(commits), place)


def _result(value: JsonObject, place: Source, problems: list[Problem]) -> RecordedResult:
    problems += find_unknown_keys(value, ("name", "result", "at", "commit"), "check", place)
    word = text_of(value, "result", needed=True)
    result: Result = next((known for known in RESULTS if known == word), "unknown")
    if result != word:
        problems.append(unknown_result(word, RESULTS, place))
    name = text_of(value, "name", needed=True)
    return RecordedResult(name, result, time_of(value, "at"), text_of(value, "commit").lower())


def _merge(value: object, place: Source, problems: list[Problem]) -> RecordedMerge | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise WrongLine("'merged' is not an object with 'by' and 'at'")
    problems += find_unknown_keys(value, ("by", "at"), "merge", place)
    return RecordedMerge(text_of(value, "by"), time_of(value, "at"), place)


# --- lines of one change -------------------------------------------------------------------------------------------


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
    """Both lines as one record. What is told twice stands as first told, and as exported where either was.

    What a proposal is (its reference, opening, head) is told by the later of both, but by exported lines alone where one
    is: nobody types a stale approval fresh, or a proposal for what was pushed.
    """
    telling = [record for record in (later, earlier) if record.exported] or [later, earlier]
    approvals: dict[tuple[str, int, str, bool], RecordedApproval] = {}
    for told in (*earlier.approvals, *later.approvals):
        key = (told.by, told.at, told.commit, told.withdrawn)
        approvals[key] = told if told.exported and not approvals.get(key, told).exported else approvals.get(key, told)
    mergers = [merged for merged in (later.merged, earlier.merged) if merged]
    return replace(
        earlier,
        ref=next((one.ref for one in telling if one.ref), ""),
        title=next((one.title for one in telling if one.title), ""),
        opened=next((one.opened for one in telling if one.opened), 0),
        approvals=tuple(approvals.values()),
        results=_add_results((*earlier.results, *later.results)),
        merged=max(mergers, key=lambda merged: (merged.exported, bool(merged.by)), default=None),
        authors=_add_authors((*earlier.authors, *later.authors)),
        head=next((one.head for one in telling if one.head), ""),
        raw=tuple(dict.fromkeys((*earlier.raw, *later.raw))),
        exported=earlier.exported or later.exported,
    )


def _add_results(told: Iterable[RecordedResult]) -> tuple[RecordedResult, ...]:
    """Each once, and as exported where any line that tells it was."""
    found: dict[tuple[object, ...], RecordedResult] = {}
    for result in told:
        before = found.setdefault(result[:4], result)
        found[result[:4]] = before if before.exported else result
    return tuple(found.values())


def _add_authors(told: Iterable[RecordedAuthor]) -> tuple[RecordedAuthor, ...]:
    """Everybody once, with all commits: nobody whom one line names is taken back by another."""
    found: dict[str, RecordedAuthor] = {}
    for author in told:
        before = found.setdefault(author.by, author)
        commits = tuple(sorted({*before.commits, *author.commits}))
        source = before.source if before.exported or not author.exported else author.source
        found[author.by] = RecordedAuthor(author.by, commits, source, before.exported or author.exported)
    return tuple(found.values())
