"""Packed segments -> the mappings of a `History`, which read and parse an object when it is asked for, and then keep it.

A commit is hashed again each time its bytes are fetched. Where a kept file was damaged meanwhile, its objects are read
from the mirror, so that what is answered is true or nothing is.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import chain, compress

from tieout.model.history import Commit, PathChange, Tag
from tieout.repos.objects import parse_commit, parse_tag
from tieout.repos.segments import Memory, Segment

Mend = Callable[[list[str]], list[bytes]]  # ids -> their bytes, read from the mirror and hashed there
_NOWHERE = -1


class Places:
    """Where each object of the segments is. `mend` is asked for the objects of a segment whose file was damaged."""

    __slots__ = ("_bases", "_mend", "blobs", "commits", "dropped", "segments", "tags")

    def __init__(self, segments: Sequence[Segment], dropped: frozenset[str], mend: Mend) -> None:
        self.segments = tuple(segments)
        self.dropped = dropped
        self._mend = mend
        self._bases = [0]
        self.commits: dict[str, int] = {}
        self.tags: dict[str, int] = {}
        self.blobs: dict[str, int] = {}
        for segment in self.segments:
            base, ids = self._bases[-1], segment.listed()
            tags, blobs = segment.commits, segment.commits + segment.tags
            self.commits.update(zip(ids[:tags], range(base, base + tags), strict=True))
            self.tags.update(zip(ids[tags:blobs], range(base + tags, base + blobs), strict=True))
            self.blobs.update(zip(ids[blobs:], range(base + blobs, base + len(ids)), strict=True))
            self._bases.append(base + len(ids))
        for commit in dropped:
            self.commits.pop(commit, None)

    def find(self, place: int) -> tuple[Segment, int]:
        if len(self.segments) == 1:
            return self.segments[0], place
        index = next(index for index, base in enumerate(self._bases[1:]) if place < base)
        return self.segments[index], place - self._bases[index]

    def data(self, place: int) -> bytes:
        segment, position = self.find(place)
        found = segment.data(position)
        if found is None:
            segment.source = _whole(self._mend(segment.listed()), segment)
            found = segment.data(position)
        if found is None:
            raise ValueError("an object that was read from the mirror does not give its id")
        return found


def _whole(objects: list[bytes], segment: Segment) -> Memory:
    source = Memory()
    for data in objects:
        source.write(data)
    if len(source.data) != (segment.ends[-1] if segment.ends else 0):
        raise ValueError("the objects of the mirror have other sizes")
    return source


class Commits(Mapping[str, Commit]):
    """All commits of a history, in no order that means anything."""

    __slots__ = ("_fresh", "_known", "_parsed", "_places")

    def __init__(self, places: Places, fresh: Mapping[str, bytes]) -> None:
        self._places = places
        self._known = places.commits
        self._fresh = dict(fresh)  # hashed a moment ago
        self._parsed: dict[str, Commit] = {}

    def __getitem__(self, commit: str) -> Commit:
        found = self._parsed.get(commit)
        if found is None:
            data = self._fresh.pop(commit, None)
            if data is None:
                data = self._places.data(self._known[commit])
            found = self._parsed[commit] = parse_commit(commit, data)
        return found

    def get(self, commit: str, default=None):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201 - as Mapping has it
        return self[commit] if commit in self._known else default

    def __contains__(self, commit: object) -> bool:
        return commit in self._known

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


class Paths(Mapping[str, tuple[PathChange, ...]]):
    """Changed paths of each commit that changed any."""

    __slots__ = ("_built", "_known", "_places", "_with_changes")

    def __init__(self, places: Places) -> None:
        self._places = places
        self._known = places.commits
        self._built: dict[str, tuple[PathChange, ...]] = {}
        self._with_changes = _NOWHERE

    def __getitem__(self, commit: str) -> tuple[PathChange, ...]:
        found = self._built.get(commit)
        if found is None:
            segment, position = self._places.find(self._known[commit])
            found = self._built[commit] = segment.changes(position)
        if not found:
            raise KeyError(commit)
        return found

    def get(self, commit: str, default=None):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201 - as Mapping has it
        try:
            return self[commit]
        except KeyError:
            return default

    def __contains__(self, commit: object) -> bool:
        place = self._known.get(commit, _NOWHERE)  # type: ignore[call-overload]
        if place == _NOWHERE:
            return False
        segment, position = self._places.find(place)
        return segment.starts[position] != segment.starts[position + 1]

    def __iter__(self) -> Iterator[str]:
        return (commit for commit in self._known if commit in self)

    def __len__(self) -> int:
        if self._with_changes == _NOWHERE:
            self._with_changes = sum(1 for _ in self)
        return self._with_changes


class Blobs(Mapping[str, bytes]):
    """Contents of the files that were asked for, by blob id."""

    __slots__ = ("_known", "_places", "_read")

    def __init__(self, places: Places, wanted: Mapping[str, str]) -> None:
        self._places = places
        self._read: dict[str, bytes] = {}
        self._known = {blob: places.blobs[blob] for blob in wanted if blob in places.blobs}

    def __getitem__(self, blob: str) -> bytes:
        found = self._read.get(blob)
        if found is None:
            found = self._read[blob] = self._places.data(self._known[blob])
        return found

    def __contains__(self, blob: object) -> bool:
        return blob in self._known

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


class Tags(Mapping[str, Tag]):
    """Tags by name: all refs/tags that lead to a commit. `known` has the object of each, and the commit."""

    __slots__ = ("_known", "_parsed", "_places")

    def __init__(self, places: Places, known: Mapping[str, tuple[str, str]]) -> None:
        self._places = places
        self._known = known
        self._parsed: dict[str, Tag] = {}

    def __getitem__(self, name: str) -> Tag:
        found = self._parsed.get(name)
        if found is None:
            object_id, commit = self._known[name]
            if object_id == commit:
                found = Tag(name, object_id, commit)
            else:
                data = self._places.data(self._places.tags[object_id])
                found = replace(parse_tag(name, object_id, data), commit=commit)
            self._parsed[name] = found
        return found

    def __contains__(self, name: object) -> bool:
        return name in self._known

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


def find_files(places: Places, wanted: Callable[[str], bool], without: str) -> dict[str, str]:
    """Blobs of every version of the wanted paths, each with the first of its paths; those of the mode `without` are none."""
    chosen = cache(wanted)
    found: dict[str, str] = {}
    for segment in places.segments:
        names = list(map(chosen, segment.names))
        if not any(names):
            continue
        there = [status != "D" and mode != without for status, mode in segment.forms]
        gone = _gone(segment, places)
        asked = compress(range(len(segment.change_paths)), map(names.__getitem__, segment.change_paths))
        for index in asked:
            if there[segment.change_forms[index]] and index not in gone:
                blob = segment.change_blobs[index * segment.width : (index + 1) * segment.width].hex()
                path = segment.names[segment.change_paths[index]]
                found[blob] = min(path, found.get(blob, path))
    return found


def _gone(segment: Segment, places: Places) -> frozenset[int]:
    """Changes of commits that no ref leads to any more."""
    if not places.dropped:
        return frozenset()
    spans = (
        range(segment.starts[position], segment.starts[position + 1])
        for position, commit in enumerate(segment.listed()[: segment.commits])
        if commit in places.dropped
    )
    return frozenset(chain.from_iterable(spans))
