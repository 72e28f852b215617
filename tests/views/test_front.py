"""The front page: its figures are the rows behind them, and nothing that failed is left out."""

from dataclasses import replace

from views.snapshots import PRESENT, check, item, judgement, page_of, table, text, tiny, whole

from tieout.model.results import CheckResult, Judgement, Outcome
from tieout.views import deviations, front, site
from tieout.views.page import Columns, Link, Table


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


def test_the_first_sentence_counts_what_failed() -> None:
    failed = sum(result.count(Outcome.FAIL) for result in judgement().results.values())
    items = sum(len(result.items) for result in judgement().results.values())
    assert f"{failed} of {items} judged items failed" in text(front.lede(whole()))


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
