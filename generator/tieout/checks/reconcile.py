"""Changes held against deployments, both ways: every change of the period in one class, every deployment in one class.

    found = reconcile(Case(isms, facts, date, config))  # by service that had a change or a deployment in the period
    found["wallet"].changes      # PlacedChange(key, place, deployment, reason), oldest first, each change once
    found["wallet"].deployments  # PlacedDeployment(key, place, changes, older, reason), oldest first, each once
    found["wallet"].count("waiting")  # any place; CHANGE_PLACES and DEPLOYMENT_PLACES give all, in words and in order

The counts add up: the places of the changes to the changes, those of the deployments to the deployments; and what the
deployments brought, less what of it is older than the period, is the changes that are `deployed`.
The facts may be cut to what has pages (`views/narrow.py`): the outcome is the same. Whether a change only touches
files that are never shipped cannot be told from Git, so it waits like any other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, NamedTuple

from tieout.checks.case import Case, day_of, deployments_in_period
from tieout.checks.catalogue import CHECKS
from tieout.checks.unread import unread
from tieout.model.history import Change, Deployment
from tieout.model.running import days_old
from tieout.text.words import human_day, human_list, plural, visible

ChangePlace = Literal["deployed", "later", "sooner", "reverted", "waiting", "untold"]
DeploymentPlace = Literal["brought", "back", "again", "nothing", "failed", "outside", "dark"]

CHANGE_PLACES: Mapping[ChangePlace, str] = MappingProxyType(
    {
        "deployed": "deployed in the period",
        "later": "deployed after the period",
        "sooner": "deployed by a deployment that is dated before the period",
        "reverted": "reverted before any deployment brought it",
        "waiting": "not deployed so far",
        "untold": "cannot be told",
    }
)
DEPLOYMENT_PLACES: Mapping[DeploymentPlace, str] = MappingProxyType(
    {
        "brought": "brought changes",
        "back": "went back to an older commit",
        "again": "brought nothing that had not been deployed before",
        "nothing": "brought no change of this service",
        "failed": "failed, or not at its end",
        "outside": "of a commit in no population",
        "dark": "of a commit that cannot be told",
    }
)


class PlacedChange(NamedTuple):
    """Where one change of the period ended up."""

    key: str
    place: ChangePlace
    deployment: str = ""  # key of the deployment that first brought it to production
    reason: str = ""  # a sentence


class PlacedDeployment(NamedTuple):
    """What one deployment of the period brought."""

    key: str
    place: DeploymentPlace
    changes: int = 0  # that first reached production with it
    older: int = 0  # of these, changes from before the period
    reason: str = ""  # a sentence


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The changes and the deployments of one service in the period, each in exactly one class."""

    service: str
    changes: tuple[PlacedChange, ...]
    deployments: tuple[PlacedDeployment, ...]

    def count(self, place: ChangePlace | DeploymentPlace) -> int:
        return sum(one.place == place for one in self.changes) + sum(one.place == place for one in self.deployments)

    @property
    def brought(self) -> int:
        """Changes that the deployments of the period brought, older ones too."""
        return sum(one.changes for one in self.deployments)

    @property
    def older(self) -> int:
        """Of these, changes from before the period."""
        return sum(one.older for one in self.deployments)


def reconcile(case: Case) -> dict[str, Reconciliation]:
    """By service, in the order of their ids; services without a change or a deployment in the period are left out."""
    changes: dict[str, list[Change]] = {}
    for change in case.facts.changes.values():
        if case.date.start <= change.time <= case.date.end:
            for service in change.services:
                changes.setdefault(service, []).append(change)
    deployments: dict[str, list[Deployment]] = {}
    for deployment in deployments_in_period(case):
        deployments.setdefault(deployment.service, []).append(deployment)
    brought = _bringers(case)
    unknown = {item.service: item.reason for item in unread(case, CHECKS["deployed-by-pipeline"])}
    found = {}
    for id_ in sorted({*changes, *deployments} & set(case.isms.services)):
        own, seen = changes.get(id_, []), {change.key for change in changes.get(id_, ())}
        blind = _blind(case, id_, unknown)
        found[id_] = Reconciliation(
            id_,
            tuple(_place_change(case, one, brought.get((id_, one.key)), blind) for one in own),
            tuple(_place_deployment(case, one, seen) for one in deployments.get(id_, ())),
        )
    return found


def _bringers(case: Case) -> dict[tuple[str, str], Deployment]:
    """By service and change, the deployment up to the cut-off with which it first reached production."""
    found: dict[tuple[str, str], Deployment] = {}
    for deployment in case.facts.deployments.values():
        if deployment.at <= case.date.cutoff:
            for key in deployment.changes:
                found.setdefault((deployment.service, key), deployment)
    return found


class _Blind(NamedTuple):
    """Until when nobody can tell what was deployed, and why."""

    until: int
    why: str


def _blind(case: Case, service: str, unknown: Mapping[str, str]) -> _Blind:
    """Where a source was not read the whole period is dark; else up to the last deployment of a commit nobody knows."""
    if service in unknown:
        return _Blind(case.date.end, unknown[service])
    own = [one for one in case.facts.deployments.values() if one.service == service and one.at <= case.date.cutoff]
    if not own:
        return _Blind(case.date.end, f"No deployment of {service} was found in its declared source.")
    dark = [one for one in own if one.reached and (not one.commit or one.absent)]
    if not dark:
        return _Blind(0, "")
    last = max(dark, key=lambda one: one.at)
    when = human_day(day_of(last.at))
    return _Blind(last.at, f"The deployment of {when} came after it, and what that deployed is not known.")


def _place_change(case: Case, change: Change, brought: Deployment | None, blind: _Blind) -> PlacedChange:
    if brought:
        when = human_day(day_of(brought.at))
        reason = f"It reached production with {visible(brought.version)} on {when}."
        place: ChangePlace = "deployed"
        if brought.at > case.date.end:
            place = "later"
        elif brought.at < case.date.start:
            place = "sooner"
        return PlacedChange(change.key, place, brought.key, reason)
    if change.time <= blind.until:
        return PlacedChange(change.key, "untold", reason=blind.why)
    if change.reverted_by:
        reason = f"{human_list(change.reverted_by)} took it back before any deployment brought it."
        return PlacedChange(change.key, "reverted", reason=reason)
    days, until = days_old((change,), case.date.cutoff), human_day(day_of(case.date.cutoff))
    age = plural(days, "day") if days else "less than a day"
    return PlacedChange(change.key, "waiting", reason=f"No deployment up to {until} brought it, {age} after it came.")


def _place_deployment(case: Case, one: Deployment, own: set[str]) -> PlacedDeployment:
    """`own` are the service's changes of the period; what a deployment brought beside them is older."""
    place, reason = _class_of(case, one)
    older = sum(key not in own for key in one.changes)
    return PlacedDeployment(one.key, place, len(one.changes), older, reason)


def _class_of(case: Case, one: Deployment) -> tuple[DeploymentPlace, str]:
    commit, branch = visible(one.commit[:8]), _branch(case, one.repo)
    if not one.reached:
        return "failed", "It failed." if one.result == "failed" else "No record tells its end."
    if not one.commit:
        return "dark", "Its record does not say which commit was deployed."
    if one.absent:
        return "outside", f"The deployed commit {commit} is in no history that was read."
    if one.on_branch is None:
        return "dark", f"Whether {branch} leads to the deployed commit {commit} cannot be told."
    if not one.on_branch and not one.arrived:
        return "outside", f"The deployed commit {commit} is not on {branch}."
    if one.changes:
        return "brought", f"It brought {plural(len(one.changes), 'change')}."
    if one.moved == "back":
        return "back", f"The deployed commit {commit} is older than what had been in production."
    if one.moved == "again":
        return "again", f"Every change that the deployed commit {commit} holds had been deployed before."
    return "nothing", f"No change of {one.service} lies between the deployed commit {commit} and the one before."


def _branch(case: Case, repo: str) -> str:
    pin = case.facts.pins.get(repo)
    return f"{pin.branch} of {repo}" if pin else "the protected branch"
