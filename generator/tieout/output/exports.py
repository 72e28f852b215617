"""The rows behind the pages as JSON, whole and lossless: what a page shows, a program can recount."""

from collections.abc import Iterator
from dataclasses import is_dataclass
from datetime import date
from enum import Enum

from tieout.model.history import Change, Deployment
from tieout.output.manifest import canonical
from tieout.views.snapshot import Snapshot

FORMAT = 1


def render(snapshot: Snapshot) -> Iterator[tuple[str, bytes]]:
    """`data/*.json` of one audit. Every file says its format, the audit and the digest of its pins."""
    facts, period = snapshot.facts, range(snapshot.date.start, snapshot.date.end + 1)
    tables = {
        "changes": [change_row(one) for one in facts.changes.values() if one.time in period],
        "deployments": [deployment_row(one) for one in facts.deployments.values() if one.at in period],
        "items": [plain(item) for result in snapshot.judgement.results.values() for item in result.items],
        "traces": [plain(trace) for trace in snapshot.traces.values()],
        "gaps": [plain(gap) for gap in snapshot.gaps],
        "figures": [plain(figure) for figure in snapshot.figures],
    }
    for name, rows in sorted(tables.items()):
        head = {"format": FORMAT, "audit": snapshot.date.key, "lock": snapshot.lock, "count": len(rows)}
        yield f"data/{name}.json", canonical({**head, name: rows})


def change_row(change: Change) -> object:
    """A change without its contents: paths, not blobs."""
    row = plain(change)
    assert isinstance(row, dict)  # noqa: S101 - a dataclass becomes a mapping
    row["paths"] = [{"status": path.status, "path": path.path} for path in change.paths]
    return {"key": change.key, **row}


def deployment_row(deployment: Deployment) -> object:
    row = plain(deployment)
    assert isinstance(row, dict)  # noqa: S101 - a dataclass becomes a mapping
    return {"key": deployment.key, **row}


def plain(value: object) -> object:
    """Dataclasses, tuples, enumerations and days as JSON knows them."""
    if is_dataclass(value) and not isinstance(value, type):
        return {key: plain(inner) for key, inner in _fields(value).items()}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {key: plain(inner) for key, inner in value._asdict().items()}
    if isinstance(value, (tuple, list)):
        return [plain(inner) for inner in value]
    if isinstance(value, Enum):
        return value.name.lower() if isinstance(value, int) else value.value
    return value.isoformat() if isinstance(value, date) else value


def _fields(value: object) -> dict[str, object]:
    return {name: getattr(value, name) for name in value.__dataclass_fields__}  # type: ignore[attr-defined]
