from dataclasses import replace

from history.story import DAY, HOUR, START, Story

from tieout.history.line import trace_line
from tieout.history.oddities import find_oddities
from tieout.model.history import Stamp


def odd(story, cutoff=0):
    line = trace_line(story.history(), story.tip)
    return {one.kind: (one.commits, one.newest) for one in find_oddities(line, len(line.steps) - 1, cutoff)}


def test_an_ordinary_history_has_nothing_odd():
    story = Story()
    for number in range(30):
        story.commit("Work", {"a": str(number)})
    assert odd(story) == {}


def test_a_commit_dated_before_what_it_stands_on_is_told():
    story = Story()
    story.commit("Start", {"a": "1"})
    late = story.commit("Backdated", {"a": "2"}, at=START - DAY)
    story.commit("Work", {"a": "3"}, at=START + DAY)
    assert odd(story) == {"backwards": (1, (late,))}


def test_an_hour_of_difference_between_two_clocks_is_no_oddity():
    story = Story()
    story.commit("Start", {"a": "1"}, at=START)
    story.commit("Work", {"a": "2"}, at=START - HOUR)
    assert odd(story) == {}


def test_an_author_later_than_the_committer_is_told():
    story = Story()
    id_ = story.commit("Start", {"a": "1"})
    known = story.commits[id_]
    story.commits[id_] = replace(known, author=Stamp(*known.author[:2], known.committer.time + DAY))
    assert odd(story) == {"author-later": (1, (id_,))}


def test_a_wrong_clock_is_told_as_such_and_what_follows_it_as_backwards():
    story = Story()
    story.commit("Start", {"a": "0"})
    wrong = story.commit("From the future", {"a": "1"}, at=START + 400 * DAY)
    follower = story.commit("Work", {"a": "2"}, at=START + DAY)
    for number in range(25):
        story.commit("Work", {"a": str(number + 3)})
    assert odd(story) == {"clock": (1, (wrong,)), "backwards": (1, (follower,))}


def test_what_is_dated_after_the_audits_day_is_told():
    story = Story()
    story.commit("Start", {"a": "1"})
    side = story.commit("Side", {"b": "1"}, on=story.tip, at=START + 9 * DAY)
    story.commit("Merge", parents=(story.tip, side), at=START + DAY)
    assert odd(story, cutoff=START + 2 * DAY)["after-cutoff"] == (1, (side,))


def test_objects_off_the_grammar_are_told_with_the_newest_of_them():
    story = Story()
    ids = [story.commit("Work", {"a": str(number)}) for number in range(5)]
    for id_ in ids:
        story.commits[id_] = replace(story.commits[id_], flags=("many-authors",))
    assert odd(story) == {"many-authors": (5, (ids[4], ids[3], ids[2]))}
