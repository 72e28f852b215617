"""What a message says of earlier commits: that it reverts one, or repeats it from another branch.

A message only claims. Where the files bear it out (what the one did to each file is what the other did, backwards for
a revert), the link says so; a commit that the history does not have stays the text that it was.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Literal, NamedTuple
from weakref import WeakKeyDictionary

from tieout.history.line import Line, complete_id, first_parent
from tieout.history.proposals import Comparison, Doubt, number_of
from tieout.model.history import Backlink, BlobPair, Change, Commit

Kind = Literal["reverts", "picked"]
MOST = 100  # claims of one change; no person wrote more
_CLAIMS = re.compile(
    r"^[ \t]*(?:This reverts commit (?P<reverted>[0-9a-f]{7,64})\b"
    r"|(?:This reverts merge request|Reverts) (?P<owner>[\w.-]+(?:/[\w.-]+)+)?(?P<proposal>[#!][0-9]{1,9})\b"
    r"|\(cherry[ -]picked from commit (?P<picked>[0-9a-f]{7,64})\))",
    re.MULTILINE,
)
_TITLE = re.compile(r'Revert "(.+)"')


class Claim(NamedTuple):
    """One claim as a message has it."""

    kind: Kind
    claimed: str
    by: str  # the commit whose message it is
    owner: str = ""  # the repository of the forge that a proposal's number is of
    title: str = ""  # of what was reverted, as the subject quotes it


def read_claims(commit: Commit) -> Iterator[Claim]:
    """The claims of one message. A subject that only quotes a title names nothing that could be found."""
    if "evert" not in commit.message and "cherry" not in commit.message:
        return
    quoted = _TITLE.match(commit.subject)
    title = quoted[1] if quoted else ""
    found = list(_CLAIMS.finditer(commit.message))
    for match in found:
        if picked := match["picked"]:
            yield Claim("picked", picked, commit.id)
        else:
            owner, proposal = match["owner"] or "", match["proposal"] or ""
            yield Claim("reverts", match["reverted"] or owner + proposal, commit.id, owner, title)
    if title and not any(match["reverted"] or match["proposal"] for match in found):
        yield Claim("reverts", f'"{title}"', commit.id)


def with_backlinks(line: Line, changes: list[Change]) -> list[Change]:
    """The changes of one repository, oldest first, with what they say of earlier commits, and what is said of them."""
    known = _read(line)
    told = {place: claims for place, change in enumerate(changes) if (claims := _claims_of(known, change))}
    if not told:
        return changes
    by_commit = {commit: change for change in changes for commit in (*change.commits, change.id)}
    by_reference = _first_of_each(changes)
    linked = list(changes)
    reverted_by: dict[str, list[str]] = {}
    for place, claims in told.items():
        own = changes[place]
        links = [(claim.kind, _link(line, own, claim, (by_commit, by_reference))) for claim in claims]
        reverts = tuple(dict.fromkeys(link for kind, link in links if kind == "reverts"))
        picked = tuple(dict.fromkeys(link for kind, link in links if kind == "picked"))
        linked[place] = replace(own, reverts=reverts, picked_from=picked)
        for key in dict.fromkeys(link.change for link in reverts if link.change):
            reverted_by.setdefault(key, []).append(own.key)
    return [replace(each, reverted_by=tuple(by)) if (by := reverted_by.get(each.key)) else each for each in linked]


def _claims_of(known: Mapping[str, tuple[Claim, ...]], change: Change) -> list[Claim]:
    commits = dict.fromkeys((*change.commits, change.id))
    return [claim for id_ in commits for claim in known.get(id_, ())][:MOST]


# What the messages of a line claim, by commit, and what its files say to each claim: the same for every audit.
_READ: WeakKeyDictionary[Line, Mapping[str, tuple[Claim, ...]]] = WeakKeyDictionary()
_SHOWN: WeakKeyDictionary[Line, dict[tuple[Kind, str, str], bool]] = WeakKeyDictionary()


def _read(line: Line) -> Mapping[str, tuple[Claim, ...]]:
    known = _READ.get(line)
    if known is None:
        commits = line.history.commits
        read = ((id_, tuple(read_claims(commits[id_]))) for id_ in line.entered)
        known = _READ[line] = {id_: claims for id_, claims in read if claims}
    return known


def _first_of_each(changes: Sequence[Change]) -> dict[str, Change]:
    """The oldest change that goes by the number of a proposal: a later one of that number only repeats it."""
    found: dict[str, Change] = {}
    for change in changes:
        if number := number_of(change.reference):
            found.setdefault(number, change)
    return found


def _link(line: Line, own: Change, claim: Claim, known: tuple[Mapping[str, Change], Mapping[str, Change]]) -> Backlink:
    by_commit, by_reference = known
    commit = _target(line, own, claim, by_reference)
    if not commit or line.entered.get(commit, -1) > own.order or commit == claim.by:
        return Backlink(claim.claimed)
    change = by_commit.get(commit)
    earlier = change.key if change is not None and change.order < own.order else ""
    return Backlink(claim.claimed, commit, earlier, _is_shown(line, claim, commit))


def _target(line: Line, own: Change, claim: Claim, by_reference: Mapping[str, Change]) -> str:
    """The commit that is meant; empty where the history does not have it."""
    number = claim.claimed.rpartition("#" if "#" in claim.claimed else "!")[2]
    if claim.claimed[:1] == '"' or not (claim.owner or claim.claimed[:1] in "#!"):
        found = complete_id(line.history, claim.claimed)
        return found if found in line.history.commits else ""
    meant = by_reference.get(number)
    if meant is None or meant.order >= own.order:
        return ""
    ours = not claim.owner or _is_here(line.history.url, claim.owner) or _names(claim.title, meant)
    return meant.id if ours else ""


def _is_here(url: str, owner: str) -> bool:
    return url.casefold().removesuffix("/").removesuffix(".git").replace(":", "/").endswith(f"/{owner.casefold()}")


def _names(title: str, change: Change) -> bool:
    """Whether a quoted title is the change's own, with or without its number."""
    return title.removesuffix(f" ({change.reference})") == change.subject != ""


# --- whether the files bear it out ---------------------------------------------------------------------------------


def _is_shown(line: Line, claim: Claim, commit: str) -> bool:
    known = _SHOWN.setdefault(line, {})
    asked = (claim.kind, claim.by, commit)
    if asked not in known:
        compared = compare_claim(line, *asked)
        known[asked] = compared is not None and compared.settled(line.history) == "same"
    return known[asked]


def compare_claim(line: Line, kind: Kind, own: str, other: str) -> Comparison | None:
    """Two commits beside each other, file by file, the other one backwards for a revert; None where they cannot be."""
    history = line.history
    below = [first_parent(history, commit) for commit in (own, other)]
    if None in below:
        return None
    mine, theirs = _pairs(line, own), _pairs(line, other)
    if kind == "reverts":
        theirs = {path: (after, before) for path, (before, after) in theirs.items()}
    if not mine or mine.keys() != theirs.keys():
        return Comparison("different")
    doubts = tuple(Doubt(mine[path], theirs[path]) for path in sorted(mine) if mine[path] != theirs[path])
    parents = [history.commits[id_] for id_ in below if id_ is not None]
    merged, wished = (
        (parent.tree, history.commits[id_].tree) for parent, id_ in zip(parents, (own, other), strict=True)
    )
    wished = wished if kind == "picked" else (wished[1], wished[0])
    return Comparison("cannot-tell", merged, wished, doubts) if doubts else Comparison("same")


def _pairs(line: Line, commit: str) -> dict[str, BlobPair]:
    """By path: the blobs before and after what a commit changed against its first parent."""
    parent = first_parent(line.history, commit) or ""
    changes = {change.path: "" if change.status == "D" else change.blob for change in line.paths(commit)}
    return {path: (line.blob_at(parent, path), blob) for path, blob in changes.items()}


def compare_claims(line: Line) -> Iterator[Comparison]:
    """Every claim of a whole line that names a commit, beside it."""
    for id_, claims in _read(line).items():
        for claim in claims:
            other = complete_id(line.history, claim.claimed) if not claim.owner else ""
            if other in line.history.commits and other != id_:
                compared = compare_claim(line, claim.kind, id_, other)
                if compared is not None:
                    yield compared


def unsettled(comparisons: Iterable[Comparison]) -> Iterator[Comparison]:
    """Those that patches could settle: blobs cannot, and both pairs of trees are known."""
    for one in comparisons:
        if one.restored == "cannot-tell" and all((*one.merged, *one.wished)):
            yield one
