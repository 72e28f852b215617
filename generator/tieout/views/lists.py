"""The lists that checks judge, as files: what is in a population, and nothing of how it was judged.

Checks that judge the same things share one list: `changes`, `deployments`, or the name of the only check that has it.
A sample is drawn from the list by the digest of its file, so its bytes are part of what is promised.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from types import MappingProxyType

from tieout.checks.case import Case, changes_in_period, deployments_in_period
from tieout.model.results import CheckResult, Item
from tieout.text import csv_table
from tieout.views import addresses, words
from tieout.views.snapshot import Snapshot

COLUMNS = ("key", "services", "month", "time", "id", "title")
_QUOTED = str.maketrans({mark: f"%{ord(mark):02X}" for mark in '%,"\r\n'})  # so that `cut -d,` finds the columns


@dataclass(frozen=True, slots=True)
class Listed:
    """One list: its items, oldest first, without what stands for a repository that was not read."""

    name: str
    items: tuple[Item, ...]
    content: bytes
    digest: str  # SHA-256 of the content

    @property
    def path(self) -> str:
        return f"data/populations/{self.name}.csv"


# The lists of the snapshot that was asked for last: its pages and its files all need the same ones.
_KNOWN: list[tuple[Snapshot, Mapping[str, Listed]]] = []


def by_check(snapshot: Snapshot) -> Mapping[str, Listed]:
    """The list behind each check that had something to judge."""
    if not _KNOWN or _KNOWN[0][0] is not snapshot:
        _KNOWN[:] = [(snapshot, MappingProxyType(_by_check(snapshot)))]
    return _KNOWN[0][1]


def _by_check(snapshot: Snapshot) -> dict[str, Listed]:
    whole = {tuple(sorted(keys)): name for name, keys in _whole(snapshot).items()}
    known: dict[tuple[tuple[str, ...], tuple[str, ...]], Listed] = {}
    found: dict[str, Listed] = {}
    for id_, result in snapshot.judgement.results.items():
        items = population(result)
        if not items:
            continue
        keys = tuple([item.key for item in items])
        named = (keys, tuple([services(item) for item in items]))
        listed = known.get(named)
        if listed is None:
            of_git = result.check.kind in {"change", "deployment"}
            name = whole.get(tuple(sorted(keys)), id_) if of_git else id_
            content = csv_table.render(COLUMNS, (_row(snapshot, item) for item in items))
            listed = known[named] = Listed(name, items, content, sha256(content).hexdigest())
        found[id_] = listed
    return found


def population(result: CheckResult) -> tuple[Item, ...]:
    """The items of a check's own kind; the others say what could not be read."""
    kind = result.check.kind
    return tuple([item for item in result.items if item.kind == kind])


def services(item: Item) -> str:
    """All services of an item, with a space between them."""
    if not item.others:
        return item.service
    return " ".join(sorted({item.service, *item.others} - {""}))


def name(item: Item) -> str:
    """The first two cells of the item's row, as they stand in the file."""
    return f"{item.key.translate(_QUOTED)},{services(item)}"


def command(listed: Listed, service: str = "") -> str:
    """Counts the rows of a list, or those of a service, in the audit's folder."""
    if not service:
        return f"tail -n +2 {listed.path} | wc -l"
    return f'awk -F, \'NR > 1 && " " $2 " " ~ / {service} /\' {listed.path} | wc -l'


def _whole(snapshot: Snapshot) -> dict[str, tuple[str, ...]]:
    case = Case(snapshot.isms, snapshot.facts, snapshot.date, snapshot.config)
    return {
        "changes": tuple(change.key for change in changes_in_period(case)),
        "deployments": tuple(deployment.key for deployment in deployments_in_period(case)),
    }


def _row(snapshot: Snapshot, item: Item) -> tuple[str, ...]:
    month = addresses.month(item.at) if item.at else ""
    return (
        item.key.translate(_QUOTED),
        services(item),
        month,
        f"{words.minute(item.at)}Z" if item.at else "",
        *known_by(snapshot, item),
    )


def known_by(snapshot: Snapshot, item: Item) -> tuple[str, str]:
    """The full id and the title of an item."""
    if item.kind == "change" and item.key in snapshot.facts.changes:
        change = snapshot.facts.changes[item.key]
        return change.id, change.subject
    if item.kind == "deployment" and item.key in snapshot.facts.deployments:
        deployment = snapshot.facts.deployments[item.key]
        return deployment.record, deployment.version
    found = words.find(snapshot.isms, item.key) if item.kind == "record" else None
    return "", found[1].title if found else ""
