"""Objectives, metrics, evidence, audits, reviews, and what the operator sets for checks."""

from typing import Annotated, Literal

from pydantic import AliasChoices, Field

from tieout.model.links import to
from tieout.model.records.basics import Day, Duration, Ids, Part, Record, Some, Span, Text, YesNo


class ObjectiveResult(Part):
    """What was reached in one period."""

    period: Text
    """The period, such as 2026-Q2."""
    value: Text
    """What was measured."""
    met: YesNo
    """Whether the target was reached."""


class Objective(Record):
    """What the organisation wants to reach, measured (clause 6.2)."""

    owner: Annotated[Text, to("people", "squads")]
    """The person who answers for it."""
    status: Literal["active", "achieved", "dropped"]
    """How far it is."""
    metric: Annotated[Text, to("metrics")]
    """What is measured."""
    service: Annotated[str, to("services")] = ""
    """The service it is for; leave it out for all."""
    target: Text
    """What is to be reached, such as = 0."""
    by: Day
    """The day by which it is to be reached."""
    resources: str = ""
    """What it takes."""
    evaluated: str = ""
    """How often and by whom it is looked at."""
    results: tuple[ObjectiveResult, ...] = ()
    """What was reached, period by period."""


class Metric(Record):
    """What is counted beside what Git knows."""

    owner: Annotated[Text, to("people", "squads")]
    """The person or squad that counts."""
    group: Literal["delivery", "security", "integrity", "compliance"]
    """Where it is shown."""
    unit: Text
    """What is counted, such as markets; a rate begins with of, such as of 100 alerts, and is never added."""
    better: Literal["lower", "higher"]
    """Which way is better."""
    target: str = ""
    """What is to be reached, such as <= 5 a quarter, <= 2 days or >= 90 of 100."""
    measure: str = ""
    """The built-in figure that this is a name and a target for, such as F7 or F2/median; then there is no `data`."""
    data: str = ""
    """A CSV file with the columns date, service, value; its path from the folder of tieout.yml."""
    origin: str = Field(default="", validation_alias=AliasChoices("source", "origin"))
    """Where the numbers come from."""


class Evidence(Record):
    """Something that shows that a control worked, over a stretch of days."""

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
    """What it is."""
    proves: Annotated[Some, to("controls", "annex", "requirement")]
    """The controls (or requirements) it speaks for; at least one."""
    services: Annotated[Ids, to("services")] = ()
    """The services it is about."""
    observed: Span
    """The days it speaks about, which are not the day it was collected."""
    collected: Day
    """The day on which it was collected."""
    collected_by: Annotated[Text, to("people", "address")]
    """The person or the pipeline's address that collected it."""
    origin: Text = Field(validation_alias=AliasChoices("source", "origin"))
    """Where it comes from."""
    file: str = ""
    """The file, as a path from the folder of tieout.yml; or write `url`."""
    url: str = ""
    """Where it can be seen, if it cannot be kept; it cannot be frozen then."""
    sha256: str = ""
    """The SHA-256 of the file when it was collected; needed for a file."""
    valid_for: Duration | None = None
    """How long it counts; by the frequency of the control, where this is left out."""
    retain: Duration | None = None
    """How long it is kept."""


class Audit(Record):
    """An audit and its date: everything is shown as it stood at the end of that day."""

    status: Literal["planned", "running", "reported", "closed"]
    """How far it is."""
    kind: Literal[
        "internal",
        "certification-stage1",
        "certification-stage2",
        "surveillance",
        "recertification",
        "regulatory",
        "customer",
    ]
    """What sort of audit it is."""
    auditor: Text
    """The organisation or person that audits."""
    auditors: tuple[str, ...] = ()
    """The people who came."""
    date: Day
    """The audit date: what was known at the end of this day."""
    period: Span
    """The days that the audit looks at."""
    criteria: Annotated[Ids, to("sets")]
    """What is audited against, such as iso27001-2022 or ukgc-rts."""
    scope: Annotated[Some, to("services", "all")]
    """The services it looks at, or all-services."""
    asked: str = ""
    """What was asked, in the words of the commission."""
    findings: Annotated[Ids, to("findings", edge="raises", back="audit")] = ()
    """What it found; may be written on the finding instead."""
    snapshot: dict[Annotated[str, to("repositories")], str] = {}
    """The commit of each repository when the audit was frozen; written by a command, never by hand."""


class Review(Record):
    """A management review (clause 9.3)."""

    owner: Annotated[Text, to("people", "squads")]
    """The person who called it."""
    date: Day
    """The day on which it was held."""
    present: Annotated[Ids, to("people")]
    """Who was there."""
    inputs: dict[str, str] = {}
    """What was looked at: a to g of clause 9.3.2, in the order of the standard."""
    decisions: Annotated[Ids, to("decisions")] = ()
    """What was decided."""
    actions: Annotated[Ids, to("actions", back="for")] = ()
    """What has to be done now."""
