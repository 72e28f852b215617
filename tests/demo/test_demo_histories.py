"""The numbers and the deviations that the story tells, counted in what was planned and built."""

import json
from collections import Counter
from collections.abc import Mapping

import pytest

from tieout.demo import Demo, build_forge
from tieout.demo.hours import seconds
from tieout.demo.records import lines_of
from tieout.demo.releases import Release, plan_releases
from tieout.demo.schedule import window_of
from tieout.demo.services import Step
from tieout.demo.teams import KEYS_SINCE, SIGNING_REQUIRED, TEAMS, WINDOW_ENDS, Team, owners_of, signs, signs_drafts

PERIODS = {0: "S1", 1: "S1", 2: "S2", 3: "S3", 4: "S3", 5: "S3", 6: "present", 7: "present"}


@pytest.fixture(scope="module")
def built() -> Mapping[str, tuple[Team, tuple[Step, ...], tuple[Release, ...]]]:
    """What the session's one forge is made of, by service repository."""
    found = {}
    for team in TEAMS:
        steps = tuple(step for step in build_forge().steps if step.proposal.repo == team.repo)
        found[team.repo] = (team, steps, plan_releases(team, steps))
    return found


def all_steps(built) -> list[Step]:
    return [step for _, steps, _ in built.values() for step in steps]


def all_releases(built) -> list[Release]:
    return [release for _, _, releases in built.values() for release in releases]


def test_changes_by_period(built):
    counts = Counter(PERIODS[window_of(step.time)] for step in all_steps(built))
    assert counts == {"S1": 402, "S2": 318, "S3": 455, "present": 50}


def test_the_wallet_had_41_changes_from_january_to_march(built):
    quarter = (seconds("2026-01-01T00:00Z"), seconds("2026-04-01T00:00Z"))
    inside = [step for step in built["wallet"][1] if quarter[0] <= step.time < quarter[1]]
    own = [step for step in inside if "tomasz-wilk-at-home" in step.proposal.reviewers]
    assert (len(inside), len(own)) == (41, 3)


def test_tier_1_had_212_changes_after_the_bypass_went_and_no_direct_push(built):
    since, until = seconds("2026-07-08T00:00Z"), seconds("2026-09-25T00:00Z")
    inside = [step for step in all_steps(built) if since <= step.time < until and step.proposal.repo != "promo-engine"]
    assert len(inside) == 212
    assert not any(step.proposal.how == "direct" for step in inside)


def test_tier_1_is_signed_without_exception_since_22_july(built):
    later = [
        step for team, steps, _ in built.values() for step in steps if team.tier == 1 and step.time >= SIGNING_REQUIRED
    ]
    assert len(later) > 200
    assert all(step.proposal.signed for step in later)


def test_the_hotfix_is_pricing_code(built):
    step = next(step for step in all_steps(built) if step.proposal.label == "feed-clock-hotfix")
    assert [edit.path for draft in step.proposal.drafts for edit in draft.edits] == ["src/pricing/feed_clock.py"]


def test_between_june_and_the_rule_only_one_person_signs_the_merge_but_not_the_commits():
    forgetful = {
        (person, signs_drafts(person, seconds(day)))
        for person in KEYS_SINCE
        for day in ("2026-07-20T00:00Z", "2026-07-22T00:00Z")
        if signs_drafts(person, seconds(day)) != signs(person, seconds(day))
    }
    assert forgetful == {("kit-lowell", False)}


def test_production_deployments_by_period(built):
    counts = Counter(PERIODS[window_of(release.prod)] for release in all_releases(built))
    assert counts == {"S1": 190, "S2": 110, "S3": 310, "present": 28}
    odds = Counter(PERIODS[window_of(release.prod)] for release in built["odds-engine"][2])
    assert (odds["S1"], odds["S2"], odds["S3"]) == (61, 55, 88)


def test_deployments_outside_the_pipeline_by_period(built):
    counts = Counter((PERIODS[window_of(release.prod)], release.kind) for release in all_releases(built))
    outside = {key: count for key, count in counts.items() if key[1] != "pipeline"}
    assert outside == {("S1", "by-hand"): 9, ("S2", "batch"): 2, ("S3", "batch"): 4, ("S3", "hotfix"): 1}


def test_there_are_deployments_in_the_week_before_each_audit(built):
    for end in ("2026-04-01T00:00Z", "2026-06-06T00:00Z", "2026-10-01T00:00Z"):
        week = [one for one in all_releases(built) if seconds(end) - 7 * 86400 <= one.prod < seconds(end)]
        assert len({one.repo for one in week}) >= 3


def test_every_recorded_review_is_by_an_owner_who_did_not_write_the_change(built):
    for team, steps, _ in built.values():
        for step in steps:
            proposal = step.proposal
            if proposal.how == "direct" or proposal.reviewers == ("tomasz-wilk-at-home",):
                continue
            owners = owners_of(team, proposal.drafts[0].edits[0].path)
            assert set(proposal.reviewers) & set(owners), proposal.title
            assert not set(proposal.reviewers) & proposal.authors, proposal.title
            assert proposal.merger not in proposal.authors or proposal.label == "stale-approval", proposal.title


def test_changes_without_a_recorded_review_by_period(built):
    short = Counter(
        PERIODS[window_of(step.time)]
        for step in all_steps(built)
        if step.proposal.recorded != "whole"
        or step.proposal.how == "direct"
        or "tomasz-wilk-at-home" in step.proposal.reviewers
        or step.proposal.author == "tradedesk-build"
    )
    assert short == {"S1": 31, "S2": 2, "S3": 1}


def test_approvals_and_results_name_the_head_and_come_before_the_merge(built):
    for step in all_steps(built):
        if step.proposal.how == "direct":
            continue
        for line in lines_of(step):
            record = json.loads(line.text)
            for part in record["approvals"]:
                assert part["commit"] == step.heads[0 if step.proposal.seen else -1]
            for part in record["approvals"] + record["checks"]:
                assert seconds(record["opened"]) - 3600 < seconds(part["at"]) < step.time, step.proposal.title


def test_who_deploys_is_no_author_but_for_the_hotfix(built):
    for _, steps, releases in built.values():
        authors = {step.proposal.number: step.proposal.authors for step in steps}
        for release in releases:
            inside = frozenset().union(*(authors[number] for number in release.numbers))
            involved = {release.by, release.requested_by, *release.approved_by} & inside
            assert involved == ({"jonas-feld"} if release.kind == "hotfix" else set()), release


def test_the_near_miss_was_stopped_by_the_property_tests(built):
    step = next(step for step in all_steps(built) if step.proposal.label == "near-miss-rounding")
    (line,) = lines_of(step)
    results = [
        (check["at"], check["result"], check["commit"])
        for check in json.loads(line.text)["checks"]
        if check["name"] == "properties"
    ]
    assert results == [
        ("2026-02-03T15:19:04Z", "failed", step.heads[0]),
        ("2026-02-04T10:48:31Z", "passed", step.heads[1]),
    ]


def test_the_hotfix_was_reviewed_four_days_later(built):
    step = next(step for step in all_steps(built) if step.proposal.label == "feed-clock-hotfix")
    first, later = (json.loads(line.text) for line in lines_of(step))
    assert first["approvals"] == []
    assert {check["at"] for check in first["checks"]} == {"2026-06-27T21:14:00Z"}
    assert later["approvals"] == [{"by": "amara@fennmoor.example", "at": "2026-07-01T09:30:00Z", "commit": step.commit}]


def test_each_slip_of_the_last_week_comes_after_all_that_was_told_before(built):
    slips = {step.proposal.label: step for step in all_steps(built) if window_of(step.time) == len(WINDOW_ENDS)}
    assert {label for label in slips if label} == {"stale-approval", "backdated", "tag-moved"}
    stale = slips["stale-approval"]
    (line,) = lines_of(stale)
    (approval,) = json.loads(line.text)["approvals"]
    assert approval == {"by": "omar@fennmoor.example", "at": "2026-10-20T11:45:00Z", "commit": stale.heads[0]}
    assert len(stale.heads) == 2
    (release,) = (one for one in built["feed-gateway"][2] if window_of(one.prod) == len(WINDOW_ENDS))
    assert release.prod < slips["tag-moved"].time
    assert release.commit != slips["tag-moved"].commit


def test_every_label_of_the_story_exists(demo: Demo):
    assert sorted(demo.labels) == [
        "feed-gateway feed-reconnect",
        "feed-gateway log-retention",
        "feed-gateway tag-moved",
        "golden-pipeline v3.4",
        "market-config corners-market",
        "odds-engine feed-clock-hotfix",
        "odds-engine feed-clock-tidy",
        "platform-env batch-release-expired",
        "platform-env bypass-removed",
        "platform-env hotfix-deployment",
        "player-account limits-test-draft",
        "player-account stale-approval",
        "promo-engine test-key-leak",
        "promo-engine test-key-removed",
        "settlement backdated",
        "settlement batch-migrated",
        "settlement near-miss-rounding",
        "wallet preprod-check",
    ]


def test_no_two_proposals_of_a_repository_share_a_number(built):
    for _, steps, _ in built.values():
        numbers = [step.proposal.number for step in steps]
        assert numbers == sorted(set(numbers))
