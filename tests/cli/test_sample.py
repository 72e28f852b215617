"""`tieout sample`: the same rows for both sides of the table, as text, CSV, JSON and XLSX, and by hand as the guide says."""

import csv
import json
import re
import subprocess
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from tinyproject import AUDIT, call

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "sample.md"


def drawn(project, *words, check="change-reviewed"):
    ended = call("sample", check, "--isms", project.isms, "--audit", AUDIT, "--format", "json", *words)
    assert ended.code == 0, ended.err
    return json.loads(ended.out)


@pytest.fixture(scope="module")
def project(template):
    return template  # nothing here changes it


def keys(found):
    return [item["change"] for item in found["items"]]


def test_a_seed_draws_the_same_twice_and_another_seed_may_draw_others(project):
    first = drawn(project, "--seed", "larch", "--size", "2")
    assert keys(first) == keys(drawn(project, "--seed", "larch", "--size", "2"))
    assert (first["population"], first["drawn"], first["seed"]) == (4, 2, "larch")
    others = {tuple(keys(drawn(project, "--seed", word, "--size", "2"))) for word in ("oak", "ash", "elm", "fir")}
    assert len(others) > 1


def test_without_a_seed_the_digest_of_the_pins_is_taken(project):
    found = drawn(project)
    assert found["seed"] == found["lock"] != ""
    assert found["drawn"] == found["population"] == 4  # fewer than five: all of them
    assert found["tested"] == "the program tested 4 of 4; this is for re-performance"


def test_the_text_has_a_line_an_item_and_the_reasons_of_what_failed(project):
    ended = call("sample", "change-reviewed", "--isms", project.isms, "--audit", AUDIT, "--seed", "larch")
    assert ended.code == 0
    assert "digest: " in ended.out
    assert re.search(r"^pay/[0-9a-f]{8} +2026-02-03 +[.F?e-](?: [.F?e-]){10}$", ended.out, re.MULTILINE)
    assert ". pass, F fail, e excepted, ? cannot tell from Git, - not applicable" in ended.out
    assert re.search(r"^pay/[0-9a-f]{8} d Reviewed: .+\.$", ended.out, re.MULTILINE)


def test_a_sample_of_deployments_leads_back_to_their_changes(project):
    found = drawn(project, "--seed", "larch", check="check:deployed-by-pipeline")
    assert found["list"] == "data/populations/deployments.csv"
    assert all(item["j Reversible"] == "cannot tell from Git" for item in found["items"])
    assert {item["h By the pipeline"] for item in found["items"]} <= {"pass", "fail"}


def test_records_are_drawn_with_the_verdict_of_the_check(project):
    found = drawn(project, "--seed", "larch", check="evidence-fresh")
    assert {"expected", "found", "outcome", "reason"} <= set(found["items"][0])


def test_csv_and_a_workbook_hold_the_same_rows_and_no_formula(project, tmp_path):
    words = ("--isms", project.isms, "--audit", AUDIT, "--seed", "larch")
    ended = call("sample", "change-reviewed", *words, "--format", "csv", "--output", tmp_path / "s.csv")
    assert ended.out == f"4 items drawn, in {tmp_path / 's.csv'}\n"
    rows = list(csv.reader((tmp_path / "s.csv").read_text("utf-8").splitlines()))
    pytest.importorskip("xlsxwriter")
    call("sample", "change-reviewed", *words, "--format", "xlsx", "--output", tmp_path / "s.xlsx")
    call("sample", "change-reviewed", *words, "--format", "xlsx", "--output", tmp_path / "again.xlsx")
    data = (tmp_path / "s.xlsx").read_bytes()
    assert data == (tmp_path / "again.xlsx").read_bytes()
    book = openpyxl.load_workbook(BytesIO(data))
    assert book.sheetnames == ["Sample", "How it was drawn", "Letters"]
    assert [[cell or "" for cell in row] for row in book["Sample"].iter_rows(values_only=True)] == rows


def test_a_workbook_needs_a_file_and_never_takes_the_place_of_one(project, tmp_path):
    words = ("sample", "change-reviewed", "--isms", project.isms, "--format", "xlsx")
    ended = call(*words)
    assert (ended.code, ended.err) == (
        2,
        "tieout: a workbook needs a file to be written to; name it with --output.\n",
    )
    (tmp_path / "s.xlsx").write_text("mine")
    assert call(*words, "--output", tmp_path / "s.xlsx").code == 2
    assert (tmp_path / "s.xlsx").read_text() == "mine"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("change-reviewd",), "no check is called 'change-reviewd' (did you mean 'change-reviewed'?)."),
        (("change-reviewed", "--service", "payy"), "no service is called 'payy' (did you mean 'pay'?)."),
    ],
)
def test_a_slip_in_a_name_is_told(project, words, said):
    ended = call("sample", *words, "--isms", project.isms)
    assert (ended.code, ended.err) == (2, f"tieout: {said}\n")


def test_an_empty_population_did_not_occur(project):
    ended = call("sample", "mandatory-libraries", "--isms", project.isms, "--audit", AUDIT)
    assert ended.code == 0
    assert ended.out == (
        "mandatory-libraries did not occur: there was nothing to judge in the period, so there is nothing to draw.\n"
    )


def test_a_stranger_draws_the_same_by_hand_as_the_guide_says(project, tmp_path):
    call("build", AUDIT, "--isms", project.isms, "--output", tmp_path / "site", "--no-pdf")
    (script,) = re.findall(r"^```sh\n(.*?)^```", GUIDE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    found = drawn(project, "--seed", "larch", "--size", "3")
    by_hand = []
    for share in found["months"].split():
        month, _, number = share.partition(":")
        wanted = {"LIST": found["list"], "SEED": "larch", "MONTH": month, "NUMBER": number.partition("/")[0]}
        ran = subprocess.run(
            ["/bin/sh", "-c", script],
            cwd=tmp_path / "site" / AUDIT,
            env={"PATH": "/usr/bin:/bin", **wanted},
            capture_output=True,
            text=True,
            check=True,
        )
        by_hand += [line.split(" ", 1)[1].partition(",")[0] for line in ran.stdout.splitlines()]
    assert sorted(by_hand) == sorted(keys(found))
    assert len(by_hand) == 3
