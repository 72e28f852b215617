"""What the records of the period show for a control, beside what is claimed of it. Reads verdicts, reaches none of its own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from tieout.checks import evidence
from tieout.checks.case import cut
from tieout.model.records import Control
from tieout.model.results import CheckResult, EvidenceState, Item, Outcome
from tieout.views import words
from tieout.views.page import Inline, Line, Mark, Text
from tieout.views.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Shown:
    """Counts over every judged item of a control's checks, and its newest evidence. `mark` sums them up, worst first."""

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
    states = _states(snapshot, (control,))
    if states and service:  # what was seen of another service shows nothing of this one
        states = (evidence.state(snapshot.isms, snapshot.judgement.results, control, snapshot.date, service),)
    return _of(results_of(snapshot, control, service), states, _silence(control))


def of_controls(snapshot: Snapshot, controls: Iterable[Control]) -> Shown:
    """The controls of one Annex A row together; a check that serves two of them is counted once."""
    own = tuple(controls)
    results: dict[str, dict[tuple[str, str], Item]] = {}
    checks = {}
    for control in own:
        for result in results_of(snapshot, control):
            checks[result.check.id] = result.check
            results.setdefault(result.check.id, {}).update({(item.key, item.service): item for item in result.items})
    merged = tuple(CheckResult(checks[id_], tuple(items.values())) for id_, items in sorted(results.items()))
    return _of(merged, _states(snapshot, own), "no own control stands behind it" if not own else _silence(*own))


def _states(snapshot: Snapshot, controls: Iterable[Control]) -> tuple[EvidenceState, ...]:
    found = snapshot.judgement.evidence
    return tuple(found[control.id] for control in controls if control.id in found and control.status == "implemented")


def _silence(*controls: Control) -> str:
    """Why there may be nothing to show."""
    if all(control.status == "planned" for control in controls):
        return "planned, not in place"
    return "no item and no evidence in the period"


def _of(results: tuple[CheckResult, ...], states: tuple[EvidenceState, ...], silence: str) -> Shown:
    number = {verdict: sum(result.count(verdict) for result in results) for verdict in Outcome}
    items = [item for result in results for item in result.items]
    fails = sorted((item for item in items if item.outcome is Outcome.FAIL), key=lambda item: (item.at, item.key))
    newest = max((state for state in states if state.newest_day), key=_newest_first, default=None)
    stale = next((state for state in sorted(states, key=lambda state: state.control) if not state.fresh), None)
    mark, sentence = _verdict(number, newest, stale, silence)
    return Shown(
        mark,
        number[Outcome.PASS],
        number[Outcome.EXCEPTED],
        number[Outcome.FAIL],
        number[Outcome.UNKNOWN],
        newest.newest_day if newest else None,
        newest.newest if newest else "",
        sentence,
        fails[-1] if fails else None,
    )


def _newest_first(state: EvidenceState) -> tuple[date, str]:
    return (state.newest_day or date.min, state.newest)


def _verdict(
    number: dict[Outcome, int], newest: EvidenceState | None, stale: EvidenceState | None, silence: str
) -> tuple[Mark, str]:
    """The worst that is known; where nothing is known it cannot be told."""
    if number[Outcome.FAIL]:
        return words.outcome(Outcome.FAIL, number[Outcome.FAIL]), ""
    if stale and stale.newest:
        return words.outcome(Outcome.FAIL), stale.reason
    if number[Outcome.UNKNOWN]:
        return words.outcome(Outcome.UNKNOWN, number[Outcome.UNKNOWN]), ""
    if stale and not number[Outcome.PASS]:
        return words.outcome(Outcome.UNKNOWN), stale.reason
    if number[Outcome.EXCEPTED]:
        return words.outcome(Outcome.EXCEPTED, number[Outcome.EXCEPTED]), ""
    if number[Outcome.PASS] or (newest and newest.fresh):
        return words.outcome(Outcome.PASS), ""
    return words.outcome(Outcome.UNKNOWN), silence


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
