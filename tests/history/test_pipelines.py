import pytest
from history.configured import only, versions
from history.story import Story

from tieout.model.history import Job


def test_a_generic_file_is_read_at_each_change_of_its_own():
    story = Story()
    story.commit("Start", {"a": "1"})
    first = story.commit("CI", {".ci/pipeline.yml": "jobs:\n  unit: {stage: test, run: make}\n"})
    story.commit("Other", {"a": "2"})
    story.commit("More", {".ci/pipeline.yml": "jobs:\n  - {name: unit}\n  - {name: sast, allow_failure: true}\n"})
    story.commit("Gone", {".ci/pipeline.yml": None})
    one, two, three = versions(story, ".ci/pipeline.yml", "generic")
    assert (one.since, one.jobs, one.readable) == (first, (Job("unit", "test"),), True)
    assert two.jobs == (Job("unit"), Job("sast", "", may_fail=True))
    assert (three.jobs, three.readable) == ((), True)


def test_a_file_that_cannot_be_read_has_unknown_steps():
    assert not only({".ci/pipeline.yml": "jobs: [\n"}, ".ci/pipeline.yml", "generic").readable
    assert not only({".ci/pipeline.yml": "steps: 1\n"}, ".ci/pipeline.yml", "generic").readable
    assert not only({"Jenkinsfile": "pipeline {}"}, "Jenkinsfile", "jenkins").readable


WORKFLOW = """
on: [push]
jobs:
  unit: {runs-on: x, steps: []}
  lint: {continue-on-error: true}
  maybe: {continue-on-error: "${{ matrix.x }}"}
  never: {if: false}
"""


def test_jobs_of_a_workflow():
    found = only({".github/workflows/ci.yml": WORKFLOW}, ".github/workflows/ci.yml", "github-actions")
    assert [(job.name, job.may_fail) for job in found.jobs] == [
        ("unit", False), ("lint", True), ("maybe", True),
    ]  # fmt: skip
    assert found.readable


def test_a_folder_stands_for_its_workflow_files():
    files = {
        ".github/workflows/a.yml": "on: push\njobs: {a: {}}",
        ".github/workflows/b.yaml": "on: push\njobs: {b: {}}",
    }
    found = only(files | {".github/workflows/c.md": "x"}, ".github/workflows", "github-actions")
    assert [job.name for job in found.jobs] == ["a", "b"]


def test_a_called_workflow_is_read_where_it_is_ours():
    call = "on: push\njobs: {scan: {uses: ./.github/workflows/scan.yml}}"
    files = {".github/workflows/ci.yml": call, ".github/workflows/scan.yml": "jobs: {sast: {}}"}
    found = only(files, ".github/workflows/ci.yml", "github-actions")
    assert ([job.name for job in found.jobs], found.readable) == (["scan", "scan / sast"], True)
    other = {".github/workflows/ci.yml": "on: push\njobs: {unit: {}, scan: {uses: org/x/.github/workflows/s.yml@v1}}"}
    found = only(other, ".github/workflows/ci.yml", "github-actions")
    assert ([job.name for job in found.jobs], found.readable) == (["unit", "scan"], False)


def test_a_workflow_that_calls_itself_ends():
    call = "on: push\njobs: {again: {uses: ./.github/workflows/ci.yml}}"
    assert not only({".github/workflows/ci.yml": call}, ".github/workflows/ci.yml", "github-actions").readable


GITLAB = """
stages: [test, scan]
include:
  - local: /ci/scan.yml
.base: {stage: test, allow_failure: true}
unit: {extends: .base, script: make}
strict: {extends: .base, allow_failure: false, script: make}
manual: {when: manual, script: make}
codes: {allow_failure: {exit_codes: 3}, script: make}
"""


def test_jobs_of_gitlab_with_their_includes_and_bases():
    files = {".gitlab-ci.yml": GITLAB, "ci/scan.yml": "sast: {stage: scan, script: x}"}
    found = only(files, ".gitlab-ci.yml", "gitlab-ci")
    assert [(job.name, job.stage, job.may_fail) for job in found.jobs] == [
        ("sast", "scan", False),
        ("unit", "test", True),
        ("strict", "test", False),
        ("manual", "test", True),
        ("codes", "test", True),
    ]
    assert found.readable


def test_what_gitlab_takes_from_elsewhere_makes_it_unreadable():
    for text in (
        "include: {template: SAST.yml}\nunit: {script: x}",
        "include: https://x.example/a.yml\nunit: {script: x}",
        "include: [{project: g/a, file: /b.yml}]\nunit: {script: x}",
        "include: ci/$NAME.yml\nunit: {script: x}",
        "include: ci/*.yml\nunit: {script: x}",
        "include: ci/gone.yml\nunit: {script: x}",
        "unit: {extends: .gone, script: x}",
    ):
        found = only({".gitlab-ci.yml": text}, ".gitlab-ci.yml", "gitlab-ci")
        assert ([job.name for job in found.jobs], found.readable) == (["unit"], False), text


def test_a_changed_include_is_a_new_version():
    story = Story()
    story.commit("Start", {".gitlab-ci.yml": "include: /ci/a.yml", "ci/a.yml": "unit: {script: x}", "ci/b.yml": "z: 1"})
    story.commit("Less", {"ci/a.yml": "other: {script: x}"})
    story.commit("Beside", {"ci/b.yml": "z: 2"})
    assert [[job.name for job in each.jobs] for each in versions(story, ".gitlab-ci.yml", "gitlab-ci")] == [
        ["unit"], ["other"],
    ]  # fmt: skip


def github(jobs):
    path = ".github/workflows/ci.yml"
    return [
        (job.name, job.conditional) for job in only({path: f"on: push\njobs:\n{jobs}"}, path, "github-actions").jobs
    ]


@pytest.mark.parametrize(
    "condition",
    ["false", '"false"', "${{ false }}", '"${{ false && github.actor }}"', "0", '"always() && false"', '"!true"'],
)
def test_a_job_whose_condition_is_never_met_is_absent(condition):
    assert github(f"  unit:\n    if: {condition}\n  lint: {{}}\n") == [("lint", False)]


@pytest.mark.parametrize("condition", ["github.actor", '"false || github.actor"', "github.ref == 'refs/heads/main'"])
def test_a_job_with_any_other_condition_is_conditional(condition):
    assert github(f"  unit:\n    if: {condition}\n") == [("unit", True)]
    assert github("  unit: {if: true}\n") == [("unit", False)]
    assert github('  unit: {if: "${{ always() }}"}\n') == [("unit", False)]


def test_what_needs_a_job_that_never_runs_does_not_run_either():
    off = "  a: {if: false}\n  b: {needs: a}\n  c: {needs: [b]}\n"
    assert github(off + '  d: {needs: a, if: "always()"}\n  e: {}\n') == [("d", False), ("e", False)]


def test_a_called_workflow_that_never_runs_brings_no_jobs():
    files = {
        ".github/workflows/ci.yml": "on: push\njobs:\n  a: {uses: ./.github/workflows/b.yml, if: false}\n  c: {}\n",
        ".github/workflows/b.yml": "jobs: {b: {}}",
    }
    found = only(files, "/.github/workflows/ci.yml", "github-actions")
    assert ([job.name for job in found.jobs], found.readable) == (["c"], True)


def gitlab(text):
    return [(job.name, job.conditional) for job in only({".gitlab-ci.yml": text}, ".gitlab-ci.yml", "gitlab-ci").jobs]


@pytest.mark.parametrize(
    "job",
    [
        "when: never",
        "rules: [{when: never}]",
        "rules: [{if: $A, when: never}]",
        "rules: [{if: $A, when: never}, {when: never}, {when: on_success}]",
    ],
)
def test_a_job_of_gitlab_that_no_rule_lets_run_is_absent(job):
    assert gitlab(f"unit:\n  script: [x]\n  {job}\nlint: {{script: [x]}}\n") == [("lint", False)]


@pytest.mark.parametrize(
    ("job", "conditional"),
    [
        ("rules: [{when: on_success}]", False),
        ("rules: [{if: $A}]", True),
        ("rules: [{if: $A, when: never}, {when: on_success}]", True),
        ("only: [main]", False),
        ("only: [/^v/]", True),
        ("except: [tags, schedules]", False),
        ('rules: [{if: $CI_PIPELINE_SOURCE == "merge_request_event"}]', False),
        ("rules: [{if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]", False),
        ("rules: [{if: $CI_MERGE_REQUEST_IID, changes: [src/*]}]", True),
    ],
)
def test_a_job_of_gitlab_that_some_rule_lets_run_is_there(job, conditional):
    assert gitlab(f"unit:\n  script: [x]\n  {job}\n") == [("unit", conditional)]


def test_a_workflow_of_gitlab_that_never_runs_has_no_jobs():
    assert gitlab("workflow:\n  rules: [{when: never}]\nunit: {script: [x]}\n") == []


def test_jobs_of_a_generic_file_that_are_switched_off_are_absent():
    text = "jobs:\n  unit: {if: false}\n  lint: {when: never}\n  scan: {if: nightly}\n"
    assert only({".ci/pipeline.yml": text}, ".ci/pipeline.yml", "generic").jobs == (Job("scan", conditional=True),)
    text = "jobs: [{name: unit, if: false}, {name: lint}]\n"
    assert only({".ci/pipeline.yml": text}, ".ci/pipeline.yml", "generic").jobs == (Job("lint"),)
