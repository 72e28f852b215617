"""What a change's message says of earlier changes, and what it leaves out: reverts, cherry-picks, hidden authors."""

from collections.abc import Iterator

from tieout.model.history import Backlink, Change
from tieout.text.words import visible
from tieout.views import words
from tieout.views.page import Inline, Line, Text, line
from tieout.views.snapshot import Snapshot

SHOWN = 12  # of each kind; a change that says it of more than that is a release


def hidden(snapshot: Snapshot, found: Change) -> Iterator[Line]:
    """Who wrote a part of what was proposed, and is named nowhere in the commits of the branch."""
    if not found.hidden_authors:
        return
    people: list[Inline] = []
    for one in found.hidden_authors:
        people += [*((Text(", "),) if people else ()), *words.identity(snapshot.isms, one)]
    counts = "they count as one" if len(found.hidden_authors) == 1 else "they count as authors"
    how = "the proposal or the forge's own list does" if found.authorship == "record" else "the proposal does"
    yield line("The step itself does not name ", *people, f" as an author; {how}, and so {counts}.")


def backlinks(snapshot: Snapshot, found: Change) -> Iterator[Line]:
    """Reverts and cherry-picks, each with how well it is known."""
    for link in found.reverts[:SHOWN]:
        yield _told(snapshot, "reverts", link, "its files are again as they were before that")
    for link in found.picked_from[:SHOWN]:
        yield _told(snapshot, "repeats", link, "both changed the same lines")
    for key in found.reverted_by[:SHOWN]:
        yield line("A later change says that it reverts this one: ", words.change(snapshot.facts, key), ".")


def _told(snapshot: Snapshot, verb: str, link: Backlink, proof: str) -> Line:
    known = f"; {proof}" if link.shown else "; that is its message's claim only"
    if link.change:
        return line(f"It {verb} ", words.change(snapshot.facts, link.change), f"{known}.")
    if link.commit:
        return line(f"It {verb} ", words.code(link.commit[:8]), f", which is no change of this branch{known}.")
    return line(f"It says that it {verb} {visible(link.claimed[:80])}, which the history does not have.")
