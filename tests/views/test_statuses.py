"""Claim against evidence on the pages: the status of a control, what leans on it, and how it stood at each audit."""

from dataclasses import replace
from datetime import date

from tests.views.snapshots import all_text, item, table, text, whole

from tieout.model.records import SoaEntry
from tieout.model.results import Outcome, Said, Summary
from tieout.views import controls, risks, soa, statuses
from tieout.views.snapshot import Snapshot, summarise


def earlier(day: date, **fields) -> Summary:
    """What an audit of this house left behind."""
    kept = summarise(whole())
    return replace(kept, date=replace(kept.date, key=day.isoformat(), as_of=day), **fields)


def failing() -> Snapshot:
    """The house, whose last change nobody reviewed."""
    snapshot = whole()
    reviewed = snapshot.judgement.results["change-reviewed"]
    last = item("change-reviewed", "wallet/ffffffff", Outcome.FAIL, day="2026-09-29")
    results = {**snapshot.judgement.results, "change-reviewed": replace(reviewed, items=(*reviewed.items, last))}
    return replace(snapshot, judgement=replace(snapshot.judgement, results=results))


def page(made, path):
    return next(one for one in made if one.path == path)


def test_the_page_of_a_control_says_what_is_claimed_and_what_is_shown():
    told = all_text(page(controls.pages(whole()), "controls/CTL-001.html"))
    assert "works with deviations. 1 of 2 items failed; what was judged last passed." in told


def test_the_index_counts_the_statuses():
    found = page(controls.pages(whole()), "controls/index.html")
    assert text(found.lede) == (
        "1 of 2 controls are claimed as implemented; by what the records show, 1 works with deviations."
    )
    assert "1 does not work" in text(page(controls.pages(failing()), "controls/index.html").lede)


def test_a_residual_size_that_leans_on_a_failing_control_is_marked_on_the_risk_and_in_the_list():
    told = all_text(page(risks.pages(failing()), "risks/RSK-001.html"))
    assert "leans on CTL-001, which is claimed as implemented and is shown not to work." in told
    rows = table(page(risks.pages(failing()), "risks/index.html"), "list").rows
    assert text(rows[0].cells[-1].line) == "1 control CTL-001"
    assert "leans on" not in all_text(page(risks.pages(whole()), "risks/RSK-001.html"))
    assert "residual size RSK-001" in all_text(page(controls.pages(failing()), "controls/CTL-001.html"))


def test_a_control_is_shown_at_each_audit_newest_first():
    snapshot = replace(whole(), earlier=(earlier(date(2026, 3, 31), controls={}), earlier(date(2026, 6, 5))))
    (section,) = statuses.over_audits(snapshot, snapshot.isms.controls["CTL-001"])
    rows = [[text(cell.line) for cell in row.cells] for row in section.blocks[1].rows]
    assert [row[0] for row in rows] == ["2026-09-30", "2026-06-05", "2026-03-31"]
    assert rows[0][1:] == ["implemented", "works with deviations", "1 of 2", "1"]
    assert rows[2][1] == "not in the register"
    assert not statuses.over_audits(whole(), snapshot.isms.controls["CTL-001"])


def test_the_statement_shows_what_it_says_otherwise_than_at_the_last_audit():
    snapshot = whole()
    assert snapshot.isms.soa
    entries = {**snapshot.isms.soa.entries, "A.5.3": SoaEntry(applicable=True, reasons=("risk",), status="partial")}
    statement = snapshot.isms.soa.model_copy(update={"entries": entries})
    now = replace(snapshot, isms=replace(snapshot.isms, soa=statement), earlier=(earlier(date(2026, 6, 5)),))
    found = page(soa.pages(now), "soa.html")
    (row,) = table(found, "since").rows
    assert [text(cell.line) for cell in row.cells[1:3]] == ["implemented: risk", "partial: risk"]
    assert "1 row says something else than then." in all_text(found)
    rows = table(page(soa.pages(now), "annex-a/A.5.3.html"), "audits").rows
    assert [[text(cell.line) for cell in row.cells] for row in rows] == [
        ["2026-09-30", "partial: risk"],
        ["2026-06-05", "implemented: risk"],
    ]


def test_a_statement_that_never_changed_is_said_to_have_not():
    same = tuple(earlier(day) for day in (date(2026, 3, 31), date(2026, 6, 5)))
    told = all_text(page(soa.pages(replace(whole(), earlier=same)), "soa.html"))
    assert "No row says anything else than then. The same held at each of the 2 audits before this one." in told


def test_a_summary_keeps_little():
    kept = summarise(whole())
    assert kept.statement["A.7.12"] == Said("excluded", "No cables of ours.")
    assert all(chain.gaps == () for chain in kept.chains)
