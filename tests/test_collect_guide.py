"""The recipes of docs/guide/collect.md, run as they stand beside a `gh` and a `glab` that answer from memory."""

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from forges import saved
from gitfixtures import BOT, ENVIRONMENT, commit, git, make_repository

from tieout.cli.collect import command

FOLDER = Path(__file__).parents[1] / "docs" / "guide" / "collect"
GUIDE = (FOLDER.parent / "collect.md").read_text("utf-8")
FILES = {path.name: path.read_text("utf-8") for path in sorted(FOLDER.iterdir())}
GITHUB, GITLAB = (yaml.safe_load(FILES[f"{forge}-collect.yml"]) for forge in ("github", "gitlab"))


def test_the_guide_names_every_recipe_and_every_option_is_there():
    assert sorted(FILES) == sorted(set(re.findall(r"\(collect/([\w.-]+)\)", GUIDE)))
    options = {option for one in command.params for option in one.opts}
    told = re.findall(r"tieout collect [^`\n]*", "\n".join((GUIDE, *FILES.values())))
    assert len(told) == 3
    asked = {word for line in told for word in shlex.split(line.partition(";")[0]) if word.startswith("--")}
    assert asked == {"--repo", "--into", "--environment"}
    assert asked | {"--branch", "--pipeline"} == options - {"source"}


def test_actions_are_pinned_as_in_the_other_recipes():
    other = "".join(path.read_text() for path in (FOLDER.parent / "ci").glob("*.yml"))
    used = re.findall(r"uses: (.*)", FILES["github-collect.yml"])
    assert used
    assert all(re.fullmatch(r"[\w-]+/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", one) and one in other for one in used)
    assert GITHUB["permissions"] == {"contents": "read"}
    assert not any("${{" in step.get("run", "") for step in GITHUB["jobs"]["collect"]["steps"])


def keys(value):
    if isinstance(value, dict):
        for key, below in value.items():
            yield key
            yield from keys(below)
    elif isinstance(value, list):
        for below in value:
            yield from keys(below)


def test_the_query_asks_for_what_is_read():
    words = re.sub(r"\([^)]*\)|\.\.\. on|fragment pull on", "", FILES["pull.graphql"])
    asked = set(re.findall(r"\w+", words)) - {"PullRequest", "CheckRun", "StatusContext"}
    assert set(keys(saved.node())) <= asked
    assert asked - set(keys(saved.node())) == {"startedAt"}


# --- run for real --------------------------------------------------------------------------------------------------

GH = """
case "$*" in
  *headRefOid*) test "$GH_TOKEN" = s3cret && cat "$SHIMS/pulls.json" ;;
  *deployments.graphql*) echo '{"data": {"repository": {"deployments": {"nodes": []}}}}' ;;
  *) exit 1 ;;
esac
"""
GLAB = """
test "$1" = api || exit 1
for last; do :; done
case "$last" in
  *merge_requests\\?*) cat "$SHIMS/merge-requests.json" ;;
  */notes*) cat "$SHIMS/notes.json" ;;
  */versions*) cat "$SHIMS/versions.json" ;;
  */commits*) cat "$SHIMS/commits.json" ;;
  */approvals) cat "$SHIMS/approvals.json" ;;
  */pipelines\\?*) echo '[{"id": 6}]' ;;
  */pipelines/6/jobs*) cat "$SHIMS/jobs.json" ;;
  */deployments*) cat "$SHIMS/deployments.json" ;;
  *) exit 1 ;;
esac
"""
JQ = """
import json, sys
query, found = sys.argv[2], json.load(open(sys.argv[3]) if len(sys.argv) > 3 else sys.stdin)
print(*([each["iid"] for each in found] if query == ".[].iid" else [found[0]["id"]] if found else []), sep="\\n")
"""


@pytest.fixture
def records(tmp_path):
    """The records repository as a pipeline finds it: a clone, whose origin takes what is pushed."""
    origin = make_repository(tmp_path / "origin", bare=True)
    commit(origin, "Start", {f".github/{name}": text for name, text in FILES.items() if name.endswith(".graphql")} | {".gitlab/gitlab.sh": FILES["gitlab.sh"]}, author=BOT)  # fmt: skip
    git(tmp_path, "clone", "-q", "origin", "records")
    return tmp_path / "records"


def program(shims, name, text):
    (shims / name).write_text(text)
    (shims / name).chmod(0o755)


def shell(records, shims, script, **environment):
    program(shims, "tieout", f'#!/bin/sh\nexec "{sys.executable}" -m tieout "$@"\n')
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", script],
        cwd=records,
        env={
            **ENVIRONMENT,
            "XDG_CACHE_HOME": os.environ["XDG_CACHE_HOME"],
            "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
            "PATH": f"{shims}:{os.environ['PATH']}",
            "SHIMS": str(shims),
            "RUNNER_TEMP": str(shims.parent),
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


def pushed(records):
    return git(records.parent / "origin", "log", "-1", "--format=%an <%ae>", "main"), git(records.parent / "origin", "show", "--name-only", "--format=", "main").splitlines()  # fmt: skip


@pytest.mark.parametrize("everything", ["true", ""])
def test_the_night_of_github_saves_collects_and_commits(records, tmp_path, everything):
    shims = tmp_path / "shims"
    shims.mkdir()
    (shims / "pulls.json").write_bytes(saved.graph(saved.node()))
    program(shims, "gh", f"#!/bin/sh\n{GH}")
    steps = [step["run"] for step in GITHUB["jobs"]["collect"]["steps"] if "run" in step and "pip" not in step["run"]]
    names = {
        "OWNER": "acme",
        "REPOSITORIES": "pay=pay",
        "GH_TOKEN": "s3cret",
        "EVERYTHING": everything,
        "SIGNING_KEY": "",
    }
    for step in steps:
        shell(records, shims, step, **names)
    who, files = pushed(records)
    assert who == "Records robot <records-robot@acme.example>"
    assert [path for path in files if not path.startswith("raw/")] == ["reviews/pay/2026-03.jsonl"]
    before = git(records, "rev-parse", "HEAD")
    for step in steps:  # the next night, nothing new
        shell(records, shims, step, **names)
    assert git(records, "rev-parse", "HEAD") == before


def test_the_night_of_gitlab_saves_collects_and_commits(records, tmp_path):
    shims = tmp_path / "shims"
    shims.mkdir()
    answers = {
        "merge-requests": [saved.merge_request()],
        "notes": [saved.note()],
        "versions": [saved.version(saved.HEAD, "2026-03-01T09:00:00Z")],
        "commits": [saved.written()],
        "approvals": saved.approvals(),
        "jobs": [saved.job()],
        "deployments": [saved.gitlab_deployment()],
    }
    for name, answer in answers.items():
        (shims / f"{name}.json").write_text(json.dumps(answer))
    program(shims, "glab", f"#!/bin/sh\n{GLAB}")
    program(shims, "jq", f"#!{sys.executable}\n{JQ}")
    scripts = [*GITLAB["save"]["script"], *GITLAB["collect"]["script"]]
    place = {
        "CI_SERVER_HOST": "x",
        "CI_PROJECT_PATH": "y",
        "CI_DEFAULT_BRANCH": "main",
        "REPOSITORIES": "acme%2Fpay=pay",
    }
    script = "\n".join(scripts).replace("/tmp/saved", f"{tmp_path}/saved").replace('"https://$CI_SERVER_HOST/$CI_PROJECT_PATH.git"', "origin")  # fmt: skip
    shell(records, shims, script, **place)
    _, files = pushed(records)
    assert [path for path in files if not path.startswith("raw/")] == [
        "deployments/pay/2026-03.jsonl",
        "reviews/pay/2026-03.jsonl",
    ]
    line = json.loads((records / "reviews/pay/2026-03.jsonl").read_text())
    assert line["approvals"] == [
        {"by": "@ben", "at": "2026-03-01T12:00:00Z", "commit": saved.HEAD, "state": "approved"}
    ]
    assert [check["name"] for check in line["checks"]] == ["unit"]
