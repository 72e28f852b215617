"""A mirror and what was kept of it -> what is to be told: nothing new, what is new, or everything, whichever it takes.

Kept commits are those that some ref led to when they were read. A commit stays in view unless the refs that went away
were the only ones that led to it, which one limited `rev-list` tells; what is new is asked for by id, from the refs
down to the first commits that are known. So what is in view is what a whole reading would find.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, NamedTuple

from tieout.repos import git, kept, objects, raw, walk
from tieout.repos.kept import Kept
from tieout.repos.lookup import Mend, Places, find_files
from tieout.repos.segments import Builder, Memory, Segment, Unread

WALKED = re.compile(r"refs/(heads|tags|pull|merge-requests|tieout)/.+")
REFS_LIMIT = 1_000_000
_OURS = "refs/tieout/seen/"
_SUBMODULE = "160000"
_NESTED = 16  # tags of tags; deeper nesting is nobody's release


class Ref(NamedTuple):
    name: str
    id: str
    kind: str  # of the object it points at


class Read(NamedTuple):
    """What is in view."""

    refs: tuple[Ref, ...]
    places: Places
    files: dict[str, str]  # blobs of every version of the wanted files, each with one of its paths
    unread: tuple[Unread, ...]  # what was beyond a limit
    others: Mapping[str, str]  # see `Kept`
    fresh: Mapping[str, bytes] = MappingProxyType({})  # commits that were hashed just now, see `Builder`


class Reader(NamedTuple):
    """One repository to be read."""

    mirror: Path
    wanted: Callable[[str], bool]
    width: int  # of an id
    mend: Mend


class TooManyRefsError(Exception):
    """More refs than any repository has for its work."""


def read(reader: Reader, folder: Path | None) -> Read:
    """What a whole reading would find. `folder` holds what was kept, and is brought up to date."""
    found = kept.read_kept(folder) if folder else None
    if found:
        refs = _known_refs(reader.mirror, found)
        if refs and (seen := _view(reader, refs, found)) and not _absent(seen):
            return seen
    with kept.writing(folder) as may_write:
        if not folder or not may_write:
            return _bring_up_to_date(reader, found, None)
        try:
            return _bring_up_to_date(reader, kept.read_kept(folder), folder)
        except OSError:  # no room there, or it is not ours to write to
            return _bring_up_to_date(reader, None, None)


def read_refs(mirror: Path) -> tuple[Ref, ...]:
    """Every ref of a mirror that its source has too, sorted by name."""
    listed = _list_refs(mirror, "%(objectname) %(objecttype) %(refname)")
    words = (line.split(" ", 2) for line in listed)
    return tuple(sorted(Ref(name, object_id, kind) for object_id, kind, name in words if not name.startswith(_OURS)))


def _known_refs(mirror: Path, found: Kept) -> tuple[Ref, ...]:
    """The refs, where they are those that were kept. To ask git for the kind of each would take longest of all."""
    words = (line.split(" ", 1) for line in _list_refs(mirror, "%(objectname) %(refname)"))
    refs = tuple(
        sorted(
            Ref(name, object_id, found.others.get(object_id, "commit").partition(" ")[0])
            for object_id, name in words
            if not name.startswith(_OURS)
        )
    )
    return refs if _digest(refs) == found.refs else ()


def _list_refs(mirror: Path, form: str) -> list[str]:
    answer = git.run(git.at_mirror(mirror), "for-each-ref", f"--count={REFS_LIMIT + 1}", f"--format={form}")
    if not answer.good:
        raise walk.DamagedMirrorError
    lines = answer.out.decode("utf-8", "surrogateescape").split("\n")[:-1]
    if len(lines) > REFS_LIMIT:
        raise TooManyRefsError
    return lines


def _digest(refs: Sequence[Ref]) -> str:
    return kept.digest("".join(f"{ref.id} {ref.name}\n" for ref in refs).encode("utf-8", "surrogateescape"))


def _view(reader: Reader, refs: tuple[Ref, ...], found: Kept) -> Read:
    places = Places(found.segments, found.dropped, reader.mend)
    told = (one for segment in found.segments for one in segment.unread)
    unread = tuple(one for one in told if one.what == "file" or one.id in places.commits)
    return Read(refs, places, find_files(places, reader.wanted, _SUBMODULE), unread, found.others)


def _absent(seen: Read) -> list[str]:
    """Wanted files that were never read."""
    large = {one.id for one in seen.unread if one.what == "file"}
    return sorted(blob for blob in seen.files if blob not in seen.places.blobs and blob not in large)


# --- reading what is not known --------------------------------------------------------------------------------------


def _bring_up_to_date(reader: Reader, found: Kept | None, folder: Path | None) -> Read:
    refs = read_refs(reader.mirror)
    tips = frozenset(ref.id for ref in refs if WALKED.fullmatch(ref.name))
    if found:
        with _gathering(reader, folder) as (builder, file):
            dropped = _read_new(reader, found, tips, builder)
            if dropped is not None:
                return _conclude(reader, found._replace(dropped=dropped), refs, builder, (folder, file))
    with _gathering(reader, folder) as (builder, file):
        if tips:
            walk.read_whole(reader.mirror, sorted(tips), builder)
        nothing = Kept("", (), (), frozenset(), frozenset(), {})
        return _conclude(reader, nothing, refs, builder, (folder, file))


@contextmanager
def _gathering(reader: Reader, folder: Path | None) -> Iterator[tuple[Builder, BinaryIO | None]]:
    with ExitStack() as stack:
        file = stack.enter_context(kept.beginning(folder)) if folder else None
        yield Builder(reader.width, file or Memory()), file


def _read_new(reader: Reader, found: Kept, tips: frozenset[str], builder: Builder) -> frozenset[str] | None:
    """Reads the commits that are not known; returns those that are no longer in view, None where that cannot be told."""
    places = Places(found.segments, found.dropped, reader.mend)
    below = walk.read_new(reader.mirror, sorted(tips), (places.commits, places.tags), builder)
    gone = found.tips - tips - frozenset(below)
    lost: frozenset[str] = frozenset()
    if gone:
        asked = "".join([*(f"{one}\n" for one in sorted(gone)), *(f"^{one}\n" for one in sorted(tips))])
        answer = git.run(git.at_mirror(reader.mirror), "rev-list", "--stdin", stdin=asked.encode("ascii"))
        if not answer.good:  # they went for good, with a mirror that was made anew
            return None
        lost = frozenset(answer.out.decode("ascii").split())
    return (found.dropped | lost) - frozenset(builder.ids)


def _conclude(
    reader: Reader, found: Kept, refs: tuple[Ref, ...], builder: Builder, target: tuple[Path | None, BinaryIO | None]
) -> Read:
    """Tags and files of what was read, and all of it kept."""
    folder, file = target
    before = Places(found.segments, frozenset(), reader.mend)
    _read_tags(reader.mirror, refs, before.tags, builder)
    fresh = _with_segment(found, "", builder.finish(Memory()))
    _read_files(reader.mirror, _absent(_view(reader, refs, fresh)), builder)
    now = found
    if folder is None or file is None:
        now = _with_segment(found, "", builder.finish(_memory(builder)))
    elif builder.ids or builder.unread:
        now = _with_segment(found, *kept.finish(file, builder, folder))
    now = now._replace(
        refs=_digest(refs),
        tips=frozenset(ref.id for ref in refs if WALKED.fullmatch(ref.name)),
        others=_peel(refs, Places(now.segments, frozenset(), reader.mend), found.others),
    )
    if folder is not None:
        now = kept.write_head(folder, now)
    return _view(reader, refs, now)._replace(fresh=builder.fresh)


def _with_segment(found: Kept, name: str, segment: Segment) -> Kept:
    return found._replace(names=(*found.names, name), segments=(*found.segments, segment))


def _peel(refs: Iterable[Ref], places: Places, known: Mapping[str, str]) -> dict[str, str]:
    """The kind of each object that a ref points at and that is no commit, and behind a tag the commit it leads to."""
    others = {ref.id: known[ref.id] for ref in refs if ref.id in known}
    for ref in refs:
        if ref.id in others:
            continue
        kind, target = ref.kind, ref.id
        for _ in range(_NESTED):
            if kind != "tag" or target not in places.tags:
                break
            kind, target = objects.tag_target(places.data(places.tags[target]))
        if ref.kind != "commit":
            others[ref.id] = f"{ref.kind} {target if kind == 'commit' else ''}"
    return others


def _memory(builder: Builder) -> Memory:
    if not isinstance(builder.sink, Memory):
        raise TypeError("what was gathered in a file is read from it")
    return builder.sink


def _read_tags(mirror: Path, refs: Iterable[Ref], known: dict[str, int], builder: Builder) -> None:
    """Tag objects, and those between them and what they lead to."""
    asked = {ref.id for ref in refs if ref.kind == "tag" and ref.name.startswith("refs/tags/")} - known.keys()
    seen: set[str] = set()
    for _ in range(_NESTED):
        seen |= asked
        nested: set[str] = set()
        for object_id, kind, size, data in walk.read_objects(mirror, sorted(asked), walk.OBJECT_LIMIT):
            if size > walk.OBJECT_LIMIT:
                raise walk.TooLargeError(kind, object_id, size)
            builder.add(b"tag", object_id, data)
            target_kind, target = objects.tag_target(data)
            if target_kind == "tag":
                nested.add(target)
        asked = nested - seen - known.keys()


def _read_files(mirror: Path, blobs: list[str], builder: Builder) -> None:
    for object_id, kind, size, data in walk.read_objects(mirror, blobs, walk.FILE_LIMIT):
        if kind != "blob":
            raise raw.DamagedObjectError(object_id)
        if size > walk.FILE_LIMIT:
            builder.unread.append(Unread(object_id, "file", size))
        else:
            builder.add(b"blob", object_id, data)
