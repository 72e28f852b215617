"""Pages about records: claims beside what is shown, approvals from Git, and the trace picture."""

from dataclasses import replace
from datetime import date

import pytest
from views.snapshots import (
    ALICE,
    AUDIT,
    BOB,
    ROBOT,
    all_text,
    blocks,
    facts,
    isms_change,
    page_of,
    record,
    table,
    text,
    tiny,
    whole,
)
from views.snapshots import approval as approved

from tieout.model.documents import Document, Revision
from tieout.model.grades import Grade
from tieout.model.records import Service
from tieout.model.results import EvidenceState, Gap, Outcome, Trace, TraceEvidence, TraceRow
from tieout.views import approval, fields, shown, site, sizes, soa, trace, words
from tieout.views.page import Link, Mark, Markdown, Picture, Text


def picture(path: str, made: object = None) -> Picture:
    found = page_of(site(whole(), None), path)
    return next(block for block in blocks(found) if isinstance(block, Picture))


# --- approval ------------------------------------------------------------------------------------------------------


def test_no_approval_is_written_out() -> None:
    found = page_of(site(whole(), None), "controls/CTL-001.html")
    assert text(dict(found.provenance)["Approved"]) == "no record"


def test_a_self_approval_and_a_robots_approval_are_none() -> None:
    change = isms_change(
        "33333333", "2026-07-01", "x.md", approvals=(approved(Grade.SIGNED, ALICE), approved(Grade.SIGNED, ROBOT))
    )
    assert approval.strongest(change) is None


def test_the_strongest_approval_counts() -> None:
    change = isms_change("33333333", "2026-07-01", "x.md", approvals=(approved(Grade.STATED), approved(Grade.SIGNED)))
    assert approval.strongest(change) == approved(Grade.SIGNED, BOB)


# --- the trace -----------------------------------------------------------------------------------------------------


def test_failing_evidence_leads_to_the_failing_item() -> None:
    counted = next(shape for shape in picture("risks/RSK-001.html").shapes if shape.text == "1 of 2")
    assert counted.href == "changes/wallet/badbadba.html"
    assert "2026-06-27" in {shape.text for shape in picture("risks/RSK-001.html").shapes}
    assert "no" in counted.cls.split()


def test_every_id_of_the_trace_is_a_link() -> None:
    drawn = {shape.text: shape.href for shape in picture("risks/RSK-001.html").shapes if shape.kind == "text"}
    for id_ in ("THR-001", "CTL-001", "CTL-002", "8.32", "5.3", "change-reviewed"):
        assert drawn[id_], id_


def test_a_missing_link_is_a_broken_line_that_ends_in_its_sentence() -> None:
    gap = "CTL-001 has no evidence in the last 92 days (quarterly control)."
    row = TraceRow("CTL-001", ("A.8.32",), "outside", "process:minutes", ("wallet",), TraceEvidence("none", None), gap)
    found = Trace("RSK-001", ("THR-001",), (row,), complete=False, breaks=(gap,))
    drawn = trace.picture(whole(), whole().isms.risks["RSK-001"], found)
    assert any(shape.cls == "no-l dash" for shape in drawn.shapes)
    assert " ".join(shape.text for shape in drawn.shapes if shape.cls == "no" and shape.text) == gap


def test_a_planned_control_breaks_nothing_and_says_that_it_is_planned() -> None:
    found = picture("risks/RSK-001.html")
    assert not any(shape.cls == "no-l dash" for shape in found.shapes)
    assert "CTL-002 is planned only" in " ".join(shape.text for shape in found.shapes if shape.cls == "t-s")


def test_a_risk_without_controls_ends_in_its_sentence() -> None:
    found = page_of(site(tiny(), None), "risks/RSK-1.html")
    drawn = next(block for block in blocks(found) if isinstance(block, Picture))
    spoken = " ".join(shape.text for shape in drawn.shapes if shape.cls == "no")
    assert "RSK-1 is mitigated by no control." in spoken
    assert "RSK-1 is mitigated by no control." in text(found.lede)


def test_passing_evidence_leads_to_the_newest_passing_item() -> None:
    shown_ = TraceEvidence(
        "check", Outcome.PASS, passed=3, population=3, newest="wallet/aaaaaaaa", newest_kind="change"
    )
    row = TraceRow("CTL-001", ("A.8.32",), "commit-review", "check:change-reviewed", ("wallet",), shown_, complete=True)
    drawn = trace.picture(
        whole(), whole().isms.risks["RSK-001"], Trace("RSK-001", ("THR-001",), (row,), complete=True, breaks=())
    )
    assert next(shape.href for shape in drawn.shapes if shape.text == "3 of 3") == "changes/wallet/aaaaaaaa.html"
    assert not any("no-l" in shape.cls for shape in drawn.shapes)


def test_the_picture_is_960_wide_and_keeps_to_it() -> None:
    found = picture("risks/RSK-001.html")
    assert found.width == 960
    assert all(0 <= shape.x <= 960 and 0 <= shape.y <= found.height for shape in found.shapes)


# --- risks, controls and the statement -----------------------------------------------------------------------------


def test_above_appetite_names_who_accepted() -> None:
    row = table(page_of(site(whole(), None), "above-appetite.html"), "above").rows[0]
    assert text(row.cells[4].line) == "Bob Baker by DEC-2026-001"


@pytest.mark.parametrize(("score", "band"), [(1, "h1"), (4, "h1"), (5, "h2"), (14, "h3"), (15, "h4"), (25, "h4")])
def test_bands_follow_the_method(score: int, band: str) -> None:
    assert sizes.band(whole().isms, score) == band
    assert sizes.band(tiny().isms, score) == band


def test_a_control_shows_its_status_and_counts_what_failed() -> None:
    snapshot = whole()
    found = shown.of_control(snapshot, snapshot.isms.controls["CTL-001"])
    assert (found.passed, found.failed, found.population) == (1, 1, 2)
    assert found.mark == Mark("excepted", "works with deviations")
    assert found.worst is not None
    assert found.worst.key == "wallet/badbadba"


def test_a_control_that_nothing_enforces_is_shown_as_such() -> None:
    snapshot = whole()
    found = shown.of_control(snapshot, snapshot.isms.controls["CTL-002"])
    assert (found.mark.words, found.sentence) == ("enforced by nothing", "CTL-002 is enforced by nothing.")


def test_the_statement_has_every_row_of_annex_a_and_ties_out() -> None:
    snapshot = whole()
    found = soa.rows(snapshot)
    assert [row.annex.id for row in found] == list(snapshot.isms.annex_a)
    assert [row.claimed for row in found] == ["implemented", "excluded", "no entry", "implemented"]
    tie_out = table(page_of(site(snapshot, None), "soa.html"), "tie-out")
    counts = [int(text(row.cells[1].line)) for row in tie_out.rows]
    assert sum(counts[:-1]) == counts[-1] == len(snapshot.isms.annex_a)


def test_a_claim_against_the_records_is_a_contradiction() -> None:
    told = "A.5.3 is called implemented, but CTL-002 not yet."
    gap = Gap("SoA/A.5.3/not-implemented", "SoA", "contradiction", "A.5.3", told)
    row = next(row for row in soa.rows(replace(whole(), gaps=(gap,))) if row.annex.id == "A.5.3")
    assert (row.mark.words, row.contradiction) == ("contradiction", told)
    assert not next(row for row in soa.rows(whole()) if row.annex.id == "A.5.3").contradiction


def test_an_exclusion_is_quoted_in_the_writers_voice() -> None:
    rows = table(page_of(site(whole(), None), "soa.html"), "rows").rows
    excluded = next(row for row in rows if row.anchor == "A.7.12")
    assert excluded.cells[-1].line[0] == Text("No cables of ours.", "claim")


def test_a_house_without_a_statement_says_so() -> None:
    assert "No Statement of Applicability is recorded" in text(page_of(site(tiny(), None), "soa.html").lede)


def test_a_draft_is_adopted_by_nobody_yet() -> None:
    snapshot = whole()
    assert snapshot.isms.soa
    for draft in ({"status": "draft"}, {"approved_by": None}):
        isms = replace(snapshot.isms, soa=snapshot.isms.soa.model_copy(update=draft))
        page = page_of(site(replace(snapshot, isms=isms), None), "soa.html")
        assert text(dict(page.provenance)["Adopted by"]) == "nobody yet: a draft"


def test_the_page_of_a_row_shows_the_version_of_the_row() -> None:
    snapshot = whole()
    changes = [isms_change("1" * 8, "2026-05-01"), isms_change("2" * 8, "2026-06-01")]
    revisions = tuple(Revision(change, "changed", at + 1, "isms/soa.yml") for at, change in enumerate(changes))
    documents = {("annex-a", "A.5.3"): Document("annex-a", "A.5.3", revisions), ("soa", "soa"): Document("soa", "soa")}
    page = page_of(site(replace(snapshot, documents=documents), None), "annex-a/A.5.3.html")
    assert text(dict(page.provenance)["Version"]).startswith("2nd, ")
    assert text(dict(page.provenance)["Version"]).endswith(" of this entry")


def test_what_was_judged_for_another_service_shows_nothing_of_this_one() -> None:
    snapshot = whole()
    control = snapshot.isms.controls["CTL-001"]
    fresh = EvidenceState(control.id, "", date(2026, 9, 1), fresh=True, window="31 days", reason="Fresh.")
    judgement = replace(snapshot.judgement, evidence={control.id: fresh})
    known = replace(snapshot, isms=replace(snapshot.isms, evidence={}), judgement=judgement)
    assert shown.of_control(known, control, "nowhere").mark.words == "did not occur"


def test_evidence_is_not_asked_of_a_planned_control() -> None:
    snapshot = whole()
    state = EvidenceState("CTL-002", "", None, fresh=False, window="31 days", reason="Nothing occurred.")
    known = replace(snapshot, judgement=replace(snapshot.judgement, evidence={"CTL-002": state}))
    told = all_text(page_of(site(known, None), "controls/CTL-002.html"))
    assert "Not asked of it while it is planned. Nothing occurred." in told


# --- services, pipelines and the rest ------------------------------------------------------------------------------


def test_a_step_is_present_missing_or_cannot_be_told() -> None:
    rows = table(page_of(site(whole(), None), "pipelines/golden.html"), "services").rows
    assert [text(cell.line) for cell in rows[0].cells] == ["wallet", "1 fail rows", "present", "missing"]


def test_months_of_a_service_add_up() -> None:
    rows = table(page_of(site(whole(), None), "services/wallet.html"), "months").rows
    assert [text(cell.line) for cell in rows[-1].cells] == ["In the period", "2", "1"]


def test_what_points_at_a_record_comes_from_the_graph() -> None:
    rows = table(page_of(site(whole(), None), "risks/RSK-001.html"), "incoming").rows
    assert [text(row.cells[0].line).split()[0] for row in rows] == ["CTL-001", "CTL-002", "DEC-2026-001"]


def test_a_body_links_only_what_exists() -> None:
    found = page_of(site(whole(), None), "risks/RSK-001.html")
    body = next(block for block in blocks(found) if isinstance(block, Markdown))
    assert body.links == (("CTL-001", "controls/CTL-001.html"),)


def test_sentences_link_the_records_they_name() -> None:
    found = words.linked(whole().isms, "RSK-001 rests on CTL-999 of wallet.")
    assert [part.text for part in found if isinstance(part, Link)] == ["RSK-001"]


def test_sentences_link_the_changes_they_name_when_facts_are_given() -> None:
    found = words.linked(whole().isms, "1 change of wallet fails: wallet/badbadba.", facts())
    assert [part.href for part in found if isinstance(part, Link)] == ["changes/wallet/badbadba.html"]


def test_a_commit_that_a_record_names_leads_to_its_change() -> None:
    assert "wallet/aaaaaaaa" in all_text(page_of(site(whole(), None), "actions/index.html"))


def test_every_record_is_listed() -> None:
    snapshot = whole()
    rows = table(page_of(site(snapshot, None), "records.html"), "records").rows
    assert len(rows) > 30
    assert len({text(row.cells[0].line) for row in rows}) == len(rows)


def test_overdue_says_by_how_much() -> None:
    row = table(page_of(site(whole(AUDIT), None), "actions/index.html"), "actions").rows[0]
    assert text(row.cells[2].line) == "2026-08-31, 30 days overdue"


def test_a_control_with_several_checks_at_one_stage_is_named_once_in_the_picture() -> None:
    shown_ = TraceEvidence("check", Outcome.PASS, passed=3, population=3)
    rows = tuple(
        TraceRow("CTL-001", ("A.8.32",), stage, f"check:{name}", ("wallet",), shown_, complete=True)
        for stage, name in (("build-test", "one"), ("build-test", "two"), ("run-learn", "three"))
    )
    found = Trace("RSK-001", ("THR-001",), rows, complete=True, breaks=())
    drawn = trace.picture(whole(), whole().isms.risks["RSK-001"], found)
    words_ = [shape.text for shape in drawn.shapes]
    assert words_.count("CTL-001") == 2
    assert [name for name in ("one", "two", "three") if name in words_] == ["one", "two", "three"]


def test_the_word_of_a_fixed_list_is_no_link_to_a_record_of_the_same_name() -> None:
    snapshot = whole()
    service = record(
        Service, "shop", owner="bob", status="live", tier=1, kind="data", mission="prod", repos=(), holds=(), pipeline="",
        environments="prod", tags=("prod",),
    )  # fmt: skip
    assert words.plain(fields.value(snapshot, service, "tags")) == "prod"
    assert not any(isinstance(part, Link) for part in fields.value(snapshot, service, "tags"))
    assert any(isinstance(part, Link) for part in fields.value(snapshot, service, "environments"))


def test_nothing_is_called_none_in_a_sentence() -> None:
    assert (words.none(0), words.none(1), words.are(0), words.are(1), words.are(2)) == (
        "none",
        "1",
        "none is",
        "1 is",
        "2 are",
    )


def test_names_side_by_side_have_commas_and_ids_have_room() -> None:
    isms = whole().isms
    assert words.plain(words.records(isms, ["games", "wallet"], "services")) == "games, wallet"
    assert words.plain(words.records(isms, ["RSK-001", "RSK-002"])) == f"RSK-001{words.APART}RSK-002"
