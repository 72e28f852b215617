"""Bytes of one file -> its fields with their places, and its body. Which register it belongs to is not asked here.

What a file without a problem holds can be packed as JSON and unpacked again, so that it need not be parsed a second time.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from tieout.problems import Problem, Source, error
from tieout.text import frontmatter, plain, yaml
from tieout.text.yaml import Parsed

Packed: TypeAlias = "tuple[yaml.Packed, str, int, tuple[tuple[str, int], ...]]"

_TARGET = re.compile(r"[^\s]*/[^\s]*|[^\s]+\.md")  # as the text of a symbolic link


@dataclass(frozen=True, slots=True)
class File:
    """What one file says. `references` are the ids that the body links to, each with its line in the body."""

    parsed: Parsed
    body: str = ""
    body_line: int = 0  # line on which the body begins
    references: tuple[tuple[str, int], ...] = ()
    problems: tuple[Problem, ...] = ()


Parse: TypeAlias = Callable[[str, bytes], File]


def parse(path: str, data: bytes) -> File:
    """A YAML file has fields only; a Markdown file a body below them. Without a problem, the path makes no difference."""
    file = Source(path=path)
    if not path.endswith(".md"):
        parsed = yaml.parse(data, file)
        return File(parsed, problems=parsed.problems)
    text, problems = plain.decode(data, file)
    if any(problem.severity == "error" for problem in problems):
        return File(Parsed(), problems=problems)
    matter, body, before, above = frontmatter.split(text.encode())
    if not before:
        return File(Parsed(), problems=(*problems, _no_front_matter(path, text)))
    parsed = yaml.parse(matter, Source(path=path, line=before + 1))
    skipped = len(body) - len(body.lstrip("\n"))
    body = body.strip("\n")
    return File(parsed, body, above + skipped + 1, _references(body), (*problems, *parsed.problems))


def _references(body: str) -> tuple[tuple[str, int], ...]:
    from tieout.text import markdown  # noqa: PLC0415 - slow to import, and where every file was seen before, not needed

    return markdown.references(body)


def _no_front_matter(path: str, text: str) -> Problem:
    if text.startswith("---"):
        message = "the front matter has no end; close it with a line of three dashes (---)"
    elif _TARGET.fullmatch(text):
        message = "the file holds a path and nothing else, as a symbolic link does; links are not followed, so put the file itself here"
    else:
        message = (
            "the front matter is missing; begin the file with a line of three dashes (---), the fields, and --- again"
        )
    return error("missing-front-matter", message, Source(path=path, line=1))


def kind(path: str) -> str:
    """What decides, beside its bytes, how a file is parsed."""
    return "markdown" if path.endswith(".md") else "yaml"


def pack(file: File) -> Packed:
    """A file without a problem, as JSON; its problems would name its path."""
    return yaml.pack(file.parsed), file.body, file.body_line, file.references


def unpack(packed: Packed) -> File:
    """The same file again, from the tuples or from the lists of JSON."""
    parsed, body, body_line, references = packed
    return File(yaml.unpack(parsed), body, body_line, tuple((id_, line) for id_, line in references))
