"""How many changes a deployment brings at once, and how long the oldest of them had waited."""

from tests.checks.factories import at, by_id, change, deployment, exception, facts, isms, items, only, record

from tieout.model import records as r
from tieout.model.results import Outcome

CHECK = "batch-size"
EARLIER = deployment("e", "2026-06-10", changes=("shop/65000000",))
ONE, TWO, THREE = change("a", "2026-06-30"), change("b", "2026-07-01"), change("c", "2026-07-02")


def limits(**fields):
    return isms(checks=by_id(record(r.CheckSetting, CHECK, **fields)))


def judged(registers, *changes, **fields):
    first, second = change("e", "2026-06-09"), deployment(changes=tuple(one.key for one in changes), **fields)
    found = items(CHECK, registers, facts(first, *changes, deployments=(EARLIER, second)))
    return found[-1]


def test_without_a_limit_there_is_nothing_to_judge():
    assert items(CHECK, isms(), facts(ONE, deployments=(deployment(),))) == ()


def test_a_batch_within_both_limits_passes_and_tells_its_oldest_change():
    item = judged(limits(most_changes=2, oldest="7d"), ONE, TWO)
    assert (item.outcome, item.expected, item.found) == (
        Outcome.PASS,
        "at most 2 changes and none older than 7 days",
        "2 changes, oldest 2 days",
    )
    assert item.reason == "It brought 2 changes, of which the oldest, shop/61000000, had waited 2 days."


def test_too_many_changes_and_too_long_a_wait_fail():
    item = judged(limits(most_changes=2, oldest="24h"), ONE, TWO, THREE)
    assert item.outcome is Outcome.FAIL
    assert item.reason == (
        "It brought 3 changes, of which the oldest, shop/61000000, had waited 2 days; at most 2 may come at once and "
        "none may wait longer than 24 hours."
    )
    assert judged(limits(oldest="2d"), ONE).outcome is Outcome.PASS


def test_a_month_is_as_long_as_the_calendar_has_it():
    old = change("a", "2026-06-05")
    assert judged(limits(oldest="1mo"), old, day="2026-07-05").outcome is Outcome.PASS
    assert judged(limits(oldest="1mo"), old, day="2026-07-05", at=at("2026-07-05", 13)).outcome is Outcome.FAIL


def test_the_nearest_event_is_named_a_peak_before_any_other():
    cup = record(
        r.Event, "CUP", owner="bob", kind="peak", **{"from": "2026-07-05", "to": "2026-07-12"}, title="The cup"
    )
    quiet = record(r.Event, "REST", owner="bob", kind="quiet", **{"from": "2026-07-02", "to": "2026-07-03"})
    setting = by_id(record(r.CheckSetting, CHECK, most_changes=2))
    item = judged(isms(checks=setting, events=by_id(cup, quiet)), ONE)
    assert item.reason == (
        "It brought 1 change, shop/61000000, which had waited 2 days, 3 days before The cup (5 July 2026 to 12 July 2026)."
    )
    inside = judged(isms(checks=setting, events=by_id(cup)), ONE, day="2026-07-06")
    assert inside.reason.endswith(", during The cup (5 July 2026 to 12 July 2026).")


def test_the_first_deployment_told_and_changes_that_were_not_read_cannot_be_told():
    found = facts(ONE, deployments=(deployment(),))
    item = only(CHECK, limits(most_changes=9), found)
    assert item.outcome is Outcome.UNKNOWN
    assert item.reason == (
        "It is the first deployment of shop that the source tells of, and takes in all that came before it (1 change); which "
        "of them it brought cannot be told."
    )
    gone = items(CHECK, limits(oldest="1y"), facts(deployments=(EARLIER, deployment())))[-1]
    assert gone.reason == "Of 1 change that it brought, 0 could be read, so the oldest is not known."


def test_what_brought_nothing_is_not_applicable_and_an_exception_permits_a_large_one():
    assert judged(limits(most_changes=1), result="failed").outcome is Outcome.NOT_APPLICABLE
    assert judged(limits(most_changes=1)).outcome is Outcome.NOT_APPLICABLE
    permitted = isms(
        checks=by_id(record(r.CheckSetting, CHECK, most_changes=1)),
        exceptions=by_id(exception(excepts=[f"check:{CHECK}"], approved_by={"person": "bob", "on": "2026-06-01"})),
    )
    assert judged(permitted, ONE, TWO).outcome is Outcome.EXCEPTED
