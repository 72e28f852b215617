"""Drawing the items that an auditor would look at: how many, from which months, and which, so that anybody draws the same.

    draw(rows, size, seed, digest)  # a Sample: which rows, and how many of each month

Nothing here is random. Within a month the rows with the lowest SHA-256 of `seed|digest|row` are taken, where `digest`
is that of the file that lists the population; docs/guide/sample.md draws the same with `sha256sum` alone.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from types import MappingProxyType
from typing import Literal, NamedTuple

from tieout.checks.case import day_of
from tieout.model.results import AuditDate

Frequency = Literal["yearly", "quarterly", "monthly", "weekly", "daily", "many", "ad-hoc"]

# What is customary, at the upper end of the usual; audit firms differ, and no standard says it.
SIZES: Mapping[Frequency, int] = MappingProxyType(
    {"yearly": 1, "quarterly": 2, "monthly": 3, "weekly": 5, "daily": 25, "many": 25, "ad-hoc": 5}
)
WORDS: Mapping[Frequency, str] = MappingProxyType(
    {
        "yearly": "once a year",
        "quarterly": "each quarter",
        "monthly": "each month",
        "weekly": "each week",
        "daily": "each day",
        "many": "many times a day",
        "ad-hoc": "now and then",
    }
)
FEW = 5  # of fewer items all are taken
_MOST: tuple[tuple[Frequency, int], ...] = (
    ("yearly", 1),
    ("quarterly", 4),
    ("monthly", 12),
    ("weekly", 52),
    ("daily", 366),
)


class Listed(NamedTuple):
    """One row of a population: the first two cells as its file has them, and its month (empty: without a time)."""

    name: str
    month: str


@dataclass(frozen=True, slots=True)
class Stratum:
    """One month of the population."""

    month: str
    items: int
    drawn: int


@dataclass(frozen=True, slots=True)
class Sample:
    """Which rows were drawn: positions in the population, by time; and how many of each month."""

    seed: str
    digest: str  # of the file that lists the whole population
    population: int
    picked: tuple[int, ...]
    strata: tuple[Stratum, ...]


def usual_frequency(items: int, when: AuditDate) -> Frequency:
    """How often something happened, from its number in the period."""
    days = max((day_of(when.end) - day_of(when.start)).days + 1, 1)
    if items < FEW:
        return "ad-hoc"
    a_year = items * 365 // days
    return next((word for word, most in _MOST if a_year <= most), "many")


def draw(rows: Sequence[Listed], size: int, seed: str, digest: str) -> Sample:
    """The sample: `size` rows, or all where there are fewer, spread over the months."""
    by_month: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        by_month.setdefault(row.month, []).append(place)
    months = sorted(by_month)
    shares = allocate([len(by_month[month]) for month in months], min(size, len(rows)))
    picked: list[int] = []
    for month, share in zip(months, shares, strict=True):
        ranked = sorted(by_month[month], key=lambda place: (rank(seed, digest, rows[place].name), place))
        picked += ranked[:share]
    strata = (Stratum(month, len(by_month[month]), share) for month, share in zip(months, shares, strict=True))
    return Sample(seed, digest, len(rows), tuple(sorted(picked)), tuple(strata))


def rank(seed: str, digest: str, name: str) -> str:
    """The lowest are drawn."""
    return sha256(f"{seed}|{digest}|{name}".encode(errors="backslashreplace")).hexdigest()


def allocate(counts: Sequence[int], size: int) -> tuple[int, ...]:
    """How many of each month: one each, and the rest in proportion to what is left of each, by largest remainder.

    Where there are more months than items to draw, the fullest months get one each; of equal ones the earlier.
    """
    if size <= len(counts):
        fullest = set(_first(size, [(-count, place) for place, count in enumerate(counts)]))
        return tuple(int(place in fullest) for place in range(len(counts)))
    rest, left = size - len(counts), sum(counts) - len(counts)
    if not left:
        return tuple(counts)
    shares = [rest * (count - 1) // left for count in counts]
    remainders = [(-(rest * (count - 1) % left), place) for place, count in enumerate(counts)]
    rounded_up = set(_first(rest - sum(shares), remainders))
    return tuple(1 + share + (place in rounded_up) for place, share in enumerate(shares))


def _first(number: int, ranked: Iterable[tuple[int, int]]) -> list[int]:
    return [place for _, place in sorted(ranked)[:number]]
