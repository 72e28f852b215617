"""Required steps and the jobs and results that have them: how a step stands in a configuration, and since when.

Configured is never ran: nothing here looks at results.
"""

from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Final, NamedTuple

from tieout.model.history import Job, PipelineVersion, StepState
from tieout.model.records import Pipeline
from tieout.text.globs import matches

THERE: Final[tuple[StepState, ...]] = ("present", "conditional")
# Formats in which no other file takes a job away again, so that what is seen stands although not all is.
_STANDING = frozenset({"github-actions", "jenkins", "azure-pipelines"})


class Finding(NamedTuple):
    """How a step stands in one version."""

    state: StepState
    why: str = ""  # of beside: what starts it; of unknown: why it cannot be told


@lru_cache(maxsize=65536)
def is_meant(pattern: str, name: str, title: str = "") -> bool:
    """Whether a step's pattern means a job or a result, by its name, by what it is shown as, or by a part of a matrix."""
    names = [name, *([title] if title else [])]
    names += [whole for each in names if (whole := _without_part(each)) != each]
    return any(fnmatchcase(each, pattern) for each in names)


def _without_part(name: str) -> str:
    """`unit (3.11, linux)` of GitHub, `unit: [3.11]` and `unit 1/3` of GitLab, as the job is written."""
    if name.endswith(")") and " (" in name:
        return name.partition(" (")[0]
    if name.endswith("]") and ": [" in name:
        return name.partition(": [")[0]
    head, _, tail = name.rpartition(" ")
    part, slash, of = tail.partition("/")
    return head if head and slash and part.isdigit() and of.isdigit() else name


def jobs_of(pattern: str, version: PipelineVersion) -> tuple[Job, ...]:
    return tuple(job for job in version.jobs if is_meant(pattern, job.name, job.title))


def finding(pattern: str, version: PipelineVersion) -> Finding:
    """How a step stands in one version, by the best of its jobs."""
    jobs = jobs_of(pattern, version)
    started = [job for job in jobs if not job.beside]
    binding = [job for job in started if not job.may_fail]
    if not version.readable and not (binding and version.format in _STANDING):
        return Finding("unknown", version.why)
    if binding:
        return Finding("conditional" if all(job.conditional for job in binding) else "present")
    if started:
        return Finding("may fail")
    return Finding("beside", jobs[0].beside) if jobs else Finding("missing")


def versions_of(versions: Iterable[PipelineVersion], pipeline: Pipeline | None) -> tuple[PipelineVersion, ...]:
    """Those of the CI files that a pipeline declares, in their order."""
    return tuple(
        version
        for version in versions
        if pipeline and (version.path == pipeline.ci.path or matches(pipeline.ci.path, version.path))
    )
