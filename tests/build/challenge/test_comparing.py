"""What counts as caught: a new item about what was planted, that fails; nothing else."""

from tieout.build.challenge.comparing import Planted, beside, try_all
from tieout.build.challenge.plan import Plant, Violation
from tieout.checks.catalogue import CHECKS
from tieout.model.results import CheckResult, Item, Outcome

CHECK = "no-direct-push"
COMMIT = "c0ffee1234" + "0" * 30
PUSH = Violation("push", "A push", "changes", expects=(CHECK,))
UNSURE = Violation("push", "A push", "changes", unsure=(CHECK,))
PLANT = Plant(subjects=("push-pay",))


def item(key, outcome, reason="It was pushed."):
    return Item(CHECK, "change", key, "pay", 5, outcome, "proposed", "pushed", reason)


def results(*items):
    return {CHECK: CheckResult(CHECKS[CHECK], items)}


def tried(after, before=(), violation=PUSH, plant=PLANT):
    planted = Planted(violation, "pay", plant)
    (trial,) = try_all(planted, {CHECK: ""}, results(*before), results(*after), {"push-pay": COMMIT})
    return trial


def test_a_new_fail_about_the_planted_commit_is_caught():
    trial = tried([item("pay/c0ffee12", Outcome.FAIL)])
    assert (trial.answer, trial.item, trial.reason) == ("caught", "pay/c0ffee12", "It was pushed.")


def test_a_fail_about_another_commit_is_not():
    trial = tried([item("pay/deadbeef", Outcome.FAIL)])
    assert trial.answer == "missed"
    assert trial.reason == "The check has no item about it, so what was planted is not in its population here."


def test_a_fail_that_was_there_before_is_not():
    old = item("pay/c0ffee12", Outcome.FAIL)
    assert tried([old], [old]).answer == "missed"


def test_a_pass_an_exception_and_what_does_not_apply_are_missed_with_the_checks_own_reason():
    said = {outcome: tried([item("pay/c0ffee12", outcome)]).reason for outcome in Outcome}
    assert said[Outcome.PASS] == "The check passes it: It was pushed."
    assert said[Outcome.EXCEPTED] == "An exception covers it: It was pushed."
    assert said[Outcome.NOT_APPLICABLE] == "The check does not apply to it: It was pushed."


def test_that_it_cannot_be_told_is_caught_only_where_that_is_the_honest_answer():
    unknown = [item("pay/c0ffee12", Outcome.UNKNOWN)]
    assert tried(unknown).reason == "The check cannot tell: It was pushed."
    assert tried(unknown).answer == "missed"
    assert tried(unknown, violation=UNSURE).answer == "caught"


def test_an_item_that_is_bad_for_another_reason_has_to_name_what_was_planted():
    plant = Plant(repos=("pay",), says=("unit",))
    before = [item("pay", Outcome.FAIL, "It stood without lint.")]
    lint = item("pay", Outcome.FAIL, "It stood without lint, until today.")
    unit = item("pay", Outcome.FAIL, "It stood without lint and unit.")
    units = item("pay", Outcome.FAIL, "It stood without lint and unit-tests.")
    assert [tried([one], before, plant=plant).answer for one in (lint, unit, units)] == ["missed", "caught", "missed"]


def test_a_catch_is_blunt_where_nothing_of_the_service_passes():
    push = item("pay/c0ffee12", Outcome.FAIL)
    good = item("pay/12345678", Outcome.PASS)
    assert tried([push]).blunt
    assert not tried([push, good], [good]).blunt


def test_where_nobody_said_what_is_asked_nothing_is_planted():
    planted = Planted(PUSH, "pay", PLANT)
    (trial,) = try_all(planted, {CHECK: "Cannot be planted, because nobody asked."}, results(), results(), {})
    assert (trial.answer, trial.reason) == ("not planted", "Cannot be planted, because nobody asked.")


def test_a_change_that_waited_for_a_deployment_is_brought_by_a_planted_one_and_not_told():
    before = results(item("pay/12345678", Outcome.UNKNOWN), item("pay/87654321", Outcome.UNKNOWN))
    after = results(item("pay/12345678", Outcome.FAIL), item("pay/87654321", Outcome.FAIL))
    told = beside(before, after, [PLANT], {"push-pay": COMMIT}, {"pay/12345678"})
    assert [one.item for one in told] == ["pay/87654321"]


def test_another_item_that_changes_is_told():
    before = results(item("pay/12345678", Outcome.PASS), item("pay/87654321", Outcome.PASS))
    after = results(item("pay/12345678", Outcome.FAIL), item("pay/c0ffee12", Outcome.FAIL))
    told = [(one.item, one.before, one.after) for one in beside(before, after, [PLANT], {"push-pay": COMMIT})]
    assert told == [("pay/12345678", "pass", "fail"), ("pay/87654321", "pass", "gone")]
