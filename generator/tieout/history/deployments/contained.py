"""Which changes reach production with a deployment for the first time: each change once at most, whatever comes later."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from tieout.history.deployments.sources import Pinned
from tieout.history.short_ids import digits_of
from tieout.model.history import Deployment
from tieout.model.records import Service


@dataclass(slots=True)
class Reached:
    """How far each repository of a service had reached production."""

    positions: dict[str, int] = field(default_factory=dict)

    def advance(self, repo: str, position: int) -> range:
        """Positions that reach production for the first time."""
        before = self.positions.get(repo, -1)
        self.positions[repo] = max(before, position)
        return range(before + 1, position + 1)


def with_changes(
    deployments: Sequence[Deployment], service: Service, pinned: Mapping[str, Pinned]
) -> Iterator[Deployment]:
    """Give each deployment, oldest first, the changes that reach production with it; an older commit brings none.

    What failed, or was not at its end, brings none either.
    """
    reached = Reached()
    records = [deployment.record for deployment in deployments]
    shared = {record for record in records if records.count(record) > 1} if len(set(records)) < len(records) else set()
    digits = digits_of(records)
    for deployment in deployments:
        part = deployment.environment if deployment.record in shared else ""
        source = pinned.get(deployment.repo)
        known = source is not None and deployment.commit in source.history.commits
        changes: tuple[str, ...] = ()
        moved: Literal["", "again", "back"] = ""
        if source and known and deployment.reached:
            position = min(source.line.reach(deployment.commit), source.last)
            before = reached.positions.get(deployment.repo, -1)
            moved = "again" if position == before else "back" if position < before else ""
            changes = _contained(source, reached.advance(deployment.repo, position), service.id)
        yield replace(deployment, changes=changes, moved=moved, part=part, digits=digits[deployment.record])


def _contained(source: Pinned, positions: Iterable[int], service: str) -> tuple[str, ...]:
    ids = (source.line.steps[position] for position in positions)
    found = (source.by_id[id_] for id_ in ids if id_ in source.by_id)
    return tuple(change.key for change in found if service in change.services)
