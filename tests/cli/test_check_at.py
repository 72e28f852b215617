"""`tieout check --at`: any commit of the ISMS's own repository, and the working tree is not looked at."""

import json

import pytest
from gitfixtures import commit, git, make_repository, object_file, tag, unpack, update_ref
from tinyproject import call

RISK = "isms/risks/RSK-001-unreviewed.md"
WRONG = {RISK: ("THR-001", "THR-010")}
SUMMARY = "17 records in 12 registers"


@pytest.fixture
def told(project):
    """Two commits: the last is wrong, and the working tree is wrong in another way."""
    good = git(project.isms, "rev-parse", "HEAD")
    bad = project.write(WRONG)
    (project.isms / "tieout.yml").unlink()
    return project.isms, good, bad


def test_a_commit_is_judged_and_not_what_lies_on_disk(told):
    isms, good, bad = told
    ended = call("check", "--isms", isms, "--at", good)
    assert (ended.code, ended.out, ended.err) == (0, f"clean: {SUMMARY} at {good[:8]}\n", "")
    for name in (bad, bad[:10], "HEAD", "main", "refs/heads/main"):
        ended = call("check", "--isms", isms, "--at", name)
        assert (ended.code, ended.out.split(": ")[0]) == (1, f"{RISK}:5:11")
        assert ended.err == f"tieout: 1 error, 0 warnings at {bad[:8]}; tieout explain CODE tells what a code means.\n"
    assert call("check", "--isms", isms, "--at", "main~1").code == 0
    assert json.loads(call("check", "--isms", isms, "--at", "main~1", "--format", "json").out)["content"] == good


def test_nothing_is_written(told):
    isms, good, _ = told
    before = sorted(path for path in isms.rglob("*"))
    call("check", "--isms", isms, "--at", good)
    assert sorted(path for path in isms.rglob("*")) == before


def test_tags_and_branches_name_a_commit(told):
    isms, good, _ = told
    tag(isms, "v1", good, message="First")
    tag(isms, "v2", good)
    git(isms, "branch", "earlier", good)
    for name in ("v1", "v2", "earlier", "v1^{commit}", "earlier@{0}"):
        assert call("check", "--isms", isms, "--at", name).code == 0


@pytest.mark.parametrize(
    "revision",
    [
        "nosuch",
        "",
        "-x",
        "--upload-pack=x",
        "--all",
        "^HEAD",
        "HEAD..main",
        "HEAD:isms",
        "HEAD^{tree}",
        "a b",
        "..",
        "\u202e",
    ],
)
def test_what_names_no_commit_is_one_sentence(told, revision):
    ended = call("check", "--isms", told[0], f"--at={revision}")
    assert (ended.code, ended.out, ended.err.count("\n")) == (2, "", 1)
    assert "is no commit, branch or tag there" in ended.err
    assert "\u202e" not in ended.err


def test_a_branch_that_was_only_fetched_is_named(told, tmp_path):
    git(tmp_path, "clone", "-q", str(told[0]), "fetched")
    git(tmp_path / "fetched", "checkout", "-q", "-b", "work")
    git(tmp_path / "fetched", "branch", "-D", "main")
    ended = call("check", "--isms", tmp_path / "fetched", "--at=main~1")
    assert (ended.code, ended.err.rpartition("; ")[2]) == (2, "did you mean origin/main?\n")


def test_a_name_that_means_two_commits_is_refused(told):
    isms, good, bad = told
    tag(isms, "twice", good)
    git(isms, "branch", "twice", bad)
    for name in ("twice", "twice~0"):
        ended = call("check", "--isms", isms, "--at", name)
        assert (ended.code, ended.err) == (
            2,
            f"tieout: {isms}: '{name}' is ambiguous; write refs/tags/twice or refs/heads/twice.\n",
        )
    assert call("check", "--isms", isms, "--at", "refs/tags/twice").code == 0
    git(isms, "branch", "same", good)
    tag(isms, "same", good)
    assert call("check", "--isms", isms, "--at", "same").code == 0
    update_ref(isms, f"refs/heads/{bad[:7]}", good)
    assert "ambiguous" in call("check", "--isms", isms, "--at", bad[:7]).err


def test_a_commit_without_an_isms_is_one_sentence(tmp_path):
    repo = make_repository(tmp_path / "app")
    first = commit(repo, "Start", {"a.py": "1\n"})
    ended = call("check", "--isms", repo, "--at", "main")
    assert (ended.code, ended.err) == (
        2,
        f"tieout: there is no tieout.yml at {first[:8]} in {repo} or above it; name a later commit.\n",
    )
    (tmp_path / "plain").mkdir()
    ended = call("check", "--isms", tmp_path / "plain", "--at", "main")
    assert (ended.code, ended.err.count("\n")) == (2, 1)
    assert "lies in no Git repository" in ended.err


def test_a_bare_clone_serves_as_well_with_the_folder_named_behind_it(told, tmp_path):
    isms, good, _ = told
    files = {
        f"compliance/{path}": git(isms, "show", f"{good}:{path}") + "\n"
        for path in git(isms, "ls-tree", "-r", "--name-only", good).split()
    }
    whole = make_repository(tmp_path / "whole", bare=True)
    commit(whole, "All in one", files)
    assert call("check", "--isms", whole / "compliance", "--at", "main").out.startswith(f"clean: {SUMMARY} at ")
    assert call("check", "--isms", whole / "compliance/isms/risks", "--at", "main").code == 0
    assert "there is no folder" in call("check", "--isms", whole / "complaince", "--at", "main").err
    assert "there is no tieout.yml" in call("check", "--isms", whole, "--at", "main").err
    git(tmp_path, "clone", "-q", "--bare", str(isms), "own.git")
    assert call("check", "--isms", tmp_path / "own.git", "--at", "main~1").code == 0


def test_a_folder_that_is_gone_today_is_found_in_its_day(told):
    isms, good, _ = told
    moved = {
        f"old/{path}": git(isms, "show", f"{good}:{path}") + "\n"
        for path in git(isms, "ls-tree", "-r", "--name-only", good).split()
    }
    then = commit(isms, "Elsewhere", moved)
    git(isms, "rm", "-rq", "old")
    assert call("check", "--isms", isms / "old", "--at", then).code == 0


def test_paths_are_judged_at_the_commit(told, monkeypatch):
    isms, good, _ = told
    monkeypatch.chdir(isms)
    assert call("check", "--at", "main", "isms/threats").code == 0
    assert call("check", "--at", "main", "isms/risks", RISK).code == 1
    (isms / RISK).unlink()
    assert call("check", "--at", good, RISK).code == 0
    assert call("check", "--at", good, "isms/risks/RSK-009.md").code == 2


def test_a_missing_object_is_told_without_advice_to_delete_the_repository(told):
    isms, good, _ = told
    unpack(isms)
    object_file(isms, git(isms, "rev-parse", f"{good}:isms/people.yml")).unlink()
    ended = call("check", "--isms", isms, "--at", good)
    assert (ended.code, ended.err.count("\n")) == (2, 1)
    assert "is missing or damaged: a partial clone leaves objects out" in ended.err
