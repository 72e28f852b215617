"""Which audit dates there are, which are built now, and what each is judged as of. Pure."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from tieout.build.world import World
from tieout.model.records import Audit
from tieout.model.results import AuditDate
from tieout.problems import BuildError, Problem, error
from tieout.text import words

CURRENT = "current"


@dataclass(frozen=True, slots=True)
class Plan:
    building: tuple[AuditDate, ...]  # oldest first, the present last
    kept: tuple[AuditDate, ...]  # published before and not asked for now
    listed: tuple[AuditDate, ...]  # newest first
    upcoming: tuple[AuditDate, ...]  # audits still to come
    problems: tuple[Problem, ...] = ()


def plan(world: World, only: tuple[str, ...]) -> Plan:
    """Sorts the audit records of the newest content by date and chooses what to build.

    Raises:
        BuildError: an audit is named that does not exist, or whose day is still to come.
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
                    f"{audit.id} is dated {audit.date}, but the ISMS has no commit before {first}; "
                    "correct the date or link the repository that holds the earlier history",
                    audit.source,
                )
            )
        else:
            past.append(dated)
    chosen = [*past, present(world, today, past)]
    wanted = _wanted(chosen, upcoming, only, today)
    building = tuple(one for one in chosen if one.key in wanted)
    kept = tuple(one for one in chosen if one.key not in wanted)
    return Plan(building, kept, tuple(reversed(chosen)), tuple(upcoming), tuple(problems))


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
            hint = f" (did you mean {near}?)" if near else f"; there are {', '.join(sorted(names))}"
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
    """The draft: what has happened since the last audit, as of the newest commit of all repositories."""
    start = past[-1].cutoff + 1 if past else world.first_content
    return AuditDate(
        key=CURRENT,
        record="",
        title="The present",
        kind="draft",
        as_of=today,
        cutoff=end_of(today),
        start=min(start, end_of(today)),
        end=end_of(today),
        open=True,
        uncommitted=world.uncommitted,
    )


def start_of(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


def end_of(day: date) -> int:
    return start_of(day + timedelta(days=1)) - 1


def day_of(moment: int) -> date:
    return datetime.fromtimestamp(moment, UTC).date()
