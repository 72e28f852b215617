"""Lines that look like approvals and are none, so that nobody takes the silence for a rule that was missed.

They are grouped: one problem a repository, with counts by what is the matter and the newest places. Needs no register.
Tried on openzfs/openzfs (20,328 lines, nearly all below the subject without an empty line), rocq-prover/rocq (2,233,
nearly all Ack-by), instructlab/instructlab (663) and git/git (30 of 4,769).
"""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import lru_cache
from typing import NamedTuple
from weakref import WeakKeyDictionary

from tieout.history.approvals import APPROVING
from tieout.history.line import Line
from tieout.history.messages import is_divided, paragraphs_of, parse_people, parse_trailers
from tieout.model.history import Commit
from tieout.problems import Problem, Source, warning
from tieout.text.words import NAMED, digits, few_of, human_list, plural, visible

_LIKE = re.compile(r"(?im)^[ \t>*]*[a-z]{3,12}[-_ ]{0,2}by[ \t]*:")
_LINE = re.compile(r"[ \t>*]*([A-Za-z]{3,12}[-_ ]{0,2}[Bb][Yy])[ \t]*:(?!//)[ \t]*(.*)")
_MEANT = {**{key.replace("-", ""): key for key in APPROVING}, "ackby": "acked-by"}
_NEAR = 0.86  # Reviwed-by and Review-by are near to Reviewed-by; Revised-by, Reported-by and Tested-by are not

MISPLACED = "outside the last paragraph"
UNGROUPED = "in a paragraph that Git takes for text, since other lines stand in it"
SUBJECT = "in one paragraph with the subject"
DIVIDED = "in a message with a --- line"
NAMELESS = "without a name"
MISSPELT = "under a key that is spelt otherwise"


class Miss(NamedTuple):
    matter: str
    key: str  # as written


_READ: WeakKeyDictionary[Line, tuple[tuple[int, str, Miss], ...]] = WeakKeyDictionary()


def list_near_misses(line: Line, last: int) -> tuple[Problem, ...]:
    """One problem for what the commits up to the position `last` hold of them; none where they hold none."""
    found: dict[str, list[tuple[str, str]]] = {}
    for position, commit, miss in _misses_of(line):
        if position <= last:
            found.setdefault(miss.matter, []).append((commit, miss.key))
    if not found:
        return ()
    total = sum(map(len, found.values()))
    counted = "; ".join(_told(matter, found[matter]) for matter in sorted(found))
    verb = "looks like an approval and is" if total == 1 else "look like approvals and are"
    message = (
        f"{plural(total, 'line')} of commit messages {verb} not counted: {counted}; "
        f"write 'Reviewed-by: Name <address>' in the last paragraph, with nothing but such lines"
    )
    return (warning("approval-not-counted", message, Source(line.history.repo)),)


def _told(matter: str, found: list[tuple[str, str]]) -> str:
    commits = list(dict.fromkeys(commit[:8] for commit, _ in reversed(found)))
    keys = list(dict.fromkeys(key for _, key in reversed(found)))[:NAMED]
    spelt = f", as {human_list(visible(repr(key)) for key in keys)}" if matter == MISSPELT else ""
    return f"{digits(len(found))} {matter}{spelt} ({few_of(commits)})"


def _misses_of(line: Line) -> tuple[tuple[int, str, Miss], ...]:
    known = _READ.get(line)
    if known is None:
        commits = line.history.commits
        entered = sorted(line.entered.items(), key=lambda each: (each[1], each[0]))
        known = _READ[line] = tuple(
            (position, id_, miss) for id_, position in entered for miss in find_misses(commits[id_])
        )
    return known


def find_misses(commit: Commit) -> tuple[Miss, ...]:
    """In the order of the message."""
    return tuple(_find(commit.message)) if _LIKE.search(commit.message) else ()


def _find(message: str) -> Iterator[Miss]:
    paragraphs = paragraphs_of(message)
    grouped = bool(parse_trailers(message))
    divided = is_divided(message)
    for number, paragraph in enumerate(paragraphs):
        for line in paragraph:
            match = _LINE.fullmatch(line)
            meant = _meant(match[1]) if match else ""
            if match is None or not meant:
                continue
            if match[1].casefold().replace(" ", "-") != meant:
                yield Miss(MISSPELT, match[1])
            elif divided:
                yield Miss(DIVIDED, match[1])
            elif number < len(paragraphs) - 1 or number == 0:
                yield Miss(SUBJECT if number == 0 else MISPLACED, match[1])
            elif not grouped or line[:1] in " \t>*":
                yield Miss(UNGROUPED, match[1])
            elif not parse_people(match[2]):
                yield Miss(NAMELESS, match[1])


@lru_cache(maxsize=1024)
def _meant(key: str) -> str:
    """The approving key that this one is, or is nearly; empty where it is none."""
    letters = re.sub(r"[-_ ]", "", key).casefold()
    if letters in _MEANT:
        return _MEANT[letters]
    near = [(SequenceMatcher(None, letters, meant).ratio(), meant) for meant in _MEANT if meant[0] == letters[0]]
    best = max(near, default=(0.0, ""))
    return _MEANT[best[1]] if best[0] >= _NEAR else ""
