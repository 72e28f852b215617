"""Reading in portions and within limits: what is too large is named, and nothing else is lost with it."""

import pytest
from gitfixtures import ADA, commit, git, make_repository, tag, update_ref, write_object

from tieout.model.settings import Repository
from tieout.problems import BuildError
from tieout.repos import git as door
from tieout.repos import histories, reading, segments, walk
from tieout.repos.histories import read_history


@pytest.fixture
def repo(tmp_path):
    return make_repository(tmp_path / "app.git", bare=True)


def read(repo, folder=None):
    return read_history(repo, Repository("app", "../app"), lambda _: False, folder)


def names(history, commit_id):
    return [change.path for change in history.paths.get(commit_id, ())]


def told(history):
    return [str(problem) for problem in history.problems]


def commits(repo, number):
    return [commit(repo, str(index), {f"f{index}": "x", "a": str(index)}) for index in range(number)]


def test_portions_join_to_one_history(repo, monkeypatch):
    made = commits(repo, 9)
    monkeypatch.setattr(walk, "PORTION", 2)
    history = read(repo)
    assert [names(history, id_) for id_ in made] == [["a", f"f{index}"] for index in range(9)]


def test_a_commit_with_too_many_paths_is_named_and_the_others_keep_theirs(repo, tmp_path, monkeypatch):
    monkeypatch.setattr(segments, "PATHS_LIMIT", 3)
    first = commit(repo, "one", {"a": "1", "b": "1", "c": "1"})
    many = commit(repo, "two", dict.fromkeys("abcd", "2"))
    last = commit(repo, "three", {"e": "1"})
    for _ in range(2):  # the second time from what is kept
        history = read(repo, tmp_path / "kept")
        assert [names(history, id_) for id_ in (first, many, last)] == [["a", "b", "c"], [], ["e"]]
        assert told(history) == [
            (
                f"app: error: more than 200,000 files were changed in {many[:12]}, so which files it changed is "
                "unknown; look at it with `git show --stat`, and find out what it was for [commit-too-large]"
            )
        ]


def test_a_path_of_too_many_parts_is_named(repo):
    deep = commit(repo, "deep", {"a/" * 128 + "b": "1", "c": "1"})
    good = commit(repo, "good", {"a/" * 127 + "b": "1"})
    history = read(repo)
    assert (names(history, deep), names(history, good)) == ([], ["a/" * 127 + "b"])
    assert [problem.code for problem in history.problems] == ["commit-too-large"]
    assert f"128 parts in {deep[:12]}," in history.problems[0].message


@pytest.mark.parametrize("portion", [1, 8])
def test_an_output_that_is_too_large_is_taken_apart_until_the_one_commit_is_found(repo, monkeypatch, portion):
    made = commits(repo, 5)
    large = commit(repo, "large", {f"{number:0200}": "x" for number in range(30)})
    made += commits(repo, 2)
    monkeypatch.setattr(walk, "PORTION", portion)
    monkeypatch.setattr(walk, "OUTPUT_LIMIT", 4_000)
    monkeypatch.setattr(walk, "_BOUNDS", door.Bounds(file=4_000))
    history = read(repo)
    assert names(history, large) == []
    assert all(names(history, id_) for id_ in made)
    assert f"given room for in {large[:12]}," in history.problems[0].message


def test_a_tree_of_ten_million_paths_takes_no_room(repo, monkeypatch):
    """Seven trees, each naming the next ten times."""
    inner = write_object(repo, "blob", b"x")
    kind = b"100644"
    for _ in range(7):
        entries = b"".join(kind + b" %d\0" % number + bytes.fromhex(inner) for number in range(10))
        inner, kind = write_object(repo, "tree", entries), b"40000"
    good = commit(repo, "good", {"a": "1"})
    text = f"tree {inner}\nparent {good}\nauthor {ADA} 1 +0000\ncommitter {ADA} 1 +0000\n\nBomb\n"
    bomb = write_object(repo, "commit", text.encode())
    update_ref(repo, "refs/heads/main", bomb)
    monkeypatch.setattr(walk, "_BOUNDS", door.Bounds(32_000_000, 1_000_000))
    history = read(repo)
    assert (names(history, good), names(history, bomb)) == (["a"], [])
    assert f"given room for in {bomb[:12]}," in history.problems[0].message


@pytest.mark.parametrize("what", ["commit", "tag"])
def test_an_object_that_is_too_large_refuses_the_repository_by_name(repo, tmp_path, monkeypatch, what):
    commit(repo, "one", {"a": "1"})
    read(repo, tmp_path / "kept")
    monkeypatch.setattr(walk, "OBJECT_LIMIT", 1_000)
    large = commit(repo, "x" * 1_000) if what == "commit" else tag(repo, "v1", message="x" * 1_000)
    for folder in (None, tmp_path / "kept"):
        with pytest.raises(histories.RefusedError) as found:
            read(repo, folder)
        assert found.value.problem.code == "repository-too-large"
        assert f"the {what} {large} has 1," in found.value.problem.message


def test_too_many_refs_refuse_the_repository(repo, monkeypatch):
    made = commit(repo, "one", {"a": "1"})
    monkeypatch.setattr(reading, "REFS_LIMIT", 3)
    for number in range(3):
        update_ref(repo, f"refs/pull/{number}/head", made)
    with pytest.raises(histories.RefusedError, match="more than 3 branches, tags and proposals"):
        read(repo)


def test_a_damaged_tree_is_no_large_one(repo, monkeypatch):
    made = commits(repo, 4)
    tree = git(repo, "mktree", "--missing", stdin=b"040000 tree " + b"5" * 40 + b"\tgone\n")
    text = f"tree {tree}\nparent {made[-1]}\nauthor {ADA} 1 +0000\ncommitter {ADA} 1 +0000\n\nx\n"
    update_ref(repo, "refs/heads/main", write_object(repo, "commit", text.encode()))
    monkeypatch.setattr(walk, "PORTION", 2)
    with pytest.raises(BuildError, match="is damaged"):
        read(repo)
