"""The merger's or an approver's own good signature over the commit that entered the branch."""

from collections.abc import Sequence

from tieout.history.approvals.revisions import Covers
from tieout.history.approvals.step import Step
from tieout.model.grades import Grade
from tieout.model.history import Approval


def from_signature(step: Step, found: Sequence[Approval]) -> list[Approval]:
    """At most one. `found` are the approvals of the other readers, whose givers the signer may be one of."""
    signature = step.signature
    if step.kind not in {"merge", "rebase", "squash"} or signature.state != "good":
        return []
    signer = next(
        (who for who in (step.merger.who, *(approval.by for approval in found)) if who.person == signature.signer), None
    )
    if signer is None or signer.key in {author.key for author in step.authors}:
        return []
    where = f"signature of commit {step.short} by {signature.key}"
    covers: Covers = "earlier" if step.added else "final"
    return [Approval(signer, step.line.times[step.position], Grade.SIGNED, covers, "signature", where, step.commit.id)]
