"""Examples of the checks on what went into the histories and out of them."""

from checks.examples.kit import Nothing, Told, of, set_as
from checks.factories import at, by_id, change, facts, isms, record

from tieout.model import records as r
from tieout.model.history import Moved, SecretMatch, SecretScan
from tieout.model.settings import Config, Repository

MATCH = SecretMatch("tests/gateway.yml", 3, "named-secret", "0a1b")
LINKED = Config("Shop", repositories={"shop": Repository("shop", "../shop")})
OLD, NEW = "a" * 40, "b" * 40
REWRITTEN = Moved("branch", "main", OLD, NEW, 2, at("2026-05-01"))
BEFORE = record(
    r.Audit,
    "AUD-0",
    owner="bob",
    status="closed",
    kind="internal",
    date="2026-06-05",
    auditor="Hugo",
    scope=["all-services"],
    period={"from": "2026-01-01", "to": "2026-06-05"},
    criteria=["iso27001-2022"],
    snapshot={"shop": OLD},
)
UNSEALED = BEFORE.model_copy(update={"snapshot": {}})


def scanned(*matches):
    return facts(change(), secret_scans={change().key: SecretScan(matches)})


def audited(before=BEFORE, **fields):
    return isms(audits=by_id(before), **fields)


EXAMPLES = (
    *of(
        "no-secrets-or-real-data",
        passes=Told(
            scanned(), "none", "No line that the change added looks like a secret, a payment card or a bank account."
        ),
        fails=Told(
            scanned(MATCH),
            "1 line: named-secret",
            "tests/gateway.yml:3 looks like a value behind a name such as api_key or password. The value is not shown here.",
        ),
        cannot_tell=Told(facts(change()), "not looked at", "The lines that the change added were not looked at."),
        does_not_apply=Told(
            facts(change()),
            "switched off",
            "checks.yml passes over every path, so nothing was looked at.",
            isms(checks=set_as("no-secrets-or-real-data", allow=["**"])),
        ),
        nothing=Nothing("No change entered a branch in the period."),
    ),
    *of(
        "history-intact",
        passes=Told(
            facts(sealed={("AUD-0", "shop"): "kept"}),
            "sealed commit still there",
            "AUD-0 of 5 June 2026 sealed shop at aaaaaaaaaaaa, and the branch still stands on it.",
            audited(),
            config=LINKED,
        ),
        fails=Told(
            facts(moved={"shop": (REWRITTEN,)}),
            "history rewritten",
            "The branch main was at aaaaaaaaaaaa when it was read before, and is at bbbbbbbbbbbb now, which does not stand on that: 2 commits, the oldest of 1 May 2026, were lost.",
            audited(),
            config=LINKED,
        ),
        cannot_tell=Told(
            facts(),
            "nothing older was kept",
            "AUD-0 of 5 June 2026 sealed no commit of shop, and no record kept elsewhere names one from before, so nothing says how it stood then.",
            audited(UNSEALED),
            config=LINKED,
        ),
        does_not_apply=Told(
            facts(moved={"shop": (REWRITTEN,)}),
            "service not asked",
            "The check is set for web only, and this is of shop.",
            audited(checks=set_as("history-intact", services=["web"])),
            config=LINKED,
        ),
        nothing=Nothing("There was no audit before, and nothing that was read has moved.", config=LINKED),
    ),
)
