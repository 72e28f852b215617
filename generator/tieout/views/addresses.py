"""The one place that knows where a page is. Paths are relative to the audit's folder; nothing here looks at facts.

The same record has the same path in every audit, so that the switcher of audits keeps its place.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType

FRONT = "index.html"
SCOPE = "scope.html"
PARTIES = "parties.html"
METHOD = "risk-method.html"
ABOVE_APPETITE = "above-appetite.html"
SOA = "soa.html"
OBJECTIVES = "objectives.html"
PEOPLE = "people/index.html"
ACTIONS = "actions/index.html"
RECORDS = "records.html"
DOCUMENTS = "documents/index.html"
CHECKS = "checks/index.html"
LAPSES = "lapses.html"
POPULATIONS = "populations/index.html"
SAMPLES = "samples/index.html"
CHANGES = "changes/index.html"
DEPLOYMENTS = "deployments/index.html"
GAPS = "gaps.html"
REVIEW_PACK = "reviews/pack.html"
PROGRAMME = "audits/programme.html"
TREATMENT = "risks/treatment-plan.html"
MEASURES = "measures.html"
PROVENANCE = "provenance.html"
CHALLENGE = "challenge.html"
IDENTITIES = "identities.html"
HOW_TO_READ = "how-to-read.html"

# Registers whose list stands behind a page that tells more, so that the list on the left is no longer than need be.
_BEHIND: Mapping[str, str] = MappingProxyType({"audits": PROGRAMME, "reviews": REVIEW_PACK})

# Registers whose records have a page each, in a folder of the register's name.
FOLDERS = frozenset(
    {
        "services",
        "pipelines",
        "threats",
        "risks",
        "controls",
        "suppliers",
        "decisions",
        "exceptions",
        "policies",
        "runbooks",
        "incidents",
        "findings",
        "evidence",
        "audits",
        "reviews",
        "requirements",
    }
)

# Registers whose records are rows of a page, and what stands before the id in the anchor. Slugs of different
# registers may be equal, so that all but one register of a page have a prefix.
ROWS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "scope": (SCOPE, ""),
        "licences": (SCOPE, ""),
        "events": (SCOPE, ""),
        "issues": (PARTIES, ""),
        "parties": (PARTIES, ""),
        "environments": ("pipelines/index.html", "environment-"),
        "method": (METHOD, ""),
        "soa": (SOA, ""),
        "people": (PEOPLE, ""),
        "squads": (PEOPLE, "squad-"),
        "roles": (PEOPLE, "role-"),
        "access": (PEOPLE, "power-"),
        "keys": (PEOPLE, "key-"),
        "forums": ("decisions/index.html", "forum-"),
        "criteria": ("decisions/index.html", ""),
        "actions": (ACTIONS, ""),
        "objectives": (OBJECTIVES, ""),
        "metrics": (OBJECTIVES, ""),
    }
)

# Of these the page is the record, so that a link needs no anchor.
SINGLE = frozenset({"scope", "method", "soa"})
# Of these the page of the check is the record's: what is set for it, and what the operator declares.
CHECK_REGISTERS = frozenset({"checks", "own_checks"})


def index(register: str) -> str:
    """The page that lists a register."""
    return (
        f"{register}/index.html"
        if register in FOLDERS
        else CHECKS
        if register in CHECK_REGISTERS
        else ROWS[register][0]
    )


def entry(register: str) -> str:
    """The entry of the navigation under which a register and its records stand."""
    return _BEHIND.get(register, index(register))


def anchor(register: str, id_: str) -> str:
    """The anchor of a record that is a row of a page; empty where the record is a page."""
    return "" if register in FOLDERS or register in SINGLE or register in CHECK_REGISTERS else ROWS[register][1] + id_


def record(register: str, id_: str) -> str:
    if register in CHECK_REGISTERS:
        return check(id_)
    if register in FOLDERS:
        return f"{register}/{id_}.html"
    place = anchor(register, id_)
    return f"{ROWS[register][0]}#{place}" if place else ROWS[register][0]


def measure(id_: str) -> str:
    return f"measures/{id_}.html"


def measures_of(service: str) -> str:
    return f"measures/of-{service}.html"


def has_history_page(register: str) -> bool:
    """Whether the records of a register are rows, whose histories therefore stand on a page of their own."""
    return register not in FOLDERS and register not in SINGLE


def histories(register: str) -> str:
    """The histories of the rows of a register."""
    return f"documents/{register}.html"


def history(register: str, id_: str) -> str:
    """The history of a record: on its own page, else among those of its register."""
    if register == "annex-a":
        return f"{annex_a(id_)}#history"
    return f"{histories(register)}#{id_}" if has_history_page(register) else f"{record(register, id_)}#history"


def requirement(set_: str, id_: str) -> str:
    """A requirement is a row of the page of its set."""
    return f"{record('requirements', set_)}#{id_}"


def annex_a(id_: str) -> str:
    return f"annex-a/{id_}.html"


def check(id_: str, service: str = "") -> str:
    return f"checks/{id_}/{service}.html" if service else f"checks/{id_}.html"


def population(service: str) -> str:
    """Whether the changes and deployments of a service are all there."""
    return f"populations/{service}.html"


def sample(check: str) -> str:
    """The items of a check that an auditor would draw."""
    return f"samples/{check}.html"


def month(at: int) -> str:
    """2026-06, in UTC."""
    return datetime.fromtimestamp(at, UTC).isoformat()[:7]


def change(key: str) -> str:
    """Of a change by its key, `odds-engine/c41d9e7f`."""
    return f"changes/{key}.html"


def changes(repo: str, when: str) -> str:
    return f"changes/{repo}/{when}.html"


def deployment(key: str) -> str:
    """Of a deployment by its key, `odds-engine/77ab01c2`."""
    return f"deployments/{key}.html"


def ran(service: str) -> str:
    """What ran of a service, day by day."""
    return f"deployments/{service}/running.html"


def quarter(service: str, when: str) -> str:
    """The change report of a service for a quarter, `2026-Q3`."""
    return f"services/{service}/{when}.html"


def deployments(service: str, when: str) -> str:
    return f"deployments/{service}/{when}.html"
