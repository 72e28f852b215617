"""The files that one version of a pipeline is read from: its repository at a commit, and linked ones at the refs it names."""

import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from tieout.history.line import Line, line_of
from tieout.model.history import Tag
from tieout.model.settings import Repository
from tieout.problems import Source
from tieout.text.globs import matches
from tieout.text.yaml import parse

MAX_READS = 100  # files that one version may be put together from
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_SCP = re.compile(r"(?:[^/@]+@)?[^/:]+:(?!//)(.+)")
_URL = re.compile(r"[a-z+]+://[^/]*/(.+)")


@dataclass(slots=True)
class Spent:
    """What the reading of one version has used up, and the branches elsewhere whose changes would change it."""

    reads: int = 0
    paths: set[str] = field(default_factory=set)  # of the repository itself: those asked for, there or not
    patterns: set[str] = field(default_factory=set)  # and those of which all files were asked for
    followed: list[tuple[Line, str]] = field(default_factory=list)  # (line of the branch, path)


@dataclass(frozen=True, slots=True)
class Linked:
    """The repositories a CI file may take something from: those that tieout.yml links, up to their pins."""

    lines: Mapping[str, tuple[Line, int]] = field(default_factory=dict)  # by id: the protected branch, its pin
    settings: Mapping[str, Repository] = field(default_factory=dict)

    def find(self, name: str) -> str:
        """The id of the linked repository that a forge calls `group/name`; empty where none or several are."""
        found = [id_ for id_ in sorted(self.lines) if id_ in self.settings and is_named(self.settings[id_].url, name)]
        return found[0] if len(found) == 1 else ""


@dataclass(frozen=True, slots=True)
class Files:
    """The files of one commit, as they count for a change that entered its branch at `at`."""

    line: Line
    commit: str
    at: int
    linked: Linked
    spent: Spent
    branch: bool = False  # a branch elsewhere, taken as it stood then: later steps of it give later versions

    def value(self, path: str) -> object:
        """The YAML of a file; None where it is not there, was not fetched or cannot be read."""
        data = self.data(path)
        return _parse(data) if data is not None else None

    def data(self, path: str) -> bytes | None:
        self.spent.reads += 1
        if self.spent.reads > MAX_READS:
            return None
        self.spent.paths.add(path)
        if self.branch:
            self.spent.followed.append((self.line, path))
        blob = self.line.blob_at(self.commit, path)
        return self.line.content(blob) if blob else None

    def listed(self, pattern: str) -> tuple[str, ...]:
        """The paths of this commit, which has to be on its line, that a pattern means."""
        position = self.line.position.get(self.commit, -1)
        self.spent.patterns.add(pattern)
        return tuple(
            path
            for path in sorted(self.line.files)
            if matches(pattern, path) and self.line.blob_on_line(position, path)
        )

    def elsewhere(self, name: str, ref: str) -> "Files | str":
        """The files of another repository at a ref, or why they cannot be seen.

        A branch is taken as it stood at the time of the change, and an empty ref is the protected branch. A tag is
        taken where it was made before the change: one that was moved since says nothing about what it was.
        """
        id_ = self.linked.find(name)
        if not id_:
            return f"tieout.yml links no repository {name}"
        line, last = self.linked.lines[id_]
        history = line.history
        short = ref.removeprefix("refs/heads/").removeprefix("refs/tags/")
        tip = history.refs.get(f"refs/heads/{short}", "") if ref and not ref.startswith("refs/tags/") else ""
        tag = history.tags.get(short) if not ref.startswith("refs/heads/") else None
        if tip and tag:
            return f"{short} is both a branch and a tag of {name}"
        if tag:
            return self._at_tag(line, tag, name)
        if _COMMIT.fullmatch(ref):
            known = ref in history.commits
            return replace(self, line=line, commit=ref, branch=False) if known else f"{name} has no commit {ref[:12]}"
        if ref and not tip:
            return f"{name} has neither a branch nor a tag {short}"
        on_pin = not tip or short == history.branch
        other = line if on_pin else line_of(history, tip)
        position = bisect_right(other.times, self.at) - 1
        position = min(position, last) if on_pin else position
        if position < 0:
            return f"{name} had no branch {short or history.branch} yet"
        return replace(self, line=other, commit=other.steps[position], branch=True)

    def _at_tag(self, line: Line, tag: Tag, name: str) -> "Files | str":
        if tag.commit not in line.history.commits:
            return f"the tag {tag.name} of {name} leads to no commit that was read"
        made = tag.tagger.time if tag.tagger else line.history.commits[tag.commit].committer.time
        if made > self.at:
            return f"the tag {tag.name} of {name} was made or moved after the change"
        return replace(self, line=line, commit=tag.commit, branch=False)


@lru_cache(maxsize=4096)
def _parse(data: bytes) -> object:
    parsed = parse(data, Source(), own=False)
    return None if parsed.problems else parsed.value  # half a file would pass for one with fewer jobs


def is_named(url: str, name: str) -> bool:
    """Whether the address of a repository is that of `group/name` on a forge; of a path the last folders count."""
    wanted = name.strip("/").casefold()
    place = url.rstrip("/").removesuffix(".git").casefold()
    if found := _URL.fullmatch(place) or _SCP.fullmatch(place):
        remote = not place.startswith("file:")
        place = found[1].strip("/")
        if remote:
            return place == wanted
    return "/" in wanted and (place == wanted or place.endswith(f"/{wanted}"))
