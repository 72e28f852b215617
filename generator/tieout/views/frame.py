"""What stands around a record on every page: the provenance line, its body, what points at it, its history."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from tieout.graph import kind_of
from tieout.model.records import Duration, Record
from tieout.model.registers import REGISTERS
from tieout.views import addresses, forge, revisions, words
from tieout.views.page import Cell, Line, Link, Row, Section, Table, Text
from tieout.views.snapshot import Snapshot

# How a link reads from the record it points at.
INVERSE: Mapping[str, str] = MappingProxyType(
    {
        "accepted_by": "was accepted by",
        "action": "waits for it",
        "actions": "asks for it",
        "affects": "affects it",
        "against": "is raised against it",
        "applies_to": "applies to it",
        "approved_by": "was approved by",
        "audit": "comes from it",
        "compensating": "is compensated by it",
        "conflicts_with": "conflicts with it",
        "criteria": "applied it",
        "decided_by": "rests on it",
        "decides": "decides on it",
        "decisions": "took it",
        "depends_on": "depends on it",
        "enforced_by": "is enforced by it",
        "entries": "has an entry for it",
        "environments": "runs in it",
        "excepts": "is an exception to it",
        "for": "is done for it",
        "implements": "implements it",
        "interfaces": "names it at the boundary",
        "metric": "is measured by it",
        "mitigates": "mitigates it",
        "owner": "is owned by it",
        "pipeline": "is built by it",
        "proves": "speaks for it",
        "raises": "raised it",
        "scope": "covered it",
        "services": "is about it",
        "service": "is about it",
        "supersedes": "supersedes it",
        "supplied_by": "is supplied by it",
        "teams": "concerns it",
        "tested_controls": "tested it",
        "threats": "names it",
        "in": "has it in scope",
    }
)
_REGISTERS = {kind_of(register.name): register.name for register in REGISTERS}


def provenance(snapshot: Snapshot, found: Record) -> tuple[tuple[str, Line], ...]:
    """File, commit, owner, approval and reviews of a record; whatever is unknown is written out."""
    document = revisions.of(snapshot, found)
    entries: list[tuple[str, Line]] = [
        ("File", (words.code(found.place.path),)),
        ("Version", revisions.version(document)),
        *((("Owner", (words.person(snapshot.isms, found.owner),)),) if found.owner else ()),
        ("Approved", revisions.approved(snapshot, document)),
    ]
    period = snapshot.isms.review_period(found)
    if found.reviewed or period:
        entries.append(("Reviewed", (Text(words.day(found.reviewed)) if found.reviewed else Text("never", "late"),)))
    if found.reviewed and period:
        entries.append(("Next review", (next_review(snapshot, found.reviewed, period),)))
    return (*entries, *forge.of_file(snapshot, found.place.path))


def next_review(snapshot: Snapshot, reviewed: date, every: Duration) -> Text:
    return words.late(every.after(reviewed), snapshot.date.as_of)


def register_crumbs(title: str, register: str, id_: str = "") -> tuple[Link | Text, ...]:
    """The way from the list of a register to a record."""
    up = Link(title, addresses.index(register))
    return (up, Text(id_, "id")) if id_ else (up,)


def body(snapshot: Snapshot, found: Record, title: str = "In its own words") -> tuple[Section, ...]:
    text = found.body.strip()
    return (Section(title, (words.markdown(snapshot.isms, text),), "words"),) if text else ()


def history(snapshot: Snapshot, found: Record) -> Section:
    """Document control of a record: every change of it, newest first, with who wrote and who approved it."""
    return revisions.section(snapshot, revisions.of(snapshot, found))


def incoming(snapshot: Snapshot, register: str, id_: str) -> Section:
    """The records that point at this one, from the graph."""
    rows = tuple(
        Row((Cell(words.named(snapshot.isms, origin, kind)), words.cell(INVERSE.get(link, f"names it as {link}"))))
        for kind, origin, link in pointing_at(snapshot, register, id_)
    )
    table = Table((words.column("Record"), words.column("Link")), rows, empty="No other record names it.")
    return Section("What points here", (table,), "incoming")


def pointing_at(snapshot: Snapshot, register: str, id_: str) -> tuple[tuple[str, str, str], ...]:
    """(register, id, name of the link) of each record with a link to this one, sorted. `annex-a` is a register here."""
    kind = register if register == "annex-a" else kind_of(register)
    found = set()
    for link, origin in snapshot.graph.into(f"{kind}:{id_}"):
        origin_kind, _, origin_id = origin.partition(":")
        if origin_kind in _REGISTERS:
            found.add((_REGISTERS[origin_kind], origin_id, link))
    return tuple(sorted(found))
