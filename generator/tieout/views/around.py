"""What stands around changes and deployments, gathered once for all their pages instead of searched for on each."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tieout.model.checks import ItemKind
from tieout.model.history import Change, Deployment
from tieout.model.records import CommitRef, Control
from tieout.model.registers import Isms
from tieout.model.results import Item, Judgement, Outcome
from tieout.views.snapshot import Snapshot

Named = tuple[str, str]  # register and id


@dataclass(frozen=True, slots=True)
class Around:
    """By the key of a change, of a deployment, or by the id of a check."""

    changes: Mapping[str, Sequence[Item]]  # verdicts on a change; one of two services is judged once for each
    deployments: Mapping[str, Sequence[Item]]  # verdicts on a deployment
    deployed: Mapping[str, Sequence[Deployment]]  # deployments that brought a change, oldest first
    naming: Mapping[str, Sequence[Named]]  # incidents, findings and actions that name a change or a commit it carries
    controls: Mapping[str, Sequence[Control]]  # controls that a check enforces


def gather(snapshot: Snapshot) -> Around:
    deployed: dict[str, list[Deployment]] = {}
    for one in snapshot.facts.deployments.values():
        for key in one.changes:
            deployed.setdefault(key, []).append(one)
    return Around(
        verdicts(snapshot.judgement, "change"),
        verdicts(snapshot.judgement, "deployment"),
        deployed,
        naming(snapshot),
        _controls(snapshot.isms),
    )


def verdicts(judgement: Judgement, kind: ItemKind) -> Mapping[str, Sequence[Item]]:
    """Every verdict on the items of one kind, by key, in the order of the catalogue."""
    found: dict[str, list[Item]] = {}
    for result in judgement.results.values():
        if result.check.kind == kind:
            for item in result.items:
                found.setdefault(item.key, []).append(item)
    return found


def count_failed(keys: Iterable[str], judged: Mapping[str, Sequence[Item]]) -> int:
    """In how many of these changes or deployments at least one check failed."""
    return sum(any(item.outcome is Outcome.FAIL for item in judged.get(key, ())) for key in keys)


def naming(snapshot: Snapshot) -> Mapping[str, Sequence[Named]]:
    """The incidents, findings and actions that name a change or a commit it carries, by the key of the change."""
    wanted: dict[str, list[tuple[str, Named]]] = {}
    for named, reference in _references(snapshot.isms):
        if reference.commit:
            wanted.setdefault(reference.repo, []).append((reference.commit, named))
    found: dict[str, list[Named]] = {}
    for key, change in snapshot.facts.changes.items():
        held = [named for commit, named in wanted.get(change.repo, ()) if carries(change, commit)]
        if held:
            found[key] = list(dict.fromkeys(held))
    return found


def carries(change: Change, commit: str) -> bool:
    """Whether a commit, perhaps shortened, is the change or one of those it brought."""
    return change.id.startswith(commit) or any(one.startswith(commit) for one in change.commits)


def _references(isms: Isms) -> Iterator[tuple[Named, CommitRef]]:
    for incident in isms.incidents.values():
        for reference in (*incident.caused_by, *incident.emergency_changes):
            yield ("incidents", incident.id), reference
    for finding in isms.findings.values():
        for reference in finding.changes:
            yield ("findings", finding.id), reference
    for action in isms.actions.values():
        if action.change:
            yield ("actions", action.id), action.change


def _controls(isms: Isms) -> Mapping[str, Sequence[Control]]:
    found: dict[str, list[Control]] = {}
    for control in isms.controls.values():
        for text in dict.fromkeys(control.enforced_by):
            if text.startswith("check:"):
                found.setdefault(text.removeprefix("check:"), []).append(control)
    return found
