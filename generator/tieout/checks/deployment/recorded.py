"""The verdict on whether every deployment is recorded: two declared sources held against each other, and the changes.

Where a pipeline declares one source, nothing can be compared, and the check has no items for its services: nobody said
what to hold the source against. Once somebody relies on the check (a second source is declared, a control names it, or
checks.yml sets it), each live service without a second source is an item that cannot be told. What was deployed from a
commit in no history is a fail in either case: no recorded change brought it.
"""

from collections.abc import Iterable, Iterator

from tieout.checks.case import Case, Verdict, day_of, deployment_item, deployments_in_period
from tieout.checks.catalogue import CHECKS
from tieout.checks.deployment.brought import fate
from tieout.checks.unread import unread
from tieout.model.history import Deployment, Unmatched
from tieout.model.records import SecondSource, Service
from tieout.model.results import Item, Outcome
from tieout.text.words import human_day, visible

RECORDED = "no-unrecorded-deployment"
EXPECTED = "told by both sources, of a known commit"
DAY = 86_400
SOURCES = {"records": "deployment records", "gitops": "environments repository", "tags": "release tags"}


def no_unrecorded_deployment(case: Case) -> tuple[Item, ...]:
    own: dict[str, list[Deployment]] = {}
    for deployment in deployments_in_period(case):
        own.setdefault(deployment.service, []).append(deployment)
    relied = _is_relied_on(case)
    holes = unread(case, CHECKS[RECORDED]) if relied else ()
    dark = {item.service for item in holes}
    found: list[Item] = []
    for service in case.isms.services.values():
        asked = relied and service.id not in dark
        found += _items(case, service, own.get(service.id, ()), asked=asked)
    return (*found, *holes)


def _items(case: Case, service: Service, own: Iterable[Deployment], *, asked: bool) -> Iterator[Item]:
    """Of one service. `asked`: somebody relies on the check, and the first source was read."""
    second = _second(case, service.id)
    if second is None or service.id not in case.facts.unmatched:
        yield from (_told(case, one, _absent(one)) for one in own if one.absent)
        if asked and service.repos and service.status in {"live", "retiring"}:
            yield _hole(case, service, second)
        return
    lone = [one for one in case.facts.unmatched[service.id] if case.date.start <= one.at <= case.date.end]
    alone = {(one.where, one.environment): one for one in lone}
    for one in own:
        yield _told(case, one, _compared(case, one, second, alone.get((one.where, one.environment))))
    mine = {(one.where, one.environment) for one in own}
    yield from (_unrecorded(case, service, second, one) for one in lone if (one.where, one.environment) not in mine)


def _told(case: Case, deployment: Deployment, verdict: Verdict) -> Item:
    return deployment_item(case, CHECKS[RECORDED], deployment, verdict)


def _compared(case: Case, one: Deployment, second: SecondSource, alone: Unmatched | None) -> Verdict:
    """One deployment of the first source: told by the second too, or by itself."""
    source = SOURCES[second.kind]
    if one.absent:
        return _absent(one)
    if alone:
        return _alone(case, alone, second, one.service)
    if not one.reached:
        reason = f"{fate(one)}, and the {source} need not tell of it."
        return Verdict(Outcome.NOT_APPLICABLE, EXPECTED, "nothing deployed", reason)
    reason = f"The {one.basis} and the {source} both tell that {one.service} {visible(one.version)} was deployed."
    return Verdict(Outcome.PASS, EXPECTED, "told by both", reason, one.grade)


def _absent(one: Deployment) -> Verdict:
    commit = visible(one.commit[:8])
    reason = f"The deployed commit {commit} is in no history that was read, so no recorded change brought it."
    return Verdict(Outcome.FAIL, EXPECTED, f"{commit} in no history", reason, one.grade)


def _alone(case: Case, alone: Unmatched, second: SecondSource, service: str) -> Verdict:
    """What one source tells and the other does not."""
    when = human_day(day_of(alone.at))
    told = f"The {alone.found_in} tell" + ("s" if alone.found_in.endswith("repository") else "")
    reason = f"{told} that {service} {visible(alone.version)} was deployed on {when} ({visible(alone.where)}), "
    if alone.at > case.date.cutoff - DAY:
        reason += f"less than a day before the cut-off; the {alone.missing_in} may tell it after."
        return Verdict(Outcome.UNKNOWN, EXPECTED, "too new to compare", reason)
    if _is_cut_off(case, second, alone, service):
        reason += f"and of the {alone.missing_in} a part was not read."
        return Verdict(Outcome.UNKNOWN, EXPECTED, "other source cut off", reason)
    verb = "does" if alone.missing_in.endswith("repository") else "do"
    reason += f"and the {alone.missing_in} {verb} not tell of it."
    return Verdict(Outcome.FAIL, EXPECTED, f"missing in the {alone.missing_in}", reason)


def _is_cut_off(case: Case, second: SecondSource, alone: Unmatched, service: str) -> bool:
    """Whether the source in which it is missing was read in part only."""
    first = case.isms.pipelines[case.isms.services[service].pipeline].deployments
    in_second = alone.missing_in == SOURCES[second.kind]
    repos = [second.repo if in_second else first.repo]
    if in_second and second.kind == "tags":
        repos = [link.repo for link in case.isms.services[service].repos]
    return not set(repos).isdisjoint(case.facts.histories_incomplete)


def _unrecorded(case: Case, service: Service, second: SecondSource, one: Unmatched) -> Item:
    """What the second source alone tells: there is no record of it, so it is named by where it is told."""
    verdict = _alone(case, one, second, service.id)
    return Item(
        RECORDED,
        "deployment",
        one.where,
        service.id,
        one.at,
        verdict.outcome,
        verdict.expected,
        verdict.found,
        verdict.reason,
    )


def _hole(case: Case, service: Service, second: SecondSource | None) -> Item:
    """That nothing can be compared, and why."""
    found, why = "one source only", f"its pipeline {service.pipeline} declares one source, and none to hold it against"
    if second:
        found, why = "second source not read", f"the second source, {second.repo or 'its own tags'}, was not read"
    return Item(
        RECORDED,
        "repository",
        service.repos[0].repo,
        service.id,
        case.date.end,
        Outcome.UNKNOWN,
        EXPECTED,
        found,
        f"Whether every deployment of {service.id} is recorded cannot be told: {why}.",
    )


def _second(case: Case, service: str) -> SecondSource | None:
    pipeline = case.isms.pipelines.get(case.isms.services[service].pipeline)
    return pipeline.deployments.cross_check if pipeline and pipeline.deployments.kind == "records" else None


def _is_relied_on(case: Case) -> bool:
    """Whether somebody relies on the check: it is set, a control names it, or a pipeline declares a second source."""
    named = any(f"check:{RECORDED}" in control.enforced_by for control in case.isms.controls.values())
    steps = (step.check for pipeline in case.isms.pipelines.values() for step in pipeline.steps)
    return (
        RECORDED in case.isms.checks
        or named
        or RECORDED in steps
        or any(_second(case, id_) for id_ in case.isms.services)
    )
