"""Which changes and deployments have pages: those of the period, and older ones that something in it leads to.

Without this every audit would print the whole history again; with it, a link is made only to what has a page.
"""

from dataclasses import replace

from tieout.model.history import Change
from tieout.views import around
from tieout.views.snapshot import Snapshot


def narrowed(snapshot: Snapshot) -> Snapshot:
    """The snapshot with only the changes and deployments that get pages. Counts over the whole history need the other."""
    facts, date = snapshot.facts, snapshot.date
    named = set(around.naming(snapshot))
    running = _running(snapshot)
    deployments = {
        key: found
        for key, found in facts.deployments.items()
        if date.start <= found.at <= date.end or key in running or named.intersection(found.changes)
    }
    # what runs since before the period brought its changes before it; the first of all may have brought thousands
    inside = (found for found in deployments.values() if date.start <= found.at <= date.end)
    reached = {key for found in inside for key in found.changes}
    changes = {
        key: found
        for key, found in facts.changes.items()
        if _owned_in_period(snapshot, found) or key in named or key in reached
    }
    return replace(snapshot, facts=replace(facts, changes=changes, deployments=deployments))


def _owned_in_period(snapshot: Snapshot, found: Change) -> bool:
    """A robot's step that belongs to no service is a deployment told twice, or an export: its page would say nothing."""
    inside = snapshot.date.start <= found.time <= snapshot.date.end
    return inside and (bool(found.services) or not found.automated)


def _running(snapshot: Snapshot) -> set[str]:
    """Keys of the deployments that stand in each service's environments at the cut-off."""
    newest: dict[tuple[str, str], str] = {}
    for key, found in snapshot.facts.deployments.items():  # oldest first
        if found.at <= snapshot.date.cutoff:
            newest[found.service, found.environment] = key
    return set(newest.values())
