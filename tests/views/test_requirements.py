"""Pages of requirement sets: what is confirmed is told from what is not, and every name leads to its row."""

from dataclasses import replace
from datetime import date

import pytest
from tests.views.snapshots import all_text, anchors, by_id, hrefs, page_of, record, table, text, whole

from tieout import views
from tieout.model.requirements import Crosswalk, OwnSet, Requirement, RequirementSet, Signed
from tieout.model.results import Outcome

DAY = date(2026, 9, 1)
JUDGED = Crosswalk(("A.8.32", "iso27001-clauses:8.1"), "judgement", "medium")
LOW = Crosswalk(("A.5.3", "A.8.32"), "official", "low", each=True)


def a_set(id_, *requirements, **fields):
    held = {one.id: one for one in requirements}
    groups = {"G": Requirement(id_, "G", "Group", group=True)}
    return RequirementSet(id_, f"Set {id_}", "2024", held, groups, owner="Board", source="Its page", **fields)


def sets():
    return (
        a_set(
            "rts",
            Requirement("rts", "R-1", "Judged", of="G", crosswalks=(JUDGED,)),
            Requirement("rts", "R-2", "Confirmed", crosswalks=(replace(JUDGED, by="bob-baker", on=DAY),)),
            Requirement("rts", "R-3", "Derived", crosswalks=(replace(JUDGED, basis="derived"),)),
            Requirement("rts", "R-4", "Own", crosswalks=(replace(JUDGED, own=True, by="alice-archer", on=DAY),)),
            Requirement("rts", "R-5", "Nothing"),
            Requirement("rts", "R-6", "Aside", not_applicable="We have none, see RSK-001."),
            Requirement("rts", "R-7", "List", crosswalks=(LOW,), verify=True, remark="One source only"),
            confidence="high",
            remark="High for titles.",
            critical_systems={"rng": "Draws numbers"},
            regime={"How often": "Each year"},
            attribution="After a table of the agency.",
        ),
        a_set("aml", Requirement("aml", "M-1", "Launder"), confidence="low", remark="General knowledge."),
        a_set("own", Requirement("own", "O-1", "Ours", crosswalks=(replace(JUDGED, own=True),)), shipped=False),
        a_set("iso27001-clauses", Requirement("iso27001-clauses", "8.1", "Operational planning and control")),
    )


@pytest.fixture(scope="module")
def site():
    snapshot = whole()
    isms = snapshot.isms
    (licence,) = isms.licences.values()
    (party,) = isms.parties.values()
    controls = dict(isms.controls)
    controls["CTL-001"] = controls["CTL-001"].model_copy(update={"satisfies": ("rts:R-5", "rts:R-99")})
    isms = replace(
        isms,
        controls=controls,
        licences=by_id(licence.model_copy(update={"frameworks": ("rts", "own")})),
        parties=by_id(party.model_copy(update={"requirements": ("rts:R-2",)})),
        requirements=by_id(record(OwnSet, "rts").model_copy(update={"title": "", "body": "Why so."})),
        requirement_sets={one.id: one for one in sorted(sets(), key=lambda one: one.id)},
    )
    return views.site(replace(snapshot, isms=isms), None)


def rows(page, anchor):
    return {row.cells[0].line[0].text: [text(cell.line) for cell in row.cells] for row in table(page, anchor).rows}


def test_the_list_tells_what_binds_from_what_is_known(site):
    page = page_of(site, "requirements/index.html")
    bound, known = rows(page, "bound"), rows(page, "known")
    assert list(bound) == ["own", "rts"]
    assert bound["rts"][1:] == ["LIC-GB", "5 of 6", "0", "0", "1", "high; not confirmed by the operator"]
    assert bound["own"][6] == "high; the operator's own set"
    assert list(known) == ["aml", "iso27001-clauses"]
    assert known["aml"][5] == "1"


def test_each_mapping_says_whose_it_is(site):
    page = page_of(site, "requirements/rts.html")
    told = {id_: cells[1] for id_, cells in rows(page, "requirements").items() if id_ != "G"}
    assert {id_: words.partition("(")[2].rstrip(")") for id_, words in told.items() if "(" in words} == {
        "R-1": "a judgement, not confirmed by the operator",
        "R-2": "the operator's mapping: Bob Baker, 2026-09-01",
        "R-3": "derived from an official table",
        "R-4": "the operator's mapping: Alice Archer, 2026-09-01",
        "R-7": "made by the owner of the set; of low confidence, so not used",
    }
    assert told["R-5"] == "nothing"


def test_states_add_up_to_the_set(site):
    page = page_of(site, "requirements/rts.html")
    assert [int(text(row.cells[1].line)) for row in table(page, "counts").rows] == [5, 1, 1, 7]
    states = {id_: cells[-1] for id_, cells in rows(page, "requirements").items() if id_ != "G"}
    assert states["R-5"] == "covered"
    assert states["R-6"] == "not applicable: We have none, see RSK-001."
    assert states["R-7"] == "not confirmed"


def test_what_must_be_checked_first_stands_above_everything(site):
    page = page_of(site, "requirements/rts.html")
    assert page.sections[0].anchor == "check-first"
    assert "A person must compare R-7 with the source" in all_text(page)
    assert rows(page, "each-R-7").keys() == {"5.3", "8.32"}
    aml = page_of(site, "requirements/aml.html")
    assert "The list itself is of low confidence" in all_text(aml)


def judged(site_of):
    """The site with one set that binds, where a control is judged as asked."""
    snapshot = whole()
    (licence,) = snapshot.isms.licences.values()
    isms = replace(
        snapshot.isms,
        licences=by_id(licence.model_copy(update={"frameworks": ("s",)})),
        requirement_sets={"s": a_set("s", Requirement("s", "R-1", "T", crosswalks=(JUDGED,)), **site_of)},
    )
    return replace(snapshot, isms=isms)


def test_what_failed_is_told_beside_what_is_covered():
    page = page_of(views.site(judged({}), None), "requirements/s.html")
    assert "1 of 1 applicable requirements are covered by a control with fresh evidence, although in 1 of 1 something failed in the period." in all_text(page)  # fmt: skip
    assert rows(page, "requirements")["R-1"][2] == "CTL-001 (1\N{NO-BREAK SPACE}of\N{NO-BREAK SPACE}2\N{NO-BREAK SPACE}failed)"  # fmt: skip


def test_what_is_shown_to_fail_is_not_covered():
    snapshot = judged({})
    result = snapshot.judgement.results["change-reviewed"]
    failed = tuple(item for item in result.items if item.outcome is Outcome.FAIL)
    results = {**snapshot.judgement.results, "change-reviewed": replace(result, items=failed)}
    made = views.site(replace(snapshot, judgement=replace(snapshot.judgement, results=results)), None)
    page = page_of(made, "requirements/s.html")
    assert rows(page, "requirements")["R-1"][-1] == "shown to fail"
    assert "0 of 1 applicable requirements are covered by a control with fresh evidence; 1 is shown to fail." in all_text(page)  # fmt: skip
    assert rows(page_of(made, "requirements/index.html"), "bound")["s"][2:5] == ["0 of 1", "1", "0"]


def test_a_confirmation_of_a_later_day_is_told_on_the_page():
    snapshot = judged({"confidence": "low", "remark": "General knowledge."})
    own = record(OwnSet, "s").model_copy(
        update={"title": "", "confirmed": Signed(person="bob-baker", on=date(2031, 1, 1))}
    )
    isms = replace(snapshot.isms, requirements=by_id(own))
    told = all_text(page_of(views.site(replace(snapshot, isms=isms), None), "requirements/s.html"))
    assert "Dated after the day of this audit, so it does not count: the confirmation of the set, 2031-01-01." in told
    assert "counts as answered only where a control names it directly" in told


def test_one_and_the_same_origin_of_all_mappings_is_said_once():
    walked = [Requirement("s", f"R-{n}", "T", crosswalks=(JUDGED,)) for n in (1, 2)]
    snapshot = whole()
    isms = replace(snapshot.isms, requirement_sets={"s": a_set("s", *walked)})
    page = page_of(views.site(replace(snapshot, isms=isms), None), "requirements/s.html")
    assert "Each mapping is a judgement, not confirmed by the operator." in all_text(page)
    assert "(a judgement" not in all_text(page)


def test_names_of_requirements_lead_to_their_rows(site):
    assert "requirements/rts.html#R-5" in hrefs(page_of(site, "controls/CTL-001.html"))
    assert "requirements/rts.html#R-99" not in hrefs(page_of(site, "controls/CTL-001.html"))
    assert "requirements/rts.html#R-2" in hrefs(page_of(site, "parties.html"))
    assert "requirements/rts.html" in hrefs(page_of(site, "scope.html"))
    assert {"requirements/rts.html#R-1", "requirements/own.html#O-1"} <= set(
        hrefs(page_of(site, "annex-a/A.8.32.html"))
    )
    assert "requirements/rts.html#R-7" not in hrefs(page_of(site, "annex-a/A.8.32.html"))
    held = anchors(page_of(site, "requirements/rts.html"))
    assert {"R-1", "R-7", "G"} <= held
    assert any(entry.path == "requirements/index.html" for _, group in site.navigation.groups for entry in group)


def test_without_sets_there_is_no_page():
    assert not [page for page in views.site(whole(), None).pages if page.path.startswith("requirements/")]
