"""Days by which something is owed: how far past they are, and how often they were moved, as the file's history tells."""

from collections.abc import Sequence
from datetime import date
from types import MappingProxyType

from tieout.documents import DUE
from tieout.model.documents import Due
from tieout.model.records import Action
from tieout.text.words import plural
from tieout.views import addresses, revisions, words
from tieout.views.page import Block, Cell, Inline, Line, Link, Para, Row, Table, Text, line
from tieout.views.snapshot import Snapshot

# Days overdue, up to which a bucket reaches; the last has no end. What is due today is not overdue.
BUCKETS = (("Not due yet", 0), ("1 to 30 days overdue", 30), ("31 to 60 days", 60), ("61 to 90 days", 90))
OLDEST = "More than 90 days"
_DAYS = MappingProxyType({"actions": "due", "exceptions": "ends", "risks": "target reached by", "objectives": "met by"})


def day(snapshot: Snapshot, register: str, id_: str, told: Inline) -> Line:
    """A due date as a page has it, with the first one and how often it was moved since."""
    due = revisions.due(snapshot, register, id_)
    if due is None or not due.moves:
        return (told,)
    often = Link(f"moved {revisions.times(len(due.moves))}", addresses.history(register, id_))
    return line(told, f"; first {due.first.isoformat()}, ", often)


def ages(snapshot: Snapshot, opened: Sequence[Action]) -> tuple[Block, ...]:
    """Open actions by how long they are overdue: by the day that stands now, and by the one that was set first."""
    now = [_bucket((snapshot.date.as_of - action.due).days) for action in opened]
    firsts = [revisions.first_due(snapshot, "actions", action.id, action.due) for action in opened]
    first = [_bucket((snapshot.date.as_of - day_).days) for day_ in firsts]
    moved = [day_ != action.due for day_, action in zip(firsts, opened, strict=True)]
    names = (*(name for name, _ in BUCKETS), OLDEST)
    rows = [_age(name, now.count(name), first.count(name), bad=name != names[0]) for name in names]
    total = Row((words.cell("Open actions"), words.count(len(opened)), words.count(len(opened))), "total")
    columns = (
        words.column("Overdue"),
        words.column("By the day set now", "n", "Set now"),
        words.column("By the day set first", "n", "Set first"),
    )
    note = f"{plural(sum(moved), 'open action')} {'has' if sum(moved) == 1 else 'have'} another day than the one set first."
    return (Para(line(note), "note"), Table(columns, (*rows, total), "run"))


def _age(name: str, now: int, first: int, *, bad: bool) -> Row:
    return Row((words.cell(name), words.count(now, bad=bad), words.count(first, bad=bad)))


def _bucket(over: int) -> str:
    return next((name for name, end in BUCKETS if over <= end), OLDEST)


# --- all that moved ------------------------------------------------------------------------------------------------


def dated(snapshot: Snapshot) -> tuple[tuple[str, str, Due], ...]:
    """Register, id and days of every record that has a day to keep, in the order of the registers."""
    found = (
        (register, id_, revisions.due(snapshot, register, id_))
        for register in DUE
        for id_ in snapshot.isms.register(register)
    )
    return tuple((register, id_, due) for register, id_, due in found if due)


def moved(snapshot: Snapshot) -> Table:
    """Every day that was moved, the most often moved first."""
    held = sorted(
        (one for one in dated(snapshot) if one[2].moves), key=lambda one: (-len(one[2].moves), one[0], one[1])
    )
    columns = (
        words.column("Record"),
        words.column("Day"),
        words.column("First", "d"),
        words.column("Now", "d"),
        words.column("Later by", "n"),
        words.column("Times moved", "n", "Moved"),
        words.column("Last moved by"),
        words.column("In"),
    )
    rows = tuple(_moved(snapshot, *one) for one in held)
    return Table(columns, rows, empty="No day was moved.")


def _moved(snapshot: Snapshot, register: str, id_: str, due: Due) -> Row:
    last = due.moves[-1].change
    who = words.listed(words.identity(snapshot.isms, author) for author in last.authors)
    return Row(
        (
            Cell(words.named(snapshot.isms, id_, register)),
            words.cell(_DAYS[register]),
            words.cell(due.first.isoformat()),
            words.cell(_now(snapshot, register, id_, due.now)),
            words.cell(_later(due)),
            words.count(len(due.moves), addresses.history(register, id_)),
            Cell(who),
            Cell(words.linked(snapshot.isms, last.subject)),
        )
    )


def _now(snapshot: Snapshot, register: str, id_: str, now: date) -> Inline:
    action = snapshot.isms.actions.get(id_) if register == "actions" else None
    owed = action is not None and action.status == "open"
    return Text(now.isoformat(), "late" if owed and now < snapshot.date.as_of else "")


def _later(due: Due) -> str:
    days = (due.now - due.first).days
    return plural(days, "day") if days >= 0 else f"{plural(-days, 'day')} earlier"
