"""A history and a cut-off -> the state of the repository that an audit speaks about. Pure."""

from collections.abc import Collection, Iterator, Sequence
from fnmatch import fnmatchcase
from hashlib import sha256

from tieout.model.gittuf import LOG
from tieout.model.history import FOLLOWERS, History, Pin, ancestors, clock_errors, entry_times, first_parent_line

__all__ = ["FOLLOWERS", "choose", "clock_errors", "first_parent_line"]

_NO_FACTS = ("refs/heads/", "refs/notes/", "refs/gittuf/", "refs/tieout/")


def choose(history: History, cutoff: int | None, releases: Collection[str] = ()) -> Pin:
    """The last commit of the protected branch before the first one dated after `cutoff` (seconds); None: the tip.

    A commit dated after the twenty that follow it is a clock error: it ends nothing, and is listed. Where the branch
    has no commit before the cut-off (or does not exist) the pin's commit is empty. `releases` are patterns of other
    branches that deployments are read from.
    """
    line = _line(history)
    end, late = _end(history, line, newest(history) if cutoff is None else cutoff)
    if end == 0:
        return Pin(history.repo, history.branch, "", "", 0, 0, 0, cutoff=cutoff or 0)
    pinned = history.commits[line[end - 1]]
    reached = ancestors(history, pinned.id)
    return Pin(
        repo=history.repo,
        branch=history.branch,
        commit=pinned.id,
        tree=pinned.tree,
        time=pinned.committer.time,
        count=end,
        tags=sum(tag.commit in reached for tag in history.tags.values()),
        passed_over=tuple(line[index] for index in late if index < end),
        refs=_digest_refs(history, cutoff, releases),
        cutoff=cutoff or 0,
    )


def _end(history: History, line: Sequence[str], limit: int) -> tuple[int, tuple[int, ...]]:
    """How much of a line lies before the limit, and the positions that are dated after it."""
    times = [history.commits[commit].committer.time for commit in line]
    wrong = clock_errors(times)
    late = tuple(index for index, time in enumerate(times) if time > limit)
    return next((index for index in late if index not in wrong), len(line)), late


def _digest_refs(history: History, cutoff: int | None, releases: Collection[str]) -> str:
    """SHA-256 over `name id` of all that facts are read from beside the branch: tags and proposals, release branches, notes.

    One that is dated after the cut-off is left out, so that later work leaves the digest of an earlier audit as it
    is; other branches and the mirror's own refs give no facts.
    """
    seen = (
        f"{name} {id_}\n"
        for name, id_ in sorted(history.refs.items())
        if not name.startswith(_NO_FACTS) and (cutoff is None or _time_of(history, name, id_) <= cutoff)
    )
    return sha256(
        "".join(
            (*seen, *_released(history, cutoff, releases), *_logged(history, cutoff), *_notes_seen(history, cutoff))
        ).encode("utf-8", "surrogateescape")
    ).hexdigest()


def _released(history: History, cutoff: int | None, patterns: Collection[str]) -> Iterator[str]:
    """Release branches where the cut-off sees them."""
    for name, tip in sorted(history.refs.items()):
        branch = name.removeprefix("refs/heads/")
        if branch not in {name, history.branch} and any(fnmatchcase(branch, one) for one in patterns):
            line = first_parent_line(history, tip)
            end = len(line) if cutoff is None else _end(history, line, cutoff)[0]
            yield from (f"{name} {line[end - 1]}\n",) if end else ()


def _logged(history: History, cutoff: int | None) -> tuple[str, ...]:
    """The newest entry of gittuf's log that the cut-off sees: it names the states of gittuf's other refs."""
    log = history.gittuf.log if history.gittuf else ()
    times = entry_times([commit.committer.time for commit in log])
    seen = [commit.id for commit, time in zip(log, times, strict=True) if cutoff is None or time <= cutoff]
    return (f"{LOG} {seen[-1]}\n",) if seen else ()


def _notes_seen(history: History, cutoff: int | None) -> Iterator[str]:
    """`ref/object blob` of every note as it stood at the cut-off."""
    for object_id, versions in sorted(history.notes.items()):
        last = {note.ref: note.blob for note in versions if cutoff is None or note.at <= cutoff}
        yield from (f"{ref}/{object_id} {blob}\n" for ref, blob in sorted(last.items()) if blob)


def _time_of(history: History, name: str, id_: str) -> int:
    """When a ref can have come to its object; 0 where nothing tells."""
    tag = history.tags.get(name.removeprefix("refs/tags/")) if name.startswith("refs/tags/") else None
    if tag is not None and tag.tagger is not None:
        return tag.tagger.time
    commit = history.commits.get(tag.commit if tag else id_)
    return commit.committer.time if commit else 0


def newest(history: History) -> int:
    """The newest believable time on the protected branch; 0 where there is none."""
    times = [history.commits[commit].committer.time for commit in _line(history)]
    wrong = clock_errors(times)
    return max((time for index, time in enumerate(times) if index not in wrong), default=0)


def _line(history: History) -> tuple[str, ...]:
    branch = history.branch if history.branch.startswith("refs/") else f"refs/heads/{history.branch}"
    return first_parent_line(history, history.refs.get(branch, ""))
