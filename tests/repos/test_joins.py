"""What git makes of the parents of a merge by itself, and that nothing of the mirror has a say in it."""

import pytest
from gitfixtures import commit, git, make_repository

from tieout.history import doubts, unjoined_of, with_joins
from tieout.history.line import line_of
from tieout.history.steps import steps_of
from tieout.model.settings import Repository
from tieout.repos import git as door
from tieout.repos import joins
from tieout.repos.histories import read_history
from tieout.repos.joins import parse_joins, read_joins


def text(first="top", last="end"):
    return "".join(f"{line}\n" for line in (first, *(f"line {n}" for n in range(12)), last))


def merged(repo, ours, theirs, result):
    """A branch and a side that both change a file, and a merge that leaves `result` in it."""
    start = commit(repo, "Start", {"a.txt": text(), "b.txt": "b"})
    side = commit(repo, "Side", {"a.txt": theirs}, branch="side", parents=[start])
    main = commit(repo, "Main", {"a.txt": ours})
    return commit(repo, "Merge", {"a.txt": result}, parents=[main, side]), main, side


@pytest.fixture(params=["sha1", "sha256"])
def repo(tmp_path, request):
    return make_repository(tmp_path / "app.git", bare=True, object_format=request.param)


def added(repo):
    """What the last step adds, by blobs alone and beside git's own merge."""
    history = read_history(repo, Repository("app", "../app"), lambda _: False)
    before = steps_of(line_of(history, ""))[-1].added
    asked = unjoined_of(history)
    settled = with_joins(history, read_joins(repo, asked))
    assert unjoined_of(settled) == ()
    return before, steps_of(line_of(settled, ""))[-1].added


def test_a_merge_that_is_what_git_makes_of_its_parents_adds_nothing(repo):
    merged(repo, text(first="TOP"), text(last="END"), text("TOP", "END"))
    assert added(repo) == ("cannot-tell", "")


def test_no_more_merges_are_asked_for_than_there_is_time_for(repo, monkeypatch):
    merged(repo, text(first="TOP"), text(last="END"), text("TOP", "END"))
    history = read_history(repo, Repository("app", "../app"), lambda _: False)
    asked = unjoined_of(history)
    assert len(asked) == 1
    monkeypatch.setattr(doubts, "MOST_JOINS", 0)
    assert unjoined_of(history) == ()


def test_a_merge_with_a_line_more_than_git_makes_stays_untold(repo):
    merged(repo, text(first="TOP"), text(last="END"), text("TOP", "END") + "more\n")
    assert added(repo) == ("cannot-tell", "cannot-tell")


def test_a_merge_that_a_person_had_to_settle_stays_untold(repo):
    merge, main, side = merged(repo, text(first="one"), text(first="two"), text(first="both"))
    assert added(repo) == ("cannot-tell", "cannot-tell")
    assert read_joins(repo, [(merge, main, side)]) == {merge: ""}


def test_a_driver_that_the_mirror_names_does_not_run_and_nothing_is_written_to_it(repo, tmp_path):
    merge, main, side = merged(repo, text(first="TOP"), text(last="END"), text("TOP", "END"))
    canary = tmp_path / "canary"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\necho ran >> {canary}\nexit 0\n")
    program.chmod(0o755)
    git(repo, "config", "merge.evil.driver", str(program))
    (repo / "info").mkdir(exist_ok=True)
    (repo / "info" / "attributes").write_text("* merge=evil\n")
    git(repo, "merge-tree", "--write-tree", main, side)  # so the trap is one
    assert canary.exists()
    canary.unlink()
    before = sorted(path for path in repo.rglob("*"))
    assert read_joins(repo, [(merge, main, side)]) == {merge: git(repo, "rev-parse", f"{merge}^{{tree}}")}
    assert (sorted(path for path in repo.rglob("*")), canary.exists()) == (before, False)


def test_where_git_cannot_do_it_nothing_is_told(repo, monkeypatch):
    merge, main, side = merged(repo, text(first="TOP"), text(last="END"), text("TOP", "END"))
    assert read_joins(repo, [(merge, main, side), (main, "f" * len(main), side)]) in (
        {},
        {merge: read_tree(repo, merge)},
    )
    monkeypatch.setattr(door, "run", lambda *_, **__: door.Answer(129, b"", "usage: git merge-tree"))
    assert read_joins(repo, [(merge, main, side)]) == {}
    assert read_joins(repo, []) == {}


def read_tree(repo, commit_id):
    return git(repo, "rev-parse", f"{commit_id}^{{tree}}")


@pytest.mark.parametrize(
    ("output", "trees"),
    [
        (b"", []),
        (b"1\0aa\0\0", ["aa"]),
        (b"0\0aa\x00100644 bb 1\tx\x00100644 cc 2\tx\0\x001\0dd\0\0", ["", "dd"]),
        (b"1\0aa\0\x001\0dd\0", ["aa"]),
        (b"1\0aa\0\x000\0dd\x00100644 bb", ["aa"]),
    ],
)
def test_answers_are_told_apart_and_half_of_one_is_none(output, trees):
    assert list(parse_joins(output)) == trees


def test_what_git_told_once_is_not_asked_again(repo, tmp_path, monkeypatch):
    kept = tmp_path / "kept" / "shop.json"
    merged(repo, text(first="TOP"), text(last="END"), text("TOP", "END"))
    asked = unjoined_of(read_history(repo, Repository("app", "../app"), lambda _: False))
    first = read_joins(repo, asked, kept)
    assert first
    monkeypatch.setattr(joins, "_ask", lambda *_: pytest.fail("git was asked again"))
    assert read_joins(repo, asked, kept) == first
    kept.write_bytes(kept.read_bytes().replace(b'"answers"', b'"answered"'))
    with pytest.raises(pytest.fail.Exception):
        read_joins(repo, asked, kept)
