"""From when until when each required step stood in a service's pipeline, and which change brought, took or moved it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from tieout.model.history import Change, PipelineVersion, StepSpan
from tieout.model.registers import Isms
from tieout.model.steps import Finding, finding, versions_of


class _Turn(NamedTuple):
    """The moment at which a step came to stand in another way."""

    at: int
    found: Finding
    order: int  # position of the change
    key: str


def derive_spans(
    pipelines: Mapping[str, tuple[PipelineVersion, ...]],
    changes: Iterable[Change],
    isms: Isms,
    incomplete: Sequence[str],
) -> tuple[StepSpan, ...]:
    """The stretches of each required step of type job, by service, repository and step in their order, oldest first.

    Before any CI file a step is missing; where the history does not begin at its beginning, that is unknown.
    """
    by_repo: dict[str, list[Change]] = {}
    for change in changes:
        by_repo.setdefault(change.repo, []).append(change)
    found: list[StepSpan] = []
    for service in isms.services.values():
        pipeline = isms.pipelines.get(service.pipeline)
        for repo in sorted({linked.repo for linked in service.repos} & by_repo.keys() if pipeline else ()):
            own = sorted(by_repo[repo], key=lambda change: change.order)
            versions = versions_of(pipelines.get(repo, ()), pipeline)
            for step in pipeline.steps if pipeline else ():
                if step.type == "job" and service.id in isms.applying(step.required):
                    turns = tuple(_turns(own, versions, step.match, repo in incomplete))
                    found += _spans((service.id, repo, step.id), turns, own[-1].order + 1)
    return tuple(found)


def _turns(
    own: Sequence[Change], versions: Iterable[PipelineVersion], pattern: str, incomplete: bool
) -> Iterator[_Turn]:
    by_commit = {commit: change for change in own for commit in (*change.commits, change.id)}
    last = Finding("unknown", "its history was not read whole") if incomplete else Finding("missing")
    yield _Turn(own[0].time, last, own[0].order, "")
    for version in versions:
        found = finding(pattern, version)
        if found != last:
            by = by_commit.get(version.since)
            order = by.order if by else next((each.order for each in own if each.time >= version.time), own[-1].order)
            yield _Turn(version.time, found, order, by.key if by else "")
        last = found


def _spans(named: tuple[str, str, str], turns: Sequence[_Turn], end: int) -> Iterator[StepSpan]:
    for number, turn in enumerate(turns):
        later = turns[number + 1] if number + 1 < len(turns) else None
        count = (later.order if later else end) - turn.order
        if count or not later:  # where the very first change brings the file, nothing was before it
            until, left = (later.at, later.key) if later else (0, "")
            yield StepSpan(*named, turn.found.state, turn.at, until, count, turn.key, left, turn.found.why)
