"""Which changes go to production together, when, by whom: the deployments of one service, before they are commits."""

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from tieout.demo.dice import Dice
from tieout.demo.hours import DAY, HOUR, MINUTE, day_of, later_working, seconds
from tieout.demo.schedule import window_of
from tieout.demo.services import Step
from tieout.demo.teams import PLATFORM, Team

# Services that deployed by hand a few times in the first autumn, and the places of those deployments in their order.
BY_HAND = {"promo-engine": (1, 3), "player-account": (1, 3), "settlement": (2, 5), "wallet": (1, 4, 7)}
TAGS_PAUSE = 11 * MINUTE


class Release(NamedTuple):
    """One version on its way through the environments."""

    repo: str
    version: str
    commit: str
    numbers: tuple[int, ...]  # of the proposals in it
    built: int  # when it was tagged and reached dev
    test: int
    prod: int
    kind: Literal["pipeline", "by-hand", "batch", "hotfix"]
    by: str  # author of the commit for production
    requested_by: str
    approved_by: tuple[str, ...]
    label: str = ""


def plan_releases(team: Team, steps: Sequence[Step]) -> tuple[Release, ...]:
    """Exact numbers by window; what the story wants deployed by itself is, and so is the last change of a window."""
    times = _production_times(team, steps)
    chosen: list[int] = []
    for window, wanted in enumerate(team.deployments):
        inside = [at for at, time in enumerate(times) if window_of(time) == window]
        forced = {at for at in inside if _alone(steps, at)} | {inside[-1]}
        rest = [at for at in inside if at not in forced]
        dice = Dice(team.repo, "releases", window)
        chosen += sorted(forced | set(dice.shuffled(rest)[: wanted - len(forced)]))
    later = len(team.deployments)
    chosen += [at for at, time in enumerate(times) if window_of(time) == later and _alone(steps, at)]
    return tuple(_releases(team, steps, times, chosen))


def _alone(steps: Sequence[Step], at: int) -> bool:
    """Told to go by itself, or followed by a change that must not take others with it."""
    return steps[at].proposal.deploy or (at + 1 < len(steps) and steps[at + 1].proposal.mark in {"batch", "hotfix"})


def _production_times(team: Team, steps: Sequence[Step]) -> list[int]:
    times: list[int] = []
    for at, step in enumerate(steps):
        dice = Dice(team.repo, "production", step.proposal.number)
        mark = step.proposal.mark
        if mark == "hotfix":
            time = seconds("2026-06-27T20:52Z")
        elif mark == "batch":
            time = later_working(step.time + 18 * HOUR + dice.below(40 * MINUTE))
        elif _alone(steps, at):
            time = step.time + 130 * MINUTE + dice.below(40 * MINUTE)
        else:
            time = later_working(step.time + 3 * HOUR + dice.below(19 * HOUR))
        times.append(time)
    for at in range(len(times) - 2, -1, -1):
        times[at] = min(times[at], times[at + 1] - TAGS_PAUSE)
    return times


def _releases(team: Team, steps: Sequence[Step], times: list[int], chosen: list[int]) -> Iterator[Release]:
    start, minor = 0, team.version[1]
    day, of_day = 0, 0
    for order, at in enumerate(chosen):
        taken = steps[start : at + 1]
        last = steps[at]
        start = at + 1
        kind = _kind(team, last, order)
        minor += kind != "hotfix"
        built, prod = last.time + 9 * MINUTE, times[at]
        of_day = of_day + 1 if built // DAY == day else 1
        day = built // DAY
        version = f"v{team.version[0]}.{minor}.{int(kind == 'hotfix')}"
        if not team.tagged:
            version = f"{day_of(built):%Y.%m.%d}-{of_day}"
        authors = frozenset[str]().union(*(step.proposal.authors for step in taken))
        by, requested, approved = _who(team, kind, authors, Dice(team.repo, "release", order))
        numbers = tuple(step.proposal.number for step in taken)
        label = "hotfix-deployment" if kind == "hotfix" else ""
        if kind == "batch" and day_of(prod).isoformat() == "2026-07-09":
            label = "batch-release-expired"
        yield Release(
            team.repo, version, last.commit, numbers, built, built + (prod - built) * 2 // 5, prod, kind, by, requested,
            approved, label,
        )  # fmt: skip


def _kind(team: Team, last: Step, order: int) -> Literal["pipeline", "by-hand", "batch", "hotfix"]:
    if last.proposal.mark == "hotfix":
        return "hotfix"
    if last.proposal.mark == "batch":
        return "batch"
    return "by-hand" if order in BY_HAND.get(team.repo, ()) else "pipeline"


def _who(team: Team, kind: str, authors: frozenset[str], dice: Dice) -> tuple[str, str, tuple[str, ...]]:
    """Deployer, who asked for it and who approved it: three people outside the author set, but for the hotfix."""
    if kind == "hotfix":
        return "jonas-feld", "", ()
    if kind == "batch":
        return (
            "lena-osei",
            "",
            tuple(one for one in ("freya-dunn", "grace-adeyemi", "yuki-arden") if one not in authors)[:2],
        )
    known = authors | {"tomasz-wilk"} if "tomasz-wilk-at-home" in authors else authors
    free = [one for one in dice.shuffled(team.releasers) if one not in known] or [
        one for one in PLATFORM if one not in known
    ]
    asking = free[0]
    approvers = [one for one in (*team.approvers, *PLATFORM, "ines-varga") if one not in known and one != asking]
    approved = (approvers[0],) if team.tier == 1 else ()
    return (asking, "", approved) if kind == "by-hand" else ("ci-bot", asking, approved)
