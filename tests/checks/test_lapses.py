"""The lapse ledger: literals in, stretches and sentences out."""

from dataclasses import replace

import pytest
from checks.factories import AUDIT, at, by_id, control, isms, service
from hypothesis import given
from hypothesis import strategies as st
from properties import examples

from tieout.checks import lapses
from tieout.checks.catalogue import CHECKS
from tieout.model.results import CheckResult, Item, Outcome

PASS, FAIL, EXCEPTED, UNKNOWN, NA = Outcome
REVIEWED, PUSHED, STEPS = "change-reviewed", "no-direct-push", "required-steps-configured"


def item(day, outcome, check=REVIEWED, **fields):
    base = {"kind": CHECKS[check].kind, "key": f"shop/{day}", "service": "shop", "at": at(day)}
    return Item(
        check=check, outcome=outcome, expected="", found="", reason=f"{day}: {outcome.value}.", **(base | fields)
    )


def results(*items):
    by_check = {}
    for one in sorted(items, key=lambda one: (one.at, one.key)):
        by_check.setdefault(one.check, []).append(one)
    return {check: CheckResult(CHECKS[check], tuple(found)) for check, found in by_check.items()}


def standing(*items, checks=(REVIEWED,)):
    held = isms(controls=by_id(control(enforced_by=[f"check:{id_}" for id_ in checks])))
    (found,) = lapses.ledger(held, results(*items), AUDIT)
    return found


def states(found):
    return [one.state for one in found.stretches]


def test_a_lapse_begins_with_the_first_failing_item_and_ends_with_the_next_passing_one():
    found = standing(
        item("2026-06-10", PASS),
        item("2026-07-14", FAIL),
        item("2026-07-15", FAIL),
        item("2026-07-16", FAIL),
        item("2026-07-17", PASS),
        item("2026-08-17", PASS),
    )
    assert states(found) == ["nothing", "held", "lapsed", "held", "nothing"]
    assert lapses.told(found) == (
        "Held at least 34 days, 10 June to 14 July 2026; lapsed 3 changes, 14 to 16 July 2026; "
        "resumed 17 July 2026, held 31 days."
    )
    (lapse,) = found.lapses
    assert (lapse.first.key, lapse.last.key, lapse.resumed.key) == (
        "shop/2026-07-14",
        "shop/2026-07-16",
        "shop/2026-07-17",
    )
    assert lapse.checks == (REVIEWED,)


def test_a_lapse_that_nothing_ended_lasts_to_the_end_of_the_period():
    found = standing(item("2026-06-10", PASS), item("2026-07-14", FAIL))
    assert found.stretches[-1].until == AUDIT.end
    assert found.now == "lapsed"
    assert lapses.told(found) == (
        "Held at least 34 days, 10 June to 14 July 2026; lapsed 1 change, 14 July 2026, not resumed."
    )


def test_what_an_exception_permits_is_shown_and_neither_begins_nor_ends_a_lapse():
    before = standing(item("2026-06-10", PASS), item("2026-07-01", EXCEPTED), item("2026-07-14", PASS))
    assert states(before) == ["nothing", "held", "nothing"]
    assert lapses.told(before) == (
        "Held at least 34 days, 10 June to 14 July 2026 (and 1 deviation permitted by an exception)."
    )
    within = standing(item("2026-06-10", FAIL), item("2026-07-01", EXCEPTED), item("2026-07-14", PASS))
    assert states(within) == ["nothing", "lapsed", "held", "nothing"]
    alone = standing(item("2026-06-10", EXCEPTED))
    assert lapses.told(alone) == "1 deviation permitted by an exception, 10 June 2026."
    assert alone.now == "excepted"


def test_what_cannot_be_told_is_a_state_of_its_own_and_does_not_end_a_lapse():
    found = standing(item("2026-06-10", PASS), item("2026-07-01", UNKNOWN), item("2026-07-14", PASS))
    assert states(found) == ["nothing", "held", "unknown", "held", "nothing"]
    assert lapses.told(found) == (
        "Held at least 21 days, 10 June to 1 July 2026; cannot tell 1 to 14 July 2026; held less than a day, 14 July 2026."
    )
    lapsed = standing(item("2026-06-10", FAIL), item("2026-07-01", UNKNOWN), item("2026-07-14", PASS))
    assert states(lapsed) == ["nothing", "lapsed", "held", "nothing"]
    assert lapsed.lapses[0].unknown == 1


def test_a_control_has_no_line_where_nothing_happened_to_it():
    held = isms(controls=by_id(control()))
    assert lapses.ledger(held, results(item("2026-07-01", NA)), AUDIT) == ()
    assert lapses.ledger(held, {}, AUDIT) == ()


def test_a_control_that_is_only_planned_cannot_lapse():
    held = isms(controls=by_id(control(status="planned")))
    assert lapses.ledger(held, results(item("2026-07-01", FAIL)), AUDIT) == ()


def test_a_pass_of_one_check_does_not_end_the_lapse_of_another():
    found = standing(
        item("2026-06-10", PASS),
        item("2026-07-01", FAIL, PUSHED, key="shop/x"),
        item("2026-07-05", PASS),
        item("2026-07-09", PASS, PUSHED, key="shop/y"),
        checks=(REVIEWED, PUSHED),
    )
    assert states(found) == ["nothing", "held", "lapsed", "held", "nothing"]
    (lapse,) = found.lapses
    assert (lapse.since, lapse.until) == (at("2026-07-01"), at("2026-07-09") - 1)
    assert lapse.checks == (PUSHED,)
    assert lapse.resumed.key == "shop/y"


def test_many_lapses_are_summed_up_in_one_sentence():
    found = standing(*(item(f"2026-07-{day:02}", FAIL if day % 2 else PASS) for day in range(1, 11)))
    assert len(found.lapses) == 5
    assert lapses.told(found) == "Lapsed 5 times, 5 changes in all, the last time 9 July 2026; resumed 10 July 2026."


def test_one_change_that_fails_two_checks_is_one_thing():
    found = standing(item("2026-07-01", FAIL), item("2026-07-01", FAIL, PUSHED), checks=(REVIEWED, PUSHED))
    assert found.lapses[0].items == 1
    assert found.lapses[0].checks == (REVIEWED, PUSHED)


def test_configurations_count_for_as_long_as_they_were_in_force():
    end = {"until": at("2026-07-31", 24) - 1}
    found = standing(
        item("2026-06-06", PASS, STEPS, key="shop/aaaa", at=AUDIT.start, until=at("2026-07-01", 0) - 1),
        item("2026-07-01", FAIL, STEPS, key="shop/bbbb", at=at("2026-07-01", 0), **end),
        item("2026-08-01", PASS, STEPS, key="shop/cccc", at=at("2026-08-01", 0), until=AUDIT.end),
        checks=(STEPS,),
    )
    assert states(found) == ["held", "lapsed", "held"]
    assert lapses.told(found) == (
        "Held at least 25 days, 6 to 30 June 2026; lapsed 1 configuration, 1 to 31 July 2026; "
        "resumed 1 August 2026, held 61 days."
    )


def test_what_lapsed_is_called_by_its_name():
    tag = item("2026-07-01", FAIL, "releases-signed", key="shop/v1.0")
    pin = item("2026-07-01", FAIL, "dependencies-pinned", key="shop")
    assert lapses.words_of(standing(tag, checks=("releases-signed",)).lapses[0]).startswith("lapsed 1 release tag,")
    assert lapses.words_of(standing(pin, checks=("dependencies-pinned",)).lapses[0]).startswith("lapsed 1 repository,")


def test_a_configuration_of_one_repository_does_not_mend_that_of_another():
    found = standing(
        item("2026-06-06", FAIL, STEPS, key="shop/aaaa", at=AUDIT.start, until=AUDIT.end),
        item("2026-07-01", PASS, STEPS, key="web/bbbb", at=at("2026-07-01", 0), until=AUDIT.end),
        checks=(STEPS,),
    )
    assert states(found) == ["lapsed"]


def test_a_repository_that_was_not_read_leaves_nothing_said_to_have_held():
    hole = item("2026-09-30", UNKNOWN, kind="repository", key="shop", at=AUDIT.end)
    found = standing(item("2026-06-10", PASS), item("2026-07-14", FAIL), item("2026-07-20", PASS), hole)
    assert states(found) == ["unknown", "lapsed", "unknown"]
    assert found.holes == ("2026-09-30: unknown.",)


def test_an_item_of_two_services_stands_in_both_lines():
    held = isms(services=by_id(service(), service("web")), controls=by_id(control()))
    found = lapses.ledger(held, results(item("2026-07-01", FAIL, others=("web",))), AUDIT)
    assert [(one.service, one.now) for one in found] == [("shop", "lapsed"), ("web", "lapsed")]


def test_the_lines_of_one_control_are_those_of_the_ledger():
    held = isms(controls=by_id(control(), control("CTL-2", enforced_by=[f"check:{PUSHED}"])))
    found = results(item("2026-07-01", PASS), item("2026-07-02", FAIL, PUSHED))
    assert lapses.of_control(held, found, AUDIT, "CTL-2") == lapses.ledger(held, found, AUDIT)[1:]


OUTCOMES = st.sampled_from([PASS, FAIL, EXCEPTED, UNKNOWN])
DAYS = st.integers(1, 30).map(lambda day: f"2026-07-{day:02}")


@examples(100)
@given(st.lists(st.tuples(DAYS, OUTCOMES, st.sampled_from([REVIEWED, PUSHED])), min_size=1, max_size=12))
def test_stretches_fill_the_period_and_tell_every_failing_item(drawn):
    items = [item(day, outcome, check, key=f"shop/{n}") for n, (day, outcome, check) in enumerate(drawn)]
    found = standing(*items, checks=(REVIEWED, PUSHED))
    assert found.stretches[0].since == AUDIT.start
    assert found.stretches[-1].until == AUDIT.end
    for one, after in zip(found.stretches, found.stretches[1:], strict=False):
        assert after.since == one.until + 1
        assert one.state != after.state
    assert sum(one.items for one in found.lapses) == sum(one.outcome is FAIL for one in items)


@examples(60)
@given(st.lists(st.tuples(DAYS, OUTCOMES), min_size=1, max_size=10), st.data())
def test_taking_a_passing_item_away_never_shortens_a_lapse(drawn, data):
    items = [item(day, outcome, key=f"shop/{n}") for n, (day, outcome) in enumerate(drawn)]
    passing = [one for one in items if one.outcome is PASS]
    if len(items) == 1 or not passing:
        return
    gone = data.draw(st.sampled_from(passing))
    rest = [replace(one) for one in items if one is not gone]

    def lapsed(found):
        return sum(one.until + 1 - one.since for one in found.lapses)

    assert lapsed(standing(*rest)) >= lapsed(standing(*items))


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2026-11-14", "2026-11-16", "14 to 16 November 2026"),
        ("2026-11-16", "2026-11-16", "16 November 2026"),
        ("2026-10-31", "2026-11-16", "31 October to 16 November 2026"),
        ("2025-12-31", "2026-01-01", "31 December 2025 to 1 January 2026"),
    ],
)
def test_two_days_are_told_without_repeating_what_they_share(first, last, said):
    days = (lapses.day_of(at(first)), lapses.day_of(at(last)))
    assert lapses.human_span(*days) == said
