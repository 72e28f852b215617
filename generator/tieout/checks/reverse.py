"""The reverse test: from what runs in production on a day back to the deployment, the commit, the change and its approvals.

    for found in walk_back(isms, facts, results, at):  # `at` any second up to the cut-off; Judgement.results
        found.service, found.environment, found.running.deployment, found.change, found.approvals, found.items, found.why

One for each live service with a repository of ours and each of its production environments, by service. Where the walk
ends early, `why` says so as the rest of "cannot tell: …".
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from tieout.model.history import Approval, Change, Deployment, Facts
from tieout.model.records import Service
from tieout.model.registers import Isms
from tieout.model.results import CheckResult, Item
from tieout.model.running import Running, what_ran
from tieout.text.words import visible

LIVE = ("live", "retiring")


class Standing(NamedTuple):
    """What stands in one production environment; the environment is empty where the source names none."""

    service: str
    environment: str
    running: Running
    why: str = ""  # why it cannot be told what runs


class Walked(NamedTuple):
    """One walk from a running version back to its change."""

    service: str
    environment: str
    running: Running
    change: Change | None = None  # that brought the running commit to the protected branch
    items: tuple[Item, ...] = ()  # every verdict on that change and on the deployment, in the order of the catalogue
    why: str = ""  # where the walk ends before a change

    @property
    def approvals(self) -> tuple[Approval, ...]:
        return self.change.approvals if self.change else ()


def walk_back(isms: Isms, facts: Facts, results: Mapping[str, CheckResult], at: int) -> Iterator[Walked]:
    """From everything that stands in production at a second (UTC), by service and environment."""
    live = (one for one in isms.services.values() if one.repos and one.status in LIVE)
    stood = [standing for service in live for standing in stand(isms, facts, service, at)]
    brought = bringers(facts, (one.running.deployment for one in stood))
    verdicts: dict[str, list[Item]] = {}
    for result in results.values():
        for item in result.items:
            if item.kind in {"change", "deployment"}:
                verdicts.setdefault(f"{item.kind} {item.key}", []).append(item)
    for one in stood:
        deployment = one.running.deployment
        if deployment is None:
            yield Walked(one.service, one.environment, one.running, why=one.why)
            continue
        change = facts.changes.get(brought.get(deployment.key, ""))
        items = [*verdicts.get(f"deployment {deployment.key}", ())]
        items = [*(verdicts.get(f"change {change.key}", ()) if change else ()), *items]
        why = "" if change else _no_change(deployment)
        yield Walked(one.service, one.environment, one.running, change, tuple(items), why)


def stand(isms: Isms, facts: Facts, service: Service, at: int) -> Iterator[Standing]:
    """What stands in each production environment of one service."""
    told = {found.environment for found in facts.deployments.values() if found.service == service.id}
    own = service.environments or tuple(isms.environments)
    declared = {id_ for id_ in own if id_ in isms.environments and isms.environments[id_].kind == "production"}
    pipeline = isms.pipelines.get(service.pipeline)
    names_them = pipeline is not None and pipeline.deployments.kind in {"records", "gitops"}
    environments = told | declared if names_them or not told else told  # a tag is of no environment in particular
    for environment in sorted(environments) or [""]:
        running = what_ran(facts, service.id, environment, at)
        yield Standing(
            service.id, environment, running, "" if running.deployment else _why(isms, facts, service, running)
        )


def bringers(facts: Facts, deployments: Iterable[Deployment | None]) -> dict[str, str]:
    """By deployment, the key of the change that is, or carries, the deployed commit."""
    wanted: dict[tuple[str, str], list[str]] = {}
    for one in deployments:
        if one and one.commit:
            wanted.setdefault((one.repo, one.commit), []).append(one.key)
    repos = {repo for repo, _ in wanted}
    found: dict[str, str] = {}
    for key, change in facts.changes.items() if wanted else ():
        if change.repo in repos:
            for commit in (change.id, *change.commits):
                for deployment in wanted.get((change.repo, commit), ()):
                    found.setdefault(deployment, key)
    return found


def _no_change(deployment: Deployment) -> str:
    if not deployment.commit:
        return "the record does not say which commit was deployed"
    commit = visible(deployment.commit[:8])
    if deployment.absent:
        return f"the deployed commit {commit} is in no history that was read"
    return f"no change of the protected branch brought the deployed commit {commit}"


def _why(isms: Isms, facts: Facts, service: Service, running: Running) -> str:
    """Why it cannot be told what runs, as the rest of a sentence."""
    pipeline = isms.pipelines.get(service.pipeline)
    if service.kind == "supplier-run":
        return "a supplier runs it"
    if pipeline is None:
        return "no pipeline record says where deployments are told"
    if pipeline.deployments.kind == "integrations":
        return "its pipeline tells of integrations only, and a merge is no deployment"
    return facts.unreleased.get(service.id, "") or visible(running.why)
