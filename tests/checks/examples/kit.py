"""What an example of a check is: the least that leads to an outcome, and the words that the check then says."""

from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType
from typing import NamedTuple

from checks import factories as f

from tieout.model import records as r
from tieout.model.history import Facts
from tieout.model.registers import Isms
from tieout.model.results import Outcome
from tieout.model.settings import Config

NOTHING = "did-not-occur"
OUTCOMES = (*(outcome.value for outcome in Outcome), NOTHING)
UNTIL = "EXC-1 permits it until 31 October 2026."


class Told(NamedTuple):
    """Facts and registers, and what the check says of its only item, or of the one with a key."""

    facts: Facts
    found: str
    reason: str
    isms: Isms = f.isms()
    key: str = ""
    config: Config = f.CONFIG


class Nothing(NamedTuple):
    """Facts and registers in which there is nothing for the check to judge, and what that is, in a sentence."""

    when: str
    facts: Facts = f.facts()
    isms: Isms = f.isms()
    config: Config = f.CONFIG


class Example(NamedTuple):
    """One check and one outcome. Without a case the outcome cannot occur, and `why` says so in a sentence."""

    check: str
    outcome: str
    case: Told | Nothing | None
    why: str = ""

    @property
    def name(self) -> str:
        return f"{self.check}-{self.outcome}"


def of(
    check: str,
    *,
    passes: Told,
    fails: Told,
    cannot_tell: Told | str,
    does_not_apply: Told | str,
    nothing: Nothing | str,
    permits: tuple[str, ...] = (),
) -> Iterator[Example]:
    """All outcomes of a check. A sentence in place of a case says why there is none; `permits`: ids of excepted records."""
    excepted = permitted(check, fails, permits)
    told = (passes, fails, excepted, cannot_tell, does_not_apply, nothing)
    for outcome, case in zip(OUTCOMES, told, strict=True):
        yield Example(check, outcome, None, case) if isinstance(case, str) else Example(check, outcome, case)


def permitted(check: str, fails: Told, records: tuple[str, ...] = ()) -> Told:
    """The same failure under an exception in force: the deviation stays, and its words."""
    granted = f.exception(
        excepts=[f"check:{check}", *records],
        expires="2026-10-31",
        approved_by={"person": "bob", "on": "2026-06-01"},
    )
    exceptions = MappingProxyType({**fails.isms.exceptions, granted.id: granted})
    return fails._replace(isms=replace(fails.isms, exceptions=exceptions), reason=f"{fails.reason} {UNTIL}")


def set_as(check: str, **fields: object) -> MappingProxyType[str, r.CheckSetting]:
    """What an operator set for a check."""
    return f.by_id(f.record(r.CheckSetting, check, **fields))
