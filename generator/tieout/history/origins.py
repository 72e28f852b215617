"""Which step of a branch put each line of a file there, so that a line counts for as much as those who committed it."""

from tieout.history.line import Line
from tieout.history.people import People
from tieout.history.signatures import Keys, has_key, judge
from tieout.model.history import Commit

UNTOLD = -1  # an older version of the file, or what came before the first commit, was not read


def line_origins(line: Line, last: int, path: str) -> tuple[int, ...]:
    """By line of the file as it stands after the step at `last`: the position of the step that put it there."""
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
        if before and data.startswith(before) and before.endswith(b"\n"):  # exports mostly append
            added = data[len(before) :].split(b"\n")
            texts[-1:], origins[-1:] = added, [origin] * len(added)
        else:
            known = dict(zip(texts, origins, strict=True))
            texts = data.split(b"\n")
            origins = [known.get(text, origin) for text in texts]
        before, untold = data, False
    return tuple(origins)


def is_by_robots(line: Line, position: int, people: People, keys: Keys) -> bool:
    """Whether declared robots alone wrote and committed a step and all it carries."""
    if position < 0:
        return False
    carried = (line.history.commits[id_] for id_ in line.carried[position])
    at = line.times[position]
    return all(_is_robots(commit, at, people, keys) for commit in (line.commit(position), *carried))


def _is_robots(commit: Commit, at: int, people: People, keys: Keys) -> bool:
    """Author and committer are robots, and it bears no other's signature; one that has a key must have signed."""
    hands = [people.identify(commit.author, at), people.identify(commit.committer, at)]
    if not all(who.robot for who in hands):
        return False
    signature = judge(commit.signature, at, keys)
    if signature.state == "none":
        return not any(has_key(keys, who.person, at) for who in hands)
    return signature.state == "good" and signature.signer in people.robots
