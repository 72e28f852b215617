"""What is shown at this moment: changed by the builder, read and waited for by the requests."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Condition
from types import MappingProxyType

from tieout.serve import dressing, files
from tieout.serve.notice import NOTHING, Notice


@dataclass(frozen=True, slots=True)
class Shown:
    """The notice, and files that are ready before the site they belong to is written, by path."""

    notice: Notice = NOTHING
    fresh: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}))


class Showing:
    """Two folders, laid over each other, and what stands on top of their pages."""

    def __init__(self, present: Path, past: Path, notice: Notice = NOTHING) -> None:
        self.present = present
        self.past = past
        self.in_view: tuple[str, ...] = ()  # of the page that was asked for last
        self.ended = False
        self._shown = Shown(notice)
        self._changed = Condition()

    @property
    def notice(self) -> Notice:
        return self._shown.notice

    def read(self, parts: tuple[str, ...]) -> bytes | None:
        """A file of the site: the newest there is of the present, else of the audits of the past."""
        fresh = self._shown.fresh.get("/".join(parts))
        if fresh is not None:
            return fresh
        found = files.read_file(self.present, parts)
        if found is None and len(parts) > 1:  # what stands outside the audits' folders is the present's
            found = files.read_file(self.past, parts)
        return found

    def mark(self, parts: tuple[str, ...]) -> str:
        """What a reader of this page is shown now."""
        return dressing.mark(self.read(parts), self.notice)

    def change(self, notice: Notice, fresh: Mapping[str, bytes] = MappingProxyType({})) -> None:
        """Everything new at once: who waits is told."""
        with self._changed:
            self._shown = Shown(notice, fresh)
            self._changed.notify_all()

    def wait(self, differs: Callable[[], bool], seconds: float) -> bool:
        """Waits until something changed that makes a difference; whether it did."""
        with self._changed:
            return self._changed.wait_for(lambda: self.ended or differs(), seconds) and not self.ended

    def end(self) -> None:
        with self._changed:
            self.ended = True
            self._changed.notify_all()
