"""What two processes side by side tell of changed paths is what plain `diff-tree` tells, whatever lies in the way."""

import pytest
from gitfixtures import ADA, commit, git, git_bytes, make_repository, update_ref, write_object
from hypothesis import given
from hypothesis import strategies as st
from properties import examples

from tieout.model.settings import Repository
from tieout.repos import abreast, changed, walk
from tieout.repos import git as git_door
from tieout.repos.changed import Cutter, Portion, UnreadableError
from tieout.repos.histories import read_history

ID = b"1" * 40
COMMIT = b":" + ID + b"\0\0"
CHANGE = b":100644 100755 " + b"2" * 40 + b" " + b"3" * 40 + b" M\0"


def read(repo):
    history = read_history(repo, Repository("app", "../app"), lambda _: False)
    return {id_: [tuple(change) for change in history.paths.get(id_, ())] for id_ in history.commits}


def expected(repo):
    """One `diff-tree` a commit, in git's usual words, which need no telling apart."""
    found = {}
    for commit_id in git(repo, "rev-list", "--all").split():
        words = ("diff-tree", "-r", "-z", "--root", "--no-renames", "--no-commit-id", "--diff-merges=first-parent")
        output = git_bytes(repo, *words, commit_id).decode("utf-8", "surrogateescape").split("\0")
        rows = [(head.split(" "), path) for head, path in zip(output[:-1:2], output[1:-1:2], strict=True)]
        found[commit_id] = [(head[4], path, head[3], head[1]) for head, path in rows]
    return found


@pytest.fixture
def no_way_back(monkeypatch):
    """The two have to tell everything."""
    monkeypatch.setattr(walk, "Comparison", lambda *_: pytest.fail("they did not come to their end"))


# --- trees as nobody makes them --------------------------------------------------------------------------------------

NAMES = st.one_of(
    st.binary(min_size=1, max_size=6).filter(lambda name: not {0, 47} & set(name) and name not in {b".", b".."}),
    st.sampled_from([b":", b"\n:", b":" + ID, ID, b"\n" + CHANGE[:-1], CHANGE[:-1], b"-", b"\n", b" ", b'"', b"\xff"]),
)
TREES = st.recursive(
    st.tuples(st.sampled_from([b"100644", b"100755", b"120000", b"160000"]), st.integers(0, 2)),
    lambda inner: st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)
STEPS = st.lists(
    st.tuples(st.dictionaries(NAMES, TREES, max_size=3), st.lists(st.integers(0, 4), max_size=3, unique=True)),
    min_size=1,
    max_size=5,
)


def write_tree(repo, tree):
    entries = []
    for name, inner in tree.items():
        if isinstance(inner, dict):
            entries.append((name + b"/", b"40000 " + name, write_tree(repo, inner)))
        else:
            mode, number = inner
            target = str(number) * 40 if mode == b"160000" else write_object(repo, "blob", b"%d" % number)
            entries.append((name, mode + b" " + name, target.replace("0" * 40, "4" * 40)))
    return write_object(
        repo, "tree", b"".join(head + b"\0" + bytes.fromhex(target) for _, head, target in sorted(entries))
    )


@examples(12)
@given(steps=STEPS)
def test_odd_names_merges_roots_and_commits_without_changes_are_told_as_diff_tree_tells_them(steps, tmp_path_factory):
    repo = make_repository(tmp_path_factory.mktemp("odd") / "app.git", bare=True)
    made = []
    for number, (tree, above) in enumerate(steps):
        parents = "".join(f"parent {made[index]}\n" for index in above if index < len(made))
        text = (
            f"tree {write_tree(repo, tree)}\n{parents}author {ADA} {number + 1} +0000\ncommitter {ADA} 9 +0000\n\nx\n"
        )
        made.append(write_object(repo, "commit", text.encode()))
        update_ref(repo, f"refs/heads/b{number}", made[-1])
    assert read(repo) == expected(repo)


@pytest.mark.parametrize("format_", ["sha1", "sha256"])
@pytest.mark.parametrize(("chunk", "block"), [(1, 1), (7, 2), (150, 3), (1 << 18, 1), (1 << 18, 256)])
def test_wherever_the_output_is_cut_it_says_the_same(tmp_path, monkeypatch, no_way_back, format_, chunk, block):
    monkeypatch.setattr(abreast, "_CHUNK", chunk)
    monkeypatch.setattr(abreast, "BLOCK", block)
    monkeypatch.setattr(abreast, "MOST", 2)
    repo = make_repository(tmp_path / "app.git", bare=True, object_format=format_)
    first = commit(repo, "one", {"a": "1", ":b": "1", "\n:c": "x"})
    commit(repo, "nothing")
    side = commit(repo, "side", {"d/e": "1"}, branch="side", parents=[first])
    commit(repo, "merge", {"d/e": "1", "f": "2"}, parents=[git(repo, "rev-parse", "main"), side])
    commit(repo, "last", {"a": None})
    assert read(repo) == expected(repo)


# --- what is planted -------------------------------------------------------------------------------------------------


def test_no_program_that_a_mirror_configures_runs_and_no_setting_changes_what_is_told(tmp_path, no_way_back):
    repo = make_repository(tmp_path / "app.git", bare=True)
    blob = write_object(repo, "blob", b"x")
    entries = b"100644 .gitattributes\0" + bytes.fromhex(write_object(repo, "blob", b"* diff=x filter=x\n"))
    entries += b"100644 .mailmap\0" + bytes.fromhex(blob) + b"160000 module\0" + b"\5" * 20
    tree = write_object(repo, "tree", entries)
    armour = "-----BEGIN PGP SIGNATURE-----\n \n iQ==\n -----END PGP SIGNATURE-----"
    text = f"tree {tree}\nauthor {ADA} 1 +0000\ncommitter {ADA} 1 +0000\ngpgsig {armour}\n\nSigned\n"
    update_ref(repo, "refs/heads/main", write_object(repo, "commit", text.encode()))
    commit(repo, "again", {"b": "2", "z": "x", ".gitattributes": None})
    commit(repo, "renamed", {"b": None, "c": "2", "module": None})
    whole = expected(repo)
    canary, program = tmp_path / "canary", tmp_path / "program"
    program.write_text(f"#!/bin/sh\necho $0 >> {canary}\ncat\n")
    program.chmod(0o755)
    (repo / "info").mkdir(exist_ok=True)
    (repo / "info" / "attributes").write_text("* diff=x filter=x\n")
    (tmp_path / "order").write_text("z\n")
    programs = (
        *(
            "core.fsmonitor",
            "core.pager",
            "pager.log",
            "pager.diff-tree",
            "core.sshCommand",
            "core.alternateRefsCommand",
        ),
        *("gpg.program", "gpg.openpgp.program", "gpg.ssh.program", "gpg.x509.program", "diff.external", "alias.log"),
        *("diff.x.textconv", "diff.x.command", "filter.x.clean", "filter.x.smudge", "filter.x.process"),
    )
    settings = {
        "log.showSignature": "true",
        "log.mailmap": "true",
        "mailmap.blob": "main:.mailmap",
        "log.follow": "true",
        "log.showRoot": "false",
        "log.diffMerges": "off",
        "format.pretty": "fuller",
        "log.decorate": "full",
        "diff.renames": "copies",
        "diff.orderFile": str(tmp_path / "order"),
        "diff.ignoreSubmodules": "all",
        "color.ui": "always",
        "diff.relative": "true",
        "notes.displayRef": "*",
        "log.date": "human",
        "core.abbrev": "7",
        "diff.submodule": "log",
        "i18n.logOutputEncoding": "utf-16",
        "log.abbrevCommit": "true",
    }
    for key, value in {**dict.fromkeys(programs, str(program)), **settings}.items():
        git(repo, "config", key, value)
    shown = git(repo, "log", "-p", "--ext-diff", "main")  # so the trap is one
    assert canary.exists(), shown
    canary.unlink()
    assert read(repo) == whole
    assert not canary.exists()


# --- what does not come to its end -----------------------------------------------------------------------------------


@pytest.mark.parametrize("block", [2, 7, 256])
def test_what_a_process_that_was_ended_did_not_tell_is_read_in_portions(tmp_path, monkeypatch, block):
    repo = make_repository(tmp_path / "app.git", bare=True)
    for number in range(30):
        commit(repo, str(number), {f"{number}{letter}": "x" for letter in "abc"})
    parts = []
    feed = Cutter.feed

    def ended(cutter, data):
        parts.append(data)
        if len(parts) == 9:
            raise UnreadableError
        return feed(cutter, data)

    monkeypatch.setattr(abreast, "_CHUNK", 1_000)
    monkeypatch.setattr(abreast, "BLOCK", block)
    monkeypatch.setattr(abreast, "MOST", 3)
    monkeypatch.setattr(Cutter, "feed", ended)
    found = read(repo)
    monkeypatch.undo()
    assert found == expected(repo) == read(repo)


def test_a_process_that_the_system_ends_is_no_reason_to_know_less(tmp_path, monkeypatch):
    repo = make_repository(tmp_path / "app.git", bare=True)
    for number in range(12):
        commit(repo, str(number), {f"{number}{letter}": "x" for letter in "abc"})
    start = git_door._start

    def ended(command, *rest):
        child = start(command, *rest)
        if "diff-tree" in command and not any(word.startswith("--output") for word in command):
            child.kill()
        return child

    monkeypatch.setattr(git_door, "_start", ended)
    monkeypatch.setattr(abreast, "BLOCK", 5)
    assert read(repo) == expected(repo)


@pytest.mark.parametrize(
    "output",
    [
        CHANGE + b"a\0",  # a change of no commit
        COMMIT[:-1],
        COMMIT + b"\n" + CHANGE,
        COMMIT + b"\n" + CHANGE + b"a\0" + b"a\0",
        COMMIT + b"x" + CHANGE + b"a\0",
        b":" + ID[:-1] + b"\0\0" + COMMIT,
        COMMIT + b"\n" + CHANGE.replace(b"100644", b"10064") + b"a\0",
    ],
)
def test_an_output_of_another_shape_is_refused(output):
    with pytest.raises(UnreadableError):
        changed.cut(output, 20)


def test_a_portion_is_split_between_commits():
    found = changed.cut(
        COMMIT + b"\n" + CHANGE + b"a\0" + CHANGE + b"b\0" + COMMIT + COMMIT + b"\n" + CHANGE + b"c\0", 20
    )
    first, rest = changed.split(found, 2)
    assert (first.ends, first.paths, len(first.blobs)) == ([2, 2], [b"a", b"b"], 80)
    assert (rest.ends, rest.paths, len(rest.blobs)) == ([1], [b"c"], 40)


def test_an_output_without_commits_and_one_commit_without_changes_are_read():
    assert changed.cut(b"", 20) == Portion([], [], [], "", [])
    assert changed.cut(COMMIT, 20) == Portion([ID.decode()], [0], [], "", [])


def test_a_commit_that_takes_more_room_than_it_is_given_is_refused():
    cutter = Cutter(20, 10_000)
    cutter.feed(COMMIT + COMMIT + b"\n")
    with pytest.raises(UnreadableError):
        for number in range(200):
            cutter.feed(CHANGE + b"%d\0" % number)
