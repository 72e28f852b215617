"""Literal histories for tests: commits with whole trees in, a `History` out, without a git process.

story = Story("app")
first = story.commit("Start", {"a.txt": "1"})
side = story.commit("Work", {"a.txt": "2"}, on=first, author=BEN)
story.commit("Merge pull request #1 from ben/work", parents=(story.tip, side))
"""

import hashlib
from datetime import date

from tieout.model.history import UNSIGNED, Commit, History, PathChange, Pin, Stamp, Tag, ancestors
from tieout.model.records import (
    Environment,
    Person,
    Pipeline,
    Service,
)
from tieout.model.registers import Isms
from tieout.model.settings import Config, Repository
from tieout.problems import Source

HOUR, DAY = 3600, 86400
START = 1_767_261_600  # 2026-01-01T10:00:00Z
ADA = ("Ada Stone", "ada@example.org")
BEN = ("Ben Marsh", "ben@example.org")
CLEO = ("Cleo Park", "cleo@example.org")
BOT = ("ci-bot", "ci-bot@example.org")
FORGE = ("Forge", "noreply@forge.example")
HERE = Source(path="isms/people.yml")


class Story:
    def __init__(self, repo="app", branch="main"):
        self.repo, self.branch = repo, branch
        self.commits, self.paths, self.blobs, self.trees = {}, {}, {}, {"": {}}
        self.refs, self.tags = {}, {}
        self.tip = ""
        self.clock = START

    def commit(
        self, message, files=None, *, parents=None, on=None, author=ADA, committer=None, at=None, signature=UNSIGNED
    ):
        """A commit on the tip (which follows), or `on` another commit (the tip stays); None as content deletes."""
        if parents is None:
            parents = (on or self.tip,) if (on or self.tip) else ()
        self.clock = at or self.clock + HOUR
        base = self.trees[parents[0] if parents else ""]
        tree = dict(base)
        for other in parents[1:]:
            theirs, common = self.trees[other], self.trees[self._common(parents[0], other)]
            tree |= {path: blob for path, blob in theirs.items() if common.get(path) != blob}
            for path in common.keys() - theirs.keys():
                tree.pop(path, None)
        for path, content in (files or {}).items():
            tree.pop(path, None) if content is None else tree.update({path: self.blob(content)})
        stamp, recorded = Stamp(*author, self.clock), Stamp(*(committer or author), self.clock)
        seed = repr((tuple(sorted(tree.items())), parents, stamp, recorded, message)).encode()
        id_ = hashlib.sha1(seed, usedforsecurity=False).hexdigest()
        self.commits[id_] = Commit(id_, "0" * 40, tuple(parents), stamp, recorded, message, signature)
        self.trees[id_] = tree
        self.paths[id_] = tuple(sorted(self._diff(base, tree)))
        if on is None:
            self.tip = id_
        return id_

    def copy(self, commit, on=None, **changes):
        """The same author line and message on another parent, as a rebase makes it."""
        known = self.commits[commit]
        files = {path.path: self.trees[commit].get(path.path) for path in self.paths[commit]}
        files = {path: None if blob is None else self.blobs[blob].decode() for path, blob in files.items()}
        made = self.commit(known.message, files, on=on, author=known.author[:2], **changes)
        again = self.commits[made]
        self.commits[made] = Commit(
            made, again.tree, again.parents, known.author, again.committer, again.message, again.signature
        )
        return made

    def blob(self, content):
        data = content.encode()
        id_ = hashlib.sha1(b"blob" + data, usedforsecurity=False).hexdigest()
        self.blobs[id_] = data
        return id_

    def tag(self, name, commit, *, message="", tagger=ADA, at=None, signature=UNSIGNED):
        stamp = Stamp(*tagger, at or self.clock + 60)
        object_ = hashlib.sha1(f"tag {name}".encode(), usedforsecurity=False).hexdigest() if message else commit
        self.tags[name] = Tag(name, object_, commit, bool(message), stamp if message else None, message, signature)

    def _common(self, one, other):
        """The newest commit that both stand on; empty where there is none."""
        reached = [ancestors(self.history(), commit) for commit in (one, other)]
        return next((known for known in reversed(self.commits) if all(known in each for each in reached)), "")

    def _diff(self, base, tree):
        for path in base.keys() | tree.keys():
            if base.get(path) != tree.get(path):
                status = "D" if path not in tree else "M" if path in base else "A"
                yield PathChange(status, path, tree.get(path, "0" * 40))

    def history(self, **changes):
        refs = {f"refs/heads/{self.branch}": self.tip, **self.refs}
        return History(
            self.repo,
            branch=self.branch,
            refs=refs,
            commits=dict(self.commits),
            paths=dict(self.paths),
            tags=dict(self.tags),
            blobs=dict(self.blobs),
            **changes,
        )

    def pin(self, commit=None, **changes):
        commit = commit or self.tip
        time = self.commits[commit].committer.time if commit else 0
        return Pin(self.repo, self.branch, commit, "0" * 40, time, 0, 0, **changes)


def person(id_, name, *emails, kind="person", logins=(), since=date(2020, 1, 1), until=None):
    active = {"from": since, **({"to": until} if until else {})}
    return Person(id=id_, place=HERE, name=name, kind=kind, emails=emails, logins=logins, active=active)


PEOPLE = {
    each.id: each
    for each in (
        person("ada", "Ada Stone", "ada@example.org", "ada@home.example", logins=("adastone",)),
        person("ben", "Ben Marsh", "Ben@Example.org"),
        person("cleo", "Cleo Park", "cleo@example.org"),
        person("ci-bot", "Pipeline", "ci-bot@example.org", kind="service-account"),
        person("forge", "Forge", "noreply@forge.example", kind="service-account"),
    )
}


def pipeline(id_="path", **changes):
    values = {
        "title": "Path",
        "owner": "platform",
        "status": "live",
        "ci": {"path": ".ci/pipeline.yml", "format": "generic"},
        "identities": ["ci-bot@example.org"],
        "deployments": {"kind": "gitops", "repo": "env"},
        "steps": [],
    }
    return Pipeline(id=id_, place=Source(path="isms/pipelines/path.yml"), **(values | changes))


def service(id_="app", repos=({"repo": "app"},), **changes):
    values = {
        "title": id_,
        "owner": "squad",
        "status": "live",
        "tier": 1,
        "kind": "application",
        "mission": "m",
        "pipeline": "path",
        "holds": ["none"],
    }
    return Service(id=id_, place=Source(path=f"isms/services/{id_}.md"), repos=list(repos), **(values | changes))


def environment(id_, kind):
    return Environment(
        id=id_, place=Source(path="isms/environments.yml"), title=id_, owner="platform", kind=kind, data="synthetic"
    )


def isms(**changes):
    values = {
        "people": PEOPLE,
        "services": {"app": service()},
        "pipelines": {"path": pipeline()},
        "environments": {
            "test": environment("test", "test"),
            "prod": environment("prod", "production"),
        },
    }
    return Isms(**(values | changes))


def config(**changes):
    repositories = {
        "app": Repository("app", "../app.git"),
        "env": Repository("env", "../env.git", kind="environments"),
        "records": Repository(
            "records", "../records.git", kind="records", reviews=("reviews/**/*.jsonl",), only_robots_push=True
        ),
    }
    return Config(**({"operator": "Example", "repositories": repositories, "change_references": ("TRD",)} | changes))
