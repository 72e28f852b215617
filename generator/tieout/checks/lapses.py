"""The lapse ledger: for each control and service, from when to when it held, what broke it, and when it resumed.

    ledger(isms, judgement.results, snapshot.date)  # one Standing a control and service, in their order
    of_control(isms, results, date, id)    # those of one control

Read off the outcomes of the period alone, so it begins with the period: what held before is another audit's to say.
The exact rules stand in docs/reference/lapses.md.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, islice, pairwise
from typing import Literal, NamedTuple

from tieout.checks.case import day_of
from tieout.checks.evidence import checks_of
from tieout.model.checks import thing
from tieout.model.records import Control
from tieout.model.registers import Isms
from tieout.model.results import AuditDate, CheckResult, Item, Outcome
from tieout.text.words import human_day, plural

State = Literal["held", "lapsed", "unknown", "excepted", "nothing"]
# Of what overlaps, the first one counts.
WORST: tuple[State, ...] = ("lapsed", "unknown", "excepted", "held", "nothing")
CLAIMED = ("implemented", "partial")  # a control that is only planned cannot lapse
DAY = 86_400  # seconds

_STATES: Mapping[Outcome, State] = {
    Outcome.PASS: "held",
    Outcome.FAIL: "lapsed",
    Outcome.UNKNOWN: "unknown",
    Outcome.EXCEPTED: "excepted",
}


class Stretch(NamedTuple):
    """A stretch of time in one state, from its first second to its last."""

    state: State
    since: int
    until: int
    items: int = 0  # things that made it so: failing ones in a lapse, passing ones while it held
    excepted: int = 0  # things in it that an exception permits
    unknown: int = 0  # things in it that cannot be told
    first: Item | None = None  # what began it
    last: Item | None = None  # the last of the same outcome
    resumed: Item | None = None  # of a lapse: the passing item that ended it
    checks: tuple[str, ...] = ()  # of a lapse: those that failed, by id
    kind: str = "item"  # of the things, where all are of one kind

    @property
    def days(self) -> int:
        """Whole days."""
        return (self.until + 1 - self.since) // DAY


@dataclass(frozen=True, slots=True)
class Standing:
    """One control for one service over the period. The stretches are without gaps and without overlap."""

    control: str
    service: str  # empty: the operator as a whole
    checks: tuple[str, ...]  # those that judged something with a time
    stretches: tuple[Stretch, ...]  # oldest first
    holes: tuple[str, ...] = ()  # what was not read, in sentences: then nothing is said to have held

    @property
    def lapses(self) -> tuple[Stretch, ...]:
        return tuple(stretch for stretch in self.stretches if stretch.state == "lapsed")

    @property
    def now(self) -> State:
        """How it stands at the end of the period: the last state in which anything happened."""
        return next((one.state for one in reversed(self.stretches) if one.state != "nothing"), "nothing")


def ledger(isms: Isms, results: Mapping[str, CheckResult], when: AuditDate) -> tuple[Standing, ...]:
    """Every control that is claimed and that a check with times enforces, for each service it applies to."""
    controls = isms.controls.values()
    found = _grouped(results, controls)
    return tuple(one for control in controls for one in _of(isms, found, when, control))


def of_control(isms: Isms, results: Mapping[str, CheckResult], when: AuditDate, control: str) -> tuple[Standing, ...]:
    """The lines of one control."""
    found = _grouped(results, (isms.controls[control],))
    return tuple(_of(isms, found, when, isms.controls[control]))


class _Judged(NamedTuple):
    """What one check says of one service: items with a time, oldest first, and what stands for a repository not read."""

    items: list[Item]
    holes: list[Item]


def _by_service(result: CheckResult) -> dict[str, _Judged]:
    found: dict[str, _Judged] = {}
    mixed = any(item.kind != "repository" for item in result.items)  # repositories and what happened in them
    for item in result.items:
        if item.at and item.outcome is not Outcome.NOT_APPLICABLE:
            is_hole = item.kind == "repository" and mixed and item.outcome is Outcome.UNKNOWN
            is_hole = is_hole or item.kind == "repository" != result.check.kind
            for id_ in {item.service, *item.others} if item.others else (item.service,):
                judged = found.setdefault(id_, _Judged([], []))
                (judged.holes if is_hole else judged.items).append(item)
    return found


def _grouped(results: Mapping[str, CheckResult], controls: Iterable[Control]) -> dict[str, dict[str, _Judged]]:
    """By check that enforces one of the controls, and service; each check is gone through once."""
    wanted = dict.fromkeys(id_ for control in controls for id_ in checks_of(control))
    return {id_: _by_service(results[id_]) for id_ in wanted if id_ in results}


def _of(
    isms: Isms, found: Mapping[str, Mapping[str, _Judged]], when: AuditDate, control: Control
) -> Iterator[Standing]:
    if control.status not in CLAIMED:
        return
    for service in (*isms.applying(control.applies_to), ""):
        judged = {id_: found[id_][service] for id_ in checks_of(control) if service in found.get(id_, ())}
        if judged:
            yield _standing(control.id, service, judged, when)


def _standing(control: str, service: str, judged: Mapping[str, _Judged], when: AuditDate) -> Standing:
    period = (when.start, when.end)
    lines = [line for one in judged.values() for line in _lines(one.items, period)]
    stretches = _joined(lines, period)
    holes = tuple(dict.fromkeys(hole.reason for one in judged.values() for hole in one.holes))
    return Standing(control, service, tuple(judged), _doubted(stretches) if holes else stretches, holes)


# --- one check -----------------------------------------------------------------------------------------------------


class _Part(NamedTuple):
    """A stretch of one check's line, with the items in it: from the first second up to, and without, `end`."""

    state: State
    since: int
    end: int
    items: tuple[Item, ...]


def _lines(items: Sequence[Item], period: tuple[int, int]) -> Iterator[tuple[_Part, ...]]:
    """One line for what happened at once; one a repository for configurations, which last."""
    at_once = [item for item in items if not item.until]
    if at_once:
        yield tuple(_parts(sorted(at_once, key=_worst_last), period))
    lasting = sorted((item for item in items if item.until), key=_subject)
    for _, held in groupby(lasting, _subject):
        yield tuple(_parts(sorted(held, key=_by_time), period))


def _subject(item: Item) -> str:
    """What a configuration is of: the repository before the commit in its key."""
    return item.key.partition("/")[0]


def _worst_last(item: Item) -> tuple[int, int, str]:
    """Of one second nobody can tell the order: a failing item is then no shorter than to the next that passes."""
    return item.at, -WORST.index(_STATES[item.outcome]), item.key


def _by_time(item: Item) -> tuple[int, str]:
    return item.at, item.key


def _parts(items: Iterable[Item], period: tuple[int, int]) -> Iterator[_Part]:
    """The stretches of one line. What an exception permits, and what cannot be told of a lapse, begins and ends nothing."""
    state: State = "nothing"
    since, held = period[0], list[Item]()
    for item in items:
        new = _STATES[item.outcome]
        turns = new != state and not _goes_on(state, new)
        if turns:
            at = max(item.at, since)
            if at > since or held:
                yield _Part(state, since, at, tuple(held))
            state, since, held = new, at, []
        held.append(item)
    yield from _last(_Part(state, since, period[1] + 1, tuple(held)))


def _goes_on(state: State, new: State) -> bool:
    """Whether an item of another outcome leaves the stretch as it is."""
    return (new == "excepted" and state != "nothing") or (new == "unknown" and state == "lapsed")


def _last(part: _Part) -> Iterator[_Part]:
    """What held, held up to its last item: after that nothing happened. A lapse goes on until something passes."""
    if part.state not in {"held", "excepted"}:
        yield part
        return
    end = max(part.since, *(item.until or item.at for item in part.items)) + 1
    yield part._replace(end=min(end, part.end))
    if end < part.end:
        yield _Part("nothing", end, part.end, ())


# --- all checks of a control ---------------------------------------------------------------------------------------


def _joined(lines: Sequence[tuple[_Part, ...]], period: tuple[int, int]) -> tuple[Stretch, ...]:
    """The lines laid over each other: at each moment the worst of them counts."""
    if not lines:
        return (Stretch("nothing", *period),)
    borders = sorted({border for line in lines for part in line for border in (part.since, part.end)})
    places = [0] * len(lines)
    worst: list[tuple[State, int, int]] = []
    for since, end in pairwise(borders):
        state: State = "nothing"
        for number, line in enumerate(lines):
            while places[number] < len(line) - 1 and line[places[number]].end <= since:
                places[number] += 1
            part = line[places[number]]
            if part.since <= since < part.end and WORST.index(part.state) < WORST.index(state):
                state = part.state
        if worst and worst[-1][0] == state:
            worst[-1] = (state, worst[-1][1], end)
        else:
            worst.append((state, since, end))
    items = sorted((item for line in lines for part in line for item in part.items), key=_by_time)
    return tuple(_stretches(worst, items))


def _stretches(states: Sequence[tuple[State, int, int]], items: Sequence[Item]) -> Iterator[Stretch]:
    place = 0
    for number, (state, since, end) in enumerate(states):
        final = number + 1 == len(states)
        begin = place
        while place < len(items) and (items[place].at < end or final):
            place += 1
        resumed = None
        if state == "lapsed" and not final:
            resumed = next((one for one in islice(items, place, None) if one.outcome is Outcome.PASS), None)
        yield _stretch(Stretch(state, since, end - 1, resumed=resumed), items[begin:place])


def _stretch(bare: Stretch, items: Sequence[Item]) -> Stretch:
    own = [item for item in items if _STATES[item.outcome] == bare.state]

    def count(fits: Callable[[Item], bool]) -> int:
        return len({(item.kind, item.key) for item in items if fits(item)})

    kinds = {thing(item.check, item.kind) for item in own}
    return bare._replace(
        kind=kinds.pop() if len(kinds) == 1 else "item",
        items=len({(item.kind, item.key) for item in own}),
        excepted=count(lambda item: item.outcome is Outcome.EXCEPTED),
        unknown=count(lambda item: item.outcome is Outcome.UNKNOWN),
        first=own[0] if own else None,
        last=own[-1] if own else None,
        checks=tuple(sorted({item.check for item in own})) if bare.state == "lapsed" else (),
    )


def _doubted(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """Where something was not read, only a lapse is sure: the rest cannot be told, and is one stretch where it touches."""
    found: list[Stretch] = []
    for one in stretches:
        doubted = one if one.state == "lapsed" else one._replace(state="unknown", items=0, first=None, last=None)
        if found and found[-1].state == doubted.state == "unknown":
            before = found.pop()
            doubted = before._replace(
                until=doubted.until,
                excepted=before.excepted + doubted.excepted,
                unknown=before.unknown + doubted.unknown,
            )
        found.append(doubted)
    return tuple(found)


# --- in words ------------------------------------------------------------------------------------------------------


MANY = 3  # lapses that a sentence tells one by one


def told(standing: Standing) -> str:
    """`Held at least 34 days, …; lapsed 3 changes, 14 to 16 July 2026; resumed 17 July 2026, held 31 days.`"""
    if len(standing.lapses) > MANY:
        return _summed_up(standing)
    parts: list[str] = []
    before: State = "nothing"
    for one in standing.stretches:
        if one.state != "nothing":
            parts.append(words_of(one, before))
        before = one.state
    text = "; ".join(parts) or "nothing happened in the period"
    return f"{text[0].upper()}{text[1:]}."


def _summed_up(standing: Standing) -> str:
    """Many lapses in one sentence: how many, the last of them, and how it stands."""
    last = standing.lapses[-1]
    things = sum(one.items for one in standing.lapses)
    end = f"resumed {human_day(day_of(last.resumed.at))}" if last.resumed else "not resumed"
    counted = plural(things, last.kind)
    return f"Lapsed {len(standing.lapses)} times, {counted} in all, the last time {_days_of_lapse(last)}; {end}."


def words_of(one: Stretch, before: State = "nothing") -> str:
    """A stretch in words, behind one of another state."""
    if one.state == "lapsed":
        words = f"lapsed {_things(one)}, {_days_of_lapse(one)}" + ("" if one.resumed else ", not resumed")
    elif one.state == "unknown":
        words = f"cannot tell {_between(one)}"
    elif one.state == "excepted":
        return f"{plural(one.excepted, 'deviation')} permitted by an exception, {_between(one)}"
    elif before == "nothing":
        words = f"held {'at least ' if one.days else ''}{_length(one)}, {_between(one)}"
    elif before == "lapsed":
        words = f"resumed {human_day(day_of(one.since))}, held {_length(one)}"
    else:
        words = f"held {_length(one)}, {_between(one)}"
    beside = f" (and {plural(one.excepted, 'deviation')} permitted by an exception)" if one.excepted else ""
    return words + beside


def _length(one: Stretch) -> str:
    return plural(one.days, "day") if one.days else "less than a day"


def _things(one: Stretch) -> str:
    """`3 changes`; `2 items` where they are of several kinds."""
    return plural(one.items, one.kind)


def _days_of_lapse(one: Stretch) -> str:
    """From the first failing item to the last; a configuration that lasts, to the end of the stretch."""
    first = one.first.at if one.first else one.since
    last = one.last.at if one.last and not one.last.until else one.until
    return human_span(day_of(max(first, one.since)), day_of(last))


def _between(one: Stretch) -> str:
    return human_span(day_of(one.since), day_of(one.until))


def human_span(first: date, last: date) -> str:
    """`14 to 16 November 2026`: of the first day only what differs."""
    if first == last:
        return human_day(last)
    named = human_day(first).split(" ")
    same = 1 if (first.year, first.month) == (last.year, last.month) else 2 if first.year == last.year else 3
    return f"{' '.join(named[:same])} to {human_day(last)}"
