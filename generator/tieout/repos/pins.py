"""A history and a cut-off -> the state of the repository that an audit speaks about. Pure."""

from hashlib import sha256

from tieout.model.history import FOLLOWERS, History, Pin, ancestors, clock_errors, first_parent_line

__all__ = ["FOLLOWERS", "choose", "clock_errors", "first_parent_line"]

_NO_FACTS = ("refs/heads/", "refs/notes/", "refs/gittuf/", "refs/tieout/")


def choose(history: History, cutoff: int | None) -> Pin:
    """The last commit of the protected branch before the first one dated after `cutoff` (seconds); None: the tip.

    A commit dated after the twenty that follow it is a clock error: it ends nothing, and is listed. Where the branch
    has no commit before the cut-off (or does not exist) the pin's commit is empty.
    """
    line = _line(history)
    times = [history.commits[commit].committer.time for commit in line]
    wrong = clock_errors(times)
    limit = newest(history) if cutoff is None else cutoff
    late = tuple(index for index, time in enumerate(times) if time > limit)
    end = next((index for index in late if index not in wrong), len(line))
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
        refs=_digest_refs(history, cutoff),
        cutoff=cutoff or 0,
    )


def _digest_refs(history: History, cutoff: int | None) -> str:
    """SHA-256 over `name id` of all that facts are read from beside the branch: tags and proposals, by name.

    One that is dated after the cut-off is left out, so that later work leaves the digest of an earlier audit as it
    is; other branches and the mirror's own refs give no facts.
    """
    seen = (
        f"{name} {id_}\n"
        for name, id_ in sorted(history.refs.items())
        if not name.startswith(_NO_FACTS) and (cutoff is None or _time_of(history, name, id_) <= cutoff)
    )
    return sha256("".join(seen).encode("utf-8", "surrogateescape")).hexdigest()


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
