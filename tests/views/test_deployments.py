"""The page of deployments: what runs, what waits, what two sources do not agree in, and what is never called a deployment."""

from dataclasses import replace
from typing import Any

from views.snapshots import all_text, at, page_of, table, text, whole

from tieout.model.grades import Grade
from tieout.model.history import Deployment, Identity, TagElsewhere, Unmatched
from tieout.views import site
from tieout.views.page import Page
from tieout.views.snapshot import Snapshot

INDEX = "deployments/index.html"


def deployed(day: str, **fields: Any) -> Deployment:
    """A record of a deployment of the wallet."""
    (first,) = whole().facts.deployments.values()
    own: dict[str, Any] = {"basis": "deployment record", "grade": Grade.RECORDED, "result": "succeeded", "id": day}
    return replace(first, **(own | {"at": at(day), "record": day.replace("-", "") * 5} | fields))


def told_with(*deployments: Deployment, **facts: Any) -> Snapshot:
    snapshot = whole()
    found = {one.key: one for one in sorted(deployments, key=lambda one: one.at)}
    return replace(snapshot, facts=replace(snapshot.facts, deployments=found, **facts))


def page(snapshot: Snapshot, path: str = INDEX) -> Page:
    return page_of(site(snapshot, None), path)


def rows(found: Page, anchor: str) -> list[list[str]]:
    return [[text(cell.line) for cell in row.cells] for row in table(found, anchor).rows]


def with_source(snapshot: Snapshot, **source: str) -> Snapshot:
    """The pipeline declares another source."""
    golden = snapshot.isms.pipelines["golden"]
    other = golden.model_copy(update={"deployments": golden.deployments.model_copy(update=source)})
    return replace(snapshot, isms=replace(snapshot.isms, pipelines={"golden": other}))


def test_what_runs_is_the_last_that_did_not_fail_and_links_to_its_deployment() -> None:
    failed = deployed("2026-08-02", version="v3", result="failed", changes=())
    snapshot = told_with(deployed("2026-07-03", version="v2"), failed)
    (row,) = rows(page(snapshot), "running")
    assert row[:3] == ["wallet", "prod", "v2"]
    assert row[3:] == [
        "2026-07-03 12:00",
        "recorded by the forge",
        "wallet/aaaaaaaa",
        "no record",
        "no steps recorded 1 cannot tell",
    ]
    where = dict(page(snapshot, "services/wallet.html").provenance)
    assert text(where["Running on 2026-09-30"]).startswith("v2, commit aaaaaaaa, since 2026-07-03 12:00, wallet/")


def test_a_deployment_before_the_period_that_failed_leaves_what_ran_before_it() -> None:
    early = [deployed("2026-01-02", version="v1"), deployed("2026-01-03", version="v2", result="failed", changes=())]
    assert rows(page(told_with(*early)), "running")[0][2] == "v1"
    unsure = [early[0], replace(early[1], result="in-progress")]
    assert rows(page(told_with(*unsure)), "running")[0][2] == "cannot tell: the deployment of v2 was not at its end"


def test_how_many_failed_stands_in_the_first_sentence() -> None:
    snapshot = told_with(deployed("2026-07-03"), deployed("2026-07-04", result="failed", changes=()))
    assert text(page(snapshot).lede).startswith("2 deployments to production in the period, of which 1 failed; in")


def test_each_source_is_named_with_what_it_proves() -> None:
    told = rows(page(told_with(deployed("2026-07-03"), deployed("2026-07-04", basis="release branch"))), "sources")
    assert [row[:2] for row in told] == [["Deployment record", "1"], ["Release branch", "1"], ["Deployments", "2"]]
    assert told[1][2] == "That a release was cut, and by whom; not that it was deployed, nor when"


def test_the_deployed_commits_add_up_and_the_odd_ones_are_listed() -> None:
    snapshot = told_with(
        deployed("2026-07-03", on_branch=True),
        deployed("2026-07-04", on_branch=False, absent=True),
        deployed("2026-07-05", on_branch=None, commit=""),
    )
    counts = [int(row[1]) for row in rows(page(snapshot), "population")]
    assert counts == [1, 0, 0, 1, 1, 3]
    assert "2 deployments of a commit that is not known to have been on the protected branch:" in all_text(
        page(snapshot)
    )


def test_changes_that_wait_are_counted_for_each_service_and_listed_with_their_age() -> None:
    found = page(told_with(deployed("2026-07-03")))
    assert rows(found, "waiting") == [
        ["wallet", "2", "1", "1", "0", "95"],
        ["All services", "2", "1", "1", "0", "95"],
    ]
    assert "hotfix: stop" in all_text(found)


def test_where_no_deployment_is_known_nobody_can_tell_what_waits() -> None:
    found = rows(page(told_with()), "waiting")
    assert found[-1] == ["All services", "2", "0", "0", "2", "none"]


def test_integrations_are_listed_and_never_counted_as_deployments() -> None:
    found = page(with_source(told_with(), kind="integrations"))
    assert text(found.lede).startswith("No deployment to production was found")
    assert rows(found, "merges") == [["wallet", "2"]]
    assert "its pipeline tells of integrations only" in rows(found, "running")[0][2]


def test_what_one_of_two_sources_does_not_tell_is_listed() -> None:
    one = Unmatched(
        "prod",
        at("2026-07-09"),
        "v9",
        "9" * 40,
        "env, commit 99999999",
        "environments repository",
        "deployment records",
    )
    older = replace(one, at=at("2026-01-01"))
    found = page(told_with(deployed("2026-07-03"), unmatched={"wallet": (older, one)}))
    (row,) = rows(found, "second")
    assert row[4:] == ["environments repository", "deployment records", "env, commit 99999999"]
    assert "1 deployment of the period is told by one only." in all_text(found)
    agreed = all_text(page(told_with(deployed("2026-07-03"), unmatched={"wallet": ()})))
    assert "No deployment of the period is told by one only." in agreed


def test_a_deployments_page_tells_how_it_ended_and_what_it_took_back() -> None:
    first = deployed("2026-07-03", result="rolled-back", ended=at("2026-07-04"), run="9", strategy="canary")
    back = deployed("2026-07-05", rollback_of="2026-07-03", changes=(), by=Identity("", "", ""))
    snapshot = told_with(first, back)
    told = page(snapshot, f"deployments/{first.key}.html")
    assert "reached prod on 3 July 2026, and the deployment was rolled back on 4 July 2026" in text(told.lede)
    assert "canary" in all_text(told)
    later = all_text(page(snapshot, f"deployments/{back.key}.html"))
    assert first.key in later
    assert "not stated: an identity of the approved pipeline" in later


def test_the_ledger_has_a_column_of_results_where_the_source_tells_them() -> None:
    found = page(told_with(deployed("2026-07-03", result="failed")), "deployments/wallet/2026-07.html")
    columns = next(block for block in found.sections[0].blocks if hasattr(block, "columns")).columns
    assert "Result" in [text(column.title) for column in columns]


def test_a_tag_that_leads_elsewhere_is_listed_and_told_on_the_page_of_the_deployment() -> None:
    rosa = Identity("rosa", "Rosa Quint", "rosa@fennmoor.example")
    tag = TagElsewhere("v2", "b" * 40, at("2026-07-05"), rosa)
    moved, other = deployed("2026-07-03", version="v2", tag=tag), deployed("2026-07-04", version="v3")
    snapshot = told_with(moved, other)
    (row,) = rows(page(snapshot), "tags")
    assert row[2:5] == ["aaaaaaaa", "v2", "bbbbbbbb"]
    assert row[5].startswith("2026-07-05 12:00 UTC by Rosa Quint")
    told = all_text(page(snapshot, f"deployments/{moved.key}.html"))
    assert "leads to another commit now" in told
    assert "Release tags that lead elsewhere" not in all_text(page(told_with(other)))
    bare = replace(moved, tag=TagElsewhere("v2", "b" * 40))
    assert rows(page(told_with(bare)), "tags")[0][-1] == "not told"


def test_what_was_running_is_told_for_every_stretch_of_the_period_the_newest_first() -> None:
    early = deployed("2026-05-02", version="v1")
    late = deployed("2026-07-03", version="v2", result="in-progress", changes=())
    found = page(told_with(early, late, deployed("2026-08-04", version="v3")), "deployments/wallet/running.html")
    assert text(found.lede) == (
        "2 deployments ran in production from 2026-06-06 to 2026-09-30; for 1 stretch of time it cannot be told what ran."
    )
    assert [row[:3] for row in rows(found, "in-prod")] == [
        ["August 2026"],
        ["2026-08-04 12:00", "then still", "v3"],
        ["July 2026"],
        ["2026-07-03 12:00", "2026-08-04 12:00", "cannot tell: the deployment of v2 was not at its end"],
        ["May 2026"],
        ["2026-05-02 12:00", "2026-07-03 12:00", "v1"],
    ]
