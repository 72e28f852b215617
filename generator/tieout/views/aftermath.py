"""What stands around one change in time: the hours and days, exceptions that did not cover it, what was done about it."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from tieout.checks.exceptions import approved_on
from tieout.model.grades import Grade
from tieout.model.history import Change, Deployment
from tieout.model.records import Exemption, Finding, Incident
from tieout.model.results import Item, Outcome
from tieout.text.globs import matches_any
from tieout.text.words import digits, human_day, plural, visible
from tieout.views import addresses, carried, incidents, words
from tieout.views.around import Named
from tieout.views.page import Block, Cell, Inline, Line, Link, Para, Row, Section, Table, Text, line
from tieout.views.snapshot import Snapshot

KINDS = {
    "merge": "merged",
    "squash": "merged as one commit (squash)",
    "rebase": "merged by rebase",
    "direct": "pushed directly to the protected branch",
    "root": "first commit of the repository",
}


class Event(NamedTuple):
    """Something that happened. A day without a time stands after everything of that day that has one."""

    at: int
    when: str
    what: Line
    basis: str
    grade: Grade | None = None

    def order(self) -> tuple[int, str]:
        return self.at, self.basis


# --- in order of time ----------------------------------------------------------------------------------------------


def times(snapshot: Snapshot, found: Change, deployments: Sequence[Deployment], named: Sequence[Named]) -> Table:
    events = [*_of_change(snapshot, found), *_of_deployments(deployments), *_of_records(snapshot, named)]
    rows = tuple(
        Row(
            (
                words.cell(event.when),
                Cell(event.what),
                words.cell(event.basis, *((" ", words.grade(event.grade)) if event.grade is not None else ())),
            )
        )
        for event in sorted(events, key=Event.order)
    )
    return Table((words.column("Time, UTC", "d"), words.column("What"), words.column("Known from")), rows)


def _moment(at: int, what: Line, basis: str, grade: Grade | None = None) -> Event:
    return Event(at, words.minute(at), what, basis, grade)


def _day(day: date, what: Line, basis: str) -> Event:
    end = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)
    return Event(int(end.timestamp()) - 1, day.isoformat(), what, basis, Grade.STATED)


def _of_change(snapshot: Snapshot, found: Change) -> Iterator[Event]:
    if found.first_commit_time != found.time:
        yield _moment(found.first_commit_time, line("First commit"), "committer's clock")
    yield _moment(found.time, line(words.sentence(KINDS[found.kind])), "committer's clock")
    for one in found.approvals:
        verb = "Reviewed afterwards by " if one.after_the_fact else "Approved by "
        doubted = ", by a date that is not believed" if carried.is_misdated(found, one) else ""
        who = words.identity(snapshot.isms, one.by)
        yield _moment(one.at, line(verb, *who), f"{one.basis}{doubted}", one.grade)
    finished = [result.at for result in found.results if result.at]
    if finished:
        failed = sum(result.result == "failed" for result in found.results)
        end = f", {digits(failed)} failed" if failed else ""
        told = line(f"Last of {plural(len(finished), 'pipeline step')} finished{end}")
        kept = {"run record or kept file" if result.where else "review record" for result in found.results if result.at}
        yield _moment(max(finished), told, " and ".join(sorted(kept)))


def _of_deployments(deployments: Iterable[Deployment]) -> Iterator[Event]:
    for one in deployments:
        place = Link(one.environment, addresses.deployment(one.key))
        yield _moment(one.at, line("Deployed to ", place, f" as {visible(one.version)}"), one.basis, one.grade)


def _of_records(snapshot: Snapshot, named: Sequence[Named]) -> Iterator[Event]:
    """The times that incidents and findings which name the change state, and the days of their actions."""
    isms = snapshot.isms
    for incident in _incidents(snapshot, named):
        link = words.record_of("incidents", incident)
        for word, moment in (
            ("began", incident.started),
            ("was detected", incident.detected),
            ("ended, service right again", incident.restored),
        ):
            if moment is not None:
                yield _moment(int(moment.timestamp()), line(link, f" {word}"), "incident record", Grade.STATED)
        if incident.pir is not None:
            yield _day(incident.pir.held, line("Review after ", link, " held"), "incident record")
    for finding in _findings(snapshot, named):
        link = words.record_of("findings", finding)
        yield _day(finding.raised, line(link, " raised"), "finding")
        if finding.effectiveness is not None:
            result = finding.effectiveness.result.replace("-", " ")
            yield _day(finding.effectiveness.verified, line(link, f": effect verified, {result}"), "finding")
    for id_ in incidents.actions_of(snapshot, [finding.id for finding in _findings(snapshot, named)]):
        action = isms.actions[id_]
        if action.done is not None:
            yield _day(action.done, line(words.record_of("actions", action), f" done: {action.title}"), "action")


def _incidents(snapshot: Snapshot, named: Sequence[Named]) -> tuple[Incident, ...]:
    return tuple(snapshot.isms.incidents[id_] for register, id_ in named if register == "incidents")


def _findings(snapshot: Snapshot, named: Sequence[Named]) -> tuple[Finding, ...]:
    """The findings that name the change, and those that its incidents raised."""
    isms = snapshot.isms
    ids = [id_ for register, id_ in named if register == "findings"]
    ids += [id_ for incident in _incidents(snapshot, named) for id_ in incident.raises]
    return tuple(isms.findings[id_] for id_ in dict.fromkeys(ids) if id_ in isms.findings)


# --- exceptions that did not cover it ------------------------------------------------------------------------------


def not_covering(snapshot: Snapshot, found: Change, items: Sequence[Item]) -> tuple[Section, ...]:
    """Exceptions in force on that day for a check that failed here: each condition beside this change.

    Someone will ask about them; the verdict is the check's, which has left the fail in place.
    """
    fails = [item for item in items if item.outcome is Outcome.FAIL]
    blocks: list[Block] = []
    for exemption in snapshot.isms.exceptions.values():
        excepted = _excepted(snapshot, exemption) & {item.check for item in fails}
        if exemption.status == "approved" and _in_force(exemption, found) and excepted:
            told = line(words.record_of("exceptions", exemption), f" was in force that day: {exemption.title}.")
            blocks += [Para(told), _conditions(snapshot, exemption, found, fails, excepted)]
    title = "The exception that did not cover it" if len(blocks) == 2 else "Exceptions that did not cover it"
    return (Section(title, tuple(blocks), "exception"),) if blocks else ()


def _in_force(exemption: Exemption, found: Change) -> bool:
    return exemption.from_ <= _day_of(found) <= exemption.expires


def _day_of(found: Change) -> date:
    return datetime.fromtimestamp(found.time, UTC).date()


def _excepted(snapshot: Snapshot, exemption: Exemption) -> set[str]:
    """The checks that an exception names, by itself or by a control that they enforce."""
    controls = snapshot.isms.controls
    texts = [*exemption.excepts]
    texts += [text for id_ in exemption.excepts if id_ in controls for text in controls[id_].enforced_by]
    return {text.removeprefix("check:") for text in texts if text.startswith("check:")}


def _conditions(
    snapshot: Snapshot, exemption: Exemption, found: Change, fails: Sequence[Item], excepted: set[str]
) -> Table:
    isms, judgement = snapshot.isms, snapshot.judgement
    failed = list(dict.fromkeys(item.check for item in fails))
    covered = set(found.services) <= set(isms.applying(exemption.scope.services)) and bool(found.services)
    inside = not exemption.scope.paths or all(matches_any(exemption.scope.paths, one.path) for one in found.paths)
    rules = words.joined((words.check(judgement, id_) for id_ in sorted(_excepted(snapshot, exemption))), ", ")
    paths = words.joined((words.code(path) for path in exemption.scope.paths), ", ")
    touched: Line = words.joined((words.code(one.path) for one in found.paths[:3]), ", ")
    touched += (Text(f" and {len(found.paths) - 3} more"),) if len(found.paths) > 3 else ()
    entries: tuple[tuple[str, Line, Line, Line], ...] = (
        (
            "Check",
            rules,
            words.joined((words.check(judgement, id_) for id_ in failed), ", "),
            line(f"{digits(len(excepted))} of {digits(len(failed))}"),
        ),
        ("Period", line(f"{exemption.from_} to {exemption.expires}"), line(words.day(found.time)), _yes(True)),
        (
            "Approval",
            _approval(snapshot, exemption),
            line(words.day(found.time)),
            _yes(_approved(snapshot, exemption, found)),
        ),
        (
            "Service",
            words.records(isms, exemption.scope.services, "services"),
            words.records(isms, found.services, "services"),
            _yes(covered),
        ),
        ("Paths", paths if exemption.scope.paths else line("all paths"), touched, _yes(inside)),
    )
    rows = [Row((words.cell(name), Cell(says), Cell(here), Cell(told))) for name, says, here, told in entries]
    rows.append(Row((words.cell("Result"), Cell(line("not covered; the failures stand"), span=3)), "total"))
    columns = (
        words.column("Condition"),
        words.column("The exception says", label="Exception"),
        words.column("This change"),
        words.column("Covered"),
    )
    return Table(columns, tuple(rows))


def _approved(snapshot: Snapshot, exemption: Exemption, found: Change) -> bool:
    since = approved_on(snapshot.isms, exemption)
    return since is not None and since <= _day_of(found)


def _approval(snapshot: Snapshot, exemption: Exemption) -> Line:
    since = approved_on(snapshot.isms, exemption)
    if since is None or exemption.approved_by is None:
        return (Text("by nobody", "late"),)
    return line(f"{since} by ", words.person(snapshot.isms, exemption.approved_by.person))


def _yes(holds: bool) -> Line:
    answer: Inline = Text("yes") if holds else Text("no", "strong")
    return (answer,)


# --- what was done -------------------------------------------------------------------------------------------------


def done(snapshot: Snapshot, named: Sequence[Named]) -> tuple[Section, ...]:
    """The findings about the change with their state, and the actions they led to."""
    findings = _findings(snapshot, named)
    if not findings:
        return ()
    told = tuple(Para(_finding(snapshot, finding)) for finding in findings)
    actions = incidents.corrections(snapshot, [finding.id for finding in findings])
    return (Section("What was done", (*told, actions), "done"),)


def _finding(snapshot: Snapshot, found: Finding) -> Line:
    effect = found.effectiveness
    end = f"; effect verified on {human_day(effect.verified)}: {effect.result.replace('-', ' ')}" if effect else ""
    cause = (
        line("Cause: ", *words.claimed(snapshot.isms, found.cause)) if found.cause else line("Cause not yet stated.")
    )
    return line(words.record_of("findings", found), f" {found.title}, {found.status}{end}. ", *cause)


def table(snapshot: Snapshot, named: Sequence[Named]) -> Table:
    """The records that name the change."""
    rows = []
    for register, id_ in named:
        found = snapshot.isms.register(register)[id_]
        owner = words.cell(words.person(snapshot.isms, found.owner))
        rows.append(Row((Cell(words.named(snapshot.isms, id_, register)), words.cell(found.status), owner)))
    columns = (words.column("Record"), words.column("Status"), words.column("Owner"))
    return Table(columns, tuple(rows), empty="No incident, finding or action names it.")
