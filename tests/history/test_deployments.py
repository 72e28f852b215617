from dataclasses import replace
from datetime import date

from history.story import (
    ADA,
    BEN,
    BOT,
    CLEO,
    DAY,
    FORGE,
    HOUR,
    PEOPLE,
    Story,
    config,
    environment,
    isms,
    person,
    pipeline,
    service,
)
from history.test_signatures import key, sign

from tieout.history import derive, wanted
from tieout.history.line import trace_line
from tieout.model.grades import Grade


def code():
    """Three merged changes of Ada's, by Ben; returns the story and the merges."""
    story = Story()
    story.commit("Start", {"a.txt": "0"})
    merges = []
    for number in range(3):
        side = story.commit(f"Work {number}", {"a.txt": str(number + 1)}, on=story.tip)
        merges.append(story.commit("Merge branch 'x'", parents=(story.tip, side), author=BEN))
    return story, merges


def deploy(env, version, commit, where="prod", message="Deploy", author=BOT, **changes):
    content = f"service: app\nversion: {version}\ncommit: {commit}\n"
    return env.commit(message, {f"{where}/app.yml": content}, author=author, **changes)


def derived(*stories, **registers):
    histories = {story.repo: story.history() for story in stories}
    facts, problems = derive(histories, {story.repo: story.pin() for story in stories}, isms(**registers), config())
    return facts, problems


def environments(story):
    env = Story("env")
    env.clock = story.clock
    env.commit("Start", {"README": "x"})
    return env


def test_each_change_of_the_pinned_version_is_a_deployment():
    story, merges = code()
    env = environments(story)
    deploy(env, "1.0", merges[0])
    env.commit("Comment", {"prod/app.yml": env.blobs[env.trees[env.tip]["prod/app.yml"]].decode() + "# same\n"})
    deploy(env, "1.1", merges[2])
    facts, problems = derived(story, env)
    first, second = facts.deployments.values()
    assert problems == ()
    assert (first.version, first.commit, first.environment, first.repo) == ("1.0", merges[0], "prod", "app")
    assert [len(each.changes) for each in (first, second)] == [2, 2]
    assert second.changes == tuple(f"app/{merge[:8]}" for merge in merges[1:])
    assert first.by.person == "ci-bot"
    assert first.by_pipeline
    assert first.on_branch is True
    assert first.key == f"app/{first.record[:8]}"


def test_a_rollback_brings_no_changes():
    story, merges = code()
    env = environments(story)
    for version, merge in (("2", merges[2]), ("1", merges[0]), ("2", merges[2])):
        deploy(env, version, merge)
    facts, _ = derived(story, env)
    assert [len(each.changes) for each in facts.deployments.values()] == [4, 0, 0]


def test_what_stood_in_another_environment_before_is_told():
    story, merges = code()
    env = environments(story)
    deploy(env, "1", merges[0], "test")
    tested = env.clock
    deploy(env, "1", merges[0])
    deploy(env, "2", merges[1])
    deploy(env, "2", merges[1], "test")
    facts, _ = derived(story, env)
    assert [each.earlier for each in facts.deployments.values()] == [(("test", tested),), ()]


def test_the_commit_may_follow_from_a_tag_of_the_versions_name():
    story, merges = code()
    story.tag("v1.0", merges[1], message="One")
    env = environments(story)
    env.commit("Deploy", {"prod/app.yml": "version: 1.0\n"}, author=BOT)
    env.commit("Deploy", {"prod/app.yml": "version: 9.9\n"}, author=BOT)
    first, second = derived(story, env)[0].deployments.values()
    assert (first.commit, len(first.changes)) == (merges[1], 3)
    assert (second.commit, second.on_branch, second.changes) == ("", None, ())


def test_a_commit_off_the_branch_is_told():
    story, merges = code()
    side = story.commit("Elsewhere", {"a.txt": "9"}, on=merges[1])
    story.refs["refs/heads/side"] = side
    env = environments(story)
    deploy(env, "1", side)
    deploy(env, "2", "f" * 40)
    first, second = derived(story, env)[0].deployments.values()
    assert (first.on_branch, len(first.changes)) == (False, 3)
    assert (second.on_branch, second.commit) == (False, "f" * 40)


def test_a_commit_deployed_before_it_was_merged_was_not_on_the_branch():
    story = Story()
    story.commit("Start", {"a.txt": "0"})
    side = story.commit("Work", {"a.txt": "1"}, on=story.tip)
    env = environments(story)
    deploy(env, "1", side)
    story.clock = env.clock + HOUR
    story.commit("Merge branch 'x'", parents=(story.tip, side), author=BEN)
    (deployment,) = derived(story, env)[0].deployments.values()
    assert deployment.on_branch is False
    assert deployment.arrived == story.clock


def test_who_asked_who_approved_and_where_it_ran():
    story, merges = code()
    env = environments(story)
    message = "Deploy\n\nRequested-by: Ada Stone <ada@example.org>\nApproved-by: Cleo Park <cleo@example.org>\nReleased-from: batch-01"
    deploy(env, "1", merges[0], message=message)
    (deployment,) = derived(story, env)[0].deployments.values()
    assert deployment.requested_by.person == "ada"
    assert [(each.by.person, each.grade) for each in deployment.approvals] == [("cleo", Grade.STATED)]
    assert deployment.host == "batch-01"


def test_the_grade_of_a_deployment_rests_on_its_identities():
    story, merges = code()
    env = environments(story)
    deploy(env, "1", merges[0], author=ADA)
    deploy(env, "2", merges[1], author=ADA, committer=FORGE)
    facts, _ = derived(story, env)
    assert [each.grade for each in facts.deployments.values()] == [Grade.STATED, Grade.TWO_NAMES]
    assert not any(each.by_pipeline for each in facts.deployments.values())


def test_a_version_file_that_cannot_be_read_is_a_problem():
    story, _ = code()
    env = environments(story)
    env.commit("Broken", {"prod/app.yml": "release: 1\n"}, author=BOT)
    facts, problems = derived(story, env)
    assert facts.deployments == {}
    assert [(problem.code, str(problem.source)) for problem in problems] == [
        ("deployment-without-version", "env:prod/app.yml")
    ]


def test_one_record_for_two_production_environments_gives_two_deployments():
    story, merges = code()
    env = environments(story)
    content = f"version: 1\ncommit: {merges[0]}\n"
    env.commit("Deploy", {"eu/app.yml": content, "us/app.yml": content}, author=BOT)
    places = {name: environment(name, "production") for name in ("eu", "us")}
    facts, _ = derived(story, env, environments=places)
    assert [(each.environment, len(each.changes)) for each in facts.deployments.values()] == [("eu", 2), ("us", 0)]
    assert len({each.key for each in facts.deployments.values()}) == 2


def test_services_of_one_repository_have_their_own_changes():
    paths = {name: service(name, [{"repo": "app", "paths": [f"{name}/**"]}]) for name in ("bets", "odds")}
    story = Story()
    story.commit("Odds", {"odds/a": "1"})
    story.commit("Bets", {"bets/a": "1"})
    env = environments(story)
    for name in paths:
        env.commit("Deploy", {f"prod/{name}.yml": f"version: 1\ncommit: {story.tip}\n"}, author=BOT)
    facts, _ = derived(story, env, services=paths)
    assert [(each.service, [facts.changes[key].subject for key in each.changes]) for each in facts.deployments.values()] == [
        ("bets", ["Bets"]), ("odds", ["Odds"]),
    ]  # fmt: skip


TAGS = {"path": pipeline(deployments={"kind": "tags", "pattern": "v*"}, identities=["ci-bot@example.org"])}


def test_annotated_tags_are_deployments_where_the_pipeline_says_so():
    story, merges = code()
    story.tag("v1", merges[0], message="One\n\nApproved-by: Cleo <cleo@example.org>", tagger=BOT)
    story.tag("w1", merges[0], message="Other")
    facts, problems = derived(story, pipelines=TAGS)
    (deployment,) = facts.deployments.values()
    assert problems == ()
    assert (deployment.version, deployment.basis, deployment.by_pipeline) == ("v1", "annotated tag", True)
    assert [(each.by.person, each.basis, each.absence) for each in deployment.approvals] == [("cleo", "tag", "")]
    assert len(deployment.changes) == 2
    gone = {**PEOPLE, "cleo": person("cleo", "Cleo Park", "cleo@example.org", until=date(2025, 12, 31))}
    (deployment,) = derived(story, pipelines=TAGS, people=gone)[0].deployments.values()
    assert [each.absence for each in deployment.approvals] == ["left"]


def test_lightweight_release_tags_tell_nothing_and_are_named():
    story, merges = code()
    story.tag("v1", merges[0])
    facts, problems = derived(story, pipelines=TAGS)
    assert facts.deployments == {}
    assert [problem.code for problem in problems] == ["lightweight-release-tag"]
    assert problems[0].message.startswith("1 release tag carries no date and no author (v1), so it counts as no")
    assert facts.undated == {"app": (("v1", story.commits[merges[0]].committer.time),)}


def test_a_tag_made_after_the_cutoff_is_not_seen():
    story, merges = code()
    story.tag("v1", merges[0], message="One", at=story.clock + 60)
    story.tag("v2", merges[1], message="Two", at=story.clock + 9 * HOUR)
    histories = {"app": story.history()}
    facts, _ = derive(histories, {"app": story.pin(cutoff=story.clock + HOUR)}, isms(pipelines=TAGS), config())
    assert [each.version for each in facts.deployments.values()] == ["v1"]
    facts, _ = derive(histories, {"app": story.pin(merges[0])}, isms(pipelines=TAGS), config())
    assert [each.version for each in facts.deployments.values()] == ["v1"]


def test_the_files_that_must_be_read_are_named():
    is_wanted = wanted(config(), isms())
    for repo, path in (
        ("app", ".ci/pipeline.yml"),
        ("app", "CODEOWNERS"),
        ("env", "prod/app.yml"),
        ("env", "test/app.yml"),
        ("records", "reviews/app/2026-01.jsonl"),
    ):
        assert is_wanted(repo, path)
    for repo, path in (("app", "src/x.py"), ("env", "prod/web.yml"), ("app", "sub/.ci/pipeline.yml"), ("isms", "a.md")):
        assert not is_wanted(repo, path)


def test_a_person_who_deploys_is_no_pipeline():
    story, merges = code()
    env = environments(story)
    deploy(env, "1", merges[0], author=CLEO)
    (deployment,) = derived(story, env)[0].deployments.values()
    assert (deployment.by.person, deployment.by_pipeline) == ("cleo", False)


def test_a_release_tag_counts_no_earlier_than_what_it_stands_on():
    story, merges = code()
    came = story.clock
    story.tag("v1", merges[-1], message="One", at=came - 90 * DAY)
    tagging = pipeline(deployments={"kind": "tags", "pattern": "v*"})
    facts, problems = derived(story, pipelines={"path": tagging})
    (release,) = facts.deployments.values()
    assert (release.at, release.claimed, release.on_branch) == (came, came - 90 * DAY, True)
    assert [problem.code for problem in problems] == ["dated-before-its-parent"]
    assert "tag v1 is dated 2025-10-03, and counts on 2026-01-01" in problems[0].message


def test_a_deployment_counts_no_earlier_than_the_step_before_it():
    story, merges = code()
    env = environments(story)
    began = env.clock
    deploy(env, "1", merges[0], at=began - 90 * DAY)
    facts, problems = derived(story, env)
    (release,) = facts.deployments.values()
    assert (release.at, release.claimed) == (began, began - 90 * DAY)
    assert [(problem.code, problem.source.repo) for problem in problems] == [("dated-before-its-parent", "env")]


def hands(keys=(), **changes):
    story, merges = code()
    env = environments(story)
    deploy(env, "1", merges[0], **changes)
    (found,) = derived(story, env, keys={each.id: each for each in keys})[0].deployments.values()
    return found.grade, found.hand and found.hand.key, found.unsigned


def test_another_committer_of_the_pipelines_record_deployed_too_and_gives_it_no_second_name():
    assert hands(author=BOT) == (Grade.STATED, None, False)
    assert hands(author=BOT, committer=FORGE) == (Grade.TWO_NAMES, None, False)
    assert hands(author=BOT, committer=ADA) == (Grade.STATED, "ada", False)
    assert hands(author=BOT, committer=("x", "x@nowhere.example")) == (Grade.STATED, "x@nowhere.example", False)


def test_another_signer_of_the_pipelines_record_deployed_too():
    assert hands([key(person="ada")], author=BOT, signature=sign()) == (Grade.STATED, "ada", False)
    assert hands([key(person="ci-bot")], author=BOT, signature=sign()) == (Grade.SIGNED, None, False)
    assert hands([key(person="ci-bot")], author=BOT) == (Grade.STATED, None, True)


def test_another_signer_of_a_release_tag_deployed_too():
    story, merges = code()
    story.tag("v1", merges[0], message="One", tagger=BOT, signature=sign())
    (found,) = derived(story, pipelines=TAGS, keys={"KEY-1": key(person="ada")})[0].deployments.values()
    assert (found.grade, found.hand.key, found.unsigned) == (Grade.STATED, "ada", False)


def test_how_far_a_commit_reaches_is_the_newest_step_it_descends_from():
    story, merges = code()
    low = story.commit("On the first", {"b.txt": "1"}, on=merges[0])
    high = story.commit("On the last", {"b.txt": "2"}, on=merges[2])
    both = story.commit("Both", parents=(low, high))
    apart = story.commit("Apart", {"c.txt": "1"}, parents=())
    story.refs |= {"refs/heads/both": both, "refs/heads/apart": apart}
    story.tip = merges[2]
    line = trace_line(story.history(), merges[2])
    assert [line.reach(each) for each in (both, low, high, apart, merges[1], "f" * 40)] == [3, 1, 3, -1, 2, -1]


def test_an_old_tag_under_another_name_is_no_deployment_and_is_named():
    story, merges = code()
    story.tag("v1", merges[0], message="One", tagger=BOT)
    story.tags["v2"] = replace(story.tags["v1"], name="v2", written="v1")
    facts, problems = derived(story, pipelines=TAGS)
    assert [each.version for each in facts.deployments.values()] == ["v1"]
    assert [str(problem) for problem in problems] == [
        (
            "app: warning: the ref v2 holds the tag that was made as v1, so it counts as no deployment; "
            "find out who set it up under that name, and tag the release anew [tag-under-another-name]"
        )
    ]


def test_a_version_is_not_found_by_an_old_tag_under_its_name():
    story, merges = code()
    story.tag("v2", merges[0], message="One")
    env = environments(story)
    env.commit("Deploy", {"prod/app.yml": "version: 2\n"}, author=BOT)
    (found,) = derived(story, env)[0].deployments.values()
    assert found.commit == merges[0]
    story.tags["v2"] = replace(story.tags["v2"], written="v1")
    (found,) = derived(story, env)[0].deployments.values()
    assert found.commit == ""


def test_deployments_that_share_their_first_digits_have_keys_of_their_own():
    story, merges = code()
    for number, merge in enumerate(merges):
        story.tag(f"v{number}", merge, message="Release", tagger=BOT)
        story.tags[f"v{number}"] = replace(story.tags[f"v{number}"], object="a" * 8 + str(number) * 32)
    facts, _ = derived(story, pipelines=TAGS)
    assert list(facts.deployments) == [f"app/aaaaaaaa{number}" for number in range(3)]
