"""What a verdict may look at, and the words it is given in: registers, facts, the audit date and the settings.

Populations are cut to the period here, once; nothing in this module judges.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from tieout.model.checks import Check, ItemKind
from tieout.model.grades import Grade
from tieout.model.history import Change, Deployment, Facts, Identity
from tieout.model.records import CheckSetting, Step
from tieout.model.registers import Isms
from tieout.model.results import AuditDate, CheckResult, Item, Outcome
from tieout.model.settings import Config
from tieout.problems import Source
from tieout.text.words import human_list, visible

UNSET = CheckSetting.model_validate({"@id": "unset", "@place": Source(), "title": "Nothing set"})
_FIRST_DAY = date(1970, 1, 1).toordinal()
SAID = 20_000  # sentences of which one copy is kept at hand
EARLIEST, LATEST = -62_135_596_800, 253_402_300_799  # the first second of the year 1, the last of 9999


Day = date  # where a field is called that


@dataclass(frozen=True, slots=True)
class Case:
    """One audit as the checks see it. `results` holds what was judged before, for the checks that look at others."""

    isms: Isms
    facts: Facts
    date: AuditDate
    config: Config
    results: Mapping[str, CheckResult] = field(default_factory=lambda: MappingProxyType({}))
    in_period: tuple[Change, ...] | None = None  # the population of changes, where it was worked out before
    # time of the first production deployment, by change
    first_deployed: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))

    # what was said so far, once, and services in their order
    _said: dict[str, str] = field(default_factory=dict, compare=False, repr=False)
    _people: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict, compare=False, repr=False)
    _ordered: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict, compare=False, repr=False)
    # answers of `required`: there are as many as days and sets of services, and a question for each change
    _required: dict[tuple[tuple[str, ...], Day], tuple[Step, ...]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def required(self, services: tuple[str, ...], day: Day) -> tuple[Step, ...]:
        """See `required_jobs`."""
        found = self._required.get((services, day))
        if found is None:
            found = self._required[services, day] = required_jobs(self.isms, services, day)
        return found

    def strictest_first(self, services: tuple[str, ...]) -> tuple[str, ...]:
        """See the function of that name."""
        found = self._ordered.get(services)
        if found is None:
            found = self._ordered[services] = strictest_first(self.isms, services)
        return found

    def share(self, words: str) -> str:
        """The words as they were first said, held once: many sentences of a million items recur."""
        found = self._said.get(words)
        if found is None and len(self._said) < SAID:
            self._said[words] = words
        return words if found is None else found

    def share_people(self, people: tuple[str, ...]) -> tuple[str, ...]:
        return self._people.setdefault(people, people)

    def setting(self, check: str) -> CheckSetting:
        """What the operator set for a check; all of it left out where they set nothing."""
        return self.isms.checks.get(check) or UNSET

    def grade(self, check: str, tier: int) -> Grade:
        """The lowest grade that counts for a check at a tier: its own setting, else that of tieout.yml."""
        word = next((word for one, word in self.setting(check).grades.items() if int(one) == tier), None)
        return Grade[word.upper().replace("-", "_")] if word else self.config.grades.get(tier, Grade.RECORDED)


def first_deployments(facts: Facts) -> dict[str, int]:
    """When each change first reached production, by its key."""
    first: dict[str, int] = {}
    for deployment in facts.deployments.values():
        for key in deployment.changes:
            first[key] = min(deployment.at, first.get(key, deployment.at))
    return first


class Verdict(NamedTuple):
    """What a verdict function says about one item; the item's place in the population is added around it."""

    outcome: Outcome
    expected: str
    found: str
    reason: str
    grade: Grade | None = None
    people: tuple[str, ...] = ()


class Fault(NamedTuple):
    """One thing that is wrong with a record: a word that stays, and the rest of a sentence that begins with the record."""

    id: str
    words: str


ChangeVerdict = Callable[[Case, Change], Verdict]
DeploymentVerdict = Callable[[Case, Deployment], Verdict]


def day_of(seconds: int) -> date:
    """The day in UTC; a time beyond what a calendar holds is its last or first day."""
    return date.fromordinal(_FIRST_DAY + min(max(seconds, EARLIEST), LATEST) // 86_400)


def midnight(day: date) -> int:
    """The first second of a day, UTC."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def changes_in_period(case: Case) -> tuple[Change, ...]:
    """The population of changes: those of the period that belong to a service of the register."""
    if case.in_period is not None:
        return case.in_period
    return tuple(
        change
        for change in case.facts.changes.values()
        if case.date.start <= change.time <= case.date.end and any(id_ in case.isms.services for id_ in change.services)
    )


def deployments_in_period(case: Case) -> tuple[Deployment, ...]:
    return tuple(
        deployment
        for deployment in case.facts.deployments.values()
        if case.date.start <= deployment.at <= case.date.end and deployment.service in case.isms.services
    )


def strictest_first(isms: Isms, services: Iterable[str]) -> tuple[str, ...]:
    """The known ones of some services, tier 1 before tier 2, then by id."""
    known = {id_ for id_ in services if id_ in isms.services}
    return tuple(known) if len(known) < 2 else tuple(sorted(known, key=lambda id_: (isms.services[id_].tier, id_)))


def tier_of(isms: Isms, service: str) -> int:
    """The tier of a service; a service that nobody registered is taken as the strictest."""
    found = isms.services.get(service)
    return found.tier if found else 1


def required_jobs(isms: Isms, services: Iterable[str], day: date) -> tuple[Step, ...]:
    """The steps of type job that the pipelines of some services require on a day, in the pipelines' order."""
    steps: dict[tuple[str, str], Step] = {}
    for service in services:
        pipeline = isms.pipelines.get(isms.services[service].pipeline) if service in isms.services else None
        for step in pipeline.steps if pipeline else ():
            begun = step.since is None or step.since <= day
            if pipeline and begun and step.type == "job" and service in isms.applying(step.required):
                steps[pipeline.id, step.id] = step
    return tuple(steps.values())


def name_of(isms: Isms, identity: Identity) -> str:
    """A person as a reader knows them: the register's name, or the bare address of someone it does not know."""
    person = isms.people.get(identity.person)
    return person.title if person else visible(identity.email) or "an empty address"


def names_of(isms: Isms, identities: Iterable[Identity]) -> str:
    return human_list(dict.fromkeys(name_of(isms, identity) for identity in identities))


def keys_of(identities: Iterable[Identity]) -> tuple[str, ...]:
    return tuple(sorted({identity.key for identity in identities}))


def working_days(start: date, end: date) -> int:
    """Working days, Monday to Friday, after `start` up to and with `end`; negative or no time counts 0."""
    whole, rest = divmod(max((end - start).days, 0), 7)
    return whole * 5 + sum((start + timedelta(days=extra)).weekday() < 5 for extra in range(1, rest + 1))


def change_item(case: Case, check: Check, change: Change, verdict: Verdict) -> Item:
    services = case.strictest_first(change.services) or ("",)
    return Item(
        check.id,
        "change",
        _key_of(change),
        services[0],
        change.time,
        verdict.outcome,
        case.share(verdict.expected),
        case.share(verdict.found),
        case.share(verdict.reason),
        verdict.grade,
        case.share_people(verdict.people),
        others=services[1:],
    )


@lru_cache(maxsize=64)
def _key_of(change: Change) -> str:
    """One string for the items of all checks about a change, which are made one after the other."""
    return change.key


def deployment_item(case: Case, check: Check, deployment: Deployment, verdict: Verdict) -> Item:
    return Item(
        check.id,
        "deployment",
        deployment.key,
        deployment.service,
        deployment.at,
        verdict.outcome,
        case.share(verdict.expected),
        case.share(verdict.found),
        case.share(verdict.reason),
        verdict.grade,
        verdict.people,
    )


class Place(NamedTuple):
    """Where an item stands in its population: what it is, whose, and when."""

    kind: ItemKind
    key: str
    service: str
    at: int
    others: tuple[str, ...] = ()
    until: int = 0


def item_of(check: str, place: Place, verdict: Verdict) -> Item:
    """A verdict at its place. Those on changes and deployments, which are many, share their words beside it."""
    return Item(
        check,
        place.kind,
        place.key,
        place.service,
        place.at,
        verdict.outcome,
        verdict.expected,
        verdict.found,
        verdict.reason,
        verdict.grade,
        verdict.people,
        others=place.others,
        until=place.until,
    )


def record_item(check: str, key: str, verdict: Verdict, services: Iterable[str] = ()) -> Item:
    """An item about a record: it holds at the audit date, so it has no time of its own."""
    return item_of(check, Place("record", key, "", 0, tuple(services)), verdict)


def cut(result: CheckResult, services: Iterable[str]) -> CheckResult:
    """A result as some services see it: their own items, and those about the operator as a whole."""
    wanted = frozenset(services)
    return CheckResult(result.check, tuple(item for item in result.items if concerns(item, wanted)))


def concerns(item: Item, services: frozenset[str]) -> bool:
    """Whether an item is of one of some services, or about the operator as a whole."""
    return item.service in services or not services.isdisjoint(item.others) or not (item.service or item.others)
