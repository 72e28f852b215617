"""The stored history: what it becomes, and the one sentence that each fault ends in."""

import shutil
from pathlib import Path

import pytest
from demo.told_texts import FILES, FIRST, SECOND, write_told

from tieout.demo import Demo, fill_content, write_demo
from tieout.demo.told import read_told, states
from tieout.problems import BuildError

LABELS = {("odds-engine", "feed-clock-hotfix"): "a" * 40}


def fault(folder: Path, second: str = SECOND, first: str = FIRST, files: dict[str, str] = FILES) -> str:
    told = write_told(folder, {"2025-10-06-first.yml": first, "2026-07-02-hotfix.yml": second}, files)
    with pytest.raises(BuildError) as raised:
        list(states(read_told(told), LABELS))
    return str(raised.value)


def test_placeholders_are_filled(told: Path):
    *_, (pull, files) = states(read_told(told), LABELS)
    assert pull.title == "Name the hotfix"
    assert files["isms/a.md"] == b"caused: " + b"a" * 40 + b"\n"
    assert files["tieout.yml"].startswith(b"operator: Fennmoor\nkey: ssh-ed25519 AAAA")
    assert len(files["isms/c.md"]) == len("digest: \n") + 64
    assert sorted(files) == ["isms/a.md", "isms/c.md", "tieout.yml"]


def test_an_old_text_that_is_not_there_names_the_pull_request(tmp_path: Path):
    said = fault(tmp_path, SECOND.replace("caused: nothing", "caused: everything"))
    assert said == (
        "pulls/2026-07-02-hotfix.yml: the old text 'caused: everything' occurs 0 times in isms/a.md; "
        "it must occur exactly once."
    )


def test_an_old_text_that_occurs_twice_is_refused(tmp_path: Path):
    said = fault(tmp_path, files=FILES | {"isms/a.md": "caused: nothing\ncaused: nothing\n"})
    assert "occurs 2 times in isms/a.md" in said


def test_an_edit_of_a_missing_file_is_refused(tmp_path: Path):
    said = fault(tmp_path, SECOND.replace("path: isms/a.md", "path: isms/z.md"))
    assert (
        said
        == "pulls/2026-07-02-hotfix.yml: isms/z.md is edited but is not there yet; add it first or correct the path."
    )


def test_a_pattern_without_a_file_is_refused(tmp_path: Path):
    assert "'isms/x*' matches no file of told/files" in fault(tmp_path, SECOND.replace("isms/c.md", "isms/x*"))


def test_a_file_that_nobody_adds_is_refused(tmp_path: Path):
    said = fault(tmp_path, files=FILES | {"isms/late.md": "x\n"})
    assert said == "files/isms/late.md: no pull request adds this file; name it in the 'add' of one."


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("amara-diallo", "amara-dialo", "nobody in the demo is called 'amara-dialo'"),
        ("2026-07-02T15:40Z", "2026-06-02T15:40Z", "it was merged before it was opened"),
        ("2026-07-02T15:40Z", "yesterday", "'merged' is not a time such as 2026-03-18T10:05Z"),
        ("feed-clock-hotfix", "feed-clock", "there is no commit labelled 'odds-engine feed-clock'"),
        ("title:", "titel:", "'titel' is no field of a pull request"),
        ("isms/b.md", "isms/y.md", "isms/y.md is to be removed but is not there"),
    ],
)
def test_a_fault_is_named_with_its_pull_request(tmp_path: Path, old: str, new: str, said: str):
    message = fault(tmp_path, SECOND.replace(old, new))
    assert said in message
    assert message.startswith("pulls/2026-07-02-hotfix.yml: ")


def test_an_edit_of_the_content_is_one_more_commit_and_an_earlier_demo_is_replaced(
    tmp_path: Path, told: Path, content: Path, demo: Demo
):
    edited = shutil.copytree(content, tmp_path / "content")
    (edited / "isms/c.md").unlink()
    (edited / "isms/new.md").write_text("new\n", encoding="utf-8")
    earlier = shutil.copytree(demo.paths["isms"].parent, tmp_path / "demo")
    (earlier / "forge/left-behind.git").mkdir()
    after = write_demo(earlier, edited, told)
    assert after.counts["isms"] == demo.counts["isms"] + 1
    assert after.tips | {"isms": ""} == demo.tips | {"isms": ""}
    assert sorted(path.name for path in (after.paths["isms"] / "isms").iterdir()) == ["a.md", "new.md"]
    assert not (earlier / "forge/left-behind.git").exists()


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path, told: Path, content: Path):
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(BuildError, match="not empty and holds no earlier demo"):
        write_demo(tmp_path, content, told)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_content_is_never_filled_into_a_folder_that_holds_something(tmp_path: Path, told: Path):
    (tmp_path / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(BuildError, match="the folder is not empty"):
        fill_content(told, tmp_path)
