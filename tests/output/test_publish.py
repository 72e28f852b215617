"""A reader sees the whole old site or the whole new one."""

import os
from hashlib import sha256

import pytest

from tieout.output import publish
from tieout.problems import BuildError


def put(target, files):
    with publish.open_stage(target) as stage:
        for path, content in files.items():
            stage.write(path, content)
    return stage


def shown(target):
    return {
        path.relative_to(target).as_posix(): path.read_bytes()
        for path in sorted(target.rglob("*"))
        if path.is_file() and path.name != publish.MARKER
    }


def test_a_site_replaces_the_one_before_as_a_whole(tmp_path):
    target = tmp_path / "site"
    put(target, {"index.html": b"one", "old.html": b"gone"})
    put(target, {"index.html": b"two", "risks/RSK-001.html": b"new"})
    assert shown(target) == {"index.html": b"two", "risks/RSK-001.html": b"new"}
    assert [path.name for path in tmp_path.iterdir() if "stage" in path.name] == []


def test_an_unchanged_file_is_linked_and_a_changed_one_is_written(tmp_path):
    target = tmp_path / "site"
    put(target, {"same.html": b"same", "other.html": b"a"})
    before = (target / "same.html").stat().st_ino
    stage = put(target, {"same.html": b"same", "other.html": b"b"})
    assert (target / "same.html").stat().st_ino == before
    assert stage.linked >= 1
    assert (target / "other.html").read_bytes() == b"b"


def test_a_build_that_fails_leaves_the_old_site(tmp_path):
    target = tmp_path / "site"
    put(target, {"index.html": b"one"})
    with pytest.raises(RuntimeError), publish.open_stage(target) as stage:
        stage.write("index.html", b"two")
        raise RuntimeError
    assert shown(target) == {"index.html": b"one"}
    assert [path.name for path in tmp_path.iterdir() if "stage" in path.name] == []


def test_what_a_killed_build_left_is_removed(tmp_path):
    left = tmp_path / ".site.stage-dead"
    left.mkdir()
    put(tmp_path / "site", {"index.html": b"one"})
    assert not left.exists()


def test_a_folder_that_is_not_an_earlier_site_is_refused(tmp_path):
    target = tmp_path / "site"
    target.mkdir()
    (target / "thesis.tex").write_text("years of work")
    with pytest.raises(BuildError, match="holds files that Tieout did not write"):
        put(target, {"index.html": b"one"})
    assert (target / "thesis.tex").exists()


def test_a_second_build_at_the_same_time_is_refused(tmp_path):
    target = tmp_path / "site"
    with publish.open_stage(target) as stage:
        stage.write("index.html", b"one")
        with pytest.raises(BuildError, match="another build"), publish.open_stage(target):
            pass
    assert shown(target) == {"index.html": b"one"}


@pytest.mark.parametrize("path", ["../escape.html", "/etc/escape.html", "a/../../escape.html"])
def test_no_file_is_written_outside_the_site(tmp_path, path):
    with pytest.raises(ValueError, match="not a path inside"):
        put(tmp_path / "site", {path: b"x"})
    assert not (tmp_path / "escape.html").exists()


def test_a_full_disk_is_one_sentence_and_keeps_the_old_site(tmp_path, monkeypatch):
    target = tmp_path / "site"
    put(target, {"index.html": b"one"})

    def full(folder):
        raise OSError(28, os.strerror(28), str(folder))

    monkeypatch.setattr(publish, "flush", full)
    with pytest.raises(BuildError, match="No space left on device; the old site stays"):
        put(target, {"index.html": b"two"})
    assert shown(target) == {"index.html": b"one"}


SPRING = {
    "2026-03-31/index.html": b"spring",
    "2026-03-31/SHA256SUMS": f"{sha256(b'spring').hexdigest()}  index.html\n".encode(),
}


def test_an_audit_that_is_not_built_is_taken_over_as_it_is(tmp_path):
    target = tmp_path / "site"
    put(target, SPRING | {"2026-06-05/index.html": b"summer"})
    with publish.open_stage(target) as stage:
        stage.adopt("2026-03-31")
        stage.write("2026-06-05/index.html", b"summer, again")
        assert stage.pages("2026-03-31") == ("index.html",)
    assert shown(target) == SPRING | {"2026-06-05/index.html": b"summer, again"}


@pytest.mark.parametrize(
    "forged",
    [
        {"2026-03-31/index.html": b"a clean audit"},
        {"2026-03-31/more.html": b"never published"},
        {"2026-03-31/index.html": None},
        {"2026-03-31/SHA256SUMS": None},
        {"2026-03-31/SHA256SUMS": SPRING["2026-03-31/SHA256SUMS"] + f"{sha256(b'').hexdigest()}  ../../x\n".encode()},
    ],
)
def test_an_audit_that_was_altered_after_it_was_published_is_not_taken_over(tmp_path, forged):
    target = tmp_path / "site"
    put(target, {path: content for path, content in (SPRING | forged).items() if content is not None})
    with pytest.raises(BuildError, match="is not what was published there"), publish.open_stage(target) as stage:
        stage.adopt("2026-03-31")
    assert shown(target) == {path: content for path, content in (SPRING | forged).items() if content is not None}
