"""Two contents of an ISMS side by side: records, files and problems that are not the same. Pure.

Records are compared by register and id, so a file that moved is no change; rows of a list and of the statement of
applicability are compared row by row. Every file that differs is told of: by its records, or by itself.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from tieout.model.differences import Difference, differences, fields, in_words
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
    unread: frozenset[str] = frozenset()  # registers with a file of which nothing can be read

    @property
    def isms(self) -> Isms:
        return self.snapshot.isms

    @property
    def hidden(self) -> tuple[str, ...]:
        """What cannot be read, in words: ids, and registers of which a whole file is lost."""
        ids = sorted(id_ for held in self.unreadable.values() for id_ in held)
        return (*ids, *(f"a file of {name}" for name in sorted(self.unread)))

    def hides(self, register: str, id_: str) -> bool:
        return register in self.unread or id_ in self.unreadable.get(register, ())


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
    if old is None or new is None:
        how: How = "added" if old is None else "removed"
        yield RecordChange(
            register.name, register.kind, one.id, one.title, how, tuple(_said(isms, register, one)), paths
        )
        return
    found = differences(old, new)
    own = tuple(difference for difference in found if not _is_row(register, difference))
    if own:
        yield RecordChange(register.name, register.kind, one.id, one.title, "changed", own, paths)
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
    before = dict(fields(old)) if old else {}
    after = dict(fields(new)) if new else {}
    for name in after or before:
        was, now = in_words(before.get(name)), in_words(after.get(name))
        if was != now:
            yield Difference((name,), was, now)


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
    if from_:
        return FileChange(path, "moved", f"moved from {from_}; its record says the same")
    how: How = "added" if before is None else "removed" if after is None else "changed"
    if any(problem.severity == "error" and problem.source.path == path for problem in (*old.problems, *new.problems)):
        return FileChange(path, how, "cannot be read on one side, so what it does is not known; see the problems")
    if before is not None and after is not None and path in _homes(new.isms):
        return FileChange(path, how, "its records say the same: layout, comments or the order of rows")
    users = [*_users(new.isms, path), *(id_ for id_ in _users(old.isms, path) if id_ not in _users(new.isms, path))]
    whose = f"named by {', '.join(users[:3])}" if users else "no record"
    told = _settings(old.snapshot.config, new.snapshot.config) if path == SETTINGS else whose
    return FileChange(path, how, f"{told}; {_lines(before, after)}")


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


def _homes(isms: Isms) -> set[str]:
    return {record.place.path for register in REGISTERS for record in isms.register(register.name).values()}


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
    """The problems that only the new side has, and those that only the old one has. A line that moved changes nothing."""
    moved = {before: after for after, before in _moved(old, new).items()}
    before = Counter(_key(problem, moved) for problem in old.problems)
    after = Counter(_key(problem, {}) for problem in new.problems)
    return tuple(_only(new.problems, after - before, {})), tuple(_only(old.problems, before - after, moved))


Key = tuple[str, str, str, str, str]


def _key(problem: Problem, moved: Mapping[str, str]) -> Key:
    path = moved.get(problem.source.path, problem.source.path)
    return (problem.severity, problem.code, problem.source.repo, path, _PLACE.sub(r"\1", problem.message))


def _only(problems: Iterable[Problem], left: "Counter[Key]", moved: Mapping[str, str]) -> Iterator[ProblemChange]:
    """Of several alike the last ones: what was added usually stands below. Errors first."""
    left = Counter(left)
    found = []
    for problem in sorted(problems, key=lambda one: one.order, reverse=True):
        if left[key := _key(problem, moved)] > 0:
            left[key] -= 1
            found.append(problem)
    for problem in sorted(found, key=lambda one: (one.severity != "error", one.order)):
        yield ProblemChange(problem.severity, problem.code, problem.message, problem.source)
