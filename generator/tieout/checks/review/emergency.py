"""Was a change that came in haste reviewed in time."""

from tieout.checks.case import Case, Verdict, day_of, keys_of, names_of, working_days
from tieout.checks.review.support import absentees, away, grade_asked, support, weight
from tieout.checks.review.untold import cannot_tell
from tieout.model.grades import Grade
from tieout.model.history import Approval, Change
from tieout.model.results import Outcome
from tieout.text.words import human_day, plural

CHECK = "emergency-reviewed"
DEFAULT_WITHIN = 2  # working days for the review of an emergency change


def is_emergency(change: Change) -> bool:
    return bool(change.emergency) or (change.kind == "direct" and not change.automated)


def emergency_reviewed(case: Case, change: Change) -> Verdict:
    within = case.setting(CHECK).within
    limit = DEFAULT_WITHIN if within is None else within
    expected = f"review within {plural(limit, 'working day')}"
    mark = f"marked as an emergency ({change.emergency})" if change.emergency else "pushed to the branch directly"
    pushed = day_of(change.time)
    known = tuple(found for found in change.approvals if found.at <= case.date.cutoff)
    found = support(change, known)
    grade, tier, _ = grade_asked(case, CHECK, change)
    strong = [approval for approval in found.possible if weight(approval) >= grade]
    timely = [approval for approval in found.told if approval in strong and _days_taken(change, approval) <= limit]
    if timely:
        best = max(timely, key=weight)
        reason = f"The change, {mark} on {human_day(pushed)}, was reviewed by {names_of(case.isms, [best.by])} on {human_day(day_of(best.at))}, within {plural(limit, 'working day')}."
        return Verdict(
            Outcome.PASS, expected, _taken_words(_days_taken(change, best)), reason, weight(best), (best.by.key,)
        )
    if any(_days_taken(change, approval) <= limit for approval in strong):
        return cannot_tell(case, change, strong, expected)
    if working_days(pushed, case.date.as_of) <= limit:
        reason = f"The change was {mark} on {human_day(pushed)}; so far no review is recorded, and the limit of {plural(limit, 'working day')} has not passed by {human_day(case.date.as_of)}."
        return Verdict(Outcome.UNKNOWN, expected, "so far no review", reason, people=keys_of(change.authors))
    if found.possible and not strong:
        best = max(found.possible, key=weight)
        reason = f"The change was {mark} on {human_day(pushed)}; its review by {names_of(case.isms, [best.by])} is {weight(best).words} only, and tier {tier} asks {grade.words} or better."
        return Verdict(Outcome.FAIL, expected, f"{weight(best).words} only", reason, weight(best), (best.by.key,))
    if late := min(strong, key=lambda approval: approval.at, default=None):
        taken = _days_taken(change, late)
        reason = f"The change, {mark} on {human_day(pushed)}, was reviewed by {names_of(case.isms, [late.by])} on {human_day(day_of(late.at))}, on working day {taken} of at most {limit}."
        return Verdict(Outcome.FAIL, expected, _taken_words(taken), reason, weight(late), (late.by.key,))
    gone = away(case, absentees(change, known))
    beside = f" {gone}, which is no review." if gone else ""
    authors = names_of(case.isms, change.authors) or "nobody who is named"
    reason = f"The change was {mark} on {human_day(pushed)}, and no review by anyone outside its authors ({authors}) is recorded.{beside}"
    return Verdict(Outcome.FAIL, expected, "no review", reason, Grade.NONE, keys_of(change.authors))


def _days_taken(change: Change, approval: Approval) -> int:
    return working_days(day_of(change.time), day_of(approval.at)) if approval.after_the_fact else 0


def _taken_words(taken: int) -> str:
    return f"reviewed after {plural(taken, 'working day')}" if taken else "reviewed in time"
