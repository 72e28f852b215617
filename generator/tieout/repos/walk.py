"""A mirror's commits, their changed paths, tags and files, read by git into a `Builder`. The only walk there is.

Of a whole history `rev-list` tells the ids and `cat-file` the commits themselves, which are hashed as they come, while
two `diff-tree` compare them, see `abreast`. Where one of these comes to no good end, since something takes more room than
git is given or is damaged, and for what is new, ids go to `diff-tree` in portions, of which two are compared at a time;
a portion that fails is halved until it is one commit.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from types import TracebackType
from typing import IO, Self

from tieout.repos import git, objects, raw
from tieout.repos.abreast import Abreast, blocks
from tieout.repos.changed import DIFFERENCES, UnreadableError, cut
from tieout.repos.segments import Builder

OBJECT_LIMIT = 16_000_000  # bytes of a commit or tag; no person made a larger one
FILE_LIMIT = 1_000_000  # bytes of a file that is read from a linked repository
OUTPUT_LIMIT = 48_000_000  # bytes that one comparison may write: 200,000 paths of usual length
PORTION = 8_192  # commits that one process compares
PROCESSES = 2
_MEMORY = 1 << 28  # bytes of git's own data, of which it would take any amount to compare a tree of millions of paths
_BOUNDS = git.Bounds(_MEMORY, OUTPUT_LIMIT)


class DamagedMirrorError(Exception):
    """A git process ended early: some object of the mirror is not what its id says."""


class TooLargeError(Exception):
    """A commit or tag that is larger than any person's. What it says is unknown, and with it all that it leads to."""

    def __init__(self, kind: str, object_id: str, size: int) -> None:
        super().__init__(object_id)
        self.kind, self.object, self.size = kind, object_id, size


def read_whole(mirror: Path, tips: Iterable[str], builder: Builder) -> None:
    """Every commit that the tips lead to, newest first, with its changes."""
    where = git.at_mirror(mirror)
    asked = "".join(f"{tip}\n" for tip in tips).encode("ascii")
    with (
        suppress(UnreadableError),  # what is left is then compared in portions
        Abreast(mirror, builder.width, OUTPUT_LIMIT, _BOUNDS) as pair,
        git.running(where, "rev-list", "--stdin", stdin=asked) as listing,
        git.running(where, "cat-file", "--batch", "--buffer", stdin=listing) as contents,
    ):
        git.widen(contents.stdout)
        for block in blocks(raw.read_objects(contents, OBJECT_LIMIT)):
            pair.ask(_add(block, builder))
        contents.stdout.close()
        if listing.wait() or contents.wait():
            raise DamagedMirrorError
        for found in pair.answers():
            builder.add_changes(found)
    _compare_left(mirror, builder)


def _add(block: list[tuple[str, str, int, bytes]], builder: Builder) -> list[str]:
    """The commits of a block, hashed already: their ids."""
    for object_id, kind, size, _ in block:
        if kind != "commit":
            raise DamagedMirrorError
        if size > OBJECT_LIMIT:
            raise TooLargeError(kind, object_id, size)
    ids = [one[0] for one in block]
    builder.add_commits(ids, [one[3] for one in block])
    return ids


def _compare_left(mirror: Path, builder: Builder) -> None:
    """Changes that were not told, since something takes more room than git is given or is damaged."""
    left = builder.ids[len(builder.starts) - 1 :]
    if left:
        with Comparison(mirror, builder) as comparison:
            for commit in left:
                comparison.add(commit)
            comparison.finish()


def read_new(mirror: Path, tips: Iterable[str], known: Iterable[dict[str, int]], builder: Builder) -> list[str]:
    """Commits that the tips lead to and that are not known, with their changes; the ids of those they stand on.

    They are asked for generation by generation, so nothing but their own number counts.
    """
    commits, tags = known
    asked = {tip for tip in tips if tip not in commits and tip not in tags}
    seen: set[str] = set()
    below: list[str] = []
    found_tags: dict[str, bytes] = {}
    with (
        Comparison(mirror, builder) as comparison,
        git.running(git.at_mirror(mirror), "cat-file", "--batch", stdin=None) as process,
    ):
        while asked:
            seen |= asked
            leads: list[str] = []
            for object_id, kind, size, data in _ask(process, sorted(asked)):
                _refuse_large(kind, object_id, size)
                if kind == "commit":
                    builder.add_commits([object_id], [data])
                    comparison.add(object_id)
                    leads.extend(objects.parse_commit(object_id, data).parents)
                elif kind == "tag":
                    found_tags[object_id] = data
                    leads.append(objects.tag_target(data)[1])
            below.extend(leads)
            asked = {lead for lead in leads if lead and lead not in commits and lead not in tags} - seen
        comparison.finish()
    return below


def _ask(process: git.Process, ids: list[str]) -> Iterator[tuple[str, str, int, bytes]]:
    writer = raw.ask(process.stdin, ids)
    answers = raw.read_objects(process, OBJECT_LIMIT)
    for _ in ids:
        answer = next(answers, None)
        if answer is None or answer[1] == raw.MISSING:
            raise raw.DamagedObjectError(answer[0] if answer else ids[0])
        yield answer
    writer.join()


def _refuse_large(kind: str, object_id: str, size: int) -> None:
    if size > OBJECT_LIMIT and kind in ("commit", "tag"):
        raise TooLargeError(kind, object_id, size)


def read_objects(mirror: Path, ids: list[str], limit: int) -> Iterator[tuple[str, str, int, bytes]]:
    """Answers of `cat-file --batch` to these ids, each of which has to be there."""
    if not ids:
        return
    asked = "".join(f"{object_id}\n" for object_id in ids).encode()
    with git.running(git.at_mirror(mirror), "cat-file", "--batch", "--buffer", stdin=asked) as process:
        for answer in raw.read_objects(process, limit):
            if answer[1] == raw.MISSING:
                raise raw.DamagedObjectError(answer[0])
            yield answer
    if process.status:
        raise DamagedMirrorError


# --- changed paths -------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Portion:
    """Commits that one process compares with their first parents."""

    commits: list[str]
    file: "IO[bytes]"
    process: git.Process
    running: ExitStack


@dataclass(slots=True)
class Comparison:
    """Commits with their first parents, a few processes at a time; answers go to the builder in the order of asking."""

    mirror: Path
    builder: Builder
    waiting: list[str] = field(default_factory=list)
    full: "deque[list[str]]" = field(default_factory=deque)
    under_way: "deque[_Portion]" = field(default_factory=deque)
    scratch: str = ""
    tried_again: set[str] = field(default_factory=set)
    stack: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        self.scratch = self.stack.enter_context(TemporaryDirectory(prefix="tieout-"))
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        while self.under_way:
            self.under_way.pop().running.__exit__(kind, fault, at)
        self.stack.close()

    def add(self, commit: str) -> None:
        self.waiting.append(commit)
        if len(self.waiting) == PORTION:
            self.full.append(self.waiting)
            self.waiting = []
            self._go_on()
        elif len(self.waiting) % 256 == 0 and self.full:
            self._go_on()

    def _go_on(self) -> None:
        """Start what may be started. An answer is taken as soon as it is there, so that files do not pile up."""
        while self.under_way and self.under_way[0].process.ended():
            self._take()
        while self.full and len(self.under_way) < PROCESSES:
            self.under_way.append(self._start(self.full.popleft()))

    def finish(self) -> None:
        """Compare what is left, in portions for all processes, and take all answers."""
        half = -(-len(self.waiting) // PROCESSES) if len(self.waiting) > PORTION // 4 else len(self.waiting)
        self.full.extend(self.waiting[at : at + half] for at in range(0, len(self.waiting), half or 1))
        self.waiting = []
        while self.full or self.under_way:
            while self.full and len(self.under_way) < PROCESSES:
                self.under_way.append(self._start(self.full.popleft()))
            self._take()

    def _start(self, commits: list[str]) -> _Portion:
        file = NamedTemporaryFile(dir=self.scratch)  # noqa: SIM115 - closed with the portion
        running = ExitStack()
        running.callback(file.close)
        process = running.enter_context(
            git.running(
                git.at_mirror(self.mirror),
                *DIFFERENCES,
                f"--output={file.name}",
                stdin="".join(f"{commit}\n" for commit in commits).encode("ascii"),
                bounds=_BOUNDS,
            )
        )
        return _Portion(commits, file, process, running)

    def _take(self) -> None:
        portion = self.under_way.popleft()
        with portion.running:
            portion.process.stdout.read()  # nothing is written there; it closes when git ends
            output = self._output(portion)
            if output is not None:
                found = cut(output, self.builder.width)
                if found.commits != portion.commits:
                    raise UnreadableError
                self.builder.add_changes(found)
        if output is None:
            self._take_apart(portion.commits)

    def _output(self, portion: _Portion) -> bytes | None:
        """What it wrote; None where it did not come to its end, or wrote too much."""
        if portion.process.wait() or portion.file.seek(0, 2) > OUTPUT_LIMIT:
            return None
        portion.file.seek(0)
        return portion.file.read()

    def _take_apart(self, commits: list[str]) -> None:
        """Something in this portion is too large, or damaged: halve it until it is one commit."""
        if len(commits) > 1:
            half = len(commits) // 2
            for part in (commits[:half], commits[half:]):
                self.under_way.appendleft(self._start(part))
                self._take()
            return
        if commits[0] not in self.tried_again:  # a machine under load may end a process for reasons of its own
            self.tried_again.add(commits[0])
            self.under_way.appendleft(self._start(commits))
            self._take()
            return
        if not _is_whole(self.mirror, commits[0]):
            raise DamagedMirrorError
        self.builder.skip_changes(commits[0])


def _is_whole(mirror: Path, commit: str) -> bool:
    """Whether all trees of a commit and its parents are there: each is looked at once, however often it is named."""
    words = ("rev-list", "--objects", "--no-walk", "--stdin", "--missing=print", "--filter=blob:none")
    answer = git.run(git.at_mirror(mirror), *words, stdin=f"{commit}\n{commit}^@\n".encode("ascii"), bounds=_BOUNDS)
    return answer.status < 0 or (answer.good and b"\n?" not in b"\n" + answer.out)
