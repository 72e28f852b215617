"""A record of each register loads without a problem, and each of its fields, broken in turn, gives one at its place."""

import hashlib
from functools import cache
from pathlib import Path

import pytest

from tieout import checks, config, content
from tieout.content import drafts, registers
from tieout.model.fields import fields_of
from tieout.model.registers import BY_NAME
from tieout.problems import Source
from tieout.text import frontmatter, yaml

EXAMPLES = Path(__file__).parent / "registers"
DEMO = Path(__file__).parents[2] / "isms-content"


def read(folder):
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


@cache
def demo():
    return read(DEMO)


@cache
def settings():
    found, problems = config.load(demo()["tieout.yml"], "tieout.yml")
    assert not problems
    return found


def load(files):
    return content.load(files, settings(), checks.CHECKS)[1]


def value_of(data):
    return yaml.parse(data, Source()).value


def shown(path):
    """The register, id and fields of an example."""
    register = registers.register_of(path.removeprefix("isms/"))
    data = (EXAMPLES / path).read_bytes()
    if path.endswith("EVD-2026-118-branch-protection-2026-09.yml"):
        proof = demo()["evidence/2026/branch-protection-2026-09-24.json"]
        data = data.replace("…".encode(), hashlib.sha256(proof).hexdigest().encode())
    if register.shape == "list":
        return register, "", value_of(data), data
    matter = frontmatter.split(data)[0] if path.endswith(".md") else data
    return register, registers.file_id(register, path)[0], value_of(matter), data


def among_the_rest(files, register, path, data):
    """Files with an example in the place of the record of that id; rows of a list stand first."""
    if register.shape == "list":
        mine = {row.get(register.row_id) or row["id"] for row in value_of(data)}
        rest = [row for row in value_of(files[path]) if row.get(register.row_id, row.get("id")) not in mine]
        rows = (dict(row) for row in rest)
        others = "".join(drafts.render_row(register, row.pop("id"), row) for row in rows)
        return files | {path: data + others.encode()}
    id_ = registers.file_id(register, path)[0]
    kept = {
        other: held
        for other, held in files.items()
        if registers.register_of(other.removeprefix("isms/")) is not register
        or registers.file_id(register, other)[0] != id_
    }
    return kept | {path: data}


PATHS = [path for path in read(EXAMPLES) if path.startswith("isms/")]


def test_the_examples_of_all_registers_load_without_a_problem():
    files = demo()
    for path in PATHS:
        register, _, _, data = shown(path)
        files = among_the_rest(files, register, path, data)
    assert [str(problem) for problem in load(files)] == []


def test_every_register_has_an_example():
    there = {registers.register_of(path.removeprefix("isms/")).name for path in PATHS}
    assert there == set(BY_NAME)


def leaves(model, value, before=()):
    """The path of every field that an example has, and what it is."""
    for field in fields_of(model):
        if not isinstance(value, dict) or field.name not in value:
            continue
        held, path = value[field.name], (*before, field.name)
        yield path, field
        if field.kind.startswith("group:") and field.part:
            name = next(iter(held))
            yield from leaves(field.part, held[name], (*path, name))
        elif field.part and isinstance(held, dict):
            yield from leaves(field.part, held, path)
        elif field.part and isinstance(held, list) and held:
            yield from leaves(field.part, held[0], (*path, 0))


def wrong(field):
    """A value that the field can never have."""
    if field.kind.startswith(("list", "any")):
        return {"of": "the wrong kind"}
    return ["of", "the wrong kind"]


def with_value(value, path, new):
    if not path:
        return new
    held = dict(value) if isinstance(value, dict) else list(value)
    held[path[0]] = with_value(held[path[0]], path[1:], new)
    return held


def cases():
    for path in PATHS:
        register, _, value, _ = shown(path)
        first = value[0] if register.shape == "list" else value
        for place, field in leaves(register.model, first):
            yield pytest.param(path, place, field, id=f"{register.name}.{'.'.join(map(str, place))}")


@pytest.mark.parametrize(("path", "place", "field"), list(cases()))
def test_a_broken_field_gives_one_problem_at_its_place(path, place, field):
    register, id_, value, data = shown(path)
    first = value[0] if register.shape == "list" else value
    broken = with_value(first, place, wrong(field))
    if register.shape == "list":
        row = dict(broken)
        id_ = row.pop(register.row_id, None) or row.pop("id")
        data = drafts.render_row(register, id_, row).encode()
        before, keys = 1, (0, *place)
        where = yaml.parse(data, Source(path=path)).source(keys, Source(path=path))
    elif path.endswith(".md"):
        data = drafts.render_record(register, broken).encode()
        matter, _, before, _ = frontmatter.split(data)
        where = yaml.parse(matter, Source(path=path, line=before + 1)).source(place, Source(path=path))
    else:
        data = drafts.render_record(register, broken, form="yml").encode()
        where = yaml.parse(data, Source(path=path)).source(place, Source(path=path))
    found = [problem for problem in load({path: data, **EVIDENCE}) if problem.code not in OF_THE_REST]
    assert [problem.source for problem in found] == [where], [str(problem) for problem in found]


# The broken record is loaded alone: links to records that are not there, and registers without a file, are another matter.
OF_THE_REST = frozenset({"missing-register", "unknown-id", "unknown-person", "unknown-service", "unknown-requirement"})
EVIDENCE = {"evidence/2026/branch-protection-2026-09-24.json": b""}
