"""Records -> the lines to append: only what says something that the lines before did not say."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

from tieout.forges.facts import Kept
from tieout.model.answers import place_of
from tieout.text.json_lines import find_object

FILE_BYTES: Final = 900_000  # of a file of records; readers take up to 1,000,000
LINE_BYTES: Final = 800_000
Record = Mapping[str, object]


class Made(NamedTuple):
    """One record, where it belongs (a path without its ending), and the answers that it was made of."""

    path: str
    record: Record
    raws: tuple[Kept, ...]


class Added(NamedTuple):
    """What is written: whole new contents of files of records, and new answers, by path."""

    files: Mapping[str, bytes]
    answers: Mapping[str, bytes]
    lines: Mapping[str, int]  # how many each file gains
    same: int  # records that say nothing new
    too_long: tuple[str, ...]  # references of records that no reader would take


def zoned(seconds: int) -> str:
    """2026-06-01T12:00:00Z"""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def name_of(path: str, number: int) -> str:
    """The files of a month, of which a busy one has several: 2026-06.jsonl, 2026-06-2.jsonl."""
    return f"{path}.jsonl" if number == 1 else f"{path}-{number}.jsonl"


def add_lines(made: Sequence[Made], standing: Mapping[str, bytes]) -> Added:
    """`standing` are the files of records that are there, by path; their lines stay as they are."""
    files: dict[str, bytes] = {}
    lines: dict[str, int] = {}
    answers: dict[str, bytes] = {}
    same, too_long = 0, []
    earlier = {path: _records(path, standing) for path in sorted({one.path for one in made})}
    for one in made:
        before = earlier[one.path].setdefault(_key(one.record), [])
        if not _adds(before, one.record):
            same += 1
            continue
        line = json.dumps(one.record, ensure_ascii=False, separators=(", ", ": ")).encode() + b"\n"
        if len(line) > LINE_BYTES:
            too_long.append(str(one.record.get("ref") or one.record.get("deployment")))
            continue
        path, content = _room(one.path, {**standing, **files}, len(line))
        files[path] = content + line
        lines[path] = lines.get(path, 0) + 1
        before.append(one.record)
        answers.update({place_of(raw.digest): raw.data for raw in one.raws})
    return Added(files, answers, lines, same, tuple(too_long))


def _room(path: str, files: Mapping[str, bytes], size: int) -> tuple[str, bytes]:
    """The newest file of the month, or the next one where it is full; with an end of its last line."""
    number = 1
    while name_of(path, number + 1) in files:
        number += 1
    content = files.get(name_of(path, number), b"")
    if content and len(content) + size > FILE_BYTES:
        return name_of(path, number + 1), b""
    return name_of(path, number), content if content.endswith(b"\n") or not content else content + b"\n"


def _records(path: str, files: Mapping[str, bytes]) -> dict[tuple[str, ...], list[Record]]:
    """Records that are there already, by what they are about. A line that nobody can read says nothing."""
    found: dict[tuple[str, ...], list[Record]] = {}
    number = 1
    while (name := name_of(path, number)) in files:
        for line in files[name].splitlines():
            if record := find_object(line):
                found.setdefault(_key(record), []).append(record)
        number += 1
    return found


def _key(record: Record) -> tuple[str, ...]:
    return tuple(str(record.get(key, "")) for key in ("repo", "deployment", "change"))


def _adds(before: Sequence[Record], now: Record) -> bool:
    """Whether a record says anything that those before it, joined, do not say. Its answers alone say nothing."""
    # an outcome that was told is neither taken back by an answer without it, nor dated anew when a forge touches it
    if "result" in now and any(one.get("result") == now["result"] or now["result"] == "unknown" for one in before):
        now = {key: value for key, value in now.items() if key not in {"result", "at"}}
    return not before or any(
        _tells(key, value, [record[key] for record in before if key in record])
        for key, value in now.items()
        if key != "raw"
    )


def _tells(key: str, value: object, told: Sequence[object]) -> bool:
    if not told:
        return True
    if value == told[-1] or (isinstance(value, list) and value in told):
        return False
    if key == "authors":
        return bool(_pairs([value]) - _pairs(told))
    if isinstance(value, list):
        known = {_spelled(entry) for one in told if isinstance(one, list) for entry in one}
        return any(_spelled(entry) not in known for entry in value)
    newest = told[-1]
    if isinstance(value, dict) and isinstance(newest, dict):
        return any(newest.get(name) != part for name, part in value.items())
    return newest != value


def _spelled(entry: object) -> str:
    return json.dumps(entry, sort_keys=True)


def _pairs(lists: Iterable[object]) -> set[tuple[str, str]]:
    """Who wrote which commit; an author of none is one pair too."""
    found: set[tuple[str, str]] = set()
    for authors in lists:
        for author in authors if isinstance(authors, list) else ():
            if isinstance(author, dict):
                commits = author.get("commits")
                named = commits if isinstance(commits, list) and commits else [""]
                found |= {(str(author.get("by", "")), str(commit)) for commit in named}
    return found
