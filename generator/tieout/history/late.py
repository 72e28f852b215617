"""Late arrivals: commits dated before an audit's day that came to the branch after the audit was published."""

from typing import NamedTuple

from tieout.model.history import History, ancestors


class Moved(NamedTuple):
    """What an audit speaks about now and did not when it was published, and the other way round; ids, newest first."""

    late: tuple[str, ...]
    gone: tuple[str, ...]


def compare(history: History, published: str, pinned: str) -> Moved:
    """Between the pin of a published audit and the pin that the same day gives now."""
    if published == pinned:
        return Moved((), ())
    before, now = ancestors(history, published), ancestors(history, pinned)
    gone = _newest_first(history, before - now) if before else (published,)
    return Moved(_newest_first(history, now - before), gone)


def _newest_first(history: History, ids: frozenset[str]) -> tuple[str, ...]:
    return tuple(sorted(ids, key=lambda id_: (-history.commits[id_].committer.time, id_)))
