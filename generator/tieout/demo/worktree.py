"""A checked-out work tree with its index (version 2, gitformat-index(5)), so that no Git process is needed."""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from tieout.demo.objects import Store

MASK = 0xFFFFFFFF


def _entry(path: str, blob: str, seen: os.stat_result) -> bytes:
    times = (seen.st_ctime_ns, seen.st_mtime_ns)
    numbers = [part for time in times for part in divmod(time, 1_000_000_000)]
    numbers += [seen.st_dev, seen.st_ino, 0o100644, seen.st_uid, seen.st_gid, seen.st_size]
    name = path.encode()
    head = b"".join((number & MASK).to_bytes(4, "big") for number in numbers)
    entry = head + bytes.fromhex(blob) + min(len(name), 0xFFF).to_bytes(2, "big") + name
    return entry + b"\x00" * (8 - len(entry) % 8)


def write_worktree(folder: Path, store: Store, files: Mapping[str, str]) -> None:
    """Writes the files and `.git/index`; `git status` is then clean."""
    entries = []
    for path in sorted(files, key=str.encode):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(store.objects[files[path]][1])
        target.chmod(0o644)
        entries.append(_entry(path, files[path], target.lstat()))
    index = b"DIRC" + (2).to_bytes(4, "big") + len(entries).to_bytes(4, "big") + b"".join(entries)
    (folder / ".git/index").write_bytes(index + hashlib.sha1(index, usedforsecurity=False).digest())
