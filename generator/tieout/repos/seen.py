"""What was read of a repository before, and whether it is still there: rewritten branches and logs, and tags that moved.

The mirror keeps, under refs that are its own, how far the protected branch had come and where each tag was when first
seen. So nothing that was read is ever lost from it, and what the source drops can be named.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from tieout.model import gittuf
from tieout.model.settings import Repository
from tieout.problems import Problem, Source, error, warning
from tieout.repos import git
from tieout.repos.histories import is_shallow
from tieout.text.words import few_of, plural, visible

OURS = "refs/tieout/seen/"
_TAGS = f"{OURS}tags/"
_SOURCE_TAGS = "refs/tags/"


def compare(repository: Repository, mirror: Path, refs: Mapping[str, str]) -> tuple[Problem, ...]:
    """What the source no longer has, and from now on what it has. `refs` are all of the mirror's, by full name.

    A branch that stands on what was read before moves on. One that does not, and a tag that is elsewhere or gone, is
    told each time until the mirror is deleted.
    """
    if is_shallow(mirror):
        return ()
    updates: dict[str, str] = {}
    problems = [*_rewritten(repository, mirror, refs, updates), *_moved(repository, mirror, refs, updates)]
    if updates:
        orders = "".join(f"update {name} {object_id}\n" for name, object_id in sorted(updates.items()))
        asked = orders.encode("utf-8", "surrogateescape")
        if not git.run(git.at_mirror(mirror), "update-ref", "--stdin", stdin=asked).good:
            problems.append(_unmarked(repository, mirror))
    return tuple(problems)


def _rewritten(
    repository: Repository, mirror: Path, refs: Mapping[str, str], updates: dict[str, str]
) -> Iterator[Problem]:
    """Of the protected branch, and of the refs that only ever grow: notes, and gittuf's log, policy and attestations."""
    kept = {f"refs/{name.removeprefix(OURS)}" for name in refs if name.startswith(OURS)}
    growing = (name for name in sorted({*refs, *kept}) if name.startswith("refs/notes/") or name in gittuf.REFS)
    for source in (f"refs/heads/{repository.branch}", *growing):
        name = OURS + source.removeprefix("refs/")
        before, now = refs.get(name, ""), refs.get(source, "")
        if before and not now and source in kept and not source.startswith("refs/heads/"):
            yield _gone(repository, source, before, mirror)
        if not now or before == now:
            continue
        if before and not git.run(git.at_mirror(mirror), "merge-base", "--is-ancestor", before, now).good:
            yield _told(repository, source, before, mirror, now)
        elif before and source.startswith("refs/heads/") and not _is_on_line(mirror, before, now):
            yield _beside(repository, before, now, mirror)
        else:
            updates[name] = now


def _is_on_line(mirror: Path, before: str, now: str) -> bool:
    """Whether first parents lead from `now` to `before`, which `now` stands on."""
    asked = f"{now}\n^{before}\n".encode()
    listed = git.run(git.at_mirror(mirror), "rev-list", "--first-parent", "--parents", "--stdin", stdin=asked)
    oldest = listed.out.decode("ascii", "replace").split("\n")[:-1][-1:]
    return bool(oldest) and oldest[0].split()[1:2] == [before]


def _beside(repository: Repository, before: str, now: str, mirror: Path) -> Problem:
    """A merge the wrong way round: what the branch was is now a side of it."""
    message = (
        f"the branch {repository.branch} was at {before[:12]} when it was read before, and first parents no longer lead there "
        f"from {now[:12]}: it was merged the wrong way round, so what were changes of the branch now count as carried by one "
        f"of them, and the other side's commits as changes. Find out who did it; {_accept(mirror)}"
    )
    return warning("line-moved", message, Source(repository.id))


def _told(repository: Repository, source: str, before: str, mirror: Path, now: str) -> Problem:
    """In the checkout of the ISMS a commit may still be amended by its author: there it is a warning."""
    branch = source.removeprefix("refs/heads/")
    message = (
        f"{f'the branch {branch}' if branch != source else source} was at {before[:12]} when it was read before, and is "
        f"at {now[:12]} now, which does not stand on that: history was rewritten, and {_lost(mirror, before, now)}. Find "
        f"out who did it; {_accept(mirror)}"
    )
    told = warning if repository.kind == "isms" else error
    return told("history-rewritten", message, Source(repository.id))


def _gone(repository: Repository, source: str, before: str, mirror: Path) -> Problem:
    message = (
        f"{visible(source)} was at {before[:12]} when it was read before, and is gone now: what it says of reviews is no "
        f"longer seen. Find out who took it away; {_accept(mirror)}"
    )
    told = warning if repository.kind == "isms" else error
    return told("history-rewritten", message, Source(repository.id))


def _lost(mirror: Path, before: str, now: str) -> str:
    """Commits that were read and that the branch no longer has, newest first, in words."""
    listed = git.run(git.at_mirror(mirror), "rev-list", "--stdin", stdin=f"{before}\n^{now}\n".encode())
    ids = listed.out.decode("ascii", "replace").split()
    return f"{plural(len(ids), 'commit')} dropped ({few_of([id_[:12] for id_ in ids])})"


def _moved(
    repository: Repository, mirror: Path, refs: Mapping[str, str], updates: dict[str, str]
) -> tuple[Problem, ...]:
    """The checkout of the ISMS is its author's own, where tags come and go: there they are not compared."""
    if repository.kind == "isms":
        return ()
    first = {name.removeprefix(_TAGS): object_id for name, object_id in refs.items() if name.startswith(_TAGS)}
    now = {
        name.removeprefix(_SOURCE_TAGS): object_id for name, object_id in refs.items() if name.startswith(_SOURCE_TAGS)
    }
    updates |= {_TAGS + name: object_id for name, object_id in now.items() if name not in first}
    off = [name for name, object_id in sorted(first.items()) if now.get(name) != object_id]
    if not off:
        return ()
    named = [
        f"{visible(name)} was at {first[name][:12]} and is {f'at {now[name][:12]}' if name in now else 'gone'}"
        for name in off
    ]
    message = (
        f"{plural(len(off), 'tag')} {'is not where it was' if len(off) == 1 else 'are not where they were'} when first read: "
        f"{few_of(named, '; ')}. Find out who moved {'it' if len(off) == 1 else 'them'}, unless the name is meant to; {_accept(mirror)}"
    )
    return (warning("tag-moved", message, Source(repository.id)),)


def _unmarked(repository: Repository, mirror: Path) -> Problem:
    """Silence would pass for a source that never moves anything: what is not noted now cannot be compared later."""
    message = (
        "where its branch and tags are could not be noted, so what is moved at the source may go unnoticed: the disk is full, "
        f"or a tag took the name of a folder of others. Make room, or delete the mirror {mirror.name} (`tieout sync` tells "
        "where the mirrors are)"
    )
    return warning("repository-not-noted", message, Source(repository.id))


def _accept(mirror: Path) -> str:
    return f"to accept it, delete its mirror {mirror.name} (`tieout sync` tells where the mirrors are)"
