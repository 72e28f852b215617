"""How many digits of an id tell it from the others: eight, and more where two would share them."""

from collections.abc import Iterable, Mapping
from itertools import pairwise

DIGITS = 8


def digits_of(ids: Iterable[str]) -> Mapping[str, int]:
    """By id; those that share their first digits get as many as tell all such apart."""
    ordered = sorted(set(ids))
    alike = [(one, two, _common(one, two)) for one, two in pairwise(ordered)]
    shared = [(one, two, length) for one, two, length in alike if length >= DIGITS]
    longest = max((length for *_, length in shared), default=DIGITS - 1) + 1
    twins = {id_ for one, two, _ in shared for id_ in (one, two)}
    return {id_: longest if id_ in twins else DIGITS for id_ in ordered}


def _common(first: str, second: str) -> int:
    return next((place for place, (a, b) in enumerate(zip(first, second, strict=False)) if a != b), len(first))
