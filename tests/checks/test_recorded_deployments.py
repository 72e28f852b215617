"""Two declared sources of the same deployments, held against each other."""

from dataclasses import replace

from tests.checks.factories import (
    CONFIG,
    at,
    by_id,
    change,
    control,
    deployment,
    exception,
    facts,
    isms,
    items,
    pipeline,
    record,
)

from tieout.model import records as r
from tieout.model.history import Unmatched
from tieout.model.results import Outcome
from tieout.model.settings import Repository

CHECK = "no-unrecorded-deployment"
PLACE = "records:deployments.jsonl:1"
RECORDED = deployment(basis="deployment record", where=PLACE, result="succeeded")


def registers(**more):
    source = {"kind": "records", "repo": "records", "cross_check": {"kind": "gitops", "repo": "env"}}
    golden = pipeline().model_copy(update={"deployments": r.DeploymentSource.model_validate(source)})
    return isms(pipelines=by_id(golden), **more)


def found(*unmatched, deployments=(RECORDED,), **fields):
    pins = facts().pins | {"records": facts().pins["env"]}
    return facts(change(), deployments=deployments, unmatched={"shop": unmatched}, pins=pins, **fields)


def of_records(day="2026-07-02"):
    return Unmatched("prod", at(day), "1.2.3", change().id, PLACE, "deployment records", "environments repository")


def of_environments(day="2026-07-03"):
    where = "env, commit 0badc0de"
    return Unmatched("prod", at(day), "1.2.4", "", where, "environments repository", "deployment records")


LINKED = replace(CONFIG, repositories={"records": Repository("records", "x", kind="records", deployments=("*.jsonl",))})


def judged(*unmatched, asked=None, **fields):
    return items(CHECK, asked or registers(), found(*unmatched, **fields), LINKED)


def test_what_both_sources_tell_passes():
    (item,) = judged()
    assert item.outcome is Outcome.PASS
    assert item.reason == (
        "The deployment record and the environments repository both tell that shop 1.2.3 was deployed."
    )


def test_a_record_without_a_counterpart_fails_once():
    (item,) = judged(of_records())
    assert (item.outcome, item.key) == (Outcome.FAIL, RECORDED.key)
    assert item.reason == (
        "The deployment records tell that shop 1.2.3 was deployed on 2 July 2026 (records:deployments.jsonl:1), and the "
        "environments repository does not tell of it."
    )


def test_a_deployment_without_a_record_fails_and_is_named_by_where_it_is_told():
    (_, item) = judged(of_environments())
    assert (item.outcome, item.key, item.found) == (
        Outcome.FAIL,
        "env, commit 0badc0de",
        "missing in the deployment records",
    )
    assert item.reason == (
        "The environments repository tells that shop 1.2.4 was deployed on 3 July 2026 (env, commit 0badc0de), and the "
        "deployment records do not tell of it."
    )


def test_what_one_source_told_just_before_the_cut_off_or_where_the_other_was_cut_off_cannot_be_told():
    (_, new) = judged(of_environments("2026-09-30"))
    assert (new.outcome, new.found) == (Outcome.UNKNOWN, "too new to compare")
    assert new.reason.endswith("less than a day before the cut-off; the deployment records may tell it after.")
    old = judged(of_records(), histories_incomplete=("env",))[0]
    assert (old.outcome, old.found) == (Outcome.UNKNOWN, "other source cut off")


def test_a_commit_in_no_history_fails_whatever_the_sources():
    expected = "The deployed commit 61000000 is in no history that was read, so no recorded change brought it."
    (item,) = judged(deployments=(replace(RECORDED, absent=True, changes=()),))
    assert (item.outcome, item.reason) == (Outcome.FAIL, expected)
    alone = items(CHECK, isms(), facts(deployments=(deployment(absent=True),)))
    assert [(one.outcome, one.reason) for one in alone] == [(Outcome.FAIL, expected)]


def test_a_failed_deployment_needs_no_counterpart():
    (item,) = judged(deployments=(replace(RECORDED, result="failed", changes=()),))
    assert item.outcome is Outcome.NOT_APPLICABLE
    assert item.reason == "The deployment failed, and the environments repository need not tell of it."


def test_one_source_alone_did_not_occur_until_somebody_relies_on_the_check():
    one = facts(change(), deployments=(deployment(),))
    assert items(CHECK, isms(), one) == ()
    expected = (
        "Whether every deployment of shop is recorded cannot be told: its pipeline golden declares one source, and none to "
        "hold it against."
    )
    for asked in (
        {"controls": by_id(control(enforced_by=[f"check:{CHECK}"]))},
        {"checks": by_id(record(r.CheckSetting, CHECK))},
    ):
        (item,) = items(CHECK, isms(**asked), one)
        assert (item.outcome, item.found, item.reason) == (Outcome.UNKNOWN, "one source only", expected)


def test_a_source_that_was_not_read_cannot_be_told():
    (item,) = items(CHECK, registers(), replace(found(), unmatched={}), LINKED)
    assert item.reason == (
        "Whether every deployment of shop is recorded cannot be told: the second source, env, was not read."
    )
    (first,) = items(
        CHECK, registers(), replace(found(deployments=()), unmatched={}, missing={"records": "gone"}), LINKED
    )
    assert first.reason == "What happened to shop cannot be told: the repository records was not read, gone."


def test_an_exception_permits_a_deployment_without_a_record():
    permitted = registers(exceptions=by_id(exception(excepts=[f"check:{CHECK}"])))
    assert judged(of_environments(), asked=permitted)[1].outcome is Outcome.EXCEPTED
