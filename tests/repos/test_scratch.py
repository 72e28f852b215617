"""A copy of a mirror takes commits, tags and moved refs; the mirror itself stays as it is."""

import pytest
from gitfixtures import commit, git, make_repository, tag

from tieout.model.history import Stamp
from tieout.model.settings import Repository
from tieout.problems import BuildError
from tieout.repos import histories, mirrors, scratch

ADA = Stamp("Ada <Stone>", "ada@example.org", 1_800_000_000)
PAY = Repository("pay", "pay")


@pytest.fixture(params=["sha1", "sha256"])
def mirror(tmp_path, request):
    repo = make_repository(tmp_path / "pay", object_format=request.param)
    first = commit(repo, "Start", {"a.txt": "1\n", "b.txt": "1\n"})
    commit(repo, "More", {"a.txt": "2\n"})
    tag(repo, "v1", first, message="One")
    made, problems = mirrors.refresh(PAY, tmp_path, tmp_path / "mirrors", network=False)
    assert made, problems
    return made


@pytest.fixture
def copy(mirror, tmp_path):
    return scratch.copy_mirror(mirror, tmp_path / "copy.git")


def of(copy):
    return histories.read_history(copy, PAY, lambda path: path.endswith(".txt"))


def planted(mark, on, files, merged=""):
    return scratch.Commit(mark, "refs/heads/planted", on, ADA, ADA, f"Commit {mark}\n", files, merged)


def test_a_copy_is_read_as_its_mirror_is(mirror, copy):
    told = of(mirror)
    assert of(copy) == told
    assert scratch.list_refs(copy) == scratch.list_refs(mirror)


def test_what_is_written_is_read_from_the_copy_and_leaves_the_mirror_alone(mirror, copy):
    tip = scratch.list_refs(mirror)["refs/heads/main"]
    before = scratch.fingerprint(mirror), {path: path.stat().st_mtime_ns for path in mirror.rglob("*")}
    ids = scratch.write(
        copy,
        [
            planted(1, tip, {"a.txt": b"3\n", "b.txt": None}),
            planted(2, ":1", {'new "file".txt': b"4\n"}),
            scratch.Tag("v2", ":2", ADA, "Two\n"),
            scratch.Reset("refs/tags/v1", tip),
        ],
    )
    read = of(copy)
    assert read.commits[ids[2]].parents == (ids[1],)
    assert read.commits[ids[1]].author == Stamp("Ada Stone", "ada@example.org", 1_800_000_000)
    assert [(change.status, change.path) for change in read.paths[ids[1]]] == [("M", "a.txt"), ("D", "b.txt")]
    assert [change.path for change in read.paths[ids[2]]] == ['new "file".txt']
    assert (read.tags["v2"].commit, read.tags["v1"].commit) == (ids[2], tip)
    assert before == (scratch.fingerprint(mirror), {path: path.stat().st_mtime_ns for path in mirror.rglob("*")})
    assert git(mirror, "cat-file", "-t", ids[1], check=False) == ""


def test_what_git_refuses_is_told(copy):
    with pytest.raises(BuildError, match="git could not write into the scratch copy of a mirror"):
        scratch.write(copy, [planted(1, "0" * 39 + "1", {})])
