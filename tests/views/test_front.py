"""The front page: its figures are the rows behind them, and nothing that failed is left out."""

from dataclasses import replace

import pytest
from views.snapshots import PRESENT, all_text, check, item, judgement, page_of, record, table, text, tiny, whole

from tieout.model.records import CheckSetting
from tieout.model.results import CheckResult, Gap, GapKind, Judgement, Outcome
from tieout.model.settings import Repository
from tieout.views import deviations, front, gaps, site
from tieout.views.page import Columns, Link, Table
from tieout.views.snapshot import Snapshot


def numbers(found: Table, row: int) -> list[int]:
    return [int(text(cell.line).replace(",", "")) for cell in found.rows[row].cells[1:]]


def test_each_line_adds_up_to_its_population_and_the_total_to_the_lines() -> None:
    found = table(page_of(site(whole(), None), "index.html"), "judged")
    counted = [numbers(found, at) for at, row in enumerate(found.rows) if len(row.cells) == 7 and row.tone != "total"]
    for population, *outcomes in counted:
        assert population == sum(outcomes)
    assert found.rows[-1].tone == "total"
    assert numbers(found, len(found.rows) - 1) == [sum(column) for column in zip(*counted, strict=True)]


def test_every_number_of_a_line_leads_to_the_page_of_its_check() -> None:
    found = table(page_of(site(whole(), None), "index.html"), "judged")
    links = [cell.line[0] for cell in found.rows[0].cells[1:] if isinstance(cell.line[0], Link)]
    assert {link.href for link in links} == {"checks/change-reviewed.html"}


def test_an_empty_population_did_not_occur() -> None:
    found = table(page_of(site(whole(), None), "index.html"), "judged")
    silent = next(row for row in found.rows if "emergency-reviewed" in text(row.cells[0].line))
    assert "did not occur" in text(silent.cells[2].line)


def test_the_first_sentence_counts_changes_that_nobody_else_saw() -> None:
    snapshot = exporting(whole())
    assert "No change in 2 reached production without a second person." in text(front.lede(snapshot))
    brought = {key: replace(found, changes=("wallet/badbadba",)) for key, found in snapshot.facts.deployments.items()}
    deployed = replace(snapshot, facts=replace(snapshot.facts, deployments=brought))
    told = front.lede(deployed)
    assert "One change in 2 reached production without a second person." in text(told)
    assert any(isinstance(part, Link) and part.href == "changes/wallet/badbadba.html" for part in told)


def exporting(snapshot: Snapshot) -> Snapshot:
    """The same where a forge's review records are exported."""
    records = Repository("records", "../records", kind="records", reviews=("*.jsonl",))
    return replace(snapshot, config=replace(snapshot.config, repositories={"records": records}))


def test_without_exported_reviews_the_first_sentence_speaks_of_what_is_on_record() -> None:
    assert "No change in 2 reached production without a second person on record." in text(front.lede(whole()))


def test_without_any_deployment_the_first_sentence_does_not_speak_of_production_as_known() -> None:
    snapshot = whole()
    told = text(front.lede(replace(snapshot, facts=replace(snapshot.facts, deployments={}))))
    assert "1 change of 2 came to the branch without a second person on record" in told
    assert "which of them reached production is not recorded." in told


def test_a_service_whose_releases_are_not_dated_is_not_said_to_have_released_nothing() -> None:
    snapshot = whole()
    service = snapshot.judgement.results["change-reviewed"].items[0].service
    hole = replace(item("deployed-by-pipeline", service, Outcome.UNKNOWN), kind="repository", service=service)
    results = {
        **snapshot.judgement.results,
        "deployed-by-pipeline": CheckResult(check("deployed-by-pipeline"), (hole,)),
    }
    told = text(front.lede(replace(snapshot, judgement=replace(snapshot.judgement, results=results))))
    assert "reached production without a second person" not in told


def test_where_no_review_was_judged_the_first_sentence_counts_what_failed() -> None:
    snapshot = whole()
    results = {id_: result for id_, result in snapshot.judgement.results.items() if id_ != "change-reviewed"}
    items = sum(len(result.items) for result in results.values())
    failed = sum(result.count(Outcome.FAIL) for result in results.values())
    told = text(front.lede(replace(snapshot, judgement=replace(snapshot.judgement, results=results))))
    assert f"{failed} of {items} judged items failed" in told


def test_deviations_hold_every_failing_item_once() -> None:
    found = deviations.find(whole())
    assert sum(len(deviation.items) for deviation in found) == len(deviations.failing(judgement()))
    assert [deviation.key for deviation in found] == ["cloud-co", "wallet/badbadba"]


def test_a_deviation_shows_the_cause_that_a_finding_states() -> None:
    told = table(page_of(site(whole(), None), "index.html"), "deviations")
    by_what = {text(row.cells[1].line).split()[0]: row for row in told.rows}
    assert text(by_what["wallet/badbadba"].cells[3].line) == "A bypass was left open."
    assert "FND-2026-001" in text(by_what["wallet/badbadba"].cells[4].line)
    assert text(by_what["cloud-co"].cells[3].line) == "not yet stated"


def test_doors_lead_only_to_pages_that_exist() -> None:
    found = page_of(site(tiny(), None), "index.html")
    doors = next(section for section in found.sections if section.anchor == "doors").blocks[0]
    assert isinstance(doors, Columns)
    assert [title for title, _ in doors.entries] == ["Auditor", "Regulator", "Executive", "Squad"]


def test_the_present_is_called_a_draft() -> None:
    assert front.heading(PRESENT) == "Draft, as of 14 October 2026"
    assert front.heading(whole().date) == "Surveillance audit, 30 September 2026"


def test_navigation_counts_are_the_rows_of_the_page() -> None:
    made = site(whole(), None)
    counts = {entry.path: entry.count for _, entries in made.navigation.groups for entry in entries}
    assert counts["above-appetite.html"] == len(table(page_of(made, "above-appetite.html"), "above").rows)
    assert counts["risks/index.html"] == len(table(page_of(made, "risks/index.html"), "list").rows)
    assert counts["controls/index.html"] == len(table(page_of(made, "controls/index.html"), "controls").rows)
    assert counts["suppliers/index.html"] == len(table(page_of(made, "suppliers/index.html"), "list").rows)


def test_many_alike_are_told_in_one_row_and_none_is_lost() -> None:
    snapshot = whole()
    unsigned = CheckResult(
        check("commits-signed"),
        tuple(item("commits-signed", f"wallet/{at:08x}", Outcome.FAIL, day=f"2026-07-{at:02}") for at in range(1, 8)),
    )
    results = {**snapshot.judgement.results, "commits-signed": unsigned}
    found = deviations.find(replace(snapshot, judgement=Judgement(results)))
    rows = deviations.gather(found)
    alike = [row for row in rows if isinstance(row, deviations.Alike)]
    assert [len(row.deviations) for row in alike] == [7]
    assert len(rows) == len(found) - 6
    assert any(isinstance(row, deviations.Deviation) and row.key == "wallet/badbadba" for row in rows)


# --- wrong, open, uncommitted ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "undone", "told"),
    [
        (2, 1, "2 things are known to be wrong, and 1 is still to be done"),
        (1, 0, "1 thing is known to be wrong"),
        (0, 97, "97 things are still to be done"),
        (0, 0, "No gap was found"),
    ],
)
def test_what_is_wrong_and_what_is_still_to_be_done_are_told_apart(wrong: int, undone: int, told: str) -> None:
    kinds: list[GapKind] = ["open"] * undone + ["weak"] * wrong
    found = tuple(Gap(f"C1/{at}", "C1", kind, "RSK-001", "RSK-001.") for at, kind in enumerate(kinds))
    assert gaps.told(found) == told
    snapshot = replace(whole(), gaps=found)
    assert text(front.lede(snapshot)).endswith(f"{told}.")
    assert text(page_of(site(snapshot, None), "gaps.html").lede).startswith(f"{told}.")


def test_a_working_tree_has_no_lock() -> None:
    snapshot = replace(whole(PRESENT), lock="", date=replace(PRESENT, uncommitted=True))
    pages = site(snapshot, None)
    for path, name in (("index.html", "Lock"), ("provenance.html", "Digest of the pins")):
        assert text(dict(page_of(pages, path).provenance)[name]) == "none, uncommitted"
    assert "no commit gives these pages again" in text(page_of(pages, "provenance.html").lede)


def test_an_isms_without_a_history_was_read_all_the_same() -> None:
    snapshot = whole()
    facts = replace(snapshot.facts, missing={"isms": "the ISMS is in no commit yet"})
    page = page_of(site(replace(snapshot, facts=facts), None), "index.html")
    assert "The ISMS is in no commit yet." in all_text(page)
    assert "not read, the ISMS" not in all_text(page)


def narrowed(**fields: object) -> str:
    """The front page where one setting says less than the check could ask."""
    snapshot = whole()
    setting = record(CheckSetting, "change-reviewed", **fields)
    isms = replace(snapshot.isms, checks={**snapshot.isms.checks, "change-reviewed": setting})
    return all_text(page_of(site(replace(snapshot, isms=isms), None), "index.html"))


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"since": "2099-01-01"}, "change-reviewed (everything: judged only from 2099-01-01)"),
        ({"tiers": [3]}, "change-reviewed (tier 3 only)"),
        ({"threshold": {"1": 1}}, "change-reviewed (counted as enough: 1 of 100 in tier 1)"),
        ({"grades": {"1": "stated"}}, "change-reviewed (a lower grade than elsewhere in tier 1)"),
    ],
)
def test_what_a_setting_leaves_out_is_told_on_the_front_page(fields: dict[str, object], told: str) -> None:
    assert told in narrowed(**fields)
    assert told not in narrowed()
