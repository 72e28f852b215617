"""The branch that people merge into is the one that HEAD names; nothing else guesses where HEAD tells."""

import pytest
from gitfixtures import commit, git, make_repository

from tieout.repos.heads import choose, head_of
from tieout.repos.mirrors import Address


@pytest.mark.parametrize("bare", [True, False])
def test_head_names_the_branch(tmp_path, bare):
    repo = make_repository(tmp_path / "app", branch="trunk/next", bare=bare)
    commit(repo, "One", {"a": "1"}, branch="trunk/next")
    commit(repo, "Two", {"a": "2"}, branch="main")
    assert head_of(Address("local", str(repo))) == "trunk/next"


def test_a_detached_head_and_no_repository_name_none(tmp_path):
    repo = make_repository(tmp_path / "app")
    git(repo, "checkout", "-q", "--detach", commit(repo, "One", {"a": "1"}))
    assert head_of(Address("local", str(repo))) == ""
    assert head_of(Address("local", str(tmp_path))) == ""
    assert head_of(Address("local", str(tmp_path / "nowhere"))) == ""


@pytest.mark.parametrize(
    ("branches", "head", "chosen"),
    [
        (("main", "other"), "other", "other"),
        (("develop", "master"), "", "master"),
        (("develop", "master"), "gone", "master"),
        (("only",), "", "only"),
        (("a", "b"), "", ""),
        ((), "main", ""),
    ],
)
def test_a_branch_is_chosen_by_head_then_by_custom_and_never_at_random(branches, head, chosen):
    assert choose(branches, head) == chosen
