"""What a search for gaps may look at, and the shape of its answer."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tieout.model.history import Facts
from tieout.model.records import Control
from tieout.model.registers import Isms
from tieout.model.results import AuditDate, Chain, Gap, GapKind, Judgement, Trace

NOT_DONE = frozenset({"planned", "partial", "not-implemented"})  # said by a record of what is still to be done


@dataclass(frozen=True, slots=True)
class Known:
    """Everything concluded so far for one audit."""

    isms: Isms
    facts: Facts
    judgement: Judgement
    traces: Mapping[str, Trace]
    date: AuditDate

    @property
    def as_of(self) -> dt.date:
        return self.date.as_of

    def implementing(self, annex: str) -> tuple[Control, ...]:
        """The controls that say they implement a control of Annex A, retired ones left out."""
        return tuple(
            control
            for control in self.isms.controls.values()
            if annex in control.implements and control.status != "retired"
        )

    def fresh(self, control: str) -> bool:
        state = self.judgement.evidence.get(control)
        return state is not None and state.fresh


def lacking(*claims: str) -> GapKind:
    """The kind of a gap where something is not there: open while none of its records claims that it is."""
    return "missing" if set(claims) - NOT_DONE else "open"


def chain_of(id_: str, title: str, subjects: Iterable[str], gaps: Iterable[Gap]) -> Chain:
    """A chain whose subjects are complete when no gap is about them. Gaps may be about others beside."""
    unique = {gap.id: gap for gap in gaps}
    found = tuple(unique[key] for key in sorted(unique))
    subjects = set(subjects)
    broken = {gap.subject for gap in found}
    return Chain(id_, title, len(subjects - broken), len(subjects), found)


def months_between(start: dt.date, end: dt.date) -> int:
    return (end.year - start.year) * 12 + end.month - start.month - (end.day < start.day)
