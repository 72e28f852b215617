import pytest
from tests.checks.factories import (
    ALICE,
    BOB,
    CAROL,
    DEP_BOT,
    STRANGER,
    at,
    by_id,
    change,
    deployment,
    facts,
    isms,
    only,
    record,
    service,
)

from tieout.model import records as r
from tieout.model.grades import Grade
from tieout.model.results import Outcome

DUTIES = "author-not-deployer"


def outcome_of(check, *, changes=(), registers=None, **fields):
    found = facts(*(changes or (change(),)), deployments=(deployment(**fields),))
    return only(check, registers or isms(), found).outcome


def test_pipeline_triggered_by_someone_else_passes():
    assert outcome_of(DUTIES) is Outcome.PASS


def test_author_who_deploys_or_triggers_fails():
    assert outcome_of(DUTIES, by=ALICE, by_pipeline=False, requested_by=None) is Outcome.FAIL
    assert outcome_of(DUTIES, requested_by=ALICE) is Outcome.FAIL
    assert outcome_of(DUTIES, requested_by=BOB, changes=(change(authors=(ALICE, BOB)),)) is Outcome.FAIL


def test_nobody_named_as_trigger_is_unknown():
    assert outcome_of(DUTIES, requested_by=None) is Outcome.UNKNOWN


def test_unknown_author_or_deployer_is_unknown():
    assert outcome_of(DUTIES, changes=(change(authors=(STRANGER,)),)) is Outcome.UNKNOWN
    assert outcome_of(DUTIES, by=STRANGER, by_pipeline=False, requested_by=None) is Outcome.UNKNOWN
    assert outcome_of(DUTIES, commit="", changes=(change(),)) is Outcome.UNKNOWN
    assert outcome_of(DUTIES, changes=(change("z"),)) is Outcome.UNKNOWN


def test_nothing_new_or_robots_work_only_is_not_applicable():
    found = facts(change(), deployments=(deployment(changes=()),))
    assert only(DUTIES, isms(), found).outcome is Outcome.NOT_APPLICABLE
    robot = change(authors=(DEP_BOT,), automated=True)
    assert outcome_of(DUTIES, changes=(robot,), requested_by=None) is Outcome.NOT_APPLICABLE


def test_deployment_by_a_person_is_outside_the_pipeline():
    found = facts(deployments=(deployment(by=CAROL, by_pipeline=False, host="batch-01"),))
    item = only("deployed-by-pipeline", isms(), found)
    assert item.outcome is Outcome.FAIL
    assert item.reason == "Carol deployed shop 1.2.3 from batch-01, outside the approved pipeline."
    assert outcome_of("deployed-by-pipeline") is Outcome.PASS


@pytest.mark.parametrize(("on_branch", "outcome"), [(True, "pass"), (False, "fail"), (None, "unknown")])
def test_deployed_commit_is_asked_of_the_protected_branch(on_branch, outcome):
    assert outcome_of("deployed-from-protected-branch", on_branch=on_branch) == outcome


def test_a_commit_that_came_to_the_branch_after_its_deployment_is_not_said_to_be_off_it():
    found = facts(change(), deployments=(deployment(on_branch=False, arrived=at("2026-07-03")),))
    item = only("deployed-from-protected-branch", isms(), found)
    assert (item.outcome.value, item.found) == ("fail", "61000000 not yet on main")
    assert item.reason == (
        "The deployed commit 61000000 came to main of shop only after it was deployed, on 3 July 2026."
    )


def test_version_must_have_been_in_the_environment_before():
    assert outcome_of("promotion-order") is Outcome.PASS
    assert outcome_of("promotion-order", earlier=(("dev", at("2026-07-01")),)) is Outcome.FAIL
    assert outcome_of("promotion-order", earlier=(("test", at("2026-07-03")),)) is Outcome.FAIL


def soaked(soak, **fields):
    setting = by_id(record(r.CheckSetting, "promotion-order", **({"soak": soak} if soak else {})))
    return only("promotion-order", isms(checks=setting), facts(change(), deployments=(deployment(**fields),)))


def test_the_environment_before_and_the_time_in_it_are_told():
    item = soaked("")
    assert (item.expected, item.found) == ("first in test", "first in test, for 22 hours")
    assert item.reason == "shop 1.2.3 came to test 22 hours before production."


def test_a_version_has_to_stay_in_the_environment_before_for_as_long_as_is_asked():
    short = soaked("24h")
    assert (short.outcome, short.expected, short.found) == (
        Outcome.FAIL,
        "first in test for 24 hours",
        "22 hours in test",
    )
    assert short.reason == "shop 1.2.3 came to test only 22 hours before production; 24 hours are asked."
    assert soaked("22h").outcome is Outcome.PASS
    assert soaked("22h", earlier=()).outcome is Outcome.FAIL
    assert soaked("22h", basis="annotated tag").outcome is Outcome.UNKNOWN
    assert soaked("22h", result="failed").outcome is Outcome.NOT_APPLICABLE


def test_a_month_of_soaking_is_a_calendar_one():
    days = (("test", at("2026-06-02")),)
    assert soaked("1mo", earlier=days).outcome is Outcome.PASS
    assert soaked("1mo", earlier=(("test", at("2026-06-02", 13)),)).outcome is Outcome.FAIL


def test_order_cannot_be_told_from_tags_or_without_environments():
    assert outcome_of("promotion-order", basis="annotated tag") is Outcome.UNKNOWN
    bare = isms(services=by_id(service(environments=["prod"])))
    assert outcome_of("promotion-order", registers=bare) is Outcome.UNKNOWN


PIPELINE = "deployed-by-pipeline"


def test_a_person_who_commits_in_the_pipelines_name_deployed():
    found = facts(change(), deployments=(deployment(hand=ALICE),))
    item = only(PIPELINE, isms(), found)
    assert (item.outcome, item.found, item.people) == (
        Outcome.FAIL,
        "Alice under the name of CI",
        ("alice", "ci-bot"),
    )
    assert outcome_of(DUTIES, hand=ALICE) is Outcome.FAIL


def test_who_commits_in_the_pipelines_name_from_an_unknown_address_or_without_its_key_cannot_be_told():
    assert outcome_of(PIPELINE, hand=STRANGER) is Outcome.UNKNOWN
    assert outcome_of(PIPELINE, unsigned=True) is Outcome.UNKNOWN
    assert outcome_of(PIPELINE) is Outcome.PASS


@pytest.mark.parametrize(
    ("grade", "shown"),
    [(Grade.STATED, Grade.STATED), (Grade.TWO_NAMES, Grade.STATED), (Grade.SIGNED, Grade.SIGNED)],
)
def test_who_triggered_the_pipeline_is_a_statement_unless_the_pipeline_signed_it(grade, shown):
    found = facts(change(), deployments=(deployment(grade=grade),))
    assert only(DUTIES, isms(), found).grade is shown


def test_the_pipelines_address_alone_is_not_enough_where_the_tier_asks_more():
    found = facts(deployments=(deployment(grade=Grade.TWO_NAMES),))
    item = only("deployed-by-pipeline", isms(), found)
    assert (item.outcome, item.found) == (Outcome.UNKNOWN, "CI, two names")
    assert item.reason == (
        "The record carries the address of CI, which is two names and no more: whoever may push there can type it. "
        "Tier 1 asks recorded by the forge or better, so who deployed cannot be told."
    )
    item = only("deployed-by-pipeline", isms(services=by_id(service(tier=2))), found)
    assert item.outcome is Outcome.PASS
