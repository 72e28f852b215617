"""Inline parts to HTML, in Python for speed: a table of a thousand rows has ten thousand of them.

Every string passes `escape`: markup is escaped, and control, bidirectional and invisible characters become visible.
"""

import re
from collections.abc import Callable
from functools import lru_cache

import markupsafe

from tieout.text import markdown, words
from tieout.views.page import GradeMark, Inline, Line, Link, Mark, Markdown, Text

Markup = markupsafe.Markup

OUTSIDE = re.compile(r"(?:https?|mailto):")
CLASSES = {"soft": "soft", "claim": "claim", "id": "id", "strong": "strong", "late": "late", "bad": "bad"}

UNBROKEN = 24  # characters of an id that stay on one line


@lru_cache(maxsize=1 << 16)
def escape(text: str) -> str:
    """Markup escaped and invisible characters shown. The same names, ids and words stand on thousands of pages."""
    return str(markupsafe.escape(words.visible(text)))


def visible(text: str) -> Markup:
    """The same for templates, which must not escape it again."""
    return Markup(escape(text))


def target(href: str, root: str) -> str:
    """A link relative to the page; what leads outside stays as it is."""
    return href if OUTSIDE.match(href) or href.startswith("#") else root + href


def _text(part: Text) -> str:
    if not part.voice:
        return escape(part.text)
    if part.voice == "code":
        return f"<code>{escape(part.text)}</code>"
    return f'<span class="{_class(part)}">{escape(part.text)}</span>'


def _class(part: Text | Link) -> str:
    """An id does not break, unless it is longer than a narrow page is wide."""
    return "id long" if part.voice == "id" and len(part.text) > UNBROKEN else CLASSES[part.voice]


def _link(part: Link, root: str) -> str:
    inner = f"<code>{escape(part.text)}</code>" if part.voice == "code" else escape(part.text)
    classes = f' class="{_class(part)}"' if part.voice in CLASSES else ""
    return f'<a{classes} href="{escape(target(part.href, root))}">{inner}</a>'


def _mark(part: Mark) -> str:
    return f'<span class="s {part.shape}">{escape(part.words)}</span>'


def _grade(part: GradeMark) -> str:
    return f'<span class="g g{part.grade}">{escape(part.words)}</span>'


def part_html(part: Inline, root: str) -> str:
    if isinstance(part, Text):
        return _text(part)
    if isinstance(part, Link):
        return _link(part, root)
    return _mark(part) if isinstance(part, Mark) else _grade(part)


def printer(root: str) -> Callable[[Line], Markup]:
    """Prints a line for a page that stands at `root` (`../` for each folder above it)."""

    def print_line(line: Line) -> Markup:
        return Markup("".join(part_html(part, root) for part in line))

    return print_line


def markdown_printer(root: str) -> Callable[[Markdown], Markup]:
    def print_markdown(block: Markdown) -> Markup:
        links = {id_: target(href, root) for id_, href in block.links}
        return Markup(markdown.render_html(block.source, links))

    return print_markdown
