"""`tieout scout` prints, writes a page and drafts, and `tieout init --from-scout` makes an ISMS of them that builds."""

import json
import re

import pytest
from gitfixtures import BEN, DAY, START, commit, make_repository, tag
from tinyproject import call

from tieout.problems import Source
from tieout.text import yaml

CI = "on: push\njobs:\n  unit tests: {runs-on: x}\n  deploy: {runs-on: x}\n"
ROBOT = "x[bot] <1+x[bot]@users.noreply.github.com>"


@pytest.fixture(scope="module")
def repo(tmp_path_factory):
    made = make_repository(tmp_path_factory.mktemp("repo") / "Odds Engine", branch="trunk")
    root = commit(made, "Begin", {"a": "1", ".github/workflows/ci.yml": CI}, branch="trunk")
    side = commit(made, "Add", {"b": "1"}, branch="side", parents=[root], author=BEN)
    commit(made, "Merge pull request #1 from x/side", {"b": "1"}, branch="trunk", parents=[root, side])
    commit(made, "Bump", {"c": "1"}, branch="trunk", author=ROBOT, committer="GitHub <noreply@github.com>")
    commit(made, "Mend", {"d": "1"}, branch="trunk", author="Ada Stone <ada@home.example>")
    tag(made, "v1.0", "trunk", message="Release", time=START + DAY)
    return made


@pytest.fixture(scope="module")
def written(repo, tmp_path_factory):
    folder = tmp_path_factory.mktemp("out") / "scout"
    done = call("scout", repo, "--output", folder)
    assert (done.code, done.err) == (0, ""), done.err
    return folder, done.out


def test_the_terminal_says_what_the_page_says_and_what_comes_next(written):
    folder, out = written
    assert out.startswith("odds-engine  ")
    assert "4 changes reached trunk" in out
    assert f"tieout init isms --from-scout {folder}" in out
    html = (folder / "index.html").read_text("utf-8")
    assert "4 changes reached trunk" in html
    assert "<script" not in html
    assert re.search(r'href="static/look-[0-9a-f]+\.css"', html)


def test_json_is_for_programs_and_names_no_person(repo, written):
    done = call("scout", repo, "--json")
    told = json.loads(done.out)
    assert told == json.loads((written[0] / "scout.json").read_text("utf-8"))
    (one,) = told["repositories"]
    assert (told["format"], one["branch"]) == (1, "trunk")
    assert {"changes", "vouching", "approvals", "mergers", "hidden", "direct", "signatures", "releases"} < set(
        one["findings"]
    )
    assert "example.org" not in done.out


def test_the_drafts_are_in_the_house_s_own_forms(written):
    draft = written[0] / "draft"
    people = yaml.parse((draft / "isms" / "people.yml").read_bytes(), Source()).value
    assert {(row["id"], row.get("kind", "person")) for row in people} == {
        ("ada-stone", "person"),
        ("ada-stone-2", "person"),
        ("ben-marsh", "person"),
        ("github", "forge"),
        ("x-bot", "service-account"),
    }
    text = (draft / "isms" / "people.yml").read_text("utf-8")
    assert "the same name as ada-stone-2: one person?" in text
    way = yaml.parse((draft / "isms" / "pipelines" / "odds-engine.yml").read_bytes(), Source()).value
    assert [(step["match"], step["stage"]) for step in way["steps"]] == [
        ("unit tests", "build-test"),
        ("deploy", "deploy-prod"),
    ]
    assert way["deployments"] == {"kind": "tags", "pattern": "v*"}


def test_a_first_site_comes_of_it_without_errors(repo, written, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", "/nonexistent")
    isms = tmp_path / "isms"
    begun = call("init", isms, "--from-scout", written[0])
    assert begun.code == 0, begun.err
    files = {str(path.relative_to(isms)): path.read_bytes() for path in sorted(isms.rglob("*")) if path.is_file()}
    make_repository(isms)
    commit(isms, "Begin", files, time=START - DAY)
    checked = call("check", "--isms", isms)
    assert checked.code == 0, checked.out
    built = call("build", "--no-pdf", "--isms", isms, "--output", tmp_path / "site")
    assert (built.code, "error" in built.err) == (0, False), built.err
    assert (tmp_path / "site" / "current" / "services" / "odds-engine.html").is_file()
    changes = json.loads((tmp_path / "site" / "current" / "data" / "changes.json").read_text("utf-8"))["changes"]
    # what the scout counted as brought in by another is now an approval by a second name
    assert [one["kind"] for one in changes if any(each["basis"] == "merger" for each in one["approvals"])] == ["merge"]


def test_a_folder_that_holds_something_is_refused_before_anything_is_read(repo, tmp_path):
    (tmp_path / "mine").write_text("mine")
    done = call("scout", repo, "--output", tmp_path)
    assert (done.code, done.out) == (2, "")
    assert "nothing there is overwritten" in done.err
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_what_cannot_be_read_is_said_and_the_rest_is_told(repo, tmp_path):
    done = call("scout", tmp_path / "nowhere", repo)
    assert done.code == 1
    assert "could not be read: there is no folder" in done.out
    assert "tieout.yml" not in done.out
    assert "4 changes reached trunk" in done.out


def test_from_scout_refuses_what_is_no_draft(tmp_path):
    (tmp_path / "empty").mkdir()
    done = call("init", tmp_path / "isms", "--from-scout", tmp_path / "empty")
    assert done.code == 2
    assert "tieout scout REPO --output DIR" in done.err
    assert not (tmp_path / "isms").exists()
