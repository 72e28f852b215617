"""Verdicts on approvals: was a change seen by someone who did not write it, and by the right someone.

What counts is an approval by a person, given before the change entered the branch, by none of its authors.
Whether two entries are two people can only be told from the register. So one author whose address nobody registered
leaves independence *unknown*, whatever the grade of the approval: a forge's record proves who approved, not that the
approver's second address is not among the authors. Only a lack that no identity could mend (no approval, none but the
authors', too low a grade) is a fail in that case.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from tieout.checks.case import (
    Case,
    Verdict,
    day_of,
    keys_of,
    names_of,
    strictest_first,
    tier_of,
    working_days,
)
from tieout.model.history import Approval, Change, Grade
from tieout.model.results import Outcome
from tieout.text.words import human_day, human_list, plural

DEFAULT_WITHIN = 2  # working days for the review of an emergency change


def prior_approvals(change: Change) -> tuple[Approval, ...]:
    """Approvals by people, given before the change entered the branch. A robot's approval is none."""
    return tuple(found for found in change.approvals if not found.after_the_fact and not found.by.robot)


def outsiders(change: Change, approvals: Iterable[Approval]) -> tuple[Approval, ...]:
    """Approvals by people who are not in the author set, as far as the register tells."""
    authors = {author.key for author in change.authors}
    return tuple(
        found for found in approvals if not found.by.robot and found.by.key not in authors and found.grade > Grade.NONE
    )


def authors_known(change: Change) -> bool:
    """Whether the author set is whole and all of it in the register.

    A merge that carries nothing but itself is one whose other side was not read, as at the edge of a shallow copy.
    """
    seen = change.kind != "merge" or change.commits != (change.id,)
    return seen and bool(change.authors) and all(author.known for author in change.authors)


def weight(approval: Approval) -> Grade:
    """The grade at which an approval counts: what was approved of an earlier revision is no more than stated."""
    return min(approval.grade, Grade.STATED) if approval.covers == "earlier" else approval.grade


class Support(NamedTuple):
    """The approvals outside the author set: those that are known to be independent, and those that may be."""

    told: tuple[Approval, ...]
    possible: tuple[Approval, ...]

    @property
    def best(self) -> Approval | None:
        return max(self.told, key=weight, default=None)


def support(change: Change, approvals: Iterable[Approval]) -> Support:
    found = outsiders(change, approvals)
    told = tuple(approval for approval in found if approval.by.known) if authors_known(change) else ()
    return Support(told, found)


def change_reviewed(case: Case, change: Change) -> Verdict:
    service = strictest_first(case.isms, change.services)[0]
    tier = tier_of(case.isms, service)
    needed = case.config.grades.get(tier, Grade.RECORDED)
    expected = f"approval by a second person, {needed.words} or better"
    found = support(change, prior_approvals(change))
    best = found.best
    if best and weight(best) >= needed:
        reason = (
            f"{names_of(case.isms, [best.by])}, who is not among the authors, approved the change; that is "
            f"{weight(best).words}, and tier {tier} ({service}) asks {needed.words} or better."
        )
        return Verdict(Outcome.PASS, expected, weight(best).words, reason, weight(best), (best.by.key,))
    if change.automated:
        reason = f"A declared robot made the whole change ({names_of(case.isms, change.authors)}), so no person's work waits for a second person."
        return Verdict(
            Outcome.NOT_APPLICABLE, expected, "made by a declared robot", reason, people=keys_of(change.authors)
        )
    if any(weight(approval) >= needed for approval in found.possible):
        return _cannot_tell(case, change, found.possible, expected)
    return Verdict(
        Outcome.FAIL,
        expected,
        _lack(change, found),
        _why_not_reviewed(case, change, found, needed, tier),
        max(map(weight, found.possible), default=Grade.NONE),
        keys_of(change.authors),
    )


def approver_not_author(case: Case, change: Change) -> Verdict:
    expected = "an approver who wrote none of it"
    approvals = prior_approvals(change)
    found = support(change, approvals)
    if change.automated:
        reason = f"A declared robot made the whole change ({names_of(case.isms, change.authors)}), so no person could approve their own work."
        return Verdict(
            Outcome.NOT_APPLICABLE, expected, "made by a declared robot", reason, people=keys_of(change.authors)
        )
    if not approvals:
        reason = "No approval was found from before the change entered the branch, so there is none to compare with its authors; the check change-reviewed judges that."
        return Verdict(Outcome.NOT_APPLICABLE, expected, "no approval to compare", reason)
    if best := found.best:
        reason = f"{names_of(case.isms, [best.by])} approved the change and is not among its authors ({names_of(case.isms, change.authors)})."
        return Verdict(Outcome.PASS, expected, "independent approver", reason, weight(best), (best.by.key,))
    if found.possible:
        return _cannot_tell(case, change, found.possible, expected)
    approvers = [approval.by for approval in approvals]
    reason = f"Every approval found is by an author of the change: {names_of(case.isms, approvers)}."
    return Verdict(Outcome.FAIL, expected, "approved by an author only", reason, Grade.NONE, keys_of(approvers))


def is_high_risk(change: Change) -> bool:
    return bool(change.high_risk_paths or change.criteria)


def high_risk_path_reviewed(case: Case, change: Change) -> Verdict:
    roles = _approver_roles(case, change)
    allowed = _allowed(case, change, roles)
    words = human_list([*(["a code owner"] if change.code_owners else []), *(f"role {role}" for role in roles)], "or")
    expected = f"approval by {words}" if words else "a named owner of the path"
    risky = human_list((*change.high_risk_paths[:3], *change.criteria)) or "a high-risk path"
    found = support(change, prior_approvals(change))
    if right := [approval for approval in found.told if approval.by.person in allowed]:
        best = max(right, key=weight)
        reason = f"{names_of(case.isms, [best.by])}, who may approve {risky} ({words}), approved the change."
        return Verdict(Outcome.PASS, expected, "approved by an owner", reason, weight(best), (best.by.key,))
    nobody = not allowed and not change.code_owners
    if not nobody and any(approval.by.person in allowed or not approval.by.known for approval in found.possible):
        return _cannot_tell(case, change, found.possible, expected)
    if nobody:
        reason = f"The change touches {risky}, and nobody is named who may approve that: no code owner at that commit, and no holder of an approver role."
        return Verdict(Outcome.FAIL, expected, "no owner is named", reason, people=keys_of(change.authors))
    approvers = [approval.by for approval in found.possible]
    who = (
        f"only {names_of(case.isms, approvers)} approved it" if approvers else "nobody outside its authors approved it"
    )
    reason = f"The change touches {risky}, which {words} must approve, and {who} before it entered the branch."
    return Verdict(Outcome.FAIL, expected, "no approval by an owner", reason, Grade.NONE, keys_of(change.authors))


def is_emergency(change: Change) -> bool:
    return bool(change.emergency) or (change.kind == "direct" and not change.automated)


def emergency_reviewed(case: Case, change: Change) -> Verdict:
    setting = case.isms.checks.get("emergency-reviewed")
    limit = setting.within if setting and setting.within is not None else DEFAULT_WITHIN
    expected = f"review within {plural(limit, 'working day')}"
    mark = f"marked as an emergency ({change.emergency})" if change.emergency else "pushed to the branch directly"
    pushed = day_of(change.time)
    known = tuple(found for found in change.approvals if found.at <= case.date.cutoff)
    found = support(change, known)
    timely = [approval for approval in found.told if _days_taken(change, approval) <= limit]
    if timely:
        best = max(timely, key=weight)
        reason = f"The change, {mark} on {human_day(pushed)}, was reviewed by {names_of(case.isms, [best.by])} on {human_day(day_of(best.at))}, within {plural(limit, 'working day')}."
        return Verdict(
            Outcome.PASS, expected, _taken_words(_days_taken(change, best)), reason, weight(best), (best.by.key,)
        )
    if any(_days_taken(change, approval) <= limit for approval in found.possible):
        return _cannot_tell(case, change, found.possible, expected)
    if working_days(pushed, case.date.as_of) <= limit:
        reason = f"The change was {mark} on {human_day(pushed)}; so far no review is recorded, and the limit of {plural(limit, 'working day')} has not passed by {human_day(case.date.as_of)}."
        return Verdict(Outcome.UNKNOWN, expected, "so far no review", reason, people=keys_of(change.authors))
    if late := min(found.possible, key=lambda approval: approval.at, default=None):
        taken = _days_taken(change, late)
        reason = f"The change, {mark} on {human_day(pushed)}, was reviewed by {names_of(case.isms, [late.by])} on {human_day(day_of(late.at))}, on working day {taken} of at most {limit}."
        return Verdict(Outcome.FAIL, expected, _taken_words(taken), reason, weight(late), (late.by.key,))
    reason = f"The change was {mark} on {human_day(pushed)}, and no review by anyone outside its authors ({names_of(case.isms, change.authors)}) is recorded."
    return Verdict(Outcome.FAIL, expected, "no review", reason, Grade.NONE, keys_of(change.authors))


def _days_taken(change: Change, approval: Approval) -> int:
    return working_days(day_of(change.time), day_of(approval.at)) if approval.after_the_fact else 0


def _taken_words(taken: int) -> str:
    return f"reviewed after {plural(taken, 'working day')}" if taken else "reviewed in time"


def _cannot_tell(case: Case, change: Change, approvals: Iterable[Approval], expected: str) -> Verdict:
    """An approval is there, and whether it is independent depends on an address that nobody registered."""
    approvers = [approval.by for approval in approvals]
    strangers = [identity for identity in (*change.authors, *approvers) if not identity.known]
    people = keys_of([*change.authors, *approvers])
    if strangers:
        reason = (
            f"{names_of(case.isms, strangers)} is not in the people register, so it cannot be told whether those who "
            f"approved the change ({names_of(case.isms, approvers)}) and those who wrote it "
            f"({names_of(case.isms, change.authors) or 'not known'}) are different people."
        )
        return Verdict(Outcome.UNKNOWN, expected, "an address nobody registered", reason, people=people)
    reason = f"{names_of(case.isms, approvers)} approved the change, but the commits it carries were not read, so its authors are not known."
    return Verdict(Outcome.UNKNOWN, expected, "authors not known", reason, people=people)


def _lack(change: Change, found: Support) -> str:
    if found.possible:
        return max(map(weight, found.possible)).words
    if prior_approvals(change):
        return "approved by an author only"
    return "reviewed afterwards only" if any(late.after_the_fact for late in change.approvals) else "no approval"


def _why_not_reviewed(case: Case, change: Change, found: Support, needed: Grade, tier: int) -> str:
    authors = names_of(case.isms, change.authors) or "nobody"
    if found.possible:
        best = max(found.possible, key=weight)
        earlier = " of an earlier revision" if best.covers == "earlier" else ""
        return f"The approval{earlier} by {names_of(case.isms, [best.by])} is {weight(best).words} only, and tier {tier} asks {needed.words} or better."
    if approvals := prior_approvals(change):
        return f"The only approval is by an author of the change: {names_of(case.isms, [approval.by for approval in approvals])}."
    if late := next((approval for approval in change.approvals if approval.after_the_fact), None):
        return f"{names_of(case.isms, [late.by])} reviewed the change on {human_day(day_of(late.at))}, after it had entered the branch; before that no approval was recorded."
    if change.approvals:
        return f"The only approval is by a robot, which is no review; no second person saw the change by {authors}."
    return f"No approval by a second person was found for the change by {authors}."


def _approver_roles(case: Case, change: Change) -> tuple[str, ...]:
    criteria = (case.isms.criteria.get(id_) for id_ in change.criteria)
    return tuple(sorted({found.requires.approver_role for found in criteria if found and found.requires.approver_role}))


def _allowed(case: Case, change: Change, roles: Iterable[str]) -> set[str]:
    wanted = set(roles)
    holders = {
        id_
        for id_, person in case.isms.people.items()
        if wanted.intersection(person.roles) and _active(person.active.to if person.active else None, change)
    }
    return holders | {owner for owner in change.code_owners if owner in case.isms.people}


def _active(left: date | None, change: Change) -> bool:
    return left is None or day_of(change.time) <= left
