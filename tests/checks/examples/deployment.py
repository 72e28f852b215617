"""Examples of the checks on deployments. The pipeline deploys, Carol triggers it; what Alice wrote goes out."""

from dataclasses import replace

from checks.examples.kit import Nothing, Told, of, set_as
from checks.factories import (
    ALICE,
    BOB,
    CAROL,
    CI_BOT,
    CONFIG,
    approval,
    at,
    by_id,
    change,
    deployment,
    facts,
    isms,
    person,
    pipeline,
    service,
    signed,
)

from tieout.model import records as r
from tieout.model.history import ReleaseTag, Signature, Unmatched
from tieout.model.settings import Repository

BY_HAND = {"by": CAROL, "by_pipeline": False, "requested_by": None}


def deployed(*changes, **fields):
    return facts(*(changes or (change(),)), deployments=(deployment(**fields),))


FAILED = deployed(result="failed", changes=())
SOAKED = isms(checks=set_as("promotion-order", soak="24h"))
APPROVED = change(approvals=(approval(BOB),))

WAY = (
    *of(
        "promotion-order",
        passes=Told(deployed(), "first in test, for 22 hours", "shop 1.2.3 came to test 22 hours before production."),
        fails=Told(
            deployed(),
            "22 hours in test",
            "shop 1.2.3 came to test only 22 hours before production; 24 hours are asked.",
            SOAKED,
        ),
        cannot_tell=Told(
            deployed(basis="annotated tag"),
            "no environments repository",
            "The deployment is read from a tag, which says nothing about earlier environments.",
        ),
        does_not_apply=Told(
            FAILED,
            "nothing deployed",
            "The deployment failed, so no version is known to have come to production with it.",
        ),
        nothing=Nothing("Nothing was deployed to production in the period."),
    ),
    *of(
        "author-not-deployer",
        passes=Told(
            deployed(), "deployed by another person", "Carol triggered the pipeline and wrote none of the change."
        ),
        fails=Told(
            deployed(requested_by=ALICE),
            "deployed by an author",
            "Alice triggered the pipeline, and wrote part of what then reached production (1 change).",
        ),
        cannot_tell=Told(
            deployed(requested_by=None),
            "no person recorded",
            "CI, an identity of the pipeline, deployed, and the record names nobody who triggered it; so the deployer's part was the pipeline's, and who set it off cannot be told.",
        ),
        does_not_apply=Told(
            deployed(changes=()),
            "nothing new deployed",
            "No change reached production for the first time with this deployment.",
        ),
        nothing=Nothing("Nothing was deployed to production in the period."),
    ),
    *of(
        "author-approver-deployer-distinct",
        passes=Told(
            deployed(APPROVED),
            "three people",
            "Alice wrote what was deployed, Bob approved it, and Carol triggered the pipeline.",
        ),
        fails=Told(
            deployed(),
            "approved by an author or nobody",
            "Nobody but Alice, who wrote it, is seen to have approved shop/61000000.",
        ),
        cannot_tell=Told(
            deployed(APPROVED, requested_by=None),
            "no person recorded",
            "CI, an identity of the pipeline, deployed, and the record names nobody who triggered it; so the deployer's part was the pipeline's, and who set it off cannot be told.",
        ),
        does_not_apply=Told(
            deployed(APPROVED),
            "tier not asked",
            "Three people are asked of tier 1, and shop is of tier 2.",
            isms(services=by_id(service(tier=2))),
        ),
        nothing=Nothing("Nothing was deployed to production in the period."),
    ),
    *of(
        "deployed-by-pipeline",
        passes=Told(deployed(), "CI", "CI, an identity of the pipeline, deployed shop 1.2.3."),
        fails=Told(
            deployed(**BY_HAND, host="batch-01"),
            "Carol from batch-01",
            "Carol deployed shop 1.2.3 from batch-01, outside the approved pipeline.",
        ),
        cannot_tell=Told(
            deployed(unsigned=True),
            "CI, unsigned",
            "The record carries the address of CI, which has a registered key, and not its signature; anyone can type an address, so who deployed cannot be told.",
        ),
        does_not_apply=Told(
            deployed(**BY_HAND),
            "before this check was adopted",
            "This was before the check was adopted on 1 August 2026.",
            isms(checks=set_as("deployed-by-pipeline", since="2026-08-01")),
        ),
        nothing=Nothing("Nothing was deployed to production in the period."),
    ),
    *of(
        "deployed-from-protected-branch",
        passes=Told(deployed(), "61000000 on main", "The deployed commit 61000000 is on main of shop."),
        fails=Told(
            deployed(on_branch=False), "61000000 not on main", "The deployed commit 61000000 is not on main of shop."
        ),
        cannot_tell=Told(
            deployed(on_branch=None),
            "commit not known",
            "The deployed commit of shop 1.2.3 cannot be told or was not read.",
        ),
        does_not_apply=Told(
            deployed(on_branch=False),
            "tier not asked",
            "The check is set for tier 2 or 3, and shop is of tier 1.",
            isms(checks=set_as("deployed-from-protected-branch", tiers=[2, 3])),
        ),
        nothing=Nothing("Nothing was deployed to production in the period."),
    ),
)

# --- batch-size -----------------------------------------------------------------------------------------------------

BEFORE = change("e", "2026-06-09")
EARLIER = deployment("e", "2026-06-10", changes=(BEFORE.key,))
ONE, TWO = change("a", "2026-06-30"), change("b", "2026-07-01")
AT_MOST = isms(checks=set_as("batch-size", most_changes=1, oldest="7d"))
KEY = deployment().key


def batch(*changes, **fields):
    second = deployment(changes=tuple(one.key for one in changes), **fields)
    return facts(BEFORE, *changes, deployments=(EARLIER, second))


BATCH = of(
    "batch-size",
    passes=Told(
        batch(ONE),
        "1 change, oldest 2 days",
        "It brought 1 change, shop/61000000, which had waited 2 days.",
        AT_MOST,
        KEY,
    ),
    fails=Told(
        batch(ONE, TWO),
        "2 changes, oldest 2 days",
        "It brought 2 changes, of which the oldest, shop/61000000, had waited 2 days; at most 1 may come at once.",
        AT_MOST,
        KEY,
    ),
    cannot_tell=Told(
        facts(ONE, deployments=(deployment(),)),
        "first deployment told",
        "It is the first deployment of shop that the source tells of, and takes in all that came before it (1 change); which of them it brought cannot be told.",
        AT_MOST,
    ),
    does_not_apply=Told(
        batch(),
        "nothing new deployed",
        "No change reached production for the first time with this deployment.",
        AT_MOST,
        KEY,
    ),
    nothing=Nothing("Neither `most_changes` nor `oldest` is set.", batch(ONE, TWO)),
)

# --- no-unrecorded-deployment ---------------------------------------------------------------------------------------

PLACE = "records:deployments.jsonl:1"
RECORDED = deployment(basis="deployment record", where=PLACE, result="succeeded")
SOURCE = {"kind": "records", "repo": "records", "cross_check": {"kind": "gitops", "repo": "env"}}
GOLDEN = pipeline().model_copy(update={"deployments": r.DeploymentSource.model_validate(SOURCE)})
BOTH = isms(pipelines=by_id(GOLDEN))
LINKED = replace(CONFIG, repositories={"records": Repository("records", "x", kind="records", deployments=("*.jsonl",))})


def compared(*unmatched, one=RECORDED):
    pins = facts().pins | {"records": facts().pins["env"]}
    return facts(change(), deployments=(one,), unmatched={"shop": unmatched}, pins=pins)


def by_records(day="2026-07-02"):
    return Unmatched("prod", at(day), "1.2.3", change().id, PLACE, "deployment records", "environments repository")


UNTOLD = replace(RECORDED, at=at("2026-09-30", 18))
RECORDS = of(
    "no-unrecorded-deployment",
    passes=Told(
        compared(),
        "told by both",
        "The deployment record and the environments repository both tell that shop 1.2.3 was deployed.",
        BOTH,
        config=LINKED,
    ),
    fails=Told(
        compared(by_records()),
        "missing in the environments repository",
        "The deployment records tell that shop 1.2.3 was deployed on 2 July 2026 (records:deployments.jsonl:1), and the environments repository does not tell of it.",
        BOTH,
        config=LINKED,
    ),
    cannot_tell=Told(
        deployed(),
        "one source only",
        "Whether every deployment of shop is recorded cannot be told: its pipeline golden declares one source, and none to hold it against.",
        isms(checks=set_as("no-unrecorded-deployment")),
    ),
    does_not_apply=Told(
        compared(one=replace(RECORDED, result="failed", changes=())),
        "nothing deployed",
        "The deployment failed, and the environments repository need not tell of it.",
        BOTH,
        config=LINKED,
    ),
    nothing=Nothing("Each pipeline declares one source, and nobody relies on the check.", deployed()),
)

# --- releases-signed ------------------------------------------------------------------------------------------------


def tagged(signature, by=BOB, **fields):
    base = {"repo": "shop", "name": "v1.2", "commit": "a" * 40, "at": at("2026-07-02"), "annotated": True, "by": by}
    return facts(releases={"shop": (ReleaseTag(**(base | {"signature": signature} | fields)),)})


def releasing(**fields):
    people = by_id(person(ALICE), person(BOB, roles=["release-manager"]), person(CI_BOT))
    return isms(people=people, checks=set_as("releases-signed", roles=["release-manager"], **fields))


RELEASES = of(
    "releases-signed",
    passes=Told(
        tagged(signed(BOB)),
        "signed by a release-manager",
        "Bob, who holds the role release-manager, signed the release tag v1.2 of shop on 2 July 2026.",
        releasing(),
    ),
    fails=Told(
        tagged(signed(ALICE), by=ALICE),
        "signed by somebody else",
        "Alice signed the release tag v1.2 of shop on 2 July 2026, and is neither the pipeline nor holds the role release-manager.",
        releasing(),
    ),
    cannot_tell=Told(
        tagged(Signature("unknown-key", "ssh")),
        "key not registered",
        "The release tag v1.2 of shop, made by Bob on 2 July 2026, is signed by a key that nobody registered.",
        releasing(),
    ),
    does_not_apply=Told(
        tagged(signed(ALICE), by=ALICE),
        "before this check was adopted",
        "This was before the check was adopted on 1 August 2026.",
        releasing(since="2026-08-01"),
    ),
    nothing=Nothing("No release tag was made in the period.", isms=releasing()),
)

EXAMPLES = (*WAY, *BATCH, *RECORDS, *RELEASES)
