from dataclasses import replace
from datetime import date

import pytest
from tests.checks.factories import (
    ALICE,
    AUDIT,
    BOB,
    approval,
    at,
    by_id,
    change,
    control,
    evidence,
    exception,
    facts,
    isms,
    judged,
    person,
    record,
    risk,
    service,
    supplier,
    threat,
)

from tieout import gaps, graph
from tieout.model import records as r
from tieout.model.history import UnknownIdentity
from tieout.model.results import CheckResult, Item, Outcome

RECENT = facts(change(day="2026-09-20", approvals=(approval(),)))


def found(happened=RECENT, **registers):
    base = {"threats": by_id(threat()), "risks": by_id(risk()), "controls": by_id(control())}
    written = isms(**(base | registers))
    judgement = judged(written, happened)
    traces = graph.traces(graph.build(written, judgement), written, judgement, AUDIT)
    return gaps.find(written, happened, judgement, traces, AUDIT)


def sentences(chain, happened=RECENT, **registers):
    return {gap.id: gap.sentence for gap in found(happened, **registers)[0] if gap.chain == chain}


def counts(chain, happened=RECENT, **registers):
    return next((one.complete, one.total) for one in found(happened, **registers)[1] if one.id == chain)


def test_chains_come_in_order_and_gaps_are_theirs():
    all_gaps, chains = found()
    assert [chain.id for chain in chains] == [*(f"C{number}" for number in range(1, 13)), "SoA"]
    assert all_gaps == tuple(gap for chain in chains for gap in chain.gaps)
    assert len({gap.id for gap in all_gaps}) == len(all_gaps)


def test_c1_names_threats_risks_and_controls_that_lead_nowhere():
    told = sentences(
        "C1",
        threats=by_id(threat(), threat("THR-10")),
        risks=by_id(risk(), risk("RSK-13")),
        controls=by_id(control(), control("CTL-34", status="planned", mitigates=["RSK-13"], enforced_by=[])),
    )
    assert told == {
        "C1/CTL-34/enforced-by-nothing": "CTL-34 is enforced by nothing.",
        "C1/RSK-13/no-implemented-control": "RSK-13 is mitigated by no implemented control.",
        "C1/THR-10/no-risk": "THR-10 leads to no risk.",
    }


def test_c1_counts_complete_traces_and_a_stale_control_once():
    stale = control("CTL-9", frequency="quarterly", mitigates=["RSK-1", "RSK-2"], enforced_by=["process:review"])
    registers = {
        "risks": by_id(risk(), risk("RSK-2"), risk("RSK-3")),
        "controls": by_id(control(mitigates=["RSK-1", "RSK-2", "RSK-3"]), stale),
        "evidence": by_id(evidence(proves=["CTL-9"], to="2026-05-01")),
    }
    assert sentences("C1", **registers) == {
        "C1/CTL-9/stale-evidence": "CTL-9 has no evidence in the last 100 days (quarterly control)."
    }
    assert counts("C1", **registers) == (1, 3)


def soa(**entries):
    rows = {id_.replace("_", "."): entry for id_, entry in entries.items()}
    return record(r.Soa, "soa", approved_by={"person": "bob", "on": "2026-06-01"}, entries=rows)


GOOD = {"applicable": True, "reasons": ["risk"], "status": "implemented"}


def test_c2_names_requirements_without_control_or_with_old_evidence():
    old = control("CTL-2", implements=["A.8.30"], enforced_by=["process:x"], mitigates=["RSK-1"])
    told = sentences(
        "C2",
        soa=soa(A_8_29=GOOD, A_8_30=GOOD, A_8_32=GOOD),
        controls=by_id(control(), old),
        evidence=by_id(evidence(proves=["CTL-2"], to="2026-02-20")),
    )
    assert told == {
        "C2/A.8.29/no-control": "A.8.29: applicable, no own control.",
        "C2/A.8.30/stale-evidence": "A.8.30 is covered, but its newest evidence is 7 months old.",
    }


def test_c2_policy_may_implement_a_requirement_without_a_control():
    by_policy = by_id(policy("POL-1", implements=["A.8.29"]))
    assert sentences("C2", soa=soa(A_8_29=GOOD), policies=by_policy) == {}


def incident(**fields):
    base = {"owner": "bob", "status": "closed", "severity": 2, "kind": "security", "affects": ["shop"]}
    base |= {"started": "2026-08-11T10:00Z", "detected": "2026-08-11T11:00Z", "cause": "external"}
    return record(r.Incident, "INC-1", **(base | fields))


def test_c3_severe_incident_closed_without_review():
    told = sentences("C3", incidents=by_id(incident()))
    assert told["C3/INC-1/no-review"] == "INC-1, severity 2, was closed without a review after the incident."
    assert told["C3/INC-1/no-control-tested"] == "INC-1, severity 2, names no control as tested."
    assert sentences("C3", incidents=by_id(incident(severity=4))) == {}


def test_c3_named_change_must_exist():
    good = {"repo": "shop", "commit": change().id}
    bad = {"repo": "shop", "commit": "deadbeef"}
    told = sentences("C3", incidents=by_id(incident(severity=4, caused_by=[good, bad])))
    assert told == {"C3/INC-1/change/deadbeef": "INC-1 names shop deadbeef, which is not in the history that was read."}


def test_c4_tier_1_service_without_control_in_a_stage():
    told = sentences("C4")
    assert told["C4/shop/no-pre-prod"] == "shop (tier 1) has no implemented control in pre-prod."
    assert "C4/shop/no-commit-review" not in told


def test_c4_service_without_repository_says_why():
    lone = service("signals", tier=2, repos=[], unlinked_why="The repository moves in the fourth quarter.")
    told = sentences("C4", services=by_id(service(), lone))
    expected = "signals has no linked repository: The repository moves in the fourth quarter."
    assert told["C4/signals/no-repository"] == expected


def decision(**fields):
    base = {"owner": "bob", "status": "decided", "date": "2026-07-01", "forum": "board", "kind": "market"}
    base |= {"present": ["bob"], "decides": ["RSK-1"], "decision": "Yes.", "why": "So."}
    return record(r.Decision, "DEC-1", **(base | fields))


def test_c5_market_decision_that_moved_nothing():
    touched = change("i", "2026-07-10", paths=())
    happened = facts(change(), isms_changes=(touched,))
    told = sentences("C5", happened, decisions=by_id(decision()))
    assert told == {"C5/DEC-1/nothing-changed": "DEC-1 approved a market; no risk or control changed within 30 days."}
    assert sentences("C5", decisions=by_id(decision())) == {}, "without a history of the ISMS nothing is claimed"


def test_c5_quorum_is_counted():
    forum = record(r.Forum, "board", owner="bob", members=["ciso"], quorum=3, cadence="monthly")
    told = sentences("C5", decisions=by_id(decision()), forums=by_id(forum))
    assert told == {"C5/DEC-1/no-quorum": "DEC-1 was taken by 1 where the quorum of board is 3."}


def test_c6_use_after_expiry_is_counted_by_thing():
    happened = facts(change("a", "2026-07-09", kind="direct"), change("b", "2026-07-10"))
    expired = exception(expires="2026-06-30", approved_by={"person": "carol", "decision": "DEC-1"})
    told = sentences("C6", happened, exceptions=by_id(expired), decisions=by_id(decision(date="2026-06-01")))
    assert told == {
        "C6/EXC-1/used-after-expiry": "EXC-1 expired 2026-06-30; 2 changes relied on it after that.",
    }


def test_c7_supplier_assessed_long_ago():
    annex = control(implements=["A.5.19"])
    told = sentences("C7", suppliers=by_id(supplier("kyc", assessed="2025-07-20")), controls=by_id(annex))
    assert told == {"C7/kyc/assessed-long-ago": "kyc (high) was last assessed on 20 July 2025, 14 months ago."}


def policy(id_, **fields):
    base = {"owner": "bob", "status": "approved", "approved_by": {"person": "bob", "on": "2026-01-15"}}
    return record(r.Policy, id_, **(base | {"audience": ["all"]} | fields))


def test_c8_policy_enforced_by_nothing():
    by_policy = control(enforced_by=["check:change-reviewed", "policy:POL-4"])
    registers = {"policies": by_id(policy("POL-4"), policy("POL-9")), "controls": by_id(by_policy)}
    assert sentences("C8", **registers) == {"C8/POL-9/enforced-by-nothing": "POL-9 is enforced by nothing."}
    assert counts("C8", **registers) == (1, 2)


def objective(*met):
    results = [{"period": f"Q{number}", "value": "1", "met": one} for number, one in enumerate(met)]
    fields = {"owner": "bob", "status": "active", "metric": "MET-1", "target": "0", "by": "2026-12-31"}
    return record(r.Objective, "OBJ-3", results=results, **fields)


@pytest.mark.parametrize(
    ("met", "told"),
    [
        ((), {"C9/OBJ-3/no-result": "OBJ-3 has no result yet."}),
        ((False, True), {}),
        ((True, False), {}),
        ((False, False), {"C9/OBJ-3/no-decision": "OBJ-3 missed 2 periods in a row; no decision."}),
    ],
)
def test_c9_objective_missed_twice_needs_a_decision(met, told):
    assert sentences("C9", objectives=by_id(objective(*met))) == told


def finding(**fields):
    base = {"owner": "bob", "status": "closed", "kind": "nonconformity", "severity": "minor", "origin": "audit"}
    base |= {"raised": "2026-07-01", "against": ["CTL-1"], "cause": "So.", "actions": ["ACT-1"]}
    return record(r.Finding, "FND-2", **(base | fields))


def action(id_="ACT-1", **fields):
    return record(
        r.Action, id_, **({"owner": "bob", "status": "open", "opened": "2026-07-01", "due": "2026-12-01"} | fields)
    )


def test_c10_finding_closed_before_its_effectiveness_check():
    told = sentences("C10", findings=by_id(finding()), actions=by_id(action()))
    assert told == {"C10/FND-2/no-effectiveness": "FND-2 was closed before its effectiveness was checked."}


def test_c10_overdue_action_and_missing_action():
    late = {"findings": by_id(finding(status="open")), "actions": by_id(action(due="2026-09-20"))}
    assert sentences("C10", **late) == {"C10/FND-2/ACT-1-overdue": "ACT-1, for FND-2, is 10 days overdue."}
    assert sentences("C10", findings=by_id(finding(status="open"))) == {
        "C10/FND-2/no-action": "FND-2 leads to no action."
    }


def of_checks(*items):
    """What C11 says of items of two checks, in the order of the catalogue."""
    written = isms()
    judgement = judged(written, RECENT)
    results = {
        id_: CheckResult(judgement.results[id_].check, tuple(item for item in items if item.check == id_))
        for id_ in ("change-reviewed", "no-direct-push")
    }
    known = replace(judgement, results=results)
    _, chains = gaps.find(written, RECENT, known, {}, AUDIT)
    return next(chain for chain in chains if chain.id == "C11")


def item(check, key, outcome, day="2026-07-01", **fields):
    return Item(check, "change", f"shop/{key}", "shop", at(day), outcome, "", "", "", **fields)


def test_c11_counts_a_change_that_several_checks_fail_once_under_the_first():
    chain = of_checks(
        item("change-reviewed", "a", Outcome.FAIL),
        item("no-direct-push", "a", Outcome.FAIL),
        item("change-reviewed", "b", Outcome.FAIL, "2026-07-02"),
        item("no-direct-push", "b", Outcome.PASS, "2026-07-02"),
        item("change-reviewed", "c", Outcome.UNKNOWN, "2026-07-03"),
        item("no-direct-push", "c", Outcome.FAIL, "2026-07-03"),
    )
    assert {gap.id: gap.sentence for gap in chain.gaps} == {
        "C11/shop/change-reviewed/fail": "2 changes of shop fail change-reviewed and 1 other check: shop/a and shop/b, "
        "the first on 1 July 2026.",
        "C11/shop/no-direct-push/fail": "1 change of shop fails no-direct-push and 1 other check: shop/c.",
    }
    assert (chain.complete, chain.total) == (0, 3)


def test_c11_excepted_change_is_weak_not_whole():
    chain = of_checks(item("change-reviewed", "a", Outcome.EXCEPTED, exception="EXC-1"))
    assert [(gap.id, gap.kind, gap.sentence) for gap in chain.gaps] == [
        (
            "C11/shop/change-reviewed/excepted",
            "weak",
            "1 change of shop is excepted from change-reviewed by EXC-1: shop/a.",
        )
    ]
    assert (chain.complete, chain.total) == (0, 1)


def test_a_gap_has_the_owner_of_its_record_and_the_exception_that_accepts_it():
    accepting = exception(excepts=["gap:C1/THR-2/no-risk"], expires="2026-10-30")
    held = {"threats": by_id(threat(), threat("THR-2", owner="alice")), "exceptions": by_id(accepting)}
    assert {gap.id: (gap.owner, gap.accepted) for gap in found(**held)[0] if gap.subject == "THR-2"} == {
        "C1/THR-2/no-risk": ("alice", "EXC-1")
    }
    ended = by_id(exception(excepts=["gap:C1/THR-2/no-risk"], expires="2026-09-29"))
    assert all(not gap.accepted for gap in found(**(held | {"exceptions": ended}))[0])


def test_c12_leaver_who_is_still_code_owner():
    left = person(BOB, active={"from": "2022-01-01", "to": "2026-08-31"})
    happened = facts(change(day="2026-09-20", code_owners=("bob",)))
    told = sentences("C12", happened, people=by_id(person(ALICE), left))
    assert told == {
        "C12/bob/code-owner": "bob left 2026-08-31 but is code owner of src/price.py, "
        "as the change shop/61000000 of 20 September 2026 shows."
    }


def test_c12_unknown_address_and_conflicting_roles():
    happened = facts(unknown=(UnknownIdentity("x@y.example", ("X",), ("shop",), 3),))
    roles = by_id(record(r.Role, "a", conflicts_with=["b"]), record(r.Role, "b"))
    told = sentences("C12", happened, people=by_id(person(ALICE, roles=["a", "b"])), roles=roles)
    assert told == {
        "C12/alice/a/b": "alice holds a and b, which conflict.",
        "C12/x@y.example/unknown": "x@y.example made 3 commits in shop and is nobody in the people register.",
    }


def test_c12_an_address_that_was_last_seen_before_the_period_is_no_gap_of_this_audit():
    seen = (UnknownIdentity("old@y.example", ("O",), ("shop",), 3, at("2026-06-05")),)
    seen += (UnknownIdentity("new@y.example", ("N",), ("shop",), 1, at("2026-06-06", 0)),)
    told = sentences("C12", facts(unknown=seen), people=by_id(person(ALICE)))
    assert list(told) == ["C12/new@y.example/unknown"]


def test_c12_an_address_that_is_only_named_made_no_commit():
    happened = facts(unknown=(UnknownIdentity("x@y.example", ("X",), ("shop",), 0, at("2026-07-01")),))
    told = sentences("C12", happened, people=by_id(person(ALICE)))
    assert told["C12/x@y.example/unknown"] == "x@y.example is named in shop and is nobody in the people register."


def test_soa_contradictions():
    excluded = {"applicable": False, "why_not": "All of our software is written in our own house."}
    develops = supplier("games", provides=["games", "software-development"])
    told = sentences(
        "SoA",
        soa=soa(A_8_30=excluded, A_5_23={"applicable": False, "why_not": "none"}, A_8_32=GOOD, A_8_29=GOOD),
        suppliers=by_id(develops),
        controls=by_id(control(), control("CTL-2", implements=["A.8.29"], status="partial", mitigates=[])),
    )
    assert told == {
        "SoA/A.5.23/no-reason": "A.5.23 is excluded without a sentence that says why.",
        "SoA/A.8.29/no-risk": "A.8.29 is included because of risk, but no risk leads to it.",
        "SoA/A.8.29/not-implemented": "A.8.29 is called implemented, but CTL-2 is not yet.",
        "SoA/A.8.30/supplier/games": "A.8.30 is excluded, but games develops software for us.",
    }


def test_soa_partial_needs_an_action_and_implemented_needs_a_pass():
    registers = {"soa": soa(A_8_32=GOOD, A_8_29={"applicable": True, "reasons": ["legal"], "status": "partial"})}
    told = sentences("SoA", facts(change(day="2026-09-20")), **registers)
    assert told["SoA/A.8.29/no-action"] == "A.8.29 is partial, and no action says by when it is done."
    expected = "A.8.32 is called implemented, but change-reviewed passed nothing in the period."
    assert told["SoA/A.8.32/all-failed"] == expected
    assert "SoA/A.5.23/no-entry" in told


def test_without_a_statement_of_applicability_there_is_one_gap():
    assert sentences("SoA") == {"SoA/none": "There is no statement of applicability."}


def test_gaps_carry_the_day_since_when_it_can_be_told():
    all_gaps, _ = found(incidents=by_id(incident()))
    assert next(gap.since for gap in all_gaps if gap.id == "C3/INC-1/no-review") == date(2026, 8, 11)
    assert at("2026-08-11") > 0


# --- what is wrong, and what is still to be done --------------------------------------------------------------------


def kinds(happened=RECENT, **registers):
    return {gap.id: gap.kind for gap in found(happened, **registers)[0]}


@pytest.mark.parametrize(
    ("claimed", "kind"), [("planned", "open"), ("not-implemented", "open"), ("implemented", "missing")]
)
def test_a_row_without_a_control_is_wrong_only_where_it_is_claimed(claimed, kind):
    assert kinds(soa=soa(A_5_1=GOOD | {"status": claimed}))["C2/A.5.1/no-control"] == kind


def test_a_risk_and_a_service_whose_controls_are_planned_are_open():
    told = kinds(controls=by_id(control(status="planned")))
    assert told["C1/RSK-1/no-implemented-control"] == told["C4/shop/no-control"] == "open"
    assert kinds(controls={})["C1/RSK-1/no-control"] == kinds(controls={})["C4/shop/no-control"] == "missing"


def test_a_service_that_says_why_it_has_no_repository_is_open():
    for why, kind in (("Not linked yet.", "open"), ("", "missing")):
        lone = service("signals", repos=[], unlinked_why=why)
        assert kinds(services=by_id(service(), lone))["C4/signals/no-repository"] == kind


def test_an_objective_without_a_result_is_open_until_its_day():
    assert kinds(objectives=by_id(objective()))["C9/OBJ-3/no-result"] == "open"
