from dataclasses import replace

import pytest
from tests.checks import factories as f
from tests.history.story import Story

from tieout.history import contents
from tieout.model import records as r
from tieout.model.history import Pin
from tieout.model.results import Outcome
from tieout.model.settings import Config, Repository
from tieout.problems import Source

CONFIG = Config(
    "Shop", repositories={"shop": Repository("shop", "x"), "env": Repository("env", "y", kind="environments")}
)
PACKAGE = '{"dependencies": {"fastify": "^5.1.0", "zod": "3.2.1"}}'
LOCK = """{"lockfileVersion": 3, "packages": {"": {},
 "node_modules/fastify": {"version": "5.4.0"}, "node_modules/zod": {"version": "3.2.1"}}}"""
TERRAFORM = 'resource "aws_s3_bucket" "logs" {} # tfsec:ignore:aws-s3-enable-versioning'
OWNERS = "* yuki@shop.example\n/prod/ ravi@shop.example\n"
ENVIRONMENTS = {"CODEOWNERS": OWNERS, "prod/shop.yml": "version: 1\n", "test/shop.yml": "version: 2\n"}


def setting(check, **fields):
    return f.by_id(r.CheckSetting.model_validate({"@id": check, "@place": Source(), "title": check, **fields}))


def facts_of(registers, config=CONFIG, read=True, **files):
    """What stands in some repositories, from their files; without `read`, their contents could not be read."""
    stories = {repo: Story(repo) for repo in files}
    for repo, story in stories.items():
        story.commit("All of it", files[repo])
    histories = {repo: story.history() for repo, story in stories.items()}
    pins = {repo: story.pin() for repo, story in stories.items()}
    asked = contents.ask(histories, pins, registers, config)
    found = {repo: contents.describe(one, histories[repo].blobs if read else {}) for repo, one in asked.items()}
    return f.facts(pins=pins, contents=found, pipelines={})


def judge(check, files, settings=None, repo="shop", read=True, **registers):
    """The only item of a check on one repository with these files."""
    known = f.isms(checks=settings if settings is not None else f.by_id(), **registers)
    return f.only(check, known, facts_of(known, CONFIG, read, **{repo: files}), CONFIG)


def pinned(files, *paths, **fields):
    return judge("dependencies-pinned", files, setting("dependencies-pinned", paths=paths or ["**"], **fields))


# --- dependencies-pinned -------------------------------------------------------------------------------------------


def test_a_manifest_in_step_with_its_lock_file_passes():
    item = pinned({"package.json": PACKAGE, "package-lock.json": LOCK})
    assert (item.outcome, item.found) == (Outcome.PASS, "2 dependencies, all pinned")
    assert item.reason == "All 2 dependencies at package.json have a version that stands still."
    assert (item.key, item.service, item.kind) == ("shop", "shop", "repository")


def test_a_manifest_without_its_lock_file_fails():
    item = pinned({"package.json": PACKAGE})
    assert item.outcome is Outcome.FAIL
    assert item.reason == (
        "At the audit's commit of shop: package.json has no lock file, and of its 2 dependencies 1 is named exactly."
    )


def test_a_lock_file_out_of_step_fails():
    item = pinned(
        {"package.json": PACKAGE.replace("3.2.1", "4.0.0"), "package-lock.json": LOCK.replace("fastify", "other")}
    )
    assert item.reason == (
        "At the audit's commit of shop: in package.json fastify does not stand in package-lock.json; in package.json zod is "
        "asked for as 4.0.0, and package-lock.json has 3.2.1."
    )
    assert item.found == "2 not pinned, of 2 dependencies"


def test_only_the_first_things_that_are_wrong_are_named():
    item = pinned({"requirements.txt": "a\nb\nc\nd\ne>=2\n"})
    assert item.reason.endswith("in requirements.txt c is asked for at any version; and 2 more.")


def test_an_action_by_a_branch_fails_and_one_by_a_version_is_counted():
    steps = "steps: [{uses: actions/checkout@v4}, {uses: acme/scan@main}, {uses: ./own}]"
    item = pinned({".github/workflows/ci.yml": f"jobs:\n  a:\n    {steps}\n"})
    assert item.reason == (
        "At the audit's commit of shop: .github/workflows/ci.yml takes in acme/scan@main, which names a branch or another name "
        "that moves. 1 action or image is named by a version, which can be moved."
    )


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"package.json": "{"}, "package.json is not JSON"),
        ({"package.json": PACKAGE, "package-lock.json": "[1]"}, "package-lock.json is not an object of JSON"),
        ({"Dockerfile": "FROM $BASE\n"}, "Dockerfile takes in $BASE, and what that is stands elsewhere"),
        ({".gitlab-ci.yml": "a: [\n"}, ".gitlab-ci.yml: it is not YAML that can be read whole"),
        (
            {"build.gradle": "implementation libs.guava"},
            "build.gradle takes versions from elsewhere, such as a catalogue or a platform, which is not read",
        ),
    ],
)
def test_what_cannot_be_read_is_unknown(files, why):
    item = pinned(files)
    assert item.outcome is Outcome.UNKNOWN
    assert item.reason == f"Whether all is pinned in shop cannot be told: {why}."


def test_contents_that_were_not_handed_over_are_unknown():
    item = judge(
        "dependencies-pinned", {"go.mod": "module x\n"}, setting("dependencies-pinned", paths=["**"]), read=False
    )
    assert item.reason == (
        "Whether all is pinned in shop cannot be told: go.mod could not be read, or is larger than is read."
    )


def test_a_repository_without_manifests_is_not_applicable():
    item = pinned({"README.md": "Hello"}, "package.json", "/requirements.txt")
    assert item.outcome is Outcome.NOT_APPLICABLE
    assert item.reason == (
        "In the repository shop nothing of shop takes anything in, at the paths package.json and /requirements.txt."
    )


def test_a_repository_that_was_not_read_is_unknown():
    registers = f.isms(checks=setting("dependencies-pinned", paths=["**"]))
    item = f.only("dependencies-pinned", registers, f.facts(missing={"shop": "the server does not answer"}), CONFIG)
    assert item.reason == "What stands in shop could not be read: the server does not answer."


def test_a_history_that_is_cut_off_passes_nothing():
    registers = f.isms(checks=setting("dependencies-pinned", paths=["**"]))
    story = Story("shop")
    story.commit("One", {"go.mod": "module x\n"})
    asked = contents.ask({"shop": story.history(complete=False)}, {"shop": story.pin()}, registers, CONFIG)
    found = contents.describe(asked["shop"], story.blobs)
    item = f.only("dependencies-pinned", registers, f.facts(contents={"shop": found}), CONFIG)
    assert item.outcome is Outcome.UNKNOWN
    assert item.reason == (
        "Not all files of shop are known: its history is cut off, so files that were there before are not seen."
    )


def test_without_a_setting_nobody_asked_and_nothing_is_read():
    story = Story("shop")
    story.commit("One", {"package.json": PACKAGE})
    registers = f.isms()
    (asked,) = contents.ask({"shop": story.history()}, {"shop": story.pin()}, registers, CONFIG).values()
    assert asked.blobs == ()
    assert f.items("dependencies-pinned", registers, f.facts(), CONFIG) == ()


def test_paths_that_are_allowed_and_those_of_other_services_are_passed_over():
    files = {
        "app/package.json": PACKAGE,
        "app/package-lock.json": LOCK,
        "app/fixtures/package.json": PACKAGE,
        "other/go.mod": "x",
    }
    service = f.service(repos=[{"repo": "shop", "paths": ["app/**"]}])
    known = setting("dependencies-pinned", paths=["**"], allow=["fixtures/"], why="Test data.")
    assert judge("dependencies-pinned", files, known, services=f.by_id(service)).outcome is Outcome.PASS


def test_before_the_check_was_adopted_nothing_is_judged():
    item = pinned({"package.json": PACKAGE}, since="2026-10-15")
    assert item.reason == "This was before the check was adopted on 15 October 2026."


# --- mandatory-libraries -------------------------------------------------------------------------------------------


def libraries(files, asked, **registers):
    return judge("mandatory-libraries", files, setting("mandatory-libraries", libraries=asked), **registers)


GOLDEN = {"javascript": {"fastify": "5.2"}, "python": {"structlog": ""}}


def test_a_library_at_a_later_version_passes():
    item = libraries({"package.json": PACKAGE, "package-lock.json": LOCK}, GOLDEN)
    assert item.reason == "shop has fastify 5.4.0, by package.json."
    assert (item.outcome, item.expected) == (Outcome.PASS, "fastify 5.2 and structlog")


def test_a_library_that_is_missing_or_too_old_fails():
    files = {"package.json": PACKAGE, "package-lock.json": LOCK, "requirements.txt": "flask==3.0\n"}
    item = libraries(files, {"javascript": {"fastify": "6"}, "python": {"structlog": ""}})
    assert item.outcome is Outcome.FAIL
    assert item.reason == (
        "At the audit's commit of shop: fastify is there at 5.4.0, and 6 is asked for; structlog does not stand in "
        "requirements.txt."
    )


def test_a_library_whose_version_cannot_be_compared_is_unknown():
    item = libraries({"requirements.txt": "structlog==24.1rc1\n"}, {"python": {"structlog": "24"}})
    assert item.reason == (
        "Whether shop has every library that is asked for cannot be told: structlog is there at 24.1rc1, which cannot be compared with 24."
    )


def test_a_language_that_is_not_read_is_unknown():
    item = libraries({"package.json": PACKAGE}, {"cobol": {"log": ""}})
    assert item.reason == (
        "Whether shop has every library that is asked for cannot be told: no manifest of cobol is read here."
    )


# --- policy-as-code-present ----------------------------------------------------------------------------------------


def policy(files, *paths, **registers):
    known = setting("policy-as-code-present", paths=paths or ["policy/**"])
    return judge("policy-as-code-present", files, known, repo="env", **registers)


POLICY = {"policy/storage.rego": "package storage", ".github/workflows/ci.yml": "run: conftest test --policy policy/ ."}


def test_policies_that_ci_names_pass():
    item = policy(POLICY)
    assert item.outcome is Outcome.PASS
    assert item.reason == (
        "env holds 1 policy file, named in env/.github/workflows/ci.yml; 2 files looked through hold no marker to ignore "
        "a finding."
    )
    assert (item.key, item.service) == ("env", "shop")


def test_policies_that_are_missing_or_that_no_ci_file_names_fail():
    assert policy({"README.md": "Hello"}).reason == "At the audit's commit env holds no file of policy/**."
    assert policy({"policy/storage.rego": "package storage"}).reason == (
        "At the audit's commit env has 1 file of policy/** that no CI file of a linked repository names."
    )


def test_a_marker_needs_an_exception_that_is_in_force():
    item = policy({**POLICY, "main.tf": TERRAFORM})
    assert item.reason == "At the audit's commit env ignores findings without an exception at main.tf:1 (tfsec:ignore)."
    other = {**POLICY, "main.tf": f"{TERRAFORM} EXC-1"}
    assert (
        policy(other).reason
        == "At the audit's commit env ignores a finding at main.tf:1 by EXC-1, which is not in force."
    )
    known = f.by_id(f.exception(expires="2026-10-31"))
    item = policy(other, exceptions=known)
    assert item.outcome is Outcome.PASS
    assert item.reason.endswith("hold no other marker to ignore a finding. 1 finding is ignored under EXC-1.")


def test_a_policy_may_be_named_by_another_repository():
    known = f.isms(checks=setting("policy-as-code-present", paths=["policy/**"]))
    files = {"env": {"policy/a.rego": "x"}, "shop": {"ci.yml": "jobs: {scan: {run: golden iac --policy policy/}}"}}
    item = f.only("policy-as-code-present", known, facts_of(known, **files), CONFIG)
    assert item.reason.startswith("env holds 1 policy file, named in shop/ci.yml;")


def test_files_that_were_not_read_leave_the_policy_unknown():
    known = setting("policy-as-code-present", paths=["policy/**"])
    item = judge("policy-as-code-present", POLICY, known, repo="env", read=False)
    assert item.outcome is Outcome.UNKNOWN
    assert item.reason == (
        "Not all of env could be read: .github/workflows/ci.yml: it could not be read, or is larger than is read; "
        "policy/storage.rego: it could not be read, or is larger than is read."
    )


# --- environments-separated ----------------------------------------------------------------------------------------


def apart(files, settings=None, **registers):
    return judge("environments-separated", files, settings, repo="env", **registers)


def test_environments_with_paths_and_owners_of_their_own_pass():
    item = apart(ENVIRONMENTS)
    assert item.outcome is Outcome.PASS
    assert item.reason == (
        "In env, prod (1 file) stands apart from test (1 file): each has paths and a set of code owners of its own in "
        "CODEOWNERS, and no file names a path of the other side."
    )


def test_one_who_may_approve_on_both_sides_is_named():
    item = apart({**ENVIRONMENTS, "CODEOWNERS": OWNERS + "/test/ ravi@shop.example cleo@shop.example\n"})
    assert item.outcome is Outcome.PASS
    assert item.reason.endswith("ravi@shop.example may approve on both sides.")


def test_the_same_owners_and_no_owners_fail():
    same = apart({**ENVIRONMENTS, "CODEOWNERS": "* yuki@shop.example\n"})
    assert same.reason == "At the audit's commit of env, prod and test have the same code owners, yuki@shop.example."
    nobody = apart({path: text for path, text in ENVIRONMENTS.items() if path != "CODEOWNERS"})
    assert nobody.reason == (
        "At the audit's commit of env, there is no CODEOWNERS, so whoever may approve a change of one environment may approve "
        "that of any other."
    )
    bare = apart({**ENVIRONMENTS, "CODEOWNERS": "/test/ yuki@shop.example\n"})
    assert bare.reason == "At the audit's commit of env, files of prod have no code owner in CODEOWNERS."


@pytest.mark.parametrize("named", ["../test/shop.yml", "test/shop.yml", "./../test"])
def test_a_production_file_that_names_a_path_of_another_environment_fails(named):
    item = apart({**ENVIRONMENTS, "prod/shop.yml": f"# see test/shop.yml\nbase: {named}\n"})
    assert item.outcome is Outcome.FAIL
    assert item.reason == f"At the audit's commit of env, prod/shop.yml:2, of prod, names {named}, of test."


def test_paths_that_are_not_there_and_addresses_are_no_reference():
    text = "image: registry/test/shop\nurl: https://test/shop.yml\nother: test/nothing.yml\n"
    assert apart({**ENVIRONMENTS, "prod/shop.yml": text}).outcome is Outcome.PASS


def test_an_operator_says_where_environments_stand():
    files = {"CODEOWNERS": OWNERS, "live/a.yml": "x", "try/a.yml": "y"}
    assert apart(files).reason == (
        "No file of production was found in env; name their paths under apart in the setting of this check."
    )
    item = apart(files, setting("environments-separated", apart={"prod": "live/**", "test": "try/**"}))
    assert item.reason == "At the audit's commit of env, prod and test have the same code owners, yuki@shop.example."
    shared = apart(files, setting("environments-separated", apart={"prod": "live/**", "test": "*.yml"}))
    assert "some files are both of prod and of test" in shared.reason


def test_environments_that_stand_elsewhere_are_unknown():
    item = apart({"CODEOWNERS": OWNERS, "prod/shop.yml": "version: 1\n"})
    assert item.outcome is Outcome.UNKNOWN
    assert item.reason == (
        "env holds no file of dev and test, so production is apart from nothing there; if they stand elsewhere, name "
        "their paths under apart in the setting of this check."
    )
    unread = judge("environments-separated", ENVIRONMENTS, repo="env", read=False)
    assert unread.outcome is Outcome.UNKNOWN


# --- at any pin ----------------------------------------------------------------------------------------------------


def test_the_pin_decides_and_not_what_came_later():
    registers = f.isms(checks=setting("dependencies-pinned", paths=["**"]))
    story = Story("shop")
    first = story.commit("Pinned", {"requirements.txt": "flask==3.0\n"})
    story.commit("Loose", {"requirements.txt": "flask\n"})
    story.commit("Gone", {"requirements.txt": None})
    outcomes = []
    for commit in (first, *[step for step in story.commits if step != first]):
        pin: Pin = story.pin(commit)
        asked = contents.ask({"shop": story.history()}, {"shop": pin}, registers, CONFIG)
        found = {"shop": contents.describe(asked["shop"], story.blobs)}
        facts = f.facts(pins={"shop": pin}, contents=found)
        outcomes.append(f.only("dependencies-pinned", registers, facts, CONFIG).outcome)
    assert outcomes == [Outcome.PASS, Outcome.FAIL, Outcome.NOT_APPLICABLE]


def test_a_form_that_is_not_read_is_unknown_where_it_is_named_in_full():
    files = {"deps.edn": "{}", "go.mod": "module x\n"}
    assert pinned(files, "deps.edn").reason == (
        "Whether all is pinned in shop cannot be told: deps.edn is of a form that is not read here."
    )
    assert pinned(files, "**").outcome is Outcome.PASS


def test_a_module_of_go_is_compared_by_the_version_it_is_required_at():
    assert libraries(
        {"go.mod": "module x\nrequire example.org/log v1.2.0\n"}, {"go": {"example.org/log": "v1.1"}}
    ).reason == ("shop has example.org/log v1.2.0, by go.mod.")


def test_a_policy_of_a_repository_that_was_not_read_cannot_be_told():
    known = f.isms(checks=setting("policy-as-code-present", paths=["policy/**"]))
    found = facts_of(known, env=POLICY)
    unread = f.facts(pins=found.pins, contents=found.contents, missing={"shop": "its server does not answer"})
    outcomes = {item.key: item.outcome for item in f.items("policy-as-code-present", known, unread, CONFIG)}
    assert outcomes == {"env": Outcome.PASS, "shop": Outcome.UNKNOWN}


def test_manifests_beyond_those_that_are_read_may_need_the_library():
    known = f.isms(checks=setting("mandatory-libraries", libraries={"python": {"structlog": ""}}))
    found = facts_of(known, shop={"go.mod": "module x\n"})
    part = replace(found.contents["shop"], unread={"manifests": "there are 501, and 500 are read"})
    item = f.only("mandatory-libraries", known, f.facts(pins=found.pins, contents={"shop": part}), CONFIG)
    assert (item.outcome, item.reason) == (
        Outcome.UNKNOWN,
        "Whether shop has every library that is asked for cannot be told: of its manifests there are 501, and 500 are read.",
    )
