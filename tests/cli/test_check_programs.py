"""`tieout check --format`: the answer on stdout, the summary on stderr, and the content it speaks of."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from gitfixtures import commit, git, make_repository
from tinyproject import call, run

FORMATS = Path(__file__).parents[2] / "docs" / "reference" / "formats.md"
RISK = "isms/risks/RSK-001-unreviewed.md"
WRONG = {RISK: ("THR-001", "THR-010")}


@pytest.mark.parametrize("form", ["json", "sarif", "github", "junit"])
def test_the_answer_is_alone_on_stdout_and_the_same_in_every_run(project, form):
    clean = call("check", "--format", form, "--isms", project.isms)
    assert (clean.code, clean.err) == (0, "tieout: clean: 17 records in 12 registers\n")
    project.write(WRONG, commit_it=False)
    ended = call("check", "--format", form, "--isms", project.isms)
    assert ended.code == 1
    assert ended.err == "tieout: 1 error, 0 warnings; tieout explain CODE tells what a code means.\n"
    assert ended.out != clean.out
    assert call("check", "--format", form, "--isms", project.isms).out == ended.out


def test_no_setting_of_a_pipe_or_of_python_changes_the_answer(project):
    project.write({RISK: ("THR-001", "THR-Ö")}, commit_it=False)
    for form in ("json", "junit"):
        ended = call("check", "--format", form, "--isms", project.isms)
        again = run("check", "--format", form, "--isms", project.isms, PYTHONIOENCODING="ascii", PYTHONHASHSEED="7")
        assert (again.code, again.out) == (1, ended.out)


def test_json_says_which_content_it_speaks_of(project):
    committed = json.loads(call("check", "--format", "json", "--isms", project.isms).out)
    assert committed["content"] == git(project.isms, "rev-parse", "HEAD")
    assert committed["counts"] == {
        "records": 17,
        "registers": 12,
        "files": 16,
        "errors": 0,
        "warnings": 0,
        "elsewhere": 0,
    }
    project.write(WRONG, commit_it=False)
    assert json.loads(call("check", "--format", "json", "--isms", project.isms).out)["content"] == "uncommitted"
    (project.isms / ".git").rename(project.folder / "away")
    assert json.loads(call("check", "--format", "json", "--isms", project.isms).out)["content"] == "uncommitted"


def test_forges_are_told_paths_from_the_top_of_the_repository_that_holds_the_isms(project):
    project.write(WRONG)
    files = {f"compliance/{path}": (project.isms / path).read_text() for path in git(project.isms, "ls-files").split()}
    whole = make_repository(project.folder / "whole")
    commit(whole, "All in one", {**files, "app.py": "1\n"})
    told = call("check", "--format", "github", "--isms", whole / "compliance")
    assert told.out.startswith(f"::error file=compliance/{RISK},line=5,col=11,title=")
    sarif = json.loads(call("check", "--format", "sarif", "--isms", whole / "compliance").out)
    assert f'"uri": "compliance/{RISK}"' in json.dumps(sarif)
    junit = ET.fromstring(call("check", "--format", "junit", "--isms", whole / "compliance").out)  # noqa: S314 - ours
    (failed,) = (case for case in junit.iter("testcase") if case.find("failure") is not None)
    assert (failed.get("name"), failed.get("file")) == (RISK, f"compliance/{RISK}")


def test_a_line_that_an_author_wrote_is_no_command_to_a_pipeline_in_any_format(project):
    project.write({RISK: ("THR-001", '"x\\n::add-mask::y"')}, commit_it=False)
    for form in ("text", "json", "sarif", "github", "junit"):
        ended = call("check", "--format", form, "--isms", project.isms)
        assert ended.code == 1
        assert not re.search("^::add-mask", ended.out, re.MULTILINE)


def test_settings_that_cannot_be_read_are_told_to_programs_too(project):
    project.write({"tieout.yml": "schema: 1\n"}, commit_it=False)
    ended = call("check", "--format", "json", "--isms", project.isms)
    assert ended.code == 1
    assert [problem["path"] for problem in json.loads(ended.out)["problems"]] == ["tieout.yml"]


def test_the_example_of_the_reference_is_what_the_command_prints(project):
    shown = re.search(r"```json\n(.*?)```", FORMATS.read_text("utf-8"), re.DOTALL)[1]
    project.write(WRONG, commit_it=False)
    assert call("check", "--format", "json", "--isms", project.isms).out == shown
