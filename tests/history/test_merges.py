from history.story import BEN, CLEO, FORGE, Story
from history.test_approvals import approval, found, moment
from history.test_makers import authors, last
from history.test_signatures import key, sign

from tieout.model.grades import Grade


def joined(*, ours=None, theirs=None, merge=None, start=None, by=BEN, **changes):
    """A branch left after the start; then each side changed its files, and the merge brought files of its own."""
    story = Story()
    story.commit("Start", start or {"a.txt": "1", "b.txt": "1"})
    head = story.commit("Work", theirs or {"a.txt": "2"}, on=story.tip)
    if ours:
        story.commit("Between", ours, author=CLEO)
    story.commit("Merge branch 'x'", merge or {}, parents=(story.tip, head), author=by, **changes)
    return story, head


def adds(**sides):
    return last(joined(**sides)[0]).merge_adds


def test_an_ordinary_merge_adds_nothing():
    assert adds() == ""
    assert adds(ours={"b.txt": "2"}) == ""
    assert adds(theirs={"a.txt": None}) == ""
    assert adds(ours={"a.txt": "2"}) == ""


def test_a_file_that_neither_side_had_is_made_in_the_merge():
    assert adds(merge={"evil.txt": "x"}) == "made"
    assert adds(merge={"a.txt": "evil"}) == "made"
    assert adds(merge={"b.txt": "evil"}) == "made"
    assert adds(merge={"b.txt": None}) == "made"


def test_a_file_that_both_sides_changed_cannot_be_told_and_hides_no_other():
    both = {"ours": {"a.txt": "3"}, "theirs": {"a.txt": "2"}}
    assert adds(**both, merge={"a.txt": "2 and 3"}) == "cannot-tell"
    assert adds(**both, merge={"a.txt": "2"}) == ""
    assert adds(**both, merge={"a.txt": "3"}) == ""
    assert adds(**both, merge={"a.txt": "2 and 3", "b.txt": "evil"}) == "made"


def test_a_change_that_git_carries_over_a_renamed_file_cannot_be_told():
    renamed = {"a.txt": None, "new.txt": "1"}
    assert adds(ours=renamed, merge={"a.txt": None, "new.txt": "2"}) == "cannot-tell"
    assert adds(theirs=renamed, ours={"a.txt": "3"}, merge={"a.txt": None, "new.txt": "3"}) == "cannot-tell"


def test_what_the_branch_had_got_meanwhile_is_not_taken_back_by_a_merge_unseen():
    assert adds(ours={"b.txt": "2"}, merge={"b.txt": "1"}) == "made"
    assert adds(ours={"new.txt": "1"}, merge={"new.txt": None}) == "made"
    assert adds(ours={"b.txt": None}, merge={"b.txt": "1"}) == "made"


def test_what_the_proposal_itself_takes_back_is_its_own():
    story = Story()
    start = story.commit("Start", {"a.txt": "1", "b.txt": "1"})
    later = story.commit("Between", {"b.txt": "2"}, author=CLEO)
    head = story.commit("Work", {"a.txt": "2"}, on=start)
    head = story.commit("Merge branch 'main' into x", {"b.txt": "1"}, parents=(head, later), on=head)
    story.commit("Merge branch 'x'", {"b.txt": "1"}, parents=(story.tip, head), author=BEN)
    assert last(story).merge_adds == ""


def test_a_proposal_on_a_release_branch_that_was_merged_before_is_compared_with_that_one():
    story = Story()
    story.commit("Start", {"other.txt": "1"})
    release = story.commit("On the release branch", {"a.txt": "1"}, on=story.tip)
    head = story.commit("Work", {"a.txt": "2"}, on=release)
    story.commit("Merge branch 'release'", parents=(story.tip, release))
    story.commit("Move", {"a.txt": None, "src/a.txt": "1"})
    story.commit("Merge branch 'x'", {"a.txt": None, "src/a.txt": "2"}, parents=(story.tip, head), author=BEN)
    assert last(story).merge_adds == "cannot-tell"


def test_the_branch_merged_into_the_proposal_first_leaves_the_merge_ordinary():
    story = Story()
    story.commit("Start", {"a.txt": "1"})
    first = story.commit("Work", {"b.txt": "1"}, on=story.tip)
    story.commit("Between", {"a.txt": "2"}, author=CLEO)
    head = story.commit("Merge branch 'main' into x", {"a.txt": "3"}, parents=(first, story.tip), on=first)
    story.commit("Merge branch 'x'", parents=(story.tip, head), author=BEN)
    assert last(story).merge_adds == ""


def test_several_heads_at_once_add_nothing_and_hide_nothing():
    def octopus(**files):
        story = Story()
        story.commit("Start", {"a.txt": "1"})
        heads = [story.commit(name, {name: "1"}, on=story.tip) for name in ("b", "c")]
        story.commit("Merge branches", files, parents=(story.tip, *heads), author=BEN)
        return last(story).merge_adds

    assert octopus() == ""
    assert octopus(evil="x") == "made"


def test_who_makes_content_in_a_merge_is_among_the_authors_and_approves_nothing():
    story, head = joined(merge={"evil.txt": "x"}, signature=sign())
    change = last(story, {"approvals": [approval(CLEO, story, head, -60)]}, keys=[key(person="ben")])
    assert authors(change) == ["ada", "ben"]
    assert found(change) == [("cleo", Grade.STATED, "earlier", "review record")]


def test_the_committer_of_a_merge_with_content_of_its_own_made_it_too():
    assert authors(last(joined(merge={"evil.txt": "x"}, by=CLEO, committer=BEN)[0])) == ["ada", "cleo", "ben"]
    assert authors(last(joined(merge={"evil.txt": "x"}, by=CLEO, committer=FORGE)[0])) == ["ada", "cleo"]


def test_approvals_of_the_head_are_of_an_earlier_revision_where_a_merge_mixes_files():
    story, head = joined(ours={"a.txt": "3"}, merge={"a.txt": "2 and 3"})
    told = [approval(CLEO, story, head, -60), approval(CLEO, story, story.tip, -30)]
    change = last(story, {"approvals": told, "merged": {"by": BEN[1], "at": moment(story.clock)}})
    assert authors(change) == ["ada"]
    assert [(who, covers) for who, _, covers, _ in found(change)] == [
        ("cleo", "earlier"),
        ("cleo", "final"),
        ("ben", "earlier"),
    ]
