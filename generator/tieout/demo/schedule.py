"""When changes were merged: exact numbers by window, working days, more of them before the cup."""

from bisect import insort
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import accumulate
from typing import Literal, NamedTuple

from tieout.demo.dice import Dice
from tieout.demo.hours import DAY, HOUR, MINUTE, is_working, start_of
from tieout.demo.teams import FIRST_DAY, WINDOW_ENDS, Team

GAP = 25 * MINUTE
CUP = (date(2026, 6, 11), date(2026, 7, 12))
# Work that was taken back within hours, by repository and window: (odds-engine counts them among its failed changes).
TAKEN_BACK = {
    "odds-engine": (5, 4, 3, 1, 3, 0, 0),
    "promo-engine": (0, 1, 0, 1, 0, 0, 0),
    "wallet": (0, 1, 0, 0, 1, 0, 0),
}


class Slot(NamedTuple):
    time: int
    kind: Literal["work", "mistake", "revert"] = "work"


def window_of(moment: int) -> int:
    """After the last window, in which only what the story tells happens, its number is one more."""
    day = moment // DAY
    return next((number for number, end in enumerate(WINDOW_ENDS) if day * DAY <= start_of(end)), len(WINDOW_ENDS))


def days_of(window: int) -> list[date]:
    first = WINDOW_ENDS[window - 1] + timedelta(days=1) if window else FIRST_DAY
    return [first + timedelta(days=number) for number in range((WINDOW_ENDS[window] - first).days + 1)]


def weight(repo: str, day: date) -> int:
    """How much is merged on a day, in tenths."""
    if not is_working(day):
        return 0 if day.weekday() > 4 and day.toordinal() % 5 else 1
    base = 10 if day.weekday() < 4 else 7
    if date(2025, 12, 19) < day < date(2026, 1, 5):
        base = 3
    before = (CUP[0] - day).days
    if 0 <= before < 60:
        base += (60 - before) // (3 if repo == "promo-engine" else 8)
    return base


def draw_slots(team: Team, fixed: Iterable[int]) -> list[Slot]:
    """The free slots of a team, so that with the fixed ones each window has its number of changes."""
    taken = sorted(fixed)
    closed: list[tuple[int, int]] = []
    slots: list[Slot] = []
    for window, wanted in enumerate(team.changes):
        dice = Dice(team.repo, "schedule", window)
        rest = wanted - sum(window_of(time) == window for time in taken)
        days = days_of(window)
        sums = list(accumulate(weight(team.repo, day) for day in days))
        for _ in range(TAKEN_BACK.get(team.repo, (0,) * len(WINDOW_ENDS))[window]):
            pair = _draw_pair(days, sums, dice, taken, closed)
            closed.append((pair[0].time - GAP, pair[1].time + GAP))
            slots += pair
            rest -= 2
        new = [_draw(days, sums, dice, taken, closed) for _ in range(rest)]
        for slot in slots:
            if slot.time not in taken:
                insort(taken, slot.time)
        slots += [Slot(time) for time in new]
    return slots


def _day(days: list[date], sums: list[int], dice: Dice) -> int:
    mark = dice.below(sums[-1])
    return start_of(days[next(number for number, total in enumerate(sums) if mark < total)])


def _free(time: int, taken: list[int], closed: list[tuple[int, int]]) -> bool:
    return all(abs(time - other) >= GAP for other in taken) and not any(low < time < high for low, high in closed)


def _draw(days: list[date], sums: list[int], dice: Dice, taken: list[int], closed: list[tuple[int, int]]) -> int:
    while True:
        time = _day(days, sums, dice) + 8 * HOUR + 20 * MINUTE + dice.below(9 * HOUR)
        if _free(time, taken, closed):
            insort(taken, time)
            return time


def _draw_pair(
    days: list[date], sums: list[int], dice: Dice, taken: list[int], closed: list[tuple[int, int]]
) -> tuple[Slot, Slot]:
    """A mistake in the morning and its revert on the same afternoon, with nothing between them."""
    while True:
        day = _day(days, sums, dice)
        first, last = day + 8 * HOUR + 30 * MINUTE + dice.below(HOUR), day + 14 * HOUR + dice.below(2 * HOUR)
        apart = all(not first - GAP < time < last + GAP for time in taken)
        if apart and not any(low < last and first < high for low, high in closed):
            return Slot(first, "mistake"), Slot(last, "revert")
