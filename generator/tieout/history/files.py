"""Which files of which repositories have to be read besides the commits: the reader is told, nothing is guessed later."""

from collections.abc import Callable

from tieout.history.deployments import path_pattern
from tieout.history.pipelines import is_ci_file, may_be_included
from tieout.history.registers import OWNER_FILES
from tieout.model.records import CiFiles
from tieout.model.registers import Isms
from tieout.model.settings import Config
from tieout.text.globs import matches_any


def wanted(config: Config, isms: Isms) -> Callable[[str, str], bool]:
    """Whether the contents of a path of a repository are needed, for any version of it.

    CODEOWNERS of all repositories, CI files of the services', version files of the environments repositories, and
    the exported records.
    """
    ci: dict[str, list[CiFiles]] = {}
    patterns: dict[str, set[str]] = {repo: set(linked.reviews) for repo, linked in config.repositories.items()}
    for service in isms.services.values():
        pipeline = isms.pipelines.get(service.pipeline)
        if pipeline is None:
            continue
        for linked in service.repos:
            ci.setdefault(linked.repo, []).append(pipeline.ci)
        declared = pipeline.deployments
        if declared.kind == "gitops" and declared.repo:
            names = service.environments or tuple(isms.environments)
            patterns.setdefault(declared.repo, set()).update(
                path_pattern(declared.path, name, service.id) for name in names
            )
    fixed = {repo: tuple(sorted(found)) for repo, found in patterns.items() if found}

    def is_wanted(repo: str, path: str) -> bool:
        if path in OWNER_FILES or matches_any(fixed.get(repo, ()), path):
            return True
        files = ci.get(repo, ())
        return any(is_ci_file(each, path) or may_be_included(each.format, path) for each in files)

    return is_wanted
