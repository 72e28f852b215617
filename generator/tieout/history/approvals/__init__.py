"""Who approved a change, as found: one reader a source, each saying where. Nothing here judges independence.

Robots and service accounts approve nothing. An approval by an author is kept, as is one by somebody who had left:
whether it counts is a check's matter.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace

from tieout.history.approvals.appraise import from_appraise
from tieout.history.approvals.gerrit import from_gerrit
from tieout.history.approvals.gittuf import from_gittuf
from tieout.history.approvals.merger import from_merger
from tieout.history.approvals.records import from_record
from tieout.history.approvals.signature import from_signature
from tieout.history.approvals.step import Merger, Step
from tieout.history.approvals.trailers import APPROVING, find_in_tag, from_trailers
from tieout.history.people import People
from tieout.model.history import Approval

__all__ = ["APPROVING", "MERGING", "Merger", "Step", "find_approvals", "find_in_tag"]

MERGING = "merged-by"
STRANGERS = 100  # approvals of one change by people whom nobody registered; that there are some makes it unknown

# One a source. What a reader yields is graded by what its source can prove, and says where it was found.
READERS: tuple[Callable[[Step, People], Iterable[Approval]], ...] = (
    from_trailers,
    from_merger,
    from_record,
    from_gerrit,
    from_appraise,
    from_gittuf,
)


def find_approvals(step: Step, people: People) -> tuple[Approval, ...]:
    """Every approval that was found, oldest first."""
    found = _sift(approval for read in READERS for approval in read(step, people))
    found += from_signature(step, found)
    return tuple(
        sorted(
            (_as_of_then(approval, people) for approval in found if not approval.by.robot),
            key=lambda approval: (approval.at, approval.grade, approval.by.key, approval.where),
        )
    )


def _as_of_then(approval: Approval, people: People) -> Approval:
    """With the register's word on whether the approver was with the organisation on that day."""
    absence = people.absence(approval.by, approval.at)
    return replace(approval, absence=absence) if absence else approval


def _sift(found: Iterable[Approval]) -> list[Approval]:
    """Each once, and of people whom nobody registered so many: one small note can name thousands on each commit."""
    kept: dict[tuple[object, ...], Approval] = {}
    strangers = 0
    for each in found:
        who = each.by.key or each.by.name
        key = (who, each.at, each.grade, each.covers, each.basis, each.where, each.commit, each.after_the_fact)
        if key not in kept and (each.by.known or strangers < STRANGERS):
            kept[key] = each
            strangers += not each.by.known
    return list(kept.values())
