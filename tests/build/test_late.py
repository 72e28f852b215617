"""An audit that is built again after something dated before its end came to a repository, or left it."""

import json

from gitfixtures import commit, git
from tinyproject import AUDIT, at, call


def build(project, *audits):
    return call("build", *audits, "--isms", project.isms, "--output", project.folder / "site", "--no-pdf")


def pinned(project):
    manifest = json.loads((project.folder / "site" / AUDIT / "manifest.json").read_text())
    return {row["repository"]: row["commit"] for row in manifest["pins"]}["pay"]


def test_an_audit_that_is_built_again_without_change_tells_nothing(project):
    build(project)
    assert "late-arrival" not in build(project).err


def test_a_commit_dated_before_the_audits_end_that_came_after_its_publication_is_told(project):
    build(project)
    git(project.service, "reset", "-q", "--hard", pinned(project))
    late = commit(project.service, "Backdated", {"late.py": "1\n"}, time=at("2026-03-30"))
    ended = build(project)
    assert f"1 commit ({late[:12]}) dated before its end came to the branch" in ended.err
    assert "[late-arrival]" in ended.err


def test_a_published_commit_that_is_gone_is_told(project):
    build(project)
    before = pinned(project)
    git(project.service, "reset", "-q", "--hard", f"{before}~1")
    ended = build(project)
    assert f"1 commit ({before[:12]}) is no longer on it" in ended.err


def test_the_pages_are_the_same_whether_or_not_there_was_a_site_before(project):
    build(project)
    git(project.service, "reset", "-q", "--hard", "main~1")
    build(project)
    again = (project.folder / "site" / AUDIT / "SHA256SUMS").read_bytes()
    call("build", "--isms", project.isms, "--output", project.folder / "fresh", "--no-pdf")
    assert (project.folder / "fresh" / AUDIT / "SHA256SUMS").read_bytes() == again


def test_a_manifest_that_is_none_is_passed_over(project):
    build(project)
    (project.folder / "site" / AUDIT / "manifest.json").write_text("[]")
    assert build(project).code in {0, 2}
