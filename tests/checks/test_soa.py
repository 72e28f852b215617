"""The Statement of Applicability is held against itself and against everything else."""

from dataclasses import replace

import pytest
from tests.checks.factories import (
    AUDIT,
    approval,
    by_id,
    change,
    control,
    evidence,
    exception,
    facts,
    isms,
    items,
    judged,
    record,
    risk,
    supplier,
)

from tieout import gaps, graph
from tieout.model import records as r
from tieout.model.results import Outcome

CHECK = "soa-consistent"
FINE = {"applicable": True, "reasons": ["legal"], "status": "implemented"}


PLANNED = {"applicable": True, "reasons": ["legal"], "status": "not-implemented"}


def statement(**rows):
    """A statement with the rows of the catalogue, A_8_32 for A.8.32; `None` leaves one out."""
    entries = dict.fromkeys(("A.5.23", "A.8.29", "A.8.30"), PLANNED) | {"A.8.32": FINE}
    entries |= {id_.replace("_", "."): row for id_, row in rows.items()}
    return record(r.Soa, "soa", entries={id_: row for id_, row in entries.items() if row})


def row(annex, registers, found=None):
    return next(item for item in items(CHECK, registers, found or facts()) if item.key == annex)


def reviewed(outcome=True):
    return facts(change(approvals=(approval(),) if outcome else ()))


def test_a_row_with_a_control_that_is_shown_to_work_passes():
    registers = isms(soa=statement(), controls=by_id(control()), risks=by_id(risk()))
    item = row("A.8.32", registers, reviewed())
    assert (item.outcome, item.found, item.reason) == (
        Outcome.PASS,
        "implemented",
        "A.8.32 is called implemented, with CTL-1 behind it, and nothing that is recorded speaks against it.",
    )


def test_an_exclusion_with_a_sentence_passes_while_nothing_speaks_against_it():
    why = {"applicable": False, "why_not": "Nobody outside writes software for us."}
    item = row("A.8.30", isms(soa=statement(A_8_30=why)))
    assert (item.outcome, item.reason) == (
        Outcome.PASS,
        "A.8.30 is excluded with a reason, and nothing that is recorded speaks against it.",
    )


EXCLUDED = {"applicable": False, "why_not": "It does not apply to us."}


@pytest.mark.parametrize(
    ("annex", "entry", "registers", "reason"),
    [
        ("A.8.32", None, {}, "A.8.32 has no entry in the statement of applicability."),
        ("A.8.29", PLANNED | {"reasons": []}, {}, "A.8.29 is included without a reason."),
        (
            "A.8.29",
            PLANNED | {"reasons": ["risk"]},
            {},
            "A.8.29 is included because of risk, but no risk leads to it.",
        ),
        (
            "A.8.32",
            FINE,
            {},
            "A.8.32 is called implemented, and no control, approved policy or evidence stands behind it.",
        ),
        (
            "A.8.32",
            FINE | {"status": "partial"},
            {},
            "A.8.32 is partial, and no action says by when it is done.",
        ),
        (
            "A.8.32",
            FINE,
            {"controls": by_id(control(status="planned"))},
            "A.8.32 is called implemented, but CTL-1 is not yet.",
        ),
        (
            "A.8.32",
            FINE,
            {"controls": by_id(control(enforced_by=["process:by hand"]))},
            "A.8.32 is called implemented, but nothing shows CTL-1 at work.",
        ),
        ("A.8.30", EXCLUDED | {"why_not": "No."}, {}, "A.8.30 is excluded without a sentence that says why."),
        (
            "A.8.30",
            EXCLUDED,
            {"controls": by_id(control(implements=["A.8.30"]))},
            "A.8.30 is excluded, but implemented by CTL-1.",
        ),
        (
            "A.8.30",
            EXCLUDED,
            {"suppliers": by_id(supplier(provides=["software-development"]))},
            "A.8.30 is excluded, but feed develops software for us.",
        ),
        (
            "A.5.23",
            EXCLUDED,
            {"suppliers": by_id(supplier(provides=["cloud"]))},
            "A.5.23 is excluded, but feed provides cloud services for us.",
        ),
    ],
)
def test_each_contradiction_is_found_and_told(annex, entry, registers, reason):
    item = row(annex, isms(soa=statement(**{annex.replace(".", "_"): entry}), **registers))
    assert (item.outcome, item.reason) == (Outcome.FAIL, reason)


def test_what_is_called_implemented_while_its_check_passed_nothing_is_a_contradiction():
    registers = isms(soa=statement(), controls=by_id(control()), risks=by_id(risk()))
    item = row("A.8.32", registers, reviewed(outcome=False))
    assert item.reason == "A.8.32 is called implemented, but change-reviewed passed nothing in the period."


def test_an_excluded_row_that_a_check_tests_contradicts_it():
    registers = isms(soa=statement(A_8_32=EXCLUDED))
    item = row("A.8.32", registers, reviewed())
    assert "A.8.32 is excluded, but the check change-reviewed tests it." in item.reason


def test_an_excluded_office_contradicts_a_scope_with_one():
    scope = record(
        r.Scope,
        "scope",
        owner="bob",
        status="approved",
        statement="All.",
        out=[],
        locations=["Office in Leeds"],
        **{"in": ["shop"]},
    )
    entry = {"applicable": False, "why_not": "We have no such place."}
    registers = isms(soa=statement(A_7_1=entry), scope=scope)
    assert row("A.7.1", registers).reason == "A.7.1 is excluded, but the scope lists Office in Leeds."


def test_what_was_not_read_cannot_tell_and_does_not_accuse():
    registers = isms(soa=statement(), controls=by_id(control()), risks=by_id(risk()))
    dark = replace(facts(pins={}), missing={"shop": "there is no such repository"})
    item = row("A.8.32", registers, dark)
    assert item.outcome is Outcome.UNKNOWN
    assert item.reason.startswith("A.8.32 is called implemented, but nothing shows CTL-1 at work. ")


def test_an_exception_permits_the_row_it_names_and_the_gap_stays():
    found = exception(excepts=["check:soa-consistent", "A.8.30"], scope={}, expires="2026-10-31")
    registers = isms(soa=statement(A_8_30=EXCLUDED | {"why_not": "No."}), exceptions=by_id(found))
    item = row("A.8.30", registers)
    assert (item.outcome, item.exception) == (Outcome.EXCEPTED, "EXC-1")
    assert "SoA/A.8.30/no-reason" in gap_ids(registers, facts())


def test_without_a_statement_there_is_nothing_to_judge():
    assert not items(CHECK, isms(), facts())
    assert gap_ids(isms(), facts()) >= {"SoA/none"}


def gap_ids(registers, found):
    judgement = judged(registers, found)
    traces = graph.traces(graph.build(registers, judgement), registers, judgement, AUDIT)
    return {gap.id for gap in gaps.find(registers, found, judgement, traces, AUDIT)[0]}


def test_the_gaps_are_those_that_the_check_found():
    registers = isms(
        soa=statement(A_8_30=EXCLUDED, A_8_29=None), suppliers=by_id(supplier(provides=["software-development"]))
    )
    assert {id_ for id_ in gap_ids(registers, facts()) if id_.startswith("SoA/")} == {
        "SoA/A.8.29/no-entry",
        "SoA/A.8.30/supplier/feed",
    }


def test_a_claim_with_nothing_behind_it_is_one_gap_and_not_two():
    assert row("A.8.32", isms(soa=statement())).outcome is Outcome.FAIL
    about = {id_ for id_ in gap_ids(isms(soa=statement()), facts()) if "A.8.32" in id_}
    assert about == {"C2/A.8.32/no-control"}


def test_an_approved_policy_or_evidence_stands_behind_a_row():
    base = isms(soa=statement())
    policy = record(r.Policy, "POL-1", owner="bob", status="approved", audience=["all"], implements=["A.8.32"])
    assert row("A.8.32", replace(base, policies=by_id(policy))).outcome is Outcome.PASS
    assert row("A.8.32", replace(base, evidence=by_id(evidence(proves=["A.8.32"])))).outcome is Outcome.PASS


def test_evidence_that_is_taken_away_never_makes_a_row_better():
    registers = isms(
        soa=statement(),
        controls=by_id(control(enforced_by=["process:by hand"])),
        risks=by_id(risk()),
        evidence=by_id(evidence()),
    )
    assert row("A.8.32", registers).outcome is Outcome.PASS
    assert row("A.8.32", replace(registers, evidence={})).outcome is Outcome.FAIL
