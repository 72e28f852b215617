"""Whether an approver was with the organisation on that day."""

from datetime import date

import pytest
from history.story import ADA, BEN, FORGE, PEOPLE, Story, config, isms, person

from tieout.history import derive
from tieout.history.people import index_people
from tieout.model.history import Identity


def merged():
    story = Story()
    story.commit("Start", {"a.txt": "1"})
    head = story.commit("Work", {"a.txt": "2"}, on=story.tip, author=ADA)
    story.commit(
        "Merge pull request #1 from ada/work\n\nThe work", parents=(story.tip, head), author=BEN, committer=FORGE
    )
    return story


def derived(story, **registers):
    return derive({"app": story.history()}, {"app": story.pin()}, isms(**registers), config())[0]


@pytest.mark.parametrize(
    ("span", "absence"),
    [
        ({"until": date(2025, 12, 31)}, "left"),
        ({"until": date(2026, 1, 1)}, ""),
        ({"since": date(2026, 1, 2)}, "early"),
        ({"since": date(2026, 1, 1)}, ""),
    ],
)
def test_an_approval_tells_whether_its_giver_had_come_or_left_by_that_day(span, absence):
    people = {**PEOPLE, "ben": person("ben", "Ben Marsh", "ben@example.org", **span)}
    *_, change = derived(merged(), people=people).changes.values()
    assert [(each.by.key, each.absence) for each in change.approvals] == [("ben", absence)]


def test_without_a_day_it_is_not_known_and_without_a_span_nobody_is_away():
    people = index_people({"ben": person("ben", "Ben Marsh", "ben@example.org")})
    ben = Identity("ben", "Ben", "ben@example.org")
    assert people.absence(ben, 0) == "unknown"
    assert people.absence(Identity("", "Who", "who@example.org"), 0) == ""
