"""The newest content, as it lies on disk: what a person edits, before any history is looked at.

Kept apart from `world`, so that `tieout check` imports no more than it needs.
"""

from dataclasses import dataclass
from pathlib import Path

from tieout import checks, config, content
from tieout.model.registers import REGISTERS, Isms
from tieout.model.settings import Config
from tieout.problems import Problem
from tieout.repos import trees
from tieout.text import words

CONFIG = "tieout.yml"


@dataclass(frozen=True, slots=True)
class Newest:
    """What was read, and everything that is wrong with it. Without a readable tieout.yml there is no `config`."""

    location: trees.Location
    config: Config | None
    isms: Isms
    problems: tuple[Problem, ...]


def read_newest(start: Path) -> Newest:
    """Locates the ISMS and reads its working tree; all that `tieout check` needs.

    Raises:
        BuildError: there is no ISMS here.
    """
    location = trees.locate(start)
    files = trees.read_worktree(location.folder)
    settings, problems = config.load(files.get(CONFIG, b""), CONFIG)
    if settings is None:
        return Newest(location, None, Isms(), problems)
    isms, found = content.load(files, settings, frozenset(checks.CHECKS))
    return Newest(location, settings, isms, tuple(sorted({*problems, *found}, key=lambda problem: problem.order)))


def count_records(isms: Isms) -> str:
    """`412 records in 31 registers`."""
    sizes = [len(isms.register(register.name)) for register in REGISTERS]
    return f"{words.plural(sum(sizes), 'record')} in {words.plural(sum(map(bool, sizes)), 'register')}"
