"""The ISMS's own history as it is stored: files and pull requests in `told/`, read, filled and applied in order."""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from tieout.demo.hours import seconds
from tieout.demo.keys import public_line
from tieout.demo.teams import ADDRESSES
from tieout.problems import BuildError, Source
from tieout.text.yaml import Value, parse

_PLACEHOLDER = re.compile(r"\{\{(commit|key|sha256) ([^{}]+)\}\}")
_FIELDS = frozenset(
    (
        "title",
        "author",
        "coauthors",
        "opened",
        "merged",
        "merged_by",
        "approved_by",
        "signed",
        "body",
        "add",
        "edit",
        "remove",
    )
)


class Replacement(NamedTuple):
    path: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Pull:
    """One pull request of the ISMS's repository."""

    file: str  # its own file in told/pulls, for messages
    title: str
    author: str
    opened: int
    merged: int
    merged_by: str
    approved_by: tuple[str, ...] = ()
    coauthors: tuple[str, ...] = ()
    signed: bool = False
    body: str = ""
    add: tuple[str, ...] = ()
    edit: tuple[Replacement, ...] = ()
    remove: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """The pull requests in order, and the first version of each file, as stored."""

    pulls: tuple[Pull, ...]
    files: Mapping[str, bytes]


Labels = Mapping[tuple[str, str], str]  # (repository, label): commit id


def read_told(folder: Path) -> Told:
    """Reads `pulls/*.yml` and `files/`.

    Raises:
        BuildError: a file cannot be read as what it should be; the message names it.
    """
    if not folder.is_dir():
        raise BuildError(f"{folder}: the stored history of the ISMS is not there; install Tieout again.")
    pulls = [_read_pull(path) for path in sorted((folder / "pulls").glob("*.yml"))]
    if not pulls:
        raise BuildError(f"{folder / 'pulls'}: there is no pull request (*.yml) to tell the ISMS's history from.")
    pulls.sort(key=lambda pull: pull.merged)
    for earlier, later in pairwise(pulls):
        if earlier.merged == later.merged:
            raise BuildError(
                f"pulls/{later.file}: merged at the same minute as pulls/{earlier.file}; choose another minute."
            )
    return Told(tuple(pulls), dict(read_files(folder / "files")))


def read_files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Files below a folder by their path in it; what Git, editors and systems leave behind is passed over."""
    if not folder.is_dir():
        raise BuildError(f"{folder}: there is no such folder; name the one that holds tieout.yml.")
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        left_behind = any(
            part in {".git", ".tieout", ".DS_Store", "__pycache__"} or part.endswith("~") for part in parts
        )
        if path.is_file() and not left_behind:
            yield "/".join(parts), path.read_bytes()


def _read_pull(path: Path) -> Pull:
    parsed = parse(path.read_bytes(), Source(path=f"pulls/{path.name}"))
    if parsed.problems:
        raise BuildError(str(parsed.problems[0]))
    value = parsed.value
    if not isinstance(value, dict):
        raise BuildError(f"pulls/{path.name}: a pull request is a mapping with title, author, opened and merged.")
    unknown = sorted(value.keys() - _FIELDS)
    if unknown:
        raise BuildError(f"pulls/{path.name}: '{unknown[0]}' is no field of a pull request; remove it.")
    return _Reader(path.name, value).pull()


@dataclass(frozen=True, slots=True)
class _Reader:
    file: str
    value: Mapping[str, Value] = field(default_factory=dict)

    def pull(self) -> Pull:
        pull = Pull(
            self.file, self.text("title"), self.person("author"), self.time("opened"), self.time("merged"),
            self.person("merged_by"), self.people("approved_by"), self.people("coauthors"), self.value.get("signed") is True,
            self.text("body", needed=False), self.texts("add"), self.edits(), self.texts("remove"),
        )  # fmt: skip
        if pull.opened >= pull.merged:
            raise self.wrong("it was merged before it was opened")
        return pull

    def wrong(self, what: str) -> BuildError:
        return BuildError(f"pulls/{self.file}: {what}.")

    def text(self, key: str, *, needed: bool = True) -> str:
        found = self.value.get(key)
        if found is None and not needed:
            return ""
        if not isinstance(found, str) or (needed and not found):
            raise self.wrong(f"'{key}' is missing or not text")
        return found

    def texts(self, key: str) -> tuple[str, ...]:
        found = self.value.get(key) or []
        if not isinstance(found, list) or not all(isinstance(part, str) for part in found):
            raise self.wrong(f"'{key}' is not a list of texts")
        return tuple(str(part) for part in found)

    def time(self, key: str) -> int:
        try:
            return seconds(self.text(key))
        except ValueError:
            raise self.wrong(f"'{key}' is not a time such as 2026-03-18T10:05Z") from None

    def person(self, key: str) -> str:
        return self.known(self.text(key))

    def people(self, key: str) -> tuple[str, ...]:
        return tuple(self.known(person) for person in self.texts(key))

    def known(self, person: str) -> str:
        if person not in ADDRESSES:
            raise self.wrong(f"nobody in the demo is called '{person}'")
        return person

    def edits(self) -> tuple[Replacement, ...]:
        found = self.value.get("edit") or []
        if not isinstance(found, list):
            raise self.wrong("'edit' is not a list")
        return tuple(self.edit(part) for part in found)

    def edit(self, part: Value) -> Replacement:
        if not isinstance(part, dict) or part.keys() != {"path", "old", "new"}:
            raise self.wrong("an edit is a mapping with path, old and new")
        path, old, new = (part[key] for key in ("path", "old", "new"))
        if not isinstance(path, str) or not isinstance(old, str) or not isinstance(new, str):
            raise self.wrong(f"the edit of {path} has a part that is not text; put it in quotes")
        return Replacement(path, old, new)


# --- filling and applying -------------------------------------------------------------------------------------------


def states(told: Told, labels: Labels) -> Iterator[tuple[Pull, dict[str, bytes]]]:
    """Each pull request with the files as they are after it, oldest first.

    Raises:
        BuildError: a path that is not there, a text that does not occur exactly once, an unknown label.
    """
    fill = _Filler(told.files, labels).fill
    files: dict[str, bytes] = {}
    waiting = dict.fromkeys(sorted(told.files))
    for pull in told.pulls:
        files = dict(files)
        for path in _added(pull, waiting):
            del waiting[path]
            files[path] = fill(told.files[path], f"files/{path}")
        for edit in pull.edit:
            files[edit.path] = _replaced(pull, files, edit, fill)
        for path in pull.remove:
            if path not in files:
                raise BuildError(f"pulls/{pull.file}: {path} is to be removed but is not there.")
            del files[path]
        yield pull, files
    if waiting:
        raise BuildError(f"files/{next(iter(waiting))}: no pull request adds this file; name it in the 'add' of one.")


def _added(pull: Pull, waiting: Mapping[str, None]) -> list[str]:
    found: dict[str, None] = {}
    for pattern in pull.add:
        matching = [path for path in waiting if fnmatchcase(path, pattern)]
        if not matching:
            raise BuildError(f"pulls/{pull.file}: '{pattern}' matches no file of told/files that is still to be added.")
        found |= dict.fromkeys(matching)
    return sorted(found)


def _replaced(pull: Pull, files: Mapping[str, bytes], edit: Replacement, fill: Callable[[bytes, str], bytes]) -> bytes:
    place = f"pulls/{pull.file}"
    if edit.path not in files:
        raise BuildError(f"{place}: {edit.path} is edited but is not there yet; add it first or correct the path.")
    old, new = (fill(text.encode(), place) for text in (edit.old, edit.new))
    count = files[edit.path].count(old) if old else 0
    if count != 1:
        start = edit.old.strip().partition("\n")[0][:60]
        raise BuildError(
            f"{place}: the old text '{start}' occurs {count} times in {edit.path}; it must occur exactly once."
        )
    return files[edit.path].replace(old, new)


@dataclass(slots=True)
class _Filler:
    files: Mapping[str, bytes]
    labels: Labels
    digests: dict[str, str] = field(default_factory=dict)
    open: list[str] = field(default_factory=list)

    def fill(self, data: bytes, place: str) -> bytes:
        if b"{{" not in data:
            return data
        return _PLACEHOLDER.sub(lambda match: self.value(match[1], match[2].strip(), place), data.decode()).encode()

    def value(self, kind: str, what: str, place: str) -> str:
        if kind == "key":
            if what not in ADDRESSES:
                raise BuildError(f"{place}: nobody in the demo is called '{what}', so there is no key to fill in.")
            return public_line(what)
        if kind == "commit":
            repo, _, label = what.partition(" ")
            if (repo, label.strip()) not in self.labels:
                raise BuildError(
                    f"{place}: there is no commit labelled '{what}'; see the labels that `write_demo` returns."
                )
            return self.labels[repo, label.strip()]
        return self.digest(what, place)

    def digest(self, path: str, place: str) -> str:
        if path not in self.files or path in self.open:
            raise BuildError(
                f"{place}: the digest of {path} cannot be filled in; it must be another file of told/files."
            )
        if path not in self.digests:
            self.open.append(path)
            self.digests[path] = hashlib.sha256(self.fill(self.files[path], f"files/{path}")).hexdigest()
            self.open.pop()
        return self.digests[path]
