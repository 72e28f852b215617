"""The requirement sets that come with the program, and what else it knows of Annex A: predecessors and attributes."""

from collections.abc import Mapping
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import cast

from tieout.content.files import Parse, parse
from tieout.model.requirements import CLAUSES, Basis, Confidence, Crosswalk, Requirement, RequirementSet
from tieout.text.yaml import Value

Row = Mapping[str, Value]
ATTRIBUTES = "annex-a-attributes.yaml"
PREDECESSORS = "annex-a-2013.yaml"


def _data() -> Traversable:
    return files("tieout").joinpath("data")


def sets(parse_file: Parse = parse) -> Mapping[str, RequirementSet]:
    """All shipped sets by id, in order of id."""
    held = sorted(_data().joinpath("requirements").iterdir(), key=lambda file: file.name)
    found = [_set(_read(file, parse_file)) for file in held if file.name.endswith(".yml")]
    return MappingProxyType({one.id: one for one in found})


def successors(parse_file: Parse = parse) -> Mapping[str, tuple[str, ...]]:
    """Control of Annex A of 2013: the controls of 2022 that took it over."""
    found: dict[str, list[str]] = {}
    for id_, old in _read(_data().joinpath(PREDECESSORS), parse_file).items():
        for before in _texts(old):
            found.setdefault(before, []).append(id_)
    return MappingProxyType({id_: tuple(after) for id_, after in sorted(found.items())})


def attributes(data: Traversable | None = None) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """The attributes of each control of Annex A by name; nothing where the file, which may be deleted, is not there."""
    file = (data or _data()).joinpath(ATTRIBUTES)
    if not file.is_file():
        return {}
    rows = _read(file).items()
    return {id_: {name: _texts(value) for name, value in _group(row).items()} for id_, row in rows}


def _read(file: Traversable, parse_file: Parse = parse) -> Row:
    return _group(parse_file(file.name, file.read_bytes()).parsed.value)


def _group(value: Value) -> Row:
    return value if isinstance(value, dict) else {}


def _text(row: Row, name: str) -> str:
    value = row.get(name, "")
    return value if isinstance(value, str) else ""


def _texts(value: Value) -> tuple[str, ...]:
    return tuple(one for one in value if isinstance(one, str)) if isinstance(value, list) else ()


def _rows(row: Row, name: str) -> tuple[Row, ...]:
    value = row.get(name)
    return tuple(one for one in value if isinstance(one, dict)) if isinstance(value, list) else ()


def _day(row: Row, name: str) -> date | None:
    return date.fromisoformat(_text(row, name)) if _text(row, name) else None


def _set(row: Row) -> RequirementSet:
    id_ = _text(row, "id")
    requirements = [_requirement(id_, one) for one in _rows(row, "requirements")]
    groups = [
        Requirement(id_, _text(one, "id"), _text(one, "title"), of=_text(one, "of"), group=True)
        for one in _rows(row, "groups")
    ]
    return RequirementSet(
        id_,
        _text(row, "title"),
        _text(row, "edition"),
        {one.id: one for one in requirements},
        {one.id: one for one in groups},
        published=_day(row, "published"),
        as_of=_day(row, "as_of"),
        supersedes=_text(row, "supersedes"),
        renamed={old: str(new) for old, new in _group(row.get("renamed")).items()},
        jurisdiction=_text(row, "jurisdiction"),
        owner=_text(row, "owner"),
        source=_text(row, "source"),
        attribution=_text(row, "attribution"),
        licence_hook=_text(row, "licence_hook"),
        applicability=_text(row, "applicability"),
        confidence=cast(Confidence, _text(row, "confidence")),
        remark=_text(row, "remark"),
        note=_text(row, "note"),
        critical_systems={_text(one, "id"): _text(one, "title") for one in _rows(row, "critical_systems")},
        regime={what: str(how) for what, how in _group(row.get("regime")).items()},
    )


def _requirement(set_: str, row: Row) -> Requirement:
    return Requirement(
        set_,
        _text(row, "id"),
        _text(row, "title"),
        kind=_text(row, "kind"),
        of=_text(row, "of"),
        reference=_text(row, "reference"),
        remark=_text(row, "remark"),
        note=_text(row, "note"),
        documented=row.get("documented") is True,
        verify=row.get("verify") is True,
        crosswalks=_crosswalk(row),
    )


def _crosswalk(row: Row) -> tuple[Crosswalk, ...]:
    targets = (*_texts(row.get("annex_a")), *(f"{CLAUSES}:{clause}" for clause in _texts(row.get("clauses"))))
    if not targets:
        return ()
    basis, confidence = cast(Basis, _text(row, "basis")), cast(Confidence, _text(row, "confidence"))
    return (Crosswalk(targets, basis, confidence, each=row.get("each") is True),)
