from history.story import Story, config, isms, pipeline

from tieout.history import derive
from tieout.model.history import Job


def versions(story, path, format_):
    pipelines = {"path": pipeline(ci={"path": path, "format": format_})}
    facts, problems = derive({"app": story.history()}, {"app": story.pin()}, isms(pipelines=pipelines), config())
    assert problems == ()
    return facts.pipelines.get("app", ())


def only(files, path, format_):
    story = Story()
    story.commit("Start", files)
    (version,) = versions(story, path, format_)
    return version


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
        ("unit", False), ("lint", True), ("maybe", True), ("never", True),
    ]  # fmt: skip
    assert found.readable


def test_a_folder_stands_for_its_workflow_files():
    files = {".github/workflows/a.yml": "jobs: {a: {}}", ".github/workflows/b.yaml": "jobs: {b: {}}"}
    found = only(files | {".github/workflows/c.md": "x"}, ".github/workflows", "github-actions")
    assert [job.name for job in found.jobs] == ["a", "b"]


def test_a_called_workflow_is_read_where_it_is_ours():
    call = "jobs: {scan: {uses: ./.github/workflows/scan.yml}}"
    files = {".github/workflows/ci.yml": call, ".github/workflows/scan.yml": "jobs: {sast: {}}"}
    found = only(files, ".github/workflows/ci.yml", "github-actions")
    assert ([job.name for job in found.jobs], found.readable) == (["scan", "scan / sast"], True)
    other = {".github/workflows/ci.yml": "jobs: {unit: {}, scan: {uses: org/x/.github/workflows/s.yml@v1}}"}
    found = only(other, ".github/workflows/ci.yml", "github-actions")
    assert ([job.name for job in found.jobs], found.readable) == (["unit", "scan"], False)


def test_a_workflow_that_calls_itself_ends():
    call = "jobs: {again: {uses: ./.github/workflows/ci.yml}}"
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
