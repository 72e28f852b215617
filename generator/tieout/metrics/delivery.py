"""F1 to F4, F6 and F20: how often, how fast and how safely changes reach production."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import islice, pairwise, takewhile

from tieout.checks.case import midnight
from tieout.metrics.measured import (
    DAY,
    FEW,
    NOT_MEASURED,
    Measured,
    of_change,
    of_deployment,
    of_record,
    quantile,
    said,
    share,
    time_words,
)
from tieout.model.history import Change, Deployment
from tieout.model.records import Incident
from tieout.model.results import Counted, Figure
from tieout.text.words import digits, plural

BEFORE_EVENT = 7 * DAY


def figures(known: Measured) -> Iterator[Figure]:
    yield from _frequency(known)
    yield from _lead_time(known)
    yield from _failures(known)
    yield from _restoring(known)
    yield from _batches(known)


def _frequency(known: Measured) -> Iterator[Figure]:
    """F1."""
    made = [found for found in known.deployments if found.reached]
    words = f"{digits(len(made))} in {plural(known.days, 'day')}"
    if not made and _is_untold(known):
        words = f"{NOT_MEASURED}: the declared source does not tell them"
    yield said(known, "F1", words, map(of_deployment, made))
    between = []
    for service in sorted({found.service for found in made}):
        own = [found for found in made if found.service == service]
        between += [(of_deployment(later), later.at - earlier.at) for earlier, later in pairwise(own)]
    yield quantile(known, "F1/between", between, 50, "interval")


def _is_untold(known: Measured) -> bool:
    """Whether there is a service whose deployments nobody can tell: no source, or integrations only."""
    judged = known.items("deployed-by-pipeline")
    return judged is not None and any(item.kind == "repository" for item in judged.items)


def _lead_time(known: Measured) -> Iterator[Figure]:
    """F2: a change counts where its first production deployment lies in the stretch."""
    deployed = sorted({key for found in known.deployments for key in found.changes})
    changes = [
        known.facts.changes[key]
        for key in deployed
        if key in known.facts.changes and known.start <= known.first[key] <= known.end
    ]
    whole = [(of_change(one), known.first[one.key] - one.first_commit_time) for one in changes]
    merged = [(of_change(one), known.first[one.key] - one.time) for one in changes]
    for word, percent in (("median", 50), ("p85", 85)):
        yield quantile(known, f"F2/{word}", whole, percent, "change")
        yield quantile(known, f"F2/merged-{word}", merged, percent, "change")


# --- failures ------------------------------------------------------------------------------------------------------


def _failures(known: Measured) -> Iterator[Figure]:
    """F3: the causes apart, and the deployments that have at least one of them."""
    told = [found for found in known.deployments if found.result]
    undone = {found.key for found in told if found.result == "rolled-back"} | _taken_back(told)
    causes = {
        "incident": {found.key for found in known.deployments if not known.blamed.isdisjoint(found.changes)},
        "emergency": {
            found.key for found in known.deployments if any(one.emergency for one in _next_day(known, found))
        },
        "revert": {found.key for found in known.deployments if _is_reverted(known, found)},
    }
    broken = undone | {found.key for found in told if found.result == "failed"}
    yield _of_deployments(known, "F3", broken.union(*causes.values()))
    for word, keys in causes.items():
        yield _of_deployments(known, f"F3/{word}", keys)
    if told:
        yield share(known, "F3/rolled-back", (of_deployment(one, counts=one.key in undone) for one in told))
    else:
        words = f"{NOT_MEASURED}: the declared sources hold no record of a roll-back"
        yield said(known, "F3/rolled-back", words)
    mending = {found.key for found in known.deployments if _puts_right(known, found)}
    limit = "What nobody marked as an emergency, a revert or a roll-back looks planned."
    yield _of_deployments(known, "F3/rework", mending, limit)


def _of_deployments(known: Measured, id_: str, keys: set[str], limit: str = "") -> Figure:
    return share(known, id_, (of_deployment(one, counts=one.key in keys) for one in known.deployments), limit)


def _taken_back(told: Iterable[Deployment]) -> set[str]:
    """Deployments that a later one of the same service and environment says it rolled back."""
    named = {(found.service, found.environment, found.rollback_of) for found in told if found.rollback_of}
    return {found.key for found in told if (found.service, found.environment, found.id) in named}


def _next_day(known: Measured, deployment: Deployment) -> Iterator[Change]:
    """Later changes of the same service's repository that entered its branch within 24 hours."""
    own = set(deployment.changes)
    start = bisect_right(known.changes, deployment.at, key=lambda change: change.time)
    for change in takewhile(lambda change: change.time <= deployment.at + DAY, islice(known.changes, start, None)):
        if change.repo == deployment.repo and deployment.service in change.services and change.key not in own:
            yield change


def _is_reverted(known: Measured, deployment: Deployment) -> bool:
    own = set(deployment.changes)
    return any(link.change in own for change in _next_day(known, deployment) for link in change.reverts if link.change)


def _puts_right(known: Measured, deployment: Deployment) -> bool:
    if deployment.rollback_of or not known.hurried.isdisjoint(deployment.changes):
        return True
    carried = (known.facts.changes[key] for key in deployment.changes if key in known.facts.changes)
    return any(change.emergency or change.reverts for change in carried)


# --- incidents that a change caused ---------------------------------------------------------------------------------


def _restoring(known: Measured) -> Iterator[Figure]:
    """F4."""
    found = [
        one
        for one in known.isms.incidents.values()
        if one.kind in {"availability", "integrity"}
        and one.caused_by
        and known.concerns(one.affects)
        and known.start <= int(one.started.timestamp()) <= known.end
        and one.restored is not None
    ]
    whole = [(_incident(one), int((one.restored - one.started).total_seconds())) for one in found if one.restored]
    seen = [(_incident(one), int((one.restored - one.detected).total_seconds())) for one in found if one.restored]
    for word, percent in (("median", 50), ("p85", 85), ("worst", 100)):
        yield quantile(known, f"F4/{word}", whole, percent, "incident")
    yield quantile(known, "F4/detected", seen, 50, "incident")


def _incident(incident: Incident) -> Counted:
    return of_record(incident.id, int(incident.started.timestamp()))


# --- batches --------------------------------------------------------------------------------------------------------


def _batches(known: Measured) -> Iterator[Figure]:
    """F6."""
    held = [found for found in known.deployments if found.changes]
    sizes = sorted((len(found.changes), of_deployment(found, plural(len(found.changes), "change"))) for found in held)
    items = tuple(item for _, item in sizes)
    if not sizes:
        for word in ("median", "most", "oldest"):
            yield said(known, f"F6/{word}", "did not occur")
        return
    middle = sizes[-(-len(sizes) // 2) - 1][0]
    few = f"{plural(len(sizes), 'deployment')} with {', '.join(str(size) for size, _ in sizes)}"
    yield said(known, "F6/median", digits(middle) if len(sizes) >= FEW else few, items)
    yield said(known, "F6/most", f"{digits(sizes[-1][0])}, in {plural(len(sizes), 'deployment')}", items[-1:])
    waits = sorted((found.at - min(times), of_deployment(found)) for found in held if (times := _times(known, found)))
    if waits:
        longest = waits[-1][1]._replace(value=time_words(waits[-1][0]))
        yield said(known, "F6/oldest", longest.value, (longest,))
    events = [midnight(event.from_) for event in known.isms.events.values()]
    near = {found.key for found in held if any(0 <= at - found.at <= BEFORE_EVENT for at in events)}
    if any(known.start <= at <= known.end + BEFORE_EVENT for at in events):
        sized = (of_deployment(one, plural(len(one.changes), "change"), counts=one.key in near) for one in held)
        yield share(known, "F6/events", sized)


def _times(known: Measured, deployment: Deployment) -> list[int]:
    return [known.facts.changes[key].time for key in deployment.changes if key in known.facts.changes]
