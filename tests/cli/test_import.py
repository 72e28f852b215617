"""`tieout import` as a person meets it: first a mapping to correct, then new files, all of them or none."""

import re
import shlex
from pathlib import Path

import openpyxl
import pytest
from tinyproject import call as run
from tinyproject import make

TABLE = "Ref,Risk,Owner,Area,L,I,Notes\nR1,Keys are lost,Ada Stone,Funds,2,2,\nR2,Ledger is wrong,Ben Marsh,Funds,1,2,see minutes\n"
MAP = """columns:
  Risk: title
  Owner: owner
  Area: impact_area
  L: [inherent.likelihood, residual.likelihood]
  I: [inherent.impact, residual.impact]
defaults: {status: identified, threats: [THR-001], affects: [pay], treatment: retain}
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return make(tmp_path_factory.mktemp("import"))


@pytest.fixture
def isms(made, tmp_path):
    """Files beside the ISMS to import; what was written is taken away afterwards."""
    before = {path for path in made.isms.rglob("*") if ".git" not in path.parts}
    yield made.isms
    for path in sorted({path for path in made.isms.rglob("*") if ".git" not in path.parts} - before, reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()


def saved(folder, name, text):
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def new_files(isms):
    return {path.name for path in (isms / "isms").rglob("*") if path.is_file()}


def test_without_a_mapping_one_is_proposed_and_nothing_is_written(isms, tmp_path):
    before = new_files(isms)
    result = run("import", "risks", saved(tmp_path, "r.csv", TABLE), "--isms", isms)
    assert result.code == 0
    assert "  Owner: owner\n" in result.out
    assert "nothing was written" in result.err
    assert new_files(isms) == before


def test_with_a_mapping_new_records_are_written_and_checked(isms, tmp_path):
    result = run(
        "import", "risks", saved(tmp_path, "r.csv", TABLE), "--mapping", saved(tmp_path, "map.yml", MAP), "--isms", isms
    )
    assert "isms/risks/RSK-002-keys-are-lost.md\nisms/risks/RSK-003-ledger-is-wrong.md\n" in result.out
    assert "Notes: 1 cell kept in the text" in result.out
    text = (isms / "isms/risks/RSK-003-ledger-is-wrong.md").read_text("utf-8")
    assert "owner: ben" in text
    assert "| Notes | see minutes |" in text
    assert "2 records written" in result.err
    assert not [
        line
        for line in run("check", "--isms", isms).out.splitlines()
        if "invalid-value" in line or "missing-field" in line
    ]


def test_a_dry_run_tells_rows_ids_files_and_fields_and_writes_nothing(isms, tmp_path):
    before = new_files(isms)
    result = run(
        "import",
        "risk",
        saved(tmp_path, "r.csv", TABLE),
        "--mapping",
        saved(tmp_path, "map.yml", MAP),
        "--dry-run",
        "--isms",
        isms,
    )
    assert "row 2 -> RSK-002  risks/RSK-002-keys-are-lost.md\n    title: Keys are lost\n    owner: ada\n" in result.out
    assert new_files(isms) == before


def test_one_bad_cell_stops_all(isms, tmp_path):
    before = new_files(isms)
    table = saved(tmp_path, "r.csv", TABLE.replace("1,2,see", "High,2,see"))
    result = run("import", "risks", table, "--mapping", saved(tmp_path, "map.yml", MAP), "--isms", isms)
    assert result.code == 1
    assert "r.csv:3:5: error: L: 'High' is no whole number" in result.err
    assert "is missing" not in result.err
    assert new_files(isms) == before


def test_what_a_register_cannot_hold_stops_all_and_what_is_missing_does_not(isms, tmp_path):
    before = new_files(isms)
    table = saved(tmp_path, "r.csv", TABLE.replace("1,2,see", "0,2,see"))
    result = run("import", "risks", table, "--mapping", saved(tmp_path, "map.yml", MAP), "--isms", isms)
    assert result.code == 1
    assert "must be at least 1, not '0' (row 3 of r.csv)" in result.err
    assert new_files(isms) == before
    few = saved(tmp_path, "few.yml", "columns: {Risk: title}\n")
    result = run("import", "risks", table, "--mapping", few, "--isms", isms)
    assert result.code == 1
    assert "owner: missing in 2 of 2 records" in result.out
    assert "owner: is missing; add it [missing-field]" in result.err
    assert len(new_files(isms) - before) == 2


def test_a_wrong_default_is_told_once_at_its_line_of_the_mapping(isms, tmp_path):
    table = saved(tmp_path, "r.csv", TABLE)
    words = ("--dry-run", "--isms", isms)
    map_ = saved(tmp_path, "map.yml", MAP.replace("THR-001", "THR-999"))
    result = run("import", "risks", table, "--mapping", map_, *words)
    assert result.err.count("THR-999") == 1
    assert "map.yml:7:41: error: defaults: threats: unknown threat 'THR-999'" in result.err
    assert "(2 records)" in result.err
    map_ = saved(tmp_path, "map.yml", MAP.replace("identified", "open"))
    result = run("import", "risks", table, "--mapping", map_, *words)
    assert (result.code, result.err.count("'open' is not one of")) == (1, 1)
    assert "map.yml:7:20: error: defaults: status: 'open'" in result.err


def test_a_wrong_default_of_rows_is_told_once_too(isms, tmp_path):
    table = saved(tmp_path, "a.csv", "Action,Due\nCount keys,2026-03-03\nChange locks,2026-03-04\n")
    text = "columns: {Action: title, Due: due}\ndefaults: {owner: nobody, opened: 2026-01-05, status: open}\n"
    map_ = saved(tmp_path, "map.yml", text)
    result = run("import", "actions", table, "--mapping", map_, "--dry-run", "--isms", isms)
    assert [line for line in result.err.splitlines() if "nobody" in line] == [
        line
        for line in result.err.splitlines()
        if "map.yml:2:19: error: defaults: owner" in line and "(2 records)" in line
    ]
    assert "nobody" in result.err


def test_what_is_for_a_person_to_judge_does_not_stop_an_import(isms, tmp_path):
    table = saved(tmp_path, "r.csv", "Risk,I,R\nKeys are lost,1,2\n")
    map_ = saved(
        tmp_path,
        "map.yml",
        "columns: {Risk: title, I: inherent.impact, R: residual.impact}\n"
        "defaults: {owner: ada, impact_area: funds, status: identified, threats: [THR-001], affects: [pay], treatment: retain,"
        " inherent.likelihood: 2, residual.likelihood: 2}\n",
    )
    result = run("import", "risks", table, "--mapping", map_, "--isms", isms)
    assert "controls do not add risk" in result.err
    assert "1 record written" in result.err
    table = saved(tmp_path, "a.csv", "Action,Done\nCount keys,2026-03-03\n")
    map_ = saved(
        tmp_path,
        "map.yml",
        "columns: {Action: title, Done: done}\ndefaults: {owner: ada, opened: 2026-01-05, due: 2026-04-01, status: open}\n",
    )
    result = run("import", "actions", table, "--mapping", map_, "--dry-run", "--isms", isms)
    assert "an action with a day is done" in result.err
    assert "1 record would be written, with 1 error" in result.err


def test_the_same_table_is_not_imported_twice(isms, tmp_path):
    table, map_ = saved(tmp_path, "r.csv", TABLE), saved(tmp_path, "map.yml", MAP)
    run("import", "risks", table, "--mapping", map_, "--isms", isms)
    before = new_files(isms)
    again = run("import", "risks", table, "--mapping", map_, "--isms", isms)
    assert again.code == 2
    assert "risks/ has a record for each row of" in again.err
    assert new_files(isms) == before
    saved(tmp_path, "r.csv", TABLE + "R3,Payouts stop,Ada Stone,Funds,1,1,\n")
    assert run("import", "risks", table, "--mapping", map_, "--isms", isms).out.count("RSK-00") == 3


def test_a_list_is_written_where_there_is_none_and_printed_where_there_is_one(isms, tmp_path):
    table = saved(tmp_path, "a.csv", "Action,Owner,Opened,Due\nCount keys,Ada Stone,2026-01-05,3 Feb 2026\n")
    map_ = saved(
        tmp_path,
        "map.yml",
        "columns: {Action: title, Owner: owner, Opened: opened, Due: due}\ndefaults: {status: open}\n",
    )
    first = run("import", "actions", table, "--mapping", map_, "--isms", isms)
    assert "1 record written" in first.err
    held = (isms / "isms/actions.yml").read_text("utf-8")
    assert "due: 2026-02-03" in held
    second = run("import", "actions", table, "--mapping", map_, "--isms", isms)
    assert second.out.startswith("- id: ACT-")
    assert second.out.splitlines()[0] not in held
    assert "paste these lines at the end of isms/actions.yml" in second.err
    assert (isms / "isms/actions.yml").read_text("utf-8") == held


def test_a_workbook_with_a_title_and_sheets_is_imported(isms, tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "Read me"
    book.active.append(["Our registers"])
    sheet = book.create_sheet("Suppliers")
    for row in (
        ["Suppliers 2026"],
        ["Vendor", "Criticality", "Owner", "Type", "Status"],
        ["Acme", "High", "Ben Marsh", "Cloud", "Active"],
    ):
        sheet.append(row)
    book.save(tmp_path / "s.xlsx")
    asked = run("import", "suppliers", tmp_path / "s.xlsx", "--isms", isms)
    assert "name one with --sheet" in asked.err
    proposed = run("import", "suppliers", tmp_path / "s.xlsx", "--sheet", "Suppliers", "--isms", isms)
    map_ = saved(tmp_path, "map.yml", proposed.out)
    result = run("import", "suppliers", tmp_path / "s.xlsx", "--sheet", "Suppliers", "--mapping", map_, "--isms", isms)
    assert "row 1, above the header, is not imported: Suppliers 2026" in result.out
    text = (isms / "isms/suppliers/acme.md").read_text("utf-8")
    assert text.startswith("---\ntitle: Acme\nowner: ben\nstatus: active\ncriticality: high\nprovides: [cloud]\n---\n")


def test_policies_of_comply_are_imported(isms, tmp_path):
    folder = tmp_path / "policies"
    folder.mkdir()
    saved(folder, "README.md", "# Policies\n")
    saved(folder, "access.md", "name: Access\nsatisfies: {TSC: [CC6.1]}\n---\nWho may.\n")
    assert "1 id kept in the text (CC6.1)" in run("import", "policies", folder, "--isms", isms).out
    map_ = saved(tmp_path, "map.yml", "defaults: {owner: ada, audience: [everyone]}\n")
    result = run("import", "policies", folder, "--mapping", map_, "--isms", isms)
    assert "isms/policies/POL-01-access.md" in result.out
    assert "Satisfies TSC: CC6.1" in (isms / "isms/policies/POL-01-access.md").read_text("utf-8")


@pytest.mark.parametrize("name", ["register.md", "register.docx", "logo.PNG"])
def test_a_file_that_is_no_table_is_refused_by_its_ending(isms, tmp_path, name):
    result = run("import", "risks", saved(tmp_path, name, "| Risk | Owner |\n|---|---|\n"), "--isms", isms)
    assert (result.code, result.out) == (1, "")
    assert f"a file that ends in .{name.partition('.')[2].lower()} is no table that is read" in result.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("risk", "absent.csv"), "cannot be read"),
        (("riks", "absent.csv"), "did you mean 'risks'?"),
        (("policies", "absent"), "is no folder"),
    ],
)
def test_slips_in_the_command_are_told_in_a_sentence(made, arguments, said):
    result = run("import", *arguments, "--isms", made.isms)
    assert result.code == 2
    assert said in result.err


def test_the_guide_is_followed_word_for_word(isms, monkeypatch):
    guide = (Path(__file__).parents[2] / "docs/guide/import.md").read_text("utf-8").partition("## The mapping")[0]
    monkeypatch.chdir(isms)
    printed = ""
    blocks = re.findall(r"(?:^`([^`\n]+)`:\n\n)?^```(\w*)\n(.*?)^```$", guide, re.DOTALL | re.MULTILINE)
    assert len(blocks) == 9
    for name, language, text in blocks:
        if name:
            saved(isms, name, text)
        elif not language:
            result = run(*shlex.split(text)[1:])
            printed = result.out
        else:
            printed += "".join(path.read_text("utf-8") for path in sorted((isms / "isms/risks").glob("RSK-002*")))
            assert text in printed
