"""What was running on a day, and which changes had not been deployed by then: answered from the facts alone."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from tieout.model.history import Change, Deployment, Facts

DAY = 86_400
BEFORE_THE_FIRST = "no production deployment is recorded"


class Running(NamedTuple):
    """The deployment whose version stands in an environment; none where that cannot be told, and why."""

    deployment: Deployment | None
    since: int = 0  # when it came there, which after a roll-back is later than it was deployed
    why: str = ""  # the rest of "cannot tell: …"


def what_ran(facts: Facts, service: str, environment: str, at: int) -> Running:
    """What ran at a second (UTC), as the declared source tells. It changes only at a deployment, or when one is rolled back.

    A failed deployment changes nothing. After one that was not at its end, or whose result is not known, nobody can
    tell until the next.
    """
    state = Running(None, 0, BEFORE_THE_FIRST)
    for moment, found in _course(facts, service, environment):
        if moment > at:
            break
        state = found
    return _seen(facts, service, state, at)


def _seen(facts: Facts, service: str, state: Running, at: int) -> Running:
    """What ran, unless a release came later of which nobody knows when."""
    later = [name for name, time in facts.undated.get(service, ()) if state.since < time <= at]
    return Running(None, 0, f"a release without a date came later, {later[-1]}") if later else state


class Stood(NamedTuple):
    """What ran in an environment from one second to another, both included."""

    state: Running
    since: int
    until: int


def list_stood(facts: Facts, service: str, environment: str, start: int, end: int) -> list[Stood]:
    """What ran at each second of a period, as `what_ran` tells it, oldest first and without a hole."""
    course = list(_course(facts, service, environment))
    undated = (time for _, time in facts.undated.get(service, ()))
    moments = sorted({start, *(one for one in (*undated, *(moment for moment, _ in course)) if start < one <= end)})
    found: list[Stood] = []
    place, base = 0, Running(None, 0, BEFORE_THE_FIRST)
    for number, moment in enumerate(moments):
        while place < len(course) and course[place][0] <= moment:
            base = course[place][1]
            place += 1
        state = _seen(facts, service, base, moment)
        until = moments[number + 1] - 1 if number + 1 < len(moments) else end
        if found and found[-1].state == state:
            found[-1] = found[-1]._replace(until=until)
        else:
            found.append(Stood(state, moment, until))
    return found


def _course(facts: Facts, service: str, environment: str) -> Iterator[tuple[int, Running]]:
    """Every moment at which something may have changed, oldest first, and what ran from then on."""
    deployments = [
        one for one in facts.deployments.values() if (one.service, one.environment) == (service, environment)
    ]
    undone = {one.rollback_of for one in deployments if one.rollback_of and one.reached}
    events: list[tuple[int, int, Deployment]] = []
    for place, one in enumerate(deployments):  # oldest first, in the order of the facts where times are equal
        events.append((one.at, place, one))
        if one.result == "rolled-back" and one.ended > one.at and one.id not in undone:
            events.append((one.ended, place, one))
    before: dict[str, Running] = {}
    state = Running(None, 0, BEFORE_THE_FIRST)
    for moment, _, one in sorted(events, key=lambda event: event[:2]):
        if one.key not in before:
            before[one.key] = state
            state = _after(one, state, stood=one.ended > one.at or one.id in undone)
        elif state.deployment is one:  # its end: what ran before it runs again
            state = before[one.key]._replace(since=moment if before[one.key].deployment else 0)
        yield moment, state


def _after(one: Deployment, state: Running, *, stood: bool) -> Running:
    """What runs once a deployment was recorded. `stood`: it is known until when it ran."""
    if one.result in {"", "succeeded"} or (one.result == "rolled-back" and stood):
        return Running(one, one.at)
    if one.result in {"failed", "rolled-back"}:
        return state
    words = "was not at its end" if one.result == "in-progress" else "has no known result"
    return Running(None, one.at, f"the deployment of {one.version} {words}")


class Undeployed(NamedTuple):
    """The changes of a service in a period, held against the deployments up to a second."""

    changes: int  # all of the period
    waiting: tuple[Change, ...]  # in no deployment, oldest first
    untold: int  # of which nobody can tell: a deployment after them does not say what it deployed


def find_undeployed(facts: Facts, service: str, start: int, end: int, at: int) -> Undeployed:
    """Changes that entered the branch from `start` to `end` and had not reached production at `at`."""
    deployments = [one for one in facts.deployments.values() if one.service == service and one.at <= at]
    deployed = {key for one in deployments for key in one.changes}
    blind = max((one.at for one in deployments if one.reached and (not one.commit or one.absent)), default=0)
    own = [one for one in facts.changes.values() if service in one.services and start <= one.time <= end]
    left = [one for one in own if one.key not in deployed]
    waiting = tuple(one for one in left if one.time > blind)
    return Undeployed(len(own), waiting, len(left) - len(waiting))


def days_old(changes: Iterable[Change], at: int) -> int:
    """Whole days since the oldest of some changes entered the branch."""
    return max(((at - one.time) // DAY for one in changes), default=0)
