"""The added lines of the steps of a protected branch -> which of them look like secrets, kept by step.

One git process a repository for the steps that were not looked at before: `diff-tree` gives the lines that a step added
against its first parent, so neither the tree nor any other version of a file is read. A value never leaves
`secret_rules`: not into facts, not into what is kept. What a step only moved from one file or line to another it did not
bring, so what it removed is taken off. Tried on ansible/ansible, sqlalchemy/sqlalchemy and git/git.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from tieout.model.history import History, SecretMatch, SecretScan
from tieout.repos import git
from tieout.repos.kept_answers import read_answers, write_answers
from tieout.repos.secret_rules import VERSION, Found, find, may_hold

FILE_LIMIT = 1 << 20  # bytes: larger files are not compared line by line
_OLDER = 50  # steps in a row before a time, after which no later one is looked for
MOST_FILES = (
    5_000  # changed by one step; the lines of a step that changed more, or too many to count, are not looked at
)
NAMED = 200  # matches of one step that are kept; it is a fail with the first
_COMMAND = (
    *(
        "diff-tree",
        "--stdin",
        "-r",
        "-p",
        "-U0",
        "--root",
        "--full-index",
        "--no-renames",
        "--no-color",
        "--no-ext-diff",
    ),
    *("--no-textconv", "--diff-algorithm=myers", "--no-indent-heuristic", "--ignore-submodules=all", "--src-prefix=a/"),
    "--dst-prefix=b/",
)
_LARGE = f"core.bigFileThreshold={FILE_LIMIT}"
_STEP = re.compile(rb"([0-9a-f]{40}|[0-9a-f]{64})\n")
_INDEX = re.compile(rb"index [0-9a-f]+\.\.([0-9a-f]{40}|[0-9a-f]{64})(?: [0-7]{6})?\n")
_HUNK = re.compile(rb"@@ -[0-9]+(?:,([0-9]+))? \+([0-9]+)(?:,([0-9]+))? @@")
# Files that hold no text whatever their size, so that a large one leaves nothing open.
_NO_TEXT = re.compile(
    rb"(?i)\.(?:png|jpe?g|gif|ico|webp|pdf|zip|gz|bz2|xz|tgz|jar|war|whl|woff2?|ttf|otf|eot|mp[34]|mov|wav|so|dll|exe|class|pyc|bin|pack)$"
)


class Step(NamedTuple):
    """A commit on the first-parent line, and its first parent; empty for the first of all."""

    commit: str
    parent: str


def steps_since(history: History, since: int) -> tuple[Step, ...]:
    """The steps of the protected branch from a time on, the newest first, and all that are dated wrongly beside them."""
    steps: list[Step] = []
    older = wanted = 0
    commit = history.refs.get(f"refs/heads/{history.branch}", "")
    while commit in history.commits and older < _OLDER:
        found = history.commits[commit]
        parent = found.parents[0] if found.parents else ""
        # where history is cut off, what the first step added is not known
        if (parent in history.commits or (not parent and history.complete)) and _is_bounded(history, commit, parent):
            steps.append(Step(commit, parent))
        older = older + 1 if found.committer.time < since else 0
        wanted = wanted if older else len(steps)
        commit = parent
    return tuple(steps[:wanted])


def _is_bounded(history: History, commit: str, parent: str) -> bool:
    """Whether what a step changed is known and can be gone through: a tree of a few objects may stand for millions of files."""
    changed = len(history.paths.get(commit, ()))
    if changed:
        return changed <= MOST_FILES
    return bool(parent) and history.commits[commit].tree == history.commits[parent].tree


def read_scans(mirror: Path, steps: Sequence[Step], kept: Path | None) -> dict[str, SecretScan]:
    """By commit; a step is missing where git could not go through it. `kept` is our own file of what was looked at."""
    known = _read_kept(kept) if kept else {}
    asked = [step for step in steps if step.commit not in known]
    if asked:
        found = _scan(mirror, asked)
        known = {**known, **found}
        if kept and found:
            _write_kept(kept, known)
    return {step.commit: known[step.commit] for step in steps if step.commit in known}


def _scan(mirror: Path, steps: Sequence[Step]) -> dict[str, SecretScan]:
    lines = "".join(f"{step.commit} {step.parent}".rstrip() + "\n" for step in steps).encode("ascii")
    where = git.at_mirror(mirror)
    with git.running(where, *_COMMAND, stdin=lines, settings=(_LARGE,)) as process:
        read = list(parse_steps(process.stdout))
    if process.status:
        return {}
    large = _large(mirror, {blob for step in read for _, blob in step.unread})
    found = {step.commit: step.scan(large) for step in read}
    # a step that changed nothing is not written out by git
    return {step.commit: found.get(step.commit, SecretScan()) for step in steps}


class ReadStep(NamedTuple):
    """What was found in one step; `unread` are paths and blobs of files that git compared as a whole."""

    commit: str
    matches: tuple[SecretMatch, ...]
    unread: tuple[tuple[bytes, str], ...]

    def scan(self, large: frozenset[str]) -> SecretScan:
        return SecretScan(
            self.matches[:NAMED], tuple(sorted(_decode(path) for path, blob in self.unread if blob in large))
        )


def parse_steps(lines: Iterable[bytes]) -> Iterator[ReadStep]:
    """The steps in the output of `diff-tree -p -U0`: as many lines as a hunk announces belong to it, whatever they say."""
    reading = iter(lines)
    step = _Gathering("")
    for line in reading:
        if line.startswith(b"@@ ") and (hunk := _HUNK.match(line)):
            step.hunk(reading, hunk)
        elif line.startswith(b"diff --git "):
            step.path, step.blob = b"", ""
        elif line.startswith((b"+++ b/", b'+++ "b/')):
            step.path = _path(line[4:-1])
        elif index := _INDEX.fullmatch(line):
            step.blob = index[1].decode("ascii")
        elif line.startswith(b"Binary files ") and line.endswith(b" differ\n"):
            path = _binary_path(line)
            step.unread += [(path, step.blob)] if path and not _NO_TEXT.search(path) else []
        elif head := _STEP.fullmatch(line):
            if step.commit:
                yield step.done()
            step = _Gathering(head[1].decode("ascii"))
    if step.commit:
        yield step.done()


class _Gathering:
    """One step while its lines are read."""

    __slots__ = ("added", "blob", "commit", "path", "removed", "unread")

    def __init__(self, commit: str) -> None:
        self.commit = commit
        self.path = b""
        self.blob = ""
        self.added: list[SecretMatch] = []
        self.removed: Counter[Found] = Counter()
        self.unread: list[tuple[bytes, str]] = []

    def hunk(self, lines: Iterator[bytes], hunk: re.Match[bytes]) -> None:
        before, first, after = int(hunk[1] or 1), int(hunk[2]), int(hunk[3] or 1)
        gone, come = _hunk(lines, before, after)
        if may_hold(b"".join(gone)):
            self.removed.update(found for line in gone for found in find(line))
        if self.path and may_hold(b"".join(come)):
            path = _decode(self.path)
            self.added += (
                SecretMatch(path, first + number, found.rule, found.mark)
                for number, line in enumerate(come)
                for found in find(line)
            )

    def done(self) -> ReadStep:
        left = self.removed.copy()
        matches = []
        for match in sorted(self.added):
            found = Found(match.rule, match.mark)
            if left[found] > 0:
                left[found] -= 1
            else:
                matches.append(match)
        return ReadStep(self.commit, tuple(matches), tuple(self.unread))


def _hunk(lines: Iterator[bytes], before: int, after: int) -> tuple[list[bytes], list[bytes]]:
    """What a hunk removes and what it adds, without the first character of each line."""
    gone: list[bytes] = []
    come: list[bytes] = []
    while len(gone) < before or len(come) < after:
        line = next(lines, b"")
        if not line:
            break
        if line[:1] == b"-":
            gone.append(line[1:])
        elif line[:1] == b"+":
            come.append(line[1:])
    return gone, come


def _path(name: bytes) -> bytes:
    """The path behind `+++ `, which git quotes where it holds unusual characters."""
    name = name.split(b"\t", 1)[0]
    if name.startswith(b'"') and name.endswith(b'"'):
        name = re.sub(rb"\\([0-7]{3}|.)", _unescaped, name[1:-1])
    return name.removeprefix(b"b/")


_ESCAPES = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"a": b"\a", b"b": b"\b", b"f": b"\f", b"v": b"\v"}


def _unescaped(match: re.Match[bytes]) -> bytes:
    code = match[1]
    return bytes([int(code, 8) & 255]) if len(code) == 3 else _ESCAPES.get(code, code)


def _decode(name: bytes) -> str:
    return name.decode("utf-8", "surrogateescape")


def _binary_path(line: bytes) -> bytes:
    """The path of `Binary files a/… and b/… differ`; where it was deleted there is nothing to look at."""
    new = line.removesuffix(b" differ\n").rpartition(b" and ")[2]
    return b"" if new == b"/dev/null" else _path(new)


def _large(mirror: Path, blobs: set[str]) -> frozenset[str]:
    """Those of some blobs that are beyond the limit; the others hold no text."""
    if not blobs:
        return frozenset()
    asked = "".join(f"{blob}\n" for blob in sorted(blobs)).encode("ascii")
    answer = git.run(git.at_mirror(mirror), "cat-file", "--batch-check=%(objectname) %(objectsize)", stdin=asked)
    rows = (line.split() for line in answer.out.decode("ascii", "replace").split("\n") if line)
    return frozenset(row[0] for row in rows if len(row) == 2 and row[1].isdigit() and int(row[1]) >= FILE_LIMIT)


# --- what was looked at before -------------------------------------------------------------------------------------


def _read_kept(file: Path) -> dict[str, SecretScan]:
    answers = read_answers(file, VERSION)
    clean, found = answers.get("clean"), answers.get("found")
    if not isinstance(clean, list) or not isinstance(found, dict):
        return {}
    try:
        return dict.fromkeys(clean, SecretScan()) | {commit: _scan_of(row) for commit, row in found.items()}
    except (ValueError, KeyError, TypeError):
        return {}


def _scan_of(row: Mapping[str, list[list[str]]]) -> SecretScan:
    matches = tuple(SecretMatch(path, int(line), rule, mark) for path, line, rule, mark in row["matches"])
    return SecretScan(matches, tuple(map(str, row["unread"])))


def _write_kept(file: Path, scans: Mapping[str, SecretScan]) -> None:
    found = {commit: scan._asdict() for commit, scan in sorted(scans.items()) if scan.matches or scan.unread}
    write_answers(file, VERSION, {"clean": sorted(scans.keys() - found.keys()), "found": found})
