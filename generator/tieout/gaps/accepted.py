"""Who answers for a gap, and the exception that accepts it while it lasts. Accepting erases nothing: the gap stays."""

from dataclasses import replace

from tieout.checks.exceptions import is_in_force
from tieout.gaps.known import Known
from tieout.model.records import Record
from tieout.model.registers import REGISTERS
from tieout.model.results import Gap

PREFIX = "gap:"


def completed(known: Known, gap: Gap) -> Gap:
    """The gap with its owner and, where there is one in force, its acceptance."""
    return replace(gap, owner=_owner(known, gap.subject), accepted=_exception(known, gap.id))


def _owner(known: Known, subject: str) -> str:
    """The owner of the record it is about; of a row of Annex A the one that the Statement of Applicability names."""
    if known.isms.soa and subject in known.isms.soa.entries:
        return known.isms.soa.entries[subject].owner or known.isms.soa.owner
    record = _record(known, subject)
    return record.owner if record else ""


def _record(known: Known, subject: str) -> Record | None:
    for register in REGISTERS:
        if (found := known.isms.register(register.name).get(subject)) is not None:
            return found
    return None


def _exception(known: Known, gap: str) -> str:
    return next(
        (
            id_
            for id_, found in known.isms.exceptions.items()
            if f"{PREFIX}{gap}" in found.excepts and is_in_force(known.isms, found, known.as_of)
        ),
        "",
    )
