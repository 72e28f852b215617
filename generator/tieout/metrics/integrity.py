"""F5, F7 and F21 to F23: whether changes went the way that they have to go."""

from collections.abc import Iterable, Iterator, Sequence

from tieout.metrics.measured import Measured, of_change, of_deployment, share
from tieout.model.grades import Grade
from tieout.model.history import Change
from tieout.model.results import CheckResult, Counted, Figure, Item, Outcome
from tieout.text.words import plural


def figures(known: Measured) -> Iterator[Figure]:
    yield from _through_pipeline(known)
    yield _duties(known)
    yield from _reviews(known)
    yield from _passed(known, "F22", "commits-signed")
    yield from _passed(known, "F23", "change-reference")


def _through_pipeline(known: Measured) -> Iterator[Figure]:
    """F5: by deployment, and by the changes that share its way."""
    piped = {item.key for item in _passing(known, "deployed-by-pipeline")}
    approved = piped & {item.key for item in _passing(known, "deployed-from-protected-branch")}
    yield share(known, "F5", (of_deployment(one, counts=one.key in approved) for one in known.deployments))
    way = {key: found.key in approved for found in known.deployments for key in found.changes}
    brought = [known.facts.changes[key] for key in sorted(way) if key in known.facts.changes]
    yield share(known, "F5/changes", (of_change(change, counts=way[change.key]) for change in brought))


def _passing(known: Measured, check: str) -> Iterator[Item]:
    result = known.items(check)
    yield from (item for item in result.items if item.outcome is Outcome.PASS) if result else ()


def _duties(known: Measured) -> Figure:
    """F7."""
    tiers = {id_: service.tier for id_, service in known.isms.services.items()}
    judged = {change.key: change for change in known.changes if any(tiers.get(id_, 1) < 3 for id_ in change.services)}
    approved = known.items("approver-not-author")
    deployed = [*_items(known, "author-not-deployer"), *_items(known, "author-approver-deployer-distinct")]
    broken = {item.key for item in approved.items if item.outcome is Outcome.FAIL} if approved else set()
    for item in deployed:
        if item.outcome is Outcome.FAIL and item.key in known.facts.deployments:
            brought = [judged[key] for key in _brought(known, item) if key in judged]
            broken |= {change.key for change in _with_two_parts(brought, _deployers(known, item))}
    untold = _untold(known, approved, deployed) - broken
    limit = f"{plural(len(untold & judged.keys()), 'change')} cannot be told." if untold & judged.keys() else ""
    return share(
        known,
        "F7",
        (
            of_change(change, Outcome.UNKNOWN.value if key in untold else "", counts=key in broken)
            for key, change in judged.items()
        ),
        limit,
    )


def _items(known: Measured, check: str) -> tuple[Item, ...]:
    result = known.items(check)
    return result.items if result else ()


def _brought(known: Measured, item: Item) -> tuple[str, ...]:
    """The changes of a deployment; an item may also be about a repository that was not read."""
    found = known.facts.deployments.get(item.key)
    return found.changes if found else ()


def _deployers(known: Measured, item: Item) -> frozenset[str]:
    """Those whom a failed deployment names for deploying it; where nobody approved a change, it names its authors."""
    found = known.facts.deployments[item.key]
    actors = {actor.key for actor in (found.by, found.requested_by, found.hand) if actor}
    return frozenset(actors.intersection(item.people))


def _with_two_parts(brought: Sequence[Change], deployers: frozenset[str]) -> list[Change]:
    """The changes that somebody who deployed them wrote; where there is none, those that they alone approved."""
    written = [change for change in brought if deployers.intersection(author.key for author in change.authors)]
    return written or [change for change in brought if _approvers(change) and _approvers(change) <= deployers]


def _approvers(change: Change) -> set[str]:
    """All who approved it, its authors left out."""
    return {approval.by.key for approval in change.approvals} - {author.key for author in change.authors}


def _untold(known: Measured, approved: CheckResult | None, deployed: Iterable[Item]) -> set[str]:
    """The changes of which it cannot be told whether they broke segregation of duties."""
    found = {item.key for item in approved.items if item.outcome is Outcome.UNKNOWN} if approved else set()
    for item in deployed:
        if item.outcome is Outcome.UNKNOWN:
            found.update(_brought(known, item))
    return found


def _reviews(known: Measured) -> Iterator[Figure]:
    """F21: at the grade the tier asks, and by the grade found."""
    yield from _passed(known, "F21", "change-reviewed")
    result = known.items("change-reviewed")
    items = [item for item in result.items if item.outcome is not Outcome.NOT_APPLICABLE] if result else []
    for grade in sorted(Grade, reverse=True):
        at = {item.key for item in items if item.grade == grade and item.outcome is Outcome.PASS}
        if at:
            held = (_item(item)._replace(counts=item.key in at) for item in items)
            yield share(known, f"F21/{grade.name.lower()}", held)


def _passed(known: Measured, id_: str, check: str) -> Iterator[Figure]:
    """Passed of all that were judged: failed, excepted and unknown stand in the denominator."""
    result = known.items(check)
    if result is None:
        return
    unknown = result.count(Outcome.UNKNOWN)
    limit = f"{plural(unknown, 'change')} cannot be told." if unknown else ""
    judged = (item for item in result.items if item.outcome is not Outcome.NOT_APPLICABLE)
    yield share(known, id_, map(_item, judged), limit)


def _item(item: Item) -> Counted:
    return Counted(item.kind, item.key, item.service, item.at, item.outcome.value, item.outcome is Outcome.PASS)
