"""Bytes as text, once and strictly: UTF-8, one kind of line end, no control characters.

Everything else in `text` works on what `decode` returns.
"""

import re

from tieout.problems import Problem, Severity, Source

MAX_BYTES = 1_000_000
BOM = "\ufeff"

# How git marks the two sides of a merge that nobody has decided; `=======` alone is a heading in Markdown.
_UNDECIDED = re.compile("^(<<<<<<<|>>>>>>>)(?: .*)?$", re.MULTILINE)

# What YAML cannot hold (its specification, 5.1), with the line breaks that editors do not count as such.
CONTROL = re.compile(
    "[^\\n\\t\\x20-\\x7e\\xa0-\\u2027\\u202a-\\ud7ff\\ue000-\\ufefe\\uff00-\\ufffd\\U00010000-\\U0010ffff]"
)


def decode(data: bytes, source: Source, *, own: bool = True) -> tuple[str, tuple[Problem, ...]]:
    """The text of a file with line feeds as line ends; empty when an error makes it unreadable.

    `own` is for files of the ISMS: control characters and unresolved merges are errors there, and a byte order mark and Windows line ends
    are warnings. Elsewhere (`own=False`) what cannot be shown becomes U+FFFD and only the size is a problem.
    """
    severity: Severity = "error" if own else "warning"
    if len(data) > MAX_BYTES:
        message = f"the file has {len(data):,} bytes, and the limit is {MAX_BYTES:,}; split it"
        return "", (Problem("file-too-large", severity, message, source),)
    try:
        text = data.decode("utf-8", "strict" if own else "replace")
    except UnicodeDecodeError as fault:
        before = data[: fault.start].decode("utf-8")
        line, column = place(before, len(before), source)
        message = f"byte 0x{data[fault.start]:02x} is not valid UTF-8; save the file as UTF-8"
        return "", (Problem("not-utf8", "error", message, Source(source.repo, source.path, line, column)),)
    text, problems = _normalised(text, source)
    conflict = _UNDECIDED.search(text) if own else None
    if conflict is not None:
        line, column = place(text, conflict.start(), source)
        message = f"a merge conflict is not resolved here ({conflict[1]}); keep one side, or indent the line if it is meant as text"
        where = Source(source.repo, source.path, line, column)
        return "", (*problems, Problem("merge-conflict", "error", message, where))
    bad = CONTROL.search(text)
    if bad is None:
        return text, problems if own else ()
    if not own:
        return CONTROL.sub("\ufffd", text), ()
    line, column = place(text, bad.start(), source)
    message = f"the character U+{ord(bad[0]):04X} is not text; delete it"
    return "", (
        *problems,
        Problem("control-character", "error", message, Source(source.repo, source.path, line, column)),
    )


def _normalised(text: str, source: Source) -> tuple[str, tuple[Problem, ...]]:
    problems: tuple[Problem, ...] = ()
    if text.startswith(BOM):
        text = text[1:]
        message = "the file begins with a byte order mark; save it as UTF-8 without one"
        problems += (Problem("byte-order-mark", "warning", message, source),)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        message = "the file has Windows line ends; save it with \\n, or set `* text=auto eol=lf` in .gitattributes"
        problems += (Problem("line-ends", "warning", message, source),)
    return text, problems


def place(text: str, index: int, source: Source) -> tuple[int, int]:
    """Line and column, from 1, of `text[index]`, where `text` begins at the line that `source` names."""
    before = text[:index]
    return max(source.line, 1) + before.count("\n"), index - (before.rfind("\n") + 1) + 1
