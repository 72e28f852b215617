import json

from history.story import ADA, BEN, BOT, FORGE, Story, config, isms
from history.test_approvals import moment
from history.test_signatures import key, sign

from tieout.history import derive
from tieout.model.grades import Grade

NOWHERE = ("x", "x@nowhere.example")


def last(story, *lines, keys=(), by=BOT):
    """The last change, with review records that `by` committed."""
    records = Story("records")
    text = "".join(json.dumps({"repo": "app", "change": story.tip} | line) + "\n" for line in lines)
    records.commit("Export", {"reviews/app/2026-01.jsonl": text}, author=by)
    facts, _ = derive(
        {"app": story.history(), "records": records.history()},
        {"app": story.pin(), "records": records.pin()},
        isms(keys={each.id: each for each in keys}),
        config(),
    )
    return list(facts.changes.values())[-1]


def started():
    story = Story()
    story.commit("Start", {"a.txt": "1"})
    return story


def authors(change):
    return [author.key for author in change.authors]


def squashed(content="2", by=BEN, signature=None, editor=ADA):
    """A proposal under Ada's author line, recorded by `editor`, and its squash, recorded (and signed) by `by`."""
    story = started()
    head = story.commit("One", {"a.txt": "2"}, on=story.tip, committer=editor)
    story.refs["refs/pull/5/head"] = head
    story.commit("One (#5)", {"a.txt": content}, committer=by, **({"signature": signature} if signature else {}))
    return story


def test_whoever_signs_a_plain_commit_made_it_whatever_its_author_line_says():
    story = started()
    story.commit("TRD-9 Round stakes (#99)", {"a.txt": "2"}, committer=BEN, signature=sign())
    change = last(story, keys=[key(person="ben")])
    assert authors(change) == ["ada", "ben"]
    assert change.approvals == ()


def test_whoever_signs_a_carried_commit_is_among_its_makers():
    story = started()
    head = story.commit("One", {"a.txt": "2"}, on=story.tip, signature=sign())
    story.commit("Merge branch 'x'", parents=(story.tip, head), author=BEN)
    change = last(story, keys=[key(person="ben")])
    assert authors(change) == ["ada", "ben"]
    assert change.approvals == ()


def test_whoever_records_a_plain_commit_under_another_name_made_it():
    story = started()
    story.commit("One\n\nReviewed-by: Ben <ben@example.org>", {"a.txt": "2"}, committer=BEN)
    assert authors(last(story)) == ["ada", "ben"]


def test_an_address_nobody_registered_that_records_a_plain_commit_leaves_its_makers_unknown():
    story = started()
    story.commit("One (#5)", {"a.txt": "2"}, committer=NOWHERE)
    assert authors(last(story)) == ["ada", NOWHERE[1]]


def test_the_forges_own_committer_makes_nothing():
    assert authors(last(squashed(by=FORGE))) == ["ada"]


def test_a_committer_of_a_squash_like_its_proposal_is_a_second_name():
    change = last(squashed())
    assert authors(change) == ["ada"]
    assert [(each.by.key, each.grade) for each in change.approvals] == [("ben", Grade.TWO_NAMES)]


def test_a_committer_of_a_squash_that_differs_from_its_proposal_made_it():
    change = last(squashed(content="3", signature=sign()), keys=[key(person="ben")])
    assert (change.restored, authors(change), change.approvals) == ("different", ["ada", "ben"], ())


def test_a_committer_of_the_proposal_approves_nothing_by_squashing_it():
    change = last(squashed(editor=BEN, signature=sign()), keys=[key(person="ben")])
    assert (change.restored, authors(change), change.approvals) == ("same", ["ada", "ben"], ())


def test_a_forges_record_of_the_very_commit_makes_its_committer_the_merger():
    story = started()
    story.commit("One (#5)", {"a.txt": "2"}, committer=BEN)
    merge = {"by": BEN[1], "at": moment(story.clock)}
    assert authors(last(story, {"ref": "#5"})) == ["ada", "ben"]
    assert authors(last(story, {"ref": "#5", "merged": merge})) == ["ada"]


def test_a_record_does_not_bind_a_commit_that_only_names_its_reference():
    story = started()
    story.commit("One (#5)", {"a.txt": "2"}, committer=BEN)
    merge = {"by": BEN[1], "at": moment(story.clock)}
    assert authors(last(story, {"change": "", "ref": "#5", "merged": merge})) == ["ada", "ben"]


def test_moving_the_branch_to_ones_own_proposal_is_no_second_name():
    story = started()
    head = story.commit("One", {"a.txt": "2"}, committer=BEN)
    story.refs["refs/merge-requests/5/head"] = head
    change = last(story, {"ref": "!5", "merged": {"by": BEN[1], "at": moment(story.clock)}})
    assert (change.kind, authors(change), change.approvals) == ("rebase", ["ada", "ben"], ())


# --- robots --------------------------------------------------------------------------------------------------------


def pushed(committer=BOT, signature=None):
    story = started()
    story.commit(
        "Update", {"a.txt": "2"}, author=BOT, committer=committer, **({"signature": signature} if signature else {})
    )
    return story


def basis(change):
    return change.automated, change.robot_basis


def test_a_robots_address_does_not_hide_the_person_who_committed():
    assert basis(last(pushed(committer=BEN))) == (False, "")


def test_a_robots_address_does_not_hide_the_person_who_signed():
    change = last(pushed(signature=sign()), keys=[key(person="ben")])
    assert (basis(change), authors(change)) == ((False, ""), ["ci-bot", "ben"])


def test_a_robot_is_known_by_its_signature_else_by_its_address_and_not_without_the_one_it_has():
    robot = key(person="ci-bot")
    assert basis(last(pushed(signature=sign()), keys=[robot])) == (True, "signature")
    assert basis(last(pushed(), keys=[key(person="ben")])) == (True, "address")
    assert basis(last(pushed(), keys=[robot])) == (True, "missing")


def test_a_robots_proposal_that_a_person_merges_stays_a_robots():
    story = started()
    head = story.commit("Update", {"a.txt": "2"}, on=story.tip, author=BOT)
    story.commit("Merge branch 'x'", parents=(story.tip, head), author=BEN)
    assert basis(last(story, keys=[key(person="ci-bot")])) == (True, "")


# --- rebases -------------------------------------------------------------------------------------------------------


def rebased(content="2", between=None, by=BEN):
    """Two commits of Ada's proposal, repeated on a branch that moved; the second brings other content than it had."""
    story = started()
    one = story.commit("One", {"b.txt": "1"}, on=story.tip)
    two = story.commit("Two", {"a.txt": "2"}, on=one)
    story.refs["refs/pull/6/head"] = two
    story.commit("Between", between or {"c.txt": "1"}, author=BEN)
    story.copy(one, committer=by)
    made = story.copy(two, committer=by)
    story.paths[made] = tuple(path._replace(blob=story.blob(content)) for path in story.paths[made])
    line = story.history()
    facts, _ = derive({"app": line}, {"app": story.pin()}, isms(), config())
    return list(facts.changes.values())[-1]


def test_a_rebase_that_changes_the_same_files_alike_is_one():
    change = rebased()
    assert (change.kind, change.restored, authors(change)) == ("rebase", "same", ["ada"])
    assert [(each.by.key, each.grade) for each in change.approvals] == [("ben", Grade.TWO_NAMES)]


def test_other_content_under_the_author_lines_and_messages_of_a_proposal_is_no_rebase_of_it():
    change = rebased(content="evil")
    assert (change.kind, authors(change), change.approvals) == ("direct", ["ada", "ben"], ())


def test_a_rebase_over_a_file_that_the_branch_had_changed_cannot_be_told():
    change = rebased(content="2 and 3", between={"a.txt": "3"})
    assert (change.kind, change.restored, authors(change)) == ("rebase", "cannot-tell", ["ada", "ben"])
    assert rebased(between={"a.txt": "3"}).restored == "same"


def test_a_rebase_of_a_file_more_is_none():
    story = started()
    one = story.commit("One", {"b.txt": "1"}, on=story.tip)
    story.refs["refs/pull/6/head"] = one
    story.commit("Between", {"c.txt": "1"}, author=BEN)
    again = story.copy(one, committer=BEN)
    story.paths[again] = (*story.paths[again], story.paths[again][0]._replace(path="evil.txt"))
    assert last(story).kind == "direct"
