"""What was proposed, where the forge kept it: `refs/pull/N/head` and its like, set against what was merged.

A squash hides its authors; the proposal's ref gives them back, and shows whether what was merged is what was proposed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from tieout.history.line import Line, first_parent
from tieout.history.messages import frame_of
from tieout.model.history import BlobPair, Commit, History, TreePair

REF_SHAPES = ("refs/pull/{}/head", "refs/merge-requests/{}/head", "refs/pull-requests/{}/from")
Restored = Literal["", "same", "different", "no-ref", "cannot-tell"]
MOST = 2_000  # commits of a proposal that are looked at


@dataclass(frozen=True, slots=True)
class Proposal:
    """Commits of a proposal that the branch did not have, parents before children."""

    head: str
    commits: tuple[str, ...]
    whole: bool = True  # false: it has more than anybody reviews, and none of them is told


def number_of(reference: str) -> str:
    """`#412`, `!412` and `412` name the same proposal of a repository."""
    return reference.lstrip("#!")


def find_head(history: History, reference: str) -> str:
    """The commit a proposal's ref points at; empty where the ref was not read."""
    number = number_of(reference)
    if not number:
        return ""
    for shape in REF_SHAPES:
        head = history.refs.get(shape.format(number))
        if head and head in history.commits:
            return head
    return ""


def proposed(line: Line, head: str, base: int) -> Proposal:
    """The proposal of `head` against the branch as it stood at position `base`.

    One of more than `MOST` commits is another history that a number happened to meet, and takes longer to walk than the
    branch itself: strangers may open as many as they like.
    """
    commits, entered = line.history.commits, line.entered
    found: list[str] = []
    seen: set[str] = set()
    waiting = [(head, False)]
    while waiting:
        commit, parents_done = waiting.pop()
        if parents_done:
            found.append(commit)
        elif commit not in seen and entered.get(commit, base + 1) > base and commit in commits:
            if len(seen) == MOST:
                return Proposal(head, (), whole=False)
            seen.add(commit)
            waiting.append((commit, True))
            waiting += [(parent, False) for parent in reversed(commits[commit].parents)]
    return Proposal(head, tuple(found))


class Doubt(NamedTuple):
    """A file that the branch had changed meanwhile, so that only its patch can tell: what both did to it."""

    merged: BlobPair
    wished: BlobPair

    def is_settled(self, history: History) -> bool:
        """Whether both patches are known and say the same."""
        digest = history.patches.get(self.merged, "")
        return bool(digest) and digest == history.patches.get(self.wished, "")


class Comparison(NamedTuple):
    """A step beside what was proposed: two pairs of trees, and what blobs alone cannot tell about them."""

    restored: Restored  # as far as blobs tell
    merged: TreePair = ("", "")
    wished: TreePair = ("", "")
    doubts: tuple[Doubt, ...] = ()

    def settled(self, history: History) -> Restored:
        """The answer with the patches that were read. An unequal one settles nothing: the branch moved around it."""
        settled = bool(self.doubts) and all(doubt.is_settled(history) for doubt in self.doubts)
        return "same" if self.restored == "cannot-tell" and settled else self.restored


def compare(line: Line, position: int, proposal: Proposal) -> Restored:
    """Whether a squash brought the very changes of its proposal: by path and blob, else by the patch of a file.

    Where the branch had changed one of these files since the proposal left it, the merged file is a mixture that
    no blob can show: `cannot-tell` where its patch does not show it either, unless another path already differs.
    """
    return compare_files(line, position, proposal).settled(line.history)


def compare_files(line: Line, position: int, proposal: Proposal) -> Comparison:
    """The comparison by blobs, and what it leaves in doubt."""
    base = position - 1
    if not proposal.whole:
        return Comparison("cannot-tell")
    if not proposal.commits:
        return Comparison("different")
    boundary = _boundary(line, proposal, base)
    if not boundary:
        return Comparison("cannot-tell")
    brought = _changed(line, line.steps[position])
    written = _written(line, proposal)
    parted = line.position.get(boundary, -1)
    doubts = []
    for path in sorted(brought.keys() | written):
        before = line.blob_at(boundary, path) if parted < 0 else line.blob_on_line(parted, path)
        now = line.blob_on_line(base, path)
        merged, wished = brought.get(path, now), written.get(path, before)
        alike = (merged == now and wished == before) or (merged == wished and merged != now and wished != before)
        if before == now and not alike:
            return Comparison("different")
        there = merged == now == wished  # the branch had come to the same file by itself
        if before != now and not alike and not there:
            doubts.append(Doubt((now, merged), (before, wished)))
    if not doubts:
        return Comparison("same")
    history = line.history
    onto = (history.commits[line.steps[base]].tree, line.commit(position).tree)
    return Comparison(
        "cannot-tell", onto, (history.commits[boundary].tree, history.commits[proposal.head].tree), tuple(doubts)
    )


def _merged_changes(line: Line, position: int) -> dict[str, str]:
    """Path and new blob of what a step changed; a change of mode alone is not compared."""
    changes = _changed(line, line.steps[position])
    return {path: blob for path, blob in changes.items() if line.blob_on_line(position - 1, path) != blob}


def _changed(line: Line, commit: str) -> dict[str, str]:
    """Path and new blob (empty: deleted) of what a commit changed, with what had a change of mode alone."""
    return {change.path: "" if change.status == "D" else change.blob for change in line.paths(commit)}


def _boundary(line: Line, proposal: Proposal, base: int) -> str:
    """The merge base: the newest commit of the branch that the proposal builds upon."""
    commits, entered = line.history.commits, line.entered
    edge = {
        parent
        for commit in proposal.commits
        for parent in commits[commit].parents
        if entered.get(parent, base + 1) <= base
    }
    return max(edge, key=lambda commit: (line.entered[commit], commit in line.position, commit), default="")


def _written(line: Line, proposal: Proposal) -> dict[str, str]:
    """Path and blob at the proposal's head (empty: deleted) of everything that it changed on its way there."""
    own, commits = set(proposal.commits), line.history.commits
    touched: dict[str, str] = {}
    current = proposal.head
    while current in own:
        for change in line.paths(current):
            touched.setdefault(change.path, "" if change.status == "D" else change.blob)
        current = next((parent for parent in commits[current].parents if parent in own or parent in commits), "")
    return touched


# --- rebase merges -------------------------------------------------------------------------------------------------


class Rebase(NamedTuple):
    """A proposal that a run of steps repeats under the reference of its ref."""

    reference: str
    proposal: Proposal
    restored: Restored


def find_rebases(line: Line) -> Mapping[int, Rebase]:
    """Runs of single-parent steps that repeat a proposal commit by commit, by last position.

    A forge's rebase keeps author line, message and what was changed, and changes the committer and the parent.
    """
    last_of: dict[tuple[object, str], list[int]] = {}
    for position in range(1, len(line.steps)):
        commit = line.commit(position)
        if len(commit.parents) == 1:
            last_of.setdefault((commit.author, commit.message), []).append(position)
    found: dict[int, Rebase] = {}
    for reference, head in _proposal_refs(line.history):
        commit = line.history.commits[head]
        for position in last_of.get((commit.author, commit.message), ()):
            if position not in found and (proposal := _matching_run(line, position, head)):
                restored = compare_run(line, position, proposal)
                if restored != "different" and not _brings_another(line, position, proposal, reference):
                    found[position] = Rebase(reference, proposal, restored)
    return found


def _proposal_refs(history: History) -> list[tuple[str, str]]:
    found = []
    for name, head in history.refs.items():
        parts = name.split("/")
        if len(parts) == 4 and (parts[1], parts[3]) in {
            ("pull", "head"),
            ("merge-requests", "head"),
            ("pull-requests", "from"),
        }:
            mark = "!" if parts[1] == "merge-requests" else "#"
            if head in history.commits and parts[2].isascii() and parts[2].isdigit():
                found.append((int(parts[2]), f"{mark}{parts[2]}", head))
    return [(reference, head) for _, reference, head in sorted(found)]


def _matching_run(line: Line, position: int, head: str) -> Proposal | None:
    """The proposal whose commits are the steps up to `position`, in order, under other ids."""
    if head in line.entered and line.entered[head] <= position:
        return None
    if not _may_repeat(line, position, head):
        return None
    commits = proposed(line, head, position).commits
    first = position - len(commits) + 1
    if first < 1:
        return None
    pairs = zip(range(first, position + 1), commits, strict=True)
    same = all(_repeats(line.commit(place), line.history.commits[commit]) for place, commit in pairs)
    return Proposal(head, commits) if same else None


def _brings_another(line: Line, position: int, proposal: Proposal, reference: str) -> bool:
    """Whether a step of the run is seen to be the squash of another proposal, which its message names.

    Anybody can propose copies of what the branch has already; that takes no change away from its own proposal.
    """
    for place in range(position - len(proposal.commits) + 1, position + 1):
        named = frame_of(line.commit(place).message).reference
        head = find_head(line.history, named) if number_of(named) != number_of(reference) else ""
        if head and compare(line, place, proposed(line, head, place - 1)) == "same":
            return True
    return False


def _may_repeat(line: Line, position: int, head: str) -> bool:
    """Whether the newest commits of a proposal, down to its first merge, are the steps up to `position`.

    A proposal of many commits is seldom repeated, and then its second commit tells, without a walk through all.
    """
    commits, entered = line.history.commits, line.entered
    place, commit = position, commits[head]
    while len(commit.parents) == 1 and entered.get(commit.parents[0], position + 1) > position:
        below = commits.get(commit.parents[0])
        if below is None:
            return True
        place, commit = place - 1, below
        if place < 1 or not _repeats(line.commit(place), commit):
            return False
    return True


def compare_run(line: Line, position: int, proposal: Proposal) -> Restored:
    """Whether each step of a run changed the very files as its commit did, as `compare` does of a squash as a whole."""
    found = {each.settled(line.history) for each in compare_each(line, position, proposal)}
    return next((worst for worst in ("different", "cannot-tell") if worst in found), "same")


def compare_each(line: Line, position: int, proposal: Proposal) -> Iterator[Comparison]:
    """Each step of a run up to `position` beside its commit."""
    first = position - len(proposal.commits) + 1
    return (_compare_one(line, first + number, commit) for number, commit in enumerate(proposal.commits))


def _compare_one(line: Line, position: int, commit: str) -> Comparison:
    merged, wished = _merged_changes(line, position), _own_changes(line, commit)
    parent = first_parent(line.history, commit)
    doubts = []
    for path in sorted(merged.keys() | wished):
        if merged.get(path, "-") != wished.get(path, "-"):
            before, now = _before(line, parent, path), line.blob_on_line(position - 1, path)
            if before == now:
                return Comparison("different")
            doubts.append(Doubt((now, merged.get(path, now)), (before, wished.get(path, before))))
    if not doubts:
        return Comparison("same")
    history = line.history
    onto = (history.commits[line.steps[position - 1]].tree, line.commit(position).tree)
    proposed_trees = (history.commits[parent].tree, history.commits[commit].tree) if parent else ("", "")
    return Comparison("cannot-tell", onto, proposed_trees, tuple(doubts))


def _own_changes(line: Line, commit: str) -> dict[str, str]:
    """Path and new blob of what a commit changed against its first parent; a change of mode alone is not compared."""
    parent = first_parent(line.history, commit)
    changes = {change.path: "" if change.status == "D" else change.blob for change in line.paths(commit)}
    return {path: blob for path, blob in changes.items() if _before(line, parent, path) != blob}


def _before(line: Line, parent: str | None, path: str) -> str:
    return "" if parent is None else line.blob_at(parent, path)


def _repeats(step: Commit, commit: Commit) -> bool:
    return len(step.parents) == 1 and (step.author, step.message) == (commit.author, commit.message)
