import json
from datetime import UTC, datetime

import pytest
from history.story import ADA, BEN, BOT, CLEO, FORGE, Story, config, isms
from hypothesis import given
from hypothesis import strategies as st

from tieout.history import derive
from tieout.model.grades import Grade


def moment(time):
    return datetime.fromtimestamp(time, UTC).isoformat().replace("+00:00", "Z")


def merged(author=ADA, merger=BEN, message="Merge pull request #1 from ada/work\n\nThe work"):
    story = Story()
    story.commit("Start", {"a.txt": "1"})
    first = story.commit("One", {"a.txt": "2"}, on=story.tip, author=author)
    head = story.commit("Two", {"a.txt": "3"}, on=first, author=author)
    story.commit(message, parents=(story.tip, head), author=merger, committer=FORGE)
    return story, first, head


def exported(story, *lines):
    records = Story("records")
    text = "".join(json.dumps({"repo": "app", "change": story.tip} | line) + "\n" for line in lines)
    records.commit("Export", {"reviews/app/2026-01.jsonl": text}, author=BOT)
    return records


def last(story, *lines):
    records = exported(story, *lines)
    facts, problems = derive(
        {"app": story.history(), "records": records.history()},
        {"app": story.pin(), "records": records.pin()},
        isms(),
        config(),
    )
    return list(facts.changes.values())[-1], problems


def approval(by, story, commit, after=0):
    return {"by": by[1], "at": moment(story.clock + after), "commit": commit}


def found(change):
    return [(each.by.key, each.grade, each.covers, each.basis) for each in change.approvals]


def test_the_merger_outside_the_author_set_is_a_second_name():
    change, _ = last(merged()[0])
    assert found(change) == [("ben", Grade.TWO_NAMES, "final", "merger")]
    assert change.approvals[0].where == f"author of commit {change.short}"


def test_merging_ones_own_work_is_no_approval():
    assert found(last(merged(merger=ADA)[0])[0]) == []


def test_a_second_address_of_the_author_is_the_author():
    assert found(last(merged(author=("A. Stone", "ADA@home.example"), merger=ADA)[0])[0]) == []


def test_the_forge_and_robots_approve_nothing():
    story, _, head = merged(
        merger=FORGE, message="Merge pull request #1 from ada/work\n\nW\n\nApproved-by: B <ci-bot@example.org>"
    )
    change, _ = last(story, {"approvals": [approval(BOT, story, head)]})
    assert found(change) == []


def test_an_unknown_merger_is_no_second_name():
    assert found(last(merged(merger=("Ben Marsh", "ben@elsewhere.example"))[0])[0]) == []


def test_a_trailer_is_a_statement_and_names_no_revision():
    story = Story()
    story.commit("Start\n\nReviewed-by: Ben <ben@example.org>", {"a.txt": "1"})
    change, _ = last(story)
    assert found(change) == [("ben", Grade.STATED, "unspecified", "trailer")]


def test_a_trailer_of_an_earlier_carried_commit_covers_the_earlier_revision():
    story = Story()
    story.commit("Start", {"a.txt": "1"})
    first = story.commit("One\n\nAcked-by: Cleo Park <cleo@example.org>", {"a.txt": "2"}, on=story.tip)
    head = story.commit("Two", {"a.txt": "3"}, on=first)
    story.commit("Merge branch 'x'", parents=(story.tip, head), author=ADA)
    change, _ = last(story)
    assert [(each.by.key, each.covers, each.commit) for each in change.approvals] == [("cleo", "earlier", first)]


def test_approvers_of_a_forges_merge_message_are_told_from_trailers():
    message = (
        "Merge branch 'x' into 'main'\n\nT\n\nSee merge request g/app!4\n\nApproved-by: Cleo Park <cleo@example.org>"
    )
    change, _ = last(merged(merger=ADA, message=message)[0])
    assert found(change) == [("cleo", Grade.STATED, "unspecified", "merge message")]


def test_an_approval_by_name_alone_is_found_when_one_person_has_the_name():
    message = "Merged in x (pull request #4)\n\nT\n\nApproved-by: Cleo Park\nApproved-by: Somebody"
    change, _ = last(merged(merger=ADA, message=message)[0])
    assert [each.by.person for each in change.approvals] == ["", "cleo"]


def test_a_record_that_names_the_merged_head_is_recorded_by_the_forge():
    story, _, head = merged(merger=ADA)
    change, _ = last(story, {"approvals": [approval(CLEO, story, head, -60)]})
    assert found(change) == [("cleo", Grade.RECORDED, "final", "review record")]
    assert change.approvals[0].where == "review record records:reviews/app/2026-01.jsonl:1"
    assert not change.approvals[0].after_the_fact


def test_a_record_may_name_the_change_itself_or_a_shortened_id():
    story, _, head = merged(merger=ADA)
    change, _ = last(story, {"approvals": [approval(CLEO, story, story.tip), approval(BEN, story, head[:12])]})
    assert {each.covers for each in change.approvals} == {"final"}


def test_an_approval_of_an_earlier_revision_is_a_statement():
    story, first, _ = merged(merger=ADA)
    change, _ = last(story, {"approvals": [approval(CLEO, story, first, -60), approval(BEN, story, "")]})
    assert found(change) == [
        ("cleo", Grade.STATED, "earlier", "review record"),
        ("ben", Grade.STATED, "unspecified", "review record"),
    ]


def base_merge(evil=False):
    story = Story()
    story.commit("Start", {"a.txt": "1"})
    first = story.commit("One", {"b.txt": "2"}, on=story.tip)
    story.commit("Between", {"a.txt": "9"}, author=BEN)
    head = story.commit(
        "Merge branch 'main' into x", {"b.txt": "evil"} if evil else {}, parents=(first, story.tip), on=first
    )
    story.commit("Merge branch 'x'", parents=(story.tip, head), author=ADA)
    return last(story, {"approvals": [approval(CLEO, story, first)]})[0]


def test_only_a_merge_of_the_branch_after_the_approval_leaves_it_final():
    assert [each.covers for each in base_merge().approvals] == ["final"]


def test_a_merge_of_the_branch_that_brings_more_does_not():
    assert [each.covers for each in base_merge(evil=True).approvals] == ["earlier"]


def squash(content):
    story = Story()
    story.commit("Start", {"a.txt": "1"})
    head = story.commit("One", {"a.txt": "2"}, on=story.tip)
    story.refs["refs/pull/5/head"] = head
    story.commit("One (#5)", {"a.txt": content}, committer=FORGE)
    return last(story, {"ref": "#5", "approvals": [approval(CLEO, story, head)]})[0]


def test_the_head_of_a_squashs_proposal_is_its_final_revision():
    assert found(squash("2")) == [("cleo", Grade.RECORDED, "final", "review record")]


def test_a_squash_of_something_else_was_not_approved():
    assert found(squash("3")) == [("cleo", Grade.STATED, "earlier", "review record")]


def test_a_review_in_retrospect_is_marked_and_leaves_a_direct_push_direct():
    story = Story()
    story.commit("Start", {"a.txt": "1"})
    story.commit("hotfix: now", {"a.txt": "2"})
    change, _ = last(
        story, {"ref": "#9", "opened": moment(story.clock + 60), "approvals": [approval(CLEO, story, story.tip, 7200)]}
    )
    assert change.kind == "direct"
    assert [(each.grade, each.covers, each.after_the_fact) for each in change.approvals] == [
        (Grade.RECORDED, "final", True)
    ]


def test_a_record_of_a_merge_makes_a_plain_commit_the_forges():
    story = Story()
    story.commit("Start", {"a.txt": "1"})
    story.commit("Work", {"a.txt": "2"})
    change, _ = last(story, {"ref": "!9", "merged": {"by": BEN[1], "at": moment(story.clock)}})
    assert (change.kind, change.reference, change.restored, change.merger.key) == ("squash", "!9", "no-ref", "ben")
    assert found(change) == [("ben", Grade.TWO_NAMES, "final", "merger")]


def test_records_of_the_same_reference_make_neighbours_one_rebase():
    story = Story()
    story.commit("Start", {"a.txt": "1"})
    one = story.commit("One", {"a.txt": "2"})
    two = story.commit("Two", {"a.txt": "3"}, author=CLEO)
    merge = {"by": BEN[1], "at": moment(story.clock)}
    change, _ = last(
        story, {"change": one, "ref": "#3", "merged": merge}, {"change": two, "ref": "#3", "merged": merge}
    )
    assert (change.commits, change.reference) == ((one, two), "#3")


def test_later_lines_add_to_earlier_ones():
    story, _, head = merged(merger=ADA)
    check = {"name": "unit", "result": "passed", "at": moment(story.clock), "commit": head}
    change, problems = last(
        story,
        {"ref": "#1", "approvals": [approval(CLEO, story, head)]},
        {"approvals": [approval(CLEO, story, head), approval(BEN, story, head)], "checks": [check]},
    )
    assert problems == ()
    assert [each.by.key for each in change.approvals] == ["ben", "cleo"]
    assert [(each.name, each.result, each.commit) for each in change.results] == [("unit", "passed", head)]


def test_records_may_be_found_by_their_reference_alone():
    story, _, head = merged(merger=ADA)
    change, _ = last(story, {"change": "", "ref": "!1", "approvals": [approval(CLEO, story, head)]})
    assert found(change) == [("cleo", Grade.RECORDED, "final", "review record")]


def test_what_is_not_an_approval_does_not_count():
    story, _, head = merged(merger=ADA)
    dismissed = approval(CLEO, story, head) | {"state": "dismissed"}
    assert found(last(story, {"approvals": [dismissed]})[0]) == []


def test_an_empty_list_of_approvers_approves_nothing():
    assert found(last(merged(merger=ADA)[0], {"approvals": []})[0]) == []


FOOTERS = {
    "gerrit": "Change-Id: I0123456789abcdef0123456789abcdef01234567\nReviewed-on: https://r.example/c/app/+/4711\n",
    "gitea": "Reviewed-on: https://forge.example/g/app/pulls/47\n",
}


@pytest.mark.parametrize("forge", FOOTERS)
def test_footers_of_gerrit_and_gitea_are_statements_and_vouch_for_no_second_name(forge):
    story = Story()
    story.commit("Start", {"a.txt": "1"})
    message = f"Work\n\n{FOOTERS[forge]}Reviewed-by: Cleo Park <cleo@example.org>"
    story.commit(message, {"a.txt": "2"}, author=ADA, committer=BEN)
    change, _ = last(story)
    assert (change.kind, change.restored, change.proposal) == ("squash", "no-ref", "")
    assert found(change) == [("cleo", Grade.STATED, "unspecified", "merge message")]


def test_a_change_number_of_gerrit_is_no_pull_request_of_a_mirror():
    story = Story()
    story.commit("Start", {"a.txt": "1"})
    story.refs["refs/pull/4711/head"] = story.commit("Other", {"b.txt": "2"}, on=story.tip)
    story.commit("Work\n\n" + FOOTERS["gerrit"].strip(), {"a.txt": "2"})
    change, _ = last(story)
    assert (change.reference, change.restored) == ("c/4711", "no-ref")


def test_a_line_that_names_two_people_is_two_approvals_and_one_that_names_nobody_none():
    story = Story()
    story.commit("Start", {"a.txt": "1"})
    story.commit("Work\n\nReviewed by: Cleo Park <cleo@example.org>, Ben <ben@example.org>\nAcked-by: ", {"a.txt": "2"})
    change, _ = last(story)
    assert [(each.by.key, each.grade) for each in change.approvals] == [("ben", Grade.STATED), ("cleo", Grade.STATED)]


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=30)


@given(subject=TEXTS, key=st.sampled_from(["Reviewed-by", "Approved-by", "Merged-by"]), branch=TEXTS)
def test_what_a_committer_types_is_never_more_than_stated(subject, key, branch):
    story = Story()
    story.commit("Start", {"a.txt": "1"})
    story.commit(f"{subject} (#7)\n\n{branch}\n\n{key}: Cleo <cleo@example.org>", {"a.txt": "2"})
    facts, _ = derive({"app": story.history()}, {"app": story.pin()}, isms(), config())
    assert all(each.grade <= Grade.STATED for change in facts.changes.values() for each in change.approvals)


def test_without_its_ref_no_revision_of_a_squash_can_be_placed():
    story = Story()
    story.commit("Start", {"a.txt": "1"})
    story.commit("One (#5)", {"a.txt": "2"}, committer=FORGE)
    change, _ = last(story, {"ref": "#5", "approvals": [approval(CLEO, story, "e" * 40)]})
    assert found(change) == [("cleo", Grade.STATED, "unspecified", "review record")]
