"""Which fields name other records: declared at the field, read here for checking, for the graph and for the pages.

A link is written on one side; the other direction is computed. Where both sides may write it, `back` names the field
of the other side, and the two must agree.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo


@dataclass(frozen=True, slots=True)
class Link:
    """Ids, as text or a list of texts. `to` holds names of registers and words for what else is meant.

    The words: `any` record, `annex` controls, `additional` own controls of the SoA, `requirement` of a set, `sets`,
    `clause:…` of ISO/IEC 27001, `checks` by name, `check:` and `enforcement` with their prefix, `repositories` of
    tieout.yml, `stages`, `impact_areas` of the risk method, `all` and `tiers` for several services at once, `own` ids
    outside Annex A, an `edition` of a policy, an `address` of e-mail, and plain `words`.
    """

    to: tuple[str, ...]
    edge: str = ""  # name in the graph; empty: the field's
    back: str = ""  # field of the records linked to that may say the same
    must: bool = False  # whether `back` has to say the same, and not only may


def to(*names: str, edge: str = "", back: str = "", must: bool = False) -> Link:
    return Link(names, edge, back, must)


@dataclass(frozen=True, slots=True)
class LinkField:
    """Where a link stands in a record: names of fields, `*` for each item or value, `=` for each name in a group."""

    path: tuple[str, ...]  # as written
    attributes: tuple[str, ...]  # as in the class
    link: Link
    many: bool  # whether a list may stand there, and not one id only

    @property
    def field(self) -> str:
        """As a reader calls it: `accepted_by.decision`."""
        return ".".join(step for step in self.path if step not in {"*", "="})

    @property
    def edge(self) -> str:
        """The name of the edge in the graph; empty where the link is of a part that is no record, such as a step."""
        return self.link.edge or ("" if "*" in self.path else self.path[0])


def written_name(name: str, field: FieldInfo) -> str:
    """The name under which a person writes a field."""
    alias = field.validation_alias
    if isinstance(alias, str):
        return alias
    return str(alias.choices[0]) if alias is not None and hasattr(alias, "choices") else name


@cache
def links_of(model: type[BaseModel]) -> tuple[LinkField, ...]:
    """All links of a class of records, in the order of its fields, those of its parts included."""
    return tuple(_of_fields(model, (), ()))


def _of_fields(model: type[BaseModel], path: tuple[str, ...], attributes: tuple[str, ...]) -> Iterator[LinkField]:
    for name, field in model.model_fields.items():
        written, attribute = (*path, written_name(name, field)), (*attributes, name)
        own = link_in(field)
        if own:
            yield LinkField(written, attribute, own, get_origin(field.annotation) is tuple)
        else:
            yield from _of_annotation(field.annotation, written, attribute)


def link_in(field: FieldInfo) -> Link | None:
    """The link that a field is, by itself."""
    return next((mark for mark in field.metadata if isinstance(mark, Link)), None)


def _of_annotation(annotation: Any, path: tuple[str, ...], attributes: tuple[str, ...]) -> Iterator[LinkField]:  # noqa: ANN401
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from _of_fields(annotation, path, attributes)
        return
    arguments = get_args(annotation)
    marks = getattr(annotation, "__metadata__", ())
    if link := next((mark for mark in marks if isinstance(mark, Link)), None):
        yield LinkField(path, attributes, link, get_origin(arguments[0]) is tuple)
    elif marks:
        yield from _of_annotation(arguments[0], path, attributes)
    elif getattr(annotation, "__origin__", None) is dict:
        yield from _of_annotation(arguments[0], (*path, "="), (*attributes, "="))
        yield from _of_annotation(arguments[1], (*path, "*"), (*attributes, "*"))
    elif getattr(annotation, "__origin__", None) is tuple:
        yield from _of_annotation(arguments[0], (*path, "*"), (*attributes, "*"))
    else:
        for argument in arguments:
            yield from _of_annotation(argument, path, attributes)


def ids_at(value: object, attributes: tuple[str, ...]) -> Iterator[str]:
    """Every id that a record (or a part of it) holds at a place."""
    if not attributes:
        if isinstance(value, str) and value:
            yield value
        elif isinstance(value, (tuple, Mapping)):
            yield from (found for found in value if isinstance(found, str))
    elif attributes[0] == "=" and isinstance(value, Mapping):
        yield from value
    elif attributes[0] == "*":
        for held in value.values() if isinstance(value, Mapping) else value if isinstance(value, tuple) else ():
            yield from ids_at(held, attributes[1:])
    elif isinstance(value, BaseModel):
        yield from ids_at(getattr(value, attributes[0]), attributes[1:])
