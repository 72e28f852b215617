"""Was a change of a high-risk path approved, before it entered the branch, by somebody who may approve that."""

from collections.abc import Iterable
from typing import NamedTuple

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
from tieout.model.grades import Grade
from tieout.model.history import Approval, Change
from tieout.model.results import Outcome
from tieout.text.words import human_list, plural

CHECK = "high-risk-path-reviewed"


def is_high_risk(change: Change) -> bool:
    return bool(change.high_risk_paths or change.criteria)


class Asked(NamedTuple):
    """What a high-risk change needs before it enters the branch."""

    roles: tuple[str, ...]  # of which one has to approve
    owners: tuple[str, ...]  # persons, by id, of whom one may in place of that
    risky: str  # what makes it high-risk
    grade: Grade
    tier: int
    approvals: int  # by so many people
    ticket: bool

    @property
    def who(self) -> str:
        return human_list([*(["a code owner"] if self.owners else []), *(f"role {role}" for role in self.roles)], "or")

    @property
    def expected(self) -> str:
        words = f"approval by {self.who}, {self.grade.words} or better" if self.who else "a named owner of the path"
        words += f", {self.approvals} approvers" if self.approvals > 1 else ""
        return words + (", a ticket" if self.ticket else "")

    def allows(self, case: Case, approval: Approval) -> bool:
        """Whether the approver may approve this. That they were there on that day is seen to before."""
        person = case.isms.people.get(approval.by.person)
        return person is not None and (person.id in self.owners or not set(self.roles).isdisjoint(person.roles))


def owners_of_risk(change: Change) -> tuple[str, ...]:
    """The code owners of what makes it high-risk: who owns only what else was changed may not approve that."""
    return tuple(owner for owner in change.code_owners if owner not in change.owners_beside)


def roles_of(case: Case, criteria: Iterable[str]) -> tuple[str, ...]:
    found = (case.isms.criteria.get(id_) for id_ in criteria)
    return tuple(sorted({one.requires.approver_role for one in found if one and one.requires.approver_role}))


def is_held(case: Case, roles: Iterable[str], change: Change) -> bool:
    """Whether anybody who was there when the change came holds one of the roles."""
    wanted, day = set(roles), day_of(change.time)
    return any(
        not wanted.isdisjoint(person.roles)
        and (person.active is None or (person.active.from_ <= day <= (person.active.to or day)))
        for person in case.isms.people.values()
    )


def high_risk_path_reviewed(case: Case, change: Change) -> Verdict:
    """An owner's approval at the grade of the tier, and all else that the criteria ask: more approvers, a ticket."""
    asked = _asked_of(case, change)
    found = prior_support(change)
    strong = [approval for approval in found.told if weight(approval) >= asked.grade]
    right = [approval for approval in strong if asked.allows(case, approval)]
    people = {approval.by.key for approval in strong}
    unticketed = asked.ticket and not change.change_references
    if right and len(people) >= asked.approvals and not unticketed:
        best = max(right, key=weight)
        reason = (
            f"{names_of(case.isms, [best.by])}, who may approve {asked.risky} ({asked.who}), approved the change{on_day(best)}; the "
            f"grade of that is {weight(best).words}, and tier {asked.tier} asks {asked.grade.words} or better."
        )
        return Verdict(Outcome.PASS, asked.expected, "approved by an owner", reason, weight(best), (best.by.key,))
    if not asked.owners and not is_held(case, asked.roles, change):
        reason = f"The change touches {asked.risky}, and nobody is named who may approve that: no code owner at that commit, and no holder of an approver role."
        return Verdict(Outcome.FAIL, asked.expected, "no owner is named", reason, people=keys_of(change.authors))
    if right and unticketed:
        reason = f"The change touches {asked.risky}, for which {human_list(change.criteria)} asks a ticket, and it names none."
        return Verdict(Outcome.FAIL, asked.expected, "no ticket", reason, people=keys_of(change.authors))
    maybe = [approval for approval in found.possible if weight(approval) >= asked.grade]
    likely = any(asked.allows(case, approval) or not approval.by.known for approval in maybe)
    if likely and len({approval.by.key for approval in maybe}) >= asked.approvals and not unticketed:
        return cannot_tell(case, change, maybe, asked.expected)
    owners = [approval for approval in found.possible if asked.allows(case, approval)]
    if is_mixed(change, owners, asked.grade):
        return joined(case, change, owners, asked.expected)
    words, reason = _why_no_owner(case, change, asked, found)
    best_grade = max(map(weight, found.possible), default=Grade.NONE)
    return Verdict(Outcome.FAIL, asked.expected, words, reason, best_grade, keys_of(change.authors))


def _asked_of(case: Case, change: Change) -> Asked:
    requires = [case.isms.criteria[id_].requires for id_ in change.criteria if id_ in case.isms.criteria]
    grade, tier, _ = grade_asked(case, CHECK, change)
    return Asked(
        roles=roles_of(case, change.criteria),
        owners=owners_of_risk(change),
        risky=human_list((*change.high_risk_paths[:3], *change.criteria)) or "a high-risk path",
        grade=grade,
        tier=tier,
        approvals=max((one.approvals for one in requires), default=1),
        ticket=any(one.change_reference for one in requires),
    )


def _why_no_owner(case: Case, change: Change, asked: Asked, found: Support) -> tuple[str, str]:
    """What an approval lacks that no identity could mend: in a few words, and as a sentence."""
    begin = f"The change touches {asked.risky}, which {asked.who} must approve, and "
    owners = [approval for approval in found.possible if asked.allows(case, approval)]
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
    gone = away(case, absentees(change, prior_approvals(change)))
    beside = f" {gone}, which is no approval." if gone else ""
    return "no approval by an owner", f"{begin}{who} before it entered the branch.{beside}"
