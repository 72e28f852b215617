"""Suppliers, the forum and its decisions, criteria, exceptions, policies and runbooks."""

from typing import Annotated, Literal

from pydantic import Field

from tieout.model.links import to
from tieout.model.records.basics import Approved, Day, Duration, Ids, Part, Record, Some, Text, YesNo
from tieout.model.records.risks import Acceptance


class Assurance(Part):
    """What a supplier shows for itself."""

    kind: Text
    """Such as iso27001-certificate."""
    valid_to: Day
    """The last day on which it counts."""


class Contract(Part):
    """What is agreed with a supplier."""

    security_terms: YesNo = False
    """Whether security is part of the contract."""
    audit_right: YesNo = False
    """Whether you may audit."""
    incident_notice: Duration | None = None
    """Within what time the supplier tells you of an incident."""
    exit_plan: Day | None = None
    """The day on which the plan to leave was last read through."""


class Supplier(Record):
    """Somebody outside who is needed, and how far they can be relied on."""

    owner: Annotated[Text, to("people", "squads")]
    """The person or squad that keeps the contact."""
    status: Literal["proposed", "onboarding", "active", "exiting", "ended"]
    """Where the relation is."""
    criticality: Literal["high", "medium", "low"]
    """How much depends on it."""
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
    """What it provides."""
    services: Annotated[Ids, to("services", back="supplied_by")] = ()
    """The services that depend on it; may be written on the service instead."""
    assurance: tuple[Assurance, ...] = ()
    """Certificates and reports, with the day until which they count."""
    contract: Contract | None = None
    """What is agreed; needed for high criticality."""
    assessed: Day | None = None
    """The day of the last assessment; needed for high criticality."""
    decided_by: Annotated[str, to("decisions", back="decides", must=True)] = ""
    """The decision to work with it."""


class Forum(Record):
    """Who decides, how often, and what if they cannot agree."""

    owner: Annotated[Text, to("people", "squads")]
    """The person who leads it."""
    members: Annotated[Ids, to("roles", "people")]
    """The roles or people that sit in it."""
    quorum: int
    """How many must be present."""
    cadence: Text
    """How often it meets."""
    scope: str = ""
    """What it decides."""
    escalation: str = ""
    """Where a matter goes when it cannot be decided there."""


class Decision(Record):
    """What was decided, by whom, why, and which records it touches."""

    owner: Annotated[Text, to("people", "squads")]
    """The person who carries it out."""
    status: Literal["proposed", "decided", "superseded", "withdrawn"]
    """How far it is."""
    date: Day
    """The day on which it was decided."""
    forum: Annotated[Text, to("forums")]
    """Where it was decided."""
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
    """What it is about."""
    present: Annotated[Ids, to("people")]
    """Who was there."""
    criteria: Annotated[Ids, to("criteria")] = ()
    """Which written criteria applied."""
    decides: Annotated[Some, to("any")]
    """The records it touches; at least one."""
    decision: Text
    """What was decided, in a sentence."""
    why: Text
    """Why."""
    dissent: str = ""
    """Who disagreed, and why; none where nobody did."""
    actions: Annotated[Ids, to("actions", back="for")] = ()
    """What has to be done now; may be written on the action instead."""
    supersedes: Annotated[str, to("decisions")] = ""
    """The decision it takes the place of."""


class CriterionWhen(Part):
    """Which changes are meant; all that is said must hold."""

    tier: Literal[1, 2, 3] | None = None
    """Of services of this tier."""
    services: Annotated[Ids, to("services")] = ()
    """Of these services."""
    paths: tuple[str, ...] = ()
    """That touch these files."""


class CriterionRequires(Part):
    """What such a change needs."""

    approvals: Annotated[int, Field(ge=1)] = 1
    """How many people outside its authors have to approve it."""
    approver_role: Annotated[str, to("roles")] = ""
    """The role that one of them must hold."""
    change_reference: YesNo = False
    """Whether it must name a ticket."""
    decision: YesNo = False
    """Whether a decision must name it, or be named by it, before production."""


class Criterion(Record):
    """What makes a change high-risk, and what it then needs."""

    when: CriterionWhen
    """Which changes are meant."""
    requires: CriterionRequires
    """What they need."""


class ExceptionScope(Part):
    """What an exception covers; never everything."""

    services: Annotated[Ids, to("services")] = ()
    """The services it is for."""
    paths: tuple[str, ...] = ()
    """The files it is for."""


class Exemption(Record):
    """An exception: a dated permission. It explains a deviation and never erases it."""

    owner: Annotated[Text, to("people", "squads")]
    """The person or squad that needs it."""
    status: Literal["requested", "approved", "rejected", "revoked"]
    """How far it is; that it has expired follows from its last day."""
    excepts: Annotated[Some, to("controls", "check:", "gap:", "any")]
    """What it excepts from: controls, check: and the name of a check (with the record that it excepts, where that belongs to no service), or gap: and the id of a gap that it accepts."""
    scope: ExceptionScope
    """The services or files it covers."""
    from_: Day = Field(alias="from")
    """The first day on which it counts."""
    expires: Day
    """The last day on which it counts; at most six months after the first."""
    approved_by: Acceptance | None = None
    """Who approved it; needed when it is approved."""
    compensating: Annotated[Some, to("controls")]
    """The controls that stand in for what is excepted."""
    reason: Text
    """Why it is needed."""


class Policy(Record):
    """What the organisation demands of itself."""

    owner: Annotated[Text, to("people", "squads")]
    """The person or squad that keeps it."""
    status: Literal["draft", "approved", "superseded"]
    """How far it is."""
    approved_by: Approved | None = None
    """Who approved it, and when."""
    audience: tuple[str, ...]
    """Whom it speaks to."""
    implements: Annotated[Ids, to("annex", "additional")] = ()
    """The controls of Annex A that ask for it."""
    enforced_by: Annotated[Ids, to("enforcement")] = ()
    """What makes it happen, where no control says so."""
    supersedes: Annotated[str, to("policies", "edition")] = ""
    """The policy, or the edition of it, whose place it takes."""


class Runbook(Record):
    """What to do when something happens, and when that was last tried."""

    owner: Annotated[Text, to("people", "squads")]
    """The squad that uses it."""
    services: Annotated[Ids, to("services")] = ()
    """The services it is for."""
    threats: Annotated[Ids, to("threats")] = ()
    """The threats it answers."""
    exercised: Day | None = None
    """The day on which it was last tried."""
    exercise_every: Duration | None = None
    """How often it is to be tried."""
