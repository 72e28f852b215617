from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
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
from tieout.model.history import Backlink, FileCoverage, Scan, ScanFinding, StepResult
from tieout.model.registers import Point, Series


def concluded(happened, **registers):
    written = isms(**registers)
    judgement = judged(written, happened)
    traces = graph.traces(graph.build(written, judgement), written, judgement, AUDIT)
    holes, _ = gaps.find(written, happened, judgement, traces, AUDIT)
    return metrics.Concluded(written, happened, judgement, traces, holes, AUDIT)


def figures(happened, **registers):
    return {(figure.id, figure.service): figure for figure in metrics.measure(concluded(happened, **registers))}


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
    assert value(found, "F2/median") == "3 changes: 1.5 days, 1.5 days and 1.5 days"


def test_causes_of_failure_are_counted_apart_and_once_together():
    changes, deployments = many(4)
    hasty = change(
        "h",
        "2026-07-03",
        emergency="subject hotfix:",
        reverts=(Backlink(changes[1].id, changes[1].id, changes[1].key),),
    )
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
    late = change("h", "2026-07-03", emergency="subject hotfix:", time=at("2026-07-03", 15), reverts=hasty.reverts)
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


def test_an_approver_who_deployed_alone_is_a_violation_once():
    mine, hers = change("a", approvals=(approval(CAROL),)), change("b", approvals=(approval(BOB),))
    together = deployment("d", changes=(mine.key, hers.key))  # Carol triggered it
    found = figures(facts(mine, hers, deployments=(together,)))
    assert value(found, "F7") == "1 of 2"


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


def test_time_to_restore_is_of_incidents_that_name_a_change_and_shows_few_one_by_one():
    fields = {"owner": "bob", "status": "closed", "severity": 2, "kind": "availability", "affects": ["shop"]}
    times = {"started": "2026-07-02T10:00Z", "detected": "2026-07-02T10:30Z", "restored": "2026-07-02T12:00Z"}
    named = record(r.Incident, "INC-1", caused_by=[{"repo": "shop", "commit": "a" * 8}], **fields, **times)
    outside = record(r.Incident, "INC-2", cause="external", **fields, **times)
    found = figures(facts(), incidents=by_id(named, outside))
    assert value(found, "F4/median") == "1 incident: 2 hours"
    assert value(found, "F4/detected") == "1 incident: 1 hour"
    assert value(found, "F14") == "2 incidents: 30 minutes and 30 minutes"


def test_rework_is_what_incidents_reverts_and_marks_declare():
    changes, deployments = many(5)
    incident = record(
        r.Incident,
        "INC-1",
        owner="bob",
        status="open",
        severity=3,
        kind="integrity",
        affects=["shop"],
        started="2026-07-02T10:00Z",
        detected="2026-07-02T10:30Z",
        emergency_changes=[{"repo": "shop", "commit": changes[2].id}],
    )
    found = figures(facts(*changes, deployments=deployments), incidents=by_id(incident))
    assert value(found, "F3/rework") == "1 of 5"
    assert [item.key for item in found["F3/rework", ""].items if item.counts] == [deployments[2].key]


def test_batch_size_counts_changes_and_the_longest_wait():
    changes, _ = many(6)
    one = deployment("d", "2026-07-10", changes=tuple(change.key for change in changes))
    found = figures(facts(*changes, deployments=(one,)))
    assert value(found, "F6/median") == "1 deployment with 6"
    assert value(found, "F6/oldest") == "9.0 days"


def test_every_share_is_recounted_from_its_items():
    changes, deployments = many(7)
    for figure in figures(facts(*changes, deployments=deployments)).values():
        if figure.denominator and figure.items:
            assert len(figure.items) == figure.denominator, figure.id
            assert sum(item.counts for item in figure.items) == figure.numerator, figure.id


def series(*points):
    return {
        "MET-1": Series(
            "metrics/x.csv", "0" * 64, tuple(Point(date.fromisoformat(d), s, Decimal(v)) for d, s, v in points)
        )
    }


def own(**fields):
    base = {"owner": "bob", "group": "integrity", "unit": "markets", "better": "lower"}
    return by_id(record(r.Metric, "MET-1", **(base | fields)))


def test_an_own_metric_is_added_over_the_period_and_compared_by_the_last_whole_quarter():
    points = series(
        ("2026-05-31", "shop", "9"), ("2026-07-31", "shop", "2"), ("2026-08-31", "", "3"), ("2026-09-30", "", "0")
    )
    found = figures(facts(), metrics=own(target="<= 5 a quarter"), series=points)
    assert value(found, "MET-1") == "5 markets in 3 entries; 5 in the last whole quarter"
    assert found["MET-1", ""].met is True
    assert figures(facts(), metrics=own(target="<= 4 per quarter"), series=points)["MET-1", ""].met is False


def test_a_rate_is_never_added():
    points = series(("2026-07-31", "shop", "61"), ("2026-08-31", "shop", "48.5"))
    found = figures(facts(), metrics=own(unit="of 100 alerts", target=">= 70"), series=points)
    assert value(found, "MET-1") == "48.5 of 100 alerts on 2026-08-31"
    assert found["MET-1", ""].met is False


def test_a_metric_without_numbers_is_not_measured_and_meets_nothing():
    found = figures(facts(), metrics=own(target="= 0"))["MET-1", ""]
    assert (found.value, found.met) == ("not measured: the record names no data that could be read", None)
    silent = figures(facts(), metrics=own(target="= 0 a month"), series=series(("2025-01-31", "", "1")))["MET-1", ""]
    assert (silent.value, silent.met) == ("not measured: no row of the period", None)


@pytest.mark.parametrize(
    ("measure", "target", "met"),
    [
        ("F2/median", "<= 2 days", True),
        ("F2/median", "<= 1 day", False),
        ("F2/median", "<= 3", None),
        ("F5", ">= 90 of 100", True),
        ("F3", "= 0", True),
        ("F3", "as few as can be", None),
        ("F14", "<= 1 hour", None),
    ],
)
def test_a_target_is_compared_where_it_can_be(measure, target, met):
    changes, deployments = many(6)
    found = figures(facts(*changes, deployments=deployments), metrics=own(measure=measure, target=target))
    assert (found[measure, ""].met, found[measure, ""].metric) == (met, "MET-1")
    assert ("MET-1", "") not in found


def test_months_add_up_to_the_period():
    changes, deployments = many(20)
    known = concluded(facts(*changes, deployments=deployments))
    monthly = [one for one in metrics.by_month(known) if one.id == "F3"]
    assert [one.month for one in monthly] == [f"2025-{m:02}" for m in (10, 11, 12)] + [
        f"2026-{m:02}" for m in range(1, 10)
    ]
    assert sum(one.denominator for one in monthly) == 20
    assert {one.month for one in metrics.by_month(known) if one.id == "F21"} == {"2026-07", "2026-08", "2026-09"}


def scan(day, *keys, tool="scanner", severity="high", suppressed=()):
    found = tuple(ScanFinding(tool, "R1", key, severity, key in suppressed) for key in keys)
    return Scan("shop", "c" * 40, at(day), f"evidence:{day}.sarif", (tool,), found)


def test_a_finding_is_open_from_its_first_report_to_the_first_without_it():
    scans = (scan("2026-07-01", "a", "b"), scan("2026-07-11", "b", "c", suppressed=("c",)), scan("2026-08-01", "b"))
    found = figures(facts(scans=scans))
    assert (value(found, "F12"), value(found, "F12/high"), value(found, "F12/critical")) == ("1 open", "1 open", "none")
    assert value(found, "F12/oldest") == "91.4 days"
    assert value(found, "F13/high") == "2 findings: 10.0 days and 21.0 days"


def test_without_a_report_nothing_is_known_of_vulnerabilities():
    assert value(figures(facts()), "F12").startswith("not measured")
    assert ("F13/high", "") not in figures(facts())


def test_coverage_counts_high_risk_paths_of_what_is_deployed():
    changes, deployments = many(2)
    covered = (FileCoverage("src/pricing/a.py", 8, 10), FileCoverage("src/other.py", 0, 90))
    report = Scan("shop", changes[0].id, at("2026-07-01"), "evidence:c.xml", coverage=covered)
    happened = facts(*changes, deployments=deployments, scans=(report,))
    found = figures(happened, services=by_id(service(high_risk_paths=["src/pricing/**"])))
    assert value(found, "F19") == "8 of 10"
    assert value(figures(happened), "F19").startswith("not measured")


def test_a_run_passes_where_all_its_steps_do():
    steps = (("unit", "passed", "1"), ("sast", "failed", "1"), ("unit", "passed", "2"))
    one = change("a")
    one = replace(one, results=tuple(StepResult(n, res, at("2026-07-01"), one.id, run=run) for n, res, run in steps))
    found = figures(facts(one))
    assert value(found, "F20") == "1 of 2"
    assert value(found, "F19/suites") == "1 of 1"


@pytest.mark.parametrize("target", ["= 0", "<= 1 of 100"])
def test_a_target_is_not_reached_by_what_cannot_be_told(target):
    metric = record(
        r.Metric, "MET-F7", owner="bob", group="integrity", measure="F7", target=target, unit="changes", better="lower"
    )
    known = facts(change(approvals=(approval(BOB),)), deployments=(deployment(),))
    dark = facts(change(approvals=(approval(BOB),)), deployments=(deployment(requested_by=None),))
    met = [
        next(one.met for one in figures(each, metrics=by_id(metric)).values() if (one.id, one.service) == ("F7", ""))
        for each in (known, dark)
    ]
    assert met == [True, None]


def test_a_target_is_not_reached_where_a_repository_was_not_read():
    metric = record(
        r.Metric, "MET-F7", owner="bob", group="integrity", measure="F7", target="= 0", unit="changes", better="lower"
    )
    happened = facts(change(approvals=(approval(BOB),)), deployments=(deployment(),))
    told = []
    for each in (happened, replace(happened, missing={"shop": "it is not there"})):
        found = figures(each, metrics=by_id(metric)).values()
        told.append(next(one.met for one in found if (one.id, one.service) == ("F7", "")))
    assert told == [True, None]


@pytest.mark.parametrize(("months", "met"), [((7, 8, 9), True), ((7, 8), None), ((9,), None), ((6,), None)])
def test_a_quarter_in_which_a_month_is_left_out_reaches_nothing(months, met):
    points = series(*((f"2026-{month:02}-28", "shop", "1") for month in months))
    found = figures(facts(), metrics=own(target="<= 5 a quarter"), series=points)["MET-1", ""]
    assert found.met is met
    assert (", of which a month has no row" in found.value) is (len(months) < 3 and months != (6,))


def test_a_rate_that_was_reached_before_the_period_is_not_reached_by_silence():
    points = series(("2026-05-31", "shop", "90"))
    assert figures(facts(), metrics=own(unit="of 100 alerts", target=">= 70"), series=points)["MET-1", ""].met is None
    assert figures(facts(), metrics=own(unit="of 100 alerts", target=">= 95"), series=points)["MET-1", ""].met is False
