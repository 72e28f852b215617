"""Requirement sets: what an operator writes about them, and the sets as they stand after shipped and written are joined.

A mapping says which controls of Annex A, or which clauses, answer a requirement. It is used when it is of high or
medium confidence, or when a person of the operator has put name and day to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Literal

from tieout.model.links import to
from tieout.model.records import Day, Ids, Part, Record, Text, YesNo

Basis = Literal["official", "derived", "judgement"]  # by the owner of the set; computed from an official table; ours
Confidence = Literal[
    "high", "medium", "low"
]  # primary text seen; secondary sources agree; one source, or general knowledge

CLAUSES = "iso27001-clauses"  # the set that `clause:8.1` means
STANDARD = "iso27001-2022"  # the word for the whole standard, Annex A and clauses, in licences and audits


# --- what the operator writes: requirements/<set>.yml ---------------------------------------------------------------


class Signed(Part):
    """Who confirms something of a set, and on which day."""

    person: Annotated[Text, to("people")]
    """The person who compared it with its source."""
    on: Day
    """The day on which that was done."""
    note: str = ""
    """What it was compared with."""


class OwnRequirement(Part):
    """One requirement of a set of the operator's own."""

    id: Text
    """Its id in the set, such as `UK-LCCP-3.4.3`; records name it with the set in front."""
    title: Text
    """What it is about, in a few words of your own."""
    of: str = ""
    """The requirement it is part of."""
    annex_a: Ids = ()
    """The controls of Annex A that answer it."""
    clauses: Ids = ()
    """The clauses of ISO/IEC 27001 that answer it, such as `9.2.2`."""
    each: YesNo = False
    """Whether it asks for each control named, and not for any one of them."""
    basis: Basis = "judgement"
    """Where the mapping comes from: the owner of the set (`official`), an official table (`derived`), or a `judgement`."""
    confidence: Confidence = "high"
    """How far id, title and mapping can be relied on; what is `low` counts only once it is confirmed."""
    by: Annotated[str, to("people")] = ""
    """The person whose mapping it is."""
    on: Day | None = None
    """The day of the mapping."""
    note: str = ""
    """What a reader should know about it."""


class OwnMapping(Part):
    """The operator's own mapping of a requirement of a shipped set. It stands beside the shipped one."""

    annex_a: Ids = ()
    """The controls of Annex A that answer it."""
    clauses: Ids = ()
    """The clauses of ISO/IEC 27001 that answer it, such as `9.2.2`."""
    by: Annotated[Text, to("people")]
    """The person whose mapping it is."""
    on: Day
    """The day of the mapping."""
    note: str = ""
    """Why these."""


class OwnSet(Record):
    """A requirement set of the operator's own; or, under the id of a shipped set, what the operator adds to that set."""

    title: str = ""
    """What the set is called; a shipped set has its title."""
    status: Literal["active", "withdrawn", ""] = ""
    """A set that is `withdrawn` keeps its ids, and nothing is measured by it."""
    edition: str = ""
    """Which edition it is, in words."""
    published: Day | None = None
    """The day of that edition: what was mapped before it has to be looked at again."""
    supersedes: str = ""
    """The set of the edition before, which this one takes the place of."""
    renamed: dict[str, str] = {}
    """Ids of the edition before, each with its id here."""
    jurisdiction: str = ""
    """Where it binds."""
    issuer: str = ""
    """Who publishes it."""
    origin: str = ""
    """Where it was read."""
    confidence: Confidence = "high"
    """How far the list of requirements can be relied on; what is `low` counts only once it is confirmed."""
    requirements: tuple[OwnRequirement, ...] = ()
    """Its requirements; under the id of a shipped set, those that the shipped one lacks."""
    mappings: dict[str, OwnMapping] = {}
    """The operator's mapping of requirements of a shipped set."""
    not_applicable: dict[str, Text] = {}
    """Requirements that do not apply, each with the reason."""
    confirmed: Signed | None = None
    """Who confirms the set as a whole. What has to be checked first (see its page) is confirmed one by one."""
    confirmed_mappings: dict[str, Signed] = {}
    """Who confirms the mapping of single requirements."""


# --- what stands after joining --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """One mapping of a requirement. `by` and `on` are the person and day it rests on; empty where nobody confirmed it."""

    targets: tuple[str, ...]  # A.8.32, or iso27001-clauses:8.1
    basis: Basis
    confidence: Confidence
    each: bool = False
    own: bool = False  # written by the operator
    by: str = ""
    on: Day | None = None
    note: str = ""

    @property
    def used(self) -> bool:
        return bool(self.by and self.on) or self.confidence != "low"


@dataclass(frozen=True, slots=True)
class Requirement:
    set: str
    id: str
    title: str
    kind: str = ""  # act, directive, audit, document, section …
    of: str = ""
    reference: str = ""
    remark: str = ""  # on how far it, or its mapping, can be relied on
    note: str = ""
    documented: bool = False  # the standard asks for documented information
    verify: bool = False  # a person must compare it with the source before it is relied on
    group: bool = False  # a heading over others, never counted
    not_applicable: str = ""  # the operator's reason
    crosswalks: tuple[Crosswalk, ...] = ()
    by: str = ""  # person of the operator who confirmed it by itself
    on: Day | None = None

    @property
    def key(self) -> str:
        """ukgc-rts:RTS-12"""
        return f"{self.set}:{self.id}"


@dataclass(frozen=True, slots=True)
class RequirementSet:
    id: str
    title: str
    edition: str
    requirements: Mapping[str, Requirement]  # in the order of the set
    groups: Mapping[str, Requirement] = field(default_factory=dict)
    shipped: bool = True
    withdrawn: bool = False
    published: Day | None = None
    as_of: date | None = (
        None  # the state of source and mapping that the file gives; later than a confirmation, it undoes it
    )
    supersedes: str = ""
    renamed: Mapping[str, str] = field(default_factory=dict)
    jurisdiction: str = ""
    owner: str = ""
    source: str = ""
    attribution: str = ""  # what the licence of a source asks to be printed
    licence_hook: str = ""  # the condition of a licence that makes it binding
    applicability: str = ""
    confidence: Confidence = "high"
    remark: str = ""
    note: str = ""
    critical_systems: Mapping[str, str] = field(default_factory=dict)
    regime: Mapping[str, str] = field(default_factory=dict)  # how it is audited
    by: str = ""  # person of the operator who confirmed the set as a whole
    on: Day | None = None

    @property
    def confirmed(self) -> bool:
        return bool(self.by and self.on)

    @property
    def off(self) -> bool:
        """Its very list of requirements is of low confidence, and nobody has confirmed it."""
        return self.confidence == "low" and not self.confirmed

    @property
    def changed(self) -> date | None:
        """The day from which the set is as it stands: nothing written before it speaks of this state."""
        return max((day for day in (self.published, self.as_of) if day), default=None)

    def find(self, id_: str) -> Requirement | None:
        return self.requirements.get(id_) or self.groups.get(id_)


Sets = Mapping[str, RequirementSet]


def candidates(sets: Sets, text: str) -> tuple[Requirement, ...]:
    """The requirements that an id may mean: `set:id`, `clause:8.1`, or an id alone that begins with a letter.

    A number alone is never resolved: 8.2 is a clause, a control of Annex A, and a requirement of card security.
    """
    name, colon, id_ = text.partition(":")
    if colon:
        held = sets.get(CLAUSES if name == "clause" else name)
        found = held.find(id_) if held else None
        return (found,) if found else ()
    if not text[:1].isalpha():
        return ()
    return tuple(found for held in sets.values() if (found := held.find(text)))


def resolve(sets: Sets, text: str) -> Requirement | None:
    """The one requirement that an id means; none where no set has it, or several have."""
    found = candidates(sets, text)
    return found[0] if len(found) == 1 else None
