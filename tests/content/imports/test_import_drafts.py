"""Rows and a mapping -> records: nothing is guessed, and nothing is lost."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.codes import CODES
from tieout.content import records
from tieout.content.imports import csvfile, drafting, mapping, proposal, report, tables, targets, values
from tieout.content.imports.sheets import Cell
from tieout.model.registers import BY_NAME
from tieout.text import markdown

NAMES = {
    "people": {"jo": frozenset({"jo"}), "jo park": frozenset({"jo"}), "al": frozenset({"al"}), "al dee": frozenset({"al", "al-2"})},
    "squads": {"money": frozenset({"money"})},
    "services": {"pay": frozenset({"pay"}), "card payments": frozenset({"pay"}), "ledger": frozenset({"ledger"})},
    "threats": {"thr-001": frozenset({"THR-001"})},
    "impact_areas": {"funds": frozenset({"funds"})},
}  # fmt: skip


def register(kind):
    return BY_NAME[kind]


def mapped(kind, text):
    return mapping.parse(text.encode(), "map.yml", targets.targets_of(register(kind).model))


def table_of(text):
    return tables.parse(csvfile.parse(text.encode(), "t.csv")[0])[0]


def drafted(kind, text, map_, taken=()):
    given_, problems = mapped(kind, map_)
    assert not problems
    place = drafting.Place(register(kind), frozenset(taken), 2026)
    return drafting.draft(table_of(text), values.Reading(given_, NAMES), place)


def fields(kind, text, map_):
    drafts, problems = drafted(kind, text, map_)
    assert [problem.message for problem in problems if problem.severity == "error"] == []
    return [dict(draft.fields) for draft in drafts]


def faults(kind, text, map_):
    return [(problem.code, problem.source.line, problem.source.column) for problem in drafted(kind, text, map_)[1]]


# --- map.yml ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("columns:\n  Owner: ownr\n", (2, 10), "did you mean 'owner'?"),
        ("columns:\n  Risk: [title, bodyy]\n", (2, 9), "did you mean 'body'?"),
        ("columns:\n  Size: residual\n", (2, 9), "write residual.likelihood or residual.impact"),
        ("columns:\n  A: title\n  B: title\n", (3, 6), "filled from 'A' already"),
        ("colums:\n  A: title\n", (1, 1), "did you mean 'columns'?"),
        ("dates: european\n", (1, 8), "day-first, month-first or iso"),
        ("header: two\n", (1, 9), "number of a row"),
        ("values:\n  statuss:\n    Open: identified\n", (2, 3), "did you mean 'status'?"),
        ('values:\n  status:\n    Open: "?"\n', (3, 11), "decide"),
        ('people:\n  Jo: "?"\n', (2, 7), "decide"),
        ("defaults:\n  id: RSK-1\n", (2, 3), "different for each row"),
        ("columns: title\n", (1, 10), "group of lines"),
        ("columns:\n  A: reviewed\n  B: reviewed\n", (3, 6), "write it below `where_empty`, as reviewed: B"),
        ('where_empty:\n  residual.impact: "?"\n', (2, 20), "decide which column counts"),
        ("where_empty:\n  residual.impct: L\n", (2, 3), "did you mean 'residual.impact'?"),
        ("where_empty:\n  residual.impact: [L]\n", (2, 20), "the name of a column"),
    ],
)
def test_a_mapping_is_wrong_at_a_line_and_column(text, place, said):
    _, problems = mapped("risks", text)
    assert [(problem.source.line, problem.source.column) for problem in problems] == [place]
    assert said in problems[0].message


def test_columns_that_the_table_lacks_are_named_with_the_likely_one():
    given_, _ = mapped("risks", "columns:\n  Risk owners: owner\nleave_out: [Scores]\nwhere_empty: {tags: Tags}\n")
    problems = mapping.check_columns(given_, table_of("Risk owner,Score\na,b\n"))
    assert [(problem.source.line, problem.source.column) for problem in problems] == [(2, 3), (4, 21), (3, 13)]
    assert "did you mean 'Risk owner'?" in problems[0].message


@given(st.text(max_size=80))
def test_any_mapping_is_read_or_a_problem(text):
    _, problems = mapped("risks", text)
    assert all(problem.source.path == "map.yml" and problem.code in CODES for problem in problems)


# --- values ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("2026-06-05", "", date(2026, 6, 5)),
        ("2026/6/5 00:00:00", "", date(2026, 6, 5)),
        ("5 June 2026", "", date(2026, 6, 5)),
        ("Friday, 5th Jun 2026", "", date(2026, 6, 5)),
        ("Sept 5, 2026", "", date(2026, 9, 5)),
        ("13/04/2026", "", date(2026, 4, 13)),
        ("04/04/2026", "", date(2026, 4, 4)),
        ("03/04/2026", "day-first", date(2026, 4, 3)),
        ("03.04.26", "day-first", date(2026, 4, 3)),
        ("03/04/2026", "month-first", date(2026, 3, 4)),
    ],
)
def test_days_are_read_as_they_are_written(text, order, day):
    assert values.read_day(text, order) == day


@pytest.mark.parametrize(
    ("text", "order", "said"),
    [
        ("03/04/2026", "", "may be two days"),
        ("13/04/26", "", "may be two days"),
        ("03/04/2026", "iso", "is no day"),
        ("13/04/2026", "month-first", "no day of the calendar"),
        ("2026-02-30", "", "no day of the calendar"),
        ("Q2 2026", "", "keep it as text"),
        ("46023", "", "is no day"),
        ("5 Foo 2026", "", "is no month"),
    ],
)
def test_days_that_are_none_or_two_are_told(text, order, said):
    with pytest.raises(values.NotReadError, match=said):
        values.read_day(text, order)


@given(st.text(max_size=20), st.sampled_from(["", *mapping.ORDERS]))
def test_any_text_is_a_day_or_told(text, order):
    with suppress(values.NotReadError):
        assert isinstance(values.read_day(text, order), date)


def one(path, text, kind="risks", map_="{}", cell="text"):
    given_, _ = mapped(kind, map_)
    return values.read(Cell(text, cell), targets.targets_of(register(kind).model)[path], values.Reading(given_, NAMES))


def test_names_are_found_by_id_title_and_mapping():
    assert one("owner", "Jo Park") == "jo"
    assert one("owner", "JO") == "jo"
    assert one("owner", "Jane", map_="people: {Jane: jane}") == "jane"
    assert one("affects", "Card payments; Ledger") == ["pay", "ledger"]
    assert one("affects", "pay, ledger") == ["pay", "ledger"]


def test_words_of_a_list_are_read_as_they_stand_whatever_their_case_and_hyphens():
    assert one("criticality", "High", "suppliers") == "high"
    assert one("provides", "Data feed\nCloud", "suppliers") == ["data-feed", "cloud"]
    assert one("tier", "2", "services") == 2
    assert one("contract.audit_right", "Y", "suppliers") is True


def test_the_mapping_says_what_a_word_means_and_a_star_what_all_others_do():
    map_ = "values: {criticality: {Tier 1: high, '*': ''}}"
    assert one("criticality", "Tier 1", "suppliers", map_) == "high"
    assert one("criticality", "low", "suppliers", map_) == "low"
    assert one("criticality", "n/a", "suppliers", map_) is None


@pytest.mark.parametrize(
    ("path", "text", "kind", "said"),
    [
        ("owner", "CTO", "risks", "nothing in people is called 'CTO'"),
        ("owner", "Al Dee", "actions", "may be al or al-2"),
        ("status", "Open", "risks", "not one of identified"),
        ("residual.impact", "High", "risks", "no whole number"),
        ("residual.impact", "4.5", "risks", "no whole number"),
        ("review_every", "often", "risks", "no duration"),
        ("contract.audit_right", "maybe", "suppliers", "neither yes nor no"),
    ],
)
def test_a_cell_that_is_no_value_says_why(path, text, kind, said):
    with pytest.raises(values.NotReadError, match=said):
        one(path, text, kind)


def test_a_size_is_on_the_scale_of_the_risk_method():
    for map_, text in (("{}", "9"), ("values: {residual.impact: {high: 9}}", "high")):
        given_, _ = mapped("risks", map_)
        target = targets.targets_of(register("risks").model)["residual.impact"]
        assert values.read(Cell(text), target, values.Reading(given_, NAMES, {"impact": 9})) == 9
        with pytest.raises(values.NotReadError, match=r"not on the scale of 1 to 5.*give the scale as many words"):
            values.read(Cell(text), target, values.Reading(given_, NAMES, {"impact": 5}))


def test_error_cells_and_formulas_without_value_are_never_values():
    for cell in ("error", "unknown"):
        with pytest.raises(values.NotReadError):
            one("title", "#REF!", cell=cell)


# --- records ---------------------------------------------------------------------------------------------------------


def test_fields_of_groups_are_written_in_the_order_of_the_register():
    map_ = "columns: {R: title, I: residual.impact, L: residual.likelihood, O: owner}\ndefaults: {threats: [THR-001], status: identified}"
    [row] = fields("risks", "I,L,O,R\n4,2,Jo,Fire\n", map_)
    assert row == {
        "title": "Fire",
        "owner": "jo",
        "status": "identified",
        "threats": ["THR-001"],
        "residual": {"likelihood": 2, "impact": 4},
    }
    assert list(row) == ["title", "owner", "status", "threats", "residual"]


def test_a_list_of_groups_is_a_list_of_one():
    map_ = "columns: {V: title, C: assurance.kind, D: assurance.valid_to}"
    [row] = fields("suppliers", "V,C,D\nAcme,SOC 2,2027-01-01\n", map_)
    assert row["assurance"] == [{"kind": "SOC 2", "valid_to": "2027-01-01"}]


SIZED = "columns: {R: title, I: inherent.impact, M: residual.impact}\n"


def test_another_column_counts_only_where_the_mapping_says_so_and_the_own_is_empty():
    text = "R,I,M\nFire,4,2\nFlood,3,\nTheft,,\n"
    assert "residual" not in fields("risks", text, SIZED)[1]
    drafts, _ = drafted("risks", text, SIZED + "where_empty: {residual.impact: I}")
    assert [draft.fields.get("residual") for draft in drafts] == [{"impact": 2}, {"impact": 3}, None]
    assert [draft.instead for draft in drafts] == [(), (("residual.impact", "I"),), ()]
    assert "Row 3 of t.csv; residual.impact from I, as nothing else was given." in drafts[1].text
    assert "Row 2" not in drafts[0].text
    assert "    residual.impact is from I, as its own column says nothing" in list(report.rows(drafts))
    assert list(report.instead(drafts)) == [
        "residual.impact: from I in 1 of 3 records, where its own column says nothing"
    ]


def test_what_fills_a_field_is_read_by_its_words_and_goes_before_a_default():
    map_ = "columns: {R: title}\nwhere_empty: {status: S}\nvalues: {status: {Open: identified}}\ndefaults: {status: closed}"
    rows = fields("risks", "R,S\nFire,Open\nFlood,\n", map_)
    assert [row["status"] for row in rows] == ["identified", "closed"]
    assert faults("risks", "R,S\nFire,Shut\n", map_) == [("import-value", 2, 2)]
    [draft], _ = drafted("risks", "R,S\nFire,Open\n", map_)
    assert draft.kept == ()


def test_every_cell_is_in_the_record():
    text = 'Risk,Old id,Notes,Score\nFire,R-1,"two\nlines | *bold*",9\n'
    [draft], _ = drafted("risks", text, "columns: {Risk: title}\nleave_out: [Score]")
    shown = markdown.render_html(records.parse(register("risks"), draft.path, draft.text.encode())[0][0].body, {})
    assert all(part in shown for part in ("Old id", "R-1", "two", "lines | *bold*", "Row 2 of t.csv"))
    assert "Score" not in shown
    assert draft.kept == ("Old id", "Notes")


def test_a_word_that_the_mapping_leaves_out_is_kept_in_the_text():
    [draft], _ = drafted("risks", "Risk,Owner\nFire,CTO\n", "columns: {Risk: title, Owner: owner}\npeople: {CTO: ''}")
    assert "owner" not in draft.fields
    assert "| Owner | CTO |" in draft.text


@given(st.text(min_size=1, max_size=60), st.text(max_size=60))
def test_what_is_drafted_is_read_again_as_the_same(title, other):
    if not title.strip() or "\x00" in title + other:
        return
    quoted = [text.replace('"', '""') for text in (title, other)]
    sheet, _ = csvfile.parse(
        f'sep=,\r\nRisk,Other\r\n"{quoted[0]}","{quoted[1]}"\r\n'.encode(errors="replace"), "t.csv"
    )
    if sheet is None or len(sheet.rows) < 2:
        return
    table, _ = tables.parse(sheet)
    given_, _ = mapped("risks", "columns: {Risk: title}")
    drafts, _ = drafting.draft(
        table, values.Reading(given_, NAMES), drafting.Place(register("risks"), frozenset(), 2026)
    )
    for draft in drafts:
        [written], problems = records.parse(register("risks"), draft.path, draft.text.encode())
        assert {problem.code for problem in problems} <= {"missing-field"}
        assert written.parsed.value["title"] == draft.fields["title"] or "\ufffd" in written.parsed.value["title"]


def test_what_is_required_and_not_there_is_named():
    [draft], _ = drafted("risks", "Risk,L\nFire,2\n", "columns: {Risk: title, L: residual.likelihood}")
    assert draft.missing == (
        "owner",
        "status",
        "threats",
        "affects",
        "impact_area",
        "inherent",
        "residual.impact",
        "treatment",
    )


def test_ids_are_the_next_free_ones_unless_a_column_gives_them():
    text = "Id,Risk\n,a\nRSK-009,b\n,c\n"
    drafts, problems = drafted("risks", text, "columns: {Id: id, Risk: title}", taken=("RSK-007",))
    assert not problems
    assert [draft.id for draft in drafts] == ["RSK-010", "RSK-009", "RSK-011"]
    assert drafts[1].path == "risks/RSK-009-b.md"


def test_suppliers_are_named_by_their_title_once():
    drafts, _ = drafted("suppliers", "V\nAcme Ltd\nAcme Ltd\n", "columns: {V: title}", taken=("acme",))
    assert [draft.id for draft in drafts] == ["acme-ltd", "acme-ltd-2"]


def test_ids_that_are_taken_twice_or_no_ids_are_told():
    text = "Id,Risk\nRSK-007,a\nR-1,b\nRSK-8,c\nRSK-008,d\n"
    _, problems = drafted("risks", text, "columns: {Id: id, Risk: title}", taken=("RSK-007",))
    assert [(problem.code, problem.source.line) for problem in problems] == [
        ("import-id", 2),
        ("import-id", 3),
        ("import-id", 5),
    ]


@pytest.mark.parametrize(
    "id_", ["../RSK-001", "RSK-001/x", "RSK-001-words", "rsk-001", "RSK-" + "1" * 80, "RSK-001\u202e"]
)
def test_an_id_is_never_a_path_or_half_an_id(id_):
    _, problems = drafted("risks", f"Id,Risk\n{id_},a\n", "columns: {Id: id, Risk: title}")
    assert "import-id" in {problem.code for problem in problems}


def test_a_row_that_is_called_like_a_record_is_told():
    assert faults("services", "S\nCard payments\nOther\n", "columns: {S: title}") == [("import-again", 2, 0)]


def test_rows_that_are_no_records_are_shown_with_their_text():
    text = "Risk,Impact,Other\nFire,3,x\n,4,y\n,,note\nTotal,41,\n"
    drafts, problems = drafted("risks", text, "columns: {Risk: title, Impact: residual.impact}")
    assert [draft.row for draft in drafts] == [2]
    told = [(problem.code, problem.source.line, problem.message.rpartition(": ")[2]) for problem in problems]
    assert told == [("import-row", 3, "4 | y"), ("import-left-out", 4, "note"), ("import-left-out", 5, "Total | 41")]


def test_values_that_cannot_be_read_are_told_by_row_and_column():
    text = "Risk,Status,Due\nFire,Open,03/04/2026\nFlood,closed,2026-04-03\n"
    map_ = "columns: {Risk: title, Status: status, Due: reviewed}"
    assert faults("risks", text, map_) == [("import-value", 2, 2), ("import-value", 2, 3)]


def test_signs_that_nobody_sees_are_told():
    assert ("control-character", 2, 1) in faults("risks", "Risk,B\nFi\x07re,b\n", "columns: {Risk: title}")


def test_rows_of_a_list_keep_what_has_no_field_as_comments():
    [draft], _ = drafted("actions", 'Action,Why\nMend it,"a: b\n# c"\n', "columns: {Action: title}")
    assert draft.text == "- id: ACT-2026-001\n  title: Mend it\n  # row 2, Why: a: b # c\n"
    assert (
        records.parse(register("actions"), "actions.yml", draft.text.encode())[0][0].parsed.value[0]["title"]
        == "Mend it"
    )


def test_thousands_of_rows_are_drafted_in_a_moment():
    for kind in ("risks", "suppliers"):
        text = "Risk\n" + "".join(f"Risk number {number}\n" for number in range(3000))
        assert len({draft.id for draft in drafted(kind, text, "columns: {Risk: title}")[0]}) == 3000


# --- the proposal ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "header", "proposed"),
    [
        ("risks", "Risk ID,Risk Title,Description,Likelihood (1-5),IMPACT,Risk owner,Target Date", ["", "title", "body", "inherent.likelihood", "inherent.impact", "owner", ""]),
        ("risks", "Residual_Likelihood,Residual Impact,Risk Treatment,Risk Description", ["residual.likelihood", "residual.impact", "treatment", "title"]),
        ("risks", "riskName,Target likelihood,Target impact,Target date", ["title", "target.likelihood", "target.impact", "target.by"]),
        ("suppliers", "Vendor,Criticality,Last Assessment Date,Phone", ["title", "criticality", "assessed", ""]),
        ("services", "System,RTO,RPO,Business owner", ["title", "rto", "rpo", "owner"]),
        ("actions", "Action item,Assignee,Due date,Date closed", ["title", "owner", "due", "done"]),
    ],
)  # fmt: skip
def test_columns_are_proposed_by_their_words(kind, header, proposed):
    columns = header.split(",")
    found = proposal.propose(columns, register(kind))
    assert [found.get(column, "") for column in columns] == proposed


def test_the_header_is_looked_for_below_titles_and_notes():
    sheet, _ = csvfile.parse(b"Risk register,\nOwner,Jo\n,\nRisk,Owner,Status,Likelihood\nFire,Jo,Open,3\n", "t.csv")
    assert proposal.header_row(sheet, register("risks")) == 4


def test_a_word_of_a_row_that_is_like_a_field_by_chance_makes_it_no_header():
    text = b"Interested parties,,\n,,\nDate added,Group,Interested party\n07/10/2024,Suppliers,Acme\n"
    sheet, _ = csvfile.parse(text, "t.csv")
    assert proposal.header_row(sheet, register("suppliers")) == 3


def test_what_counts_for_risks_without_a_residual_size_is_asked():
    header = "Risk,Impact,Residual impact\n"
    text = proposal.render(table_of(header + "Fire,4,2\nFlood,3,\nTheft,,\n"), register("risks"), NAMES, {})
    assert 'residual.impact: "?"  # Residual impact is empty in 1 of 2 rows that have Impact' in text
    assert [problem.message.partition(":")[0] for problem in mapped("risks", text)[1]] == ["residual.impact"]
    given_, problems = mapped("risks", text.replace('residual.impact: "?"', "residual.impact: Impact"))
    assert (given_.where_empty, problems) == ({"residual.impact": "Impact"}, [])
    assert not mapped("risks", text.replace('residual.impact: "?"', 'residual.impact: ""'))[0].where_empty
    assert "where_empty" not in proposal.render(table_of(header + "Fire,4,2\n"), register("risks"), NAMES, {})


def test_a_proposal_is_a_mapping_once_what_is_open_is_decided():
    table = table_of(
        "Risk,Owner,Status,L,Due,Likelihood,Review frequency\nFire,CTO,Open,x,y,4 - Likely,annually\nFlood,Jo,weird,,,High,1y\n"
    )
    text = proposal.render(table, register("risks"), NAMES, {"likelihood": ("low", "medium", "high")})
    _, problems = mapped("risks", text)
    assert [problem.message.partition(":")[0] for problem in problems] == ["weird", "CTO"]
    given_, problems = mapped("risks", text.replace('CTO: "?"', "CTO: jo").replace('weird: "?"', "weird: closed"))
    assert not problems
    assert given_.values["inherent.likelihood"] == {"4 - Likely": 4, "High": 3}
    assert given_.values["review_every"] == {"annually": "1y"}
    drafts, problems = drafting.draft(
        table, values.Reading(given_, NAMES), drafting.Place(register("risks"), frozenset(), 2026)
    )
    assert not problems
    assert [draft.fields["status"] for draft in drafts] == ["identified", "closed"]


def test_a_threat_in_words_is_the_title_where_nothing_else_is():
    for text, line in (
        ("Threat,L\nFire breaks out,2\n", "  Threat: title\n"),
        ("Threat,L\nTHR-001,2\n", "  Threat: threats\n"),
    ):
        assert line in proposal.render(table_of(text), register("risks"), NAMES, {})


def test_days_that_may_be_two_are_asked_for_in_the_proposal():
    text = proposal.render(table_of("Action,Due\na,03/04/2026\n"), register("actions"), NAMES, {})
    assert [problem.message.partition(":")[0] for problem in mapped("actions", text)[1]] == ["dates"]
