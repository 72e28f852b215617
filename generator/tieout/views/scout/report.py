"""What `tieout scout` says, as values: findings with their counts, how to count again, and what cannot be told."""

from dataclasses import dataclass, field
from typing import NamedTuple


class Row(NamedTuple):
    """One count. `key` is stable, for programs; `recent` counts what lies in the window."""

    key: str
    words: str
    whole: int
    recent: int
    note: str = ""


class Recount(NamedTuple):
    """A git command that gives the number again, run in a clone of the repository."""

    command: str
    gives: str  # 2,251 first-parent commits


class Named(NamedTuple):
    """One thing out of those counted, by its id."""

    id: str
    at: int  # seconds, UTC; 0 where it has no time
    words: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One question, its answer, and the rows that the answer comes from."""

    key: str
    title: str
    answer: str
    unit: str  # what the rows count: changes, tags, addresses
    rows: tuple[Row, ...] = ()
    total: Row | None = None  # what each row is out of
    disjoint: bool = True  # whether the rows add up to the total
    recounts: tuple[Recount, ...] = ()
    limits: tuple[str, ...] = ()  # what cannot be told, and why
    notes: tuple[str, ...] = ()  # how a count is to be read
    named: tuple[Named, ...] = ()
    naming: str = ""  # what `named` lists: the newest direct pushes


class Stretch(NamedTuple):
    """A time in which a CI file configured a job."""

    path: str
    format: str
    job: str
    since: int
    until: int  # 0: it is there still
    may_fail: bool
    beside: str = ""  # what starts it, where no change does: `on a tag`


class Advice(NamedTuple):
    """What to do next. `gain` counts the changes of the window that it would tell more about, `whole` of all."""

    do: str
    why: str
    gain: int
    whole: int


class Address(NamedTuple):
    """An address under which somebody wrote or committed. Only for the draft of people."""

    email: str
    name: str  # the newest one
    first: int
    last: int
    kind: str  # "", or what its form hints at: forge, robot
    same_name: tuple[str, ...] = ()  # other addresses that carry the name


@dataclass(frozen=True, slots=True)
class Drafted:
    """What the first draft of the registers is made from."""

    people: tuple[Address, ...] = ()
    left_out: int = 0  # addresses that were last seen before the window
    stretches: tuple[Stretch, ...] = ()  # jobs that are there today
    formats: tuple[tuple[str, str], ...] = ()  # (path, format) of CI files that are there today and can be read
    release_tags: str = ""  # pattern of the annotated tags; empty where there are none


@dataclass(frozen=True, slots=True)
class Scouted:
    """One repository. Without a branch to read, `unread` says why, and nothing else is told."""

    id: str
    place: str  # as the person wrote it
    unread: str = ""
    branch: str = ""
    commit: str = ""  # tip that was read
    first: int = 0
    newest: int = 0  # newest believable time: the only "now" there is
    since: int = 0  # begin of the window
    complete: bool = True
    summary: tuple[str, ...] = ()
    advice: tuple[Advice, ...] = ()
    findings: tuple[Finding, ...] = ()
    stretches: tuple[Stretch, ...] = ()
    problems: tuple[str, ...] = ()
    web: str = ""  # address below which commits are shown; empty where it is not known
    drafted: Drafted = field(default_factory=Drafted)

    def finding(self, key: str) -> Finding:
        return next(one for one in self.findings if one.key == key)


@dataclass(frozen=True, slots=True)
class Report:
    """All repositories of one run."""

    version: str
    repositories: tuple[Scouted, ...]

    @property
    def read(self) -> tuple[Scouted, ...]:
        return tuple(one for one in self.repositories if not one.unread)
