"""What the checks of deployments say of each source: records that were typed or failed, tags, branches, integrations."""

from dataclasses import replace

import pytest
from checks.factories import ALICE, BOB, CAROL, CI_BOT, CONFIG, by_id, change, deployment, facts, isms, only, pipeline

from tieout.model.grades import Grade
from tieout.model.history import Identity
from tieout.model.results import Outcome
from tieout.model.settings import Repository

RECORD = {"basis": "deployment record", "grade": Grade.RECORDED, "result": "succeeded", "id": "7"}
BY, DUTIES, ORDER, BRANCH = (
    "deployed-by-pipeline",
    "author-not-deployer",
    "promotion-order",
    "deployed-from-protected-branch",
)


def verdict(check, *, changes=(), more=None, **fields):
    found = facts(*(changes or (change(),)), deployments=(deployment(**(RECORD | fields)),), **(more or {}))
    item = only(check, isms(), found)
    return item.outcome, item.found, item.grade


def test_a_pipeline_in_a_robots_record_passes_as_recorded():
    assert verdict(BY) == (Outcome.PASS, "CI", Grade.RECORDED)


def test_a_typed_record_that_names_the_pipeline_leaves_it_unknown():
    typed = {"grade": Grade.STATED, "hand": BOB}
    assert verdict(BY, **typed)[:2] == (Outcome.UNKNOWN, "a record that was typed")
    assert verdict(BY, **(typed | {"hand": None}))[:2] == (Outcome.UNKNOWN, "a record that was typed")


def test_a_typed_record_that_names_a_person_outside_the_pipeline_fails():
    assert verdict(BY, grade=Grade.STATED, by=BOB, by_pipeline=False)[0] is Outcome.FAIL


def test_a_record_that_names_nobody_leaves_it_unknown():
    nobody = {"by": Identity("", "", ""), "by_pipeline": False, "requested_by": None}
    assert verdict(BY, **nobody)[:2] == (Outcome.UNKNOWN, "nobody named")
    assert verdict(DUTIES, **nobody)[0] is Outcome.UNKNOWN


def test_a_run_that_a_person_triggered_passes_and_is_held_against_the_authors():
    run = {"run": "9", "requested_by": None}
    assert verdict(BY, by=BOB, **run)[:2] == (Outcome.PASS, "run 9, triggered by Bob")
    assert verdict(DUTIES, by=BOB, **run)[0] is Outcome.PASS
    assert verdict(DUTIES, by=ALICE, **run)[0] is Outcome.FAIL


def test_an_author_who_typed_the_record_proves_nothing_by_it():
    typed = {"grade": Grade.STATED, "by": CAROL, "requested_by": None, "by_pipeline": False}
    assert verdict(DUTIES, hand=ALICE, **typed)[:2] == (Outcome.UNKNOWN, "record typed by an author")
    assert verdict(DUTIES, hand=BOB, **typed)[0] is Outcome.PASS


@pytest.mark.parametrize("result", ["failed", "in-progress"])
def test_nobody_brought_a_change_with_what_never_came_to_production(result):
    assert verdict(DUTIES, result=result, changes=())[0] is Outcome.NOT_APPLICABLE
    assert verdict(ORDER, result=result)[0] is Outcome.NOT_APPLICABLE
    assert verdict(BY, result=result, by=BOB, by_pipeline=False)[0] is Outcome.FAIL


def test_a_commit_in_no_history_is_told_and_its_authors_are_not_known():
    gone = {"absent": True, "on_branch": False, "commit": "f" * 40}
    assert verdict(DUTIES, **gone)[:2] == (Outcome.UNKNOWN, "deployed commit in no history")
    assert verdict(BRANCH, **gone)[:2] == (Outcome.FAIL, "ffffffff in no history")


def test_the_order_of_environments_needs_records_of_the_one_before():
    told = {"told_environments": {"shop": ("test",)}}
    assert verdict(ORDER)[:2] == (Outcome.UNKNOWN, "earlier environments not told")
    assert verdict(ORDER, more=told)[0] is Outcome.PASS
    assert verdict(ORDER, more=told, earlier=())[0] is Outcome.FAIL


def test_a_tag_and_a_release_branch_say_nothing_of_earlier_environments():
    for basis in ("annotated tag", "release branch"):
        assert verdict(ORDER, basis=basis, result="")[:2] == (Outcome.UNKNOWN, "no environments repository")


def declared(**source):
    golden = pipeline()
    return isms(
        pipelines=by_id(golden.model_copy(update={"deployments": golden.deployments.model_copy(update=source)}))
    )


def test_integrations_are_never_taken_for_deployments():
    item = only(BY, declared(kind="integrations"), facts(change()))
    assert (item.outcome, item.found) == (Outcome.UNKNOWN, "integrations only")
    assert "a merge is no deployment" in item.reason


def test_a_repository_without_files_of_deployment_records_is_a_hole():
    registers = declared(kind="records", repo="env")
    env = Repository("env", "../env", kind="records", reviews=("*.jsonl",))
    settings = replace(CONFIG, repositories={"env": env})
    assert only(BY, registers, facts(change()), settings).found == "no records"
    settings = replace(CONFIG, repositories={"env": replace(env, deployments=("d/*.jsonl",))})
    assert only(BY, registers, facts(change(), deployments=(deployment(**RECORD),)), settings).outcome is Outcome.PASS


def test_a_release_branch_without_steps_leaves_the_deployments_unknown():
    found = facts(change(), unreleased={"shop": "the release branch stable of shop has no step of its own"})
    item = only(BY, declared(kind="branch", branch="stable"), found)
    assert (item.outcome, item.found) == (Outcome.UNKNOWN, "no releases")
    assert item.people == ()
    assert CI_BOT.person not in item.reason
