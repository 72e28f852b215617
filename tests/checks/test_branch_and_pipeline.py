from dataclasses import replace
from datetime import date

import pytest
from tests.checks.factories import (
    ALICE,
    BOB,
    CI_BOT,
    CONFIG,
    DEP_BOT,
    approval,
    at,
    by_id,
    change,
    deployment,
    facts,
    isms,
    items,
    only,
    passed,
    pipeline,
    record,
    service,
    signed,
    version,
)

from tieout.model import records as r
from tieout.model.grades import Grade
from tieout.model.history import Job, Signature, StepResult
from tieout.model.results import Outcome
from tieout.model.settings import Config


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        ("merge", Outcome.PASS),
        ("squash", Outcome.PASS),
        ("rebase", Outcome.PASS),
        ("root", Outcome.NOT_APPLICABLE),
        ("direct", Outcome.FAIL),
    ],
)
def test_only_a_direct_push_by_a_person_fails(kind, outcome):
    assert only("no-direct-push", isms(), facts(change(kind=kind, proposal="record"))).outcome is outcome


@pytest.mark.parametrize(
    ("fields", "outcome", "found"),
    [
        ({"proposal": "ref"}, Outcome.PASS, "merged"),
        ({"proposal": "forge"}, Outcome.PASS, "merged"),
        ({"proposal": "forge", "merger": ALICE}, Outcome.UNKNOWN, "only its message says so"),
        ({}, Outcome.UNKNOWN, "only its message says so"),
        ({"kind": "squash", "restored": "no-ref"}, Outcome.UNKNOWN, "only its message says so"),
        ({"kind": "squash", "restored": "no-ref", "proposal": "forge"}, Outcome.PASS, "squashed from a proposal"),
        ({"kind": "squash", "restored": "different", "proposal": "forge"}, Outcome.FAIL, "not what was proposed"),
        ({"kind": "squash", "restored": "different", "proposal": "record"}, Outcome.PASS, "squashed from a proposal"),
        ({"kind": "squash", "restored": "cannot-tell"}, Outcome.UNKNOWN, "only its message says so"),
    ],
)
def test_the_words_of_a_message_alone_are_no_proposal(fields, outcome, found):
    item = only("no-direct-push", isms(), facts(change(**fields)))
    assert (item.outcome, item.found) == (outcome, found)
    assert (item.grade is Grade.STATED) == (outcome is Outcome.PASS and fields["proposal"] == "forge")


def test_direct_push_by_a_declared_robot_is_not_about_people():
    found = facts(change(kind="direct", authors=(DEP_BOT,), automated=True))
    assert only("no-direct-push", isms(), found).outcome is Outcome.NOT_APPLICABLE


def test_change_needs_a_ticket_and_words():
    assert only("change-reference", isms(), facts(change())).outcome is Outcome.PASS
    bare = facts(change(change_references=(), subject="round prices down"))
    assert only("change-reference", isms(), bare).found == "no ticket"
    wordless = facts(change(subject="SHOP-1: fix"))
    assert only("change-reference", isms(), wordless).found == "no description"


def test_ticket_of_one_number_does_not_swallow_another_word():
    found = facts(change(subject="[SHOP-1] round (see notes)", change_references=("SHOP-1",)))
    assert only("change-reference", isms(), found).outcome is Outcome.PASS


def test_without_configured_prefixes_nothing_can_be_told():
    assert only("change-reference", isms(), facts(change()), Config("Shop")).outcome is Outcome.UNKNOWN


def test_signed_change_passes_with_its_signers():
    item = only("commits-signed", isms(), facts(change()))
    assert (item.outcome, item.people, item.grade) == (Outcome.PASS, ("alice", "bob"), Grade.SIGNED)


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        ("none", Outcome.FAIL),
        ("bad", Outcome.FAIL),
        ("out-of-date", Outcome.FAIL),
        ("unknown-key", Outcome.UNKNOWN),
        ("unreadable", Outcome.UNKNOWN),
    ],
)
def test_one_commit_without_a_good_signature_decides(state, outcome):
    off = (("1" * 40, Signature(state)), ("2" * 40, signed(ALICE)))
    assert only("commits-signed", isms(), facts(change(signatures=off))).outcome is outcome


def test_the_reasons_of_signatures_say_how_many_and_which():
    def reason(*states):
        verdicts = [signed(ALICE) if state == "good" else Signature(state) for state in states]
        found = change(signatures=tuple((f"{number}" * 40, verdict) for number, verdict in enumerate(verdicts, 1)))
        return only("commits-signed", isms(), facts(found)).reason

    assert reason("none") == "The commit is unsigned (11111111)."
    assert reason("good", "none") == "1 of 2 commits is unsigned: 22222222."
    assert reason("good", "none", "none") == "2 of 3 commits are unsigned, the first of them 22222222."
    assert reason("unknown-key", "good") == (
        "1 of 2 commits is signed by a key that is not registered, or cannot be verified here: 11111111; so who signed "
        "cannot be told."
    )
    assert reason("good") == "The commit is signed by a registered key that counted on the day: Alice."
    assert reason("good", "good") == "Both commits are signed by a registered key that counted on the day: Alice."


def test_no_signature_read_is_unknown_and_the_forges_own_step_is_left_out():
    assert only("commits-signed", isms(), facts(change(signatures=()))).outcome is Outcome.UNKNOWN
    own = change()
    forge = change(merger=CI_BOT, signatures=((own.id, Signature()), (own.commits[0], signed(ALICE))))
    assert only("commits-signed", isms(), facts(forge)).outcome is Outcome.PASS


def test_since_and_tiers_show_items_without_judging_them():
    setting = record(r.CheckSetting, "commits-signed", since=date(2026, 7, 15), tiers=[1])
    registers = isms(checks=by_id(setting), services=by_id(service(), service("web", tier=2)))
    found = facts(
        change("a", signatures=()),
        change("b", "2026-08-01", signatures=()),
        change("c", "2026-08-02", services=("web",), signatures=()),
    )
    assert [(item.outcome.value, item.found) for item in items("commits-signed", registers, found)] == [
        ("not-applicable", "before this check was adopted"),
        ("unknown", "not read"),
        ("not-applicable", "tier not asked"),
    ]


CONFIGURED = "required-steps-configured"


def test_required_job_that_stands_and_may_not_fail_passes():
    item = only(CONFIGURED, isms(), facts())
    assert (item.outcome, item.kind, item.service) == (Outcome.PASS, "repository", "shop")


def test_lapse_inside_the_period_shows_beside_what_stands_at_its_end():
    versions = (version(), version("2026-07-01", ()), version("2026-07-10"))
    found = items(CONFIGURED, isms(), facts(pipelines={"shop": versions}))
    assert [item.outcome.value for item in found] == ["pass", "fail", "pass"]
    assert found[1].reason == "ci.yml stood without unit, from 1 July 2026 to 10 July 2026; mended since."


def test_a_version_that_another_as_faulty_took_the_place_of_is_not_called_mended():
    versions = (version("2026-07-01", ()), version("2026-07-10", (Job("unit", may_fail=True),)))
    found = items(CONFIGURED, isms(), facts(pipelines={"shop": versions}))
    assert [item.reason for item in found][-2:] == [
        "ci.yml stood without unit, from 1 July 2026 to 10 July 2026; not mended in the period.",
        "ci.yml stood with unit allowed to fail, from 10 July 2026 to 30 September 2026; in force at the end of the period.",
    ]


@pytest.mark.parametrize(
    ("jobs", "found"),
    [((), "0 of 1 step, without unit"), ((Job("unit", may_fail=True),), "0 of 1 step, with unit allowed to fail")],
)
def test_missing_and_optional_jobs_fail(jobs, found):
    item = only(CONFIGURED, isms(), facts(pipelines={"shop": (version(jobs=jobs),)}))
    assert (item.outcome, item.found) == (Outcome.FAIL, found)


def test_what_cannot_be_read_is_unknown_and_what_is_not_there_fails():
    unreadable = facts(pipelines={"shop": (version(readable=False),)})
    assert only(CONFIGURED, isms(), unreadable).outcome is Outcome.UNKNOWN
    assert only(CONFIGURED, isms(), facts(pins={}, missing={"shop": "no such place"})).outcome is Outcome.UNKNOWN
    assert only(CONFIGURED, isms(), facts(pipelines={})).outcome is Outcome.FAIL


def test_a_job_that_is_seen_stands_although_another_workflow_is_called_from_elsewhere():
    """Jobs of GitHub do not change each other; what a GitLab job takes from an include that is not seen may."""
    seen = replace(version(readable=False), format="github-actions")
    assert only(CONFIGURED, isms(), facts(pipelines={"shop": (seen,)})).outcome is Outcome.PASS
    for other in (
        replace(seen, format="gitlab-ci"),
        replace(seen, jobs=()),
        replace(seen, jobs=(Job("unit", may_fail=True),)),
    ):
        assert only(CONFIGURED, isms(), facts(pipelines={"shop": (other,)})).outcome is Outcome.UNKNOWN


PASSED = "required-steps-passed"


def test_step_that_passed_on_the_merged_revision_passes():
    item = only(PASSED, isms(), facts(change(results=(passed(),))))
    assert (item.outcome, item.grade) == (Outcome.PASS, Grade.RECORDED)


def test_no_record_of_results_is_unknown():
    assert only(PASSED, isms(), facts(change())).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    "results",
    [
        (passed(result="failed"),),
        (passed(result="skipped"),),
        (passed("lint"),),
        (passed(day="2026-07-03"),),
        (passed(), passed(result="failed", day="2026-07-02")),
    ],
)
def test_failed_skipped_missing_and_late_results_fail(results):
    found = facts(change(results=results), deployments=(deployment(),))
    assert only(PASSED, isms(), found).outcome is Outcome.FAIL


def test_step_after_the_merge_may_be_absent_from_the_record():
    unit = {"id": "unit", "stage": "build-test", "title": "U", "required": "all", "type": "job", "match": "unit*"}
    late = {"id": "synthetic", "stage": "pre-prod", "title": "S", "required": "all", "type": "job", "match": "syn*"}
    registers = isms(pipelines=by_id(pipeline(unit, late)))
    item = only(PASSED, registers, facts(change(results=(passed(),))))
    assert (item.outcome, "run after the merge" in item.reason) == (Outcome.PASS, True)
    failed = facts(change(results=(passed(), passed("synthetic", "failed"))))
    assert only(PASSED, registers, failed).outcome is Outcome.FAIL


def test_names_of_the_people_stand_in_the_reason_of_a_direct_push():
    item = only("no-direct-push", isms(), facts(change(kind="direct", merger=BOB)), CONFIG)
    assert item.reason.startswith("Alice put this commit on the protected branch directly")
    assert item.people == ("alice", "bob")


HEAD = "9" * 40


def squashed(*approvals, restored="same"):
    result = StepResult("unit-tests", "passed", at("2026-07-01", 10), HEAD)
    own = change()
    return change(kind="squash", commits=(own.id,), restored=restored, results=(result,), approvals=approvals)


def test_result_on_the_approved_head_of_a_squash_counts():
    assert only(PASSED, isms(), facts(squashed(approval(BOB, commit=HEAD)))).outcome is Outcome.PASS


def test_result_on_a_head_of_a_squash_that_cannot_be_placed_is_unknown():
    assert only(PASSED, isms(), facts(squashed(restored="no-ref"))).outcome is Outcome.UNKNOWN
    assert only(PASSED, isms(), facts(squashed(approval(BOB, commit="8" * 40)))).outcome is Outcome.FAIL
    assert only(PASSED, isms(), facts(squashed(restored="different"))).outcome is Outcome.FAIL


@pytest.mark.parametrize(
    ("adds", "outcome"), [("", Outcome.PASS), ("made", Outcome.FAIL), ("cannot-tell", Outcome.UNKNOWN)]
)
def test_results_of_a_head_are_not_those_of_a_merge_that_adds_files(adds, outcome):
    found = facts(change(results=(passed(),), merge_adds=adds))
    assert only("required-steps-passed", isms(), found).outcome is outcome


def test_a_configuration_beside_the_declared_one_stands_for_nothing():
    found = facts(pipelines={"shop": (replace(version(), path="old.yml"),)})
    assert only(CONFIGURED, isms(), found).found == "no configuration"


def test_a_required_step_whose_jobs_are_conditional_passes_and_says_so():
    found = facts(change(), pipelines={"shop": (version(jobs=(Job("unit-tests", conditional=True),)),)})
    item = only("required-steps-configured", isms(), found)
    assert item.outcome is Outcome.PASS
    assert item.reason.endswith(" unit: conditional, so not run for every change.")


@pytest.mark.parametrize(
    ("job", "outcome", "found"),
    [
        (Job("unit-tests", conditional=True, beside="on a schedule"), Outcome.FAIL, "unit started only on a schedule"),
        (Job("test", title="unit-tests"), Outcome.PASS, ""),
        (Job("unit-tests (3.11, linux)"), Outcome.PASS, ""),
    ],
)
def test_a_step_that_no_change_starts_fails_and_one_is_known_by_its_title_and_parts(job, outcome, found):
    item = only(CONFIGURED, isms(), facts(pipelines={"shop": (version(jobs=(job,)),)}))
    assert (item.outcome, found in item.found) == (outcome, True)


def test_what_could_not_be_read_is_named():
    unread = version(jobs=(), readable=False, why="it includes the template SAST.yml")
    item = only(CONFIGURED, isms(), facts(pipelines={"shop": (unread,)}))
    assert (item.outcome, "the template SAST.yml" in item.reason) == (Outcome.UNKNOWN, True)


def test_a_result_that_somebody_typed_is_known_as_stated():
    item = only(PASSED, isms(), facts(change(results=(replace(passed(), grade=Grade.STATED),))))
    assert (item.outcome, item.grade) == (Outcome.PASS, Grade.STATED)
    both = (passed("unit-a"), replace(passed("unit-b"), grade=Grade.STATED))
    assert only(PASSED, isms(), facts(change(results=both))).grade is Grade.STATED


def test_a_scan_that_ran_did_not_pass_by_that():
    item = only(PASSED, isms(), facts(change(results=(replace(passed(), result="ran"),))))
    assert (item.outcome, item.found) == (Outcome.UNKNOWN, "unit ran, and no record says whether it passed")


def test_a_file_that_was_kept_after_the_deployment_does_not_say_when_it_was_made():
    kept = replace(passed(day="2026-07-03"), kept=True)
    found = facts(change(results=(kept,)), deployments=(deployment(),))
    assert only(PASSED, isms(), found).outcome is Outcome.UNKNOWN


def test_of_two_results_at_one_time_the_worse_counts_whatever_their_order():
    results = (passed(result="failed"), passed())
    for ordered in (results, results[::-1]):
        assert only(PASSED, isms(), facts(change(results=ordered))).outcome is Outcome.FAIL


def test_a_result_of_the_restored_head_of_a_squash_counts():
    squash = replace(squashed(), head=HEAD)
    assert only(PASSED, isms(), facts(squash)).outcome is Outcome.PASS


def test_a_result_of_another_commit_proves_nothing():
    other = replace(passed(), commit="7" * 40)
    assert only(PASSED, isms(), facts(change(results=(other,)))).outcome is Outcome.FAIL
    assert only(PASSED, isms(), facts(change(results=(other, passed())))).outcome is Outcome.PASS


def test_configured_never_reads_as_ran():
    found = facts(change(), pipelines={"shop": (version(),)})
    assert only(CONFIGURED, isms(), found).outcome is Outcome.PASS
    assert only(PASSED, isms(), found).outcome is Outcome.UNKNOWN


def test_a_signed_merge_whose_commits_were_not_read_does_not_tell_who_signed_them():
    id_ = change().id
    edge = change(commits=(id_,), signatures=((id_, signed(BOB)),))
    item = only("commits-signed", isms(), facts(edge))
    assert (item.outcome, item.reason) == (
        Outcome.UNKNOWN,
        "The commits that the merge brought in were not read, so who signed them cannot be told.",
    )
    bare = change(commits=(id_,), signatures=((id_, Signature()),))
    assert only("commits-signed", isms(), facts(bare)).outcome is Outcome.FAIL


def test_changes_that_came_before_the_first_configuration_are_a_lapse_of_their_own():
    found = facts(change(day="2026-07-01"), pipelines={"shop": (version("2026-08-01"),)})
    before, since = items(CONFIGURED, isms(), found)
    assert (before.outcome, before.found, since.outcome) == (Outcome.FAIL, "no configuration", Outcome.PASS)
    assert before.reason == (
        "No CI configuration stood at ci.yml in shop, from 1 July 2026 to 1 August 2026, while changes came."
    )
    new = facts(change(day="2026-08-01"), pipelines={"shop": (version("2026-08-01"),)})
    assert len(items(CONFIGURED, isms(), new)) == 1


def test_a_copy_that_begins_within_the_period_does_not_tell_what_stood_before():
    found = facts(
        change(day="2026-08-01"), pipelines={"shop": (version("2026-08-01"),)}, histories_incomplete=("shop",)
    )
    since, before = items(CONFIGURED, isms(), found)
    assert (since.outcome, before.outcome, before.key) == (Outcome.PASS, Outcome.UNKNOWN, "shop")
    assert before.reason.endswith("the copy of shop that was read is cut off and goes back to 1 August 2026 only.")
    assert len(items(CONFIGURED, isms(), facts(missing={"shop": "gone"}, pins={}))) == 1
