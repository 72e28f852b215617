"""Was a change seen by a second person, known well enough; and was anybody its only approver who wrote it."""

from tieout.checks.case import Case, Verdict, day_of, keys_of, names_of
from tieout.checks.review.support import (
    Support,
    absentees,
    away,
    grade_asked,
    is_mixed,
    on_day,
    prior_approvals,
    prior_support,
    weight,
)
from tieout.checks.review.untold import cannot_tell, joined
from tieout.checks.robots import made_by_robot
from tieout.model.grades import Grade
from tieout.model.history import Change
from tieout.model.results import Outcome
from tieout.text.words import human_day


def change_reviewed(case: Case, change: Change) -> Verdict:
    needed, tier, service = grade_asked(case, "change-reviewed", change)
    expected = f"approval by a second person, {needed.words} or better"
    found = prior_support(change)
    best = found.best
    if best and weight(best) >= needed:
        reason = (
            f"{names_of(case.isms, [best.by])}, who is not among the authors, approved the change{on_day(best)}; the "
            f"grade of that is {weight(best).words}, and tier {tier} ({service}) asks {needed.words} or better."
        )
        return Verdict(Outcome.PASS, expected, weight(best).words, reason, weight(best), (best.by.key,))
    if change.automated:
        reason = f"A declared robot made the whole change ({names_of(case.isms, change.authors)}), so no person's work waits for a second person."
        return made_by_robot(case, change, expected, "made by a declared robot", reason)
    if any(weight(approval) >= needed for approval in found.possible):
        return cannot_tell(case, change, found.possible, expected)
    if is_mixed(change, found.possible, needed):
        return joined(case, change, found.possible, expected)
    return Verdict(
        Outcome.FAIL,
        expected,
        _lack(change, found),
        _why_not_reviewed(case, change, found, needed, tier),
        max(map(weight, found.possible), default=Grade.NONE),
        keys_of(change.authors),
    )


def _lack(change: Change, found: Support) -> str:
    if found.possible:
        return max(map(weight, found.possible)).words
    if absentees(change, prior_approvals(change)):
        return "approver not with us then"
    if prior_approvals(change):
        return "approved by an author only"
    return "reviewed afterwards only" if any(late.after_the_fact for late in change.approvals) else "no approval"


def _why_not_reviewed(case: Case, change: Change, found: Support, needed: Grade, tier: int) -> str:
    authors = names_of(case.isms, change.authors) or "nobody"
    if found.possible:
        best = max(found.possible, key=weight)
        earlier = " of an earlier revision" if best.covers == "earlier" else ""
        earlier = " of what was proposed, to which the merge added more," if change.merge_adds == "made" else earlier
        apart = best.covers == "earlier" and change.restored == "different"
        earlier = " of what was proposed, which is not what was merged," if apart else earlier
        return f"The approval{earlier} by {names_of(case.isms, [best.by])} is {weight(best).words} only, and tier {tier} asks {needed.words} or better."
    if gone := absentees(change, prior_approvals(change)):
        return f"{away(case, gone)}, which is no approval; no other by a second person was found for the change by {authors}."
    if approvals := prior_approvals(change):
        return f"The only approval is by an author of the change: {names_of(case.isms, [approval.by for approval in approvals])}."
    if late := next((approval for approval in change.approvals if approval.after_the_fact), None):
        return f"{names_of(case.isms, [late.by])} reviewed the change on {human_day(day_of(late.at))}, after it had entered the branch; no approval from before that was found."
    if change.approvals:
        return f"The only approval is by a robot, which is no review; no second person saw the change by {authors}."
    return f"No approval by a second person was found for the change by {authors}."


def approver_not_author(case: Case, change: Change) -> Verdict:
    expected = "an approver who wrote none of it"
    approvals = prior_approvals(change)
    gone = absentees(change, approvals)
    found = prior_support(change)
    if change.automated:
        reason = f"A declared robot made the whole change ({names_of(case.isms, change.authors)}), so no person could approve their own work."
        return made_by_robot(case, change, expected, "made by a declared robot", reason)
    if not approvals:
        reason = "No approval was found from before the change entered the branch, so there is none to compare with its authors; the check change-reviewed judges that."
        return Verdict(Outcome.NOT_APPLICABLE, expected, "no approval to compare", reason)
    if best := found.best:
        reason = f"{names_of(case.isms, [best.by])} approved the change and is not among its authors ({names_of(case.isms, change.authors)})."
        return Verdict(Outcome.PASS, expected, "independent approver", reason, weight(best), (best.by.key,))
    if found.possible:
        return cannot_tell(case, change, found.possible, expected)
    own = [approval.by for approval in approvals if approval not in gone]
    if not own:
        reason = f"{away(case, gone)}, which is no approval; no other is there to compare with its authors. The check change-reviewed judges that."
        return Verdict(Outcome.NOT_APPLICABLE, expected, "no approval to compare", reason)
    beside = f" {away(case, gone)}, which is no approval." if gone else ""
    reason = f"Every approval that counts is by an author of the change: {names_of(case.isms, own)}.{beside}"
    return Verdict(Outcome.FAIL, expected, "approved by an author only", reason, Grade.NONE, keys_of(own))
