"""The builder: what a save does to what is shown, with a whole small operator."""

import ast
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from urllib.request import urlopen

import pytest
from tinyproject import AUDIT, Project, call, digests

import tieout
from tieout.build import pipeline, world
from tieout.model.registers import Isms
from tieout.problems import BuildError
from tieout.serve import changes, live, notice
from tieout.serve.showing import Showing

RISK = "isms/risks/RSK-001-unreviewed.md"
TITLE = "Unreviewed code moves money"
IN_VIEW = ("current", "risks", "RSK-001.html")


def make_builder(project, told):
    store = project.isms / ".tieout"
    store.mkdir()
    (store / ".gitignore").write_text("*\n")
    showing = Showing(store / "present", store / "past")
    showing.in_view = IN_VIEW
    return live.Live(project.isms, showing, live.Terminal(told.append, told.extend, told.append))


def page(builder, parts=IN_VIEW):
    return (builder.showing.read(parts) or b"").decode()


def until(true, seconds=60):
    """Waits for a condition, looking often."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


@dataclass
class Saved:
    """An operator whose title of a risk was changed and saved, and what was shown meanwhile."""

    project: Project
    builder: live.Live
    before: dict
    steps: list  # each change of what is shown: what was ready early, and the page in view before and after it


@pytest.fixture(scope="module")
def saved(template, tmp_path_factory):
    folder = tmp_path_factory.mktemp("saved") / "small"
    shutil.copytree(template.folder, folder, symlinks=True)
    project = Project(folder)
    builder = make_builder(project, [])
    builder.rebuild()
    before = {parts: page(builder, parts) for parts in (IN_VIEW, ("index.html",))}
    steps = []
    change = builder.showing.change

    def watch(told, fresh=MappingProxyType({})):
        was = page(builder)
        change(told, fresh)
        steps.append((sorted(fresh), was, page(builder)))

    builder.showing.change = watch
    project.write({RISK: (TITLE, "Nobody looked")}, commit_it=False)
    builder.rebuild()
    builder.showing.change = change
    return Saved(project, builder, before, steps)


def test_save_is_shown_and_stamped_uncommitted(saved):
    assert TITLE in saved.before[IN_VIEW]
    assert "uncommitted" not in saved.before["index.html",]
    assert "Nobody looked" in page(saved.builder)
    assert "uncommitted" in page(saved.builder, ("index.html",))


def test_page_in_view_is_shown_before_the_others_are_written(saved):
    (early, was, became), (late, _, remained) = saved.steps
    assert "current/risks/RSK-001.html" in early
    assert not [path for path in early if path.endswith(".html") and "RSK-001" not in path]
    assert TITLE in was
    assert "Nobody looked" in became
    assert (late, remained) == ([], became)


def test_served_pages_are_those_that_build_publishes(saved, tmp_path):
    done = call("build", "current", "--isms", saved.project.isms, "--output", tmp_path / "site", "--no-pdf")
    assert done.code == 0
    assert digests(saved.builder.showing.present / "current") == digests(tmp_path / "site" / "current")


def test_errors_keep_the_old_pages_until_they_are_mended(saved):
    before = digests(saved.builder.showing.present)
    saved.project.write({RISK: ("owner: ada", "owner: adda")}, commit_it=False)
    saved.builder.rebuild()
    told = notice.render(saved.builder.showing.notice)
    assert f"{RISK}:3:8</code>: " in told
    assert "[unknown-person]" in told
    assert digests(saved.builder.showing.present) == before

    saved.project.write({RISK: ("owner: adda", "owner: ada")}, commit_it=False)
    saved.builder.rebuild()
    assert saved.builder.showing.notice.tone != "error"
    assert digests(saved.builder.showing.present) == before


def test_histories_are_read_again_only_when_the_content_asks_others_of_them(project):
    first, _ = world.read(project.isms, lambda _: None)
    project.write({RISK: (TITLE, "Nobody looked")}, commit_it=False)
    second, _ = world.read(project.isms, lambda _: None, first)
    assert all(second.histories[id_] is first.histories[id_] for id_ in ("isms", "pay", "platform"))
    assert second.newest_isms.risks["RSK-001"].title == "Nobody looked"
    assert second.uncommitted

    project.write({"README": "A commit.\n"})
    third, _ = world.read(project.isms, lambda _: None, second)
    assert third.head.commit != second.head.commit
    assert third.histories["pay"] is first.histories["pay"]

    project.write(
        {"tieout.yml": ("    kind: environments\n", "    kind: environments\n  gone: {url: ../gone}\n")},
        commit_it=False,
    )
    fourth, _ = world.read(project.isms, lambda _: None, third)
    assert fourth.histories["pay"] is not first.histories["pay"]
    assert "gone" in fourth.missing
    fifth, _ = world.read(project.isms, lambda _: None, fourth)
    assert (fifth.faults, fifth.missing) == (fourth.faults, fourth.missing)


def test_what_is_kept_gives_what_would_be_concluded_anew(project):
    kept = live.Conclusions()
    held = None
    for files in ({RISK: (TITLE, "Nobody looked")}, {"isms/people.yml": ("Ben Marsh", "Ben Marches")}):
        project.write(files, commit_it=False)
        held, problems = world.read(project.isms, lambda _: None, held)
        request = pipeline.Request(project.isms, project.folder / "site", ("current",))
        judged = pipeline.judge(held, problems, request, lambda _: None, kept.conclude)
        fresh, problems = world.read(project.isms, lambda _: None)
        anew = pipeline.judge(fresh, problems, request, lambda _: None)
        assert judged.problems == anew.problems
        for ours, theirs in zip(judged.jobs, anew.jobs, strict=True):
            assert ours.snapshot.facts == theirs.snapshot.facts
            assert ours.site() == theirs.site()


def test_the_meaning_of_histories_is_derived_from_no_other_register():
    """What `Conclusions` leaves out of sight of the derivation must be nothing that it reads."""
    folder = Path(tieout.__file__).parent / "history"
    named = {
        node.attr
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and ast.unparse(node.value).split(".")[-1] == "isms"
    }
    assert named & {*Isms.__dataclass_fields__} == {*live.DERIVED_FROM}
    assert named - {*Isms.__dataclass_fields__} == {"applying"}  # by the services alone


def test_refusal_and_fault_are_shown_and_the_next_save_tries_again(project, monkeypatch):
    notes = []
    builder = make_builder(project, notes)
    project.write(
        {"theme/html/page.html": "{{ nonsense }}", "tieout.yml": ("schema: 1\n", "schema: 1\ntheme: theme\n")},
        commit_it=False,
    )
    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "judge", lambda *_: {}["a slip of ours"])
        builder.rebuild()
    assert "A fault of Tieout (KeyError)" in builder.showing.notice.sentence
    assert type(notes[-1]).__name__ == "KeyError"

    builder.rebuild()
    assert "theme/html/page.html:1: 'nonsense' is undefined; mend" in builder.showing.notice.sentence

    project.write({"tieout.yml": ("theme: theme\n", "theme: none\n")}, commit_it=False)
    builder.rebuild()
    assert "create it or remove `theme`" in builder.showing.notice.sentence
    assert builder.showing.notice.tone == "error"

    project.write({"tieout.yml": ("theme: none\n", "")}, commit_it=False)
    builder.rebuild()
    assert TITLE in page(builder)
    assert builder.showing.notice.tone != "error"


@pytest.mark.parametrize(
    ("path", "does"),
    [
        ("isms/risks/RSK-001.md", True),
        ("tieout.yml", True),
        (".github/CODEOWNERS", True),
        (".git/HEAD", True),
        (".git/logs/HEAD", True),
        (".git/index", False),
        (".git/refs/heads/main", False),
        (".tieout/serve/present/index.html", False),
        ("site/index.html", False),
        ("isms/.RSK-001.md.swp", False),
        ("isms/RSK-001.md~", False),
        ("isms/4913", False),
        ("other/current/index.html", False),
        (".other.stage-0123abcd/current/index.html", False),
        (".other.lock", False),
        ("../elsewhere.md", False),
        ("../theme/html/page.html", True),
    ],
)
def test_what_matters(tmp_path, path, does):
    folder = tmp_path / "isms"
    (folder / ".git").mkdir(parents=True)
    (folder / "other").mkdir()
    (folder / "other" / ".tieout-site").touch()
    (tmp_path / "theme").mkdir()
    watched = changes.watched(folder, folder, tmp_path / "theme")
    assert watched.paths == (folder.resolve(), (tmp_path / "theme").resolve())
    assert changes.matters(Path(os.path.normpath(folder.resolve() / path)), watched) is does


def test_work_tree_that_is_linked_is_watched_where_its_head_is(tmp_path):
    (tmp_path / "top" / "isms").mkdir(parents=True)
    (tmp_path / "store").mkdir()
    (tmp_path / "top" / ".git").write_text("gitdir: ../store\n")
    watched = changes.watched(tmp_path / "top" / "isms", tmp_path / "top", None)
    assert watched.paths == ((tmp_path / "top" / "isms").resolve(), (tmp_path / "store").resolve())


def test_save_by_rename_and_many_files_at_once_are_one_burst(tmp_path):
    (tmp_path / "isms").mkdir()
    stop = threading.Event()
    bursts = changes.follow(changes.watched(tmp_path, tmp_path, None), stop)
    assert next(bursts) == frozenset()
    for number in range(50):
        (tmp_path / "isms" / f"{number}.md").write_text("x")
    (tmp_path / "isms" / "0.md~").write_text("y")
    (tmp_path / "isms" / "0.md~").rename(tmp_path / "isms" / "0.md")
    assert {path.name for path in next(bursts)} >= {f"{number}.md" for number in range(50)}
    assert next(bursts) == frozenset()
    stop.set()
    assert list(bursts) == []


def test_command_serves_rebuilds_builds_the_past_and_ends_quietly(project):
    with subprocess.Popen(
        [sys.executable, "-m", "tieout", "serve", "--isms", project.isms, "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**{name: os.environ[name] for name in ("PATH", "XDG_CACHE_HOME")}, "PYTHONUNBUFFERED": "1"},
    ) as process:
        try:
            address = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())[0]
            until(lambda: TITLE in asked(f"{address}/current/risks/RSK-001.html"))
            until(lambda: f"{AUDIT}/index.html" in asked(address))
            assert "31 March 2026" in asked(f"{address}/{AUDIT}/index.html")
            swap = project.isms / "swap"
            swap.write_text((project.isms / RISK).read_text().replace(TITLE, "Nobody looked"))
            swap.rename(project.isms / RISK)
            until(lambda: "Nobody looked" in asked(f"{address}/current/risks/RSK-001.html"))
            second = call("serve", "--isms", project.isms, "--port", "0")
            assert (second.code, second.err.count("\n")) == (2, 1)
            assert "another tieout serve of this ISMS is running" in second.err
        finally:
            os.killpg(process.pid, signal.SIGINT)
            out, err = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "Traceback" not in err
    assert "written" in out


def asked(address):
    try:
        with urlopen(address, timeout=10) as told:  # noqa: S310 - our own
            return told.read().decode()
    except OSError:
        return ""


def test_without_watchfiles_the_remedy_is_one_sentence(project, monkeypatch):
    for name in [name for name in sys.modules if name.startswith(("tieout.serve", "watchfiles"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    ended = call("serve", "--isms", project.isms)
    assert ended.code == 2
    assert ended.err == "tieout: watchfiles is not installed: run `pip install 'tieout[serve]'`.\n"


def test_folder_without_an_isms_is_refused(tmp_path):
    with pytest.raises(BuildError, match=r"no tieout\.yml"):
        live.Live(tmp_path, Showing(tmp_path, tmp_path), live.Terminal(print, print, print)).run(threading.Event())
