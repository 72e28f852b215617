"""How far the requirement sets are answered on both sides, and which gaps went only because nothing asks any more. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tieout import coverage
from tieout.coverage import Coverage, Standing
from tieout.model.meaning import has_gone
from tieout.model.registers import REGISTERS, Isms
from tieout.model.results import Gap
from tieout.views.review import touched
from tieout.views.review.compared import Side

ANNEX_A = "ISO/IEC 27001:2022, Annex A"


@dataclass(frozen=True, slots=True)
class Answered:
    """How many requirements of a set apply, and how many of these are answered: counts, never a share."""

    applicable: int
    implemented: int  # of Annex A: claimed as implemented; of another set: as `covered`
    covered: int  # an implemented control stands behind it; of another set than Annex A with fresh evidence


@dataclass(frozen=True, slots=True)
class StateChange:
    """A requirement that does not stand as it did; an empty state: it was not there, or is no longer."""

    id: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class CoverageChange:
    """A set on both sides. None: no licence in force and no audit held named it there."""

    set: str
    title: str
    old: Answered | None
    new: Answered | None
    moved: tuple[StateChange, ...] = ()  # of a set that binds on both sides, in the order of the set


@dataclass(frozen=True, slots=True)
class Lapsed:
    """A gap that is there no longer because what it was about does not count any more: nothing was mended."""

    gap: Gap
    why: str  # in words


def compare(old: Side, new: Side) -> tuple[CoverageChange, ...]:
    """Annex A, then each set that a licence or an audit names; only those that are not answered as before."""
    before, after = _answered(old), _answered(new)
    was, now = _binding(old), _binding(new)
    titles = {id_: one.title for side in (old, new) for id_, one in side.isms.requirement_sets.items()}
    found = (
        CoverageChange(
            id_,
            titles.get(id_, ANNEX_A),
            before.get(id_),
            after.get(id_),
            tuple(_moved(was[id_], now[id_])) if id_ in was and id_ in now else (),
        )
        for id_ in dict.fromkeys((*before, *after))
    )
    return tuple(one for one in found if one.old != one.new or one.moved)


def _answered(side: Side) -> dict[str, Answered]:
    isms = side.isms
    entries = isms.soa.entries if isms.soa else {}
    carried = {
        id_ for control in isms.controls.values() if control.status == "implemented" for id_ in control.implements
    }
    applicable = [id_ for id_ in isms.annex_a if id_ in entries and entries[id_].applicable]
    claimed = sum(entries[id_].status == "implemented" for id_ in applicable)
    found = {touched.ISO: Answered(len(applicable), claimed, sum(id_ in carried for id_ in applicable))}
    for id_, one in _binding(side).items():
        found[id_] = Answered(one.applicable, one.covered, one.covered)
    return found


def _binding(side: Side) -> dict[str, Coverage]:
    covered = coverage.cover(side.isms, side.snapshot.judgement)
    named = coverage.named_sets(side.isms, side.snapshot.date.as_of)
    return {id_: covered[id_] for id_ in named if id_ in covered}


def _moved(old: Coverage, new: Coverage) -> Iterator[StateChange]:
    before, after = _states(old), _states(new)
    for id_ in dict.fromkeys((*before, *after)):
        if before.get(id_, "") != after.get(id_, ""):
            yield StateChange(id_, before.get(id_, ""), after.get(id_, ""))


def _states(held: Coverage) -> Mapping[str, str]:
    return {one.requirement.id: one.state for one in held.standings if one.state != "heading"}


# --- gaps that nobody closed ---------------------------------------------------------------------------------------


def part(gone: tuple[Gap, ...], old: Side, new: Side) -> tuple[tuple[Gap, ...], tuple[Lapsed, ...]]:
    """The gaps that are there no longer: those that were closed, and those that only count no more."""
    binding = _binding(new)
    why = {gap.id: _why(gap.subject, old.isms, new.isms, binding) for gap in gone}
    closed = tuple(gap for gap in gone if not why[gap.id])
    return closed, tuple(Lapsed(gap, why[gap.id]) for gap in gone if why[gap.id])


def _why(subject: str, old: Isms, new: Isms, binding: Mapping[str, Coverage]) -> str:
    """Why what a gap was about does not count any more; empty where it still does."""
    set_, _, requirement = subject.partition(":")
    if set_ in old.requirement_sets:
        return _why_not_asked(set_, requirement, binding)
    if subject in old.annex_a:
        entry = new.soa.entries.get(subject) if new.soa else None
        return f"{subject} is excluded" if entry and not entry.applicable else ""
    for register in REGISTERS:
        if record := old.register(register.name).get(subject):
            now = new.register(register.name).get(subject)
            return has_gone(register.name, record, now)
    return ""


def _why_not_asked(set_: str, requirement: str, binding: Mapping[str, Coverage]) -> str:
    if set_ not in binding:
        return f"no licence in force and no audit held names {set_}"
    standing: Standing | None = next(
        (one for one in binding[set_].standings if one.requirement.id == requirement), None
    )
    if not requirement or (standing and standing.applicable):
        return ""
    return f"{set_}:{requirement} is {'called not applicable' if standing else 'removed'}"
