"""CI configuration as it stood at each change: which jobs a pipeline has, and which of them may fail.

Other people's YAML, read tolerantly. What a file takes from elsewhere and we do not see makes the version not
readable: its steps are then unknown, never missing and never present.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from tieout.history.line import Line
from tieout.history.registers import Registers
from tieout.model.history import Job, PipelineVersion
from tieout.model.records import CiFiles
from tieout.problems import Source
from tieout.text.globs import matches
from tieout.text.yaml import parse

GITLAB_WORDS = frozenset(
    [
        "after_script",
        "before_script",
        "cache",
        "default",
        "image",
        "include",
        "services",
        "spec",
        "stages",
        "types",
        "variables",
        "workflow",
    ]
)
NEVER = frozenset({"false", "0", "null", "''", "!true"})  # an expression of GitHub that is never met
CONDITIONS = ("if", "changes", "exists")  # of a rule of GitLab
REGARDLESS = ("always()", "failure()", "cancelled()")  # a job with these runs though one it needs did not
MAX_DEPTH = 10  # of includes, extends and reusable workflows


@dataclass(frozen=True, slots=True)
class Jobs:
    """What one CI file (or several) configures."""

    jobs: tuple[Job, ...] = ()
    readable: bool = True


UNREADABLE = Jobs((), readable=False)


@dataclass(frozen=True, slots=True)
class Files:
    """The files of one commit: blob ids by path for the CI files, contents by blob."""

    line: Line
    position: int

    def value(self, path: str) -> object:
        """The YAML of a file; None where it is not there, was not fetched or cannot be read."""
        blob = self.line.blob_on_line(self.position, path)
        data = self.line.content(blob) if blob else None
        return _parse(data) if data is not None else None

    def exists(self, path: str) -> bool:
        return bool(self.line.blob_on_line(self.position, path))


@lru_cache(maxsize=4096)
def _parse(data: bytes) -> object:
    parsed = parse(data, Source(), own=False)
    return None if parsed.problems else parsed.value  # half a file would pass for one with fewer jobs


def is_ci_file(ci: CiFiles, path: str) -> bool:
    """Whether a path is one of the declared CI files; a folder stands for the YAML files in it."""
    wanted = "/" + ci.path.strip("/")
    if matches(wanted, path) and path != wanted[1:] and "*" not in wanted:
        return path.endswith((".yml", ".yaml"))
    return matches(wanted, path)


def may_be_included(format_: str, path: str) -> bool:
    """Files that a CI file may take in from its own repository."""
    if format_ == "github-actions":
        return matches("/.github/workflows/*", path)
    return format_ == "gitlab-ci" and path.endswith((".yml", ".yaml"))


def derive_pipelines(line: Line, last: int, registers: Registers) -> tuple[PipelineVersion, ...]:
    """The versions of a repository's pipelines up to the position `last`, oldest first."""
    declared: dict[tuple[str, str], CiFiles] = {}
    for placed in registers.placed.get(line.history.repo, ()):
        pipeline = registers.isms.pipelines.get(placed.service.pipeline)
        if pipeline:
            declared[pipeline.ci.path, pipeline.ci.format] = pipeline.ci
    found = [version for _, ci in sorted(declared.items()) for version in _versions(line, last, ci)]
    return tuple(sorted(found, key=lambda version: (line.position[version.since], version.path)))


def _versions(line: Line, last: int, ci: CiFiles) -> Iterator[PipelineVersion]:
    """One version a change of what the CI files say. Deleted files configure nothing, which is readable."""
    own = sorted(path for path in line.files if is_ci_file(ci, path))
    all_of_them = sorted(path for path in line.files if path in own or (own and may_be_included(ci.format, path)))
    begun = min((line.files[path][0][0] for path in own), default=last + 1)
    turns = {position for path in all_of_them for position, _ in line.versions(path, last) if position >= begun}
    before: Jobs | None = None
    for position in sorted(turns):
        jobs = _read(Files(line, position), ci, own)
        changed = any(position in line.files[path][0] for path in own)
        if changed or jobs != before:
            commit = line.commit(position)
            yield PipelineVersion(
                line.history.repo, commit.id, line.times[position], ci.path, ci.format, jobs.jobs, jobs.readable
            )
        before = jobs


def _read(files: Files, ci: CiFiles, paths: Iterable[str]) -> Jobs:
    present = [path for path in paths if files.exists(path)]
    if ci.format == "jenkins":
        return UNREADABLE if present else Jobs()
    readers = {"github-actions": _read_github, "gitlab-ci": _read_gitlab, "generic": _read_generic}
    parts = [readers[ci.format](files, path) for path in present]
    return Jobs(tuple(job for part in parts for job in part.jobs), all(part.readable for part in parts))


# --- generic -------------------------------------------------------------------------------------------------------


def _read_generic(files: Files, path: str) -> Jobs:
    """`jobs:` as a mapping of names, or a list of objects with `name`; `stage` and `allow_failure` of each."""
    jobs = _mapping(files.value(path)).get("jobs")
    if isinstance(jobs, dict):
        return Jobs(tuple(_generic_job(name, job) for name, job in _that_run(jobs).items()))
    if isinstance(jobs, list):
        named = [(_mapping(job).get("name"), _mapping(job)) for job in jobs]
        return Jobs(
            tuple(_generic_job(name, job) for name, job in named if isinstance(name, str) and not _never_runs(job)),
            all(isinstance(name, str) for name, _ in named),
        )
    return UNREADABLE


def _generic_job(name: str, job: Mapping[str, object]) -> Job:
    return Job(name, _word(job.get("stage")), _may_fail(job.get("allow_failure")), _is_conditional(job))


def _never_runs(job: Mapping[str, object]) -> bool:
    """Whether a job is switched off: by a condition that is never met as it is written, or by `when: never`."""
    return job.get("when") == "never" or _is_never_met(job.get("if"))


def _is_never_met(condition: object) -> bool:
    """`false`, and `false` joined to others by &&; what has to be worked out may be met."""
    if not isinstance(condition, str):
        return condition is not None and not condition
    text = condition.strip()
    text = text[3:-2] if text.startswith("${{") and text.endswith("}}") else text
    return all(any(part.strip(" ()").casefold() in NEVER for part in either.split("&&")) for either in text.split("||"))


def _is_conditional(job: Mapping[str, object]) -> bool:
    return job.get("if") not in (None, True, "")


def _that_run(jobs: Mapping[str, object]) -> dict[str, Mapping[str, object]]:
    """The jobs that are not switched off, and need none that is unless they say that they run all the same."""
    running = {name: _mapping(job) for name, job in jobs.items() if not _never_runs(_mapping(job))}
    while lost := [name for name, job in running.items() if _lacks_what_it_needs(job, jobs.keys() - running.keys())]:
        for name in lost:
            del running[name]
    return running


def _lacks_what_it_needs(job: Mapping[str, object], missing: Collection[str]) -> bool:
    needs = job.get("needs", [])
    condition = _word(job.get("if"))
    regardless = any(word in condition for word in REGARDLESS)
    return not regardless and any(
        each in missing for each in (needs if isinstance(needs, list) else [needs]) if isinstance(each, str)
    )


# --- GitHub Actions ------------------------------------------------------------------------------------------------


def _read_github(files: Files, path: str, depth: int = 0) -> Jobs:
    """Jobs of a workflow file. A called workflow of the same repository is read; another's cannot be seen."""
    jobs = _mapping(files.value(path)).get("jobs")
    if not isinstance(jobs, dict) or depth > MAX_DEPTH:
        return UNREADABLE
    found: list[Job] = []
    readable = True
    for name, job in _that_run(jobs).items():
        conditional = _is_conditional(job)
        found.append(Job(name, "", _may_fail(job.get("continue-on-error")), conditional))
        called = job.get("uses")
        if isinstance(called, str):
            local = called.startswith("./")
            inner = _read_github(files, called[2:], depth + 1) if local else UNREADABLE
            found += [
                Job(f"{name} / {each.name}", "", each.may_fail, conditional or each.conditional) for each in inner.jobs
            ]
            readable = readable and inner.readable
    return Jobs(tuple(found), readable)


# --- GitLab CI -----------------------------------------------------------------------------------------------------


def _read_gitlab(files: Files, path: str) -> Jobs:
    """Jobs of a GitLab file with its local includes. Other includes cannot be seen."""
    entries, readable = _gitlab_entries(files, path, 0)
    jobs: list[Job] = []
    if _gitlab_never(_mapping(entries.get("workflow"))):
        return Jobs((), readable)
    for name, value in entries.items():
        if name in GITLAB_WORDS or name.startswith(".") or not isinstance(value, dict):
            continue
        job, whole = _extended(entries, value, 0)
        readable = readable and whole
        if not _gitlab_never(job):
            stage = _word(job.get("stage")) or "test"
            jobs.append(Job(name, stage, _gitlab_may_fail(job), _gitlab_conditional(job)))
    return Jobs(tuple(jobs), readable)


def _gitlab_entries(files: Files, path: str, depth: int) -> tuple[dict[str, object], bool]:
    """The entries of a file over those it includes."""
    value = files.value(path)
    if not isinstance(value, dict) or depth > MAX_DEPTH:
        return {}, False
    entries: dict[str, object] = {}
    readable = True
    included = value.get("include", [])
    for part in included if isinstance(included, list) else [included]:
        local = _local_include(part)
        inner, whole = _gitlab_entries(files, local, depth + 1) if local else ({}, False)
        entries |= inner
        readable = readable and whole
    return entries | value, readable


def _local_include(part: object) -> str:
    """The path of a file of the same repository; empty where the include leads elsewhere, or to many."""
    if isinstance(part, dict):
        part = part.get("local", "") if not part.keys() - {"local"} else ""
    return part.lstrip("/") if isinstance(part, str) and "://" not in part and "*" not in part else ""


def _extended(entries: Mapping[str, object], job: Mapping[str, object], depth: int) -> tuple[dict[str, object], bool]:
    """A job with what it extends below it, and whether all of that was there."""
    bases = job.get("extends", [])
    merged: dict[str, object] = {}
    whole = depth <= MAX_DEPTH
    for name in (bases if isinstance(bases, list) else [bases]) if whole else []:
        base = entries.get(name) if isinstance(name, str) else None
        if not isinstance(base, dict):
            whole = False
            continue
        inner, inner_whole = _extended(entries, base, depth + 1)
        merged |= inner
        whole = whole and inner_whole
    return {**merged, **job}, whole


def _gitlab_may_fail(job: Mapping[str, object]) -> bool:
    """`allow_failure`, which a manual job has unless it says otherwise; rules may allow it too."""
    if "allow_failure" in job:
        return _may_fail(job["allow_failure"])
    rules = job.get("rules", [])
    lenient = (
        any(_may_fail(_mapping(rule).get("allow_failure")) for rule in rules) if isinstance(rules, list) else False
    )
    return lenient or job.get("when") == "manual"


def _gitlab_never(job: Mapping[str, object]) -> bool:
    """`when: never`, or rules of which none that can be reached lets the job run: the first that fits decides."""
    rules = job.get("rules")
    if not isinstance(rules, list) or not rules:
        return job.get("when") == "never"
    for rule in rules:
        if not isinstance(rule, dict) or rule.get("when", job.get("when")) != "never":
            return False
        if not rule.keys() & set(CONDITIONS):
            return True
    return True  # where no rule fits, the job is left out


def _gitlab_conditional(job: Mapping[str, object]) -> bool:
    rules = job.get("rules", [])
    asked = any(_mapping(rule).keys() & set(CONDITIONS) for rule in rules) if isinstance(rules, list) else True
    return asked or "only" in job or "except" in job


# --- values --------------------------------------------------------------------------------------------------------


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _word(value: object) -> str:
    return value if isinstance(value, str) else ""


def _may_fail(value: object) -> bool:
    """Whatever is not plainly false may be true: an expression, a list of exit codes."""
    return value not in (None, False, "false", "no", "off")
