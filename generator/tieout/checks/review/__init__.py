"""Verdicts on approvals: was a change seen by someone who did not write it, and by the right someone.

What counts is an approval by a person, given before the change entered the branch, by none of its authors, on a day on
which that person was with the organisation.
Whether two entries are two people can only be told from the register. So one author whose address nobody registered
leaves independence *unknown*, whatever the grade of the approval: a forge's record proves who approved, not that the
approver's second address is not among the authors. So does a squash whose message alone tells who wrote it. Only a lack
that no identity could mend (no approval, none but the authors', too low a grade) is a fail in that case.
"""

from tieout.checks.review.checklist import review_checklist
from tieout.checks.review.coverage import approval_covers_content, is_approved_by_another
from tieout.checks.review.emergency import emergency_reviewed, is_emergency
from tieout.checks.review.high_risk import high_risk_path_reviewed, is_high_risk
from tieout.checks.review.number import asks_approvals, enough_approvals, is_number_set
from tieout.checks.review.production import has_criteria, high_risk_approved, meets_criterion
from tieout.checks.review.second_person import approver_not_author, change_reviewed
from tieout.checks.review.support import (
    Support,
    absentees,
    authors_known,
    authors_whole,
    is_dated,
    outsiders,
    prior_approvals,
    prior_support,
    weight,
)

__all__ = [
    "Support",
    "absentees",
    "approval_covers_content",
    "approver_not_author",
    "asks_approvals",
    "authors_known",
    "authors_whole",
    "change_reviewed",
    "emergency_reviewed",
    "enough_approvals",
    "has_criteria",
    "high_risk_approved",
    "high_risk_path_reviewed",
    "is_approved_by_another",
    "is_dated",
    "is_emergency",
    "is_high_risk",
    "is_number_set",
    "meets_criterion",
    "outsiders",
    "prior_approvals",
    "prior_support",
    "review_checklist",
    "weight",
]
