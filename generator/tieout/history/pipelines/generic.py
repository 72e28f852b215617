"""A generic list of steps: `jobs:` as a mapping of names, or a list of objects with `name`.

Each has `stage`, `allow_failure`, `if`, `when` and `needs`, as far as it says so. Also what GitHub shares with it: which
jobs never run.
"""

from collections.abc import Mapping

from tieout.history.pipelines.files import Files
from tieout.history.pipelines.jobs import EACH, SOME, Jobs, Run, job_of, listed, mapping, may_fail, word

NEVER = frozenset({"false", "0", "null", "''", "!true"})  # an expression of GitHub that is never met
REGARDLESS = ("always()", "failure()", "cancelled()")  # a job with these runs though one it needs did not


def read(files: Files, path: str) -> Jobs:
    jobs = mapping(files.value(path)).get("jobs")
    if isinstance(jobs, dict):
        named = {name: mapping(job) for name, job in jobs.items()}
    elif isinstance(jobs, list):
        named = {word(mapping(job).get("name")): mapping(job) for job in jobs}
    else:
        return Jobs((), (f"{path} holds no list of jobs that can be read",))
    why = (f"a job of {path} has no name",) if "" in named else ()
    running = that_run(named)
    runs = with_needs(running, {name: run_of(job) for name, job in running.items()})
    return Jobs(
        tuple(
            job_of(name, word(job.get("stage")), may_fail(job.get("allow_failure")), runs[name])
            for name, job in running.items()
            if name
        ),
        why,
    )


def run_of(job: Mapping[str, object]) -> Run:
    if job.get("when") == "manual":
        return Run("beside", "by hand")
    return SOME if is_conditional(job) else EACH


def is_conditional(job: Mapping[str, object]) -> bool:
    return job.get("if") not in (None, True, "")


def never_runs(job: Mapping[str, object]) -> bool:
    """Whether a job is switched off: by a condition that is never met as it is written, or by `when: never`."""
    return job.get("when") == "never" or _is_never_met(job.get("if"))


def _is_never_met(condition: object) -> bool:
    """`false`, and `false` joined to others by &&; what has to be worked out may be met."""
    if not isinstance(condition, str):
        return condition is not None and not condition
    text = condition.strip()
    text = text[3:-2] if text.startswith("${{") and text.endswith("}}") else text
    return all(any(part.strip(" ()").casefold() in NEVER for part in either.split("&&")) for either in text.split("||"))


def that_run(jobs: Mapping[str, object]) -> dict[str, Mapping[str, object]]:
    """The jobs that are not switched off, and need none that is unless they say that they run all the same."""
    told = {name: mapping(job) for name, job in jobs.items()}
    needing = _needing(told)
    lost = [name for name, job in told.items() if never_runs(job)]
    gone = set(lost)
    while lost:
        more = [name for name in needing.get(lost.pop(), ()) if name not in gone]
        gone.update(more)
        lost += more
    return {name: job for name, job in told.items() if name not in gone}


def with_needs(jobs: Mapping[str, Mapping[str, object]], own: Mapping[str, Run]) -> dict[str, Run]:
    """For which changes each job runs, as it is left out where one that it needs is."""
    found = dict(own)
    needing = _needing(jobs)
    for weaker in (("some", "each"), ("each",)):  # what no change starts first, then what some do
        reach = "beside" if len(weaker) == 2 else "some"
        waiting = [name for name, run in found.items() if run.reach == reach]
        while waiting:
            name = waiting.pop()
            for other in needing.get(name, ()):
                if found[other].reach in weaker:
                    found[other] = found[name]
                    waiting.append(other)
    return found


def _needing(jobs: Mapping[str, Mapping[str, object]]) -> dict[str, list[str]]:
    """By job: those that are left out with it, as they do not say that they run all the same."""
    found: dict[str, list[str]] = {}
    for name, job in jobs.items():
        if not any(each in word(job.get("if")) for each in REGARDLESS):
            for each in listed(job.get("needs")):
                if isinstance(each, str):
                    found.setdefault(each, []).append(name)
    return found
