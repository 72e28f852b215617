"""How far a set is answered: by which way, how well shown, and never more than is known."""

from datetime import date

import pytest
from tests.checks.factories import AUDIT, by_id, control, facts, isms, judged, record
from tinyproject import make

from tieout import checks, coverage, gaps, graph
from tieout.build import dates, pipeline, world
from tieout.model import records as r
from tieout.model.requirements import Crosswalk, Requirement, RequirementSet
from tieout.model.results import CheckResult, EvidenceState, Item, Judgement, Outcome


def walk(*targets, confidence="medium", **fields):
    return Crosswalk(targets, "judgement", confidence, **fields)


def a_set(*requirements, **fields):
    return {"set": RequirementSet("set", "Set", "1", {one.id: one for one in requirements}, **fields)}


def asked(*crosswalks, id_="R", **fields):
    return Requirement("set", id_, "Title", crosswalks=crosswalks, **fields)


def judgement(**fresh):
    """By control (with _ for -): True for fresh evidence, False for old, None for none."""
    states = {}
    for name, state in fresh.items():
        id_ = name.replace("_", "-")
        day = None if state is None else date(2026, 9, 1)
        states[id_] = EvidenceState(id_, "", day, fresh=bool(state), window="", reason="")
    return Judgement(evidence=states)


def only(written, concluded):
    (held,) = coverage.cover(written, concluded).values()
    return held


@pytest.mark.parametrize(
    ("requirement", "controls", "fresh", "state"),
    [
        (asked(walk("A.8.32")), [control()], {"CTL_1": True}, "covered"),
        (asked(walk("A.8.32")), [control()], {"CTL_1": False}, "stale"),
        (asked(walk("A.8.32")), [control()], {"CTL_1": None}, "stale"),
        (asked(walk("A.8.32")), [control()], {}, "stale"),
        (asked(walk("A.8.32")), [control(status="planned")], {"CTL_1": True}, "planned"),
        (asked(walk("A.8.32")), [control(status="partial")], {"CTL_1": True}, "planned"),
        (asked(walk("A.8.32")), [control(status="retired")], {"CTL_1": True}, "no-control"),
        (asked(walk("A.8.29")), [control()], {"CTL_1": True}, "no-control"),
        (asked(walk("A.8.29", "A.8.32")), [control()], {"CTL_1": True}, "covered"),
        (asked(walk("A.8.29", "A.8.32", each=True)), [control()], {"CTL_1": True}, "partial"),
        (asked(walk("A.8.32", each=True)), [control()], {"CTL_1": True}, "covered"),
        (asked(walk("A.8.32", confidence="low")), [control()], {"CTL_1": True}, "off"),
        (asked(walk("A.8.32", confidence="low", by="bob", on=date(2026, 1, 1))), [control()], {"CTL_1": True}, "covered"),
        (asked(), [control()], {"CTL_1": True}, "unmapped"),
        (asked(), [control(satisfies=["set:R"])], {"CTL_1": True}, "covered"),
        (asked(), [control(satisfies=["R"])], {"CTL_1": True}, "covered"),
        (asked(), [control(mitigates=["set:R"])], {"CTL_1": True}, "covered"),
        (asked(walk("A.8.32", confidence="low")), [control(satisfies=["set:R"])], {"CTL_1": True}, "covered"),
        (asked(walk("A.8.32"), not_applicable="None here."), [control()], {"CTL_1": True}, "not-applicable"),
    ],
)  # fmt: skip
def test_state_of_a_requirement(requirement, controls, fresh, state):
    held = only(isms(controls=by_id(*controls), requirement_sets=a_set(requirement)), judgement(**fresh))
    assert held.standings[0].state == state
    assert held.applicable == (state != "not-applicable")
    assert held.covered == (state == "covered")


def test_a_set_of_low_confidence_is_off_but_for_what_a_control_names():
    sets = a_set(asked(id_="R"), asked(id_="S"), confidence="low")
    held = only(isms(controls=by_id(control(satisfies=["set:S"])), requirement_sets=sets), judgement(CTL_1=True))
    assert [standing.state for standing in held.standings] == ["off", "covered"]
    assert (held.covered, held.applicable) == (1, 2)


def test_a_heading_over_others_is_not_counted_and_a_withdrawn_set_not_measured():
    parts = (asked(id_="H"), asked(walk("A.8.32"), id_="H.1", of="H"))
    written = isms(controls=by_id(control()), requirement_sets=a_set(*parts))
    held = only(written, judgement(CTL_1=True))
    assert [standing.state for standing in held.standings] == ["heading", "covered"]
    assert (held.covered, held.applicable) == (1, 1)
    assert coverage.cover(isms(requirement_sets=a_set(*parts, withdrawn=True)), Judgement()) == {}


def test_each_way_to_a_control_is_told_with_the_newest_evidence():
    controls = by_id(control(implements=["A.8.32", "A.8.29"], satisfies=["set:R"]), control("CTL-2", status="planned"))
    sets = a_set(asked(walk("A.8.29", "A.8.32", "A.8.30")))
    (standing,) = only(isms(controls=controls, requirement_sets=sets), judgement(CTL_1=True)).standings
    assert standing.reached == (
        coverage.Reached("CTL-1", ("A.8.29", "A.8.32", "satisfies")),
        coverage.Reached("CTL-2", ("A.8.32",)),
    )
    assert (standing.met, standing.unmet) == (("A.8.29", "A.8.32"), ("A.8.30",))
    assert standing.newest == date(2026, 9, 1)


def outcomes(*found, check="change-reviewed"):
    """Judged one after another; two of the same day where the names are joined by a comma."""
    items = tuple(
        Item(check, "change", f"shop/{day}{at}", "shop", 86_400 * (20_600 + day), Outcome(name), "", "", "")
        for day, names in enumerate(found)
        for at, name in enumerate(names.split(","))
    )
    return Judgement({check: CheckResult(checks.CHECKS[check], items)}, judgement(CTL_1=True, CTL_2=True).evidence)


@pytest.mark.parametrize(
    ("found", "state", "flawed", "told"),
    [
        (("pass", "pass"), "covered", False, (0, 2)),
        (("fail",), "failing", False, (1, 1)),
        (("pass", "fail"), "failing", False, (1, 2)),
        (("fail", "pass"), "covered", True, (1, 2)),
        (("pass", "fail", "unknown", "not-applicable"), "failing", False, (1, 2)),
        (("pass", "fail,pass"), "covered", True, (1, 3)),
        (("pass", "fail,fail"), "failing", False, (2, 3)),
        (("fail", "excepted"), "covered", True, (1, 2)),
        (("excepted",), "covered", False, (0, 1)),
        (("unknown",), "covered", False, (0, 0)),
    ],
)
def test_fresh_evidence_that_a_control_fails_covers_nothing(found, state, flawed, told):
    own = by_id(control(enforced_by=["check:change-reviewed"], applies_to=["shop"]))
    held = only(isms(controls=own, requirement_sets=a_set(asked(walk("A.8.32")))), outcomes(*found))
    (standing,) = held.standings
    assert (standing.state, standing.flawed) == (state, flawed)
    assert (standing.reached[0].failed, standing.reached[0].judged) == told
    assert (held.covered, held.flawed) == (int(state == "covered"), int(flawed))


def test_another_control_that_works_covers_what_a_failing_one_does_not():
    failing = control(enforced_by=["check:change-reviewed"], applies_to=["shop"])
    sound = control("CTL-2", implements=["A.8.32"], enforced_by=[], applies_to=["shop"])
    held = only(isms(controls=by_id(failing, sound), requirement_sets=a_set(asked(walk("A.8.32")))), outcomes("fail"))
    assert (held.standings[0].state, held.flawed) == ("covered", 0)


def test_c2_names_what_is_shown_to_fail():
    own = control(enforced_by=["check:change-reviewed"], applies_to=["shop"])
    written = isms(
        controls=by_id(own), requirement_sets=a_set(asked(walk("A.8.32"))), licences=by_id(licence(services=["shop"]))
    )
    concluded = outcomes("pass", "fail")
    traces = graph.traces(graph.build(written, concluded), written, concluded, AUDIT)
    found, _ = gaps.find(written, facts(), concluded, traces, AUDIT)
    told = {gap.id: (gap.kind, gap.sentence) for gap in found if gap.subject == "set:R"}
    assert told == {
        "C2/set:R/shown-to-fail": (
            "contradiction",
            "set:R is answered, but what was judged last shows it failing: CTL-1 (1 of 2 failed).",
        )
    }


def soa(**applicable):
    entries = {
        f"A.8.{name[1:]}": {"applicable": True, "reasons": ["risk"], "status": "implemented"}
        if there
        else {"applicable": False, "why_not": "We change nothing here."}
        for name, there in applicable.items()
    }
    return record(r.Soa, "soa", approved_by={"person": "bob", "on": "2026-01-01"}, entries=entries)


@pytest.mark.parametrize(
    ("requirement", "state"),
    [
        (asked(walk("A.8.32")), "excluded"),
        (asked(walk("A.8.32", "A.8.29")), "covered"),
        (asked(walk("A.8.32", "A.8.30")), "no-control"),
        (asked(walk("A.8.32", "A.8.29", each=True)), "partial"),
        (asked(walk("A.8.32", each=True)), "excluded"),
        (asked(walk("A.8.32"), id_="S"), "covered"),
        (asked(walk("A.8.32"), not_applicable="None."), "not-applicable"),
    ],
)
def test_what_the_statement_excludes_carries_no_requirement(requirement, state):
    own = by_id(control(implements=["A.8.32", "A.8.29"], satisfies=["set:S"]))
    written = isms(controls=own, requirement_sets=a_set(requirement), soa=soa(A32=False, A29=True))
    assert only(written, judgement(CTL_1=True)).standings[0].state == state


def test_c2_names_what_rests_on_an_excluded_control_alone():
    told, counted = c2((asked(walk("A.8.32")),), [control()], soa=soa(A32=False))
    sentence = "set:R is answered by A.8.32 alone, which the Statement of Applicability excludes."
    assert told["C2/set:R/excluded"] == sentence
    assert counted[0] == 0


def licence(**fields):
    base = {"owner": "bob", "status": "active", "jurisdiction": "GB", "holder": "Us", "granted": "2020-01-01"}
    return record(r.Licence, "LIC-1", **(base | {"services": ["shop"], "frameworks": ["set"]} | fields))


def audit(**fields):
    base = {"status": "reported", "kind": "internal", "auditor": "Ann", "date": "2026-09-30", "scope": ["shop"]}
    period = {"from": "2026-06-06", "to": "2026-09-30"}
    return record(r.Audit, "AUD-1", **(base | {"period": period, "criteria": ["set", "iso27001-2022"]} | fields))


def test_sets_bind_through_licences_in_force_and_audits_held():
    sets = a_set(asked())
    as_of = date(2026, 9, 30)
    both = isms(requirement_sets=sets, licences=by_id(licence()), audits=by_id(audit()))
    assert coverage.named_sets(both, as_of) == {"set": ("LIC-1", "AUD-1")}
    later = isms(
        requirement_sets=sets, licences=by_id(licence(status="applied")), audits=by_id(audit(date="2026-10-01"))
    )
    assert coverage.named_sets(later, as_of) == {}


def c2(requirements, controls=(), **registers):
    registers = {"licences": by_id(licence()), **registers}
    written = isms(controls=by_id(*controls), requirement_sets=a_set(*requirements), **registers)
    concluded = judged(written, facts())
    traces = graph.traces(graph.build(written, concluded), written, concluded, AUDIT)
    found, chains = gaps.find(written, facts(), concluded, traces, AUDIT)
    chain = next(one for one in chains if one.id == "C2")
    return {gap.id: gap.sentence for gap in found if gap.chain == "C2"}, (chain.complete, chain.total)


def test_c2_names_what_a_named_set_lacks():
    planned = control("CTL-2", status="planned", satisfies=["set:D"])
    told, counted = c2(
        (
            asked(walk("A.8.29"), id_="A"),
            asked(walk("A.8.32"), id_="B"),
            asked(id_="C"),
            asked(id_="D"),
            asked(walk("A.8.30", confidence="low"), id_="E"),
            asked(id_="F", not_applicable="None."),
        ),
        [control(), planned],
    )
    assert told == {
        "C2/set/not-confirmed": "1 of 5 requirements of set rests on what nobody has confirmed: E.",
        "C2/set/unmapped": "1 of 5 requirements of set maps to nothing, and no control satisfies it: C.",
        "C2/set:A/no-control": "set:A: applicable, no own control.",
        "C2/set:B/missing-evidence": "set:B is answered, but no evidence proves it.",
        "C2/set:D/no-implemented-control": "set:D: applicable, and CTL-2 not implemented yet.",
    }
    assert counted == (0, 5)


def test_c2_says_nothing_of_a_set_that_nothing_names():
    assert c2((asked(walk("A.8.29")),), licences=by_id(licence(frameworks=[]))) == ({}, (0, 0))


def test_c2_finds_what_the_statement_of_applicability_leaves_out_of_a_list():
    entries = {"A.8.32": {"applicable": False, "why_not": "We change nothing here."}}
    soa = record(r.Soa, "soa", approved_by={"person": "bob", "on": "2026-01-01"}, entries=entries)
    told, _ = c2((asked(walk("A.8.32", each=True)),), soa=soa)
    assert told["C2/set:R/A.8.32/excluded"] == "set:R asks for A.8.32, which the Statement of Applicability excludes."


def test_c2_finds_a_control_for_what_is_called_not_applicable():
    told, _ = c2((asked(not_applicable="None."),), [control(satisfies=["set:R"])])
    assert told == {"C2/set:R/not-applicable": "set:R is called not applicable, but CTL-1 satisfies it."}


def test_a_confirmation_counts_from_its_day_on(tmp_path):
    project = make(tmp_path)
    signed = "confirmed: {person: ada, on: 2031-01-01}\n"
    project.write({"isms/requirements/lccp-aml-note.yml": signed})
    read, _ = world.read(project.isms, lambda _: None)
    plan = dates.plan(read, ())
    (present,) = (date for date in plan.needed if date.key == "current")
    assert read.newest_isms.requirement_sets["lccp-aml-note"].confirmed
    assert pipeline.conclude(read, present, plan.listed).isms.requirement_sets["lccp-aml-note"].off
