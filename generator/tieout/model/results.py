"""What we concluded: outcomes of checks, traces, gaps, metrics. Values only; nothing here computes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal, NamedTuple

from tieout.model.checks import Check, ItemKind
from tieout.model.grades import Grade


class Outcome(StrEnum):
    """The verdict on one item. Silence is never a pass: what cannot be told is `unknown`."""

    PASS = "pass"  # noqa: S105 - a verdict
    FAIL = "fail"
    EXCEPTED = "excepted"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not-applicable"


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a population, judged by one check."""

    check: str
    kind: ItemKind
    key: str  # of the change or deployment; id of the record or repository
    service: str  # empty when it belongs to none
    at: int  # when it happened; 0 where time does not matter
    outcome: Outcome
    expected: str  # a few words
    found: str  # a few words
    reason: str  # a whole sentence for a reader
    grade: Grade | None = None  # of the deciding fact, where there is one
    people: tuple[str, ...] = ()  # ids (or addresses) involved
    exception: str = ""  # the exception that covers it, or that no longer does
    others: tuple[str, ...] = ()  # further services it belongs to; `service` is the one that asks most
    until: int = 0  # last second of what lasts, from `at`; 0 for what happened at once


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check over its whole population in the period. Outcomes add up to the population."""

    check: Check
    items: tuple[Item, ...]  # oldest first

    def count(self, outcome: Outcome) -> int:
        return sum(item.outcome is outcome for item in self.items)

    @property
    def occurred(self) -> bool:
        return bool(self.items)

    def of(self, services: "frozenset[str] | set[str]") -> "CheckResult":
        """The same result cut to some services (items that belong to none stay out)."""
        return CheckResult(
            self.check,
            tuple(item for item in self.items if item.service in services or not services.isdisjoint(item.others)),
        )


@dataclass(frozen=True, slots=True)
class EvidenceState:
    """How fresh the newest evidence of a control is, at the audit date."""

    control: str
    newest: str  # id of the evidence record, or empty
    newest_day: date | None
    fresh: bool
    window: str  # "92 days (quarterly control)"
    reason: str  # a sentence
    late: int = 0  # days over the window


# works: all passes, or as much as the operator's threshold asks. deviates: something failed, or needed an exception, and
# what was judged last passed. fails: what was judged last failed, or less passed than is asked. not-evidenced: evidence
# is missing or too old. unenforced: nothing makes it happen. unknown: it cannot be told. did-not-occur: nothing to judge.
Shows = Literal["works", "deviates", "fails", "not-evidenced", "unenforced", "unknown", "did-not-occur"]


@dataclass(frozen=True, slots=True)
class ControlStatus:
    """What is claimed of a control beside what the records of the period show, worked out once by `checks.claims`."""

    control: str
    claim: str  # planned, partial, implemented or retired
    shown: Shows
    reason: str  # whole sentences
    passed: int = 0  # items of its checks, of the services it applies to
    failed: int = 0
    excepted: int = 0
    unknown: int = 0
    newest: date | None = None  # day of its newest evidence
    evidence: str = ""  # the evidence record of that day; empty where a check judged
    exceptions: tuple[str, ...] = ()  # that cover a deviation of it, by id: they explain it and erase nothing
    worst: Item | None = None  # the newest failing item

    @property
    def population(self) -> int:
        return self.passed + self.failed + self.excepted + self.unknown

    @property
    def contradicted(self) -> bool:
        """Whether it is said to be implemented, and the records show that it does not work, or nothing makes it happen."""
        return self.claim == "implemented" and self.shown in ("fails", "unenforced")

    @property
    def leaned_on_in_vain(self) -> bool:
        """Whether a residual size that counts on it counts on what is not shown."""
        return self.claim == "implemented" and self.shown in ("fails", "unenforced", "not-evidenced", "unknown")


GapKind = Literal["broken", "missing", "stale", "contradiction", "weak", "open"]
"""`open` is what the ISMS itself says is not done yet; the others are wrong, whatever the records say."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A link that should exist and does not. The id is stable, so that it can be followed between audits."""

    id: str  # "C1/RSK-013/no-implemented-control"
    chain: str  # C1 … C12
    kind: GapKind
    subject: str  # id of the record it is about
    sentence: str
    since: date | None = None  # when it can be told
    owner: str = ""  # who answers for what it is about
    accepted: str = ""  # the exception in force that accepts it; it stays a gap


@dataclass(frozen=True, slots=True)
class TraceEvidence:
    """The last column of a trace: what the records of the period show for one enforcement of a control."""

    kind: Literal["check", "evidence", "none"]
    outcome: Outcome | None  # None: did not occur, or nothing to show
    passed: int = 0
    population: int = 0
    fails: int = 0
    excepted: int = 0
    unknown: int = 0
    day: date | None = None  # of the newest item or evidence record
    newest: str = ""  # key of the newest passing item, or id of the evidence record
    newest_kind: Literal["change", "deployment", "record", "repository", ""] = ""
    worst: str = ""  # key of the newest failing item
    worst_kind: Literal["change", "deployment", "record", "repository", ""] = ""
    words: str = ""  # what to print where there is no count


@dataclass(frozen=True, slots=True)
class TraceRow:
    """One control of a trace with one of its enforcements."""

    control: str
    annex_a: tuple[str, ...]
    stage: str
    enforcement: str  # check:…, runbook:…, process:… or empty
    services: tuple[str, ...]  # risk's services that the control covers
    evidence: TraceEvidence
    gap: str = ""  # the sentence, where the row breaks
    complete: bool = False


@dataclass(frozen=True, slots=True)
class Trace:
    """C1 for one risk: threat → risk → control → Annex A → stage → check or process → evidence."""

    risk: str
    threats: tuple[str, ...]
    rows: tuple[TraceRow, ...]  # by stage, then control
    complete: bool
    breaks: tuple[str, ...]  # sentences, where it is not


@dataclass(frozen=True, slots=True)
class Chain:
    """How many chains of one kind are whole."""

    id: str  # C1
    title: str
    complete: int
    total: int
    gaps: tuple[Gap, ...]


class Counted(NamedTuple):
    """One thing that a figure was counted from."""

    kind: ItemKind
    key: str  # of the change or deployment; id of the record or repository
    service: str  # empty where it belongs to none
    at: int  # when it happened; 0 where time does not matter
    value: str = ""  # what it adds, in words: `2.8 days`
    counts: bool = True  # in the numerator


@dataclass(frozen=True, slots=True)
class Figure:
    """A metric: never a bare percentage. `value` is already words where it is not a count of n of N."""

    id: str
    title: str
    group: Literal["delivery", "security", "integrity", "compliance"]
    value: str
    numerator: int | None
    denominator: int | None
    source: str
    service: str = ""
    limit: str = ""  # what it cannot say
    items: tuple[Counted, ...] = ()  # everything it was counted from
    seconds: int | None = None  # the length of time that `value` tells, where it is one
    month: str = ""  # 2026-08: of that month alone, for a trend; empty for the whole period
    metric: str = ""  # the record that brings its data or sets its target
    target: str = ""  # what is to be reached, as the record says
    met: bool | None = None  # None: there is no target, or it cannot be told


@dataclass(frozen=True, slots=True)
class AuditDate:
    """What is judged, as of when."""

    key: str  # 2026-09-30, or current
    record: str  # id of the audit record; empty for the present
    title: str
    kind: str  # surveillance, …; draft for the present
    as_of: date
    cutoff: int  # end of that day, seconds since 1970
    start: int  # first second of the period
    end: int  # last second of the period
    open: bool = False  # the period has not ended: "so far"
    uncommitted: bool = False


@dataclass(frozen=True, slots=True)
class Judgement:
    """Everything concluded for one audit."""

    results: Mapping[str, CheckResult] = field(default_factory=dict)  # by check id, in the order of the catalogue
    evidence: Mapping[str, EvidenceState] = field(default_factory=dict)  # by control
    controls: Mapping[str, ControlStatus] = field(default_factory=dict)  # claim and evidence, by control


class Said(NamedTuple):
    """What the Statement of Applicability says of one row."""

    claim: str  # implemented, partial, planned, not-implemented, excluded, or empty
    why: str  # the reasons for it, or why it is excluded


@dataclass(frozen=True, slots=True)
class Summary:
    """What is kept of an audit for those after it: small values, so that many audits cost no memory.

    Every snapshot has those of all earlier audits as `earlier`, oldest first, whichever of them are built.
    """

    date: AuditDate
    controls: Mapping[str, ControlStatus] = field(default_factory=dict)  # without their worst items
    statement: Mapping[str, Said] = field(default_factory=dict)  # of the Statement of Applicability, by row
    chains: tuple[Chain, ...] = ()  # counts only: `gaps` of each is empty
    gaps: tuple[Gap, ...] = ()
    figures: tuple[Figure, ...] = ()
