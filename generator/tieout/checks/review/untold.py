"""Verdicts where an approval is there and what it is worth cannot be told: who is who, and what was approved."""

from collections.abc import Iterable

from tieout.checks.case import Case, Verdict, keys_of, names_of
from tieout.checks.review.support import is_dated
from tieout.model.grades import Grade
from tieout.model.history import Approval, Change, Identity
from tieout.model.results import Outcome


def cannot_tell(case: Case, change: Change, approvals: Iterable[Approval], expected: str) -> Verdict:
    """An approval is there, and whether it is independent depends on an unregistered address, a day or an author not named."""
    approvals = tuple(approvals)
    approvers = [approval.by for approval in approvals]
    strangers = [identity for identity in (*change.authors, *approvers) if not identity.known]
    people = keys_of([*change.authors, *approvers])
    if strangers:
        lacks = "is" if len({identity.key for identity in strangers}) == 1 else "are"
        reason = (
            f"{names_of(case.isms, strangers)} {lacks} not in the people register, so it cannot be told whether those who "
            f"approved the change ({names_of(case.isms, approvers)}) and those who wrote it "
            f"({names_of(case.isms, change.authors) or 'not known'}) are different people."
        )
        return Verdict(Outcome.UNKNOWN, expected, "an address nobody registered", reason, people=people)
    if change.authorship == "message":
        return Verdict(
            Outcome.UNKNOWN, expected, "an author may be hidden", _may_hide(case, change, approvers), people=people
        )
    if undated := [approval.by for approval in approvals if not is_dated(approval)]:
        leaving = any(approval.absence == "unknown" for approval in approvals)
        what = "they were with the organisation then" if leaving else "that was in time"
        reason = (
            f"The record does not say on which day {names_of(case.isms, undated)} approved the change, so it cannot be "
            f"told whether {what}."
        )
        return Verdict(Outcome.UNKNOWN, expected, "day of the approval not known", reason, people=people)
    reason = f"{names_of(case.isms, approvers)} approved the change, but the commits it carries were not read, so its authors are not known."
    return Verdict(Outcome.UNKNOWN, expected, "authors not known", reason, people=people)


def _may_hide(case: Case, change: Change, approvers: Iterable[Identity]) -> str:
    """Why it is not known who wrote a squash."""
    why = {
        "no-ref": "the proposal behind it was not found",
        "different": "it is not what was proposed",
        "cannot-tell": "it cannot be told whether it is what was proposed",
    }.get(change.restored, "the proposal behind a squash that it carries was not compared")
    return (
        f"{names_of(case.isms, approvers)} approved the change. It is a squash, {why}, and no export of the forge names "
        f"its authors; its message names {names_of(case.isms, change.authors)}, and need not name all. So it cannot be "
        f"told whether the approver wrote a part of it."
    )


def joined(case: Case, change: Change, approvals: Iterable[Approval], expected: str) -> Verdict:
    """Git joined what both sides had changed, so the outcome cannot be compared with what was approved."""
    by = [approval.by for approval in approvals]
    how = (
        "The squash changed files that the branch had changed since the proposal was made, and its lines are not those "
        "of the proposal"
        if change.restored == "cannot-tell"
        else "The merge joined files that both sides had changed, and the outcome is neither side's"
    )
    reason = (
        f"{how}; so whether what {names_of(case.isms, by)} approved is what entered the branch cannot be told from the "
        f"files alone."
    )
    return Verdict(Outcome.UNKNOWN, expected, "both sides changed a file", reason, Grade.STATED, keys_of(by))
