"""What is kept of a repository: a second reading tells what a whole one would, from whatever state the folder is in."""

import os
import random
import shutil
from fcntl import LOCK_EX, flock

import pytest
from gitfixtures import ADA, BEN, commit, git, make_repository, tag, update_ref
from hypothesis import given
from hypothesis import strategies as st
from properties import examples

from tieout.model.settings import Repository
from tieout.problems import BuildError
from tieout.repos import git as door
from tieout.repos import kept
from tieout.repos.histories import read_history


def read(repo, folder=None, wanted=lambda path: path.startswith("w")):
    return read_history(repo, Repository("app", "../app"), wanted, folder)


def told(history):
    """Everything a history says, as plain values."""
    return (
        dict(history.refs),
        {id_: history.commits[id_] for id_ in history.commits},
        {id_: history.paths[id_] for id_ in history.paths},
        dict(history.tags),
        {id_: history.blobs[id_] for id_ in history.blobs},
        history.problems,
    )


def processes(monkeypatch):
    started = []
    start = door._start
    monkeypatch.setattr(door, "_start", lambda command, *rest: started.append(command) or start(command, *rest))
    return started


@pytest.fixture
def repo(tmp_path):
    made = make_repository(tmp_path / "app.git", bare=True)
    commit(made, "one", {"a": "1", "w1": "one"})
    commit(made, "two", {"a": "2", "dir/ü\udce9": "x"})
    side = commit(made, "side", {"w2": "side"}, branch="side", author=BEN)
    commit(made, "merge", {"w2": "side"}, parents=[git(made, "rev-parse", "main"), side])
    tag(made, "v1", message="Release 1")
    tag(made, "outer", "v1", message="Around")
    tag(made, "light")
    return made


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "kept" / "app.git"


def test_with_nothing_new_one_process_is_asked_and_tells_the_same(repo, folder, monkeypatch):
    first = told(read(repo, folder))
    started = processes(monkeypatch)
    again = read(repo, folder)
    assert [command[-2].startswith("--count") for command in started] == [True]
    assert told(again) == first == told(read(repo))


def test_new_commits_are_read_and_the_others_are_not(repo, folder, monkeypatch):
    read(repo, folder)
    new = commit(repo, "three", {"w1": "new"})
    started = processes(monkeypatch)
    again = read(repo, folder)
    words = [word for command in started for word in command]
    assert not {"log", "rev-list"} & set(words)
    assert "diff-tree" in words
    assert again.commits[new].subject == "three"
    assert told(again) == told(read(repo))


def test_a_rewritten_branch_drops_its_commits(repo, folder):
    before = read(repo, folder)
    gone = git(repo, "rev-parse", "main")
    tag(repo, "v1", "side", message="Moved")
    for name in ("outer", "light"):
        update_ref(repo, f"refs/tags/{name}", git(repo, "rev-parse", "side"))
    update_ref(repo, "refs/heads/main", git(repo, "rev-parse", "main^"))
    new = commit(repo, "instead", {"a": "3"})
    again = read(repo, folder)
    assert gone in before.commits
    assert (gone in again.commits, new in again.commits) == (False, True)
    assert told(again) == told(read(repo)) == told(read(repo, folder))
    update_ref(repo, "refs/heads/back", gone)
    assert told(read(repo, folder)) == told(read(repo))


def test_other_files_are_read_when_they_are_asked_for(repo, folder):
    read(repo, folder, lambda _: False)
    every = read(repo, folder, lambda _: True)
    assert told(every) == told(read(repo, None, lambda _: True))
    assert told(read(repo, folder)) == told(read(repo))


def test_a_mirror_that_was_made_anew_is_read_anew(repo, folder, tmp_path):
    read(repo, folder)
    shutil.rmtree(repo)
    make_repository(repo, bare=True)
    commit(repo, "quite other", {"w9": "x"})
    assert told(read(repo, folder)) == told(read(repo))


@pytest.mark.parametrize("format_", ["sha1", "sha256"])
def test_many_runs_join_what_is_kept(tmp_path, folder, format_):
    repo = make_repository(tmp_path / "app.git", bare=True, object_format=format_)
    for number in range(kept.MANY + 4):
        commit(repo, str(number), {f"w{number}": str(number), "a": "x" * number})
        read(repo, folder)
    assert len(list(folder.glob("*.segment"))) <= kept.MANY
    assert told(read(repo, folder)) == told(read(repo))


def test_a_run_beside_one_that_writes_keeps_nothing_and_tells_the_same(repo, folder):
    read(repo, folder)
    commit(repo, "three", {"a": "3"})
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    with (folder / "lock").open("rb") as held:
        flock(held, LOCK_EX)
        assert told(read(repo, folder)) == told(read(repo))
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == before


def test_left_over_parts_of_a_run_that_was_ended_are_removed(repo, folder):
    folder.mkdir(parents=True)
    (folder / "part-1").write_bytes(b"half")
    read(repo, folder)
    assert sorted(path.suffix for path in folder.iterdir()) == ["", "", ".segment"]


@pytest.mark.skipif(os.getuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_to_is_done_without(repo, folder):
    folder.mkdir(parents=True)
    folder.chmod(0o500)
    assert told(read(repo, folder)) == told(read(repo))


def test_a_folder_that_is_a_file_is_done_without(repo, folder):
    folder.parent.mkdir(parents=True)
    folder.write_bytes(b"")
    assert told(read(repo, folder)) == told(read(repo))


def test_a_full_disk_is_done_without(repo, folder, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(kept, "finish", full)
    assert told(read(repo, folder)) == told(read(repo))
    assert not list(folder.glob("part-*"))


# --- damage --------------------------------------------------------------------------------------------------------


def damages(data, dice):
    """The same bytes, each time with something else wrong: a bit anywhere, an end, a hole, more."""
    size = len(data)
    for at in sorted({0, size - 1, size // 2, *(dice.randrange(size) for _ in range(24))}):
        yield data[:at] + bytes([data[at] ^ 1 << dice.randrange(8)]) + data[at + 1 :]
    for at in (0, 1, size // 3, size - 1):
        yield data[:at]
    yield data[: size // 3] + data[size // 3 + 1 :]
    yield data + b"\0"
    yield data * 2
    yield bytes(size)


@pytest.mark.parametrize("name", ["head", "segment"])
def test_damage_anywhere_is_noticed_and_changes_nothing_that_is_told(repo, folder, name):
    whole = told(read(repo, folder))
    stored = {path: path.read_bytes() for path in folder.iterdir()}
    target = next(path for path in stored if path.name.endswith(name))
    for wrong in damages(stored[target], random.Random(name)):  # noqa: S311 - the same each time
        for path, data in stored.items():
            path.write_bytes(data)
        target.write_bytes(wrong)
        assert told(read(repo, folder)) == whole
        assert told(read(repo, folder)) == whole


def untag(repo):
    for name in ("v1", "outer", "light"):  # tags are read at once, and with them what lies near
        git(repo, "update-ref", "-d", f"refs/tags/{name}")


def test_damage_during_a_run_is_mended_from_the_mirror_and_what_is_kept_is_forgotten(repo, folder):
    untag(repo)
    whole = told(read(repo))
    read(repo, folder)
    late = read(repo, folder)
    segment = next(folder.glob("*.segment"))
    segment.write_bytes(bytes(segment.stat().st_size))
    assert told(late) == whole
    assert not (folder / "head").exists()


def test_what_cannot_be_mended_is_damage_of_the_mirror(repo, folder):
    untag(repo)
    read(repo, folder)
    late = read(repo, folder)
    next(folder.glob("*.segment")).unlink()
    shutil.rmtree(repo / "objects")
    (repo / "objects").mkdir()
    with pytest.raises(BuildError, match="is damaged"):
        told(late)


def test_what_another_program_kept_is_read_anew(repo, folder, monkeypatch):
    read(repo, folder)
    monkeypatch.setattr(kept, "_PROGRAM", "another")
    started = processes(monkeypatch)
    read(repo, folder)
    assert "rev-list" in {word for command in started for word in command}


# --- any course of events ------------------------------------------------------------------------------------------

EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["commit", "merge", "rewind", "branch", "delete", "tag", "pull", "read"]), st.integers(0, 999)
    ),
    min_size=3,
    max_size=14,
)


def happen(repo, event, number):
    branches = git(repo, "for-each-ref", "--format=%(refname:short)", "refs/heads").split("\n")
    branch = branches[number % len(branches)]
    tip = git(repo, "rev-parse", f"refs/heads/{branch}")
    files = {f"w{number % 3}": str(number), f"d/{number % 5}": None if number % 7 == 0 else str(number)}
    if event == "commit":
        commit(repo, f"c{number}", files, branch=branch, author=(ADA, BEN)[number % 2])
    elif event == "merge":
        other = git(repo, "rev-parse", f"refs/heads/{branches[(number // 7) % len(branches)]}")
        commit(repo, f"m{number}", files, branch=branch, parents=list(dict.fromkeys((tip, other))))
    elif event == "rewind":
        above = git(repo, "rev-list", "--max-count=3", tip).split("\n")
        update_ref(repo, f"refs/heads/{branch}", above[-1])
    elif event == "branch":
        update_ref(repo, f"refs/heads/b{number % 4}", tip)
    elif event == "delete" and branch != "main":
        git(repo, "update-ref", "-d", f"refs/heads/{branch}")
    elif event == "tag":
        tag(repo, f"t{number % 3}", branch, message="Release" if number % 2 else "")
    elif event == "pull":
        update_ref(repo, f"refs/pull/{number % 3}/head", tip)


@examples(12)
@given(events=EVENTS)
def test_reading_what_is_new_tells_what_a_whole_reading_tells(events, tmp_path_factory):
    place = tmp_path_factory.mktemp("any")
    repo = make_repository(place / "app.git", bare=True)
    commit(repo, "first", {"w0": "0"})
    for event, number in events:
        if event == "read":
            read(repo, place / "kept")
        else:
            happen(repo, event, number)
    assert told(read(repo, place / "kept")) == told(read(repo)) == told(read(repo, place / "kept"))
