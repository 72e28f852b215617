"""Two sources of the same deployments held against each other: what only one of the two tells."""

from collections.abc import Iterable

from tieout.model.history import Deployment, Unmatched


def list_unmatched(
    records: Iterable[Deployment], others: Iterable[Deployment], names: tuple[str, str]
) -> tuple[Unmatched, ...]:
    """Deployments without a counterpart on the other side, oldest first. `names` are those of the two sources.

    Two are the same where commit and environment are (a release tag names no environment), or the version where a
    commit is not told; each counts once, so that a version that came twice needs two. A record of a failed deployment
    may stand for a wish, and a wish is not asked for one.
    """
    left = sorted(others, key=_order)
    tagged: set[str] = set()
    found: list[Unmatched] = []
    for record in sorted(records, key=_order):
        match = next((one for one in left if _is_same(record, one)), None)
        if match is None:
            found += [_unmatched(record, names[0], names[1])] if record.reached else []
        elif match.basis == "annotated tag":  # one release may go to several environments, and more than once
            tagged.add(match.record)
        else:
            left.remove(match)
    found += (_unmatched(one, names[1], names[0]) for one in left if one.record not in tagged)
    return tuple(sorted(found, key=lambda one: (one.at, one.where)))


def _order(one: Deployment) -> tuple[int, str]:
    return one.at, one.record


def _is_same(record: Deployment, other: Deployment) -> bool:
    if other.basis != "annotated tag" and record.environment != other.environment:
        return False
    if record.commit and other.commit:
        return record.commit == other.commit
    return bool(record.version) and record.version.removeprefix("v") == other.version.removeprefix("v")


def _unmatched(one: Deployment, found_in: str, missing_in: str) -> Unmatched:
    return Unmatched(one.environment, one.at, one.version, one.commit, one.where, found_in, missing_in)
