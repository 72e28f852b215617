"""How many approved a change, what their approval was of, and when those who must approve a high-risk one did."""

from datetime import date

import pytest
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
    exception,
    facts,
    isms,
    items,
    only,
    person,
    record,
    service,
)

from tieout.model import records as r
from tieout.model.grades import Grade
from tieout.model.results import Outcome

NUMBER, COVERS, BEFORE = "enough-approvals", "approval-covers-content", "high-risk-approved"
PASS, FAIL, UNKNOWN, NOT_APPLICABLE, EXCEPTED = (
    Outcome.PASS,
    Outcome.FAIL,
    Outcome.UNKNOWN,
    Outcome.NOT_APPLICABLE,
    Outcome.EXCEPTED,
)


def asking(**tiers):
    return by_id(record(r.CheckSetting, NUMBER, approvals={tier[-1]: number for tier, number in tiers.items()}))


# --- enough-approvals ----------------------------------------------------------------------------------------------


def of_number(*approvals, **fields):
    return only(NUMBER, isms(checks=asking(tier1=2)), facts(change(approvals=approvals, **fields)))


def test_two_people_outside_the_authors_are_enough_where_two_are_asked():
    item = of_number(approval(BOB), approval(CAROL))
    assert (item.outcome, item.found, item.people) == (PASS, "2 of 2 approvers", ("bob", "carol"))
    assert item.reason == (
        "Bob and Carol, who wrote none of it, approved the change before it entered the branch; "
        "tier 1 (shop) asks 2 approvers."
    )


@pytest.mark.parametrize(
    ("approvals", "who"),
    [
        ((approval(BOB), approval(BOB)), "only Bob approved it before it entered the branch"),
        ((approval(BOB), approval(ALICE)), "only Bob approved it before it entered the branch"),
        ((approval(BOB), approval(CAROL, after_the_fact=True)), "only Bob approved it before it entered the branch"),
        (
            (approval(BOB), approval(CAROL, Grade.STATED)),
            (
                "only Bob approved it before it entered the branch; the approval by Carol is below recorded by the forge, "
                "which tier 1 asks"
            ),
        ),
        ((), "nobody outside its authors approved it before it entered the branch"),
    ],
)
def test_the_same_person_twice_an_author_and_who_came_late_are_not_a_second(approvals, who):
    item = of_number(*approvals)
    assert (item.outcome, item.reason) == (
        FAIL,
        f"Tier 1 (shop) asks 2 approvers outside its authors, and {who}.",
    )


def test_a_second_approver_whom_nobody_registered_leaves_the_number_unknown():
    assert of_number(approval(BOB), approval(STRANGER)).outcome is UNKNOWN
    assert of_number(approval(STRANGER)).outcome is FAIL


def test_an_exception_for_too_few_approvers_keeps_the_reason():
    registers = isms(checks=asking(tier1=2), exceptions=by_id(exception(excepts=[f"check:{NUMBER}"])))
    item = only(NUMBER, registers, facts(change(approvals=(approval(BOB),))))
    assert (item.outcome, item.exception, item.found) == (EXCEPTED, "EXC-1", "1 of 2 approvers")


def test_nobody_is_asked_for_the_changes_of_a_robot_nor_of_a_tier_that_is_not_set():
    assert of_number(authors=(DEP_BOT,), automated=True).outcome is NOT_APPLICABLE
    assert items(NUMBER, isms(checks=asking(tier2=2)), facts(change())) == ()
    assert items(NUMBER, isms(), facts(change())) == ()
    assert items(NUMBER, isms(), facts(missing={"shop": "gone"}, pins={})) == ()


def test_of_what_the_tier_and_a_criterion_ask_the_most_counts():
    criterion = record(r.Criterion, "CRIT-1", when={"paths": ["src/**"]}, requires={"approvals": 3})
    registers = isms(checks=asking(tier1=1), criteria=by_id(criterion))
    item = only(NUMBER, registers, facts(change(criteria=("CRIT-1",), approvals=(approval(BOB), approval(CAROL)))))
    assert (item.outcome, item.found) == (FAIL, "2 of 3 approvers")
    assert item.reason.startswith("CRIT-1 asks 3 approvers outside its authors, and only Bob and Carol approved it")
    alone = only(NUMBER, isms(criteria=by_id(criterion)), facts(change(criteria=("CRIT-1",))))
    assert alone.reason.startswith("CRIT-1 asks 3 approvers")


# --- approval-covers-content ---------------------------------------------------------------------------------------

FIRST, SECOND, THIRD = ("1" * 40, "2" * 40, "3" * 40)


def covering(*approvals, **fields):
    made = change(commits=(FIRST, SECOND, THIRD), approvals=approvals, **fields)
    return only(COVERS, isms(), facts(made))


def test_an_approval_of_the_last_revision_covers_what_entered_the_branch():
    item = covering(approval(BOB, commit=THIRD))
    assert (item.outcome, item.grade) == (PASS, Grade.RECORDED)
    assert item.reason == (
        "Bob approved revision 33333333 on 1 July 2026, and nothing but the branch itself came after it."
    )


def test_what_came_after_the_approval_is_named():
    item = covering(approval(BOB, covers="earlier", commit=FIRST))
    assert (item.outcome, item.found) == (FAIL, "2 commits added later")
    assert item.reason == (
        "Bob approved revision 11111111 on 1 July 2026; 2 commits came after that (22222222, 33333333), and nobody "
        "outside the authors approved it as it entered the branch."
    )


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"merge_adds": "made"}, "the merge added more"),
        ({"kind": "squash", "restored": "different"}, "not what was proposed"),
        ({"kind": "squash"}, "another revision"),
    ],
)
def test_what_the_merge_made_of_it_is_named(fields, found):
    item = covering(approval(BOB, covers="earlier", commit="9" * 40), **fields)
    assert (item.outcome, item.found) == (FAIL, found)


def test_an_approval_without_a_revision_and_files_that_git_joined_cannot_be_compared():
    item = covering(approval(BOB, Grade.STATED, covers="unspecified"))
    assert (item.outcome, item.found) == (UNKNOWN, "no revision named")
    assert covering(approval(BOB, covers="earlier"), merge_adds="cannot-tell").outcome is UNKNOWN
    assert covering(approval(STRANGER, commit=THIRD)).outcome is UNKNOWN


def test_whoever_merged_it_took_it_as_it_was_and_what_others_had_approved_is_named():
    merged = approval(CAROL, Grade.TWO_NAMES, basis="merger", commit=change().id)
    item = covering(approval(BOB, covers="earlier", commit=FIRST), merged)
    assert (item.outcome, item.grade) == (PASS, Grade.TWO_NAMES)
    assert item.reason == "Carol, who wrote none of it, brought this revision in; Bob had approved an earlier one."
    assert covering(merged).reason == "Carol, who wrote none of it, brought this revision in."


def test_a_later_approval_of_the_whole_mends_an_earlier_one():
    earlier = approval(BOB, covers="earlier", commit=FIRST)
    assert covering(earlier, approval(CAROL, commit=THIRD)).outcome is PASS


def test_an_exception_covers_what_was_added_later():
    registers = isms(exceptions=by_id(exception(excepts=[f"check:{COVERS}"])))
    made = change(approvals=(approval(BOB, covers="earlier"),))
    assert only(COVERS, registers, facts(made)).outcome is EXCEPTED


def test_a_change_that_nobody_else_approved_has_no_approval_to_compare():
    assert items(COVERS, isms(), facts(change(approvals=(approval(ALICE),)))) == ()
    assert items(COVERS, isms(), facts(change())) == ()


# --- high-risk-approved --------------------------------------------------------------------------------------------

PEOPLE = by_id(person(ALICE), person(BOB, roles=["price-approver"]), person(CAROL))


def criterion(**requires):
    asked = {"approver_role": "price-approver"} | requires
    return by_id(record(r.Criterion, "CRIT-1", when={"paths": ["src/**"]}, requires=asked))


def before(*approvals, deployed="2026-07-02", registers=None, **fields):
    made = change(criteria=("CRIT-1",), approvals=approvals, **fields)
    deployments = (deployment(day=deployed),) if deployed else ()
    asked = registers or isms(people=PEOPLE, criteria=criterion())
    return only(BEFORE, asked, facts(made, deployments=deployments))


def test_the_role_approved_before_production():
    item = before(approval(BOB))
    assert (item.outcome, item.people) == (PASS, ("bob",))
    assert item.reason == (
        "Bob (role price-approver) approved the change on 1 July 2026, before it first reached production on 2 July 2026."
    )


def test_an_approval_after_the_merge_and_before_production_is_in_time_and_a_later_one_is_not():
    late = approval(BOB, day="2026-07-03", after_the_fact=True)
    assert before(late, deployed="2026-07-05").outcome is PASS
    item = before(late)
    assert (item.outcome, item.found) == (FAIL, "not approved before production")
    assert item.reason == (
        "The change meets CRIT-1 and first reached production on 2 July 2026; before that, nobody who holds the role "
        "price-approver and no code owner had approved it (Bob did so later)."
    )


def test_without_a_deployment_what_is_missing_is_unknown_so_far():
    item = before(approval(CAROL), deployed="")
    assert (item.outcome, item.found) == (UNKNOWN, "not approved so far")
    assert item.reason == (
        "The change meets CRIT-1; so far nobody who holds the role price-approver and no code owner has approved it, and "
        "no production deployment of it is recorded, before which that is due."
    )
    assert before(approval(BOB), deployed="").outcome is PASS
    assert before(approval(BOB, day="2026-07-03", after_the_fact=True), deployed="").outcome is UNKNOWN


def test_one_without_the_role_or_below_the_grade_does_not_do():
    assert before(approval(CAROL)).outcome is FAIL
    owned = before(approval(CAROL), code_owners=("carol",))
    assert (owned.outcome, owned.reason.startswith("Carol (a code owner) approved the change")) == (PASS, True)
    item = before(approval(BOB, Grade.STATED))
    assert "had approved it (Bob did, below recorded by the forge)" in item.reason
    assert before(approval(STRANGER)).outcome is UNKNOWN


def test_each_role_that_a_criterion_names_has_to_approve():
    both = by_id(
        *criterion().values(),
        record(r.Criterion, "CRIT-2", when={"paths": ["src/**"]}, requires={"approver_role": "payments-approver"}),
    )
    people = by_id(*PEOPLE.values(), person(CAROL, roles=["payments-approver"]))
    registers = isms(people=people, criteria=both)
    made = change(criteria=("CRIT-1", "CRIT-2"), approvals=(approval(BOB),))
    assert only(BEFORE, registers, facts(made, deployments=(deployment(),))).outcome is FAIL
    made = change(criteria=("CRIT-1", "CRIT-2"), approvals=(approval(BOB), approval(CAROL)))
    assert only(BEFORE, registers, facts(made, deployments=(deployment(),))).outcome is PASS


def decision(id_="DEC-2026-001", **fields):
    base = {"owner": "bob", "status": "decided", "date": "2026-06-20", "forum": "board", "kind": "change"}
    base |= {"present": ["bob"], "decides": ["RSK-1"], "decision": "Yes.", "why": "It is needed."}
    return record(r.Decision, id_, **(base | fields))


@pytest.mark.parametrize(
    ("decided", "body", "outcome"),
    [
        (decision(), "As DEC-2026-001 says.", PASS),
        (decision(decision="SHOP-1 may go out."), "", PASS),
        (decision(why=f"We looked at {change().key}."), "", PASS),
        (decision(decision="SHOP-12 may go out."), "", FAIL),
        (decision(), "", FAIL),
        (decision(status="proposed"), "As DEC-2026-001 says.", FAIL),
        (decision(date="2026-07-03"), "As DEC-2026-001 says.", FAIL),
        (decision(), "As DEC-2026-0011 says.", FAIL),
    ],
)
def test_a_decision_that_is_asked_was_taken_in_time_and_one_names_the_other(decided, body, outcome):
    registers = isms(people=PEOPLE, criteria=criterion(decision=True), decisions=by_id(decided))
    item = before(approval(BOB), registers=registers, body=body)
    assert item.outcome is outcome
    if outcome is PASS:
        assert "on 1 July 2026; DEC-2026-001 decided on it, before it first reached" in item.reason
    else:
        assert item.reason.endswith(
            "before that, no decision that was taken names it, or is named by it, as CRIT-1 asks."
        )


def test_what_meets_no_criterion_or_a_robot_made_is_not_asked():
    assert items(BEFORE, isms(criteria=criterion()), facts(change())) == ()
    assert before(authors=(DEP_BOT,), automated=True).outcome is NOT_APPLICABLE


def test_an_exception_covers_what_went_to_production_without_its_approval():
    registers = isms(people=PEOPLE, criteria=criterion(), exceptions=by_id(exception(excepts=[f"check:{BEFORE}"])))
    assert before(approval(CAROL), registers=registers).outcome is EXCEPTED


# --- people who were not there -------------------------------------------------------------------------------------

LEFT = by_id(
    person(ALICE),
    person(BOB, roles=["price-approver"], active={"from": "2026-01-01", "to": "2026-06-30"}),
    person(CAROL),
)
GONE = approval(BOB, absence="left")


def test_an_approval_by_somebody_who_had_left_is_none_and_says_so():
    item = only("change-reviewed", isms(people=LEFT), facts(change(approvals=(GONE,))))
    assert (item.outcome, item.found) == (FAIL, "approver not with us then")
    assert item.reason == (
        "Bob approved it on 1 July 2026, after leaving on 30 June 2026, which is no approval; no other by a second "
        "person was found for the change by Alice."
    )
    early = by_id(person(ALICE), person(BOB, active={"from": "2026-08-01"}), person(CAROL))
    came = facts(change(approvals=(approval(BOB, absence="early"),)))
    assert "Bob approved it on 1 July 2026, before joining on 1 August 2026" in (
        only("change-reviewed", isms(people=early), came).reason
    )


def test_a_day_that_is_not_known_leaves_it_unknown_whether_the_approver_was_there():
    undated = approval(BOB, absence="unknown")
    item = only("change-reviewed", isms(people=LEFT), facts(change(approvals=(undated,))))
    assert (item.outcome, item.found) == (UNKNOWN, "day of the approval not known")
    assert item.reason == (
        "The record does not say on which day Bob approved the change, so it cannot be told whether they were with the "
        "organisation then."
    )


def test_somebody_who_had_left_counts_for_no_check_of_approvals():
    registers = isms(people=LEFT, criteria=criterion(), checks=asking(tier1=1))
    found = facts(change(criteria=("CRIT-1",), approvals=(GONE,)), deployments=(deployment(),))
    assert only(NUMBER, registers, found).reason.endswith(
        "and Bob approved it on 1 July 2026, after leaving on 30 June 2026, which is no approval."
    )
    assert items(COVERS, registers, found) == ()
    assert only(BEFORE, registers, found).outcome is FAIL
    assert only("high-risk-path-reviewed", registers, found).outcome is FAIL
    assert only("approver-not-author", registers, found).outcome is NOT_APPLICABLE
    own = facts(change(approvals=(GONE, approval(ALICE))))
    assert only("approver-not-author", registers, own).reason == (
        "Every approval that counts is by an author of the change: Alice. Bob approved it on 1 July 2026, after leaving "
        "on 30 June 2026, which is no approval."
    )
    hot = facts(change(kind="direct", approvals=(approval(BOB, absence="left", after_the_fact=True),)))
    assert only("emergency-reviewed", registers, hot).reason.endswith("which is no review.")


# --- settings ------------------------------------------------------------------------------------------------------


def test_what_a_record_says_before_a_check_was_adopted_is_shown_and_not_judged():
    setting = record(r.CheckSetting, "suppliers-assessed", since=date(2026, 12, 1))
    supplier = record(
        r.Supplier, "feed", owner="bob", status="active", criticality="high", provides=["data-feed"], services=["shop"]
    )
    registers = isms(checks=by_id(setting), suppliers=by_id(supplier))
    item = only("suppliers-assessed", registers, facts())
    assert (item.outcome, item.found) == (NOT_APPLICABLE, "before this check was adopted")


def test_every_check_of_changes_reads_services():
    setting = record(r.CheckSetting, NUMBER, approvals={"1": 2}, services=["web"])
    registers = isms(checks=by_id(setting), services=by_id(service(), service("web")))
    assert only(NUMBER, registers, facts(change())).found == "service not asked"
