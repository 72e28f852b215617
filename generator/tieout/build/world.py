"""Pin and read: the only stage that looks at the world. What it returns is complete and never changes.

A fault of a linked repository is a problem and leaves a hole that is shown; a fault of the ISMS itself ends the build.
"""

import os
import re
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from tieout import cache, checks, config, content, history
from tieout.build import secrets, uncommitted
from tieout.build.newest import CONFIG, Newest, read_newest
from tieout.checks.case import day_of, working_days
from tieout.history import contents
from tieout.model.contents import RepositoryContents
from tieout.model.history import Facts, History, Pin
from tieout.model.records import Audit
from tieout.model.registers import Isms
from tieout.model.results import AuditDate
from tieout.model.settings import ISMS, Config, Repository
from tieout.problems import BuildError, Problem, Source, error, warning
from tieout.repos import histories, joins, mirrors, moved, patches, pins, reading, trees, walk
from tieout.repos.contents import read_contents
from tieout.text import words
from tieout.text.addresses import without_secrets

FAR = 31 * 86_400  # seconds that one commit alone may be ahead of everything else
_USUAL = ("main", "master", "trunk", "develop")  # branches that people merge into, as a rule


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked of the repositories: as long as it is the same, the linked ones need not be read again."""

    repositories: tuple[Repository, ...]
    wanted: history.Wanted

    def mirror_of(self, location: trees.Location, repo: str) -> Path | None:
        """Where a linked repository is read from; None: nowhere, since its address is none."""
        linked = next(one for one in self.repositories if one.id == repo)
        address = mirrors.locate_source(linked.url, location.folder)
        return None if isinstance(address, str) else _mirrors(location) / mirrors.folder_of(linked, address)


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
    dated: "Dated"  # what day it is, by the repositories
    asked: Asked
    found: tuple[Problem, ...]  # all that was wrong when the repositories were read
    copies: Mapping[str, Path] = field(default_factory=dict)  # by repository: what is read in the place of its mirror

    @property
    def audits(self) -> Mapping[str, Audit]:
        return self.newest_isms.audits

    @property
    def newest(self) -> int:
        """The newest believable time in any repository: what the present is judged as of."""
        return self.dated.believed

    @property
    def last(self) -> int:
        """The newest time of all, believed or not: what has to lie in the present, so that it is judged."""
        return max(self.dated.believed, *(pins.newest(one) for one in _by_branch(self.histories).values()))

    @property
    def first_content(self) -> int:
        own = self.histories[ISMS]
        line = pins.first_parent_line(own, own.refs.get(_branch(own), ""))
        return own.commits[line[0]].committer.time if line else self.newest

    @property
    def theme(self) -> Path | None:
        """The folder of the operator's theme.

        Raises:
            BuildError: it does not lie among the files of the ISMS, so a change of it would be seen by nobody.
        """
        if not self.config.theme:
            return None
        top = self.location.folder
        own = top / self.config.theme
        inside = [own, *own.parents][: len(own.relative_to(top).parts)]
        if any(place.is_symlink() or (place / ".git").exists() for place in inside):
            raise BuildError(
                f"{CONFIG}: theme: {self.config.theme} lies behind a symbolic link or in a repository of its own; "
                "put the files themselves there, so that a change of them is seen."
            )
        return own


class Dated(NamedTuple):
    """What day it is, by the repositories: the newest time that is believed, and the commit that is not."""

    believed: int
    repo: str = ""  # of a commit that is alone with its date; empty where none is
    commit: str = ""


def _by_branch(found: Mapping[str, History]) -> dict[str, History]:
    return {id_: replace(one, branch=mirrors.HEAD) if id_ == ISMS else one for id_, one in found.items()}


def believe(found: Mapping[str, History], audits: Iterable[Audit]) -> Dated:
    """The newest time, unless one commit alone says so, and by that makes an audit due or runs far ahead.

    Alone is a commit dated more than a working day after everything else. Where little happens that is usual, so it is
    believed as long as nothing hangs on it. The ISMS is believed: who builds has checked it out.
    """
    newest = {id_: pins.newest(one) for id_, one in found.items()}
    last, latest = max((time, id_) for id_, time in newest.items())
    others = max((time for id_, time in newest.items() if id_ != latest), default=last)
    if latest == ISMS:
        return Dated(last)
    read = found[latest]
    times = {id_: read.commits[id_].committer.time for id_ in pins.first_parent_line(read, read.refs[_branch(read)])}
    alone = next(id_ for id_, time in reversed(times.items()) if time == last)
    rest = max((others, *(time for id_, time in times.items() if id_ != alone and time <= last)))
    due = any(day_of(rest) < audit.date <= day_of(last) for audit in audits)
    far = last - rest > FAR or (due and not _near(rest, last))
    return Dated(rest, latest, alone) if far else Dated(last)


def _near(earlier: int, later: int) -> bool:
    return working_days(day_of(earlier), day_of(later)) <= 1


def read(
    start: Path, say: Callable[[str], None], held: World | None = None
) -> tuple[World | None, tuple[Problem, ...]]:
    """The world, or nothing and the errors of the newest content.

    From an earlier reading that is `held` come the linked repositories, unless the newest content asks others of them,
    and the history of the ISMS, unless its refs moved. What is new in a linked repository is then not looked for.

    Raises:
        BuildError: no ISMS here, or its own repository cannot be read.
    """
    newest = read_newest(start)
    if any(problem.severity == "error" for problem in newest.problems):
        return None, newest.problems
    return gather(newest, say, held)


def gather(
    newest: Newest, say: Callable[[str], None], held: World | None = None
) -> tuple[World | None, tuple[Problem, ...]]:
    """The world around a content that was read already, whatever is wrong with it; nothing without its settings.

    Raises:
        BuildError: the ISMS's own repository cannot be read.
    """
    if newest.config is None:
        return None, newest.problems
    settings = replace(newest.config, folder=newest.location.prefix)
    asked = Asked(repositories(newest.location, settings), history.wanted(settings, newest.isms))
    held = held if held is not None and held.asked == asked else None
    found, raw, missing = _read_histories(newest, asked, say, held)
    faults = raw
    if ISMS not in found:
        return None, (*newest.problems, *faults)
    by_branch = _by_branch(found)
    dated = _date(newest, by_branch)
    if dated.repo:
        faults = (*faults, _alone(found[dated.repo], dated))
    found = _with_secret_scans(found, newest, asked, dated)
    head = replace(pins.choose(by_branch[ISMS], None), branch=newest.config.branch)
    # how the ISMS was checked out is told to the person who did it; it is no finding of any audit
    told = tuple(fault for fault in faults if fault.code == "branch-missing" and fault.source.repo == ISMS)
    told = told if newest.location.head else (*told, uncommitted.problem())
    return (
        World(
            location=newest.location,
            config=settings,
            newest_isms=newest.isms,
            histories=found,
            mirror=_mirrors(newest.location) / f"{ISMS}.git",
            head=head,
            uncommitted=newest.location.dirty,
            faults=tuple(fault for fault in faults if fault not in told),
            missing=missing,
            dated=dated,
            asked=asked,
            found=raw,
        ),
        (*newest.problems, *told),
    )


def _with_secret_scans(found: dict[str, History], newest: Newest, asked: Asked, dated: "Dated") -> dict[str, History]:
    mirror_of = partial(asked.mirror_of, newest.location)
    own = found[ISMS]
    line = pins.first_parent_line(own, own.refs.get(_branch(own), ""))
    first = own.commits[line[0]].committer.time if line else dated.believed
    start = secrets.since(newest.isms.audits.values(), first, dated.believed)
    return secrets.with_scans(found, newest.isms, start, mirror_of, store(newest.location) / "secrets")


def _date(newest: Newest, found: Mapping[str, History]) -> Dated:
    """What day it is. An ISMS in no commit is dated by its newest file."""
    audits = newest.isms.audits.values()
    if newest.location.head:
        return believe(found, audits)
    linked = {id_: one for id_, one in found.items() if id_ != ISMS}
    dated = believe(linked, audits) if linked else Dated(0)
    return dated._replace(believed=max(dated.believed, uncommitted.saved(newest)))


def sync(start: Path, say: Callable[[str], None], at_once: int = 8) -> tuple[tuple[Problem, ...], str]:
    """Fetches every linked repository, over the network where it has to be; what is wrong, how many there are and where.

    `at_once` are fetched side by side: git and the network do the work. What is there is not fetched again, so a run
    that was broken off goes on where it was.
    """
    newest = read_newest(start)
    if newest.config is None:
        return newest.problems, "nothing"
    store_ = _mirrors(newest.location)
    linked = repositories(newest.location, newest.config)
    refresh = partial(mirrors.refresh, base=newest.location.folder, mirrors=store_, network=True)
    results: dict[str, mirrors.Result] = {}
    with ThreadPoolExecutor(at_once) as pool:
        waiting = {pool.submit(refresh, repository): repository.id for repository in linked}
        try:
            for done in as_completed(waiting):
                results[waiting[done]] = done.result()
                say(f"fetched {len(results)} of {words.plural(len(linked), 'repository')}: {waiting[done]}")
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    problems = tuple(problem for repository in linked for problem in results[repository.id][1])
    there = sum(mirror is not None for mirror, _ in results.values())
    return problems, f"{there} of {words.plural(len(linked), 'repository')} in {store_}"


def repositories(location: trees.Location, settings: Config) -> tuple[Repository, ...]:
    """The linked repositories and, first, the ISMS's own."""
    own = Repository(ISMS, str(location.top), settings.branch, "isms")
    return (own, *(settings.repositories[id_] for id_ in sorted(settings.repositories)))


def _mirrors(location: trees.Location) -> Path:
    return store(location) / "mirrors"


def store(location: trees.Location) -> Path:
    """Our folder for this ISMS among the person's own caches, made when it is not there; `of` in it names the ISMS.

    Never in a working tree: Git writes there whatever a commit says, and a mirror is believed (docs/decisions/0010).

    Raises:
        BuildError: this person has no folder that only they can write to.
    """
    own = cache.own_folder(location.folder)
    if own is None:
        raise BuildError(
            "the mirrors need a cache folder that is yours alone and in no working tree, and ~/.cache/tieout is not; "
            "set XDG_CACHE_HOME to another one."
        )
    isms = location.folder.resolve()
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", isms.name).strip("-.")[:40] or "isms"
    place = own / f"{name}-{sha256(os.fsencode(isms)).hexdigest()[:12]}"
    try:
        place.mkdir(exist_ok=True)
        (place / "of").write_bytes(os.fsencode(isms) + b"\n")
    except OSError as fault:
        raise BuildError(f"{place}: {fault.strerror}; the mirrors are kept there, so make it writable.") from None
    return place


def _read_histories(
    newest: Newest, asked: Asked, say: Callable[[str], None], held: World | None
) -> tuple[dict[str, History], tuple[Problem, ...], dict[str, str]]:
    found: dict[str, History] = {}
    faults: list[Problem] = []
    missing: dict[str, str] = {}
    for repository in asked.repositories:
        if repository.id == ISMS and not newest.location.head:
            found[ISMS], missing[ISMS] = uncommitted.history_of(newest, ISMS), uncommitted.WHY
            continue
        if held and repository.id != ISMS:
            read = held.histories.get(repository.id)
            problems = tuple(fault for fault in held.found if fault.source.repo == repository.id)
        else:
            say(f"reading {repository.id}")
            before = held.histories.get(ISMS) if held else None
            read, problems = _read_history(newest.location, repository, partial(asked.wanted, repository.id), before)
        faults.extend(problems)
        if read is None:
            missing[repository.id] = [fault.message for fault in problems if fault.severity == "error"][-1]
        else:
            found[repository.id] = read
    return _read_more(found, newest, asked), tuple(faults), missing


def _read_more(found: dict[str, History], newest: Newest, asked: Asked) -> dict[str, History]:
    """The histories with what tells a squash from its proposal, and a merge from git's own, where blobs cannot."""
    linked = {repository.id: repository for repository in asked.repositories}
    unsure = history.undecided(found, linked)
    kept = store(newest.location) / "joins"
    read = dict(found)
    for id_, known in found.items():
        merges = history.unjoined_of(known)
        mirror = asked.mirror_of(newest.location, id_) if merges or id_ in unsure else None
        if mirror is not None:
            patched = history.with_patches(known, patches.read_patches(mirror, unsure.get(id_, {})))
            read[id_] = history.with_joins(patched, joins.read_joins(mirror, merges, kept / f"{mirror.name}.json"))
    return read


def _read_history(
    location: trees.Location, repository: Repository, wanted: Callable[[str], bool], before: History | None
) -> tuple[History | None, tuple[Problem, ...]]:
    """A history that has its branch; or nothing, and as the last error the reason. `before` is given back while it holds.

    Raises:
        BuildError: the repository of the ISMS cannot be read, or not whole.
    """
    if repository.id != ISMS and _is_own(location, repository):
        return None, (_own_repository(repository),)
    mirror, problems = mirrors.refresh(repository, location.folder, _mirrors(location), network=False)
    if mirror is None:
        if repository.id == ISMS:
            raise BuildError(f"{location.top}: {problems[-1].message}.")
        return None, problems
    try:
        kept = store(location) / "histories" / mirror.name
        read = before if before and _holds(before, mirror) else histories.read_history(mirror, repository, wanted, kept)
    except histories.RefusedError as refused:
        if repository.id == ISMS:
            raise BuildError(f"{location.top}: {refused}.") from None
        return None, (*problems, refused.problem)
    told = any(problem.code in moved.CODES for problem in problems) and repository.id != ISMS
    read = replace(read, moved=moved.read_moved(repository, mirror)) if told else read
    problems = (*problems, *read.problems)
    if repository.id == ISMS:
        return _own_history(location, read, problems)
    if _branch(read) in read.refs:
        return read, problems
    message = f"there is no branch {read.branch} in {without_secrets(read.url)}{_others(read)}; correct `branch` in tieout.yml, or make it there"
    return None, (*problems, error("branch-missing", message, Source(read.repo)))


def _holds(before: History, mirror: Path) -> bool:
    """Whether a history read before is still that of its mirror."""
    try:
        return before.refs == {ref.name: ref.id for ref in reading.read_refs(mirror)}
    except walk.DamagedMirrorError:
        return False  # reading it anew names the damage


def _own_history(
    location: trees.Location, read: History, problems: tuple[Problem, ...]
) -> tuple[History | None, tuple[Problem, ...]]:
    """The ISMS's own history. A checkout in CI has often no branch: then what is checked out stands for it."""
    if not read.complete:
        raise BuildError(
            f"{location.top}: a shallow clone of the ISMS cannot show how it stood on an audit's day; "
            "run `git fetch --unshallow` there (in CI set fetch-depth: 0)."
        )
    if _branch(read) in read.refs:
        return read, problems
    if others := _others(read):
        message = f"branch: there is no branch {read.branch} in the repository of the ISMS{others}; correct it"
        return None, (error("branch-missing", message, Source(path=CONFIG)),)
    head = read.refs[mirrors.HEAD]
    message = (
        f"there is no branch {read.branch} here, so the commit that is checked out, {head[:8]}, is taken as its newest; "
        f"run `git checkout -B {read.branch}` if it is"
    )
    there = replace(read, refs={**read.refs, _branch(read): head})
    return there, (*problems, warning("branch-missing", message, Source(read.repo)))


def _alone(read: History, dated: Dated) -> Problem:
    when = day_of(read.commits[dated.commit].committer.time)
    message = (
        f"the newest commit, {dated.commit[:8]}, is dated {when}, long after everything else; until "
        f"more commits bear that out, the present is judged as of {day_of(dated.believed)}; find out who set the "
        f"clock, if it was wrong"
    )
    return warning("newest-commit-alone", message, Source(read.repo))


def _own_repository(repository: Repository) -> Problem:
    message = (
        f"{without_secrets(repository.url)} is the repository of the ISMS itself; leave it out of tieout.yml and write "
        f"`repos: [{{repo: {ISMS}}}]` in the service, so that both have one pin"
    )
    return error("own-repository", message, Source(repository.id))


def _is_own(location: trees.Location, repository: Repository) -> bool:
    address = mirrors.locate_source(repository.url, location.folder)
    if isinstance(address, str) or address.kind == "network":
        return False
    place, top = Path(address.location).resolve(), location.top.resolve()
    return place == top or place.is_relative_to(top / ".git")


def _branch(read: History) -> str:
    return f"refs/heads/{read.branch}"


def _others(read: History) -> str:
    """The branches that there are, in brackets; empty when there is none."""
    found = {name.removeprefix("refs/heads/") for name in read.refs if name.startswith("refs/heads/")}
    names = [*(name for name in _USUAL if name in found), *sorted(found.difference(_USUAL))]
    shown = [*names[:3], *([f"{len(names) - 3} more"] if len(names) > 3 else [])]
    return f" (there is {words.human_list(shown)})" if names else ""


# --- one audit's share of the world --------------------------------------------------------------------------------


def pins_of(world: World, date: AuditDate) -> dict[str, Pin]:
    """The pin of each repository that could be read, at the end of the audit's day; the tips for the present."""
    cutoff = None if not date.record else date.cutoff
    releases = _release_branches(world.newest_isms)
    chosen = {id_: pins.choose(one, cutoff, releases.get(id_, ())) for id_, one in sorted(world.histories.items())}
    if cutoff is None:
        chosen[ISMS] = replace(world.head, uncommitted=world.uncommitted)
    return chosen


def _release_branches(isms: Isms) -> dict[str, tuple[str, ...]]:
    """By repository: patterns of the branches that some service's deployments are read from."""
    found: dict[str, set[str]] = {}
    for service in isms.services.values():
        pipeline = isms.pipelines.get(service.pipeline)
        if pipeline and pipeline.deployments.kind == "branch":
            for linked in service.repos:
                found.setdefault(linked.repo, set()).add(pipeline.deployments.branch)
    return {repo: tuple(sorted(patterns)) for repo, patterns in found.items()}


def content_of(world: World, pin: Pin, date: AuditDate) -> tuple[Isms, Config, tuple[Problem, ...]]:
    """The ISMS as it was at the pin, with today's audit records: they are written after the day they speak of.

    What is wrong at an old pin is a fact that is shown there. Where repositories are found is today's matter.
    """
    if not date.record:
        return world.newest_isms, world.config, ()
    files = trees.read_tree(world.mirror, pin.commit, world.location.prefix)
    settings, problems = config.load(files.get(CONFIG, b""), CONFIG)
    if settings is None:
        why = f"as it stood on {date.as_of} it cannot be read, so today's is used; later audits read the mended one"
        settings, problems = world.config, (*problems, error("config-unreadable-then", why, Source("", CONFIG)))
    settings = replace(settings, repositories=world.config.repositories, folder=world.config.folder)
    isms, found = content.load(files, settings, checks.CHECKS)
    return replace(isms, audits=world.audits), settings, (*problems, *found)


def with_contents(facts: Facts, world: World, isms: Isms, settings: Config) -> Facts:
    """With what the audit's settings ask of the contents of the repositories at its pins: a second, short reading."""
    asked = contents.ask(world.histories, facts.pins, isms, settings)
    found = {}
    for repo, files in asked.items():
        in_place = {ISMS: world.mirror, **world.copies}
        mirror = in_place[repo] if repo in in_place else world.asked.mirror_of(world.location, repo)
        read = world.histories[repo].blobs
        held = tuple((blob, read[blob]) for _, blob in files.blobs if blob in read)
        if mirror is not None:
            found[repo] = _contents(mirror, files, held)
    return contents.join(facts, found, isms)


@lru_cache(maxsize=64)
def _contents(mirror: Path, files: contents.Asked, held: tuple[tuple[str, bytes], ...]) -> RepositoryContents:
    """The same files say the same to each audit of a build, and to each build of a server. `held` is read already."""
    known = dict(held)
    blobs = [blob for _, blob in files.blobs if blob not in known]
    return contents.describe(files, known | (read_contents(mirror, files.repo, blobs) if mirror.is_dir() else {}))


def with_missing(facts: Facts, world: World) -> Facts:
    """With what the reading of the repositories found, which says more than that there is no history."""
    return replace(facts, missing=dict(sorted({**facts.missing, **world.missing}.items())))
