"""How many items of a check have to pass before its result counts as good enough, by tier: `shares` and `meets`.

    shares(isms, result)  # one Share a tier that has items to judge: passed, judged, asked, and `words` for a reader
    meets(isms, result)   # whether every tier has what is asked of it; False where nothing was judged

For the status of what leans on a check; cut the result to some services first with `CheckResult.of` or `case.cut`. A
threshold hides nothing: what failed stays a fail, with its row. Without one every item has to pass.
"""

from collections.abc import Iterable
from typing import NamedTuple

from tieout.checks.case import tier_of
from tieout.model.records import CheckSetting
from tieout.model.registers import Isms
from tieout.model.results import CheckResult, Item, Outcome
from tieout.text.words import digits

ALL = 100


class Share(NamedTuple):
    """The items of one tier. What cannot be told did not pass; what is excepted is neither, and stands beside."""

    tier: int
    passed: int
    failed: int
    unknown: int
    excepted: int
    threshold: int  # how many of 100 have to pass

    @property
    def judged(self) -> int:
        return self.passed + self.failed + self.unknown

    @property
    def asked(self) -> int:
        """How many of those that were judged have to pass."""
        return -(-self.judged * self.threshold // 100)

    @property
    def met(self) -> bool:
        return bool(self.passed) and self.passed >= self.asked

    @property
    def words(self) -> str:
        """`tier 1: 454 of 455, every one asked`; `tier 2: 95 of 100, 90 asked (90 of 100), 2 excepted`."""
        of = f"{digits(self.passed)} of {digits(self.judged)}"
        wanted = f"{digits(self.asked)} asked ({self.threshold} of 100)" if self.threshold < ALL else "every one asked"
        beside = f", {digits(self.excepted)} excepted" if self.excepted else ""
        return f"tier {self.tier}: {of}, {wanted}{beside}"


def shares(isms: Isms, result: CheckResult) -> tuple[Share, ...]:
    """What passed and what is asked, for each tier with an item to which the check applies; the strictest tier first."""
    setting = isms.checks.get(result.check.id)
    by_tier: dict[int, list[Item]] = {}
    for item in result.items:
        if item.outcome is not Outcome.NOT_APPLICABLE:
            by_tier.setdefault(tier_of_item(isms, item), []).append(item)
    return tuple(_share(tier, items, threshold_of(setting, tier)) for tier, items in sorted(by_tier.items()))


def meets(isms: Isms, result: CheckResult) -> bool:
    """Whether as many passed as are asked, in each tier that has items. Nothing judged meets nothing."""
    found = shares(isms, result)
    return bool(found) and all(share.met for share in found)


def threshold_of(setting: CheckSetting | None, tier: int) -> int:
    """How many of 100 items of a tier have to pass: all, where nothing is set for it."""
    words = setting.threshold if setting else {}
    return next((asked for word, asked in words.items() if int(word) == tier), ALL)


def tier_of_item(isms: Isms, item: Item) -> int:
    """The strictest tier of the services that an item belongs to; of an item of the operator as a whole, tier 1."""
    services = [id_ for id_ in (item.service, *item.others) if id_]
    return min((tier_of(isms, id_) for id_ in services), default=1)


def _share(tier: int, items: Iterable[Item], threshold: int) -> Share:
    outcomes = [item.outcome for item in items]
    passed, failed, unknown, excepted = (
        outcomes.count(one) for one in (Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN, Outcome.EXCEPTED)
    )
    return Share(tier, passed, failed, unknown, excepted, threshold)
