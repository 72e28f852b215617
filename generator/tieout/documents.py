"""Document control from Git: every record of the ISMS followed through the changes up to the pin.

Between load, derive and view. It judges nothing: who wrote and who approved a change is in the facts, as for any other
change. A row of a list is followed by itself, so that a change of its neighbour is none of its own.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import pairwise
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import TypeAlias

from tieout.content import records, registers
from tieout.model.differences import Difference, differences
from tieout.model.documents import Document, Due, Move, Revision
from tieout.model.history import Change, Facts, History
from tieout.model.records import Record, Soa
from tieout.model.registers import REGISTERS, Isms, Register
from tieout.model.settings import ISMS, Config

ANNEX_A = "annex-a"  # register of the rows of the Statement of Applicability
Key: TypeAlias = tuple[str, str]  # register and id

_ROW = re.compile(rb"\n(?=- |-\n)")
_BEFORE_ROWS = re.compile(rb"(?:[ ]*(?:#[^\n]*)?\n)*+(?:---[ ]*\n(?:[ ]*(?:#[^\n]*)?\n)*+)?")
_BESIDE_ROWS = re.compile(rb"\n(?:[^ \n#-]|-[^ \n])")


@dataclass(frozen=True, slots=True, eq=False)
class _Held:
    """A record as one version of its file has it. The same text gives the same object; equal only to itself."""

    register: Register
    id: str
    path: str  # below the folder of tieout.yml
    said: str = ""  # fields and text in one form of writing; empty: the file could not be read
    record: Record | None = None  # None: the fields do not follow the register's form


Rows: TypeAlias = Mapping[str, _Held]  # of one file, by id


def trace(history: History, facts: Facts, isms: Isms, config: Config) -> Mapping[Key, Document]:
    """Every record that was ever in the line of the ISMS up to its pin, by register and id; removed ones too.

    `history` is that of the ISMS's own repository. A record of `isms` that no change holds (a working tree, or an
    audit that was written after the pin) has a document without revisions.
    """
    follower = _Follower(history, config)
    for change in facts.isms_changes:
        follower.follow(change)
    found = {key: Document(*key, tuple(revisions)) for key, revisions in follower.revisions.items()}
    for register in REGISTERS:
        for id_ in isms.register(register.name):
            found.setdefault((register.name, id_), Document(register.name, id_))
    if (pin := facts.pins.get(ISMS)) and pin.uncommitted:
        found = {key: replace(document, uncommitted=_differs(document, isms)) for key, document in found.items()}
    found |= {(ANNEX_A, one.id): one for key, each in found.items() if key[0] == "soa" for one in _entries(each)}
    return dict(sorted(found.items()))


def _differs(document: Document, isms: Isms) -> bool:
    """Whether the working tree that was read holds another record than the last commit."""
    written = isms.register(document.register).get(document.id)
    kept = document.revisions[-1].record if document.revisions else None
    if written is None or kept is None:
        return written is not kept
    return bool(differences(kept, written))


# --- the walk ------------------------------------------------------------------------------------------------------


class _Follower:
    """The files of the registers as they stand after the change that was followed last, and what was seen so far."""

    def __init__(self, history: History, config: Config) -> None:
        self.revisions: dict[Key, list[Revision]] = {}
        self._blobs = history.blobs
        self._top = f"{config.folder}/" if config.folder else ""
        self._content = config.below
        self._files: dict[str, Rows] = {}
        self._standing: dict[Key, dict[str, _Held]] = {}  # by path: an id may stand in two files for a while
        self._readable: dict[Key, _Held] = {}  # the last that could be read
        self._formed: dict[Key, _Held] = {}  # the last of those that followed the form of its register
        self._outside: dict[str, str] = {}  # blobs of the files where no register is, by path

    def follow(self, change: Change) -> None:
        """Takes in the next change of the line."""
        touched: dict[Key, _Held | None] = {}  # as they stood before it
        left = self._left(change)
        origins: dict[Key, str] = {}
        for path in change.paths:
            inside = path.path.removeprefix(self._top)
            register = self._register(inside) if path.path.startswith(self._top) else None
            if register is not None:
                rows = {} if path.status == "D" else self._read(register, inside, path.blob)
                for id_ in _other(self._files.get(inside, {}), rows):
                    touched.setdefault((register.name, id_), self._now(register.name, id_))
                    origins[register.name, id_] = left.get(path.blob, "")
                self._replace(register, inside, rows)
        for key in sorted(touched):
            revision = self._revise(change, key, touched[key], self._now(*key))
            if revision is not None:
                if revision.kind == "created" and not revision.moved_from:
                    revision = replace(revision, moved_from=origins[key])
                self.revisions.setdefault(key, []).append(revision)

    def _left(self, change: Change) -> dict[str, str]:
        """The files that a change took away from where no register is: by content, where they were.

        So a content folder that was moved is told as moved here, though what came before is not followed.
        """
        found: dict[str, str] = {}
        for path in change.paths:
            if path.path.startswith(self._top + self._content) or not path.path.endswith(registers.ENDINGS):
                continue
            if path.status != "D":
                self._outside[path.path] = path.blob
            elif blob := self._outside.pop(path.path, ""):
                found[blob] = path.path
        return found

    def _register(self, inside: str) -> Register | None:
        if not inside.startswith(self._content) or not inside.endswith(registers.ENDINGS):
            return None
        below = inside.removeprefix(self._content)
        parts = PurePosixPath(below).parts
        if parts[-1] in registers.FREE_FILES or any(part.startswith(".") for part in parts):
            return None
        return registers.register_of(below)

    def _read(self, register: Register, path: str, blob: str) -> Rows:
        """The records of one version of a file. Of one that cannot be read, those that it held before, as unread.

        Where a row of a list has no id that could be read, any row that is missing may be that one.
        """
        data = self._blobs.get(blob)
        rows = _parse(register, path, data) if data is not None else None
        before = [*self._files.get(path, ())]
        if rows is not None and data is not None:
            gone = [id_ for id_ in before if id_ not in rows]
            lost = gone and register.shape == "list" and _has_nameless(register, path, data)
            return {**rows, **{id_: _Held(register, id_, path) for id_ in gone}} if lost else rows
        if register.shape != "list":
            named, _ = registers.file_id(register, path)
            before = [named] if named else []
        return {id_: _Held(register, id_, path) for id_ in before}

    def _now(self, register: str, id_: str) -> _Held | None:
        """The record as it stands; where two files have the id, the one that the loader takes."""
        held = self._standing.get((register, id_))
        return held[min(held)] if held else None

    def _replace(self, register: Register, path: str, rows: Rows) -> None:
        for id_ in _other(self._files.get(path, {}), rows):
            standing = self._standing.setdefault((register.name, id_), {})
            if id_ in rows:
                standing[path] = rows[id_]
            else:
                del standing[path]
        self._files[path] = rows

    def _revise(self, change: Change, key: Key, before: _Held | None, after: _Held | None) -> Revision | None:
        earlier = self.revisions.get(key)
        version = earlier[-1].version if earlier else 0
        if after is None:
            self._readable.pop(key, None)
            self._formed.pop(key, None)
            return Revision(change, "removed", version, before.path) if before else None
        moved = before.path if before and before.path != after.path else ""
        if not after.said:
            return Revision(change, "unread", version, after.path, compared=False, moved_from=moved)
        last, self._readable[key] = self._readable.get(key), after
        formed = self._formed.get(key)
        if after.record:
            self._formed[key] = after
        if before is None or last is None:
            whole = before is None  # else an earlier version of the file could not be read
            return Revision(change, "created", version + 1, after.path, after.record, compared=whole, moved_from=moved)
        if last.said != after.said:
            found = _compare(formed, after) if formed and after.record else None
            if found or found is None:
                return Revision(
                    change, "changed", version + 1, after.path, after.record, found or (), found is not None, moved
                )
        if not before.said or (last.record is None and after.record):
            return Revision(change, "mended", version, after.path, after.record, moved_from=moved)
        if moved:
            return Revision(change, "moved", version, after.path, after.record, moved_from=moved)
        if after.register.shape == "list" and before.said:  # a neighbour's change, or a comment
            return None
        return Revision(change, "layout", version, after.path, after.record)


def _other(before: Rows, after: Rows) -> list[str]:
    """The ids of the rows that are not the very same; a text that was read before gives what it gave then."""
    gone = [id_ for id_ in before if id_ not in after]
    return gone + [id_ for id_, held in after.items() if before.get(id_) is not held]


@lru_cache(maxsize=1 << 16)
def _compare(old: _Held, new: _Held) -> tuple[Difference, ...]:
    return differences(old.record, new.record) if old.record and new.record else ()


# --- one version of a file -----------------------------------------------------------------------------------------


def _parse(register: Register, path: str, data: bytes) -> Rows | None:
    """The records of a file by id; None where it cannot be read.

    A list is read row by row, and each wording of a row once: a register that gained a row a week for years is
    then read about once, and not once a week. Where the rows cannot be told apart so, the file is read as it is.
    """
    if register.shape == "list":
        cut = _cut(data)
        rows = [_parse_whole(register, path, row) for row in cut] if cut else [None]
        if all(rows):
            return _first(held for row in rows if row for held in row.values())
    return _parse_whole(register, path, data)


def _cut(data: bytes) -> list[bytes]:
    """The rows of a list in block style, each by itself; nothing where the file is written in another way."""
    start = _BEFORE_ROWS.match(data)
    body = data[start.end() if start else 0 :]
    if not body.startswith((b"- ", b"-\n")) or _BESIDE_ROWS.search(body) or b"\r" in body:
        return []
    return [row + b"\n" for row in _ROW.split(body.removesuffix(b"\n"))]  # a row says the same wherever it stands


def _has_nameless(register: Register, path: str, data: bytes) -> bool:
    """Whether a row of a list that can be read has no id, or one that cannot be taken for an id."""
    written, _ = records.parse(register, path, data)
    rows = written[0].parsed.value if written else None
    return isinstance(rows, list) and len(rows) > len(written)


@lru_cache(maxsize=1 << 16)
def _parse_whole(register: Register, path: str, data: bytes) -> Rows | None:
    """Of a list that cannot be read at all nothing is known; a record that breaks its form keeps its id and its text."""
    written, problems = records.parse(register, path, data)
    if any(not one.base and one.parsed.value is None for one in written):
        return None
    if not written and any(problem.severity == "error" for problem in problems):
        return None
    return _first(_Held(register, one.id, path, _said(one), one.record) for one in written if one.id)


def _first(held: Iterable[_Held]) -> Rows:
    """Of two with one id the first, as the loader does."""
    found: dict[str, _Held] = {}
    for one in held:
        found.setdefault(one.id, one)
    return found


def _said(written: records.Written) -> str:
    value = written.parsed.value
    for step in written.base:
        value = value[step] if isinstance(value, list) and isinstance(step, int) else value
    return json.dumps([value, written.body])


# --- the rows of the Statement of Applicability --------------------------------------------------------------------


def _entries(statement: Document) -> Iterator[Document]:
    """A document for each id that the statement ever had an entry of."""
    found: dict[str, list[Revision]] = {}
    before: dict[str, object] = {}
    for revision in statement.revisions:
        now = _entries_of(revision, before)
        for id_ in {*before, *now}:
            own = found.get(id_, [])
            made = _entry(revision, id_, (before.get(id_), now.get(id_)), own[-1] if own else None)
            if made is not None:
                found.setdefault(id_, []).append(made)
        before = now
    for id_, revisions in found.items():
        yield Document(ANNEX_A, id_, tuple(revisions), statement.uncommitted)


def _entries_of(revision: Revision, before: dict[str, object]) -> dict[str, object]:
    if revision.kind == "removed":
        return {}
    return {**revision.record.entries} if isinstance(revision.record, Soa) else before


def _entry(revision: Revision, id_: str, held: tuple[object, object], last: Revision | None) -> Revision | None:
    """What a revision of the statement did to one entry, which stood as `held` before and after it, as far as was read."""
    before, after = held
    version = last.version if last else 0
    if after is None:
        return replace(revision, kind="removed", version=version, record=None, differences=())
    if before is None:
        return replace(revision, kind="created", version=version + 1, differences=())
    if revision.record is None:
        return replace(revision, kind="unread", version=version, differences=(), compared=False)
    if before == after:
        mended = last is not None and last.kind == "unread"
        return replace(revision, kind="mended", version=version, differences=()) if mended else None
    own = tuple(
        Difference(one.path[2:], one.old, one.new) for one in revision.differences if one.path[:2] == ("entries", id_)
    )
    return replace(revision, kind="changed", version=version + 1, differences=own)


# --- due dates -----------------------------------------------------------------------------------------------------

# Registers with a day by which something is to be done, and the field that holds it.
DUE: Mapping[str, str] = MappingProxyType(
    {"actions": "due", "exceptions": "expires", "risks": "target", "objectives": "by"}
)


def due_of(document: Document) -> Due | None:
    """The days that were set for a record, from its first to its present one; None where it never had one."""
    days: list[tuple[Change, date]] = []
    for revision in document.revisions:
        day = _day(document.register, revision.record) if revision.record else None
        if day is not None and (not days or days[-1][1] != day):
            days.append((revision.change, day))
    if not days:
        return None
    moves = tuple(Move(now[0], was[1], now[1]) for was, now in pairwise(days))
    return Due(days[0][1], days[-1][1], moves)


def _day(register: str, record: Record) -> date | None:
    if register not in DUE:
        return None
    held: object = getattr(record, DUE[register], None)
    day: object = getattr(held, "by", None) if register == "risks" else held
    return day if isinstance(day, date) else None
