"""Verdicts on pipeline steps: do the required ones stand in the CI configuration, and did they pass."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from tieout.checks.case import Case, Place, Verdict, day_of, item_of, required_jobs
from tieout.checks.catalogue import CHECKS
from tieout.checks.unread import unread
from tieout.model.grades import Grade
from tieout.model.history import Change, PipelineVersion, StepResult
from tieout.model.records import Service, Step
from tieout.model.results import Item, Outcome
from tieout.model.steps import THERE, Finding, finding, is_meant, versions_of
from tieout.text.words import human_day, human_list, plural, visible

CONFIGURED = "required-steps-configured"
ELSEWHERE = "ran on another revision or too late"
UNPLACED = "on a revision that cannot be placed"
LATER = "not in the record"
UNSAID = "ran, and no record says whether it passed"
UNDATED = "on a day that no record tells"
UNTIMED = "after the merge, with no deployment recorded"
_FAILING = ("failed", "skipped", "unknown", "missing", ELSEWHERE)
UNTOLD = (UNPLACED, UNDATED, UNTIMED, UNSAID)
_WHY_UNTOLD = {
    UNPLACED: "The record names a revision that cannot be compared with what was merged, so this cannot be told",
    UNDATED: "The file of the results was kept after the deployment and does not say when they were had, so this cannot be told",
    UNTIMED: "The step passed when the change was on the branch already, and no production deployment of it is recorded, so it cannot be told whether it passed before one",
    UNSAID: "What the step left behind holds findings or coverage, and whether it passed is for the pipeline to say",
}
BEFORE_MERGE = ("commit-review", "build-test")  # the stages whose results a review record can hold


class InForce(NamedTuple):
    """One version of a CI configuration, with the part of the period in which it was in force."""

    version: PipelineVersion
    start: int
    end: int


def required_steps_configured(case: Case) -> tuple[Item, ...]:
    """One item for each version of the CI configuration in force, for each live service and linked repository.

    Of a copy that begins within the period, what stood before is an item that cannot be told.
    """
    items: list[Item] = []
    live = [service for service in case.isms.services.values() if service.status in ("live", "retiring")]
    for service in live:
        for repo in sorted({link.repo for link in service.repos}):
            items += _of_repository(case, service, repo)
    told = {(item.service, item.key) for item in items}  # of what was not read at all
    holes = [hole for hole in unread(case, CHECKS[CONFIGURED]) if (hole.service, hole.key) not in told]
    return (*items, *(hole for hole in holes if hole.service in {service.id for service in live}))


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
    yield from _before_any(case, service, repo, versions)
    for number, found in enumerate(versions):
        then = required_jobs(case.isms, [service.id], day_of(found.end))
        verdict = steps_configured(case, then, found, versions[number + 1 :])
        yield _item(service, f"{repo}/{found.version.since[:8]}", found.start, verdict, found.end)
    if not versions:
        yield _item(service, repo, case.date.start, _without_configuration(case, service, repo, steps))


def _before_any(case: Case, service: Service, repo: str, versions: tuple[InForce, ...]) -> Iterator[Item]:
    """The part of the period in which changes came and no configuration stood yet."""
    first = versions[0].start if versions else case.date.start
    if first <= case.date.start:
        return
    times = (one.time for one in case.facts.changes.values() if one.repo == repo and service.id in one.services)
    start = max(next(times, first), case.date.start)
    steps = required_jobs(case.isms, [service.id], day_of(first - 1))
    if start < first and steps:
        path = case.isms.pipelines[service.pipeline].ci.path
        when = f"from {human_day(day_of(start))} to {human_day(day_of(first - 1))}"
        reason = f"No CI configuration stood at {path} in {repo}, {when}, while changes came."
        verdict = Verdict(Outcome.FAIL, _asked(steps), "no configuration", reason)
        yield _item(service, repo, start, verdict, first - 1)


def _in_force(case: Case, service: Service, repo: str) -> Iterator[InForce]:
    versions = versions_of(case.facts.pipelines.get(repo, ()), case.isms.pipelines.get(service.pipeline))
    for number, version in enumerate(versions):
        until = versions[number + 1].time - 1 if number + 1 < len(versions) else case.date.end
        start, end = max(version.time, case.date.start), min(until, case.date.end)
        if start <= end:
            yield InForce(version, start, end)


def steps_configured(case: Case, steps: tuple[Step, ...], found: InForce, later: tuple[InForce, ...] = ()) -> Verdict:
    """The verdict on one version: each required step needs a job of a matching name that changes start and that may not fail."""
    expected = _asked(steps)
    version = found.version
    when = f"from {human_day(day_of(found.start))} to {human_day(day_of(found.end))}"
    if not steps:
        reason = f"No pipeline record requires a step of type job for this service, {when}."
        return Verdict(Outcome.NOT_APPLICABLE, expected, "nothing required", reason)
    states = {step.id: finding(step.match, version) for step in steps}
    if any(each.state == "unknown" for each in states.values()):
        why = f": {visible(version.why)}" if version.why else ""
        reason = f"{version.path} is in a form that is not read here, so not all of its jobs are known, {when}{why}."
        return Verdict(Outcome.UNKNOWN, expected, "configuration not readable", reason)
    lacks = tuple(_lacks(states))
    if not lacks:
        some = [id_ for id_, each in states.items() if each.state == "conditional"]
        note = f" {human_list(some)}: conditional, so not run for every change." if some else ""
        every = f"All {len(steps)} required steps stand" if len(steps) > 1 else "The only required step stands"
        reason = f"{every} in {version.path} and may not fail, {when}.{note}"
        of = f"{len(steps)} of {plural(len(steps), 'step')}"
        return Verdict(Outcome.PASS, expected, f"{of}, {when}", reason, Grade.STATED)
    present = sum(each.state in THERE for each in states.values())
    lapse = "in force at the end of the period" if found.end == case.date.end else _mended(steps, later)
    reason = f"{version.path} stood {' and '.join(lacks)}, {when}; {lapse}."
    of = f"{present} of {plural(len(steps), 'step')}"
    return Verdict(Outcome.FAIL, expected, f"{of}, {' and '.join(lacks)}", reason)


def _mended(steps: tuple[Step, ...], later: tuple[InForce, ...]) -> str:
    """Whether a later version of the period holds all the steps: to be replaced is not to be mended."""
    whole = any(all(finding(step.match, one.version).state in THERE for step in steps) for one in later)
    return "mended since" if whole else "not mended in the period"


def _lacks(states: Mapping[str, Finding]) -> Iterator[str]:
    """What is wrong with the steps of one version, in words."""
    groups: dict[tuple[str, str], list[str]] = {}
    for id_, each in states.items():
        groups.setdefault((each.state, each.why), []).append(id_)
    said = {"missing": "without {}", "may fail": "with {} allowed to fail", "beside": "with {} started only {}"}
    for wanted, sentence in said.items():
        for (state, how), ids in groups.items():
            if state == wanted:
                yield sentence.format(human_list(ids), visible(how))


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
    return item_of(CONFIGURED, Place("repository", key, service.id, at, until=until), verdict)


def _asked(steps: tuple[Step, ...]) -> str:
    return human_list(step.id for step in steps) if steps else "no required steps"


def required_steps_passed(case: Case, change: Change) -> Verdict:
    steps = case.required(case.strictest_first(change.services), day_of(change.time))
    expected = _asked(steps)
    if not steps:
        reason = "No pipeline record requires a step of type job for the services that this change touches."
        return Verdict(Outcome.NOT_APPLICABLE, expected, "nothing required", reason)
    if not change.results:
        reason = "No exported record holds results of pipeline steps for this change."
        return Verdict(Outcome.UNKNOWN, expected, "no record", reason, Grade.NONE)
    states = {step.id: result_of(case, change, step) for step in steps}
    if off := _grouped(states, _FAILING):
        reason = f"Of the required steps, on the merged revision and before deployment: {off}."
        return Verdict(Outcome.FAIL, expected, off, reason, grade_of(change, steps))
    if untold := _grouped(states, UNTOLD):
        reason = f"{_WHY_UNTOLD[next(state for state in UNTOLD if state in states.values())]}: {untold}."
        return Verdict(Outcome.UNKNOWN, expected, untold, reason, Grade.STATED)
    passed = [id_ for id_, state in states.items() if state == "passed"]
    if not passed:
        reason = "The exported record ends at the merge and holds none of the required steps, which run after it."
        return Verdict(Outcome.UNKNOWN, expected, "not in the record", reason, Grade.NONE)
    later = [id_ for id_ in states if id_ not in passed]
    note = f" {human_list(later)} run after the merge, where the record ends." if later else ""
    first = case.first_deployed.get(change.key)
    until = f" before it first reached production on {human_day(day_of(first))}" if first else ""
    until = until or "; no production deployment of the change is recorded so far"
    reason = f"{human_list(passed)} passed on the merged revision{until}.{note}"
    return Verdict(Outcome.PASS, expected, f"{len(passed)} passed", reason, grade_of(change, steps))


def grade_of(change: Change, steps: tuple[Step, ...]) -> Grade:
    """How well the results of the required steps are known: as well as the weakest that counts."""
    heads = merged_revisions(change)
    own = [each for each in change.results if any(is_meant(step.match, each.name) for step in steps)]
    counted = [each.grade for each in own if each.commit in heads] or [each.grade for each in own]
    return min(counted, default=Grade.STATED)


def _grouped(states: Mapping[str, str], wanted: Iterable[str]) -> str:
    """The steps of some states, as `unit and lint missing, scan failed`."""
    groups = {state: [id_ for id_, found in states.items() if found == state] for state in wanted}
    return ", ".join(f"{human_list(ids)} {state}" for state, ids in groups.items() if ids)


def result_of(case: Case, change: Change, step: Step) -> str:
    """The newest result of a step on the merged revision before the first deployment, in words."""
    named = [result for result in change.results if is_meant(step.match, result.name)]
    if not named:
        return "missing" if step.stage in BEFORE_MERGE else LATER
    deployed = case.first_deployed.get(change.key, case.date.cutoff)
    heads = merged_revisions(change)
    counted = [result for result in named if result.commit in heads and result.at <= deployed]
    if counted:
        said = _newest(counted)
        if said == "passed" and change.key not in case.first_deployed and not _is_whole_at(change.time, counted):
            return UNTIMED
        return UNSAID if said == "ran" else said
    if any(result.commit in heads and result.kept for result in named):
        return UNDATED
    if all(result.commit not in heads for result in named) and cannot_place(change, heads):
        return UNPLACED
    return ELSEWHERE


def _newest(results: Sequence[StepResult]) -> str:
    """The newest result of each name, together: the first that did not pass, if any."""
    if all(result.result == "passed" for result in results):
        return "passed"
    newest = {result.name: result.result for result in sorted(results, key=_by_time)}
    left = [result for _, result in sorted(newest.items()) if result != "passed"]
    return next((result for result in left if result != "ran"), next(iter(left), "passed"))


def _is_whole_at(entry: int, results: Iterable[StepResult]) -> bool:
    """Whether all had passed when the change entered the branch, and nothing else was said since.

    Without a deployment nobody knows until when results count: one that would be too late for it must not count now.
    """
    results = tuple(results)
    before = [result for result in results if result.at <= entry]
    since = (result.result for result in results if result.at > entry)
    return bool(before) and _newest(before) == "passed" and all(said == "passed" for said in since)


def _by_time(result: StepResult) -> tuple[int, bool]:
    """Of two at the same time the one that did not pass is the later, whatever the order of the files."""
    return result.at, result.result != "passed"


@lru_cache(maxsize=64)
def merged_revisions(change: Change) -> frozenset[str]:
    """The revisions whose content is what entered the branch, as far as the records tell.

    The head of a squashed or rebased proposal is not on the branch: an approval that was found to cover the final
    content names it.
    """
    approved = (found.commit for found in change.approvals if found.covers == "final" and found.commit)
    brought = () if change.merge_adds else change.commits[-1:]  # a merge that adds files is another revision
    proposed = (change.head,) if change.head else ()
    return frozenset((change.id, *brought, *approved, *proposed))


def cannot_place(change: Change, heads: frozenset[str]) -> bool:
    """Whether a squash or rebase hides the head of its proposal; one that was seen to differ hides nothing.

    A merge of files that both sides had changed cannot be compared with its head either.
    """
    return change.merge_adds == "cannot-tell" or (
        change.kind in ("squash", "rebase") and change.restored != "different" and heads <= {change.id, *change.commits}
    )
