"""How far each requirement set is answered: pure, from records and judged evidence to one standing a requirement.

A requirement is reached through a mapping to Annex A or to a clause, as long as that mapping is used and the Statement of
Applicability does not exclude its target, or directly by a control that `satisfies` it. It is covered when a control that
reaches it is implemented, its evidence is fresh, and that evidence does not show it failing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from tieout.checks import claims
from tieout.model.records import Control
from tieout.model.registers import Isms
from tieout.model.requirements import Requirement, RequirementSet, resolve
from tieout.model.results import ControlStatus, Judgement

State = Literal[
    "covered",  # a control that reaches it is implemented and shown by fresh evidence
    "partial",  # it asks for each of several controls, and some of them are shown
    "failing",  # implemented, and its fresh evidence is that it fails
    "stale",  # implemented, but no fresh evidence shows it
    "planned",  # reached by controls that are not implemented yet
    "no-control",  # mapped, and no control of the operator's own stands behind the mapping
    "excluded",  # all that it maps to is excluded by the Statement of Applicability
    "unmapped",  # it maps to nothing, and no control satisfies it
    "off",  # what it maps to, or the whole list, is of low confidence and not confirmed
    "not-applicable",
    "heading",  # stands over others and asks for nothing by itself
]
STATES: tuple[State, ...] = (
    "covered",
    "partial",
    "failing",
    "stale",
    "planned",
    "no-control",
    "excluded",
    "unmapped",
    "off",
    "not-applicable",
)
DIRECT = "satisfies"


@dataclass(frozen=True, slots=True)
class Reached:
    """A control that answers a requirement, and by which ways."""

    control: str
    by: tuple[str, ...]  # A.8.32, iso27001-clauses:9.1, or DIRECT
    failed: int = 0  # of what its checks judged in the period
    judged: int = 0
    fails: bool = False  # what one of its checks judged last had failed, or less passed than is asked


@dataclass(frozen=True, slots=True)
class Standing:
    """One requirement as it stands at the audit date."""

    requirement: Requirement
    state: State
    reached: tuple[Reached, ...] = ()  # in order of id
    met: tuple[str, ...] = ()  # targets of the used mappings that an implemented, shown control stands behind
    unmet: tuple[str, ...] = ()  # the other ones
    newest: date | None = None  # day of the newest evidence of the controls that reach it
    policies: tuple[str, ...] = ()  # approved policies that speak of its targets, where no control does
    flawed: bool = False  # covered, and of each control that shows it something failed in the period

    @property
    def applicable(self) -> bool:
        return self.state not in ("not-applicable", "heading")


@dataclass(frozen=True, slots=True)
class Coverage:
    """One set: always two counts, never a share."""

    set: RequirementSet
    standings: tuple[Standing, ...]  # in the order of the set

    def count(self, *states: State) -> int:
        return sum(standing.state in states for standing in self.standings)

    @property
    def covered(self) -> int:
        return self.count("covered")

    @property
    def flawed(self) -> int:
        return sum(standing.flawed for standing in self.standings)

    @property
    def applicable(self) -> int:
        return sum(standing.applicable for standing in self.standings)


def cover(isms: Isms, judgement: Judgement) -> Mapping[str, Coverage]:
    """The coverage of each set that is not withdrawn, by id."""
    ways, works = _ways(isms), {id_: claims.of(isms, judgement, control) for id_, control in isms.controls.items()}
    entries = isms.soa.entries if isms.soa else {}
    excluded = frozenset(id_ for id_, entry in entries.items() if not entry.applicable)
    return {
        id_: Coverage(
            held,
            tuple(
                _standing(_Case(isms, judgement, ways, held, works, excluded), one)
                for one in held.requirements.values()
            ),
        )
        for id_, held in isms.requirement_sets.items()
        if not held.withdrawn
    }


def named_sets(isms: Isms, as_of: date) -> Mapping[str, tuple[str, ...]]:
    """The sets that bind on a day, each with the licences in force and the audits held that name it."""
    named: dict[str, list[str]] = {}
    for licence in isms.licences.values():
        for id_ in licence.frameworks if licence.status == "active" and licence.granted <= as_of else ():
            named.setdefault(id_, []).append(licence.id)
    for audit in isms.audits.values():
        for id_ in audit.criteria if audit.date <= as_of else ():
            named.setdefault(id_, []).append(audit.id)
    return {id_: tuple(named[id_]) for id_ in isms.requirement_sets if id_ in named}


def _ways(isms: Isms) -> Mapping[str, tuple[Control, ...]]:
    """Control of Annex A, or key of a requirement: the controls that say they answer it; retired ones left out."""
    found: dict[str, dict[str, Control]] = {}
    for control in isms.controls.values():
        if control.status == "retired":
            continue
        for target in (*control.implements, *_keys(isms, (*control.satisfies, *control.mitigates))):
            found.setdefault(target, {})[control.id] = control
    return {target: tuple(held.values()) for target, held in found.items()}


def _keys(isms: Isms, texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        if text in isms.annex_a:
            yield text
        elif one := resolve(isms.requirement_sets, text):
            yield one.key


@dataclass(frozen=True, slots=True)
class _Case:
    """What is known when a requirement is looked at."""

    isms: Isms
    judgement: Judgement
    ways: Mapping[str, tuple[Control, ...]]
    held: RequirementSet
    works: Mapping[str, ControlStatus]  # by control
    excluded: frozenset[str]  # by the Statement of Applicability

    def fresh(self, control: Control) -> bool:
        state = self.judgement.evidence.get(control.id)
        return control.status == "implemented" and state is not None and state.fresh

    def shown(self, control: Control) -> bool:
        return self.fresh(control) and self.works[control.id].shown != "fails"

    def reached(self, control: str, by: list[str]) -> Reached:
        work = self.works[control]
        judged = work.passed + work.failed + work.excepted
        return Reached(control, tuple(by), work.failed, judged, work.shown == "fails")

    def newest(self, controls: Iterable[str]) -> date | None:
        states = (self.judgement.evidence.get(id_) for id_ in controls)
        return max((state.newest_day for state in states if state and state.newest_day), default=None)


def _standing(case: _Case, one: Requirement) -> Standing:
    targets = tuple(dict.fromkeys(target for walk in one.crosswalks if walk.used for target in walk.targets))
    live = tuple(target for target in targets if target not in case.excluded)
    by: dict[str, list[str]] = {}
    for way in (*live, one.key):
        for control in case.ways.get(way, ()):
            by.setdefault(control.id, []).append(DIRECT if way == one.key else way)
    met = tuple(target for target in live if any(case.shown(control) for control in case.ways.get(target, ())))
    unmet = tuple(target for target in targets if target not in met)
    controls = [case.isms.controls[id_] for id_ in sorted(by)]
    state = _state(case, one, controls, unmet)
    return Standing(
        one,
        state,
        tuple(case.reached(id_, by[id_]) for id_ in sorted(by)),
        met,
        unmet,
        case.newest(by),
        () if by else _policies(case.isms, live),
        state == "covered" and all(case.works[own.id].failed for own in controls if case.shown(own)),
    )


def _state(case: _Case, one: Requirement, controls: list[Control], unmet: tuple[str, ...]) -> State:
    """The first that holds; what asks for each of several controls is covered only when none of them is left."""
    if one.not_applicable:
        return "not-applicable"
    if any(case.shown(control) for control in controls):
        return "partial" if unmet and any(walk.each and walk.used for walk in one.crosswalks) else "covered"
    if any(case.fresh(control) for control in controls):
        return "failing"
    if any(control.status == "implemented" for control in controls):
        return "stale"
    if controls:
        return "planned"
    if unmet:
        return "no-control" if set(unmet) - case.excluded else "excluded"
    if case.held.off or one.crosswalks:
        return "off"
    return "heading" if any(other.of == one.id for other in case.held.requirements.values()) else "unmapped"


def _policies(isms: Isms, targets: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(
        id_
        for id_, policy in isms.policies.items()
        if policy.status == "approved" and not set(targets).isdisjoint(policy.implements)
    )
