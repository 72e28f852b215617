"""Which files of which repositories have to be read besides the commits: the reader is told, nothing is guessed later."""

from collections.abc import Mapping
from dataclasses import dataclass

from tieout.history.deployments import path_pattern
from tieout.history.mailmap import PATH as MAILMAP
from tieout.history.pipelines import is_ci_file, may_be_included
from tieout.history.registers import OWNER_FILES
from tieout.history.results.paths import fixed_pattern
from tieout.model.records import CiFiles
from tieout.model.registers import REGISTERS, Isms
from tieout.model.settings import ISMS, Config
from tieout.text.globs import matches_any


@dataclass(frozen=True, slots=True)
class Registers:
    """Where the registers keep their records in the ISMS's own repository."""

    folders: tuple[str, ...]
    files: frozenset[str]

    def hold(self, path: str) -> bool:
        return path in self.files or (path.startswith(self.folders) and path.endswith((".md", ".yml", ".yaml")))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whether the contents of a path of a repository are needed, for any version of it. Equal ones want the same."""

    patterns: Mapping[str, tuple[str, ...]]  # by repository
    ci: Mapping[str, tuple[CiFiles, ...]]  # by repository
    registers: Registers

    def __call__(self, repo: str, path: str) -> bool:
        if path in OWNER_FILES or path == MAILMAP or matches_any(self.patterns.get(repo, ()), path):
            return True
        if repo == ISMS and self.registers.hold(path):
            return True
        return any(is_ci_file(each, path) or may_be_included(each.format, path) for each in self.ci.get(repo, ()))


def wanted(config: Config, isms: Isms) -> Wanted:
    """CODEOWNERS of all repositories, CI files of the services', version files of the environments repositories, the
    exported records, and the registers of the ISMS itself, for the history of each record.

    What is asked of the files as they stand at a pin alone is in `history.contents`.
    """
    ci: dict[str, list[CiFiles]] = {}
    patterns: dict[str, set[str]] = {
        repo: {*linked.reviews, *linked.deployments, *map(fixed_pattern, linked.results)}
        for repo, linked in config.repositories.items()
    }
    for service in isms.services.values():
        pipeline = isms.pipelines.get(service.pipeline)
        if pipeline is None:
            continue
        for linked in service.repos:
            ci.setdefault(linked.repo, []).append(pipeline.ci)
        for repo in _taken_from(config, pipeline.ci):
            ci.setdefault(repo, []).append(pipeline.ci)
        for declared in (pipeline.deployments, pipeline.deployments.cross_check):
            if declared is not None and declared.kind == "gitops" and declared.repo:
                names = service.environments or tuple(isms.environments)
                patterns.setdefault(declared.repo, set()).update(
                    path_pattern(declared.path, name, service.id) for name in names
                )
    return Wanted(
        {repo: tuple(sorted(found)) for repo, found in patterns.items() if found},
        {repo: tuple({(each.path, each.format): each for each in files}.values()) for repo, files in ci.items()},
        _registers(config),
    )


def _taken_from(config: Config, ci: CiFiles) -> tuple[str, ...]:
    """Where a CI file may take something from: templates, and for GitHub, whose workflows have a folder, any service."""
    kinds = {"template", "service"} if ci.format == "github-actions" else {"template"}
    wide = ci.format in {"github-actions", "gitlab-ci", "azure-pipelines"}
    return tuple(repo for repo, linked in config.repositories.items() if wide and linked.kind in kinds)


def _registers(config: Config) -> Registers:
    top = f"{config.folder}/{config.below}" if config.folder else config.below
    return Registers(
        tuple(f"{top}{register.path}/" for register in REGISTERS if register.shape == "folder"),
        frozenset(f"{top}{register.path}" for register in REGISTERS if register.shape != "folder"),
    )
