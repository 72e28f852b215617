"""Every change of the period and every deployment in exactly one class, and the counts add up."""

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from tests.checks.factories import AUDIT, CONFIG, at, change, deployment, facts, isms
from tests.properties import examples

from tieout.checks.case import Case
from tieout.checks.reconcile import CHANGE_PLACES, DEPLOYMENT_PLACES, reconcile


def of_shop(*changes, deployments=(), **fields):
    found = reconcile(Case(isms(), facts(*changes, deployments=deployments, **fields), AUDIT, CONFIG))
    return found.get("shop")


def change_of(one, *, deployments=(), **fields):
    (placed,) = of_shop(one, deployments=deployments, **fields).changes
    return placed


def deployment_of(**fields):
    (placed,) = of_shop(change(), deployments=(deployment(**fields),)).deployments
    return placed.place, placed.reason


def test_a_change_is_deployed_by_the_first_deployment_that_brought_it():
    assert change_of(change(), deployments=(deployment(),)) == (
        "shop/61000000",
        "deployed",
        "shop/64000000",
        "It reached production with 1.2.3 on 2 July 2026.",
    )


def test_a_change_that_nothing_brought_waits_or_was_taken_back():
    other = deployment("o", "2026-06-20", changes=())
    waiting = change_of(change(), deployments=(other,))
    assert waiting.place == "waiting"
    assert waiting.reason == "No deployment up to 30 September 2026 brought it, 91 days after it came."
    back = change_of(change(reverted_by=("shop/77777777",)), deployments=(other,))
    assert (back.place, back.reason) == (
        "reverted",
        "shop/77777777 took it back before any deployment brought it.",
    )


def test_nothing_is_said_to_wait_where_nobody_can_tell():
    assert change_of(change()).reason == "No deployment of shop was found in its declared source."
    blind = change_of(change(), deployments=(deployment(commit="", changes=()),))
    assert (blind.place, blind.reason) == (
        "untold",
        "The deployment of 2 July 2026 came after it, and what that deployed is not known.",
    )
    gone = change_of(change(), deployments=(deployment(changes=()),), missing={"env": "gone"})
    assert gone.reason == "What happened to shop cannot be told: the repository env was not read, gone."


def test_a_deployment_is_told_by_what_it_brought():
    assert deployment_of() == ("brought", "It brought 1 change.")
    assert deployment_of(changes=(), moved="again") == (
        "again",
        "Every change that the deployed commit 61000000 holds had been deployed before.",
    )
    assert deployment_of(changes=(), moved="back") == (
        "back",
        "The deployed commit 61000000 is older than what had been in production.",
    )
    assert deployment_of(changes=()) == (
        "nothing",
        "No change of shop lies between the deployed commit 61000000 and the one before.",
    )


def test_a_deployment_of_a_commit_in_no_population_says_why():
    assert deployment_of(absent=True, on_branch=None, changes=()) == (
        "outside",
        "The deployed commit 61000000 is in no history that was read.",
    )
    assert deployment_of(on_branch=False) == ("outside", "The deployed commit 61000000 is not on main of shop.")
    assert deployment_of(on_branch=False, arrived=at("2026-07-09"))[0] == "brought"
    assert deployment_of(commit="", changes=()) == ("dark", "Its record does not say which commit was deployed.")
    assert deployment_of(result="failed", changes=()) == ("failed", "It failed.")


def test_what_is_older_than_the_period_is_counted_apart():
    found = of_shop(
        change(), change("o", "2026-05-01"), deployments=(deployment(changes=("shop/61000000", "shop/6f000000")),)
    )
    assert (found.count("deployed"), found.brought, found.older) == (1, 2, 1)


days = st.integers(min_value=0, max_value=200)
moments = days.map(lambda day: at("2026-05-01") + day * 86_400)


@given(
    st.lists(st.tuples(moments, st.booleans()), max_size=6), st.lists(st.tuples(moments, st.integers(0, 6)), max_size=5)
)
@examples(60)
def test_every_change_and_every_deployment_is_in_exactly_one_class(made, deployed):
    changes = [
        replace(change(f"c{place}"), time=when, reverted_by=("shop/77777777",) if back else ())
        for place, (when, back) in enumerate(made)
    ]
    left, deployments = list(changes), []
    for place, (when, number) in enumerate(sorted(deployed)):
        mine, left = left[:number], left[number:]
        keys = tuple(one.key for one in mine)
        deployments.append(replace(deployment(f"d{place}"), at=when, changes=keys))
    found = of_shop(*changes, deployments=tuple(deployments))
    inside = [one for one in changes if AUDIT.start <= one.time <= AUDIT.end]
    if found is None:
        assert not inside
        return
    assert sorted(one.key for one in found.changes) == sorted(one.key for one in inside)
    assert sum(found.count(place) for place in CHANGE_PLACES) == len(inside)
    assert sum(found.count(place) for place in DEPLOYMENT_PLACES) == len(found.deployments)
    assert found.brought - found.older == found.count("deployed")
    assert Counter(one.place for one in found.changes)["deployed"] == found.count("deployed")
