"""Which changes and deployments have pages: those of the period, and older ones that something in it leads to.

Without this every audit would print the whole history again; with it, a link is made only to what has a page.
"""

from dataclasses import replace

from tieout.checks.reverse import bringers
from tieout.model.history import Change, Deployment
from tieout.model.running import what_ran
from tieout.views import around
from tieout.views.snapshot import Snapshot


def narrowed(snapshot: Snapshot) -> Snapshot:
    """The snapshot with only the changes and deployments that get pages. Counts over the whole history need the other."""
    facts, date = snapshot.facts, snapshot.date
    named = set(around.naming(snapshot))
    running = _running(snapshot)
    led_to = named.union(key for key, found in facts.changes.items() if date.start <= found.time <= date.end)
    deployments = {
        key: found
        for key, found in facts.deployments.items()
        if date.start <= found.at <= date.end or key in running or led_to.intersection(found.changes)
    }
    # what runs since before the period brought its changes before it; the first of all may have brought thousands
    inside = (found for found in deployments.values() if date.start <= found.at <= date.end)
    reached = {key for found in inside for key in found.changes}
    turned = {key for span in facts.spans for key in (span.came, span.left)}
    turned.update(bringers(facts, (facts.deployments[key] for key in running)).values())
    changes = {
        key: found
        for key, found in facts.changes.items()
        if _owned_in_period(snapshot, found) or key in named or key in reached or key in turned
    }
    return replace(snapshot, facts=replace(facts, changes=changes, deployments=deployments))


def _owned_in_period(snapshot: Snapshot, found: Change) -> bool:
    """A robot's step that belongs to no service is a deployment told twice, or an export: its page would say nothing."""
    inside = snapshot.date.start <= found.time <= snapshot.date.end
    return inside and (bool(found.services) or not found.automated)


def _running(snapshot: Snapshot) -> set[str]:
    """Keys of the deployments that stand in each service's environments at the cut-off, of those that came after, and of
    those that stood there when the period began.

    Without the later ones, which failed or whose end is not known, the pages would tell something else of what runs.
    """
    facts, at = snapshot.facts, snapshot.date.cutoff
    places: dict[tuple[str, str], list[Deployment]] = {}
    for found in facts.deployments.values():  # oldest first
        if found.at <= at:
            places.setdefault((found.service, found.environment), []).append(found)
    kept: set[str] = set()
    for (service, environment), listed in places.items():
        standing = what_ran(facts, service, environment, at).deployment
        first = listed.index(standing) if standing in listed else len(listed) - 1
        kept.update(found.key for found in listed[first:])
    return kept | {
        standing.key
        for service, environment in places
        if (standing := what_ran(facts, service, environment, snapshot.date.start).deployment)
    }
