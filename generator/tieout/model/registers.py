"""Where what people wrote lies: the table of registers, and the whole ISMS as it stood at one commit."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from tieout.model.challenge import Challenge
from tieout.model.records import (
    Action,
    Audit,
    CheckSetting,
    Control,
    Criterion,
    Decision,
    Duration,
    Environment,
    Event,
    Evidence,
    Exemption,
    Finding,
    Forum,
    Incident,
    Issue,
    Key,
    Licence,
    Metric,
    Objective,
    OwnCheck,
    Party,
    Person,
    Pipeline,
    Policy,
    Power,
    Record,
    Review,
    Risk,
    RiskMethod,
    Role,
    Runbook,
    Scope,
    Service,
    Size,
    Soa,
    Squad,
    Supplier,
    Threat,
)
from tieout.model.requirements import OwnSet, RequirementSet

EMPTY: Mapping[str, Any] = MappingProxyType({})
Shape = Literal["folder", "list", "single"]


@dataclass(frozen=True, slots=True)
class Register:
    """Where the records of one kind live and how their ids look."""

    name: str  # key in `Isms.registers`, in the plural of the auditor's word
    kind: str  # the singular
    model: type[Record]
    shape: Shape  # folder: one file a record (.md with front matter, or .yml); list: rows of one YAML file; single: one file
    path: str  # below the content folder
    prefix: str = ""  # of the id; empty: a slug
    row_id: str = "id"  # what a row calls its id; `id` is understood as well


REGISTERS: tuple[Register, ...] = (
    Register("scope", "scope", Scope, "single", "scope.md"),
    Register("issues", "issue", Issue, "list", "context.yml", "CTX"),
    Register("parties", "party", Party, "list", "parties.yml", "PTY"),
    Register("licences", "licence", Licence, "list", "licences.yml", "LIC"),
    Register("events", "event", Event, "list", "events.yml", "EVT"),
    Register("services", "service", Service, "folder", "services"),
    Register("pipelines", "pipeline", Pipeline, "folder", "pipelines"),
    Register("requirements", "requirement set", OwnSet, "folder", "requirements"),
    Register("environments", "environment", Environment, "list", "environments.yml"),
    Register("threats", "threat", Threat, "folder", "threats", "THR"),
    Register("method", "risk method", RiskMethod, "single", "risk-method.yml"),
    Register("risks", "risk", Risk, "folder", "risks", "RSK"),
    Register("controls", "control", Control, "folder", "controls", "CTL"),
    Register("soa", "statement of applicability", Soa, "single", "soa.yml"),
    Register("people", "person", Person, "list", "people.yml"),
    Register("squads", "squad", Squad, "list", "squads.yml"),
    Register("roles", "role", Role, "list", "roles.yml"),
    Register("access", "power", Power, "list", "access.yml", row_id="power"),
    Register("keys", "key", Key, "list", "keys.yml", "KEY"),
    Register("suppliers", "supplier", Supplier, "folder", "suppliers"),
    Register("forums", "forum", Forum, "folder", "forums"),
    Register("decisions", "decision", Decision, "folder", "decisions", "DEC"),
    Register("criteria", "criterion", Criterion, "list", "criteria.yml", "CRIT"),
    Register("exceptions", "exception", Exemption, "folder", "exceptions", "EXC"),
    Register("policies", "policy", Policy, "folder", "policies", "POL"),
    Register("runbooks", "runbook", Runbook, "folder", "runbooks", "RB"),
    Register("incidents", "incident", Incident, "folder", "incidents", "INC"),
    Register("findings", "finding", Finding, "folder", "findings", "FND"),
    Register("actions", "action", Action, "list", "actions.yml", "ACT"),
    Register("objectives", "objective", Objective, "list", "objectives.yml", "OBJ"),
    Register("metrics", "metric", Metric, "list", "metrics.yml", "MET"),
    Register("evidence", "evidence", Evidence, "folder", "evidence", "EVD"),
    Register("audits", "audit", Audit, "folder", "audits", "AUD"),
    Register("reviews", "review", Review, "folder", "reviews", "MRV"),
    Register("checks", "check setting", CheckSetting, "list", "checks.yml", row_id="check"),
    Register("own_checks", "own check", OwnCheck, "list", "own-checks.yml", row_id="check"),
)
BY_NAME: Mapping[str, Register] = MappingProxyType({register.name: register for register in REGISTERS})


@dataclass(frozen=True, slots=True)
class AnnexControl:
    """A row of Annex A: id and title only, as the standard's text is not ours to print."""

    id: str  # A.8.32
    title: str
    theme: str  # organizational, people, physical, technological


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """What stands at the path that an evidence record names."""

    path: str
    sha256: str
    size: int


class Point(NamedTuple):
    """One number of an operator's own metric."""

    day: date
    service: str  # empty: the operator as a whole
    value: Decimal


@dataclass(frozen=True, slots=True)
class Series:
    """The numbers of one metric, by day and service, and the file they stand in."""

    path: str
    sha256: str
    points: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True)
class Isms:
    """Everything people wrote, as it stood at one commit: each register by id, in order of id."""

    scope: Scope | None = None
    issues: Mapping[str, Issue] = field(default_factory=dict)
    parties: Mapping[str, Party] = field(default_factory=dict)
    licences: Mapping[str, Licence] = field(default_factory=dict)
    events: Mapping[str, Event] = field(default_factory=dict)
    services: Mapping[str, Service] = field(default_factory=dict)
    pipelines: Mapping[str, Pipeline] = field(default_factory=dict)
    requirements: Mapping[str, OwnSet] = field(default_factory=dict)  # what the operator writes about requirement sets
    environments: Mapping[str, Environment] = field(default_factory=dict)
    threats: Mapping[str, Threat] = field(default_factory=dict)
    method: RiskMethod | None = None
    risks: Mapping[str, Risk] = field(default_factory=dict)
    controls: Mapping[str, Control] = field(default_factory=dict)
    soa: Soa | None = None
    people: Mapping[str, Person] = field(default_factory=dict)
    squads: Mapping[str, Squad] = field(default_factory=dict)
    roles: Mapping[str, Role] = field(default_factory=dict)
    access: Mapping[str, Power] = field(default_factory=dict)
    keys: Mapping[str, Key] = field(default_factory=dict)
    suppliers: Mapping[str, Supplier] = field(default_factory=dict)
    forums: Mapping[str, Forum] = field(default_factory=dict)
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    criteria: Mapping[str, Criterion] = field(default_factory=dict)
    exceptions: Mapping[str, Exemption] = field(default_factory=dict)
    policies: Mapping[str, Policy] = field(default_factory=dict)
    runbooks: Mapping[str, Runbook] = field(default_factory=dict)
    incidents: Mapping[str, Incident] = field(default_factory=dict)
    findings: Mapping[str, Finding] = field(default_factory=dict)
    actions: Mapping[str, Action] = field(default_factory=dict)
    objectives: Mapping[str, Objective] = field(default_factory=dict)
    metrics: Mapping[str, Metric] = field(default_factory=dict)
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    audits: Mapping[str, Audit] = field(default_factory=dict)
    reviews: Mapping[str, Review] = field(default_factory=dict)
    checks: Mapping[str, CheckSetting] = field(default_factory=dict)
    own_checks: Mapping[str, OwnCheck] = field(default_factory=dict)
    annex_a: Mapping[str, AnnexControl] = field(default_factory=dict)  # the catalogue, in the order of the standard
    requirement_sets: Mapping[str, RequirementSet] = field(default_factory=dict)  # shipped and written, joined
    files: Mapping[str, EvidenceFile] = field(default_factory=dict)  # by path below the folder of tieout.yml
    series: Mapping[str, Series] = field(default_factory=dict)  # of the metrics that name a file, by their id
    challenges: Mapping[str, Challenge] = field(default_factory=dict)  # kept as evidence, by the id of the record

    def register(self, name: str) -> Mapping[str, Record]:
        """The records of one register by its name; a single one as a mapping of one."""
        found = getattr(self, name)
        if found is None:
            return EMPTY
        return {found.id: found} if isinstance(found, Record) else found

    def records(self) -> Iterator[tuple[Register, Record]]:
        """Every record with its register, in the order of `REGISTERS` and then of ids."""
        return ((register, record) for register in REGISTERS for record in self.register(register.name).values())

    @property
    def paths(self) -> frozenset[str]:
        """The files that hold a record."""
        return frozenset(record.place.path for _, record in self.records())

    def score_at(self, likelihood: int, impact: int) -> int:
        """The score of a place of the scale by the risk method; likelihood times impact, while there is none."""
        return self.method.score_at(likelihood, impact) if self.method else likelihood * impact

    def score(self, size: Size) -> int:
        return self.score_at(size.likelihood, size.impact)

    def review_period(self, record: Record) -> Duration | None:
        """How often a record is to be read again: as it says itself or, for a risk, as the method says for its band."""
        stated = record.review_every
        if isinstance(record, Risk) and stated is None and self.method and isinstance(self.method.review_every, dict):
            return self.method.review_every.get(self.method.band_of(self.score(record.residual)))
        return stated if isinstance(stated, Duration) else None

    def applying(self, words: Iterable[str]) -> tuple[str, ...]:
        """The services meant by ids and by the words `all`, `all-services` and `tier-N`, in order of id."""
        words = set(words)
        everything = bool(words & {"all", "all-services"})
        return tuple(
            id_
            for id_, service in self.services.items()
            if everything or id_ in words or f"tier-{service.tier}" in words
        )
