"""The ISMS's files, at a commit and on disk, and finding them."""

import shutil

import pytest
from gitfixtures import Executable, Link, commit, git, make_repository, object_file, unpack, write_object

from tieout.problems import BuildError
from tieout.repos import trees
from tieout.repos.trees import locate, read_tree, read_worktree


@pytest.fixture
def repo(tmp_path):
    return make_repository(tmp_path / "company")


FILES = {
    "ops/tieout.yml": "schema: 1\n",
    "ops/isms/a.md": "a\n",
    "ops/isms/deep/b.md": "b\n",
    "ops/link": Link("/etc/passwd"),
    "ops/run": Executable("#!/bin/sh\n"),
    "ops/caf\udce9\nx": "odd\n",
    "code.py": "1\n",
}
UNDER_OPS = {
    "caf\udce9\nx": b"odd\n",
    "isms/a.md": b"a\n",
    "isms/deep/b.md": b"b\n",
    "link": b"/etc/passwd",
    "run": b"#!/bin/sh\n",
    "tieout.yml": b"schema: 1\n",
}


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_a_folder_at_a_commit(tmp_path, object_format):
    repo = make_repository(tmp_path / "r.git", bare=True, object_format=object_format)
    before = commit(repo, "before", {"code.py": "1\n"})
    first = commit(repo, "one", FILES)
    commit(repo, "two", {"ops/isms/a.md": "changed\n"})
    assert read_tree(repo, first, "ops") == UNDER_OPS
    assert list(read_tree(repo, first, "ops")) == sorted(UNDER_OPS)
    assert read_tree(repo, first, "ops/isms/deep") == {"b.md": b"b\n"}
    assert len(read_tree(repo, first, "")) == 7
    assert read_tree(repo, before, "ops") == {}
    assert read_tree(repo, first, "ops", lambda path: path.endswith(".yml")) == {"tieout.yml": b"schema: 1\n"}


@pytest.mark.parametrize("which", ["main", "main^{tree}", "main:ops", "main:ops/isms", "main:ops/isms/a.md"])
def test_each_object_that_is_read_is_refused_by_name_when_its_content_is_another(tmp_path, which):
    repo = make_repository(tmp_path / "r.git", bare=True)
    made = commit(repo, "one", FILES)
    unpack(repo)
    damaged = git(repo, "rev-parse", which)
    kind = git(repo, "cat-file", "-t", damaged)
    other = write_object(repo, kind, b"")
    object_file(repo, damaged).chmod(0o644)
    shutil.copyfile(object_file(repo, other), object_file(repo, damaged))
    with pytest.raises(BuildError, match=damaged):
        read_tree(repo, made, "ops")
    object_file(repo, damaged).unlink()
    with pytest.raises(BuildError, match=damaged):
        read_tree(repo, made, "ops")


def test_a_bomb_of_nine_objects_ends_in_a_message(tmp_path):
    repo = make_repository(tmp_path / "r.git", bare=True)
    entry, kind = bytes.fromhex(write_object(repo, "blob", b"x")), b"100644"
    for _ in range(7):
        data = b"".join(b"%s %02d\0%s" % (kind, index, entry) for index in range(20))
        entry, kind = bytes.fromhex(write_object(repo, "tree", data)), b"40000"
    who = "Ada <ada@example.org> 1 +0000"
    bomb = f"tree {entry.hex()}\nauthor {who}\ncommitter {who}\n\nbomb\n".encode()
    with pytest.raises(BuildError, match="more than 200000 files"):
        read_tree(repo, write_object(repo, "commit", bomb), "")


def test_a_chain_of_folders_ends_in_a_message(tmp_path):
    repo = make_repository(tmp_path / "r.git", bare=True)
    made = commit(repo, "deep", {"/".join(["d"] * 140): "x"})
    with pytest.raises(BuildError, match="128 deep"):
        read_tree(repo, made, "")


def test_a_large_file_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(trees, "LARGEST_FILE", 1000)
    repo = make_repository(tmp_path / "r")
    made = commit(repo, "large", {"isms/scan.md": "x" * 1001, "tieout.yml": ""})
    with pytest.raises(BuildError, match=r"isms/scan\.md has 1001 bytes, more than the 1000"):
        read_tree(repo / ".git", made, "")
    with pytest.raises(BuildError, match=r"isms/scan\.md: more than the 1000 bytes"):
        read_worktree(repo)


def test_a_working_tree_gives_what_its_commit_gives(repo):
    made = commit(repo, "one", FILES)
    assert read_worktree(repo / "ops") == UNDER_OPS == read_tree(repo / ".git", made, "ops")


def test_of_a_working_tree_new_files_count_and_ignored_and_our_own_do_not(repo):
    commit(repo, "one", {"tieout.yml": "x", "gone.md": "x", ".gitignore": "*.tmp\n"})
    for name in ("new.md", "scrap.tmp", "site/index.html", ".tieout/mirrors/x", "isms/site/kept.md"):
        (repo / name).parent.mkdir(parents=True, exist_ok=True)
        (repo / name).write_text("new\n")
    (repo / "gone.md").unlink()
    assert list(read_worktree(repo)) == [".gitignore", "isms/site/kept.md", "new.md", "tieout.yml"]


def test_a_folder_without_a_repository_is_read_whole(tmp_path):
    (tmp_path / "isms").mkdir()
    (tmp_path / "tieout.yml").write_text("x")
    (tmp_path / "isms" / "a.md").write_text("a")
    assert read_worktree(tmp_path) == {"isms/a.md": b"a", "tieout.yml": b"x"}
    found = locate(tmp_path / "isms")
    assert (found.folder, found.top, found.head, found.dirty) == (tmp_path, tmp_path, "", True)


def test_the_isms_is_found_upwards_with_its_repository(repo):
    made = commit(repo, "one", FILES)
    found = locate(repo / "ops" / "isms" / "deep")
    assert found == trees.Location(repo / "ops", repo, "ops", made)
    assert not found.dirty


def test_only_what_lies_under_the_isms_makes_it_dirty(repo):
    commit(repo, "one", FILES)
    (repo / "code.py").write_text("2\n")
    assert not locate(repo / "ops").dirty
    (repo / "ops" / "isms" / "a.md").write_text("edited\n")
    assert locate(repo / "ops").dirty
    (repo / "ops" / "isms" / "a.md").write_text("a\n")
    assert not locate(repo / "ops").dirty
    (repo / "ops" / "new.md").write_text("new\n")
    assert locate(repo / "ops").dirty
    (repo / "ops" / "new.md").unlink()
    (repo / "ops" / "run").unlink()
    assert locate(repo / "ops").dirty


def test_a_repository_without_a_commit_is_located(repo):
    (repo / "tieout.yml").write_text("x")
    assert locate(repo) == trees.Location(repo, repo, "", "")
    assert locate(repo).dirty


def test_a_repository_whose_newest_commit_is_lost_is_not_taken_for_one_without_commits(repo):
    newest = commit(repo, "content", FILES)
    object_file(repo, newest).unlink()
    with pytest.raises(BuildError, match=f"its newest commit, {newest[:8]}, is missing or damaged; `git fsck`"):
        locate(repo / "ops")


def test_a_repository_that_git_cannot_read_is_not_taken_for_none(repo):
    commit(repo, "content", FILES)
    (repo / ".git/HEAD").write_text("junk\n")
    with pytest.raises(BuildError, match=r"\.git cannot be read as a Git repository .*`git status`"):
        locate(repo / "ops")


def test_no_isms_is_one_sentence_that_says_where_it_looked_and_what_to_do(tmp_path):
    with pytest.raises(BuildError) as caught:
        locate(tmp_path)
    assert str(caught.value) == (
        f"no tieout.yml in {tmp_path} or above it; run `tieout init` to begin one there, or `tieout demo DIR` for an example"
    )
    with pytest.raises(BuildError, match="there is no folder"):
        locate(tmp_path / "nowhere")
