"""Release tags: annotated, and signed by the pipeline or by somebody who may release."""

import pytest
from tests.checks.factories import (
    ALICE,
    BOB,
    CI_BOT,
    at,
    by_id,
    exception,
    facts,
    isms,
    items,
    only,
    person,
    record,
    service,
    signed,
)

from tieout.model import records as r
from tieout.model.grades import Grade
from tieout.model.history import ReleaseTag, Signature
from tieout.model.results import Outcome

CHECK = "releases-signed"


def tag(by=CI_BOT, signature=None, **fields):
    base = {"repo": "shop", "name": "v1.2", "commit": "a" * 40, "at": at("2026-07-02"), "annotated": True, "by": by}
    return ReleaseTag(**(base | {"signature": signature or (signed(by) if by else Signature())} | fields))


def judged(one, registers=None, service="shop"):
    return only(CHECK, registers or isms(), facts(releases={service: (one,)}))


def with_roles(**more):
    people = by_id(person(ALICE), person(BOB, roles=["release-manager"]), person(CI_BOT))
    return isms(people=people, checks=by_id(record(r.CheckSetting, CHECK, roles=["release-manager"])), **more)


def test_a_tag_that_the_pipeline_signed_passes():
    item = judged(tag())
    assert (item.outcome, item.grade, item.key, item.people) == (
        Outcome.PASS,
        Grade.SIGNED,
        "shop, tag v1.2",
        ("ci-bot",),
    )
    assert item.reason == "CI, an identity of the pipeline, signed the release tag v1.2 of shop on 2 July 2026."


def test_a_holder_of_a_release_role_passes_and_nobody_else_does():
    right = judged(tag(BOB), with_roles())
    assert right.reason == (
        "Bob, who holds the role release-manager, signed the release tag v1.2 of shop on 2 July 2026."
    )
    assert right.outcome is Outcome.PASS
    wrong = judged(tag(ALICE), with_roles())
    assert wrong.outcome is Outcome.FAIL
    assert wrong.reason == (
        "Alice signed the release tag v1.2 of shop on 2 July 2026, and is neither the pipeline nor holds the role "
        "release-manager."
    )


def test_without_a_release_role_a_persons_signature_cannot_be_told():
    item = judged(tag(BOB))
    assert item.outcome is Outcome.UNKNOWN
    assert item.reason == (
        "Bob signed the release tag v1.2 of shop on 2 July 2026, and no setting says which roles may release, so whether "
        "that was allowed cannot be told."
    )


def test_a_lightweight_tag_fails():
    item = judged(tag(by=None, annotated=False))
    assert (item.outcome, item.found) == (Outcome.FAIL, "lightweight tag")
    assert item.reason == (
        "The release tag v1.2 of shop is a lightweight one, on a commit of 2 July 2026: nobody signed it, and it carries "
        "neither date nor name."
    )


@pytest.mark.parametrize(
    ("state", "outcome", "words"),
    [
        ("none", "fail", "carries no signature"),
        ("bad", "fail", "carries a signature that does not fit its content"),
        ("out-of-date", "fail", "is signed by a key that was not valid on that day"),
        ("unknown-key", "unknown", "is signed by a key that nobody registered"),
        ("unverifiable", "unknown", "carries a signature that cannot be verified here"),
        ("unreadable", "unknown", "carries a signature that cannot be read here"),
    ],
)
def test_any_other_signature_fails_or_cannot_be_told(state, outcome, words):
    item = judged(tag(BOB, Signature(state, "ssh")), with_roles())
    assert item.outcome.value == outcome
    assert item.reason == f"The release tag v1.2 of shop, made by Bob on 2 July 2026, {words}."


def test_a_signed_tag_under_another_name_fails():
    item = judged(tag(written="v1.1"))
    assert item.reason == (
        "The release tag v1.2 of shop holds a tag that CI made as v1.1 on 2 July 2026; what was signed has another name."
    )


def test_a_tag_of_a_shared_repository_is_one_item_of_both_services():
    two = isms(services=by_id(service("shop", 2), service("till", 1, repos=[{"repo": "shop"}])))
    (item,) = items(CHECK, two, facts(releases={"shop": (tag(),), "till": (tag(),)}))
    assert (item.service, item.others) == ("till", ("shop",))


def test_tags_of_other_periods_are_no_items_and_an_exception_permits_one():
    assert items(CHECK, isms(), facts(releases={"shop": (tag(at=at("2026-01-02")),)})) == ()
    assert items(CHECK, isms(), facts()) == ()
    permitted = with_roles(exceptions=by_id(exception(excepts=[f"check:{CHECK}"])))
    assert judged(tag(ALICE), permitted).outcome is Outcome.EXCEPTED
    other = isms(checks=by_id(record(r.CheckSetting, CHECK, tiers=[2])))
    assert judged(tag(ALICE), other).outcome is Outcome.NOT_APPLICABLE


def test_releases_of_a_repository_that_was_not_read_cannot_be_told():
    unread = facts(missing={"shop": "its server does not answer"}, pins={})
    asked = isms(checks=by_id(record(r.CheckSetting, CHECK, releases="v*")))
    item = only(CHECK, asked, unread)
    assert (item.outcome, item.key) == (Outcome.UNKNOWN, "shop")
    assert items(CHECK, isms(), unread) == ()  # nobody said which tags are releases
