"""Azure Pipelines: stages, jobs, deployment jobs and named steps, with templates of the repository and of linked ones.

Tried on ansible/ansible, whose jobs an expression makes, and on astropy/regions, whose template is another
repository's: both are unknown in the main. Expressions are not worked out: what they may leave out is conditional, what they name or
repeat is unknown.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from posixpath import dirname, normpath
from typing import NamedTuple

from tieout.history.pipelines.files import Files
from tieout.history.pipelines.jobs import (
    EACH,
    MAX_DEPTH,
    MAX_JOBS,
    SOME,
    Jobs,
    Run,
    both,
    job_of,
    listed,
    mapping,
    may_fail,
    word,
)
from tieout.model.history import Job

_WHOLE = re.compile(r"\$\{\{\s*parameters\.([\w-]+)\s*\}\}")
_BRANCHING = re.compile(r"\$\{\{\s*(?:if|elseif|else)\b")
_REGARDLESS = frozenset({"always()", "succeeded()", "succeededorfailed()", "true"})
_REASON = re.compile(r"eq\(\s*variables\[?\.?'?Build\.Reason'?\]?\s*,\s*'(Schedule|Manual)'\s*\)", re.IGNORECASE)
_BESIDE = {"schedule": "on a schedule", "manual": "by hand"}


class Place(NamedTuple):
    """Where something stands: its file, the parameters it was given, and what holds for all around it."""

    files: Files
    path: str
    given: Mapping[str, object]
    run: Run = EACH
    stage: str = ""
    lenient: bool = False
    depth: int = 0


@dataclass(slots=True)
class Found:
    aliases: Mapping[str, Mapping[str, object]]  # of `resources: repositories:`
    jobs: list[Job] = field(default_factory=list)
    why: dict[str, None] = field(default_factory=dict)


def read(files: Files, path: str) -> Jobs:
    value = mapping(files.value(path))
    if not value:
        return Jobs((), (f"{path} is not there or cannot be read",))
    repositories = (mapping(each) for each in listed(mapping(value.get("resources")).get("repositories")))
    found = Found({word(each.get("repository")): each for each in repositories})
    place = Place(files, path, _defaults(value), _started(value, files.line.history.branch))
    _content(value, found, place)
    return Jobs(tuple(found.jobs[:MAX_JOBS]), tuple(found.why))


def _content(value: Mapping[str, object], found: Found, place: Place) -> None:
    """Stages, jobs or steps: of a pipeline, of a template, or of what it extends."""
    if "extends" in value:
        _template(mapping(value["extends"]), found, place)
    for kind, reader in (("stages", _stage), ("jobs", _job)):
        for part, run in _parts(value.get(kind), found, place, 0):
            reader(part, found, place._replace(run=both(place.run, run)))
    if "steps" in value:
        _steps(value.get("steps"), found, place, "")
    if not value.keys() & {"extends", "stages", "jobs", "steps"}:
        found.why[f"{place.path} holds neither stages, jobs nor steps that can be read"] = None


def _parts(value: object, found: Found, place: Place, depth: int) -> Iterator[tuple[Mapping[str, object], Run]]:
    """The items of a list; those in `${{ if … }}` are there for some changes, those in `${{ each … }}` are not seen."""
    value = _filled(value, place)
    if not isinstance(value, list) or depth > MAX_DEPTH:
        if value is not None:
            found.why[f"{place.path} has a list that an expression makes"] = None
        return
    for item in value:
        if isinstance(_filled(item, place), list):
            yield from _parts(item, found, place, depth + 1)
        elif not isinstance(item, dict):
            found.why[f"{place.path} has an item that an expression makes"] = None
        else:
            plain = {name: part for name, part in item.items() if not name.lstrip().startswith("${{")}
            for name in item.keys() - plain.keys() if not plain else ():
                if _BRANCHING.match(name):
                    yield from ((part, both(SOME, run)) for part, run in _parts(item[name], found, place, depth + 1))
                else:
                    found.why[f"{place.path} has a list that an expression makes"] = None
            if plain:
                if plain.keys() != item.keys():
                    found.why[f"{place.path} has fields that an expression makes"] = None
                yield plain, EACH


def _filled(value: object, place: Place) -> object:
    """A value in which parameters that were given as plain ones are filled in."""
    if not isinstance(value, str) or "${{" not in value:
        return value
    if whole := _WHOLE.fullmatch(value.strip()):
        return place.given.get(whole[1], value)
    return _WHOLE.sub(lambda each: _plain(place.given.get(each[1]), each[0]), value)


def _plain(value: object, otherwise: str) -> str:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else otherwise


def _named(part: Mapping[str, object], key: str, found: Found, place: Place) -> tuple[str, str]:
    """The name of a part and what it is shown as; what an expression names is noted."""
    name, title = (word(_filled(part.get(each), place)) for each in (key, "displayName"))
    if "${{" in name or (not name and "${{" in title):
        found.why[f"{place.path} has a {key} that an expression names"] = None
    return name, "" if "${{" in title or "$(" in title else title


def _inside(part: Mapping[str, object], place: Place) -> Place | None:
    """The place within a stage or job; None where its condition is never met."""
    run = _condition(word(_filled(part.get("condition"), place)) if "condition" in part else "", part)
    if run is None:
        return None
    lenient = place.lenient or may_fail(_filled(part.get("continueOnError"), place))
    return place._replace(run=both(place.run, run), lenient=lenient)


def _stage(part: Mapping[str, object], found: Found, place: Place) -> None:
    if "template" in part:
        _template(part, found, place)
        return
    inside = _inside(part, place)
    if inside is not None:
        name, title = _named(part, "stage", found, place)
        if name or title:
            found.jobs.append(job_of(name or title, "", inside.lenient, inside.run, title))
        _content(part, found, inside._replace(stage=name or title))


def _job(part: Mapping[str, object], found: Found, place: Place) -> None:
    if "template" in part:
        _template(part, found, place)
        return
    inside = _inside(part, place)
    if inside is None or len(found.jobs) >= MAX_JOBS:
        return
    name, title = _named(part, "deployment" if "deployment" in part else "job", found, place)
    if name or title:
        found.jobs.append(job_of(name or title, place.stage, inside.lenient, inside.run, title))
    steps = part.get("steps")
    for phase in mapping(part.get("strategy")).values() if "deployment" in part else ():
        steps = [*listed(steps), *listed(mapping(mapping(phase).get("deploy")).get("steps"))]
    if steps is not None:
        _steps(steps, found, inside, name or title)


def _steps(value: object, found: Found, place: Place, job: str) -> None:
    """The steps of a job that have a name to be known by."""
    for part, run in _parts(value, found, place, 0):
        inside = _inside(part, place._replace(run=both(place.run, run)))
        if inside is None or len(found.jobs) >= MAX_JOBS:
            continue
        if "template" in part:
            _template(part, found, inside._replace(stage=place.stage), job)
            continue
        name = word(_filled(part.get("name"), place))
        title = word(_filled(part.get("displayName"), place))
        shown = title if "${{" not in title else ""
        if (name or shown) and "${{" not in name:
            under = f"{job} / {name or shown}" if job else name or shown
            found.jobs.append(job_of(under, place.stage, inside.lenient, inside.run, shown))


def _template(part: Mapping[str, object], found: Found, place: Place, job: str = "") -> None:
    """What a template brings: of the same repository, or of a linked one that `resources` names."""
    target = word(_filled(part.get("template"), place))
    name, _, alias = target.partition("@")
    there: Files | str = place.files
    path = name.lstrip("/") if name.startswith("/") else normpath(f"{dirname(place.path)}/{name}").lstrip("/")
    if alias and alias != "self":
        told = found.aliases.get(alias, {})
        there = place.files.elsewhere(word(told.get("name")), word(told.get("ref")))
        path = normpath(name).lstrip("/")
    if isinstance(there, str) or "${{" in target or not name or path.startswith("..") or place.depth >= MAX_DEPTH:
        why = there if isinstance(there, str) else "that leads to no file"
        found.why[f"{place.path} takes in {target or 'a template'}, and {why}"[:200]] = None
        return
    value = mapping(there.value(path))
    given = {key: _filled(each, place) for key, each in mapping(part.get("parameters")).items()}
    inside = place._replace(files=there, path=path, given={**_defaults(value), **given}, depth=place.depth + 1)
    if job and "steps" in value:
        _steps(value["steps"], found, inside, job)
    else:
        _content(value, replace(found, aliases=_aliases(found, there is place.files)), inside)


def _aliases(found: Found, same: bool) -> Mapping[str, Mapping[str, object]]:
    """The names of repositories: `resources` of the pipeline itself hold for all of its own templates."""
    return found.aliases if same else {}


def _defaults(value: Mapping[str, object]) -> dict[str, object]:
    """The parameters of a file where nobody gives them."""
    told = value.get("parameters")
    if isinstance(told, dict):
        return dict(told)
    listed_ = (mapping(each) for each in listed(told))
    return {word(each.get("name")): each["default"] for each in listed_ if "default" in each}


# --- for which changes ---------------------------------------------------------------------------------------------


def _condition(text: str, part: Mapping[str, object]) -> Run | None:
    """What the condition of a part leaves; None where it is false as it is written."""
    if part.get("enabled") is False or part.get("condition") is False or text.strip().casefold() == "false":
        return None
    if not text.strip() or text.replace(" ", "").casefold() in _REGARDLESS:
        return EACH
    reason = _REASON.fullmatch(text.strip())
    return Run("beside", _BESIDE[reason[1].casefold()]) if reason else SOME


def _started(value: Mapping[str, object], branch: str) -> Run:
    """What starts it. Without `trigger` and `pr` each change does; with both off only what the file does not show."""
    runs = [_trigger(value.get(key), branch) for key in ("trigger", "pr")]
    return EACH if EACH in runs else SOME


def _trigger(told: object, branch: str) -> Run:
    if told is None:
        return EACH
    if told == "none":
        return SOME
    filters = mapping(told)
    named = told if isinstance(told, list) else filters.get("branches")
    wanted = named if isinstance(named, list) else listed(mapping(named).get("include"))
    left_out = listed(mapping(named).get("exclude"))
    covers = not wanted or any(_means(word(pattern), branch) for pattern in wanted)
    return (
        EACH if covers and not any(_means(word(each), branch) for each in left_out) and "paths" not in filters else SOME
    )


def _means(pattern: str, branch: str) -> bool:
    name = pattern.removeprefix("refs/heads/")
    return name in ("*", branch) or (name.endswith("/*") and branch.startswith(name[:-1]))
