"""GitLab CI: the jobs of a file with what it includes, extends and refers to, and for which changes its rules let them run.

Tried on kubernetes-sigs/kubespray and git/git. Includes of the same repository are read, those of another project where
tieout.yml links it; templates, components and addresses on the web are not.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tieout.history.pipelines.files import Files
from tieout.history.pipelines.jobs import (
    EACH,
    MAX_DEPTH,
    MAX_JOBS,
    SOME,
    Jobs,
    Run,
    both,
    job_of,
    listed,
    mapping,
    may_fail,
    word,
)
from tieout.model.history import Job

WORDS = frozenset(
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
CONDITIONS = ("if", "changes", "exists")  # of a rule
UNDER_RULES = " under rules"  # a mark on jobs from a file that is included for some changes; no key of GitLab
_BESIDE = {
    "schedule": "on a schedule",
    "schedules": "on a schedule",
    "web": "by hand",
    "tags": "on a tag",
    "api": "from outside",
    "trigger": "from outside",
    "triggers": "from outside",
    "pipeline": "from another pipeline",
    "pipelines": "from another pipeline",
    "external": "from outside",
    "chat": "by hand",
}
_SOURCE = re.compile(r"\$CI_PIPELINE_SOURCE\s*==\s*[\"']([a-z_]+)[\"']")
_EACH = re.compile(
    r"\$CI_PIPELINE_SOURCE\s*==\s*[\"'](merge_request_event|push)[\"']|\$CI_MERGE_REQUEST_I?ID|\$CI_COMMIT_BRANCH"
    r"|\$CI_COMMIT_BRANCH\s*==\s*\$CI_DEFAULT_BRANCH"
)
_BRANCH = re.compile(r"\$CI_COMMIT_(?:BRANCH|REF_NAME)\s*==\s*[\"']([^\"'\s]+)[\"']")


@dataclass(slots=True)
class Whole:
    """The entries of a file with all it includes, and what of them could not be seen."""

    branch: str
    entries: dict[str, object] = field(default_factory=dict)
    why: dict[str, None] = field(default_factory=dict)
    extended: dict[str, Mapping[str, object] | None] = field(default_factory=dict)  # None: being worked out

    def lacks(self, why: str) -> None:
        self.why.setdefault(why)


def read(files: Files, path: str) -> Jobs:
    """Jobs of a GitLab file, those of the child pipelines it starts among them."""
    return _read(files, (path,), 0)


def _read(files: Files, paths: tuple[str, ...], depth: int) -> Jobs:
    whole = Whole(files.line.history.branch)
    for path in paths:
        whole.entries = merge(whole.entries, _entries(files, path, whole, 0))
    wide = _run(whole, mapping(whole.entries.get("workflow")), whole.branch)
    jobs: list[Job] = []
    for name, value in whole.entries.items():
        if name in WORDS or name.startswith(".") or not isinstance(value, dict):
            continue
        if len(jobs) > MAX_JOBS:
            whole.lacks(f"there are more than {MAX_JOBS} jobs")
            break
        jobs += _job(files, whole, (name, _extended(whole, name)), wide, depth)
    return Jobs(tuple(jobs), tuple(whole.why))


def _job(
    files: Files, whole: Whole, named: tuple[str, Mapping[str, object]], wide: Run | None, depth: int
) -> list[Job]:
    name, job = named
    own = _run(whole, job, whole.branch)
    if wide is None or own is None:
        return []
    run = both(wide, both(own, SOME if UNDER_RULES in job else EACH))
    if "$[[" in name:
        whole.lacks(f"the job {name} is named by an input")
    stage = word(_dereferenced(whole, job.get("stage"))) or "test"
    made = job_of(name, stage, _may_fail(whole, job), run)
    return [made, *_children(files, whole, made, job, depth)] if "trigger" in job else [made]


def _children(files: Files, whole: Whole, made: Job, job: Mapping[str, object], depth: int) -> list[Job]:
    """The jobs of a child pipeline; they may fail unless the job waits for them."""
    started = mapping(job.get("trigger"))
    paths = tuple(_local(part) for part in listed(started.get("include")))
    if not paths or not all(paths) or any("*" in path for path in paths) or depth >= MAX_DEPTH:
        whole.lacks(f"{made.name} starts a pipeline that is not seen here")
        return []
    inner = _read(files, paths, depth + 1)
    for why in inner.why:
        whole.lacks(why)
    waits = started.get("strategy") in ("depend", "mirror")
    return [
        replace(
            each,
            name=f"{made.name} / {each.name}",
            may_fail=each.may_fail or made.may_fail or not waits,
            conditional=each.conditional or made.conditional,
            beside=made.beside or each.beside,
        )
        for each in inner.jobs
    ]


# --- includes ------------------------------------------------------------------------------------------------------


def _entries(files: Files, path: str, whole: Whole, depth: int) -> dict[str, object]:
    """The entries of a file over those it includes, in the order in which they are included."""
    value = files.value(path)
    if not isinstance(value, dict) or depth > MAX_DEPTH:
        whole.lacks(f"{path} is not there, cannot be read or includes itself")
        return {}
    entries: dict[str, object] = {}
    for part in listed(value.get("include")):
        found = _included(files, part, whole, depth)
        rules = mapping(part).get("rules")
        if rules and entries.keys() & found.keys() - WORDS:
            whole.lacks(f"an include of {path} changes other jobs under rules")
        marked = {name: {**each, UNDER_RULES: True} if isinstance(each, dict) else each for name, each in found.items()}
        entries = merge(entries, marked if rules else found)
    return merge(entries, value)


def _included(files: Files, part: object, whole: Whole, depth: int) -> dict[str, object]:
    """The entries of one include; none, and the reason noted, where it leads to what is not seen."""
    told = mapping(part)
    if "project" in told:
        name, ref = word(told.get("project")), word(told.get("ref"))
        there = files.elsewhere(name, "" if ref == "HEAD" else ref) if name else "it names no project"
        paths = [word(path).lstrip("/") for path in listed(told.get("file"))]
        if isinstance(there, str) or not all(paths) or any("$" in path for path in paths):
            why = there if isinstance(there, str) else "its files are named by a variable"
            whole.lacks(f"it includes a file of {name or 'another project'}, and {why}")
            return {}
        return _all(there, paths, whole, depth)
    local = _local(part)
    if not local:
        kind = next((f"{key} {word(told[key])}" for key in ("template", "component", "remote") if key in told), "")
        whole.lacks(f"it includes the {kind}"[:120] if kind else "it includes what is not a file of the repository")
        return {}
    if "*" not in local:
        return _all(files, [local], whole, depth)
    if files.commit not in files.line.position:
        whole.lacks(f"it includes {local} of a commit beside the branch")
        return {}
    found = [path for path in files.listed(f"/{local}") if path.endswith((".yml", ".yaml"))]
    if not found:
        whole.lacks(f"it includes {local}, and no such file is there")
    return _all(files, found, whole, depth)


def _all(files: Files, paths: list[str], whole: Whole, depth: int) -> dict[str, object]:
    entries: dict[str, object] = {}
    for path in paths:
        entries = merge(entries, _entries(files, path, whole, depth + 1))
    return entries


def _local(part: object) -> str:
    """The path, or the pattern, of files of the same repository; empty where the include leads elsewhere."""
    if isinstance(part, dict):
        part = part.get("local", "") if not part.keys() - {"local", "rules", "inputs"} else ""
    return part.lstrip("/") if isinstance(part, str) and "://" not in part and "$" not in part else ""


def merge(below: Mapping[str, object], above: Mapping[str, object], depth: int = 0) -> dict[str, object]:
    """Two mappings as one, mappings in them joined too; of anything else what stands above counts."""
    found = dict(below)
    for name, value in above.items():
        known = found.get(name)
        deeper = isinstance(known, dict) and isinstance(value, dict) and depth < MAX_DEPTH
        found[name] = merge(mapping(known), mapping(value), depth + 1) if deeper else value
    return found


# --- extends and !reference ----------------------------------------------------------------------------------------


def _extended(whole: Whole, name: str, depth: int = 0) -> Mapping[str, object]:
    """A job with what it extends below it; what is missing of that is noted."""
    if name in whole.extended:
        known = whole.extended[name]
        if known is None:
            whole.lacks(f"{name} extends itself")
        return known or {}
    job = mapping(whole.entries.get(name))
    whole.extended[name] = None
    merged: dict[str, object] = {}
    for base in listed(job.get("extends")):
        if not isinstance(base, str) or not isinstance(whole.entries.get(base), dict) or depth > MAX_DEPTH:
            whole.lacks(f"{name} extends {base if isinstance(base, str) else 'something'}, which is not there")
        else:
            merged = merge(merged, _extended(whole, base, depth + 1))
    whole.extended[name] = merge(merged, job)
    return whole.extended[name] or {}


def _dereferenced(whole: Whole, value: object, depth: int = 0) -> object:
    """A value, with `!reference [job, key]` followed. Its tag is gone, and a list of words stands nowhere else here."""
    if not isinstance(value, list) or len(value) < 2 or not all(isinstance(part, str) for part in value):
        return value
    found: object = _extended(whole, value[0]) if isinstance(whole.entries.get(value[0]), dict) else None
    for part in value[1:]:
        found = mapping(found).get(part)
    if found is None or depth > MAX_DEPTH:
        whole.lacks(f"!reference [{', '.join(value)}] leads nowhere"[:120])
        return None
    return _dereferenced(whole, found, depth + 1)


def _rules(whole: Whole, job: Mapping[str, object], depth: int = 0, value: object = None) -> list[Mapping[str, object]]:
    rules = _dereferenced(whole, job.get("rules") if depth == 0 else value)
    found: list[Mapping[str, object]] = []
    for rule in listed(rules)[:MAX_JOBS]:
        if isinstance(rule, list) and depth < MAX_DEPTH:
            found += _rules(whole, job, depth + 1, rule)
        elif isinstance(rule, dict):
            found.append(rule)
        elif rule is not None:
            whole.lacks("a rule cannot be read")
    return found


# --- for which changes ---------------------------------------------------------------------------------------------


def _run(whole: Whole, job: Mapping[str, object], branch: str) -> Run | None:
    """For which changes the rules, or `only` and `except`, let a job run; None for none at all."""
    if job.get("when") == "never":
        return None if "rules" not in job else _ruled(_rules(whole, job), job, branch)
    if "rules" in job:
        return _ruled(_rules(whole, job), job, branch)
    run = _only(job.get("only"), branch) if "only" in job else EACH
    return both(run, _except(job["except"])) if "except" in job else run


def _ruled(rules: list[Mapping[str, object]], job: Mapping[str, object], branch: str) -> Run | None:
    """The first rule that fits decides. One that may fit leaves the others open."""
    if not rules:
        return EACH if job.get("when") != "never" else None
    some = lost = False
    beside: dict[str, None] = {}
    for rule in rules:
        met = _rule(rule, branch)
        never = rule.get("when", job.get("when")) == "never"
        if met.reach == "beside":
            beside |= {} if never else {met.how: None}
        elif never and not rule.keys() & set(CONDITIONS):
            break
        elif never:
            lost = True
        elif met.reach == "each":
            by_hand = rule.get("when", job.get("when")) == "manual"
            return SOME if lost or by_hand else EACH
        else:
            some = True
    if some:
        return SOME
    return Run("beside", " or ".join(beside)) if beside else None


def _rule(rule: Mapping[str, object], branch: str) -> Run:
    """For which changes one rule is met, as far as it says so on its face."""
    run = SOME if rule.keys() & {"changes", "exists"} else EACH
    if "if" not in rule:
        return run
    text = word(rule["if"]).strip()
    if _EACH.fullmatch(text) or ((own := _BRANCH.fullmatch(text)) and own[1] == branch):
        return run
    if (source := _SOURCE.fullmatch(text)) and source[1] in _BESIDE:
        return Run("beside", _BESIDE[source[1]])
    return Run("beside", "on a tag") if text == "$CI_COMMIT_TAG" else SOME


def _only(value: object, branch: str) -> Run:
    told = mapping(value)
    refs = [word(ref) for ref in listed(told.get("refs") if told else value)]
    run = SOME if told.keys() - {"refs"} else EACH
    if not refs or {"branches", "merge_requests", "pushes", branch} & set(refs):
        return run
    if all(ref in _BESIDE for ref in refs):
        return Run("beside", " or ".join(dict.fromkeys(_BESIDE[ref] for ref in refs)))
    return SOME


def _except(value: object) -> Run:
    """What is left out says nothing of changes where it is only tags, schedules and their like."""
    refs = [] if isinstance(value, dict) else [word(ref) for ref in listed(value)]
    return EACH if refs and all(ref in _BESIDE for ref in refs) else SOME


def _may_fail(whole: Whole, job: Mapping[str, object]) -> bool:
    """`allow_failure`, which a manual job has unless it says otherwise; rules may allow it too."""
    lenient = any(may_fail(rule.get("allow_failure")) for rule in _rules(whole, job)) if "rules" in job else False
    if "allow_failure" in job:
        return lenient or may_fail(_dereferenced(whole, job["allow_failure"]))
    return lenient or (job.get("when") == "manual" and "rules" not in job)
