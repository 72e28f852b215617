"""What reading a history costs, beside git itself and the libraries that people use for it.

    python -m venv /tmp/peers && /tmp/peers/bin/pip install GitPython pygit2 PyDriller
    python benchmarks/histories.py [--peers /tmp/peers] [--proposals] [--runs N] GITDIR ...

Each GITDIR is a bare repository of 15,000 commits and more, which is not written to. A peer that is not installed is
left out, and said so. Whole processes are timed, each beside git in the same run; a ratio is the median of those pairs:
of the time on the clock, and of the processors' time, which says more where other programs run. Peers that compare in
Python read the newest 1,000 commits and are compared with git for the same 1,000. Quote ratios and counts.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import NamedTuple

NEWEST = 1_000
LATEST = 100  # commits that come in between two readings
FIELDS = "--format=%H%x00%P%x00%an%x00%ae%x00%ad%x00%cn%x00%ce%x00%cd%x00%B%x00"
LOG = ("log", "-z", "--date=raw", "--no-renames", "--name-status", "--diff-merges=first-parent", FIELDS)
ALL = ("--branches", "--tags", "--glob=refs/pull", "--glob=refs/merge-requests")
Facts = dict[str, float]


# --- in a process of its own -----------------------------------------------------------------------------------------


def read(repository: str, kept: str, how: str) -> Facts:
    """One reading by Tieout. `parsed`: every commit and every path is looked at, too."""
    import gc
    import resource

    from git.cmd import Git  # what its import costs is a matter of the start

    from tieout.model.settings import Repository
    from tieout.repos import git, histories, raw

    assert Git
    counts = {"processes": 0, "objects": 0}
    objects = raw.read_objects

    def counted(process: git.Process, limit: int) -> Iterator[tuple[str, str, int, bytes]]:
        for answer in objects(process, limit):
            counts["objects"] += 1
            yield answer

    raw.read_objects = counted  # type: ignore[assignment]
    sys.addaudithook(lambda event, _: counts.update(processes=counts["processes"] + (event == "subprocess.Popen")))
    gc.set_threshold(100_000, 50, 50)  # as the command line has it
    begin = time.perf_counter()
    history = histories.read_history(
        Path(repository), Repository("it", repository), lambda _: False, Path(kept) if kept else None
    )
    taken = time.perf_counter() - begin
    paths = 0
    if how == "parsed":
        for commit in history.commits:
            assert history.commits[commit].id == commit
            paths += len(history.paths.get(commit, ()))
    own, children = (
        resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    found = {"seconds": taken, "whole": time.perf_counter() - begin, "python": own, "git": children}
    return found | counts | {"commits": len(history.commits), "paths": paths}


def gitpython(repository: str) -> None:
    import git

    for commit in git.Repo(repository).iter_commits("HEAD", max_count=NEWEST):
        _ = commit.author.name, commit.message
        for parent in commit.parents[:1]:
            _ = [one.b_path for one in parent.diff(commit)]


def pydriller(repository: str) -> None:
    import git
    from pydriller import Repository

    oldest = git.Repo(repository).git.log("-1", f"--skip={NEWEST - 1}", "--format=%H", "HEAD")
    for number, commit in enumerate(Repository(repository, from_commit=oldest, order="reverse").traverse_commits()):
        _ = commit.author.name, commit.msg, [one.new_path for one in commit.modified_files]
        if number >= NEWEST:
            break


def pygit2(repository: str) -> None:
    import pygit2

    repo = pygit2.Repository(repository)
    for commit in repo.walk(repo.head.target):
        _ = commit.author.name, commit.message
        other = commit.parents[0].tree if commit.parents else None
        diff = other.diff_to_tree(commit.tree) if other else commit.tree.diff_to_tree(swap=True)
        _ = [(delta.status_char(), delta.new_file.path) for delta in diff.deltas]


LIBRARIES = {"GitPython": (gitpython, "git", True), "PyDriller": (pydriller, "pydriller", True)}
LIBRARIES["pygit2"] = (pygit2, "pygit2", False)


# --- beside each other -----------------------------------------------------------------------------------------------


class Cost(NamedTuple):
    """Of a process and all that it started."""

    clock: float
    processors: float


def cost(command: list[str]) -> tuple[Cost, bytes]:
    before, start = os.times(), time.perf_counter()
    said = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    clock, after = time.perf_counter() - start, os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return Cost(clock, used), said


def to_nowhere(command: list[str]) -> Cost:
    return cost(["sh", "-c", 'exec "$@" > /dev/null', "sh", *command])[0]


def git(repository: Path, *words: str, stdin: bytes = b"") -> str:
    command = ["git", "--git-dir", str(repository), *words]
    return subprocess.run(command, check=True, input=stdin, capture_output=True).stdout.decode("utf-8", "replace")


def ours(repository: Path, kept: Path | None, how: str) -> tuple[Cost, Facts]:
    """What the whole process cost, and what it said of itself."""
    found, said = cost([sys.executable, __file__, "--read", str(repository), str(kept or ""), how])
    return found, json.loads(said)


def row(name: str, runs: int, floor: list[str], subject: Callable[[], tuple[Cost, Facts]]) -> None:
    pairs = []
    for _ in range(runs):
        beside = to_nowhere(floor)
        pairs.append((beside, *subject()))
    clock = median(taken.clock / beside.clock for beside, taken, _ in pairs)
    used = median(taken.processors / max(beside.processors, 0.001) for beside, taken, _ in pairs)
    times = (median(one[0].clock for one in pairs), median(one[1].clock for one in pairs))
    line = f"  {name:<44}{times[0]:8.2f} s{times[1]:8.2f} s{clock:8.2f} x{used:8.2f} x"
    if told := pairs[-1][2]:
        line += (
            f"   {told['python']:.0f} and {told['git']:.0f} MiB, {told['processes']:.0f} processes, "
            f"{told['objects']:,.0f} objects; in itself {median(one[2]['seconds'] for one in pairs):.3f} s"
        )
    print(line, flush=True)


def borrow(source: Path, folder: Path, proposals: bool) -> Path:
    """A bare repository of its own refs over the objects of another, which stays as it is."""
    made = folder / "repository.git"
    subprocess.run(["git", "init", "-q", "--bare", str(made)], check=True)
    objects = Path(git(source, "rev-parse", "--path-format=absolute", "--git-path", "objects").strip())
    (made / "objects" / "info" / "alternates").write_text(f"{objects}\n")
    chosen = ["refs/heads", "refs/tags", *(["refs/pull", "refs/merge-requests"] if proposals else [])]
    refs = git(source, "for-each-ref", "--format=create %(refname) %(objectname)", *chosen)
    git(made, "update-ref", "--stdin", stdin=refs.encode())
    git(made, "pack-refs", "--all")
    git(made, "symbolic-ref", "HEAD", git(source, "symbolic-ref", "HEAD").strip())
    return made


def compare(source: Path, scratch: Path, asked: argparse.Namespace) -> None:
    runs = asked.runs
    repository = borrow(source, scratch, asked.proposals)
    kept, earlier = scratch / "kept", scratch / "earlier"
    log = ["git", "--git-dir", str(repository), *LOG]
    commits = int(git(repository, "rev-list", "--count", *ALL))
    print(f"{source}: {commits:,} commits{' with proposals' if asked.proposals else ''}")
    print(f"  {'':<44}{'git':>10}{'here':>10}{'clock':>10}{'processors':>10}   Python and git at most, counts")

    def cold(how: str) -> tuple[Cost, Facts]:
        shutil.rmtree(kept, ignore_errors=True)
        return ours(repository, kept, how)

    row("read, hashed and kept", runs, [*log, *ALL], lambda: cold("read"))
    row("the same, every commit and path parsed", runs, [*log, *ALL], lambda: cold("parsed"))
    probe = ["git", "--git-dir", str(repository), "for-each-ref", "--format=%(objectname) %(refname)"]
    row("again, nothing new", runs, probe, lambda: ours(repository, kept, "read"))
    row("the same, every commit and path parsed", runs, [*log, *ALL], lambda: ours(repository, kept, "parsed"))
    head = git(repository, "symbolic-ref", "HEAD").strip()
    new = git(repository, "rev-parse", head).strip()
    old = git(repository, "rev-parse", f"{head}~{LATEST}").strip()
    behind = borrow_behind(repository, scratch, head, old)
    ours(behind, earlier, "read")
    git(behind, "update-ref", head, new)

    def brought() -> tuple[Cost, Facts]:
        shutil.rmtree(kept, ignore_errors=True)
        shutil.copytree(earlier, kept)
        return ours(behind, kept, "read")

    count = git(repository, "rev-list", "--count", f"{old}..{new}").strip()
    row(f"again, {count} new commits", runs, [*log, f"{old}..{new}"], brought)
    for name, (_, module, newest) in LIBRARIES.items():
        peer(asked.peers / "bin" / "python", name, module, repository, 1 if newest else 0)


def borrow_behind(repository: Path, scratch: Path, head: str, old: str) -> Path:
    """The branch alone, as it was some commits ago."""
    place = scratch / "behind"
    place.mkdir()
    made = borrow(repository, place, proposals=False)
    others = git(made, "for-each-ref", "--format=delete %(refname)").replace(f"delete {head}\n", "")
    git(made, "update-ref", "--stdin", stdin=others.encode())
    git(made, "update-ref", head, old)
    return made


def peer(python: Path, name: str, module: str, repository: Path, newest: int) -> None:
    asked = [str(python), "-c", f"import {module}"]
    if not python.exists() or subprocess.run(asked, check=False, capture_output=True).returncode:
        print(f"  {name:<44} left out: not installed in {python.parents[1]}")
        return
    command = [str(python), __file__, "--peer", name, str(repository)]
    floor = ["git", "--git-dir", str(repository), *LOG, "HEAD", *([f"--max-count={NEWEST}"] if newest else [])]
    told = f"{name}, newest {NEWEST:,} of the branch" if newest else f"{name}, all of the branch"
    row(told, 1, floor, lambda: (to_nowhere(command), {}))


def main() -> None:
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # or every run would compile the program again
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--proposals", action="store_true", help="with refs/pull and refs/merge-requests")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--peers", type=Path, default=Path("/tmp/peers"), help="an environment with the libraries")
    parser.add_argument("repositories", nargs="*", type=Path, metavar="GITDIR")
    asked = parser.parse_args()
    if not asked.repositories:
        print("histories: left out, since no git directory was named (see benchmarks/histories.py)")
    for source in asked.repositories:
        with tempfile.TemporaryDirectory() as scratch:
            compare(source.resolve(), Path(scratch), asked)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--read"]:
        print(json.dumps(read(*sys.argv[2:5])))
    elif sys.argv[1:2] == ["--peer"]:
        LIBRARIES[sys.argv[2]][0](sys.argv[3])
    else:
        main()
