"""What was proposed, where the forge kept it: `refs/pull/N/head` and its like, set against what was merged.

A squash hides its authors; the proposal's ref gives them back, and shows whether what was merged is what was proposed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from tieout.history.line import Line, first_parent
from tieout.model.history import Commit, History

REF_SHAPES = ("refs/pull/{}/head", "refs/merge-requests/{}/head", "refs/pull-requests/{}/from")
Restored = Literal["", "same", "different", "no-ref", "cannot-tell"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Commits of a proposal that the branch did not have, parents before children."""

    head: str
    commits: tuple[str, ...]


def number_of(reference: str) -> str:
    """`#412`, `!412` and `412` name the same proposal of a repository."""
    return reference.lstrip("#!")


def find_head(history: History, reference: str) -> str:
    """The commit a proposal's ref points at; empty where the ref was not read."""
    number = number_of(reference)
    if not number:
        return ""
    found = (history.refs.get(shape.format(number), "") for shape in REF_SHAPES)
    return next((head for head in found if head in history.commits), "")


def proposed(line: Line, head: str, base: int) -> Proposal:
    """The proposal of `head` against the branch as it stood at position `base`."""
    found: list[str] = []
    seen: set[str] = set()
    waiting = [(head, False)]
    while waiting:
        commit, parents_done = waiting.pop()
        if parents_done:
            found.append(commit)
        elif commit not in seen and commit in line.history.commits and not _is_before(line, commit, base):
            seen.add(commit)
            waiting.append((commit, True))
            waiting.extend((parent, False) for parent in reversed(line.history.commits[commit].parents))
    return Proposal(head, tuple(found))


def _is_before(line: Line, commit: str, base: int) -> bool:
    return line.entered.get(commit, base + 1) <= base


def compare(line: Line, position: int, proposal: Proposal) -> Restored:
    """Whether a squash brought the very files of its proposal: changed paths and their blobs.

    Where the branch had changed one of these files since the proposal left it, the merged file is a mixture that
    no blob can show: `cannot-tell`, unless another path already differs.
    """
    base = position - 1
    if not proposal.commits:
        return "different"
    boundary = _boundary(line, proposal, base)
    if not boundary:
        return "cannot-tell"
    merged = _merged_changes(line, position)
    wished = _net_changes(line, proposal, boundary)
    moved = {path for path in merged.keys() | wished if _moved(line, path, boundary, base)}
    for path in merged.keys() | wished:
        if path not in moved and (path in merged, merged.get(path)) != (path in wished, wished.get(path)):
            return "different"
    unequal = any(merged.get(path, "-") != wished.get(path, "-") for path in moved)
    return "cannot-tell" if unequal else "same"


def _merged_changes(line: Line, position: int) -> dict[str, str]:
    """Path and new blob of what a step changed; a change of mode alone is not compared."""
    changes = {change.path: "" if change.status == "D" else change.blob for change in line.paths(line.steps[position])}
    return {path: blob for path, blob in changes.items() if line.blob_on_line(position - 1, path) != blob}


def _boundary(line: Line, proposal: Proposal, base: int) -> str:
    """The merge base: the newest commit of the branch that the proposal builds upon."""
    edge = {
        parent
        for commit in proposal.commits
        for parent in line.history.commits[commit].parents
        if _is_before(line, parent, base)
    }
    return max(edge, key=lambda commit: (line.entered[commit], commit in line.position, commit), default="")


def _net_changes(line: Line, proposal: Proposal, boundary: str) -> dict[str, str]:
    """Path and new blob (empty: deleted) of everything in which the proposal's head differs from its merge base."""
    own = set(proposal.commits)
    touched: dict[str, str] = {}
    current: str | None = proposal.head
    while current is not None and current in own:
        for change in line.paths(current):
            touched.setdefault(change.path, "" if change.status == "D" else change.blob)
        current = first_parent(line.history, current)
    return {path: blob for path, blob in touched.items() if line.blob_at(boundary, path) != blob}


def _moved(line: Line, path: str, boundary: str, base: int) -> bool:
    return line.blob_at(boundary, path) != line.blob_on_line(base, path)


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
                restored = _compare_run(line, position, proposal)
                if restored != "different":
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
    commits = proposed(line, head, position).commits
    first = position - len(commits) + 1
    if first < 1:
        return None
    pairs = zip(range(first, position + 1), commits, strict=True)
    same = all(_repeats(line.commit(place), line.history.commits[commit]) for place, commit in pairs)
    return Proposal(head, commits) if same else None


def _compare_run(line: Line, position: int, proposal: Proposal) -> Restored:
    """Whether each step of a run changed the very files as its commit did, as `compare` does of a squash as a whole."""
    first = position - len(proposal.commits) + 1
    found = {_compare_one(line, first + number, commit) for number, commit in enumerate(proposal.commits)}
    return next((worst for worst in ("different", "cannot-tell") if worst in found), "same")


def _compare_one(line: Line, position: int, commit: str) -> Restored:
    merged, wished = _merged_changes(line, position), _own_changes(line, commit)
    parent = first_parent(line.history, commit)
    unequal = [path for path in merged.keys() | wished if merged.get(path, "-") != wished.get(path, "-")]
    moved = [path for path in unequal if _before(line, parent, path) != line.blob_on_line(position - 1, path)]
    if len(moved) < len(unequal):
        return "different"
    return "cannot-tell" if moved else "same"


def _own_changes(line: Line, commit: str) -> dict[str, str]:
    """Path and new blob of what a commit changed against its first parent; a change of mode alone is not compared."""
    parent = first_parent(line.history, commit)
    changes = {change.path: "" if change.status == "D" else change.blob for change in line.paths(commit)}
    return {path: blob for path, blob in changes.items() if _before(line, parent, path) != blob}


def _before(line: Line, parent: str | None, path: str) -> str:
    return "" if parent is None else line.blob_at(parent, path)


def _repeats(step: Commit, commit: Commit) -> bool:
    return len(step.parents) == 1 and (step.author, step.message) == (commit.author, commit.message)
