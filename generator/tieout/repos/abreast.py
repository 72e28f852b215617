"""Commits compared with their first parents by two git processes side by side, each given every other block of them.

Ids are taken as they come, and nobody waits for an answer meanwhile: a process that is not listened to stops once its
pipe is full. Answers are given afterwards, in the order of the ids. What is too large or damaged is not told apart here.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from types import TracebackType
from typing import BinaryIO, Self

from tieout.repos import git
from tieout.repos.changed import DIFFERENCES, Cutter, Portion, UnreadableError, split

BLOCK = 256  # commits
MOST = 48  # blocks that one process compares: it never forgets a commit, and would grow without end
_PROCESSES = 2
_CHUNK = 1 << 18


@dataclass(slots=True)
class _Stream:
    """One of the processes. Ids reach it through a thread, so that whoever has them goes on at once."""

    process: git.Process
    cutter: Cutter
    ids: "SimpleQueue[bytes]"
    writer: Thread
    held: list[Portion] = field(default_factory=list)  # answers that were not taken yet
    ended: bool = False

    def give(self, commits: list[str]) -> None:
        self.ids.put("".join(f"{commit}\n" for commit in commits).encode("ascii"))

    def take(self, count: int) -> Iterator[Portion]:
        """The answers to the next `count` commits."""
        while count:
            found = self.held.pop(0) if self.held else self._read()
            if len(found.commits) > count:
                found, rest = split(found, count)
                self.held.insert(0, rest)
            count -= len(found.commits)
            yield found

    def _read(self) -> Portion:
        if self.ended:
            raise UnreadableError
        if data := self.process.stdout.read(_CHUNK):
            return self.cutter.feed(data)
        self.ended = True
        if self.process.wait():
            raise UnreadableError
        return self.cutter.finish()


@dataclass(slots=True)
class Abreast:
    """To be asked for blocks of commits, then for all answers."""

    mirror: Path
    width: int  # of an id
    limit: int  # bytes of what may be said of one commit
    bounds: git.Bounds
    asked: list[list[str]] = field(default_factory=list)
    streams: list[_Stream] = field(default_factory=list)
    stack: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self._end()
        self.stack.__exit__(kind, fault, at)

    def ask(self, commits: list[str]) -> None:
        """A block of commits. The second process starts with the second block."""
        number = len(self.asked)
        self.asked.append(commits)
        if number == len(self.streams) < _PROCESSES:
            self.streams.append(self._start())
        if number < _PROCESSES * MOST:
            self.streams[number % _PROCESSES].give(commits)

    def answers(self) -> Iterator[Portion]:
        """Whole commits with their changes, in the order of asking.

        Raises:
            UnreadableError: a process came to no good end, or told something else. What was given is right.
        """
        self._end()
        for number, commits in enumerate(self.asked):
            if number >= _PROCESSES * MOST and number // _PROCESSES % MOST == 0:
                self.streams[number % _PROCESSES] = self._start_again(number)
            at = 0
            for found in self.streams[number % _PROCESSES].take(len(commits)):
                if found.commits != commits[at : at + len(found.commits)]:
                    raise UnreadableError
                at += len(found.commits)
                yield found

    def _start_again(self, number: int) -> _Stream:
        """In place of a process that came to its end, another one for the blocks that follow."""
        stream = self._start()
        for commits in self.asked[number : number + _PROCESSES * MOST : _PROCESSES]:
            stream.give(commits)
        stream.ids.put(b"")
        return stream

    def _end(self) -> None:
        for stream in self.streams:
            stream.ids.put(b"")

    def _start(self) -> _Stream:
        where = git.at_mirror(self.mirror)
        process = self.stack.enter_context(git.running(where, *DIFFERENCES, stdin=None, bounds=self.bounds))
        git.widen(process.stdout)
        ids: SimpleQueue[bytes] = SimpleQueue()
        writer = Thread(target=_write, args=(process.stdin, ids), daemon=True)
        writer.start()
        return _Stream(process, Cutter(self.width, self.limit), ids, writer)


def _write(stdin: BinaryIO, ids: "SimpleQueue[bytes]") -> None:
    """Until there is nothing more; then the process is told so."""
    try:
        for block in iter(ids.get, b""):
            stdin.write(block)
            stdin.flush()
        stdin.close()
    except (BrokenPipeError, ValueError):
        return  # it ended early: its answers, too few, tell


def blocks(answers: Iterator[tuple[str, str, int, bytes]]) -> Iterator[list[tuple[str, str, int, bytes]]]:
    """Objects as they come, so many at a time as are compared together."""
    while block := list(islice(answers, BLOCK)):
        yield block
