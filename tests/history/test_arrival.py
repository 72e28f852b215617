"""How a proposal is known, beside the words of the message."""

import json

import pytest
from history.story import BEN, BOT, FORGE, Story, config, isms
from history.test_signatures import key

from tieout.history import derive


def basis(story, record=None, **registers):
    """The basis of the last change; `record` is an exported line about it."""
    histories, pins = {"app": story.history()}, {"app": story.pin()}
    if record:
        records = Story("records")
        line = json.dumps({"repo": "app"} | record) + "\n"
        records.commit("Export", {"reviews/app/2026-01.jsonl": line}, author=BOT)
        histories["records"], pins["records"] = records.history(), records.pin()
    facts, _ = derive(histories, pins, isms(**registers), config())
    return list(facts.changes.values())[-1].proposal


def merged(ref=True, committer=None):
    story = Story()
    story.commit("Start", {"a.txt": "1"})
    head = story.commit("Work", {"a.txt": "2"}, on=story.tip)
    if ref:
        story.refs["refs/pull/5/head"] = head
    words = "Merge pull request #5 from ada/work"
    story.commit(words, parents=(story.tip, head), author=BEN, committer=committer)
    return story, head


def pushed(words="Work (#5)", **changes):
    story = Story()
    story.commit("Start", {"a.txt": "1"})
    story.commit(words, {"a.txt": "2"}, **changes)
    return story


def test_the_ref_of_a_proposal_that_a_merge_carries_tells_of_it():
    assert basis(merged()[0]) == "ref"


def test_a_merge_whose_message_alone_names_a_proposal_has_no_basis():
    assert basis(merged(ref=False)[0]) == ""
    assert basis(pushed()) == ""


def test_a_proposal_of_another_content_is_no_basis():
    story = pushed()
    story.refs["refs/pull/5/head"] = story.commit("Work", {"a.txt": "3"}, on=next(iter(story.commits)))
    assert basis(story) == ""


def test_the_forge_as_committer_is_a_basis_unless_it_has_a_key_and_did_not_sign():
    assert basis(merged(ref=False, committer=FORGE)[0]) == "forge"
    assert basis(pushed(committer=FORGE)) == "forge"
    assert basis(pushed(committer=FORGE), keys={"KEY-1": key(person="forge")}) == ""


@pytest.mark.parametrize("named", ["step", "head"])
def test_a_record_of_the_step_or_its_head_tells_of_the_proposal(named):
    story, head = merged(ref=False)
    change = story.tip if named == "step" else head
    assert basis(story, {"change": change, "ref": "#5", "opened": "2026-01-01T09:00Z"}) == "record"


def test_a_record_of_a_review_in_retrospect_or_of_another_commit_tells_of_none():
    story = pushed()
    assert basis(story, {"change": story.tip, "ref": "#5", "opened": "2026-02-01T09:00Z"}) == ""
    assert basis(story, {"ref": "#5", "opened": "2026-01-01T09:00Z"}) == ""
    assert basis(story, {"change": story.tip, "ref": "#5"}) == ""
