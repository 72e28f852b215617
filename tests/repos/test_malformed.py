"""What git's strict check refuses is listed: the object, and what is wrong with it."""

import pytest
from gitfixtures import ADA, commit, git, make_repository, tag, update_ref, write_object

from tieout.repos.malformed import Malformed, describe, list_malformed, parse, render

BLOB = b"\x11" * 20
AUTHORS = f"author {ADA} 1 +0000\ncommitter {ADA} 1 +0000\n".encode()


@pytest.fixture
def repo(tmp_path):
    made = make_repository(tmp_path / "app.git", bare=True)
    commit(made, "one", {"a": "1", "dir/b": "2", "dir.c": "3", "dir0": "4"})
    tag(made, "v1", message="Release")
    return made


def test_what_git_takes_is_not_listed(repo):
    tree = write_object(repo, "tree", b"040000 old\0" + bytes.fromhex(git(repo, "rev-parse", "main:dir")))
    update_ref(repo, "refs/heads/old", write_object(repo, "commit", f"tree {tree}\n".encode() + AUTHORS + b"\n\xff\n"))
    assert list_malformed(repo) == ()


@pytest.mark.parametrize(
    ("kind", "data", "what"),
    [
        ("tree", b"100644 ..\0" + BLOB, ["entry .."]),
        ("tree", b"100644 .\0" + BLOB, ["entry ."]),
        ("tree", b"100644 .GIT\0" + BLOB, ["entry that a file system takes for .git"]),
        ("tree", b"100644 git~1\0" + BLOB, ["entry that a file system takes for .git"]),
        ("tree", "100644 .g\u200cit\0".encode() + BLOB, ["entry that a file system takes for .git"]),
        ("tree", b"100644 a/b\0" + BLOB, ["name with a slash"]),
        ("tree", b"100644 \0" + BLOB, ["empty name"]),
        ("tree", b"100644 b\0" + BLOB + b"100644 a\0" + BLOB, ["entries out of order"]),
        ("tree", b"100644 a\0" + BLOB + b"100644 a\0" + BLOB, ["two entries of one name"]),
        ("tree", b"100640 a\0" + BLOB, ["unknown mode of an entry"]),
        ("tree", b"100644 a\0" + bytes(20), ["entry without an object"]),
        ("tree", b"100644 a\0" + BLOB[:19], ["cut off"]),
        ("tree", b"100644 a", ["cut off"]),
        ("commit", b"tree " + b"0" * 40 + b"\n" + AUTHORS.replace(b" 1 ", b" 01 ") + b"\nx\n", None),
        ("commit", b"tree " + b"1" * 40 + b"\n" + AUTHORS[:-1], None),
        ("commit", b"tree " + b"1" * 40 + b"\nauthor X <x> 1 +0000\n" + AUTHORS + b"\nx\n", ["many authors"]),
        ("tag", b"object " + b"1" * 40 + b"\ntag v1\n\nx\n", ["malformed header"]),
    ],
)
def test_a_fault_is_listed_with_its_object(repo, kind, data, what):
    made = write_object(repo, kind, data)
    found = [one for one in list_malformed(repo) if one.object == made]
    assert [one.kind for one in found] == [kind] * len(found)
    if what is not None:
        assert [one.what for one in found] == what
    assert parse(render(found)) == tuple(found)


def test_the_list_in_words_names_the_first_of_each():
    found = [Malformed("commit", "malformed author", f"{number:040x}") for number in range(5)]
    found.append(Malformed("tree", "entry ..", "f" * 40))
    assert describe(found) == (
        "malformed author in 5 commits (000000000000, 000000000000, 000000000000 and 2 more); "
        "entry .. in 1 tree (ffffffffffff)"
    )


def test_a_line_that_was_not_written_here_is_passed_over():
    text = b"tree entry .. " + b"1" * 40 + b"\ntree <script> " + b"1" * 40 + b"\nrefs main 1\n\xff"
    assert parse(text) == (Malformed("tree", "entry ..", "1" * 40),)
