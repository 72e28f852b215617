import itertools
from dataclasses import replace

from history.story import DAY, START, Story, config, isms, pipeline, service
from hypothesis import given
from hypothesis import strategies as st
from properties import examples

from tieout.history import derive
from tieout.model.history import Job, PipelineVersion
from tieout.model.steps import Finding, finding, is_meant

CI = ".ci/pipeline.yml"
UNIT = {"id": "unit", "stage": "build-test", "title": "Unit tests", "required": "all", "type": "job", "match": "unit*"}


def spans(story, *, complete=True):
    registers = isms(pipelines={"path": pipeline(steps=[UNIT])}, services={"app": service()})
    facts, _ = derive({"app": replace(story.history(), complete=complete)}, {"app": story.pin()}, registers, config())
    return facts.spans


def told(found):
    return [
        (span.state, (span.since - START) // DAY, span.until and (span.until - START) // DAY, span.changes)
        for span in found
    ]


def day(story, number, files, message="Work"):
    return story.commit(message, files, at=START + number * DAY)


def test_a_step_that_was_out_for_three_changes_and_came_back():
    story = Story()
    day(story, 0, {"a": "1"})
    came = day(story, 1, {CI: "jobs: {unit: {}}"})
    day(story, 2, {"a": "2"})
    left = day(story, 3, {CI: "jobs: {lint: {}}"})
    day(story, 4, {"a": "3"})
    day(story, 5, {"a": "4"})
    back = day(story, 6, {CI: "jobs: {lint: {}, unit-tests: {}}"})
    day(story, 7, {CI: "jobs: {unit-tests: {}}"})
    found = spans(story)
    assert told(found) == [("missing", 0, 1, 1), ("present", 1, 3, 2), ("missing", 3, 6, 3), ("present", 6, 0, 2)]
    assert [(span.came, span.left) for span in found] == [
        ("", f"app/{came[:8]}"),
        (f"app/{came[:8]}", f"app/{left[:8]}"),
        (f"app/{left[:8]}", f"app/{back[:8]}"),
        (f"app/{back[:8]}", ""),
    ]


def test_a_step_that_is_there_from_the_first_change_was_never_missing():
    story = Story()
    day(story, 0, {CI: "jobs: {unit: {}}"})
    assert told(spans(story)) == [("present", 0, 0, 1)]


def test_a_step_that_may_fail_or_that_cannot_be_told_is_a_stretch_of_its_own():
    story = Story()
    day(story, 0, {CI: "jobs: {unit: {}}"})
    day(story, 1, {CI: "jobs: {unit: {allow_failure: true}}"})
    day(story, 2, {CI: "jobs: {unit: {if: x}}"})
    day(story, 3, {CI: "jobs: {unit: {when: manual}}"})
    day(story, 4, {CI: "jobs: ["})
    day(story, 5, {CI: None})
    found = spans(story)
    assert [span.state for span in found] == ["present", "may fail", "conditional", "beside", "unknown", "missing"]
    assert [span.why for span in found][3:5] == ["by hand", ".ci/pipeline.yml holds no list of jobs that can be read"]


def test_before_the_beginning_of_a_history_that_was_cut_off_nothing_is_known():
    story = Story()
    day(story, 0, {"a": "1"})
    day(story, 1, {CI: "jobs: {unit: {}}"})
    assert told(spans(story, complete=False)) == [("unknown", 0, 1, 1), ("present", 1, 0, 1)]


STATES = st.sampled_from(
    ["jobs: {unit: {}}", "jobs: {lint: {}}", "jobs: {unit: {allow_failure: true}}", "jobs: [", None]
)


@examples(60)
@given(st.lists(STATES, min_size=1, max_size=8))
def test_the_stretches_of_a_step_join_up_and_hold_every_change_once(states):
    story = Story()
    day(story, 0, {"a": "1"})
    for number, text in enumerate(states, start=1):
        day(story, number, {"a": f"{number}-", CI: text})
    found = spans(story)
    assert sum(span.changes for span in found) == len(states) + 1
    assert [span.until for span in found[:-1]] == [span.since for span in found[1:]]
    assert found[-1].until == 0
    assert all(one.state != other.state or one.why != other.why for one, other in itertools.pairwise(found))


def version(*jobs, readable=True, format_="generic"):
    return PipelineVersion("app", "a" * 40, START, CI, format_, jobs, readable, "" if readable else "a template")


def test_a_step_stands_as_well_as_the_best_of_its_jobs():
    nightly, soft, hard = Job("unit", beside="on a schedule"), Job("unit", may_fail=True), Job("unit 1/2")
    assert finding("unit", version(nightly)) == Finding("beside", "on a schedule")
    assert finding("unit", version(nightly, soft)) == Finding("may fail")
    assert finding("unit", version(nightly, soft, hard)) == Finding("present")
    assert finding("unit", version(Job("other"))) == Finding("missing")


def test_what_was_not_read_whole_is_unknown_unless_nothing_else_can_take_the_step_away():
    job = Job("unit")
    assert finding("unit", version(job, readable=False, format_="gitlab-ci")) == Finding("unknown", "a template")
    assert finding("unit", version(job, readable=False, format_="github-actions")) == Finding("present")
    assert finding("sast", version(job, readable=False, format_="github-actions")) == Finding("unknown", "a template")


def test_a_pattern_means_a_job_by_its_name_its_title_or_a_part_of_its_matrix():
    assert is_meant("unit", "unit (3.11, linux)")
    assert is_meant("unit", "unit: [3.11]")
    assert is_meant("unit", "unit 1/3")
    assert is_meant("Unit*", "test", "Unit tests")
    assert not is_meant("unit", "unit tests")
