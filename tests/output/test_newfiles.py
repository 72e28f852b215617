"""New files come all or none, and nothing that is there is touched."""

import errno
import os
from pathlib import Path

import pytest

from tieout.output import newfiles
from tieout.output.newfiles import write_new
from tieout.problems import BuildError


def listed(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_files_are_written_with_their_folders(tmp_path):
    write_new(tmp_path / "new", {"a.yml": b"1\n", "deep/er/b.md": b"2\n"})
    assert listed(tmp_path / "new") == ["a.yml", "deep", "deep/er", "deep/er/b.md"]
    assert (tmp_path / "new/deep/er/b.md").read_bytes() == b"2\n"


def test_every_clash_is_named_and_nothing_is_written(tmp_path):
    (tmp_path / "a.yml").write_text("mine")
    (tmp_path / "c.yml").symlink_to("nowhere")
    with pytest.raises(BuildError, match=r"a\.yml and c\.yml are there already; nothing was written"):
        write_new(tmp_path, {"a.yml": b"1", "b.yml": b"2", "c.yml": b"3"})
    assert listed(tmp_path) == ["a.yml", "c.yml"]
    assert (tmp_path / "a.yml").read_text() == "mine"


def test_a_link_below_the_folder_is_not_followed(tmp_path):
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    outside.mkdir()
    inside.mkdir()
    (inside / "isms").symlink_to(outside)
    with pytest.raises(BuildError, match="no folder of its own"):
        write_new(inside, {"isms/a.yml": b"1"})
    assert listed(outside) == []


@pytest.mark.parametrize("path", ["../a.yml", "/tmp/a.yml", "isms/../../a.yml"])
def test_a_path_that_leads_out_is_refused(tmp_path, path):
    with pytest.raises(BuildError, match="does not lie below"):
        write_new(tmp_path / "x", {path: b"1"})
    assert listed(tmp_path) == []


def test_what_fails_in_the_middle_leaves_nothing(tmp_path):
    longer_than_any_disk_takes = "z" * 300
    with pytest.raises(BuildError, match="nothing was written, so choose a shorter name"):
        write_new(tmp_path / "new", {"isms/a.yml": b"1", f"isms/{longer_than_any_disk_takes}.yml": b"2"})
    assert listed(tmp_path) == []


def test_a_file_that_appears_after_the_look_is_kept(tmp_path):
    (tmp_path / "ready").write_text("mine")
    (tmp_path / "a.yml").write_text("theirs")
    with pytest.raises(FileExistsError):
        newfiles._name(tmp_path / "ready", tmp_path / "a.yml", made := [])
    assert made == []
    assert (tmp_path / "a.yml").read_text() == "theirs"


def test_without_hard_links_files_are_written_all_the_same(tmp_path, monkeypatch):
    def refuse(*_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    write_new(tmp_path, {"a.yml": b"1"})
    assert (tmp_path / "a.yml").read_bytes() == b"1"
    with pytest.raises(BuildError, match="there already"):
        write_new(tmp_path, {"a.yml": b"2"})


def test_without_hard_links_a_disk_that_fills_up_keeps_no_part_of_a_file(tmp_path, monkeypatch):
    class Full:
        """A file on a disk with room for three bytes."""

        def __init__(self, file):
            self.file = file

        def __enter__(self):
            return self

        def __exit__(self, *_):
            self.file.close()

        def write(self, data):
            self.file.write(data[:3])
            raise OSError(errno.ENOSPC, "No space left on device")

    def refuse(*_):
        raise PermissionError(1, "Operation not permitted")

    opened = Path.open
    monkeypatch.setattr(os, "link", refuse)
    monkeypatch.setattr(Path, "open", lambda self, mode="r", *rest, **more: Full(opened(self, mode)) if mode == "xb" else opened(self, mode, *rest, **more))  # fmt: skip
    with pytest.raises(BuildError, match="nothing was written, so make room"):
        write_new(tmp_path / "new", {"isms/a.yml": b"0123456789"})
    monkeypatch.undo()
    assert listed(tmp_path) == []
