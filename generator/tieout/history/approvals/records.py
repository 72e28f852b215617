"""Approvals in review records that a forge's export holds."""

from collections.abc import Iterator

from tieout.history.approvals.revisions import covered, is_of_mixture
from tieout.history.approvals.step import Step
from tieout.history.people import People
from tieout.history.records import Record, RecordedApproval, RecordedMerge
from tieout.model.grades import Grade
from tieout.model.history import Approval


def from_record(step: Step, people: People) -> Iterator[Approval]:
    """Recorded by the forge only where a robot exported that the approval names the final revision; else a statement."""
    if step.record is None:
        return
    limit = _limit(step, step.record.merged)
    for recorded in _standing(step.record, limit, people):
        covers = covered(step, recorded.commit, exported=recorded.exported)
        whole = covers == "final" or is_of_mixture(step, recorded.commit)
        grade = Grade.RECORDED if whole and recorded.exported else Grade.STATED
        by = people.owner(recorded.by, recorded.at)
        where = f"review record {recorded.source}"
        yield Approval(by, recorded.at, grade, covers, "review record", where, recorded.commit, recorded.at > limit)


def _limit(step: Step, merged: RecordedMerge | None) -> int:
    """When the change was merged, so that what came later was no condition of it. Nobody types that it was later."""
    entered = step.commit.committer.time
    if merged is None:
        return entered
    return merged.at if merged.exported else min(merged.at, entered)


def _standing(record: Record, limit: int, people: People) -> Iterator[RecordedApproval]:
    """The approvals that nobody took back: a later entry ends them, unless they had served for a merge before it."""
    withdrawn = [(people.owner(told.by, told.at).key, told.at) for told in record.approvals if told.withdrawn]
    for told in record.approvals:
        by = people.owner(told.by, told.at).key
        ended = any(who == by and told.at <= at and (at <= limit or told.at > limit) for who, at in withdrawn)
        if not told.withdrawn and not ended:
            yield told
