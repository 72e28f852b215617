"""The files that evidence names: there, and with the hash that was written down."""

import hashlib
from collections.abc import Iterable, Mapping

from tieout.content.records import Written
from tieout.model.records import Evidence
from tieout.model.registers import EvidenceFile
from tieout.problems import Problem, error
from tieout.text.words import suggest


def check(written: Iterable[Written], files: Mapping[str, bytes]) -> tuple[dict[str, EvidenceFile], list[Problem]]:
    """What stands at each path that an evidence record names, in order of path."""
    found: dict[str, EvidenceFile] = {}
    problems: list[Problem] = []
    for entry in written:
        if not isinstance(entry.record, Evidence) or not entry.record.file:
            continue
        path = entry.record.file
        if path not in files:
            near = suggest(path, files)
            message = f"file: there is no '{path}'" + (
                f" (did you mean '{near}'?)" if near else "; add it, or correct the path"
            )
            problems.append(error("evidence-missing-file", message, entry.place("file")))
            continue
        digest = found[path].sha256 if path in found else hashlib.sha256(files[path]).hexdigest()
        found[path] = EvidenceFile(path, digest, len(files[path]))
        if entry.record.sha256 and entry.record.sha256.lower() != digest:
            message = f"sha256: {path} has {digest}, so it was changed after it was collected; restore it, or correct the hash if it is another file's"
            problems.append(error("evidence-altered", message, entry.place("sha256")))
    return dict(sorted(found.items())), problems
