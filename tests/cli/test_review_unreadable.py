"""What cannot be read is neither gone nor the same, and hides nothing beside it."""

from comments import review, section
from tinyproject import CONTENT

RISK = "isms/risks/RSK-001-unreviewed.md"
RAISED = ("residual: {likelihood: 1, impact: 2}", "residual: {likelihood: 2, impact: 2}")
OTHER = "isms/risks/RSK-002-other.md"
ACTIONS = "isms/actions.yml"


def actions(**rows):
    return "".join(
        f"- {{{rows[key]}, title: Count {key}, status: open, opened: 2026-01-05, due: 2026-06-01, for: [CTL-003]}}\n"
        for key in sorted(rows)
    )


def test_a_stray_file_in_a_folder_hides_nothing(project):
    text = CONTENT[RISK].replace("[[CTL-001]]", "the review").replace("Unreviewed code moves", "Nobody looks at")
    project.write({"isms/risks/meeting notes.md": "# 3 May\n\nWe talked.\n", OTHER: text})
    project.write({RISK: RAISED, OTHER: None})
    told = review(project).out
    assert "raises the residual risk of RSK-001 from 2 to 4" in told
    assert "- removed: **RSK-002** Nobody looks at money" in "\n".join(section(told, "Records"))
    assert "cannot be read" not in told


def test_a_row_with_a_misspelt_id_is_not_told_as_removed(project):
    project.write({ACTIONS: actions(a="id: ACT-001, owner: ada", b="id: ACT-002, owner: ada")})
    project.write({ACTIONS: actions(a="id: ACT-001, owner: ben", b="ID: ACT-002, owner: ada")})
    told = review(project)
    assert told.code == 1
    assert "removed" not in told.out
    assert "  - owner: ada → ben" in section(told.out, "Records")
    assert "> rows of actions cannot be read on one side" in told.out


def test_a_list_that_cannot_be_read_loses_no_record_and_its_mending_adds_none(project):
    project.write({ACTIONS: actions(a="id: ACT-001, owner: ada")})
    project.write({ACTIONS: "actions: none\n"})
    project.write({ACTIONS: actions(a="id: ACT-001, owner: ada")})
    for span in ("HEAD^..HEAD", "HEAD~2..HEAD^"):
        told = review(project, span=span).out
        assert not section(told, "Records")
        assert "cannot be read on one side, so what it does is not known" in section(told, "Other files")[0]


def test_the_same_error_in_another_row_is_a_new_one(project):
    project.write({ACTIONS: actions(a="id: ACT-001, owner: nobody", b="id: ACT-002, owner: ada")})
    project.write({ACTIONS: actions(a="id: ACT-001, owner: ada", b="id: ACT-002, owner: nobody")})
    told = review(project)
    assert told.code == 1
    assert "introduces 1 error" in told.out
    assert "mends 1 problem" in told.out


def test_the_same_error_in_another_row_of_the_soa_is_a_new_one(project):
    first, second = ("  A.7.4: {applicable: true", "  A.7.5: {applicable: true")
    project.write({"isms/soa.yml": (first, first.replace("{", "{owner: nobody, "))})
    text = CONTENT["isms/soa.yml"].replace(second, second.replace("{", "{owner: nobody, "))
    project.write({"isms/soa.yml": text})
    assert review(project).code == 1


def test_an_error_in_a_row_that_moved_down_is_not_new(project):
    row = "id: ACT-002, owner: nobody"
    project.write({ACTIONS: actions(b=row)})
    project.write({ACTIONS: actions(a="id: ACT-001, owner: ada", b=row)})
    assert review(project).code == 0


def test_records_are_said_to_be_the_same_only_when_they_were_compared(project):
    """The error is in a link and stood there before; the comment is all that is new."""
    project.write({RISK: ("threats: [THR-001]", "threats: [THR-009]")})
    project.write({RISK: ("threats: [THR-009]", "# soon\nthreats: [THR-009]")})
    assert section(review(project).out, "Other files") == [
        f"- changed: `{RISK}`: its records say the same: layout, comments or the order of rows"
    ]


def test_a_risk_that_cannot_be_read_is_not_one_less_above_appetite(project):
    project.write({RISK: RAISED})
    project.write({RISK: ("treatment: modify", "treatment: perhaps")})
    told = review(project)
    assert told.code == 1
    assert "above appetite" not in told.out
    assert not section(told.out, "Traces")
    assert not section(told.out, "Gaps closed")


def test_a_row_that_stands_twice_is_not_told_as_the_same(project):
    row = actions(a="id: ACT-001, owner: ada")
    project.write({ACTIONS: row})
    project.write({ACTIONS: row + row})
    told = review(project)
    assert told.code == 1
    assert "say the same" not in told.out


def test_a_file_that_the_pages_are_made_with_is_told_as_such(project):
    project.write({"tieout.yml": CONTENT["tieout.yml"] + "theme: look\n", "look/static/look.css": "p {}\n"})
    project.write({"look/static/look.css": "p { color: red }\n"})
    assert any("changes what the pages are made with" in row for row in section(review(project).out, "Other files"))
