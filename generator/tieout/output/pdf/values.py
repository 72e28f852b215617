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
        case Chips():
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
    }


def _share(table: Table, index: int) -> int:
    """How wide a column of words is beside the others: by the longest of its cells, between 1 and 6."""
    longest = 0
    for row in table.rows:
        if row.tone != "group" and index < len(row.cells) and all(cell.span == 1 for cell in row.cells):
            length = sum(
                len(part.words if isinstance(part, (Mark, GradeMark)) else part.text) for part in row.cells[index].line
            )
            longest = max(longest, length)
    return min(6, max(1, longest // 14))
