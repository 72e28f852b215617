"""What the readers of approvals need to know of one change: the step, what it carries, and who brought it in."""

from dataclasses import dataclass
from typing import Literal

from tieout.history.line import Line
from tieout.history.merges import Added
from tieout.history.messages import Frame
from tieout.history.proposals import Restored
from tieout.history.records import Record
from tieout.model.gittuf import ReferenceLog
from tieout.model.grades import Grade
from tieout.model.history import ChangeKind, Commit, Identity, Note, Signature


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
    bound: bool = False  # the record is the forge's own, of this very step
    cutoff: int = 0  # last second that the audit sees; 0: all that was read
    log: ReferenceLog | None = None  # gittuf's, of the repository; None: it has none

    @property
    def record_head(self) -> str:
        """The last commit of the proposal, by the record; empty where it does not tell."""
        return self.record.head if self.record else ""

    @property
    def short(self) -> str:
        return self.commit.id[:8]

    @property
    def commits(self) -> tuple[str, ...]:
        """What was carried and proposed, and the step itself: whatever an approval of this change can be on."""
        return tuple(dict.fromkeys((*self.carried, *self.proposed, self.commit.id)))

    def notes(self, object_id: str, ref: str) -> tuple[Note, ...]:
        """The versions of a note that the audit sees, the oldest first; none where it was taken away by then."""
        versions = self.line.history.notes.get(object_id, ())
        seen = tuple(note for note in versions if note.ref == ref and not 0 < self.cutoff < note.at)
        return seen if seen and seen[-1].blob else ()
