from types import MappingProxyType

from tests.checks.factories import (
    AUDIT,
    approval,
    by_id,
    change,
    control,
    evidence,
    facts,
    isms,
    judged,
    record,
    risk,
    service,
    threat,
)

from tieout import graph
from tieout.model import records as r
from tieout.model.results import Outcome

RECENT = facts(change(day="2026-09-20", approvals=(approval(),)))


def registers(*controls, **fields):
    base = {"threats": by_id(threat()), "risks": by_id(risk()), "controls": by_id(*controls)}
    return isms(**(base | fields))


def trace_of(found, happened=RECENT, id_="RSK-1"):
    judgement = judged(found, happened)
    return graph.traces(graph.build(found, judgement), found, judgement, AUDIT)[id_]


def test_nodes_are_of_all_kinds_and_edges_carry_the_names_of_links():
    found = registers(control(enforced_by=["check:change-reviewed", "runbook:RB-1", "process:by hand"]))
    built = graph.build(found, judged(found, RECENT))
    assert built.out("control:CTL-1") == (
        ("applies_to", "service:shop"),
        ("enforced_by", "check:change-reviewed"),
        ("implements", "annex-a:A.8.32"),
        ("mitigates", "risk:RSK-1"),
        ("owner", "person:bob"),
        ("stage", "stage:commit-review"),
    )
    assert built.into("threat:THR-1") == (("threats", "risk:RSK-1"),)
    assert built.out("check:change-reviewed") == (("stage", "stage:commit-review"),)
    assert built.links.nodes["annex-a:A.8.32"]["kind"] == "annex-a"
    assert built.out("risk:nothing") == ()


def test_kind_of_a_register_of_several_words_has_hyphens():
    assert graph.kind_of("soa") == "statement-of-applicability"
    assert graph.kind_of("checks") == "check-setting"


def test_any_record_may_be_decided():
    decision = record(
        r.Decision,
        "DEC-1",
        owner="bob",
        status="decided",
        date="2026-07-01",
        forum="board",
        kind="risk-acceptance",
        present=["bob"],
        decides=["RSK-1", "CTL-1"],
        decision="So.",
        why="Because.",
    )
    found = registers(control(), decisions=by_id(decision))
    built = graph.build(found, judged(found, RECENT))
    assert built.out("decision:DEC-1", "decides") == (("decides", "control:CTL-1"), ("decides", "risk:RSK-1"))


def test_trace_leads_from_threat_to_the_newest_passing_item():
    trace = trace_of(registers(control()))
    (row,) = trace.rows
    assert (trace.complete, trace.breaks, trace.threats) == (True, (), ("THR-1",))
    assert (row.control, row.annex_a, row.stage, row.services) == ("CTL-1", ("A.8.32",), "commit-review", ("shop",))
    shown = row.evidence
    assert (shown.passed, shown.population, shown.newest, shown.newest_kind) == (1, 1, "shop/61000000", "change")


def test_failed_item_does_not_break_the_chain_that_leads_to_it():
    trace = trace_of(registers(control()), facts(change(day="2026-09-20")))
    assert trace.complete
    assert (trace.rows[0].evidence.outcome, trace.rows[0].evidence.worst) == (Outcome.FAIL, "shop/61000000")


def test_evidence_is_cut_to_the_services_of_both_risk_and_control():
    services = by_id(service(), service("web"))
    happened = facts(change("a", "2026-09-20"), change("b", "2026-09-21", services=("web",)))
    (row,) = trace_of(registers(control(), services=services), happened).rows
    assert (row.services, row.evidence.population) == (("shop",), 1)


def test_risk_with_planned_and_partial_controls_only_is_open():
    trace = trace_of(registers(control(status="partial"), control("CTL-2", status="planned", enforced_by=[])))
    assert not trace.complete
    assert trace.breaks == ("RSK-1 is mitigated by no implemented control.",)
    assert [row.gap for row in trace.rows] == [
        "CTL-1 is partial only.",
        "CTL-2 is planned only, and enforced by nothing.",
    ]


def test_partial_control_beside_a_whole_one_breaks_nothing():
    assert trace_of(registers(control(), control("CTL-2", status="partial"))).complete


def test_one_stale_implemented_control_breaks_the_chain():
    yearly = control("CTL-2", frequency="yearly", enforced_by=["process:exercise"])
    old = evidence(to="2025-05-01", proves=["CTL-2"])
    trace = trace_of(registers(control(), yearly, evidence=by_id(old)))
    assert trace.breaks == ("CTL-2 has no evidence in the last 380 days (yearly control).",)
    fresh = evidence(to="2026-08-20", proves=["CTL-2"])
    assert trace_of(registers(control(), yearly, evidence=by_id(fresh))).complete


def test_evidence_about_other_services_only_does_not_count():
    manual = control(enforced_by=["process:access review"])
    services = by_id(service(), service("web"))
    about = evidence(services=["web"])
    assert not trace_of(registers(manual, services=services, evidence=by_id(about))).complete


def test_exercise_of_a_runbook_is_evidence_as_long_as_its_rhythm():
    by_runbook = control(enforced_by=["runbook:RB-1"])
    runbook = record(r.Runbook, "RB-1", owner="bob", exercised="2026-05-01", exercise_every="6mo")
    trace = trace_of(registers(by_runbook, runbooks=by_id(runbook)))
    assert (trace.complete, trace.rows[0].evidence.newest) == (True, "RB-1")
    late = record(r.Runbook, "RB-1", owner="bob", exercised="2026-01-01", exercise_every="6mo")
    assert not trace_of(registers(by_runbook, runbooks=by_id(late))).complete


def test_links_to_nothing_break_the_chain():
    assert trace_of(registers(control(enforced_by=["check:no-such"]))).breaks == (
        "CTL-1 has no evidence (per-change control).",
    )
    both = control(enforced_by=["check:change-reviewed", "runbook:RB-9"])
    assert trace_of(registers(both)).breaks == ("CTL-1 is enforced by runbook:RB-9, which does not exist.",)
    assert trace_of(registers(control(enforced_by=[]))).breaks == ("CTL-1 is enforced by nothing.",)
    assert trace_of(registers(control(), threats=MappingProxyType({}))).breaks == (
        "RSK-1 comes from no threat of the register.",
    )


def test_nothing_occurred_neither_breaks_nor_completes():
    emergency = control("CTL-2", frequency="on-event", enforced_by=["check:emergency-reviewed"])
    trace = trace_of(registers(control(), emergency))
    assert (trace.complete, [row.complete for row in trace.rows]) == (True, [True, False])
    assert trace.rows[1].evidence.words == "did not occur in the period"
    alone = trace_of(registers(emergency))
    assert alone.breaks == (
        "No control of RSK-1 leads to evidence: nothing occurred in the period that its checks could judge.",
    )


def test_rows_go_by_stage_and_closed_risks_have_no_trace():
    late = control("CTL-0", stage="run-learn", enforced_by=["process:x"])
    found = registers(control(), late, risks=by_id(risk(), risk("RSK-2", status="closed")), evidence=by_id(evidence()))
    judgement = judged(found, RECENT)
    traces = graph.traces(graph.build(found, judgement), found, judgement, AUDIT)
    assert list(traces) == ["RSK-1"]
    assert [row.control for row in traces["RSK-1"].rows] == ["CTL-1", "CTL-0"]
