"""What is claimed of a control beside what is shown."""

from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.checks.factories import (
    approval,
    by_id,
    change,
    control,
    evidence,
    exception,
    facts,
    isms,
    judged,
    record,
    risk,
)
from tests.properties import examples

from tieout.checks import claims
from tieout.checks.claims import leaning, status
from tieout.model import records as r
from tieout.model.results import Shows

GOOD = {"approvals": (approval(),)}


def shown(registers, found):
    return judged(registers, found).controls["CTL-1"]


def registers(**fields):
    return isms(controls=by_id(control(**fields)), risks=by_id(risk()))


def days(*outcomes):
    """Changes of July, day by day; True was reviewed."""
    return tuple(
        change(f"{day:02}", f"2026-09-{day:02}", **(GOOD if good else {})) for day, good in enumerate(outcomes, 1)
    )


def test_a_control_all_of_whose_items_passed_works():
    found = shown(registers(), facts(*days(True, True)))
    assert (found.claim, found.shown, found.passed, found.population) == ("implemented", "works", 2, 2)
    assert not found.contradicted


def test_a_deviation_that_was_mended_is_told_and_stays():
    found = shown(registers(), facts(*days(True, False, True)))
    assert (found.shown, found.reason) == ("deviates", "1 of 3 items failed; what was judged last passed.")
    assert found.worst
    assert not found.contradicted


def test_a_control_that_failed_last_does_not_work():
    found = shown(registers(), facts(*days(True, True, False)))
    assert (found.shown, found.reason) == (
        "fails",
        "What change-reviewed judged last failed; of all items 1 of 3 failed.",
    )
    assert found.contradicted


def test_less_than_the_threshold_that_was_set_is_a_failure_and_as_much_is_none():
    outcomes = (True, False, True, True)
    for threshold, word in ((75, "works"), (76, "fails")):
        setting = record(r.CheckSetting, "change-reviewed", threshold={"1": threshold})
        found = shown(replace(registers(), checks=by_id(setting)), facts(*days(*outcomes)))
        assert found.shown == word
        assert found.failed == 1
    assert found.reason == "Less passed change-reviewed than is asked (tier 1: 3 of 4, 4 asked (76 of 100))."


def test_an_exception_that_covers_a_deviation_is_said_and_makes_no_pass():
    found = exception(expires="2026-12-31")
    base = replace(registers(), exceptions=by_id(found))
    one = shown(base, facts(*days(True, False, True)))
    assert (one.shown, one.exceptions, one.failed) == ("deviates", ("EXC-1",), 0)
    assert one.reason == "1 of 3 items is covered by EXC-1, and is still no pass."


def test_evidence_that_is_too_old_is_no_evidence():
    base = replace(registers(enforced_by=["process:by hand"]), evidence=by_id(evidence(to="2026-05-01")))
    found = shown(base, facts())
    assert found.shown == "not-evidenced"
    assert found.reason.startswith("The newest evidence is EVD-1, which speaks up to 1 May 2026: 152 days before")
    assert found.leaned_on_in_vain


@pytest.mark.parametrize(
    ("fields", "found", "word"),
    [
        ({"enforced_by": []}, facts(), "unenforced"),
        ({"enforced_by": ["process:by hand"]}, facts(), "not-evidenced"),
        ({}, facts(), "did-not-occur"),
        ({}, replace(facts(pins={}), missing={"shop": "there is no such repository"}), "unknown"),
        ({"status": "planned", "enforced_by": ["process:by hand"]}, facts(), "not-evidenced"),
    ],
)
def test_silence_is_never_success(fields, found, word):
    assert shown(registers(**fields), found).shown == word


def test_a_planned_control_says_that_it_is_planned():
    found = shown(registers(status="planned", enforced_by=["process:by hand"]), facts())
    assert found.reason == "CTL-1 is planned, not in place."
    assert not found.leaned_on_in_vain


def test_a_residual_size_leans_on_a_control_that_does_not_work():
    base = registers()
    assert [one.control for one in leaning(base, judged(base, facts(*days(False))), "RSK-1")] == ["CTL-1"]
    assert not leaning(base, judged(base, facts(*days(True))), "RSK-1")
    assert not leaning(base, judged(base, facts(*days(False))), "RSK-2")


def test_one_service_is_looked_at_alone():
    base = registers()
    judgement = judged(base, facts(*days(False)))
    alone = status(base, judgement.results, judgement.evidence, base.controls["CTL-1"], ("elsewhere",))
    assert alone.population == 0


ORDER = ("works", "deviates", "fails")


@examples(25)
@given(st.lists(st.booleans(), min_size=1, max_size=8), st.data())
def test_taking_an_approval_away_never_improves_a_status(outcomes, data):
    place = data.draw(st.integers(0, len(outcomes) - 1))
    less = [good and at != place for at, good in enumerate(outcomes)]
    before, after = (shown(registers(), facts(*days(*each))).shown for each in (outcomes, less))
    assert ORDER.index(after) >= ORDER.index(before)


def test_every_status_has_its_words():
    assert set(claims.WORDS) == set(get_args(Shows))
