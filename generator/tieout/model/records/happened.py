"""Incidents, findings and actions: what went wrong, and what was done so that it does not come back."""

from typing import Annotated, Literal

from pydantic import AliasChoices, Field

from tieout.model.links import to
from tieout.model.records.basics import CommitRef, Day, Ids, Instant, Part, Record, Some, Text, YesNo


class Reportable(Part):
    """Whether an incident had to be reported."""

    to: Annotated[Text, to("licences", "parties")]
    """To whom: a licence or a party."""
    decided: YesNo
    """yes when it was reported, no when it need not be."""
    why: Text
    """Why."""
    by: Annotated[Text, to("people")]
    """The person who decided."""


class ReviewAfter(Part):
    """The review after an incident; what it found stands in the text of the record."""

    held: Day
    """The day on which it was held."""


class Incident(Record):
    """Something that went wrong, or nearly did."""

    owner: Annotated[Text, to("people", "squads")]
    """The person who leads the answer."""
    status: Literal["open", "contained", "resolved", "closed"]
    """How far it is."""
    severity: Literal[1, 2, 3, 4]
    """1 is worst."""
    kind: Literal[
        "availability", "integrity", "security", "privacy", "fraud", "player-protection", "supplier", "near-miss"
    ]
    """What it was."""
    started: Instant
    """When it began, as well as is known, such as 2026-06-27T19:58Z."""
    detected: Instant
    """When somebody noticed."""
    responded: Instant | None = None
    """When somebody began to act."""
    restored: Instant | None = None
    """When the service was right again; needed once it is resolved."""
    affects: Annotated[Ids, to("services")]
    """The services it touched."""
    threats: Annotated[Ids, to("threats")] = ()
    """The threats that came true."""
    caused_by: tuple[CommitRef, ...] = ()
    """The changes that caused it; or write `cause`."""
    cause: Literal["external", "unknown", ""] = ""
    """Where no change caused it: external or unknown."""
    emergency_changes: tuple[CommitRef, ...] = ()
    """What was changed in haste to restore the service."""
    tested_controls: dict[Annotated[str, to("controls")], Literal["held", "failed", "bypassed", "absent"]] = {}
    """Which controls it put to the test, and how they did."""
    disputed_markets: int | None = None
    """How many markets were disputed."""
    reportable: Reportable | None = None
    """Whether it had to be reported; needed for severity 1 and 2 when it is closed."""
    pir: ReviewAfter | None = None
    """The review after the incident; expected for severity 1 and 2 within ten working days."""
    raises: Annotated[Ids, to("findings")] = ()
    """The findings that came of it."""


class Correction(Part):
    """What was put right at once."""

    done: Day
    """The day on which it was done."""
    what: Text
    """What was done."""


class Elsewhere(Part):
    """Whether the same is wrong in other places."""

    checked: Day
    """The day on which somebody looked."""
    result: Text
    """What was found."""


class Effectiveness(Part):
    """Whether the actions helped."""

    verified: Day
    """The day on which it was looked at."""
    by: Annotated[Text, to("people", "words")]
    """Who looked; not the person who acted."""
    evidence: Annotated[Ids, to("evidence")] = ()
    """What was looked at."""
    result: Literal["effective", "not-effective"]
    """What was found."""


class Finding(Record):
    """What an audit, a check, an incident or a person found wanting (clause 10.2)."""

    owner: Annotated[Text, to("people", "squads")]
    """The person who sees to it."""
    status: Literal["open", "cause-known", "acting", "verifying", "closed"]
    """How far it is."""
    kind: Literal["nonconformity", "observation", "opportunity"]
    """What it is."""
    severity: Literal["major", "minor", ""] = ""
    """major or minor; needed for a nonconformity."""
    origin: Literal["audit", "check", "incident", "review", "report"] = Field(
        validation_alias=AliasChoices("source", "origin")
    )
    """Where it comes from."""
    raised: Day
    """The day on which it was raised."""
    raised_by: Annotated[str, to("people", "squads", "checks", "check:", "words")] = ""
    """The person or check that raised it."""
    audit: Annotated[str, to("audits", back="findings")] = ""
    """The audit that raised it."""
    against: Annotated[Some, to("controls", "annex", "additional", "clause", "requirement")]
    """What is not fulfilled: a control, a clause such as clause:8.1, or a requirement."""
    affects: Annotated[Ids, to("services")] = ()
    """The services it is about."""
    changes: tuple[CommitRef, ...] = ()
    """The changes it speaks of."""
    correction: Correction | None = None
    """What was put right at once."""
    cause: str = ""
    """Why it could happen."""
    elsewhere: Elsewhere | None = None
    """Whether the same is wrong elsewhere."""
    actions: Annotated[Ids, to("actions", back="for")] = ()
    """What is done so that it does not come back; may be written on the action instead."""
    effectiveness: Effectiveness | None = None
    """Whether that helped; needed before it is closed."""


class Action(Record):
    """Something that somebody does by a day."""

    owner: Annotated[Text, to("people", "squads")]
    """The person who does it."""
    status: Literal["open", "done", "cancelled"]
    """How far it is."""
    opened: Day
    """The day on which it was agreed."""
    due: Day
    """The day by which it is to be done; earlier days are kept by the file's history."""
    done: Day | None = None
    """The day on which it was done."""
    for_: Annotated[Ids, to("any", back="actions")] = Field(alias="for", default=())
    """The findings, risks, decisions or other records it is for."""
    change: CommitRef | None = None
    """The change that did it."""
