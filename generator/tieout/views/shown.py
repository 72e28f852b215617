"""What the records of the period show for a control, beside what is claimed of it. Reads verdicts, reaches none of its own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from tieout.checks import claims, evidence
from tieout.checks.case import cut
from tieout.model.records import Control
from tieout.model.results import CheckResult, ControlStatus, Item, Outcome, Shows
from tieout.views import words
from tieout.views.page import Inline, Line, Mark, MarkShape, Text
from tieout.views.snapshot import Snapshot

SHAPES: Mapping[Shows, MarkShape] = {
    "works": "pass",
    "deviates": "excepted",  # amber: what failed is a fail where it is counted
    "fails": "fail",
    "not-evidenced": "gap",
    "unenforced": "gap",
    "unknown": "unknown",
    "did-not-occur": "none",
}
WORST: tuple[Shows, ...] = (
    "fails",
    "unenforced",
    "not-evidenced",
    "unknown",
    "deviates",
    "works",
    "did-not-occur",
)


@dataclass(frozen=True, slots=True)
class Shown:
    """Counts over every judged item of a control's checks, and its newest evidence. `mark` is the control's status."""

    mark: Mark
    passed: int = 0
    excepted: int = 0
    failed: int = 0
    unknown: int = 0
    newest: date | None = None
    evidence: str = ""  # id of the newest evidence record
    sentence: str = ""  # why, where counts do not say it
    worst: Item | None = None  # newest failing item

    @property
    def population(self) -> int:
        return self.passed + self.excepted + self.failed + self.unknown


def checks_of(enforced_by: Iterable[str]) -> tuple[str, ...]:
    """The ids of the checks among what enforces a control or a policy."""
    return tuple(text.removeprefix("check:") for text in enforced_by if text.startswith("check:"))


def results_of(snapshot: Snapshot, control: Control, service: str = "") -> tuple[CheckResult, ...]:
    """The results of a control's checks for the services it applies to, or for one; in the order of the control."""
    services = (service,) if service else snapshot.isms.applying(control.applies_to)
    results = snapshot.judgement.results
    return tuple(cut(results[id_], services) for id_ in checks_of(control.enforced_by) if id_ in results)


def of_control(snapshot: Snapshot, control: Control, service: str = "") -> Shown:
    """What is shown for a control, over all its services or for one of them."""
    results = results_of(snapshot, control, service)
    if not service:
        return _of(results, claims.of(snapshot.isms, snapshot.judgement, control))
    isms, judgement = snapshot.isms, snapshot.judgement
    # what was seen of another service shows nothing of this one
    asked = control.id in judgement.evidence and control.status in {"implemented", "partial"}
    state = evidence.state(isms, judgement.results, control, snapshot.date, service) if asked else None
    kept = {control.id: state} if state else {}
    return _of(results, claims.status(isms, judgement.results, kept, control, (service,)))


def of_controls(snapshot: Snapshot, controls: Iterable[Control]) -> Shown:
    """The controls of one Annex A row together, the worst of them first; a check that serves two is counted once."""
    own = tuple(controls)
    results: dict[str, dict[tuple[str, str], Item]] = {}
    checks = {}
    for control in own:
        for result in results_of(snapshot, control):
            checks[result.check.id] = result.check
            results.setdefault(result.check.id, {}).update({(item.key, item.service): item for item in result.items})
    merged = tuple(CheckResult(checks[id_], tuple(items.values())) for id_, items in sorted(results.items()))
    claimed = [control for control in own if control.status == "implemented"] or own
    statuses = [claims.of(snapshot.isms, snapshot.judgement, control) for control in claimed]
    if not statuses:
        return Shown(words.outcome(Outcome.UNKNOWN), sentence="no own control stands behind it")
    worst = min(statuses, key=lambda one: WORST.index(one.shown))
    newest = max(statuses, key=lambda one: (one.newest or date.min, one.evidence))
    return replace(_of(merged, worst), newest=newest.newest, evidence=newest.evidence)


def mark(status: ControlStatus) -> Mark:
    return Mark(SHAPES[status.shown], claims.WORDS[status.shown])


def _of(results: tuple[CheckResult, ...], status: ControlStatus) -> Shown:
    number = {verdict: sum(result.count(verdict) for result in results) for verdict in Outcome}
    fails = [item for result in results for item in result.items if item.outcome is Outcome.FAIL]
    told = status.shown in {"works", "deviates"} or (status.shown == "fails" and bool(fails))
    return Shown(
        mark(status),
        number[Outcome.PASS],
        number[Outcome.EXCEPTED],
        number[Outcome.FAIL],
        number[Outcome.UNKNOWN],
        status.newest,
        status.evidence,
        "" if told else status.reason,
        max(fails, key=lambda item: (item.at, item.key), default=None),
    )


def counts(snapshot: Snapshot, found: Shown) -> Line:
    """What the records hold: `454 of 455`, then the newest failure, or the sentence that stands for a count."""
    parts: list[Inline] = [Text(words.of(found.passed, found.population))] if found.population else []
    if found.worst:
        failed = "; failed: " if found.failed == 1 else "; failed last: "
        parts += [words.soft(failed), words.item(snapshot.isms, snapshot.facts, found.worst)]
    if found.sentence:
        parts += [Text("; " if parts else ""), *words.linked(snapshot.isms, found.sentence)]
    if not parts and found.evidence:
        parts.append(words.record(snapshot.isms, found.evidence, "evidence"))
    return tuple(part for part in parts if part != Text("")) or (words.soft("nothing"),)
