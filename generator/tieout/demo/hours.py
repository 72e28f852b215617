"""When the people of the demo work: seconds UTC from a person's words, and days into working hours."""

from datetime import UTC, date, datetime, timedelta
from functools import cache

MINUTE = 60
HOUR = 3600
DAY = 86400
EPOCH = date(1970, 1, 1)
HOLIDAYS = frozenset(
    {date(2025, 12, 24), date(2025, 12, 25), date(2025, 12, 26), date(2026, 1, 1), date(2026, 4, 3), date(2026, 4, 6)}
)


@cache
def seconds(text: str) -> int:
    """`2026-06-27T20:41Z` (seconds may follow the minutes) as seconds since 1970.

    Raises:
        ValueError: the text is not a time in UTC written so.
    """
    form = "%Y-%m-%dT%H:%MZ" if len(text) == len("2026-06-27T20:41Z") else "%Y-%m-%dT%H:%M:%SZ"
    return int(datetime.strptime(text, form).replace(tzinfo=UTC).timestamp())


def text(moment: int) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def day_of(moment: int) -> date:
    return EPOCH + timedelta(days=moment // DAY)


def start_of(day: date) -> int:
    return (day - EPOCH).days * DAY


def is_working(day: date) -> bool:
    return day.weekday() < 5 and day not in HOLIDAYS


def earlier_working(moment: int) -> int:
    """The moment itself when people work then, else the last working minute that is not later."""
    day, clock = day_of(moment), moment % DAY
    if is_working(day) and clock >= 8 * HOUR:
        return moment if clock < 18 * HOUR else start_of(day) + 17 * HOUR + 30 * MINUTE + clock % 1500
    while True:
        day -= timedelta(days=1)
        if is_working(day):
            return start_of(day) + 16 * HOUR + clock % (2 * HOUR)


def later_working(moment: int) -> int:
    """The moment itself when people work then, else a moment in the first working hour after it."""
    day, clock = day_of(moment), moment % DAY
    if is_working(day) and clock < 17 * HOUR:
        return moment if clock >= 8 * HOUR else start_of(day) + 8 * HOUR + clock % HOUR
    while True:
        day += timedelta(days=1)
        if is_working(day):
            return start_of(day) + 8 * HOUR + clock % (2 * HOUR)
