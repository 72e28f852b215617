"""What an audit's folder holds and where it came from: `manifest.json` and `SHA256SUMS`.

`sha256sum -c SHA256SUMS` inside the folder checks it with standard tools; the manifest names the pins behind it.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256

from tieout.model.history import Pin
from tieout.model.results import AuditDate

FORMAT = 1


def digest_pins(date: AuditDate, pins: Mapping[str, Pin]) -> str:
    """SHA-256 over the audit date and all pins: names the snapshot, whatever generator renders it."""
    return sha256(canonical({"audit": date.key, "as_of": date.as_of.isoformat(), "pins": pin_rows(pins)})).hexdigest()


def pin_rows(pins: Mapping[str, Pin]) -> list[dict[str, object]]:
    return [
        {
            "repository": id_,
            "branch": pin.branch,
            "commit": pin.commit,
            "tree": pin.tree,
            "tags": pin.tags,
            "refs": pin.refs,
        }
        for id_, pin in sorted(pins.items())
    ]


def canonical(value: object) -> bytes:
    return (json.dumps(value, sort_keys=True, ensure_ascii=False, indent=1) + "\n").encode(errors="backslashreplace")


def sealed(
    files: Iterable[tuple[str, bytes]], *, date: AuditDate, pins: Mapping[str, Pin], version: str, lock: str
) -> Iterator[tuple[str, bytes]]:
    """The files of one audit, followed by its manifest and sums."""
    sums: dict[str, str] = {}
    for path, content in files:
        sums[path] = sha256(content).hexdigest()
        yield path, content
    manifest = canonical(
        {
            "format": FORMAT,
            "audit": {"key": date.key, "record": date.record, "as_of": date.as_of.isoformat(), "draft": date.open},
            "generator": version,
            "lock": lock,
            "pins": pin_rows(pins),
            "files": [{"path": path, "sha256": sums[path]} for path in sorted(sums)],
        }
    )
    yield "manifest.json", manifest
    sums["manifest.json"] = sha256(manifest).hexdigest()
    yield "SHA256SUMS", "".join(f"{sums[path]}  {path}\n" for path in sorted(sums)).encode()
