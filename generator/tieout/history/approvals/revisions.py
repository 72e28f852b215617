"""Which revision of a change an approval is of, where it names a commit: the final one, or one before it."""

from typing import Literal

from tieout.history.approvals.step import Step
from tieout.model.history import Commit

Covers = Literal["final", "earlier", "unspecified"]


def covered(step: Step, named: str, *, exported: bool = False) -> Covers:
    """`named`: the commit that was approved, in full or shortened; empty where the approval names none.

    `exported`: the forge's own export says so.
    """
    if not named:
        return "unspecified"
    commit = _complete(step, named)
    if commit == step.commit.id or (step.kind in {"direct", "root"} and commit in step.heads):
        return "final"
    if step.restored == "different" or step.added:
        return "earlier"
    if len(step.commit.parents) > 2:  # several heads at once: an approval of one is not of what the others brought
        return "final" if _only_base_merges_after(step, commit) else "earlier"
    if step.bound and exported and commit == step.record_head:  # the forge itself merged this revision
        return "final"
    if step.restored == "cannot-tell" and not step.bound:  # what was approved may not be what entered the branch
        return "earlier"
    if commit in step.heads or _only_base_merges_after(step, commit):
        return "final"
    unrelated = step.kind in {"squash", "rebase"} and not step.proposed  # without its ref, no revision can be placed
    return "unspecified" if unrelated else "earlier"


def is_of_mixture(step: Step, named: str) -> bool:
    """Whether the last revision was approved, and only git's joining of files keeps it from being what entered."""
    joined = "cannot-tell" in {step.added, step.restored} and step.added != "made" and len(step.commit.parents) < 3
    return joined and bool(named) and _complete(step, named) in step.heads


def _complete(step: Step, commit: str) -> str:
    """A shortened id of one of the change's own commits in full."""
    own = {*step.heads, *step.carried, *step.proposed, step.commit.id}
    if commit in own or len(commit) < 7:
        return commit
    found = [known for known in own if known.startswith(commit)]
    return found[0] if len(found) == 1 else commit


def _only_base_merges_after(step: Step, commit: str) -> bool:
    """Whether all that came after the approved commit was the branch itself, merged in."""
    own = step.carried if commit in step.carried else step.proposed
    if commit not in own:
        return False
    history = step.line.history
    before, waiting = {commit}, [commit]
    while waiting:
        for parent in history.commits[waiting.pop()].parents:
            if parent in own and parent not in before:
                before.add(parent)
                waiting.append(parent)
    return all(_is_base_merge(step, history.commits[after]) for after in own if after not in before)


def _is_base_merge(step: Step, commit: Commit) -> bool:
    """A merge of the branch into the proposal that brings the branch's files as they are, all of them, and nothing else."""
    line, base = step.line, step.position - 1
    if len(commit.parents) != 2 or line.entered.get(commit.parents[1], base + 1) > base:
        return False
    brought = {change.path: "" if change.status == "D" else change.blob for change in line.paths(commit.id)}
    if any(blob != line.blob_at(commit.parents[1], path) for path, blob in brought.items()):
        return False
    first, last = (line.reach(parent) for parent in commit.parents)
    passed = {change.path for position in range(first + 1, last + 1) for change in line.paths(line.steps[position])}
    # what the branch had changed meanwhile and the merge left as it was would be taken back with the proposal
    return all(
        line.blob_at(commit.parents[0], path) == line.blob_on_line(last, path)
        for path in passed.difference(brought)
        if line.blob_on_line(first, path) != line.blob_on_line(last, path)
    )
