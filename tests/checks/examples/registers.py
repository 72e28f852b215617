"""Examples of the checks on registers, each as it stands at the audit date, 30 September 2026."""

from checks.examples.kit import Nothing, Told, of, set_as
from checks.factories import (
    ALICE,
    CI_BOT,
    approval,
    by_id,
    change,
    control,
    evidence,
    exception,
    facts,
    isms,
    person,
    record,
    risk,
    supplier,
    threat,
)

from tieout.model import records as r
from tieout.model.history import PathChange
from tieout.model.registers import EvidenceFile

BLIND = facts(missing={"shop": "its server does not answer"}, pins={}, pipelines={})
BEGUN = change("begun", "2026-01-01", repo="isms", paths=())


def filed(day, path, blob="1" * 40):
    """A history of the ISMS in which a file was written on a day."""
    return facts(isms_changes=(BEGUN, change(day, day, repo="isms", paths=(PathChange("A", path, blob),))))


# --- evidence-fresh, evidence-intact --------------------------------------------------------------------------------


def quarterly(*records, **fields):
    named = {"frequency": "quarterly", "enforced_by": ["process:access review"]} | fields
    return isms(controls=by_id(control(**named)), evidence=by_id(*records))


PER_CHANGE = isms(controls=by_id(control()))
ON_EVENT = isms(controls=by_id(control(frequency="on-event", enforced_by=["check:emergency-reviewed"])))
HELD = {"x": EvidenceFile("x", "ab" * 32, 10)}


def holding(sha256="ab" * 32, held=HELD, **fields):
    return isms(evidence=by_id(evidence(sha256=sha256, retain="1y", services=["shop"], **fields)), files=held)


EVIDENCE = (
    *of(
        "evidence-fresh",
        passes=Told(
            facts(),
            "EVD-1, 2026-09-20",
            "The newest evidence is EVD-1, which speaks up to 20 September 2026: 10 days before the audit date, in a window of 100 days (quarterly control).",
            quarterly(evidence()),
        ),
        fails=Told(
            facts(),
            "EVD-1, 21 days too old",
            "The newest evidence is EVD-1, which speaks up to 1 June 2026: 121 days before the audit date, in a window of 100 days (quarterly control), so 21 days too old.",
            quarterly(evidence(to="2026-06-01")),
        ),
        cannot_tell=Told(
            BLIND,
            "not read",
            "No evidence record proves CTL-1, and no check that enforces it judged anything in the period. What happened to shop cannot be told: the repository shop was not read, its server does not answer.",
            PER_CHANGE,
        ),
        does_not_apply=Told(
            facts(),
            "nothing occurred",
            "Nothing occurred in the period that CTL-1 applies to: the check emergency-reviewed had nothing to judge.",
            ON_EVENT,
        ),
        nothing=Nothing("No control is called implemented."),
    ),
    *of(
        "evidence-intact",
        passes=Told(
            filed("2026-09-22", "x"),
            "as it was collected",
            "EVD-1 was collected on 20 September 2026, its file was committed on 22 September 2026 and still has the SHA-256 that was written down.",
            holding(),
        ),
        fails=Told(
            filed("2026-09-22", "x"),
            "says that the SHA-256 of x begins with cdcdcdcdcdcd, and it begins with abababababab",
            "EVD-1 says that the SHA-256 of x begins with cdcdcdcdcdcd, and it begins with abababababab.",
            holding(sha256="cd" * 32),
        ),
        cannot_tell=Told(
            facts(),
            "is kept elsewhere: nobody can tell from here whether it is what it was",
            "EVD-1 is kept elsewhere: nobody can tell from here whether it is what it was.",
            holding(sha256="", held={}, file="", url="https://elsewhere.example/x"),
        ),
        does_not_apply=Told(
            facts(),
            "kept long enough",
            "EVD-1 had to be kept until 31 January 2026, so its file may be gone.",
            holding(held={}, to="2025-01-31"),
        ),
        nothing=Nothing("No evidence had been collected."),
    ),
)

# --- exceptions-valid -----------------------------------------------------------------------------------------------

ENDED = exception("EXC-0", expires="2026-06-30")
EXCEPTIONS = of(
    "exceptions-valid",
    passes=Told(
        facts(),
        "until 2026-08-31",
        "EXC-0 was approved by Carol on 1 June 2026 and is compensated by CTL-1. Its last day is 31 August 2026; nothing is seen to have relied on it after that.",
        isms(exceptions=by_id(exception("EXC-0"))),
        "EXC-0",
    ),
    fails=Told(
        facts(change(day="2026-07-09")),
        "1 fault",
        "EXC-0 expired on 30 June 2026, and shop/61000000 relied on it after that (change-reviewed).",
        isms(exceptions=by_id(ENDED)),
        "EXC-0",
    ),
    cannot_tell=Told(
        BLIND,
        "use after its end not known",
        "EXC-0 was approved by Carol on 1 June 2026 and is compensated by CTL-1; whether anything relied on it after its end, on 30 June 2026, cannot be told. What happened to shop cannot be told: the repository shop was not read, its server does not answer.",
        isms(exceptions=by_id(ENDED)),
        "EXC-0",
    ),
    does_not_apply=Told(
        facts(),
        "tier not asked",
        "The check is set for tier 3, and shop is of tier 1.",
        isms(exceptions=by_id(ENDED), checks=set_as("exceptions-valid", tiers=[3])),
        "EXC-0",
    ),
    nothing=Nothing("No exception was in force.", facts(change())),
    permits=("EXC-0",),
)

# --- suppliers-assessed ---------------------------------------------------------------------------------------------

SUPPLIERS = of(
    "suppliers-assessed",
    passes=Told(
        facts(),
        "assessed 2026-02-10",
        "feed was last assessed on 10 February 2026, and nothing asked of a supplier of high criticality is missing.",
        isms(suppliers=by_id(supplier())),
    ),
    fails=Told(
        facts(),
        "was last assessed on 20 July 2025, 14 months ago",
        "feed (high) was last assessed on 20 July 2025, 14 months ago and has a contract without security terms, a time for notice of incidents and an exit plan.",
        isms(suppliers=by_id(supplier(assessed="2025-07-20", contract={"audit_right": True}))),
    ),
    cannot_tell="The register alone is asked, and it is always read whole: a supplier without a day was never assessed.",
    does_not_apply=Told(
        facts(),
        "tier not asked",
        "The check is set for tier 3, and shop is of tier 1.",
        isms(suppliers=by_id(supplier()), checks=set_as("suppliers-assessed", tiers=[3])),
    ),
    nothing=Nothing(
        "No supplier in use matters enough.", isms=isms(suppliers=by_id(supplier(criticality="low", review_every=None)))
    ),
)

# --- records-reviewed -----------------------------------------------------------------------------------------------


def reviewed(**fields):
    return isms(threats=by_id(threat(**({"review_every": "6mo"} | fields))))


UPKEEP = of(
    "records-reviewed",
    passes=Told(
        filed("2026-06-03", "THR-1.md"),
        "read 2026-06-01",
        "THR-1 says that it was last read on 1 June 2026, which a change of its file on 3 June 2026 bears out.",
        reviewed(reviewed="2026-06-01"),
    ),
    fails=Told(
        filed("2026-02-23", "THR-1.md"),
        "38 days late",
        "THR-1 was last read on 23 February 2026 and due again on 23 August 2026: 38 days late; Bob answers for it.",
        reviewed(reviewed="2026-02-23"),
    ),
    cannot_tell=Told(
        facts(isms_changes=(BEGUN,)),
        "not to be told",
        "THR-1 says that it was last read on 1 June 2026, and no commit holds it, so that nobody can tell when that was written down.",
        reviewed(reviewed="2026-06-01"),
    ),
    does_not_apply=Told(
        filed("2026-06-03", "THR-1.md"),
        "retired",
        "THR-1 is retired, so nobody has to read it.",
        reviewed(status="retired"),
    ),
    nothing=Nothing("No record has a rhythm of review.", isms=isms(threats=by_id(threat()))),
)

# --- no-leavers -----------------------------------------------------------------------------------------------------

LEFT = {"from": "2020-01-01", "to": "2026-08-31"}


def staff(**fields):
    return isms(people=by_id(person(ALICE, **fields), person(CI_BOT)))


OWNED = change("z", "2026-09-20", code_owners=("alice",), paths=(PathChange("M", "payouts/rules.yml", "1" * 40),))
PEOPLE = of(
    "no-leavers",
    passes=Told(
        facts(), "left 2026-08-31", "Alice left on 31 August 2026 and holds nothing any more.", staff(active=LEFT)
    ),
    fails=Told(
        facts(OWNED),
        "left 2026-08-31",
        "Alice left on 31 August 2026, but is code owner of payouts/rules.yml, as the change shop/7a000000 of 20 September 2026 shows.",
        staff(active=LEFT),
    ),
    cannot_tell=Told(
        BLIND,
        "left 2026-08-31",
        "Alice left on 31 August 2026. Whether they still own code of shop cannot be told, since that was not read whole.",
        staff(active=LEFT),
    ),
    does_not_apply=Told(
        facts(),
        "left 2025-12-31",
        "Alice left on 31 December 2025, before the period, and holds nothing any more.",
        staff(active=LEFT | {"to": "2025-12-31"}),
    ),
    nothing=Nothing("Nobody holds anything, and nobody left.", isms=staff()),
    permits=("alice",),
)

# --- soa-consistent -------------------------------------------------------------------------------------------------

CLAIMED = {"applicable": True, "reasons": ["legal"], "status": "implemented"}


def stating(entry=CLAIMED, **registers):
    statement = record(r.Soa, "soa", entries={"A.8.32": entry})
    base = {"soa": statement, "controls": by_id(control()), "risks": by_id(risk())}
    return isms(**(base | registers))


STATEMENT = of(
    "soa-consistent",
    passes=Told(
        facts(change(approvals=(approval(),))),
        "implemented",
        "A.8.32 is called implemented, with CTL-1 behind it, and nothing that is recorded speaks against it.",
        stating(),
        "A.8.32",
    ),
    fails=Told(
        facts(),
        "implemented",
        "A.8.32 is called implemented, but CTL-1 is not yet.",
        stating(controls=by_id(control(status="planned"))),
        "A.8.32",
    ),
    cannot_tell=Told(
        BLIND,
        "implemented",
        "A.8.32 is called implemented, but nothing shows CTL-1 at work. What happened to shop cannot be told: the repository shop was not read, its server does not answer.",
        stating(),
        "A.8.32",
    ),
    does_not_apply=Told(
        facts(),
        "before this check was adopted",
        "This was before the check was adopted on 15 October 2026.",
        stating(checks=set_as("soa-consistent", since="2026-10-15")),
        "A.8.32",
    ),
    nothing=Nothing("There is no Statement of Applicability."),
    permits=("A.8.32",),
)

EXAMPLES = (*EVIDENCE, *EXCEPTIONS, *SUPPLIERS, *UPKEEP, *PEOPLE, *STATEMENT)
