"""The eight questions on the left of every page, with the count of rows behind each entry, and the lines at the foot."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from tieout.text.words import plural
from tieout.views import addresses, sizes, words
from tieout.views.page import Line, Link, NavEntry, Navigation, Text, line
from tieout.views.snapshot import Snapshot

Count = Callable[[Snapshot], int | None]


def _register(name: str) -> Count:
    return lambda snapshot: len(snapshot.isms.register(name))


def _no_count(_: Snapshot) -> int | None:
    return None


def _changes(snapshot: Snapshot) -> int:
    """Changes of the period that belong to a service."""
    date, services = snapshot.date, snapshot.isms.services
    found = snapshot.facts.changes.values()
    return sum(
        date.start <= change.time <= date.end and any(id_ in services for id_ in change.services) for change in found
    )


def _deployments(snapshot: Snapshot) -> int:
    date, services = snapshot.date, snapshot.isms.services
    found = snapshot.facts.deployments.values()
    return sum(date.start <= deployment.at <= date.end and deployment.service in services for deployment in found)


# question: title, path, count
QUESTIONS: Mapping[str, tuple[tuple[str, str, Count], ...]] = MappingProxyType(
    {
        "What is covered?": (
            ("Scope", addresses.SCOPE, _no_count),
            ("Services", addresses.index("services"), _register("services")),
            ("Suppliers", addresses.index("suppliers"), _register("suppliers")),
            ("Parties and requirements", addresses.PARTIES, _register("parties")),
            ("Requirement sets", addresses.index("requirements"), lambda snapshot: len(snapshot.isms.requirement_sets)),
        ),
        "What could go wrong?": (
            ("Threats", addresses.index("threats"), _register("threats")),
            ("Risks", addresses.index("risks"), _register("risks")),
            ("Above appetite", addresses.ABOVE_APPETITE, lambda snapshot: len(sizes.risks_above(snapshot.isms))),
            ("Treatment plan", addresses.TREATMENT, _no_count),
            ("Risk method", addresses.METHOD, _no_count),
        ),
        "What is done about it?": (
            ("Statement of Applicability", addresses.SOA, lambda snapshot: len(snapshot.isms.annex_a)),
            ("Controls", addresses.index("controls"), _register("controls")),
            ("Pipeline", addresses.index("pipelines"), _register("pipelines")),
            ("Policies", addresses.index("policies"), _register("policies")),
            ("Runbooks", addresses.index("runbooks"), _register("runbooks")),
        ),
        "Was it done every time?": (
            ("Changes", addresses.CHANGES, _changes),
            ("Checks", addresses.CHECKS, lambda snapshot: len(snapshot.judgement.results)),
            ("Deployments", addresses.DEPLOYMENTS, _deployments),
            ("Samples", addresses.SAMPLES, _no_count),
            ("Evidence", addresses.index("evidence"), _register("evidence")),
        ),
        "What went wrong?": (
            ("Gaps", addresses.GAPS, lambda snapshot: len(snapshot.gaps)),
            ("Lapses", addresses.LAPSES, _no_count),
            ("Exceptions", addresses.index("exceptions"), _register("exceptions")),
            ("Incidents", addresses.index("incidents"), _register("incidents")),
            ("Findings", addresses.index("findings"), _register("findings")),
            ("Actions", addresses.ACTIONS, _register("actions")),
        ),
        "Who decides?": (
            ("Forum decisions", addresses.index("decisions"), _register("decisions")),
            ("Management review", addresses.REVIEW_PACK, _no_count),
            ("Objectives", addresses.OBJECTIVES, _register("objectives")),
            ("People and powers", addresses.PEOPLE, _register("people")),
        ),
        "What changed?": (
            ("Since the last audit", f"{addresses.FRONT}#since", _no_count),
            ("Document control", addresses.DOCUMENTS, _no_count),
            ("Measures", addresses.MEASURES, _no_count),
            ("Audit programme", addresses.PROGRAMME, _register("audits")),
        ),
        "Why believe this?": (
            ("Provenance", addresses.PROVENANCE, _no_count),
            ("Would the checks notice?", addresses.CHALLENGE, _no_count),
            ("How to read this site", addresses.HOW_TO_READ, _no_count),
            ("Every record, A to Z", addresses.RECORDS, _no_count),
        ),
    }
)


def build(snapshot: Snapshot, exists: frozenset[str], *, compared: bool) -> Navigation:
    """The entries whose page exists; a question without any is left out. `compared`: there is an audit before this one."""
    groups = []
    for question, entries in QUESTIONS.items():
        held = tuple(
            NavEntry(title, path, count(snapshot))
            for title, path, count in entries
            if path in exists or (compared and path.startswith(f"{addresses.FRONT}#"))
        )
        if held:
            groups.append((question, held))
    return Navigation(tuple(groups))


def foot(snapshot: Snapshot, exists: frozenset[str]) -> tuple[Line, ...]:
    """As of when, from which commits, by which version; then what this is not; then the stamps."""
    pin = snapshot.facts.pins.get("isms")
    isms = line(" ISMS at ", words.code(pin.commit[:8])) if pin and pin.commit else line(" ISMS without a commit")
    number = sum(repo != "isms" for repo in snapshot.facts.pins)
    linked = f"{plural(number, 'linked repository')} at {'its' if number == 1 else 'their'} "
    word = "pin" if number == 1 else "pins"
    pins = line(Link(word, addresses.PROVENANCE)) if addresses.PROVENANCE in exists else line(word)
    digest = " ".join(snapshot.lock[at : at + 4] for at in range(0, 16, 4))
    lock = line(" Lock ", words.code(f"sha256:{digest}"), ".") if snapshot.lock else ()
    version = f" Tieout {snapshot.version}." if snapshot.version else ""
    first = line(f"As of {words.minute(snapshot.date.cutoff)} UTC.", *isms, f", {linked}", *pins, f".{version}", *lock)
    last = line(
        "A record of what the operator wrote and what its repositories show. General information, not legal or audit advice."
    )
    return (first, last, *_stamps(snapshot))


def _stamps(snapshot: Snapshot) -> tuple[Line, ...]:
    stamps = ["Internal: for the operator and those it shows this to."]
    if not snapshot.date.record:
        stamps.append("Draft: the present, not an audit; it changes with every commit.")
    if snapshot.date.uncommitted:
        stamps.append("Uncommitted: read from a working tree, not from a commit; it cannot be frozen.")
    return ((Text(" ".join(stamps), "strong"),),)
