"""A mirror -> the notes that it holds on commits: every version, with the time at which it came to its ref.

A notes ref is a history of its own, so an audit at an older date is shown what the ref held then. Only the refs that
somebody reads are read (`READ`); what a note says is told in `history.approvals`. Four git processes where there is
such a ref, none where there is not. Tried on eclipse-jgit/jgit (6,680 commits of refs/notes/review, 9,959 notes),
google/git-appraise (113 notes of comments, 130 merges) and slsa-framework/source-tool (248 notes of bundles).
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tieout.model.history import Commit, Note, PathChange, Stamp, entry_times
from tieout.problems import Problem, Source, warning
from tieout.repos import git
from tieout.repos.side_refs import DIFFERENCES, first_parents, parse_differences, read_commits, read_each
from tieout.text.words import digits, visible

READ = re.compile(r"refs/notes/(review|commits|devtools/(reviews|discuss))")
NOTE_LIMIT = 1_000_000  # bytes of one note
COMMITS_LIMIT = 1_000_000  # of one notes ref
TOTAL_LIMIT = 256_000_000  # bytes of all notes of a repository, each content once
_COMMIT_LIMIT = 64_000_000
_OBJECT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_FILES = ("100644", "100755")

Notes = dict[str, tuple[Note, ...]]


@dataclass(frozen=True, slots=True)
class _Version:
    ref: str
    object: str
    blob: str
    commit: str
    at: int
    by: Stamp | None


@dataclass(slots=True)
class _Tree:
    """The notes of one ref as its steps build them up, whatever the depth of the folders they lie in."""

    files: dict[str, dict[str, str]] = field(default_factory=dict)  # by object: path -> blob
    strange: Counter[str] = field(default_factory=Counter)  # why something is no note: how often

    def take(self, changes: Iterable[PathChange]) -> set[str]:
        """Apply what one commit changed; the objects whose notes it may have changed."""
        touched = set()
        for change in changes:
            object_id, blob = _place_of(change)
            if not _OBJECT.fullmatch(object_id):
                self.strange["whose name is no object's id"] += bool(blob)
                continue
            held = self.files.setdefault(object_id, {})
            held.pop(change.path, None)
            if blob and change.mode in _FILES:
                held[change.path] = blob
            self.strange["that are no files"] += bool(blob) and change.mode not in _FILES
            touched.add(object_id)
        return touched

    def blob(self, object_id: str) -> str:
        """The note's content. Of two notes on one object, which git never writes, the first is read."""
        held = sorted(self.files.get(object_id, {}).items())
        self.strange["beside another note on the same object"] += len(held) > 1
        return held[0][1] if held else ""


def _place_of(change: PathChange) -> tuple[str, str]:
    """The object that the note is on, whatever folders it lies in, and its blob; none where it was taken away."""
    return change.path.replace("/", ""), "" if change.status == "D" else change.blob


def read_notes(mirror: Path, repo: str, refs: Iterable[tuple[str, str, str]]) -> tuple[Notes, tuple[Problem, ...]]:
    """All versions of all notes by the object they are on, the oldest first. `refs`: (name, id, kind of object).

    What stands in a notes tree and is no note, or is too large, is one problem a ref. A ref that cannot be walked
    gives a problem and no notes; damaged objects raise BuildError, as everywhere.
    """
    chosen = sorted(ref for ref in refs if READ.fullmatch(ref[0]))
    versions: list[_Version] = []
    wrong: list[Problem] = []
    for name, tip, kind in chosen:
        found, strange = _read_ref(mirror, name, tip) if kind == "commit" else ([], Counter({"": 1}))
        versions += found
        wrong += _told(repo, name, strange)
    contents, unread = _read_contents(mirror, versions)
    wrong += [problem for name, _, _ in chosen for problem in _told(repo, name, unread.get(name, Counter()))]
    notes: dict[str, list[Note]] = {}
    for one in sorted(versions, key=lambda version: (version.object, version.at, version.ref)):
        data = contents.get(one.blob, b"")
        notes.setdefault(one.object, []).append(Note(one.ref, one.object, one.blob, data, one.commit, one.at, one.by))
    return {object_id: tuple(found) for object_id, found in notes.items()}, tuple(wrong)


def _told(repo: str, ref: str, strange: Mapping[str, int]) -> Iterator[Problem]:
    """One problem for all that is off in a notes ref."""
    found = {why: number for why, number in sorted(strange.items()) if number}
    if not found:
        return
    counted = ", ".join(f"{digits(number)} {why}" for why, number in found.items())
    what = f"holds entries that are not read ({counted})" if "" not in found else "is no history of notes"
    message = f"{visible(ref)} {what}, so what they say of reviews is unknown; find out who wrote them"
    yield warning("notes-not-read", message, Source(repo))


# --- one ref -------------------------------------------------------------------------------------------------------


def _read_ref(mirror: Path, name: str, tip: str) -> tuple[list[_Version], Counter[str]]:
    where = git.at_mirror(mirror)
    listing = git.run(where, "rev-list", "--topo-order", "--reverse", "--stdin", stdin=f"{tip}\n".encode())
    if not listing.good or listing.out.count(b"\n") > COMMITS_LIMIT:
        return [], Counter({"": 1})
    commits = read_commits(mirror, listing.out.decode("ascii", "replace").split(), _COMMIT_LIMIT)
    told = git.run(where, *DIFFERENCES, stdin=listing.out)
    if not told.good:  # a folder of it is missing
        return [], Counter({"": 1})
    changed = parse_differences(told.out)
    writers: dict[tuple[str, str], Stamp] = {}
    for commit_id, commit in commits.items():
        if len(commit.parents) < 2:
            for change in changed.get(commit_id, ()):
                writers.setdefault(_place_of(change), commit.committer)
    return _versions(name, first_parents(commits, tip), changed, writers)


def _versions(
    name: str,
    line: Sequence[Commit],
    changed: Mapping[str, tuple[PathChange, ...]],
    writers: Mapping[tuple[str, str], Stamp],
) -> tuple[list[_Version], Counter[str]]:
    """What each step of the ref changed; a note that only moves, as git reorders its folders, is no new version."""
    tree = _Tree()
    last: dict[str, str] = {}
    found = []
    for commit, at in zip(line, entry_times([step.committer.time for step in line]), strict=True):
        for object_id in sorted(tree.take(changed.get(commit.id, ()))):
            blob = tree.blob(object_id)
            if blob != last.get(object_id, ""):
                by = writers.get((object_id, blob)) if blob else None
                found.append(_Version(name, object_id, blob, commit.id, at, by))
                last[object_id] = blob
    return found, tree.strange


# --- contents ------------------------------------------------------------------------------------------------------


def _read_contents(mirror: Path, versions: Iterable[_Version]) -> tuple[dict[str, bytes], dict[str, Counter[str]]]:
    """By blob; and by ref how many were left unread, and why."""
    owner = {version.blob: version.ref for version in versions if version.blob}
    contents: dict[str, bytes] = {}
    unread: dict[str, Counter[str]] = {}
    total = 0
    for blob, kind, size, data in read_each(mirror, owner, NOTE_LIMIT):
        total += size
        if kind == "blob" and size <= NOTE_LIMIT and total <= TOTAL_LIMIT:
            contents[blob] = data
            continue
        why = f"of more than {digits(NOTE_LIMIT)} bytes" if size > NOTE_LIMIT else "that are no files"
        why = f"beyond {digits(TOTAL_LIMIT)} bytes in all" if total > TOTAL_LIMIT else why
        unread.setdefault(owner[blob], Counter())[why] += 1
    return contents, unread
