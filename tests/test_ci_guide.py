"""The recipes of docs/guide/ci.md: files that forges can read, commands that there are, and nothing given away."""

import json
import os
import re
import shlex
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
import yaml
from gitfixtures import ENVIRONMENT, git
from tinyproject import CONTENT

from tieout.cli import COMMANDS

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "docs" / "guide" / "ci.md").read_text("utf-8")
FILES = {path.name: path.read_text("utf-8") for path in sorted((ROOT / "docs" / "guide" / "ci").glob("*.yml"))}
RECIPES = {name: yaml.safe_load(text) for name, text in FILES.items()}
WORKFLOWS = [name for name in RECIPES if name.startswith("github-")]
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
RISK = "isms/risks/RSK-001-unreviewed.md"
ADA = {"GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.org", "GIT_COMMITTER_NAME": "Ada", "GIT_COMMITTER_EMAIL": "ada@example.org"}  # fmt: skip


def triggers(recipe):
    return recipe[True]  # YAML 1.1 reads `on` so


def steps(recipe):
    """Each step of a workflow with its job."""
    return [(job, step) for job in recipe["jobs"].values() for step in job["steps"]]


def scripts(value):
    """All shell text of a recipe, in order."""
    if isinstance(value, dict):
        for key, below in value.items():
            if key in {"run", "script", "before_script"}:
                yield from [below] if isinstance(below, str) else below
            else:
                yield from scripts(below)
    elif isinstance(value, list):
        for below in value:
            yield from scripts(below)


def commands(text):
    """The words behind each `tieout`, up to what belongs to the shell."""
    for line in re.findall(r"(?m)(?:^|&& |`)(tieout [^`\n]*)", text):
        words = shlex.split(re.sub(r"( [|>;#].*| &&.*| \|\|.*)$", "", line).replace("$", ""))
        yield words[1], words[2:]


ASKED = [(name, *told) for name, recipe in RECIPES.items() for text in scripts(recipe) for told in commands(text)]
ASKED += [("guide", *told) for block in re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL) for told in commands(block)]
ASKED += [("guide", *told) for told in commands("\n".join(re.findall(r"`(tieout [^`]*)`", GUIDE)))]
ASKED += [("hook", *told) for hook in HOOKS for told in commands(hook["entry"])]


@pytest.mark.parametrize(("where", "command", "words"), ASKED)
def test_each_command_of_a_recipe_is_there_with_its_options(where, command, words):
    assert command in COMMANDS, where
    options = {
        option
        for one in import_module(f"tieout.cli.{command}").command.params
        for option in (*one.opts, *one.secondary_opts)
    }
    assert {word.split("=")[0] for word in words if word.startswith("-")} <= options, where


def test_the_recipes_ask_for_what_the_guide_promises():
    asked = {(where, command) for where, command, _ in ASKED}
    for file in ("github-isms.yml", "gitlab-ci.yml"):
        assert {(file, command) for command in ("check", "review", "sync", "build")} <= asked
    assert sorted(FILES) == sorted(set(re.findall(r"\(ci/([\w.-]+)\)", GUIDE)))


@pytest.mark.parametrize("name", WORKFLOWS)
def test_actions_are_pinned_by_commit_with_the_version_beside(name):
    used = re.findall(r"uses: (.*)", FILES[name])
    assert used
    for one in used:
        assert re.fullmatch(r"[\w-]+/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", one)


def test_one_action_has_one_version_in_all_recipes():
    used = {one for text in FILES.values() for one in re.findall(r"uses: (.*)", text)}
    assert len({one.split("@")[0] for one in used}) == len(used)


@pytest.mark.parametrize("name", WORKFLOWS)
def test_workflows_begin_with_rights_to_read_at_most(name):
    recipe = RECIPES[name]
    assert recipe["permissions"] in ({"contents": "read"}, {})
    assert "pull_request_target" not in triggers(recipe)
    for _, step in steps(recipe):
        assert "${{" not in step.get("run", ""), "a name that an author chose could become part of the script"
        if "checkout" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("name", WORKFLOWS)
def test_what_a_pull_request_brings_meets_no_secret_and_no_right_to_write(name):
    recipe = RECIPES[name]
    for job, step in steps(recipe):
        if "pull_request" in triggers(recipe):
            if "secrets." in json.dumps(step):
                assert step["if"] == "env.OURS == 'true'"
                assert job["env"]["OURS"] == "${{ github.event.pull_request.head.repo.full_name == github.repository }}"
            if "write" in job.get("permissions", {}).values():
                assert "head.repo.full_name == github.repository" in job["if"]
        if "workflow_run" in triggers(recipe):
            assert "checkout" not in step.get("uses", "")
            assert not list(commands(step.get("run", "")))


@pytest.mark.parametrize("name", WORKFLOWS)
def test_jobs_that_read_history_fetch_it_whole(name):
    for job in RECIPES[name]["jobs"].values():
        asked = {command for text in scripts(job) for command, _ in commands(text)}
        if asked & {"review", "build"}:
            assert job["steps"][0]["with"]["fetch-depth"] == 0
    assert RECIPES["gitlab-ci.yml"]["variables"]["GIT_DEPTH"] == "0"


# --- run for real --------------------------------------------------------------------------------------------------


def shell(folder, script, **environment):
    shim = f'tieout() {{ "{sys.executable}" -m tieout "$@"; }}\npython() {{ :; }}\nset -eo pipefail\n'
    return subprocess.run(
        ["bash", "-c", shim + script],
        cwd=folder,
        env={
            **ENVIRONMENT,
            **{name: os.environ[name] for name in ("PATH", "XDG_CACHE_HOME")},
            "GIT_CONFIG_GLOBAL": str(folder / ".git" / "own"),
            "ISMS": ".",
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_script_is_one_that_a_shell_can_read():
    for name, recipe in RECIPES.items():
        for text in scripts(recipe):
            told = subprocess.run(
                ["bash", "-n", "-c", text], env=ENVIRONMENT, capture_output=True, text=True, check=False
            )
            assert (told.returncode, told.stderr) == (0, ""), name


def test_what_is_cached_comes_from_no_commit(project, tmp_path):
    """The mirrors are believed: they lie outside the checkout, and on GitLab are carried out of it."""
    for name, text in FILES.items():
        assert not re.search(r"(?m)^ +path: (?!~/\.cache/tieout$).*tieout$", text), name
    recipe = RECIPES["gitlab-ci.yml"][".with-siblings"]
    assert recipe["cache"]["paths"] == [".tieout/"]
    carry, back = "\n".join(recipe["before_script"][:2]), "\n".join(recipe["after_script"])
    (project.isms / ".tieout" / "isms-1").mkdir(parents=True)
    (project.isms / ".tieout").chmod(0o777)
    assert shell(project.isms, carry, HOME=str(tmp_path)).returncode == 0
    assert (tmp_path / ".cache/tieout").stat().st_mode & 0o022 == 0
    assert not (project.isms / ".tieout").exists()
    assert shell(project.isms, back, HOME=str(tmp_path)).returncode == 0
    assert (project.isms / ".tieout" / "isms-1").is_dir()
    project.write({".tieout/isms-1/mirrors/pay.git/HEAD": "ref: refs/heads/main\n"})
    assert shell(project.isms, carry, HOME=str(tmp_path / "other")).returncode == 1


@pytest.fixture
def merged(project):
    """As a pipeline finds it: the merge of a pull request is checked out, and no branch."""
    text = (project.isms / RISK).read_text()
    git(project.isms, "checkout", "-q", "-b", "side")
    project.write({RISK: text.replace("likelihood: 1", "likelihood: 2")}, commit_it=False)
    identity = ("-c", "user.name=Ben", "-c", "user.email=ben@example.org")
    git(project.isms, *identity, "commit", "-qam", "Think again")
    git(project.isms, "checkout", "-q", "--detach", "main")
    git(project.isms, *identity, "merge", "-q", "--no-ff", "-m", "Merge side", "side")
    return project.isms


def test_the_steps_of_a_pull_request_run_as_they_stand(merged):
    github = [text for text in scripts(RECIPES["github-isms.yml"]["jobs"]["review"]) if "$GITHUB" not in text]
    done = shell(merged, "\n".join(github), SIBLINGS_TOKEN="s3cret")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "RSK-001" in (merged / "review.md").read_text()
    assert (merged / "preview" / "index.html").is_file()
    asked = "protocol=https\nhost=github.com\n\n"
    told = shell(merged, f"printf '{asked}' | git credential fill", SIBLINGS_TOKEN="s3cret")
    assert told.stdout.splitlines()[-2:] == ["username=x-access-token", "password=s3cret"]
    elsewhere = shell(
        merged,
        f"printf '{asked}' | sed s/github/evil/ | git credential fill",
        SIBLINGS_TOKEN="s3cret",
        GIT_TERMINAL_PROMPT="0",
    )
    assert "s3cret" not in elsewhere.stdout


def test_the_check_fails_its_job_and_leaves_its_report(merged):
    check = "\n".join(RECIPES["gitlab-ci.yml"]["check"]["script"])
    (merged / RISK).write_text((merged / RISK).read_text().replace("THR-001", "THR-010"))
    assert shell(merged, check).returncode == 1
    assert 'failures="1"' in (merged / "tieout.xml").read_text()
    scan = next(text for text in scripts(RECIPES["github-code-scanning.yml"]) if "sarif" in text)
    assert shell(merged, scan).returncode == 0
    assert len(json.loads((merged / "tieout.sarif").read_text())["runs"][0]["results"]) == 1


# --- hooks ---------------------------------------------------------------------------------------------------------


def test_the_hook_of_pre_commit_runs_on_each_commit_over_the_whole_content():
    (hook,) = HOOKS
    assert (hook["language"], hook["pass_filenames"], hook["always_run"]) == ("python", False, True)
    shown = yaml.safe_load(re.search(r"```yaml\n(repos:.*?)```", GUIDE, re.DOTALL)[1])
    assert [one["id"] for one in shown["repos"][0]["hooks"]] == [hook["id"]]


def test_the_plain_hook_judges_what_is_staged(project):
    script = re.search(r"```sh\n(#!/bin/sh.*?)```", GUIDE, re.DOTALL)[1]
    hook = project.isms / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(script.replace("tieout check", f"'{sys.executable}' -m tieout check"))
    hook.chmod(0o755)

    def committed():
        done = shell(project.isms, "git commit -qm 'More'", **ADA)
        return done.returncode == 0, done.stdout + done.stderr

    good = (project.isms / RISK).read_text()
    project.write({RISK: ("THR-001", "THR-010")}, commit_it=False)
    git(project.isms, "add", RISK)
    (project.isms / RISK).write_text(good)
    went, said = committed()
    assert (went, said.split(": ")[0]) == (False, f"{RISK}:5:11")
    threat = "isms/threats/THR-010-fraud.md"
    (project.isms / threat).write_text(CONTENT["isms/threats/THR-001-theft.md"])
    assert not committed()[0], "the threat is there, but not staged"
    git(project.isms, "add", threat)
    assert committed()[0]
