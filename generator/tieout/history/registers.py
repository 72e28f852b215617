"""What one audit's registers mean to a history, indexed once: people, keys, records, services by repository, marks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from tieout.history.origins import Writers
from tieout.history.people import People, Strangers
from tieout.history.records import Records
from tieout.history.signatures import Keys
from tieout.model.gittuf import ReferenceLog
from tieout.model.records import Criterion, Service
from tieout.model.registers import Isms
from tieout.model.settings import ISMS, Config, Repository
from tieout.problems import Problem
from tieout.text.globs import matches_any

# Files that steer what a pipeline does or who must review, whatever the forge.
CI_FILES = (
    "/.github/workflows/**",
    "/.gitlab-ci.yml",
    "/.gitlab/ci/**",
    "/Jenkinsfile",
    "/azure-pipelines.yml",
    "/bitbucket-pipelines.yml",
    "/.ci/**",
    "/.circleci/**",
)
OWNER_FILES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
# Registers that steer what the checks conclude.
STEERING = (
    "people.yml",
    "keys.yml",
    "roles.yml",
    "access.yml",
    "criteria.yml",
    "checks.yml",
    "own-checks.yml",
    "environments.yml",
    "pipelines/**",
    "services/**",
    "exceptions/**",
)


@dataclass(frozen=True, slots=True)
class Placed:
    """A service in one repository: which paths are its own."""

    service: Service
    paths: tuple[str, ...]
    without: tuple[str, ...] = ()  # the ISMS, where it lives in the same repository
    criteria: tuple[Criterion, ...] = ()  # those of a high risk that its changes may meet, by their paths

    def owns(self, path: str) -> bool:
        mine = self.paths == ("**",) or _matches(self.paths, path)
        return mine and not (self.without and _matches(self.without, path))

    def has(self, patterns: tuple[str, ...], path: str) -> bool:
        """Whether a path is its own and one of the patterns'."""
        return self.owns(path) and _matches(patterns, path)

    def is_high_risk(self, path: str) -> bool:
        return bool(self.service.high_risk_paths) and _matches(self.service.high_risk_paths, path)


@dataclass(frozen=True, slots=True)
class Registers:
    isms: Isms
    config: Config
    people: People
    keys: Keys
    records: Records
    strangers: Strangers  # filled while deriving
    placed: Mapping[str, tuple[Placed, ...]]  # by repository
    emergencies: Mapping[str, tuple[tuple[str, str], ...]]  # by repository: (commit id or its start, incident)
    control_plane: Mapping[str, tuple[str, ...]]  # by repository: patterns of steering files
    writers: Writers
    # by repository that gittuf keeps a log for; filled as each is pinned
    logs: dict[str, tuple[ReferenceLog, tuple[Problem, ...]]] = field(default_factory=dict)


def place_services(isms: Isms, config: Config) -> dict[str, tuple[Placed, ...]]:
    """Services by repository; one that asks for a branch which is not read has no changes there.

    A service in the ISMS's own repository has the changes there that touch more than the ISMS.
    """
    found: dict[str, list[Placed]] = {}
    for service in isms.services.values():
        criteria = tuple(each for each in isms.criteria.values() if _may_meet(service, each, isms))
        for linked in service.repos:
            repository = repository_of(config, linked.repo)
            if repository and linked.branch in {"", repository.branch}:
                without = _isms_files(config) if repository.kind == "isms" else ()
                found.setdefault(linked.repo, []).append(Placed(service, linked.paths, without, criteria))
    return {repo: tuple(placed) for repo, placed in found.items()}


def _may_meet(service: Service, criterion: Criterion, isms: Isms) -> bool:
    """Whether all that a criterion states of services holds for one."""
    when = criterion.when
    if when.tier is not None and service.tier != when.tier:
        return False
    return not when.services or service.id in isms.applying(when.services)


def repository_of(config: Config, repo: str) -> Repository | None:
    """The settings of a linked repository, or of the ISMS's own."""
    own = Repository(ISMS, "", config.branch, "isms") if repo == ISMS else None
    return config.repositories.get(repo, own)


def _isms_files(config: Config) -> tuple[str, ...]:
    """Patterns of the ISMS's own files, where it shares its repository: all of its folder, or what is known by name."""
    if config.folder:
        return (f"/{config.folder}/",)
    return ("/tieout.yml", *([f"/{config.below}"] if config.below else ()))


def list_emergencies(isms: Isms) -> dict[str, tuple[tuple[str, str], ...]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for incident in isms.incidents.values():
        for change in incident.emergency_changes:
            found.setdefault(change.repo, []).append((change.commit.casefold(), incident.id))
    return {repo: tuple(named) for repo, named in found.items()}


def list_control_plane(isms: Isms, config: Config) -> dict[str, tuple[str, ...]]:
    """Patterns of CI files, code owners and steering registers, by repository."""
    top = f"/{config.folder}/" if config.folder else "/"
    registers = (f"{top}tieout.yml", *(f"{top}{config.below}{name}" for name in STEERING))
    common = (*CI_FILES, *(f"/{path}" for path in OWNER_FILES))
    found = {repo: {*common} for repo in config.repositories}
    found[ISMS] = {*common, *registers}
    for service in isms.services.values():
        pipeline = isms.pipelines.get(service.pipeline)
        for linked in service.repos if pipeline else ():
            if pipeline and linked.repo in found:
                found[linked.repo].add(f"/{pipeline.ci.path.strip('/')}")
    return {repo: tuple(sorted(patterns)) for repo, patterns in found.items()}


@lru_cache(maxsize=262144)
def _matches(patterns: tuple[str, ...], path: str) -> bool:
    """Paths recur from change to change and from audit to audit."""
    return matches_any(patterns, path)


def is_steering(patterns: tuple[str, ...], path: str) -> bool:
    return _matches(patterns, path)
