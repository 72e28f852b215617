"""The rows behind the pages as JSON, whole and lossless: what a page shows, a program can recount."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from enum import Enum

from tieout.model.history import Change, Deployment
from tieout.output import lists
from tieout.views import lapses
from tieout.views.snapshot import Snapshot

FORMAT = 1


def render(snapshot: Snapshot) -> Iterator[tuple[str, bytes]]:
    """`data/*.json` of one audit, and the lists as CSV. Every JSON file says its format, the audit and the digest of its pins."""
    facts, period = snapshot.facts, range(snapshot.date.start, snapshot.date.end + 1)
    tables: dict[str, list[object]] = {
        "changes": [change_row(one) for one in facts.changes.values() if one.time in period],
        "deployments": [deployment_row(one) for one in facts.deployments.values() if one.at in period],
        "items": [plain(item) for result in snapshot.judgement.results.values() for item in result.items],
        "controls": [plain(replace(one, worst=None)) for one in snapshot.judgement.controls.values()],
        "traces": [plain(trace) for trace in snapshot.traces.values()],
        "gaps": [plain(gap) for gap in snapshot.gaps],
        "figures": [plain(replace(figure, items=())) for figure in (*snapshot.figures, *snapshot.trends)],
        "counted": [
            {"figure": figure.id, **dict(zip(item._fields, map(plain, item), strict=True))}
            for figure in snapshot.figures
            if not figure.service  # of one service they are the same rows, those with its name
            for item in figure.items
        ],
        "lapses": [*lapses.rows(snapshot)],
    }
    for name, rows in sorted(tables.items()):
        head = {"format": FORMAT, "audit": snapshot.date.key, "lock": snapshot.lock, "count": len(rows)}
        yield f"data/{name}.json", table(head, name, rows)
    yield from lists.render(snapshot)


def table(head: dict[str, object], name: str, rows: list[object]) -> bytes:
    """A JSON object with one row a line: a program reads it whole, a person reads its differences.

    A byte that is no UTF-8, as in the name of a file, is a lone surrogate here and its escape in JSON.
    """
    lines = ",\n".join(json.dumps(row, sort_keys=True, ensure_ascii=False) for row in rows)
    opening = json.dumps(head, sort_keys=True).removesuffix("}")
    return f'{opening}, "{name}": [\n{lines}\n]}}\n'.encode(errors="backslashreplace")


def change_row(change: Change) -> object:
    """A change without its contents: paths, not blobs."""
    paths = [{"status": path.status, "path": path.path} for path in change.paths]
    return {**_fields(change), "key": change.key, "paths": paths}


def deployment_row(deployment: Deployment) -> object:
    return {**_fields(deployment), "key": deployment.key}


def plain(value: object) -> object:
    """Dataclasses, tuples, enumerations and days as JSON knows them."""
    if value is None or isinstance(value, (str, bool, float)):
        return value.value if isinstance(value, Enum) else value
    if isinstance(value, int):
        return value.name.lower() if isinstance(value, Enum) else value
    if isinstance(value, (tuple, list)):
        names = getattr(value, "_fields", None)
        return [plain(one) for one in value] if names is None else dict(zip(names, map(plain, value), strict=True))
    return value.isoformat() if isinstance(value, date) else _fields(value)


def _fields(value: object) -> dict[str, object]:
    return {name: plain(getattr(value, name)) for name in value.__dataclass_fields__}  # type: ignore[attr-defined]
