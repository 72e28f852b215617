import json

from history.story import ADA, BEN, BOT, CLEO, FORGE, Story, config, isms
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


# --- whether anybody may be hidden -----------------------------------------------------------------------------------


def recorded(story, *authors, **line):
    """The forge's record of the tip: who merged it, and whom it names as authors."""
    told = [{"by": by, "commits": list(commits)} for by, *commits in authors]
    return line | {
        "ref": "#5",
        "opened": moment(story.clock - 9),
        "merged": {"by": BEN[1], "at": moment(story.clock)},
        "authors": told,
    }


def test_a_squash_like_its_proposal_hides_nobody():
    story = started()
    first = story.commit("One", {"a.txt": "2"}, on=story.tip)
    story.refs["refs/pull/5/head"] = story.commit("Two", {"b.txt": "2"}, on=first, author=CLEO)
    story.commit("Both (#5)", {"a.txt": "2", "b.txt": "2"}, committer=FORGE)
    change = last(story)
    assert (change.authorship, [who.key for who in change.hidden_authors]) == ("proposal", ["cleo"])


def test_an_author_whom_the_message_names_is_not_hidden():
    story = started()
    story.refs["refs/pull/5/head"] = story.commit("One", {"a.txt": "2"}, on=story.tip, author=CLEO)
    story.commit(f"One (#5)\n\nCo-authored-by: {CLEO[0]} <{CLEO[1]}>", {"a.txt": "2"}, committer=FORGE)
    assert last(story).hidden_authors == ()


def test_co_author_trailers_alone_do_not_prove_that_all_are_named():
    story = started()
    story.commit(f"One (#5)\n\nCo-authored-by: {CLEO[0]} <{CLEO[1]}>", {"a.txt": "2"}, committer=FORGE)
    assert (authors(last(story)), last(story).authorship) == (["ada", "cleo"], "message")


def test_a_squash_that_is_not_its_proposal_hides_nobody_in_particular():
    change = last(squashed("other"))
    assert (change.restored, change.authorship, change.hidden_authors) == ("different", "message", ())


def test_the_forges_own_list_names_the_authors_of_a_squash():
    story = started()
    story.commit("One (#5)", {"a.txt": "2"}, committer=FORGE)
    change = last(story, recorded(story, (CLEO[1], "f" * 40), (BEN[1],)))
    assert (authors(change), change.authorship) == (["ada", "cleo", "ben"], "record")
    assert [who.key for who in change.hidden_authors] == ["cleo"]  # who opened it wrote nothing


def test_a_list_that_somebody_typed_adds_authors_and_proves_nothing():
    story = started()
    story.commit("One (#5)", {"a.txt": "2"}, committer=FORGE)
    change = last(story, recorded(story, (CLEO[1], "f" * 40)), by=ADA)
    assert (authors(change), change.authorship, change.hidden_authors) == (["ada", "cleo"], "message", ())


def test_a_login_nobody_registered_adds_nobody_where_its_commits_are_known():
    story = started()
    head = story.commit("One", {"a.txt": "2"}, on=story.tip)
    story.refs["refs/pull/5/head"] = head
    story.commit("One (#5)", {"a.txt": "2"}, committer=FORGE)
    assert authors(last(story, recorded(story, ("@ada-elsewhere", head)))) == ["ada"]
    assert len(authors(last(story, recorded(story, ("@ada-elsewhere", "f" * 40))))) == 2


def test_a_merge_that_carries_a_squash_may_hide_an_author():
    story = started()
    side = story.commit("One (#4)", {"a.txt": "2"}, on=story.tip, committer=FORGE)
    story.commit("Merge branch 'develop'", parents=(story.tip, side), author=BEN)
    assert last(story).authorship == "message"


def test_a_merge_of_plain_commits_hides_nobody():
    story = started()
    side = story.commit("One", {"a.txt": "2"}, on=story.tip)
    story.commit("Merge pull request #5 from ada/one\n\nOne", parents=(story.tip, side), author=BEN)
    assert last(story).authorship == "commits"


def covers(change):
    return [(found.grade, found.covers) for found in change.approvals if found.basis == "review record"]


def approved(story, commit):
    return {"approvals": [{"by": CLEO[1], "at": moment(story.clock - 5), "commit": commit}]}


def mixture():
    """A squash over a file that the branch had changed meanwhile, and the head of its proposal."""
    story = started()
    head = story.commit("One", {"a.txt": "2"}, on=story.tip)
    story.refs["refs/pull/5/head"] = head
    story.commit("Meanwhile", {"a.txt": "9"})
    story.commit("One (#5)", {"a.txt": "2 and 9"}, committer=FORGE)
    return story, head


def test_what_was_approved_of_a_mixture_that_cannot_be_told_is_not_the_final_revision():
    story, head = mixture()
    change = last(story, {"ref": "#5"} | approved(story, head))
    assert (change.restored, covers(change)) == ("cannot-tell", [(Grade.RECORDED, "earlier")])


def test_the_forges_own_record_of_a_mixture_is_believed():
    story, head = mixture()
    change = last(story, recorded(story) | approved(story, head))
    assert (change.authorship, covers(change)) == ("proposal", [(Grade.RECORDED, "final")])


def test_a_record_that_names_the_head_places_an_approval_without_the_ref():
    story = started()
    story.commit("One (#5)", {"a.txt": "2"}, committer=FORGE)
    told = recorded(story, (ADA[1], "f" * 40)) | approved(story, "f" * 40)
    assert covers(last(story, told | {"head": "f" * 40})) == [(Grade.RECORDED, "final")]
    assert covers(last(story, told | {"head": "e" * 40})) == [(Grade.STATED, "unspecified")]
    assert set(covers(last(story, told | {"head": "f" * 40}, by=ADA))) == {(Grade.STATED, "unspecified")}
