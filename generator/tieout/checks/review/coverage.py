"""Was what a second person approved what entered the branch, or did something come after it."""

from tieout.checks.case import Case, Verdict, keys_of, names_of
from tieout.checks.review.support import on_day, outsiders, prior_approvals, prior_support, weight
from tieout.checks.review.untold import cannot_tell, joined
from tieout.model.grades import Grade
from tieout.model.history import Approval, Change
from tieout.model.results import Outcome
from tieout.text.words import few_of, plural

EXPECTED = "an approval of what entered the branch"


def is_approved_by_another(change: Change) -> bool:
    return bool(outsiders(change, prior_approvals(change)))


def approval_covers_content(case: Case, change: Change) -> Verdict:
    """Whoever brings a change in takes it as it is then; what others had approved before is named beside it."""
    found = prior_support(change)
    whole = [approval for approval in found.told if approval.covers == "final"]
    if whole:
        best = max(whole, key=weight)
        reason = f"{_approved(case, best)}, and nothing but the branch itself came after it."
        earlier = [approval for approval in found.possible if approval.covers == "earlier"]
        if all(approval.basis == "merger" for approval in whole):
            note = (
                f"; {names_of(case.isms, [one.by for one in earlier])} had approved an earlier one" if earlier else ""
            )
            reason = f"{names_of(case.isms, [best.by])}, who wrote none of it, brought this revision in{note}."
        return Verdict(Outcome.PASS, EXPECTED, "nothing came later", reason, weight(best), (best.by.key,))
    if perhaps := [approval for approval in found.possible if approval.covers == "final"]:
        return cannot_tell(case, change, perhaps, EXPECTED)
    if vague := [approval for approval in found.possible if approval.covers == "unspecified"]:
        by = [approval.by for approval in vague]
        reason = f"The approval by {names_of(case.isms, by)} names no revision that could be compared with what entered the branch, so it cannot be told whether something came after it."
        return Verdict(Outcome.UNKNOWN, EXPECTED, "no revision named", reason, Grade.STATED, keys_of(by))
    if "cannot-tell" in {change.merge_adds, change.restored}:
        return joined(case, change, found.possible, EXPECTED)
    newest = max(found.possible, key=lambda approval: (_position(change, approval), approval.at))
    words, told = _came_later(change, newest)
    reason = f"{_approved(case, newest)}; {told}, and nobody outside the authors approved it as it entered the branch."
    return Verdict(Outcome.FAIL, EXPECTED, words, reason, Grade.STATED, keys_of((*change.authors, newest.by)))


def _approved(case: Case, approval: Approval) -> str:
    what = f"revision {approval.commit[:8]}" if approval.commit else "it"
    return f"{names_of(case.isms, [approval.by])} approved {what}{on_day(approval)}"


def _position(change: Change, approval: Approval) -> int:
    return change.commits.index(approval.commit) if approval.commit in change.commits else -1


def _came_later(change: Change, approval: Approval) -> tuple[str, str]:
    """What came after an approval of an earlier revision: in a few words, and as a part of a sentence."""
    if change.merge_adds == "made":
        return "the merge added more", "the merge that brought it in added files that neither side had"
    if change.restored == "different":
        return "not what was proposed", "what entered the branch is not what was proposed"
    later = change.commits[_position(change, approval) + 1 :] if _position(change, approval) >= 0 else ()
    if not later:
        return "another revision", "what entered the branch is another revision"
    count = plural(len(later), "commit")
    return f"{count} added later", f"{count} came after that ({few_of([commit[:8] for commit in later])})"
