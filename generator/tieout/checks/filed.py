"""When each file of the ISMS came, and when it was changed, by its own history: what claims of days are held against."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tieout.checks.case import Case, day_of, working_days
from tieout.model.history import PathChange
from tieout.model.settings import ISMS

WITHIN = 10  # working days from the day of a claim to its commit, where nothing is set


@dataclass(frozen=True, slots=True)
class Filed:
    """The line of the ISMS up to its pin, by file. Paths are those of the repository."""

    top: str  # folder of tieout.yml in the repository, with its slash; empty at the top
    begun: date | None  # day of the first change; None: there is no history
    changed: Mapping[str, Sequence[date]]  # days on which each file was changed, oldest first
    blobs: Mapping[str, str]  # content of each file at the end
    came: Mapping[str, date]  # day on which a content was first there, under any name
    cut: bool = False  # the copy that was read begins later than the history: what its first step holds is older

    def came_on(self, path: str) -> date | None:
        """The day on which what a file says now was committed; a file that was only moved came before. None: no commit
        holds it.
        """
        return self.came.get(self.blobs.get(self.top + path, ""))

    def changed_on(self, path: str) -> Sequence[date]:
        return self.changed.get(self.top + path, ())


def filed(case: Case) -> Filed:
    changed: dict[str, list[date]] = {}
    blobs: dict[str, str] = {}
    came: dict[str, date] = {}
    changes = case.facts.isms_changes
    cut = ISMS in case.facts.histories_incomplete
    for change in changes:
        day = day_of(change.time)
        for path in change.paths:
            if cut and not change.order:
                blobs[path.path] = path.blob
            else:
                _take(path, day, changed, blobs, came)
    top = f"{case.config.folder}/" if case.config.folder else ""
    return Filed(top, day_of(changes[0].time) if changes else None, changed, blobs, came, cut)


def _take(
    path: PathChange, day: date, changed: dict[str, list[date]], blobs: dict[str, str], came: dict[str, date]
) -> None:
    changed.setdefault(path.path, []).append(day)
    if path.status == "D":
        blobs.pop(path.path, None)
    else:
        blobs[path.path] = path.blob
        came.setdefault(path.blob, day)


def limit(case: Case, check: str) -> int:
    """Working days from a claim to its commit."""
    within = case.setting(check).within
    return WITHIN if within is None else within


def late_by(claimed: date, came: date, allowed: int) -> int:
    """Calendar days between a claim and its commit, where these are more working days than are allowed; else 0."""
    return (came - claimed).days if working_days(claimed, came) > allowed else 0
