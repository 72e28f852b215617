"""Every link between records leads to something that exists, and a link written on both sides agrees.

Works on what was written, not on the typed records, so that a record with another error has its links checked too.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tieout.content.records import Written
from tieout.content.registers import normal
from tieout.model.records import STAGES
from tieout.model.registers import REGISTERS
from tieout.problems import Problem, Source, error, warning
from tieout.text import markdown
from tieout.text.words import human_list, suggest, visible
from tieout.text.yaml import Path, Value


@dataclass(frozen=True, slots=True)
class Link:
    """A field that holds ids. In `field`, `*` stands for each item or value, and `=` for each name in a group."""

    field: str
    to: tuple[str, ...]  # names of registers, or of `_kinds`
    noun: str  # what the reader is told is unknown
    code: str = "unknown-id"


def _people(field: str, *also: str) -> Link:
    return Link(field, ("people", *also), "person", "unknown-person")


def _services(field: str, *also: str) -> Link:
    return Link(field, ("services", *also), "service", "unknown-service")


def _repository(field: str) -> Link:
    return Link(field, ("repositories",), "repository", "unknown-repository")


_RECORDS = {"any", *(register.name for register in REGISTERS)}  # what a person can write when it is missing
_OWNER = Link("owner", ("people", "squads"), "person or squad", "unknown-person")
_DECISION = Link("accepted_by.decision", ("decisions",), "decision")
_ACTIONS = Link("actions", ("actions",), "action")
_ENFORCED = Link("enforced_by", ("enforcement",), "check, policy, runbook, step or process")
_ANNEX = Link("implements", ("annex", "additional"), "Annex A control", "unknown-annex-control")

LINKS: Mapping[str, tuple[Link, ...]] = MappingProxyType(
    {
        "scope": (_services("in", "all"), Link("interfaces", ("suppliers", "parties"), "supplier")),
        "issues": (_services("affects"),),
        "licences": (_services("services", "all"),),
        "services": (
            _repository("repos.*.repo"),
            Link("pipeline", ("pipelines",), "pipeline"),
            Link("environments", ("environments",), "environment"),
            _services("depends_on"),
            Link("supplied_by", ("suppliers",), "supplier"),
            Link("secure_by_design.*", ("controls", "words"), "control"),
        ),
        "pipelines": (
            _repository("template.repo"),
            _repository("deployments.repo"),
            _services("steps.*.required", "all", "tiers"),
            Link("steps.*.check", ("checks",), "check", "unknown-check"),
        ),
        "threats": (_services("affects"), Link("teams", ("squads",), "squad")),
        "method": (Link("accept_authority.*", ("roles",), "role"),),
        "risks": (
            _people("owner"),
            Link("threats", ("threats",), "threat"),
            _services("affects"),
            Link("impact_area", ("impact_areas",), "impact area"),
            _people("accepted_by.person"),
            _DECISION,
        ),
        "controls": (
            Link("mitigates", ("risks", "requirement"), "risk"),
            _ANNEX,
            Link("satisfies", ("requirement",), "requirement (write set:id, such as pci-dss-4.0.1:6.5)"),
            _services("applies_to", "all", "tiers"),
            Link("stage", ("stages",), "stage"),
            _ENFORCED,
        ),
        "soa": (
            _people("approved_by.person"),
            Link("approved_by.decision", ("decisions",), "decision"),
            Link("entries.=", ("annex",), "Annex A control", "unknown-annex-control"),
            Link("entries.*.owner", ("people", "squads"), "person or squad", "unknown-person"),
            Link("entries.*.action", ("actions",), "action"),
            Link("additional", ("controls", "own"), "control"),
        ),
        "people": (Link("squad", ("squads",), "squad"), Link("roles", ("roles",), "role")),
        "squads": (_people("lead"), _people("partner")),
        "roles": (Link("powers", ("access",), "power"), Link("conflicts_with", ("roles",), "role")),
        "access": (Link("roles", ("roles",), "role"),),
        "keys": (_people("person"),),
        "suppliers": (_services("services"), Link("decided_by", ("decisions",), "decision")),
        "forums": (Link("members", ("roles", "people"), "role"),),
        "decisions": (
            Link("forum", ("forums",), "forum"),
            _people("present"),
            Link("criteria", ("criteria",), "criterion"),
            Link("decides", ("any",), "record"),
            _ACTIONS,
            Link("supersedes", ("decisions",), "decision"),
        ),
        "criteria": (_services("when.services"), Link("requires.approver_role", ("roles",), "role")),
        "exceptions": (
            Link("excepts", ("controls", "check:"), "check or control"),
            _services("scope.services"),
            _people("approved_by.person"),
            Link("approved_by.decision", ("decisions",), "decision"),
            Link("compensating", ("controls",), "control"),
        ),
        "policies": (
            _people("approved_by.person"),
            Link("approved_by.decision", ("decisions",), "decision"),
            _ANNEX,
            _ENFORCED,
            Link("supersedes", ("policies", "edition"), "policy"),
        ),
        "runbooks": (_services("services"), Link("threats", ("threats",), "threat")),
        "incidents": (
            _services("affects"),
            Link("threats", ("threats",), "threat"),
            _repository("caused_by.*.repo"),
            _repository("emergency_changes.*.repo"),
            Link("tested_controls.=", ("controls",), "control"),
            Link("reportable.to", ("licences", "parties"), "licence or party"),
            _people("reportable.by"),
            Link("raises", ("findings",), "finding"),
        ),
        "findings": (
            Link("audit", ("audits",), "audit"),
            Link(
                "against",
                ("annex", "additional", "clause", "controls", "requirement"),
                "control, clause or requirement",
            ),
            _services("affects"),
            _repository("changes.*.repo"),
            _ACTIONS,
            _people("raised_by", "squads", "checks", "check:", "words"),
            _people("effectiveness.by", "words"),
            Link("effectiveness.evidence", ("evidence",), "evidence"),
        ),
        "actions": (Link("for", ("any",), "record"), _repository("change.repo")),
        "objectives": (Link("metric", ("metrics",), "metric"), _services("service")),
        "evidence": (
            Link("proves", ("controls", "annex", "requirement"), "control"),
            _services("services"),
            _people("collected_by", "address"),
        ),
        "audits": (_services("scope", "all"), Link("findings", ("findings",), "finding")),
        "reviews": (_people("present"), Link("decisions", ("decisions",), "decision"), _ACTIONS),
    }
)

# A link may be written on both sides, and then both must say the same.
BOTH_SIDES: tuple[tuple[str, str, str, str], ...] = (
    ("services", "supplied_by", "suppliers", "services"),
    ("findings", "actions", "actions", "for"),
    ("decisions", "actions", "actions", "for"),
    ("audits", "findings", "findings", "audit"),
)
# A record that names the decision behind it must be among what that decision decides.
DECIDED: tuple[tuple[str, str], ...] = (
    ("risks", "accepted_by.decision"),
    ("exceptions", "approved_by.decision"),
    ("suppliers", "decided_by"),
)

_REQUIREMENT = re.compile(
    r"(?!(?:clause|check|policy|runbook|step|process):)[a-z0-9][a-z0-9.-]*:[A-Za-z0-9][A-Za-z0-9.()/-]*"
)
_CLAUSE = re.compile(r"clause:(?:[4-9]|10)(?:\.[0-9]+)*")
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+")
_OWN = re.compile(r"OWN-[A-Z0-9]+")
_EDITION = re.compile(r"POL-[A-Z0-9-]+@[A-Za-z0-9.-]+")
_ID_LIKE = re.compile(r"[a-z0-9]+(?:[.-][a-z0-9]+)*|[A-Z]+(?:-[A-Z0-9]+)+")
_ENFORCERS = ("check", "policy", "runbook", "step", "process")


@dataclass(frozen=True, slots=True)
class Outside:
    """What links lead to beside the records."""

    annex: frozenset[str]  # ids of Annex A
    repositories: frozenset[str]  # ids of the linked repositories, and of the ISMS's own
    checks: frozenset[str]  # names of the built-in checks; empty: links to checks are not looked at
    unread: frozenset[str] = frozenset()  # registers whose file could not be read


@dataclass(frozen=True, slots=True)
class Known:
    """Everything a link may lead to, by name of the register (or of another kind of target)."""

    ids: Mapping[str, frozenset[str]]
    kinds: Mapping[str, Callable[[str], bool]]
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
        owner = () if entry.register.name == "risks" else (_OWNER,)
        for link in (*owner, *LINKS.get(entry.register.name, ())):
            problems += _broken(entry, link, known)
        problems += _broken_in_body(entry, known)
        if entry.register.name == "checks" and not known.has(("checks",), entry.id):
            near = known.near(("checks",), entry.id)
            message = f"id: unknown check '{entry.id}'" + (f" (did you mean '{near}'?)" if near else "")
            problems.append(error("unknown-check", message, entry.place("id")))
    return [*problems, *_disagreeing(written), *_undecided(written)]


def _known(written: tuple[Written, ...], outside: Outside) -> Known:
    annex, checks = outside.annex, outside.checks
    ids = {
        register.name: frozenset(entry.id for entry in written if entry.register is register) for register in REGISTERS
    }
    own = frozenset(text for _, text in _all(written, "soa", "additional"))
    areas = frozenset(text for _, text in _all(written, "method", "impact_areas"))
    steps = frozenset(
        f"{entry.id}/{text}"
        for entry in written
        if entry.register.name == "pipelines"
        for _, text in found(entry, "steps.*.id")
    )
    named: dict[str, frozenset[str]] = {
        **ids,
        "checks": checks,  # in place of the register of settings, whose ids are names of checks
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
        "requirement": lambda text: bool(_REQUIREMENT.fullmatch(text)),
        "clause": lambda text: bool(_CLAUSE.fullmatch(text)),
        "address": lambda text: bool(_ADDRESS.fullmatch(text)),
        "own": lambda text: bool(_OWN.fullmatch(text)),
        "edition": lambda text: bool(_EDITION.fullmatch(text)),
        "words": lambda text: not _ID_LIKE.fullmatch(text),
    }
    if not checks:
        del named["checks"]
        kinds["checks"] = bool
    if not areas:
        del named["impact_areas"]  # there is no method, which is told elsewhere
        kinds["impact_areas"] = bool
    return Known(named, kinds, outside.unread)


def _enforces(text: str, named: Mapping[str, frozenset[str]]) -> bool:
    prefix, _, name = text.partition(":")
    if prefix == "process":
        return bool(name.strip())
    register = {"check": "checks", "policy": "policies", "runbook": "runbooks", "step": "steps"}.get(prefix)
    return register is not None and bool(name) and (register not in named or name in named[register])


def found(entry: Written, field: str) -> Iterator[tuple[Path, str]]:
    """Every text of a field with its path in the record."""
    value = entry.parsed.value
    row = value[int(entry.base[0])] if entry.base and isinstance(value, list) else value
    yield from _walk(row, tuple(field.split(".")), ())


def _walk(value: Value, steps: tuple[str, ...], path: Path) -> Iterator[tuple[Path, str]]:
    if not steps:
        if isinstance(value, str) and value:
            yield path, value
        elif isinstance(value, list):
            yield from (((*path, position), item) for position, item in enumerate(value) if isinstance(item, str))
    elif steps[0] == "=" and isinstance(value, dict):
        yield from (((*path, name), name) for name in value)
    elif steps[0] == "*" and isinstance(value, (dict, list)):
        parts = value.items() if isinstance(value, dict) else enumerate(value)
        for name, part in parts:
            yield from _walk(part, steps[1:], (*path, name))
    elif isinstance(value, dict) and steps[0] in value:
        yield from _walk(value[steps[0]], steps[1:], (*path, steps[0]))


def _all(written: Iterable[Written], register: str, field: str) -> Iterator[tuple[Path, str]]:
    return (pair for entry in written if entry.register.name == register for pair in found(entry, field))


def _broken(entry: Written, link: Link, known: Known) -> Iterator[Problem]:
    for path, text in found(entry, link.field):
        if known.has(link.to, text):
            continue
        place = entry.key(*path) if link.field.endswith("=") else entry.place(*path)
        name = ".".join(step for step in link.field.split(".") if step not in {"*", "="})
        yield error(_code(link, text), f"{name}: {_unknown(link, text, known)}", place)


def _code(link: Link, text: str) -> str:
    return "unknown-check" if text.startswith("check:") else link.code


def _unknown(link: Link, text: str, known: Known) -> str:
    prefix, colon, name = text.partition(":")
    if colon and prefix in _ENFORCERS and {"enforcement", "check:"} & set(link.to):
        register = {"check": "checks", "policy": "policies", "runbook": "runbooks", "step": "steps"}.get(prefix, "")
        near = known.near((register,), name)
        return f"unknown {prefix} '{visible(name)}'" + (f" (did you mean '{near}'?)" if near else "")
    if "enforcement" in link.to:
        near = suggest(prefix, _ENFORCERS) if colon else ""
        message = f"'{visible(text)}' must begin with {human_list((f'{word}:' for word in _ENFORCERS), 'or')}"
        return message + (f" (did you mean '{near}:{name}'?)" if near else "")
    near = known.near(link.to, text)
    remedy = "; correct it, or write its record" if _RECORDS.issuperset(link.to) else "; correct it"
    return f"unknown {link.noun} '{visible(text)}'" + (f" (did you mean '{near}'?)" if near else remedy)


def _broken_in_body(entry: Written, known: Known) -> Iterator[Problem]:
    for id_, line in markdown.references(entry.body):
        if id_ not in known.ids["any"]:
            near = known.near(("any",), id_)
            message = f"[[{visible(id_)}]] leads to no record" + (f" (did you mean '{near}'?)" if near else "")
            yield warning("broken-link", message, Source(path=entry.file.path, line=entry.body_line + line - 1))


def _disagreeing(written: tuple[Written, ...]) -> Iterator[Problem]:
    """Links of which both sides are written, when only one of them names the other record."""
    for left, left_field, right, right_field in BOTH_SIDES:
        for one, field, other, back in ((left, left_field, right, right_field), (right, right_field, left, left_field)):
            backward = {
                entry.id: {text for _, text in found(entry, back)} for entry in written if entry.register.name == other
            }
            for entry in (entry for entry in written if entry.register.name == one):
                for path, text in found(entry, field):
                    if backward.get(text) and entry.id not in backward[text]:
                        message = f"{field}: names {text}, whose {back} leaves out {entry.id}; make both sides agree"
                        yield error("links-disagree", message, entry.place(*path))


def _undecided(written: tuple[Written, ...]) -> Iterator[Problem]:
    decides = {
        entry.id: {text for _, text in found(entry, "decides")}
        for entry in written
        if entry.register.name == "decisions"
    }
    for register, field in DECIDED:
        for entry in (entry for entry in written if entry.register.name == register):
            for path, text in found(entry, field):
                if text in decides and entry.id not in decides[text]:
                    message = (
                        f"{field}: {text} does not decide {entry.id}; add it to `decides` there, or correct the id"
                    )
                    yield error("links-disagree", message, entry.place(*path))
