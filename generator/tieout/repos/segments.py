"""What was read of a repository, packed: objects as git stores them, and the changed paths of commits. No process here.

A `Segment` lies in memory or in a file. A file is written once and never changed. All numbers are little-endian:

    raw      the bytes of all objects, one after the other: commits, then tags, then blobs
    index    ids     of the objects, 20 or 32 bytes each, in that order
             ends    u64 each: where the object's bytes end in `raw`
             starts  u32 each, one more than commits: where a commit's changes begin, among all changes
             blobs   an id for each change: the new blob
             paths   u32 for each change: which of `names`
             forms   u8 for each change: which of `kinds`
             names   the paths, as git has them, each ended by NUL
             kinds   status and mode ("M100644"), each ended by NUL
             unread  "id word count NUL" each: what was beyond a limit, see `Unread`
    footer   magic, size of an id, counts of commits, tags and blobs, sizes of raw and of the nine parts of the index,
             BLAKE2b-256 of index and footer before it

Index and footer are checked when a file is opened, an object's bytes whenever they are read: they have to give its id.
"""

import struct
import sys
from array import array
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import blake2b
from itertools import accumulate, pairwise
from pathlib import Path
from typing import BinaryIO, NamedTuple

from tieout.model.history import PathChange
from tieout.repos import raw
from tieout.repos.changed import Portion

MAGIC = b"tieout segment 1"  # another number for another layout, and for another way of asking git
PATHS_LIMIT = 200_000  # changed paths of one commit
DEPTH_LIMIT = 128  # components of a path
FRESH = 1 << 15  # commits, the newest, that are held for whoever asks next; of the others few may be looked at
_PARTS = 9
_FOOTER = struct.Struct(f"<16s {5 + _PARTS}Q 32s")
_BLOCK = 1 << 18
_BLOCKS = 16  # kept of each file
KINDS = (b"commit", b"tag", b"blob")
_CHANGE = partial(tuple.__new__, PathChange)  # millions of them: a third of the time of calling the class


class Unread(NamedTuple):
    """Something beyond a limit, which was therefore not read: `what` is paths, depth, changes or file."""

    id: str
    what: str
    number: int


class UnusableError(Exception):
    """A file is not what was written, or of another layout."""


@dataclass(slots=True)
class Segment:
    """Objects by position: commits, then tags, then blobs; changes of commits."""

    width: int  # of an id
    commits: int
    tags: int
    blobs: int
    ids: bytes
    ends: "array[int]"
    starts: "array[int]"
    change_blobs: bytes
    change_paths: "array[int]"
    change_forms: bytes
    names: list[str]
    forms: list[tuple[str, str]]  # status and mode
    unread: tuple[Unread, ...]
    source: "Memory | File"

    def listed(self) -> list[str]:
        """Ids of all objects, by position."""
        digits, width = self.ids.hex(), 2 * self.width
        return [digits[at : at + width] for at in range(0, len(digits), width)]

    def data(self, position: int) -> bytes | None:
        """The bytes of an object; None where they do not give its id any more."""
        begin = self.ends[position - 1] if position else 0
        found = self.source.read(begin, self.ends[position])
        object_id = self.ids[position * self.width : (position + 1) * self.width].hex()
        kind = "commit" if position < self.commits else "tag" if position < self.commits + self.tags else "blob"
        return found if raw.digest(object_id, kind, found) == object_id else None

    def changes(self, position: int) -> tuple[PathChange, ...]:
        first, last = self.starts[position], self.starts[position + 1]
        width = 2 * self.width
        digits = self.change_blobs[first * self.width : last * self.width].hex()
        names, forms = self.names, self.forms
        if last - first == 1:
            status, mode = forms[self.change_forms[first]]
            return (PathChange(status, names[self.change_paths[first]], digits, mode),)
        numbers = zip(self.change_forms[first:last], self.change_paths[first:last], strict=True)
        rows = [
            (forms[form][0], names[name], digits[at : at + width], forms[form][1])
            for at, (form, name) in zip(range(0, len(digits), width), numbers, strict=True)
        ]
        return tuple(map(_CHANGE, rows))


class Memory:
    """Raw bytes that were kept in memory, since there is no file for them."""

    __slots__ = ("data",)

    def __init__(self, data: bytes | bytearray = b"") -> None:
        self.data = bytearray(data)

    def write(self, data: bytes) -> None:
        self.data += data

    def read(self, begin: int, end: int) -> bytes:
        return bytes(self.data[begin:end])


@dataclass(slots=True)
class File:
    """Raw bytes in a file, of which a few blocks are held. What cannot be read is empty."""

    path: Path
    held: "OrderedDict[int, bytes]" = field(default_factory=OrderedDict)

    def read(self, begin: int, end: int) -> bytes:
        if begin == end:
            return b""
        first, last = begin // _BLOCK, (end - 1) // _BLOCK
        blocks = self._block(first) if first == last else b"".join(map(self._block, range(first, last + 1)))
        return blocks[begin - first * _BLOCK : end - first * _BLOCK]

    def _block(self, number: int) -> bytes:
        found = self.held.get(number)
        if found is None:
            try:
                with self.path.open("rb", 0) as file:
                    file.seek(number * _BLOCK)
                    found = file.read(_BLOCK)
            except OSError:
                found = b""
            self.held[number] = found
            if len(self.held) > _BLOCKS:
                self.held.popitem(last=False)
        return found


class Builder:
    """Gathers what is read, in the order of a segment: all commits, their changes in the same order, tags, blobs."""

    def __init__(self, width: int, sink: "Memory | BinaryIO") -> None:
        self.width = width
        self.sink = sink
        self.ids: list[str] = []
        self.counts = dict.fromkeys(KINDS, 0)
        self.end = 0
        self.ends = array("Q")
        self.starts = array("I", [0])
        self.change_blobs: list[bytes] = []
        self.change_paths = array("I")
        self.change_forms = bytearray()
        self.names: dict[bytes, int] = {}
        self.deep: set[int] = set()
        self.forms: dict[bytes, int] = {}
        self.unread: list[Unread] = []
        self.fresh: dict[str, bytes] = {}  # the first commits, so that nobody fetches and hashes them again

    def add(self, kind: bytes, object_id: str, data: bytes) -> None:
        self.ids.append(object_id)
        self.end += len(data)
        self.ends.append(self.end)
        self.counts[kind] += 1
        self.sink.write(data)

    def add_commits(self, ids: Sequence[str], data: Sequence[bytes]) -> None:
        self.ids += ids
        self.ends.extend(list(accumulate(map(len, data), initial=self.end))[1:])
        self.end = self.ends[-1]
        self.counts[b"commit"] += len(ids)
        self.sink.write(b"".join(data))
        if len(self.fresh) < FRESH:
            self.fresh.update(zip(ids, data, strict=True))

    def add_changes(self, found: Portion) -> None:
        """Changes of commits, which follow those whose changes were added before."""
        before = self.starts[-1]
        known, forms = self.names, self.forms
        for path in dict.fromkeys(found.paths):
            if path not in known:
                self._name(path)
        for form in dict.fromkeys(found.forms):
            forms.setdefault(form, len(forms))
        self.change_paths.extend(map(known.__getitem__, found.paths))
        self.change_forms.extend(map(forms.__getitem__, found.forms))
        blobs = bytes.fromhex(found.blobs)
        if not self.deep and len(found.paths) <= PATHS_LIMIT:
            self.starts.extend([before + end for end in found.ends])
        else:
            blobs = self._close(found, before, blobs)
        self.change_blobs.append(blobs)

    def _name(self, path: bytes) -> None:
        number = self.names[path] = len(self.names)
        if path.count(b"/") >= DEPTH_LIMIT:
            self.deep.add(number)

    def _close(self, found: Portion, before: int, blobs: bytes) -> bytes:
        """Give changes to their commits, but those of a commit that are too many, or too deep, to none: what is left."""
        spans = [(before + first, before + last) for first, last in pairwise([0, *found.ends])]
        over = [span[1] - span[0] > PATHS_LIMIT or self._is_deep(*span) for span in spans]
        left = []
        at = before
        for commit, (first, last), beyond in zip(found.commits, spans, over, strict=True):
            if beyond:
                many = last - first > PATHS_LIMIT
                self.unread.append(Unread(commit, "paths" if many else "depth", last - first))
            else:
                at += last - first
                left.append(blobs[(first - before) * self.width : (last - before) * self.width])
            self.starts.append(at)
        for (first, last), beyond in reversed(list(zip(spans, over, strict=True))):
            if beyond:
                del self.change_paths[first:last], self.change_forms[first:last]
        return b"".join(left)

    def _is_deep(self, first: int, last: int) -> bool:
        return not self.deep.isdisjoint(self.change_paths[first:last])

    def skip_changes(self, commit: str) -> None:
        """The next commit's changes could not be had, by a limit."""
        self.starts.append(self.starts[-1])
        self.unread.append(Unread(commit, "changes", 0))

    def copy_changes(self, segment: Segment, position: int) -> None:
        """The next commit's changes, from where they are kept."""
        first, last = segment.starts[position], segment.starts[position + 1]
        for index in range(first, last):
            name = segment.names[segment.change_paths[index]].encode("utf-8", "surrogateescape")
            self.change_paths.append(self.names.setdefault(name, len(self.names)))
            form = "".join(segment.forms[segment.change_forms[index]]).encode("ascii")
            self.change_forms.append(self.forms.setdefault(form, len(self.forms)))
        self.change_blobs.append(segment.change_blobs[first * segment.width : last * segment.width])
        self.starts.append(len(self.change_paths))

    def finish(self, source: "Memory | File") -> Segment:
        forms = [(form[:1].decode("ascii"), form[1:].decode("ascii")) for form in self.forms]
        names = [name.decode("utf-8", "surrogateescape") for name in self.names]
        return Segment(
            self.width,
            self.counts[b"commit"],
            self.counts[b"tag"],
            self.counts[b"blob"],
            bytes.fromhex("".join(self.ids)),
            self.ends,
            self.starts,
            b"".join(self.change_blobs),
            self.change_paths,
            bytes(self.change_forms),
            names,
            forms,
            tuple(self.unread),
            source,
        )


# --- a file --------------------------------------------------------------------------------------------------------


def render_index(segment: Segment) -> bytes:
    """What stands behind `raw` in the file of a segment."""
    parts = (
        segment.ids,
        _bytes_of(segment.ends),
        _bytes_of(segment.starts),
        segment.change_blobs,
        _bytes_of(segment.change_paths),
        segment.change_forms,
        b"".join(name.encode("utf-8", "surrogateescape") + b"\0" for name in segment.names),
        b"".join(f"{status}{mode}\0".encode("ascii") for status, mode in segment.forms),
        b"".join(f"{one.id} {one.what} {one.number}\0".encode("ascii") for one in segment.unread),
    )
    index = b"".join(parts)
    counts = (segment.width, segment.commits, segment.tags, segment.blobs, segment.ends[-1] if segment.ends else 0)
    footer = _FOOTER.pack(MAGIC, *counts, *map(len, parts), b"")[:-32]
    return index + footer + blake2b(index + footer, digest_size=32).digest()


def open_segment(path: Path) -> tuple[Segment, bytes]:
    """The segment in a file, and the digest of its index, which tells it from any other.

    Raises:
        UnusableError: it is not there, not whole, or of another layout.
    """
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - _FOOTER.size))
            footer = file.read()
            magic, *numbers, digest = _FOOTER.unpack(footer)
            lengths = numbers[5:]
            if magic != MAGIC or size != numbers[4] + sum(lengths) + _FOOTER.size:
                raise UnusableError
            file.seek(numbers[4])
            index = file.read(sum(lengths))
    except (OSError, struct.error, OverflowError):
        raise UnusableError from None
    if blake2b(index + footer[:-32], digest_size=32).digest() != digest:
        raise UnusableError
    return _parse_index(index, numbers[:4], lengths, File(path)), digest


def _parse_index(index: bytes, counts: list[int], lengths: list[int], source: File) -> Segment:
    parts = list(_cut(index, lengths))
    ids, ends, starts, blobs, paths, forms, names, kinds, unread = parts
    width, commits, tags, objects = counts
    return Segment(
        width,
        commits,
        tags,
        objects,
        ids,
        _numbers("Q", ends),
        _numbers("I", starts),
        blobs,
        _numbers("I", paths),
        forms,
        names.decode("utf-8", "surrogateescape").split("\0")[:-1],
        [(kind[:1], kind[1:]) for kind in kinds.decode("ascii").split("\0")[:-1]],
        tuple(Unread(one[0], one[1], int(one[2])) for one in map(str.split, unread.decode("ascii").split("\0")[:-1])),
        source,
    )


def _cut(index: bytes, lengths: list[int]) -> Iterator[bytes]:
    at = 0
    for length in lengths:
        yield index[at : at + length]
        at += length


def _numbers(kind: str, data: bytes) -> "array[int]":
    found = array(kind)
    found.frombytes(data)
    if sys.byteorder == "big":
        found.byteswap()
    return found


def _bytes_of(numbers: "array[int]") -> bytes:
    if sys.byteorder == "little":
        return numbers.tobytes()
    turned = numbers[:]
    turned.byteswap()
    return turned.tobytes()
