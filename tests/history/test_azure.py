import pytest
from history.configured import names, only, versions
from history.story import DAY, START, Story, config

from tieout.model.settings import Repository

PATH = "azure-pipelines.yml"


def azure(text, **files):
    return only({PATH: text, **files}, PATH, "azure-pipelines")


def test_stages_jobs_deployments_and_named_steps():
    found = azure(
        """
trigger: [main]
stages:
- stage: Build
  jobs:
  - job: unit
    displayName: Unit tests
    steps:
    - script: make
      displayName: Run tests
    - bash: make lint
      displayName: Lint
      continueOnError: true
    - script: x
  - job: off
    condition: false
- stage: Prod
  condition: and(succeeded(), eq(variables['x'], 'y'))
  jobs:
  - deployment: release
    environment: prod
    strategy: {runOnce: {deploy: {steps: [{script: x, displayName: Ship}]}}}
"""
    )
    assert [(job.name, job.stage, job.title, job.may_fail, job.conditional) for job in found.jobs] == [
        ("Build", "", "", False, False),
        ("unit", "Build", "Unit tests", False, False),
        ("unit / Run tests", "Build", "Run tests", False, False),
        ("unit / Lint", "Build", "Lint", True, False),
        ("Prod", "", "", False, True),
        ("release", "Prod", "", False, True),
        ("release / Ship", "Prod", "Ship", False, True),
    ]
    assert found.readable


def test_a_pipeline_of_steps_alone():
    assert names(azure("steps: [{script: x, displayName: Unit tests}, {task: T@1, name: scan}]")) == [
        "Unit tests",
        "scan",
    ]


@pytest.mark.parametrize(
    ("text", "conditional"),
    [
        ("", False),
        ("trigger: none\n", False),  # proposals still start it
        ("trigger: none\npr: none\n", True),
        ("trigger: [release/*]\npr: [release/*]\n", True),
        ("trigger: {branches: {include: ['*'], exclude: [main]}}\npr: none\n", True),
        ("trigger: {branches: {include: [main]}, paths: {include: [src]}}\npr: none\n", True),
        ("trigger: {branches: {include: [refs/heads/main]}}\npr: none\n", False),
    ],
)
def test_what_starts_it(text, conditional):
    (job,) = azure(f"{text}steps: [{{script: x, displayName: unit}}]").jobs
    assert job.conditional is conditional


def test_templates_of_the_repository_are_read_with_their_parameters():
    files = {
        "ci/jobs.yml": """
parameters: [{name: name, type: string, default: unit}, {name: extra, type: stepList, default: []}]
jobs:
- job: ${{ parameters.name }}
  steps:
  - template: steps.yml
  - ${{ parameters.extra }}
""",
        "ci/steps.yml": "steps: [{script: x, displayName: Test}]",
    }
    text = """
jobs:
- template: ci/jobs.yml
- template: /ci/jobs.yml
  parameters: {name: sast, extra: [{script: x, displayName: More}]}
"""
    found = azure(text, **files)
    assert names(found) == ["unit", "unit / Test", "sast", "sast / Test", "sast / More"]
    assert (found.readable, found.why) == (True, "")


def test_what_an_expression_decides_is_conditional_and_what_it_makes_is_unknown():
    found = azure("jobs:\n- ${{ if eq(variables.x, 'y') }}:\n  - job: sast\n- job: unit\n")
    assert [(job.name, job.conditional) for job in found.jobs] == [("sast", True), ("unit", False)]
    assert found.readable
    for text in (
        "jobs:\n- ${{ each x in parameters.xs }}:\n  - job: ${{ x }}\n- job: unit\n",
        "jobs:\n- job: ${{ variables.x }}\n- job: unit\n",
        "jobs: [{template: x.yml@other}, {job: unit}]",
        "jobs: [{template: ../x.yml}, {job: unit}]",
        "jobs: [{template: gone.yml}, {job: unit}]",
    ):
        assert not azure(text).readable, text


def test_a_template_that_takes_in_itself_ends():
    found = azure("jobs: [{template: a.yml}]", **{"a.yml": "jobs: [{template: a.yml}, {template: a.yml}, {job: x}]"})
    assert not found.readable


def test_a_template_of_a_linked_repository_is_read():
    shared = Story("shared")
    shared.commit("One", {"jobs/sast.yml": "jobs: [{job: sast}]"}, at=START)
    app = Story()
    text = (
        "resources: {repositories: [{repository: tpl, type: git, name: org/shared, ref: refs/heads/main}]}\n"
        "jobs: [{template: jobs/sast.yml@tpl}]"
    )
    app.commit("Start", {PATH: text}, at=START + DAY)
    linked = {**config().repositories, "shared": Repository("shared", "../org/shared", kind="template")}
    (found,) = versions(app, PATH, "azure-pipelines", [shared], config(repositories=linked))
    assert (names(found), found.readable) == (["sast"], True)
