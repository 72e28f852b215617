"""Which audit dates there are, which are built now, and what each is judged as of. Pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from tieout.build.world import World
from tieout.model.records import Audit
from tieout.model.results import AuditDate
from tieout.problems import BuildError, Problem, error
from tieout.text import words

CURRENT = "current"
YEAR = 365 * 86_400  # seconds


@dataclass(frozen=True, slots=True)
class Plan:
    dates: tuple[AuditDate, ...]  # all that could be built, oldest first, the present last
    building: tuple[AuditDate, ...]  # those that are built now, in the same order
    kept: tuple[AuditDate, ...]  # published before and not asked for now
    listed: tuple[AuditDate, ...]  # what the site holds afterwards, newest first
    upcoming: tuple[AuditDate, ...]  # audits still to come
    problems: tuple[Problem, ...] = ()

    @property
    def needed(self) -> tuple[AuditDate, ...]:
        """What has to be judged: each date that is built, and all before it, of which something is told beside it."""
        last = max((place for place, one in enumerate(self.dates) if one in self.building), default=-1)
        return self.dates[: last + 1]

    @property
    def compared(self) -> tuple[AuditDate, ...]:
        """What is kept whole: each date that is built, and the one before it, which it is compared with."""
        return tuple(
            one
            for one, after in zip(self.dates, (*self.dates[1:], None), strict=True)
            if one in self.building or after in self.building
        )

    def before(self, date: AuditDate) -> str:
        """The key of the audit before this one; empty for the first."""
        place = self.dates.index(date)
        return self.dates[place - 1].key if place else ""


def plan(world: World, only: tuple[str, ...], published: frozenset[str] = frozenset()) -> Plan:
    """Sorts the audit records of the newest content by date and chooses what to build.

    `published` names the folders of the site as it stands: what is not built now and not there is not listed.

    Raises:
        BuildError: an audit is named that does not exist, whose day is still to come, or that nothing can be shown of.
    """
    today = day_of(world.newest)
    past: list[AuditDate] = []
    upcoming: list[AuditDate] = []
    problems: list[Problem] = []
    for audit in sorted(world.audits.values(), key=lambda audit: (audit.date, audit.id)):
        dated = audit_date(audit, past)
        if audit.date > today:
            upcoming.append(dated)
        elif dated.cutoff < world.first_content:
            first = datetime.fromtimestamp(world.first_content, UTC).date()
            problems.append(
                error(
                    "audit-before-history",
                    f"{audit.id} is dated {audit.date}, but the ISMS has no commit before {first}, so nothing can be "
                    "shown of that day; correct the date, or bring the earlier history into its repository",
                    audit.place,
                )
            )
        else:
            past.append(dated)
    chosen = [*past, present(world, today, past)]
    if named := next((fault for fault in problems if fault.source.path in _files(world, only)), None):
        raise BuildError(f"{named.source}: {named.message}.")
    wanted = _wanted(chosen, upcoming, only, today)
    building = tuple(one for one in chosen if one.key in wanted)
    kept = tuple(one for one in chosen if one.key not in wanted and one.key in published)
    listed = tuple(one for one in reversed(chosen) if one in building or one in kept)
    return Plan(tuple(chosen), building, kept, listed, tuple(upcoming), tuple(problems))


def _files(world: World, only: tuple[str, ...]) -> set[str]:
    """The files of the audit records that are named, by date or id."""
    return {audit.place.path for audit in world.audits.values() if {audit.id, audit.date.isoformat()} & set(only)}


def _wanted(chosen: list[AuditDate], upcoming: list[AuditDate], only: tuple[str, ...], today: date) -> set[str]:
    if not only:
        return {one.key for one in chosen}
    names = {name: one.key for one in chosen for name in (one.key, one.record) if name}
    for name in only:
        for one in upcoming:
            if name in {one.key, one.record}:
                raise BuildError(
                    f"{one.record} is dated {one.as_of} and the newest commit is of {today}: "
                    "it is listed, and can be built once that day has passed."
                )
        if name not in names:
            near = words.suggest(name, names)
            hint = f" (did you mean {near}?)" if near else f"; write {words.human_list(sorted(names), 'or')}"
            raise BuildError(f"no audit is called {name}{hint}.")
    return {names[name] for name in only}


def audit_date(audit: Audit, earlier: list[AuditDate]) -> AuditDate:
    """An audit is judged at the end of its day, UTC. A second audit of one day carries its id in its key."""
    key = audit.date.isoformat()
    if any(one.key == key for one in earlier):
        key = f"{key}-{audit.id}"
    cutoff = end_of(audit.date)
    return AuditDate(
        key=key,
        record=audit.id,
        title=audit.title,
        kind=audit.kind,
        as_of=audit.date,
        cutoff=cutoff,
        start=start_of(audit.period.from_),
        end=min(end_of(audit.period.to), cutoff),
        open=audit.period.to > audit.date,
    )


def present(world: World, today: date, past: list[AuditDate]) -> AuditDate:
    """The draft: what has happened since the last audit, as of the newest commit that is believed.

    Before the first audit it reaches back a year at least: linked repositories are older than a new ISMS. It reaches to
    the last commit of all, so that one with a date that is not believed is judged as well.
    """
    start = past[-1].cutoff + 1 if past else min(world.first_content, start_of(today) - YEAR)
    end = end_of(max(today, day_of(world.last)))
    return AuditDate(
        key=CURRENT,
        record="",
        title="The present",
        kind="draft",
        as_of=today,
        cutoff=end,
        start=min(start, end),
        end=end,
        open=True,
        uncommitted=world.uncommitted,
    )


def start_of(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def end_of(day: date) -> int:
    return start_of(day) + 86_399


def day_of(moment: int) -> date:
    return datetime.fromtimestamp(moment, UTC).date()
