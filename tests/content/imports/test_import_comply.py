"""Policies of comply -> policies here: what resolves is proposed, the rest is kept in the text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.content import catalogue, records, shipped
from tieout.content.imports import comply, drafting, mapping, targets
from tieout.model.registers import BY_NAME

POLICIES = BY_NAME["policies"]
ANNEX = comply.Annex(frozenset(catalogue.annex_a()), shipped.successors())
ACCESS = """name: Access Policy
acronym: ACP
satisfies:
  TSC:
    - CC6.1
    - CC6.2
  ISO 27001:
    - A.9.2.3
    - A.9.1
majorRevisions:
  - date: Jun 1 2018
    comment: Initial | document
---
# Purpose

{{.Name}} asks of {{.Name}} a $key.
"""


def policy(text, name="access.md"):
    found, problems = comply.parse(name, text.encode())
    assert not [problem for problem in problems if problem.severity == "error"]
    return found


def mapped(text):
    return mapping.parse(text.encode(), "map.yml", targets.targets_of(POLICIES.model), mapping.POLICY_PARTS)


def drafted(text, map_):
    given_, problems = mapped(map_)
    assert not problems
    return comply.draft([policy(text)], given_, drafting.Place(POLICIES, frozenset({"POL-04"}), 2026), ANNEX)


def test_front_matter_is_read_with_and_without_its_first_line():
    assert policy(ACCESS) == policy("---\n" + ACCESS)
    assert policy(ACCESS).satisfies == {"TSC": ("CC6.1", "CC6.2"), "ISO 27001": ("A.9.2.3", "A.9.1")}


def test_a_policy_is_a_draft_with_all_that_comply_says():
    [draft], _ = drafted(ACCESS, "defaults: {owner: jo, audience: [everyone]}")
    assert (draft.id, draft.path, draft.missing) == ("POL-05", "policies/POL-05-access-policy.md", ())
    [written], problems = records.parse(POLICIES, draft.path, draft.text.encode())
    assert not problems
    assert (written.record.status, written.record.implements) == ("draft", ())
    for kept in (
        "{{.Name}} asks",
        "TSC: CC6.1, CC6.2",
        "acronym: ACP",
        "| Jun 1 2018 | Initial \\| document |",
        "access.md",
    ):
        assert kept in written.body


def test_what_the_mapping_resolves_is_implemented_in_the_order_of_the_standard():
    map_ = "defaults: {owner: jo}\nrequirements:\n  ISO 27001: {A.9.2.3: [A.8.2], A.9.1: [A.5.15]}\n"
    [draft], _ = drafted(ACCESS, map_)
    assert draft.fields["implements"] == ["A.5.15", "A.8.2"]
    assert "ISO 27001: A.9.2.3, A.9.1" in draft.text


def test_lines_of_the_mapping_that_lead_nowhere_are_told():
    map_ = "requirements:\n  ISO 27001: {A.9.9.9: [A.8.2], A.9.1: [A.9.1]}\n"
    _, problems = drafted(ACCESS, map_)
    assert [problem.message for problem in problems if problem.severity == "error"] == [
        "requirements: no policy satisfies A.9.9.9 of 'ISO 27001'; correct it, or delete the line",
        "requirements: there is no A.9.1 in Annex A of 2022; correct it",
    ]
    assert mapped("columns: {a: title}")[1][0].code == "import-mapping"


def test_templates_are_told_with_how_often_they_stand():
    _, problems = drafted(ACCESS, "{}")
    assert [(problem.code, problem.severity) for problem in problems] == [("import-template", "warning")]
    assert "{{.Name}}" in problems[0].message
    assert "2 times" in problems[0].message


def test_lists_with_letters_keep_them_and_are_told():
    [draft], problems = drafted("name: A\n---\na. One\n\n    i. Deep\n\na. Two\n", "{}")
    assert "- a. One\n\n  - i. Deep\n\n- b. Two\n" in draft.text
    assert [(problem.code, problem.source.path) for problem in problems] == [("import-list", "access.md")]
    assert "(3 items)" in problems[0].message


def test_successors_of_2013_are_proposed_and_never_taken():
    text = comply.propose([policy(ACCESS)], POLICIES, ANNEX)
    assert "A.9.2.3: [A.8.2]" in text
    assert "A.9.1: [A.5.15]" in text
    assert "# TSC: 2 ids kept in the text (CC6.1, CC6.2)" in text
    given_, problems = mapped(text)
    assert [problem.message.partition(":")[0] for problem in problems] == ["owner", "audience"]
    assert given_.requirements["ISO 27001"]["A.9.2.3"] == ("A.8.2",)


@pytest.mark.parametrize(
    ("framework", "ids", "line"),
    [
        ("ISO27001-2022", ["A.8.32"], "A.8.32: [A.8.32]"),
        ("ISO 27001", ["8.32"], '"8.32": [A.8.32]'),
        ("ISO27001-2013", ["A.9.3"], "A.9.3: [A.5.17]"),
    ],
)
def test_editions_are_told_apart_by_their_ids_and_names(framework, ids, line):
    found = policy("name: A\nsatisfies:\n  " + framework + ": [" + ", ".join(f'"{one}"' for one in ids) + "]\n---\n")
    assert line in comply.propose([found], POLICIES, ANNEX)


def test_files_that_are_no_policies_are_told():
    assert comply.parse("a.md", b"# Notes\n")[1][0].code == "import-left-out"
    assert comply.parse("a.md", b"name: [\n---\n")[1][0].code == "import-unreadable"
    assert comply.parse("a.md", b"title: x\n---\n")[1][0].message.endswith("`name: …` is missing")
    assert comply.parse("a.md", b"name: x\xff\n---\n")[1][0].code == "not-utf8"
    found, problems = comply.parse("a.md", b"name: x\n---\none\x0ctwo\n")
    assert (found.body, problems[0].severity, problems[0].code) == ("one\ufffdtwo", "warning", "control-character")


@given(st.binary(max_size=200))
def test_any_file_is_a_policy_or_a_problem(data):
    for start in (b"", b"name: x\nsatisfies:\n", b"name: x\nmajorRevisions:\n"):
        found, problems = comply.parse("a.md", start + data)
        assert found or problems
        if found:
            drafts, _ = comply.draft([found], mapping.ColumnMap(), drafting.Place(POLICIES, frozenset(), 2026), ANNEX)
            assert {
                problem.code for problem in records.parse(POLICIES, drafts[0].path, drafts[0].text.encode())[1]
            } <= {"missing-field"}
            comply.propose([found], POLICIES, ANNEX)
