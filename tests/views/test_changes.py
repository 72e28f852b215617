"""The page of a change: what stands around it in time, exceptions that did not cover it, and what was done."""

from dataclasses import replace
from datetime import date

import pytest
from views.snapshots import (
    ALICE,
    BOB,
    all_text,
    anchors,
    approval,
    at,
    change,
    check,
    item,
    page_of,
    record,
    table,
    text,
    whole,
)

from tieout.model.grades import Grade
from tieout.model.history import Backlink, Commit, Deployment, History, Signature, SourceControl, Stamp
from tieout.model.records import Exemption
from tieout.model.results import CheckResult, Outcome
from tieout.views import MODULES, around, carried, site
from tieout.views.page import Page, Section
from tieout.views.snapshot import Snapshot

PAGE = "changes/wallet/badbadba.html"


def spoken(section: Section) -> str:
    """Everything a section says, a line a cell."""
    return all_text(Page("x.html", "x", "x", (), (section,)))


def excepting(**fields: object) -> Snapshot:
    """The house with one exception, in force on the day of the change that failed."""
    snapshot = whole()
    told = {
        "owner": "bob-baker",
        "status": "approved",
        "excepts": ["CTL-001"],
        "scope": {"services": ["games"]},
        "from": date(2026, 6, 1),
        "expires": date(2026, 7, 31),
        "compensating": ["CTL-001"],
        "reason": "Old host.",
        "approved_by": {"person": "bob-baker", "on": date(2026, 5, 31)},
        **fields,
    }
    held = {"EXC-002": record(Exemption, "EXC-002", **told)}
    return replace(snapshot, isms=replace(snapshot.isms, exceptions=held))


def test_an_exception_in_force_that_did_not_cover_the_change_shows_each_condition() -> None:
    rows = table(page_of(site(excepting(), None), PAGE), "exception").rows
    covered = {text(row.cells[0].line): text(row.cells[-1].line) for row in rows}
    assert covered == {
        "Check": "1 of 2",
        "Period": "yes",
        "Approval": "yes",
        "Service": "no",
        "Paths": "yes",
        "Result": "not covered; the failures stand",
    }


def test_an_exception_that_had_ended_or_is_about_another_check_is_not_shown() -> None:
    for fields in ({"expires": date(2026, 6, 20)}, {"excepts": ["check:commits-signed"]}, {"status": "rejected"}):
        assert "exception" not in anchors(page_of(site(excepting(**fields), None), PAGE)), fields


def test_an_exception_that_nobody_approved_in_time_says_so() -> None:
    for by in (None, {"person": "bob-baker", "on": date(2026, 7, 3)}):
        rows = table(page_of(site(excepting(approved_by=by), None), PAGE), "exception").rows
        assert next(text(row.cells[-1].line) for row in rows if text(row.cells[0].line) == "Approval") == "no"


def test_a_change_without_a_fail_shows_no_exception() -> None:
    assert "exception" not in anchors(page_of(site(excepting(), None), "changes/wallet/aaaaaaaa.html"))


def test_what_was_done_tells_the_finding_its_cause_and_its_actions() -> None:
    found = page_of(site(whole(), None), PAGE)
    told = spoken(next(section for section in found.sections if section.anchor == "done"))
    for expected in ("FND-2026-001", "A bypass was left open.", "ACT-2026-001"):
        assert expected in told


def test_the_times_of_incident_and_finding_stand_in_order() -> None:
    rows = table(page_of(site(whole(), None), PAGE), "times").rows
    when = [text(row.cells[0].line) for row in rows]
    assert when == sorted(when)
    told = " ".join(text(row.cells[1].line) for row in rows)
    assert "INC-2026-001 began" in told
    assert "FND-2026-001 raised" in told


def deployed_by_its_author() -> Snapshot:
    """One person wrote, pushed and deployed the change; a check of the deployment failed."""
    snapshot = whole()
    own = change("badbadba", "2026-06-27", merger=ALICE, kind="direct")
    source = ("environments repository", Grade.STATED, "env", "9" * 40, ALICE)
    brought = Deployment("wallet", "prod", own.time + 60, "v2", own.id, "wallet", *source, False, changes=(own.key,))
    facts = replace(
        snapshot.facts,
        changes={**snapshot.facts.changes, own.key: own},
        deployments={brought.key: brought},
    )
    failed = item("deployed-by-pipeline", brought.key, Outcome.FAIL, kind="deployment")
    pipeline = CheckResult(check("deployed-by-pipeline", "deployment"), (failed,))
    results = {**snapshot.judgement.results, "deployed-by-pipeline": pipeline}
    return replace(snapshot, facts=facts, judgement=replace(snapshot.judgement, results=results))


def test_a_person_is_named_once_with_everything_that_person_did() -> None:
    found = page_of(site(deployed_by_its_author(), None), PAGE)
    assert "Alice Archer wrote it, brought it to the branch and deployed it." in all_text(found)
    assert "No other name is on it." in all_text(found)


def test_a_later_review_is_no_authority() -> None:
    snapshot = whole()
    late = replace(approval(by=BOB), after_the_fact=True)
    own = change("badbadba", "2026-06-27", approvals=(late,))
    facts = replace(snapshot.facts, changes={**snapshot.facts.changes, own.key: own})
    found = page_of(site(replace(snapshot, facts=facts), None), PAGE)
    assert "no record before it entered the branch." in all_text(found)
    assert "Reviewed afterwards, on 1 July 2026." in text(found.lede)


def test_verdicts_on_a_change_and_its_deployment_add_up_under_the_table() -> None:
    page = page_of(site(deployed_by_its_author(), None), PAGE)
    rows = table(page, "judged").rows
    judged = [row for row in rows if not row.tone]
    assert [text(cell.line) for cell in rows[-1].cells] == [f"{len(judged)} verdicts", "3 fail"]
    assert "2 of 2 checks of the change failed and 1 of 1 of its deployment." in text(page.lede)


# --- gathered once -------------------------------------------------------------------------------------------------


def test_records_that_name_a_change_are_found_by_any_commit_it_carries() -> None:
    found = around.gather(whole())
    assert ("findings", "FND-2026-001") in found.naming["wallet/badbadba"]
    assert ("incidents", "INC-2026-001") in found.naming["wallet/badbadba"]
    assert found.naming["wallet/aaaaaaaa"] == [("actions", "ACT-2026-001")]


def test_no_page_is_made_twice_but_for_lists_that_stay_generic() -> None:
    snapshot = whole()
    made: dict[str, int] = {}
    for pages in MODULES:
        for found in pages(snapshot):
            made[found.path] = made.get(found.path, 0) + 1
    assert [path for path, times in made.items() if times > 1] == []


# --- what is told of a change ----------------------------------------------------------------------------------------


def test_a_date_that_is_not_believed_and_a_strange_signature_are_told_in_whole_sentences() -> None:
    snapshot = whole()
    odd = replace(snapshot.facts.changes["wallet/badbadba"], claimed=1, signature=Signature("unreadable", "pgp"))
    changes = {**snapshot.facts.changes, odd.key: odd}
    told = all_text(page_of(site(replace(snapshot, facts=replace(snapshot.facts, changes=changes)), None), PAGE))
    assert "Its own date, 1970-01-01 00:00, is not believed." in told
    assert "The step on the branch is signed in a format that is not read." in told


def test_a_service_is_not_said_to_run_an_old_version_where_a_newer_one_has_no_date() -> None:
    snapshot = whole()
    facts = replace(snapshot.facts, undated={"wallet": (("v9", snapshot.date.cutoff),)})
    told = all_text(page_of(site(replace(snapshot, facts=facts), None), "services/wallet.html"))
    assert "cannot tell: a release without a date came later, v9" in told


def test_what_runs_since_before_the_period_counts_its_changes_without_a_page_for_each() -> None:
    snapshot = whole()
    (key, running), *_ = snapshot.facts.deployments.items()
    old = replace(snapshot.facts.changes["wallet/badbadba"], id="0" * 40, commits=("0" * 40,), time=1)
    before = replace(running, at=2, arrived=3, changes=(old.key,))
    facts = replace(snapshot.facts, changes={**snapshot.facts.changes, old.key: old}, deployments={key: before})
    made = site(replace(snapshot, facts=facts), None)
    assert f"changes/{old.key}.html" not in {page.path for page in made.pages}
    told = all_text(page_of(made, f"deployments/{key}.html"))
    assert "1 change from before the period, in which they have no page." in told
    assert "not yet: the commit came to the branch on 1970-01-01 00:00 UTC" in told


def test_what_a_forge_is_said_to_have_enforced_stands_by_itself_and_is_no_approval() -> None:
    where = "refs/notes/commits on badbadba, commit 0aa81c52"
    told = (SourceControl("REVIEW_ENFORCED", at("2026-01-02"), where), SourceControl("SLSA_SOURCE_LEVEL_3", 0, where))
    sections = {
        one.anchor: one for one in carried.sections(whole(), change("badbadba", "2026-06-01", source_controls=told))
    }
    assert "No record of an approval was found in any source that was read." in spoken(sections["approvals"])
    assert "it names no reviewer, and it is no approval" in spoken(sections["enforced"])
    rows = table(Page("x.html", "x", "x", (), tuple(sections.values())), "enforced").rows
    assert [[text(cell.line) for cell in row.cells][:2] for row in rows] == [
        ["REVIEW_ENFORCED", "2026-01-02 12:00"],
        ["SLSA_SOURCE_LEVEL_3", "not stated"],
    ]
    assert "enforced" not in {one.anchor for one in carried.sections(whole(), change("badbadba", "2026-06-01"))}


@pytest.mark.parametrize(
    ("restored", "told"),
    [
        ("same", "Under #7 the forge keeps 2 commits that together changed what was merged."),
        ("different", "Under #7 the forge keeps 2 commits that did not change what was merged."),
        ("cannot-tell", "Under #7 the forge keeps 2 commits that were proposed; whether what was merged is what they "),
    ],
)
def test_commits_of_a_squashs_proposal_are_listed_beside_the_one_that_it_became(restored, told) -> None:
    when = Stamp("Cleo Park", "cleo@example.org", at("2026-05-30"))
    commits = {id_: Commit(id_, "", (), when, when, f"Try {id_[:2]}\n") for id_ in ("11" * 20, "22" * 20)}
    snapshot = replace(whole(), histories={"wallet": History("wallet", commits=commits)})
    squash = change("badbadba", "2026-06-01", kind="squash", reference="#7", restored=restored, proposed=tuple(commits))
    section = next(one for one in carried.sections(snapshot, squash) if one.anchor == "commits")
    _, said, proposed = section.blocks
    assert text(said.line).startswith(told)
    assert [[text(cell.line) for cell in row.cells] for row in proposed.rows] == [
        ["11111111", "Cleo Park cleo@example.org", "2026-05-30 12:00", "Try 11"],
        ["22222222", "Cleo Park cleo@example.org", "2026-05-30 12:00", "Try 22"],
    ]


# --- what a message says of other changes, and what it leaves out ----------------------------------------------------


def told_of(**fields: object) -> str:
    snapshot = whole()
    own = change("badbadba", "2026-06-27", **fields)
    facts = replace(snapshot.facts, changes={**snapshot.facts.changes, own.key: own})
    return all_text(page_of(site(replace(snapshot, facts=facts), None), PAGE))


def test_a_revert_says_whether_the_files_bear_it_out() -> None:
    earlier, commit = "wallet/aaaaaaaa", "a" * 40
    shown = told_of(reverts=(Backlink(commit, commit, earlier, shown=True),))
    assert f"It reverts {earlier}; its files are again as they were before that." in shown
    claimed = told_of(reverts=(Backlink(commit, commit, earlier),), reverted_by=("wallet/cccccccc",))
    assert f"It reverts {earlier}; that is its message's claim only." in claimed
    assert "A later change says that it reverts this one: wallet/cccccccc." in claimed
    assert "It says that it repeats 5f5f5f5, which the history does not have." in told_of(
        picked_from=(Backlink("5f5f5f5"),)
    )


def test_an_author_whom_a_squash_does_not_name_is_named() -> None:
    told = told_of(kind="squash", restored="same", authorship="proposal", hidden_authors=(BOB,))
    assert "The step itself does not name Bob Baker as an author; the proposal does, and so they count as one." in told


def test_a_squash_without_its_proposal_says_who_tells_its_authors() -> None:
    assert "an author may be hidden" in told_of(kind="squash", restored="no-ref", authorship="message")
    assert "an export of the forge names its authors" in told_of(kind="squash", restored="no-ref", authorship="record")
