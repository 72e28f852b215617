import pytest
from history.configured import WORKFLOW_PATH, names, only, versions
from history.story import DAY, HOUR, START, Story, config

from tieout.history.pipelines.files import is_named
from tieout.history.pipelines.github import run_of
from tieout.history.pipelines.jobs import EACH, SOME, Run
from tieout.model.settings import Repository


@pytest.mark.parametrize(
    ("on", "run"),
    [
        ("push", EACH),
        (["pull_request"], EACH),
        ({"push": {"branches": ["main"]}}, EACH),
        ({"push": {"branches": ["ma*"]}}, EACH),
        ({"push": {"branches": ["**"]}}, EACH),
        ({"push": {"branches": ["main", "!main"]}}, Run("beside", "on another branch than main")),
        ({"push": {"branches": ["release/**"]}}, Run("beside", "on another branch than main")),
        ({"push": {"branches": ["master"]}}, SOME),  # the branch may have had that name
        ({"push": {"branches": ["[m]ain"]}}, SOME),
        ({"push": {"branches-ignore": ["main"]}}, Run("beside", "on another branch than main")),
        ({"push": {"tags": ["v*"]}}, Run("beside", "on a tag")),
        ({"push": {"paths": ["src/**"]}}, SOME),
        ({"pull_request": {"paths-ignore": ["docs/**"]}, "push": {"branches": ["release"]}}, SOME),
        ({"pull_request": {"types": ["closed"]}}, Run("beside", "when a proposal is closed")),
        ({"pull_request": {"types": ["opened"]}}, SOME),
        ({"pull_request": {"types": ["opened", "synchronize"]}}, EACH),
        ({"workflow_dispatch": None, "schedule": [{"cron": "0 0 * * *"}]}, Run("beside", "by hand or on a schedule")),
        ({"workflow_call": None}, Run("beside", "when another workflow calls it")),
        ({"schedule": None, "push": None}, EACH),
        ({"workflow_run": {"workflows": ["CI"]}}, SOME),
        (None, Run("beside", "by nothing that the file names")),
        (["made_up"], Run("beside", "on made_up")),
    ],
)
def test_what_starts_a_workflow_tells_for_which_changes_it_runs(on, run):
    assert run_of(on, "main") == run


def jobs(text):
    return only({WORKFLOW_PATH: text}, WORKFLOW_PATH, "github-actions").jobs


def test_a_job_that_no_change_starts_says_what_does():
    (nightly,) = jobs("on: {schedule: [{cron: 0 0 * * *}]}\njobs: {sast: {}}")
    assert (nightly.beside, nightly.conditional) == ("on a schedule", True)
    (tagged,) = jobs("on: push\njobs:\n  sast:\n    if: startsWith(github.ref, 'refs/tags/')")
    assert tagged.beside == "on a tag"


def test_a_job_is_known_by_what_it_is_shown_as_too():
    text = "on: push\njobs:\n  a: {name: Unit tests}\n  b: {name: '${{ matrix.name }}'}"
    assert [job.title for job in jobs(text)] == ["Unit tests", ""]


def test_a_job_all_of_whose_commands_may_fail_may_fail():
    lenient = "{run: make, continue-on-error: true}"
    text = f"on: push\njobs:\n  a: {{steps: [{{uses: x}}, {lenient}]}}\n  b: {{steps: [{lenient}, {{run: test}}]}}"
    assert [job.may_fail for job in jobs(text)] == [True, False]


def test_a_call_that_no_change_starts_leaves_nothing_unknown():
    found = only(
        {WORKFLOW_PATH: "on: {push: {tags: [v*]}}\njobs: {x: {uses: o/r/.github/workflows/a.yml@v1}}"},
        WORKFLOW_PATH,
        "github-actions",
    )
    assert found.readable


def test_a_job_runs_for_no_more_changes_than_those_that_it_needs():
    text = (
        "on: push\njobs:\n  a: {if: github.actor}\n  b: {needs: a}\n  c: {needs: [b]}\n"
        "  d: {needs: c, if: always()}\n  n: {if: \"github.event_name == 'schedule'\"}\n  o: {needs: n}\n  x: {needs: y}\n  y: {needs: x}\n"
    )
    assert [(job.name, job.conditional, job.beside) for job in jobs(text)] == [
        ("a", True, ""), ("b", True, ""), ("c", True, ""), ("d", False, ""),
        ("n", True, "on a schedule"), ("o", True, "on a schedule"), ("x", False, ""), ("y", False, ""),
    ]  # fmt: skip


SHARED = ".github/workflows/scan.yml"


def shared():
    """A repository of workflows: `sast` from the first day, `secrets` too from the third."""
    story = Story("shared")
    story.commit("One", {SHARED: "on: workflow_call\njobs: {sast: {}}"}, at=START)
    first = story.tip
    story.commit("Two", {SHARED: "on: workflow_call\njobs: {sast: {}, secrets: {}}"}, at=START + 2 * DAY)
    return story, first


def calling(ref, *, settings=None, tagged=0):
    app = Story()
    app.commit(
        "Start", {WORKFLOW_PATH: f"on: push\njobs: {{scan: {{uses: org/shared/{SHARED}@{ref}}}}}"}, at=START + DAY
    )
    app.commit("Work", {"a": "1"}, at=START + DAY + HOUR)
    app.commit("More", {"a": "2"}, at=START + 3 * DAY)
    other, first = shared()
    if tagged:
        other.tag("v1", first, message="v1", at=tagged)
    linked = {**config().repositories, "shared": Repository("shared", "https://github.example/Org/shared.git")}
    settings = settings or config(repositories=linked)
    return versions(app, WORKFLOW_PATH, "github-actions", [other], settings), first


def test_a_workflow_of_a_linked_repository_is_read_as_its_branch_stood_at_each_change():
    (before, after), _ = calling("main")
    assert (names(before), before.readable) == (["scan", "scan / sast"], True)
    assert names(after) == ["scan", "scan / sast", "scan / secrets"]
    assert after.time == START + 3 * DAY  # the first change that ran with it


def test_a_workflow_of_a_linked_repository_is_read_at_a_tag_or_a_whole_commit():
    (found,), first = calling("v1", tagged=START + HOUR)
    assert names(found) == ["scan", "scan / sast"]
    (found,), _ = calling(first)
    assert names(found) == ["scan", "scan / sast"]


@pytest.mark.parametrize(
    ("ref", "why"),
    [
        ("v9", "neither a branch nor a tag v9"),
        ("abcdef1", "neither a branch nor a tag"),
        ("f" * 40, "has no commit"),
        ("v1", "was made or moved after the change"),
    ],
)
def test_what_a_ref_does_not_lead_to_is_unknown(ref, why):
    (found, *_), _ = calling(ref, tagged=START + 9 * DAY)
    assert (found.readable, why in found.why) == (False, True)


def test_a_workflow_of_a_repository_that_is_not_linked_is_unknown():
    (found, *_), _ = calling("main", settings=config())
    assert (names(found), found.readable) == (["scan"], False)
    assert "tieout.yml links no repository org/shared" in found.why


@pytest.mark.parametrize(
    ("url", "name", "same"),
    [
        ("https://github.com/Org/shared.git", "org/Shared", True),
        ("git@github.com:org/shared.git", "org/shared", True),
        ("https://gitlab.example/group/sub/ci", "group/sub/ci", True),
        ("https://gitlab.example/group/sub/ci", "sub/ci", False),
        ("../mirrors/org/shared.git", "org/shared", True),
        ("file:///srv/git/org/shared", "org/shared", True),
        ("../shared.git", "org/shared", False),
        ("../evil-org/shared", "org/shared", False),
        ("../shared", "shared", False),
    ],
)
def test_a_linked_repository_is_known_by_its_address(url, name, same):
    assert is_named(url, name) is same


def test_calls_that_multiply_end_and_are_told():
    files = {
        f".github/workflows/{at}.yml": "on: push\njobs:\n"
        + "".join(f"  j{number}: {{uses: ./.github/workflows/{at + 1}.yml}}\n" for number in range(9))
        for at in range(9)
    }
    found = only(files, ".github/workflows/0.yml", "github-actions")
    assert not found.readable
    assert len(found.jobs) <= 2000
