"""Approvals in `refs/notes/review`, which Gerrit's plugin reviewnotes writes when a change is submitted.

A line is `Label+score: Name <address>`: `Code-Review+2` approves; +1, `Verified` and any other label do not, since
only a project's own settings tell what those mean. `Submitted-by` is the one who brought the change in. `Reviewed-by`
and its like, typed into a note of `refs/notes/review` or `refs/notes/commits`, are read too.

Tried on eclipse-jgit/jgit (9,959 notes: 10,081 lines Code-Review+2, 9,817 Submitted-by, 9,490 Verified+1, all written
by "Gerrit Code Review"), openbmc/phosphor-logging (1,058 notes) and spdk/dpdk (119).
"""

import re
from collections.abc import Iterator, Sequence
from email.utils import parsedate_to_datetime
from functools import lru_cache, partial

from tieout.history.approvals.noted import brought_by, grade_of
from tieout.history.approvals.revisions import Covers, covered
from tieout.history.approvals.step import Step
from tieout.history.approvals.trailers import APPROVING
from tieout.history.messages import parse_named
from tieout.history.people import People
from tieout.model.history import Approval, Note

REFS = ("refs/notes/review", "refs/notes/commits")
APPROVED, REFUSED, SUBMITTED = "code-review+2", "code-review-2", "submitted-by"
LINES = 500  # of a note; a longer one says nothing, since the line that takes all back may be its last
DELAY = 86_400  # seconds that Gerrit may take to write a note after it submitted the change
_LINE = re.compile(rb"([A-Za-z][A-Za-z0-9 -]{0,60}?(?:[+-][0-9]{1,2})?):[ \t]*(\S.*)")


def from_gerrit(step: Step, people: People) -> Iterator[Approval]:
    """Votes and submitters, each of the commit that its note is on."""
    for ref in REFS if step.line.history.notes else ():
        for commit in step.commits:
            if versions := step.notes(commit, ref):
                lines = parse_note(versions[-1].data)
                if not any(key == REFUSED for key, _ in lines):
                    yield from _approvals(step, people, versions, _covers(step, ref, commit))


def _approvals(step: Step, people: People, versions: Sequence[Note], covers: Covers) -> Iterator[Approval]:
    """From the newest version of a note; the older ones tell since when it says each line."""
    lines = parse_note(versions[-1].data)
    voted = {value for key, value in lines if key == APPROVED}
    for key, value in lines:
        submitted = key == SUBMITTED and value not in voted
        if key != APPROVED and key not in APPROVING and not submitted:
            continue
        note = brought_by(versions, partial(_says, (key, value)))
        named = parse_named(value)
        by = people.find(named.name, named.email, note.at, named=True)
        late = _is_late(step, note, key, people)
        where = f"{'Code-Review+2' if key == APPROVED else key.capitalize()} in {note.where}"
        grade = grade_of(step, note, by, covers, people)
        yield Approval(by, note.at, grade, covers, "review note", where, note.object, late)


def _is_late(step: Step, note: Note, key: str, people: People) -> bool:
    """Whether the change had entered the branch before.

    A commit is as old as its upload, and Gerrit may submit it weeks later: where a declared robot wrote the note as it
    says that the change was submitted, the votes are those of that moment.
    """
    entered = step.line.times[step.position]
    if key in APPROVING or note.at <= entered + DELAY:
        return note.at > entered + (0 if key in APPROVING else DELAY)
    submitted = next((_moment(value) for key, value in parse_note(note.data) if key == "submitted-at"), 0)
    by_forge = note.by is not None and people.identify(note.by, note.at).robot
    return not (by_forge and 0 <= note.at - submitted <= DELAY)


def _moment(text: str) -> int:
    """Of a time as mail has it: `Mon, 25 Jun 2012 16:15:57 +0200`; 0 where it is none."""
    try:
        return int(parsedate_to_datetime(text).timestamp())
    except (ValueError, TypeError, OverflowError):
        return 0


def _covers(step: Step, ref: str, commit: str) -> Covers:
    """A note is on one commit. Where a step carries several, all that were not merged in between must have their vote."""
    covers = covered(step, commit)
    if commit == step.commit.id or covers != "final":
        return covers
    commits = step.line.history.commits
    own = [carried for carried in step.carried if carried in commits and len(commits[carried].parents) < 2]
    return "final" if all(_is_approved(step, ref, carried) for carried in own) else "earlier"


def _is_approved(step: Step, ref: str, commit: str) -> bool:
    versions = step.notes(commit, ref)
    return bool(versions) and any(key == APPROVED or key in APPROVING for key, _ in parse_note(versions[-1].data))


def _says(line: tuple[str, str], data: bytes) -> bool:
    return line in parse_note(data)


@lru_cache(maxsize=4096)
def parse_note(data: bytes) -> tuple[tuple[str, str], ...]:
    """Lines `Key: value` of a note, each once, in their order: the key in lower case with its score, hyphens for spaces."""
    if data.count(b"\n") > LINES:
        return ()
    found = (_LINE.fullmatch(line.rstrip()) for line in data.split(b"\n"))
    pairs = ((match[1], match[2]) for match in found if match)
    read = ((key.decode().casefold().replace(" ", "-"), value.decode("utf-8", "replace")) for key, value in pairs)
    return tuple(dict.fromkeys(read))
