"""Less evidence never improves anything: items, control status, what leans on it, thresholds, lapses and targets."""

from dataclasses import replace

from checks.factories import (
    ALICE,
    AUDIT,
    BOB,
    CAROL,
    STRANGER,
    approval,
    by_id,
    change,
    control,
    deployment,
    evidence,
    facts,
    isms,
    judged,
    passed,
    pipeline,
    record,
    service,
)
from hypothesis import given
from hypothesis import strategies as st
from properties import examples

from tieout.checks import lapses
from tieout.checks.judging import CHANGE_VERDICTS, DEPLOYMENT_VERDICTS
from tieout.checks.thresholds import meets
from tieout.model import records as r
from tieout.model.grades import Grade
from tieout.model.results import Outcome

FINE = {Outcome.PASS: 2, Outcome.EXCEPTED: 1, Outcome.NOT_APPLICABLE: 1}
STATUS = {"works": 2, "deviates": 1, "did-not-occur": 1}
CONTROLS = by_id(
    control("CTL-1", enforced_by=[f"check:{id_}" for id_ in CHANGE_VERDICTS if id_ != "no-secrets-or-real-data"]),
    control("CTL-2", enforced_by=["check:required-steps-passed"]),
    control("CTL-3", enforced_by=["check:change-reviewed"]),
    control("CTL-4", enforced_by=["check:emergency-reviewed"]),
    control("CTL-5", enforced_by=["runbook:RB-1"]),
)
CRITERION = record(r.Criterion, "CRIT-1", when={"paths": ["src/**"]}, requires={"approvals": 1})
SETTINGS = by_id(record(r.CheckSetting, "change-reviewed", threshold={"1": 60}))

approvals = st.builds(
    approval,
    st.sampled_from([ALICE, BOB, CAROL, STRANGER]),
    st.sampled_from([Grade.STATED, Grade.RECORDED]),
    st.sampled_from(["2026-06-29", "2026-07-01", "2026-07-02"]),
    covers=st.sampled_from(["final", "earlier", "unspecified"]),
).map(lambda one: replace(one, after_the_fact=one.at > change().time))
results = st.builds(passed, st.sampled_from(["unit-tests", "unit-more"]), st.sampled_from(["passed", "failed"]))
changes = st.builds(
    lambda **fields: fields,
    authors=st.sampled_from([(ALICE,), (ALICE, BOB), (STRANGER,)]),
    approvals=st.lists(approvals, max_size=2).map(tuple),
    results=st.lists(results, max_size=2).map(tuple),
    criteria=st.sampled_from([(), ("CRIT-1",)]),
    high_risk_paths=st.sampled_from([(), ("src/price.py",)]),
    code_owners=st.sampled_from([(), ("carol",)]),
    emergency=st.sampled_from(["", "", "subject hotfix:"]),
    day=st.sampled_from(["2026-07-01", "2026-07-01", "2026-09-25"]),
)
records = st.lists(
    st.builds(evidence, st.sampled_from(["EVD-1", "EVD-2"]), st.sampled_from(["2026-02-01", "2026-09-20"])), max_size=2
)


def built(several, deployments, evidence_):
    mine = [change(name, **fields) for name, fields in zip("abcd", several, strict=False)]
    made = [
        deployment(
            f"d{number}",
            "2026-07-05",
            changes=(mine[number].key,),
            approvals=fields["approvals"],
            commit=mine[number].id,
        )
        for number, fields in zip(range(len(mine)), deployments, strict=False)
    ]
    proves = [replace_proves(one) for one in evidence_]
    registers = isms(
        services=by_id(service(tier=1)),
        pipelines=by_id(pipeline()),
        controls=CONTROLS,
        criteria=by_id(CRITERION),
        checks=SETTINGS,
        evidence=by_id(*proves),
    )
    return registers, mine, made


def replace_proves(one):
    return one.model_copy(update={"proves": tuple(CONTROLS)})


def told(registers, mine, made):
    found = judged(registers, facts(*mine, deployments=tuple(made)))
    return found, {
        (item.check, item.key, item.service): item.outcome
        for id_ in (*CHANGE_VERDICTS, *DEPLOYMENT_VERDICTS, "evidence-fresh")
        for item in found.results[id_].items
    }


def assert_no_better(registers, less, more):
    (after, items_after), (before, items_before) = less, more
    for key, outcome in items_after.items():
        assert FINE.get(outcome, 0) < 2 or items_before.get(key) is Outcome.PASS, key
    for id_, one in after.controls.items():
        was = before.controls[id_]
        assert STATUS.get(one.shown, 0) <= STATUS.get(was.shown, 0), (id_, was, one)
        assert one.leaned_on_in_vain or not was.leaned_on_in_vain, (id_, was, one)
    assert not meets(registers, after.results["change-reviewed"]) or meets(registers, before.results["change-reviewed"])
    lapsed = {one.control for one in lapses.ledger(registers, before.results, AUDIT) if one.lapses}
    now = {one.control: one for one in lapses.ledger(registers, after.results, AUDIT)}
    for id_ in lapsed:
        states = {stretch.state for stretch in now[id_].stretches} if id_ in now else {"nothing"}
        assert states & {"lapsed", "unknown"}, id_


@examples(120)
@given(st.lists(changes, min_size=1, max_size=3), records, st.data())
def test_less_of_anything_that_speaks_for_a_change_improves_nothing(several, evidence_, data):
    registers, mine, made = built(several, several, evidence_)
    what = data.draw(st.sampled_from(["approvals", "results", "code_owners", "deployment approvals", "requested_by"]))
    at = data.draw(st.integers(0, len(mine) - 1))
    fewer, made_fewer = list(mine), list(made)
    if what == "deployment approvals":
        made_fewer[at] = replace(made[at], approvals=())
    elif what == "requested_by":
        made_fewer[at] = replace(made[at], requested_by=None)
    elif what == "results":  # those that failed are no evidence for it
        failed = tuple(one for one in mine[at].results if one.result != "passed")
        fewer[at] = replace(mine[at], results=failed)
    else:
        fewer[at] = replace(mine[at], **{what: ()})
    assert_no_better(registers, told(registers, fewer, made_fewer), told(registers, mine, made))


@examples(60)
@given(st.lists(changes, min_size=0, max_size=2), records, st.data())
def test_less_evidence_on_file_improves_nothing(several, evidence_, data):
    registers, mine, made = built(several, several, evidence_)
    if registers.evidence:
        gone = data.draw(st.sampled_from(sorted(registers.evidence)))
        kept = by_id(*(one for id_, one in registers.evidence.items() if id_ != gone))
        fewer = replace(registers, evidence=kept)
        assert_no_better(registers, told(fewer, mine, made), told(registers, mine, made))


@examples(60)
@given(st.lists(changes, min_size=1, max_size=3), records)
def test_a_repository_that_is_not_read_improves_nothing(several, evidence_):
    registers, mine, made = built(several, several, evidence_)
    before = told(registers, mine, made)
    found = judged(registers, replace(facts(), missing={"shop": "it is not there", "env": "it is not there"}, pins={}))
    for id_, one in found.controls.items():
        assert STATUS.get(one.shown, 0) <= STATUS.get(before[0].controls[id_].shown, 0), id_
