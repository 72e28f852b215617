"""The guide's first site, made word for word: its files, its commands, and the repository of a stranger beside it."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from gitfixtures import ENVIRONMENT, HOUR, commit, git, make_repository, tag
from tinyproject import at

GUIDE = Path(__file__).parent.parent / "docs" / "guide" / "first-site.md"
ADA = "Ada Lind <ada@kestrel.example>"
BEN = "Ben Moss <ben@kestrel.example>"
STRANGER = "Una Known <una@elsewhere.example>"
FORGE = "GitHub <noreply@github.com>"
WORKFLOW = "on: push\njobs:\n  tests:\n    runs-on: linux\n    steps: [{run: make test}]\n"
AUDIT = "2026-06-30"


def files_of(guide):
    """The files that the guide shows: a line with the name and a colon, and the block below it."""
    return dict(re.findall(r"^`([^`\n]+)`:\n\n```\w*\n(.*?)^```", guide, re.DOTALL | re.MULTILINE))


def commands_of(guide):
    """The blocks that are typed: without a language, and not below a file's name."""
    files = set(files_of(guide).values())
    blocks = re.findall(r"^```(\w*)\n(.*?)^```\n", guide, re.DOTALL | re.MULTILINE)
    return [block for language, block in blocks if not language and block not in files]


def write_service(folder):
    """What a newcomer may find: a merge, a squash, a stranger's merge, a direct push, a bare tag beside a whole one."""
    repo = make_repository(folder)
    first = commit(repo, "Start", {".github/workflows/ci.yml": WORKFLOW, "a.py": "0\n"}, author=ADA, time=at("2025-12-01"))  # fmt: skip
    side = commit(repo, "KES-1 Round down", {"a.py": "1\n"}, branch="side", parents=[first], author=ADA, time=at("2026-02-02"))  # fmt: skip
    message = "Merge pull request #1 from ada/side\n\nKES-1 Round down"
    tip = commit(repo, message, {"a.py": "1\n"}, parents=[first, side], author=BEN, committer=FORGE, time=at("2026-02-03"))  # fmt: skip
    tip = commit(repo, "KES-2 Name the limit (#2)", {"b.py": "2\n"}, parents=[tip], author=ADA, committer=FORGE, time=at("2026-03-02"))  # fmt: skip
    tag(repo, "v0.9", tip)
    odd = commit(repo, "Spell it", {"c.md": "c\n"}, branch="odd", parents=[tip], author=STRANGER, time=at("2026-04-01"))
    tip = commit(repo, "Merge branch 'odd'", {"c.md": "c\n"}, parents=[tip, odd], author=BEN, time=at("2026-04-02"))
    tag(repo, "v1.0", tip, message="Release 1.0", tagger=BEN, time=at("2026-04-02") + HOUR)
    commit(repo, "Straight in", {"a.py": "3\n"}, parents=[tip], author=ADA, time=at("2026-05-04"))
    return repo


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The folder in which the guide was followed, and what each of its commands said."""
    folder = tmp_path_factory.mktemp("newcomer")
    guide = GUIDE.read_text("utf-8")
    write_service(folder / "prices")
    begin, finish = commands_of(guide)
    first = type_in(folder, begin)
    isms = folder / "isms-of-ours"
    for path, text in files_of(guide).items():
        (isms / path).parent.mkdir(exist_ok=True)
        (isms / path).write_text(text, "utf-8")
    said = [type_in(isms, line) for line in finish.splitlines()]
    return isms, first, dict(zip(("check", "commit", "build"), said, strict=True))


def type_in(folder, commands):
    """Run what the guide says to type, on the day it says."""
    moment = f"{at(AUDIT)} +0000"
    identity = {"GIT_AUTHOR_NAME": "Ada Lind", "GIT_AUTHOR_EMAIL": "ada@kestrel.example", "GIT_AUTHOR_DATE": moment}
    identity |= {name.replace("AUTHOR", "COMMITTER"): value for name, value in identity.items()}
    shim = f'tieout() {{ "{sys.executable}" -m tieout "$@"; }}\n'
    return subprocess.run(
        ["bash", "-c", shim + commands],
        cwd=folder,
        env={**ENVIRONMENT, **identity, **{name: os.environ[name] for name in ("PATH", "XDG_CACHE_HOME")}},
        capture_output=True,
        text=True,
        check=False,
    )


def read(isms, page):
    return (isms / "site" / AUDIT / page).read_text("utf-8")


def items(isms, check):
    found = json.loads(read(isms, "data/items.json"))["items"]
    return sorted(item["outcome"] for item in found if item["check"] == check)


def test_every_file_passes_the_check_but_for_the_two_holes_it_names(made):
    _, first, said = made
    assert first.returncode == 0, first.stderr
    assert said["check"].returncode == 0, said["check"].stdout
    assert [line.rpartition("[")[2] for line in said["check"].stdout.splitlines()] == ["missing-register]"] * 2


def test_the_build_succeeds_and_shows_the_audit_and_the_present(made):
    isms, _, said = made
    assert said["build"].returncode == 0, said["build"].stderr
    assert "1 audit date and the present" in said["build"].stdout
    assert (isms / "site" / AUDIT / "index.html").is_file()
    assert (isms / "site" / "current" / "index.html").is_file()
    assert (isms / "site" / AUDIT / "pdf" / f"{AUDIT}.pdf").is_file()


def test_nothing_of_the_build_is_left_for_git(made):
    assert git(made[0], "status", "--porcelain") == ""


def test_the_service_is_told_from_its_history_alone(made):
    isms, _, _ = made
    prices = isms.parent / "prices"
    assert git(prices, "rev-list", "--first-parent", "--count", "main") == "5"
    # the first commit is before the period; that a merge by hand was proposed is only what its message says
    assert items(isms, "no-direct-push") == ["fail", "pass", "pass", "unknown"]
    assert items(isms, "change-reviewed") == ["fail", "fail", "pass", "unknown"]
    assert items(isms, "required-steps-configured") == ["pass"]
    deployments = json.loads(read(isms, "data/deployments.json"))["deployments"]
    assert [each["version"] for each in deployments] == ["v1.0"]
    assert "una@elsewhere.example" in read(isms, "identities.html")


def test_a_release_tag_without_a_date_leaves_the_deployments_unknown(made):
    assert items(made[0], "deployed-by-pipeline") == ["unknown", "unknown"]  # the tag that has one is not signed
    page = read(made[0], "checks/deployed-by-pipeline.html")
    assert "there is 1 release tag of commits of the period without a date" in page
