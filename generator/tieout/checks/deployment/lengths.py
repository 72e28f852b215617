"""Lengths of time between two moments, in words and against what is asked."""

from tieout.checks.case import day_of, midnight
from tieout.model.records import Duration
from tieout.text.words import plural

MINUTE, HOUR, DAY = 60, 3600, 86_400
CALENDAR = ("mo", "y")  # months and years are as long as the calendar has them


def over(limit: Duration, start: int) -> int:
    """The second at which a length of time that began at `start` is over."""
    if limit.parts[1] in CALENDAR:
        return midnight(limit.after(day_of(start))) + start % DAY
    return start + limit.minutes * MINUTE


def length(seconds: int) -> str:
    """`40 minutes`, `22 hours`, `34 days`: whole ones, rounded down."""
    if seconds < 2 * HOUR:
        return plural(max(seconds, 0) // MINUTE, "minute")
    return plural(seconds // HOUR, "hour") if seconds < 2 * DAY else plural(seconds // DAY, "day")
