"""Examples of the checks on approvals. Alice writes, Bob and Carol review; the shop is of tier 1."""

from checks.examples.kit import Nothing, Told, of, set_as
from checks.factories import (
    ALICE,
    BOB,
    CAROL,
    DEP_BOT,
    STRANGER,
    approval,
    by_id,
    change,
    deployment,
    facts,
    isms,
    person,
    record,
)

from tieout.model import records as r
from tieout.model.grades import Grade

FIRST, SECOND, THIRD = "1" * 40, "2" * 40, "3" * 40
ROBOT = change(authors=(DEP_BOT,), automated=True)
STRANGE = change(approvals=(approval(STRANGER),))
REVIEWED = change(approvals=(approval(BOB),))
NO_CHANGE = Nothing("No change entered a branch in the period.")


# --- change-reviewed, approver-not-author ---------------------------------------------------------------------------

SECOND_PERSON = (
    *of(
        "change-reviewed",
        passes=Told(
            facts(REVIEWED),
            "recorded by the forge",
            "Bob, who is not among the authors, approved the change on 1 July 2026; the grade of that is recorded by the forge, and tier 1 (shop) asks recorded by the forge or better.",
        ),
        fails=Told(facts(change()), "no approval", "No approval by a second person was found for the change by Alice."),
        cannot_tell=Told(
            facts(STRANGE),
            "an address nobody registered",
            "someone@elsewhere.example is not in the people register, so it cannot be told whether those who approved the change (someone@elsewhere.example) and those who wrote it (Alice) are different people.",
        ),
        does_not_apply=Told(
            facts(ROBOT),
            "made by a declared robot",
            "A declared robot made the whole change (Updates), so no person's work waits for a second person.",
        ),
        nothing=NO_CHANGE,
    ),
    *of(
        "approver-not-author",
        passes=Told(
            facts(REVIEWED), "independent approver", "Bob approved the change and is not among its authors (Alice)."
        ),
        fails=Told(
            facts(change(approvals=(approval(ALICE),))),
            "approved by an author only",
            "Every approval that counts is by an author of the change: Alice.",
        ),
        cannot_tell=Told(
            facts(change(kind="squash", restored="no-ref", authorship="message", approvals=(approval(BOB),))),
            "an author may be hidden",
            "Bob approved the change. It is a squash, the proposal behind it was not found, and no export of the forge names its authors; its message names Alice, and need not name all. So it cannot be told whether the approver wrote a part of it.",
        ),
        does_not_apply=Told(
            facts(change()),
            "no approval to compare",
            "No approval was found from before the change entered the branch, so there is none to compare with its authors; the check change-reviewed judges that.",
        ),
        nothing=NO_CHANGE,
    ),
)

# --- enough-approvals -----------------------------------------------------------------------------------------------

TWO = isms(checks=set_as("enough-approvals", approvals={"1": 2}))
NUMBER = of(
    "enough-approvals",
    passes=Told(
        facts(change(approvals=(approval(BOB), approval(CAROL)))),
        "2 of 2 approvers",
        "Bob and Carol, who wrote none of it, approved the change before it entered the branch; tier 1 (shop) asks 2 approvers.",
        TWO,
    ),
    fails=Told(
        facts(REVIEWED),
        "1 of 2 approvers",
        "Tier 1 (shop) asks 2 approvers outside its authors, and only Bob approved it before it entered the branch.",
        TWO,
    ),
    cannot_tell=Told(
        facts(change(approvals=(approval(BOB), approval(STRANGER)))),
        "an address nobody registered",
        "someone@elsewhere.example is not in the people register, so it cannot be told whether those who approved the change (Bob and someone@elsewhere.example) and those who wrote it (Alice) are different people.",
        TWO,
    ),
    does_not_apply=Told(
        facts(ROBOT),
        "made by a declared robot",
        "A declared robot made the whole change (Updates), so no person's work waits for others.",
        TWO,
    ),
    nothing=Nothing("Changes came; neither `approvals` is set nor a criterion written.", facts(change())),
)

# --- approval-covers-content ----------------------------------------------------------------------------------------


def carrying(*approvals, **fields):
    return facts(change(commits=(FIRST, SECOND, THIRD), approvals=approvals, **fields))


EARLIER = approval(BOB, covers="earlier", commit=FIRST)
CONTENT = of(
    "approval-covers-content",
    passes=Told(
        carrying(approval(BOB, commit=THIRD)),
        "nothing came later",
        "Bob approved revision 33333333 on 1 July 2026, and nothing but the branch itself came after it.",
    ),
    fails=Told(
        carrying(EARLIER),
        "2 commits added later",
        "Bob approved revision 11111111 on 1 July 2026; 2 commits came after that (22222222, 33333333), and nobody outside the authors approved it as it entered the branch.",
    ),
    cannot_tell=Told(
        carrying(approval(BOB, Grade.STATED, covers="unspecified")),
        "no revision named",
        "The approval by Bob names no revision that could be compared with what entered the branch, so it cannot be told whether something came after it.",
    ),
    does_not_apply=Told(
        carrying(EARLIER),
        "before this check was adopted",
        "This was before the check was adopted on 1 August 2026.",
        isms(checks=set_as("approval-covers-content", since="2026-08-01")),
    ),
    nothing=Nothing("Changes came, and nobody outside their authors approved one.", facts(change())),
)

# --- high-risk-path-reviewed, high-risk-approved --------------------------------------------------------------------

PEOPLE = by_id(person(ALICE), person(BOB, roles=["price-approver"]), person(CAROL), person(DEP_BOT))
CRITERION = record(r.Criterion, "CRIT-1", when={"paths": ["src/**"]}, requires={"approver_role": "price-approver"})
ASKING = isms(people=PEOPLE, criteria=by_id(CRITERION))
LIVE = (deployment(),)


def risky(*approvals, **fields):
    return change(high_risk_paths=("src/price.py",), code_owners=("bob",), approvals=approvals, **fields)


def criterial(*approvals, **fields):
    return change(criteria=("CRIT-1",), approvals=approvals, **fields)


HIGH_RISK = (
    *of(
        "high-risk-path-reviewed",
        passes=Told(
            facts(risky(approval(BOB))),
            "approved by an owner",
            "Bob, who may approve src/price.py (a code owner), approved the change on 1 July 2026; the grade of that is recorded by the forge, and tier 1 asks recorded by the forge or better.",
        ),
        fails=Told(
            facts(risky(approval(CAROL))),
            "no approval by an owner",
            "The change touches src/price.py, which a code owner must approve, and only Carol approved it before it entered the branch.",
        ),
        cannot_tell=Told(
            facts(risky(approval(STRANGER))),
            "an address nobody registered",
            "someone@elsewhere.example is not in the people register, so it cannot be told whether those who approved the change (someone@elsewhere.example) and those who wrote it (Alice) are different people.",
        ),
        does_not_apply=Told(
            facts(risky()),
            "service not asked",
            "The check is set for web only, and this is of shop.",
            isms(checks=set_as("high-risk-path-reviewed", services=["web"])),
        ),
        nothing=Nothing("Changes came, and none of a high-risk path.", facts(change())),
    ),
    *of(
        "high-risk-approved",
        passes=Told(
            facts(criterial(approval(BOB)), deployments=LIVE),
            "approved before production",
            "Bob (role price-approver) approved the change on 1 July 2026, before it first reached production on 2 July 2026.",
            ASKING,
        ),
        fails=Told(
            facts(criterial(approval(CAROL)), deployments=LIVE),
            "not approved before production",
            "The change meets CRIT-1 and first reached production on 2 July 2026; before that, nobody who holds the role price-approver and no code owner had approved it.",
            ASKING,
        ),
        cannot_tell=Told(
            facts(criterial(approval(CAROL))),
            "not approved so far",
            "The change meets CRIT-1; so far nobody who holds the role price-approver and no code owner has approved it, and no production deployment of it is recorded, before which that is due.",
            ASKING,
        ),
        does_not_apply=Told(
            facts(criterial(authors=(DEP_BOT,), automated=True)),
            "made by a declared robot",
            "A declared robot made the whole change (Updates), so no person's work waits for an approval.",
            ASKING,
        ),
        nothing=Nothing("Changes came, and none meets a criterion.", facts(change()), ASKING),
    ),
)

# --- emergency-reviewed ---------------------------------------------------------------------------------------------


def hotfix(*approvals, day="2026-06-27", **fields):
    """On a Saturday."""
    return change(day=day, kind="direct", emergency="subject hotfix:", approvals=approvals, **fields)


def later(day):
    return approval(BOB, day=day, after_the_fact=True)


EMERGENCY = of(
    "emergency-reviewed",
    passes=Told(
        facts(hotfix(later("2026-06-30"))),
        "reviewed after 2 working days",
        "The change, marked as an emergency (subject hotfix:) on 27 June 2026, was reviewed by Bob on 30 June 2026, within 2 working days.",
    ),
    fails=Told(
        facts(hotfix(later("2026-07-01"))),
        "reviewed after 3 working days",
        "The change, marked as an emergency (subject hotfix:) on 27 June 2026, was reviewed by Bob on 1 July 2026, on working day 3 of at most 2.",
    ),
    cannot_tell=Told(
        facts(hotfix(day="2026-09-29")),
        "so far no review",
        "The change was marked as an emergency (subject hotfix:) on 29 September 2026; so far no review is recorded, and the limit of 2 working days has not passed by 30 September 2026.",
    ),
    does_not_apply=Told(
        facts(hotfix()),
        "tier not asked",
        "The check is set for tier 2 or 3, and shop is of tier 1.",
        isms(checks=set_as("emergency-reviewed", tiers=[2, 3])),
    ),
    nothing=Nothing("Changes came, and none in haste.", facts(change())),
)

# --- review-checklist -----------------------------------------------------------------------------------------------

LISTED = isms(checks=set_as("review-checklist", template="review.md", items=["Tests", "Docs"]))


def ticking(body, **fields):
    return facts(change(body=body, **fields))


KEY = change().key
CHECKLIST = of(
    "review-checklist",
    passes=Told(
        ticking("- [x] Tests cover it\n- [x] Docs say it\n"),
        "2 of 2 ticked",
        "The message of the change holds the checklist with 2 items ticked.",
        LISTED,
        KEY,
    ),
    fails=Told(
        ticking("- [x] Tests cover it\n- [ ] Docs say it\n"),
        "1 of 2 ticked",
        "The checklist in the message of the change leaves “Docs” unticked.",
        LISTED,
        KEY,
    ),
    cannot_tell=Told(
        ticking("Rounds prices down."),
        "no checklist in the message",
        "The message of the change does not hold the checklist; what the proposal said is kept by the forge and not in Git, so it cannot be told whether the items were ticked.",
        LISTED,
        KEY,
    ),
    does_not_apply=Told(
        ticking("", authors=(DEP_BOT,), automated=True),
        "made by a declared robot",
        "A declared robot made the whole change (Updates), so no person goes through a checklist for it.",
        LISTED,
        KEY,
    ),
    nothing=Nothing("No `template` is set, so no checklist is asked.", ticking("- [x] Tests cover it\n")),
)

EXAMPLES = (*SECOND_PERSON, *NUMBER, *CONTENT, *HIGH_RISK, *EMERGENCY, *CHECKLIST)
