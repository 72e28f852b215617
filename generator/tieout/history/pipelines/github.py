"""GitHub Actions: the jobs of a workflow file, with those of the workflows it calls, and what starts them.

Tried on git/git, pallets/flask, encode/httpx, sqlalchemy/sqlalchemy and github/codeql-action, over their whole histories.
Composite actions and what a step runs are not followed: a job is what counts here.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from itertools import islice

from tieout.history.pipelines.files import Files
from tieout.history.pipelines.generic import is_conditional, that_run, with_needs
from tieout.history.pipelines.jobs import (
    EACH,
    MAX_DEPTH,
    MAX_JOBS,
    SOME,
    Jobs,
    Run,
    both,
    job_of,
    join,
    listed,
    mapping,
    may_fail,
    word,
)

_CALL = re.compile(r"([^/@\s]+/[^/@\s]+)/(\.github/workflows/[^/@\s]+\.ya?ml)@([^@\s]+)")
_PROPOSING = frozenset({"pull_request", "pull_request_target"})
FORMER = frozenset(
    {"master", "main", "trunk", "develop", "devel", "$default-branch"}
)  # the branch may have had this name
_BESIDE = {
    "schedule": "on a schedule",
    "workflow_dispatch": "by hand",
    "repository_dispatch": "from outside",
    "workflow_call": "when another workflow calls it",
    "release": "for a release",
}
_EVENT = re.compile(r"github\.event_name\s*==\s*'(schedule|workflow_dispatch|repository_dispatch|release)'")
_ON_TAG = re.compile(r"startsWith\(\s*github\.ref\s*,\s*'refs/tags/?[^']*'\s*\)|github\.ref_type\s*==\s*'tag'")
_WHOLE = frozenset({"always()", "success()", "!cancelled()", "!failure()", "success()||failure()"})


def read(files: Files, path: str) -> Jobs:
    """Jobs of a workflow file, as far as a change on the branch starts them."""
    value = files.value(path)
    started = run_of(mapping(value).get("on"), files.line.history.branch)
    return _jobs(files, path, value, started, 0)


def _jobs(files: Files, path: str, value: object, started: Run, depth: int) -> Jobs:
    jobs = mapping(value).get("jobs")
    if not isinstance(jobs, dict):
        return Jobs((), (f"{path} is not there or cannot be read",))
    if depth > MAX_DEPTH:
        return Jobs((), (f"{path} is called more than {MAX_DEPTH} deep",))
    running = dict(islice(that_run(jobs).items(), MAX_JOBS))
    runs = with_needs(running, {name: both(started, _condition(job)) for name, job in running.items()})
    found = join(_job(files, path, (name, job), runs[name], depth) for name, job in running.items())
    return found if len(jobs) <= MAX_JOBS else Jobs(found.jobs, (*found.why, f"{path} has more than {MAX_JOBS} jobs"))


def _job(files: Files, path: str, named: tuple[str, Mapping[str, object]], run: Run, depth: int) -> Jobs:
    name, job = named
    shown = word(job.get("name"))
    own = job_of(name, "", _may_fail(job), run, shown if "${{" not in shown else "")
    called = job.get("uses")
    if not isinstance(called, str):
        return Jobs((own,))
    there = _called(files, called)
    if isinstance(there, str):  # what no change starts brings no step of a change, whatever is in it
        return Jobs((own,), () if own.beside else (f"{path} calls {called}, and {there}",))
    where, target = there
    inner = _jobs(where, target, where.value(target), run, depth + 1)
    return Jobs((own, *(replace(each, name=f"{name} / {each.name}") for each in inner.jobs)), inner.why)


def _called(files: Files, called: str) -> tuple[Files, str] | str:
    """Where a called workflow is: in the same repository, or in one that is linked, at the ref named; or why not."""
    if called.startswith("./"):
        return files, called[2:]
    found = _CALL.fullmatch(called)
    if not found:
        return "its address cannot be read"
    there = files.elsewhere(found[1], found[3])
    return there if isinstance(there, str) else (there, found[2])


def _may_fail(job: Mapping[str, object]) -> bool:
    """A job that says so, and one whose commands all may fail. Of a matrix, one part that may is enough."""
    commands = [mapping(step) for step in listed(job.get("steps")) if "run" in mapping(step)]
    lenient = bool(commands) and all(may_fail(step.get("continue-on-error")) for step in commands)
    return may_fail(job.get("continue-on-error")) or lenient


def _condition(job: Mapping[str, object]) -> Run:
    """What the `if` of a job leaves: few conditions say on their face that no change, or each one, meets them."""
    if not is_conditional(job):
        return EACH
    text = word(job.get("if")).strip()
    text = text[3:-2].strip() if text.startswith("${{") and text.endswith("}}") else text
    if text.replace(" ", "") in _WHOLE:
        return EACH
    if found := _EVENT.fullmatch(text):
        return Run("beside", _BESIDE[found[1]])
    return Run("beside", "on a tag") if _ON_TAG.fullmatch(text) else SOME


# --- what starts a workflow ----------------------------------------------------------------------------------------


def run_of(on: object, branch: str) -> Run:
    """For which changes of a branch a workflow with these triggers runs. One trigger that each change meets is enough."""
    events = dict.fromkeys(each for each in listed(on) if isinstance(each, str)) if not isinstance(on, dict) else on
    runs = [_event(name, mapping(filters), branch) for name, filters in events.items()]
    if any(run.reach == "each" for run in runs):
        return EACH
    if any(run.reach == "some" for run in runs):
        return SOME
    how = tuple(dict.fromkeys(run.how for run in runs))
    return Run("beside", " or ".join(how) if how else "by nothing that the file names")


def _event(name: str, filters: Mapping[str, object], branch: str) -> Run:
    if name == "merge_group":
        return EACH
    if name in _PROPOSING:
        return _proposing(filters, branch)
    if name == "push":
        return _push(filters, branch)
    return SOME if name == "workflow_run" else Run("beside", _BESIDE.get(name, f"on {name}"[:60]))


def _push(filters: Mapping[str, object], branch: str) -> Run:
    if filters.keys() & {"tags", "tags-ignore"} and not filters.keys() & {"branches", "branches-ignore"}:
        return Run("beside", "on a tag")
    return both(_branches(filters, branch, f"on another branch than {branch}"), _paths(filters))


def _proposing(filters: Mapping[str, object], branch: str) -> Run:
    types = [each for each in listed(filters.get("types")) if isinstance(each, str)]
    if types and not {"opened", "synchronize"} & set(types):
        return Run("beside", "when a proposal is " + " or ".join(types)[:60].replace("_", " "))
    every = EACH if not types or "synchronize" in types else SOME
    met = both(_branches(filters, branch, f"for a proposal to another branch than {branch}"), _paths(filters))
    return both(every, met)


def _paths(filters: Mapping[str, object]) -> Run:
    return SOME if filters.keys() & {"paths", "paths-ignore"} else EACH


def _branches(filters: Mapping[str, object], branch: str, how: str) -> Run:
    wanted: bool | None = True
    if "branches" in filters:
        wanted = False
        for pattern in listed(filters["branches"]):
            met = _names(word(pattern).removeprefix("!"), branch)
            if met is None or (not met and pattern in FORMER):
                wanted = None
            elif met:
                wanted = not word(pattern).startswith("!")
    for pattern in listed(filters.get("branches-ignore")):
        met = _names(word(pattern), branch)
        wanted = False if met else None if met is None and wanted else wanted
    return SOME if wanted is None else EACH if wanted else Run("beside", how)


def _names(pattern: str, branch: str) -> bool | None:
    """Whether a pattern of GitHub means a branch; None where it is of a kind that is not worked out."""
    if len(pattern) > 200 or set(pattern) & set("?+[]\\"):
        return None
    if "**" not in pattern:
        parts, own = pattern.split("/"), branch.split("/")
        return len(parts) == len(own) and all(map(fnmatchcase, own, parts))
    mixed = "*" in pattern.replace("**", "") and "/" in branch
    return None if mixed else fnmatchcase(branch, pattern.replace("**", "*"))
