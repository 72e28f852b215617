"""What could not be read is never taken for what did not happen."""

from dataclasses import replace

from checks.factories import (
    ALICE,
    BOB,
    CONFIG,
    approval,
    at,
    by_id,
    change,
    control,
    facts,
    isms,
    items,
    judged,
    only,
    record,
    service,
)
from history.story import Story

from tieout.history import derive
from tieout.model import records as r
from tieout.model.results import Outcome
from tieout.model.settings import Config, Repository

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
    criterion = record(r.Criterion, "CRIT-1", when={"paths": ["src/**"]}, requires={"approvals": 1})
    results = judged(isms(criteria=by_id(criterion)), facts(missing=gone, pins={})).results
    asked = [one for one in results.values() if not one.check.needs and one.check.id != "no-unrecorded-deployment"]
    silent = [one.check.id for one in asked if one.check.kind in {"change", "deployment"} and not one.items]
    assert silent == []


def test_a_repository_that_is_no_longer_linked_is_not_taken_for_one_in_which_nothing_happened():
    item = only("change-reviewed", isms(), facts(pins={}))
    assert (item.outcome, item.found) == (Outcome.UNKNOWN, "not read")
    assert item.reason.endswith("the repository shop was not read, tieout.yml does not link it.")
    linked = replace(CONFIG, repositories={"shop": Repository("shop", "../shop")})
    assert only("change-reviewed", isms(), facts(pins={}), linked).reason.endswith("was not read, it has no pin.")


def test_a_merge_of_which_the_copy_lacks_a_part_is_not_reviewed_by_who_may_have_written_it():
    story = Story("shop")
    start = story.commit("SHOP-1 Start", {"a.py": "1"}, author=("Alice", ALICE.email), at=at("2026-06-01"))
    hidden = story.commit("Hidden", {"b.py": "1"}, on=start, author=("Bob", BOB.email), at=at("2026-07-01"))
    seen = story.commit("Seen", {"b.py": "2"}, on=hidden, author=("Alice", ALICE.email), at=at("2026-07-02"))
    words = "Merge pull request #1 from alice/work\n\nSHOP-2 Work"
    story.commit(words, parents=(start, seen), author=("Bob", BOB.email), at=at("2026-07-03"))
    whole = story.history()
    cut = replace(whole, complete=False, commits={id_: one for id_, one in whole.commits.items() if id_ != hidden})
    outcomes = []
    for history in (whole, cut):
        linked = Config("Shop", repositories={"shop": Repository("shop", "x")})
        registers = isms(services=by_id(service(tier=2)))
        facts_, _ = derive({"shop": history}, {"shop": story.pin()}, registers, linked)
        outcomes.append(items("change-reviewed", registers, facts_, linked)[-1])
    assert [one.outcome for one in outcomes] == [Outcome.FAIL, Outcome.UNKNOWN]
    assert outcomes[1].reason == (
        "The copy of shop that was read is cut off within this step, so what it brought in cannot be told."
    )
