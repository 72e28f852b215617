"""What builds take in, markers that hide findings, environments, and which files are asked for at all."""

from dataclasses import replace

import pytest
from history.story import PEOPLE, Story

from tieout.history.contents import ask, asking, builds, describe, join, parts, policies
from tieout.history.line import line_of
from tieout.model import records as r
from tieout.model.contents import Owned, Template
from tieout.model.history import Facts
from tieout.model.registers import Isms
from tieout.model.settings import Config, Repository
from tieout.problems import Source

SHA = "0123456789012345678901234567890123456789"
DIGEST = "sha256:" + "0" * 64


def taken(path, text):
    return [(one.name, one.pinned) for one in builds.read_build_file(path, text.encode())]


def test_actions_of_github_are_pinned_by_commit_or_by_a_version():
    text = f"""
on: push
jobs:
  a:
    container: node:20
    services: {{db: {{image: "postgres@{DIGEST}"}}}}
    steps:
      - uses: actions/checkout@{SHA}
      - uses: acme/a@v1.2.3
      - uses: acme/b@release/v1
      - uses: acme/c
      - uses: docker://alpine
      - uses: ./.github/actions/own
      - run: echo uses acme/d@main
  b:
    uses: acme/w/.github/workflows/x.yml@main
"""
    assert taken(".github/workflows/ci.yml", text) == [
        ("node:20", "version"),
        (f"postgres@{DIGEST}", "digest"),
        (f"actions/checkout@{SHA}", "commit"),
        ("acme/a@v1.2.3", "version"),
        ("acme/b@release/v1", "branch"),
        ("acme/c", "nothing"),
        ("alpine", "nothing"),
        ("acme/w/.github/workflows/x.yml@main", "branch"),
    ]


def test_images_of_gitlab_jobs_are_read_and_variables_of_a_matrix_are_not():
    text = """
image: ruby:latest
a:
  image: {name: "registry.example:5000/own/app"}
  services: [redis:7, {name: "$DB"}]
  parallel: {matrix: [{image: macos-15}]}
"""
    assert taken(".gitlab-ci.yml", text) == [
        ("ruby:latest", "latest"),
        ("registry.example:5000/own/app", "nothing"),
        ("redis:7", "version"),
        ("$DB", "unknown"),
    ]


def test_stages_of_a_dockerfile_and_images_that_are_built_here_are_not_taken_in():
    text = f"FROM --platform=linux/amd64 golang:1.22@{DIGEST} AS build\nFROM build\nfrom scratch\nFROM alpine:3\n"
    assert taken("Dockerfile", text) == [(f"golang:1.22@{DIGEST}", "digest"), ("alpine:3", "version")]
    compose = "services:\n  a: {build: ., image: own}\n  b: {image: nginx}\n"
    assert taken("docker-compose.yml", compose) == [("nginx", "nothing")]


@pytest.mark.parametrize(
    "line",
    [
        "#tfsec:ignore:aws-s3",
        "# checkov:skip=CKV_1: why",
        "# trivy:ignore:AVD-1",
        "# kics-scan ignore-line",
        "x = 1  # nosemgrep: rule",
        "#ts:skip=AC_1",
        "# hadolint ignore=DL3008",
        "# tflint-ignore: unused",
        "ignore-check.kube-linter.io/x: y",
    ],
)
def test_markers_of_each_scanner_are_found_with_the_exceptions_of_their_line(line):
    (found,) = policies.find_ignores("main.tf", f"first\n{line} EXC-003, EXC-2026-1.\n".encode())
    assert (found.line, found.exceptions) == (2, ("EXC-003", "EXC-2026-1"))


def test_a_word_that_is_no_marker_is_passed_over():
    text = b"checkov --skip-check X\nnosemantics\nwe ignore tfsec\nEXC-1\n"
    assert list(policies.find_ignores("a.tf", text)) == []


@pytest.mark.parametrize(
    ("pattern", "text", "named"),
    [
        ("policy/**", "run: conftest test -p ./policy .", True),
        ("policy/**", "run: echo policymaker # policy/", False),
        ("policy/*.yml", "run: golden iac --policy policy/", True),
        ("policy/a.yml", "include: policy/b.yml", False),
        ("policy/a.yml", "include: /policy/a.yml", True),
        (".tflint.hcl", "run: tflint --recursive", True),
        ("**/*.rego", "run: opa test .", True),
        ("rules/**", "run: make", False),
    ],
)
def test_a_ci_file_names_policies_by_path_by_folder_or_by_their_tool(pattern, text, named):
    assert list(policies.find_named([pattern], text.encode())) == [pattern] * named


def test_folders_that_environments_share_are_no_reference():
    own = (("prod", ("/apps/*/prod/**",)), ("test", ("/apps/*/test/**",)))
    paths = ["apps/a/prod/x.yml", "apps/a/test/x.yml"]
    data = {paths[0]: b"base: apps/a\n", paths[1]: b"from: ../prod/x.yml\n"}
    production, test = parts.describe(own, paths, b"* a@b.example\n", data)
    assert production.crossings == ()
    assert [(one.named, one.environment) for one in test.crossings] == [("../prod/x.yml", "prod")]
    assert production.owners == test.owners == (("a@b.example",),)


def environment(name, kind):
    return r.Environment(id=name, place=Source(), title=name, owner="x", kind=kind, data="synthetic")


def separated(path):
    declared = {"kind": "gitops", "repo": "env", "path": path}
    pipeline = r.Pipeline(
        id="p", place=Source(), title="P", owner="x", status="live", ci={"path": "ci.yml", "format": "generic"},
        identities=(), deployments=declared, steps=(),
    )  # fmt: skip
    service = r.Service(
        id="s", place=Source(), title="S", owner="x", status="live", tier=1, kind="application", mission="M",
        repos=(), pipeline="p", holds=("none",),
    )  # fmt: skip
    known = {"prod": environment("prod", "production"), "test": environment("test", "test")}
    return asking.patterns_of("env", Isms(services={"s": service}, pipelines={"p": pipeline}, environments=known))


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("{environment}/{service}.yml", (("prod", ("/prod/**",)), ("test", ("/test/**",)))),
        ("apps/{service}/{environment}/v.yml", (("prod", ("/apps/*/prod/**",)), ("test", ("/apps/*/test/**",)))),
        ("{service}-{environment}.yml", (("prod", ("/*-prod.yml",)), ("test", ("/*-test.yml",)))),
        ("live/{service}.yml", (("prod", ("/live/*.yml",)),)),
    ],
)
def test_paths_of_environments_follow_from_where_the_pipelines_read_deployments(path, wanted):
    assert separated(path) == wanted


def test_only_the_files_that_are_asked_for_are_read():
    story = Story("shop")
    story.commit(
        "All", {"a/package.json": "{}", "package-lock.json": "{}", "src/x.py": "x", "node_modules/y/package.json": "{}"}
    )
    story.commit("Gone", {"go.mod": "module x\n"})
    story.commit("Away", {"go.mod": None})
    line = line_of(story.history(), story.tip)
    asked = asking.choose(line, 2, asking.Questions(pinned=("**",)))
    assert asked.manifests == ("a/package.json",)
    assert [path for path, _ in asked.blobs] == ["a/package.json", "package-lock.json"]
    assert asking.list_files(line, 1, line.files).keys() == {*asking.list_files(line, 2, line.files).keys(), "go.mod"}


def test_more_manifests_than_are_read_are_said():
    story = Story("shop")
    story.commit("All", {f"{number}/go.mod": "module x\n" for number in range(501)})
    asked = asking.choose(line_of(story.history(), story.tip), 0, asking.Questions(pinned=("**",)))
    assert describe(asked, story.blobs).unread == {"manifests": "there are 501, and 500 are read"}


def of_app(story, pin, isms):
    """What the app holds at the pin, its files given as they are."""
    asked = ask({"app": story.history()}, {"app": pin}, isms, CONFIG)["app"]
    return join(Facts(pins={"app": pin}), {"app": describe(asked, story.history().blobs)}, isms).contents["app"]


def setting(id_, **fields):
    return {id_: r.CheckSetting.model_validate({"@id": id_, "@place": Source(), "title": id_, **fields})}


def serving(**registers):
    fields = {"owner": "x", "status": "live", "tier": 1, "kind": "application", "mission": "x", "holds": ["none"]}
    service = {"@id": "app", "@place": Source(), "title": "App", "repos": [{"repo": "app"}], **fields}
    return Isms(services={"app": r.Service.model_validate(service)}, people=PEOPLE, **registers)


CONFIG = Config("X", repositories={"app": Repository("app", "../app")})


def test_the_checklist_is_read_as_it_stands_at_the_pin():
    story = Story("app")
    story.commit("Start", {"docs/review.md": "- [ ] Tests\n", "docs/other.md": "x", "long.md": "x" * 100_001})
    early = story.pin()
    story.commit("More", {"docs/review.md": "- [ ] Tests\n- [ ] Docs\n"})

    def template(path, pin):
        return of_app(story, pin, serving(checks=setting("review-checklist", template=path))).template

    assert template("docs/review.md", story.pin()) == Template("- [ ] Tests\n- [ ] Docs\n")
    assert template("docs/review.md", early) == Template("- [ ] Tests\n")
    assert template("none.md", early) == Template(there=False)
    assert template("long.md", early).why == "since it is longer than 100,000 bytes"
    story.blobs.clear()
    assert template("docs/review.md", early).why == "since it could not be read, or is larger than is read"
    assert of_app(story, early, serving()).template is None


def test_the_files_that_conditions_of_own_checks_mean_are_read_where_they_ask_what_stands_in_them():
    there = r.Condition(file="SECURITY.md", operator="present")
    value = r.Condition(file="deploy/*.yml", at="replicas", operator="at-least", value=2)
    fields = {"over": "repositories", "stage": "outside", "annex_a": ("A.8.9",), "cannot_prove": "x", "remedy": "x"}
    check = r.OwnCheck.model_validate(
        {"@id": "x", "@place": Source(), "title": "x", "passes_when": (there, value), **fields}
    )
    story = Story("app")
    story.commit("Start", {"SECURITY.md": "x", "deploy/a.yml": "replicas: 1", "b.txt": "b"})
    early = story.pin()
    story.commit("More", {"deploy/a.yml": "replicas: 2", "b.txt": "b"})
    isms = serving(own_checks={"x": check})
    (asked,) = ask({"app": story.history()}, {"app": early}, isms, CONFIG).values()
    assert [path for path, _ in asked.blobs] == ["deploy/a.yml"]
    assert set(of_app(story, early, isms).own) == {"SECURITY.md", "deploy/a.yml"}
    assert of_app(story, story.pin(), isms).own["deploy/a.yml"] == b"replicas: 2"
    assert of_app(story, early, serving()).own is None


def test_code_owners_at_the_pin_are_persons_where_the_register_knows_them():
    story = Story("app")
    story.commit("Start", {"CODEOWNERS": "* @old\n/pay/ ada@example.org @org/pay\n/free/\n* ben@example.org\n"})
    assert of_app(story, story.pin(), serving()).owned == (
        Owned("*", ("ben",)),
        Owned("/pay/", ("@org/pay", "ada")),
    )
    story.commit("Drop", {"CODEOWNERS": None})
    assert of_app(story, story.pin(), serving()).owned == ()
    cut = ask({"app": replace(story.history(), complete=False)}, {"app": story.pin()}, serving(), CONFIG)["app"]
    assert describe(cut, {}).owned is None  # it may stand in the part that was not read


def test_only_code_owners_are_asked_of_an_isms_without_services_and_nothing_of_records_and_of_an_isms_without_services():
    story = Story("isms")
    story.commit("All", {"go.mod": "module x\n"})
    setting = r.CheckSetting.model_validate({"@id": "c", "@place": Source(), "title": "C", "paths": ["**"]})
    isms = Isms(checks={"dependencies-pinned": setting, "policy-as-code-present": setting})
    config = Config("X", repositories={"records": Repository("records", "x", kind="records")})
    histories = {"isms": story.history(), "records": story.history()}
    (asked,) = ask(histories, {"isms": story.pin(), "records": story.pin()}, isms, config).values()
    assert (asked.repo, asked.questions) == ("isms", asking.Questions(owners=True))
