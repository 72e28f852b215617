"""Squashes, rebases, reverts and cherry-picks that blobs cannot tell, settled by the patches of real repositories."""

import pytest
from gitfixtures import ADA, BEN, commit, git, make_repository, update_ref
from history.story import config, isms

from tieout.history import derive, undecided, undecided_of, with_patches
from tieout.history.line import line_of
from tieout.history.steps import steps_of
from tieout.model.settings import Repository
from tieout.repos.histories import read_history
from tieout.repos.patches import read_patches
from tieout.repos.pins import choose

FORGE = "Forge <noreply@forge.example>"
CLEO = "Cleo Park <cleo@example.org>"


def text(first="top", last="end", middle=12):
    return "".join(f"{line}\n" for line in (first, *(f"line {n}" for n in range(middle)), last))


@pytest.fixture
def app(tmp_path):
    """A file that the branch changes at its top while a proposal of Ada and Cleo changes its end."""
    repo = make_repository(tmp_path / "app.git", bare=True)
    first = commit(repo, "Start", {"a.txt": text()})
    one = commit(repo, "One", {"a.txt": text(last="near the end")}, branch="work", parents=[first])
    two = commit(repo, "Two", {"a.txt": text(last="END")}, branch="work", author=CLEO)
    update_ref(repo, "refs/pull/5/head", two)
    git(repo, "branch", "-qD", "work")
    commit(repo, "Meanwhile", {"a.txt": text(first="TOP")}, author=BEN)
    return repo, (first, one, two)


def read(repo):
    history = read_history(repo, Repository("app", "../app"), lambda _: False)
    return history, with_patches(history, read_patches(repo, undecided_of(history)))


def restored(repo):
    """What the last step is, by blobs alone and by patches."""
    return tuple(steps_of(line_of(history, ""))[-1].restored for history in read(repo))


def last(history):
    facts, _ = derive({"app": history}, {"app": choose(history, None)}, isms(), config())
    return list(facts.changes.values())[-1]


def test_a_squash_over_a_file_that_the_branch_had_changed_is_what_was_proposed(app):
    repo, _ = app
    commit(repo, "Both (#5)", {"a.txt": text("TOP", "END")}, committer=FORGE)
    assert restored(repo) == ("cannot-tell", "same")
    change = last(read(repo)[1])
    assert ([author.key for author in change.authors], change.authorship) == (["ada", "cleo"], "proposal")
    assert [who.key for who in change.hidden_authors] == ["cleo"]


def test_a_squash_with_a_line_more_stays_untold(app):
    repo, _ = app
    commit(repo, "Both (#5)", {"a.txt": text("TOP", "END and more")}, committer=FORGE)
    assert restored(repo) == ("cannot-tell", "cannot-tell")
    change = last(read(repo)[1])
    assert (change.authorship, [author.key for author in change.authors]) == ("message", ["ada", "cleo"])


def test_a_squash_that_moves_a_line_into_another_block_stays_untold(app):
    repo, _ = app
    commit(repo, "Both (#5)", {"a.txt": text("TOP", "    END")}, committer=FORGE)
    assert restored(repo) == ("cannot-tell", "cannot-tell")


def test_a_rebase_over_a_file_that_the_branch_had_changed_is_what_was_proposed(app):
    repo, _ = app
    commit(repo, "One", {"a.txt": text("TOP", "near the end")}, committer=BEN, authored=1759744800)
    commit(repo, "Two", {"a.txt": text("TOP", "END")}, author=CLEO, committer=BEN, authored=1759748400)
    assert restored(repo) == ("cannot-tell", "same")


def test_what_the_branch_had_come_to_by_itself_is_no_difference(app):
    repo, (_, _, two) = app
    more = commit(repo, "Three", {"b.txt": "1\n"}, branch="more", parents=[two])
    update_ref(repo, "refs/pull/5/head", more)
    git(repo, "branch", "-qD", "more")
    commit(repo, "The same by hand", {"a.txt": text(last="END")}, author=BEN)
    commit(repo, "Both (#5)", {"b.txt": "1\n"}, committer=FORGE)
    assert restored(repo) == ("same", "same")


def test_a_revert_and_a_cherry_pick_over_other_changes_are_shown(app):
    repo, (first, _, _) = app
    work = commit(repo, "Work", {"a.txt": text("TOP", "END")})
    side = commit(repo, "Mend", {"a.txt": text(last="MENDED")}, branch="release", parents=[first])
    commit(repo, "Meanwhile again", {"a.txt": text("Top", "END")}, author=BEN)
    commit(repo, f'Revert "Work"\n\nThis reverts commit {work}.', {"a.txt": text("Top")})
    assert [last(history).reverts[0].shown for history in read(repo)] == [False, True]
    commit(repo, f"Mend\n\n(cherry picked from commit {side})", {"a.txt": text("Top", "MENDED")})
    assert [last(history).picked_from[0].shown for history in read(repo)] == [False, True]


def test_what_was_asked_is_not_asked_again(app):
    repo, _ = app
    commit(repo, "Both (#5)", {"a.txt": text("TOP", "END and more")}, committer=FORGE)
    blind, seeing = read(repo)
    assert (len(undecided_of(blind)), undecided_of(seeing)) == (2, {})
    assert undecided({"app": blind}, config().repositories).keys() == {"app"}
    assert undecided({"app": seeing}, config().repositories) == {}


def test_lines_and_steps_are_taken_over(app):
    repo, _ = app
    commit(repo, "Both (#5)", {"a.txt": text("TOP", "END")}, committer=FORGE)
    blind = read_history(repo, Repository("app", "../app"), lambda _: False)
    before = steps_of(line_of(blind, ""))
    seeing = with_patches(blind, read_patches(repo, undecided_of(blind)))
    after = steps_of(line_of(seeing, ""))
    assert line_of(seeing, "").history is seeing
    assert all(one is other for one, other in zip(before[:-1], after[:-1], strict=True))
    assert with_patches(seeing, {}) is seeing


def test_what_a_record_tells_to_be_a_squash_is_asked_for(app):
    repo, (_, _, two) = app
    commit(repo, "Without a number", {"a.txt": text("TOP", "END")}, author=ADA, committer=FORGE)
    blind = read_history(repo, Repository("app", "../app"), lambda _: False)
    assert undecided({"app": blind}, config().repositories) == {}
    place = make_repository(repo.parent / "records.git", bare=True)
    tip = git(repo, "rev-parse", "main")
    line = f'{{"repo": "app", "change": "{tip}", "ref": "#5", "merged": {{"by": "", "at": "2025-10-06T12:00Z"}}}}\n'
    commit(place, "Export", {"reviews/app/2025-10.jsonl": line})
    linked = config().repositories["records"]
    records = read_history(place, linked, lambda _: True)
    asked = undecided({"app": blind, "records": records}, config().repositories)
    assert list(asked) == ["app"]
    assert two in blind.commits
