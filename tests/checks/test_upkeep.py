"""Records are read again in time, and the history bears the day out."""

import pytest
from tests.checks.factories import by_id, change, facts, isms, only, record, risk, threat

from tieout.model import records as r
from tieout.model.history import PathChange
from tieout.model.results import Outcome

CHECK = "records-reviewed"
BEGUN = change("begun", "2026-01-01", repo="isms", paths=())


def history(*days: str, path: str = "THR-1.md"):
    made = (change(f"{day}", day, repo="isms", paths=(PathChange("M", path, "1" * 40),)) for day in days)
    return facts(isms_changes=(BEGUN, *made))


def threats(**fields):
    return isms(threats=by_id(threat(**({"review_every": "6mo"} | fields))))


def test_a_record_that_was_read_in_time_passes_with_the_change_that_bears_it_out():
    item = only(CHECK, threats(reviewed="2026-06-01"), history("2026-06-03"))
    assert (item.outcome, item.reason) == (
        Outcome.PASS,
        "THR-1 says that it was last read on 1 June 2026, which a change of its file on 3 June 2026 bears out.",
    )
    assert item.others == ("shop",)


def test_a_record_that_is_overdue_fails_with_its_days_and_its_owner():
    item = only(CHECK, threats(reviewed="2026-02-23"), history("2026-02-23"))
    assert (item.outcome, item.found, item.people) == (Outcome.FAIL, "38 days late", ("bob",))
    assert item.reason == (
        "THR-1 was last read on 23 February 2026 and due again on 23 August 2026: 38 days late; Bob answers for it."
    )


def test_ten_working_days_are_allowed_and_said():
    item = only(CHECK, threats(reviewed="2026-03-27"), history("2026-03-27"))
    assert item.outcome is Outcome.PASS
    assert item.reason.endswith(
        "It was due again on 27 September 2026, within the 10 working days that are allowed for it."
    )
    strict = record(r.CheckSetting, CHECK, within=0)
    registers = isms(threats=by_id(threat(reviewed="2026-03-27", review_every="6mo")), checks=by_id(strict))
    assert only(CHECK, registers, history("2026-03-27")).outcome is Outcome.FAIL


@pytest.mark.parametrize(
    ("reviewed", "days", "reason"),
    [
        (
            "2026-05-01",
            ("2026-01-05", "2026-08-03"),
            "THR-1 says that it was last read on 1 May 2026; its file was first changed 94 days after that, on 3 August 2026, so the day was written down long afterwards.",
        ),
        (
            "2026-05-01",
            ("2026-01-05",),
            "THR-1 says that it was last read on 1 May 2026; its file was last changed before that, on 5 January 2026, so the day was written down before it came.",
        ),
        (
            "2026-12-24",
            ("2026-09-29",),
            "THR-1 says that it was read on 24 December 2026, a day that was still to come.",
        ),
    ],
)
def test_a_day_that_the_history_does_not_bear_out_fails(reviewed, days, reason):
    item = only(CHECK, threats(reviewed=reviewed), history(*days))
    assert (item.outcome, item.reason) == (Outcome.FAIL, reason)


@pytest.mark.parametrize(
    ("reviewed", "days", "reason"),
    [
        (
            "2025-12-20",
            ("2026-01-01",),
            "THR-1 says that it was last read on 20 December 2025, before the history of this ISMS begins, so that nobody can tell when that was written down.",
        ),
        (
            "2026-06-01",
            (),
            "THR-1 says that it was last read on 1 June 2026, and no commit holds it, so that nobody can tell when that was written down.",
        ),
        (
            None,
            (),
            "THR-1 is to be read every 1 year and names no day on which it was, and nothing tells since when it stands.",
        ),
    ],
)
def test_a_day_that_nobody_can_hold_against_anything_is_unknown(reviewed, days, reason):
    item = only(CHECK, threats(reviewed=reviewed, review_every="1y"), history(*days))
    assert (item.outcome, item.reason) == (Outcome.UNKNOWN, reason)


def test_a_new_record_is_due_from_its_first_day():
    registers = threats()
    assert only(CHECK, registers, history("2026-07-01")).reason == (
        "THR-1 is new since 1 July 2026 and due to be read on 1 January 2027."
    )
    late = only(CHECK, registers, history("2026-01-01"))
    assert (late.outcome, late.found) == (Outcome.FAIL, "91 days late")


def test_the_risk_method_sets_the_rhythm_of_a_risk_by_its_band():
    method = record(
        r.RiskMethod,
        "method",
        scale={"likelihood": ["a", "b", "c", "d"], "impact": ["a", "b", "c", "d"]},
        impact_areas=["funds"],
        score="product",
        bands={"low": "1-7", "high": "8-16"},
        appetite={"default": 9},
        review_every={"high": "30d"},
    )
    registers = isms(risks=by_id(risk(reviewed="2026-07-01")), method=method)
    item = only(CHECK, registers, history("2026-07-01", path="RSK-1.md"))
    assert (item.key, item.outcome, item.found) == ("RSK-1", Outcome.FAIL, "61 days late")


def test_who_approved_a_policy_has_read_it():
    policy = record(
        r.Policy,
        "POL-1",
        owner="bob",
        status="approved",
        approved_by={"person": "carol", "on": "2026-01-15"},
        audience=["all"],
        review_every="1y",
    )
    item = only(CHECK, isms(policies=by_id(policy)), history("2026-01-15", path="POL-1.md"))
    assert item.outcome is Outcome.PASS


def test_a_copy_of_the_isms_that_is_cut_off_bears_nothing_out_that_its_first_step_holds():
    edge = change("edge", "2026-09-01", repo="isms", paths=(PathChange("A", "THR-1.md", "1" * 40),))
    cut = facts(isms_changes=(edge,), histories_incomplete=("isms",))
    new = only(CHECK, threats(), cut)
    assert (new.outcome, new.found) == (Outcome.UNKNOWN, "no day")
    read = only(CHECK, threats(reviewed="2026-09-01"), cut)
    assert (read.outcome, read.reason) == (
        Outcome.UNKNOWN,
        (
            "THR-1 says that it was last read on 1 September 2026, and the copy of the history of this ISMS that was read "
            "holds no change of its file, so that nobody can tell when that was written down."
        ),
    )
