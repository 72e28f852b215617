"""Violations in the CI configuration: a required step is taken away, or may fail."""

import re
from typing import NamedTuple

from tieout.build.challenge.plan import CannotBePlantedError, Made, Plant, Violation
from tieout.build.challenge.plants.casting import block_end, one_person, repository, title, who
from tieout.build.challenge.scene import Scene
from tieout.checks.case import required_jobs
from tieout.history.pipelines import is_ci_file
from tieout.model.history import Job, PipelineVersion
from tieout.model.records import Pipeline, Service
from tieout.model.steps import THERE, finding, jobs_of, versions_of

MAY_FAIL = {
    "generic": "allow_failure: true",
    "gitlab-ci": "allow_failure: true",
    "github-actions": "continue-on-error: true",
    "azure-pipelines": "continueOnError: true",
}


class Block(NamedTuple):
    """The lines of one job in a CI file, from its name on."""

    path: str
    lines: tuple[str, ...]
    begin: int
    end: int
    step: str  # id of the required step
    alone: bool  # no other job stands in the file


def removed(scene: Scene, service: Service) -> Plant:
    repo, block = _job(scene, service)
    return _changed(scene, repo, f"step-removed-{service.id}", block, None if block.alone else [])


def may_fail(scene: Scene, service: Service) -> Plant:
    repo, block = _job(scene, service)
    pipeline = scene.pipeline(service)
    word = MAY_FAIL.get(pipeline.ci.format, "") if pipeline else ""
    first, *rest = block.lines[block.begin : block.end]
    if word and first.rstrip().endswith("}"):
        return _changed(scene, repo, f"step-may-fail-{service.id}", block, [first.replace("{", f"{{{word}, ", 1)])
    if not word or not any(line.strip() for line in rest):
        raise CannotBePlantedError(f"how a job of {block.path} may fail is not written here")
    inner = min(len(line) - len(line.lstrip()) for line in rest if line.strip())
    rest = [line for line in rest if not line.strip().startswith(word.split(":")[0])]
    return _changed(scene, repo, f"step-may-fail-{service.id}", block, [first, f"{' ' * inner}{word}", *rest])


def _changed(scene: Scene, repo: str, name: str, block: Block, instead: list[str] | None) -> Plant:
    """The file with something else in the place of the job; None takes the whole file away."""
    lines = [*block.lines[: block.begin], *(instead or ()), *block.lines[block.end :]]
    content = None if instead is None else "\n".join(lines).encode("utf-8", "surrogateescape")
    whole = "\n".join(block.lines).encode("utf-8", "surrogateescape")
    author = who(one_person(scene, repo))
    subject = title(scene, "Make the pipeline quicker")
    made = Made(name, repo, f"{subject}\n", author, {block.path: content})
    # what comes after stands on the pipeline as it was
    mended = Made(f"{name}-mended", repo, title(scene, "Put the step back") + "\n", author, {block.path: whole})
    return Plant((made, mended), subjects=(name,), says=(block.step,))


def _job(scene: Scene, service: Service) -> tuple[str, Block]:
    """The job of a required step that stands there alone, and that no other one waits for where there is a choice."""
    repo, pipeline = repository(scene, service), scene.pipeline(service)
    if pipeline is None:
        raise CannotBePlantedError(f"{service.id} names no pipeline record")
    jobs = _required_jobs(scene, service, pipeline, repo)
    if not jobs:
        why = f"no required step of {service.id} stands in its configuration as it is now, or none is required"
        raise CannotBePlantedError(why)
    paths = sorted(path for path in scene.trees[repo] if is_ci_file(pipeline.ci, path))
    every = [job.name for version in _newest(scene, pipeline, repo) for job in version.jobs]
    found = [_find(scene, repo, path, step, job, every) for step, job in jobs for path in paths]
    blocks = [block for block in found if block]
    if not blocks:
        raise CannotBePlantedError(f"the jobs of {pipeline.ci.path} are not written where they can be taken out here")
    return repo, min(blocks, key=_mentions)


def _newest(scene: Scene, pipeline: Pipeline, repo: str) -> tuple[PipelineVersion, ...]:
    return versions_of(scene.facts.pipelines.get(repo, ()), pipeline)[-1:]


def _required_jobs(scene: Scene, service: Service, pipeline: Pipeline, repo: str) -> list[tuple[str, Job]]:
    """Required steps that stand as they should, each with the only job that has it."""
    found: list[tuple[str, Job]] = []
    for version in _newest(scene, pipeline, repo):
        for step in required_jobs(scene.isms, [service.id], scene.today):
            jobs = [job for job in jobs_of(step.match, version) if not job.beside]
            if finding(step.match, version).state in THERE and len({job.name for job in jobs}) == 1:
                found.append((step.id, jobs[0]))
    return found


def _find(scene: Scene, repo: str, path: str, step: str, job: Job, every: list[str]) -> Block | None:  # noqa: PLR0917
    lines = (scene.content(repo, path) or b"").decode("utf-8", "surrogateescape").split("\n")
    number = _line_of(lines, job.name)
    if number < 0:
        return None
    alone = not any(_line_of(lines, name) >= 0 for name in every if name != job.name)
    indent = len(lines[number]) - len(lines[number].lstrip())
    return Block(path, tuple(lines), number, block_end(lines, number, indent), step, alone)


def _line_of(lines: list[str], name: str) -> int:
    """The line on which a job of that name begins; -1 where none does."""
    named = re.compile(rf"\s*(-\s+(?:job|name):\s*)?(['\"]?){re.escape(name)}\2\s*(:?)\s*(#.*|\{{.*\}})?")
    found = ((number, named.fullmatch(line)) for number, line in enumerate(lines))
    return next((number for number, match in found if match and bool(match[1]) != bool(match[3])), -1)


def _mentions(block: Block) -> int:
    """How often the job is named in its file."""
    name = block.lines[block.begin].strip().strip(":'\"")
    return "\n".join(block.lines).count(name)


PLANTED = (
    Violation(
        "step-removed", "A required step is taken out of the pipeline", "changes",
        removed, expects=("required-steps-configured",),
    ),
    Violation(
        "step-may-fail", "A required step of the pipeline may fail from now on", "changes",
        may_fail, expects=("required-steps-configured",),
    ),
)  # fmt: skip
