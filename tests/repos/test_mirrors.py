"""What is fetched from a linked repository, and what is said when it cannot be."""

import os
import shutil
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from gitfixtures import BEN, commit, git, make_repository, object_file, tag, unpack, update_ref, write_object

from tieout.model.settings import Repository
from tieout.repos import mirrors, trees
from tieout.repos.histories import read_history
from tieout.repos.mirrors import Address, locate_source, refresh
from tieout.repos.reading import read_refs


@pytest.fixture
def source(tmp_path):
    repo = make_repository(tmp_path / "app")
    commit(repo, "one", {"a.txt": "1\n"})
    commit(repo, "two", {"a.txt": "2\n"})
    return repo


def fetch(tmp_path, url="app", *, network=False, kind="service"):
    return refresh(Repository("app", str(url), kind=kind), tmp_path, tmp_path / "mirrors", network=network)


def codes(problems):
    return [(problem.code, problem.severity) for problem in problems]


def commits(mirror):
    return list(read_history(mirror, Repository("app", "app"), lambda _: False).commits)


def test_heads_tags_notes_proposals_and_gittuf_are_fetched_and_nothing_else(tmp_path, source):
    side = commit(source, "side", {"b": "1"}, branch="side")
    tag(source, "v1", message="Release 1")
    for name in ("refs/pull/7/head", "refs/pull/7/merge", "refs/merge-requests/8/head", "refs/notes/review"):
        update_ref(source, name, side)
    update_ref(source, "refs/gittuf/reference-state-log", side)
    update_ref(source, "refs/remotes/origin/main", side)
    mirror, problems = fetch(tmp_path)
    assert problems == ()
    assert [ref.name for ref in read_refs(mirror)] == [
        "refs/gittuf/reference-state-log",
        "refs/heads/main",
        "refs/heads/side",
        "refs/merge-requests/8/head",
        "refs/notes/review",
        "refs/pull/7/head",
        "refs/tags/v1",
    ]


def test_a_deleted_branch_leaves_the_mirror_and_a_rewritten_one_moves(tmp_path, source):
    commit(source, "side", {"b": "1"}, branch="side")
    fetch(tmp_path)
    git(source, "branch", "-qD", "side")
    root = commit(source, "anew", {"z": "1"}, parents=[])
    mirror, problems = fetch(tmp_path)
    assert codes(problems) == [("history-rewritten", "error")]
    assert [(ref.name, ref.id) for ref in read_refs(mirror)] == [("refs/heads/main", root)]


def test_a_branch_that_drops_what_was_read_before_is_told_until_its_mirror_is_deleted(tmp_path, source):
    fetch(tmp_path)
    commit(source, "three", {"a.txt": "3\n"})
    assert fetch(tmp_path)[1] == ()
    before = git(source, "rev-parse", "main")
    git(source, "reset", "-q", "--hard", "main~1")
    now = git(source, "rev-parse", "main")
    for _ in range(2):
        mirror, problems = fetch(tmp_path)
        assert codes(problems) == [("history-rewritten", "error")]
        assert f"was at {before[:12]} when it was read before, and is at {now[:12]} now" in problems[0].message
        assert before not in commits(mirror)
    assert codes(fetch(tmp_path, kind="isms")[1]) == [("history-rewritten", "warning")]
    commit(source, "other", {"a.txt": "4\n"})
    assert codes(fetch(tmp_path)[1]) == [("history-rewritten", "error")]
    shutil.rmtree(mirror)
    assert fetch(tmp_path)[1] == ()


def test_nothing_new_fetches_nothing(tmp_path, source):
    mirror, _ = fetch(tmp_path)
    written = [path for path in mirror.rglob("*") if path.name != "tieout-fetched"]
    before = [path.stat().st_mtime_ns for path in written]
    assert fetch(tmp_path) == (mirror, ())
    assert [path.stat().st_mtime_ns for path in written] == before


def test_what_a_rewritten_branch_dropped_is_named(tmp_path, source):
    fetch(tmp_path)
    dropped = [commit(source, f"more {number}", {"a.txt": f"{number}\n"}) for number in range(5)]
    fetch(tmp_path)
    git(source, "reset", "-q", "--hard", "main~5")
    _, (problem,) = fetch(tmp_path)
    newest = ", ".join(id_[:12] for id_ in reversed(dropped[2:]))
    assert f"5 commits dropped ({newest} and 2 more)" in problem.message


def test_a_branch_that_is_set_back_to_what_it_was_is_whole_again(tmp_path, source):
    commit(source, "three", {"a.txt": "3\n"})
    before = git(source, "rev-parse", "main")
    fetch(tmp_path)
    git(source, "reset", "-q", "--hard", "main~1")
    assert codes(fetch(tmp_path)[1]) == [("history-rewritten", "error")]
    git(source, "reset", "-q", "--hard", before)
    assert fetch(tmp_path)[1] == ()


def test_a_tag_that_moves_or_goes_is_told_until_its_mirror_is_deleted(tmp_path, source):
    for name in ("v1", "v2", "v3"):
        tag(source, name, "main~1", message="Release")
    fetch(tmp_path)
    first = git(source, "rev-parse", "v1")
    tag(source, "v1", "main", message="Release")
    git(source, "tag", "-d", "v2")
    tag(source, "v4", "main", message="Release")
    for _ in range(2):
        mirror, problems = fetch(tmp_path)
        assert codes(problems) == [("tag-moved", "warning")]
        now = git(source, "rev-parse", "v1")
        assert f"v1 was at {first[:12]} and is at {now[:12]}; v2 was at" in problems[0].message
        assert "is gone" in problems[0].message
    shutil.rmtree(mirror)
    assert fetch(tmp_path)[1] == ()


def test_what_a_killed_fetch_leaves_behind_hinders_nothing(tmp_path, source):
    mirror, _ = fetch(tmp_path)
    commit(source, "three", {"a.txt": "3\n"})
    left = [
        mirror / "packed-refs.lock",
        mirror / "refs" / "heads" / "main.lock",
        mirror / "objects" / "pack" / "tmp_pack_x",
    ]
    for file in left:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"half")
    assert fetch(tmp_path)[1] == ()
    assert commits(mirror)[0] == git(source, "rev-parse", "main")
    assert not any(file.exists() for file in left)


def test_two_processes_that_fetch_the_same_wait_for_each_other(tmp_path, source):
    with ThreadPoolExecutor(6) as pool:
        results = list(pool.map(lambda _: fetch(tmp_path), range(6)))
    assert {problems for _, problems in results} == {()}
    assert len({mirror for mirror, _ in results}) == 1


def test_the_checked_out_commit_of_the_isms_is_mirrored_even_off_every_branch(tmp_path, source):
    tip = git(source, "rev-parse", "main")
    git(source, "checkout", "-q", "--detach", "main^")
    mirror, _ = fetch(tmp_path, kind="isms")
    refs = {ref.name: ref.id for ref in read_refs(mirror)}
    assert refs == {"refs/heads/main": tip, "refs/tieout/head": git(source, "rev-parse", "main^")}


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_the_mirror_has_the_hash_algorithm_of_its_source(tmp_path, object_format):
    repo = make_repository(tmp_path / "app", object_format=object_format)
    first = commit(repo, "one", {"a": "1"})
    mirror, problems = fetch(tmp_path)
    history = read_history(mirror, Repository("app", "app"), lambda _: True)
    assert (problems, history.object_format, list(history.commits)) == ((), object_format, [first])
    assert list(history.blobs.values()) == [b"1"]


def test_an_empty_repository_that_later_turns_out_sha256_is_mirrored_anew(tmp_path):
    repo = make_repository(tmp_path / "app", object_format="sha256")
    assert fetch(tmp_path)[1] == ()
    first = commit(repo, "one", {"a": "1"})
    assert commits(fetch(tmp_path)[0]) == [first]


def test_a_linked_work_tree_and_a_bare_repository_are_read_too(tmp_path, source):
    git(source, "worktree", "add", "-q", str(tmp_path / "linked"), "-b", "other")
    git(tmp_path, "clone", "-q", "--bare", str(source), "bare.git")
    for url in ("linked", "bare.git", (tmp_path / "app").as_uri()):
        shutil.rmtree(tmp_path / "mirrors", ignore_errors=True)
        mirror, problems = fetch(tmp_path, url)
        assert (problems, len(commits(mirror))) == ((), 2)


def test_a_missing_path_is_one_sentence_with_the_remedy(tmp_path):
    mirror, problems = fetch(tmp_path, "nowhere")
    assert mirror is None
    remedy = "clone the repository there, or correct its url in tieout.yml"
    assert [str(problem) for problem in problems] == [
        f"app: error: there is no folder nowhere; {remedy} [repository-missing]"
    ]


def test_a_folder_inside_another_repository_is_not_taken_for_that_one(tmp_path, source):
    (source / "folder").mkdir()
    mirror, problems = fetch(tmp_path, "app/folder")
    assert (mirror, codes(problems)) == (None, [("repository-missing", "error")])


def test_a_source_that_went_missing_leaves_the_mirror_and_the_problem(tmp_path, source):
    mirror, _ = fetch(tmp_path)
    shutil.rmtree(source)
    day = time.strftime("%Y-%m-%d", time.gmtime((mirror / "tieout-fetched").stat().st_mtime))
    kept, (told,) = fetch(tmp_path)
    assert (kept, told.code, told.severity) == (mirror, "repository-missing", "error")
    assert told.message.startswith(f"there is no folder app; what was fetched on {day} is read instead; clone ")


def test_a_network_url_is_not_fetched_by_build(tmp_path):
    mirror, problems = fetch(tmp_path, "https://nowhere.invalid/app.git")
    assert mirror is None
    assert [str(problem) for problem in problems] == [
        "app: error: https://nowhere.invalid/app.git was not fetched yet; run `tieout sync` [repository-unfetched]"
    ]


def test_what_was_fetched_from_one_address_is_not_read_as_another(tmp_path, source):
    """A branch may write another address into tieout.yml, and fetch it: that is no evidence for the first."""
    good, evil = "https://good.invalid/app.git", "https://evil.invalid/app.git"
    mirror, _ = fetch(tmp_path)
    kept = tmp_path / "mirrors" / mirrors.folder_of(Repository("app", evil), mirrors.locate_source(evil, tmp_path))
    shutil.copytree(mirror, kept)
    assert fetch(tmp_path, evil)[0] == kept
    assert (fetch(tmp_path, good)[0], codes(fetch(tmp_path, good)[1])) == (None, [("repository-unfetched", "error")])


def test_an_unreachable_host_is_told(tmp_path):
    mirror, problems = fetch(tmp_path, "https://127.0.0.1:9/app.git", network=True)
    assert (mirror, codes(problems)) == (None, [("repository-unreachable", "error")])
    assert problems[0].message.endswith("check the address and your access, then run `tieout sync` again")


def test_an_unreachable_host_leaves_the_last_mirror_and_its_age_is_told(tmp_path, source):
    url = "https://127.0.0.1:9/app.git"
    kept = tmp_path / "mirrors" / mirrors.folder_of(Repository("app", url), locate_source(url, tmp_path))
    shutil.copytree(fetch(tmp_path)[0], kept)
    two_days_ago = time.time() - 2 * 86_400 - 60
    os.utime(kept / "tieout-fetched", (two_days_ago, two_days_ago))
    mirror, problems = fetch(tmp_path, url, network=True)
    assert (mirror, codes(problems)) == (kept, [("repository-unreachable", "error")])
    assert "(2 days ago) is read instead" in problems[0].message
    (told,) = fetch(tmp_path, url)[1]  # as a build reads it, which never asks a network
    assert (told.code, told.severity) == ("repository-unreachable", "warning")
    day = time.strftime("%Y-%m-%d", time.gmtime(two_days_ago))
    assert told.message == (
        f"{url} could not be reached when last asked; what was fetched on {day} is read instead; run `tieout sync` again"
    )


def test_a_shallow_source_is_told_and_mended_once_it_is_whole(tmp_path, source):
    git(tmp_path, "clone", "-q", "--depth=1", source.as_uri(), "shallow")
    mirror, problems = fetch(tmp_path, "shallow")
    assert codes(problems) == [("repository-shallow", "error")]
    assert "`git fetch --unshallow`" in problems[0].message
    assert "fetch-depth: 0" in problems[0].message
    history = read_history(mirror, Repository("app", "shallow"), lambda _: False)
    assert (len(history.commits), history.complete) == (1, False)
    git(tmp_path / "shallow", "fetch", "-q", "--unshallow")
    mirror, problems = fetch(tmp_path, "shallow")
    assert (problems, len(commits(mirror))) == ((), 2)


def test_a_partial_clone_is_told(tmp_path, source):
    git(source, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "-q", "--bare", "--filter=blob:none", source.as_uri(), "partial")
    assert ("repository-partial", "error") in codes(fetch(tmp_path, "partial")[1])


def test_grafts_and_replacements_are_told_and_the_true_history_is_read(tmp_path, source):
    tip = git(source, "rev-parse", "main")
    true = commits(fetch(tmp_path)[0])
    shutil.rmtree(tmp_path / "mirrors")
    forged = commit(source, "forged", {"a.txt": "9\n"}, branch="forged", author=BEN)
    git(source, "replace", tip, forged)
    git(source, "branch", "-qD", "forged")
    (source / ".git" / "info").mkdir(exist_ok=True)
    (source / ".git" / "info" / "grafts").write_text(f"{tip}\n")
    mirror, problems = fetch(tmp_path)
    assert codes(problems) == [("history-grafted", "warning"), ("history-replaced", "warning")]
    assert commits(mirror) == true


def test_objects_that_the_strict_check_refuses_are_fetched_with_a_loud_problem_that_stays(tmp_path, source):
    tree = git(source, "rev-parse", "main^{tree}")
    parent = git(source, "rev-parse", "main")
    who = "Ada <ada@example.org> 01759741200 +0000"
    odd = write_object(
        source, "commit", f"tree {tree}\nparent {parent}\nauthor {who}\ncommitter {who}\n\nodd\n".encode()
    )
    update_ref(source, "refs/heads/main", odd)
    mirror, problems = fetch(tmp_path)
    assert codes(problems) == [("repository-malformed-objects", "warning")]
    assert "bad-date-author" not in commits(mirror)
    assert commits(mirror)[-1] == git(source, "rev-parse", "main~2")
    assert odd in commits(mirror)
    assert codes(fetch(tmp_path)[1]) == [("repository-malformed-objects", "warning")]


def test_a_corrupted_object_at_the_source_is_refused(tmp_path, source):
    unpack(source)
    one, two = (git(source, "rev-parse", f"{name}:a.txt") for name in ("main^", "main"))
    object_file(source, two).chmod(0o644)
    shutil.copyfile(object_file(source, one), object_file(source, two))
    mirror, problems = fetch(tmp_path)
    assert (mirror, codes(problems)) == (None, [("repository-damaged", "error")])
    assert "`git fsck`" in problems[0].message


def test_the_programs_that_a_source_plants_never_run(tmp_path, source, monkeypatch):
    canary = tmp_path / "canary"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\necho $0 >> {canary}\ncat\n")
    program.chmod(0o755)
    keys = (
        *("core.fsmonitor", "core.pager", "core.sshCommand", "core.editor", "core.askPass", "core.gitProxy"),
        *("gpg.program", "gpg.ssh.program", "diff.external", "diff.x.textconv", "diff.x.command", "filter.x.clean"),
        *("filter.x.smudge", "filter.x.process", "merge.x.driver", "uploadpack.packObjectsHook", "alias.rev-list"),
        *("credential.helper", "core.alternateRefsCommand", "sequence.editor", "interactive.diffFilter"),
    )
    for key in keys:
        git(source, "config", key, str(program))
    git(source, "config", "log.showSignature", "true")
    git(source, "config", "core.hooksPath", str(tmp_path / "hooks"))
    for folder in (tmp_path / "hooks", source / ".git" / "hooks"):
        folder.mkdir(exist_ok=True)
        for hook in (
            "post-checkout",
            "pre-auto-gc",
            "reference-transaction",
            "post-index-change",
            "fsmonitor-watchman",
        ):
            shutil.copy(program, folder / hook)
    (source / ".gitattributes").write_text("* filter=x diff=x\n")
    monkeypatch.setenv("GIT_SSH_COMMAND", str(program))
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", str(program))
    mirror, problems = fetch(tmp_path)
    (source / "tieout.yml").write_text("schema: 1\n")
    assert trees.locate(source).dirty
    trees.read_worktree(source)
    trees.read_tree(mirror, commits(mirror)[0], "")
    assert (problems, len(commits(mirror)), canary.exists()) == ((), 2, False)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("config", '[core]\n\tbare = true\n\talternateRefsCommand = "touch {canary}"\n'),
        ("config", "[core]\n\tbare = true\n[include]\n\tpath = {canary}.config\n"),
        ("objects/info/alternates", "{source}/.git/objects\n"),
        ("commondir", "{source}/.git\n"),
    ],
)
def test_a_mirror_that_says_more_than_was_written_is_made_anew(tmp_path, source, file, text):
    canary = tmp_path / "canary"
    mirror, _ = fetch(tmp_path)
    (mirror / "objects" / "info").mkdir(exist_ok=True)
    (mirror / file).write_text(text.format(canary=canary, source=source))
    url = "https://nowhere.invalid/app.git"
    assert codes(fetch(tmp_path, url)[1]) == [("repository-unfetched", "error")]
    mirror, problems = fetch(tmp_path)
    assert (problems, len(commits(mirror)), canary.exists()) == ((), 2, False)
    if file != "config":
        assert not (mirror / file).exists()


def test_a_commit_graph_in_a_mirror_is_not_asked(tmp_path, source):
    """Built of another history: by it, the newest commit would have no parent."""
    mirror, _ = fetch(tmp_path)
    tip = git(source, "rev-parse", "main")
    forged = commit(source, "alone", {"a.txt": "2\n"}, parents=[], branch="forged")
    git(source, "commit-graph", "write", "--reachable")
    graph = (source / ".git/objects/info/commit-graph").read_bytes()
    assert bytes.fromhex(tip) in graph
    # the entry of the tip takes its tree, its parents and its date from the commit without parents
    ids = sorted([*git(source, "rev-list", "main").split(), forged])
    data = graph.index(
        bytes.fromhex(git(source, "rev-parse", f"{ids[0]}^{{tree}}")), graph.index(bytes.fromhex(ids[-1]))
    )
    at, taken = (data + 36 * ids.index(one) for one in (tip, forged))
    spoilt = graph[:at] + graph[taken : taken + 36] + graph[at + 36 :]
    (mirror / "objects/info").mkdir(exist_ok=True)
    (mirror / "objects/info/commit-graph").write_bytes(spoilt)
    assert git(mirror, "rev-list", tip).split() == [tip], "git believes it"
    assert len(commits(mirror)) == 2


def test_variables_of_the_program_itself_do_not_aim_git_elsewhere(tmp_path, source, monkeypatch):
    other = make_repository(tmp_path / "other")
    for name in ("GIT_DIR", "GIT_OBJECT_DIRECTORY", "GIT_INDEX_FILE", "GIT_WORK_TREE"):
        monkeypatch.setenv(name, str(other / ".git"))
    mirror, problems = fetch(tmp_path)
    assert (problems, len(commits(mirror))) == ((), 2)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a repository to another user")
def test_a_repository_of_another_user_is_read(tmp_path, source):
    for path in (source, *source.rglob("*")):
        os.chown(path, 65534, 65534)
    mirror, problems = fetch(tmp_path)
    assert (problems, len(commits(mirror))) == ((), 2)


@pytest.mark.parametrize(
    "url",
    [
        *(
            "ext::sh -c touch% /tmp/x",
            "fd::3",
            "-u",
            "--upload-pack=/bin/sh",
            "http://example.org/x",
            "git://example.org/x",
        ),
        *("ssh://-oProxyCommand=x/y", "https://", "https:///x", "-x@host:path", "user@-host:path", "user@host:-path"),
        *(
            "",
            "a\nb",
            "host:path",
            "file://elsewhere/x",
            "file:///a%00b",
            "https://[x/y",
            "file://[x",
            "ftp://x/y",
            "https://-x/y",
            "ssh://git@-x/y",
            "transport::x",
        ),
    ],
)
def test_an_address_of_another_kind_is_refused_unasked(tmp_path, url):
    mirror, problems = fetch(tmp_path, url, network=True)
    assert (mirror, codes(problems)) == (None, [("repository-url", "error")])
    assert not (tmp_path / "mirrors").exists()


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        *(("https://example.org/x.git", "network"), ("ssh://git@example.org:22/x", "network")),
        *(("git@example.org:team/x.git", "network"), ("../x", "local"), ("file:///a/b", "local"), ("/a:b/c", "local")),
    ],
)
def test_the_allowed_kinds_of_address(tmp_path, url, kind):
    address = locate_source(url, tmp_path)
    assert isinstance(address, Address)
    assert address.kind == kind


@pytest.mark.parametrize("ref", ["refs/notes/review", "refs/gittuf/reference-state-log"])
def test_a_ref_that_only_grows_and_was_taken_away_is_told(tmp_path, source, ref):
    then = commit(source, "then", {"n": "1"}, branch="log")
    git(source, "branch", "-qD", "log")
    update_ref(source, ref, then)
    assert fetch(tmp_path)[1] == ()
    git(source, "update-ref", "-d", ref)
    for _ in range(2):
        mirror, (problem,) = fetch(tmp_path)
        assert problem.code == "history-rewritten"
        assert problem.message.startswith(f"{ref} was at {then[:12]} when it was read before, and is gone now")
    assert git(mirror, "cat-file", "-t", then) == "commit"


@pytest.mark.parametrize(
    "url", ["https://ada:s3cret@git.invalid/x", "ssh://git:s3cret@git.invalid/x", "ftp://ada:s3cret@git.invalid/x"]
)
def test_a_password_in_an_address_is_refused_and_not_repeated(tmp_path, url):
    mirror, problems = fetch(tmp_path, url, network=True)
    assert (mirror, codes(problems)) == (None, [("repository-url", "error")])
    assert "s3cret" not in str(problems)


@pytest.mark.parametrize("network", [False, True])
@pytest.mark.parametrize(
    "url", ["https://s3cret@127.0.0.1:1/x", "https://127.0.0.1:1/x?token=s3cret", "https://ada:s3cret/t@127.0.0.1:1/x"]
)
def test_a_token_in_an_address_is_not_repeated_even_where_git_does(tmp_path, url, network):
    _, (problem,) = fetch(tmp_path, url, network=network)
    assert "s3cret" not in problem.message


@pytest.mark.parametrize("ref", ["refs/notes/review", "refs/gittuf/reference-state-log"])
def test_a_ref_that_only_grows_and_was_set_back_is_told(tmp_path, source, ref):
    first, then, other = (commit(source, name, {"n": name}, branch="log") for name in ("first", "then", "other"))
    git(source, "branch", "-qD", "log")
    update_ref(source, ref, first)
    assert fetch(tmp_path)[1] == ()
    update_ref(source, ref, then)
    assert fetch(tmp_path)[1] == ()
    update_ref(source, ref, first)
    _, (problem,) = fetch(tmp_path)
    assert problem.code == "history-rewritten"
    assert problem.message.startswith(f"{ref} was at {then[:12]} when it was read before")
    update_ref(source, ref, other)
    assert fetch(tmp_path)[1] == ()


def test_a_source_that_lacks_objects_of_a_proposal_is_read_without_its_proposals(tmp_path, source):
    tip = git(source, "rev-parse", "main")
    head = commit(source, "Proposed", {"new.py": "new\n"}, branch="work", parents=[tip])
    unpack(source)
    update_ref(source, "refs/pull/1/head", head)
    git(source, "branch", "-qD", "work")
    object_file(source, git(source, "rev-parse", f"{head}:new.py")).unlink()
    for _ in range(2):  # the second time without another try
        mirror, problems = fetch(tmp_path)
        assert codes(problems) == [("proposals-unread", "error")]
    assert set(commits(mirror)) == {tip, git(source, "rev-parse", "main~1")}


def test_a_branch_that_was_merged_the_wrong_way_round_is_told(tmp_path, source):
    first, before = git(source, "rev-parse", "main~1"), git(source, "rev-parse", "main")
    fetch(tmp_path)
    own = commit(source, "Own work", {"own.txt": "1\n"}, branch="own", parents=[first])
    wrong = commit(source, "Merge main into own", {"a.txt": "2\n"}, parents=[own, before], branch="own")
    update_ref(source, "refs/heads/main", wrong)
    for _ in range(2):
        assert codes(fetch(tmp_path)[1]) == [("line-moved", "warning")]


def test_a_branch_that_merges_others_goes_on(tmp_path, source):
    before = git(source, "rev-parse", "main")
    fetch(tmp_path)
    own = commit(source, "Own work", {"own.txt": "1\n"}, branch="own", parents=[before])
    commit(source, "Merge own", {"own.txt": "1\n"}, parents=[before, own])
    assert fetch(tmp_path)[1] == ()
