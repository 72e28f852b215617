"""Deployments from an environments repository (D2): a commit that changes the version of a service in a file.

It proves when the wish to run a version changed, and who made the wish; not that it ran.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from tieout.history.deployments.maker import Told, make_deployment
from tieout.history.deployments.sources import Declared, Pinned, find_deployer, resolve
from tieout.history.line import Line
from tieout.model.history import Deployment
from tieout.problems import Problem, Source, warning
from tieout.text.globs import matches
from tieout.text.yaml import parse


@dataclass(frozen=True, slots=True)
class Release:
    """A version that a record puts into one environment."""

    environment: str
    at: int
    position: int
    version: str
    commit: str
    host: str = ""


def path_pattern(pattern: str, environment: str, service: str) -> str:
    """The declared path of one service in one environment, as a pattern that stands at the root."""
    return "/" + pattern.replace("{environment}", environment).replace("{service}", service).lstrip("/")


def read_environments(declared: Declared) -> tuple[list[Deployment], list[Problem]]:
    releases, problems = _read_releases(declared)
    by_version: dict[str, list[Release]] = {}
    for release in releases:
        by_version.setdefault(release.version, []).append(release)
    production = [release for release in releases if declared.is_production(release.environment)]
    return [_deploy(declared, release, by_version[release.version]) for release in production], problems


def _read_releases(declared: Declared) -> tuple[list[Release], list[Problem]]:
    """Every change of the version in every environment of the service, oldest first."""
    found: list[Release] = []
    problems: list[Problem] = []
    for environment in declared.environments:
        wanted = path_pattern(declared.told_by.path, environment, declared.service.id)
        for path in sorted(path for path in _candidates(declared.source.line, wanted) if matches(wanted, path)):
            releases, wrong = _read_versions(declared, environment, path)
            found += releases
            problems += wrong
    return sorted(found, key=lambda release: (release.position, release.environment)), problems


def _read_versions(declared: Declared, environment: str, path: str) -> tuple[list[Release], list[Problem]]:
    """The releases that one version file tells; where it cannot be read, its first such commit is a problem."""
    source, keys = declared.source, declared.told_by
    found: list[Release] = []
    unread: list[int] = []
    before = ("", "")
    for position, blob in source.line.versions(path, source.last):
        data = source.line.content(blob) if blob else b""
        version, commit, host = _read_keys(data or b"", (keys.version, keys.commit, "host"))
        if blob and not version:
            unread.append(position)
            continue
        if blob and (version, commit) != before:
            at = source.line.times[position]
            found.append(Release(environment, at, position, version, commit, host))
        before = (version, commit)
    return found, [_no_version(source, path, unread[0], keys.version)] if unread else []


def _candidates(line: Line, pattern: str) -> tuple[str, ...]:
    exact = pattern.lstrip("/")
    return tuple(line.files) if "*" in pattern or "?" in pattern else tuple({exact} & line.files.keys())


def _no_version(source: Pinned, path: str, position: int, key: str) -> Problem:
    short = source.line.steps[position][:8]
    message = (
        f"no '{key}' can be read in the file as of commit {short}, so no deployment is counted there; "
        f"name the right key in the pipeline's deployments, or mend the file"
    )
    return warning("deployment-without-version", message, Source(source.history.repo, path))


@lru_cache(maxsize=65536)
def _read_keys(data: bytes, keys: tuple[str, str, str]) -> tuple[str, str, str]:
    """The values of three keys, each a dotted path into the YAML; empty where there is none."""
    value = parse(data, Source(), own=False).value if data else None
    first, second, third = (_at(value, key) for key in keys)
    return first, second, third


def _at(value: object, key: str) -> str:
    if isinstance(value, dict) and key in value:
        value = value[key]
    else:
        for part in key.split("."):
            value = value.get(part) if isinstance(value, dict) else None
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _deploy(declared: Declared, release: Release, same_version: Sequence[Release]) -> Deployment:
    source = declared.source
    repo = source.history.repo
    commit = source.line.commit(release.position)
    change = source.by_id.get(commit.id)
    code, deployed = resolve(declared, release.version, release.commit)
    told = Told(
        basis="environments repository",
        environment=release.environment,
        at=release.at,
        claimed=commit.committer.time,
        version=release.version,
        repo=code,
        commit=deployed,
        where=f"{repo}, commit {commit.id[:8]}",
        record=commit.id,
        deployer=find_deployer(repo, commit, release.at, change, declared.registers),
        message=commit.message,
    )
    found = make_deployment(declared, told)
    return replace(
        found,
        approvals=change.approvals if change else (),
        earlier=_earlier(release, same_version),
        host=found.host or release.host,
    )


def _earlier(release: Release, same_version: Sequence[Release]) -> tuple[tuple[str, int], ...]:
    """When the same version first stood in each other environment, before this release."""
    found: dict[str, int] = {}
    for other in same_version:
        if other.environment != release.environment and other.position < release.position:
            found.setdefault(other.environment, other.at)
    return tuple(sorted(found.items(), key=lambda pair: (pair[1], pair[0])))
