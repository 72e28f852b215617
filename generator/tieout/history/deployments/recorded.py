"""From deployment records (D1) to the deployments of one service: whose, of what, and how well it is known.

A record counts as recorded only where declared robots alone committed its line; what a person typed is a statement.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256

from tieout.history.deployments.lines import Record, join_records
from tieout.history.deployments.maker import Told, make_deployment
from tieout.history.deployments.sources import Declared, Deployer, made, resolve
from tieout.history.registers import Registers
from tieout.model.grades import Grade
from tieout.model.history import Deployment, Identity
from tieout.problems import Problem, Source, warning
from tieout.text.words import digits, visible


def from_records(declared: Declared, records: Iterable[Record]) -> tuple[list[Deployment], list[Problem]]:
    """The service's production deployments, oldest first; those to other environments tell where a version was before."""
    cutoff = declared.source.cutoff
    seen = (record for record in records if not cutoff or record.at <= cutoff)
    own, problems = join_records(record for record in seen if is_of(declared, record))
    known = [record for record in own if record.environment in declared.registers.isms.environments]
    resolved = [(record, *resolve(declared, record.version, record.commit)) for record in known]
    before: dict[str, list[Record]] = {}
    for record, _, commit in resolved:
        if commit and record.result in {"succeeded", "rolled-back"}:
            before.setdefault(commit, []).append(record)
    found = [
        _deploy(declared, record, (repo, commit), before.get(commit, ()))
        for record, repo, commit in resolved
        if declared.is_production(record.environment)
    ]
    problems += _of_absent_commits(found, {_id_of(declared, record): record for record in known})
    return sorted(found, key=lambda each: (each.at, each.id, each.record)), problems


def is_of(declared: Declared, record: Record) -> bool:
    """Of the service by name; where only a repository is named, of every service in it."""
    return record.service == declared.service.id if record.service else record.repo in declared.repos


def _id_of(declared: Declared, record: Record) -> str:
    named = f"{declared.source.history.repo}\0{declared.service.id}\0{record.environment}\0{record.deployment}"
    return sha256(named.encode("utf-8", "replace")).hexdigest()


def _deploy(declared: Declared, record: Record, deployed: tuple[str, str], same_commit: Sequence[Record]) -> Deployment:
    registers, (repo, commit) = declared.registers, deployed
    at = max(record.at, made(declared.pinned.get(repo), commit))
    by = _who(record, at, registers)
    grade = Grade.RECORDED if record.origin.exported else Grade.STATED
    told = Told(
        basis="deployment record",
        environment=record.environment,
        at=at,
        claimed=record.claimed or record.at,
        version=record.version or commit[:8],
        repo=repo,
        commit=commit,
        where=str(record.source),
        record=_id_of(declared, record),
        deployer=Deployer(by, grade, record.origin.typist),
    )
    found = make_deployment(declared, told)
    return replace(
        found,
        by_pipeline=found.by_pipeline or _is_run(declared, record, by),
        earlier=_earlier(record, same_commit),
        result=record.result,
        id=record.deployment,
        rollback_of=record.rollback_of,
        ended=record.ended,
        artefact=record.digest,
        run=record.run,
        strategy=record.strategy,
    )


def _who(record: Record, at: int, registers: Registers) -> Identity:
    return registers.people.owner(record.by, at) if record.by else Identity("", "", "")


def _is_run(declared: Declared, record: Record, by: Identity) -> bool:
    """Whether robots recorded a run of the service's own pipeline, which then names who triggered it."""
    names = {declared.pipeline.id.casefold(), declared.pipeline.title.casefold()}
    named = record.pipeline.casefold() in names and bool(record.run)
    return record.origin.exported and named and bool(by.key) and not by.robot


def _earlier(record: Record, same_commit: Sequence[Record]) -> tuple[tuple[str, int], ...]:
    """When the same commit first ran in each other environment; not where its artefact was another."""
    found: dict[str, int] = {}
    for other in same_commit:
        same = not (record.digest and other.digest) or record.digest == other.digest
        if same and other.environment != record.environment and other.at < record.at:
            found[other.environment] = min(other.at, found.get(other.environment, other.at))
    return tuple(sorted(found.items(), key=lambda pair: (pair[1], pair[0])))


def list_told(declared: Declared, records: Iterable[Record]) -> tuple[str, ...]:
    """The environments before production that the service's records tell of."""
    environments = declared.registers.isms.environments
    own = {record.environment for record in records if is_of(declared, record)}
    return tuple(sorted(id_ for id_ in own if id_ in environments and not declared.is_production(id_)))


# --- what nobody knows ---------------------------------------------------------------------------------------------


def of_unknown(records: Iterable[Record], registers: Registers) -> list[Problem]:
    """Services, repositories and environments that no register has: one problem a file and name, not one a line."""
    isms, config = registers.isms, registers.config
    known: Mapping[str, Iterable[str]] = {
        "service": isms.services,
        "repo": config.repositories,
        "environment": isms.environments,
    }
    first: dict[tuple[str, str, str, str], Record] = {}
    for record in records:
        for field, ids in known.items():
            name = getattr(record, field)
            if name and name not in ids:
                first.setdefault((record.source.repo, record.source.path, field, name), record)
    words = {
        "service": "the service '{}', which no register has",
        "repo": "the repository '{}', which tieout.yml does not link",
        "environment": "the environment '{}', which no register has",
    }
    return [
        warning(
            "deployment-of-unknown",
            f"the deployment record names {words[field].format(visible(name))}, so it is not counted; "
            f"register it, or correct the record",
            record.source,
        )
        for (_, _, field, name), record in first.items()
    ]


def _of_absent_commits(found: Iterable[Deployment], records: Mapping[str, Record]) -> list[Problem]:
    """One problem a file: the deployments still count, and nothing says what was deployed."""
    absent: dict[Source, list[Deployment]] = {}
    for each in found:
        if each.absent:
            place = records[each.record].source
            absent.setdefault(Source(place.repo, place.path), []).append(each)
    problems = []
    for listed in absent.values():
        first = listed[0]
        more = f" (and so are those of {digits(len(listed) - 1)} more of this file)" if len(listed) > 1 else ""
        message = (
            f"commit {visible(first.commit[:12])} of deployment '{visible(first.id)}' is in no history of "
            f"{first.service} that was read{more}; find out where it came from, or correct the record"
        )
        problems.append(warning("deployment-of-unknown", message, records[first.record].source))
    return problems
