"""The forge's answers kept in a records repository -> their SHA-256. The bytes are read once and let go."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from tieout.model.answers import is_place
from tieout.model.history import PathChange
from tieout.model.settings import Repository
from tieout.repos import git, raw

LIMIT = 64_000_000  # bytes of an answer that is compared; `tieout collect` keeps none that is as large


def read_digests(
    mirror: Path, repository: Repository, paths: Mapping[str, tuple[PathChange, ...]]
) -> Mapping[str, str]:
    """By blob id: the SHA-256 (hex) of every version of every answer; of nothing in a repository of another kind.

    An answer beyond the limit, or one that is not there, is left out: whoever asks for it learns that it is unknown.
    """
    if repository.kind != "records":
        return {}
    changed = (change for changes in paths.values() for change in changes if change.status != "D")
    blobs = sorted({change.blob for change in changed if is_place(change.path)})
    if not blobs:
        return {}
    asked = "".join(f"{blob}\n" for blob in blobs).encode()
    with git.running(git.at_mirror(mirror), "cat-file", "--batch", "--buffer", stdin=asked) as process:
        return {
            blob: hashlib.sha256(data, usedforsecurity=False).hexdigest()
            for blob, kind, size, data in raw.read_objects(process, LIMIT)
            if kind == "blob" and size <= LIMIT
        }
