"""The newest content, as it lies on disk: what a person edits, before any history is looked at.

Kept apart from `world`, so that `tieout check` imports no more than it needs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import cast

from tieout import cache, checks, config, content
from tieout.content import files
from tieout.content.files import File, Parse
from tieout.model.registers import REGISTERS, Isms
from tieout.model.settings import Config
from tieout.problems import Problem
from tieout.repos import revisions, trees
from tieout.text import words

CONFIG = "tieout.yml"


@dataclass(frozen=True, slots=True)
class Newest:
    """What was read, and everything that is wrong with it. Without a readable tieout.yml there is no `config`."""

    location: trees.Location
    config: Config | None
    isms: Isms
    problems: tuple[Problem, ...]


def read_newest(start: Path, new: Mapping[str, bytes] = MappingProxyType({})) -> Newest:
    """Locates the ISMS and reads its working tree; all that `tieout check` needs. `new` files count as if they were in it.

    Raises:
        BuildError: there is no ISMS here.
    """
    location = trees.locate(start)
    return load(location, {**trees.read_worktree(location.folder), **new})


def read_at(start: Path, revision: str) -> Newest:
    """The same at a commit, branch or tag of the ISMS's own repository; the working tree is not looked at.

    Raises:
        BuildError: there is no such commit, or no ISMS in it.
    """
    found = revisions.find(start, revision)
    location = found.location
    return load(location, trees.read_tree(found.repository, location.head, location.prefix, ours=False))


def load(location: trees.Location, read: Mapping[str, bytes]) -> Newest:
    """The same of files that were read already."""
    settings, problems = config.load(read.get(CONFIG, b""), CONFIG)
    if settings is None:
        return Newest(location, None, Isms(), problems)
    with cache.opened(location.folder) as known:
        isms, found = content.load(read, settings, checks.CHECKS, remembering(known))
    return Newest(location, settings, isms, tuple(sorted({*problems, *found}, key=lambda problem: problem.order)))


def remembering(known: cache.Cache, parse: Parse = files.parse) -> Parse:
    """Parses only what was never seen. A file with a problem is parsed each time, as the problem names its path."""

    def parse_once(path: str, data: bytes) -> File:
        packed = known.get(files.kind(path), data)
        if packed is not None:
            return files.unpack(cast("files.Packed", packed))
        file = parse(path, data)
        if not file.problems:
            known.put(files.kind(path), data, files.pack(file))
        return file

    return parse_once


def count_records(isms: Isms) -> str:
    """`412 records in 31 registers`."""
    sizes = [len(isms.register(register.name)) for register in REGISTERS]
    return f"{words.plural(sum(sizes), 'record')} in {words.plural(sum(map(bool, sizes)), 'register')}"
