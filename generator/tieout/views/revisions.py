"""Document control of one record: its version, who wrote and who approved it, and what each change said before."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from tieout import documents
from tieout.model.differences import Difference, edits
from tieout.model.documents import Document, Due, Revision
from tieout.model.history import Change
from tieout.model.records import Record
from tieout.model.registers import REGISTERS
from tieout.text.words import plural, visible
from tieout.views import approval, forge, words
from tieout.views.page import Block, Cell, Fold, Inline, Line, Para, Row, Section, Table, Terms, Text, line
from tieout.views.snapshot import Snapshot

SHOWN = 5  # revisions; older ones are folded
MOST = 6  # differences of one revision that are told
PLACES = 2  # changed places of a long text that are quoted
AROUND = 4  # words quoted on either side of a changed place
LONGEST = 320  # characters of one quotation; a few more are not worth a cut
_REGISTER: Mapping[type[Record], str] = MappingProxyType({register.model: register.name for register in REGISTERS})
COLUMNS = (
    words.column("Version", "d"),
    words.column("Date", "d"),
    words.column("Written by", label="Written"),
    words.column("Approved by", label="Approved"),
    words.column("What changed", label="Change"),
)


def of(snapshot: Snapshot, found: Record) -> Document:
    """The history of a record; one without revisions where Git holds none."""
    return held(snapshot, _REGISTER[type(found)], found.id)


def held(snapshot: Snapshot, register: str, id_: str) -> Document:
    return snapshot.documents.get((register, id_), Document(register, id_))


def ordinal(number: int) -> str:
    """`1st`, `2nd`, `3rd`, `4th`, `11th`."""
    ending = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


# --- for the provenance of a page ----------------------------------------------------------------------------------


def version(document: Document) -> Line:
    """`4th, 2026-08-04`."""
    if document.last is None:
        return (Text("not committed" if document.uncommitted else "no record", "late"),)
    note = (Text(", uncommitted changes on top", "late"),) if document.uncommitted else ()
    told = ordinal(document.version) if document.version else "cannot be told"
    return line(f"{told}, {words.day(document.last.change.time)}", *note)


def approved(snapshot: Snapshot, document: Document) -> Line:
    """Who approved what the record says now."""
    last = document.last
    if last is None or document.uncommitted:
        return (Text("no record", "late"),)
    return approval.words_of(snapshot.isms, last.change)


# --- the section ---------------------------------------------------------------------------------------------------


def section(snapshot: Snapshot, document: Document) -> Section:
    """Version, makers, approvers, and every revision, newest first."""
    if not document.revisions:
        return Section("Document control", (Para((Text(_absent(snapshot, document), "late"),)),), "history")
    newest = document.revisions[::-1]
    older = newest[SHOWN:]
    blocks: list[Block] = [_summary(snapshot, document), table(snapshot, newest[:SHOWN])]
    if older:
        blocks.append(Fold(f"{plural(len(older), 'older change')}", (table(snapshot, older),)))
    blocks += _reading(snapshot, document)
    return Section("Document control", tuple(blocks), "history")


def _absent(snapshot: Snapshot, document: Document) -> str:
    if document.uncommitted:
        return "The record is in the working tree only: no commit holds it, and nobody can have approved it."
    if snapshot.date.record and document.register == "audits":
        return (
            "No commit up to this audit's day holds the record: it was written afterwards, and is shown as it is now."
        )
    return "No commit that was read holds the record."


def _summary(snapshot: Snapshot, document: Document) -> Terms:
    created, last = document.created, document.last
    entries: list[tuple[str, Line]] = [("Version", _version(document))]
    if created and last:
        entries.append(("Moved here" if created.moved_from else "Created", _made(snapshot, created.change)))
        if last is not created:
            entries.append(("Last changed", _made(snapshot, last.change)))
        entries.append(("Approved", _approved(snapshot, document, last)))
    if due := documents.due_of(document):
        entries += [("Due date moved", moved(due))] if due.moves else []
    return Terms(tuple((title, (Para(told),)) for title, told in entries))


def _version(document: Document) -> Line:
    if not document.version:
        return (Text("cannot be told: no version of the file could be read", "late"),)
    what = "entry" if document.register == documents.ANNEX_A else "record"
    note = (Text("; the working tree holds uncommitted changes on top", "late"),) if document.uncommitted else ()
    unread = sum(one.kind == "unread" for one in document.revisions)
    lost = (Text(f"; after {plural(unread, 'change')} the file could not be read", "late"),) if unread else ()
    return line(f"{ordinal(document.version)} version of this {what}", *lost, *note)


def _made(snapshot: Snapshot, change: Change) -> Line:
    return line(f"{words.day(change.time)} by ", *_makers(snapshot, change))


def _makers(snapshot: Snapshot, change: Change) -> Line:
    return words.listed(words.identity(snapshot.isms, author) for author in change.authors)


def _approved(snapshot: Snapshot, document: Document, last: Revision) -> Line:
    """The approval of the last change; where it has none, the last version that had one."""
    told = approval.words_of(snapshot.isms, last.change)
    if approval.standing(last.change) == "approved":
        return told
    good = (one for one in reversed(document.revisions) if approval.standing(one.change) == "approved" and one.version)
    earlier = next(good, None)
    if earlier is None:
        return line(*told, "; no earlier version was approved either") if len(document.revisions) > 1 else told
    which = f"; last approved: the {ordinal(earlier.version)} version on {words.day(earlier.change.time)} by "
    return line(*told, which, *approval.words_of(snapshot.isms, earlier.change))


def moved(due: Due) -> Line:
    """`2 times: first 2026-06-01, then 2026-07-31, now 2026-10-31`."""
    between = "".join(f", then {move.old.isoformat()}" for move in due.moves[1:])
    return line(
        f"{times(len(due.moves))}: first {due.first.isoformat()}{between}, now ", Text(due.now.isoformat(), "strong")
    )


def times(number: int) -> str:
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def _reading(snapshot: Snapshot, document: Document) -> tuple[Para, ...]:
    """How to read what was said before, word for word."""
    said = [one for one in document.revisions if one.kind in {"created", "changed"}]
    if len(said) < 2:
        return ()
    before = said[-2]
    folder = f"{snapshot.config.folder}/" if snapshot.config.folder else ""
    command = f"git show {shlex.quote(f'{before.change.short}:{folder}{before.path}')}"
    return (Para(line("What the version before the last said, in full: ", words.code(command)), "note"),)


# --- the revisions -------------------------------------------------------------------------------------------------


def table(snapshot: Snapshot, revisions: Sequence[Revision]) -> Table:
    return Table(COLUMNS, tuple(row(snapshot, one) for one in revisions))


def row(snapshot: Snapshot, revision: Revision) -> Row:
    change = revision.change
    number = (
        str(revision.version) if revision.kind in {"created", "changed"} else "?" if revision.kind == "unread" else ""
    )
    subject = words.linked(snapshot.isms, visible(change.subject))
    return Row(
        (
            words.cell(number or words.soft("–")),
            words.cell(words.day(change.time)),
            Cell(_makers(snapshot, change)),
            Cell(approval.words_of(snapshot.isms, change)),
            Cell((forge.commit(snapshot, change.id, change.short), Text(" "), *subject, *told(revision))),
        )
    )


def told(revision: Revision) -> Line:
    """What a revision did to the record, to stand after the subject of its change."""
    parts: list[Inline] = [Text(". ")]
    match revision.kind:
        case "unread":
            why = "The file could not be read after it, so what it did to this record is unknown."
            return (*parts, Text(why, "late"))
        case "removed":
            return (*parts, Text("The record was removed.", "late"))
        case "created":
            again = revision.version > 1
            parts.append(words.soft("Written again." if again and revision.compared else "Created."))
            if revision.moved_from:
                where = (words.code(revision.moved_from), Text(": what it said there is not followed.", "late"))
                return (Text(". "), Text("Moved here from ", "late"), *where)
            if not revision.compared:
                parts[-1] = Text("The first version that could be read; there were others before.", "late")
        case "layout":
            parts.append(words.soft("Layout or comments only."))
        case "mended":
            parts.append(words.soft("Can be read again, and says what it said before."))
        case "changed" if not revision.compared:
            why = "Which fields it changed cannot be told: before or after it, they do not follow the register's form."
            parts.append(Text(why, "late"))
    if revision.moved_from:
        parts += [words.soft("File renamed from "), words.code(revision.moved_from), Text(". ")]
    if revision.differences:
        parts += _differences(revision.differences)
    return tuple(parts) if len(parts) > 1 else ()


def _differences(found: Sequence[Difference]) -> Iterator[Inline]:
    for at, one in enumerate(found[:MOST]):
        yield from (Text("; "),) if at else ()
        yield from difference(one)
    rest = len(found) - MOST
    yield Text(f"; and {plural(rest, 'more field')}." if rest > 0 else ".")


def difference(one: Difference) -> Line:
    """`due 2026-06-01 → 2026-07-31`."""
    name = words.code("text" if one.path == ("body",) else one.field)
    if one.is_long and one.old and one.new:
        quoted = quotations(one.old, one.new)
        if not quoted:
            return line(name, words.soft(" line breaks only"))
        return line(name, " ", *quoted)
    old = Text(_short(one.old), "claim") if one.old else words.soft("nothing")
    new = Text(_short(one.new), "claim") if one.new else words.soft("nothing")
    return line(name, " ", old, " → ", new)


class _Place(NamedTuple):
    """A place at which a text was changed, and the words that stand before and after it."""

    before: str
    removed: str
    added: str
    after: str

    @property
    def told(self) -> Line:
        """What was only added or removed speaks for itself; a word that was replaced needs those around it."""
        if not (self.removed and self.added):
            return line(words.soft("added " if self.added else "removed "), _quoted(self.added or self.removed))
        sides = (" ".join(filter(None, (self.before, side, self.after))) for side in (self.removed, self.added))
        old, new = map(_quoted, sides)
        return line(old, " → ", new)


@lru_cache(maxsize=4096)
def quotations(old: str, new: str) -> Line:
    """The changed places of a long text, each with what stood there before; empty where no word was changed."""
    places = _places(old, new)
    told = [part for place in places[:PLACES] for part in (Text(", "), *place.told)][1:]
    rest = len(places) - PLACES
    return (*told, Text(f", and {plural(rest, 'more place')}")) if rest > 0 else tuple(told)


def _places(old: str, new: str) -> list[_Place]:
    runs = edits(old, new)
    found: list[_Place] = []
    at = 0
    while at < len(runs):
        end = next((place for place in range(at, len(runs)) if runs[place].kind == "kept"), len(runs))
        if end > at:
            before = " ".join(["…", *runs[at - 1].text.split()[-AROUND:]]) if at else ""
            after = " ".join([*runs[end].text.split()[:AROUND], "…"]) if end < len(runs) else ""
            removed, added = (
                " ".join(run.text for run in runs[at:end] if run.kind == kind) for kind in ("removed", "added")
            )
            found.append(_Place(before, removed, added, after))
        at = end + 1
    return found


def _quoted(text: str) -> Text:
    return Text(f"“{_short(text)}”", "claim")


def _short(text: str) -> str:
    shown = visible(" ".join(text.split()))
    return (
        shown
        if len(shown) <= LONGEST + LONGEST // 4
        else f"{shown[:LONGEST].rstrip()}… ({len(shown) - LONGEST} characters more)"
    )


# --- due dates -----------------------------------------------------------------------------------------------------


def due(snapshot: Snapshot, register: str, id_: str) -> Due | None:
    return documents.due_of(held(snapshot, register, id_))


def first_due(snapshot: Snapshot, register: str, id_: str, now: date) -> date:
    """The day that was set first; the present one where Git tells of no other."""
    found = due(snapshot, register, id_)
    return found.first if found else now
