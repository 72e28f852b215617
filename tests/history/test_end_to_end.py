"""From real repositories, through the program's own reader, to facts."""

import json
from dataclasses import replace

import pytest
from gitfixtures import ADA, BEN, BOT, HOUR, START, commit, git, make_repository, tag, update_ref
from history.story import config, isms

from tieout.history import derive, wanted
from tieout.repos.histories import read_history
from tieout.repos.mirrors import refresh
from tieout.repos.pins import choose

FORGE = "Forge <noreply@forge.example>"
CLEO = "Cleo Park <cleo@example.org>"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    """A service with a merge, a squash of two authors and a direct push; its environments and its records."""
    base = tmp_path_factory.mktemp("estate")
    app = make_repository(base / "app.git", bare=True)
    first = commit(
        app, "Start", {"a.txt": "1\n", ".ci/pipeline.yml": "jobs: {unit: {}}\n", "CODEOWNERS": "* @adastone\n"}
    )
    side = commit(app, "Work\n\nFor TRD-5", {"a.txt": "2\n"}, branch="work", parents=[first])
    merge = commit(
        app, "Merge pull request #1 from ada/work\n\nThe work", {"a.txt": "2\n"}, parents=[first, side], author=BEN
    )
    commit(app, "One", {"b.txt": "1\n"}, branch="two", parents=[merge])
    two = commit(app, "Two", {"b.txt": "2\n"}, branch="two", author=CLEO)
    update_ref(app, "refs/pull/2/head", two)
    git(app, "update-ref", "-d", "refs/heads/two")
    squash = commit(app, "Both (#2)", {"b.txt": "2\n"}, author=ADA, committer=FORGE)
    commit(app, "Quick", {"c.txt": "1\n"})
    tag(app, "v1", squash, message="One", time=START + 9 * HOUR)
    env = make_repository(base / "env.git", bare=True)
    commit(env, "Start", {"README": "x\n"}, time=START + 8 * HOUR)
    commit(
        env,
        "Deploy app 1\n\nRequested-by: Ben Marsh <ben@example.org>",
        {"prod/app.yml": f"version: 1\ncommit: {squash}\n"},
        author=BOT,
    )
    records = make_repository(base / "records.git", bare=True)
    line = {
        "repo": "app",
        "change": squash,
        "ref": "#2",
        "approvals": [{"by": "ben@example.org", "at": "2025-10-06T12:00Z", "commit": two}],
    }
    commit(records, "Export", {"reviews/app/2025-10.jsonl": json.dumps(line) + "\n"}, author=BOT)
    return base, {"squash": squash}


def read(base):
    settings = config()
    is_wanted = wanted(settings, isms())
    histories = {}
    for repo, linked in settings.repositories.items():
        source = replace(linked, url=f"{repo}.git")
        mirror, problems = refresh(source, base, base / "mirrors", network=False)
        assert problems == ()
        histories[repo] = read_history(mirror, source, lambda path, repo=repo: is_wanted(repo, path))
    return histories


def facts_of(base, cutoff=None):
    histories = read(base)
    facts, problems = derive(
        histories, {repo: choose(each, cutoff) for repo, each in histories.items()}, isms(), config()
    )
    assert problems == ()
    return facts


def test_a_real_history_becomes_changes(workspace):
    base, _ = workspace
    changes = [change for change in facts_of(base).changes.values() if change.repo == "app"]
    assert [(change.kind, change.subject, change.restored) for change in changes] == [
        ("root", "Start", ""),
        ("merge", "The work", ""),
        ("squash", "Both", "same"),
        ("direct", "Quick", ""),
    ]
    assert [[author.key for author in change.authors] for change in changes] == [
        ["ada"],
        ["ada"],
        ["ada", "cleo"],
        ["ada"],
    ]
    assert changes[1].change_references == ("TRD-5",)
    assert [(each.by.key, each.covers) for each in changes[2].approvals] == [("ben", "final")]
    assert changes[1].code_owners == ("ada",)


def test_a_real_environments_repository_becomes_deployments(workspace):
    base, ids = workspace
    (deployment,) = facts_of(base).deployments.values()
    assert (deployment.commit, deployment.by.person, deployment.requested_by.person) == (ids["squash"], "ci-bot", "ben")
    assert len(deployment.changes) == 3
    assert deployment.on_branch


def test_an_earlier_audit_of_the_same_histories_sees_less(workspace):
    base, _ = workspace
    histories = read(base)
    early, late = (
        derive(histories, {repo: choose(each, cutoff) for repo, each in histories.items()}, isms(), config())[0]
        for cutoff in (START + HOUR + 60, None)
    )
    assert (len(early.changes), len(early.deployments)) == (2, 0)
    assert len(late.changes) > len(early.changes)
    assert {key: late.changes[key] for key in early.changes} == dict(early.changes)
    assert [version.jobs[0].name for version in early.pipelines["app"]] == ["unit"]


def test_the_same_input_gives_the_same_facts(workspace):
    base, _ = workspace
    assert repr(facts_of(base)) == repr(facts_of(base))
