import pytest

from tieout import checks, content
from tieout.content import catalogue
from tieout.model.settings import Config, Repository

CHECKS = {
    id_: checks.CHECKS[id_]
    for id_ in ("change-reviewed", "exceptions-valid", "mandatory-libraries", "no-direct-push", "review-checklist")
}


def record(fields, body=""):
    return f"---\n{fields.strip()}\n---\n{body}".encode()


def small_isms():
    """A whole ISMS of one service without a problem, by path."""
    rows = "\n".join(
        f"  {id_}: {{applicable: true, reasons: [baseline], status: planned}}" for id_ in catalogue.annex_a()
    )
    return {
        "tieout.yml": b"schema: 1\noperator: Small\n",
        "isms/README.md": b"Free text.\n",
        "isms/scope.md": record("title: All\nowner: alice\nstatus: approved\nstatement: All we do.\nin: all-services\nout: []\nlocations: [here]"),
        "isms/people.yml": b"- id: alice\n  name: Alice\n  emails: [alice@a.example]\n- {id: bob, name: Bob, emails: [bob@a.example]}\n",
        "isms/squads.yml": b"- {id: pricing, title: Pricing, lead: alice}\n",
        "isms/suppliers/cloud.md": record("title: Cloud\nowner: alice\nstatus: active\ncriticality: low\nprovides: [cloud]"),
        "isms/services/odds.md": record(
            "title: Odds\nowner: pricing\nstatus: live\ntier: 1\nkind: application\nmission: Prices.\nrepos: [{repo: odds}]\nholds: [prices]\nsupplied_by: cloud"
        ),
        "isms/risk-method.yml": (
            b"title: Method\nowner: alice\nscale: {likelihood: [low, high], impact: [low, high]}\nimpact_areas: [fairness]\n"
            b"score: product\nbands: {low: 1-2, high: 3-4}\nappetite: {default: 2}\n"
        ),
        "isms/threats/THR-001-odds.md": record(
            "title: Odds tampered with\nowner: pricing\nstatus: active\ncategory: insider\nactor: insider\naffects: [odds]\nscenario: Someone changes a price."
        ),
        "isms/risks/RSK-007-odds-tampering.md": record(
            "title: Prices changed without authority\nowner: alice\nstatus: treating\nthreats: [THR-001]\naffects: odds\nimpact_area: fairness\n"
            "inherent: {likelihood: 2, impact: 2}\nresidual: {likelihood: 1, impact: 2}\ntreatment: modify\nreviewed: 2026-05-28",
            "Why this matters: [[CTL-004]].\n",
        ),
        "isms/controls/CTL-004-two-people.md": record(
            "title: Two people\nowner: pricing\nstatus: implemented\nkind: preventive\nmode: automated\nfrequency: per-change\nmitigates: RSK-007\n"
            "implements: [A.8.32]\napplies_to: tier-1\nstage: commit-review\nenforced_by: [check:change-reviewed]\nstatement: Two people."
        ),
        "isms/soa.yml": f"title: SoA\napproved_by: {{person: alice, on: 2026-01-01}}\nentries:\n{rows}\n".encode(),
    }  # fmt: skip


@pytest.fixture
def small():
    return small_isms()


@pytest.fixture
def load():
    """Load files: the records, and the problems as a reader sees them."""
    config = Config(operator="Small", repositories={"odds": Repository("odds", "../odds")})

    def loaded(files):
        isms, problems = content.load(files, config, CHECKS)
        return isms, [str(problem) for problem in problems]

    return loaded


@pytest.fixture
def problems_with(small, load):
    """The problems of the small ISMS after some files were changed: bytes for the whole, `(old, new)` for a spot."""

    def told(changes):
        for path, change in changes.items():
            if isinstance(change, tuple):
                old, new = (part.encode() for part in change)
                assert small[path].count(old) == 1, (path, old)
                small[path] = small[path].replace(old, new)
            elif change is None:
                del small[path]
            else:
                small[path] = change if isinstance(change, bytes) else change.encode()
        return load(small)[1]

    return told
