"""Which files an ISMS has ever had, and what one of them ever held: so that an id that was once given is never given again.

All refs count, so that what another branch has taken is seen where it was fetched. Without a repository there is nothing.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from tieout.repos import git
from tieout.repos.raw import read_objects
from tieout.repos.trees import LARGEST_FILE


def read_names(folder: Path, prefix: str, below: str) -> frozenset[str]:
    """The path of every file that any commit of any ref added at or below `below`.

    Relative to `folder`, which is `prefix` of its repository.
    """
    options = ("--all", "--full-history", "-m", "--format=", "--name-only", "-z", "--no-renames", "--diff-filter=A")
    safe = ("--no-ext-diff", "--no-textconv", "--no-relative")
    found = git.run(git.around(folder), "log", *options, *safe, "--", below, settings=("log.showRoot=true",))
    start = f"{prefix}/" if prefix else ""
    names = (os.fsdecode(name.lstrip(b"\n")) for name in found.out.split(b"\0")) if found.good else ()
    return frozenset(name.removeprefix(start) for name in names if name.startswith(f"{start}{below}"))


def read_versions(folder: Path, path: str) -> Iterator[bytes]:
    """What a file ever held, each content once, in order of the objects' ids."""
    listed = git.run(git.around(folder), "rev-list", "--objects", "--all", "--full-history", "--", path)
    lines = listed.out.split(b"\n") if listed.good else []
    ids = sorted(line.partition(b" ")[0] for line in lines if b" " in line)
    with git.running(git.around(folder), "cat-file", "--batch", stdin=b"".join(id_ + b"\n" for id_ in ids)) as process:
        for _, kind, _, data in read_objects(process, LARGEST_FILE):
            if kind == "blob" and data:
                yield data
