"""Path patterns as people know them from CODEOWNERS and .editorconfig.

`*` and `?` stay within a folder, `**` crosses folders. A pattern without a slash matches at any depth, one that names a
folder matches everything below it, a leading slash is optional where another slash follows. Braces and brackets are
plain characters. Patterns come from foreign repositories, so the translation never backtracks twice over a path.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

MAX_PATTERN = 1000


def matches(pattern: str, path: str) -> bool:
    """Whether a path, relative to its repository, is meant by a pattern."""
    return _compiled(pattern)(path) is not None


def matches_any(patterns: Iterable[str], path: str) -> bool:
    return any(_compiled(pattern)(path) is not None for pattern in patterns)


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> Callable[[str], re.Match[str] | None]:
    anchored = "/" in pattern.rstrip("/")
    body = pattern.strip("/")
    if not body or len(pattern) > MAX_PATTERN:
        return re.compile(r"(?!)").match
    within = body + "/**" if pattern.endswith("/") else body
    start = "" if anchored else "(?:.*/)?"
    return re.compile(f"(?s:{start}{_expression(within)})").match


def _expression(body: str) -> str:
    """A regular expression in which only the last wildcard of a kind can backtrack.

    The shortest match of a piece that follows a wildcard is always as good as a longer one: the next wildcard of
    the same kind covers the rest, and a piece with a slash has one place to stand. So all but the last may be atomic.
    """
    body = re.sub(r"(?:\*\*/)+(?=\*\*(?:/|$))", "", re.sub(r"\*{3,}", "**", body))
    spans = re.split(r"(?:^|/)\*\*(?:/|$)|\*\*", body)
    joints = [match[0] for match in re.finditer(r"(?:^|/)\*\*(?:/|$)|\*\*", body)]
    written = _span(spans[0], last=not joints)
    for number, (joint, span) in enumerate(zip(joints, spans[1:], strict=True), start=1):
        last = number == len(joints)
        crossing = _crossing(joint) + _span(span, last=last)
        written += crossing if last else f"(?>{crossing})"
    return written


def _crossing(joint: str) -> str:
    """What `**` stands for: between slashes no folder or some, at the end anything below, elsewhere any text."""
    return {"/**/": "/(?:.*?/)??", "**/": "(?:.*?/)??", "/**": "/.+?", "**": ".*?"}[joint]


def _span(span: str, *, last: bool) -> str:
    first, *pieces = span.split("*")
    written = _fixed(first)
    for number, piece in enumerate(pieces, start=1):
        final = last and number == len(pieces)
        whole = "*?" if piece else "*"  # nothing follows but the slash of a `**`: then it is all of the name
        written += f"[^/]*?{_fixed(piece)}" if final else f"(?>[^/]{whole}{_fixed(piece)})"
    if not last:
        return written
    folder = span and "*" not in span.rpartition("/")[2]
    return written + (r"(?:/.*)?\Z" if folder else r"\Z")


def _fixed(piece: str) -> str:
    return re.escape(piece).replace(r"\?", "[^/]")
