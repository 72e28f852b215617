"""The reverse test: from what runs in production back to the change and its approvals."""

from tests.checks.factories import (
    BOB,
    approval,
    at,
    by_id,
    change,
    deployment,
    facts,
    isms,
    judged,
    service,
)

from tieout.checks.reverse import walk_back


def walked(found, registers=None, day="2026-09-30"):
    registers = registers or isms()
    return list(walk_back(registers, found, judged(registers, found).results, at(day)))


def test_each_step_from_the_running_version_to_the_approval_is_told():
    one = change(approvals=(approval(BOB),))
    (row,) = walked(facts(one, deployments=(deployment(),)))
    assert (row.service, row.environment, row.running.since) == ("shop", "prod", at("2026-07-02"))
    assert row.running.deployment.key == "shop/64000000"
    assert (row.change.key, [given.by for given in row.approvals], row.why) == ("shop/61000000", [BOB], "")
    assert {item.kind for item in row.items} == {"change", "deployment"}
    assert "change-reviewed" in {item.check for item in row.items}


def test_a_carried_commit_leads_to_the_change_that_carried_it():
    one = change()
    (row,) = walked(facts(one, deployments=(deployment(commit=one.commits[0]),)))
    assert row.change is one


def test_before_the_first_deployment_and_where_it_failed_nothing_is_walked():
    found = facts(change(), deployments=(deployment(),))
    assert walked(found, day="2026-07-01")[0].why == "no production deployment is recorded"
    failed = facts(change(), deployments=(deployment(result="in-progress", changes=()),))
    assert walked(failed)[0].why == "the deployment of 1.2.3 was not at its end"


def test_a_commit_that_no_change_brought_ends_the_walk_and_says_why():
    assert walked(facts(deployments=(deployment(),)))[0].why == (
        "no change of the protected branch brought the deployed commit 61000000"
    )
    assert walked(facts(deployments=(deployment(absent=True),)))[0].why == (
        "the deployed commit 61000000 is in no history that was read"
    )
    assert walked(facts(deployments=(deployment(commit=""),)))[0].why == (
        "the record does not say which commit was deployed"
    )


def test_retired_services_and_those_without_a_repository_are_left_out():
    registers = isms(services=by_id(service(status="retired"), service("web", repos=[])))
    assert walked(facts(change(), deployments=(deployment(),)), registers) == []
