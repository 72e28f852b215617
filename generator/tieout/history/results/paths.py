"""Patterns of result files in tieout.yml, such as `results/{repo}/{commit}/{step}.xml`: what the path of a file says of it."""

import re
from functools import lru_cache
from typing import NamedTuple

from tieout.text.globs import matches

_PLACE = re.compile(r"\{(repo|service|commit|step)\}")
_PART = re.compile(r"(\{(?:repo|service|commit|step)\}|\*\*/?|\*|\?)")
_MEANS = {
    "commit": r"(?P<commit>[0-9a-fA-F]{7,64})",
    "**": ".*?",
    "**/": "(?:.*?/)?",
    "*": "[^/]*?",
    "?": "[^/]",
}


class Told(NamedTuple):
    """What the path of a file says."""

    repo: str = ""
    service: str = ""
    commit: str = ""
    step: str = ""


def fixed_pattern(pattern: str) -> str:
    """The same as a pattern of paths, in which any text stands for each place."""
    return _PLACE.sub("*", pattern)


def read_path(patterns: tuple[str, ...], path: str) -> Told | None:
    """What a path says by the first pattern that names a commit; nothing said where none does, None where none fits."""
    found = None
    for pattern in patterns:
        if matches(fixed_pattern(pattern), path):
            found = found or Told()
            told = _compiled(pattern).fullmatch(path)
            if told and "{commit}" in pattern:
                return Told(**{name: value for name, value in told.groupdict().items() if value})
    return found


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    seen: set[str] = set()
    written = "" if "/" in pattern.strip("/") else "(?:.*/)?"
    for part in _PART.split(pattern.strip("/")):
        name = part[1:-1] if part.startswith("{") else part
        if name in seen:
            written += f"(?P={name})"
        elif part.startswith("{") and _PLACE.fullmatch(part):
            seen.add(name)
            written += _MEANS.get(name, f"(?P<{name}>[^/]+?)")
        else:
            written += _MEANS.get(part, re.escape(part))
    return re.compile(written)
