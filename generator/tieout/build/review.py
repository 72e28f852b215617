"""Two commits of the ISMS, read and concluded as of one day against the same histories: what `tieout review` prints.

The linked repositories are read once. Where they are not there, as in CI with the ISMS alone, everything is concluded
without them on both sides, and what cannot be known is said.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tieout import checks, content, history
from tieout.build import dates, newest, pipeline, world
from tieout.build.newest import CONFIG, Newest
from tieout.build.world import World
from tieout.content import records as written
from tieout.content import registers
from tieout.model.differences import differences, of_groups
from tieout.model.history import Facts, Pin, ancestors
from tieout.model.meaning import is_over, is_second_look
from tieout.model.records import Part, Record, Soa
from tieout.model.registers import BY_NAME, REGISTERS, Isms, Register
from tieout.model.results import AuditDate
from tieout.model.settings import ISMS, Config
from tieout.problems import BuildError, Problem
from tieout.repos import pins, spans, trees
from tieout.repos.spans import Span
from tieout.text import words
from tieout.views.review import suspects
from tieout.views.review.compared import Side
from tieout.views.review.impact import Compared, Impact, impact

Say = Callable[[str], None]
WORKING_TREE = "the working tree"


@dataclass(frozen=True, slots=True)
class Content:
    """The ISMS at one commit, or as it lies there. Without a readable tieout.yml there are no settings."""

    commit: str
    files: Mapping[str, bytes]
    settings: Config | None
    isms: Isms
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """What both sides stand on: the day, and the histories as far as they reach up to it."""

    date: AuditDate
    read: World | None
    pins: Mapping[str, Pin]
    unknown: tuple[str, ...]


def review(start: Path, span: str, say: Say) -> Impact:
    """What the commits of `span` do to the ISMS.

    Raises:
        BuildError: no ISMS here, no such commit, or its repository cannot be read.
    """
    location = trees.locate(start)
    between = spans.resolve_span(location, span)
    say("reading both sides")
    old = read_content(location, between.base.id)
    new = read_content(location, between.head.id) if between.head else read_worktree(location)
    if new.settings is None:
        new = _with_settings_of(old, new)
    read = gather(location, new, say)
    say("judging both sides")
    return compare(location, between, old, new, read)


def compare(location: trees.Location, between: Span, old: Content, new: Content, read: World | None) -> Impact:
    """The same for contents that were read already, over a world that may serve many reviews."""
    base = ground(new, read, spans.time_of(location, new.commit or location.head))
    what = Compared(_named(between, between.base.id), _head(between), base.date.as_of, base.unknown)
    as_written = _as_written(location, old, new)
    return impact(conclude(old, base, new), conclude(new, base, new), what, as_written)


def _named(between: Span, commit: str) -> str:
    parted = f", where it parted from {words.visible(between.base.name)}" if between.merge_base else ""
    return f"{commit[:8]}{parted}"


def _head(between: Span) -> str:
    return between.head.id[:8] if between.head else WORKING_TREE


# --- contents ------------------------------------------------------------------------------------------------------


def read_content(location: trees.Location, commit: str) -> Content:
    return load_content(location, commit, spans.read_files(location, commit))


def read_worktree(location: trees.Location) -> Content:
    return load_content(location, "", trees.read_worktree(location.folder))


def load_content(location: trees.Location, commit: str, files: Mapping[str, bytes]) -> Content:
    found = newest.load(location, files)
    return Content(commit, files, found.config, found.isms, found.problems)


def _with_settings_of(old: Content, new: Content) -> Content:
    """With the other side's tieout.yml where one's own cannot be read; its problems stay.

    Raises:
        BuildError: neither can.
    """
    if old.settings is None:
        raise BuildError(f"{CONFIG} cannot be read on either side; mend it first (`tieout check` names the place).")
    isms, found = content.load(new.files, old.settings, checks.CHECKS)
    return replace(new, settings=old.settings, isms=isms, problems=(*new.problems, *found))


# --- the ground both sides stand on --------------------------------------------------------------------------------


def gather(location: trees.Location, head: Content, say: Say) -> World | None:
    """The histories of all repositories that can be read; None where the ISMS's own has not its branch."""
    read, _ = world.gather(Newest(location, head.settings, head.isms, head.problems), say)
    return read


def ground(new: Content, read: World | None, committed: int) -> Ground:
    """A pull request that was merged before the newest content is judged as of its own day, any other as of today."""
    if read is None:
        why = "The history of the ISMS has no such branch as tieout.yml names, so no history is looked at."
        return Ground(_date(new.isms, committed, committed), None, {}, (why,))
    merged = _merged_at(new, read)
    moment = merged or read.newest
    end = merged or read.last
    chosen = {
        id_: pins.choose(one, dates.end_of(dates.day_of(merged)) if merged else None)
        for id_, one in read.histories.items()
    }
    return Ground(_date(new.isms, moment, end), read, dict(sorted(chosen.items())), _unknown(read))


def _merged_at(new: Content, read: World) -> int:
    """When the head was committed, if the newest content came after it; else 0."""
    own = read.histories[ISMS]
    tip = pins.choose(own, None).commit
    if not new.commit or new.commit in {tip, read.head.commit} or new.commit not in ancestors(own, tip):
        return 0
    return own.commits[new.commit].committer.time


def _date(isms: Isms, moment: int, last: int) -> AuditDate:
    day = dates.day_of(moment)
    past: list[AuditDate] = []
    for audit in sorted(isms.audits.values(), key=lambda audit: (audit.date, audit.id)):
        past += [dates.audit_date(audit, past)] if audit.date <= day else []
    end = dates.end_of(max(day, dates.day_of(last)))
    start = past[-1].cutoff + 1 if past else 0
    return AuditDate(dates.CURRENT, "", "The present", "draft", day, end, min(start, end), end, open=True)


def _unknown(read: World) -> tuple[str, ...]:
    if not read.missing:
        return ()
    named = words.human_list(sorted(read.missing)[:5])
    more = f" and {len(read.missing) - 5} more" if len(read.missing) > 5 else ""
    sentence = (
        f"{len(read.missing)} of {words.plural(len(read.config.repositories), 'linked repository')} could not be read here "
        f"({named}{more}): what their histories show is not known on either side, so gaps and traces are compared by "
        "the content alone. Run tieout sync first to fetch them."
    )
    return (sentence,)


# --- conclusions ---------------------------------------------------------------------------------------------------


def conclude(side: Content, base: Ground, settled: Content) -> Side:
    """Everything from one content; where repositories are found is the head's matter on both sides."""
    settings = side.settings or settled.settings
    if settings is None:
        raise BuildError(f"{CONFIG} cannot be read; mend it first (`tieout check` names the place).")
    isms, own = (side.isms, side.problems) if side.settings else _reloaded(side, settings)
    facts, wrong = _derive(side, base, isms, settings)
    problems = tuple(sorted({*own, *wrong}, key=lambda problem: problem.order))
    snapshot = pipeline.concluded(isms, facts, settings, base.date, problems)
    seen = _look_at(side.files, settings, own)
    return Side(snapshot, side.files, problems, seen.unreadable, seen.unread, seen.broken, seen.rows)


def _reloaded(side: Content, settings: Config) -> tuple[Isms, tuple[Problem, ...]]:
    isms, found = content.load(side.files, settings, checks.CHECKS)
    return isms, (*side.problems, *found)


def _derive(side: Content, base: Ground, isms: Isms, settings: Config) -> tuple[Facts, tuple[Problem, ...]]:
    if base.read is None:
        return history.derive({}, {}, isms, settings)
    here = base.read.config
    settings = replace(settings, repositories=here.repositories, folder=here.folder)
    chosen = {**base.pins, ISMS: _own_pin(side, base)}
    facts, wrong = history.derive(base.read.histories, chosen, isms, settings)
    facts = world.with_contents(facts, base.read, isms, settings)
    return world.with_missing(facts, base.read), wrong


def _own_pin(side: Content, base: Ground) -> Pin:
    """The side's own commit; where no branch of the mirror leads to it, or it is not committed, the one of the day."""
    own = base.read.histories[ISMS] if base.read else None
    if own is None or side.commit not in own.commits:
        return base.pins[ISMS]
    at = replace(own, refs={**own.refs, f"refs/heads/{own.branch}": side.commit})
    return replace(pins.choose(at, None), cutoff=base.pins[ISMS].cutoff)


@dataclass(frozen=True, slots=True)
class _Wrong:
    """What the files with problems hold, as far as it can be read; the fields are those of `Side`."""

    unreadable: Mapping[str, frozenset[str]]
    unread: frozenset[str]
    broken: frozenset[str]
    rows: Mapping[str, tuple[tuple[int, str], ...]]


def _look_at(files: Mapping[str, bytes], settings: Config, problems: tuple[Problem, ...]) -> _Wrong:
    """The files with problems once more: which of their records cannot be read, and where each row stands.

    A file of its own without an id is no record, and hides none; a row without an id may be any of its list.
    """
    wrong = {problem.source.path: False for problem in problems if not problem.source.repo}
    wrong |= {problem.source.path: True for problem in problems if problem.severity == "error"}
    sorted_files = registers.sort(files, settings.content).files
    ids: dict[str, frozenset[str]] = {}
    unread: set[str] = set()
    broken: set[str] = set()
    rows: dict[str, tuple[tuple[int, str], ...]] = {}
    for register in REGISTERS:
        for path in sorted(wrong.keys() & {*sorted_files[register.name]}):
            found, _ = written.parse(register, path, files[path])
            value = found[0].parsed.value if found else None
            lost = register.shape == "list" and (not isinstance(value, list) or len(value) > len(found))
            gone = {entry.id for entry in found if entry.record is None}
            rows[path] = tuple(_rows_of(found))
            ids[register.name] = ids.get(register.name, frozenset()) | gone
            if wrong[path] and lost:
                unread.add(register.name)
            if wrong[path] and (lost or gone or not found):
                broken.add(path)
    return _Wrong(ids, frozenset(unread), frozenset(broken), rows)


def _rows_of(found: Sequence[written.Written]) -> Iterator[tuple[int, str]]:
    """Line and id of the rows of a file, the rows without an id among them; nothing of a record that fills its file."""
    value = found[0].parsed.value if found else None
    parsed = found[0].parsed if found else None
    if parsed and isinstance(value, list):
        ids = {entry.base[0]: entry.id for entry in found if entry.base}
        yield from ((parsed.source((place,), found[0].file).line, ids.get(place, "")) for place in range(len(value)))
    elif parsed and found[0].register.name == "soa":
        entries = value.get("entries") if isinstance(value, dict) else None
        yield from sorted(
            (found[0].key("entries", id_).line, id_) for id_ in (entries if isinstance(entries, dict) else ())
        )


# --- how the content was when a record was last looked at -------------------------------------------------------------


def _as_written(location: trees.Location, old: Content, new: Content) -> Mapping[str, Isms]:
    """For each record that is looked at anew: the content as it stood when that was last done, up to `old`."""
    contents: dict[str, Isms] = {old.commit: old.isms}
    versions = _Versions(location, old.commit)
    found: dict[str, Isms] = {}
    for register, id_ in _touched(old.isms, new.isms):
        path = _path(old.isms, register, id_)
        commit = versions.last_look(register, id_, path)
        if commit and commit not in contents:
            contents[commit] = read_content(location, commit).isms
        if commit:
            found[suspects.node_of(register.name, id_)] = contents[commit]
    return found


def _touched(old: Isms, new: Isms) -> Iterator[tuple[Register, str]]:
    """Records and rows that are on both sides, and were looked at between."""
    for register in REGISTERS:
        before, after = old.register(register.name), new.register(register.name)
        for id_ in sorted(before.keys() & after.keys()):
            if not is_over(register.name, before[id_]) and _is_look(register, before[id_], after[id_]):
                yield register, id_
    if old.soa and new.soa:
        for row in sorted(old.soa.entries.keys() & new.soa.entries.keys()):
            if _is_look(BY_NAME["soa"], old.soa.entries[row], new.soa.entries[row]):
                yield BY_NAME["soa"], row


def _is_look(register: Register, old: Part, new: Part) -> bool:
    found = differences(old, new) if isinstance(old, Record) and isinstance(new, Record) else of_groups(old, new)
    return any(is_second_look(register.name, one.path) for one in found)


def _path(isms: Isms, register: Register, id_: str) -> str:
    held = isms.register(register.name)
    return next(record.place.path for known, record in held.items() if known == id_ or register.name == "soa")


class _Versions:
    """The versions of files up to one commit, each read and parsed once."""

    def __init__(self, location: trees.Location, commit: str) -> None:
        self.location = location
        self.commit = commit
        self.listed: dict[str, tuple[str, ...]] = {}
        self.parsed: dict[tuple[str, str], Mapping[str, Part]] = {}

    def last_look(self, register: Register, id_: str, path: str) -> str:
        """The newest commit at which the record, or the row, came or was looked at; empty where none is found.

        A version that cannot be read is passed over.
        """
        if path not in self.listed:
            self.listed[path] = spans.list_versions(self.location, self.commit, path)
        newest, now = "", None
        for commit in self.listed[path]:
            before = self._held(register, path, commit).get(id_)
            if now is not None and before is not None and _is_look(register, before, now):
                break
            if before is not None:
                newest, now = commit, before
        return newest

    def _held(self, register: Register, path: str, commit: str) -> Mapping[str, Part]:
        """The records of a file at a commit, and the rows of a statement of applicability, by id."""
        if (commit, path) not in self.parsed:
            data = spans.read_files(self.location, commit, lambda name: name == path).get(path, b"")
            found, _ = written.parse(register, path, data)
            held: dict[str, Part] = {entry.id: entry.record for entry in found if entry.record is not None}
            rows = [record.entries for record in held.values() if isinstance(record, Soa)]
            self.parsed[commit, path] = {**held, **{id_: row for entries in rows for id_, row in entries.items()}}
        return self.parsed[commit, path]
