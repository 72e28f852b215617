"""`tieout new` begins a record under an id that nobody has or had, and touches nothing that is there."""

import re
from datetime import date

import pytest
from gitfixtures import commit
from tinyproject import call, digests

from tieout.build.newest import read_newest
from tieout.cli.new import begin
from tieout.cli.registers import find_register
from tieout.content import drafts, load, new_ids
from tieout.model.registers import REGISTERS
from tieout.model.settings import Config
from tieout.problems import Source
from tieout.text import yaml


def new(project, *words):
    return call("new", *words, "--isms", project.isms)


@pytest.mark.parametrize("kind", ["risk", "risks", "RSK", "Rsk"])
def test_a_register_is_found_by_each_of_its_names(kind):
    assert find_register(kind).name == "risks"


def test_a_register_is_found_by_its_file_and_by_words_with_hyphens():
    assert find_register("context").name == "issues"
    assert find_register("risk-method").name == "method"
    assert find_register("Statement of applicability").name == "soa"


def test_an_unknown_kind_is_answered_with_a_near_one(project):
    said = new(project, "rissk", "x")
    assert said.code == 2
    assert "did you mean 'risk'?" in said.err


def test_a_new_risk_has_the_next_id_its_owner_and_all_that_is_to_be_filled_in(project):
    said = new(project, "risk", "Prices  stand\nstill", "--owner", "ada")
    path = project.isms / "isms/risks/RSK-002-prices-stand-still.md"
    assert said.out.strip() == str(path)
    text = path.read_text("utf-8")
    assert "\ntitle: Prices stand still\n" in text
    assert "\nowner: ada\nstatus: " not in text  # each field stands below its explanation
    assert "\n# The risk owner: a person. (id: people)\nowner: ada\n" in text
    assert "one of modify, retain, avoid or share" in text
    found = read_newest(project.isms).problems
    assert {problem.code for problem in found if problem.source.path.endswith(path.name)} <= {
        "invalid-value",
        "missing-field",
    }
    assert all(
        "is empty" in problem.message or "is missing" in problem.message
        for problem in found
        if problem.severity == "error"
    )
    assert {problem.message.split(":")[0] for problem in found if problem.severity == "error"} == {
        "threats", "affects", "impact_area", "treatment",
        "inherent.likelihood", "inherent.impact", "residual.likelihood", "residual.impact",
    }  # fmt: skip


def test_removed_ids_and_those_of_other_branches_are_not_given_again(project):
    file = "isms/risks/RSK-002-gone.md"
    commit(project.isms, "Add", {file: "---\ntitle: x\n---\n"})
    commit(project.isms, "Remove", {file: None})
    commit(project.isms, "Elsewhere", {"isms/risks/RSK-007-open.md": "---\ntitle: x\n---\n"}, branch="side")
    assert "RSK-008-x.md" in new(project, "risk", "x").out


def test_ids_of_rows_are_looked_for_in_the_past_too(project):
    row = "- {id: ACT-2026-00%d, title: x, owner: ada, status: open, opened: 2026-01-01, due: 2026-02-01}\n"
    project.write({"isms/actions.yml": row % 1 + row % 5})
    project.write({"isms/actions.yml": row % 1})
    before = digests(project.isms / "isms")
    said = new(project, "action", "Mend it")
    assert said.code == 0
    assert re.fullmatch(r"ACT-20[0-9]{2}-00[16]", yaml.parse(said.out.encode(), Source()).value[0]["id"])
    assert "isms/actions.yml; no file is ever changed for you" in said.err
    assert digests(project.isms / "isms") == before


def test_a_list_that_is_not_there_is_begun(project):
    said = new(project, "key", "Key of Ada")
    assert said.code == 0, said.err
    assert (project.isms / "isms/keys.yml").read_text("utf-8").startswith("- id: KEY-01\n")


def test_what_there_is_only_one_of_is_not_begun_twice(project):
    said = new(project, "scope", "Another")
    assert said.code == 2
    assert "there is one scope" in said.err


@pytest.mark.parametrize("title", ["", "  ", "\n"])
def test_a_record_needs_a_title(project, title):
    assert new(project, "risk", title).code == 2


@pytest.mark.parametrize(
    "title", ["../../etc/passwd", "C:\\x", "a\x00b\u202e", "公司", "con", "x" * 5000, "a\n---\nowner: mallory"]
)
def test_no_title_leads_out_of_the_register_or_breaks_the_file(project, title):
    said = new(project, "service", title)
    assert said.code == 0, said.err
    (made,) = set((project.isms / "isms/services").iterdir()) - {project.isms / "isms/services/pay.md"}
    matter = made.read_text("utf-8").split("---\n")[1]
    value = yaml.parse(matter.encode(), Source()).value
    assert isinstance(value, dict)
    assert value["title"]
    assert value.get("owner") != "mallory"


@pytest.mark.parametrize("register", REGISTERS, ids=lambda register: register.name)
def test_a_begun_record_of_every_register_lacks_only_what_a_person_decides(register):
    people = "- {id: ada, name: Ada, emails: [ada@example.org]}\n"
    fields = begin(register, "A title", "" if register.name == "people" else "ada", date(2026, 11, 22))
    id_ = "change-reviewed" if register.name == "checks" else new_ids.next_id(register, ["ada"], "A title", 2026)
    path = f"isms/{new_ids.file_name(register, id_, 'A title')}"
    if register.shape == "list":
        text = drafts.render_row(register, id_, fields, explained=True)
    else:
        text = drafts.render_record(register, fields, explained=True, form=path.rpartition(".")[2])
    _, found = load({"isms/people.yml": people.encode(), path: text.encode()}, Config(operator="x"))
    wrong = [problem.message for problem in found if problem.severity == "error" and problem.source.path == path]
    assert all("is empty" in one or "is missing" in one for one in wrong), wrong
