"""The documents that a meeting asks for: every heading stands, and what nobody recorded says so."""

from dataclasses import replace
from datetime import date

from views.snapshots import all_text, page_of, table, text, tiny, whole

from tieout.model.records import Audit
from tieout.model.results import Gap, Summary
from tieout.views import site
from tieout.views.packs import review
from tieout.views.snapshot import Snapshot

PACK, PROGRAMME, PLAN = "reviews/pack.html", "audits/programme.html", "risks/treatment-plan.html"


def test_all_inputs_of_the_standard_stand_in_their_order_even_where_nothing_is_recorded() -> None:
    page = page_of(site(tiny(), None), PACK)
    titles = [section.title for section in page.sections]
    assert [title.partition(")")[0] for title in titles[:-1]] == [
        "a",
        "b",
        "c",
        "d 1",
        "d 2",
        "d 3",
        "d 4",
        "e",
        "f",
        "g",
    ]
    assert titles[-1].startswith("Results of the last review")
    assert all_text(page).count("nothing recorded") >= 9


def test_the_pack_counts_the_inputs_that_have_a_record() -> None:
    page = page_of(site(whole(), None), PACK)
    inputs = replace(page, sections=page.sections[:-1])
    empty = all_text(inputs).count("nothing recorded")
    assert f"{len(review.INPUTS) - empty} of {len(review.INPUTS)} inputs of 9.3.2 have a record" in text(page.lede)


def test_the_treatment_plan_lists_every_open_risk_with_the_highest_first() -> None:
    snapshot = whole()
    scores = [snapshot.isms.score(one.residual) for one in snapshot.isms.risks.values() if one.status != "closed"]
    rows = page_of(site(snapshot, None), PLAN).sections[0].blocks[0].rows  # type: ignore[union-attr]
    assert [int(text(row.cells[3].line).partition(",")[0]) for row in rows] == sorted(scores, reverse=True)


def audited_by(snapshot: Snapshot, name: str) -> Snapshot:
    audits = {
        id_: one.model_copy(update={"auditor": name, "auditors": ()}) for id_, one in snapshot.isms.audits.items()
    }
    assert all(isinstance(one, Audit) for one in audits.values())
    return replace(snapshot, isms=replace(snapshot.isms, audits=audits))


def test_who_audits_a_service_that_they_own_is_not_independent() -> None:
    snapshot = whole()
    squad = next(iter(snapshot.isms.services.values())).owner
    owner = snapshot.isms.squads[squad].lead
    told = all_text(page_of(site(audited_by(snapshot, owner), None), PROGRAMME))
    assert "not independent" in told
    assert "cannot tell" in all_text(page_of(site(audited_by(snapshot, "Someone outside"), None), PROGRAMME))


def test_gaps_tell_since_when_they_are_seen_and_which_are_gone() -> None:
    snapshot = whole()
    stays = snapshot.gaps[0]
    gone = Gap("C1/THR-9/no-risk", "C1", "missing", "THR-9", "THR-9 leads to no risk.")
    before = replace(snapshot.date, key="2025-03-31", as_of=date(2025, 3, 31))
    earlier = Summary(before, gaps=(replace(stays, since=None), gone))
    now = replace(snapshot, earlier=(earlier,), gaps=(replace(stays, since=None), *snapshot.gaps[1:]))
    page = page_of(site(now, None), "gaps.html")
    assert "first seen 2025-03-31" in all_text(page)
    assert gone.id in " ".join(text(cell.line) for row in table(page, "closed").rows for cell in row.cells)
