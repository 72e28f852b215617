from dataclasses import replace

from history.story import BEN, config, isms
from history.test_changes import changes, started

from tieout.history import derive
from tieout.model.history import Backlink

OTHER = "f" * 40


def revert(commit, title="Work"):
    return f'Revert "{title}"\n\nThis reverts commit {commit}.\n'


def worked():
    story = started()
    return story, story.commit("Work", {"a.txt": "2"})


def linked(story, **told):
    return changes(story, **told)[-1]


def test_a_revert_whose_files_are_as_before_is_shown_and_told_of_both_ways():
    story, work = worked()
    story.commit(revert(work), {"a.txt": "1"})
    _, first, second = changes(story)
    assert second.reverts == (Backlink(work, work, first.key, shown=True),)
    assert (first.reverted_by, second.reverted_by) == ((second.key,), ())


def test_a_revert_that_changes_something_else_is_a_claim_only():
    for files in ({"a.txt": "3"}, {"a.txt": "1", "b.txt": "2"}, {"b.txt": "2"}):
        story, work = worked()
        story.commit(revert(work), files)
        assert linked(story).reverts == (Backlink(work, work, changes(story)[1].key, shown=False),)


def test_a_shortened_id_is_completed_and_a_strange_one_stays_text():
    story, work = worked()
    story.commit(revert(work[:9]) + f"\nThis reverts commit {OTHER}.\n", {"a.txt": "1"})
    known, strange = linked(story).reverts
    assert (known.claimed, known.commit) == (work[:9], work)
    assert strange == Backlink(OTHER)


def test_a_title_alone_names_nothing():
    story, _ = worked()
    story.commit('Revert "Work"', {"a.txt": "1"})
    assert linked(story).reverts == (Backlink('"Work"'),)
    assert changes(story)[1].reverted_by == ()


def test_a_forges_revert_names_the_proposal():
    for url, named, found in (
        ("https://forge.example/team/app.git", "team/app#5", True),
        ("git@forge.example:team/app.git", "Team/App#5", True),
        ("../app", "#5", True),
        ("../app", "team/app#6", False),
        ("https://forge.example/other/app", "team/app#5", True),  # the quoted title is the change's own
    ):
        story = started()
        squash = story.commit("Work (#5)", {"a.txt": "2"})
        story.commit(f'Revert "Work (#5)" (#7)\n\nReverts {named}', {"a.txt": "1"})
        facts, _ = derive({"app": story.history(url=url)}, {"app": story.pin()}, isms(), config())
        (link,) = list(facts.changes.values())[-1].reverts
        assert (link.claimed, link.commit, link.shown) == (named, squash if found else "", found)


def test_a_number_of_another_repository_is_not_ours():
    story = started()
    story.commit("Work (#5)", {"a.txt": "2"})
    story.commit('Revert "Their work" (#7)\n\nReverts team/other#5', {"a.txt": "1"})
    assert linked(story).reverts == (Backlink("team/other#5"),)


def test_a_cherry_pick_is_linked_and_shown_where_both_did_the_same():
    story = started()
    side = story.commit("Mend", {"b.txt": "2"}, on=story.tip)
    story.refs["refs/heads/release"] = side
    story.commit("Between", {"a.txt": "2"})
    story.commit(f"Mend\n\n(cherry picked from commit {side})", {"b.txt": "2"})
    assert linked(story).picked_from == (Backlink(side, side, "", shown=True),)


def test_a_revert_of_a_merge_is_one_of_what_it_brought():
    story = started()
    side = story.commit("Work", {"c.txt": "1"}, on=story.tip)
    merge = story.commit("Merge pull request #1 from ada/work\n\nWork", parents=(story.tip, side), author=BEN)
    story.commit(revert(merge) + f"\nreversing changes made to {side}.", {"c.txt": None})
    assert linked(story).reverts == (Backlink(merge, merge, changes(story)[1].key, shown=True),)


def test_a_claim_in_a_carried_commit_is_the_changes():
    story, work = worked()
    side = story.commit(revert(work), {"a.txt": "1"}, on=story.tip)
    story.commit("Merge pull request #2 from ben/back\n\nBack", parents=(story.tip, side), author=BEN)
    assert linked(story).reverts[0].commit == work
    assert linked(story).reverts[0].shown


def test_nobody_reverts_what_comes_later():
    story, first = worked()
    later = story.commit("Later", {"a.txt": "1"})
    story.commits[first] = replace(story.commits[first], message=revert(later))
    early = changes(story)[1]
    assert (early.reverts, changes(story)[2].reverted_by) == ((Backlink(later),), ())


def test_an_audit_sees_only_the_reverts_before_its_pin():
    story, work = worked()
    story.commit(revert(work), {"a.txt": "1"})
    assert changes(story, story.pin(work))[-1].reverted_by == ()


def test_more_claims_than_anyone_makes_are_not_read():
    story, work = worked()
    story.commit("Many\n\n" + f"This reverts commit {work}.\n" * 500 + f"(cherry picked from commit {OTHER})", {})
    assert linked(story).picked_from == ()
