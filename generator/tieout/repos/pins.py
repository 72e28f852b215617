"""A history and a cut-off -> the state of the repository that an audit speaks about. Pure."""

from tieout.model.history import FOLLOWERS, History, Pin, ancestors, clock_errors, first_parent_line

__all__ = ["FOLLOWERS", "choose", "clock_errors", "first_parent_line"]


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
        cutoff=cutoff or 0,
    )


def newest(history: History) -> int:
    """The newest believable time on the protected branch; 0 where there is none."""
    times = [history.commits[commit].committer.time for commit in _line(history)]
    wrong = clock_errors(times)
    return max((time for index, time in enumerate(times) if index not in wrong), default=0)


def _line(history: History) -> tuple[str, ...]:
    branch = history.branch if history.branch.startswith("refs/") else f"refs/heads/{history.branch}"
    return first_parent_line(history, history.refs.get(branch, ""))
