"""What the records of an ISMS are called, so that a table may name them by their titles."""

from collections.abc import Iterator

from tieout.content.imports.values import Names
from tieout.model.records import Person, Record
from tieout.model.registers import REGISTERS, Isms


def names_of(isms: Isms) -> Names:
    """For each register the ids by id, title and address, in small letters; several records may share a title."""
    found: dict[str, dict[str, frozenset[str]]] = {register.name: {} for register in REGISTERS}
    for register, record in isms.records():
        called = found[register.name]
        for name in _called(record):
            called[name] = called.get(name, frozenset()) | {record.id}
    if isms.method is not None:
        found["impact_areas"] = {area.lower(): frozenset({area}) for area in isms.method.impact_areas}
    return found


def _called(record: Record) -> Iterator[str]:
    yield record.id.lower()
    yield " ".join(record.title.split()).lower()
    if isinstance(record, Person):
        yield from (address.lower() for address in record.emails)
