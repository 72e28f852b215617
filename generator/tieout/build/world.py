"""Pin and read: the only stage that looks at the world. What it returns is complete and never changes.

A fault of a linked repository is a problem and leaves a hole that is shown; a fault of the ISMS itself ends the build.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from tieout import checks, config, content, history
from tieout.model.history import Facts, History, Pin
from tieout.model.records import REGISTERS, Audit, Isms
from tieout.model.results import AuditDate
from tieout.model.settings import Config, Repository
from tieout.problems import BuildError, Problem, Source, error
from tieout.repos import histories, mirrors, pins, trees
from tieout.text import words

ISMS = "isms"
CONFIG = "tieout.yml"


@dataclass(frozen=True, slots=True)
class World:
    """Everything read: histories whole, the newest content, and where older content can be had."""

    location: trees.Location
    config: Config  # of the newest content
    newest_isms: Isms
    histories: Mapping[str, History]
    mirror: Path  # of the ISMS
    head: Pin  # newest content
    uncommitted: bool
    faults: tuple[Problem, ...]  # of linked repositories
    missing: Mapping[str, str]

    @property
    def audits(self) -> Mapping[str, Audit]:
        return self.newest_isms.audits

    @property
    def newest(self) -> int:
        """The newest believable time in any repository: what the present is judged as of."""
        tips = [pins.choose(one, None).time for id_, one in sorted(self.histories.items()) if id_ != ISMS]
        return max([self.head.time, *tips])

    @property
    def first_content(self) -> int:
        line = pins.first_parent_line(self.histories[ISMS], self.head.commit)
        return self.histories[ISMS].commits[line[0]].committer.time

    @property
    def theme(self) -> Path | None:
        return self.location.folder / self.config.theme if self.config.theme else None


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest content: what a person edits, before any history is looked at."""

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


def read(start: Path, say: Callable[[str], None]) -> tuple[World | None, tuple[Problem, ...]]:
    """The world, or nothing and the errors of the newest content.

    Raises:
        BuildError: no ISMS here, or its own repository cannot be read.
    """
    newest = read_newest(start)
    if newest.config is None or any(problem.severity == "error" for problem in newest.problems):
        return None, newest.problems
    found, faults, missing = _read_histories(newest, newest.config, say)
    own = found[ISMS]
    head = replace(pins.choose(replace(own, branch=mirrors.HEAD), None), branch=newest.config.branch)
    if not head.commit:
        raise BuildError(f"{newest.location.top}: the ISMS has no commit yet; commit it, then build.")
    return (
        World(
            location=newest.location,
            config=newest.config,
            newest_isms=newest.isms,
            histories=found,
            mirror=_mirrors(newest.location) / f"{ISMS}.git",
            head=head,
            uncommitted=newest.location.dirty,
            faults=faults,
            missing=missing,
        ),
        newest.problems,
    )


def count_records(isms: Isms) -> str:
    """`412 records in 31 registers`."""
    sizes = [len(isms.register(register.name)) for register in REGISTERS]
    return f"{words.plural(sum(sizes), 'record')} in {words.plural(sum(map(bool, sizes)), 'register')}"


def sync(start: Path, say: Callable[[str], None]) -> tuple[tuple[Problem, ...], str]:
    """Fetches every linked repository, over the network where it has to be; what is wrong, and how many there are."""
    newest = read_newest(start)
    if newest.config is None:
        return newest.problems, "nothing"
    problems: list[Problem] = []
    linked = repositories(newest.location, newest.config)
    for repository in linked:
        say(f"fetching {repository.id}")
        _, faults = mirrors.refresh(repository, newest.location.folder, _mirrors(newest.location), network=True)
        problems.extend(faults)
    return tuple(problems), words.plural(len(linked), "repository")


def repositories(location: trees.Location, settings: Config) -> tuple[Repository, ...]:
    """The linked repositories and, first, the ISMS's own."""
    own = Repository(ISMS, str(location.top), settings.branch, "isms")
    return (own, *(settings.repositories[id_] for id_ in sorted(settings.repositories)))


def _mirrors(location: trees.Location) -> Path:
    return location.folder / ".tieout" / "mirrors"


def _read_histories(
    newest: Newest, settings: Config, say: Callable[[str], None]
) -> tuple[dict[str, History], tuple[Problem, ...], dict[str, str]]:
    wanted = history.wanted(settings, newest.isms)
    found: dict[str, History] = {}
    faults: list[Problem] = []
    missing: dict[str, str] = {}
    for repository in repositories(newest.location, settings):
        mirror, problems = mirrors.refresh(repository, newest.location.folder, _mirrors(newest.location), network=False)
        faults.extend(problems)
        if mirror is None:
            missing[repository.id] = problems[0].message if problems else "it could not be read"
            continue
        say(f"reading {repository.id}")
        found[repository.id] = histories.read_history(mirror, repository, partial(wanted, repository.id))
        faults.extend(found[repository.id].problems)
    if ISMS not in found:
        raise BuildError(missing[ISMS])
    return found, tuple(faults), missing


# --- one audit's share of the world --------------------------------------------------------------------------------


def pins_of(world: World, date: AuditDate) -> dict[str, Pin]:
    """The pin of each repository that could be read, at the end of the audit's day; the tips for the present."""
    cutoff = None if not date.record else date.cutoff
    chosen = {id_: pins.choose(one, cutoff) for id_, one in sorted(world.histories.items())}
    if cutoff is None:
        chosen[ISMS] = replace(world.head, uncommitted=world.uncommitted)
    return chosen


def content_of(world: World, pin: Pin, date: AuditDate) -> tuple[Isms, Config, tuple[Problem, ...]]:
    """The ISMS as it was at the pin, with today's audit records: they are written after the day they speak of.

    What is wrong at an old pin is a fact that is shown there. Where repositories are found is today's matter.
    """
    if not date.record:
        return world.newest_isms, world.config, ()
    files = trees.read_tree(world.mirror, pin.commit, world.location.prefix)
    settings, problems = config.load(files.get(CONFIG, b""), CONFIG)
    if settings is None:
        why = f"{CONFIG} of that day cannot be read; today's is used"
        settings, problems = world.config, (*problems, error("config-unreadable-then", why, Source("", CONFIG)))
    settings = replace(settings, repositories=world.config.repositories)
    isms, found = content.load(files, settings, frozenset(checks.CHECKS))
    return replace(isms, audits=world.audits), settings, (*problems, *found)


def with_missing(facts: Facts, world: World) -> Facts:
    return replace(facts, missing=dict(sorted(world.missing.items())))
