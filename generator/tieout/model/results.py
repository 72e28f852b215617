"""What we concluded: outcomes of checks, traces, gaps, metrics. Values only; nothing here computes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Literal

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
