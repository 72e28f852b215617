"""Release tags as such, and where a deployment stands against what production had reached."""

from dataclasses import replace

from history.story import BOT, HOUR, config, isms, service
from history.test_deployments import TAGS, code, deploy, derived, environments
from history.test_signatures import key, sign
from tests.checks.factories import by_id, record

from tieout.history import derive
from tieout.model.records import CheckSetting


def released(*stories, **registers):
    return derived(*stories, **registers)[0].releases


def test_release_tags_are_told_with_their_maker_and_the_verdict_on_their_signature():
    story, merges = code()
    story.tag("v1", merges[0], message="One", tagger=BOT, signature=sign())
    story.tag("v2", merges[1], message="Two", tagger=BOT)
    story.tag("v3", merges[2])
    story.tag("w1", merges[2], message="Other")
    (one, two, bare) = sorted(
        released(story, pipelines=TAGS, keys={"KEY-1": key(person="ci-bot")})["app"], key=lambda tag: tag.name
    )
    assert (one.by.person, one.signature.state, one.signature.signer) == ("ci-bot", "good", "ci-bot")
    assert (two.annotated, two.signature.state) == (True, "none")
    assert (bare.annotated, bare.by, bare.at) == (False, None, story.commits[merges[2]].committer.time)


def test_where_nobody_says_which_tags_are_releases_there_are_none_and_a_setting_says_it_first():
    story, merges = code()
    story.tag("v1", merges[0], message="One", tagger=BOT)
    story.tag("rel-1", merges[0], message="One", tagger=BOT)
    assert released(story) == {}
    asked = by_id(record(CheckSetting, "releases-signed", releases="rel-*"))
    for pipelines in ({}, {"pipelines": TAGS}):
        assert [tag.name for tag in released(story, checks=asked, **pipelines)["app"]] == ["rel-1"]


def test_services_of_one_repository_share_its_tags_and_a_later_tag_is_not_seen():
    story, merges = code()
    story.tag("v1", merges[0], message="One", tagger=BOT)
    story.tag("v2", merges[1], message="Two", tagger=BOT, at=story.clock + 9 * HOUR)
    services = {id_: service(id_) for id_ in ("app", "other")}
    found, _ = derive(
        {"app": story.history()},
        {"app": story.pin(cutoff=story.clock + HOUR)},
        isms(pipelines=TAGS, services=services),
        config(),
    )
    assert {id_: [tag.name for tag in tags] for id_, tags in found.releases.items()} == {"app": ["v1"], "other": ["v1"]}


def test_an_old_tag_under_another_name_keeps_the_name_that_was_signed():
    story, merges = code()
    story.tag("v1", merges[0], message="One", tagger=BOT)
    story.tags["v9"] = replace(story.tags["v1"], name="v9", written="v1")
    assert {(tag.name, tag.written) for tag in released(story, pipelines=TAGS)["app"]} == {("v1", ""), ("v9", "v1")}


def test_a_deployment_of_what_was_there_before_says_so():
    story, merges = code()
    env = environments(story)
    for version, merge in (("2", merges[2]), ("1", merges[0]), ("2", merges[2])):
        deploy(env, version, merge)
    assert [each.moved for each in derived(story, env)[0].deployments.values()] == ["", "back", "again"]
