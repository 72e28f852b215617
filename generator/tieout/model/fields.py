"""What is said of each field: for the reference, the schemas, `tieout new` and `tieout import`. Nothing else needs it.

A field is explained by the text under its declaration, which is read from the source when it is asked for, so that no
other command pays for it.
"""

import ast
import inspect
import sys
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from tieout.model.links import Link, link_in, written_name
from tieout.model.records.basics import Duration, Part, Visibility
from tieout.model.visibility import visibility_of
from tieout.text.words import human_list


@dataclass(frozen=True, slots=True)
class FieldNote:
    """One field as a person meets it."""

    name: str  # as written
    required: bool
    kind: str  # words: text, day, one of …, list of ids of services
    many: bool  # whether a list is expected (a single value may stand without brackets when it is an id)
    choices: tuple[str, ...]  # of a fixed list of words
    default: str  # as written; empty where leaving it out says nothing
    links: tuple[str, ...]  # registers whose ids it holds, and words of `links.Link`
    explanation: str
    visibility: Visibility
    part: type[Part] | None = None  # of a group of fields, or of each of a list of groups
    also: tuple[str, ...] = ()  # other names under which it is read


@cache
def fields_of(model: type[Part]) -> tuple[FieldNote, ...]:
    """The fields of a record or of a group in it, in the order in which they are declared; not what the loader adds."""
    return tuple(
        _note(model, name, field)
        for name, field in model.model_fields.items()
        if not written_name(name, field).startswith("@")
    )


def _note(model: type[Part], name: str, field: FieldInfo) -> FieldNote:
    link = link_in(field) or _link_inside(field.annotation)
    choices = _choices(field.annotation)
    return FieldNote(
        name=written_name(name, field),
        required=field.is_required(),
        kind=_kind(field.annotation, link, choices),
        many=_origin(field.annotation) is tuple,
        choices=choices,
        default=_default(field),
        links=link.to if link else (),
        explanation=explanations(model).get(name, ""),
        visibility=visibility_of(model, name),
        part=_part(field.annotation),
        also=tuple(map(str, getattr(field.validation_alias, "choices", ())[1:])),
    )


@cache
def explanations(model: type[BaseModel]) -> dict[str, str]:
    """The text under each declaration of a field, by its name in the class; inherited ones included."""
    found: dict[str, str] = {}
    for parent in reversed(model.__mro__):
        if issubclass(parent, BaseModel) and parent is not BaseModel:
            found |= _written_under(parent.__module__).get(parent.__name__, {})
    return found


@cache
def _written_under(module: str) -> dict[str, dict[str, str]]:
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    found: dict[str, dict[str, str]] = {}
    for declared in (node for node in tree.body if isinstance(node, ast.ClassDef)):
        texts = found.setdefault(declared.name, {})
        for field, under in zip(declared.body, declared.body[1:], strict=False):
            match field, under:
                case (
                    ast.AnnAssign(target=ast.Name(id=name)),
                    ast.Expr(value=ast.Constant(value=str(text))),
                ):
                    texts[name] = " ".join(text.split())
    return found


def _arguments(annotation: Any) -> tuple[Any, ...]:  # noqa: ANN401
    """The types behind a declaration: without what is optional, and without marks."""
    if getattr(annotation, "__metadata__", None):
        return _arguments(get_args(annotation)[0])
    if get_origin(annotation) in {Union, UnionType}:
        return tuple(found for part in get_args(annotation) if part is not NoneType for found in _arguments(part))
    return (annotation,)


def _origin(annotation: Any) -> Any:  # noqa: ANN401
    return get_origin(_arguments(annotation)[0])


def _choices(annotation: Any) -> tuple[str, ...]:  # noqa: ANN401
    first = _arguments(annotation)[0]
    if get_origin(first) is Literal:
        return tuple(str(word) for word in get_args(first) if word != "")
    return _choices(get_args(first)[0]) if get_origin(first) is tuple else ()


def _part(annotation: Any) -> type[Part] | None:  # noqa: ANN401
    first = _arguments(annotation)[0]
    if isinstance(first, type) and issubclass(first, Part):
        return first
    if get_origin(first) in {tuple, dict}:
        return next((part for part in map(_part, get_args(first)) if part), None)
    return None


def _link_inside(annotation: Any) -> Link | None:  # noqa: ANN401
    """The link of what a list or group holds."""
    for mark in getattr(annotation, "__metadata__", ()):
        if isinstance(mark, Link):
            return mark
    return next((link for link in map(_link_inside, get_args(annotation)) if link), None)


_WORDS = {str: "text", int: "whole number", bool: "yes or no", date: "day", datetime: "time", Duration: "duration"}


def _kind(annotation: Any, link: Link | None, choices: tuple[str, ...]) -> str:  # noqa: ANN401
    first = _arguments(annotation)[0]
    many = "list of " if get_origin(first) is tuple else ""
    if choices and get_origin(first) is not dict:
        return f"{'any' if many else 'one'} of {human_list(choices, 'or')}"
    if get_origin(first) is dict:
        key, value = get_args(first)
        named = "ids" if _link_inside(key) else "words"
        return f"group: {named} with {_kind(value, _link_inside(value), _choices(value))}"
    if _part(first):
        return "list of groups of fields" if many else "group of fields"
    if link:
        return f"{many}id" if not many else "list of ids"
    inner = _arguments(get_args(first)[0])[0] if many else first
    return many + _WORDS.get(inner, "text")


def _default(field: FieldInfo) -> str:
    default = field.default
    if default is PydanticUndefined or default is None or default in ("", ()) or default == {}:
        return ""
    return ("yes" if default else "no") if isinstance(default, bool) else str(default)
