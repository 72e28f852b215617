"""`tieout.yml` -> Config: where the ISMS and the linked repositories are, and what counts there. Reads no file."""

import json
import re
from collections.abc import Iterator
from typing import Literal

from pydantic import Field, ValidationError

from tieout.model import validation
from tieout.model.history import Grade
from tieout.model.records import Ids, Part, Text
from tieout.model.settings import Config, Emergency, Repository
from tieout.problems import Problem, Source, error
from tieout.text import yaml

SCHEMA = 1
OWN_ID = "isms"  # stands for the ISMS's own repository in every later stage

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,63}")
_REFERENCE = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_Tier = Literal["1", "2", "3"]
_GradeWord = Literal["none", "stated", "two-names", "recorded", "signed", "process"]
_GRADES = {grade.name.lower().replace("_", "-"): grade for grade in Grade}


class _Repository(Part):
    url: Text
    branch: Text = "main"
    kind: Literal["service", "environments", "records", "template"] = "service"
    reviews: Ids = ()


class _Emergency(Part):
    subjects: Ids = ()
    branches: Ids = ()
    trailers: Ids = ()


class _Settings(Part):
    schema_: Literal[1] = Field(alias="schema")
    operator: Text
    content: Text = "isms"
    branch: Text = "main"
    repositories: dict[str, _Repository] = Field(default_factory=dict)
    change_references: Ids = ()
    emergency: _Emergency = _Emergency()
    grades: dict[_Tier, _GradeWord] = Field(default_factory=dict)
    theme: str = ""


def load(data: bytes, path: str) -> tuple[Config | None, tuple[Problem, ...]]:
    """The settings, or None with the errors that keep them from being read; each with its line and column."""
    file = Source(path=path)
    parsed = yaml.parse(data, file)
    found = list(parsed.problems)
    if any(problem.severity == "error" for problem in found):
        return None, _sorted(found)
    if not isinstance(parsed.value, dict):
        message = f"settings are fields; begin with `schema: {SCHEMA}` and `operator: the name of the organisation`"
        return None, _sorted([*found, error("missing-field", message, Source(path=path, line=1))])
    try:
        settings = _Settings.model_validate_json(json.dumps(parsed.value), strict=True)
    except ValidationError as fault:
        return None, _sorted(found + validation.problems(fault, _Settings, parsed, (), file))
    faults = list(_faults(settings, parsed, file))
    return (None if faults else _config(settings, parsed)), _sorted(found + faults)


def _faults(settings: _Settings, parsed: yaml.Parsed, file: Source) -> Iterator[Problem]:
    """What is wrong between fields, or in the form of a text."""
    if settings.content.startswith("/") or ".." in settings.content.split("/"):
        message = "content: must be a folder below the one of this file"
        yield error("invalid-value", message, parsed.source(("content",), file))
    for position, prefix in enumerate(settings.change_references):
        if not _REFERENCE.fullmatch(prefix):
            message = f"change_references: '{prefix}' is not the prefix of a ticket; write TRD for TRD-123"
            yield error("invalid-value", message, parsed.source(("change_references", position), file))
    for id_, repository in settings.repositories.items():
        yield from _repository_faults(id_, repository, parsed, file)


def _repository_faults(id_: str, repository: _Repository, parsed: yaml.Parsed, file: Source) -> Iterator[Problem]:
    base: yaml.Path = ("repositories", id_)
    place = Source(file.repo, file.path, *parsed.keys[base])
    if id_.lower() == OWN_ID:
        message = f"repositories: the id '{id_}' stands for the repository of this file; choose another"
        yield error("reserved-id", message, place)
    elif not _ID.fullmatch(id_) or id_.endswith("."):
        message = f"repositories: '{id_}' is not an id; use letters, digits, - and ., and begin with a letter or digit"
        yield error("id-grammar", message, place)
    if repository.url.startswith("-") or "::" in repository.url:
        message = f"{id_}: url: '{repository.url}' is neither a path nor a URL"
        yield error("invalid-value", message, parsed.source((*base, "url"), file))
    if repository.kind == "records" and not repository.reviews:
        message = f"{id_}: reviews: is missing; say which files hold review records, such as reviews/**/*.jsonl"
        yield error("missing-field", message, place)


def _config(settings: _Settings, parsed: yaml.Parsed) -> Config:
    grades = {**Config(operator="").grades, **{int(tier): _GRADES[word] for tier, word in settings.grades.items()}}
    return Config(
        operator=settings.operator,
        content=settings.content.strip("/").removeprefix("./") or ".",
        branch=settings.branch,
        repositories={
            id_: Repository(
                id=id_,
                url=repository.url,
                branch=repository.branch,
                kind=repository.kind,
                reviews=repository.reviews,
                line=parsed.keys["repositories", id_][0],
            )
            for id_, repository in sorted(settings.repositories.items())
        },
        change_references=settings.change_references,
        emergency=Emergency(settings.emergency.subjects, settings.emergency.branches, settings.emergency.trailers),
        grades=dict(sorted(grades.items())),
        theme=settings.theme,
    )


def _sorted(found: list[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(set(found), key=lambda problem: problem.order))
