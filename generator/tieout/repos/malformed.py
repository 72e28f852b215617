"""What git's strict check refuses of a mirror: which objects, and what is wrong with each. Asked once a fetch was refused.

git tells it on standard error only, which is not understood here, so the checks that matter are made anew: commits by
their grammar (`objects`), tags by theirs, trees for names that lead elsewhere, order and repetition. What an object
says is still shown; that it is malformed is told beside it. `render` and `parse` keep the list in a file of the mirror.
Modes as 040000 for 40000, which old tools wrote into many public histories, are harmless and not listed. Tried on
pallets/flask, openstack/glance and sqlalchemy/sqlalchemy (nothing there, as git says too), and on objects made wrong.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise
from pathlib import Path
from typing import NamedTuple

from tieout.repos import git, objects, raw, walk
from tieout.text.words import plural

NAMED = 3  # objects that one sentence names
MOST = 10_000  # objects that are listed
_LINE = re.compile(r"(commit|tag|tree) ([a-z0-9. -]{1,60}) ([0-9a-f]{40}|[0-9a-f]{64})")
_LISTED = ("cat-file", "--batch-all-objects", "--batch-check=%(objecttype) %(objectname)", "--unordered")
# Faults of the text that are no faults of the object: git takes them.
_TAKEN = frozenset(
    {"not-utf-8", "not-in-its-encoding", "unknown-encoding", "no-message", "many-signatures", "repeated-parent"}
    | {"signature-of-another-hash"}
)
_MODES = frozenset({b"100644", b"100755", b"120000", b"40000", b"040000", b"160000", b"100664"})
# Characters that file systems of a Mac pass over in a name.
_IGNORED = re.compile("[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]")
_GIT = re.compile(r"\.git[ .]*|git~[0-9]+[ .]*", re.IGNORECASE)
_TAG = re.compile(
    rb"object (?:[0-9a-f]{40}|[0-9a-f]{64})\ntype (?:commit|tree|blob|tag)\ntag [^\n\0]+\n"
    rb"(?:tagger [^<>\n\0]* <[^<>\n\0]*> (?:0|[1-9][0-9]*) [+-][0-9]{4}\n)?"
)


class Malformed(NamedTuple):
    """One fault of one object."""

    kind: str
    what: str  # a few words: "malformed author", "entry ..", "entries out of order"
    object: str


def list_malformed(mirror: Path) -> tuple[Malformed, ...]:
    """Every fault of every commit, tag and tree of a mirror, whether a ref leads there or not; at most 10,000."""
    where = git.at_mirror(mirror)
    with git.running(where, *_LISTED) as listing:
        ids = [line.split()[1] for line in listing.stdout if not line.startswith(b"blob ")]
    found: list[Malformed] = []
    asked = b"".join(id_ + b"\n" for id_ in ids)  # as they lie in the pack: sorted ones take five times as long
    with git.running(where, "cat-file", "--batch", "--buffer", stdin=asked) as contents:
        for object_id, kind, size, data in raw.read_objects(contents, walk.OBJECT_LIMIT):
            faults = {"too large to be looked at"} if size > walk.OBJECT_LIMIT else find_faults(object_id, kind, data)
            found.extend(Malformed(kind, fault, object_id) for fault in faults)
            if len(found) >= 10 * MOST:
                break
    return tuple(sorted(found[:MOST]))


def find_faults(object_id: str, kind: str, data: bytes) -> set[str]:
    """What is wrong with one object; nothing where git's strict check would take it, but for what is harmless."""
    if kind == "commit":
        flags = objects.parse_commit(object_id, data).flags
        return {flag.replace("-", " ") for flag in flags if flag not in _TAKEN}
    if kind == "tag":
        return set() if _TAG.match(data) else {"malformed header"}
    return set(_faults_of_tree(data, len(object_id) // 2)) if kind == "tree" else set()


def _faults_of_tree(data: bytes, width: int) -> Iterator[str]:
    entries: list[tuple[bytes, bytes]] = []
    at = 0
    while at < len(data):
        space, nul = data.find(b" ", at), data.find(b"\0", at)
        if not at < space < nul or nul + 1 + width > len(data):
            yield "cut off"
            return
        mode, name, target = data[at:space], data[space + 1 : nul], data[nul + 1 : nul + 1 + width]
        entries.append((mode, name))
        at = nul + 1 + width
        if mode not in _MODES:
            yield "unknown mode of an entry"
        if not any(target):
            yield "entry without an object"
        if not name or b"/" in name:
            yield "empty name" if not name else "name with a slash"
        elif name in {b".", b".."}:
            yield f"entry {name.decode('ascii')}"
        elif name[:1] in b".gG\xe2\xef" and _is_git(name):
            yield "entry that a file system takes for .git"
    names = [name + b"/" if mode in {b"40000", b"040000"} else name for mode, name in entries]
    if len({name for _, name in entries}) != len(entries):
        yield "two entries of one name"
    elif any(before > after for before, after in pairwise(names)):
        yield "entries out of order"


def _is_git(name: bytes) -> bool:
    text = _IGNORED.sub("", name.decode("utf-8", "surrogateescape"))
    return bool(_GIT.fullmatch(text.partition(":")[0]))


# --- what is told --------------------------------------------------------------------------------------------------


def render(found: Iterable[Malformed]) -> bytes:
    return "".join(f"{kind} {what} {object_id}\n" for kind, what, object_id in found).encode("ascii")


def parse(data: bytes) -> tuple[Malformed, ...]:
    """What `render` wrote; a line that it would not write is passed over."""
    matches = map(_LINE.fullmatch, data.decode("ascii", "replace").split("\n"))
    return tuple(Malformed(match[1], match[2], match[3]) for match in matches if match)


def describe(found: Iterable[Malformed]) -> str:
    """Each fault with the first few of its objects: `malformed author in 1 commit (0aaf3d132e9f); entry .. in …`."""
    parts = []
    for (kind, what), group in groupby(sorted(found), key=lambda one: one[:2]):
        ids = [one.object[:12] for one in group]
        more = f" and {len(ids) - NAMED:,} more" if len(ids) > NAMED else ""
        parts.append(f"{what} in {plural(len(ids), kind)} ({', '.join(ids[:NAMED])}{more})")
    return "; ".join(parts)
