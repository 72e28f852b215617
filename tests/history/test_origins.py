import json

from history.story import ADA, BEN, BOT, CLEO, FORGE, Story, config, isms
from history.test_approvals import approval, found, last, merged, moment
from history.test_signatures import key, sign

from tieout.history import derive
from tieout.history.line import line_of
from tieout.history.origins import line_origins
from tieout.model.grades import Grade

PATH = "reviews/app/2026-01.jsonl"


def origins(*texts):
    records = Story("records")
    for text in texts:
        records.commit("Export", {PATH: text})
    line = line_of(records.history(), records.tip)
    return line_origins(line, len(texts) - 1, PATH)


def test_each_line_belongs_to_the_step_that_put_it_there():
    assert origins("a\n", "a\nb\n", "a\nb\nc\n") == (0, 1, 2, 2)
    assert origins("a\nc\n", "a\nb\nc\n") == (0, 1, 0, 0)
    assert origins("a\nb\n", "b\n", "a\nb\n") == (2, 0, 0)


def test_a_line_without_its_end_is_not_continued_by_the_next_step():
    assert origins("ab", "abc\n") == (1, 1)


def test_what_is_in_no_version_that_was_read_belongs_to_nobody():
    records = Story("records")
    records.commit("Export", {PATH: "a\n"})
    records.commit("Export", {PATH: "a\nb\n"})
    records.commit("Export", {PATH: "a\nb\nc\n"})
    history = records.history()
    del history.blobs[records.blob("a\nb\n")]
    assert line_origins(line_of(history, records.tip), 2, PATH)[1] == -1


def exported_by(author, committer=None, keys=(), **changes):
    story, _, head = merged(merger=ADA)
    line = {"repo": "app", "change": story.tip, "approvals": [approval(CLEO, story, head, -60)]}
    records = Story("records")
    records.commit("Export", {PATH: json.dumps(line) + "\n"}, author=author, committer=committer, **changes)
    facts, _ = derive(
        {"app": story.history(), "records": records.history()},
        {"app": story.pin(), "records": records.pin()},
        isms(keys={each.id: each for each in keys}),
        config(),
    )
    return list(facts.changes.values())[-1].approvals[0].grade


def test_a_record_is_the_forges_only_where_a_declared_robot_committed_its_line():
    assert exported_by(BOT) == Grade.RECORDED
    assert exported_by(ADA) == Grade.STATED
    assert exported_by(BOT, committer=ADA) == Grade.STATED
    assert exported_by(ADA, committer=FORGE) == Grade.STATED
    assert exported_by(("ci-bot", "ci-bot@elsewhere.example")) == Grade.STATED


def test_a_robots_export_bears_its_signature_where_it_has_a_key_and_never_another_persons():
    robot, person = key(person="ci-bot"), key(person="ada")
    assert exported_by(BOT, keys=[robot], signature=sign()) == Grade.RECORDED
    assert exported_by(BOT, keys=[robot]) == Grade.STATED
    assert exported_by(BOT, keys=[person], signature=sign()) == Grade.STATED


def test_a_line_that_a_person_puts_among_a_robots_is_a_statement():
    story, _, head = merged(merger=ADA)
    lines = [
        json.dumps({"repo": "app", "change": story.tip, "approvals": [approval(by, story, head, -60)]}) + "\n"
        for by in (CLEO, BEN)
    ]
    records = Story("records")
    records.commit("Export", {PATH: lines[0]}, author=BOT)
    records.commit("Help", {PATH: "".join(lines)}, author=ADA)
    records.commit("Export", {PATH: "".join(lines) + "\n"}, author=BOT)
    facts, _ = derive(
        {"app": story.history(), "records": records.history()},
        {"app": story.pin(), "records": records.pin()},
        isms(),
        config(),
    )
    approvals = list(facts.changes.values())[-1].approvals
    assert {each.by.key: each.grade for each in approvals} == {"cleo": Grade.RECORDED, "ben": Grade.STATED}


def test_a_merger_that_a_person_recorded_vouches_for_nothing():
    story = Story()
    story.commit("Start", {"a.txt": "1"})
    story.commit("One (#5)", {"a.txt": "2"}, committer=BEN)
    line = {"repo": "app", "change": story.tip, "ref": "#5", "merged": {"by": CLEO[1], "at": moment(story.clock)}}
    records = Story("records")
    records.commit("Export", {PATH: json.dumps(line) + "\n"}, author=BEN)
    facts, _ = derive(
        {"app": story.history(), "records": records.history()},
        {"app": story.pin(), "records": records.pin()},
        isms(),
        config(),
    )
    change = list(facts.changes.values())[-1]
    assert ([who.key for who in change.authors], change.approvals) == (["ada", "ben"], ())


def test_a_merged_by_trailer_is_a_statement():
    story = Story()
    story.commit("Start", {"a.txt": "1"})
    story.commit("One (#5)\n\nMerged-by: Ben <ben@example.org>", {"a.txt": "2"}, committer=FORGE)
    change, _ = last(story)
    assert change.merger.key == "ben"
    assert found(change) == [("ben", Grade.STATED, "unspecified", "trailer")]


def test_a_record_that_only_shares_the_number_tells_of_the_merger_as_a_statement():
    story = Story()
    story.commit("Start", {"a.txt": "1"})
    story.commit("One (#5)", {"a.txt": "2"}, committer=FORGE)
    change, _ = last(story, {"change": "", "ref": "#5", "merged": {"by": BEN[1], "at": moment(story.clock)}})
    assert found(change) == [("ben", Grade.STATED, "unspecified", "review record")]


def entries(*states, merged_after=0):
    """Approvals that stay of Cleo's entries, one a minute, in a record merged some minutes after its first entry."""
    story, _, head = merged(merger=ADA)
    told = [approval(CLEO, story, head, 60 * (n - 10)) | {"state": state} for n, state in enumerate(states)]
    merge = {"by": ADA[1], "at": moment(story.clock + 60 * (merged_after - 10))}
    change, _ = last(story, *({"approvals": [each]} for each in told), {"merged": merge})
    return len(change.approvals)


def test_a_later_refusal_by_the_same_person_ends_an_approval_and_a_new_approval_counts():
    assert entries("approved", merged_after=9) == 1
    assert entries("approved", "dismissed", merged_after=9) == 0
    assert entries("approved", "CHANGES_REQUESTED", merged_after=9) == 0
    assert entries("dismissed", "approved", merged_after=9) == 1
    assert entries("approved", "dismissed", "approved", merged_after=9) == 1
    assert entries("approved", "commented", merged_after=9) == 1


def test_what_is_dismissed_after_the_merge_had_served_for_it():
    assert entries("approved", "dismissed", merged_after=0) == 1


def test_another_persons_refusal_ends_no_approval():
    story, _, head = merged(merger=ADA)
    refusal = approval(BEN, story, head, -60) | {"state": "changes_requested"}
    change, _ = last(story, {"approvals": [approval(CLEO, story, head, -120), refusal]})
    assert [each.by.key for each in change.approvals] == ["cleo"]
