"""Calendar quarters: what regulators ask change reports by, and where they begin and end, UTC."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple


class Quarter(NamedTuple):
    """Three months of a year; as text `2026-Q3`."""

    year: int
    number: int  # 1 to 4

    def __str__(self) -> str:
        return f"{self.year:04}-Q{self.number}"

    @property
    def start(self) -> int:
        """The first second."""
        return int(datetime(self.year, self.number * 3 - 2, 1, tzinfo=UTC).timestamp())

    @property
    def end(self) -> int:
        """The last second; the calendar ends with the year 9999."""
        last_month = self.number * 3
        day = monthrange(self.year, last_month)[1]
        return int(datetime(self.year, last_month, day, 23, 59, 59, tzinfo=UTC).timestamp())

    @property
    def next(self) -> "Quarter":
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)


def quarter_of(seconds: int) -> Quarter:
    """The quarter in which a second lies."""
    found = datetime.fromtimestamp(seconds, UTC)
    return Quarter(found.year, (found.month - 1) // 3 + 1)


def quarters(start: int, end: int) -> Iterator[Quarter]:
    """Every quarter that a period touches, oldest first."""
    quarter = quarter_of(start)
    yield quarter
    while quarter.end < end:
        quarter = quarter.next
        yield quarter
