"""Operators as unlike the demo's as they come: the ISMS beside the code, odd bytes, another hash, no pipeline."""

import json
import os

import pytest
from gitfixtures import commit, git, make_repository, tag
from test_guide import ADA, AUDIT, BEN, GUIDE, WORKFLOW, files_of
from tinyproject import at, call

pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
PRICES = "isms/services/prices.md"
LINKED = "repositories:\n  prices: {url: ../prices, branch: main, kind: service}"


def guide_with(*changes):
    """The guide's files, with spots replaced: (path, old, new); a path alone leaves the file out."""
    files = files_of(GUIDE.read_text("utf-8"))
    for path, *change in changes:
        if change:
            assert files[path].count(change[0]) == 1, change
            files[path] = files[path].replace(*change)
        else:
            del files[path]
    return files


def write_isms(folder, *changes):
    return commit(make_repository(folder), "The first records", guide_with(*changes), author=ADA, time=at(AUDIT))


def build(isms):
    return call("build", "--isms", isms, "--output", isms.parent / "site", "--no-pdf")


def rows(isms, name):
    return json.loads((isms.parent / "site" / AUDIT / "data" / f"{name}.json").read_text("utf-8"))[name]


def page(isms, path):
    return (isms.parent / "site" / AUDIT / path).read_text("utf-8")


def test_the_isms_in_a_folder_beside_the_code_has_one_pin_and_is_no_part_of_the_service(tmp_path):
    whole = make_repository(tmp_path / "whole")
    beside = guide_with(("tieout.yml", LINKED, "repositories: {}"), (PRICES, "repo: prices", "repo: isms"))
    commit(whole, "Start", {"a.py": "0\n", ".github/workflows/ci.yml": WORKFLOW}, author=ADA, time=at("2026-01-05"))
    commit(whole, "The records", {f"ours/{path}": text for path, text in beside.items()}, author=ADA)
    commit(whole, "Both", {"a.py": "1\n", "ours/isms/squads.yml": beside["isms/squads.yml"] + "# x\n"}, author=BEN, time=at(AUDIT))  # fmt: skip
    ended = build(whole / "ours")
    assert (ended.code, "own-repository" in ended.err) == (0, False)
    assert [(row["subject"], row["services"]) for row in rows(whole / "ours", "changes")] == [
        ("Start", ["prices"]),
        ("The records", []),
        ("Both", ["prices"]),
    ]
    assert [item["outcome"] for item in rows(whole / "ours", "items") if item["check"] == "required-steps-configured"] == ["pass"]  # fmt: skip


def test_the_repository_of_the_isms_is_not_linked_a_second_time(tmp_path):
    write_isms(tmp_path / "isms", ("tieout.yml", "url: ../prices", "url: ."))
    ended = build(tmp_path / "isms")
    assert ended.code == 1
    assert "prices: error: . is the repository of the ISMS itself; leave it out of tieout.yml" in ended.err


def test_a_branch_that_is_not_there_is_told_with_those_that_people_merge_into_first(tmp_path):
    repo = make_repository(tmp_path / "prices", branch="master")
    first = commit(repo, "Start", {"a": "0\n"}, branch="master")
    for name in ("alpha", "beta", "zeta"):
        git(repo, "branch", name, first)
    write_isms(tmp_path / "isms")
    assert "there is no branch main in ../prices (there is master, alpha, beta and 1 more)" in build(tmp_path / "isms").err  # fmt: skip


def test_names_that_are_no_utf8_in_a_sha256_repository_are_shown_and_exported(tmp_path):
    repo = make_repository(tmp_path / "prices", object_format="sha256")
    commit(repo, "Start", {".github/workflows/ci.yml": WORKFLOW}, author=ADA, time=at("2026-01-02"))
    tip = commit(repo, b"Add caf\xe9", {b"caf\xe9.txt": "1\n", "<b>\n.md": "2\n"}, author=ADA, time=at("2026-02-02"))
    tag(repo, "v1.0", tip, message="One", tagger=BEN, time=at("2026-02-03"))
    write_isms(tmp_path / "isms")
    assert build(tmp_path / "isms").code == 0
    (change,) = [row for row in rows(tmp_path / "isms", "changes") if row["id"] == tip]
    assert [os.fsencode(one["path"]) for one in change["paths"]] == [b"<b>\n.md", b"caf\xe9.txt"]
    shown = page(tmp_path / "isms", f"changes/{change['key']}.html")
    assert "caf⟨U+DCE9⟩.txt" in shown
    assert "&lt;b&gt;" in shown


def test_without_a_pipeline_record_nothing_is_said_to_have_not_occurred(tmp_path):
    repo = make_repository(tmp_path / "prices")
    commit(repo, "Start", {"a": "0\n"}, author=ADA, time=at("2026-01-02"))
    write_isms(tmp_path / "isms", ("isms/pipelines/build.yml",), (PRICES, "pipeline: build\n", ""))
    assert build(tmp_path / "isms").code == 0
    about = [item for item in rows(tmp_path / "isms", "items") if item["check"] == "deployed-by-pipeline"]
    assert [(item["outcome"], item["found"]) for item in about] == [("unknown", "no source")]
    assert "since no pipeline record says where to look" in page(tmp_path / "isms", "deployments/index.html")
