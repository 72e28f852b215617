"""Which step of a branch put each line of a file there, so that a line counts for as much as those who committed it."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from tieout.history.line import Line
from tieout.history.people import People
from tieout.history.signatures import Keys, has_key, judge
from tieout.model.history import Commit


class Writers(NamedTuple):
    """Who robots are, which keys they have, and the repositories to which, by the operator's word, nobody else may push."""

    people: People
    keys: Keys
    guarded: frozenset[str] = frozenset()


UNTOLD = -1  # an older version of the file, or what came before the first commit, was not read


def line_origins(line: Line, last: int, path: str) -> tuple[int, ...]:
    """By line of the file as it stands after the step at `last`: the position of the step that put it there."""
    found: list[int] = []
    for _, _, origins, _ in _versions(line, last, path):
        found = origins
    return tuple(found)


def lines_taken_away(line: Line, last: int, path: str, is_export: Callable[[int], bool]) -> dict[bytes, int]:
    """Lines that robots wrote and somebody else took out, each with where it stood: nobody unsays a dismissal.

    `is_export` says whether declared robots alone made the step at a position. What they take out themselves is gone.
    """
    gone: dict[bytes, int] = {}
    before: tuple[list[bytes], list[int]] = ([], [])
    for position, texts, origins, appended in _versions(line, last, path):
        if not appended:
            now = set(texts)
            pairs = enumerate(zip(*before, strict=True))
            lost = [(at, text, origin) for at, (text, origin) in pairs if text.strip() and text not in now]
            if lost and not is_export(position):
                gone.update({text: at for at, text, origin in lost if is_export(origin)})
        for text in texts if gone else ():
            gone.pop(text, None)
        before = texts, origins
    return gone


def _versions(line: Line, last: int, path: str) -> Iterator[tuple[int, list[bytes], list[int], bool]]:
    """Each version that was read: the position of its step, its lines, their origins, and whether it only has more."""
    before = b""
    texts: list[bytes] = []
    origins: list[int] = []
    untold = False
    for position, blob in line.versions(path, last):
        data = line.content(blob) if blob else b""
        if data is None:
            untold = True
            continue
        unread = position == 0 and bool(line.commit(0).parents)
        origin = UNTOLD if untold or unread else position
        appended = bool(before) and data.startswith(before) and before.endswith(b"\n")  # exports mostly append
        if appended:
            added = data[len(before) :].split(b"\n")
            texts[-1:], origins[-1:] = added, [origin] * len(added)
        else:
            known = dict(zip(texts, origins, strict=True))
            texts = data.split(b"\n")
            origins = [known.get(text, origin) for text in texts]
        before, untold = data, False
        yield position, texts, origins, appended


def is_by_robots(line: Line, position: int, writers: Writers) -> bool:
    """Whether declared robots alone wrote and committed a step and all it carries.

    A robot is known by its registered key. Its address alone can be typed by whoever may push, so it says so only in a
    repository to which nobody else may.
    """
    if position < 0:
        return False
    carried = (line.history.commits[id_] for id_ in line.carried[position])
    at = line.times[position]
    guarded = line.history.repo in writers.guarded
    return all(_is_robots(commit, at, writers, guarded) for commit in (line.commit(position), *carried))


def _is_robots(commit: Commit, at: int, writers: Writers, guarded: bool) -> bool:
    """Author and committer are robots, and it bears no other's signature; one that has a key must have signed."""
    hands = [writers.people.identify(commit.author, at), writers.people.identify(commit.committer, at)]
    if not all(who.robot for who in hands):
        return False
    signature = judge(commit.signature, at, writers.keys)
    if signature.state == "none":
        return guarded and not any(has_key(writers.keys, who.person, at) for who in hands)
    return signature.state == "good" and signature.signer in writers.people.robots
