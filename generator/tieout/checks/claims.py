"""Claim against evidence: what is said of each control beside what its checks and its evidence show. Worked out here only.

    statuses(isms, results, evidence)          # of every control, by id; judged once and kept in `Judgement.controls`
    of(isms, judgement, control)               # the one that was kept
    status(isms, results, evidence, control)   # over all services of the control, or those that are named

A deviation that was mended is told and stays; a control fails where what was judged last failed, or where less passed than
the operator's threshold asks. A threshold that nobody set asks nothing here: one deviation in hundreds is no failure.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tieout.checks.case import cut
from tieout.checks.evidence import checks_of, evidencing, nothing_words
from tieout.checks.thresholds import ALL, Share, shares
from tieout.model.records import Control
from tieout.model.registers import Isms
from tieout.model.results import CheckResult, ControlStatus, EvidenceState, Item, Judgement, Outcome, Shows
from tieout.text.words import digits, human_list, plural

WORDS: Mapping[Shows, str] = {
    "works": "works",
    "deviates": "works with deviations",
    "fails": "does not work",
    "not-evidenced": "not evidenced",
    "unenforced": "enforced by nothing",
    "unknown": "cannot tell",
    "did-not-occur": "did not occur",
}


def statuses(
    isms: Isms, results: Mapping[str, CheckResult], evidence: Mapping[str, EvidenceState]
) -> dict[str, ControlStatus]:
    """The status of every control, by id."""
    seen = _Seen(isms, results)
    return {id_: _status(seen, evidence, control, ()) for id_, control in isms.controls.items()}


def of(isms: Isms, judgement: Judgement, control: Control) -> ControlStatus:
    """The status that was kept with the judgement; worked out now where the judgement has none."""
    kept = judgement.controls.get(control.id)
    return kept or status(isms, judgement.results, judgement.evidence, control)


def status(
    isms: Isms,
    results: Mapping[str, CheckResult],
    evidence: Mapping[str, EvidenceState],
    control: Control,
    services: Iterable[str] = (),
) -> ControlStatus:
    """What is shown of a control. `evidence` is of the same services."""
    return _status(_Seen(isms, results), evidence, control, services)


def _status(
    seen: "_Seen", evidence: Mapping[str, EvidenceState], control: Control, services: Iterable[str]
) -> ControlStatus:
    about = tuple(services) or seen.isms.applying(control.applies_to)
    judged = tuple(seen.judged(id_, about) for id_ in dict.fromkeys(checks_of(control)) if id_ in seen.results)
    state = evidence.get(control.id)
    shown, reason = _shown(control, judged, state, nothing_judged=_had_nothing_to_judge(control, judged))
    return ControlStatus(
        control.id,
        control.status,
        shown,
        reason,
        passed=_count(judged, Outcome.PASS),
        failed=_count(judged, Outcome.FAIL),
        excepted=_count(judged, Outcome.EXCEPTED),
        unknown=_count(judged, Outcome.UNKNOWN),
        newest=state.newest_day if state else None,
        evidence=state.newest if state else "",
        exceptions=tuple(sorted({item.exception for one in judged for item in one.excepted})),
        worst=max((item for one in judged for item in one.failed), key=lambda item: (item.at, item.key), default=None),
    )


def _had_nothing_to_judge(control: Control, judged: Sequence["_Judged"]) -> bool:
    """Whether only checks enforce the control, and none of them had anything to judge; see `evidence.nothing_occurred`."""
    return bool(judged) and len(judged) == evidencing(control) and not any(one.number for one in judged)


def _count(judged: Iterable["_Judged"], outcome: Outcome) -> int:
    return sum(one.counted[outcome] for one in judged)


def leaning(isms: Isms, judgement: Judgement, risk: str) -> tuple[ControlStatus, ...]:
    """The controls that the residual size of a risk counts on, and that are not shown to work, by id."""
    against = (control for control in isms.controls.values() if risk in control.mitigates)
    return tuple(found for control in against if (found := of(isms, judgement, control)).leaned_on_in_vain)


@dataclass(frozen=True, slots=True)
class _Judged:
    """One check of a control, cut to the services of the control; what it does not apply to is left out."""

    id: str
    counted: Mapping[Outcome, int]
    failed: tuple[Item, ...]
    excepted: tuple[Item, ...]
    fails: bool  # what was judged last failed
    shares: tuple[Share, ...] = ()  # only where the operator set a threshold

    @property
    def number(self) -> int:
        return sum(self.counted.values())

    @property
    def asked(self) -> tuple[Share, ...]:
        """The tiers for which the operator set a threshold."""
        return tuple(share for share in self.shares if share.threshold < ALL)

    @property
    def short(self) -> tuple[Share, ...]:
        """The tiers of which less passed than is asked."""
        return tuple(share for share in self.asked if not share.met and share.failed)

    @property
    def allowed(self) -> bool:
        """Whether as much passed as a threshold asks, and what is left needs no other word."""
        return bool(self.asked) and all(share.met for share in self.shares)


class _Seen:
    """The results, each cut to the same services only once: controls share their checks."""

    def __init__(self, isms: Isms, results: Mapping[str, CheckResult]) -> None:
        self.isms = isms
        self.results = results
        self._known: dict[tuple[str, tuple[str, ...]], _Judged] = {}

    def judged(self, check: str, services: tuple[str, ...]) -> _Judged:
        key = (check, services)
        if key not in self._known:
            self._known[key] = self._judge(cut(self.results[check], services))
        return self._known[key]

    def _judge(self, result: CheckResult) -> _Judged:
        items = [item for item in result.items if item.outcome is not Outcome.NOT_APPLICABLE]
        setting = self.isms.checks.get(result.check.id)
        return _Judged(
            result.check.id,
            Counter(item.outcome for item in items),
            tuple(item for item in items if item.outcome is Outcome.FAIL),
            tuple(item for item in items if item.outcome is Outcome.EXCEPTED),
            fails_now(items),
            shares(self.isms, result) if setting and setting.threshold else (),
        )


def fails_now(items: Iterable[Item]) -> bool:
    """Whether all that was judged last failed; what was judged at one time is told by the best of it."""
    judged = [item for item in items if item.outcome in (Outcome.PASS, Outcome.FAIL, Outcome.EXCEPTED)]
    last = max((item.at for item in judged), default=0)
    return bool(judged) and all(item.outcome is Outcome.FAIL for item in judged if item.at == last)


def _shown(
    control: Control, judged: Sequence[_Judged], state: EvidenceState | None, *, nothing_judged: bool
) -> tuple[Shows, str]:
    """The worst that is known; where nothing is known it cannot be told."""
    if not control.enforced_by:
        return "unenforced", f"{control.id} is enforced by nothing."
    if failing := [one for one in judged if one.short or one.fails]:
        return "fails", " ".join(_failing(one) for one in failing)
    beside = _beside(judged)
    if nothing_judged and not (state and state.fresh):  # an old record says no more than none
        return "did-not-occur", _silence(control, None) if control.status == "planned" else nothing_words(control)
    if state is not None and state.newest_day and not state.fresh:
        return "not-evidenced", state.reason + beside
    if unknown := [one for one in judged if _untold(one)]:
        number = _count(unknown, Outcome.UNKNOWN)
        names = human_list(one.id for one in unknown)
        return "unknown", f"{plural(number, 'item')} of {names} cannot be told.{beside}"
    if state is None or not state.newest_day:
        return "not-evidenced", _silence(control, state)
    if any(not one.allowed and (one.failed or one.excepted) for one in judged):
        return "deviates", beside.strip()
    return "works", (_met(judged) + beside).strip() or state.reason


def _untold(one: _Judged) -> bool:
    return not one.allowed and one.counted[Outcome.UNKNOWN] > 0


def _failing(one: _Judged) -> str:
    """`What change-reviewed judged last failed; of all items 3 of 12 failed.`"""
    if one.short:
        return f"Less passed {one.id} than is asked ({human_list(share.words for share in one.short)})."
    return f"What {one.id} judged last failed; of all items {digits(len(one.failed))} of {digits(one.number)} failed."


def _beside(judged: Sequence[_Judged]) -> str:
    """What failed and was mended, and what an exception covers: told beside every other word."""
    total = plural(sum(one.number for one in judged), "item")
    failed = [item for one in judged for item in one.failed]
    excepted = [item for one in judged for item in one.excepted]
    rest = "; what was judged last passed" if all(item.at for item in failed) else ""
    told = f" {digits(len(failed))} of {total} failed{rest}." if failed else ""
    if excepted:
        names = human_list(sorted({item.exception for item in excepted}))
        verb = "is" if len(excepted) == 1 else "are"
        told += f" {digits(len(excepted))} of {total} {verb} covered by {names}, and {verb} still no pass."
    return told


def _met(judged: Sequence[_Judged]) -> str:
    met = [one for one in judged if one.allowed]
    return " ".join(
        f"{one.id} has what is asked of it: {human_list(share.words for share in one.asked)}." for one in met
    )


def _silence(control: Control, state: EvidenceState | None) -> str:
    if control.status == "planned":
        return f"{control.id} is planned, not in place."
    return state.reason if state else f"No evidence of {control.id} was looked for."
