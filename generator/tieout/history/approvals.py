"""Who approved a change, as found: one reader a source, each saying where. Nothing here judges independence.

Robots and service accounts approve nothing. An approval by an author is kept: whether it counts is a check's matter.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tieout.history.line import Line
from tieout.history.merges import Added
from tieout.history.messages import Frame, parse_named, trailers_of, values
from tieout.history.people import People
from tieout.history.proposals import Restored
from tieout.history.records import Record, RecordedApproval
from tieout.model.grades import Grade
from tieout.model.history import Approval, ChangeKind, Commit, Identity, Signature

APPROVING = ("reviewed-by", "approved-by", "acked-by")
MERGING = "merged-by"


@dataclass(frozen=True, slots=True)
class Merger:
    """Who brought a change in, and how that is known: a second name, or no more than somebody's statement."""

    who: Identity
    at: int
    grade: Grade
    basis: Literal["merger", "review record", "trailer"]
    where: str


@dataclass(frozen=True, slots=True)
class Step:
    """What the readers need to know of one change."""

    line: Line
    position: int
    kind: ChangeKind
    frame: Frame
    commit: Commit
    carried: tuple[str, ...]  # parents before children; the step itself when it carries none
    proposed: tuple[str, ...]  # commits of the proposal's ref, where it was read
    heads: frozenset[str]  # revisions that are the final one
    restored: Restored
    added: Added
    authors: tuple[Identity, ...]
    merger: Merger
    record: Record | None
    signature: Signature

    @property
    def short(self) -> str:
        return self.commit.id[:8]


def find_approvals(step: Step, people: People) -> tuple[Approval, ...]:
    """Every approval that was found, oldest first."""
    found = [*_from_trailers(step, people), *_from_merger(step), *_from_record(step, people)]
    found += _from_signature(step, found)
    return tuple(
        sorted(
            (approval for approval in found if not approval.by.robot),
            key=lambda approval: (approval.at, approval.grade, approval.by.key, approval.where),
        )
    )


def _from_trailers(step: Step, people: People) -> Iterator[Approval]:
    """Trailers of the step cover no named revision; those of a carried commit cover the proposal up to it."""
    last = step.carried[-1] if step.carried else ""
    for commit_id in dict.fromkeys((*step.carried, step.commit.id)):
        commit = step.line.history.commits[commit_id]
        whole = commit_id in {step.commit.id, last}
        forged = commit_id == step.commit.id and step.frame.forge not in {"", "git"}
        where = f"{'merge message' if forged else 'trailer'} of commit {commit_id[:8]}"
        for value in values(trailers_of(commit.message), *APPROVING):
            named = parse_named(value)
            at = commit.committer.time
            by = people.find(named.name, named.email, at, named=True)
            yield Approval(
                by,
                at,
                Grade.STATED,
                "unspecified" if whole else "earlier",
                "merge message" if forged else "trailer",
                where,
                "" if whole else commit_id,
            )


def _from_merger(step: Step) -> Iterator[Approval]:
    """A known person outside the author set who made the merge commit, or recorded the rebase or squash."""
    merger = step.merger
    if step.kind not in {"merge", "rebase", "squash"} or not merger.who.known:
        return
    if merger.who.key in {author.key for author in step.authors}:
        return
    told = merger.grade > Grade.STATED
    covers: Literal["final", "earlier"] = "earlier" if step.added else "final"
    yield Approval(
        merger.who,
        merger.at,
        merger.grade,
        covers if told else "unspecified",
        merger.basis,
        merger.where,
        step.commit.id if told else "",
    )


def _from_record(step: Step, people: People) -> Iterator[Approval]:
    """Recorded by the forge only where a robot exported that the approval names the final revision; else a statement."""
    if step.record is None:
        return
    merged = step.record.merged
    limit = merged.at if merged else step.commit.committer.time
    for recorded in _standing(step.record, limit, people):
        covers = _coverage(step, recorded)
        grade = Grade.RECORDED if covers == "final" and recorded.exported else Grade.STATED
        by = people.owner(recorded.by, recorded.at)
        where = f"review record {recorded.source}"
        yield Approval(by, recorded.at, grade, covers, "review record", where, recorded.commit, recorded.at > limit)


def _standing(record: Record, limit: int, people: People) -> Iterator[RecordedApproval]:
    """The approvals that nobody took back: a later entry ends them, unless they had served for a merge before it."""
    withdrawn = [(people.owner(told.by, told.at).key, told.at) for told in record.approvals if told.withdrawn]
    for told in record.approvals:
        by = people.owner(told.by, told.at).key
        ended = any(who == by and told.at <= at and (at <= limit or told.at > limit) for who, at in withdrawn)
        if not told.withdrawn and not ended:
            yield told


def _coverage(step: Step, recorded: RecordedApproval) -> Literal["final", "earlier", "unspecified"]:
    if not recorded.commit:
        return "unspecified"
    commit = _complete(step, recorded.commit)
    if commit == step.commit.id or (step.kind in {"direct", "root"} and commit in step.heads):
        return "final"
    if step.restored == "different" or step.added:
        return "earlier"
    if commit in step.heads or _only_base_merges_after(step, commit):
        return "final"
    unrelated = step.kind in {"squash", "rebase"} and not step.proposed  # without its ref, no revision can be placed
    return "unspecified" if unrelated else "earlier"


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
    """A merge of the branch into the proposal that brings the branch's files as they are, and nothing else."""
    base = step.position - 1
    if len(commit.parents) != 2 or step.line.entered.get(commit.parents[1], base + 1) > base:
        return False
    return all(
        ("" if change.status == "D" else change.blob) == step.line.blob_at(commit.parents[1], change.path)
        for change in step.line.paths(commit.id)
    )


def _from_signature(step: Step, found: list[Approval]) -> list[Approval]:
    """The merger's or an approver's own good signature over the commit that entered the branch."""
    signature = step.signature
    if step.kind not in {"merge", "rebase", "squash"} or signature.state != "good":
        return []
    signer = next(
        (who for who in (step.merger.who, *(approval.by for approval in found)) if who.person == signature.signer), None
    )
    if signer is None or signer.key in {author.key for author in step.authors}:
        return []
    where = f"signature of commit {step.short} by {signature.key}"
    covers: Literal["final", "earlier"] = "earlier" if step.added else "final"
    return [Approval(signer, step.commit.committer.time, Grade.SIGNED, covers, "signature", where, step.commit.id)]


def find_in_tag(message: str, at: int, tag: str, people: People) -> tuple[Approval, ...]:
    """Approvals that the message of an annotated tag states."""
    found = []
    for value in values(trailers_of(message), *APPROVING):
        named = parse_named(value)
        by = people.find(named.name, named.email, at, named=True)
        if not by.robot:
            found.append(Approval(by, at, Grade.STATED, "unspecified", "tag", f"message of tag {tag}"))
    return tuple(found)
