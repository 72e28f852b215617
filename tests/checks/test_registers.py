from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.checks.factories import (
    ALICE,
    BOB,
    CAROL,
    CI_BOT,
    approval,
    by_id,
    change,
    control,
    deployment,
    evidence,
    exception,
    facts,
    isms,
    items,
    judged,
    only,
    record,
    service,
    supplier,
    version,
)

from tieout.checks import CHECKS
from tieout.checks.case import day_of, working_days
from tieout.model import records as r
from tieout.model.history import PathChange
from tieout.model.results import Outcome

FRESH = "evidence-fresh"


def quarterly(**fields):
    return control(frequency="quarterly", enforced_by=["process:access review"], **fields)


def fresh_of(*records, **fields):
    return only(FRESH, isms(controls=by_id(quarterly(**fields)), evidence=by_id(*records)), facts())


def test_evidence_is_fresh_up_to_the_last_day_of_its_window():
    assert fresh_of(evidence(to="2026-06-22")).outcome is Outcome.PASS
    item = fresh_of(evidence(to="2026-06-21"))
    assert (item.outcome, item.found) == (Outcome.FAIL, "EVD-1, 1 day too old")
    assert "in a window of 100 days (quarterly control), so 1 day too old" in item.reason


def test_valid_for_overrides_the_window():
    assert fresh_of(evidence(to="2025-10-01", valid_for="1y")).outcome is Outcome.PASS
    assert fresh_of(evidence(to="2026-09-01", valid_for="2w")).outcome is Outcome.FAIL


def test_control_without_evidence_fails_and_one_not_implemented_is_not_judged():
    assert fresh_of().found == "no evidence"
    assert items(FRESH, isms(controls=by_id(quarterly(status="partial"))), facts()) == ()


def test_evidence_from_after_the_audit_date_does_not_count():
    assert fresh_of(evidence(to="2026-10-01")).outcome is Outcome.FAIL


def test_newest_item_that_passed_a_check_counts_as_evidence_and_says_so():
    found = facts(change("a", day="2026-09-20", approvals=(approval(BOB),)), change("b", day="2026-09-25"))
    judgement = judged(isms(controls=by_id(control())), found)
    state = judgement.evidence["CTL-1"]
    assert (state.fresh, state.newest, state.newest_day) == (True, "", date(2026, 9, 20))
    assert "the check change-reviewed, which shop/61000000 passed on 20 September 2026" in state.reason


def test_unknown_items_are_no_evidence():
    found = facts(change(day="2026-09-20", authors=(), approvals=(approval(BOB),)))
    assert only(FRESH, isms(controls=by_id(control())), found).outcome is Outcome.FAIL


def test_control_for_which_nothing_occurred_is_not_applicable():
    registers = isms(controls=by_id(control(frequency="on-event", enforced_by=["check:emergency-reviewed"])))
    assert only(FRESH, registers, facts()).outcome is Outcome.NOT_APPLICABLE


UNREVIEWED = facts(change("a", "2026-07-01"))


def test_exception_turns_a_fail_into_excepted_and_names_itself():
    item = only("change-reviewed", isms(exceptions=by_id(exception())), UNREVIEWED)
    assert (item.outcome, item.exception) == (Outcome.EXCEPTED, "EXC-1")


def test_exception_reaches_a_check_through_the_control_it_enforces():
    registers = isms(controls=by_id(control()), exceptions=by_id(exception(excepts=["CTL-1"])))
    assert only("change-reviewed", registers, UNREVIEWED).outcome is Outcome.EXCEPTED


@pytest.mark.parametrize(
    "fields",
    [
        {"excepts": ["check:commits-signed"]},
        {"scope": {"services": ["other"]}},
        {"scope": {"paths": ["**"]}},
        {"scope": {"services": ["shop"], "paths": ["batch/**"]}},
        {"from": "2026-07-02"},
        {"status": "requested"},
        {"status": "rejected"},
        {"status": "revoked"},
        {"approved_by": None},
        {"approved_by": {"person": "carol", "on": "2026-07-02"}},
        {"approved_by": {"person": "carol"}},
        {"approved_by": {"person": "carol", "decision": "DEC-9"}},
    ],
)
def test_exception_that_does_not_match_leaves_the_fail(fields):
    item = only("change-reviewed", isms(exceptions=by_id(exception(**fields))), UNREVIEWED)
    assert (item.outcome, item.exception) == (Outcome.FAIL, "")


def test_exception_counts_from_the_day_of_the_decision_that_was_taken():
    decided = {"owner": "bob", "date": "2026-06-15", "forum": "board", "kind": "exception", "present": ["bob"]}
    decided |= {"decides": ["EXC-1"], "decision": "Yes.", "why": "Time."}
    granted = by_id(exception(approved_by={"person": "carol", "decision": "DEC-1"}))
    for status, day, outcome in (
        ("decided", "2026-07-01", Outcome.EXCEPTED),
        ("decided", "2026-06-14", Outcome.FAIL),
        ("proposed", "2026-07-01", Outcome.FAIL),
    ):
        decisions = by_id(record(r.Decision, "DEC-1", status=status, **decided))
        item = only("change-reviewed", isms(exceptions=granted, decisions=decisions), facts(change(day=day)))
        assert item.outcome is outcome, (status, day)


def test_exception_ends_with_its_approval():
    granted = exception(approved_by={"person": "carol", "on": "2026-06-01", "until": "2026-06-30"})
    item = only("change-reviewed", isms(exceptions=by_id(granted)), UNREVIEWED)
    assert (item.outcome, item.exception) == (Outcome.FAIL, "EXC-1")
    assert item.reason.endswith("EXC-1 expired on 30 June 2026, 1 day before this.")


def test_nobody_permits_their_own_change_or_deployment():
    own = by_id(exception(approved_by={"person": "alice", "on": "2026-06-01"}))
    item = only("change-reviewed", isms(exceptions=own), UNREVIEWED)
    assert (item.outcome, item.exception) == (Outcome.FAIL, "")
    assert item.reason.endswith("EXC-1 permits nothing here: who approved it did this.")
    by_hand = facts(change(), deployments=(deployment(by=ALICE, by_pipeline=False, requested_by=None),))
    own = by_id(exception(excepts=["check:deployed-by-pipeline"], approved_by={"person": "alice", "on": "2026-06-01"}))
    assert only("deployed-by-pipeline", isms(exceptions=own), by_hand).outcome is Outcome.FAIL


def test_exception_covers_what_lasts_only_as_a_whole():
    bare = facts(pipelines={"shop": (version(jobs=()),)})
    for dates, outcome in (
        ({"from": "2026-06-01", "expires": "2026-09-30"}, Outcome.EXCEPTED),
        ({"from": "2026-06-01", "expires": "2026-06-30"}, Outcome.FAIL),
        ({"from": "2026-06-07", "expires": "2026-09-30"}, Outcome.FAIL),
    ):
        granted = by_id(exception(excepts=["check:required-steps-configured"], **dates))
        assert only("required-steps-configured", isms(exceptions=granted), bare).outcome is outcome, dates


def test_exception_covers_only_changes_that_stay_within_its_paths():
    registers = isms(exceptions=by_id(exception(scope={"services": ["shop"], "paths": ["batch/**"]})))
    inside = PathChange("M", "batch/run.py", "0" * 40)
    outside = PathChange("M", "src/price.py", "0" * 40)
    assert only("change-reviewed", registers, facts(change(paths=(inside,)))).outcome is Outcome.EXCEPTED
    assert only("change-reviewed", registers, facts(change(paths=(inside, outside)))).outcome is Outcome.FAIL


def test_exception_for_one_service_does_not_cover_a_change_of_two():
    registers = isms(services=by_id(service(), service("web")), exceptions=by_id(exception()))
    assert only("change-reviewed", registers, facts(change(services=("shop", "web")))).outcome is Outcome.FAIL


def test_exception_never_touches_a_pass():
    found = facts(change(approvals=(approval(BOB),)))
    item = only("change-reviewed", isms(exceptions=by_id(exception())), found)
    assert (item.outcome, item.exception) == (Outcome.PASS, "")


def test_expired_exception_leaves_a_fail_that_names_it_and_is_itself_a_fail():
    found = facts(change(day="2026-07-09"))
    expired = exception(expires="2026-06-30")
    registers = isms(exceptions=by_id(expired))
    item = only("change-reviewed", registers, found)
    assert (item.outcome, item.exception) == (Outcome.FAIL, "EXC-1")
    assert item.reason.endswith("EXC-1 expired on 30 June 2026, 9 days before this.")
    valid = only("exceptions-valid", registers, found)
    assert valid.outcome is Outcome.FAIL
    assert "expired on 30 June 2026, and shop/61000000 relied on it after that (change-reviewed)" in valid.reason


def test_exception_long_over_and_unused_is_not_in_the_population():
    over = exception(**{"from": "2026-01-01", "expires": "2026-03-01"})
    assert items("exceptions-valid", isms(exceptions=by_id(over)), facts()) == ()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"approved_by": None}, "names nobody who approved it"),
        ({"approved_by": {"person": "carol"}}, "names neither the day of its approval nor a decision that was taken"),
        ({"from": "2026-02-01", "expires": "2026-08-02"}, "longer than 6 months"),
    ],
)
def test_faults_of_an_exception_are_told(fields, words):
    item = only("exceptions-valid", isms(exceptions=by_id(exception(**fields))), facts())
    assert (item.outcome, words in item.reason) == (Outcome.FAIL, True)


def test_exception_of_six_months_exactly_is_valid():
    lasting = exception(**{"from": "2026-04-22", "expires": "2026-10-22"})
    assert only("exceptions-valid", isms(exceptions=by_id(lasting)), facts()).outcome is Outcome.PASS


SUPPLIERS = "suppliers-assessed"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"assessed": None}, "has never been assessed"),
        ({"assessed": "2025-07-20"}, "was last assessed on 20 July 2025, 14 months ago"),
        ({"contract": None}, "has no contract on record"),
        (
            {"contract": {"audit_right": True}},
            "without security terms, a time for notice of incidents and an exit plan",
        ),
        ({"assurance": [{"kind": "soc2", "valid_to": "2026-09-01"}]}, "has no valid soc2 since 1 September 2026"),
    ],
)
def test_what_is_missing_on_a_supplier_is_told(fields, words):
    item = only(SUPPLIERS, isms(suppliers=by_id(supplier(**fields))), facts())
    assert (item.outcome, words in item.reason) == (Outcome.FAIL, True)


def test_supplier_assessed_in_time_passes_and_a_newer_assurance_replaces_an_old_one():
    both = [{"kind": "soc2", "valid_to": "2026-01-01"}, {"kind": "soc2", "valid_to": "2027-01-01"}]
    item = only(SUPPLIERS, isms(suppliers=by_id(supplier(assurance=both))), facts())
    assert (item.outcome, item.others) == (Outcome.PASS, ("shop",))


def test_supplier_of_low_criticality_without_a_period_and_one_that_ended_are_not_judged():
    low = supplier("low", criticality="low", review_every=None)
    registers = isms(suppliers=by_id(low, supplier("old", status="ended")))
    assert items(SUPPLIERS, registers, facts()) == ()


@pytest.mark.parametrize(("longest", "outcome"), [("3mo", Outcome.FAIL), ("6mo", Outcome.PASS)])
def test_the_longest_exception_is_as_long_as_the_operator_says(longest, outcome):
    found = exception(**{"from": "2026-04-01", "expires": "2026-09-30"})
    setting = record(r.CheckSetting, "exceptions-valid", longest=longest)
    item = only("exceptions-valid", isms(exceptions=by_id(found), checks=by_id(setting)), facts())
    assert item.outcome is outcome
    assert item.expected == f"approved, at most {longest[0]} months, compensated, not used after its end"


def test_every_check_is_judged_in_the_order_of_the_catalogue_and_empty_populations_stay_empty():
    judgement = judged(isms(), facts(pipelines={}))
    assert list(judgement.results) == list(CHECKS)
    numbers = [check.number for check in CHECKS.values() if check.number]
    assert len(numbers) == len(set(numbers))
    occurred = [id_ for id_, result in judgement.results.items() if result.occurred]
    assert occurred == ["required-steps-configured"]


def test_changes_outside_the_period_or_of_no_service_are_not_judged():
    found = facts(change("a", "2026-06-05"), change("b", "2026-10-01"), change("c", services=()))
    assert items("no-direct-push", isms(), found) == ()


@given(
    days=st.lists(st.dates(date(2026, 5, 1), date(2026, 10, 30)).map(date.isoformat), max_size=6, unique=True),
    kind=st.sampled_from(["merge", "direct"]),
    by=st.sampled_from([ALICE, BOB, CAROL, CI_BOT]),
)
def test_outcomes_add_up_to_the_population_and_items_are_in_order(days, kind, by):
    changes = [change(f"c{number}", day, kind=kind) for number, day in enumerate(days)]
    deployments = tuple(
        deployment(f"d{number}", day, by=by, by_pipeline=by.robot, changes=(changes[number].key,))
        for number, day in enumerate(days)
    )
    found = facts(*changes, deployments=deployments, pipelines={"shop": (version(),)})
    registers = isms(controls=by_id(control()), exceptions=by_id(exception()), suppliers=by_id(supplier()))
    inside = sum("2026-06-06" <= day <= "2026-09-30" for day in days)
    for id_, result in judged(registers, found).results.items():
        assert sum(result.count(outcome) for outcome in Outcome) == len(result.items)
        assert list(result.items) == sorted(result.items, key=lambda item: (item.at, item.key, item.service))
        assert all(item.reason.endswith(".") and item.check == id_ for item in result.items)
        if id_ in ("change-reviewed", "deployed-by-pipeline"):
            assert len(result.items) == inside


@given(start=st.dates(date(2026, 1, 1), date(2026, 12, 1)), length=st.integers(0, 60))
def test_working_days_are_monday_to_friday(start, length):
    end = date.fromordinal(start.toordinal() + length)
    slow = sum(date.fromordinal(start.toordinal() + one).weekday() < 5 for one in range(1, length + 1))
    assert working_days(start, end) == slow
    assert working_days(end, start) == 0


def test_settings_for_a_check_do_not_hide_records():
    setting = record(r.CheckSetting, FRESH, since=date(2026, 9, 1))
    registers = isms(controls=by_id(quarterly()), checks=by_id(setting))
    assert only(FRESH, registers, facts()).outcome is Outcome.FAIL


def test_a_time_beyond_the_calendar_is_its_last_day():
    assert day_of(253_402_387_199) == date(9999, 12, 31)


def test_an_exception_that_is_over_is_not_known_to_be_unused_where_its_population_was_not_read():
    registers = isms(exceptions=by_id(exception(expires="2026-06-30")))
    unread = facts(missing={"shop": "its server does not answer"}, pins={})
    item = only("exceptions-valid", registers, unread)
    assert (item.outcome, item.found) == (Outcome.UNKNOWN, "use after its end not known")
    other = isms(exceptions=by_id(exception(expires="2026-06-30", excepts=["check:commits-signed", "EVD-1"])))
    assert only("exceptions-valid", other, unread).outcome is Outcome.UNKNOWN
    lasting = isms(exceptions=by_id(exception(expires="2026-10-31")))
    assert only("exceptions-valid", lasting, unread).outcome is Outcome.PASS
