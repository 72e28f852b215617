"""Which words of a record others rely on, and who relies on them: the one place that makes a link suspect.

A link is suspect when the *meaning* of the record it leads to changed after the record it comes from was last written
or reviewed. Meaning is what somebody who relied on the record would have to read again: what it says, what it covers,
and whether it is in force. Who owns it, when it was reviewed, how it is tagged and who may see it is not.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from tieout.model.differences import Path, differences
from tieout.model.links import links_of
from tieout.model.records import Record
from tieout.model.registers import BY_NAME, REGISTERS

# A register that is not named here: what it is called, whether it is in force, and its text.
_USUAL = ("title", "status", "body")

MEANING: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        # How much is asked of a service, and where harm arrives; not who supplies it, nor what it is for in a sentence.
        "services": (
            *("title", "status", "tier", "kind", "holds", "rts_critical", "depends_on", "jurisdictions"),
            *("high_risk_paths", "body"),
        ),
        # Steps, identities and the source of deployments are what controls and services rely on.
        "pipelines": ("title", "status", "ci", "template", "identities", "deployments", "steps"),
        "threats": (
            *("title", "status", "category", "actor", "affects", "scenario", "peak_impact", "authority_expects"),
            *("abuse_cases", "likelihood_trend", "body"),
        ),
        # Not the residual size: it is concluded from the controls, so a control that mitigates does not rely on it.
        "risks": ("title", "status", "threats", "affects", "impact_area", "inherent", "treatment", "body"),
        "method": ("scale", "impact_areas", "score", "bands", "appetite"),
        # Which risk it mitigates is not what it does; how it is enforced is, since evidence shows the enforcement.
        "controls": (
            *("title", "status", "statement", "mode", "frequency", "implements", "satisfies", "applies_to"),
            *("stage", "enforced_by", "body"),
        ),
        "soa": ("applicable", "why_not"),  # of a row: whether it is claimed at all; its status follows the controls
        "suppliers": ("title", "status", "criticality", "provides", "services", "body"),
        "decisions": ("title", "status", "decision", "decides", "body"),
        "exceptions": ("title", "status", "excepts", "scope", "from", "expires", "compensating", "reason"),
        "policies": ("title", "status", "implements", "enforced_by", "body"),
        "runbooks": ("title", "services", "threats", "body"),
        "evidence": ("title", "proves", "services", "observed", "file", "sha256", "body"),
        "findings": ("title", "status", "kind", "severity", "against", "affects", "cause", "body"),
        "actions": ("title", "status"),  # not the due date, which is told by itself
        "metrics": ("title", "unit", "better", "target"),
        "roles": ("title", "powers", "conflicts_with"),
        "access": ("title", "system", "roles", "four_eyes", "logged"),
        "forums": ("title", "members", "quorum", "scope"),
        "licences": ("title", "status", "jurisdiction", "frameworks", "services"),
        "environments": ("title", "status", "kind", "network", "data"),
        "criteria": ("title", "when", "requires"),
        # Nobody's words change because a person moves; what a leaver leaves behind is a gap of its own.
        "people": (),
        "squads": (),
        "keys": (),
    }
)

# What a record concludes from those that it relies on, beside its own meaning: who writes it anew has looked at them.
CONCLUDED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "services": ("supplied_by", "environments", "pipeline", "secure_by_design"),
        "threats": ("sources",),
        "risks": ("residual", "target", "accepted_by"),
        "controls": ("mitigates",),
        "soa": ("reasons", "status", "action", "note"),
        "suppliers": ("assurance", "contract", "assessed"),
        "decisions": ("why",),
        "exceptions": ("approved_by",),
        "policies": ("approved_by",),
        "runbooks": ("exercised",),
        "findings": ("correction", "actions", "effectiveness"),
    }
)
# Of a register that has neither of the two above, every field but those that say who, when and how it is filed.
_ASIDE = frozenset({"owner", "tags", "confidential", "review_every"})

# Who relies on what it links to, where that is not plain: a record relies on what it names, except for links that say
# who or where, or that name what the record itself acts on.
NOT_RELIED_ON = frozenset(
    {
        *("owner", "lead", "partner", "squad", "members", "present", "person", "approved_by", "accepted_by", "team"),
        *("teams", "stage", "for", "raises", "decides", "supersedes", "findings", "criteria", "audit"),
    }
)

# And these rely on who names them: a risk is sized with the controls that mitigate it, a row of the statement of
# applicability claims what its controls and policies do, and a finding is closed by its actions.
RELIED_ON_BACKWARDS: Mapping[str, str] = MappingProxyType(
    {"mitigates": "mitigated by", "implements": "implemented by", "for": "acted on by"}
)


@cache
def _other_sides() -> Mapping[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for register in REGISTERS:
        for link in links_of(register.model):
            for other in link.link.to if link.link.back and link.edge else ():
                if other in BY_NAME:
                    back = next((one.edge for one in links_of(BY_NAME[other].model) if one.field == link.link.back), "")
                    found[register.name, link.edge] = back
                    found.setdefault((other, back), link.edge)
    return found


def other_side(register: str, link: str) -> str:
    """What the record at the other end calls a link that either of the two may write; empty for any other link."""
    return _other_sides().get((register, link), "")


# What has been, and is not written again: nothing in it becomes doubtful by what changes later.
PAST = frozenset({"incidents", "decisions", "reviews", "audits", "events", "keys", "people", "squads"})
ENDED: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "services": frozenset({"retired"}),
        "pipelines": frozenset({"retired"}),
        "threats": frozenset({"retired"}),
        "risks": frozenset({"closed"}),
        "controls": frozenset({"retired"}),
        "exceptions": frozenset({"rejected", "revoked"}),
        "policies": frozenset({"superseded"}),
        "findings": frozenset({"closed"}),
        "actions": frozenset({"done", "cancelled"}),
        "objectives": frozenset({"achieved", "dropped"}),
        "suppliers": frozenset({"ended"}),
        "licences": frozenset({"ended"}),
    }
)


# Of these, the ends by which a record is no longer counted, rather than done with.
_NO_LONGER_COUNTED = frozenset(ENDED) - {"findings", "actions", "objectives"}


def has_gone(register: str, old: Record, new: Record | None) -> str:
    """In words, why a record that was counted is not any more: removed, or ended; empty where it still is."""
    if new is None:
        return f"{old.id} is removed"
    ends = ENDED[register] if register in _NO_LONGER_COUNTED else frozenset()
    return f"{old.id} is {new.status}" if new.status in ends and old.status not in ends else ""


def carries_meaning(register: str, path: Path) -> bool:
    """Whether a field of a record (its first step), or of a row of the statement of applicability, is relied on."""
    return bool(path) and path[0] in MEANING.get(register, _USUAL)


def is_second_look(register: str, path: Path) -> bool:
    """Whether who changed this field has looked at what the record relies on: at its meaning, at what is concluded, or
    at the whole (`reviewed`). A new owner has not.
    """
    name = path[0] if path else ""
    if register in MEANING:
        return name == "reviewed" or carries_meaning(register, path) or name in CONCLUDED.get(register, ())
    return bool(path) and name not in _ASIDE


def changed_meaning(register: str, old: Record, new: Record) -> tuple[str, ...]:
    """The fields by which two versions of a record do not mean the same, in the order of the record."""
    paths = (difference.path for difference in differences(old, new))
    return tuple(dict.fromkeys(str(path[0]) for path in paths if carries_meaning(register, path)))


def is_over(register: str, record: Record) -> bool:
    """Whether a record speaks of the past, so that nobody has to look at it again."""
    return register in PAST or record.status in ENDED.get(register, frozenset())
