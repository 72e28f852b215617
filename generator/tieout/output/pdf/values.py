"""Blocks of a page as plain JSON values for the template. Links inside the site lose their target on paper."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from tieout.output.pdf import svg
from tieout.text import markdown, words
from tieout.views.bundle import Bundle
from tieout.views.page import (
    Block,
    Cell,
    Chips,
    Column,
    Columns,
    Fold,
    GradeMark,
    Items,
    Line,
    Mark,
    Markdown,
    Para,
    Picture,
    Section,
    Table,
    Terms,
)

# from so many characters on, a cell asks for no more room: it wraps
WRAPPED = 100
Json: TypeAlias = "str | int | float | bool | Sequence[Json] | Mapping[str, Json] | None"


def document(bundle: Bundle) -> dict[str, Json]:
    return {
        "operator": bundle.operator,
        "title": bundle.title,
        "when": bundle.when,
        "answer": parts(bundle.answer),
        "cover": [[term, parts(line)] for term, line in bundle.cover],
        "lock": grouped(bundle.lock),
        "short": bundle.lock[:16],
        "foot": bundle.foot,
        "language": bundle.language,
        "chapters": [
            {
                "title": chapter.title,
                "lede": parts(chapter.lede),
                "landscape": chapter.landscape,
                "sections": [section_value(section) for section in chapter.sections],
            }
            for chapter in bundle.chapters
        ],
    }


def grouped(digest: str) -> str:
    """A digest in groups of four, as people compare it."""
    return " ".join(digest[index : index + 4] for index in range(0, len(digest), 4))


def section_value(section: Section) -> dict[str, Json]:
    return {"title": section.title, "blocks": [block_value(block) for block in section.blocks]}


def parts(line: Line) -> list[Json]:
    made: list[Json] = []
    for part in line:
        match part:
            case Mark(shape, text):
                made.append({"k": "mark", "s": shape, "t": words.visible(text)})
            case GradeMark(grade, text):
                made.append({"k": "grade", "n": grade, "t": words.visible(text)})
            case _:
                made.append({"k": "text", "t": words.visible(part.text), "v": part.voice})
    return made


def block_value(block: Block) -> dict[str, Json]:
    match block:
        case Table():
            return _table(block)
        case Para(line, kind):
            return {"k": "para", "kind": kind, "parts": parts(line)}
        case Items(lines):
            return {"k": "items", "lines": [parts(line) for line in lines]}
        case Markdown(source):
            return {"k": "prose", "nodes": markdown.parse_tree(source, {})}
        case Terms(entries):
            return {
                "k": "terms",
                "entries": [[term, [block_value(one) for one in paragraphs]] for term, paragraphs in entries],
            }
        case Columns(entries):
            return {
                "k": "columns",
                "entries": [[title, [block_value(one) for one in blocks]] for title, blocks in entries],
            }
        case Picture():
            return {"k": "picture", "svg": svg.drawing(block), "title": block.title, "small": block.small}
        case Chips() | Fold():
            return {"k": "items", "lines": []}


def _table(table: Table) -> dict[str, Json]:
    columns = table.columns or tuple(Column(()) for _ in table.rows[0].cells) if table.rows else table.columns
    return {
        "k": "table",
        "empty": table.empty,
        "size": 7.5 if len(columns) > 4 else 8.5,
        "columns": [
            {"title": parts(column.title), "kind": column.kind, "share": _share(table, index)}
            for index, column in enumerate(columns)
        ],
        "rows": [
            {"tone": row.tone, "cells": [_cell(cell, column) for cell, column in _placed(row.cells, columns)]}
            for row in table.rows
        ],
    }


def _placed(cells: tuple[Cell, ...], columns: tuple[Column, ...]) -> list[tuple[Cell, Column]]:
    """Each cell with the column it starts in."""
    placed, at = [], 0
    for cell in cells:
        placed.append((cell, columns[min(at, len(columns) - 1)]))
        at += cell.span
    return placed


def _cell(cell: Cell, column: Column) -> dict[str, Json]:
    return {
        "parts": parts(cell.line),
        "span": cell.span,
        "kind": column.kind if cell.span == 1 else "",
        "zero": cell.zero,
        "bad": cell.bad,
        "band": cell.band,
        "over": cell.over,
    }


def _share(table: Table, index: int) -> int:
    """How wide a column is beside the others, in characters.

    A column of numbers or days is as wide as its longest cell. One of words takes half of that, as it wraps, but never
    less than its longest word: a word that does not fit would be printed over the next column.
    """
    column = table.columns[index] if index < len(table.columns) else Column(())
    held = [row.cells for row in table.rows if row.tone != "group" and all(cell.span == 1 for cell in row.cells)]
    texts = [_plain(column.title), *(_plain(cells[index].line) for cells in held if index < len(cells))]
    longest = max(map(len, texts))
    word = max((len(one) for text in texts for one in text.split()), default=0)
    return longest if column.kind else max(word + 2, min(longest, WRAPPED) // 2, 6)


def _plain(line: Line) -> str:
    """The words of a line; a mark takes the place of two characters."""
    return "".join(
        f"  {part.words}" if isinstance(part, Mark) else part.words if isinstance(part, GradeMark) else part.text
        for part in line
    )
