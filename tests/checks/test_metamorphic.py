"""What may change in a judgement when its input does: an unrelated commit, another order, less evidence."""

from dataclasses import replace
from datetime import date

from checks.factories import (
    ALICE,
    AUDIT,
    BOB,
    CAROL,
    CI_BOT,
    DEP_BOT,
    STRANGER,
    approval,
    at,
    by_id,
    change,
    deployment,
    facts,
    isms,
    judged,
    passed,
    person,
    record,
    service,
)
from content.conftest import small_isms
from hypothesis import given
from hypothesis import strategies as st
from properties import examples

from tieout import content
from tieout.checks.judging import CHANGE_VERDICTS, judge
from tieout.model import records as r
from tieout.model.grades import Grade
from tieout.model.history import PathChange
from tieout.model.results import Outcome
from tieout.model.settings import Config, Repository

CRITERION = record(
    r.Criterion, "CRIT-1", when={"paths": ["src/**"]}, requires={"approvals": 1, "approver_role": "price-approver"}
)
SETTINGS = by_id(
    record(r.CheckSetting, "enough-approvals", approvals={"1": 2, "3": 1}),
    record(r.CheckSetting, "review-checklist", template="review.md", items=["Tests"]),
)
PEOPLE = by_id(person(ALICE), person(BOB, roles=["price-approver"]), person(CAROL), person(CI_BOT), person(DEP_BOT))
BAD = (Outcome.FAIL, Outcome.UNKNOWN)


def operator(tier=1):
    services = by_id(service(tier=tier), service("web", tier=1))
    return isms(services=services, criteria=by_id(CRITERION), checks=SETTINGS, people=PEOPLE)


def dated(approval_):
    """What was approved after the change had entered the branch is after the fact."""
    return replace(approval_, after_the_fact=approval_.at > change().time)


approvals = st.builds(
    approval,
    st.sampled_from([ALICE, BOB, CAROL, STRANGER]),
    st.sampled_from([Grade.STATED, Grade.TWO_NAMES, Grade.RECORDED, Grade.SIGNED]),
    st.sampled_from(["2026-06-29", "2026-07-01", "2026-07-02", "2026-07-06"]),
    covers=st.sampled_from(["final", "final", "earlier", "unspecified"]),
    basis=st.sampled_from(["review record", "merger", "trailer"]),
    absence=st.sampled_from(["", "", "", "left", "unknown"]),
).map(dated)
step_results = st.builds(
    passed,
    st.sampled_from(["unit-tests", "unit-more"]),
    st.sampled_from(["passed", "passed", "failed"]),
    st.sampled_from(["2026-07-01", "2026-07-02", "2026-07-04"]),
)
changes = st.builds(
    change,
    kind=st.sampled_from(["merge", "squash", "direct"]),
    authors=st.lists(st.sampled_from([ALICE, BOB, STRANGER]), min_size=1, max_size=2, unique=True).map(tuple),
    approvals=st.lists(approvals, max_size=4).map(tuple),
    results=st.lists(step_results, max_size=3).map(tuple),
    high_risk_paths=st.sampled_from([(), ("src/price.py",)]),
    criteria=st.sampled_from([(), ("CRIT-1",)]),
    code_owners=st.sampled_from([(), ("carol",)]),
    emergency=st.sampled_from(["", "subject hotfix:"]),
    authorship=st.sampled_from(["commits", "commits", "message"]),
    merge_adds=st.sampled_from(["", "", "made", "cannot-tell"]),
    body=st.sampled_from(["", "- [x] Tests", "- [ ] Tests"]),
)
deployed_on = st.sampled_from(["", "2026-07-02", "2026-07-05"])


def outcomes(found, day, tier):
    """Of every check of changes, about one change."""
    deployments = (deployment(day=day),) if day else ()
    results = judged(operator(tier), facts(found, deployments=deployments)).results
    own = {id_: [item for item in results[id_].items if item.key == found.key] for id_ in CHANGE_VERDICTS}
    return {id_: items[0].outcome if items else Outcome.NOT_APPLICABLE for id_, items in own.items()}


def assert_no_better(less, more):
    """Nothing passes that did not, and what was bad somewhere is bad somewhere still."""
    for check, outcome in less.items():
        assert outcome is not Outcome.PASS or more[check] is Outcome.PASS, check
    assert not any(one in BAD for one in more.values()) or any(one in BAD for one in less.values())


@examples(150)
@given(changes, deployed_on, st.sampled_from([1, 3]), st.data())
def test_taking_an_approval_away_never_improves_a_status(found, day, tier, data):
    if found.approvals:
        gone = data.draw(st.integers(0, len(found.approvals) - 1))
        fewer = replace(found, approvals=found.approvals[:gone] + found.approvals[gone + 1 :])
        assert_no_better(outcomes(fewer, day, tier), outcomes(found, day, tier))


@examples(100)
@given(changes, deployed_on, st.data())
def test_taking_a_test_that_passed_away_never_improves_a_status(found, day, data):
    passing = [at_ for at_, result in enumerate(found.results) if result.result == "passed"]
    if passing:
        gone = data.draw(st.sampled_from(passing))
        fewer = replace(found, results=found.results[:gone] + found.results[gone + 1 :])
        assert_no_better(outcomes(fewer, day, 1), outcomes(found, day, 1))


@examples(100)
@given(changes, st.sampled_from(["2026-07-02", "2026-07-05"]), st.sampled_from([1, 3]))
def test_taking_the_deployment_away_never_improves_a_status(found, day, tier):
    assert_no_better(outcomes(found, "", tier), outcomes(found, day, tier))


@examples(60)
@given(st.lists(changes, max_size=3), deployed_on)
def test_an_unrelated_commit_changes_nothing_but_counts(several, day):
    mine = [
        replace(one, id=f"{number}{one.id[1:]}", time=one.time + number, order=number)
        for number, one in enumerate(several)
    ]
    deployments = (deployment(day=day, changes=tuple(one.key for one in mine)),) if day else ()
    other = change(
        "other",
        repo="web",
        services=("web",),
        approvals=(approval(BOB), approval(CAROL)),
        paths=(PathChange("M", "index.html", "0" * 40),),
        time=at("2026-07-03"),
    )
    before = judged(operator(), facts(*mine, deployments=deployments)).results
    after = judged(operator(), facts(*mine, other, deployments=deployments)).results
    for check, result in before.items():
        there = told(item for item in after[check].items if item.key != other.key)
        assert [item for item in there if item in told(result.items)] == told(result.items), check
        assert result.check.kind == "record" or there == told(result.items), check  # people may come into a population


def told(items):
    """What an item says, apart from the reasons of a person or a record, which may name what else they are about."""
    return [item if item.kind in {"change", "deployment"} else (item.key, item.service, item.outcome) for item in items]


def rows(text):
    """A list of YAML with its rows the other way round."""
    return "".join(reversed(text.splitlines(keepends=True)))


def test_the_order_of_files_and_rows_changes_nothing():
    people = "".join(
        f"- {{id: {name}, name: {name.title()}, emails: [{name}@shop.example]}}\n" for name in ("alice", "bob", "carol")
    )
    settings = (
        "- {check: enough-approvals, approvals: {1: 2}}\n- {check: commits-signed, since: 2026-07-02}\n"
        "- {check: change-reviewed, threshold: {1: 99}}\n"
    )
    criteria = "".join(
        f"- {{id: CRIT-{number}, title: C, owner: alice, when: {{paths: [src/**]}}, requires: {{approvals: {number}}}}}\n"
        for number in (1, 2)
    )
    lists = {"isms/people.yml": people, "isms/checks.yml": settings, "isms/criteria.yml": criteria}
    exception = (
        "---\ntitle: E\nowner: alice\nstatus: approved\nexcepts: ['check:change-reference', CTL-004]\n"
        "scope: {{services: odds}}\nfrom: 2026-06-01\nexpires: 2026-08-{day}\ncompensating: CTL-004\nreason: because\n"
        "approved_by: {{person: carol, on: 2026-06-01}}\n---\n"
    )
    for day in ("30", "31"):
        lists[f"isms/exceptions/EXC-{day}-x.md"] = exception.format(day=day)
    written = {**small_isms(), **{path: text.encode() for path, text in lists.items()}}
    turned = {
        path: rows(data.decode()).encode() if path in lists and path.endswith(".yml") else data
        for path, data in reversed(written.items())
    }
    config = Config("Shop", change_references=("SHOP",), repositories={"odds": Repository("odds", "../odds")})
    fields = {"repo": "odds", "services": ("odds",), "criteria": ("CRIT-1", "CRIT-2")}
    made = [
        change("a", approvals=(approval(BOB), approval(CAROL)), **fields),
        change("b", "2026-07-03", change_references=(), order=1, **fields),
    ]
    judgements = []
    for files in (written, turned):
        registers, _ = content.load(files, config)
        assert list(registers.exceptions) == ["EXC-30", "EXC-31"]
        results = judge(registers, facts(*made), AUDIT, config).results
        judgements.append({check: result.items for check, result in results.items()})
    assert judgements[0] == judgements[1]
    counted = {item.outcome for items in judgements[0].values() for item in items}
    assert {Outcome.PASS, Outcome.FAIL, Outcome.EXCEPTED} <= counted
    assert registers.checks["commits-signed"].since == date(2026, 7, 2)
