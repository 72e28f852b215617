"""Author, approver and deployer: three people on the most critical services."""

import pytest
from tests.checks.factories import (
    ALICE,
    BOB,
    CAROL,
    CI_BOT,
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
    record,
    service,
)

from tieout.model import records as r
from tieout.model.grades import Grade
from tieout.model.results import Outcome

CHECK = "author-approver-deployer-distinct"
APPROVED = change(approvals=(approval(BOB),))


def judged(*changes, registers=None, **fields):
    found = facts(*(changes or (APPROVED,)), deployments=(deployment(**fields),))
    return only(CHECK, registers or isms(), found)


def test_three_people_pass_at_the_weakest_grade_of_the_three_parts():
    item = judged(grade=Grade.STATED)
    assert (item.outcome, item.grade, item.people) == (Outcome.PASS, Grade.STATED, ("bob", "carol"))
    assert item.reason == "Alice wrote what was deployed, Bob approved it, and Carol triggered the pipeline."


def test_an_author_who_deploys_fails():
    item = judged(requested_by=ALICE)
    assert (item.outcome, item.found) == (Outcome.FAIL, "deployed by an author")
    assert item.reason == "Alice triggered the pipeline, and wrote part of what then reached production (1 change)."


def test_a_change_that_its_author_alone_approved_fails():
    item = judged(change(approvals=(approval(ALICE),)))
    assert (item.outcome, item.grade, item.people) == (Outcome.FAIL, Grade.NONE, ("alice",))
    assert item.reason == "Nobody but Alice, who wrote it, is seen to have approved shop/61000000."
    assert judged(change()).outcome is Outcome.FAIL


def test_an_approver_who_deploys_fails_unless_another_person_approved_the_change_or_its_deployment():
    item = judged(requested_by=BOB)
    assert (item.outcome, item.found) == (Outcome.FAIL, "approver and deployer in one")
    assert item.reason == (
        "Bob approved shop/61000000 and triggered the pipeline; nobody else approved the change or its deployment."
    )
    twice = judged(change(approvals=(approval(BOB), approval(CAROL))), requested_by=BOB)
    assert twice.outcome is Outcome.PASS
    released = judged(requested_by=BOB, approvals=(approval(CAROL),))
    assert released.reason == (
        "Alice wrote what was deployed, Bob approved it, and Bob triggered the pipeline; Carol approved the deployment."
    )


@pytest.mark.parametrize("by", [ALICE, BOB])
def test_a_deployment_that_an_author_or_the_deployer_approved_helps_nobody(by):
    assert judged(requested_by=BOB, approvals=(approval(by),)).outcome is Outcome.FAIL


def test_each_change_is_asked_by_itself():
    """Two who review each other's changes have two parts each, and neither has two parts in one change."""
    second = change("b", authors=(BOB,), approvals=(approval(ALICE),))
    item = judged(APPROVED, second, changes=(APPROVED.key, second.key))
    assert item.reason == (
        "Alice and Bob wrote what was deployed, Bob and Alice approved it, and Carol triggered the pipeline."
    )
    alone = change("c", approvals=())
    assert judged(APPROVED, alone, changes=(APPROVED.key, alone.key)).outcome is Outcome.FAIL


def test_a_pipeline_that_nobody_is_known_to_have_triggered_cannot_be_told():
    item = judged(requested_by=None)
    assert (item.outcome, item.found) == (Outcome.UNKNOWN, "no person recorded")
    assert item.reason == (
        "CI, an identity of the pipeline, deployed, and the record names nobody who triggered it; so the deployer's part "
        "was the pipeline's, and who set it off cannot be told."
    )


def test_an_approver_whom_nobody_registered_cannot_be_told():
    item = judged(change(approvals=(approval(STRANGER),)))
    assert item.outcome is Outcome.UNKNOWN
    assert item.reason == (
        "someone@elsewhere.example, who approved shop/61000000 or its deployment, is not in the people register, so it "
        "cannot be told whether author, approver and deployer are three people."
    )
    assert judged(change(authors=(STRANGER,), approvals=(approval(BOB),))).outcome is Outcome.UNKNOWN


def test_an_approver_who_was_away_is_none_and_one_of_an_unknown_day_cannot_be_told():
    assert judged(change(approvals=(approval(BOB, absence="left"),))).outcome is Outcome.FAIL
    item = judged(change(approvals=(approval(BOB, absence="unknown"),)))
    assert item.outcome is Outcome.UNKNOWN
    assert item.reason == (
        "Bob approved shop/61000000 or its deployment on a day that is not known, so it cannot be told whether author, "
        "approver and deployer are three people."
    )


def test_an_author_whom_a_squash_may_hide_leaves_it_open_who_deployed_their_own_work():
    squash = change(kind="squash", authorship="message", approvals=(approval(BOB),))
    item = judged(squash)
    assert item.outcome is Outcome.UNKNOWN
    assert item.reason == "The message alone tells who wrote shop/61000000, so an author may be hidden."
    found = facts(squash, deployments=(deployment(),))
    assert only("author-not-deployer", isms(), found).outcome is Outcome.UNKNOWN


def test_tier_1_is_asked_where_nothing_is_set():
    second = isms(services=by_id(service(tier=2)))
    item = judged(registers=second)
    assert item.outcome is Outcome.NOT_APPLICABLE
    assert item.reason == "Three people are asked of tier 1, and shop is of tier 2."
    asked = isms(services=by_id(service(tier=2)), checks=by_id(record(r.CheckSetting, CHECK, tiers=[1, 2])))
    assert judged(registers=asked).outcome is Outcome.PASS


def test_robots_work_and_nothing_new_are_not_applicable():
    robot = change(authors=(DEP_BOT,), automated=True)
    assert judged(robot).outcome is Outcome.NOT_APPLICABLE
    assert judged(changes=()).outcome is Outcome.NOT_APPLICABLE
    assert judged(result="failed").outcome is Outcome.NOT_APPLICABLE
    assert judged(commit="").outcome is Outcome.UNKNOWN


def test_a_dated_exception_permits_it_and_keeps_the_reason():
    bob = {"person": "bob", "on": "2026-06-01"}
    registers = isms(exceptions=by_id(exception(excepts=[f"check:{CHECK}"], approved_by=bob)))
    found = facts(change(), deployments=(deployment(),))
    assert only(CHECK, registers, found).outcome is Outcome.EXCEPTED
    own = isms(
        exceptions=by_id(exception(excepts=[f"check:{CHECK}"], approved_by={"person": "alice", "on": "2026-06-01"}))
    )
    assert only(CHECK, own, found).outcome is Outcome.FAIL


@pytest.mark.parametrize("kept", [(), (BOB,), (CAROL,), (BOB, CAROL)])
def test_taking_approvals_away_never_improves_it(kept):
    worse = {Outcome.PASS: 2, Outcome.UNKNOWN: 1, Outcome.FAIL: 0}
    whole = judged(change(approvals=(approval(BOB), approval(CAROL))), requested_by=BOB, by=CI_BOT)
    part = judged(change(approvals=tuple(approval(who) for who in kept)), requested_by=BOB, by=CI_BOT)
    assert worse[part.outcome] <= worse[whole.outcome]


def test_a_merge_whose_commits_were_not_read_leaves_it_open_who_wrote_it():
    merge = change(approvals=(approval(BOB),))
    edge = change(commits=(merge.id,), approvals=(approval(BOB),))
    for check in (CHECK, "author-not-deployer"):
        item = only(check, isms(), facts(edge, deployments=(deployment(),)))
        assert (item.outcome, item.found) == (Outcome.UNKNOWN, "authors not known")
        cut = facts(merge, deployments=(deployment(),), histories_incomplete=("shop",))
        told = next(one for one in items(check, isms(), cut) if one.kind == "deployment")
        assert told.outcome is Outcome.UNKNOWN
