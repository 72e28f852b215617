"""What a column may be mapped to: the fields of a register by the paths a person writes, such as residual.likelihood."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from tieout.model.fields import FieldNote, fields_of
from tieout.model.records.basics import Part

ID = "id"
BODY = "body"


@dataclass(frozen=True, slots=True)
class Target:
    """A field that holds a plain value, or a list of them."""

    path: str
    note: FieldNote
    needed: bool  # by a record of this kind, whatever else stands in it
    group: str = ""  # the field around it
    rows: bool = False  # whether that field is a list of groups; an import writes a list of one

    @property
    def people(self) -> bool:
        """Whether it names a person or a squad."""
        return bool({"people", "squads"} & set(self.note.links))


@cache
def targets_of(model: type[Part]) -> Mapping[str, Target]:
    """In the order in which the fields stand in a record; groups inside groups are left to the person."""
    found: dict[str, Target] = {}
    for note in fields_of(model):
        if note.part is None:
            if not note.kind.startswith("group"):
                found[note.name] = Target(note.name, note, note.required)
            continue
        if note.kind.startswith("group:"):
            continue
        for inner in fields_of(note.part):
            if inner.part is None and not inner.kind.startswith("group"):
                path = f"{note.name}.{inner.name}"
                needed = note.required and inner.required
                found[path] = Target(path, inner, needed, note.name, note.many)
    return found
