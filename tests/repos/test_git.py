import pytest
from gitfixtures import git as call

from tieout.problems import BuildError
from tieout.repos import git


def test_a_machine_without_git_is_told_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BuildError, match="git was not found on the PATH; install Git"):
        git.run(git.around(tmp_path), "version")


def test_a_folder_that_is_gone_is_told(tmp_path):
    with pytest.raises(BuildError, match=r"git could not be started in .*/gone: there is no such folder"):
        git.run(git.Where(tmp_path / "gone"), "version")


def test_a_hook_of_another_repository_does_not_aim_commands_at_it(tmp_path, monkeypatch):
    for name in ("own", "other"):
        call(tmp_path, "init", "-q", name)
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other" / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(tmp_path / "other"))
    answer = git.run(git.around(tmp_path / "own"), "rev-parse", "--show-toplevel")
    assert answer.out.decode().strip() == str(tmp_path / "own")
