"""All production deployments of all services, each read from what its pipeline declares; and what the sources cannot tell."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from tieout.history.deployments.branches import read_branches, why_nothing
from tieout.history.deployments.compared import list_unmatched
from tieout.history.deployments.contained import with_changes
from tieout.history.deployments.gitops import read_environments
from tieout.history.deployments.lines import Record, read_lines
from tieout.history.deployments.moved import tell_moved, with_tags
from tieout.history.deployments.recorded import from_records, list_told, of_unknown
from tieout.history.deployments.sources import Declared, Pinned, repos_of
from tieout.history.deployments.tags import read_tags
from tieout.history.registers import Registers
from tieout.model.history import Deployment, Unmatched
from tieout.model.records import DeploymentSource, Pipeline, SecondSource, Service
from tieout.problems import Problem

Reader = Callable[[Declared], tuple[list[Deployment], list[Problem]]]
# Integrations are no deployments, so nothing reads them here; records are read for all services at once.
READERS: Mapping[str, Reader] = {"gitops": read_environments, "tags": read_tags, "branch": read_branches}
BASIS = {"records": "deployment records", "gitops": "environments repository", "tags": "release tags"}


@dataclass(slots=True)
class Deployed:
    """What all the sources tell together. The mappings are by service."""

    deployments: list[Deployment] = field(default_factory=list)
    told_environments: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unmatched: dict[str, tuple[Unmatched, ...]] = field(default_factory=dict)
    unreleased: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Known:
    """What the deployments of every service are read from."""

    sources: Mapping[str, Pinned]
    records: Mapping[str, list[Record]]  # lines, by repository of records
    registers: Registers


def derive_deployments(pinned: Mapping[str, Pinned], exports: Mapping[str, Pinned], registers: Registers) -> Deployed:
    """All production deployments, oldest first. `exports` are the repositories that hold deployment records."""
    found = Deployed()
    known = _Known({**exports, **pinned}, _read_records(exports, registers, found), registers)
    for service in registers.isms.services.values():
        pipeline = registers.isms.pipelines.get(service.pipeline)
        if pipeline is None:
            continue
        told: list[Deployment] = []
        for declared in _declared(service, pipeline, pipeline.deployments, known):
            told += _read(declared, known, found)
        found.deployments += with_tags(with_changes(told, service, pinned), pinned, registers)
        _compare(service, pipeline, told, known, found)
    found.deployments.sort(key=lambda each: (each.at, each.service, each.record, each.environment))
    found.problems += tell_moved(found.deployments)
    return found


def _read_records(exports: Mapping[str, Pinned], registers: Registers, found: Deployed) -> dict[str, list[Record]]:
    """The lines of each repository of records."""
    records: dict[str, list[Record]] = {}
    for repo, each in sorted(exports.items()):
        patterns = registers.config.repositories[repo].deployments
        records[repo], wrong = read_lines(each.line, each.last, patterns, registers.writers)
        found.problems += (*wrong, *of_unknown(records[repo], registers))
    return records


def _declared(
    service: Service, pipeline: Pipeline, told_by: DeploymentSource | SecondSource, known: _Known
) -> Iterator[Declared]:
    """The service with each repository that the source is in, as far as these were read."""
    for repo in (told_by.repo,) if told_by.kind in {"records", "gitops"} else repos_of(service):
        if repo in known.sources:
            yield Declared(service, pipeline, told_by, known.sources[repo], known.sources, known.registers)


def _read(declared: Declared, known: _Known, found: Deployed) -> list[Deployment]:
    kind, id_ = declared.told_by.kind, declared.service.id
    if kind == "records":
        own = known.records.get(declared.source.history.repo, [])
        deployments, problems = from_records(declared, own)
        found.told_environments[id_] = list_told(declared, own)
    elif kind in READERS:
        deployments, problems = READERS[kind](declared)
    else:
        return []
    if kind == "branch" and not deployments:
        found.unreleased[id_] = why_nothing(declared)
    found.problems += problems
    return deployments


def _compare(service: Service, pipeline: Pipeline, told: list[Deployment], known: _Known, found: Deployed) -> None:
    """Hold the records against the second source, where one is declared and was read."""
    first, second = pipeline.deployments, pipeline.deployments.cross_check
    if first.kind != "records" or second is None:
        return
    declared = list(_declared(service, pipeline, second, known))
    others: list[Deployment] = []
    for each in declared:
        deployments, problems = READERS[second.kind](each)
        others += deployments
        found.problems += problems
    if declared and first.repo in known.sources:
        found.unmatched[service.id] = list_unmatched(told, others, (BASIS[first.kind], BASIS[second.kind]))
