"""The history of each record: what every change of the ISMS did to it. Derived by `tieout.documents` for one audit."""

from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from tieout.model.differences import Difference
from tieout.model.history import Change
from tieout.model.records import Record

# layout: the file changed and no field of the record did; unread: nobody can tell what the change did to it;
# mended: after a time in which it could not be told, the record says what it said before
RevisionKind = Literal["created", "changed", "moved", "layout", "removed", "unread", "mended"]


@dataclass(frozen=True, slots=True)
class Revision:
    """What one change did to one record."""

    change: Change
    kind: RevisionKind
    version: int  # after it: the n-th content of the record that could be read, from 1; 0 where none could be yet
    path: str  # of the file after it (before it, where it was removed), below the folder of tieout.yml
    record: Record | None = None  # as it stood after it; None where it was removed or could not be read
    differences: tuple[Difference, ...] = ()
    compared: bool = True  # false: the fields before or after it do not follow the register's form
    moved_from: str = ""  # path of its file before, where that was another; outside the registers where it was created


class Move(NamedTuple):
    """A due date that was set anew."""

    change: Change
    old: date
    new: date


class Due(NamedTuple):
    """The day by which something is to be done, and every other day that was set for it before."""

    first: date
    now: date
    moves: tuple[Move, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One record, or one row of the Statement of Applicability (register `annex-a`), with its revisions, oldest first."""

    register: str
    id: str
    revisions: tuple[Revision, ...] = ()
    uncommitted: bool = False  # the working tree that was read says something else than the last revision

    @property
    def version(self) -> int:
        return self.revisions[-1].version if self.revisions else 0

    @property
    def created(self) -> Revision | None:
        return self.revisions[0] if self.revisions else None

    @property
    def last(self) -> Revision | None:
        """The last that changed what the record says, as far as can be told; its layout or place is no content.

        Who breaks a record and who mends it have changed nothing once it says again what it said before.
        """
        readable = formed = False  # whether what stands is known to be what stood before a time without
        for one in reversed(self.revisions):
            unread = readable and one.kind == "unread"
            broken = formed and one.kind != "removed" and one.record is None
            if one.kind in {"layout", "moved", "mended"}:
                readable, formed = True, formed or (one.kind == "mended" and one.record is not None)
            elif not unread and not broken:
                return one
        return None

    @property
    def removed(self) -> bool:
        return bool(self.revisions) and self.revisions[-1].kind == "removed"
