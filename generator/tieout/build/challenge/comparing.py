"""Judgements before and after -> what each check noticed, and what changed that nobody touched. Pure."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from tieout.build.challenge.plan import Plant, Violation
from tieout.checks.judging import LAST_JUDGES
from tieout.model.challenge import Beside, Trial
from tieout.model.results import CheckResult, Item, Outcome

NOTICED = (Outcome.FAIL, Outcome.UNKNOWN)
SHORTEST = 7  # digits of an id in a key
Results = Mapping[str, CheckResult]


class Planted(NamedTuple):
    """A violation as it was planted, or why it could not be."""

    violation: Violation
    service: str
    plant: Plant | None
    why: str = ""


class Subjects(NamedTuple):
    """How the items of a plant are told: by ids of commits and tags, by names, and by repositories with their files."""

    ids: frozenset[str]
    names: frozenset[str]  # of tags and records
    repos: frozenset[str]


def subjects_of(plant: Plant, ids: Mapping[str, str]) -> Subjects:
    told = frozenset(ids[subject] for subject in plant.subjects if subject in ids)
    return Subjects(told, frozenset(plant.subjects), frozenset(plant.repos))


def is_about(item: Item, subjects: Subjects) -> bool:
    """Whether an item is about what was planted: its key names the commit, the tag or the record."""
    if item.key in subjects.names or any(item.key.endswith((f"/{name}", f" {name}")) for name in subjects.names):
        return True
    parts = {*item.key.split("/"), item.key.partition("/")[2].partition("-")[0]}
    return any(len(part) >= SHORTEST and id_.startswith(part) for part in parts for id_ in subjects.ids)


def try_all(
    planted: Planted, asked: Mapping[str, str], before: Results, after: Results, ids: Mapping[str, str]
) -> Iterator[Trial]:
    """One trial for each check that should notice; with why it cannot be tried, where it cannot."""
    violation, service = planted.violation, planted.service
    for check, why in asked.items():
        trial = Trial(violation.id, violation.title, service, check, "not planted", reason=why or planted.why)
        if planted.plant is not None and not why:
            subjects = subjects_of(planted.plant, ids)
            also = tuple(one for one in _noticing(subjects, before, after) if one != check)
            trial = replace(_tried(trial, planted, _new_items(check, subjects, before, after)), also=also)
            passed = any(_is_passed(item, service) for item in before[check].items)
            trial = replace(trial, blunt=trial.answer == "caught" and bool(service) and not passed)
        yield trial


def _is_passed(item: Item, service: str) -> bool:
    """Whether an item of a service (or of none) passed; about records any does."""
    own = item.kind == "record" or not item.service or service in {item.service, *item.others}
    return item.outcome is Outcome.PASS and own


def _tried(trial: Trial, planted: Planted, found: list[Item]) -> Trial:
    good = NOTICED if trial.check in planted.violation.unsure else (Outcome.FAIL,)
    says = planted.plant.says if planted.plant else ()
    noticed = next((item for item in found if item.outcome in good and _says(item, says)), None)
    item = noticed or next(iter(found), None)
    if noticed:
        return replace(trial, answer="caught", item=noticed.key, reason=noticed.reason)
    if item:
        return replace(trial, answer="missed", item=item.key, reason=_why(item))
    reason = "The check has no item about it, so what was planted is not in its population here."
    return replace(trial, answer="missed", reason=reason)


def _says(item: Item, words: Iterable[str]) -> bool:
    return all(re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", f"{item.found} {item.reason}") for word in words)


def _why(item: Item) -> str:
    """Why a check that looked did not fail what it should."""
    said = {
        Outcome.PASS: "The check passes it: ",
        Outcome.EXCEPTED: "An exception covers it: ",
        Outcome.UNKNOWN: "The check cannot tell: ",
        Outcome.NOT_APPLICABLE: "The check does not apply to it: ",
    }
    return f"{said.get(item.outcome, '')}{item.reason}"


def _new_items(check: str, subjects: Subjects, before: Results, after: Results) -> list[Item]:
    """The items about what was planted that are new, or stand worse than they did."""
    known = {_name(item): item for item in before[check].items} if check in before else {}
    found = [item for item in after[check].items if _concerns(item, subjects, known)] if check in after else []
    return sorted(found, key=lambda item: (item.outcome not in NOTICED, item.key, item.service))


def _concerns(item: Item, subjects: Subjects, known: Mapping[tuple[str, ...], Item]) -> bool:
    """Whether an item is about what was planted, and was not said before."""
    old = known.get(_name(item))
    if old and (old.outcome, old.reason) == (item.outcome, item.reason):
        return False
    return is_about(item, subjects) or not subjects.repos.isdisjoint((item.key, *item.key.split("/")))


def _noticing(subjects: Subjects, before: Results, after: Results) -> tuple[str, ...]:
    """The checks that noticed."""
    items = ((check, _new_items(check, subjects, before, after)) for check in after)
    return tuple(check for check, found in items if any(item.outcome in NOTICED for item in found))


def _name(item: Item) -> tuple[str, ...]:
    return item.check, item.kind, item.key, item.service


def beside(
    before: Results,
    after: Results,
    plants: Iterable[Plant],
    ids: Mapping[str, str],
    waiting: Collection[str] = (),
) -> Iterator[Beside]:
    """Items that were there before, about nothing that was planted, whose outcome is another now.

    Changes that were `waiting` for a deployment are left out where one was planted: it brought them too.
    """
    subjects = [subjects_of(plant, ids) for plant in plants]
    repos = frozenset(repo for one in subjects for repo in one.repos)
    for check, result in after.items():
        if check in LAST_JUDGES:  # these look at what the others found, so they follow it
            continue
        now = {_name(item): item for item in result.items}
        for item in before[check].items if check in before else ():
            other = now.get(_name(item))
            outcome = str(other.outcome) if other else "gone"
            if outcome == item.outcome or item.key in repos or item.key in waiting:
                continue
            if any(is_about(item, one) for one in subjects):
                continue
            yield Beside(check, item.key, item.service, str(item.outcome), outcome)
