"""Links to the forge that keeps the ISMS, where the operator configured it: on the present's pages only.

An audit speaks of a day that is over: its pages are not edited, and must not depend on what a server shows later.
"""

from collections.abc import Iterable
from pathlib import PurePosixPath
from urllib.parse import quote

from tieout.views import words
from tieout.views.page import Inline, Line, Link, line
from tieout.views.snapshot import Snapshot


def of_file(snapshot: Snapshot, path: str) -> tuple[tuple[str, Line], ...]:
    """For the provenance of a page: where its file is edited and its history listed; nothing where no forge is known.

    `path` is below the folder of tieout.yml.
    """
    forge = snapshot.config.forge
    named = (("edit this page", forge.edit), ("its commits", forge.history))
    links = [Link(text, _filled(snapshot, address, path)) for text, address in named if address and path]
    return (("On the forge", words.joined(links, ", ")),) if links and not snapshot.date.record else ()


def of_register(snapshot: Snapshot, register: str) -> tuple[tuple[str, Line], ...]:
    """The files that a page of many rows is made of, with the same links."""
    paths = sorted({found.place.path for found in snapshot.isms.register(register).values()})
    return tuple(
        entry for path in paths[:1] for entry in (("File", line(words.code(path))), *of_file(snapshot, path)) if path
    )


def of_registers(snapshot: Snapshot, registers: Iterable[str]) -> tuple[tuple[str, Line], ...]:
    """The same for a page of several lists, each of which has a file of its own."""
    rows = (found for register in registers for found in snapshot.isms.register(register).values())
    paths = sorted({found.place.path for found in rows if found.place.path})
    address = snapshot.config.forge.edit
    edit = [Link(PurePosixPath(path).name, _filled(snapshot, address, path)) for path in paths] if address else []
    listed: tuple[tuple[str, Line], ...] = (("Lists", words.joined(map(words.code, paths), ", ")),) if paths else ()
    return (*listed, ("Edit", words.joined(edit, ", "))) if edit and not snapshot.date.record else listed


def commit(snapshot: Snapshot, id_: str, short: str) -> Inline:
    """A commit of the ISMS by its short id; a link where the forge shows commits."""
    address = snapshot.config.forge.change
    if not address or snapshot.date.record:
        return words.code(short)
    return Link(short, address.replace("{commit}", quote(id_, safe="")), "code")


def _filled(snapshot: Snapshot, address: str, path: str) -> str:
    config = snapshot.config
    whole = f"{config.folder}/{path}" if config.folder else path
    filled = address.replace("{branch}", quote(config.branch, safe="/"))
    return filled.replace("{path}", quote(whole.encode("utf-8", "surrogateescape"), safe="/"))
