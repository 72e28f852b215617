"""Whether the population of changes ties out with git's own count of the branch, on repositories that are named.

    python benchmarks/populations.py [--branch NAME] [--mirrors DIR] [--borrow] GITDIR ...

Each GITDIR is mirrored, read and derived as a build does it, with an empty register, and compared at two pins: the
newest commit, and the state two years before it. Equal means: each commit that `git rev-list --first-parent` lists is in
one change and in one only, each commit that `git rev-list` lists is carried by one change, and nothing else is. Beside
the changes stand the further steps of rebases, which are one change together, and what is listed as excluded: nothing
today. Exits with 1 where a number differs, and says by how much. Repositories are read only; one that lacks large
files, as a partial clone does, cannot be mirrored: with --borrow its objects are read where they are.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TypedDict

from histories import borrow

EARLIER = 2 * 365 * 86_400  # seconds from the older pin's cut-off to the newest commit
NAMED = 3  # commits that a difference names


class Tied(TypedDict):
    """One repository at one pin."""

    pin: str
    line: int  # commits of the first-parent line, by git
    reached: int  # commits that the pin reaches, by git
    changes: int
    folded: int  # steps of rebases beside the last ones
    excluded: int
    differences: list[str]


class Told(TypedDict):
    """What the process of one repository says."""

    pins: list[Tied]
    problems: list[str]
    seconds: float
    memory: float  # MiB of Python, at most, without what the mirroring git took


# --- in a process of its own -----------------------------------------------------------------------------------------


def read(place: str, branch: str, store: str) -> Told:
    """`store`: the folder of the mirror, or a git directory that is read in its stead."""
    import resource

    from tieout.history import derive
    from tieout.model.registers import Isms
    from tieout.model.settings import Config, Repository
    from tieout.repos import heads, histories, mirrors, pins

    begin = time.perf_counter()
    linked = Repository("it", place, branch or heads.head_of(mirrors.Address("local", place)) or "main")
    borrowed = (Path(store) / "HEAD").exists()
    mirror, problems = (
        (Path(store), ()) if borrowed else mirrors.refresh(linked, Path.cwd(), Path(store), network=False)
    )
    if mirror is None:
        return Told(pins=[], problems=[one.message for one in problems], seconds=0, memory=0)
    history = histories.read_history(mirror, linked, lambda _: False)
    config = Config(operator="it", repositories={"it": linked})
    found = []
    for cutoff in (None, pins.newest(history) - EARLIER):
        pin = pins.choose(history, cutoff)
        facts, _ = derive({"it": history}, {"it": pin}, Isms(), config)
        changes = [(change.id, change.kind, change.commits) for change in facts.changes.values()]
        found.append(compare(Path(place), pin.commit, pin.count, changes, facts.counts["it"]))
    told = [f"{one.code}: {one.message}" for one in (*problems, *history.problems)]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Told(pins=found, problems=told, seconds=time.perf_counter() - begin, memory=memory)


def compare(place: Path, pin: str, counted: int, changes: list[tuple[str, str, tuple[str, ...]]], reached: int) -> Tied:
    """The changes beside what git lists of the source itself."""
    line = listed(place, pin, "--first-parent")
    every = listed(place, pin)
    on_line = set(line)
    steps = Counter(
        commit
        for id_, kind, commits in changes
        for commit in {id_, *(on_line.intersection(commits) if kind == "rebase" else ())}
    )
    carried = Counter(commit for id_, _, commits in changes for commit in {id_, *commits})
    differences = [*_unequal("steps", line, steps), *_unequal("commits", every, carried)]
    if (counted, reached) != (len(line), len(every)):
        differences.append(f"the pin counts {counted:,} steps and the facts {reached:,} commits")
    folded = sum(steps.values()) - len(changes)
    excluded = 0  # nothing that is on the branch of a linked repository leaves its population
    return Tied(
        pin=pin,
        line=len(line),
        reached=len(every),
        changes=len(changes),
        folded=folded,
        excluded=excluded,
        differences=differences,
    )


def listed(place: Path, pin: str, *options: str) -> list[str]:
    if not pin:
        return []
    command = ["git", "--no-replace-objects", "--git-dir", str(place), "rev-list", *options, pin]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()


def _unequal(what: str, by_git: Iterable[str], found: Counter[str]) -> list[str]:
    known = set(by_git)
    sorts = {
        "in no change": known - found.keys(),
        "in several changes": {commit for commit, number in found.items() if number > 1},
        "not listed by git": found.keys() - known,
    }
    return [
        f"{len(ids):,} {what} {how}: {', '.join(commit[:12] for commit in sorted(ids)[:NAMED])}"
        for how, ids in sorts.items()
        if ids
    ]


# --- beside each other -----------------------------------------------------------------------------------------------


def tell(place: Path, branch: str, store: Path) -> bool:
    """One line a pin; whether all is equal."""
    command = [sys.executable, __file__, "--one", str(place), branch, str(store)]
    ended = subprocess.run(command, check=False, stdout=subprocess.PIPE, text=True)
    name = next(part for part in reversed(place.parts) if part not in {".git", "repo", "repository.git"})
    if ended.returncode:
        print(f"{name:<32} could not be read", flush=True)
        return False
    told: Told = json.loads(ended.stdout)
    for one in told["pins"]:
        equal = "no" if one["differences"] else "yes"
        print(
            f"{name:<32} {one['pin'][:12]:<12} {one['line']:>8,} {one['reached']:>9,} {one['changes']:>8,} "
            f"{one['folded']:>7,} {one['excluded']:>8,}  {equal:<5} {told['seconds']:>7.1f} {told['memory']:>7,.0f}",
            flush=True,
        )
        for difference in one["differences"]:
            print(f"  {difference}", flush=True)
    for problem in told["problems"]:
        print(f"  {problem}", flush=True)
    return bool(told["pins"]) and not any(one["differences"] for one in told["pins"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--branch", default="", help="the branch that people merge into; else where HEAD points")
    parser.add_argument("--mirrors", type=Path, help="a folder to keep the mirrors in; else they are thrown away")
    parser.add_argument("--borrow", action="store_true", help="read its objects where they are, without a mirror")
    parser.add_argument("repositories", nargs="+", type=Path, metavar="GITDIR")
    asked = parser.parse_args()
    print(
        f"{'':<32} {'pin':<12} {'line':>8} {'reached':>9} {'changes':>8} {'rebased':>7} {'excluded':>8}  equal "
        f"seconds {'MiB':>7}"
    )
    equal = True
    for place in asked.repositories:
        with tempfile.TemporaryDirectory() as scratch:
            whole = place.resolve()
            store = asked.mirrors / "+".join(whole.parts[-2:]) if asked.mirrors else Path(scratch)
            equal = tell(whole, asked.branch, borrow(whole, store, True) if asked.borrow else store) and equal
    return 0 if equal else 1


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        print(json.dumps(read(*sys.argv[2:5])))
    else:
        sys.exit(main())
