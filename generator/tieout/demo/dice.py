"""Chance that is the same everywhere and for ever: numbers drawn from SHA-256 of a name and a counter."""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")


class Dice:
    """One stream of draws. Its name decides it, so a change to one stream never moves another."""

    __slots__ = ("_count", "_seed")

    def __init__(self, *name: object) -> None:
        self._seed = "\x00".join(str(part) for part in name).encode()
        self._count = 0

    def below(self, limit: int) -> int:
        """A whole number from 0 up to, not including, `limit`."""
        self._count += 1
        digest = hashlib.sha256(self._seed + self._count.to_bytes(4, "big")).digest()
        return int.from_bytes(digest[:8], "big") % limit

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + self.below(high - low + 1)

    def chance(self, percent: int) -> bool:
        return self.below(100) < percent

    def pick(self, items: Sequence[Item]) -> Item:
        return items[self.below(len(items))]

    def shuffled(self, items: Sequence[Item]) -> list[Item]:
        rest = list(items)
        return [rest.pop(self.below(len(rest))) for _ in range(len(items))]
