"""Examples of the checks on what stands in the repositories, each read from a commit that holds the files."""

from checks.examples.kit import Nothing, Told, of, set_as
from checks.factories import by_id, facts, isms, service
from history.story import Story

from tieout.history import contents
from tieout.model.settings import Config, Repository

CONFIG = Config(
    "Shop", repositories={"shop": Repository("shop", "x"), "env": Repository("env", "y", kind="environments")}
)


def told(check, files, registers, *, repo="shop"):
    """What stands in one repository, and what the check says of it."""
    story = Story(repo)
    story.commit("All of it", files)
    histories, pins = {repo: story.history()}, {repo: story.pin()}
    asked = contents.ask(histories, pins, registers, CONFIG)
    found = {one: contents.describe(each, histories[one].blobs) for one, each in asked.items()}
    return Told(facts(pins=pins, contents=found, pipelines={}), "", "", registers, repo, CONFIG)


def said(case, found, reason):
    return case._replace(found=found, reason=reason)


# --- dependencies-pinned --------------------------------------------------------------------------------------------

PACKAGE = '{"dependencies": {"fastify": "^5.1.0", "zod": "3.2.1"}}'
LOCK = """{"lockfileVersion": 3, "packages": {"": {},
 "node_modules/fastify": {"version": "5.4.0"}, "node_modules/zod": {"version": "3.2.1"}}}"""


def pinned(files):
    return told("dependencies-pinned", files, isms(checks=set_as("dependencies-pinned", paths=["**"])))


PINNED = of(
    "dependencies-pinned",
    passes=said(
        pinned({"package.json": PACKAGE, "package-lock.json": LOCK}),
        "2 dependencies, all pinned",
        "All 2 dependencies at package.json have a version that stands still.",
    ),
    fails=said(
        pinned({"package.json": PACKAGE}),
        "2 not pinned, of 2 dependencies",
        "At the audit's commit of shop: package.json has no lock file, and of its 2 dependencies 1 is named exactly.",
    ),
    cannot_tell=said(
        pinned({"Dockerfile": "FROM $BASE\n"}),
        "not all of it could be read",
        "Whether all is pinned in shop cannot be told: Dockerfile takes in $BASE, and what that is stands elsewhere.",
    ),
    does_not_apply=said(
        pinned({"README.md": "Hello"}),
        "no manifest",
        "In the repository shop nothing of shop takes anything in, at the paths **.",
    ),
    nothing=Nothing("No `paths` are set.", config=CONFIG),
)

# --- mandatory-libraries --------------------------------------------------------------------------------------------

ASKED = {"javascript": {"fastify": "5.2"}, "python": {"structlog": ""}}


def using(files):
    return told("mandatory-libraries", files, isms(checks=set_as("mandatory-libraries", libraries=ASKED)))


LIBRARIES = of(
    "mandatory-libraries",
    passes=said(
        using({"package.json": PACKAGE, "package-lock.json": LOCK}),
        "1 library, all there",
        "shop has fastify 5.4.0, by package.json.",
    ),
    fails=said(
        using({"requirements.txt": "flask==3.0\n"}),
        "1 missing or too old",
        "At the audit's commit of shop: structlog does not stand in requirements.txt.",
    ),
    cannot_tell=said(
        using({"package.json": "{"}),
        "cannot be told",
        "Whether shop has every library that is asked for cannot be told: package.json is not JSON.",
    ),
    does_not_apply=said(
        using({"go.mod": "module x\n"}),
        "no manifest of that language",
        "shop has no manifest of javascript or python in which shop could name them.",
    ),
    nothing=Nothing("No `libraries` are set.", config=CONFIG),
)

# --- policy-as-code-present -----------------------------------------------------------------------------------------

RULES = {"policy/storage.rego": "package storage"}
NAMED = {".github/workflows/ci.yml": "run: conftest test --policy policy/ ."}


def ruled(files, **fields):
    settings = set_as("policy-as-code-present", paths=["policy/**"], **fields)
    return told("policy-as-code-present", files, isms(checks=settings), repo="env")


def unread(case, repo):
    """The same, where the repository could not be read."""
    return case._replace(facts=facts(missing={repo: "its server does not answer"}, pins={}, pipelines={}))


POLICY = of(
    "policy-as-code-present",
    passes=said(
        ruled({**RULES, **NAMED}),
        "1 policy file",
        "env holds 1 policy file, named in env/.github/workflows/ci.yml; 2 files looked through hold no marker to ignore a finding.",
    ),
    fails=said(
        ruled(RULES),
        "1 thing wrong",
        "At the audit's commit env has 1 file of policy/** that no CI file of a linked repository names.",
    ),
    cannot_tell=said(
        unread(ruled(RULES), "env"),
        "repository not read",
        "What stands in env could not be read: its server does not answer.",
    ),
    does_not_apply=said(
        ruled(RULES, tiers=[3]), "tier not asked", "The check is set for tier 3, and shop is of tier 1."
    ),
    nothing=Nothing("No `paths` are set.", config=CONFIG),
)

# --- environments-separated -----------------------------------------------------------------------------------------

FILES = {"prod/shop.yml": "version: 1\n", "test/shop.yml": "version: 2\n"}
OWNERS = {"CODEOWNERS": "* yuki@shop.example\n/prod/ ravi@shop.example\n"}
SHARED = {"CODEOWNERS": "* yuki@shop.example\n"}


def apart(files, **registers):
    return told("environments-separated", files, isms(**registers), repo="env")


ENVIRONMENTS = of(
    "environments-separated",
    passes=said(
        apart({**FILES, **OWNERS}),
        "prod apart",
        "In env, prod (1 file) stands apart from test (1 file): each has paths and a set of code owners of its own in CODEOWNERS, and no file names a path of the other side.",
    ),
    fails=said(
        apart({**FILES, **SHARED}),
        "1 thing not apart",
        "At the audit's commit of env, prod and test have the same code owners, yuki@shop.example.",
    ),
    cannot_tell=said(
        apart({"prod/shop.yml": "version: 1\n", **OWNERS}),
        "paths not known",
        "env holds no file of dev and test, so production is apart from nothing there; if they stand elsewhere, name their paths under apart in the setting of this check.",
    ),
    does_not_apply=said(
        apart({**FILES, **SHARED}, services=by_id(service(tier=2)), checks=set_as("environments-separated", tiers=[1])),
        "tier not asked",
        "The check is set for tier 1, and shop is of tier 2.",
    ),
    nothing=Nothing("No environments repository is linked."),
)

EXAMPLES = (*PINNED, *LIBRARIES, *POLICY, *ENVIRONMENTS)
