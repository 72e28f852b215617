"""How it is known that a step came by a proposal, beside the words of its own message, which anyone may type."""

from tieout.history.line import Line
from tieout.history.proposals import find_head
from tieout.history.records import Record
from tieout.history.registers import Registers
from tieout.history.signatures import has_key, judge
from tieout.history.steps import RawStep
from tieout.model.history import Commit, ProposalBasis


def proposal_basis(line: Line, raw: RawStep, record: Record | None, registers: Registers) -> ProposalBasis:
    """The best that vouches for the proposal: a record of this step, the proposal's own ref, the forge's committer."""
    commit = line.commit(raw.position)
    if raw.kind in {"direct", "root"}:
        return ""
    if record and _tells_of(record, raw, commit):
        return "record"
    if raw.restored == "same":
        return "ref"
    head = find_head(line.history, raw.reference) if raw.kind == "merge" else ""
    if head and line.entered.get(head) == raw.position:
        return "ref"
    return "forge" if _by_forge(line.times[raw.position], commit, registers) else ""


def _tells_of(record: Record, raw: RawStep, commit: Commit) -> bool:
    """Whether the record is of this very step or head, and of a proposal from before it: not of a review in retrospect."""
    named = record.change in {commit.id, *commit.parents[1:], *raw.commits}
    merged = record.merged is not None and record.merged.exported
    proposed = merged or bool(record.exported and record.ref and record.opened)
    return named and proposed and record.opened <= commit.committer.time


def _by_forge(at: int, commit: Commit, registers: Registers) -> bool:
    """Whether a declared robot committed the step; one that has a key has to have signed it."""
    forge = registers.people.identify(commit.committer, at)
    if not forge.robot:
        return False
    signature = judge(commit.signature, at, registers.keys)
    signed = signature.state == "good" and signature.signer == forge.person
    return signed or not has_key(registers.keys, forge.person, at)
