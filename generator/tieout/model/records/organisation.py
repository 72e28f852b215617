"""Scope, context, parties, licences and events: clause 4, and what the operator may do where."""

from typing import Annotated, Literal

from pydantic import Field

from tieout.model.links import to
from tieout.model.records.basics import Day, Duration, Ids, Part, Record, Some, Text


class Excluded(Part):
    """What lies outside the scope."""

    what: Text
    """What is left out."""
    why: Text
    """Why it may be left out; every exclusion needs its reason."""


class Scope(Record):
    """Where the ISMS begins and ends (clause 4.3). There is one."""

    title: Text = "Scope"
    owner: Annotated[Text, to("people", "squads")]
    """The person or squad that answers for it."""
    status: Literal["draft", "approved"]
    """How far it is."""
    statement: Text
    """The sentence that goes on the certificate."""
    in_: Annotated[Some, to("services", "all")] = Field(alias="in")
    """The services in scope, or the word all-services."""
    out: tuple[Excluded, ...]
    """What lies outside, each with its reason; [] where nothing does."""
    locations: tuple[str, ...]
    """Offices, home working and regions of the cloud."""
    interfaces: Annotated[Ids, to("suppliers", "parties")] = ()
    """Suppliers and parties at the boundary."""
    decided_by: Annotated[str, to("decisions", back="decides", must=True)] = ""
    """The decision that set the scope."""


class Issue(Record):
    """An internal or external issue that matters to the ISMS (clause 4.1; climate since Amendment 1:2024)."""

    owner: Annotated[Text, to("people", "squads")]
    """The person or squad that watches it."""
    kind: Literal["internal", "external", "climate"]
    """Where it comes from."""
    status: Literal["active", "closed"]
    """Whether it still matters."""
    affects: Annotated[Ids, to("services")] = ()
    """The services it touches."""


class Party(Record):
    """An interested party and what it needs (clause 4.2)."""

    owner: Annotated[Text, to("people", "squads")]
    """The person or squad that keeps the contact."""
    kind: Literal["regulator", "customer", "player", "partner", "owner", "employee", "supplier", "authority", "scheme"]
    """What it is to the organisation."""
    needs: tuple[str, ...]
    """What it needs, in its own words."""
    requirements: Annotated[Ids, to("requirement")] = ()
    """What of it the ISMS takes up, as requirements of a set, such as ukgc-rts:RTS-12."""
    why_not: str = ""
    """Why nothing is taken up; needed when `requirements` is empty."""


class Licence(Record):
    """A licence to operate in one jurisdiction."""

    owner: Annotated[Text, to("people", "squads")]
    """The person or squad that answers for it."""
    status: Literal["active", "applied", "ended"]
    """Whether it is in force."""
    jurisdiction: Text
    """Country or state, such as GB or MT."""
    holder: Text
    """The legal entity that holds it."""
    granted: Day
    """The day on which it was granted (or applied for)."""
    renews: Day | None = None
    """The day by which it has to be renewed."""
    frameworks: Annotated[Ids, to("sets")] = ()
    """The requirement sets it brings, such as ukgc-rts."""
    services: Annotated[Ids, to("services", "all")]
    """The services that run under it, or the word all-services."""
    retain: Duration | None = None
    """How long evidence has to be kept under it."""


class Event(Record):
    """A stretch of days with unusual traffic, such as a tournament."""

    kind: Text
    """What it is, such as peak."""
    from_: Day = Field(alias="from")
    """The first day."""
    to: Day
    """The last day."""
