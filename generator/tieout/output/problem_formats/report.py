"""What a format needs to know: the problems, the files that were looked at, and where all that lies."""

from dataclasses import dataclass
from functools import cached_property

from tieout.problems import Problem
from tieout.text import words

CONFIG = "tieout.yml"


def one_line(text: str) -> str:
    """Foreign text with what cannot be seen made visible, line ends among it: no reader is to take one line for two."""
    return words.visible(text).replace("\n", "⟨U+000A⟩")


@dataclass(frozen=True)  # without slots: what is worked out is kept
class Report:
    """One run of a check. Paths are relative to the folder of tieout.yml."""

    problems: tuple[Problem, ...]  # in the one order of problems
    files: tuple[str, ...]  # of the ISMS that were looked at, sorted
    content: str  # id of the commit, or `uncommitted`
    folder: str = ""  # of tieout.yml inside its repository, without a closing slash
    records: int = 0
    registers: int = 0
    elsewhere: int = 0  # problems in files that were not asked for

    @property
    def errors(self) -> int:
        return sum(problem.severity == "error" for problem in self.problems)

    @property
    def warnings(self) -> int:
        return len(self.problems) - self.errors

    @cached_property
    def _folders(self) -> frozenset[str]:
        return frozenset(path[:end] for path in self.files for end, letter in enumerate(path) if letter == "/")

    def file(self, problem: Problem) -> str:
        """The file at which a problem is shown: tieout.yml for what lies in no file of the ISMS."""
        source = problem.source
        return CONFIG if source.repo or not source.path or source.path in self._folders else source.path

    def place(self, problem: Problem) -> "Place":
        """Where a program shows the problem, counted from the top of the repository, and what it says there."""
        source = problem.source
        path = self.file(problem)
        whole = f"{self.folder}/{path}" if self.folder else path
        message = one_line(problem.message)
        if path == source.path:
            return Place(whole, source.line, source.column, message)
        return Place(whole, 0, 0, f"{one_line(str(source))}: {message}" if str(source) else message)


@dataclass(frozen=True, slots=True)
class Place:
    path: str  # as Git has it; bytes that are no UTF-8 are lone surrogates
    line: int
    column: int
    message: str
