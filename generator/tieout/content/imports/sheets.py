"""A sheet as it was read, before anybody knows what its rows mean."""

from dataclasses import dataclass
from typing import Literal

from tieout.problems import Source

Kind = Literal["text", "number", "day", "yes-no", "error", "unknown"]


@dataclass(frozen=True, slots=True)
class Cell:
    """What a reader sees in a cell, as text; a day as 2026-06-05, yes and no as such."""

    text: str = ""
    kind: Kind = "text"  # error: such as #REF!; unknown: a formula that was never worked out


EMPTY = Cell()


@dataclass(frozen=True, slots=True)
class Merged:
    """A range of cells shown as one; all numbers from 1, both ends included."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows that are not empty, by their number from 1, as wide as they were written."""

    name: str  # of the file, and of the sheet where there are several
    rows: tuple[tuple[int, tuple[Cell, ...]], ...] = ()
    merged: tuple[Merged, ...] = ()
    separated: bool = False  # cells are told apart by a sign between them, so a row can have too many
    title: str = ""  # of the sheet, where its file has several

    def place(self, row: int = 0, column: int = 0) -> Source:
        return Source(path=self.name, line=row, column=column)


def letters(column: int) -> str:
    """The name of a column, from 1: A, B, … Z, AA."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
