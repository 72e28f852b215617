"""What Git itself says about the repositories that the demo writes."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tieout.demo import Demo
from tieout.demo.keys import public_line
from tieout.demo.teams import ADDRESSES, KEYS_SINCE

CLEAN = {"PATH": "/usr/bin:/bin", "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "LC_ALL": "C"}


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", "-C", folder, *words], capture_output=True, text=True, check=False, env=CLEAN)
    return (done.stdout + done.stderr).strip() if done.returncode == 0 else f"exit {done.returncode}: {done.stderr}"


def test_every_repository_passes_a_strict_fsck(demo: Demo):
    said = {name: git(path, "fsck", "--strict", "--no-progress") for name, path in demo.paths.items()}
    assert said == dict.fromkeys(demo.paths, "")


def test_there_are_twelve_repositories_with_a_main_branch(demo: Demo):
    assert len(demo.paths) == 12
    for name, path in demo.paths.items():
        assert git(path, "rev-parse", "HEAD") == demo.tips[name]
        assert git(path, "rev-list", "--first-parent", "--count", "main") == str(demo.counts[name])


def test_the_isms_is_checked_out_and_clean(demo: Demo):
    isms = demo.paths["isms"]
    assert git(isms, "status", "--porcelain", "--branch") == "## main"
    assert (isms / "isms/c.md").is_file()
    assert not (isms / "isms/b.md").exists()


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")
def test_git_verifies_the_signatures_of_commits_and_tags(demo: Demo, tmp_path: Path):
    signers = tmp_path / "signers"
    lines = [f"{ADDRESSES[person][1]} {public_line(person)}" for person in sorted({*KEYS_SINCE, "ci-bot"})]
    signers.write_text("\n".join([*lines, ""]), encoding="utf-8")
    config = ("-c", f"gpg.ssh.allowedSignersFile={signers}")
    hotfix = git(
        demo.paths["odds-engine"], *config, "verify-commit", "-v", demo.labels["odds-engine feed-clock-hotfix"]
    )
    assert 'Good "git" signature for jonas@fennmoor.example' in hotfix
    tag = git(demo.paths["golden-pipeline"], *config, "verify-tag", "v3.4.1")
    assert 'Good "git" signature for ci-bot@fennmoor.example' in tag
    states = git(demo.paths["market-config"], *config, "log", "--first-parent", "--since=2026-08-20", "--format=%G?")
    assert set(states.split()) <= {"G", "N"}
    assert states.split().count("G") > 15


def test_no_commit_is_older_than_its_parents_but_the_one_that_the_story_dates_back(demo: Demo):
    older = []
    for name, path in demo.paths.items():
        rows = [line.split() for line in git(path, "log", "--all", "--format=%H %ct %P").splitlines()]
        times = {row[0]: int(row[1]) for row in rows}
        older += [f"{name} {row[0]}" for row in rows if any(times[parent] > times[row[0]] for parent in row[2:])]
    assert older == [f"settlement {demo.labels['settlement backdated']}"]


def test_the_tag_that_was_moved_is_made_anew_by_a_person_on_the_later_commit(demo: Demo):
    path = demo.paths["feed-gateway"]
    assert git(path, "rev-parse", "v2.64.0^{commit}") == demo.labels["feed-gateway tag-moved"]
    assert "tagger Rosa Quint <rosa@fennmoor.example>" in git(path, "cat-file", "tag", "v2.64.0")
    deployed = git(demo.paths["platform-env"], "show", "main:prod/feed-gateway.yml")
    assert "version: v2.64.0" in deployed
    assert demo.labels["feed-gateway tag-moved"] not in deployed


def test_a_proposal_that_was_squashed_keeps_its_ref(demo: Demo):
    path = demo.paths["market-config"]
    commit = demo.labels["market-config corners-market"]
    number = git(path, "log", "-1", "--format=%s", commit).rpartition("#")[2].rstrip(")")
    changed = git(path, "diff", "--name-only", f"{commit}~", commit).splitlines()
    assert "markets/inplay.yml" in changed
    assert git(path, "diff", "--name-only", commit, f"refs/pull/{number}/head", "--", *changed) == ""


def test_the_told_history_ends_as_the_content_is(demo: Demo, content: Path):
    isms = demo.paths["isms"]
    assert (isms / "tieout.yml").read_bytes() == (content / "tieout.yml").read_bytes()
    assert demo.labels["odds-engine feed-clock-hotfix"] in (isms / "isms/a.md").read_text(encoding="utf-8")
    merge = git(isms, "log", "-1", "--format=%an|%cn|%s|%b")
    assert merge.startswith(
        "Tobias Okafor|Tobias Okafor|Merge pull request #2 from fennmoor/amara/name-hotfix|Name the hotfix"
    )
