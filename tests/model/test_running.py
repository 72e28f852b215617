"""What was running on a day, and what had not been deployed by then."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import examples

from tieout.model.grades import Grade
from tieout.model.history import Change, Deployment, Facts, Identity
from tieout.model.running import BEFORE_THE_FIRST, days_old, find_undeployed, list_stood, what_ran

BOT = Identity("ci-bot", "Pipeline", "ci-bot@example.org", robot=True)
DAY = 86_400


def deployed(version, at, result="succeeded", **changes):
    found = Deployment(
        "app", "prod", at, version, f"{version}{at}" * 4, "app", "deployment record", Grade.RECORDED, "here",
        f"{at:08d}{version}", BOT, True, result=result, id=f"{version}-{at}",
    )  # fmt: skip
    return replace(found, **changes)


def facts(*deployments, **more):
    ordered = sorted(deployments, key=lambda one: one.at)
    return Facts(deployments={f"{number}/{one.key}": one for number, one in enumerate(ordered)}, **more)


def ran(found, at):
    state = what_ran(found, "app", "prod", at)
    return state.deployment.version if state.deployment else state.why


def test_a_version_runs_from_its_deployment_until_the_next():
    found = facts(deployed("1", 100), deployed("2", 200))
    assert [ran(found, at) for at in (99, 100, 199, 200, 900)] == [BEFORE_THE_FIRST, "1", "1", "2", "2"]
    assert what_ran(found, "app", "prod", 150).since == 100


def test_another_service_and_environment_are_not_asked():
    found = facts(deployed("1", 100), deployed("2", 200, environment="eu"), deployed("3", 300, service="web"))
    assert ran(found, 900) == "1"


def test_a_failed_deployment_does_not_run():
    assert ran(facts(deployed("1", 100), deployed("2", 200, "failed")), 900) == "1"
    assert ran(facts(deployed("2", 200, "failed")), 900) == BEFORE_THE_FIRST


@pytest.mark.parametrize("result", ["in-progress", "unknown"])
def test_after_a_deployment_without_a_known_end_nobody_can_tell_until_the_next(result):
    found = facts(deployed("1", 100), deployed("2", 200, result), deployed("3", 300))
    assert ran(found, 199) == "1"
    assert ran(found, 250).startswith("the deployment of 2 ")
    assert ran(found, 300) == "3"


def test_a_source_that_tells_no_result_is_taken_at_its_word():
    assert ran(facts(deployed("1", 100, "")), 100) == "1"


def test_a_roll_back_puts_back_what_it_says():
    first, second = deployed("1", 100), deployed("2", 200, "rolled-back")
    back = deployed("0", 300, rollback_of=second.id)
    found = facts(first, second, back)
    assert [ran(found, at) for at in (150, 250, 300)] == ["1", "2", "0"]


def test_what_was_rolled_back_without_a_deployment_of_its_own_leaves_what_ran_before():
    first = deployed("1", 100)
    assert ran(facts(first, deployed("2", 200, "rolled-back")), 250) == "1"
    timed = facts(first, deployed("2", 200, "rolled-back", ended=300))
    assert [ran(timed, at) for at in (250, 300)] == ["2", "1"]
    assert what_ran(timed, "app", "prod", 400).since == 300


def test_a_late_end_of_what_was_replaced_already_changes_nothing():
    found = facts(deployed("1", 100), deployed("2", 200, "rolled-back", ended=400), deployed("3", 300))
    assert ran(found, 500) == "3"


def test_a_release_without_a_date_that_came_later_leaves_it_unknown():
    found = facts(deployed("1", 100), undated={"app": (("v2", 150),)})
    assert [ran(found, at) for at in (120, 160)] == ["1", "a release without a date came later, v2"]


RESULTS = st.sampled_from(["", "succeeded", "failed", "rolled-back", "in-progress", "unknown"])
DEPLOYMENTS = st.lists(
    st.builds(
        lambda number, at, result, ended: deployed(str(number), at, result, ended=at + ended if ended else 0),
        st.integers(0, 9),
        st.integers(1, 40),
        RESULTS,
        st.integers(0, 9),
    ),
    max_size=7,
    unique_by=lambda one: (one.at, one.version),
)


@examples(80)
@given(DEPLOYMENTS, st.integers(0, 60))
def test_what_runs_changes_only_at_deployments_and_their_ends(deployments, at):
    found = facts(*deployments)
    moments = {one.at for one in deployments} | {one.ended for one in deployments}
    before, now = what_ran(found, "app", "prod", at - 1), what_ran(found, "app", "prod", at)
    assert before == now or at in moments
    assert now.deployment is None or (now.deployment.at <= now.since <= at and now.deployment.result != "failed")


@examples(40)
@given(DEPLOYMENTS, st.integers(0, 60))
def test_what_happens_later_says_nothing_of_what_ran(deployments, at):
    """A roll-back that is recorded later ends what it ended, so its deployment stands apart."""
    plain = [replace(one, ended=0) for one in deployments if one.result != "rolled-back"]
    early = facts(*(one for one in plain if one.at <= at))
    assert what_ran(facts(*plain), "app", "prod", at) == what_ran(early, "app", "prod", at)


def change(name, time):
    return Change("app", name * 40, "merge", time, name, "", (name * 40,), (), BOT, time, services=("app",))


def test_changes_in_no_deployment_wait_and_are_as_old_as_their_merge():
    one, two, three = (change(name, number * DAY) for number, name in enumerate("abc", 1))
    changes = {each.key: each for each in (one, two, three)}
    found = facts(deployed("1", 2 * DAY, changes=(one.key,)), changes=changes)
    state = find_undeployed(found, "app", 0, 5 * DAY, 5 * DAY)
    assert (state.changes, state.waiting, state.untold) == (3, (two, three), 0)
    assert days_old(state.waiting, 5 * DAY) == 3
    assert find_undeployed(found, "app", 0, 5 * DAY, DAY).waiting == (one, two, three)


def test_changes_before_a_deployment_of_no_known_commit_cannot_be_told():
    one, two = change("a", DAY), change("b", 3 * DAY)
    found = facts(deployed("1", 2 * DAY, commit=""), changes={each.key: each for each in (one, two)})
    state = find_undeployed(found, "app", 0, 5 * DAY, 5 * DAY)
    assert (state.waiting, state.untold) == ((two,), 1)


def test_what_stood_in_a_period_has_no_hole_and_agrees_with_every_second():
    found = facts(
        deployed("1", 10),
        deployed("2", 20, "failed"),
        deployed("3", 30, "rolled-back", ended=35),
        deployed("4", 50, "in-progress"),
        deployed("5", 60),
        undated={"app": (("v6", 65),)},
    )
    stood = list_stood(found, "app", "prod", 5, 70)
    assert [(one.since, one.until, one.state.deployment and one.state.deployment.version) for one in stood] == [
        (5, 9, None),
        (10, 29, "1"),
        (30, 34, "3"),
        (35, 49, "1"),
        (50, 59, None),
        (60, 64, "5"),
        (65, 70, None),
    ]
    for one in stood:
        assert all(what_ran(found, "app", "prod", at) == one.state for at in range(one.since, one.until + 1))
