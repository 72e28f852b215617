"""Every link between records leads to something that exists, and a link written on both sides agrees.

Works on what was written, not on the typed records, so that a record with another error has its links checked too.
Which fields are links is declared at the fields (`model.links`).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tieout.content.records import Written
from tieout.content.registers import normal
from tieout.model.links import LinkField, links_of
from tieout.model.records import STAGES
from tieout.model.registers import REGISTERS
from tieout.problems import Problem, Source, error, warning
from tieout.text.words import human_list, ids_in, suggest, visible
from tieout.text.yaml import Path, Value

# What the reader is told is unknown, and the code that says so; for registers it is their own word.
_NOUNS: Mapping[str, str] = MappingProxyType(
    {
        **{register.name: register.kind for register in REGISTERS},
        "any": "record",
        "annex": "Annex A control",
        "clause": "clause",
        "requirement": "requirement",
        "sets": "requirement set",
        "checks": "check",
        "check:": "check",
        "repositories": "repository",
        "stages": "stage",
        "impact_areas": "impact area",
    }
)
_CODES: Mapping[str, str] = MappingProxyType(
    {
        "people": "unknown-person",
        "services": "unknown-service",
        "repositories": "unknown-repository",
        "annex": "unknown-annex-control",
        "checks": "unknown-check",
        "requirement": "unknown-requirement",
        "sets": "unknown-requirement",
    }
)
# How the ids of numbered records begin: such an id is taken for what it looks like, whatever else may stand there.
_PREFIXES: Mapping[str, str] = MappingProxyType(
    {register.name: f"{register.prefix}-" for register in REGISTERS if register.prefix}
)
_RECORDS = {"any", *(register.name for register in REGISTERS)}  # what a person can write when it is missing

_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+")
_OWN = re.compile(r"OWN-[A-Z0-9]+")
_GAP = re.compile(r"gap:(?:C[1-9]|C1[0-2]|SoA)(?:/[^/\s]+)+")
_EDITION = re.compile(r"POL-[A-Z0-9-]+@[A-Za-z0-9.-]+")
_ID_LIKE = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*|[A-Z]+(?:-[A-Z0-9]+)+")
_ENFORCERS: Mapping[str, str] = MappingProxyType(
    {"check": "checks", "policy": "policies", "runbook": "runbooks", "step": "steps", "process": ""}
)


@dataclass(frozen=True, slots=True)
class Outside:
    """What links lead to beside the records."""

    annex: frozenset[str]  # ids of Annex A
    repositories: frozenset[str]  # ids of the linked repositories, and of the ISMS's own
    checks: frozenset[str]  # names of the built-in checks; empty: links to checks are not looked at
    requirement: Callable[[str], str]  # nothing for a requirement that is known, or what is wrong with its id
    set: Callable[[str], str]  # the same for the id of a requirement set
    unread: frozenset[str] = frozenset()  # registers whose file could not be read


@dataclass(frozen=True, slots=True)
class Known:
    """Everything a link may lead to, by name of the register (or of another kind of target)."""

    ids: Mapping[str, frozenset[str]]
    kinds: Mapping[str, Callable[[str], bool]]
    requirement: Callable[[str], str]
    set: Callable[[str], str]
    unread: frozenset[str]

    def has(self, targets: tuple[str, ...], text: str) -> bool:
        if self.unread and ("any" in targets or not self.unread.isdisjoint(targets)):
            return True
        return any(text in self.ids[target] if target in self.ids else self.kinds[target](text) for target in targets)

    def near(self, targets: Iterable[str], text: str) -> str:
        """What was probably meant: by likeness for names, but for numbered ids only what differs in case or zeros."""
        choices = [id_ for target in targets for id_ in self.ids.get(target, ())]
        same = sorted(id_ for id_ in choices if normal(id_) == normal(text))
        return same[0] if same else suggest(text, [id_ for id_ in choices if not id_[0].isupper()])


def check(written: Iterable[Written], outside: Outside) -> list[Problem]:
    """All links of all records."""
    written = tuple(written)
    known = _known(written, outside)
    problems: list[Problem] = []
    for entry in written:
        for link in links_of(entry.register.model):
            problems += _broken(entry, link, known)
        problems += _broken_in_body(entry, known)
        if entry.register.name == "checks" and not known.has(("checks",), entry.id):
            near = known.near(("checks",), entry.id)
            message = f"check: unknown check '{entry.id}'" + (f" (did you mean '{near}'?)" if near else "; correct it")
            problems.append(error("unknown-check", message, entry.place("id")))
    return [*problems, *_disagreeing(written)]


def _known(written: tuple[Written, ...], outside: Outside) -> Known:
    annex, checks = outside.annex, outside.checks
    ids = {
        register.name: frozenset(entry.id for entry in written if entry.register is register) for register in REGISTERS
    }
    own = frozenset(text for _, text in _all(written, "soa", ("additional",)))
    areas = frozenset(text for _, text in _all(written, "method", ("impact_areas",)))
    steps = frozenset(
        f"{entry.id}/{text}"
        for entry in written
        if entry.register.name == "pipelines"
        for _, text in found(entry, ("steps", "*", "id"))
    )
    named: dict[str, frozenset[str]] = {
        **ids,
        # in place of the register of settings, whose ids are names of checks
        "checks": checks | ids["own_checks"] if checks else checks,
        "any": frozenset[str]().union(*ids.values(), annex, own),
        "annex": annex,
        "additional": own,
        "repositories": outside.repositories,
        "stages": frozenset(STAGES),
        "all": frozenset({"all", "all-services"}),
        "tiers": frozenset({"tier-1", "tier-2", "tier-3"}),
        "steps": steps,
        "impact_areas": areas,
    }
    kinds: dict[str, Callable[[str], bool]] = {
        "check:": lambda text: text.startswith("check:") and (not checks or text.removeprefix("check:") in checks),
        "enforcement": lambda text: _enforces(text, named),
        "requirement": lambda text: not outside.requirement(text),
        "sets": lambda text: not outside.set(text),
        "clause": lambda text: text.startswith("clause:") and not outside.requirement(text),
        "address": lambda text: bool(_ADDRESS.fullmatch(text)),
        "own": lambda text: bool(_OWN.fullmatch(text)),
        "gap:": lambda text: bool(_GAP.fullmatch(text)),
        "edition": lambda text: bool(_EDITION.fullmatch(text)),
        "words": lambda text: not _ID_LIKE.fullmatch(text),
    }
    if not checks:
        del named["checks"]
        kinds["checks"] = bool
    if not areas:
        del named["impact_areas"]  # there is no method, which is told elsewhere
        kinds["impact_areas"] = bool
    return Known(named, kinds, outside.requirement, outside.set, outside.unread)


def _enforces(text: str, named: Mapping[str, frozenset[str]]) -> bool:
    prefix, _, name = text.partition(":")
    if prefix == "process":
        return bool(name.strip())
    register = _ENFORCERS.get(prefix)
    return bool(register and name) and name in named.get(register or "", {name})


def found(entry: Written, path: tuple[str, ...], *, many: bool = True) -> Iterator[tuple[Path, str]]:
    """Every text of a field (as `LinkField.path` names it) with its place in the record; of lists where `many`."""
    value = entry.parsed.value
    row = value[int(entry.base[0])] if entry.base and isinstance(value, list) else value
    yield from _walk(row, path, (), many=many)


def _walk(value: Value, steps: tuple[str, ...], path: Path, *, many: bool) -> Iterator[tuple[Path, str]]:
    if not steps:
        if isinstance(value, str) and value:
            yield path, value
        elif many and isinstance(value, list):
            yield from (((*path, position), item) for position, item in enumerate(value) if isinstance(item, str))
    elif steps[0] == "=" and isinstance(value, dict):
        yield from (((*path, name), name) for name in value)
    elif steps[0] == "*" and isinstance(value, (dict, list)):
        parts = value.items() if isinstance(value, dict) else enumerate(value)
        for name, part in parts:
            yield from _walk(part, steps[1:], (*path, name), many=many)
    elif isinstance(value, dict) and steps[0] in value:
        yield from _walk(value[steps[0]], steps[1:], (*path, steps[0]), many=many)


def _all(written: Iterable[Written], register: str, path: tuple[str, ...]) -> Iterator[tuple[Path, str]]:
    return (pair for entry in written if entry.register.name == register for pair in found(entry, path))


def _broken(entry: Written, link: LinkField, known: Known) -> Iterator[Problem]:
    for path, text in found(entry, link.path, many=link.many):
        if known.has(link.link.to, text):
            continue
        place = entry.key(*path) if link.path[-1] == "=" else entry.place(*path)
        yield error(_code(link, text), f"{link.field}: {_unknown(link.link.to, text, known)}", place)


def _code(link: LinkField, text: str) -> str:
    return "unknown-check" if text.startswith("check:") else _CODES.get(link.link.to[0], "unknown-id")


def _unknown(to: tuple[str, ...], text: str, known: Known) -> str:
    prefix, colon, name = text.partition(":")
    if prefix == "gap" and "gap:" in to:
        return (
            f"'{visible(text)}' is not the id of a gap, such as gap:C1/THR-010/no-risk; copy it from the page of gaps"
        )
    if colon and prefix in _ENFORCERS and {"enforcement", "check:"} & set(to):
        near = known.near((_ENFORCERS[prefix],), name)
        remedy = "; correct it, or write its record" if prefix in {"policy", "runbook"} else "; correct it"
        return f"unknown {prefix} '{visible(name)}'" + (f" (did you mean '{near}'?)" if near else remedy)
    if "enforcement" in to:
        near = suggest(prefix, tuple(_ENFORCERS)) if colon else ""
        message = f"'{visible(text)}' must begin with {human_list((f'{word}:' for word in _ENFORCERS), 'or')}"
        return message + (f" (did you mean '{near}:{name}'?)" if near else "")
    near = known.near(to, text)
    if "sets" in to:
        return known.set(text)
    numbered = tuple(one for one in to if text.startswith(_PREFIXES.get(one, "\n")))
    if {"requirement", "clause"} & set(to) and not near and not numbered:
        return known.requirement(text)
    to = numbered or to
    remedy = "; correct it, or write its record" if _RECORDS.issuperset(to) else "; correct it"
    if to == ("impact_areas",):
        remedy = f"; write {human_list(sorted(known.ids[to[0]]), 'or')}, or add it to impact_areas in risk-method.yml"
    noun = human_list(dict.fromkeys(_NOUNS[one] for one in to if one in _NOUNS), "or")
    return f"unknown {noun} '{visible(text)}'" + (f" (did you mean '{near}'?)" if near else remedy)


def _broken_in_body(entry: Written, known: Known) -> Iterator[Problem]:
    for id_, line in entry.references:
        if id_.endswith(".md"):  # the path of a file: it leads to the record whose id its name begins with
            if known.ids["any"].isdisjoint(ids_in(id_)):
                message = f"the link to {visible(id_)} leads to no record, so the site shows its words only; link to a record, such as [[POL-01]], or to https://…"
                yield warning("broken-link", message, Source(path=entry.file.path, line=entry.body_line + line - 1))
        elif id_ not in known.ids["any"]:
            near = known.near(("any",), id_)
            message = f"[[{visible(id_)}]] leads to no record" + (
                f" (did you mean '{near}'?)" if near else "; correct it, or write the record"
            )
            yield warning("broken-link", message, Source(path=entry.file.path, line=entry.body_line + line - 1))


def _disagreeing(written: tuple[Written, ...]) -> Iterator[Problem]:
    """Links that the other side may write too (or has to, when it is what decides), and does not say the same."""
    by_register: dict[str, dict[str, Written]] = {register.name: {} for register in REGISTERS}
    for entry in written:
        by_register[entry.register.name].setdefault(entry.id, entry)
    for entry in written:
        for link in links_of(entry.register.model):
            if not link.link.back:
                continue
            back = (link.link.back,)
            for path, text in found(entry, link.path, many=link.many):
                other = next((held[text] for to in link.link.to if text in (held := by_register.get(to, {}))), None)
                said = {id_ for _, id_ in found(other, back)} if other else set()
                if other and entry.id not in said and (said or link.link.must):
                    yield _disagrees(entry, link, path, text)


def _disagrees(entry: Written, link: LinkField, path: Path, text: str) -> Problem:
    if link.link.must:
        message = f"{link.field}: {text} does not decide {entry.id}; add it to `decides` there, or correct the id"
    else:
        message = f"{link.field}: names {text}, whose {link.link.back} leaves out {entry.id}; make both sides agree"
    return error("links-disagree", message, entry.place(*path))
