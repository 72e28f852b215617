"""The same from commits: a shop of a few of them is derived and judged, and one check or more of each family says so.

Alice starts the shop with its pipeline, and her work comes in by a merge of Bob's; Carol pushes straight to the branch. The
pipeline deploys the one, Carol the other. Beside them stands the ISMS, in which a threat was read again.
"""

from dataclasses import replace

from checks.examples.declared import OWN
from checks.examples.history import BEFORE, MATCH
from checks.examples.kit import Example, Told
from checks.factories import ALICE, BOB, CAROL, CI_BOT, at, by_id, exception, isms, person, service, threat
from history.story import Story

from tieout.history import derive
from tieout.model.history import SecretScan
from tieout.model.settings import Config, Repository

LINKED = {
    "shop": Repository("shop", "../shop"),
    "env": Repository("env", "../env", kind="environments", only_robots_push=True),
}
CONFIG = Config("Shop", repositories=LINKED, change_references=("SHOP",))
CI = "jobs:\n  unit-tests: {stage: test, run: make test}\n"
OWNERS = "limits/ alice@shop.example\n"


def by(identity):
    return (identity.name, identity.email)


def version(number, commit):
    return {"prod/shop.yml": f"service: shop\nversion: 1.{number}.0\ncommit: {commit}\n"}


SHOP, ENV, KEPT = Story("shop"), Story("env"), Story("isms")
START = SHOP.commit("SHOP-1 Start", {"ci.yml": CI, "CODEOWNERS": OWNERS}, author=by(ALICE), at=at("2026-06-01"))
WORK = SHOP.commit("SHOP-2 Round prices down", {"price.py": "1"}, on=START, author=by(ALICE), at=at("2026-07-01"))
MERGE = SHOP.commit(
    "Merge pull request #2 from alice/work\n\nSHOP-2 Round prices down",
    parents=(START, WORK),
    author=by(BOB),
    at=at("2026-07-02"),
)
PUSH = SHOP.commit("Raise a limit", {"limits/daily.yml": "9"}, author=by(CAROL), at=at("2026-07-06"))
ENV.commit("Start", {"README": "Where things run."}, author=by(CI_BOT), at=at("2026-06-01"))
FIRST = ENV.commit("Deploy shop 1.1.0", version(1, MERGE), author=by(CI_BOT), at=at("2026-07-03"))
SECOND = ENV.commit("Deploy shop 1.2.0", version(2, PUSH), author=by(CAROL), at=at("2026-07-07"))
KEPT.commit("First registers", {"THR-1.md": "1"}, author=by(ALICE), at=at("2026-01-05"))
KEPT.commit("Read the threat again", {"THR-1.md": "2"}, author=by(ALICE), at=at("2026-06-03"))
MERGED, PUSHED, PIPED, BY_HAND = (f"shop/{commit[:8]}" for commit in (MERGE, PUSH, FIRST, SECOND))
STORIES = (SHOP, ENV, KEPT)
TIER_2 = by_id(service(tier=2))


def told(found, reason, key, **registers):
    """What follows from the commits for an ISMS with some registers."""
    known = isms(**({"services": TIER_2} | registers))
    histories = {story.repo: story.history() for story in STORIES}
    scans = {PUSH: SecretScan((MATCH,)), MERGE: SecretScan()}
    histories["shop"] = replace(histories["shop"], secret_scans=scans)
    pins = {story.repo: story.pin() for story in STORIES}
    facts, problems = derive(histories, pins, known, CONFIG)
    assert problems == ()
    return Told(facts, found, reason, known, key, CONFIG)


LEFT = by_id(
    person(ALICE, active={"from": "2020-01-01", "to": "2026-06-30"}), person(BOB), person(CAROL), person(CI_BOT)
)
PERMIT = exception(approved_by={"person": "bob", "on": "2026-06-01"})
READ = threat(review_every="6mo", reviewed="2026-06-01")
SEALED = BEFORE.model_copy(update={"snapshot": {"shop": START}})
TOLD = (
    (
        "change-reviewed",
        "pass",
        told(
            "two names",
            "Bob, who is not among the authors, approved the change on 2 July 2026; the grade of that is two names, and tier 2 (shop) asks two names or better.",
            MERGED,
        ),
    ),
    (
        "change-reviewed",
        "fail",
        told("no approval", "No approval by a second person was found for the change by Carol.", PUSHED),
    ),
    (
        "change-reviewed",
        "excepted",
        told(
            "no approval",
            "No approval by a second person was found for the change by Carol. EXC-1 permits it until 31 August 2026.",
            PUSHED,
            exceptions=by_id(PERMIT),
        ),
    ),
    (
        "approval-covers-content",
        "pass",
        told("nothing came later", "Bob, who wrote none of it, brought this revision in.", MERGED),
    ),
    (
        "emergency-reviewed",
        "fail",
        told(
            "no review",
            "The change was pushed to the branch directly on 6 July 2026, and no review by anyone outside its authors (Carol) is recorded.",
            PUSHED,
        ),
    ),
    (
        "no-direct-push",
        "unknown",
        told(
            "only its message says so",
            "Only its message says that the change was merged; no review record, no proposal that was kept and no forge as committer bears it out.",
            MERGED,
        ),
    ),
    (
        "no-direct-push",
        "fail",
        told(
            "direct push",
            "Carol put this commit on the protected branch directly: it is no merge, and no record tells of a proposal.",
            PUSHED,
        ),
    ),
    (
        "change-reference",
        "fail",
        told(
            "no ticket",
            "The change names no ticket: neither its title, its body nor the messages that it carries hold one with the prefix SHOP.",
            PUSHED,
        ),
    ),
    (
        "commits-signed",
        "fail",
        told("2 of 2 commits unsigned", "2 of 2 commits are unsigned, the first of them fa0a89f3.", MERGED),
    ),
    (
        "required-steps-configured",
        "pass",
        told(
            "1 of 1 step, from 6 June 2026 to 30 September 2026",
            "The only required step stands in ci.yml and may not fail, from 6 June 2026 to 30 September 2026.",
            f"shop/{START[:8]}",
        ),
    ),
    (
        "required-steps-passed",
        "unknown",
        told("no record", "No exported record holds results of pipeline steps for this change.", MERGED),
    ),
    (
        "environments-separated",
        "unknown",
        told(
            "paths not known",
            "No pipeline says where the environments stand in env; name their paths under apart in the setting of this check.",
            "env",
        ),
    ),
    ("deployed-by-pipeline", "pass", told("CI", "CI, an identity of the pipeline, deployed shop 1.1.0.", PIPED)),
    (
        "deployed-by-pipeline",
        "fail",
        told("Carol", "Carol deployed shop 1.2.0, outside the approved pipeline.", BY_HAND),
    ),
    (
        "deployed-from-protected-branch",
        "pass",
        told("4c5db907 on main", "The deployed commit 4c5db907 is on main of shop.", BY_HAND),
    ),
    (
        "author-not-deployer",
        "fail",
        told(
            "deployed by an author",
            "Carol deployed, and wrote part of what then reached production (1 change).",
            BY_HAND,
        ),
    ),
    (
        "author-approver-deployer-distinct",
        "not-applicable",
        told("tier not asked", "Three people are asked of tier 1, and shop is of tier 2.", PIPED),
    ),
    (
        "promotion-order",
        "fail",
        told("not in test", "shop 1.1.0 went to production, and was not in test before.", PIPED),
    ),
    (
        "records-reviewed",
        "pass",
        told(
            "read 2026-06-01",
            "THR-1 says that it was last read on 1 June 2026, which a change of its file on 3 June 2026 bears out.",
            "THR-1",
            threats=by_id(READ),
        ),
    ),
    (
        "no-leavers",
        "fail",
        told(
            "left 2026-06-30",
            "Alice left on 30 June 2026, but is code owner of limits/daily.yml, as the change shop/4c5db907 of 6 July 2026 shows.",
            "alice",
            people=LEFT,
        ),
    ),
    (
        "no-secrets-or-real-data",
        "fail",
        told(
            "1 line: named-secret",
            "tests/gateway.yml:3 looks like a value behind a name such as api_key or password. The value is not shown here.",
            PUSHED,
        ),
    ),
    (
        "history-intact",
        "pass",
        told(
            "sealed commit still there",
            "AUD-0 of 5 June 2026 sealed shop at b0da6f8a9714, and the branch still stands on it.",
            "shop",
            audits=by_id(SEALED),
        ),
    ),
    (
        "limits",
        "fail",
        told("tickets empty", "The field tickets is empty, and must be at least 2.", PUSHED, own_checks=by_id(OWN)),
    ),
)
HISTORIES = tuple(Example(*one) for one in TOLD)
