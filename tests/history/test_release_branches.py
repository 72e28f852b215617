"""Release branches (D4) and integrations (D5): what a branch can tell, and what is never called a deployment."""

from dataclasses import replace

from history.story import ADA, BEN, BOT, FORGE, HOUR, Story, config, isms, pipeline

from tieout.history import derive
from tieout.model.grades import Grade

BRANCH = {"path": pipeline(deployments={"kind": "branch", "branch": "production"})}


def derived(story, **registers):
    return derive({"app": story.history()}, {"app": story.pin()}, isms(**{"pipelines": BRANCH, **registers}), config())


def estate():
    """Four steps on main, of which three are merged into `production` by two merges of Ben's."""
    story = Story()
    first = story.commit("Start", {"a.txt": "0"})
    steps = [story.commit(f"Work {number}", {"a.txt": str(number)}) for number in range(1, 4)]
    release = story.commit("Release 1", parents=(first, steps[0]), author=BEN)
    second = story.commit("Release 2", parents=(release, steps[1]), author=BEN)
    story.refs["refs/heads/production"] = second
    story.tip = steps[-1]
    for merge, side in ((release, steps[0]), (second, steps[1])):
        story.trees[merge] = dict(story.trees[side])
    return story, steps, (release, second)


def same_trees(story, pairs):
    """Commits of a story carry no real trees; say which are the same."""
    for number, pair in enumerate(pairs, 1):
        for id_ in pair:
            story.commits[id_] = replace(story.commits[id_], tree=str(number) * 40)


def test_each_merge_into_the_release_branch_is_a_deployment_of_what_was_merged():
    story, steps, releases = estate()
    same_trees(story, zip(releases, steps, strict=False))
    facts, problems = derived(story)
    first, second = facts.deployments.values()
    assert problems == ()
    assert [one.commit for one in (first, second)] == steps[:2]
    assert (first.basis, first.by.person, first.on_branch, first.grade) == ("release branch", "ben", True, Grade.STATED)
    assert [len(one.changes) for one in (first, second)] == [2, 1]
    assert second.where == f"app, commit {releases[1][:8]} of branch production"


def test_a_merge_that_is_not_what_was_merged_deploys_content_of_its_own():
    story, steps, releases = estate()
    same_trees(story, [(releases[0],), (steps[0],), (releases[1],), (steps[1],)])
    first, second = derived(story)[0].deployments.values()
    assert [one.commit for one in (first, second)] == list(releases)
    assert (first.on_branch, first.absent, len(second.changes)) == (False, False, 1)


def test_who_put_a_commit_on_the_release_branch_is_its_committer():
    story, steps, releases = estate()
    story.tip = ""
    hotfix = story.commit("Hotfix", {"a.txt": "9"}, on=releases[1], author=ADA, committer=BEN)
    by_forge = story.commit("Backport (#9)", {"a.txt": "8"}, on=hotfix, author=ADA, committer=FORGE)
    story.refs["refs/heads/production"] = by_forge
    story.tip = steps[-1]
    found = list(derived(story)[0].deployments.values())
    assert [one.by.person for one in found] == ["ben", "ben", "ben", "forge"]


def test_a_tag_on_the_step_names_its_version():
    story, _, releases = estate()
    story.tag("v1.0", releases[0])
    versions = [one.version for one in derived(story)[0].deployments.values()]
    assert versions == ["v1.0", releases[1][:8]]


def test_a_branch_that_is_only_moved_forward_tells_nothing_and_that_is_told():
    story, steps, _ = estate()
    story.refs["refs/heads/production"] = steps[0]
    facts, problems = derived(story)
    assert facts.deployments == {}
    assert facts.unreleased == {"app": "the release branch production of app has no step of its own"}
    assert [(one.code, one.source.repo) for one in problems] == [("release-branch-tells-nothing", "app")]


def test_a_branch_that_is_not_there_is_told():
    story, _, _ = estate()
    del story.refs["refs/heads/production"]
    assert derived(story)[0].unreleased == {"app": "app has no release branch production"}


def test_branches_of_one_pattern_share_their_steps():
    story, _, releases = estate()
    story.refs["refs/heads/stable-1"], story.refs["refs/heads/stable-2"] = releases
    source = pipeline(deployments={"kind": "branch", "branch": "stable-*"})
    found = derived(story, pipelines={"path": source})[0].deployments.values()
    assert [one.record for one in found] == list(releases)
    assert [one.where.rsplit(" ", 1)[1] for one in found] == ["stable-1", "stable-2"]


def test_steps_after_the_cut_off_are_not_seen():
    story, _, releases = estate()
    cutoff = story.commits[releases[0]].committer.time + HOUR // 2
    facts, _ = derive({"app": story.history()}, {"app": story.pin(cutoff=cutoff)}, isms(pipelines=BRANCH), config())
    assert [one.record for one in facts.deployments.values()] == [releases[0]]


def test_integrations_are_no_deployments():
    story, _, _ = estate()
    story.commit("Merge", {"b.txt": "1"}, author=BOT)
    facts, problems = derived(story, pipelines={"path": pipeline(deployments={"kind": "integrations"})})
    assert (facts.deployments, problems) == ({}, ())
    assert len(facts.changes) == 5
