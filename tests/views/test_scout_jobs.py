"""From when until when a job was configured: what could not be read ends nothing."""

from dataclasses import replace

from tieout.model.history import Job, PipelineVersion
from tieout.views.scout.steps import formats_of, stretches, wanted


def version(time, *jobs, readable=True):
    return PipelineVersion("x", str(time), time, "/ci.yml", "generic", tuple(Job(name) for name in jobs), readable)


def told(*versions):
    return {(one.job, one.since, one.until) for one in stretches(versions)}


def test_a_job_that_went_and_came_back_has_two_stretches():
    assert told(version(1, "a", "b"), version(2, "b"), version(3, "a", "b")) == {("a", 1, 2), ("a", 3, 0), ("b", 1, 0)}


def test_a_version_that_cannot_be_read_ends_nothing():
    assert told(version(1, "a"), version(2, readable=False), version(3, "a")) == {("a", 1, 0)}
    assert told(version(1, readable=False)) == set()


def test_only_ci_files_are_read_and_only_forms_that_are_there_are_asked_for():
    assert wanted(".github/workflows/ci.yml")
    assert wanted("Jenkinsfile")
    assert not wanted("src/values.yml")
    assert not wanted(".travis.yml")
    assert formats_of([".gitlab-ci.yml", ".travis.yml"]) == (("/.gitlab-ci.yml", "gitlab-ci"),)


def test_a_job_keeps_what_starts_it_today_where_no_change_does():
    on_tag = replace(version(2), jobs=(Job("release", beside="on a tag"),))
    assert [(one.job, one.beside) for one in stretches((version(1, "release"), on_tag))] == [("release", "on a tag")]
