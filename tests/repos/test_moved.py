"""What a mirror read before and its source no longer has, as values."""

import pytest
from gitfixtures import commit, git, make_repository, tag

from tieout.model.settings import Repository
from tieout.repos import mirrors
from tieout.repos.moved import CODES, read_moved

APP = Repository("app", "app")


def fetch(tmp_path):
    return mirrors.refresh(APP, tmp_path, tmp_path / "mirrors", network=False)


@pytest.fixture
def source(tmp_path):
    path = make_repository(tmp_path / "app")
    for number in ("one", "two", "three"):
        commit(path, number, {"a.txt": number})
    tag(path, "v1", "main~1", message="Release")
    tag(path, "v2", "main~1", message="Release")
    fetch(tmp_path)
    return path


def test_a_source_that_grew_has_moved_nothing(tmp_path, source):
    commit(source, "four", {"a.txt": "four"})
    mirror, problems = fetch(tmp_path)
    assert (read_moved(APP, mirror), problems) == ((), ())


def test_a_rewritten_branch_is_told_with_what_was_lost_and_since_when(tmp_path, source):
    before = git(source, "rev-parse", "main")
    since = int(git(source, "log", "-1", "--format=%ct", "main~1"))
    git(source, "reset", "-q", "--hard", "main~2")
    commit(source, "other", {"a.txt": "other"})
    mirror, problems = fetch(tmp_path)
    (moved,) = read_moved(APP, mirror)
    assert (moved.kind, moved.name, moved.before, moved.lost, moved.since) == ("branch", "main", before, 2, since)
    assert {problem.code for problem in problems} <= CODES


def test_a_merge_the_wrong_way_round_moves_the_line_and_loses_nothing(tmp_path, source):
    before = git(source, "rev-parse", "main")
    commit(source, "side", {"b.txt": "side"}, branch="side", parents=[git(source, "rev-parse", "main~1")])
    tip = git(source, "rev-parse", "side")
    commit(source, "the wrong way", {"b.txt": "side", "a.txt": "three"}, branch="side", parents=[tip, before])
    git(source, "update-ref", "refs/heads/main", "side")
    mirror, problems = fetch(tmp_path)
    assert [problem.code for problem in problems] == ["line-moved"]
    assert [(one.kind, one.before, one.lost) for one in read_moved(APP, mirror)] == [("line", before, 0)]


def test_tags_that_moved_or_are_gone_are_told_each(tmp_path, source):
    first = git(source, "rev-parse", "v1")
    tag(source, "v1", "main", message="Release")
    git(source, "tag", "-d", "v2")
    mirror, _ = fetch(tmp_path)
    moved = read_moved(APP, mirror)
    assert [(one.kind, one.name, bool(one.now)) for one in moved] == [("tag", "v1", True), ("tag", "v2", False)]
    assert moved[0].before == first
    assert moved[0].since > 0
