"""Approvals in `refs/notes/devtools/{reviews,discuss}`, as git-appraise keeps reviews: JSON lines in notes.

A request is a note on the first commit of what is to be reviewed (`alias`: that commit after a rebase); comments are
notes on the same object. A comment with `"resolved": true` accepts, unless a thread of the review is left refused.
Authors are free text, and so are timestamps: an approval is as old as the step of the notes ref that brought it.

Tried on google/git-appraise: 118 requests, 113 notes of comments with 113 accepting and 2 refusing lines.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache, partial
from typing import NamedTuple
from weakref import WeakKeyDictionary

from tieout.history.approvals.noted import brought_by, grade_of
from tieout.history.approvals.revisions import Covers, covered
from tieout.history.approvals.step import Step
from tieout.history.line import Line
from tieout.history.people import People
from tieout.model.history import Approval
from tieout.text.json_lines import find_objects, whole

REQUESTS, COMMENTS = "refs/notes/devtools/reviews", "refs/notes/devtools/discuss"
_ID = re.compile(r"[0-9a-f]{7,64}")
MOST = 100  # acceptances of one review; more are nobody's
LONGEST = 1_000  # commits of a branch that one accepted review may have brought
DEEPEST = 100  # replies to replies; a deeper thread accepts nothing
SPANNING = 10  # reviews that a commit is taken to be of: each of many notes could span a thousand commits


class Comment(NamedTuple):
    """One line of a discussion. `hash` is what replies name as their parent."""

    hash: str
    parent: str
    author: str
    commit: str  # that it speaks of; empty where it names none
    resolved: bool | None
    line: bytes


_REVIEWS: WeakKeyDictionary[Line, Mapping[str, tuple[str, ...]]] = WeakKeyDictionary()


def from_appraise(step: Step, people: People) -> Iterator[Approval]:
    """Acceptances of reviews that are of this step's commits, each with the revision that was accepted."""
    reviews = _reviews_of(step.line)
    if not reviews:
        return
    found = dict.fromkeys(review for commit in step.commits for review in reviews.get(commit, ()))
    for review in found:
        requested, versions = step.notes(review, REQUESTS), step.notes(review, COMMENTS)
        if not requested or not versions:
            continue
        own = not {review, *parse_aliases(requested[-1].data)}.isdisjoint(step.commits)
        for comment in accepting(parse_comments(versions[-1].data)):
            if own or _spans(step, review, comment.commit):
                yield _approval(step, review, comment, people)


def _approval(step: Step, review: str, comment: Comment, people: People) -> Approval:
    note = brought_by(step.notes(review, COMMENTS), partial(_says, comment))
    by = people.owner(comment.author, note.at)
    covers: Covers = "final" if _spans(step, review, comment.commit) else covered(step, comment.commit)
    grade = grade_of(step, note, by, covers, people)
    late = note.at > step.line.times[step.position]
    return Approval(by, note.at, grade, covers, "review note", f"acceptance in {note.where}", comment.commit, late)


def _spans(step: Step, review: str, accepted: str) -> bool:
    """A branch that was put on the line as it is, commit by commit, is accepted up to the commit that is named."""
    position = step.line.position
    return review in position and accepted in position and position[review] <= step.position <= position[accepted]


def _says(comment: Comment, data: bytes) -> bool:
    return comment in _set_of(data)


@lru_cache(maxsize=4096)
def _set_of(data: bytes) -> frozenset[Comment]:
    return frozenset(parse_comments(data))


def _reviews_of(line: Line) -> Mapping[str, tuple[str, ...]]:
    """The reviewed objects by the commits they may be of: themselves, their aliases, what was accepted after them."""
    known = _REVIEWS.get(line)
    if known is None:
        found: dict[str, dict[str, None]] = {}
        for review, versions in line.history.notes.items():
            requested = [note for note in versions if note.ref == REQUESTS]
            if not requested:
                continue
            aliases = {alias for note in requested for alias in parse_aliases(note.data)}
            accepted = {
                comment.commit for note in versions if note.ref == COMMENTS for comment in parse_comments(note.data)
            }
            for commit in (review, *sorted(aliases), *_between(line, review, accepted)):
                mine = found.setdefault(commit, {})
                if len(mine) < SPANNING or commit == review:
                    mine[review] = None
        known = _REVIEWS[line] = {commit: tuple(reviews) for commit, reviews in found.items()}
    return known


def _between(line: Line, review: str, accepted: set[str]) -> tuple[str, ...]:
    first = line.position.get(review)
    last = max((line.position[commit] for commit in accepted if commit in line.position), default=-1)
    return () if first is None else line.steps[first : min(last + 1, first + LONGEST)]


def accepting(comments: tuple[Comment, ...]) -> tuple[Comment, ...]:
    """The comments that accept; none where a thread is left refused.

    A thread is accepted as git-appraise has it: by its own comment, where no reply to it says otherwise.
    """
    replies: dict[str, list[Comment]] = {}
    known = {comment.hash for comment in comments}
    roots = [comment for comment in comments if comment.parent not in known]
    for comment in comments:
        if comment.parent in known:
            replies.setdefault(comment.parent, []).append(comment)
    verdicts = [(root, _verdict(root, replies, 0)) for root in roots]
    accepted = tuple(root for root, verdict in verdicts if verdict)
    return () if any(verdict is False for _, verdict in verdicts) or len(accepted) > MOST else accepted


def _verdict(comment: Comment, replies: Mapping[str, list[Comment]], depth: int) -> bool | None:
    if depth > DEEPEST:
        return False
    below = [_verdict(reply, replies, depth + 1) for reply in replies.get(comment.hash, ())]
    told = [verdict for verdict in below if verdict is not None]
    if not told:
        return comment.resolved
    return False if not all(told) else (True if comment.resolved else None)


@lru_cache(maxsize=4096)
def parse_comments(data: bytes) -> tuple[Comment, ...]:
    """The comments of a note, each once. A line that is no JSON object says nothing; nor does one without an author."""
    found: dict[Comment, None] = {}
    for line, value in find_objects(data):
        author, location, resolved = value.get("author"), value.get("location"), value.get("resolved")
        commit = location.get("commit") if isinstance(location, dict) else None
        parent = value.get("parent", value.get("Parent"))
        if isinstance(author, str) and author.strip():
            found[
                Comment(
                    hashlib.sha1(line, usedforsecurity=False).hexdigest(),
                    parent if isinstance(parent, str) else "",
                    whole(author.strip()),
                    commit if isinstance(commit, str) and _ID.fullmatch(commit) else "",
                    resolved if isinstance(resolved, bool) else None,
                    line,
                )
            ] = None
    return tuple(found)


@lru_cache(maxsize=4096)
def parse_aliases(data: bytes) -> tuple[str, ...]:
    """The commits that requests name as what the reviewed one became by a rebase."""
    aliases = (value.get("alias") for _, value in find_objects(data))
    return tuple(dict.fromkeys(alias for alias in aliases if isinstance(alias, str) and alias))
