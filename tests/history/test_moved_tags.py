"""A release tag that leads to another commit than was deployed as that version."""

from history.story import BEN, BOT, HOUR, config, isms, service
from history.test_deployments import code, deploy, environments

from tieout.history import derive


def deployed(tell, *, services=None, cutoff=0, versions=("v1.0",)):
    """Deployments of the second merge under these versions, once `tell(story, merges)` has set its tags up."""
    story, merges = code()
    env = environments(story)
    for version in versions:
        deploy(env, version, merges[1])
    tell(story, merges)
    histories = {one.repo: one.history() for one in (story, env)}
    pins = {one.repo: one.pin(**({"cutoff": cutoff} if cutoff else {})) for one in (story, env)}
    facts, problems = derive(histories, pins, isms(**({"services": services} if services else {})), config())
    return list(facts.deployments.values()), [problem for problem in problems if problem.code == "tag-not-as-deployed"]


def elsewhere(story, merges, **changes):
    story.tag("v1.0", merges[2], **({"message": "One", "tagger": BEN} | changes))


def test_a_tag_that_was_moved_after_the_deployment_is_told_with_who_made_it():
    (found,), (problem,) = deployed(elsewhere)
    assert found.tag is not None
    assert (found.tag.name, found.tag.by.person) == ("v1.0", "ben")
    assert found.tag.commit != found.commit
    assert problem.source.repo == "app"
    assert problem.message == (
        f"1 release tag leads to another commit than was deployed as that version: v1.0 is at {found.tag.commit[:8]}, "
        f"where {found.commit[:8]} was deployed on 2026-01-01; find out who moved it, or correct the record"
    )


def test_a_lightweight_tag_that_was_moved_tells_neither_when_nor_by_whom():
    (found,), (_,) = deployed(lambda story, merges: elsewhere(story, merges, message=""))
    assert (found.tag.at, found.tag.by) == (0, None)


def test_a_tag_on_the_deployed_commit_is_no_news_whatever_stands_before_its_number():
    for name, version in (("v1.0", "v1.0"), ("v1.0", "1.0"), ("1.0", "1.0")):
        (found,), problems = deployed(
            lambda story, merges, name=name: story.tag(name, merges[1], message="One"), versions=(version,)
        )
        assert (found.tag, problems) == (None, [])


def test_a_version_without_a_tag_and_a_deployment_that_is_the_tag_tell_nothing():
    (found,), problems = deployed(lambda story, merges: story.tag("v2.0", merges[2], message="Two"))
    assert (found.tag, problems) == (None, [])


def test_a_tag_that_was_made_later_is_not_seen_by_an_earlier_audit():
    story, _ = code()
    for later, seen in ((9 * HOUR, False), (HOUR, True)):
        (found,), _ = deployed(
            lambda story, merges, later=later: elsewhere(story, merges, at=story.clock + later),
            cutoff=story.clock + 5 * HOUR,
        )
        assert bool(found.tag) is seen


def test_a_version_that_was_deployed_twice_is_named_once():
    found, problems = deployed(elsewhere, versions=("v1.0", "v0.9", "v1.0"))
    assert [one.tag.name if one.tag else "" for one in found] == ["v1.0", "", "v1.0"]
    assert problems[0].message.startswith("1 release tag leads")


def test_a_tag_of_a_repository_that_two_services_share_names_neither():
    found, problems = deployed(elsewhere, services={id_: service(id_) for id_ in ("app", "other")})
    assert [one.tag for one in found] == [None]
    assert problems == []


def test_a_deployment_whose_commit_follows_from_the_tag_is_held_against_nothing():
    story, merges = code()
    elsewhere(story, merges)
    env = environments(story)
    env.commit("Deploy", {"prod/app.yml": "version: v1.0\n"}, author=BOT)
    histories = {one.repo: one.history() for one in (story, env)}
    facts, problems = derive(histories, {one.repo: one.pin() for one in (story, env)}, isms(), config())
    (found,) = facts.deployments.values()
    assert (found.commit, found.tag) == (merges[2], None)
    assert problems == ()
