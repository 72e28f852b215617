"""An ISMS in no commit is shown as it lies on disk, with what its repositories say, and says that it has no history."""

import json
import os
import shutil

import pytest
from gitfixtures import git
from tinyproject import at, call, digests

from tieout.codes import CODES

SAVED = at("2026-09-01", 12)


@pytest.fixture
def bare(project):
    """The small operator before anybody committed its ISMS, last saved on 1 September 2026."""
    shutil.rmtree(project.isms / ".git")
    (project.isms / "isms/audits/AUD-2026-01.md").unlink()
    date_files(project, SAVED)
    return project


def date_files(project, time):
    for path in project.isms.rglob("*"):
        os.utime(path, (time, time))


def build(project, name="site"):
    return call("build", "--isms", project.isms, "--output", project.folder / name, "--no-pdf")


def test_the_present_is_dated_by_the_newest_file_and_holds_the_repositories(bare):
    done = build(bare)
    assert (done.code, done.err) == (0, CODES["not-committed"].example + "\n")
    page = (bare.folder / "site/current/index.html").read_text("utf-8")
    assert "Draft, as of 1 September 2026" in page
    assert "The ISMS is in no commit yet" in page
    changes = json.loads((bare.folder / "site/current/data/changes.json").read_text("utf-8"))["changes"]
    assert len(changes) == 12


def test_a_repository_newer_than_the_files_says_what_day_it_is(bare):
    date_files(bare, at("2026-02-01"))
    assert build(bare).code == 0
    assert "Draft, as of 12 May 2026" in (bare.folder / "site/current/index.html").read_text("utf-8")


def test_the_same_files_give_the_same_site(bare):
    assert build(bare).code == 0
    assert build(bare, "again").code == 0
    first, again = digests(bare.folder / "site"), digests(bare.folder / "again")
    assert first == again


def test_an_audit_of_a_day_before_is_refused_by_its_reason(bare):
    text = (bare.isms / "isms/audits/AUD-2027-01.md").read_text().replace("2027-03-31", "2026-06-30")
    (bare.isms / "isms/audits/AUD-2026-09.md").write_text(text)
    done = build(bare)
    assert done.code == 1
    assert "[audit-before-history]" in done.err


def test_a_repository_without_a_commit_is_the_same(bare):
    git(bare.isms, "init", "-q", "-b", "main")
    done = build(bare)
    assert done.code == 0, done.err
    assert "not-committed" in done.err


def test_a_trace_can_be_asked_for(bare):
    assert "RSK-001" in call("trace", "RSK-001", "--isms", bare.isms).out
