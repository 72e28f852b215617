"""A challenge from its beginning to its end: read as a build reads, plant, judge as a build judges, compare."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import tieout
from tieout import history
from tieout.build import dates, newest, world
from tieout.build.challenge.comparing import Planted, beside, try_all
from tieout.build.challenge.plan import CannotBePlantedError, Plant, Round, Violation
from tieout.build.challenge.plants import UNCHALLENGED, VIOLATIONS, asked
from tieout.build.challenge.scene import Scene, tree_at
from tieout.build.challenge.staging import Stage, mirror_of, stage
from tieout.build.world import World
from tieout.checks import judging
from tieout.checks.case import day_of, first_deployments
from tieout.checks.catalogue import CHECKS
from tieout.checks.review.emergency import DEFAULT_WITHIN
from tieout.model.challenge import Beside, Challenge, Trial
from tieout.model.history import Facts
from tieout.model.registers import Isms
from tieout.model.results import AuditDate, Judgement
from tieout.model.settings import ISMS
from tieout.problems import BuildError, Problem
from tieout.repos import scratch, trees
from tieout.text import words

Say = Callable[[str], None]
NINE = 9 * 3600  # o'clock
NOWHERE = "Cannot be planted, because no service that was asked for is live and has a repository."
OWN = "You declared this check: plant what it should notice in a branch of your own, and look at its page."


@dataclass(frozen=True, slots=True)
class Request:
    """What the person asked for; empty: every service, every check."""

    start: Path
    services: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()


def challenge(request: Request, say: Say) -> tuple[Challenge | None, tuple[Problem, ...]]:
    """What the checks notice of what is planted; nothing and the errors where the newest content has any.

    Raises:
        BuildError: no ISMS here, no such service, no room for the scratch copies, or another program wrote meanwhile.
    """
    read, problems = world.read(request.start, say)
    if read is None:
        return None, problems
    _refuse_unknown(request.services, read.newest_isms)
    say("judging the present")
    scene = set_scene(read)
    planted = tuple(_plan(scene, request))
    say("planting")
    before = _held(read)
    with TemporaryDirectory(prefix="tieout-challenge-") as place:
        trials, besides = _judge_all(read, scene, planted, Path(place), say, request)
    if changed := sorted(dict(before.items() ^ _held(read).items())):
        raise BuildError(
            f"{words.human_list(changed)}: something was written there meanwhile, and not by this command, so nothing can "
            "be told; run it again."
        )
    found = Challenge(
        operator=read.config.operator,
        newest=day_of(read.newest),
        as_of=scene.audit.as_of,
        version=tieout.__version__,
        pins={repo: pin.commit for repo, pin in sorted(scene.facts.pins.items())},
        trials=tuple(sorted(trials, key=lambda one: (one.violation, one.service, one.check))),
        beside=tuple(sorted(set(besides), key=lambda one: (one.check, one.item, one.service))),
        unchallenged=_unchallenged(scene, request),
    )
    return found, problems


def _held(read: World) -> dict[str, str]:
    """What has to be the same afterwards: each mirror, and the files of the ISMS."""
    linked = [one for one in read.asked.repositories if one.id in read.histories and one.id != ISMS]
    found = {one.id: scratch.fingerprint(mirror_of(read, one)) for one in linked}
    files = trees.read_worktree(read.location.folder)
    return found | {ISMS: sha256(repr(sorted(files.items())).encode("utf-8", "surrogateescape")).hexdigest()}


def _refuse_unknown(services: Iterable[str], isms: Isms) -> None:
    for service in services:
        if service not in isms.services:
            near = words.suggest(service, isms.services)
            raise BuildError(f"no service is called {service}{f' (did you mean {near}?)' if near else ''}.")


def set_scene(read: World) -> Scene:
    """The operator's own facts and judgement, before anything is planted, as of some days after their newest commit."""
    present = dates.plan(read, (dates.CURRENT,)).building[0]
    moment = present.end + 1 + NINE
    date = _later(present, read.newest_isms)
    facts = derive(read, date, read.newest_isms)
    return Scene(
        isms=read.newest_isms,
        config=read.config,
        facts=facts,
        judgement=judging.judge(read.newest_isms, facts, date, read.config),
        histories=read.histories,
        trees={
            repo: tree_at(read.histories[repo], pin.commit)
            for repo, pin in facts.pins.items()
            if repo != ISMS and pin.commit
        },
        files=trees.read_worktree(read.location.folder),
        audit=date,
        moment=moment,
    )


def _later(present: AuditDate, isms: Isms) -> AuditDate:
    """The present, once the time in which an emergency has to be reviewed has passed since something was planted."""
    setting = isms.checks.get("emergency-reviewed")
    within = setting.within if setting and setting.within is not None else DEFAULT_WITHIN
    as_of = day_of(present.end) + timedelta(days=within * 7 // 5 + 5)
    return replace(present, as_of=as_of, cutoff=dates.end_of(as_of), end=dates.end_of(as_of))


def derive(read: World, date: AuditDate, isms: Isms) -> Facts:
    """The facts as a build derives them."""
    facts, _ = history.derive(read.histories, world.pins_of(read, date), isms, read.config)
    return world.with_contents(world.with_missing(facts, read), read, isms, read.config)


# --- planting ------------------------------------------------------------------------------------------------------


def _plan(scene: Scene, request: Request) -> Iterator[Planted]:
    """Every violation at every live service with a repository, as far as it was asked for."""
    live = [one for one in scene.isms.services.values() if one.repos and one.status in {"live", "retiring"}]
    services = [one for one in live if not request.services or one.id in request.services]
    for violation in VIOLATIONS:
        checks = asked(violation)
        if not checks or (request.checks and not set(checks).intersection(request.checks)):
            continue
        if violation.plant_once and not request.services:
            yield _try(violation, "", partial(violation.plant_once, scene))
        if violation.plant is None:
            continue
        if not services:
            yield Planted(violation, "", None, NOWHERE)
        for service in services:
            yield _try(violation, service.id, partial(violation.plant, scene, service))


def _try(violation: Violation, service: str, plant: Callable[[], Plant]) -> Planted:
    try:
        return Planted(violation, service, plant())
    except CannotBePlantedError as why:
        return Planted(violation, service, None, f"Cannot be planted, because {why}.")


def _unchallenged(scene: Scene, request: Request) -> dict[str, str]:
    """The checks that nothing is planted for, those that the operator declared among them."""
    own = {id_: OWN for id_ in scene.judgement.results if id_ not in CHECKS}
    return {id_: why for id_, why in {**UNCHALLENGED, **own}.items() if not request.checks or id_ in request.checks}


# --- judging -------------------------------------------------------------------------------------------------------


def _judge_all(  # noqa: PLR0917 - what a challenge is made of
    read: World, scene: Scene, planted: Iterable[Planted], place: Path, say: Say, request: Request
) -> tuple[list[Trial], list[Beside]]:
    by_round: dict[Round, list[Planted]] = {}
    for one in planted:
        by_round.setdefault(one.violation.round, []).append(one)
    in_git: dict[Round, list[Plant]] = {
        name: [one.plant for one in found if one.plant] for name, found in by_round.items() if name != "registers"
    }
    stages = stage(read, scene, in_git, place)
    trials: list[Trial] = []
    besides: list[Beside] = []
    waiting = scene.facts.changes.keys() - first_deployments(scene.facts).keys()
    for name, found in by_round.items():
        say(f"judging {name}")
        for group in [[one] for one in found] if name == "registers" else [found]:
            after, ids = _judge(read, scene, group, stages.get(name))
            for one in group:
                wanted = [check for check in asked(one.violation) if not request.checks or check in request.checks]
                checks = {check: _unset(scene, check) for check in wanted}
                trials += try_all(one, checks, scene.judgement.results, after.results, ids)
            # a history that was rewritten is another one: what it no longer holds is gone from every check
            if name != "history":
                plants = [one.plant for one in group if one.plant]
                held = waiting if name == "deployments" else frozenset()
                besides += beside(scene.judgement.results, after.results, plants, ids, held)
    return trials, besides


def _unset(scene: Scene, check: str) -> str:
    """Why a check judges nothing here, whatever happens: nobody said what it asks."""
    needs = CHECKS[check].needs
    setting = scene.isms.checks.get(check)
    if not needs or any(getattr(setting, need) for need in needs if setting):
        return ""
    named = words.human_list((f"`{need}`" for need in needs), "or")
    return f"Cannot be planted, because checks.yml does not set {named} for the check, so nobody said what it asks."


def _judge(
    read: World, scene: Scene, group: Iterable[Planted], staged: Stage | None
) -> tuple[Judgement, Mapping[str, str]]:
    """The judgement with what a group planted. What stands in registers alone leaves the facts of git as they are."""
    files = {path: content for one in group if one.plant for path, content in one.plant.files.items()}
    isms = _load(read, {**scene.files, **files}) if files else scene.isms
    if staged is None:
        return judging.judge(isms, scene.facts, scene.audit, scene.config), {}
    facts = derive(replace(read, histories=staged.histories, copies=staged.copies), scene.audit, isms)
    return judging.judge(isms, facts, scene.audit, scene.config), staged.ids


def _load(read: World, files: Mapping[str, bytes | None]) -> Isms:
    return newest.load(read.location, {path: data for path, data in files.items() if data is not None}).isms
