"""`tieout check PATHS`: what is shown, what is only counted, and which paths are refused."""

import os
from time import process_time

import pytest
from gitfixtures import commit, git, make_repository
from tinyproject import call

RISK = "isms/risks/RSK-001-unreviewed.md"
CONTROL = "isms/controls/CTL-001-review.md"


@pytest.fixture
def here(project, monkeypatch):
    monkeypatch.chdir(project.isms)
    return project


def test_what_a_deletion_breaks_elsewhere_is_counted_and_does_not_fail_the_named_files(here):
    (here.isms / RISK).unlink()
    ended = (
        call("check", RISK, "README.md", "isms/threats") if (here.isms / "README.md").exists() else call("check", RISK)
    )
    assert (ended.code, ended.out) == (0, "clean: 1 path\n")
    assert ended.err == "tieout: 2 more in other files (2 errors, 0 warnings); leave out the paths to see all.\n"
    assert call("check", CONTROL).code == 1


def test_a_deleted_file_is_known_by_git_whether_staged_committed_or_long_gone(here):
    git(here.isms, "rm", "-q", RISK)
    assert call("check", RISK).code == 0
    git(here.isms, "-c", "user.name=A", "-c", "user.email=a@a.example", "commit", "-q", "-m", "Drop it")
    assert call("check", RISK, "isms/risks").code == 0
    commit(here.isms, "Go on", {"isms/notes.txt": "x\n"})
    assert call("check", RISK).code == 0
    never = call("check", RISK, "isms/risks/RSK-002-never.md")
    assert (never.code, never.err) == (
        2,
        "tieout: there is no isms/risks/RSK-002-never.md; name files or folders of the ISMS.\n",
    )


def test_a_file_that_is_no_content_does_not_fail(here):
    (here.isms / "README.md").write_text("About us.\n")
    assert call("check", "README.md").code == 0


def test_a_path_outside_the_isms_is_told_and_alone_refused(here):
    ended = call("check", RISK, "../pay/pay.py", "../platform")
    assert (ended.code, ended.out) == (0, "clean: 3 paths\n")
    assert ended.err == "tieout: 2 paths outside the ISMS not looked at: ../pay/pay.py and 1 more.\n"
    alone = call("check", "../pay/pay.py")
    assert (alone.code, alone.out) == (2, "")
    assert alone.err.startswith("tieout: ../pay/pay.py lies outside the ISMS (")


def test_the_folder_that_holds_the_isms_means_all_of_it(here):
    here.write({RISK: ("THR-001", "THR-010")}, commit_it=False)
    assert call("check", here.folder, "--isms", here.isms).code == 1


def test_links_on_the_way_are_followed_and_a_link_that_is_a_file_keeps_its_name(here, tmp_path):
    here.write({RISK: ("THR-001", "THR-010")}, commit_it=False)
    (tmp_path / "shortcut").symlink_to(here.isms / "isms")
    assert call("check", tmp_path / "shortcut" / "risks").code == 1
    assert call("check", tmp_path / "shortcut" / "risks" / "RSK-001-unreviewed.md").code == 1
    assert call("check", tmp_path / "shortcut" / "threats").code == 0
    (here.isms / "isms/threats/THR-002-link.md").symlink_to("../risks/RSK-001-unreviewed.md")
    linked = call("check", "isms/threats/THR-002-link.md")
    assert (linked.code, linked.out.split(":")[0]) == (1, "isms/threats/THR-002-link.md")


def test_an_isms_in_a_folder_of_a_larger_repository_knows_its_own_deleted_files(here):
    files = {f"compliance/{path}": (here.isms / path).read_text() for path in git(here.isms, "ls-files").split()}
    whole = make_repository(here.folder / "whole")
    commit(whole, "All in one", {**files, "app.py": "1\n"})
    os.chdir(whole)
    git(whole, "rm", "-q", f"compliance/{RISK}", "app.py")
    ended = call("check", f"compliance/{RISK}", "app.py", "--isms", "compliance")
    assert (ended.code, ended.out) == (0, "clean: 2 paths\n")
    assert ended.err.startswith("tieout: 1 path outside the ISMS not looked at: app.py.\n")


def test_many_paths_take_no_longer_than_a_blink(here):
    folder = here.isms / "isms" / "evidence-of-old"
    folder.mkdir()
    names = [f"isms/evidence-of-old/{number}.txt" for number in range(4000)]
    for name in names[:2000]:
        (here.isms / name).touch()
    begin = process_time()
    assert call("check").code == 0
    alone = process_time() - begin
    begin = process_time()
    assert call("check", *names[:2000]).code == 0
    assert process_time() - begin < 2 * alone + 1
