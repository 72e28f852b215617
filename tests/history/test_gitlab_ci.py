import pytest
from history.configured import names, only, versions
from history.story import DAY, START, Story, config

from tieout.model.history import Job
from tieout.model.settings import Repository


def gitlab(text, **files):
    return only({".gitlab-ci.yml": text, **files}, ".gitlab-ci.yml", "gitlab-ci")


def test_includes_by_a_pattern_are_read_in_their_order():
    files = {
        ".gitlab-ci.yml": "include: /ci/*.yml\nlint: {script: x}",
        "ci/b.yml": "sast: {script: x}",
        "ci/a.yml": "unit: {script: x}",
        "ci/deep/c.yml": "deep: {script: x}",
    }
    found = only(files, ".gitlab-ci.yml", "gitlab-ci")
    assert (names(found), found.readable) == (["unit", "sast", "lint"], True)


def test_a_new_file_that_a_pattern_means_is_a_new_version():
    story = Story()
    story.commit("Start", {".gitlab-ci.yml": "include: ci/**.yml", "ci/a.yml": "unit: {script: x}"})
    story.commit("Beside", {"docs/x.yml": "a: 1"})
    story.commit("More", {"ci/b.yml": "sast: {script: x}"})
    assert [names(each) for each in versions(story, ".gitlab-ci.yml", "gitlab-ci")] == [["unit"], ["unit", "sast"]]


def test_an_include_under_rules_makes_its_jobs_conditional():
    files = {".gitlab-ci.yml": "include: [{local: ci/a.yml, rules: [{if: $A}]}]", "ci/a.yml": "unit: {script: x}"}
    found = only(files, ".gitlab-ci.yml", "gitlab-ci")
    assert (found.jobs, found.readable) == ((Job("unit", "test", conditional=True),), True)


def test_files_that_include_each_other_end():
    files = {
        ".gitlab-ci.yml": "include: [ci/a.yml, ci/a.yml]",
        "ci/a.yml": "include: [ci/a.yml, ci/a.yml]\nx: {script: x}",
    }
    assert not only(files, ".gitlab-ci.yml", "gitlab-ci").readable


def test_what_a_job_refers_to_is_followed():
    found = gitlab(
        ".strict: {rules: [{if: $CI_COMMIT_BRANCH}], stage: check}\n"
        "unit: {stage: !reference [.strict, stage], rules: !reference [.strict, rules], script: x}\n"
        "lint: {rules: [!reference [.strict, rules], {when: never}], script: x}\n"
    )
    assert found.jobs == (Job("unit", "check"), Job("lint", "test"))
    assert not gitlab("unit: {rules: !reference [.gone, rules], script: x}").readable


def test_bases_that_extend_each_other_are_told():
    found = gitlab(".a: {extends: .b}\n.b: {extends: .a}\nunit: {extends: .a, script: x}")
    assert (found.readable, "extends itself" in found.why) == (False, True)


@pytest.mark.parametrize(
    ("job", "beside"),
    [
        ("only: [schedules]", "on a schedule"),
        ("only: [tags, web]", "on a tag or by hand"),
        ('rules: [{if: $CI_PIPELINE_SOURCE == "schedule"}]', "on a schedule"),
        ("rules: [{if: $CI_COMMIT_TAG}, {when: never}]", "on a tag"),
        ('rules: [{if: $CI_PIPELINE_SOURCE == "web"}, {if: $CI_MERGE_REQUEST_IID}]', ""),
    ],
)
def test_a_job_that_no_change_starts_says_what_does(job, beside):
    (found,) = gitlab(f"unit:\n  script: x\n  {job}\n").jobs
    assert found.beside == beside


def test_a_workflow_for_some_changes_makes_all_of_its_jobs_conditional():
    rules = "workflow: {rules: [{if: $NIGHTLY}]}\nunit: {script: x}"
    assert gitlab(rules).jobs == (Job("unit", "test", conditional=True),)
    usual = "workflow: {rules: [{if: $CI_MERGE_REQUEST_IID}, {if: $CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH}]}\nunit: {script: x}"
    assert gitlab(usual).jobs == (Job("unit", "test"),)


def test_a_child_pipeline_is_read_and_may_fail_unless_it_is_waited_for():
    files = {"ci/child.yml": "sast: {script: x}"}
    waits = gitlab("more: {trigger: {include: ci/child.yml, strategy: depend}}", **files)
    assert waits.jobs == (Job("more", "test"), Job("more / sast", "test"))
    left = gitlab("more: {trigger: {include: ci/child.yml}}", **files)
    assert left.jobs[1].may_fail
    assert not gitlab("more: {trigger: group/other}").readable


def test_a_file_of_another_project_is_read_where_it_is_linked():
    shared = Story("shared")
    shared.commit("One", {"sast.yml": "sast: {script: x}"}, at=START)
    app = Story()
    text = "include: [{project: group/sub/ci, file: [/sast.yml], ref: REF}]\nunit: {script: x}"
    app.commit("Start", {".gitlab-ci.yml": text.replace("REF", "main")}, at=START + DAY)
    address = "https://gitlab.example/group/sub/ci.git"
    linked = {**config().repositories, "shared": Repository("shared", address, kind="template")}
    (found,) = versions(app, ".gitlab-ci.yml", "gitlab-ci", [shared], config(repositories=linked))
    assert (names(found), found.readable) == (["sast", "unit"], True)
    (found,) = versions(app, ".gitlab-ci.yml", "gitlab-ci")
    assert (names(found), found.readable) == (["unit"], False)
    assert found.why == "it includes a file of group/sub/ci, and tieout.yml links no repository group/sub/ci"
