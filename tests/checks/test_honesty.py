"""What is not known never passes, and a setting never turns a fail into a pass without a word."""

from dataclasses import replace

import pytest
from checks.factories import (
    ALICE,
    AUDIT,
    BOB,
    CAROL,
    CONFIG,
    approval,
    by_id,
    change,
    control,
    deployment,
    evidence,
    exception,
    facts,
    isms,
    items,
    judged,
    only,
    pipeline,
    record,
)

from tieout.checks import lapses
from tieout.checks.claims import leaning
from tieout.gaps import find
from tieout.model import records as r
from tieout.model.history import PathChange, SecretMatch, SecretScan
from tieout.model.results import Outcome
from tieout.model.settings import Config, Repository

UNKNOWN, FAIL, PASS, NOT_APPLICABLE = Outcome.UNKNOWN, Outcome.FAIL, Outcome.PASS, Outcome.NOT_APPLICABLE
SECRETS, INTACT = "no-secrets-or-real-data", "history-intact"


# --- approvals -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("check", ["change-reviewed", "enough-approvals", "emergency-reviewed", "high-risk-approved"])
@pytest.mark.parametrize("at", [0, -86_400])
def test_an_approval_without_a_day_came_before_nothing(check, at):
    criterion = record(r.Criterion, "CRIT-1", when={"paths": ["src/**"]}, requires={"approvals": 1})
    found = change(approvals=(replace(approval(), at=at),), criteria=("CRIT-1",), emergency="subject hotfix:")
    item = only(check, isms(criteria=by_id(criterion)), facts(found, deployments=(deployment(),)))
    assert (item.outcome, item.found) == (UNKNOWN, "day of the approval not known")
    assert item.reason.endswith("so it cannot be told whether that was in time.")


def test_who_owns_only_what_else_was_changed_may_not_approve_a_high_risk_path():
    fields = {"approvals": (approval(BOB),), "high_risk_paths": ("src/price.py",), "code_owners": ("bob", "carol")}
    allowed = only("high-risk-path-reviewed", isms(), facts(change(**fields)))
    beside = only("high-risk-path-reviewed", isms(), facts(change(**fields, owners_beside=("bob",))))
    assert (allowed.outcome, beside.outcome) == (PASS, FAIL)
    assert beside.reason.endswith(
        "which a code owner must approve, and only Bob approved it before it entered the branch."
    )


@pytest.mark.parametrize(("field", "asked"), [("approvals-count", 1), ("authors-count", 1)])
def test_an_own_check_does_not_count_people_whom_nobody_knows(field, asked):
    condition = {"field": field, "operator": "at-most", "value": asked}
    own = record(
        r.OwnCheck,
        "few",
        over="changes",
        passes_when=[condition],
        stage="commit-review",
        annex_a=["A.8.32"],
        cannot_prove="Much.",
        remedy="Ask.",
    )
    merge = change(approvals=(approval(BOB), approval(CAROL)), commits=(change().id,))  # its other side was not read
    assert only("few", isms(own_checks=by_id(own)), facts(merge)).outcome is UNKNOWN
    undated = change(approvals=(approval(BOB, absence="unknown"),))
    assert field != "approvals-count" or only("few", isms(own_checks=by_id(own)), facts(undated)).outcome is UNKNOWN


# --- settings ------------------------------------------------------------------------------------------------------


def scanned(allow, *paths):
    found = change(paths=tuple(PathChange("M", path, "0" * 40) for path in paths))
    scan = SecretScan(matches=(SecretMatch("src/price.py", 3, "aws-key", "ab12"),))
    setting = by_id(record(r.CheckSetting, SECRETS, allow=allow))
    return only(SECRETS, isms(checks=setting), facts(found, secret_scans={found.key: scan}))


@pytest.mark.parametrize("allow", [["**"], ["*", "**/*"], ["src/**"]])
def test_a_change_that_the_settings_pass_over_whole_is_not_said_to_hold_no_secret(allow):
    assert scanned(allow, "src/price.py").outcome is NOT_APPLICABLE


def test_a_pass_names_the_lines_that_the_settings_pass_over():
    item = scanned(["src/**"], "src/price.py", "README.md")
    assert item.outcome is PASS
    assert item.reason.endswith("apart from 1 file that checks.yml passes over, with 1 line that looks like one.")


# --- registers -----------------------------------------------------------------------------------------------------

NOTHING = control(enforced_by=["check:change-reviewed"])


@pytest.mark.parametrize("held", [(), (evidence(to="2025-01-31"),)])
def test_an_old_record_says_no_more_than_none_of_what_had_nothing_to_judge(held):
    registers = isms(controls=by_id(NOTHING), evidence=by_id(*held))
    found = judged(registers, facts())
    assert only("evidence-fresh", registers, facts()).outcome is NOT_APPLICABLE
    assert found.controls["CTL-1"].shown == "did-not-occur"
    assert found.controls["CTL-1"].reason.startswith("Nothing occurred in the period that CTL-1 applies to")


def test_evidence_that_claims_a_day_to_come_keeps_nothing_fresh():
    registers = isms(
        controls=by_id(control(enforced_by=["runbook:RB-1"])),
        evidence=by_id(evidence(to="2026-09-20", collected="2026-12-24")),
    )
    assert only("evidence-fresh", registers, facts()).outcome is FAIL


def test_a_risk_that_leans_on_what_cannot_be_told_is_marked():
    registers = isms(controls=by_id(control(enforced_by=["check:required-steps-passed"])))
    found = judged(registers, facts(change()))
    assert found.controls["CTL-1"].shown == "unknown"
    assert [one.control for one in leaning(registers, found, "RSK-1")] == ["CTL-1"]


def sealed(id_, day):
    base = {"owner": "bob", "status": "closed", "kind": "internal", "date": day, "auditor": "Hugo"}
    base |= {"scope": ["all-services"], "period": {"from": "2026-01-01", "to": day}, "criteria": ["iso27001-2022"]}
    return record(r.Audit, id_, **base, snapshot={"shop": "a" * 40} if id_ == "AUD-0" else {})


def test_a_later_audit_without_a_seal_does_not_hide_that_an_earlier_one_is_broken():
    config = Config("Shop", repositories={"shop": Repository("shop", "../shop")})
    registers = isms(audits=by_id(sealed("AUD-0", "2026-03-31"), sealed("AUD-0B", "2026-06-05")))
    seen = change(day="2026-05-01", proposal="record")
    item = only(INTACT, registers, facts(seen, sealed={("AUD-0", "shop"): "gone"}), config)
    assert (item.outcome, item.found) == (FAIL, "sealed commit is gone")


@pytest.mark.parametrize(
    "fields",
    [
        {"approved_by": None},
        {"approved_by": {"person": "carol", "on": "2026-06-01", "until": "2026-07-31"}},
        {"approved_by": {"person": "carol", "on": "2026-10-05"}},
        {"status": "requested"},
    ],
)
def test_a_gap_is_accepted_by_an_approval_in_force_alone(fields):
    lonely = control(enforced_by=[])
    good = {"excepts": ["gap:C1/CTL-1/enforced-by-nothing"], "expires": "2026-12-31"}
    told = []
    for more in ({}, fields):
        accepting = exception(**(good | more))
        registers = isms(controls=by_id(lonely), exceptions=by_id(accepting))
        gaps, _ = find(registers, facts(), judged(registers, facts()), {}, AUDIT)
        told.append([gap.accepted for gap in gaps if gap.id == "C1/CTL-1/enforced-by-nothing"])
    assert told == [["EXC-1"], [""]]


# --- lapses --------------------------------------------------------------------------------------------------------


def test_where_a_copy_is_cut_off_no_check_is_said_to_have_held():
    registers = isms(
        controls=by_id(control(enforced_by=["check:review-checklist"])),
        checks=by_id(record(r.CheckSetting, "review-checklist", template="review.md", items=["Tests"])),
        pipelines=by_id(pipeline()),
    )
    ticked = [
        change(name, day, body="- [x] Tests", order=1) for name, day in (("a", "2026-07-01"), ("b", "2026-08-01"))
    ]
    results = judged(registers, facts(*ticked, histories_incomplete=("shop",)), CONFIG).results
    assert {item.outcome for item in items("review-checklist", registers, facts(*ticked))} >= {PASS}
    (standing,) = lapses.ledger(registers, results, AUDIT)
    assert {one.state for one in standing.stretches} == {"unknown"}
    assert ALICE.known
