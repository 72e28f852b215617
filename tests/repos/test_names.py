"""What an ISMS ever held is found in all branches, and nowhere else."""

from gitfixtures import commit, make_repository

from tieout.repos.names import read_names, read_versions


def test_removed_files_and_those_of_other_branches_are_named(tmp_path):
    repo = make_repository(tmp_path / "r")
    first = commit(repo, "One", {"risks/RSK-001-a.md": "a\n", "other/RSK-9.md": "b\n", "risksome/x.md": "c\n"})
    commit(repo, "Two", {"risks/RSK-001-a.md": None, "risks/ä b/RSK-002.md": "d\n"}, parents=[first])
    commit(repo, "Three", {"risks/RSK-003.md": "a\n"}, branch="side", parents=[first])
    assert read_names(repo, "", "risks") == {"risks/RSK-001-a.md", "risks/ä b/RSK-002.md", "risks/RSK-003.md"}


def test_paths_count_from_the_folder_of_the_isms(tmp_path):
    repo = make_repository(tmp_path / "mono")
    commit(repo, "One", {"docs/isms/risks/RSK-001.md": "a\n", "risks/RSK-9.md": "b\n"})
    assert read_names(repo / "docs" / "isms", "docs/isms", "risks") == {"risks/RSK-001.md"}


def test_every_content_of_a_file_is_read_once(tmp_path):
    repo = make_repository(tmp_path / "r")
    first = commit(repo, "One", {"actions.yml": "- {id: ACT-1}\n"})
    second = commit(repo, "Two", {"actions.yml": "- {id: ACT-2}\n"}, parents=[first])
    commit(repo, "Back", {"actions.yml": "- {id: ACT-1}\n"}, parents=[second])
    assert sorted(read_versions(repo, "actions.yml")) == [b"- {id: ACT-1}\n", b"- {id: ACT-2}\n"]


def test_without_a_repository_there_is_nothing(tmp_path):
    assert read_names(tmp_path, "", "risks") == frozenset()
    assert list(read_versions(tmp_path, "actions.yml")) == []
