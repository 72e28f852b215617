"""`tieout.yml` -> Config: where the ISMS and the linked repositories are, and what counts there. Reads no file."""

import json
import re
from collections.abc import Iterator
from typing import Literal

from pydantic import Field, ValidationError

from tieout.model import validation
from tieout.model.grades import Grade
from tieout.model.records import Ids, Part, Text, YesNo
from tieout.model.settings import ISMS, Config, Emergency, Forge, Repository
from tieout.problems import Problem, Source, error
from tieout.text import yaml
from tieout.text.addresses import without_secrets

SCHEMA = 1

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,63}")
_REFERENCE = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
# An address: a host with at least one letter or digit, no user, nothing that ends a link or hides what it is.
_ADDRESS = re.compile(r"https://[A-Za-z0-9][A-Za-z0-9.-]*(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~%/{}+,;:=@!$&()*?#-]*)?")
_FINGERPRINT = re.compile(r"SHA256:[A-Za-z0-9+/]{43}|[0-9A-Fa-f]{40}")
_PLACE = re.compile(r"\{([a-z]+)\}")
_BRACES = re.compile(r"[{}]")
_PLACES = {
    "edit": frozenset({"branch", "path"}),
    "history": frozenset({"branch", "path"}),
    "change": frozenset({"commit"}),
}
_UNFIT = frozenset({"", ".", "..", ".git", ".tieout", "site"})  # what a theme lies in is read with the content
_Tier = Literal["1", "2", "3"]
_GradeWord = Literal["none", "stated", "two-names", "recorded", "signed", "process"]
_GRADES = {grade.name.lower().replace("_", "-"): grade for grade in Grade}


class _Gittuf(Part):
    """What is believed of gittuf's policy in a linked repository."""

    root_keys: Ids = ()
    """Fingerprints of the keys that signed the first root of its policy, such as SHA256:…, as `ssh-keygen -lf` prints them, or
    the 40 digits of an OpenPGP key; as many of them must have signed as that root asks. Without them nothing is a signed process."""


class _Repository(Part):
    """A linked repository."""

    url: Text
    """Where it is: https://, ssh://, git@host:path, file:// or a path from the folder of this file."""
    branch: Text = "main"
    """The protected branch: what is merged there counts as a change."""
    kind: Literal["service", "environments", "records", "template"] = "service"
    """What it holds: a service's source, deployed versions, records of reviews and deployments, or the pattern of a pipeline."""
    reviews: Ids = ()
    """kind records: which files hold review records, such as reviews/*/*.jsonl."""
    deployments: Ids = ()
    """kind records: which files hold deployment records, such as deployments/*/*.jsonl."""
    results: Ids = ()
    """kind records: which files hold what the steps of pipelines found: run records such as runs/**/*.jsonl, and JUnit, SARIF
    and coverage files such as results/{repo}/{commit}/{step}.xml, in which {commit} says of which commit a file speaks."""
    only_robots_push: YesNo = False
    """Whether the forge lets nobody but declared robots push there. The operator answers for it: a robot
    without a registered key is then believed by its address, which whoever may push could type."""
    gittuf: _Gittuf = _Gittuf()
    """What is believed of gittuf's policy there."""


class _Emergency(Part):
    """How a change is recognised that was made in haste."""

    subjects: Ids = ()
    """Beginnings of commit subjects, such as hotfix:."""
    branches: Ids = ()
    """Patterns of merged branches, such as hotfix/*."""
    trailers: Ids = ()
    """Names of trailers, such as Emergency."""


class _Forge(Part):
    """Addresses of this file's own repository on the web, beginning with https://, in which {branch}, {path} and
    {commit} are filled in. The present's pages link to them; an audit of the past and the PDFs do not.
    """

    edit: str = ""
    """Where a file is edited: https://github.com/OWNER/NAME/edit/{branch}/{path} on GitHub,
    https://gitlab.com/GROUP/NAME/-/edit/{branch}/{path} on GitLab, https://HOST/OWNER/NAME/_edit/{branch}/{path} on Gitea."""
    history: str = ""
    """Where the commits of a file are listed: …/commits/{branch}/{path} on GitHub, …/-/commits/{branch}/{path} on GitLab,
    …/commits/branch/{branch}/{path} on Gitea."""
    change: str = ""
    """Where a commit is shown: …/commit/{commit} on GitHub and Gitea, …/-/commit/{commit} on GitLab."""


class Settings(Part):
    """tieout.yml: where the ISMS and the linked repositories are, and what counts there."""

    schema_: Literal[1] = Field(alias="schema")
    """The version of this form: 1."""
    operator: Text
    """The name of the organisation, as it stands on every page."""
    content: Text = "isms"
    """The folder with the registers, from the folder of this file."""
    branch: Text = "main"
    """The protected branch of the repository that this file is in."""
    repositories: dict[str, _Repository] = Field(default_factory=dict)
    """The linked repositories, by a name that other records use."""
    change_references: Ids = ()
    """Prefixes of tickets, such as TRD for TRD-123; a change that names one has its reference."""
    emergency: _Emergency = _Emergency()
    """How a change is recognised that was made in haste."""
    grades: dict[_Tier, _GradeWord] = Field(default_factory=dict)
    """The lowest grade of an approval that counts, by tier; without it 1: recorded, 2: two-names, 3: stated."""
    forge: _Forge = _Forge()
    """Where the repository of this file is on the web, so that a reader of the present's pages can propose a change."""
    theme: str = ""
    """A folder with a theme of your own, from the folder of this file; it holds no symbolic links, and is not in .git, .tieout or site."""


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
        settings = Settings.model_validate_json(json.dumps(parsed.value), strict=True)
    except ValidationError as fault:
        return None, _sorted(found + validation.problems(fault, Settings, parsed, (), file))
    faults = list(_faults(settings, parsed, file))
    return (None if faults else _config(settings, parsed)), _sorted(found + faults)


def _faults(settings: Settings, parsed: yaml.Parsed, file: Source) -> Iterator[Problem]:
    """What is wrong between fields, or in the form of a text."""
    if settings.content.startswith("/") or ".." in settings.content.split("/"):
        message = "content: must be a folder below the one of this file"
        yield error("invalid-value", message, parsed.source(("content",), file))
    if settings.theme and (settings.theme.startswith("/") or _UNFIT.intersection(settings.theme.split("/"))):
        message = "theme: must be a folder below the one of this file, and not in .git, .tieout or site"
        yield error("invalid-value", message, parsed.source(("theme",), file))
    for position, prefix in enumerate(settings.change_references):
        if not _REFERENCE.fullmatch(prefix):
            message = f"change_references: '{prefix}' is not the prefix of a ticket; write TRD for TRD-123"
            yield error("invalid-value", message, parsed.source(("change_references", position), file))
    for name, address in settings.forge:
        if address and (fault := _address_fault(name, address)):
            yield error("invalid-value", f"forge: {name}: {fault}", parsed.source(("forge", name), file))
    for id_, repository in settings.repositories.items():
        yield from _repository_faults(id_, repository, parsed, file)


def _address_fault(name: str, address: str) -> str:
    """What is wrong with an address of the forge, or nothing."""
    if not _ADDRESS.fullmatch(address):
        return "must be an address such as https://git.example/isms, without a name, a password or a blank in it"
    places = set(_PLACE.findall(address))
    if strange := sorted(places - _PLACES[name]) or _BRACES.findall(_PLACE.sub("", address)):
        known = " and ".join(f"{{{place}}}" for place in sorted(_PLACES[name]))
        return f"'{strange[0]}' is not filled in here; write {known}"
    needed = "{commit}" if name == "change" else "{path}"
    return "" if needed in address else f"must say where {needed} stands, or every link would lead to the same place"


def _repository_faults(id_: str, repository: _Repository, parsed: yaml.Parsed, file: Source) -> Iterator[Problem]:
    base: yaml.Path = ("repositories", id_)
    place = Source(file.repo, file.path, *parsed.keys[base])
    if id_.lower() == ISMS:
        message = f"repositories: the id '{id_}' stands for the repository of this file; choose another"
        yield error("reserved-id", message, place)
    elif not _ID.fullmatch(id_) or id_.endswith("."):
        message = f"repositories: '{id_}' is not an id; use letters, digits, - and ., and begin with a letter or digit"
        yield error("id-grammar", message, place)
    if repository.url.startswith("-") or "::" in repository.url:
        message = f"{id_}: url: '{without_secrets(repository.url)}' is neither a path nor a URL; use https://, ssh://, git@host:path, file:// or a path"
        yield error("invalid-value", message, parsed.source((*base, "url"), file))
    for position, key in enumerate(repository.gittuf.root_keys):
        if not _FINGERPRINT.fullmatch(key):
            message = f"{id_}: gittuf: root_keys: '{key}' is not a fingerprint; write SHA256:… as `ssh-keygen -lf` prints it, or the 40 digits of an OpenPGP key"
            yield error("invalid-value", message, parsed.source((*base, "gittuf", "root_keys", position), file))
    if repository.kind == "records" and not (repository.reviews or repository.deployments or repository.results):
        message = (
            f"{id_}: reviews: is missing; say which files hold review records, such as reviews/**/*.jsonl, "
            f"or in deployments: which hold deployment records"
        )
        yield error("missing-field", message, place)


def _config(settings: Settings, parsed: yaml.Parsed) -> Config:
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
                deployments=repository.deployments,
                results=repository.results,
                only_robots_push=repository.only_robots_push,
                root_keys=repository.gittuf.root_keys,
            )
            for id_, repository in sorted(settings.repositories.items())
        },
        change_references=settings.change_references,
        emergency=Emergency(settings.emergency.subjects, settings.emergency.branches, settings.emergency.trailers),
        grades=dict(sorted(grades.items())),
        forge=Forge(settings.forge.edit, settings.forge.history, settings.forge.change),
        theme=settings.theme,
    )


def _sorted(found: list[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(set(found), key=lambda problem: problem.order))
