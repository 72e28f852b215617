"""Threats, the risks they lead to, the controls against them, and the Statement of Applicability."""

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from tieout.model.links import to
from tieout.model.records.basics import Approved, Day, Duration, Frequency, Ids, Part, Record, Some, Text, YesNo


class AbuseCase(Part):
    """A way in which somebody could misuse the service."""

    id: Text
    """A short name, such as AB-05a."""
    text: Text
    """What somebody would do."""
    test: str = ""
    """The test that tries it."""


class Threat(Record):
    """Who could do what to which service."""

    owner: Annotated[Text, to("people", "squads")]
    """The person or squad that watches it."""
    status: Literal["active", "watch", "retired"]
    """Whether it is acted on, watched, or past."""
    category: Literal[
        "integrity", "fraud", "account", "insider", "player-protection", "aml", "availability", "data", "supply-chain"
    ]
    """What it aims at."""
    actor: Literal["external", "insider", "player", "syndicate", "supplier", "accident"]
    """Who is behind it."""
    affects: Annotated[Some, to("services")]
    """The services it aims at."""
    teams: Annotated[Ids, to("squads")] = ()
    """The squads that would notice it first."""
    scenario: Text
    """What happens, in a sentence or two."""
    peak_impact: str = ""
    """What it means during a big event; needed for integrity, fraud and account."""
    authority_expects: str = ""
    """What a regulator or the police would expect of you; needed for integrity, fraud and account."""
    abuse_cases: tuple[AbuseCase, ...] = ()
    """Ways of misuse, with the tests that try them."""
    likelihood_trend: Literal["rising", "steady", "falling", ""] = ""
    """Where it is going."""
    sources: tuple[str, ...] = ()
    """How you know of it."""


class Scale(Part):
    """The words for likelihood and impact, from the lowest to the highest; as many for both."""

    likelihood: tuple[str, ...]
    """Words for how likely it is; the first counts 1."""
    impact: tuple[str, ...]
    """Words for how bad it would be; the first counts 1."""


class Size(Part):
    """How likely, and how bad."""

    likelihood: Annotated[int, Field(ge=1, le=100)]
    """A number on the scale of the risk method."""
    impact: Annotated[int, Field(ge=1, le=100)]
    """A number on the scale of the risk method."""


class Target(Size):
    """Where the risk is to be, and by when."""

    by: Day
    """The day by which it is to be reached."""


# One length, or one for each band: which is meant is told by the form, so that a slip is told once.
_Rhythm = Annotated[
    Annotated[Duration, Tag("[length]")] | Annotated[dict[str, Duration], Tag("[bands]")],
    Discriminator(lambda value: "[bands]" if isinstance(value, dict) else "[length]"),
]


class RiskMethod(Record):
    """How risks are sized, and who may accept them (clause 6.1.2). There is one."""

    title: Text = "How risks are sized"
    owner: Annotated[str, to("people", "squads")] = ""
    """The person or squad that answers for the method."""
    scale: Scale
    """The words for likelihood and impact."""
    impact_areas: tuple[str, ...]
    """What can be harmed, such as fairness, funds, uptime, personal-data, licence."""
    score: Literal["product", "matrix"]
    """How a score is made: likelihood times impact, or looked up in `matrix`."""
    matrix: tuple[tuple[int, ...], ...] = ()
    """score: matrix: a row of scores for each likelihood, from the lowest, with one for each impact."""
    bands: dict[str, str]
    """Names for scores, such as low: 1-4, without a hole from 1 to the highest."""
    appetite: dict[str, int]
    """The highest score that is accepted: default, and more strictly for an impact area."""
    review_every: _Rhythm | None = None  # type: ignore[assignment]
    """How often the method is to be read again; or, by band, how often its risks are, such as critical: 30d."""
    accept_authority: dict[str, Annotated[str, to("roles")]] = {}
    """Which role may accept the risks of a band."""

    def score_at(self, likelihood: int, impact: int) -> int:
        """The score of a place of the scale; the highest there is where the matrix lacks it, which is told elsewhere."""
        if self.score == "product":
            return likelihood * impact
        rows = self.matrix
        if likelihood <= len(rows) and impact <= len(rows[likelihood - 1]):
            return rows[likelihood - 1][impact - 1]
        return self.highest

    @property
    def highest(self) -> int:
        """The highest score there can be."""
        if self.score == "matrix":
            return max((score for row in self.matrix for score in row), default=0)
        return len(self.scale.likelihood) * len(self.scale.impact)

    def band_of(self, score: int) -> str:
        """The name of the band of a score; empty when there is none."""
        for name, text in self.bands.items():
            low, _, high = text.partition("-")
            if low.isdigit() and int(low) <= score <= int(high or low):
                return name
        return ""


class Acceptance(Part):
    """Who accepted a risk or permitted an exception."""

    person: Annotated[Text, to("people")]
    """The person who accepted."""
    on: Day | None = None
    """The day of the acceptance."""
    decision: Annotated[str, to("decisions", edge="decided_by", back="decides", must=True)] = ""
    """The decision that it rests on."""
    until: Day | None = None
    """The last day on which it counts."""


class Risk(Record):
    """What a threat could mean for the organisation, how big that is, and what is done about it."""

    owner: Annotated[Text, to("people")]
    """The risk owner: a person."""
    status: Literal["identified", "assessed", "treating", "accepted", "closed"]
    """How far the risk is dealt with."""
    threats: Annotated[Some, to("threats")]
    """The threats it comes from; at least one."""
    affects: Annotated[Some, to("services")]
    """The services it is about; at least one."""
    impact_area: Annotated[Text, to("impact_areas")]
    """What would be harmed: one of the areas of the risk method."""
    inherent: Size
    """How likely and how bad it would be without any control."""
    residual: Size
    """How likely and how bad it is with the controls as they are today."""
    target: Target | None = None
    """Where it is to be, and by when."""
    treatment: Literal["modify", "retain", "avoid", "share"]
    """What is done about it, in the words of ISO/IEC 27005."""
    accepted_by: Acceptance | None = None
    """Who accepted it; needed when it is accepted, or stays above appetite."""


class Control(Record):
    """What is done so that a risk stays small."""

    owner: Annotated[Text, to("people", "squads")]
    """The person or squad that makes it work."""
    status: Literal["planned", "partial", "implemented", "retired"]
    """How far it is in place."""
    kind: Literal["preventive", "detective", "corrective"]
    """Whether it prevents, notices or repairs."""
    mode: Literal["automated", "semi", "manual"]
    """Who does it: a machine, a person, or both."""
    frequency: Frequency
    """How often it works; its evidence may be no older than that."""
    mitigates: Annotated[Ids, to("risks", "requirement")] = ()
    """The risks it keeps small."""
    implements: Annotated[Some, to("annex", "additional")]
    """The controls of Annex A that it makes real; at least one."""
    satisfies: Annotated[Ids, to("requirement")] = ()
    """Requirements that cannot be reached through Annex A, such as pci-dss-4.0.1:6.5."""
    applies_to: Annotated[Some, to("services", "all", "tiers")]
    """The services it covers: ids, tier-1, tier-2, tier-3 or all-services."""
    stage: Annotated[Some, to("stages")]
    """Where on the way to production it works; outside for what is no part of a pipeline."""
    enforced_by: Annotated[Ids, to("enforcement")] = ()
    """What makes it happen: check:…, policy:…, runbook:…, step:pipeline/step, or process: and a few words."""
    statement: Text
    """A sentence that somebody else can test."""


class SoaEntry(Part):
    """One control of Annex A in the Statement of Applicability."""

    applicable: YesNo
    """Whether the control is included."""
    reasons: tuple[Literal["risk", "legal", "contract", "business", "baseline"], ...] = ()
    """Why it is included; needed when it is."""
    status: Literal["implemented", "partial", "planned", "not-implemented", ""] = ""
    """How far it is implemented; needed when it is included."""
    owner: Annotated[str, to("people", "squads")] = ""
    """The person or squad that answers for it."""
    action: Annotated[str, to("actions")] = ""
    """What is done until it is implemented; needed when it is partial or planned."""
    note: str = ""
    """Where to look, such as a document or a register."""
    why_not: str = ""
    """Why it is excluded, in a sentence; needed when it is."""


class Soa(Record):
    """The Statement of Applicability (clause 6.1.3 d): each control of Annex A, and your own. There is one."""

    title: Text = "Statement of Applicability"
    owner: Annotated[str, to("people", "squads")] = ""
    """The person or squad that answers for it."""
    status: Literal["draft", "approved", ""] = ""
    """A draft has yet to be approved; without a word here it counts as approved."""
    version_note: str = ""
    """What this version is about."""
    approved_by: Approved | None = None
    """Who approved it, and when; needed unless it is a draft."""
    entries: dict[Annotated[str, to("annex")], SoaEntry]
    """One line for each of the 93 controls of Annex A."""
    additional: Annotated[Ids, to("controls", "own")] = ()
    """Your own controls outside Annex A."""
