"""What a commit of the ISMS puts where Tieout keeps, or finds, its evidence: none of it runs, and none is believed."""

import shutil

import pytest
from gitfixtures import commit, git, make_repository
from tinyproject import CONTENT, call

from tieout.repos import trees

URL = "https://git.example.invalid/pay.git"


def build(project, *options):
    return call("build", "--isms", project.isms, "--output", project.folder / "site", "--no-pdf", *options)


def planted(project, folder, canary):
    """A mirror that names programs and another store, as files of a commit."""
    runs = f"touch {canary}; true"
    settings = (
        f'[core]\n\tbare = true\n\talternateRefsCommand = "{runs}"\n\tsshCommand = "{runs}"\n\tfsmonitor = "{runs}"\n'
    )
    return {
        f"{folder}/isms.git/HEAD": "ref: refs/heads/main\n",
        f"{folder}/isms.git/config": settings,
        f"{folder}/isms.git/objects/info/alternates": "../../other.git/objects\n",
        f"{folder}/isms.git/refs/.keep": "",
        f"{folder}/other.git/objects/.keep": "",
    }


def test_a_mirror_that_comes_with_a_commit_runs_nothing_and_is_told(project, tmp_path):
    canary = tmp_path / "canary"
    project.write(planted(project, ".tieout/mirrors", canary))
    git(project.isms, "reset", "-q", "--hard")
    told = ".tieout/mirrors/isms.git/HEAD: error: Git tracks 5 files below .tieout/, where only programs write; "
    for ended in (build(project), call("check", "--isms", project.isms), call("check", "--at", "HEAD", "--isms", project.isms)):  # fmt: skip
        assert ended.code == 1
        assert (ended.out or ended.err).startswith(told)
    reviewed = call("review", "--isms", project.isms, "HEAD~1..HEAD")
    assert reviewed.code == 1
    assert "new: `.tieout/mirrors/isms.git/config`" in reviewed.out
    assert "`tieout-folder-tracked`" in reviewed.out
    call("sync", "--isms", project.isms)
    assert not canary.exists()


def test_a_mirror_that_lies_in_the_working_tree_is_no_evidence(project):
    """Left over, or written over an ignored folder by the checkout of somebody's branch."""
    (project.isms / ".tieout/mirrors").mkdir(parents=True)
    (project.isms / ".tieout/.gitignore").write_text("*\n")
    git(project.folder, "clone", "-q", "--bare", str(project.service), str(project.isms / ".tieout/mirrors/pay.git"))
    project.write({"tieout.yml": ("../pay", URL)})
    ended = build(project)
    assert ended.code == 1
    assert f"pay: error: {URL} was not fetched yet; run `tieout sync` [repository-unfetched]\n" in ended.err
    assert call("check", "--isms", project.isms).code == 0


def test_a_repository_among_the_files_of_the_isms_is_no_evidence_unless_it_is_a_clone(project):
    git(project.folder, "clone", "-q", "--bare", str(project.service), str(project.isms / "evidence.git"))
    project.write({"tieout.yml": ("../pay", "evidence.git")})
    ended = build(project)
    assert ended.code == 1
    assert "pay: error: evidence.git lies among the files of the ISMS, where it is no evidence" in ended.err
    git(project.folder, "clone", "-q", str(project.service), str(project.isms / "clone"))
    project.write({"tieout.yml": ("evidence.git", "clone")})
    assert "pay: error" not in build(project).err


def test_a_bare_repository_around_tieout_yml_does_not_pass_for_the_isms(project):
    """Git takes a folder that holds HEAD, objects and refs for a repository, before it looks above."""
    forged = make_repository(project.folder / "forged", bare=True)
    commit(forged, "Everything was approved", {"tieout.yml": "schema: 1\noperator: Forged\n"})
    git(forged, "config", "core.bare", "false")
    git(forged, "config", "core.worktree", str(project.isms))
    for part in ("HEAD", "config", "objects", "refs"):
        whole = shutil.copytree if (forged / part).is_dir() else shutil.copy
        whole(forged / part, project.isms / part)
    house = make_repository(project.folder / "house")
    (project.isms / ".git").rename(project.folder / "away")
    project.isms.rename(house / "isms")
    for command in (
        ("build", "--output", project.folder / "site"),
        ("check", "--at", "HEAD"),
        ("review", "HEAD..HEAD"),
    ):
        ended = call(*command, "--isms", house / "isms")
        assert ended.code == 2, command
    with pytest.raises(trees.BuildError, match="bare repository"):
        trees.locate(house / "isms")


def test_without_a_folder_of_ones_own_the_build_says_how_to_name_one(project, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(project.service / "caches"))
    for ended in (build(project), call("sync", "--isms", project.isms)):
        assert ended.code == 2
        assert ended.err.endswith("set XDG_CACHE_HOME to another one.\n")
    assert not (project.service / "caches").exists()


@pytest.mark.parametrize("way", ["link", "repository"])
def test_a_theme_that_is_not_among_the_files_of_the_isms_is_refused(project, tmp_path, way):
    look = tmp_path / "elsewhere" / "look"
    (look / "static").mkdir(parents=True)
    (look / "static" / "secret.txt").write_text("not ours\n")
    if way == "link":
        (project.isms / "themes").symlink_to(look.parent)
    else:
        shutil.copytree(look.parent, project.isms / "themes")
        git(project.isms / "themes", "init", "-q")
    project.write({"tieout.yml": CONTENT["tieout.yml"] + "theme: themes/look\n"})
    ended = build(project)
    assert ended.code == 2
    assert "theme: themes/look lies behind a symbolic link or in a repository of its own" in ended.err
