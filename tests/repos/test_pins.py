"""Which commit an audit speaks about."""

from dataclasses import replace

from history.story import DAY, START, Story
from hypothesis import given
from hypothesis import strategies as st

from tieout.model.history import Commit, History, Note, Stamp, Tag, ancestors, first_parent_line
from tieout.repos.pins import choose, clock_errors, newest


def line(*times, tags=(), branch="main"):
    """A straight history with one commit a time, named c0, c1, …"""
    commits = {
        f"c{index}": Commit(
            f"c{index}", f"t{index}", (f"c{index - 1}",) if index else (), Stamp("", "", 0), Stamp("", "", time), ""
        )
        for index, time in enumerate(times)
    }
    refs = {"refs/heads/main": f"c{len(times) - 1}"} if times else {}
    named = {name: Tag(name, commit, commit) for name, commit in tags}
    return History("app", branch=branch, refs=refs, commits=commits, tags=named)


def test_the_last_commit_before_the_first_one_after_the_cutoff():
    pin = choose(line(10, 20, 30, 40, tags=(("v1", "c0"), ("v2", "c3"))), 30)
    assert (pin.commit, pin.tree, pin.time, pin.count, pin.tags, pin.passed_over) == ("c2", "t2", 30, 3, 1, ())


def test_a_commit_dated_back_after_a_late_one_is_not_reached():
    assert choose(line(10, 50, 20, 60), 30).commit == "c0"


def test_without_a_cutoff_the_tip():
    assert choose(line(10, 20, 15), None).commit == "c2"


def test_before_the_first_commit_and_without_the_branch_the_pin_is_empty():
    for history, cutoff in ((line(10, 20), 5), (line(10, branch="other"), None), (line(), 5)):
        pin = choose(history, cutoff)
        assert (pin.commit, pin.tree, pin.count, pin.tags) == ("", "", 0, 0)


def test_a_commit_dated_after_the_twenty_that_follow_is_passed_over_and_listed():
    pin = choose(line(10, 9999, *range(20, 50)), 45)
    assert (pin.commit, pin.time, pin.count, pin.passed_over) == ("c27", 45, 28, ("c1",))


def test_with_fewer_than_twenty_following_a_late_date_is_believed():
    assert choose(line(10, 9999, *range(20, 39)), 9000).commit == "c0"
    assert choose(line(10, 9999, *range(20, 40)), 9000).commit == "c21"


def test_two_clock_errors_in_a_row_are_both_seen():
    assert clock_errors([10, 9999, 9998, *range(20, 40)]) == {1, 2}


def test_the_newest_time_is_the_latest_that_can_be_believed():
    assert newest(line(10, 9999, *range(20, 40))) == 39
    assert newest(line(10, 30, 20)) == 30
    assert newest(line()) == 0
    assert choose(line(10, 9999, *range(20, 40)), None).passed_over == ("c1",)


def test_a_full_ref_name_may_stand_for_the_branch():
    history = line(10, 20)
    history = History("isms", branch="refs/tieout/head", refs={"refs/tieout/head": "c0"}, commits=history.commits)
    assert choose(history, None).commit == "c0"


@given(st.lists(st.integers(0, 100), max_size=60), st.integers(0, 100))
def test_a_pin_moves_forward_with_its_cutoff(times, cutoff):
    history = line(*times)
    assert choose(history, cutoff).count <= choose(history, cutoff + 1).count <= choose(history, None).count


@given(st.lists(st.integers(0, 100), min_size=1).map(sorted), st.integers(0, 100))
def test_dates_in_order_give_all_commits_up_to_the_cutoff(times, cutoff):
    pin = choose(line(*times), cutoff)
    assert (pin.count, pin.passed_over) == (sum(time <= cutoff for time in times), ())


def test_lines_and_ancestors_end_where_history_is_cut_off():
    history = line(10, 20, 30)
    cut = History("app", commits={name: one for name, one in history.commits.items() if name != "c0"})
    assert first_parent_line(cut, "c2") == ("c1", "c2")
    assert ancestors(cut, "c2") == {"c1", "c2"}


def test_the_digest_of_the_refs_tells_another_tag_or_proposal_and_no_later_work():
    def digest(cutoff, **refs):
        history = line(10, 20, 30, tags=tuple((name, id_) for name, id_ in refs.items() if name[0] == "v"))
        named = {
            f"refs/tags/{name}" if name[0] == "v" else f"refs/pull/{name[1:]}/head": id_ for name, id_ in refs.items()
        }
        return choose(replace(history, refs={**history.refs, **named}), cutoff).refs

    assert digest(20) == digest(25)
    assert digest(20, v1="c0") != digest(20)
    assert digest(20, v1="c0") != digest(20, v1="c1")
    assert digest(20, p4="c1") != digest(20, p5="c1")
    assert digest(20, v1="c0", p4="c2") == digest(20, v1="c0")
    assert digest(None, p4="c2") != digest(None)


def test_other_branches_and_the_mirrors_own_refs_leave_the_digest_alone():
    history = line(10, 20)
    others = {"refs/heads/try": "c0", "refs/tieout/seen/main": "c0", "refs/notes/commits": "c0"}
    assert choose(replace(history, refs={**history.refs, **others}), None).refs == choose(history, None).refs


def test_a_tag_is_dated_by_its_tagger():
    history = line(10, 20, tags=(("v1", "c0"),))
    made = {"v1": Tag("v1", "t", "c0", annotated=True, tagger=Stamp("", "", 15))}
    history = replace(history, tags=made, refs={**history.refs, "refs/tags/v1": "t"})
    assert choose(history, 12).refs == choose(line(10, 20), 12).refs
    assert choose(history, 16).refs != choose(line(10, 20), 16).refs


def test_the_digest_of_the_refs_tells_another_note_and_no_later_one():
    def digest(cutoff, *told):
        versions = tuple(Note("refs/notes/review", "c0", blob, b"", "n", at) for blob, at in told)
        return choose(replace(line(10, 20, 30), notes={"c0": versions} if versions else {}), cutoff).refs

    assert digest(20) == digest(20, ("a", 21)) != digest(20, ("a", 20))
    assert digest(20, ("a", 15)) == digest(20, ("a", 15), ("b", 25)) != digest(None, ("a", 15), ("b", 25))
    assert digest(20, ("a", 15), ("", 18)) == digest(20)


def test_a_release_branch_is_pinned_where_the_cut_off_sees_it():
    story = Story("app")
    base = story.commit("Start", {"a": "1"})
    early = story.commit("Release 1", {"r": "1"}, on=base, at=START + DAY)
    late = story.commit("Release 2", {"r": "2"}, on=early, at=START + 9 * DAY)
    story.commit("Work", {"a": "2"}, at=START + 2 * DAY)
    cutoff = START + 5 * DAY

    def digest(tip, releases=("stable*",)):
        story.refs["refs/heads/stable-1"] = tip
        return choose(story.history(), cutoff, releases).refs

    assert digest(early) == digest(late) != digest(base)
    assert digest(early, ()) == digest(base, ())
