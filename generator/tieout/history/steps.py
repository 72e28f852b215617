"""Steps of a line as they stand without any register: kind, frame, proposal. Read once, they serve all audits."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

from tieout.history.line import Line
from tieout.history.merges import Added, added_by, is_gits_own
from tieout.history.messages import Frame, frame_of
from tieout.history.proposals import (
    Proposal,
    Rebase,
    Restored,
    compare,
    compare_run,
    find_head,
    find_rebases,
    number_of,
    proposed,
)
from tieout.history.records import Record, Records
from tieout.model.history import ChangeKind

NO_PROPOSAL = Proposal("", ())


@dataclass(frozen=True, slots=True)
class RawStep:
    """One change to be: mostly one commit of the line, several where a rebase brought them together."""

    position: int  # of its last commit
    kind: ChangeKind
    frame: Frame
    reference: str
    commits: tuple[str, ...]  # carried, parents before children; its own where it carries none
    proposal: Proposal = NO_PROPOSAL
    restored: Restored = ""
    added: Added = ""  # by the merge commit itself

    def first_position(self, line: Line) -> int:
        if len(self.commits) == 1 or self.kind == "merge":  # its own, or what came from beside the line
            return self.position
        return min((line.position[commit] for commit in self.commits if commit in line.position), default=self.position)


_READ: WeakKeyDictionary[Line, tuple[RawStep, ...]] = WeakKeyDictionary()


def steps_of(line: Line) -> tuple[RawStep, ...]:
    """One a position of the line, those of a rebase at its last position. Read once a line."""
    known = _READ.get(line)
    if known is None:
        known = _READ[line] = read_steps(line)
    return known


def read_again(before: Line, after: Line) -> None:
    """Take the steps over to the same line with more patches and joins: only what could not be told is looked at again."""
    if before in _READ:
        _READ[after] = tuple(
            _settled(after, step) if "cannot-tell" in (step.restored, step.added) else step for step in _READ[before]
        )


def _settled(line: Line, step: RawStep) -> RawStep:
    restored, added = step.restored, step.added
    if restored == "cannot-tell":
        again = compare_run if step.kind == "rebase" else compare
        restored = again(line, step.position, step.proposal)
    if added == "cannot-tell" and is_gits_own(line, step.position):
        added = ""
    return replace(step, restored=restored, added=added)


def read_steps(line: Line) -> tuple[RawStep, ...]:
    rebases = find_rebases(line)
    return tuple(_read_step(line, position, rebases) for position in range(len(line.steps)))


def _read_step(line: Line, position: int, rebases: Mapping[int, Rebase]) -> RawStep:
    commit = line.commit(position)
    frame = frame_of(commit.message)
    if position in rebases:
        reference, proposal, restored = rebases[position]
        commits = line.steps[position - len(proposal.commits) + 1 : position + 1]
        return RawStep(position, "rebase", frame, reference, commits, proposal, restored)
    carried = line.carried[position] or (commit.id,)
    if len(commit.parents) > 1:
        merge = RawStep(position, "merge", frame, frame.reference, carried, added=added_by(line, position))
        return _restore(line, merge)
    if not commit.parents:
        return RawStep(position, "root", frame, frame.reference, carried)
    if frame.squash:
        return _restore(line, RawStep(position, "squash", frame, frame.reference, carried))
    return RawStep(position, "direct", frame, frame.reference, carried)


def _restore(line: Line, step: RawStep) -> RawStep:
    """Look the proposal up and compare. A merge is compared only where it did not bring the proposal's own commits."""
    head = find_head(line.history, step.reference)
    if not head:
        return replace(step, restored="no-ref") if step.kind == "squash" else step
    if head in line.entered and line.entered[head] == step.position:
        return step
    proposal = proposed(line, head, step.position - 1)
    if step.kind == "merge" and not proposal.commits:
        return step
    return replace(step, proposal=proposal, restored=compare(line, step.position, proposal))


def steps_until(line: Line, last: int, records: Records) -> list[tuple[RawStep, Record | None]]:
    """The steps up to the position `last`, each with its record; runs that belong together are one.

    A record that names a single-parent commit as merged makes it the forge's, whatever its message says, where the
    forge's robot exported it: what a person typed moves no step.
    """
    taken: list[tuple[RawStep, Record | None]] = []
    for step in steps_of(line)[: last + 1]:
        record = find_record(line, step, records)
        upgraded = _as_recorded(line, step, record)
        first = upgraded.first_position(line)
        while taken and taken[-1][0].position >= first and taken[-1][0].first_position(line) >= first:
            taken.pop()
        if taken and taken[-1][0].position >= first:
            upgraded = _after(line, taken[-1][0].position, upgraded)
        if taken and _continues(taken[-1], upgraded, record):
            earlier = taken.pop()[0]
            upgraded = replace(upgraded, commits=(*earlier.commits, *upgraded.commits))
        taken.append((upgraded, record))
    return taken


def _after(line: Line, position: int, rebase: RawStep) -> RawStep:
    """A rebase without the steps up to `position`, which an earlier change has that began before it."""
    commits = line.steps[position + 1 : rebase.position + 1]
    proposal = replace(rebase.proposal, commits=rebase.proposal.commits[-len(commits) :])
    return replace(rebase, commits=commits, proposal=proposal)


def find_record(line: Line, step: RawStep, records: Records) -> Record | None:
    if not records.all:
        return None
    commit = line.steps[step.position]
    heads = (step.proposal.head, *line.history.commits[commit].parents[1:])
    return records.of(line.history.repo, (commit, *filter(None, heads)), step.reference)


def _as_recorded(line: Line, step: RawStep, record: Record | None) -> RawStep:
    if record is None or not record.ref:
        return step
    if step.kind != "direct" or record.merged is None or not record.merged.exported:
        return step if step.reference else replace(step, reference=record.ref)
    commit = line.commit(step.position)
    if record.opened > commit.committer.time:  # a proposal opened afterwards is a review in retrospect
        return step
    head = find_head(line.history, record.ref)
    if head == commit.id:
        return replace(step, kind="rebase", reference=record.ref)
    return _restore(line, replace(step, kind="squash", reference=record.ref))


def _continues(earlier: tuple[RawStep, Record | None], step: RawStep, record: Record | None) -> bool:
    """Whether two neighbours are one rebase: the forge's records name the same proposal for both."""
    before, earlier_record = earlier
    if record is None or earlier_record is None or record is earlier_record:
        return False
    exported = all(one.merged and one.merged.exported for one in (record, earlier_record))
    recorded = exported and number_of(record.ref) == number_of(earlier_record.ref) != ""
    unframed = not step.frame.squash and not before.frame.squash
    return recorded and unframed and {before.kind, step.kind} <= {"squash", "rebase"}
