"""Patches of files by their blobs: equal where git's own patch-id is, and only between the trees that are asked."""

import hashlib

import pytest
from gitfixtures import commit, git, make_repository
from hypothesis import given
from hypothesis import strategies as st
from properties import examples

from tieout.repos.patches import parse_patches, read_patches

LINES = st.lists(st.sampled_from(["a", "b", "  b", "}", "-- x", "++ y", "@@ -1 +1 @@", "diff --git a/f b/f", "\\ z"]))


@pytest.fixture(scope="module")
def repo(tmp_path_factory):
    return make_repository(tmp_path_factory.mktemp("patches") / "app.git", bare=True)


def tree(repo, files):
    listed = ""
    for path, content in sorted(files.items()):
        blob = git(repo, "hash-object", "-w", "--stdin", stdin=content.encode())
        listed += f"100644 blob {blob}\t{path}\n"
    return git(repo, "mktree", stdin=listed.encode())


def blob(content):
    data = content.encode()
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def patch(repo, before, after, path="f"):
    """The digest of one file between two trees of files."""
    pair = (blob(before[path]) if path in before else "", blob(after[path]) if path in after else "")
    return read_patches(repo, {(tree(repo, before), tree(repo, after)): frozenset({pair})})[pair]


def by_git(repo, before, after):
    shown = git(repo, "diff-tree", "-p", tree(repo, {"f": before}), tree(repo, {"f": after}))
    return git(repo, "patch-id", "--verbatim", stdin=f"{shown}\n".encode()).partition(" ")[0]


@examples(12)
@given(st.tuples(LINES, LINES, LINES, LINES), st.booleans())
def test_patches_are_equal_where_gits_own_patch_ids_are(repo, lines, ended):
    texts = ["\n".join(each) + "\n" * ended for each in lines]
    one, two = texts[:2], texts[2:]
    ours = [patch(repo, {"f": before}, {"f": after}) for before, after in (one, two)]
    gits = [by_git(repo, before, after) for before, after in (one, two)]
    assert (ours[0] == ours[1]) == (gits[0] == gits[1])
    assert [bool(own) for own in ours] == [bool(own) for own in gits]


def body(*lines, above=0):
    return "".join(f"{line}\n" for line in (*(f"new {n}" for n in range(above)), *"abcdefgh", *lines))


def test_a_patch_does_not_depend_on_where_it_stands(repo):
    assert patch(repo, {"f": body()}, {"f": body("x")}) == patch(repo, {"f": body(above=9)}, {"f": body("x", above=9)})
    assert patch(repo, {"f": body()}, {"f": body("x")}) != patch(repo, {"f": body()}, {"f": body("y")})


def test_a_line_that_moves_into_another_block_is_another_patch(repo):
    assert patch(repo, {"f": body()}, {"f": body("x")}) != patch(repo, {"f": body()}, {"f": body("  x")})


def test_a_new_file_is_told_from_one_that_was_empty(repo):
    assert patch(repo, {}, {"f": "x\n"}) != patch(repo, {"f": ""}, {"f": "x\n"})


def test_binary_and_very_large_files_have_no_patch(repo):
    assert patch(repo, {"f": "a\0"}, {"f": "b\0"}) == ""
    assert patch(repo, {"f": "a\n" * 600_000}, {"f": "a\n" * 600_000 + "b\n"}) == ""


def test_files_that_nobody_asked_for_are_not_kept(repo):
    before, after = {"f": "1\n", "g": "1\n"}, {"f": "2\n", "g": "3\n"}
    asked = {(tree(repo, before), tree(repo, after)): frozenset({(blob("1\n"), blob("2\n"))})}
    assert list(read_patches(repo, asked)) == [(blob("1\n"), blob("2\n"))]
    assert read_patches(repo, {}) == {}


def test_what_a_tree_that_is_not_there_would_tell_stays_unknown(repo):
    pair, other = (blob("1\n"), blob("2\n")), (blob("3\n"), blob("4\n"))
    known = (tree(repo, {"f": "1\n"}), tree(repo, {"f": "2\n"}))
    read = read_patches(repo, {known: frozenset({pair}), ("f" * 40, known[1]): frozenset({other})})
    assert (bool(read[pair]), read[other]) == (True, "")


def test_names_of_files_and_attributes_decide_nothing(tmp_path):
    repo = make_repository(tmp_path / "app.git", bare=True)
    (repo / "info").mkdir(exist_ok=True)
    odd = 'index 0..1\n"@@ -1 +1 @@'
    files = {".gitattributes": "* diff=evil\n", odd: "1\n"}
    first = commit(repo, "one", files)
    second = commit(repo, "two", {odd: "2\n"})
    git(repo, "config", "diff.evil.textconv", "touch ran; cat")
    git(repo, "config", "diff.evil.command", "touch ran; true")
    git(repo, "config", "diff.noprefix", "true")
    trees = tuple(git(repo, "rev-parse", f"{one}^{{tree}}") for one in (first, second))
    pair = (blob("1\n"), blob("2\n"))
    assert read_patches(repo, {trees: frozenset({pair})})[pair]
    assert not list(tmp_path.rglob("ran"))


def test_a_hunk_that_ends_early_ends_the_reading():
    lines = [b"diff --git a/f b/f\n", b"index " + b"1" * 40 + b".." + b"2" * 40 + b"\n", b"@@ -1,3 +1,3 @@\n", b"-a\n"]
    assert [pair for pair, _ in parse_patches(lines)] == [("1" * 40, "2" * 40)]
