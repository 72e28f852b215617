"""What a change did to a file, as a digest of its patch: equal where the same lines were added and removed.

Blobs alone cannot tell a squash from its proposal in a file that the branch had changed meanwhile; its patch can. One
git process a repository, for the few pairs of trees that `history.undecided` asks for.
Tried on pallets/flask and encode/httpx.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tieout.model.history import BlobPair, TreePair
from tieout.repos import git

_COMMAND = (
    "diff-tree", "--stdin", "-r", "-p", "-U3", "--full-index", "--no-renames", "--no-color", "--no-ext-diff",
    "--no-textconv", "--diff-algorithm=myers", "--no-indent-heuristic", "--no-function-context",
)  # fmt: skip
_LARGE = "core.bigFileThreshold=1m"  # larger files are not compared line by line, so nobody can keep us busy with one
_INDEX = re.compile(rb"index ([0-9a-f]{40}|[0-9a-f]{64})\.\.([0-9a-f]{40}|[0-9a-f]{64})(?: [0-7]{6})?\n")
_HUNK = re.compile(rb"@@ -[0-9]+(?:,([0-9]+))? \+[0-9]+(?:,([0-9]+))? @@")


def read_patches(mirror: Path, asked: Mapping[TreePair, frozenset[BlobPair]]) -> dict[BlobPair, str]:
    """By (blob before, blob after): the digest of the patch between them; empty where none can be had.

    `asked` names the pairs of trees between which each pair of blobs is found. Without a pair are binary and very
    large files, and all of them where git could not go through: what is not known then stays so.
    """
    wanted = frozenset().union(*asked.values()) if asked else frozenset()
    if not wanted:
        return {}
    trees = "".join(f"{before} {after}\n" for before, after in sorted(asked)).encode()
    with git.running(git.at_mirror(mirror), *_COMMAND, stdin=trees, settings=(_LARGE,)) as process:
        found = {pair: digest for pair, digest in parse_patches(process.stdout) if pair in wanted}
    if process.status:
        return {}
    return {pair: found.get(pair, "") for pair in sorted(wanted)}


def parse_patches(lines: Iterable[bytes]) -> Iterator[tuple[BlobPair, str]]:
    """The digest of each file's patch in the output of `diff-tree -p --full-index`.

    Two are equal exactly where `git patch-id --verbatim` of them is: numbers of lines do not count, and everything
    else does. (`--stable` alone would also pass over white space, and so over a line that moved into another block.)
    As many lines as a hunk announces belong to it, so no content can pass for a header.
    """
    reading = iter(lines)
    pair: BlobPair = ("", "")
    patch = None
    for line in reading:
        if index := _INDEX.fullmatch(line):
            pair = (_blob(index[1]), _blob(index[2]))
        elif line.startswith(b"diff --git "):
            if patch:
                yield pair, patch.hexdigest()
            patch, pair = None, ("", "")
        elif hunk := _HUNK.match(line):
            patch = patch or hashlib.sha256(b"%d%d" % (bool(pair[0]), bool(pair[1])))
            for own in _hunk(reading, int(hunk[1] or 1), int(hunk[2] or 1)):
                patch.update(own)
        elif patch and line.startswith(b"\\ "):
            patch.update(line)
    if patch:
        yield pair, patch.hexdigest()


def _hunk(lines: Iterator[bytes], before: int, after: int) -> Iterator[bytes]:
    """The lines of one hunk, which has so many of the file before and so many of the file after."""
    while before > 0 or after > 0:
        line = next(lines, b"")
        if not line:
            return
        before -= line[:1] in b" -"
        after -= line[:1] in b" +"
        yield line


def _blob(id_: bytes) -> str:
    return id_.decode("ascii") if id_.strip(b"0") else ""
