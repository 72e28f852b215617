"""An ISMS that no commit holds yet: shown as it lies on disk, with no history to ask and no audit to look back from."""

from collections.abc import Iterable
from pathlib import Path

from tieout.build.newest import CONFIG, Newest
from tieout.model.history import History
from tieout.problems import Problem, Source, warning

WHY = "the ISMS is in no commit yet, so who wrote and who approved its records is not known"


def history_of(newest: Newest, id_: str) -> History:
    """The history it does not have. Its pin has no commit, which every page shows as that."""
    return History(id_, str(newest.location.top), branch=newest.config.branch if newest.config else "")


def saved(newest: Newest) -> int:
    """When the newest of its files was saved, in seconds: what stands for the day that a commit would give."""
    return max(_times(newest.location.folder, (CONFIG, *newest.isms.paths)), default=0)


def _times(folder: Path, paths: Iterable[str]) -> Iterable[int]:
    for path in paths:
        try:
            yield int((folder / path).stat().st_mtime)
        except OSError:  # gone since it was read
            continue


def problem() -> Problem:
    return warning("not-committed", f"{WHY}; commit it, and its history begins", Source(path=CONFIG))
