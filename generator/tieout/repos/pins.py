"""A history and a cut-off -> the state of the repository that an audit speaks about. Pure."""

from collections.abc import Sequence

from tieout.model.history import History, Pin, ancestors, first_parent_line

__all__ = ["FOLLOWERS", "choose", "clock_errors", "first_parent_line"]

FOLLOWERS = 20  # commits that prove an earlier date wrong


def choose(history: History, cutoff: int | None) -> Pin:
    """The last commit of the protected branch before the first one dated after `cutoff` (seconds); None: the tip.

    A commit dated after the twenty that follow it is a clock error: it ends nothing, and is listed. Where the branch
    has no commit before the cut-off (or does not exist) the pin's commit is empty.
    """
    branch = history.branch if history.branch.startswith("refs/") else f"refs/heads/{history.branch}"
    line = first_parent_line(history, history.refs.get(branch, ""))
    times = [history.commits[commit].committer.time for commit in line]
    wrong = clock_errors(times)
    late = () if cutoff is None else tuple(index for index, time in enumerate(times) if time > cutoff)
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


def clock_errors(times: Sequence[int]) -> frozenset[int]:
    """Positions dated after each of the twenty that follow; a follower that is an error itself does not count.

    Where fewer follow, nobody can tell, and the date is believed.
    """
    wrong: set[int] = set()
    following: list[int] = []  # times of the next twenty that are right, nearest last
    for index in range(len(times) - 1, -1, -1):
        if len(following) == FOLLOWERS and times[index] > max(following):
            wrong.add(index)
            continue
        following = [*following[-(FOLLOWERS - 1) :], times[index]]
    return frozenset(wrong)
