"""Plants -> scratch copies of the mirrors with them, and the histories that are read from the copies.

One `git fast-import` a repository writes what all rounds need, and one reading reads it; of each round the history has
only that round's refs.
"""

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from tieout.build import world
from tieout.build.challenge.plan import Made, Moved, Plant, Round, Tagged, Who
from tieout.build.challenge.scene import Scene
from tieout.build.world import World
from tieout.model.history import History, Stamp
from tieout.model.settings import Repository
from tieout.problems import BuildError
from tieout.repos import histories, mirrors, scratch, secrets
from tieout.repos.moved import read_moved

_PLACE = "refs/heads/tieout-challenge"
APART = 61  # seconds between one plant of a repository and the next


@dataclass(frozen=True, slots=True)
class Stage:
    """What a round looks like: the histories with its plants, and the ids of what was planted, by name."""

    histories: Mapping[str, History]
    ids: Mapping[str, str]
    copies: Mapping[str, Path]  # by repository: where what was planted can be read


@dataclass(slots=True)
class _Copy:
    """The scratch copy of one mirror while orders for it are gathered."""

    repository: Repository
    mirror: Path
    folder: Path
    history: History
    tip: str
    orders: list[scratch.Commit | scratch.Tag | scratch.Reset] = field(default_factory=list)
    marks: dict[str, int] = field(default_factory=dict)  # by name
    tags: dict[Round, list[str]] = field(default_factory=dict)
    rounds: dict[Round, int] = field(default_factory=dict)  # how many commits a round has, which gives them their times
    ids: dict[str, str] = field(default_factory=dict)


def stage(read: World, scene: Scene, rounds: Mapping[Round, Iterable[Plant]], place: Path) -> dict[Round, Stage]:
    """Writes every plant into copies below `place`, and reads them.

    Raises:
        BuildError: there is no room for the copies, or git would not write them.
    """
    plants = {name: tuple(found) for name, found in rounds.items()}
    copies = {repo: _open(read, scene, repo, place) for repo in _touched(plants)}
    ids: dict[str, str] = {}
    for repo in _in_order(copies, plants):
        copy = copies[repo]
        for name, found in plants.items():
            for made in (made for plant in found for made in plant.commits if made.repo == repo):
                _add(copy, made, name, scene.moment, ids)
            for tagged in (tagged for plant in found for tagged in plant.tags if tagged.repo == repo):
                _tag(copy, tagged, name, scene.moment, ids)
            moves = [each for plant in found for each in plant.moved if each.repo == repo]
            copy.orders += [scratch.Reset(each.ref, each.on) for each in moves]
        written = scratch.write(copy.folder, copy.orders)
        copy.ids = {name: written[mark] for name, mark in copy.marks.items()}
        ids |= copy.ids
    folders = {repo: copy.folder for repo, copy in copies.items()}
    found_by_round = {name: dict(read.histories) for name in plants}
    for repo, copy in sorted(copies.items()):
        whole, refs = _read(read, copy), scratch.list_refs(copy.folder)
        ids |= {name: refs[f"refs/tags/{name}"] for tags in copy.tags.values() for name in tags}
        for name, found in plants.items():
            moved = [each for plant in found for each in plant.moved if each.repo == repo]
            if name in copy.rounds or name in copy.tags or moved:
                found_by_round[name][repo] = _as_of(copy, whole, refs, name, moved)
    return {name: Stage(found_by_round[name], ids, folders) for name in plants}


def _touched(plants: Mapping[Round, tuple[Plant, ...]]) -> tuple[str, ...]:
    every = [plant for found in plants.values() for plant in found]
    repos = {made.repo for plant in every for made in plant.commits}
    repos |= {tagged.repo for plant in every for tagged in plant.tags}
    return tuple(sorted(repos | {moved.repo for plant in every for moved in plant.moved}))


def _in_order(copies: Iterable[str], plants: Mapping[Round, tuple[Plant, ...]]) -> list[str]:
    """Those that others name commits of come first."""
    naming = {made.repo for found in plants.values() for plant in found for made in plant.commits if _names(made)}
    return sorted(copies, key=lambda repo: (repo in naming, repo))


def _names(made: Made) -> bool:
    """Whether a commit speaks of another repository's planted commit."""
    return any(b"@@" in (content or b"") for content in made.files.values())


def _open(read: World, scene: Scene, repo: str, place: Path) -> _Copy:
    repository = next(one for one in read.asked.repositories if one.id == repo)
    mirror = mirror_of(read, repository)
    folder = scratch.copy_mirror(mirror, place / mirror.name)
    return _Copy(repository, mirror, folder, read.histories[repo], scene.tip(repo))


def mirror_of(read: World, repository: Repository) -> Path:
    """The mirror of a repository that was read.

    Raises:
        BuildError: its address is none.
    """
    address = mirrors.locate_source(repository.url, read.location.folder)
    if isinstance(address, str):
        raise BuildError(f"{repository.id}: {address}.")
    return world.store(read.location) / "mirrors" / mirrors.folder_of(repository, address)


# --- writing -------------------------------------------------------------------------------------------------------


def _add(copy: _Copy, made: Made, name: Round, moment: int, ids: Mapping[str, str]) -> None:
    number = copy.rounds.get(name, 0) + 1
    at = moment + APART * number - made.earlier
    main, side = f"{_PLACE}/{name}", f"{_PLACE}/aside/{made.name}"
    copy.rounds[name] = number
    copy.marks[made.name] = len(copy.marks) + 1
    tip = next(
        (order.mark for order in reversed(copy.orders) if isinstance(order, scratch.Commit) and order.ref == main), 0
    )
    on = f":{copy.marks[made.after]}" if made.after else f":{tip}" if tip else copy.tip
    copy.orders.append(
        scratch.Commit(
            copy.marks[made.name],
            side if made.aside else main,
            on,
            _stamp(made.author, at),
            _stamp(made.committer or made.author, at),
            _filled(made.message.encode(), ids).decode(),
            {path: _filled(content, ids) if content else content for path, content in made.files.items()},
            f":{copy.marks[made.merges]}" if made.merges else "",
        )
    )


def _tag(copy: _Copy, tagged: Tagged, name: Round, moment: int, ids: Mapping[str, str]) -> None:
    number = copy.rounds.get(name, 0) + 1
    copy.rounds[name] = number
    own = tagged.on.strip("@")
    on = f":{copy.marks[own]}" if own in copy.marks else ids.get(own, tagged.on)
    copy.orders.append(scratch.Tag(tagged.name, on, _stamp(tagged.tagger, moment + APART * number), tagged.message))
    copy.tags.setdefault(name, []).append(tagged.name)


def _stamp(by: Who, at: int) -> Stamp:
    return Stamp(by.name, by.email, at)


def _filled(content: bytes, ids: Mapping[str, str]) -> bytes:
    """With the ids of planted commits in the place of their names."""
    if b"@@" not in content:
        return content
    for name, id_ in ids.items():
        content = content.replace(f"@@{name}@@".encode(), id_.encode())
    return content


# --- reading -------------------------------------------------------------------------------------------------------


def _read(read: World, copy: _Copy) -> History:
    """The copy, read as the mirror was; what was kept of the mirror is copied too, so that only what is new is read."""
    kept = world.store(read.location) / "histories" / copy.mirror.name
    own = copy.folder.with_suffix(".kept")
    if kept.is_dir():
        shutil.copytree(kept, own, ignore=shutil.ignore_patterns("lock", "part-*"))
    return histories.read_history(copy.folder, copy.repository, partial(read.asked.wanted, copy.repository.id), own)


def _as_of(copy: _Copy, whole: History, refs: Mapping[str, str], name: Round, moved: list[Moved]) -> History:
    """The history of one round: the operator's own, with what the round planted and moved."""
    before = copy.history
    branch = f"refs/heads/{before.branch}"
    now = dict(before.refs)
    if f"{_PLACE}/{name}" in refs:
        now[branch] = refs[f"{_PLACE}/{name}"]
    planted = copy.tags.get(name, ())
    now |= {f"refs/tags/{tag}": refs[f"refs/tags/{tag}"] for tag in planted}
    now |= {each.ref: each.on for each in moved}
    tags = {**before.tags, **{tag: whole.tags[tag] for tag in planted}}
    for tag in (each.ref.removeprefix("refs/tags/") for each in moved if each.ref.startswith("refs/tags/")):
        tags[tag] = whole.tags[tag]
    planted_in = replace(
        before,
        refs=now,
        commits=whole.commits,
        paths=whole.paths,
        blobs=whole.blobs,
        digests=whole.digests,
        tags=tags,
        moved=read_moved(copy.repository, copy.folder) if moved else before.moved,
    )
    return _with_scans(copy, planted_in)


def _with_scans(copy: _Copy, planted: History) -> History:
    """With what the lines of the new steps look like, where a build looks at those of the repository."""
    known = planted.secret_scans
    if not known and copy.repository.kind != "service":
        return planted
    newest = planted.commits[copy.tip].committer.time
    steps = [step for step in secrets.steps_since(planted, newest) if step.commit not in known]
    return replace(planted, secret_scans={**known, **secrets.read_scans(copy.folder, steps, None)})
