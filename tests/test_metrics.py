from tests.checks.factories import (
    ALICE,
    AUDIT,
    BOB,
    CAROL,
    approval,
    at,
    by_id,
    change,
    control,
    deployment,
    evidence,
    exception,
    facts,
    isms,
    judged,
    record,
    risk,
    service,
    threat,
)

from tieout import gaps, graph, metrics
from tieout.model import records as r
from tieout.model.grades import Grade


def figures(happened, **registers):
    written = isms(**registers)
    judgement = judged(written, happened)
    traces = graph.traces(graph.build(written, judgement), written, judgement, AUDIT)
    holes, _ = gaps.find(written, happened, judgement, traces, AUDIT)
    return {
        (figure.id, figure.service): figure
        for figure in metrics.measure(written, happened, judgement, traces, holes, AUDIT)
    }


def value(found, id_, service_id=""):
    return found[id_, service_id].value


def test_review_coverage_counts_n_of_n_overall_and_by_service_and_grade():
    happened = facts(change("a", approvals=(approval(BOB),)), change("b"), change("c", services=("web",)))
    found = figures(happened, services=by_id(service(), service("web", tier=3)))
    assert (value(found, "F21"), value(found, "F21", "shop"), value(found, "F21", "web")) == (
        "1 of 3",
        "1 of 2",
        "0 of 1",
    )
    assert value(found, "F21/recorded") == "1 of 3"
    figure = found["F21", ""]
    assert (figure.numerator, figure.denominator, figure.source) == (1, 3, "check change-reviewed")


def test_unknown_is_in_the_denominator_and_said():
    found = figures(facts(change(authors=(), approvals=(approval(BOB),))))
    assert (value(found, "F21"), found["F21", ""].limit) == ("0 of 1", "1 change cannot be told.")


def test_an_empty_population_did_not_occur():
    found = figures(facts())
    assert (value(found, "F21"), value(found, "F5")) == ("did not occur", "did not occur")


def test_no_figure_is_a_bare_percentage():
    assert all("%" not in figure.value for figure in figures(facts(change(), deployments=(deployment(),))).values())


def many(count, **fields):
    changes = tuple(
        change(f"c{number}", f"2026-07-{number + 1:02}", first_commit_time=at(f"2026-07-{number + 1:02}", 0))
        for number in range(count)
    )
    deployments = tuple(
        deployment(f"d{number}", f"2026-07-{number + 2:02}", changes=(found.key,), **fields)
        for number, found in enumerate(changes)
    )
    return changes, deployments


def test_lead_time_is_from_first_commit_to_first_deployment():
    changes, deployments = many(6)
    found = figures(facts(*changes, deployments=deployments))
    assert (value(found, "F2/median"), value(found, "F2/p85")) == ("1.5 days", "1.5 days")
    assert (value(found, "F1"), value(found, "F1/between")) == ("6 in 117 days", "1.0 days")


def test_few_items_give_no_median():
    changes, deployments = many(3)
    found = figures(facts(*changes, deployments=deployments))
    assert value(found, "F2/median") == "not measured: fewer than 5 changes"


def test_causes_of_failure_are_counted_apart_and_once_together():
    changes, deployments = many(4)
    hasty = change("h", "2026-07-03", emergency="subject hotfix:", body=f"This reverts commit {changes[1].id}.")
    incident = record(
        r.Incident,
        "INC-1",
        owner="bob",
        status="closed",
        severity=3,
        kind="availability",
        affects=["shop"],
        started="2026-07-02T13:00Z",
        detected="2026-07-02T13:00Z",
        caused_by=[{"repo": "shop", "commit": changes[0].id}],
    )
    late = change("h", "2026-07-03", emergency="subject hotfix:", time=at("2026-07-03", 15), body=hasty.body)
    found = figures(facts(*changes, late, deployments=deployments), incidents=by_id(incident))
    assert [value(found, id_) for id_ in ("F3", "F3/incident", "F3/emergency", "F3/revert")] == [
        "2 of 4",
        "1 of 4",
        "1 of 4",
        "1 of 4",
    ]
    assert value(found, "F3/rolled-back").startswith("not measured")


def test_segregation_counts_each_change_once_and_tier_3_not_at_all():
    own = change("a", approvals=(approval(ALICE),))
    both = deployment("d", changes=(own.key,), by=ALICE, by_pipeline=False, requested_by=None)
    other = change("w", services=("web",), approvals=(approval(ALICE),))
    found = figures(facts(own, other, deployments=(both,)), services=by_id(service(), service("web", tier=3)))
    assert value(found, "F7") == "1 of 1"


def test_change_deployed_by_another_of_its_companions_authors_is_no_violation():
    mine, hers = change("a"), change("b", authors=(CAROL,))
    together = deployment("d", changes=(mine.key, hers.key), by=CAROL, by_pipeline=False, requested_by=None)
    assert value(figures(facts(mine, hers, deployments=(together,))), "F7") == "1 of 2"


def test_pipeline_and_branch_must_both_pass():
    changes, deployments = many(2)
    off = deployment("x", "2026-07-20", changes=(), on_branch=False)
    assert value(figures(facts(*changes, deployments=(*deployments, off))), "F5") == "2 of 3"


METHOD = record(
    r.RiskMethod,
    "risk-method",
    owner="bob",
    scale={"likelihood": ["1"] * 5, "impact": ["1"] * 5},
    impact_areas=["funds"],
    score="product",
    bands={"low": "1-4", "medium": "5-9", "high": "10-14", "critical": "15-25"},
    appetite={"default": 9, "funds": 6},
)


def test_risks_above_appetite_and_accepted_by_name():
    accepted = {"person": "bob", "on": "2026-03-20", "until": "2026-12-31"}
    ended = {"person": "bob", "on": "2026-03-20", "until": "2026-06-30"}
    risks = by_id(
        risk("RSK-1", accepted_by=accepted),
        risk("RSK-2", accepted_by=ended),
        risk("RSK-3", impact_area="uptime"),
        risk("RSK-4", status="closed"),
    )
    found = figures(facts(), risks=risks, method=METHOD, threats=by_id(threat()))
    assert (value(found, "F26"), value(found, "F26/accepted"), value(found, "F26/medium")) == (
        "2 of 3",
        "1 of 2",
        "3 of 3",
    )
    assert value(figures(facts(), risks=risks), "F26") == "not measured: no risk method"


def test_registers_are_counted():
    fields = {"owner": "bob", "status": "open", "opened": "2026-06-01"}
    actions = by_id(
        record(r.Action, "ACT-1", due="2026-09-20", **fields),
        record(r.Action, "ACT-2", due="2026-06-20", **fields),
        record(r.Action, "ACT-3", due="2026-12-20", **fields),
    )
    finding = record(
        r.Finding,
        "FND-1",
        owner="bob",
        status="open",
        kind="observation",
        origin="audit",
        raised="2026-09-20",
        against=["CTL-1"],
    )
    found = figures(
        facts(),
        actions=actions,
        findings=by_id(finding),
        controls=by_id(control(enforced_by=["process:x"]), control("CTL-2", enforced_by=["process:x"])),
        evidence=by_id(evidence()),
        exceptions=by_id(exception(expires="2026-10-30")),
        risks=by_id(risk(reviewed="2026-01-01", review_every="3mo")),
        threats=by_id(threat(reviewed="2026-09-01", review_every="3mo")),
    )
    values = {
        "F9": "2 of 3",
        "F9/1-30": "1 of 3",
        "F9/over-90": "1 of 3",
        "F10": "1 of 1",
        "F10/oldest": "10 days",
        "F11": "1 of 2",
        "F8/open": "1 of 1",
        "F24": "1 of 2",
        "F25": "0 of 1",
    }
    assert {id_: value(found, id_) for id_ in values} == values


def test_review_at_a_weaker_grade_is_not_counted_as_reviewed():
    found = figures(facts(change(approvals=(approval(BOB, Grade.STATED),))))
    assert value(found, "F21") == "0 of 1"
    assert ("F21/stated", "") not in found


def test_failed_and_rolled_back_deployments_are_counted_where_records_tell_them():
    record_of = {"basis": "deployment record", "grade": Grade.RECORDED, "changes": ()}
    happened = facts(
        deployments=(
            deployment("a", "2026-07-01", result="succeeded", id="1", **record_of),
            deployment("b", "2026-07-02", result="failed", id="2", **record_of),
            deployment("c", "2026-07-03", result="succeeded", id="3", **record_of),
            deployment("d", "2026-07-04", result="succeeded", id="4", rollback_of="3", **record_of),
        )
    )
    found = figures(happened)
    assert value(found, "F1") == "3 in 117 days"
    assert (value(found, "F3"), value(found, "F3/rolled-back")) == ("2 of 4", "1 of 4")


def test_deployments_that_no_source_tells_are_not_measured_and_never_none():
    assert value(figures(facts(missing={"env": "it did not answer"})), "F1").startswith("not measured")
    assert value(figures(facts()), "F1") == "0 in 117 days"
