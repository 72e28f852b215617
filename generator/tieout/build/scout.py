"""Any repositories -> what their histories prove before there is an ISMS: the same reading and deriving as a build,
with an empty register. A repository is never written to; its mirror is kept in the person's own cache.
"""

import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

from tieout import __version__, cache, history
from tieout.model.history import Facts, History, Pin
from tieout.model.records import CiFiles, DeploymentSource, Pipeline, Service, ServiceRepo
from tieout.model.registers import Isms
from tieout.model.settings import Config, Repository
from tieout.problems import BuildError, Problem, Source
from tieout.repos import heads, histories, joins, mirrors, patches, pins
from tieout.text.addresses import without_secrets, without_secrets_within
from tieout.text.latin import slug
from tieout.text.words import human_list
from tieout.views.scout import assemble, steps
from tieout.views.scout.report import Report, Scouted

YEAR = 365 * 86_400  # the window, where nobody asks for another one
_PLAIN = frozenset({"repo", "repository", "git", "source", "src", "checkout", "code"})  # names that name nothing
_WEB = re.compile(r"https://(?:[^/@]+@)?(github\.com|gitlab\.com|codeberg\.org|bitbucket\.org)/([^?#]+?)(?:\.git)?/?")
# a name in front of the host may be a token, but for ssh, where only a password is secret
_COMMIT = {"gitlab.com": "/-/commit/", "bitbucket.org": "/commits/"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the person wants to know of each repository."""

    branch: str = ""  # empty: found by itself
    since: date | None = None  # first day of the window; None: a year before the newest change


def scout(places: Iterable[str], asked: Asked, say: Callable[[str], None]) -> Report:
    """One repository after another, so that one history is held at a time. Places are paths from here, or URLs.

    Raises:
        BuildError: this person has no folder that only they can write to, or git cannot be run.
    """
    listed = tuple(places)
    return Report(
        __version__, tuple(_scout(id_, place, asked, say) for id_, place in zip(_ids(listed), listed, strict=True))
    )


def _scout(id_: str, place: str, asked: Asked, say: Callable[[str], None]) -> Scouted:
    address = mirrors.locate_source(place, Path.cwd())
    if isinstance(address, str) or without_secrets(place) != place:
        why = (
            address
            if isinstance(address, str)
            else "an address with a name or password in it is not fetched: git asks its own helper"
        )
        return assemble.unread(id_, without_secrets(place), without_secrets_within(why))
    say(f"fetching {place}")
    branch = asked.branch or heads.head_of(address) or heads.USUAL[0]
    repository = Repository(id_, address.location, branch)
    # no ISMS is here, so no repository can be among its files
    mirror, problems = mirrors.refresh(repository, Path("/"), _store(address), network=address.kind == "network")
    told = tuple(replace(one, message=_plainly(one.message.replace(address.location, place))) for one in problems)
    if mirror is None:
        return assemble.unread(id_, place, "; ".join(one.message for one in told if one.severity == "error"))
    say(f"reading {place}")
    return read_mirror(mirror, replace(repository, url=place), told, asked)


def _plainly(message: str) -> str:
    """A problem without the remedy that is meant for an ISMS: there is none."""
    said, _, remedy = message.rpartition("; ")
    return said if said and "tieout" in remedy else message


def read_mirror(mirror: Path, repository: Repository, problems: tuple[Problem, ...], asked: Asked) -> Scouted:
    """What one mirror tells. `repository` names its branch; one that is not there is looked for, unless it was asked for."""
    id_, place = repository.id, repository.url
    try:
        read = histories.read_history(mirror, repository, steps.wanted, mirror.parent / "histories" / mirror.name)
    except BuildError as fault:
        return assemble.unread(id_, place, str(fault))
    branches = tuple(name.removeprefix("refs/heads/") for name in read.refs if name.startswith("refs/heads/"))
    branch = repository.branch if repository.branch in branches or asked.branch else heads.choose(branches, "")
    read = replace(read, branch=branch)
    if branch not in branches:
        return assemble.unread(id_, place, _no_branch(branches, asked))
    pin = pins.choose(read, None)
    if not pin.commit:
        return assemble.unread(id_, place, f"no commit of its branch {branch} could be read")
    unsure = history.undecided_of(read)
    read = history.with_patches(read, patches.read_patches(mirror, unsure)) if unsure else read
    read = history.with_joins(read, joins.read_joins(mirror, history.unjoined_of(read)))
    facts, found = _derive(read, pin)
    newest = pins.newest(read)
    told = tuple(sorted({*problems, *read.problems, *_of_histories(found)}, key=lambda one: one.order))
    return assemble.scouted((place, read, pin, facts), told, _since(asked, newest), newest, _web(place))


def _no_branch(branches: tuple[str, ...], asked: Asked) -> str:
    if not branches:
        return "it has no branch, so nothing was ever merged"
    shown = [*branches[:5], *([f"{len(branches) - 5} more"] if len(branches) > 5 else [])]
    if asked.branch:
        return f"it has no branch {asked.branch}; there is {human_list(shown)}"
    return f"nothing tells which branch people merge into; name it with --branch ({human_list(shown)})"


def _derive(read: History, pin: Pin) -> tuple[Facts, tuple[Problem, ...]]:
    """The facts of one repository with nobody registered: one service a form of its CI, so that its steps are derived."""
    linked = Repository(read.repo, read.url, read.branch)
    config = Config(operator=read.repo, repositories={read.repo: linked})
    formats = steps.formats_of(path for path in history.paths_of(read, pin) if steps.wanted(path))
    declared = {f"{read.repo}-{number}": found for number, found in enumerate(formats or (("", ""),))}
    services = {id_: _service(id_, read.repo, id_ if path else "") for id_, (path, _) in declared.items()}
    ways = {id_: _way(id_, path, format_) for id_, (path, format_) in declared.items() if path}
    return history.derive({read.repo: read}, {read.repo: pin}, Isms(services=services, pipelines=ways), config)


def _service(id_: str, repo: str, pipeline: str) -> Service:
    return Service.model_construct(
        id=id_,
        place=Source(),
        title=id_,
        tier=3,
        status="live",
        kind="application",
        mission=id_,
        repos=(ServiceRepo(repo=repo),),
        pipeline=pipeline,
        holds=("none",),
    )


def _way(id_: str, path: str, format_: str) -> Pipeline:
    return Pipeline.model_construct(
        id=id_,
        place=Source(),
        title=id_,
        status="live",
        ci=CiFiles.model_construct(path=path, format=format_),
        identities=(),
        deployments=DeploymentSource.model_construct(kind="tags", pattern="-"),
        steps=(),
    )


def _of_histories(found: Iterable[Problem]) -> tuple[Problem, ...]:
    """Problems of the repository itself; those of registers mean nothing where there is no register."""
    return tuple(one for one in found if one.source.repo)


def _since(asked: Asked, newest: int) -> int:
    """The first second of the window: of the day that was asked for, or of the day a year before the newest change."""
    if asked.since:
        return int(datetime(asked.since.year, asked.since.month, asked.since.day, tzinfo=UTC).timestamp())
    return max(newest - YEAR, 0) // 86_400 * 86_400


def _web(place: str) -> str:
    """Where commits of a repository are shown, when its address tells."""
    match = _WEB.fullmatch(place)
    return f"https://{match[1]}/{match[2]}{_COMMIT.get(match[1], '/commit/')}" if match else ""


# --- names and places ----------------------------------------------------------------------------------------------


def _ids(places: tuple[str, ...]) -> tuple[str, ...]:
    """A name for each repository, by its address; of two alike the second gets a number."""
    found: list[str] = []
    for place in places:
        own = _name(place)
        number = next(count for count in range(1, len(places) + 2) if _numbered(own, count) not in found)
        found.append(_numbered(own, number))
    return tuple(found)


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name}-{number}"


def _name(place: str) -> str:
    path = place if "://" in place or "@" in place else os.path.normpath(Path.cwd() / place)
    parts = [part.removesuffix(".git") for part in re.split(r"[/:\\]+", path)]
    telling = [part for part in parts if slug(part) and slug(part) not in _PLAIN]
    name = slug(telling[-1] if telling else "", 40) or "repository"
    return f"{name}-repository" if name == "isms" else name


def _store(address: mirrors.Address) -> Path:
    """The folder of the mirror of one address, in the person's own cache.

    Raises:
        BuildError: this person has no folder that only they can write to.
    """
    place = Path(address.location) if address.kind == "local" else Path(os.devnull)
    own = cache.own_folder(place)
    if own is None:
        raise BuildError(
            "the mirrors need a cache folder that is yours alone and in no working tree, and ~/.cache/tieout is not; "
            "set XDG_CACHE_HOME to another one."
        )
    return own / "scout" / sha256(os.fsencode(address.location)).hexdigest()[:16]
