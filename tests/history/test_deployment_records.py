"""Deployment records (D1): lines that a pipeline's robot committed, joined, resolved and graded."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from history.story import ADA, BEN, BOT, HOUR, Story, config, environment, isms, pipeline, service
from hypothesis import given
from hypothesis import strategies as st
from properties import examples

from tieout.history import derive, wanted
from tieout.history.deployments.lines import join_records, parse_lines
from tieout.model.grades import Grade
from tieout.model.settings import Repository
from tieout.problems import Source

PLACE = Source("records", "deployments/2026.jsonl")
RECORDED = {"path": pipeline(deployments={"kind": "records", "repo": "records"})}
LINE = {
    "deployment": "7",
    "service": "app",
    "environment": "prod",
    "commit": "a" * 40,
    "at": "2026-01-05T10:00Z",
    "by": "ci-bot@example.org",
    "result": "succeeded",
}


def at(seconds):
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def settings():
    known = config()
    linked = Repository(
        "records", "../r.git", kind="records", only_robots_push=True, deployments=("deployments/**/*.jsonl",)
    )
    return replace(known, repositories={**known.repositories, "records": linked})


def code():
    """Three merged changes of Ada's, by Ben; returns the story and the merges."""
    story = Story()
    story.commit("Start", {"a.txt": "0"})
    merges = []
    for number in range(3):
        side = story.commit(f"Work {number}", {"a.txt": str(number + 1)}, on=story.tip)
        merges.append(story.commit("Merge branch 'x'", parents=(story.tip, side), author=BEN))
    return story, merges


def told(story, *lines, author=BOT, records=None, more=(), **registers):
    """Facts and problems where these lines were committed an hour after the newest of them."""
    records = records or Story("records")
    newest = max((datetime.fromisoformat(line["at"]).timestamp() for line in lines), default=story.clock)
    text = "".join(json.dumps(line) + "\n" for line in lines)
    records.commit("Export", {"deployments/2026.jsonl": text}, author=author, at=int(newest) + HOUR)
    stories = (story, records, *more)
    histories = {each.repo: each.history() for each in stories}
    pins = {each.repo: each.pin() for each in stories}
    return derive(histories, pins, isms(**{"pipelines": RECORDED, **registers}), settings())


def line(story, commit, number=1, **changes):
    return {**LINE, "deployment": str(number), "commit": commit, "at": at(story.clock + number * HOUR), **changes}


def test_a_record_is_a_deployment_with_all_that_it_tells():
    story, merges = code()
    digest = "sha256:" + "1" * 64
    facts, problems = told(
        story, line(story, merges[1], version="1.2", run="99", digest=digest, strategy="canary", pipeline="path")
    )
    (found,) = facts.deployments.values()
    assert problems == ()
    assert (found.basis, found.grade, found.by.person, found.by_pipeline) == (
        "deployment record", Grade.RECORDED, "ci-bot", True,
    )  # fmt: skip
    assert (found.id, found.run, found.artefact, found.strategy) == ("1", "99", digest, "canary")
    assert (found.version, found.commit, found.on_branch, found.result) == ("1.2", merges[1], True, "succeeded")
    assert found.at == story.clock + HOUR
    assert found.where == "records:deployments/2026.jsonl:1"
    assert len(found.changes) == 3


def test_a_short_commit_is_completed_and_a_repository_may_stand_for_its_service():
    story, merges = code()
    facts, _ = told(story, {**line(story, merges[0][:10], repo="app"), "service": ""})
    (found,) = facts.deployments.values()
    assert (found.commit, found.service, found.version) == (merges[0], "app", merges[0][:8])


def test_a_line_that_a_person_committed_is_a_statement_and_says_who_typed_it():
    story, merges = code()
    (found,) = told(story, line(story, merges[0]), author=ADA)[0].deployments.values()
    assert (found.grade, found.hand.person, found.by.person) == (Grade.STATED, "ada", "ci-bot")


def test_a_person_is_the_pipelines_only_where_robots_recorded_its_run():
    story, merges = code()
    by_ben = line(story, merges[0], by="Ben@example.org", pipeline="Path", run="9")
    for author, changes, expected in (
        (BOT, {}, True),
        (BOT, {"run": ""}, False),
        (BOT, {"pipeline": "other"}, False),
        (ADA, {}, False),
    ):
        (found,) = told(story, {**by_ben, **changes}, author=author)[0].deployments.values()
        assert (found.by.person, found.by_pipeline) == ("ben", expected)


def test_what_failed_or_is_not_at_its_end_brings_no_change_and_a_later_one_does():
    story, merges = code()
    lines = [line(story, merges[1], number, result=word) for number, word in enumerate(("failed", "in-progress"), 1)]
    facts, _ = told(story, *lines, line(story, merges[1], 3), line(story, merges[1], 4))
    assert [(one.result, len(one.changes)) for one in facts.deployments.values()] == [
        ("failed", 0), ("in-progress", 0), ("succeeded", 3), ("succeeded", 0),
    ]  # fmt: skip


def test_a_version_in_another_environment_before_is_told_unless_its_artefact_was_another():
    story, merges = code()
    one, other = ("sha256:" + digit * 64 for digit in "12")
    tested = line(story, merges[0], 1, environment="test", digest=one)
    facts, _ = told(story, tested, line(story, merges[0], 2, digest=one), line(story, merges[0], 3, digest=other))
    same, another = facts.deployments.values()
    assert (same.earlier, another.earlier) == ((("test", story.clock + HOUR),), ())
    assert facts.told_environments == {"app": ("test",)}


def test_one_id_in_two_environments_are_two_deployments():
    story, merges = code()
    places = {name: environment(name, "production") for name in ("eu", "us")}
    lines = (line(story, merges[0], environment=name) for name in places)
    facts, problems = told(story, *lines, environments=places)
    assert problems == ()
    assert sorted(one.environment for one in facts.deployments.values()) == ["eu", "us"]


def test_lines_of_one_deployment_follow_its_course():
    story, merges = code()
    begun = line(story, merges[0], 1, result="in-progress")
    done = {**begun, "result": "succeeded", "at": at(story.clock + 2 * HOUR)}
    undone = {**begun, "result": "rolled-back", "at": at(story.clock + 3 * HOUR)}
    facts, problems = told(story, begun, done, undone)
    (found,) = facts.deployments.values()
    assert problems == ()
    assert (found.result, found.at, found.ended) == ("rolled-back", story.clock + 2 * HOUR, story.clock + 3 * HOUR)


def test_lines_that_contradict_each_other_are_told_and_leave_it_unknown():
    story, merges = code()
    first = line(story, merges[0])
    facts, problems = told(story, first, {**first, "commit": merges[1], "result": "failed"})
    (found,) = facts.deployments.values()
    assert (found.commit, found.result, found.on_branch) == ("", "unknown", None)
    assert [(problem.code, str(problem.source)) for problem in problems] == [
        ("contradictory-deployment", "records:deployments/2026.jsonl:2")
    ]
    assert "do not agree in 'commit' and 'result', so that is shown as unknown" in problems[0].message


def test_what_a_person_typed_beside_a_robots_line_changes_nothing_and_is_told():
    story, merges = code()
    first = line(story, merges[0])
    records = Story("records")
    records.commit(
        "Export", {"deployments/2026.jsonl": json.dumps(first) + "\n"}, author=BOT, at=story.clock + 2 * HOUR
    )
    facts, problems = told(story, first, {**first, "commit": merges[1]}, author=ADA, records=records)
    (found,) = facts.deployments.values()
    assert (found.commit, found.grade, found.hand) == (merges[0], Grade.RECORDED, None)
    assert "and the line that a person typed does not count" in problems[0].message


def test_taking_the_robots_line_away_never_raises_a_grade():
    story, merges = code()
    typed = line(story, merges[0])
    (found,) = told(story, typed, author=ADA)[0].deployments.values()
    assert found.grade is Grade.STATED


def test_a_service_an_environment_and_a_commit_that_nobody_knows_are_problems_with_their_line():
    story, merges = code()
    facts, problems = told(
        story,
        line(story, merges[0], 1, service="web"),
        line(story, merges[0], 2, environment="live"),
        line(story, "f" * 40, 3),
        line(story, merges[0], 4),
    )
    assert [(str(one.source), one.code) for one in problems] == [
        ("records:deployments/2026.jsonl:1", "deployment-of-unknown"),
        ("records:deployments/2026.jsonl:2", "deployment-of-unknown"),
        ("records:deployments/2026.jsonl:3", "deployment-of-unknown"),
    ]
    absent, good = facts.deployments.values()
    assert (absent.absent, absent.on_branch, absent.changes) == (True, False, ())
    assert (good.absent, good.on_branch) == (False, True)


def test_a_record_counts_no_later_than_it_was_committed_and_no_earlier_than_what_it_deployed():
    story, merges = code()
    records = Story("records")
    written = story.clock + 5 * HOUR
    lines = (line(story, merges[2], 400), {**line(story, merges[2], 2), "at": "2020-01-01T00:00Z"})
    text = "".join(json.dumps(one) + "\n" for one in lines)
    records.commit("Export", {"deployments/2026.jsonl": text}, author=BOT, at=written)
    facts, problems = derive(
        {each.repo: each.history() for each in (story, records)},
        {each.repo: each.pin() for each in (story, records)},
        isms(pipelines=RECORDED),
        settings(),
    )
    assert {one.id: one.at for one in facts.deployments.values()} == {"400": written, "2": story.clock}
    assert all(one.claimed for one in facts.deployments.values())
    assert [one.code for one in problems] == ["dated-before-its-parent"]


def test_a_bad_line_is_a_problem_with_its_place_and_the_others_count():
    good = json.dumps(LINE)
    bad = (
        '{"deployment": ',
        json.dumps({**LINE, "commit": ""}),
        json.dumps({**LINE, "service": ""}),
        json.dumps({**LINE, "at": "2026-01-05T10:00"}),
        json.dumps({**LINE, "raw": ["sha256:no"]}),
        json.dumps({**LINE, "by": 5}),
        good[:-1] + ', "by": "x"}',
    )
    found, problems = parse_lines("\n".join([good, *bad, good]).encode(), PLACE)
    assert [record.source.line for record in found] == [1, len(bad) + 2]
    assert [(one.code, one.source.line) for one in problems] == [
        ("bad-deployment-record", place) for place in range(2, len(bad) + 2)
    ]


def test_an_unknown_key_and_an_unknown_word_are_told_and_the_line_counts():
    data = json.dumps({**LINE, "who": "x", "result": "success"}).encode()
    (found,), problems = parse_lines(data, PLACE)
    assert found.result == "unknown"
    assert [one.code for one in problems] == ["unknown-record-key", "unknown-result"]


@given(st.binary(max_size=80))
def test_any_bytes_give_records_or_problems(data):
    found, problems = parse_lines(data, PLACE)
    assert len(found) + len(problems) >= sum(bool(line.strip()) for line in data.split(b"\n"))


WORDS = ("succeeded", "failed", "rolled-back", "in-progress", "unknown")
LINES = st.lists(
    st.builds(
        lambda number, commit, hour, result, by: {
            **LINE,
            "deployment": number,
            "commit": commit * 40,
            "at": f"2026-01-05T{hour}:00Z",
            "result": result,
            "by": by,
        },
        st.sampled_from("12"),
        st.sampled_from("ab"),
        st.integers(10, 14),
        st.sampled_from(WORDS),
        st.sampled_from(["ci-bot@example.org", "ada@example.org", ""]),
    ),
    max_size=6,
)


@examples(60)
@given(LINES.flatmap(lambda lines: st.tuples(st.just(lines), st.permutations(lines))))
def test_the_order_of_lines_says_nothing(pair):
    found = []
    for lines in pair:
        records, _ = parse_lines("\n".join(map(json.dumps, lines)).encode(), PLACE)
        joined, problems = join_records(records)
        found.append(([replace(one, source=PLACE) for one in joined], sorted(one.code for one in problems)))
    assert found[0] == found[1]


@examples(25)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(1, 30), st.sampled_from(WORDS)), max_size=6))
def test_each_change_reaches_production_at_most_once(deployed):
    story, merges = code()
    lines = [
        line(story, merges[which], number, at=at(story.clock + hour * HOUR), result=result)
        for number, (which, hour, result) in enumerate(deployed)
    ]
    facts, _ = told(story, *lines)
    carried = [key for one in facts.deployments.values() for key in one.changes]
    assert len(carried) == len(set(carried))
    assert set(carried) <= set(facts.changes)


# --- a second source -----------------------------------------------------------------------------------------------


def both(kind, **more):
    source = {"kind": "records", "repo": "records", "cross_check": {"kind": kind, **more}}
    return {"path": pipeline(deployments=source)}


def test_what_only_one_of_two_sources_tells_is_listed():
    story, merges = code()
    env = Story("env")
    env.clock = story.clock
    for number, merge in enumerate(merges[:2]):
        env.commit("Deploy", {"prod/app.yml": f"version: {number}\ncommit: {merge}\n"}, author=BOT)
    facts, _ = told(
        story,
        line(story, merges[0], 1),
        line(story, merges[2], 2),
        line(story, merges[2], 3, result="failed"),
        more=(env,),
        pipelines=both("gitops", repo="env"),
    )
    assert [(one.commit, one.found_in, one.missing_in) for one in facts.unmatched["app"]] == [
        (merges[1], "environments repository", "deployment records"),
        (merges[2], "deployment records", "environments repository"),
    ]
    assert [one.basis for one in facts.deployments.values()] == ["deployment record"] * 3
    assert wanted(settings(), isms(pipelines=both("gitops", repo="env")))("env", "prod/app.yml")


def test_a_release_tag_stands_for_all_deployments_of_it():
    story, merges = code()
    story.tag("v1", merges[0], message="One")
    facts, _ = told(story, line(story, merges[0], 1), line(story, merges[0], 2), pipelines=both("tags"))
    assert facts.unmatched == {"app": ()}


def test_files_of_deployment_records_are_read():
    assert wanted(settings(), isms())("records", "deployments/app/2026-01.jsonl")
    assert not wanted(settings(), isms())("records", "other/2026-01.jsonl")


@pytest.mark.parametrize("kind", ["integrations", "tags"])
def test_records_beside_another_source_make_no_deployment(kind):
    story, merges = code()
    facts, _ = told(story, line(story, merges[0]), pipelines={"path": pipeline(deployments={"kind": kind})})
    assert facts.deployments == {}


def test_records_of_one_repository_are_of_each_service_in_it_unless_they_name_one():
    story, merges = code()
    two = {name: service(name, [{"repo": "app"}]) for name in ("bets", "odds")}
    facts, _ = told(
        story,
        {**line(story, merges[0], 1), "service": "", "repo": "app"},
        line(story, merges[1], 2, service="odds"),
        services=two,
    )
    assert [(one.service, one.id) for one in facts.deployments.values()] == [
        ("bets", "1"),
        ("odds", "1"),
        ("odds", "2"),
    ]
