"""The environments of an environments repository: their paths, who owns them, and files that name a path of another."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from tieout.history.contents.forms import lines_of
from tieout.history.contents.manifests import beside
from tieout.history.owners import owners_of
from tieout.model.contents import Crossing, Part
from tieout.text.globs import matches_any

MAX_READ = 5000  # files of the environments of one repository that are looked through
MAX_FILE = 1_000_000
MAX_CROSSINGS = 50
_COMMENT = re.compile(r"(?:^|\s)#.*")
_TOKEN = re.compile(r"[^\s'\"`=,;()\[\]{}<>|&?#]{2,300}")

Patterns = tuple[tuple[str, tuple[str, ...]], ...]  # of each environment


def describe(
    patterns: Patterns, paths: Sequence[str], owners: bytes, data: Mapping[str, bytes | None]
) -> tuple[Part, ...]:
    """Each environment with its files among `paths`; `data` holds the contents of those that could be read."""
    files = {name: [path for path in paths if matches_any(own, path)] for name, own in patterns}
    places = {name: frozenset(_with_folders(own)) for name, own in files.items()}
    common = frozenset(
        place for name in places for other in places if name != other for place in places[name] & places[other]
    )
    found = []
    for name, own in patterns:
        others = {other: places[other] - common for other, _ in patterns if other != name}
        crossings = [one for path in files[name] for one in _crossings(path, data.get(path), others)]
        found.append(
            Part(
                name,
                own,
                len(files[name]),
                tuple(other for other, _ in patterns if other != name and set(files[other]) & set(files[name])),
                tuple(sorted({owners_of(owners, path) for path in files[name]})) if owners else (),
                tuple(crossings[:MAX_CROSSINGS]),
            )
        )
    return tuple(found)


def _with_folders(paths: Collection[str]) -> Iterator[str]:
    for path in paths:
        yield path
        parts = path.split("/")
        yield from ("/".join(parts[:depth]) for depth in range(1, len(parts)))


def _crossings(path: str, data: bytes | None, others: Mapping[str, frozenset[str]]) -> Iterator[Crossing]:
    """Paths of other environments that a file names: from the top, or from its own folder where it begins with a dot.

    A word without a slash names no path, and only what is there counts.
    """
    if data is None or len(data) > MAX_FILE or b"\0" in data[:8000]:
        return
    for number, line in enumerate(lines_of(data), start=1):
        for token in _TOKEN.findall(_COMMENT.sub("", line)):
            if "/" not in token or "://" in token:
                continue
            named = beside(path, token) if token.startswith((".", "..")) else token.strip("/")
            other = next((name for name, places in others.items() if named in places), "")
            if other:
                yield Crossing(path, number, token, other)
