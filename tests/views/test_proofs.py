"""Proofs of populations, the lapse ledger and samples as pages, on literal snapshots and a literal history."""

import csv
import itertools
from dataclasses import replace
from hashlib import sha256

from history.story import Story
from views import snapshots
from views.snapshots import (
    PRESENT,
    Snapshot,
    all_text,
    check,
    hrefs,
    item,
    whole,
)

from tieout.checks.catalogue import CHECKS
from tieout.history import tally
from tieout.history.line import line_of
from tieout.model.grades import Grade
from tieout.model.history import PathChange, Pin
from tieout.model.results import CheckResult, Judgement, Outcome
from tieout.views import checks, lapses, lists, populations, proof, samples

STEP = (PathChange("M", "a.txt", "0" * 40),)


def judged(*items, check_=None) -> Snapshot:
    snapshot = whole()
    result = CheckResult(check_ or check("change-reviewed"), items)
    return replace(snapshot, judgement=Judgement({result.check.id: result}, {}))


def with_changes(*shorts, **fields) -> Snapshot:
    own = [snapshots.change(short, f"2026-07-{at + 1:02}", **fields) for at, short in enumerate(shorts)]
    items = [
        replace(item("change-reviewed", one.key, Outcome.PASS, day=f"2026-07-{at + 1:02}"), grade=Grade.SIGNED)
        for at, one in enumerate(own)
    ]
    snapshot = judged(*items)
    return replace(snapshot, facts=replace(snapshot.facts, changes={one.key: one for one in own}))


def pages_of(made):
    return {page.path: page for page in made}


# --- lists ---------------------------------------------------------------------------------------------------------


def test_the_list_of_a_population_is_named_by_what_is_in_it_and_its_digest_is_that_of_its_file():
    listed = lists.by_check(with_changes("11111111", "22222222"))["change-reviewed"]
    assert listed.path == "data/populations/changes.csv"
    assert listed.digest == sha256(listed.content).hexdigest()
    rows = list(csv.DictReader(listed.content.decode().splitlines()))
    assert [(row["key"], row["services"], row["month"]) for row in rows] == [
        ("wallet/11111111", "wallet", "2026-07"),
        ("wallet/22222222", "wallet", "2026-07"),
    ]
    assert rows[0]["id"] == "11111111" * 5


def test_a_check_of_some_changes_only_has_a_list_of_its_own():
    snapshot = with_changes("11111111", "22222222")
    result = snapshot.judgement.results["change-reviewed"]
    fewer = CheckResult(check("emergency-reviewed"), result.items[:1])
    both = replace(snapshot, judgement=Judgement({"change-reviewed": result, "emergency-reviewed": fewer}, {}))
    assert {id_: one.name for id_, one in lists.by_check(both).items()} == {
        "change-reviewed": "changes",
        "emergency-reviewed": "emergency-reviewed",
    }


def test_a_title_that_a_spreadsheet_would_compute_is_a_text_in_the_list():
    listed = lists.by_check(with_changes("11111111", subject='=cmd|" /C calc"!A1'))["change-reviewed"]
    (row,) = csv.DictReader(listed.content.decode().splitlines())
    assert row["title"] == '\'=cmd|" /C calc"!A1'


def test_a_comma_in_a_key_does_not_move_the_columns():
    one = replace(item("own", "app/a,b.txt", Outcome.PASS, kind="repository"), others=("games",))
    assert lists.name(one) == "app/a%2Cb.txt,games wallet"


# --- the proof -----------------------------------------------------------------------------------------------------


def test_a_population_adds_up_by_month_by_kind_and_by_grade():
    page = pages_of(checks.pages(with_changes("11111111", "22222222")))["checks/change-reviewed/wallet.html"]
    told = all_text(page).split("\n")
    assert [told[at + 1] for at, words in enumerate(told) if words == "All"] == ["2", "2", "2"]
    assert told[told.index("July 2026") + 1] == "2"
    assert (
        "2 rows here, as many in data/populations/changes.csv and in data/items.json. In this audit's folder:" in told
    )
    assert any(line.endswith("data/populations/changes.csv | wc -l gives 2") for line in told)


def test_what_could_not_be_read_stands_beside_the_rows_and_not_among_them():
    hole = replace(item("change-reviewed", "wallet", Outcome.UNKNOWN), kind="repository")
    snapshot = with_changes("11111111")
    result = snapshot.judgement.results["change-reviewed"]
    result = CheckResult(result.check, (*result.items, hole))
    told = "\n".join(map(snapshots.text, proof.recount(result, lists.by_check(snapshot)["change-reviewed"])))
    assert "Beside them 1 row about what could not be read." in told


def story() -> tuple[Story, list[str]]:
    """A start, a merge of two commits, a direct step, and a step that changes no file."""
    told = Story("wallet")
    start = told.commit("Start", {"a.txt": "1"})
    side = told.commit("One", {"a.txt": "2"}, on=start)
    side = told.commit("Two", {"a.txt": "3"}, on=side)
    merge = told.commit("Merge pull request #1 from x/y", parents=(start, side))
    direct = told.commit("Direct", {"a.txt": "4"})
    empty = told.commit("Nothing")
    return told, [start, merge, direct, empty, side]


def tallied(service: str = "wallet", **fields):
    told, (start, merge, direct, empty, side) = story()
    history = told.history()
    pin = Pin("wallet", "main", empty, "e" * 40, 0, 4, 0)
    line = line_of(history, empty)
    one = history.commits[side].parents[0]
    base = {"services": ("wallet",), "paths": STEP}
    made = [
        snapshots.change(id_[:8], "2026-07-01", **(base | own))
        for id_, own in (
            (start, {"kind": "root"}),
            (merge, {"commits": (one, side)}),
            (direct, {"kind": "direct", "commits": (direct,)} | fields),
            (empty, {"kind": "direct", "commits": (empty,), "paths": (), "services": ()}),
        )
    ]
    made = [
        replace(
            change,
            id=id_,
            repo="wallet",
            order=at,
            time=line.times[at],
            commits=(id_,) if change.kind != "merge" else change.commits,
        )
        for at, (change, id_) in enumerate(zip(made, (start, merge, direct, empty), strict=True))
    ]
    period = (line.times[1], line.times[3])
    return tally.count(history, pin, made, period, service), (start, merge, direct, empty)


def test_commits_of_the_range_are_changes_commits_inside_them_and_what_is_left_out():
    found, (start, _, _, empty) = tallied()
    assert found.range == f"{start}..{empty}"
    assert (found.steps, found.commits) == (3, 5)
    assert (found.changes, found.inside) == (2, 2)
    assert [(one.why, one.steps, one.commits) for one in found.left_out] == [("change no file", 1, 1)]
    assert found.unexplained == 0
    assert (
        snapshots.text(proof.equation(found))
        == "2 changes, 2 further commits inside them, 1 left out, none unaccounted for."
    )


def test_changes_of_other_services_are_left_out_and_said_so():
    found, _ = tallied(services=("games",))
    assert [(one.why, one.commits) for one in found.left_out] == [
        ("change no file", 1),
        ("belong to other services only", 1),
    ]
    nobody, _ = tallied(services=())
    assert [one.why for one in nobody.left_out] == ["change no file", "touch no path of a registered service"]


def test_commits_that_nothing_accounts_for_are_told_as_wrong():
    found, _ = tallied()
    lost = replace(found, inside=1)
    assert lost.unexplained == 1
    assert "1 commit not accounted for" in snapshots.text(proof.equation(lost))
    assert "1 commit counted twice" in snapshots.text(proof.equation(replace(found, inside=3)))


def test_the_page_of_a_service_prints_both_commands_with_what_they_give():
    told, ids = story()
    snapshot = with_changes("11111111")
    history = told.history()
    pin = Pin("wallet", "main", ids[3], "e" * 40, 0, 4, 0)
    facts = replace(snapshot.facts, pins={**snapshot.facts.pins, "wallet": pin}, changes={})
    snapshot = replace(snapshot, facts=facts, histories={"wallet": history})
    page = pages_of(populations.pages(snapshot))["populations/wallet.html"]
    assert "The branch has no commit up to the end of the period." in all_text(page)


def test_a_repository_that_was_not_read_is_no_population_of_nothing():
    snapshot = with_changes("11111111")
    facts = replace(snapshot.facts, missing={"wallet": "it could not be fetched"})
    page = pages_of(populations.pages(replace(snapshot, facts=facts)))["populations/wallet.html"]
    assert snapshots.text(page.lede) == "Cannot tell: wallet: it could not be fetched."


def test_no_conclusion_is_drawn_before_the_period_ends():
    now = replace(with_changes("11111111"), date=PRESENT)
    made = pages_of([*checks.pages(now), *populations.pages(now), *samples.pages(now), *lapses.pages(now)])
    for path in (
        "checks/index.html",
        "checks/change-reviewed.html",
        "populations/wallet.html",
        "samples/change-reviewed.html",
    ):
        assert "So far: the period has not ended, so nothing is concluded about it yet." in all_text(made[path]), path
    assert snapshots.text(made["checks/change-reviewed.html"].lede) == "1 of 1 passed so far."


# --- checks --------------------------------------------------------------------------------------------------------


def test_a_check_that_nobody_adopted_says_which_setting_is_missing():
    libraries = CHECKS["mandatory-libraries"]
    page = pages_of(checks.pages(judged(check_=libraries)))["checks/mandatory-libraries.html"]
    assert snapshots.text(page.lede) == (
        "not adopted: set libraries of mandatory-libraries in isms/checks.yml, and it judges."
    )
    assert "not set: nothing is judged without it" in all_text(page)


def test_checks_stand_under_their_stage_and_those_with_nothing_to_judge_apart():
    made = pages_of(checks.pages(whole()))
    index = made["checks/index.html"]
    (judged_table,) = [block for block in snapshots.blocks(index) if getattr(block, "form", "") == "run"][:1]
    heads = [snapshots.text(row.cells[0].line) for row in judged_table.rows if row.tone == "group"]
    assert heads == ["Commit & review", "Deploy", "Outside the pipeline"]
    assert "did not occur: nothing to judge in the period" in all_text(index).replace("\n", " ")


def test_a_check_shows_what_is_asked_of_each_tier_beside_what_passed():
    snapshot = whole()
    page = pages_of(checks.pages(snapshot))["checks/change-reviewed.html"]
    assert "fewer than are asked" in all_text(page)
    assert "every one" in all_text(page)


def test_what_belongs_to_no_service_is_not_called_tier_1():
    alone = item("soa-consistent", "A.5.1", Outcome.PASS, kind="record", service="")
    page = pages_of(checks.pages(judged(alone, check_=check("soa-consistent", "record"))))["checks/soa-consistent.html"]
    assert "No service" in all_text(page)
    assert "Tier 1" not in all_text(page)


def test_a_population_of_repositories_or_of_their_parts_is_called_by_its_name():
    told = [
        all_text(pages_of(checks.pages(judged(one, check_=check(id_, "repository"))))[f"checks/{id_}/wallet.html"])
        for id_ in ("dependencies-pinned", "releases-signed")
        for one in [item(id_, "wallet", Outcome.PASS, kind="repository")]
    ]
    assert ["Repositories" in told[0], "Release tags" in told[1]] == [True, True]


# --- lapses --------------------------------------------------------------------------------------------------------


def test_the_ledger_is_a_page_and_a_section_of_the_control():
    snapshot = whole()
    (page,) = lapses.pages(snapshot)
    assert snapshots.text(page.lede) == ("1 of 1 control lapsed, in 1 stretch of time, all of them resumed.")
    assert "Lapsed 1 change, 27 June 2026; resumed 1 July 2026, held less than a day." in all_text(page)
    assert {"changes/wallet/badbadba.html", "changes/wallet/aaaaaaaa.html"} <= set(hrefs(page))
    section = lapses.section(snapshot, snapshot.isms.controls["CTL-001"])
    assert section.title == "When it held"
    planned = lapses.section(snapshot, snapshot.isms.controls["CTL-002"])
    assert snapshots.text(planned.blocks[0].line) == "It is planned, so it cannot lapse."


def test_the_data_of_the_ledger_fills_the_period():
    rows = lapses.rows(whole())
    assert [row["state"] for row in rows] == ["nothing", "lapsed", "held", "nothing"]
    assert rows[1]["checks"] == "change-reviewed"
    assert all(after["since"] == row["until"] + 1 for row, after in itertools.pairwise(rows))


# --- samples -------------------------------------------------------------------------------------------------------


def test_a_sample_page_says_that_everything_was_tested_and_how_to_draw_again():
    made = pages_of(samples.pages(with_changes(*(f"{n:08}" for n in range(1, 8)))))
    page = made["samples/changes.html"]
    assert snapshots.text(page.lede) == "5 of 7 changes, drawn for re-performance: the program tested 7 of 7 itself."
    told = all_text(page)
    assert f"tieout sample change-reviewed --audit 2026-09-30 --seed {'5d1f90ac' * 8}" in told
    assert "cannot tell from Git" in told
    assert told.count("No record of a way back is read; ask for the request or the runbook.") == 1
    assert "All 5 changes" in told
    assert "Customary, not normative" in all_text(made["samples/index.html"])


def test_a_working_tree_has_no_seed_so_nothing_is_drawn():
    made = pages_of(samples.pages(replace(with_changes("11111111"), lock="")))
    assert list(made) == ["samples/index.html"]
    assert "draw with tieout sample CHECK --seed WORD." in snapshots.text(made["samples/index.html"].lede)
