import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.checks.factories import (
    ALICE,
    BOB,
    CAROL,
    CI_BOT,
    CONFIG,
    DEP_BOT,
    STRANGER,
    approval,
    by_id,
    change,
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
from tieout.model.history import Identity
from tieout.model.results import Outcome

REVIEW = "change-reviewed"


def test_change_approved_by_second_person_at_the_grade_passes():
    item = only(REVIEW, isms(), facts(change(approvals=(approval(BOB),))))
    assert (item.outcome, item.grade, item.people) == (Outcome.PASS, Grade.RECORDED, ("bob",))
    assert item.reason == (
        "Bob, who is not among the authors, approved the change on 1 July 2026; the grade of that is recorded by the "
        "forge, and tier 1 (shop) asks recorded by the forge or better."
    )


def test_no_approval_at_all_is_a_fail_and_never_vacuously_passes():
    item = only(REVIEW, isms(), facts(change()))
    assert (item.outcome, item.found) == (Outcome.FAIL, "no approval")


def test_change_without_any_author_is_not_reviewed_by_whoever_approved():
    item = only(REVIEW, isms(), facts(change(authors=(), approvals=(approval(BOB),))))
    assert item.outcome is Outcome.UNKNOWN


def test_grade_below_the_tier_fails_and_the_same_grade_passes_in_tier_2():
    stated = facts(change(approvals=(approval(BOB, Grade.TWO_NAMES),)))
    assert only(REVIEW, isms(), stated).outcome is Outcome.FAIL
    assert only(REVIEW, isms(services=by_id(service(tier=2))), stated).outcome is Outcome.PASS


def test_the_strictest_service_touched_sets_the_grade():
    services = by_id(service("aaa", tier=3), service("shop", tier=1))
    item = only(
        REVIEW,
        isms(services=services),
        facts(change(services=("aaa", "shop"), approvals=(approval(BOB, Grade.STATED),))),
    )
    assert (item.outcome, item.service, item.others) == (Outcome.FAIL, "shop", ("aaa",))


def test_approval_after_the_fact_does_not_count():
    item = only(REVIEW, isms(), facts(change(approvals=(approval(BOB, after_the_fact=True),))))
    assert (item.outcome, item.found) == (Outcome.FAIL, "reviewed afterwards only")


def test_approval_of_an_earlier_revision_is_stated_only():
    item = only(REVIEW, isms(), facts(change(approvals=(approval(BOB, covers="earlier"),))))
    assert (item.outcome, item.grade) == (Outcome.FAIL, Grade.STATED)


def test_approval_by_a_co_author_is_a_self_approval():
    item = only(REVIEW, isms(), facts(change(authors=(ALICE, BOB), approvals=(approval(BOB),))))
    assert (item.outcome, item.found) == (Outcome.FAIL, "approved by an author only")


def test_unknown_author_leaves_independence_unknown_however_good_the_approval():
    item = only(REVIEW, isms(), facts(change(authors=(ALICE, STRANGER), approvals=(approval(BOB, Grade.SIGNED),))))
    assert item.outcome is Outcome.UNKNOWN
    assert "someone@elsewhere.example is not in the people register" in item.reason


def test_unknown_author_with_no_approval_is_still_a_fail():
    assert only(REVIEW, isms(), facts(change(authors=(STRANGER,)))).outcome is Outcome.FAIL


def test_unknown_approver_is_unknown_not_a_pass():
    assert only(REVIEW, isms(), facts(change(approvals=(approval(STRANGER),)))).outcome is Outcome.UNKNOWN


def test_robot_is_no_approver():
    item = only(REVIEW, isms(), facts(change(approvals=(approval(CI_BOT),))))
    assert item.outcome is Outcome.FAIL


def test_change_of_a_declared_robot_needs_no_second_person_but_shows_one():
    robot = change(authors=(DEP_BOT,), automated=True)
    assert only(REVIEW, isms(), facts(robot)).outcome is Outcome.NOT_APPLICABLE
    reviewed = change(authors=(DEP_BOT,), automated=True, approvals=(approval(BOB),))
    assert only(REVIEW, isms(), facts(reviewed)).outcome is Outcome.PASS


@given(name=st.sampled_from(["x[bot]", "svc_deploy", "dep-bot", "noreply@github.com", "Updates"]))
def test_a_robot_like_name_never_exempts(name):
    forged = Identity("", name, f"{name}@evil.example")
    item = only(REVIEW, isms(), facts(change(kind="direct", authors=(forged,), merger=forged)))
    assert item.outcome is Outcome.FAIL
    pushed = only("no-direct-push", isms(), facts(change(kind="direct", authors=(forged,), merger=forged)))
    assert pushed.outcome is Outcome.FAIL


def test_merge_at_the_edge_of_a_shallow_copy_has_unknown_authors():
    edge = change(approvals=(approval(BOB),))
    edge = change(commits=(edge.id,), approvals=(approval(BOB),))
    assert only(REVIEW, isms(), facts(edge)).outcome is Outcome.UNKNOWN


def test_self_approval_fails_and_a_second_one_mends_it():
    own = approval(ALICE)
    assert only("approver-not-author", isms(), facts(change(approvals=(own,)))).outcome is Outcome.FAIL
    both = facts(change(approvals=(own, approval(BOB, Grade.STATED))))
    assert only("approver-not-author", isms(), both).outcome is Outcome.PASS


def test_no_approval_gives_nothing_to_compare_and_is_no_pass():
    assert only("approver-not-author", isms(), facts(change())).outcome is Outcome.NOT_APPLICABLE


def test_second_address_that_nobody_registered_is_unknown():
    second = Identity("", "Alice", "alice@home.example")
    found = facts(change(authors=(second,), approvals=(approval(ALICE),)))
    assert only("approver-not-author", isms(), found).outcome is Outcome.UNKNOWN


RISKY = "high-risk-path-reviewed"
CRITERION = record(
    r.Criterion, "CRIT-1", when={"paths": ["src/**"]}, requires={"approvals": 1, "approver_role": "price-approver"}
)


def risky(**fields):
    return change(high_risk_paths=("src/price.py",), **fields)


def test_changes_of_ordinary_paths_are_not_in_the_population_of_high_risk():
    assert items(RISKY, isms(), facts(change())) == ()


def test_code_owner_may_approve_a_high_risk_path_and_others_may_not():
    assert only(RISKY, isms(), facts(risky(code_owners=("bob",), approvals=(approval(BOB),)))).outcome is Outcome.PASS
    item = only(RISKY, isms(), facts(risky(code_owners=("carol",), approvals=(approval(BOB),))))
    assert (item.outcome, item.found) == (Outcome.FAIL, "no approval by an owner")
    assert "only Bob approved it" in item.reason


def test_holder_of_the_criterions_role_may_approve():
    people = by_id(person(ALICE), person(BOB, roles=["price-approver"]), person(CAROL))
    registers = isms(people=people, criteria=by_id(CRITERION))
    found = facts(change(criteria=("CRIT-1",), approvals=(approval(BOB),)))
    assert only(RISKY, registers, found).outcome is Outcome.PASS


def test_high_risk_path_that_nobody_owns_fails():
    item = only(RISKY, isms(), facts(risky(approvals=(approval(BOB),))))
    assert (item.outcome, item.found) == (Outcome.FAIL, "no owner is named")


def test_an_owners_approval_below_the_grade_of_the_tier_is_none():
    typed = facts(risky(code_owners=("bob",), approvals=(approval(BOB, Grade.STATED),)))
    item = only(RISKY, isms(), typed)
    assert (item.outcome, item.found) == (Outcome.FAIL, "stated only")
    assert "the approval by Bob is stated only; tier 1 asks recorded by the forge or better" in item.reason
    assert only(RISKY, isms(services=by_id(service(tier=3))), typed).outcome is Outcome.PASS


def test_a_criterion_may_ask_two_approvers_and_a_ticket():
    people = by_id(person(ALICE), person(BOB, roles=["price-approver"]), person(CAROL))
    requires = {"approvals": 2, "approver_role": "price-approver", "change_reference": True}
    asking = record(r.Criterion, "CRIT-1", when={"paths": ["src/**"]}, requires=requires)
    registers = isms(people=people, criteria=by_id(asking))

    def found(*approvals, **fields):
        item = only(RISKY, registers, facts(change(criteria=("CRIT-1",), approvals=approvals, **fields)))
        return item.outcome, item.found

    assert found(approval(BOB), approval(CAROL)) == (Outcome.PASS, "approved by an owner")
    assert found(approval(BOB)) == (Outcome.FAIL, "1 of 2 approvers")
    assert found(approval(BOB), approval(BOB)) == (Outcome.FAIL, "1 of 2 approvers")
    assert found(approval(BOB), approval(ALICE)) == (Outcome.FAIL, "1 of 2 approvers")
    assert found(approval(BOB), approval(CAROL, Grade.STATED)) == (Outcome.FAIL, "1 of 2 approvers")
    assert found(approval(BOB), approval(STRANGER)) == (Outcome.UNKNOWN, "an address nobody registered")
    assert found(approval(BOB), approval(CAROL), change_references=()) == (Outcome.FAIL, "no ticket")


EMERGENCY = "emergency-reviewed"
SATURDAY = "2026-06-27"


def hotfix(**fields):
    return change(day=SATURDAY, kind="direct", emergency="subject hotfix:", **fields)


def late(day):
    return approval(BOB, day=day, after_the_fact=True)


def test_emergency_reviewed_on_the_second_working_day_passes():
    assert only(EMERGENCY, isms(), facts(hotfix(approvals=(late("2026-06-30"),)))).outcome is Outcome.PASS


def test_emergency_reviewed_on_the_third_working_day_fails_and_says_so():
    item = only(EMERGENCY, isms(), facts(hotfix(approvals=(late("2026-07-01"),))))
    assert (item.outcome, item.found) == (Outcome.FAIL, "reviewed after 3 working days")
    assert "1 July 2026, on working day 3 of at most 2" in item.reason


def test_limit_of_working_days_is_the_operators():
    setting = by_id(record(r.CheckSetting, EMERGENCY, within=3))
    assert only(EMERGENCY, isms(checks=setting), facts(hotfix(approvals=(late("2026-07-01"),)))).outcome is Outcome.PASS


def test_emergency_whose_limit_still_runs_is_unknown_so_far():
    item = only(EMERGENCY, isms(), facts(change(day="2026-09-29", emergency="branch hotfix/x")))
    assert (item.outcome, item.found) == (Outcome.UNKNOWN, "so far no review")


def test_direct_push_without_a_mark_is_an_emergency_too_and_a_robots_is_not():
    assert only(EMERGENCY, isms(), facts(change(kind="direct"))).outcome is Outcome.FAIL
    assert items(EMERGENCY, isms(), facts(change(kind="direct", authors=(DEP_BOT,), automated=True))) == ()


def test_emergency_reviewed_by_its_author_fails():
    own = approval(ALICE, day="2026-06-29", after_the_fact=True)
    assert only(EMERGENCY, isms(), facts(hotfix(approvals=(own,)))).outcome is Outcome.FAIL


def test_emergency_reviewed_below_the_grade_of_the_tier_fails():
    typed = approval(BOB, Grade.STATED, day="2026-06-29", after_the_fact=True)
    item = only(EMERGENCY, isms(), facts(hotfix(approvals=(typed,))))
    assert (item.outcome, item.found) == (Outcome.FAIL, "stated only")
    assert only(EMERGENCY, isms(services=by_id(service(tier=3))), facts(hotfix(approvals=(typed,)))).found.startswith(
        "reviewed"
    )


approvals = st.builds(
    approval,
    st.sampled_from([ALICE, BOB, CAROL, STRANGER, CI_BOT]),
    st.sampled_from(list(Grade)),
    covers=st.sampled_from(["final", "earlier", "unspecified"]),
    after_the_fact=st.booleans(),
)
changes = st.builds(
    change,
    kind=st.sampled_from(["merge", "squash", "rebase", "direct", "root"]),
    authors=st.lists(st.sampled_from([ALICE, BOB, STRANGER, DEP_BOT]), max_size=3, unique=True).map(tuple),
    approvals=st.lists(approvals, max_size=4).map(tuple),
    high_risk_paths=st.sampled_from([(), ("src/price.py",)]),
    code_owners=st.sampled_from([(), ("bob",), ("stranger",)]),
    emergency=st.sampled_from(["", "subject hotfix:"]),
)
ORDER = {Outcome.FAIL: 0, Outcome.UNKNOWN: 1, Outcome.NOT_APPLICABLE: 2, Outcome.PASS: 2}


@given(found=changes, data=st.data())
def test_removing_an_approval_never_turns_anything_into_a_pass(found, data):
    if not found.approvals:
        return
    gone = data.draw(st.integers(0, len(found.approvals) - 1))
    fewer = change(
        kind=found.kind,
        authors=found.authors,
        approvals=found.approvals[:gone] + found.approvals[gone + 1 :],
        high_risk_paths=found.high_risk_paths,
        code_owners=found.code_owners,
        emergency=found.emergency,
    )
    for check in (REVIEW, RISKY, EMERGENCY, "approver-not-author"):
        for before, after in zip(
            items(check, isms(), facts(found), CONFIG), items(check, isms(), facts(fewer), CONFIG), strict=True
        ):
            assert not (after.outcome is Outcome.PASS and before.outcome is not Outcome.PASS)


@given(found=changes)
def test_without_approvals_no_change_by_a_person_passes_a_review(found):
    bare = change(kind=found.kind, authors=found.authors, emergency=found.emergency)
    for check in (REVIEW, EMERGENCY, "approver-not-author"):
        assert all(item.outcome is not Outcome.PASS for item in items(check, isms(), facts(bare)))


@pytest.mark.parametrize(
    "check", ["change-reviewed", "approver-not-author", "no-direct-push", "commits-signed", "change-reference"]
)
def test_a_push_under_a_robots_address_that_it_did_not_sign_leaves_its_maker_unknown(check):
    pushed = {"kind": "direct", "authors": (DEP_BOT,), "automated": True, "change_references": ()}
    outcomes = [
        only(check, isms(), facts(change(**pushed, robot_basis=basis))) for basis in ("signature", "address", "missing")
    ]
    assert [each.outcome.value for each in outcomes] == ["not-applicable", "unknown", "unknown"]
    assert "anyone who may push can type an address" in outcomes[1].reason


def test_a_merge_that_joins_what_both_sides_changed_leaves_its_review_unknown():
    earlier = approval(BOB, covers="earlier")
    item = only(REVIEW, isms(), facts(change(approvals=(earlier,), merge_adds="cannot-tell")))
    assert (item.outcome, item.found) == (Outcome.UNKNOWN, "both sides changed a file")
    assert only(REVIEW, isms(), facts(change(approvals=(earlier,), merge_adds="made"))).outcome is Outcome.FAIL
    assert only(REVIEW, isms(), facts(change(merge_adds="cannot-tell"))).outcome is Outcome.FAIL
    whole = (earlier, approval(BOB))
    assert only(REVIEW, isms(), facts(change(approvals=whole, merge_adds="cannot-tell"))).outcome is Outcome.PASS


@pytest.mark.parametrize("check", [REVIEW, "approver-not-author"])
def test_a_squash_whose_message_alone_names_its_authors_leaves_independence_unknown(check):
    found = change(kind="squash", restored="no-ref", authorship="message", approvals=(approval(BOB),))
    item = only(check, isms(), facts(found))
    assert (item.outcome, item.found) == (Outcome.UNKNOWN, "an author may be hidden")
    assert "the proposal behind it was not found" in item.reason
    by_list = change(kind="squash", restored="no-ref", authorship="record", approvals=(approval(BOB),))
    assert only(check, isms(), facts(by_list)).outcome is Outcome.PASS


def test_an_approval_of_a_mixture_is_neither_passed_nor_failed():
    mixture = change(
        kind="squash", restored="cannot-tell", authorship="message", approvals=(approval(BOB, covers="earlier"),)
    )
    item = only(REVIEW, isms(), facts(mixture))
    assert item.outcome is Outcome.UNKNOWN
    assert "its lines are not those of the proposal" in item.reason


def test_an_approval_of_what_was_proposed_is_none_of_something_else():
    other = change(
        kind="squash", restored="different", authorship="message", approvals=(approval(BOB, covers="earlier"),)
    )
    item = only(REVIEW, isms(), facts(other))
    assert (item.outcome, "of what was proposed, which is not what was merged" in item.reason) == (Outcome.FAIL, True)
