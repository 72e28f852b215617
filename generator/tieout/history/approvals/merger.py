"""The one who brought a change in, where that is another person than its authors: a second name.

Tried on microsoft/BuildXL (Azure DevOps, which names no approver: 6,103 steps, 436 by another than their authors) and
gitlabhq/gitlab-runner (GitLab: 5,008 steps, 2,904 by another).
"""

from collections.abc import Iterator

from tieout.history.approvals.revisions import Covers
from tieout.history.approvals.step import Step
from tieout.history.people import People
from tieout.model.grades import Grade
from tieout.model.history import Approval


def from_merger(step: Step, _people: People) -> Iterator[Approval]:
    """A known person outside the author set who made the merge commit, or recorded the rebase or squash."""
    merger = step.merger
    if step.kind not in {"merge", "rebase", "squash"} or not merger.who.known:
        return
    if merger.who.key in {author.key for author in step.authors}:
        return
    told = merger.grade > Grade.STATED
    covers: Covers = "earlier" if step.added else "final"
    yield Approval(
        merger.who,
        merger.at,
        merger.grade,
        covers if told else "unspecified",
        merger.basis,
        merger.where,
        step.commit.id if told else "",
    )
