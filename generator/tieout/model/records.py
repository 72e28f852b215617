"""What people wrote: one frozen class a register, with the fields of the ISMS's own words.

A field is explained where it is declared. Links are plain ids here; `content.links` checks them. The loader
adds `id`, `source` and `body`; nobody writes them inside a record. History (created, changed, approved by)
is never written: it comes from Git.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import total_ordering
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from tieout.problems import Source
from tieout.text.words import plural

Stage = Literal["commit-review", "build-test", "pre-prod", "deploy-prod", "run-learn", "outside"]
STAGES: tuple[Stage, ...] = ("commit-review", "build-test", "pre-prod", "deploy-prod", "run-learn", "outside")
Frequency = Literal["per-change", "continuous", "daily", "weekly", "monthly", "quarterly", "yearly", "on-event"]
Visibility = Literal["public", "regulator", "internal"]


@total_ordering
@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time as a person writes it: `90d`, `3mo`, `1y`, `4h`, `15m`, `2w`. Months and years are calendar ones."""

    text: str

    PATTERN = re.compile(r"([0-9]{1,4})(m|h|d|w|mo|y)")

    @property
    def parts(self) -> tuple[int, str]:
        match = self.PATTERN.fullmatch(self.text)
        if match is None:
            raise ValueError(f"'{self.text}' is not a duration such as 90d, 3mo, 1y or 4h")
        return int(match[1]), match[2]

    @property
    def minutes(self) -> int:
        """Nominal length, for comparison: a month counts 30 days and a year 365."""
        amount, unit = self.parts
        return amount * {"m": 1, "h": 60, "d": 1440, "w": 10080, "mo": 43200, "y": 525600}[unit]

    @property
    def words(self) -> str:
        """`3 months`."""
        amount, unit = self.parts
        names = {"m": "minute", "h": "hour", "d": "day", "w": "week", "mo": "month", "y": "year"}
        return plural(amount, names[unit])

    def after(self, day: date) -> date:
        """The day this length after `day`; the last day of a shorter month where the day does not exist."""
        amount, unit = self.parts
        months = {"mo": amount, "y": 12 * amount}.get(unit)
        if months is None:
            return day + min(timedelta(minutes=self.minutes), date.max - day)
        year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
        if year > date.max.year:
            return date.max
        return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))

    def __lt__(self, other: "Duration") -> bool:
        return self.minutes < other.minutes

    def __str__(self) -> str:
        return self.text

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:  # noqa: ANN401
        def parse(text: str) -> "Duration":
            duration = cls(text)
            _ = duration.parts
            return duration

        return core_schema.no_info_after_validator_function(parse, core_schema.str_schema())


_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})")


def _instant(value: object) -> object:
    """A time to the minute with its zone is enough for a person: `2026-06-27T19:58Z`."""
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        return datetime.fromisoformat(value)
    if isinstance(value, datetime):
        return value
    raise ValueError("a time is written with its zone, as in 2026-06-27T19:58Z")


def utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


# In strict mode, in which the loader validates, these two must hand on the very type: a datetime and a tuple.
Instant = Annotated[AwareDatetime, BeforeValidator(_instant)]
Text = Annotated[str, Field(min_length=1)]


def _one_or_many(value: object) -> object:
    """A single id may be written without brackets."""
    if isinstance(value, str):
        return (value,)
    return tuple(value) if isinstance(value, list) else value


Ids = Annotated[tuple[str, ...], BeforeValidator(_one_or_many)]


class Part(BaseModel):
    """A group of fields inside a record."""

    # built on first use: a part is then built inside its record only, which halves the time to import
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Record(Part):
    """What every record may have."""

    id: str
    source: Source
    body: str = ""  # Markdown below the front matter; empty for a row of a list
    title: Text
    owner: str = ""  # person or squad
    status: str = ""
    reviewed: date | None = None  # day of the last review that a person states
    review_every: Duration | None = None
    tags: tuple[str, ...] = ()
    confidential: Visibility = "internal"  # decides which bundle it enters


# --- scope, context and parties ------------------------------------------------------------------------------------


class Excluded(Part):
    what: Text
    why: Text


class Scope(Record):
    owner: Text
    status: Literal["draft", "approved"]
    statement: Text  # the sentence that goes on the certificate
    in_: Ids = Field(alias="in")  # services, or the word all-services
    out: tuple[Excluded, ...]
    locations: tuple[str, ...]
    interfaces: Ids = ()  # suppliers at the boundary


class Issue(Record):
    """Clause 4.1."""

    owner: Text
    kind: Literal["internal", "external", "climate"]
    status: Literal["active", "closed"]
    affects: Ids = ()


class Party(Record):
    """Clause 4.2."""

    owner: Text
    kind: Literal["regulator", "customer", "player", "partner", "owner", "employee", "supplier", "authority", "scheme"]
    needs: tuple[str, ...]
    requirements: tuple[str, ...] = ()  # what the ISMS takes up
    why_not: str = ""  # required when nothing is taken up


class Licence(Record):
    owner: Text
    status: Literal["active", "applied", "ended"]
    jurisdiction: Text
    holder: Text
    granted: date
    renews: date | None = None
    frameworks: tuple[str, ...] = ()
    services: Ids


class Event(Record):
    """A peak, such as a tournament."""

    kind: Text
    from_: date = Field(alias="from")
    to: date


# --- services and pipelines ----------------------------------------------------------------------------------------


class ServiceRepo(Part):
    repo: Text  # id of a linked repository in tieout.yml
    branch: str = ""  # empty: the branch that tieout.yml names for the repository
    paths: tuple[str, ...] = ("**",)


class Logging(Part):
    format: str = ""
    correlation_id: bool = False
    retention: Duration | None = None


class Service(Record):
    owner: Text
    status: Literal["planned", "live", "retiring", "retired"]
    tier: Literal[1, 2, 3]  # 1 decides licence outcomes, 2 important, 3 supporting
    kind: Literal["application", "console", "configuration", "data", "infrastructure", "supplier-run"]
    mission: Text
    repos: tuple[ServiceRepo, ...]
    pipeline: str = ""
    environments: Ids = ()
    holds: tuple[
        Literal["prices", "funds", "personal-data", "card-data", "bets", "results", "random", "secrets", "none"], ...
    ]
    rts_critical: tuple[str, ...] = ()
    journeys: tuple[str, ...] = ()
    depends_on: Ids = ()
    supplied_by: Ids = ()
    jurisdictions: tuple[str, ...] = ()
    rto: Duration | None = None
    rpo: Duration | None = None
    high_risk_paths: tuple[str, ...] = ()
    secure_by_design: dict[
        Literal["requirements", "design", "implementation", "testing", "deployment", "operations"], Ids
    ] = {}
    logging: Logging | None = None
    unlinked_why: str = ""  # why a service that is not supplier-run has no linked repository


class Template(Part):
    repo: Text
    ref: Text


class CiFiles(Part):
    path: Text
    format: Literal["github-actions", "gitlab-ci", "jenkins", "generic"]


class DeploymentSource(Part):
    """Where production deployments are read: an environments repository (gitops) or annotated tags."""

    kind: Literal["gitops", "tags"]
    repo: str = ""  # gitops: the environments repository
    path: str = "{environment}/{service}.yml"  # gitops
    version: str = "version"  # gitops: key of the deployed version
    commit: str = "commit"  # gitops: key of the deployed commit; where absent the version is looked up as a tag
    pattern: str = "v*"  # tags: which tags are releases


class Step(Part):
    id: Text
    stage: Stage
    title: Text
    required: Ids = ()  # services, tier-1, tier-2, tier-3 or all
    type: Literal["check", "job", "record", "process"]
    check: str = ""  # type check
    match: str = ""  # type job: shell pattern over job names
    evidence: str = ""
    since: date | None = None  # first day on which it is required; what came before is not judged by it


class Pipeline(Record):
    owner: Text
    status: Literal["planned", "live", "retiring", "retired"]
    template: Template | None = None
    ci: CiFiles
    identities: tuple[str, ...]  # e-mail addresses that may deploy or tag
    deployments: DeploymentSource
    steps: tuple[Step, ...]


class Environment(Record):
    owner: Text
    kind: Literal["development", "test", "staging", "production"]
    network: str = ""
    data: Literal["real", "masked", "synthetic"]


# --- threats, risks and controls -----------------------------------------------------------------------------------


class AbuseCase(Part):
    id: Text
    text: Text
    test: str = ""


class Threat(Record):
    owner: Text
    status: Literal["active", "watch", "retired"]
    category: Literal[
        "integrity", "fraud", "account", "insider", "player-protection", "aml", "availability", "data", "supply-chain"
    ]
    actor: Literal["external", "insider", "player", "syndicate", "supplier", "accident"]
    affects: Ids
    teams: Ids = ()
    scenario: Text
    peak_impact: str = ""
    authority_expects: str = ""
    abuse_cases: tuple[AbuseCase, ...] = ()
    likelihood_trend: Literal["rising", "steady", "falling", ""] = ""
    sources: tuple[str, ...] = ()


class Scale(Part):
    likelihood: tuple[str, ...]  # words from the lowest to the highest
    impact: tuple[str, ...]


class RiskMethod(Record):
    owner: Text
    scale: Scale
    impact_areas: tuple[str, ...]
    score: Literal["product"]
    bands: dict[str, str]  # name: lowest-highest score
    appetite: dict[str, int]  # default, and per impact area: highest accepted residual score
    accept_authority: dict[str, str] = {}  # band: role


class Size(Part):
    likelihood: Annotated[int, Field(ge=1, le=10)]
    impact: Annotated[int, Field(ge=1, le=10)]

    @property
    def score(self) -> int:
        return self.likelihood * self.impact


class Target(Size):
    by: date


class Acceptance(Part):
    person: Text
    on: date | None = None
    decision: str = ""
    until: date | None = None


class Risk(Record):
    owner: Text  # a person: the risk owner
    status: Literal["identified", "assessed", "treating", "accepted", "closed"]
    threats: Ids
    affects: Ids
    impact_area: Text
    inherent: Size  # before controls
    residual: Size  # with controls as they are today
    target: Target | None = None
    treatment: Literal["modify", "retain", "avoid", "share"]  # words of ISO 27005
    accepted_by: Acceptance | None = None


class Control(Record):
    owner: Text
    status: Literal["planned", "partial", "implemented", "retired"]
    kind: Literal["preventive", "detective", "corrective"]
    mode: Literal["automated", "semi", "manual"]
    frequency: Frequency
    mitigates: Ids = ()
    implements: Ids
    satisfies: Ids = ()
    applies_to: Ids  # services, tier-1, tier-2, tier-3 or all-services
    stage: Ids  # one stage or more
    enforced_by: Ids = ()  # check:…, policy:…, runbook:…, step:pipeline/step, process:words
    statement: Text  # a sentence that can be tested


class SoaEntry(Part):
    applicable: bool
    reasons: tuple[Literal["risk", "legal", "contract", "business", "baseline"], ...] = ()
    status: Literal["implemented", "partial", "planned", "not-implemented", ""] = ""
    owner: str = ""
    action: str = ""
    note: str = ""
    why_not: str = ""


class Approved(Part):
    person: Text
    on: date
    decision: str = ""


class Soa(Record):
    version_note: str = ""
    approved_by: Approved
    entries: dict[str, SoaEntry]  # by Annex A id
    additional: Ids = ()


# --- people --------------------------------------------------------------------------------------------------------


class Active(Part):
    from_: date = Field(alias="from")
    to: date | None = None


class Training(Part):
    course: Text
    on: date


class Person(Record):
    """A person or a declared robot. `title` is the name."""

    title: str = Field(alias="name", min_length=1)
    kind: Literal["person", "service-account"] = "person"
    squad: str = ""
    roles: Ids = ()
    emails: tuple[str, ...]
    logins: tuple[str, ...] = ()  # names of forge accounts
    active: Active | None = None
    training: tuple[Training, ...] = ()


class Squad(Record):
    lead: str = ""
    partner: str = ""
    oncall: str = ""
    mission: str = ""


class Role(Record):
    powers: tuple[str, ...] = ()
    conflicts_with: Ids = ()


class Power(Record):
    """Access to a powerful function. The id is the name of the power."""

    title: str = ""
    system: Text
    roles: Ids
    four_eyes: bool = False
    logged: bool = False


class Key(Record):
    """A signing key and the days on which it counts for its person."""

    title: str = ""
    person: Text
    key: Text  # one line as in an OpenSSH public key file
    from_: date = Field(alias="from")
    to: date | None = None


# --- suppliers and governance --------------------------------------------------------------------------------------


class Assurance(Part):
    kind: Text
    valid_to: date


class Contract(Part):
    security_terms: bool = False
    audit_right: bool = False
    incident_notice: Duration | None = None
    exit_plan: date | None = None


class Supplier(Record):
    owner: Text
    status: Literal["proposed", "onboarding", "active", "exiting", "ended"]
    criticality: Literal["high", "medium", "low"]
    provides: tuple[
        Literal[
            "cloud",
            "data-feed",
            "payments",
            "identity",
            "managed-trading",
            "games",
            "software-development",
            "messaging",
            "other",
        ],
        ...,
    ]
    services: Ids = ()
    assurance: tuple[Assurance, ...] = ()
    contract: Contract | None = None
    assessed: date | None = None
    decided_by: str = ""


class Forum(Record):
    owner: Text
    members: Ids
    quorum: int
    cadence: Text
    scope: str = ""
    escalation: str = ""


class Decision(Record):
    owner: Text
    status: Literal["proposed", "decided", "superseded", "withdrawn"]
    date: date
    forum: Text
    kind: Literal[
        "market",
        "feature",
        "promotion",
        "exposure",
        "supplier",
        "risk-acceptance",
        "exception",
        "policy",
        "change",
        "scope",
    ]
    present: Ids
    criteria: Ids = ()
    decides: Ids
    decision: Text
    why: Text
    dissent: str = ""
    actions: Ids = ()
    supersedes: str = ""


class CriterionWhen(Part):
    tier: Literal[1, 2, 3] | None = None
    services: Ids = ()
    paths: tuple[str, ...] = ()


class CriterionRequires(Part):
    approvals: int = 1
    approver_role: str = ""
    change_reference: bool = False


class Criterion(Record):
    """What makes a change high-risk, and what it then needs."""

    when: CriterionWhen
    requires: CriterionRequires


class ExceptionScope(Part):
    services: Ids = ()
    paths: tuple[str, ...] = ()


class Exemption(Record):
    """An exception: a dated permission that never erases the deviation (register `exceptions`)."""

    owner: Text
    status: Literal["requested", "approved", "rejected", "revoked"]
    excepts: Ids  # check:… or controls
    scope: ExceptionScope
    from_: date = Field(alias="from")
    expires: date  # last day on which it counts
    approved_by: Acceptance | None = None
    compensating: Ids
    reason: Text


class Policy(Record):
    owner: Text
    status: Literal["draft", "approved", "superseded"]
    approved_by: Approved | None = None
    audience: tuple[str, ...]
    implements: Ids = ()
    enforced_by: Ids = ()
    supersedes: str = ""


class Runbook(Record):
    owner: Text
    services: Ids = ()
    threats: Ids = ()
    exercised: date | None = None
    exercise_every: Duration | None = None


# --- what happened -------------------------------------------------------------------------------------------------


class CommitRef(Part):
    repo: Text
    commit: Text


class Reportable(Part):
    to: Text
    decided: bool
    why: Text
    by: Text


class ReviewAfter(Part):
    held: date


class Incident(Record):
    owner: Text
    status: Literal["open", "contained", "resolved", "closed"]
    severity: Literal[1, 2, 3, 4]  # 1 worst
    kind: Literal[
        "availability", "integrity", "security", "privacy", "fraud", "player-protection", "supplier", "near-miss"
    ]
    started: Instant
    detected: Instant
    responded: Instant | None = None
    restored: Instant | None = None
    affects: Ids
    threats: Ids = ()
    caused_by: tuple[CommitRef, ...] = ()
    cause: Literal["external", "unknown", ""] = ""
    emergency_changes: tuple[CommitRef, ...] = ()  # what was changed in haste to restore the service
    tested_controls: dict[str, Literal["held", "failed", "bypassed", "absent"]] = {}
    disputed_markets: int | None = None
    reportable: Reportable | None = None
    pir: ReviewAfter | None = None
    raises: Ids = ()


class Correction(Part):
    done: date
    what: Text


class Elsewhere(Part):
    checked: date
    result: Text


class Effectiveness(Part):
    verified: date
    by: Text
    evidence: Ids = ()
    result: Literal["effective", "not-effective"]


class Finding(Record):
    owner: Text
    status: Literal["open", "cause-known", "acting", "verifying", "closed"]
    kind: Literal["nonconformity", "observation", "opportunity"]
    severity: Literal["major", "minor", ""] = ""  # required for a nonconformity
    origin: Literal["audit", "check", "incident", "review", "report"]
    raised: date
    raised_by: str = ""
    audit: str = ""
    against: Ids
    affects: Ids = ()
    changes: tuple[CommitRef, ...] = ()  # the changes it speaks about
    correction: Correction | None = None
    cause: str = ""
    elsewhere: Elsewhere | None = None
    actions: Ids = ()
    effectiveness: Effectiveness | None = None


class Action(Record):
    owner: Text
    status: Literal["open", "done", "cancelled"]
    opened: date
    due: date  # earlier due dates come from the file's history
    done: date | None = None
    for_: Ids = Field(alias="for", default=())
    change: CommitRef | None = None


class Objective(Record):
    owner: Text
    status: Literal["active", "achieved", "dropped"]
    metric: Text
    service: str = ""
    target: Text
    by: date
    resources: str = ""
    evaluated: str = ""
    results: tuple["ObjectiveResult", ...] = ()


class ObjectiveResult(Part):
    period: Text
    value: Text
    met: bool


class Metric(Record):
    owner: Text
    group: Literal["delivery", "security", "integrity", "compliance"]
    unit: Text
    better: Literal["lower", "higher"]
    target: str = ""
    data: str = ""  # path of a CSV with the columns date, service, value
    origin: str = ""


class Observed(Part):
    from_: date = Field(alias="from")
    to: date


class Evidence(Record):
    kind: Literal[
        "pipeline-run",
        "test-result",
        "scan",
        "approval",
        "deployment",
        "review-export",
        "configuration-export",
        "access-review",
        "log-sample",
        "alert-test",
        "exercise",
        "training",
        "minutes",
        "supplier-report",
        "contract",
        "incident-record",
        "screenshot",
        "attestation",
    ]
    proves: Ids
    services: Ids = ()
    observed: Observed  # what the evidence speaks about
    collected: date
    collected_by: Text
    origin: Text
    file: str = ""
    url: str = ""
    sha256: str = ""
    valid_for: Duration | None = None
    retain: Duration | None = None


class Period(Part):
    from_: date = Field(alias="from")
    to: date


class Audit(Record):
    status: Literal["planned", "running", "reported", "closed"]
    kind: Literal[
        "internal",
        "certification-stage1",
        "certification-stage2",
        "surveillance",
        "recertification",
        "regulatory",
        "customer",
    ]
    auditor: Text
    auditors: tuple[str, ...] = ()
    date: date  # the audit date: what was known at the end of this day
    period: Period
    criteria: tuple[str, ...]
    scope: Ids
    asked: str = ""  # what was asked, in the words of the commission
    findings: Ids = ()


class Review(Record):
    """A management review, clause 9.3."""

    owner: Text
    date: date
    present: Ids
    inputs: dict[str, str] = {}  # a to g of clause 9.3.2, in the order of the standard
    decisions: Ids = ()
    actions: Ids = ()


class CheckSetting(Record):
    """What the operator sets for a check. The id is the check's name."""

    title: str = ""
    since: date | None = None  # changes before this day are shown, not judged
    tiers: tuple[Literal[1, 2, 3], ...] = ()
    within: int | None = None  # working days, for checks with a limit
    why: str = ""
