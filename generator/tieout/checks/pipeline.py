"""Verdicts on pipeline steps: do the required ones stand in the CI configuration, and did they pass."""

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import NamedTuple

from tieout.checks.case import Case, Verdict, day_of, required_jobs, strictest_first
from tieout.model.grades import Grade
from tieout.model.history import Change, PipelineVersion
from tieout.model.records import Service, Step
from tieout.model.results import Item, Outcome
from tieout.text.globs import matches
from tieout.text.words import human_day, human_list

ELSEWHERE = "ran on another revision or too late"
UNPLACED = "on a revision that cannot be placed"
LATER = "not in the record"
_FAILING = ("failed", "skipped", "unknown", "missing", ELSEWHERE)
BEFORE_MERGE = ("commit-review", "build-test")  # the stages whose results a review record can hold


class InForce(NamedTuple):
    """One version of a CI configuration, with the part of the period in which it was in force."""

    version: PipelineVersion
    start: int
    end: int


def required_steps_configured(case: Case) -> tuple[Item, ...]:
    """One item for each version of the CI configuration in force, for each live service and linked repository."""
    items: list[Item] = []
    for service in case.isms.services.values():
        if service.status in ("live", "retiring"):
            for repo in sorted({link.repo for link in service.repos}):
                items += _of_repository(case, service, repo)
    return tuple(items)


def _of_repository(case: Case, service: Service, repo: str) -> Iterator[Item]:
    steps = required_jobs(case.isms, [service.id], day_of(case.date.end))
    pin = case.facts.pins.get(repo)
    if repo in case.facts.missing or pin is None or not pin.commit:
        why = case.facts.missing.get(repo, "nothing of it lies before the audit's cut-off")
        verdict = Verdict(
            Outcome.UNKNOWN, _asked(steps), "repository not read", f"The repository {repo} could not be read: {why}."
        )
        yield _item(service, repo, case.date.start, verdict)
        return
    versions = tuple(_in_force(case, service, repo))
    for found in versions:
        then = required_jobs(case.isms, [service.id], day_of(found.end))
        verdict = steps_configured(case, then, found)
        yield _item(service, f"{repo}/{found.version.since[:8]}", found.start, verdict, found.end)
    if not versions:
        yield _item(service, repo, case.date.start, _without_configuration(case, service, repo, steps))


def _in_force(case: Case, service: Service, repo: str) -> Iterator[InForce]:
    versions = _versions(case, service, repo)
    for number, version in enumerate(versions):
        until = versions[number + 1].time - 1 if number + 1 < len(versions) else case.date.end
        start, end = max(version.time, case.date.start), min(until, case.date.end)
        if start <= end:
            yield InForce(version, start, end)


def _versions(case: Case, service: Service, repo: str) -> tuple[PipelineVersion, ...]:
    pipeline = case.isms.pipelines.get(service.pipeline)
    found = case.facts.pipelines.get(repo, ())
    return tuple(
        version
        for version in found
        if pipeline and (version.path == pipeline.ci.path or matches(pipeline.ci.path, version.path))
    )


def steps_configured(case: Case, steps: tuple[Step, ...], found: InForce) -> Verdict:
    """The verdict on one version: each required step needs a job of a matching name that may not fail."""
    expected = _asked(steps)
    when = f"from {human_day(day_of(found.start))} to {human_day(day_of(found.end))}"
    if not steps:
        reason = f"No pipeline record requires a step of type job for this service, {when}."
        return Verdict(Outcome.NOT_APPLICABLE, expected, "nothing required", reason)
    if not found.version.readable and not _stands_alone(steps, found.version):
        reason = f"{found.version.path} is in a form that is not read here, so not all of its jobs are known, {when}."
        return Verdict(Outcome.UNKNOWN, expected, "configuration not readable", reason)
    jobs = found.version.jobs
    missing = [step.id for step in steps if not any(fnmatchcase(job.name, step.match) for job in jobs)]
    optional = [step.id for step in steps if step.id not in missing and not _binding(step, found.version)]
    if not missing and not optional:
        reason = f"All {len(steps)} required steps stand in {found.version.path} and may not fail, {when}.{_conditions(steps, found.version)}"
        return Verdict(Outcome.PASS, expected, f"{len(steps)} of {len(steps)} steps, {when}", reason, Grade.STATED)
    lacks = [f"without {human_list(missing)}"] if missing else []
    lacks += [f"with {human_list(optional)} allowed to fail"] if optional else []
    present = len(steps) - len(missing) - len(optional)
    lapse = "in force at the end of the period" if found.end == case.date.end else "mended since"
    reason = f"{found.version.path} stood {' and '.join(lacks)}, {when}; {lapse}."
    return Verdict(Outcome.FAIL, expected, f"{present} of {len(steps)} steps, {' and '.join(lacks)}", reason)


def _stands_alone(steps: Iterable[Step], version: PipelineVersion) -> bool:
    """Whether each step is seen to bind, whatever else the configuration may hold: jobs of GitHub do not change each other."""
    return version.format == "github-actions" and all(_binding(step, version) for step in steps)


def _conditions(steps: Iterable[Step], version: PipelineVersion) -> str:
    """Which steps have only jobs that are conditional, as a sentence to add; nothing where none has."""
    own = {
        step.id: [job for job in version.jobs if fnmatchcase(job.name, step.match) and not job.may_fail]
        for step in steps
    }
    found = [id_ for id_, jobs in own.items() if jobs and all(job.conditional for job in jobs)]
    return f" {human_list(found)}: conditional, so not run for every change." if found else ""


def _binding(step: Step, version: PipelineVersion) -> bool:
    return any(fnmatchcase(job.name, step.match) and not job.may_fail for job in version.jobs)


def _without_configuration(case: Case, service: Service, repo: str, steps: tuple[Step, ...]) -> Verdict:
    if service.pipeline not in case.isms.pipelines:
        reason = f"{service.id} names no pipeline record, so what is required of {repo} is not known."
        return Verdict(Outcome.UNKNOWN, "a pipeline record", "no pipeline record", reason)
    if not steps:
        reason = f"No pipeline record requires a step of type job for {service.id}."
        return Verdict(Outcome.NOT_APPLICABLE, _asked(steps), "nothing required", reason)
    path = case.isms.pipelines[service.pipeline].ci.path
    reason = f"No CI configuration was found at {path} in {repo} up to the end of the period."
    return Verdict(Outcome.FAIL, _asked(steps), "no configuration", reason)


def _item(service: Service, key: str, at: int, verdict: Verdict, until: int = 0) -> Item:
    check = "required-steps-configured"
    return Item(
        check,
        "repository",
        key,
        service.id,
        at,
        verdict.outcome,
        verdict.expected,
        verdict.found,
        verdict.reason,
        verdict.grade,
        until=until,
    )


def _asked(steps: tuple[Step, ...]) -> str:
    return human_list(step.id for step in steps) if steps else "no required steps"


def required_steps_passed(case: Case, change: Change) -> Verdict:
    steps = required_jobs(case.isms, strictest_first(case.isms, change.services), day_of(change.time))
    expected = _asked(steps)
    if not steps:
        reason = "No pipeline record requires a step of type job for the services that this change touches."
        return Verdict(Outcome.NOT_APPLICABLE, expected, "nothing required", reason)
    if not change.results:
        reason = "No exported record holds results of pipeline steps for this change."
        return Verdict(Outcome.UNKNOWN, expected, "no record", reason, Grade.NONE)
    states = {step.id: _result(case, change, step) for step in steps}
    if off := _grouped(states, _FAILING):
        reason = f"Of the required steps, on the merged revision and before deployment: {off}."
        return Verdict(Outcome.FAIL, expected, off, reason, Grade.RECORDED)
    if unplaced := _grouped(states, (UNPLACED,)):
        reason = f"The record names a revision that cannot be compared with what was merged, so this cannot be told: {unplaced}."
        return Verdict(Outcome.UNKNOWN, expected, unplaced, reason, Grade.STATED)
    passed = [id_ for id_, state in states.items() if state == "passed"]
    if not passed:
        reason = "The exported record ends at the merge and holds none of the required steps, which run after it."
        return Verdict(Outcome.UNKNOWN, expected, "not in the record", reason, Grade.NONE)
    later = [id_ for id_ in states if id_ not in passed]
    note = f" {human_list(later)} run after the merge, where the record ends." if later else ""
    reason = f"{human_list(passed)} passed on the merged revision before it was deployed.{note}"
    return Verdict(Outcome.PASS, expected, f"{len(passed)} passed", reason, Grade.RECORDED)


def _grouped(states: Mapping[str, str], wanted: Iterable[str]) -> str:
    """The steps of some states, as `unit and lint missing, scan failed`."""
    groups = {state: [id_ for id_, found in states.items() if found == state] for state in wanted}
    return ", ".join(f"{human_list(ids)} {state}" for state, ids in groups.items() if ids)


def _result(case: Case, change: Change, step: Step) -> str:
    """The newest result of a step on the merged revision before the first deployment, in words."""
    named = [result for result in change.results if fnmatchcase(result.name, step.match)]
    if not named:
        return "missing" if step.stage in BEFORE_MERGE else LATER
    deployed = case.first_deployed.get(change.key, case.date.cutoff)
    heads = merged_revisions(change)
    counted = [result for result in named if result.commit in heads and result.at <= deployed]
    if counted:
        newest = {result.name: result.result for result in sorted(counted, key=lambda result: result.at)}
        return next((result for _, result in sorted(newest.items()) if result != "passed"), "passed")
    if all(result.commit not in heads for result in named) and _cannot_place(change, heads):
        return UNPLACED
    return ELSEWHERE


def merged_revisions(change: Change) -> frozenset[str]:
    """The revisions whose content is what entered the branch, as far as the records tell.

    The head of a squashed or rebased proposal is not on the branch: an approval that was found to cover the final
    content names it.
    """
    approved = (found.commit for found in change.approvals if found.covers == "final" and found.commit)
    brought = () if change.merge_adds else change.commits[-1:]  # a merge that adds files is another revision
    return frozenset((change.id, *brought, *approved))


def _cannot_place(change: Change, heads: frozenset[str]) -> bool:
    """Whether a squash or rebase hides the head of its proposal; one that was seen to differ hides nothing.

    A merge of files that both sides had changed cannot be compared with its head either.
    """
    return change.merge_adds == "cannot-tell" or (
        change.kind in ("squash", "rebase") and change.restored != "different" and heads <= {change.id, *change.commits}
    )
