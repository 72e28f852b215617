"""Whether the Statement of Applicability agrees with itself and with everything else that is recorded (clause 6.1.3 d).

One item a row of Annex A. What is wrong with a row is a `Contradiction` with a word that stays, so that it can be followed
from audit to audit; `gaps` reads what is found here and finds nothing of its own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from tieout.checks.case import Case, Verdict, record_item
from tieout.checks.evidence import checks_of, holes_of, states
from tieout.model.records import Control, SoaEntry
from tieout.model.registers import Isms
from tieout.model.results import CheckResult, EvidenceState, GapKind, Item, Outcome
from tieout.text.words import human_list

ID = "soa-consistent"
EXPECTED = "a row that agrees with the other records"
ENOUGH_WORDS = 4  # a reason for an exclusion is a sentence, not a word
NOTHING_BEHIND = "nothing-behind"  # chain C2 tells of it as well, so that it is no gap of the statement
PHYSICAL = ("A.7.1", "A.7.2", "A.7.3", "A.7.4", "A.7.7")  # they apply wherever there is an office
PROVIDED = {  # what a supplier does for us that a control is about
    "A.8.30": ("software-development", "develops software"),
    "A.5.23": ("cloud", "provides cloud services"),
}


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One thing that is wrong with a row of the statement."""

    word: str  # stays from audit to audit
    kind: GapKind
    sentence: str
    untold: bool = False  # it may be so, and what would tell was not read


@dataclass(frozen=True, slots=True)
class Known:
    """What a row is held against."""

    isms: Isms
    results: Mapping[str, CheckResult]
    evidence: Mapping[str, EvidenceState]
    as_of: date
    fruitless: frozenset[str]  # checks that failed something and passed nothing

    @classmethod
    def of(
        cls, isms: Isms, results: Mapping[str, CheckResult], evidence: Mapping[str, EvidenceState], as_of: date
    ) -> "Known":
        found = ((id_, {item.outcome for item in result.items}) for id_, result in results.items())
        fruitless = (id_ for id_, seen in found if Outcome.FAIL in seen and Outcome.PASS not in seen)
        return cls(isms, results, evidence, as_of, frozenset(fruitless))

    def implementing(self, annex: str) -> tuple[Control, ...]:
        """The controls that say they implement a control of Annex A, retired ones left out."""
        controls = self.isms.controls.values()
        return tuple(one for one in controls if annex in one.implements and one.status != "retired")


def soa_consistent(case: Case) -> tuple[Item, ...]:
    """One item for each row of Annex A, and for each entry beside it; none where there is no statement."""
    if case.isms.soa is None:
        return ()
    known = Known.of(case.isms, case.results, states(case.isms, case.results, case.date), case.date.as_of)
    rows = dict.fromkeys((*case.isms.annex_a, *case.isms.soa.entries))
    return tuple(record_item(ID, annex, _verdict(known, annex)) for annex in rows)


def _verdict(known: Known, annex: str) -> Verdict:
    entry = known.isms.soa.entries.get(annex) if known.isms.soa else None
    found = tuple(contradictions(known, annex))
    if not found and entry is not None:
        return Verdict(Outcome.PASS, EXPECTED, _claim(entry), _agreement(known, annex, entry))
    outcome = Outcome.UNKNOWN if all(one.untold for one in found) else Outcome.FAIL
    reason = " ".join(one.sentence for one in found)
    people = (entry.owner,) if entry and entry.owner else ()
    return Verdict(outcome, EXPECTED, _claim(entry) if entry else "no entry", reason, people=people)


def _claim(entry: SoaEntry) -> str:
    return entry.status.replace("-", " ") or "included" if entry.applicable else "excluded"


def _agreement(known: Known, annex: str, entry: SoaEntry) -> str:
    if not entry.applicable:
        return f"{annex} is excluded with a reason, and nothing that is recorded speaks against it."
    controls = human_list(control.id for control in known.implementing(annex))
    behind = f"{controls} behind it" if controls else "no own control behind it"
    return f"{annex} is called {_claim(entry)}, with {behind}, and nothing that is recorded speaks against it."


def contradictions(known: Known, annex: str) -> Iterator[Contradiction]:
    """Everything that is wrong with one row."""
    entry = known.isms.soa.entries.get(annex) if known.isms.soa else None
    if entry is None:
        yield Contradiction("no-entry", "missing", f"{annex} has no entry in the statement of applicability.")
    elif entry.applicable:
        yield from _included(known, annex, entry)
    else:
        yield from _excluded(known, annex, entry)


def _against(word: str, sentence: str) -> Contradiction:
    return Contradiction(word, "contradiction", sentence)


def _excluded(known: Known, annex: str, entry: SoaEntry) -> Iterator[Contradiction]:
    if len(entry.why_not.split()) < ENOUGH_WORDS:
        yield Contradiction("no-reason", "weak", f"{annex} is excluded without a sentence that says why.")
    if controls := known.implementing(annex):
        names = human_list(control.id for control in controls)
        yield _against("own-control", f"{annex} is excluded, but implemented by {names}.")
    what, words = PROVIDED.get(annex, ("", ""))
    for id_, supplier in known.isms.suppliers.items():
        if what in supplier.provides and supplier.status not in ("proposed", "ended"):
            yield _against(f"supplier/{id_}", f"{annex} is excluded, but {id_} {words} for us.")
    places = known.isms.scope.locations if known.isms.scope else ()
    if annex in PHYSICAL and (offices := [place for place in places if "office" in place.casefold()]):
        yield _against("office", f"{annex} is excluded, but the scope lists {human_list(offices)}.")
    for id_, result in known.results.items():
        if id_ != ID and annex in result.check.annex_a and result.items:
            yield _against(f"check/{id_}", f"{annex} is excluded, but the check {id_} tests it.")


def _included(known: Known, annex: str, entry: SoaEntry) -> Iterator[Contradiction]:
    controls = known.implementing(annex)
    implemented = [control for control in controls if control.status == "implemented"]
    if not entry.reasons:
        yield Contradiction("no-reason", "missing", f"{annex} is included without a reason.")
    risks = [id_ for control in controls for id_ in control.mitigates if id_ in known.isms.risks]
    if "risk" in entry.reasons and not risks:
        yield _against("no-risk", f"{annex} is included because of risk, but no risk leads to it.")
    if entry.status in ("partial", "planned"):
        if entry.action not in known.isms.actions:
            sentence = f"{annex} is {entry.status}, and no action says by when it is done."
            yield Contradiction("no-action", "missing", sentence)
    elif entry.status == "implemented" and controls and not implemented:
        names = human_list(control.id for control in controls)
        rest = f"{names} {'is' if len(controls) == 1 else 'are'} not yet"
        yield _against("not-implemented", f"{annex} is called implemented, but {rest}.")
    elif entry.status == "implemented" and not controls and not stands_behind(known.isms, annex, known.as_of):
        sentence = f"{annex} is called implemented, and no control, approved policy or evidence stands behind it."
        yield Contradiction(NOTHING_BEHIND, "missing", sentence)
    elif entry.status == "implemented" and implemented:
        yield from _called_implemented(known, annex, implemented)


def stands_behind(isms: Isms, annex: str, as_of: date) -> bool:
    """Whether an approved policy implements a row, or an evidence record proves it, without a control between."""
    policies = isms.policies.values()
    return any(annex in policy.implements and policy.status == "approved" for policy in policies) or any(
        annex in record.proves and record.observed.to <= as_of for record in isms.evidence.values()
    )


def _called_implemented(known: Known, annex: str, controls: list[Control]) -> Iterator[Contradiction]:
    ids = [control.id for control in controls]
    states = [known.evidence[id_] for id_ in ids if id_ in known.evidence]
    checks = sorted({check for control in controls for check in checks_of(control)} & known.results.keys())
    judged = [known.results[id_] for id_ in checks]
    failed = [id_ for id_ in checks if id_ in known.fruitless]
    if failed and all(id_ in known.fruitless or not _passed(known, id_) for id_ in checks):
        names = human_list(failed)
        yield _against("all-failed", f"{annex} is called implemented, but {names} passed nothing in the period.")
    elif not any(state.newest_day for state in states):
        holes = [item for result in judged for item in holes_of(result)]
        sentence = f"{annex} is called implemented, but nothing shows {human_list(ids, 'or')} at work."
        if holes:
            sentence = f"{sentence} {holes[0].reason}"
        yield Contradiction("no-evidence", "weak" if holes else "contradiction", sentence, untold=bool(holes))


def _passed(known: Known, check: str) -> bool:
    return any(item.outcome is Outcome.PASS for item in known.results[check].items)
