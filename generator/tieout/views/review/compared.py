"""Two contents of an ISMS side by side: records, files and problems that are not the same. Pure.

Records are compared by register and id, so a file that moved is no change; rows of a list and of the statement of
applicability are compared row by row. Every file that differs is told of: by its records, or by itself.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from tieout.model.differences import Difference, differences, fields, in_words, of_groups
from tieout.model.records import Record, Risk, Soa, SoaEntry
from tieout.model.registers import REGISTERS, Isms, Register
from tieout.model.settings import Config
from tieout.problems import Problem, Source
from tieout.text.words import plural
from tieout.views.snapshot import Snapshot

_SINGLE = frozenset(register.kind for register in REGISTERS if register.shape == "single")
How = Literal["added", "changed", "removed"]
SETTINGS = "tieout.yml"

# What a record that came or went is told by, beside its title: the fields that say what it does to others.
_TOLD_BY: Mapping[str, tuple[str, ...]] = {
    "services": ("status", "tier", "kind"),
    "licences": ("status", "jurisdiction", "services"),
    "threats": ("status", "category", "affects"),
    "risks": ("status", "threats", "affects", "treatment"),
    "controls": ("status", "mitigates", "implements", "satisfies", "applies_to"),
    "people": ("kind", "squad", "roles"),
    "access": ("system", "roles"),
    "keys": ("person", "from", "to"),
    "suppliers": ("status", "criticality", "provides", "services"),
    "decisions": ("status", "kind", "date", "decides"),
    "exceptions": ("status", "excepts", "from", "expires"),
    "policies": ("status", "implements"),
    "runbooks": ("services", "threats"),
    "incidents": ("status", "severity", "kind", "affects"),
    "findings": ("status", "kind", "severity", "against", "affects"),
    "actions": ("status", "due", "for"),
    "objectives": ("status", "target", "by"),
    "metrics": ("unit", "target"),
    "evidence": ("kind", "proves", "services", "observed"),
    "audits": ("status", "kind", "date", "scope", "criteria"),
    "reviews": ("date", "decisions"),
    "checks": ("since", "within", "tiers"),
}


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two contents, with everything concluded from it. A record that cannot be read is not one that is gone."""

    snapshot: Snapshot
    files: Mapping[str, bytes]  # by path below the folder of tieout.yml
    problems: tuple[Problem, ...]
    unreadable: Mapping[str, frozenset[str]] = field(default_factory=dict)  # ids by register
    unread: frozenset[str] = frozenset()  # registers with rows of which not even the id can be read
    broken: frozenset[str] = frozenset()  # files of registers in which something cannot be read
    rows: Mapping[str, tuple[tuple[int, str], ...]] = field(default_factory=dict)  # by path: line and id of each row

    @property
    def isms(self) -> Isms:
        return self.snapshot.isms

    @property
    def hidden(self) -> tuple[str, ...]:
        """What cannot be read, in words: ids, and registers of which rows are lost."""
        ids = sorted(id_ for held in self.unreadable.values() for id_ in held)
        return (*ids, *(f"rows of {name}" for name in sorted(self.unread)))

    def hides(self, register: str, id_: str) -> bool:
        """Whether a record may stand there unread; what is not found beside rows without an id may be one of them."""
        if id_ in self.unreadable.get(register, ()):
            return True
        return register in self.unread and id_ not in self.isms.register(register)

    def row_at(self, source: Source) -> str:
        """The row of a list, or of the statement of applicability, at a place; empty in other files."""
        rows = self.rows.get(source.path, ()) if not source.repo else ()
        position = bisect_right(rows, source.line, key=lambda row: row[0])
        return rows[position - 1][1] if position else ""

    def held_in(self, path: str) -> Mapping[tuple[str, str], Record]:
        """The records of a file, by register and id."""
        return {
            (register.name, record.id): record for register, record in self.isms.records() if record.place.path == path
        }


@dataclass(frozen=True, slots=True)
class RecordChange:
    """A record, or a row of the statement of applicability, that is not as it was."""

    register: str
    kind: str
    id: str
    title: str
    how: How
    fields: tuple[Difference, ...] = ()  # of a changed one; of another, the fields that say most about it
    paths: tuple[str, ...] = ()  # of its file, before and after

    @property
    def name(self) -> str:
        """What a reader knows it by: its id; of a register of one record the title says it all."""
        return "" if self.kind in _SINGLE else self.id


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file that differs and of which no record tells."""

    path: str
    how: Literal["added", "changed", "removed", "moved"]
    what: str  # in words


@dataclass(frozen=True, slots=True)
class ProblemChange:
    """Something wrong on one side that was not, or is no longer, wrong on the other."""

    severity: str
    code: str
    message: str
    source: Source


# --- records -------------------------------------------------------------------------------------------------------


def compare_records(old: Side, new: Side) -> tuple[RecordChange, ...]:
    """By register in the order of the table, then id; those that cannot be read on one side are left out."""
    found: list[RecordChange] = []
    for register in REGISTERS:
        before, after = old.isms.register(register.name), new.isms.register(register.name)
        for id_ in sorted({*before, *after}):
            if old.hides(register.name, id_) or new.hides(register.name, id_):
                continue
            found += _change(register, before.get(id_), after.get(id_), new.isms)
    return tuple(found)


def _change(register: Register, old: Record | None, new: Record | None, isms: Isms) -> Iterator[RecordChange]:
    one = new or old
    if one is None:
        return
    paths = tuple(dict.fromkeys(record.place.path for record in (old, new) if record))
    shipped = isms.requirement_sets.get(one.id) if register.name == "requirements" else None
    title = one.title or (shipped.title if shipped else "")
    if old is None or new is None:
        how: How = "added" if old is None else "removed"
        yield RecordChange(register.name, register.kind, one.id, title, how, tuple(_said(isms, register, one)), paths)
        return
    found = differences(old, new)
    own = tuple(difference for difference in found if not _is_row(register, difference))
    if own:
        yield RecordChange(register.name, register.kind, one.id, title, "changed", own, paths)
    if isinstance(old, Soa) and isinstance(new, Soa):
        yield from _rows(old, new, isms, paths)


def _is_row(register: Register, difference: Difference) -> bool:
    return register.name == "soa" and difference.path[0] == "entries"


def _rows(old: Soa, new: Soa, isms: Isms, paths: tuple[str, ...]) -> Iterator[RecordChange]:
    """Rows in the order of the standard; the paths of their differences begin in the row."""
    for id_ in dict.fromkeys((*isms.annex_a, *old.entries, *new.entries)):
        before, after = old.entries.get(id_), new.entries.get(id_)
        if before == after:
            continue
        title = isms.annex_a[id_].title if id_ in isms.annex_a else ""
        how: How = "changed" if before and after else "added" if after else "removed"
        yield RecordChange("soa", "row", id_, title, how, tuple(_of_rows(before, after)), paths)


def _of_rows(old: SoaEntry | None, new: SoaEntry | None) -> Iterator[Difference]:
    if old and new:
        yield from of_groups(old, new)
        return
    for name, held in fields(one) if (one := old or new) else ():
        if text := in_words(held):
            yield Difference((name,), text if old else "", "" if old else text)


def _said(isms: Isms, register: Register, record: Record) -> Iterator[Difference]:
    held = dict(fields(record))
    for name in _TOLD_BY.get(register.name, ("status",)):
        if text := in_words(held.get(name)):
            yield Difference((name,), "", text)
    if isinstance(record, Risk):
        yield Difference(("residual",), "", str(isms.score(record.residual)))
    if isinstance(record, Soa):
        yield Difference(("entries",), "", plural(len(record.entries), "row"))


# --- files ---------------------------------------------------------------------------------------------------------


def compare_files(old: Side, new: Side, records: Iterable[RecordChange]) -> tuple[FileChange, ...]:
    """The files that differ and of which no record above tells, by path."""
    told = {path for change in records for path in change.paths}
    differing = {
        path for path in {*old.files, *new.files} if old.files.get(path) != new.files.get(path) and path not in told
    }
    moved = _moved(old, new)
    gone = set(moved.values()) & differing
    return tuple(_file(old, new, path, moved.get(path, "")) for path in sorted(differing - gone))


def _moved(old: Side, new: Side) -> dict[str, str]:
    """New path: old path, of the files whose record has the same id."""
    found = {}
    for register in REGISTERS:
        if register.shape == "folder":
            after = new.isms.register(register.name)
            for id_, record in old.isms.register(register.name).items():
                if id_ in after and after[id_].place.path != record.place.path:
                    found[after[id_].place.path] = record.place.path
    return found


def _file(old: Side, new: Side, path: str, from_: str) -> FileChange:
    before, after = old.files.get(path), new.files.get(path)
    same = _say_the_same(old, new, from_ or path, path)
    if from_:
        return FileChange(
            path, "moved", f"moved from {from_}; {'its record says the same' if same else 'not compared'}"
        )
    how: How = "added" if before is None else "removed" if after is None else "changed"
    if _is_unreadable(old, path) or _is_unreadable(new, path):
        return FileChange(path, how, "cannot be read on one side, so what it does is not known; see the problems")
    if same:
        return FileChange(path, how, "its records say the same: layout, comments or the order of rows")
    if old.held_in(path) or new.held_in(path):
        return FileChange(path, how, f"not compared: its records stand on one side only; {_lines(before, after)}")
    users = [*_users(new.isms, path), *(id_ for id_ in _users(old.isms, path) if id_ not in _users(new.isms, path))]
    whose = f"named by {', '.join(users[:3])}" if users else "no record"
    if any(theme and path.startswith(f"{theme}/") for theme in (old.snapshot.config.theme, new.snapshot.config.theme)):
        whose = "changes what the pages are made with"
    if path == SETTINGS:
        whose = _settings(old.snapshot.config, new.snapshot.config) if before and after else "settings"
    return FileChange(path, how, f"{whose}; {_lines(before, after)}")


def _say_the_same(old: Side, new: Side, before: str, after: str) -> bool:
    """Whether a file holds the same records on both sides, each once, all of them readable and none of them changed."""
    if _stands_twice(old, before) or _stands_twice(new, after):
        return False
    was, now = old.held_in(before), new.held_in(after)
    if not was or was.keys() != now.keys() or any(side.hides(*key) for key in was for side in (old, new)):
        return False
    return not any(differences(was[key], now[key]) for key in was)


def _stands_twice(side: Side, path: str) -> bool:
    """Whether a record of a file has the id of another, which then speaks for both."""
    return any(problem.code == "duplicate-id" and problem.source.path == path for problem in side.problems)


def _is_unreadable(side: Side, path: str) -> bool:
    if path in side.broken or path not in side.files:
        return path in side.broken
    wrong = any(problem.severity == "error" and problem.source.path == path for problem in side.problems)
    return wrong and path not in side.isms.paths


def _settings(old: Config, new: Config) -> str:
    """Which settings differ; of those that list something by name, which names."""
    found = []
    for name in old.__dataclass_fields__:
        before, after = getattr(old, name), getattr(new, name)
        if before != after and isinstance(before, Mapping) and isinstance(after, Mapping):
            keys = [key for key in dict.fromkeys((*before, *after)) if before.get(key) != after.get(key)]
            found.append(f"{name} ({', '.join(map(str, keys))})")
        elif before != after:
            found.append(name.replace("_", " "))
    return f"settings: {', '.join(found)}" if found else "settings say the same"


def _users(isms: Isms, path: str) -> list[str]:
    """The records that name a file: evidence, and metrics with their numbers."""
    named = [(record.id, record.file) for record in isms.evidence.values()]
    named += [(record.id, record.data) for record in isms.metrics.values()]
    return [id_ for id_, file in named if file == path]


def _lines(old: bytes | None, new: bytes | None) -> str:
    if b"\0" in (old or b"") + (new or b""):
        return f"{plural(len(old or b''), 'byte')} before, {len(new or b''):,} now"
    before, after = Counter((old or b"").splitlines()), Counter((new or b"").splitlines())
    return f"+{(after - before).total()} −{(before - after).total()} lines"


# --- problems ------------------------------------------------------------------------------------------------------

_PLACE = re.compile(r"(\.(?:md|ya?ml|csv|jsonl?)):[0-9]+(?::[0-9]+)?")


def compare_problems(old: Side, new: Side) -> tuple[tuple[ProblemChange, ...], tuple[ProblemChange, ...]]:
    """The problems that only the new side has, and those that only the old one has.

    A line that moved changes nothing; the same fault in another record, or in another row, is another one.
    """
    moved = {before: after for after, before in _moved(old, new).items()}
    before = Counter(_key(old, problem, moved) for problem in old.problems)
    after = Counter(_key(new, problem, {}) for problem in new.problems)
    return tuple(_only(new, after - before, {})), tuple(_only(old, before - after, moved))


Key = tuple[str, str, str, str, str, str]


def _key(side: Side, problem: Problem, moved: Mapping[str, str]) -> Key:
    source = problem.source
    path = moved.get(source.path, source.path)
    message = _PLACE.sub(r"\1", problem.message)
    return (problem.severity, problem.code, source.repo, path, side.row_at(source), message)


def _only(side: Side, left: "Counter[Key]", moved: Mapping[str, str]) -> Iterator[ProblemChange]:
    """Of several alike the last ones: what was added usually stands below. Errors first."""
    left = Counter(left)
    found = []
    for problem in sorted(side.problems, key=lambda one: one.order, reverse=True):
        if left[key := _key(side, problem, moved)] > 0:
            left[key] -= 1
            found.append(problem)
    for problem in sorted(found, key=lambda one: (one.severity != "error", one.order)):
        yield ProblemChange(problem.severity, problem.code, problem.message, problem.source)
