"""What git makes of the two parents of a merge by itself: the tree, beside which the merge that was made is judged.

One git process a repository, for the merges that `history.unjoined` asks for. It works in a throw-away repository that
borrows the mirror's objects, so nothing is written to the mirror, and no merge driver, attribute or setting of it applies.
Needs git 2.39; with an older one nothing is told. Tried on pallets/flask and openstack/glance.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from tieout.model.history import Joining
from tieout.repos import git
from tieout.repos.histories import object_format
from tieout.repos.kept_answers import read_answers, write_answers

_COMMAND = ("merge-tree", "--write-tree", "--stdin", "-z", "--no-messages", "--allow-unrelated-histories")
_LARGE = "core.bigFileThreshold=1m"  # larger files are not joined line by line
VERSION = 1  # of the command above
_BOUNDS = git.Bounds(memory=1 << 29, file=1 << 26)


def read_joins(mirror: Path, asked: Sequence[Joining], kept: Path | None = None) -> dict[str, str]:
    """By merge commit: the tree that git makes of its parents; empty where they conflict.

    What git did not tell, since it came to no good end, is left out: it is then not known. `kept` is our own file of
    what it told before.
    """
    known = (
        {merge: tree for merge, tree in read_answers(kept, VERSION).items() if isinstance(tree, str)} if kept else {}
    )
    missing = [one for one in asked if one[0] not in known]
    if missing:
        known |= _ask(mirror, missing)
        if kept:
            write_answers(kept, VERSION, known)
    return {merge: known[merge] for merge, _, _ in asked if merge in known}


def _ask(mirror: Path, asked: Sequence[Joining]) -> dict[str, str]:
    pairs = "".join(f"{ours} {theirs}\n" for _, ours, theirs in asked).encode("ascii")
    with TemporaryDirectory(prefix="tieout-") as folder:
        where = git.at_mirror(_borrow(mirror, Path(folder)), owners=(mirror,))
        answer = git.run(where, *_COMMAND, stdin=pairs, settings=(_LARGE,), bounds=_BOUNDS)
    return {merge: tree for (merge, _, _), tree in zip(asked, parse_joins(answer.out), strict=False)}


def parse_joins(output: bytes) -> Iterator[str]:
    """The tree of each merge in the output of `merge-tree -z --no-messages`; empty where there are conflicts.

    Each answer is: 1 (clean) or 0, the tree, a word for each path in conflict, and an empty word.
    """
    words = iter(output.split(b"\0")[:-1])
    for clean in words:
        tree = next(words, b"")
        if b"" not in words:  # goes on behind the next empty one; where there is none, the answer was cut off
            return
        yield tree.decode("ascii", "replace") if clean == b"1" else ""


def _borrow(mirror: Path, folder: Path) -> Path:
    """An empty repository that finds the objects of another one beside its own."""
    sha256 = object_format(mirror) == "sha256"
    version = "1\n[extensions]\n\tobjectFormat = sha256\n[core]\n" if sha256 else "0\n"
    (folder / "config").write_text(f"[core]\n\trepositoryFormatVersion = {version}\tbare = true\n", encoding="ascii")
    (folder / "HEAD").write_text("ref: refs/heads/none\n", encoding="ascii")
    (folder / "refs").mkdir()
    (folder / "objects" / "info").mkdir(parents=True)
    (folder / "objects" / "info" / "alternates").write_bytes(os.fsencode(mirror.resolve() / "objects") + b"\n")
    return folder
