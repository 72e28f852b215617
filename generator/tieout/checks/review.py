"""Verdicts on approvals: was a change seen by someone who did not write it, and by the right someone.

What counts is an approval by a person, given before the change entered the branch, by none of its authors.
Whether two entries are two people can only be told from the register. So one author whose address nobody registered
leaves independence *unknown*, whatever the grade of the approval: a forge's record proves who approved, not that the
approver's second address is not among the authors. So does a squash whose message alone tells who wrote it. Only a lack that no identity could mend (no approval, none but the
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
from tieout.checks.robots import made_by_robot
from tieout.model.grades import Grade
from tieout.model.history import Approval, Change, Identity
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


def authors_whole(change: Change) -> bool:
    """Whether nobody's part in it can be hidden: see `Authorship`.

    A merge that carries nothing but itself is one whose other side was not read, as at the edge of a shallow copy.
    """
    seen = change.kind != "merge" or change.commits != (change.id,)
    return seen and bool(change.authors) and change.authorship != "message"


def authors_known(change: Change) -> bool:
    """Whether the author set is whole and all of it in the register."""
    return authors_whole(change) and all(author.known for author in change.authors)


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
    needed = case.grade("change-reviewed", tier)
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
        return made_by_robot(case, change, expected, "made by a declared robot", reason)
    if any(weight(approval) >= needed for approval in found.possible):
        return _cannot_tell(case, change, found.possible, expected)
    if _is_mixed(change, found.possible, needed):
        return _joined(case, change, found.possible, expected)
    return Verdict(
        Outcome.FAIL,
        expected,
        _lack(change, found),
        _why_not_reviewed(case, change, found, needed, tier),
        max(map(weight, found.possible), default=Grade.NONE),
        keys_of(change.authors),
    )


def _is_mixed(change: Change, approvals: Iterable[Approval], needed: Grade) -> bool:
    """Whether all that an approval may lack is that git joined what both sides had changed, which cannot be compared."""
    joined = "cannot-tell" in {change.merge_adds, change.restored}
    return joined and any(approval.grade >= needed for approval in approvals)


def _joined(case: Case, change: Change, approvals: Iterable[Approval], expected: str) -> Verdict:
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


def approver_not_author(case: Case, change: Change) -> Verdict:
    expected = "an approver who wrote none of it"
    approvals = prior_approvals(change)
    found = support(change, approvals)
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
        return _cannot_tell(case, change, found.possible, expected)
    approvers = [approval.by for approval in approvals]
    reason = f"Every approval found is by an author of the change: {names_of(case.isms, approvers)}."
    return Verdict(Outcome.FAIL, expected, "approved by an author only", reason, Grade.NONE, keys_of(approvers))


def is_high_risk(change: Change) -> bool:
    return bool(change.high_risk_paths or change.criteria)


def high_risk_path_reviewed(case: Case, change: Change) -> Verdict:
    """An owner's approval at the grade of the tier, and all else that the criteria ask: more approvers, a ticket."""
    asked = _asked_of(case, change)
    found = support(change, prior_approvals(change))
    strong = [approval for approval in found.told if weight(approval) >= asked.grade]
    right = [approval for approval in strong if approval.by.person in asked.allowed]
    people = {approval.by.key for approval in strong}
    unticketed = asked.ticket and not change.change_references
    if right and len(people) >= asked.approvals and not unticketed:
        best = max(right, key=weight)
        reason = (
            f"{names_of(case.isms, [best.by])}, who may approve {asked.risky} ({asked.who}), approved the change; that "
            f"is {weight(best).words}, and tier {asked.tier} asks {asked.grade.words} or better."
        )
        return Verdict(Outcome.PASS, asked.expected, "approved by an owner", reason, weight(best), (best.by.key,))
    if not asked.allowed and not change.code_owners:
        reason = f"The change touches {asked.risky}, and nobody is named who may approve that: no code owner at that commit, and no holder of an approver role."
        return Verdict(Outcome.FAIL, asked.expected, "no owner is named", reason, people=keys_of(change.authors))
    if right and unticketed:
        reason = f"The change touches {asked.risky}, for which {human_list(change.criteria)} asks a ticket, and it names none."
        return Verdict(Outcome.FAIL, asked.expected, "no ticket", reason, people=keys_of(change.authors))
    maybe = [approval for approval in found.possible if weight(approval) >= asked.grade]
    likely = any(approval.by.person in asked.allowed or not approval.by.known for approval in maybe)
    if likely and len({approval.by.key for approval in maybe}) >= asked.approvals and not unticketed:
        return _cannot_tell(case, change, maybe, asked.expected)
    owners = [approval for approval in found.possible if approval.by.person in asked.allowed]
    if _is_mixed(change, owners, asked.grade):
        return _joined(case, change, owners, asked.expected)
    words, reason = _why_no_owner(case, asked, found)
    best_grade = max(map(weight, found.possible), default=Grade.NONE)
    return Verdict(Outcome.FAIL, asked.expected, words, reason, best_grade, keys_of(change.authors))


class Asked(NamedTuple):
    """What a high-risk change needs before it enters the branch."""

    allowed: set[str]  # persons of whom one has to approve
    who: str  # the same in words
    risky: str  # what makes it high-risk
    grade: Grade
    tier: int
    approvals: int  # by so many people
    ticket: bool

    @property
    def expected(self) -> str:
        words = f"approval by {self.who}, {self.grade.words} or better" if self.who else "a named owner of the path"
        words += f", {self.approvals} approvers" if self.approvals > 1 else ""
        return words + (", a ticket" if self.ticket else "")


def _asked_of(case: Case, change: Change) -> Asked:
    roles = _approver_roles(case, change)
    requires = [case.isms.criteria[id_].requires for id_ in change.criteria if id_ in case.isms.criteria]
    owners = ["a code owner"] if change.code_owners else []
    grade, tier = _grade_asked(case, "high-risk-path-reviewed", change)
    return Asked(
        allowed=_allowed(case, change, roles),
        who=human_list([*owners, *(f"role {role}" for role in roles)], "or"),
        risky=human_list((*change.high_risk_paths[:3], *change.criteria)) or "a high-risk path",
        grade=grade,
        tier=tier,
        approvals=max((one.approvals for one in requires), default=1),
        ticket=any(one.change_reference for one in requires),
    )


def _grade_asked(case: Case, check: str, change: Change) -> tuple[Grade, int]:
    """The lowest grade of an approval that counts for a change, and the tier that asks it."""
    tier = min((tier_of(case.isms, id_) for id_ in change.services), default=1)
    return case.grade(check, tier), tier


def _why_no_owner(case: Case, asked: Asked, found: Support) -> tuple[str, str]:
    """What an approval lacks that no identity could mend: in a few words, and as a sentence."""
    begin = f"The change touches {asked.risky}, which {asked.who} must approve, and "
    owners = [approval for approval in found.possible if approval.by.person in asked.allowed]
    if owners and max(map(weight, owners)) < asked.grade:
        best = max(owners, key=weight)
        lack = f"the approval by {names_of(case.isms, [best.by])} is {weight(best).words} only; tier {asked.tier} asks {asked.grade.words} or better."
        return f"{weight(best).words} only", begin + lack
    if owners:
        number = len({approval.by.key for approval in found.possible if weight(approval) >= asked.grade})
        lack = f"{number} of {plural(asked.approvals, 'approver')} approved it before it entered the branch."
        return f"{number} of {plural(asked.approvals, 'approver')}", begin + lack
    approvers = [approval.by for approval in found.possible]
    who = (
        f"only {names_of(case.isms, approvers)} approved it" if approvers else "nobody outside its authors approved it"
    )
    return "no approval by an owner", f"{begin}{who} before it entered the branch."


def is_emergency(change: Change) -> bool:
    return bool(change.emergency) or (change.kind == "direct" and not change.automated)


def emergency_reviewed(case: Case, change: Change) -> Verdict:
    within = case.setting("emergency-reviewed").within
    limit = DEFAULT_WITHIN if within is None else within
    expected = f"review within {plural(limit, 'working day')}"
    mark = f"marked as an emergency ({change.emergency})" if change.emergency else "pushed to the branch directly"
    pushed = day_of(change.time)
    known = tuple(found for found in change.approvals if found.at <= case.date.cutoff)
    found = support(change, known)
    grade, tier = _grade_asked(case, "emergency-reviewed", change)
    strong = [approval for approval in found.possible if weight(approval) >= grade]
    timely = [approval for approval in found.told if approval in strong and _days_taken(change, approval) <= limit]
    if timely:
        best = max(timely, key=weight)
        reason = f"The change, {mark} on {human_day(pushed)}, was reviewed by {names_of(case.isms, [best.by])} on {human_day(day_of(best.at))}, within {plural(limit, 'working day')}."
        return Verdict(
            Outcome.PASS, expected, _taken_words(_days_taken(change, best)), reason, weight(best), (best.by.key,)
        )
    if any(_days_taken(change, approval) <= limit for approval in strong):
        return _cannot_tell(case, change, strong, expected)
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
    reason = f"The change was {mark} on {human_day(pushed)}, and no review by anyone outside its authors ({names_of(case.isms, change.authors)}) is recorded."
    return Verdict(Outcome.FAIL, expected, "no review", reason, Grade.NONE, keys_of(change.authors))


def _days_taken(change: Change, approval: Approval) -> int:
    return working_days(day_of(change.time), day_of(approval.at)) if approval.after_the_fact else 0


def _taken_words(taken: int) -> str:
    return f"reviewed after {plural(taken, 'working day')}" if taken else "reviewed in time"


def _cannot_tell(case: Case, change: Change, approvals: Iterable[Approval], expected: str) -> Verdict:
    """An approval is there, and whether it is independent depends on an unregistered address or an author not named."""
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
    if change.authorship == "message":
        return Verdict(
            Outcome.UNKNOWN, expected, "an author may be hidden", _may_hide(case, change, approvers), people=people
        )
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
        earlier = " of what was proposed, to which the merge added more," if change.merge_adds == "made" else earlier
        apart = best.covers == "earlier" and change.restored == "different"
        earlier = " of what was proposed, which is not what was merged," if apart else earlier
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
