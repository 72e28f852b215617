"""Did as many people approve a change as its tier, or a criterion that it meets, asks."""

from tieout.checks.case import Case, Verdict, keys_of, names_of, strictest_first, tier_of
from tieout.checks.review.support import absentees, away, grade_asked, is_mixed, prior_approvals, prior_support, weight
from tieout.checks.review.untold import cannot_tell, joined
from tieout.checks.robots import made_by_robot
from tieout.model.grades import Grade
from tieout.model.history import Change
from tieout.model.results import Outcome
from tieout.text.words import human_list, plural

CHECK = "enough-approvals"


def approvals_asked(case: Case, change: Change) -> tuple[int, str]:
    """How many people have to approve a change, and who asks that; 0 where nobody does."""
    service = next(iter(strictest_first(case.isms, change.services)), "")
    tier = tier_of(case.isms, service)
    set_ = next((number for word, number in case.setting(CHECK).approvals.items() if int(word) == tier), 0)
    met = {id_: case.isms.criteria[id_].requires.approvals for id_ in change.criteria if id_ in case.isms.criteria}
    most = max((set_, *met.values()))
    asking = [f"tier {tier} ({service})"] if set_ == most else []
    return most, human_list([*asking, *(id_ for id_, number in sorted(met.items()) if number == most)])


def is_number_set(case: Case) -> bool:
    """Whether anybody said how many people have to approve any change."""
    return bool(case.setting(CHECK).approvals or case.isms.criteria)


def asks_approvals(case: Case, change: Change) -> bool:
    return bool(approvals_asked(case, change)[0])


def enough_approvals(case: Case, change: Change) -> Verdict:
    """Each person counts once, however often they approved."""
    needed, asking = approvals_asked(case, change)
    grade, tier, _ = grade_asked(case, CHECK, change)
    expected = f"{plural(needed, 'approver')}, {grade.words} or better"
    found = prior_support(change)
    strong = {approval.by.key: approval for approval in found.told if weight(approval) >= grade}
    number = f"{len(strong)} of {plural(needed, 'approver')}"
    if len(strong) >= needed:
        best = sorted(map(weight, strong.values()), reverse=True)[needed - 1]
        who = names_of(case.isms, [approval.by for approval in strong.values()])
        reason = f"{who}, who wrote none of it, approved the change before it entered the branch; {asking} asks {plural(needed, 'approver')}."
        return Verdict(Outcome.PASS, expected, number, reason, best, tuple(sorted(strong)))
    if change.automated:
        reason = f"A declared robot made the whole change ({names_of(case.isms, change.authors)}), so no person's work waits for others."
        return made_by_robot(case, change, expected, "made by a declared robot", reason)
    if len({approval.by.key for approval in found.possible if weight(approval) >= grade}) >= needed:
        return cannot_tell(case, change, found.possible, expected)
    if len({approval.by.key for approval in found.possible if approval.grade >= grade}) >= needed and is_mixed(
        change, found.possible, grade
    ):
        return joined(case, change, found.possible, expected)
    reason = f"{asking} asks {plural(needed, 'approver')} outside its authors, and {_who(case, change, grade, tier)}."
    best = max(map(weight, found.possible), default=Grade.NONE)
    return Verdict(Outcome.FAIL, expected, number, reason[0].upper() + reason[1:], best, keys_of(change.authors))


def _who(case: Case, change: Change, grade: Grade, tier: int) -> str:
    """Who did approve it, and what is wrong with those who do not count."""
    found = prior_support(change).possible
    counted = {approval.by.key: approval.by for approval in found if weight(approval) >= grade}
    weak = {approval.by.key: approval.by for approval in found if approval.by.key not in counted}
    gone = away(case, absentees(change, prior_approvals(change)))
    parts = (
        [f"only {names_of(case.isms, counted.values())} approved it before it entered the branch"] if counted else []
    )
    if weak:
        verb = "approval by {} is" if len(weak) == 1 else "approvals by {} are"
        whose = verb.format(names_of(case.isms, weak.values()))
        parts.append(f"the {whose} below {grade.words}, which tier {tier} asks")
    parts += [f"{gone}, which is no approval"] if gone else []
    return "; ".join(parts) or "nobody outside its authors approved it before it entered the branch"
