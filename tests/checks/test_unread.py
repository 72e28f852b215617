"""What could not be read is never taken for what did not happen."""

from dataclasses import replace

from checks.factories import CONFIG, approval, at, by_id, change, control, facts, isms, items, judged, only, service

from tieout.model.results import Outcome
from tieout.model.settings import Repository

GONE = {"missing": {"shop": "there is no folder ../shop"}, "pins": {}}


def test_changes_of_a_repository_that_was_not_read_cannot_be_told():
    found = only("change-reviewed", isms(), facts(**GONE))
    assert (found.kind, found.key, found.outcome) == ("repository", "shop", Outcome.UNKNOWN)
    assert found.reason == (
        "What happened to shop cannot be told: the repository shop was not read, there is no folder ../shop."
    )


def test_deployments_cannot_be_told_without_the_environments_repository():
    made = facts(change(), missing={"env": "it did not answer"})
    assert [item.outcome for item in items("deployed-by-pipeline", isms(), made)] == [Outcome.UNKNOWN]
    assert "did not answer" in only("deployed-by-pipeline", isms(), made).reason


def test_a_copy_that_is_cut_off_inside_the_period_leaves_what_came_before_unknown():
    first = change("a", "2026-07-01", approvals=(approval(),))
    made = facts(first, change("b", "2026-07-05", order=1, approvals=(approval(),)), histories_incomplete=("shop",))
    assert [(item.key, item.outcome) for item in items("change-reviewed", isms(), made)] == [
        (first.key, Outcome.UNKNOWN),
        ("shop/62000000", Outcome.PASS),
        ("shop", Outcome.UNKNOWN),
    ]
    assert "goes back to 1 July 2026 only" in items("change-reviewed", isms(), made)[-1].reason


def test_a_copy_that_is_cut_off_before_the_period_tells_all_of_it():
    early = change("a", "2026-02-01")
    made = facts(early, change("b", "2026-07-05", order=1, approvals=(approval(),)), histories_incomplete=("shop",))
    assert [item.outcome for item in items("change-reviewed", isms(), made)] == [Outcome.PASS]


def test_a_whole_repository_in_which_nothing_happened_did_not_occur():
    assert items("change-reviewed", isms(), facts()) == ()


def test_deployments_of_a_live_service_without_a_pipeline_record_cannot_be_told():
    registers = isms(services=by_id(service(pipeline="")))
    item = only("deployed-by-pipeline", registers, facts(change()))
    assert (item.outcome, item.found) == (Outcome.UNKNOWN, "no source")
    assert "shop names no pipeline record" in item.reason
    planned = isms(services=by_id(service(pipeline="", status="planned")))
    assert items("deployed-by-pipeline", planned, facts()) == ()


def test_release_tags_without_a_date_leave_the_deployments_of_the_period_unknown():
    made = facts(undated={"shop": (("v1", at("2026-01-01")), ("v2", at("2026-07-01")))})
    item = only("deployed-by-pipeline", isms(), made)
    assert (item.outcome, item.found) == (Outcome.UNKNOWN, "releases without a date")
    assert item.reason.endswith("there is 1 release tag of commits of the period without a date or an author (v2).")
    before = facts(undated={"shop": (("v1", at("2026-01-01")),)})
    assert items("deployed-by-pipeline", isms(), before) == ()


def test_evidence_of_a_control_is_unknown_where_its_check_could_not_read_the_population():
    found = only("evidence-fresh", isms(controls=by_id(control())), facts(**GONE))
    assert (found.outcome, found.found) == (Outcome.UNKNOWN, "not read")


def test_every_check_about_changes_or_deployments_tells_of_the_hole():
    gone = {"shop": "gone", "env": "gone"}
    results = judged(isms(), facts(missing=gone, pins={})).results
    silent = [id_ for id_, one in results.items() if one.check.kind in {"change", "deployment"} and not one.items]
    assert silent == []


def test_a_repository_that_is_no_longer_linked_is_not_taken_for_one_in_which_nothing_happened():
    item = only("change-reviewed", isms(), facts(pins={}))
    assert (item.outcome, item.found) == (Outcome.UNKNOWN, "not read")
    assert item.reason.endswith("the repository shop was not read, tieout.yml does not link it.")
    linked = replace(CONFIG, repositories={"shop": Repository("shop", "../shop")})
    assert only("change-reviewed", isms(), facts(pins={}), linked).reason.endswith("was not read, it has no pin.")
