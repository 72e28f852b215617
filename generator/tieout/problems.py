"""What can be wrong, as values: the lowest layer, known to all others.

Whatever an author can get wrong is a `Problem`, collected and shown together. Only the environment
(a missing file, an unreachable repository) raises, as `BuildError`.
"""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """A place in a repository. `line` and `column` count from 1; 0 means the whole file (or repository)."""

    repo: str = ""  # id of a linked repository; empty for the ISMS itself
    path: str = ""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        where = f"{self.repo}:{self.path}" if self.repo and self.path else self.repo or self.path
        return where + (f":{self.line}" if self.line else "") + (f":{self.column}" if self.column else "")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, where, and how bad. `code` is a key of `tieout.codes.CODES`."""

    code: str
    severity: Severity
    message: str
    source: Source

    def __str__(self) -> str:
        place = f"{self.source}: " if str(self.source) else ""
        return f"{place}{self.severity}: {self.message} [{self.code}]"

    @property
    def order(self) -> tuple[Source, str, str]:
        """The one order in which problems are shown."""
        return (self.source, self.code, self.message)


def error(code: str, message: str, source: Source) -> Problem:
    return Problem(code, "error", message, source)


def warning(code: str, message: str, source: Source) -> Problem:
    return Problem(code, "warning", message, source)


class BuildError(Exception):
    """The environment does not allow the work: ends the command with exit code 2.

    The message is one sentence that names the place and the remedy.
    """
