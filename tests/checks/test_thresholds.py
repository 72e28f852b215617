"""How many have to pass is said by tier, with counts, and hides nothing."""

from checks.factories import by_id, isms, record, service

from tieout.checks.catalogue import CHECKS
from tieout.checks.thresholds import meets, shares
from tieout.model import records as r
from tieout.model.results import CheckResult, Item, Outcome

CHECK = CHECKS["change-reviewed"]
SERVICES = by_id(service(), service("web", tier=2))


def result(*counts, service="shop"):
    """As many items as are said of each outcome."""
    items = [
        Item(CHECK.id, "change", f"{service}/{outcome}{number}", service, 0, outcome, "", "", "")
        for outcome, number_of in counts
        for number in range(number_of)
    ]
    return CheckResult(CHECK, tuple(items))


def operator(**threshold):
    setting = record(r.CheckSetting, CHECK.id, threshold={tier[-1]: asked for tier, asked in threshold.items()})
    return isms(services=SERVICES, checks=by_id(setting))


def told(registers, found):
    return [share.words for share in shares(registers, found)], meets(registers, found)


def test_every_item_has_to_pass_where_nothing_is_set():
    most = result((Outcome.PASS, 454), (Outcome.FAIL, 1))
    assert told(isms(services=SERVICES), most) == (["tier 1: 454 of 455, every one asked"], False)
    assert told(isms(services=SERVICES), result((Outcome.PASS, 2))) == (["tier 1: 2 of 2, every one asked"], True)


def test_a_threshold_is_met_by_the_next_whole_item_and_not_by_rounding():
    registers = operator(tier1=99)
    assert told(registers, result((Outcome.PASS, 454), (Outcome.FAIL, 1))) == (
        ["tier 1: 454 of 455, 451 asked (99 of 100)"],
        True,
    )
    assert told(registers, result((Outcome.PASS, 98), (Outcome.FAIL, 1)))[1] is False


def test_each_tier_is_asked_for_itself():
    both = result((Outcome.PASS, 9), (Outcome.FAIL, 1)).items + result((Outcome.PASS, 1), service="web").items
    assert told(operator(tier2=90), CheckResult(CHECK, both)) == (
        ["tier 1: 9 of 10, every one asked", "tier 2: 1 of 1, 1 asked (90 of 100)"],
        False,
    )


def test_what_cannot_be_told_did_not_pass_and_what_is_excepted_stands_beside():
    assert told(operator(tier1=50), result((Outcome.PASS, 1), (Outcome.UNKNOWN, 2), (Outcome.EXCEPTED, 3))) == (
        ["tier 1: 1 of 3, 2 asked (50 of 100), 3 excepted"],
        False,
    )


def test_nothing_judged_meets_no_threshold_however_low():
    assert told(operator(tier1=1), result()) == ([], False)
    assert told(operator(tier1=1), result((Outcome.NOT_APPLICABLE, 3))) == ([], False)
    assert told(operator(tier1=1), result((Outcome.EXCEPTED, 3)))[1] is False
    assert told(operator(tier1=1), result((Outcome.FAIL, 3)))[1] is False
