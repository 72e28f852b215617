"""Document control, ISO/IEC 27001:2022 clause 7.5: what Git holds of every record, and what it does not prove.

One page over all records, and one for each register whose records are rows and have no page of their own.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from tieout.documents import ANNEX_A
from tieout.model.documents import Document, Revision
from tieout.model.history import Change
from tieout.model.records import Record
from tieout.model.registers import REGISTERS, Register
from tieout.text.words import digits, human_list, plural, visible
from tieout.views import addresses, approval, dues, forge, revisions, words
from tieout.views.page import Block, Cell, Items, Line, Link, Page, Para, Row, Section, Table, Text, line
from tieout.views.snapshot import Snapshot

TITLE = "Document control"


def pages(snapshot: Snapshot) -> Iterable[Page]:
    if not snapshot.documents:
        return
    held = tuple(_held(snapshot))
    yield _control(snapshot, held)
    for register in REGISTERS:
        rows = [one for one in held if one[0] is register]
        if rows and addresses.has_history_page(register.name):
            yield _histories(snapshot, register, rows)


Held = tuple[Register, Record, Document]


def _held(snapshot: Snapshot) -> Iterable[Held]:
    """All records of the day, without the audits that were written later: these are taken from the newest content."""
    for register in REGISTERS:
        for found in snapshot.isms.register(register.name).values():
            document = revisions.held(snapshot, register.name, found.id)
            later = register.name == "audits" and bool(snapshot.date.record) and not document.revisions
            if not later:
                yield register, found, document


# --- all records ---------------------------------------------------------------------------------------------------


def _control(snapshot: Snapshot, held: Sequence[Held]) -> Page:
    lacking = [one for one in held if _standing(one[2]) != "approved"]
    rest = [one for one in held if _standing(one[2]) == "approved"]
    records = Table(_COLUMNS, tuple(_row(snapshot, one) for one in rest), empty="None.")
    sections = (
        Section("What clause 7.5 asks, and how it is met here", (_clause(snapshot, held), _limits()), "clause"),
        Section("How well the approvals are known", _counts(snapshot, held), "grades"),
        Section("Last changed without an approval", (_lacking(snapshot, held, lacking),), "unapproved"),
        Section("In the period", _period(snapshot), "period"),
        Section("Days that were moved", (_moved_note(snapshot), dues.moved(snapshot)), "moved"),
        Section("Records whose last change was approved", (records,), "approved"),
        Section("Records that were removed", (_removed(snapshot),), "removed"),
    )
    crumbs = (Text("ISO/IEC 27001:2022, 7.5"),)
    return Page(addresses.DOCUMENTS, TITLE, TITLE, _lede(held), sections, crumbs, (), addresses.DOCUMENTS)


def _stands_by(document: Document) -> Change | None:
    """The change that made what the record says now; uncommitted words are nobody's yet."""
    return document.last.change if document.last and not document.uncommitted else None


def _standing(document: Document) -> approval.Standing:
    return approval.kind(_stands_by(document)).standing


def _lede(held: Sequence[Held]) -> Line:
    if all(document.uncommitted and document.last is None for _, _, document in held):
        return line(
            f"No commit holds any of the {plural(len(held), 'record')} yet: their history, and who approves them, "
            "begins with the first."
        )
    counted = approval.tally(_stands_by(document) for _, _, document in held)
    whom = "a known person who wrote none of it, before it took effect"
    told = f"Of {plural(len(held), 'record')}, {words.none(approval.approved(counted))} had the last change approved by {whom}"
    told += f": {grades}" if (grades := approval.grades(counted)) else ""
    return line(f"{told}; {rest}." if (rest := human_list(approval.rest(counted))) else f"{told}.")


def _counts(snapshot: Snapshot, held: Sequence[Held]) -> tuple[Block, ...]:
    """Every record, and every change of the period, counted once by what is known of its approval."""
    inside = _in_period(snapshot)
    records = approval.tally(_stands_by(document) for _, _, document in held)
    changes = approval.tally(inside)
    columns = (
        words.column("The last change was", label="Last change"),
        words.column("Records", "n"),
        words.column("Changes in the period", "n", "Changes"),
        words.column("Which means", label="Means"),
    )
    rows = [
        Row(
            (
                words.cell(one.words),
                words.count(records.get(one, 0), bad=one.standing != "approved"),
                words.count(changes.get(one, 0), bad=one.standing != "approved"),
                words.cell(words.soft(approval.MEANINGS[one.standing])),
            )
        )
        for one in approval.ordered({*records, *changes})
    ]
    total = (words.cell("All"), words.count(len(held)), words.count(len(inside)), words.cell(""))
    return (*_beneath(held), Table(columns, (*rows, Row(total, "total"))))


def _beneath(held: Sequence[Held]) -> tuple[Para, ...]:
    """What an approval of the last change says nothing of: the versions before it."""
    good = [document for _, _, document in held if _standing(document) == "approved"]
    resting = sum(any(_is_open(one) for one in document.revisions) for document in good)
    if not resting:
        return ()
    told = f"{words.of(resting, len(good))} records whose last change was approved had an earlier one that was not; their histories tell which."
    return (Para(line(told), "note"),)


def _is_open(revision: Revision) -> bool:
    return revision.kind in {"created", "changed"} and approval.standing(revision.change) != "approved"


def _clause(snapshot: Snapshot, held: Sequence[Held]) -> Table:
    columns = (words.column("Asked for"), words.column("How Git provides it", label="By"), words.column("Here"))
    rows = (
        ("Identification", "The id and path of a record, and the commit that it was read at.", _identified(snapshot, held)),
        ("Review and approval", "A merged change with a second name; the grade says how well that is known.", _approvals(snapshot)),
        ("Version and change history", "Every commit of the protected branch, with its makers and its day.", _versions(snapshot, held)),
        ("Distribution and use", "This site and its PDF, made from one commit; who may see them is not Git's matter.", _distributed(snapshot)),
        ("Storage and protection", "Every object is named by the hash of its content, and was hashed again when it was read.", _stored(snapshot)),
        ("Retention", "What was changed or removed stays in the history, for as long as the repository is kept.", _retained(snapshot)),
        ("Documents of external origin", "Files that evidence names, held by their hash; titles and ids of standards.", _external(snapshot)),
    )  # fmt: skip
    return Table(columns, tuple(Row((words.cell(asked), words.cell(how), Cell(here))) for asked, how, here in rows))


def _identified(snapshot: Snapshot, held: Sequence[Held]) -> Line:
    pin = snapshot.facts.pins.get("isms")
    files = len({found.place.path for _, found, _ in held if found.place.path})
    at = line(" at ", words.code(pin.commit[:12])) if pin and pin.commit else line(", in no commit")
    folder = "/".join(part for part in (snapshot.config.folder, snapshot.config.content) if part not in {"", "."})
    place = line(" below ", words.code(f"{folder}/")) if folder else ()
    return line(f"{plural(len(held), 'record')} in {plural(files, 'file')}", *place, *at, ".")


def _approvals(snapshot: Snapshot) -> Line:
    changes = snapshot.facts.isms_changes
    if not changes:
        return line("No change of the repository is on record yet.")
    return line(_told(approval.tally(changes), len(changes), "changes of the repository"))


def _told(counted: Mapping[approval.Kind, int], whole: int, what: str) -> str:
    """`163 of 172 changes … : 101 signed and 62 recorded by the forge; 9 without a record of approval.`"""
    told = f"{words.of(approval.approved(counted), whole)} {what} were approved by a second person"
    told += f": {grades}" if (grades := approval.grades(counted)) else ""
    return f"{told}; {rest}." if (rest := human_list(approval.rest(counted))) else f"{told}."


def _versions(snapshot: Snapshot, held: Sequence[Held]) -> Line:
    several = sum(document.version > 1 for _, _, document in held)
    rows = snapshot.documents.items()
    said = sum(one.kind in {"created", "changed"} for key, each in rows if key[0] != ANNEX_A for one in each.revisions)
    return line(f"{plural(said, 'version')} of records; {words.of(several, len(held))} have more than one.")


def _distributed(snapshot: Snapshot) -> Line:
    return line("As of ", words.day(snapshot.date.as_of), ", for ", Link("these pins", addresses.PROVENANCE), ".")


def _stored(snapshot: Snapshot) -> Line:
    read = snapshot.histories.get("isms")
    kind = f"{read.object_format.upper().replace('SHA', 'SHA-')}; " if read else ""
    whole = "a lower bound, as the copy is incomplete" if "isms" in snapshot.facts.histories_incomplete else "whole"
    return line(f"{kind}{plural(snapshot.facts.counts.get('isms', 0), 'commit')} up to the pin, {whole}.")


def _retained(snapshot: Snapshot) -> Line:
    removed = sum(document.removed for key, document in snapshot.documents.items() if key[0] != ANNEX_A)
    changes = snapshot.facts.isms_changes
    first = f"The oldest change is of {words.day(changes[0].time)}; " if changes else ""
    return line(f"{first}{plural(removed, 'removed record')} can still be read.")


def _external(snapshot: Snapshot) -> Line:
    return line(
        f"{plural(len(snapshot.isms.files), 'file')} held as evidence; {plural(len(snapshot.isms.annex_a), 'title')} of Annex A."
    )


def _limits() -> Items:
    return Items(
        (
            line("Who may administer the repository can rewrite its history; a change of what earlier audits were pinned to shows that."),
            line("Keeping the repository, and a second copy of it, is the operator's matter, as is how long."),
            line("An approval shows that a second person let the change in, not that they read all of it."),
        )
    )  # fmt: skip


def _lacking(snapshot: Snapshot, held: Sequence[Held], lacking: Sequence[Held]) -> Block:
    if not lacking:
        return Para(line(f"None of {plural(len(held), 'record')}."))
    order = [*approval.SHORT]
    listed = sorted(lacking, key=lambda one: -order.index(_standing(one[2])))
    return Table(_COLUMNS, tuple(_row(snapshot, one) for one in listed))


_COLUMNS = (
    words.column("Record"),
    words.column("Register"),
    words.column("Version", "n"),
    words.column("Last changed", "d"),
    words.column("By"),
    words.column("Approved by", label="Approved"),
    words.column("Review due"),
)


def _row(snapshot: Snapshot, one: Held) -> Row:
    register, found, document = one
    last = document.last
    who = words.listed(words.identity(snapshot.isms, author) for author in last.change.authors) if last else ()
    return Row(
        (
            Cell(_name(register.name, found)),
            words.cell(register.kind),
            words.count(document.version, addresses.history(register.name, found.id)),
            words.cell(words.day(last.change.time) if last else Text("no record", "late")),
            Cell(who),
            Cell(revisions.approved(snapshot, document)),
            Cell(_review(snapshot, found)),
        )
    )


def _name(register: str, found: Record) -> Line:
    link = Link(found.id, addresses.history(register, found.id), "id")
    return line(link, f" {found.title}" if found.title not in {"", found.id} else "")


def _review(snapshot: Snapshot, found: Record) -> Line:
    period = snapshot.isms.review_period(found)
    if period is None:
        return ()
    if not found.reviewed:
        return (Text("never reviewed", "late"),)
    return (words.late(period.after(found.reviewed), snapshot.date.as_of),)


# --- the period ----------------------------------------------------------------------------------------------------


def _period(snapshot: Snapshot) -> tuple[Block, ...]:
    """Changes of the ISMS in the period by their approval, and what they did to records."""
    changes = _in_period(snapshot)
    kinds = Counter(one.kind for one in _revisions(snapshot, changes))
    did = ", ".join(
        f"{digits(kinds[kind])} {kind}" for kind in ("created", "changed", "removed", "unread") if kinds[kind]
    )
    first = _told(approval.tally(changes), len(changes), "changes of the ISMS")
    if not changes:
        return (Para(line("No change of the ISMS came into the line in the period.")),)
    open_ = [change for change in changes if approval.standing(change) != "approved"]
    rows = tuple(_change(snapshot, change) for change in open_)
    columns = (words.column("Date", "d"), words.column("Commit"), words.column("Written by"), words.column("Approved by", label="Approved"), words.column("What"))  # fmt: skip
    second = Para(line(f"Records: {did}." if did else "No record was changed."))
    return (Para(line(first)), second, *((Table(columns, rows),) if rows else ()))


def _in_period(snapshot: Snapshot) -> list[Change]:
    date = snapshot.date
    return [change for change in snapshot.facts.isms_changes if date.start <= change.time <= date.end]


def _revisions(snapshot: Snapshot, changes: Sequence[Change]) -> Iterable[Revision]:
    ids = {change.id for change in changes}
    for key, document in snapshot.documents.items():
        if key[0] != ANNEX_A:
            yield from (one for one in document.revisions if one.change.id in ids)


def _change(snapshot: Snapshot, change: Change) -> Row:
    makers = words.listed(words.identity(snapshot.isms, author) for author in change.authors)
    return Row(
        (
            words.cell(words.day(change.time)),
            words.cell(forge.commit(snapshot, change.id, change.short)),
            Cell(makers),
            Cell(approval.words_of(snapshot.isms, change)),
            Cell(words.linked(snapshot.isms, visible(change.subject))),
        )
    )


def _moved_note(snapshot: Snapshot) -> Para:
    held = dues.dated(snapshot)
    moved = sum(bool(due.moves) for _, _, due in held)
    return Para(line(f"{words.of(moved, len(held))} records with a day to keep (actions, exceptions, targets of risks, objectives) had it moved."), "note")  # fmt: skip


def _removed(snapshot: Snapshot) -> Table:
    found = [one for key, one in snapshot.documents.items() if one.removed and key[0] != ANNEX_A]
    columns = (
        words.column("Record"),
        words.column("Register"),
        words.column("Versions", "n"),
        words.column("Removed", "d"),
        words.column("Commit"),
        words.column("By"),
        words.column("Approved by", label="Approved"),
    )
    rows = tuple(_removed_row(snapshot, one, one.revisions[-1]) for one in found)
    return Table(columns, rows, empty="No record was removed.")


def _removed_row(snapshot: Snapshot, document: Document, last: Revision) -> Row:
    title = next((one.record.title for one in reversed(document.revisions) if one.record), "")
    change = last.change
    return Row(
        (
            words.cell(Text(document.id, "id"), f" {visible(title)}" if title != document.id else ""),
            words.cell(document.register),
            words.count(document.version),
            words.cell(words.day(change.time)),
            words.cell(forge.commit(snapshot, change.id, change.short)),
            Cell(words.listed(words.identity(snapshot.isms, author) for author in change.authors)),
            Cell(approval.words_of(snapshot.isms, change)),
        )
    )


# --- the rows of a register ----------------------------------------------------------------------------------------


def _histories(snapshot: Snapshot, register: Register, held: Sequence[Held]) -> Page:
    """The history of each row of a register, in order of id."""
    rows: list[Row] = []
    for _, found, document in held:
        name = f"{found.id} {found.title}" if found.title not in {"", found.id} else found.id
        note = (Text(" uncommitted changes", "late"),) if document.uncommitted else ()
        rows.append(Row((Cell((Text(visible(name)), *note), span=len(revisions.COLUMNS)),), "group", found.id))
        rows += [revisions.row(snapshot, one) for one in reversed(document.revisions)]
    several = sum(document.version > 1 for _, _, document in held)
    lede = line(f"{plural(len(held), 'record')}; {words.of(several, len(held))} have more than one version.")
    heading = f"History of {register.name}"
    crumbs = (Link(TITLE, addresses.DOCUMENTS), Link(words.sentence(register.name), addresses.index(register.name)))
    table = Table(revisions.COLUMNS, tuple(rows))
    return Page(
        addresses.histories(register.name),
        heading,
        heading,
        lede,
        (Section("", (table,), "history"),),
        crumbs,
        forge.of_register(snapshot, register.name),
        addresses.DOCUMENTS,
    )
