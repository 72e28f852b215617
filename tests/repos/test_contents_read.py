import pytest
from gitfixtures import Link, commit, git, make_repository

from tieout.problems import BuildError
from tieout.repos import contents


def test_blobs_are_read_and_whatever_else_stands_there_is_left_out(tmp_path, monkeypatch):
    repo = make_repository(tmp_path / "app", bare=True)
    first = commit(repo, "One", {"go.mod": "module x\n", "link": Link("go.mod"), "large": "x" * 100})
    blobs = {path: git(repo, "rev-parse", f"{first}:{path}") for path in ("go.mod", "link", "large")}
    monkeypatch.setattr(contents, "FILE_LIMIT", 50)
    asked = [*blobs.values(), first, "0" * 40]  # a submodule names a commit that may be here or not
    assert contents.read_contents(repo, "app", asked) == {blobs["go.mod"]: b"module x\n", blobs["link"]: b"go.mod"}
    assert contents.read_contents(repo, "app", []) == {}


def test_no_more_is_read_of_one_repository_than_there_is_room_for(tmp_path, monkeypatch):
    repo = make_repository(tmp_path / "app", bare=True)
    first = commit(repo, "One", {"a": "a" * 60, "b": "b" * 60})
    monkeypatch.setattr(contents, "ALL_LIMIT", 100)
    asked = [git(repo, "rev-parse", f"{first}:{path}") for path in "ab"]
    assert len(contents.read_contents(repo, "app", asked)) == 1


def test_a_damaged_mirror_is_named(tmp_path):
    repo = make_repository(tmp_path / "app", bare=True)
    first = commit(repo, "One", {"a": "a"})
    blob = git(repo, "rev-parse", f"{first}:a")
    file = repo / "objects" / blob[:2] / blob[2:]
    other = git(repo, "hash-object", "-w", "--stdin", stdin=b"b")
    file.chmod(0o600)
    file.write_bytes((repo / "objects" / other[:2] / other[2:]).read_bytes())
    with pytest.raises(BuildError, match=f"app: object {blob} in the mirror .* is damaged"):
        contents.read_contents(repo, "app", [blob])
