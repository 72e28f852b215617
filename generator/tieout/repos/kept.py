"""What was read of a repository, kept beside its mirror: segments, and a head that says which of them hold what.

    head             text in four parts: the program, a digest of the refs, the segments; the tips that were walked;
                     what was dropped; objects of refs that are no commits, each with
                     its kind and the commit that it leads to. Then its BLAKE2b-256
    <digest>.segment see `segments`
    lock             held by the one process that reads what is new

Every file is written beside, flushed to the disk and renamed, so nobody sees half of one. Whatever is wrong with the
folder, the work is done without it. No code is loaded from it; what it may be believed is told in docs/decisions/0013.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from fcntl import LOCK_EX, LOCK_NB, flock
from hashlib import blake2b
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, BinaryIO, NamedTuple, cast

from tieout import __version__
from tieout.repos.segments import KINDS, MAGIC, Builder, File, Segment, UnusableError, open_segment, render_index

HEAD = "head"
MANY = 8  # segments, before they are joined
_PROGRAM = f"head 2, {MAGIC.decode('ascii')}, tieout {__version__}"


class Kept(NamedTuple):
    """The head, and the segments it names."""

    refs: str  # digest of all refs, as they were listed
    names: tuple[str, ...]  # of the segments
    segments: tuple[Segment, ...]
    tips: frozenset[str]  # ids of the refs whose history was walked
    dropped: frozenset[str]  # commits in the segments to which no ref leads any more
    others: Mapping[str, str]  # objects that refs point at and that are no commits, by id: kind and what it leads to


def digest(data: bytes) -> str:
    return blake2b(data, digest_size=32).hexdigest()


def read_kept(folder: Path) -> Kept | None:
    """What was kept; nothing where it is of another program, or anything about it is not as it was written."""
    try:
        data = (folder / HEAD).read_bytes()
    except OSError:
        return None
    text, _, sealed = data.rpartition(b"\n\n")
    if digest(text).encode("ascii") != sealed:
        return None
    first, tips, dropped, rest = text.decode("ascii").split("\n\n")
    program, refs, *names = first.split("\n")
    if program != _PROGRAM:
        return None
    try:
        opened = [open_segment(folder / name) for name in names]
    except UnusableError:
        return None
    if any(_name_of(found) != name for name, (_, found) in zip(names, opened, strict=True)):
        return None
    segments = tuple(segment for segment, _ in opened)
    others = dict(line.split(" ", 1) for line in rest.split("\n") if line)
    return Kept(refs, tuple(names), segments, frozenset(tips.split()), frozenset(dropped.split()), others)


def forget(folder: Path) -> None:
    """What is kept turned out to be wrong: the next run reads everything anew."""
    with suppress(OSError):
        (folder / HEAD).unlink()


@contextmanager
def writing(folder: Path | None) -> Iterator[bool]:
    """Whether this process may write into the folder, until the block ends. No other one may meanwhile."""
    file = _lock(folder) if folder else None
    try:
        yield file is not None
    finally:
        if file is not None:
            file.close()


def _lock(folder: Path) -> IO[bytes] | None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = (folder / "lock").open("ab")
    except OSError:
        return None
    try:
        flock(file, LOCK_EX | LOCK_NB)
    except OSError:
        file.close()
        return None
    return file


@contextmanager
def beginning(folder: Path) -> Iterator[BinaryIO]:
    """A file for the raw bytes of a new segment; it goes away unless `finish` gave it its name."""
    with NamedTemporaryFile(dir=folder, prefix="part-", delete=False, buffering=1 << 20) as file:
        try:
            yield cast("BinaryIO", file)
        finally:
            with suppress(OSError):
                Path(file.name).unlink(missing_ok=True)


def finish(file: BinaryIO, builder: Builder, folder: Path) -> tuple[str, Segment]:
    """Name and segment of what was gathered, now in its file."""
    segment = builder.finish(File(folder))
    index = render_index(segment)
    name = _name_of(index[-32:])
    file.write(index)
    file.flush()
    os.fsync(file.fileno())
    Path(file.name).rename(folder / name)
    segment.source = File(folder / name)
    return name, segment


def write_head(folder: Path, kept: Kept) -> Kept:
    """From now on this is what is kept; segments that are not named are removed. Needs the lock."""
    if len(kept.names) > MANY:
        kept = _join(folder, kept)
    parts: tuple[Iterable[str], ...] = (
        (_PROGRAM, kept.refs, *kept.names),
        sorted(kept.tips),
        sorted(kept.dropped),
        (f"{object_id} {told}" for object_id, told in sorted(kept.others.items())),
    )
    text = "\n\n".join("\n".join(part) for part in parts).encode("ascii")
    with NamedTemporaryFile(dir=folder, prefix="part-", delete=False) as file:
        file.write(text + b"\n\n" + digest(text).encode("ascii"))
        file.flush()
        os.fsync(file.fileno())
        Path(file.name).rename(folder / HEAD)
    place = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(place)
    finally:
        os.close(place)
    for left in folder.iterdir():
        if left.name not in {HEAD, "lock", *kept.names}:
            left.unlink(missing_ok=True)
    return kept


def _join(folder: Path, kept: Kept) -> Kept:
    """Fewer segments: the small ones in one, or all of them once the small ones are half of it. Dropped commits go."""
    sizes = [segment.ends[-1] if segment.ends else 0 for segment in kept.segments]
    first = 1 if sum(sizes[1:]) < sizes[0] // 2 else 0
    with beginning(folder) as file:
        builder = Builder(kept.segments[0].width, file)
        if not _copy(kept.segments[first:], builder, kept.dropped if first == 0 else frozenset()):
            return kept
        name, segment = finish(file, builder, folder)
    dropped = kept.dropped if first else frozenset()
    return kept._replace(names=(*kept.names[:first], name), segments=(*kept.segments[:first], segment), dropped=dropped)


def _copy(segments: Sequence[Segment], builder: Builder, without: frozenset[str]) -> bool:
    """Whether all objects were copied; false where one is damaged."""
    seen = set(without)
    changes: list[tuple[Segment, int]] = []
    for kind in KINDS:
        for segment in segments:
            ids = segment.listed()
            begin = {b"commit": 0, b"tag": segment.commits, b"blob": segment.commits + segment.tags}[kind]
            end = {b"commit": segment.commits, b"tag": segment.commits + segment.tags, b"blob": len(ids)}[kind]
            for position in range(begin, end):
                if ids[position] in seen:
                    continue
                seen.add(ids[position])
                data = segment.data(position)
                if data is None:
                    return False
                builder.add(kind, ids[position], data)
                if kind == b"commit":
                    changes.append((segment, position))
    for segment, position in changes:
        builder.copy_changes(segment, position)
    builder.unread.extend(one for segment in segments for one in segment.unread if one.id not in without)
    return True


def _name_of(found: bytes) -> str:
    return f"{found.hex()[:32]}.segment"
