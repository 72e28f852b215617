"""One walk over a mirror: commits, paths, tags and the files that were asked for."""

import re
import shutil

import pytest
from gitfixtures import (
    BEN,
    START,
    Executable,
    Link,
    commit,
    git,
    make_repository,
    object_file,
    tag,
    unpack,
    update_ref,
    write_object,
)

from tieout.model.history import PathChange, Stamp
from tieout.model.settings import Repository
from tieout.problems import BuildError
from tieout.repos import abreast, histories, walk
from tieout.repos.histories import read_history


@pytest.fixture
def repo(tmp_path):
    return make_repository(tmp_path / "app.git", bare=True)


def read(repo, wanted=lambda _: False):
    return read_history(repo, Repository("app", "../app"), wanted)


def names(history, commit_id):
    return [(change.status, change.path) for change in history.paths.get(commit_id, ())]


def test_an_empty_repository_has_an_empty_history(repo):
    history = read(repo)
    assert (history.refs, history.commits, history.paths, history.complete) == ({}, {}, {}, True)


def test_commits_of_branches_tags_and_proposals_but_not_of_notes(repo):
    first = commit(repo, "one", {"a": "1"}, author=BEN, committer="Ada <ada@example.org>", time=START, authored=5)
    made = {name: commit(repo, name, {"a": name}, branch=name) for name in ("tagged", "pull", "notes")}
    tag(repo, "v1", made["tagged"])
    update_ref(repo, "refs/pull/1/head", made["pull"])
    update_ref(repo, "refs/notes/commits", made["notes"])
    for name in made:
        git(repo, "branch", "-qD", name)
    history = read(repo)
    assert set(history.commits) == {first, made["tagged"], made["pull"]}
    assert set(history.refs) == {"refs/heads/main", "refs/notes/commits", "refs/pull/1/head", "refs/tags/v1"}
    assert history.commits[first].author == Stamp("Ben Marsh", "ben@example.org", 5)
    assert history.commits[first].committer == Stamp("Ada", "ada@example.org", START)


def test_paths_with_their_status_blob_and_mode(repo):
    first = commit(repo, "one", {"a": "1", "link": Link("/etc/passwd"), "run.sh": Executable("#!/bin/sh\n")})
    second = commit(repo, "two", {"a": "2", "link": "now a file", "run.sh": None})
    empty = commit(repo, "nothing changed")
    history = read(repo)
    one, two = (git(repo, "rev-parse", f"{name}:a") for name in (first, second))
    assert history.paths[first][0] == PathChange("A", "a", one)
    assert [(change.path, change.mode) for change in history.paths[first]] == [
        *(("a", "100644"), ("link", "120000"), ("run.sh", "100755"))
    ]
    assert names(history, second) == [("M", "a"), ("T", "link"), ("D", "run.sh")]
    assert history.paths[second][0] == PathChange("M", "a", two)
    assert history.paths[second][2] == PathChange("D", "run.sh", "0" * 40, "000000")
    assert empty not in history.paths


def test_a_merge_is_compared_with_its_first_parent(repo):
    base = commit(repo, "base", {"a": "1"})
    side = commit(repo, "side", {"b": "1"}, branch="side")
    assert git(repo, "log", "--format=%p", "side") == ""
    own = commit(repo, "own", {"c": "1"})
    merge = commit(repo, "merge", {"b": "1"}, parents=[own, side])
    history = read(repo)
    assert history.commits[merge].parents == (own, side)
    assert (names(history, merge), names(history, base)) == ([("A", "b")], [("A", "a")])


def test_names_that_look_like_output_are_only_names(repo):
    odd = [":100644 100644 aa bb M", "1" * 40, "a\nb", "tab\there", "--output=x", "caf\udce9", "ü"]
    made = commit(repo, "odd\n\x1e" + "2" * 40, dict.fromkeys(odd, "x"))
    history = read(repo)
    assert set(history.commits) == {made}
    assert sorted(change.path for change in history.paths[made]) == sorted(odd)


def test_tags_annotated_lightweight_nested_and_of_a_file(repo):
    first = commit(repo, "one", {"a": "1"})
    annotated = tag(repo, "v1", message="Release 1", tagger=BEN)
    tag(repo, "light")
    nested = tag(repo, "outer", "v1", message="Outer")
    hidden = tag(repo, "gone", "v1", message="Between")
    around = tag(repo, "around", "gone", message="Around")
    git(repo, "update-ref", "-d", "refs/tags/gone")
    update_ref(repo, "refs/tags/file", git(repo, "rev-parse", "main:a"))
    history = read(repo)
    assert {name: (one.object, one.commit, one.annotated) for name, one in history.tags.items()} == {
        "around": (around, first, True),
        "light": (first, first, False),
        "outer": (nested, first, True),
        "v1": (annotated, first, True),
    }
    assert history.tags["v1"].tagger == Stamp("Ben Marsh", "ben@example.org", START)
    assert (history.tags["v1"].message, hidden in history.refs.values()) == ("Release 1\n", False)


def test_every_version_of_a_wanted_file_is_read_once(repo):
    commit(repo, "one", {"CODEOWNERS": "a", "src/x": "1"})
    commit(repo, "two", {"CODEOWNERS": "b"})
    last = commit(repo, "three", {"CODEOWNERS": None, "copy": "b"})
    history = read(repo, lambda path: path == "CODEOWNERS")
    assert sorted(history.blobs.values()) == [b"a", b"b"]
    assert names(history, last) == [("D", "CODEOWNERS"), ("A", "copy")]


def test_a_file_that_is_too_large_is_a_problem_and_not_read(repo, monkeypatch):
    monkeypatch.setattr(walk, "FILE_LIMIT", 10)
    commit(repo, "one", {"small": "1" * 10, "large": "1" * 11, "after": "2" * 3})
    history = read(repo, lambda _: True)
    assert sorted(map(len, history.blobs.values())) == [3, 10]
    assert [(problem.code, str(problem.source)) for problem in history.problems] == [
        ("repository-file-too-large", "app:large")
    ]


def test_a_submodule_is_named_and_not_read(repo):
    tree = git(repo, "mktree", "--missing", stdin=b"160000 commit " + b"5" * 40 + b"\tlibrary\n")
    made = git(repo, "commit-tree", tree, "-m", "x", check=False) or write_object(
        repo, "commit", f"tree {tree}\nauthor {BEN} 1 +0000\ncommitter {BEN} 1 +0000\n\nx\n".encode()
    )
    update_ref(repo, "refs/heads/main", made)
    history = read(repo, lambda _: True)
    assert (history.paths[made], history.blobs) == ((PathChange("A", "library", "5" * 40, "160000"),), {})


def test_malformed_commits_are_read_and_flagged(repo):
    tree = write_object(repo, "tree", b"")
    made = write_object(repo, "commit", f"tree {tree}\nauthor x\ncommitter {BEN} 1 +0000\n\nx\n".encode())
    (repo / "refs" / "heads" / "main").write_text(made + "\n")
    assert read(repo).commits[made].flags == ("bad-date-author", "malformed-author")


@pytest.mark.parametrize("which", ["main", "main^", "main:a", "v1"])
def test_each_object_that_is_read_is_refused_by_name_when_its_content_is_another(repo, which):
    commit(repo, "one", {"a": "1", "b": "1"})
    commit(repo, "two", {"a": "2"})
    tag(repo, "v1", message="Release 1")
    unpack(repo)
    damaged = git(repo, "rev-parse", which)
    kind = git(repo, "cat-file", "-t", damaged)
    other = write_object(repo, kind, git(repo, "cat-file", kind, damaged).encode() + b"!")
    object_file(repo, damaged).chmod(0o644)
    shutil.copyfile(object_file(repo, other), object_file(repo, damaged))
    with pytest.raises(BuildError, match=f"object {damaged} in the mirror .* delete that folder"):
        read(repo, lambda _: True)


@pytest.mark.parametrize("which", ["main", "main^", "main:a", "main^{tree}"])
def test_a_missing_or_unreadable_object_is_refused_by_name(repo, which):
    commit(repo, "one", {"a": "1", "b": "1"})
    commit(repo, "two", {"a": "2"})
    unpack(repo)
    damaged = git(repo, "rev-parse", which)
    object_file(repo, damaged).chmod(0o644)
    object_file(repo, damaged).write_bytes(b"no object")
    with pytest.raises(BuildError, match=re.escape(damaged)):
        read(repo, lambda _: True)
    object_file(repo, damaged).unlink()
    with pytest.raises(BuildError, match="is damaged"):
        read(repo, lambda _: True)


def test_a_history_starts_five_processes_and_a_long_one_six(repo, monkeypatch):
    for index in range(3):
        commit(repo, str(index), {"a": str(index)})
    started = []
    start = histories.git._start
    monkeypatch.setattr(
        histories.git, "_start", lambda command, *rest: started.append(command) or start(command, *rest)
    )
    read(repo, lambda _: True)
    assert len(started) == 5  # refs, ids, bytes of commits, their paths, files
    monkeypatch.setattr(abreast, "BLOCK", 2)
    started.clear()
    read(repo, lambda _: True)
    assert len(started) == 6  # paths by two side by side
