"""What approvals in notes have in common: when a line came, and how well it is known who put it there."""

from collections.abc import Callable, Sequence

from tieout.history.approvals.revisions import Covers
from tieout.history.approvals.step import Step
from tieout.history.people import People
from tieout.model.grades import Grade
from tieout.model.history import Identity, Note


def brought_by(versions: Sequence[Note], has: Callable[[bytes], bool]) -> Note:
    """The version from which on the note says it without a break: a line that went and came back counts anew."""
    found = versions[-1]
    for note in reversed(versions):
        if not has(note.data):
            break
        found = note
    return found


def grade_of(step: Step, note: Note, by: Identity, covers: Covers, people: People) -> Grade:
    """Two names where the approver, or a declared robot, committed the note, and the authors are known to be others.

    A note is text: whoever may push can write one. All that is known better is that another identity than any
    author's recorded it, in a commit of its own. One that a merge of notes brought has no writer that can be told.
    """
    if note.by is None or covers != "final" or not by.known:
        return Grade.STATED
    writer = people.identify(note.by, note.at)
    authors = {author.key for author in step.authors}
    separate = writer.known and not {writer.key, by.key} & authors and all(author.known for author in step.authors)
    recorded = writer.key == by.key or writer.robot
    return Grade.TWO_NAMES if separate and authors and recorded else Grade.STATED
