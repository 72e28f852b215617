"""What gittuf keeps in a repository, read within limits."""

import pytest
from gitfixtures import commit, make_repository, object_file, update_ref, write_object
from gittuffixtures import ADA_KEY, ATTESTATIONS, BEN_KEY, LOG, POLICY, GittufRepository

from tieout.model.settings import Repository
from tieout.problems import BuildError
from tieout.repos import gittuf
from tieout.repos.histories import read_history


@pytest.fixture
def repo(tmp_path):
    log = GittufRepository(make_repository(tmp_path / "app.git", bare=True))
    log.policy({"ada": [ADA_KEY], "ben": [BEN_KEY]})
    log.push(commit(log.path, "Start", {"a": "1"}), ADA_KEY)
    log.authorise(commit(log.path, "Change", {"a": "2"}), BEN_KEY)
    return log


def read(repo):
    return read_history(repo.path, Repository("app", "../app"), lambda _: False)


def test_the_log_the_policies_and_the_attestations_are_read(repo):
    found = read(repo).gittuf
    assert [each.message.rpartition("number: ")[2] for each in found.log] == ["1", "2", "3"]
    assert [change.path for change in found.paths[found.policy[-1].id]] == [
        "metadata/root.json",
        "metadata/targets.json",
    ]
    (path,) = (change.path for change in found.paths[found.attestations[-1].id])
    assert path.startswith("reference-authorizations/refs/heads/main/")
    assert len(found.blobs) == 3
    assert found.problems == ()


def test_nothing_of_gittuf_is_none(repo):
    for ref in (LOG, POLICY, ATTESTATIONS):
        update_ref(repo.path, ref, repo.tip)
    assert read(repo).gittuf is not None
    for ref in (LOG, POLICY, ATTESTATIONS):
        gittuf.git.run(gittuf.git.at_mirror(repo.path), "update-ref", "-d", ref)
    assert read(repo).gittuf is None


def test_a_forges_answers_about_a_proposal_are_not_read(repo):
    repo.attest("github-pull-requests/gittuf-1/refs/heads/main/" + "0" * 40, b"x" * 100)
    repo.attest("code-review-approvals/review-index.json", b"{}")
    assert len(read(repo).gittuf.blobs) == 3


@pytest.mark.parametrize(
    ("limit", "most", "left"),
    [("LARGEST_FILE", 500, "more than are read"), ("MOST_FILES", 1, "and 1 are read"), ("MOST_COMMITS", 2, "commits")],
)
def test_what_is_beyond_a_limit_is_named(repo, monkeypatch, limit, most, left):
    monkeypatch.setattr(gittuf, limit, most)
    history = read(repo)
    found = [problem for problem in history.problems if problem.code == "gittuf-unreadable"]
    assert found
    assert left in found[0].message
    assert len(history.gittuf.blobs) < 3


def test_a_tree_of_too_many_paths_ends_in_a_finding(repo, monkeypatch):
    """Four folders, each ten times the one below it: a few hundred bytes."""
    monkeypatch.setattr(gittuf, "LARGEST_OUTPUT", 100_000)
    below = f"100644 blob {write_object(repo.path, 'blob', b'x')}\tf"
    for _ in range(4):
        tree = (
            gittuf.git.run(gittuf.git.at_mirror(repo.path), "mktree", stdin=f"{below}\n".encode()).out.decode().strip()
        )
        below = "\n".join(f"040000 tree {tree}\t{name}" for name in "0123456789")
    tree = gittuf.git.run(gittuf.git.at_mirror(repo.path), "mktree", stdin=f"{below}\n".encode()).out.decode().strip()
    repo._commit(ATTESTATIONS, tree, repo._tip(ATTESTATIONS), "Bomb", None)
    history = read(repo)
    assert [problem.code for problem in history.problems] == ["gittuf-unreadable"]
    assert history.gittuf.paths == {}


def test_a_link_is_no_envelope(repo):
    tree = f"120000 blob {write_object(repo.path, 'blob', b'target')}\tmetadata\n"
    made = gittuf.git.run(gittuf.git.at_mirror(repo.path), "mktree", stdin=tree.encode()).out.decode().strip()
    repo._commit(POLICY, made, repo._tip(POLICY), "Link", None)
    assert len(read(repo).gittuf.blobs) == 3


def test_a_damaged_attestation_is_named(repo):
    found = read(repo).gittuf
    blob = next(change.blob for change in found.paths[found.attestations[-1].id])
    file = object_file(repo.path, blob)
    file.chmod(0o644)
    file.write_bytes(object_file(repo.path, found.paths[found.policy[-1].id][0].blob).read_bytes())
    with pytest.raises(BuildError, match=blob):
        read(repo)
