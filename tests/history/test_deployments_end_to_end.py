"""Records, a release branch and tags in real repositories, through the program's own reader, to deployments."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from gitfixtures import ADA, BEN, BOT, HOUR, START, commit, make_repository, tag
from history.story import config, isms, pipeline

from tieout.history import derive, wanted
from tieout.model.grades import Grade
from tieout.model.running import what_ran
from tieout.model.settings import Repository
from tieout.repos.histories import read_history
from tieout.repos.mirrors import refresh
from tieout.repos.pins import choose

LINKED = {
    "app": Repository("app", "app.git"),
    "records": Repository(
        "records", "records.git", kind="records", only_robots_push=True, deployments=("deployments/*.jsonl",)
    ),
}
SETTINGS = replace(config(), repositories=LINKED)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    """A service with three changes, two of them merged into `production`, one tagged; and records of four deployments."""
    base = tmp_path_factory.mktemp("estate")
    app = make_repository(base / "app.git", bare=True)
    first = commit(app, "Start", {"a.txt": "0\n"})
    commits = [commit(app, f"Work {number}", {"a.txt": f"{number}\n"}) for number in (1, 2, 3)]
    release = first
    for number in (1, 2):
        parents = [release, commits[number - 1]]
        release = commit(
            app, f"Release {number}", {"a.txt": f"{number}\n"}, branch="production", parents=parents, author=BEN,
            time=START + (10 + number) * HOUR,
        )  # fmt: skip
    tag(app, "v1", commits[0], message="One", time=START + 9 * HOUR)
    records = make_repository(base / "records.git", bare=True)
    told = [("1", commits[0], "succeeded"), ("2", commits[1], "failed"), ("3", commits[1], "succeeded")]
    lines = [line(number, deployed, result) for number, deployed, result in told]
    commit(records, "Export", {"deployments/a.jsonl": "".join(lines)}, author=BOT, time=START + 40 * HOUR)
    lines.append(line("4", commits[0], "succeeded", rollback_of="3"))
    commit(records, "By hand", {"deployments/a.jsonl": "".join(lines)}, author=ADA)
    return base, commits


def line(number, deployed, result, **more):
    at = datetime.fromtimestamp(START + (20 + int(number)) * HOUR, UTC).isoformat()
    told = {"deployment": number, "service": "app", "environment": "prod", "commit": deployed, "at": at}
    return json.dumps({**told, "by": "ci-bot@example.org", "result": result, **more}) + "\n"


def facts_of(base, source):
    registers = isms(pipelines={"path": pipeline(deployments=source)})
    is_wanted = wanted(SETTINGS, registers)
    histories = {}
    for repo, linked in LINKED.items():
        mirror, _ = refresh(linked, base, base / "mirrors", network=False)
        histories[repo] = read_history(mirror, linked, lambda path, repo=repo: is_wanted(repo, path))
    pins = {repo: choose(each, None) for repo, each in histories.items()}
    return derive(histories, pins, registers, SETTINGS)


def test_records_in_a_repository_become_deployments_by_whoever_committed_their_lines(workspace):
    base, commits = workspace
    facts, problems = facts_of(base, {"kind": "records", "repo": "records"})
    assert problems == ()
    assert [(one.id, one.result, one.grade, len(one.changes)) for one in facts.deployments.values()] == [
        ("1", "succeeded", Grade.RECORDED, 2),
        ("2", "failed", Grade.RECORDED, 0),
        ("3", "succeeded", Grade.RECORDED, 1),
        ("4", "succeeded", Grade.STATED, 0),
    ]
    ran = [what_ran(facts, "app", "prod", START + hour * HOUR).deployment for hour in (20, 22, 23, 24)]
    assert [one.commit if one else "" for one in ran] == ["", commits[0], commits[1], commits[0]]


def test_merges_into_a_release_branch_become_deployments_of_what_they_merged(workspace):
    base, commits = workspace
    facts, problems = facts_of(base, {"kind": "branch", "branch": "production"})
    found = list(facts.deployments.values())
    assert problems == ()
    assert [(one.commit, one.version, one.by.person) for one in found] == [
        (commits[0], "v1", "ben"),
        (commits[1], found[1].record[:8], "ben"),
    ]
    assert all(one.on_branch for one in found)


def test_an_annotated_tag_becomes_a_deployment_of_its_commit(workspace):
    base, commits = workspace
    facts, _ = facts_of(base, {"kind": "tags"})
    assert [(one.version, one.commit, one.result) for one in facts.deployments.values()] == [("v1", commits[0], "")]
