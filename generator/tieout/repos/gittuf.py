"""What gittuf keeps in a mirror -> `RawGittuf`: its log, its policies and its attestations, within limits.

Three git processes: ids, objects with changed paths beside them, contents. Every object is re-hashed. What it all
means, and whether a signature holds, is `history.gittuf`'s matter. Tried on gittuf/gittuf.
"""

from collections.abc import Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import NamedTuple

from tieout.model.gittuf import ATTESTATIONS, LOG, POLICY, REFS, RawGittuf
from tieout.model.history import Commit, PathChange
from tieout.problems import Problem, Source, warning
from tieout.repos import git, raw
from tieout.repos.side_refs import DIFFERENCES, first_parents, parse_differences, read_commits, read_each

MOST_COMMITS = 500_000  # of the log, the policies and the attestations together
MOST_FILES = 200_000
LARGEST_FILE = 1_000_000  # bytes of one envelope
LARGEST_COMMIT = 1_000_000
LARGEST_OUTPUT = 128_000_000  # bytes that tell which files changed
MEMORY = 1 << 26  # bytes of git's own data, of which it would take any amount to compare a tree of millions of paths
LARGEST_WHOLE = 250_000_000  # bytes of all envelopes together
_READ = ("metadata/", "gittuf-controller/", "reference-authorizations/", "code-review-approvals/")
_INDEX = "code-review-approvals/review-index.json"


def read_gittuf(mirror: Path, repo: str, refs: Mapping[str, str]) -> RawGittuf | None:
    """What the refs of gittuf lead to; None where the repository has none of them.

    `refs` are all refs of the mirror. What is beyond a limit is left out and named by a problem.

    Raises:
        DamagedObjectError: an object is missing, or its bytes do not give its id.
    """
    present = {name: refs[name] for name in REFS if name in refs}
    if not present:
        return None
    reader = _Reader(mirror, repo, [])
    commits = reader.commits(sorted(set(present.values())))
    lines = {name: first_parents(commits, present.get(name, "")) for name in REFS}
    paths = reader.paths([commit.id for name in (POLICY, ATTESTATIONS) for commit in lines[name]])
    blobs = reader.contents(paths)
    return RawGittuf(
        log=lines[LOG],
        policy=lines[POLICY],
        attestations=lines[ATTESTATIONS],
        paths=paths,
        blobs=blobs,
        problems=tuple(reader.problems),
    )


class _Reader(NamedTuple):
    mirror: Path
    repo: str
    problems: list[Problem]

    def commits(self, tips: list[str]) -> dict[str, Commit]:
        asked = "".join(f"{id_}\n" for id_ in tips).encode()
        words = ("rev-list", "--stdin", f"--max-count={MOST_COMMITS + 1}")
        listed = git.run(git.at_mirror(self.mirror), *words, stdin=asked)
        ids = listed.out.decode("ascii", "replace").split()
        if not listed.good:
            raise raw.DamagedObjectError(tips[0])
        if len(ids) > MOST_COMMITS:
            self._leave_out(f"it has more than {MOST_COMMITS:,} commits, and the oldest are not read")
            ids = ids[:MOST_COMMITS]
        return read_commits(self.mirror, ids, LARGEST_COMMIT)

    def paths(self, ids: list[str]) -> dict[str, tuple[PathChange, ...]]:
        if not ids:
            return {}
        asked = "".join(f"{id_}\n" for id_ in ids).encode()
        with NamedTemporaryFile(prefix="tieout-") as file:
            bounds = git.Bounds(MEMORY, LARGEST_OUTPUT)
            words = (*DIFFERENCES, f"--output={file.name}")
            answer = git.run(git.at_mirror(self.mirror), *words, stdin=asked, bounds=bounds)
            size = file.seek(0, 2)
            if not answer.good and size < LARGEST_OUTPUT and self._lacks_trees(asked):
                raise raw.DamagedObjectError(ids[0])
            if not answer.good or size >= LARGEST_OUTPUT:
                self._leave_out("it has more files than are read")
                return {}
            file.seek(0)
            return parse_differences(file.read())

    def _lacks_trees(self, asked: bytes) -> bool:
        """Whether a folder is missing. Each is looked at once, however often it is named."""
        words = ("rev-list", "--objects", "--no-walk", "--stdin", "--missing=print", "--filter=blob:none")
        answer = git.run(git.at_mirror(self.mirror), *words, stdin=asked, bounds=git.Bounds(MEMORY))
        return answer.status > 0 or b"\n?" in b"\n" + answer.out

    def contents(self, paths: Mapping[str, tuple[PathChange, ...]]) -> dict[str, bytes]:
        """Every version of the files that are understood: a forge's whole answers about a proposal are not."""
        wanted = {change.blob: change.path for changes in paths.values() for change in changes if _is_read(change)}
        ids = sorted(wanted)
        if len(ids) > MOST_FILES:
            self._leave_out(f"it has {len(ids):,} files, and {MOST_FILES:,} are read")
            ids = ids[:MOST_FILES]
        found: dict[str, bytes] = {}
        whole = 0
        for id_, kind, size, data in read_each(self.mirror, ids, LARGEST_FILE):
            whole += min(size, LARGEST_FILE)
            if kind != "blob" or size > LARGEST_FILE or whole > LARGEST_WHOLE:
                self._leave_out(f"{wanted[id_]} has {size:,} bytes, more than are read")
                if whole > LARGEST_WHOLE:
                    break
                continue
            found[id_] = data
        return found

    def _leave_out(self, what: str) -> None:
        message = f"gittuf's own records were not read whole: {what}; what they prove is shown as unknown"
        self.problems.append(warning("gittuf-unreadable", message, Source(self.repo)))


def _is_read(change: PathChange) -> bool:
    plain = change.status != "D" and change.mode in {"100644", "100755"}
    return plain and change.path.startswith(_READ) and change.path != _INDEX
