"""The vocabulary of a page: what views say and every output prints. The same blocks become HTML and PDF.

Three voices: plain text is what the program derived, `claim` what a person wrote, `code` what Git holds.
An href is relative to the audit's folder (`risks/RSK-008.html#trace`); output makes it relative to the page.
Nothing here is markup: outputs escape every string.
"""

from dataclasses import dataclass
from typing import Literal, NamedTuple

Voice = Literal["", "soft", "claim", "code", "id", "strong", "late", "bad"]
# shapes of `../themes/default/static/look.css`: outcomes, then contradiction and gap
MarkShape = Literal["pass", "fail", "excepted", "unknown", "none", "na", "flag", "gap"]


class Text(NamedTuple):
    text: str
    voice: Voice = ""


class Link(NamedTuple):
    text: str
    href: str
    voice: Voice = ""


class Mark(NamedTuple):
    """An outcome: a shape and always a word."""

    shape: MarkShape
    words: str


class GradeMark(NamedTuple):
    """How well a fact is known: five strokes and the word."""

    grade: int
    words: str


Inline = Text | Link | Mark | GradeMark
Line = tuple[Inline, ...]


def line(*parts: "Inline | str") -> Line:
    """A line of inline parts; a plain string is plain text."""
    # a quarter of a million lines a site: a list is built faster than a generator is drained
    return tuple([Text(part) if isinstance(part, str) else part for part in parts])


@dataclass(frozen=True, slots=True)
class Column:
    title: Line
    kind: Literal["", "n", "d"] = ""  # n: number, right-aligned; d: date or id, never broken
    label: str = ""  # in the narrow form; empty: the words of the title


@dataclass(frozen=True, slots=True)
class Cell:
    line: Line
    span: int = 1
    zero: bool = False  # a zero, printed in soft ink
    bad: bool = False  # a number someone must look at
    band: Literal["", "h1", "h2", "h3", "h4"] = ""  # score band of a heat map
    over: bool = False  # above appetite: an outline


@dataclass(frozen=True, slots=True)
class Row:
    """The first cell names the row. A `group` row has one cell and heads those that follow."""

    cells: tuple[Cell, ...]
    tone: Literal["", "total", "due", "group"] = ""
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    form: Literal["stack", "run", "scroll", "sheet", "cells", "plain"] = "stack"
    caption: str = ""
    anchor: str = ""
    label: str = ""  # spoken name of a scroll region
    empty: str = "None."  # what to say when there is no row


@dataclass(frozen=True, slots=True)
class Para:
    line: Line
    kind: Literal["", "note", "claim"] = ""


@dataclass(frozen=True, slots=True)
class Items:
    """A plain list."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Markdown:
    """Text a person wrote. `links` gives the page of each id that the text may name, sorted."""

    source: str
    links: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """Five questions and their answers, or any list of terms: who, what, when, on whose authority, under which safeguards."""

    entries: tuple[tuple[str, tuple[Para, ...]], ...]


@dataclass(frozen=True, slots=True)
class Columns:
    """Short blocks side by side, each with a heading."""

    entries: tuple[tuple[str, tuple["Block", ...]], ...]
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Chips:
    """Links to pages made beforehand, instead of a filter. One may be the present page."""

    links: tuple[tuple[Link, bool], ...]


class Shape(NamedTuple):
    """One stroke or word of a picture, in its own units, with a class of the style sheet.

    `d` is the path data of a stroke; a `text` has its anchor point in x and y; a `href` makes it a link.
    """

    kind: Literal["path", "text", "circle", "rect"]
    cls: str = ""
    d: str = ""
    x: float = 0
    y: float = 0
    w: float = 0
    h: float = 0
    text: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """An inline SVG of 960 units' width, always followed by the same facts as a table."""

    width: int
    height: int
    title: str
    shapes: tuple[Shape, ...]
    caption: str = ""
    label: str = ""
    small: bool = False


@dataclass(frozen=True, slots=True)
class Fold:
    """Blocks that a reader opens; on paper they are left out, so what they hold must be more of the same."""

    summary: str
    blocks: tuple["Block", ...]


Block = Table | Para | Items | Markdown | Terms | Columns | Chips | Picture | Fold


@dataclass(frozen=True, slots=True)
class Section:
    title: str  # a plain question or words, in sentence case; empty: no heading
    blocks: tuple[Block, ...]
    anchor: str = ""
    landscape: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One page of an audit. Its first sentence, `lede`, is the answer to its question, with counts."""

    path: str  # risks/RSK-008.html
    title: str  # for the window: RSK-008
    heading: str
    lede: Line
    sections: tuple[Section, ...]
    crumbs: tuple[Link | Text, ...] = ()
    provenance: tuple[tuple[str, Line], ...] = ()
    nav: str = ""  # path of the entry of the navigation it stands under
    landscape: bool = False


@dataclass(frozen=True, slots=True)
class NavEntry:
    title: str
    path: str
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Navigation:
    """The eight questions, each with its pages."""

    groups: tuple[tuple[str, tuple[NavEntry, ...]], ...]


@dataclass(frozen=True, slots=True)
class Site:
    """One audit as a reader sees it."""

    key: str  # folder: 2026-09-30 or current
    operator: str
    title: str  # Surveillance audit, 30 September 2026
    when: str  # 30 September 2026
    what: str  # surveillance; draft
    navigation: Navigation
    pages: tuple[Page, ...]  # in order of path
    foot: tuple[Line, ...]
    language: str = "en"
