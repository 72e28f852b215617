"""The same pins give the same bytes, wherever and by whomever they are built; and what is read is never written to."""

import shutil
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from gitfixtures import git
from tinyproject import AUDIT, call, digests, run

pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")


def build(project, *words, site="site"):
    return call("build", *words, "--isms", project.isms, "--output", project.folder / site, "--no-pdf")


def test_two_builds_in_different_places_zones_locales_and_seeds_give_the_same_bytes(template, tmp_path):
    """The whole site with its PDFs, by two people who have nothing in common but the repositories and the machine."""
    one, other = tmp_path / "a", tmp_path / "ein anderer Ort" / "ö"
    for place in (one, other):
        shutil.copytree(template.folder, place, symlinks=True)

    def built(place, umask, **environment):
        return run(
            "build",
            "--isms",
            place / "isms",
            "--output",
            place / "site",
            cwd=place,
            umask=umask,
            XDG_CACHE_HOME=str(place),
            **environment,
        )

    with ThreadPoolExecutor() as both:
        first = both.submit(built, one, 0o022, TZ="UTC", LC_ALL="C", PYTHONHASHSEED="1", USER="ada")
        second = both.submit(
            built, other, 0o077, TZ="Pacific/Kiritimati", LC_ALL="tr_TR.UTF-8", PYTHONHASHSEED="77", USER="ben"
        )
    assert [(ended.code, ended.err) for ended in (first.result(), second.result())] == [(0, "")] * 2
    files, others = digests(one / "site"), digests(other / "site")
    assert f"{AUDIT}/pdf/{AUDIT}.pdf" in files
    assert [path for path in sorted({*files, *others}) if files.get(path) != others.get(path)] == []
    assert naming(one / "site", str(tmp_path)) == []
    host = socket.gethostname()
    assert len(host) < 6 or naming(one / "site", host) == []  # a shorter name stands in any text by chance


def naming(folder, words):
    return [path.name for path in folder.rglob("*") if path.is_file() and words.encode() in path.read_bytes()]


def test_nothing_is_written_into_any_working_tree(project, template):
    assert build(project).code == 0
    for repo in ("isms", "pay", "platform"):
        assert digests(project.folder / repo) == digests(template.folder / repo)
        assert git(project.folder / repo, "status", "--porcelain", "--untracked-files=all") == ""
    assert (project.kept / "of").read_text() == f"{project.isms}\n"


def test_a_second_build_links_every_file_and_says_so(project):
    assert build(project).code == 0
    before = {path: path.stat().st_ino for path in (project.folder / "site").rglob("*") if path.is_file()}
    ended = build(project)
    assert "0 files written" in ended.out
    assert {path: path.stat().st_ino for path in before} == before
    assert sorted(path.name for path in project.folder.iterdir()) == ["isms", "pay", "platform", "site"]


def test_a_named_audit_is_rebuilt_and_the_others_are_kept_with_the_bytes_of_a_whole_build(project):
    assert build(project).code == 0
    whole = digests(project.folder / "site")
    project.write({"isms/squads.yml": "- {id: money, title: Money and more, lead: ada}\n"})
    assert build(project, AUDIT).code == 0
    assert digests(project.folder / "site") == whole  # the present was not asked for, and stays as it was
    assert build(project, "AUD-2026-01", "current").code == 0
    again = digests(project.folder / "site")
    assert {path: name for path, name in again.items() if path.startswith(AUDIT)} == {
        path: name for path, name in whole.items() if path.startswith(AUDIT)
    }
    assert again != whole


def test_the_present_alone_is_the_same_as_in_a_whole_build(project):
    assert build(project, "current").code == 0
    alone = digests(project.folder / "site" / "current")
    assert not (project.folder / "site" / AUDIT).exists()
    assert AUDIT not in (project.folder / "site" / "audits.js").read_text()
    assert f"{AUDIT}/index.html" not in (project.folder / "site" / "index.html").read_text("utf-8")
    assert build(project).code == 0
    assert digests(project.folder / "site" / "current") == alone


def test_an_uncommitted_working_tree_is_stamped_and_audits_still_show_commits(project):
    assert build(project).code == 0
    before = digests(project.folder / "site" / AUDIT)
    project.write({"isms/squads.yml": "- {id: money, title: Coins, lead: ada}\n"}, commit_it=False)
    assert build(project).code == 0
    present = (project.folder / "site" / "current" / "index.html").read_text("utf-8")
    assert "uncommitted" in present.lower()
    assert "Coins" in (project.folder / "site" / "current" / "services" / "pay.html").read_text("utf-8")
    assert digests(project.folder / "site" / AUDIT) == before


@pytest.mark.parametrize("name", ["site", "public"])
def test_a_site_inside_the_isms_does_not_make_it_uncommitted(project, name):
    for _ in range(2):
        assert call("build", "--isms", project.isms, "--output", project.isms / name, "--no-pdf").code == 0
        assert "uncommitted" not in (project.isms / name / "current" / "index.html").read_text("utf-8").lower()
    assert git(project.isms, "status", "--porcelain") == f"?? {name}/"


def test_a_killed_build_leaves_the_old_site_and_nothing_that_stands_in_the_way_of_the_next(project):
    assert build(project).code == 0
    before = digests(project.folder / "site")
    project.write({"isms/squads.yml": "- {id: money, title: Coins, lead: ada}\n"})
    words = ("build", "--isms", project.isms, "--output", project.folder / "site", "--no-pdf")
    killed = subprocess.Popen([sys.executable, "-m", "tieout", *map(str, words)])
    while not any(project.folder.glob(".site.stage-*/*")):
        assert killed.poll() is None
        time.sleep(0.005)
    killed.kill()
    killed.wait()
    assert digests(project.folder / "site") == before
    for _ in range(200):  # its workers notice that it is gone, and let go of the lock
        ended = build(project)
        if "another build" not in ended.err:
            break
        time.sleep(0.05)
    assert (ended.code, ended.err) == (0, "")
    assert digests(project.folder / "site") != before
    assert sorted(path.name for path in project.folder.iterdir()) == ["isms", "pay", "platform", "site"]


def test_what_a_killed_build_left_is_no_part_of_the_isms_and_is_cleared_away(project):
    assert call("build", "--isms", project.isms, "--output", project.isms / "site", "--no-pdf").code == 0
    before = digests(project.isms / "site")
    left = project.isms / ".site.stage-dead"
    (left / "current").mkdir(parents=True)
    (left / ".tieout-site").write_text("begun\n")
    (left / "current" / "index.html").write_text("half")
    assert digests(project.isms / "site") == before  # a reader of the old site saw nothing of it
    assert call("build", "--isms", project.isms, "--output", project.isms / "site", "--no-pdf").code == 0
    assert digests(project.isms / "site") == before
    assert not left.exists()


def test_an_own_theme_named_in_tieout_yml_overrides_file_by_file(project):
    words = "body { background: papayawhip; }\n"
    project.write({"tieout.yml": ("operator", "theme: look\noperator"), "look/static/look.css": words})
    assert build(project).code == 0
    sheets = [path.read_text() for path in (project.folder / "site").rglob("look-*.css")]
    assert words in sheets
    project.write({"tieout.yml": ("theme: look", "theme: nowhere")})
    ended = build(project)
    assert ended.code == 2
    assert ended.err.endswith("create it or remove `theme`.\n")
