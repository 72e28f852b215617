"""The demo operator: its ISMS repository, eight services, environments, pipeline and review records, with histories.

Everything is made in memory from stored words and seeded chance, so every run on every machine gives the same ids.
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tieout.demo.environments import build_environments
from tieout.demo.isms import build_isms
from tieout.demo.packs import write_repository
from tieout.demo.planning import plan
from tieout.demo.records import build_records
from tieout.demo.releases import Release, plan_releases
from tieout.demo.services import Repository, Step, build
from tieout.demo.tags import tag_releases
from tieout.demo.teams import TEAMS
from tieout.demo.template import build_template
from tieout.demo.told import read_files, read_told, states
from tieout.demo.worktree import write_worktree
from tieout.problems import BuildError

MARKER = ".tieout-demo"
TOLD = Path(__file__).parent / "told"


@dataclass(frozen=True, slots=True)
class Demo:
    """What was written."""

    paths: Mapping[str, Path]  # by repository
    counts: Mapping[str, int]  # commits on the first-parent line, by repository
    labels: Mapping[str, str]  # "repository label": commit id
    tips: Mapping[str, str]  # by repository


@dataclass(frozen=True, slots=True)
class Forge:
    """All repositories but the ISMS's, before its review records are exported."""

    repositories: tuple[Repository, ...]
    steps: tuple[Step, ...]
    labels: Mapping[tuple[str, str], str]


def write_demo(target: Path, content: Path, told: Path = TOLD) -> Demo:
    """Writes `target/isms` (checked out) and `target/forge/*.git` (bare).

    `content` is the ISMS as its readers see and edit it; where it differs from the end of the told history, the
    difference is one last commit. An earlier demo in `target` is replaced.

    Raises:
        BuildError: the target holds something else, or the told history has a fault.
    """
    _refuse_foreign(target)
    forge = build_forge()
    files = dict(read_files(content))
    isms, isms_steps = build_isms(states(read_told(told), forge.labels), files)
    records = build_records([*forge.steps, *isms_steps])
    repositories = (isms, *forge.repositories, records)
    paths = _write(target, repositories)
    return Demo(
        paths,
        {repository.name: len(repository.line) for repository in repositories},
        {f"{repo} {label}": commit for (repo, label), commit in sorted(forge.labels.items())},
        {repository.name: repository.tip.commit for repository in repositories},
    )


def fill_content(told: Path, target: Path) -> int:
    """Writes the ISMS as the told history leaves it, placeholders filled; returns the number of files.

    Raises:
        BuildError: the target is not empty, or the told history has a fault.
    """
    if target.exists() and any(target.iterdir()):
        raise BuildError(f"{target}: the folder is not empty; name a new one, so that nothing written there is lost.")
    files: dict[str, bytes] = {}
    for _, state in states(read_told(told), build_forge().labels):
        files = state
    for path, body in files.items():
        place = target / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(body)
    return len(files)


@cache
def build_forge() -> Forge:
    """The repositories that the ISMS speaks about, in memory; always the same ones, so made once."""
    repositories: list[Repository] = []
    steps: list[Step] = []
    releases: list[Release] = []
    imports: dict[str, str] = {}
    labels: dict[tuple[str, str], str] = {}
    for team in TEAMS:
        repository, taken = build(team, plan(team))
        planned = plan_releases(team, taken)
        tag_releases(team, repository, planned, taken)
        labels |= {(team.repo, step.proposal.label): step.commit for step in taken if step.proposal.label}
        imports[team.repo] = repository.line[0].commit
        repositories.append(repository)
        releases += planned
        steps += taken
    environments, people, marked = build_environments(imports, releases)
    template, named = build_template()
    labels |= {(environments.name, label): commit for label, commit in marked.items()}
    labels |= {(template.name, label): commit for label, commit in named.items()}
    return Forge((*repositories, environments, template), (*steps, *people), labels)


def _refuse_foreign(target: Path) -> None:
    if target.exists() and not target.is_dir():
        raise BuildError(f"{target}: this is a file; name a folder for the demo.")
    if target.exists() and any(target.iterdir()) and not (target / MARKER).is_file():
        raise BuildError(f"{target}: the folder is not empty and holds no earlier demo; name a new or an empty folder.")


def _write(target: Path, repositories: tuple[Repository, ...]) -> dict[str, Path]:
    """The marker comes first, so that what an interruption leaves behind is known as a demo and replaced."""
    for name in ("isms", "forge"):
        if (target / name).exists():
            shutil.rmtree(target / name)
    target.mkdir(parents=True, exist_ok=True)
    (target / MARKER).write_bytes(b"Written by `tieout demo`, which may replace this folder.\n")
    paths: dict[str, Path] = {}
    for repository in repositories:
        if repository.name == "isms":
            paths["isms"] = target / "isms"
            write_repository(target / "isms/.git", repository.store, repository.refs, bare=False)
            write_worktree(target / "isms", repository.store, repository.tip.files)
        else:
            paths[repository.name] = target / "forge" / f"{repository.name}.git"
            write_repository(paths[repository.name], repository.store, repository.refs)
    return paths
