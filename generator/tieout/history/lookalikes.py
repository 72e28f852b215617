"""Identities whose names a reader cannot tell apart, or that hide something: told, never joined and never judged."""

from collections.abc import Iterable

from tieout.model.history import Identity, Lookalike
from tieout.text.confusable import hides, is_mixed, skeleton, spelling

MOST = 50_000  # names that are compared; what is beyond is not a list that a person reads


def find_lookalikes(found: Iterable[tuple[Identity, str]]) -> tuple[Lookalike, ...]:
    """Of identities and the repositories that they stand in. The first of a pair is the one that is not registered."""
    unique = sorted({(who.name, who.email, repo, who.person) for who, repo in found if who.name})[:MOST]
    by_look: dict[str, dict[str, tuple[str, str, str, str]]] = {}
    for one in unique:
        by_look.setdefault(skeleton(one[0]), {}).setdefault(spelling(one[0]), one)
    told = [pair for names in by_look.values() if len(names) > 1 for pair in _pairs(list(names.values()))]
    paired = {one.name for one in told}
    told += [
        Lookalike(name, email, repo, "", "", _oddity(name))
        for name, email, repo, _ in {one[0]: one for one in unique}.values()
        if name not in paired and _oddity(name)
    ]
    return tuple(sorted(told))


def _pairs(names: list[tuple[str, str, str, str]]) -> list[Lookalike]:
    """Each against the one that is most likely meant: a registered person, else the first."""
    first, *others = sorted(names, key=lambda one: (not one[3], not one[0].isascii(), one))
    return [
        Lookalike(name, email, repo, first[0], first[1], _oddity(name) or "it is spelt with other letters")
        for name, email, repo, person in others
        if not person or person != first[3]
    ]


def _oddity(name: str) -> str:
    if hides(name):
        return "it holds characters that nobody sees"
    return "it mixes letters of several scripts" if is_mixed(name) else ""
