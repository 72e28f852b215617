"""JSON Schemas of all registers, of tieout.yml and of exported records, for editors: made from the models and their words.

An editor completes and warns by them; what counts is `tieout check`, which also knows the other records.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tieout.config import Settings
from tieout.model.fields import fields_of
from tieout.model.records import Part
from tieout.model.registers import REGISTERS, Register
from tieout.output.record_schemas import SCHEMAS

DRAFT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]


def render() -> Mapping[str, bytes]:
    """Each schema by the name of its file: `risks.json`, …, `tieout.json`, and those of exported records."""
    found = {f"{register.name}.json": _of_register(register) for register in REGISTERS}
    found["tieout.json"] = {"title": "tieout.yml"} | _of_model(Settings)
    found |= {f"{name}.json": schema for name, schema in SCHEMAS.items()}
    return {name: _bytes({"$schema": DRAFT} | schema) for name, schema in sorted(found.items())}


def _bytes(schema: Schema) -> bytes:
    text = json.dumps(schema, indent=2, ensure_ascii=False).replace('"#/$defs/_', '"#/$defs/')
    return f"{text}\n".encode()


def _of_register(register: Register) -> Schema:
    schema = _of_model(register.model)
    if register.shape != "list":
        return {"title": register.kind} | schema
    parts = schema.pop("$defs", {})
    names = tuple(dict.fromkeys((register.row_id, "id")))
    schema["properties"] = {name: _row_id(register) for name in names} | schema["properties"]
    schema = _needing(schema, names)
    listed = {"title": register.name, "type": "array", "items": {"title": register.kind} | schema}
    return listed | ({"$defs": parts} if parts else {})


def _row_id(register: Register) -> Schema:
    pattern = f"^{register.prefix}-" if register.prefix else "^[A-Za-z0-9]+([.-][A-Za-z0-9]+)*$"
    return {"type": "string", "pattern": pattern, "description": "The id, by which other records name this one."}


def _needing(schema: Schema, names: tuple[str, ...]) -> Schema:
    """The schema with one more field that has to be there, under one of its names."""
    if len(names) == 1:
        return schema | {"required": sorted({*names, *schema.get("required", [])})}
    return schema | {"allOf": [*schema.get("allOf", []), {"oneOf": [{"required": [name]} for name in names]}]}


def _of_model(model: type[Part]) -> Schema:
    """The schema of a class with the explanation of each field, without what only the loader gives."""
    schema = model.model_json_schema(by_alias=True, mode="validation")
    parts = {part.__name__: part for part in _parts(model)}
    held_parts = schema.pop("$defs", {})
    schema = _describe(schema, model)
    schema["$defs"] = {
        name.lstrip("_"): _describe(held, parts[name]) for name, held in sorted(held_parts.items()) if name in parts
    }
    return {name: held for name, held in schema.items() if name != "title" and held not in ({}, [])}


def _parts(model: type[Part]) -> Iterator[type[Part]]:
    for field in fields_of(model):
        if field.part:
            yield field.part
            yield from _parts(field.part)


def _describe(schema: Schema, model: type[Part]) -> Schema:
    told = {field.name: field for field in fields_of(model)}
    properties: dict[str, Schema] = {name: held for name, held in schema.get("properties", {}).items() if name in told}
    for name, held in properties.items():
        held.pop("title", None)
        _without_null(held)
        if told[name].explanation:
            held["description"] = told[name].explanation
    needed = schema.pop("required", [])
    schema["properties"] = properties
    for field in told.values():
        for other in field.also:
            properties[other] = properties[field.name] | {"description": f"An older name of `{field.name}`."}
        if field.name in needed:
            schema = _needing(schema, (field.name, *field.also))
    schema.pop("title", None)
    schema["description"] = " ".join((model.__doc__ or "").split())
    return schema


def _without_null(held: Schema) -> None:
    """Nothing is said by leaving a line out; an empty value says nothing either, and is better not offered."""
    held["anyOf"] = [one for one in held.get("anyOf", ()) if one != {"type": "null"}]
    if len(held["anyOf"]) == 1:
        held |= held["anyOf"][0]
    if len(held["anyOf"]) < 2:
        del held["anyOf"]
    if held.get("default", "") is None:
        del held["default"]
