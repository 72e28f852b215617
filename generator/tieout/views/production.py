"""Beside the deployments themselves: what they deployed, what was never deployed, what two sources do not agree in."""

from collections.abc import Iterable, Iterator, Mapping

from tieout.model.history import Change, Deployment, TagElsewhere
from tieout.model.results import Judgement
from tieout.model.running import Undeployed, days_old, find_undeployed
from tieout.text.words import human_list, plural, visible
from tieout.views import words
from tieout.views.page import Block, Cell, Line, Para, Row, Section, Table, Text, line
from tieout.views.snapshot import Snapshot

DEPLOYED = "deployed-by-pipeline"  # the check that tells whose deployments are not known
SHOWN = 50  # rows of a list; its count stands above it


def sections(snapshot: Snapshot, inside: list[Deployment]) -> Iterator[Section]:
    if inside:
        yield Section("What was deployed", tuple(_population(snapshot, inside)), "population")
    if moved := [found for found in inside if found.tag]:
        yield Section("Release tags that lead elsewhere", tuple(_moved(snapshot, moved)), "tags")
    if waiting := _waiting(snapshot):
        yield Section("Changes not yet in production", tuple(_undeployed(snapshot, waiting)), "waiting")
    if snapshot.facts.unmatched:
        yield Section("Held against a second source", tuple(_second(snapshot)), "second")
    if integrating := _integrating(snapshot):
        yield Section("Integrations, which are no deployments", tuple(_integrations(snapshot, integrating)), "merges")


# --- deployments against the population of changes -----------------------------------------------------------------


def _where(found: Deployment) -> str:
    """Where the deployed commit stands, seen from the protected branch."""
    if found.on_branch:
        return "on the protected branch when it was deployed"
    if found.absent:
        return "in no history that was read"
    if found.on_branch is None:
        return "cannot be told"
    return "on the protected branch only later" if found.arrived else "in the history, and not on the protected branch"


PLACES = (
    "on the protected branch when it was deployed",
    "on the protected branch only later",
    "in the history, and not on the protected branch",
    "in no history that was read",
    "cannot be told",
)


def _population(snapshot: Snapshot, inside: list[Deployment]) -> Iterator[Block]:
    counted = {place: [found for found in inside if _where(found) == place] for place in PLACES}
    rows = [Row((words.cell(words.sentence(place)), words.count(len(listed)))) for place, listed in counted.items()]
    rows.append(Row((words.cell("Deployments"), words.count(len(inside))), "total"))
    yield Table((words.column("The deployed commit is"), words.column("Deployments", "n")), tuple(rows))
    odd = [found for found in inside if _where(found) != PLACES[0]]
    if odd:
        yield _list_head(len(odd), "deployment", "of a commit that is not known to have been on the protected branch")
        columns = ("Deployment", "When, UTC", "Version", "Commit", "It is")
        yield Table(
            tuple(words.column(title) for title in columns),
            tuple(_odd(snapshot, found) for found in odd[:SHOWN]),
        )


def _odd(snapshot: Snapshot, found: Deployment) -> Row:
    commit = words.code(found.commit[:8]) if found.commit else words.soft("not told")
    return Row(
        (
            words.cell(words.deployment(snapshot.facts, found.key)),
            words.cell(words.minute(found.at)),
            words.cell(words.code(found.version)),
            words.cell(commit),
            words.cell(_where(found)),
        )
    )


def _list_head(number: int, what: str, tail: str) -> Para:
    """What a list holds, and how much of it is printed."""
    listed = f"{plural(number, what)} {tail}"
    return Para(line(f"The first {SHOWN} of {listed}:" if number > SHOWN else f"{listed}:"))


# --- release tags that are not on what was deployed ----------------------------------------------------------------


def tagged(snapshot: Snapshot, tag: TagElsewhere) -> Line:
    """When the tag was made, and by whom; nothing where it does not say."""
    return (Text(f"{words.minute(tag.at)} UTC by "), *words.identity(snapshot.isms, tag.by)) if tag.by else ()


def _moved(snapshot: Snapshot, found: list[Deployment]) -> Iterator[Block]:
    yield Para(
        line(
            "A tag names the commit of a release. Where the deployment of that version was of another commit, the tag was "
            "moved since, or something else was deployed."
        ),
        "note",
    )
    yield _list_head(len(found), "deployment", "of a version whose tag leads to another commit")
    columns = ("Deployment", "When, UTC", "Deployed", "Tag", "It leads to", "Made")
    rows = [_moved_row(snapshot, each, each.tag) for each in found[:SHOWN] if each.tag]
    yield Table(tuple(words.column(title) for title in columns), tuple(rows))


def _moved_row(snapshot: Snapshot, found: Deployment, tag: TagElsewhere) -> Row:
    return Row(
        (
            words.cell(words.deployment(snapshot.facts, found.key)),
            words.cell(words.minute(found.at)),
            words.cell(words.code(found.commit[:8])),
            words.cell(words.code(visible(tag.name))),
            words.cell(words.code(tag.commit[:8])),
            Cell(tagged(snapshot, tag) or (words.soft("not told"),)),
        )
    )


# --- changes that were never deployed ------------------------------------------------------------------------------


def _waiting(snapshot: Snapshot) -> dict[str, Undeployed]:
    """By service with changes in the period. Where the source cannot tell, all that are in no deployment are untold."""
    date, facts = snapshot.date, snapshot.facts
    dark = _dark(snapshot.judgement)
    told = {one.service for one in facts.deployments.values()}
    found: dict[str, Undeployed] = {}
    for service in snapshot.isms.services:
        state = find_undeployed(facts, service, date.start, date.end, date.cutoff)
        if service in dark or service not in told:
            state = Undeployed(state.changes, (), state.untold + len(state.waiting))
        if state.changes:
            found[service] = state
    return found


def _dark(judgement: Judgement) -> set[str]:
    """Services whose deployments of the period are not all known."""
    result = judgement.results.get(DEPLOYED)
    return {item.service for item in result.items if item.kind == "repository"} if result else set()


def _undeployed(snapshot: Snapshot, found: Mapping[str, Undeployed]) -> Iterator[Block]:
    at = snapshot.date.cutoff
    day = words.day(at)
    yield Para(
        line(
            f"Changes of the period that no deployment up to {day} brought to production. Work that is still to be "
            f"deployed is normal; what has waited long is worth a look."
        ),
        "note",
    )
    columns = (
        words.column("Service"),
        words.column("Changes", "n"),
        words.column("In production", "n"),
        words.column("Not yet", "n"),
        words.column("Cannot tell", "n"),
        words.column("Oldest that waits, days", "n", "Oldest, days"),
    )
    rows = [_counts(snapshot, service, state, at) for service, state in sorted(found.items())]
    rows.append(_sums(found.values(), at))
    yield Table(columns, tuple(rows), "run")
    listed = sorted(
        ((change, service) for service, state in found.items() for change in state.waiting),
        key=lambda pair: (pair[0].time, pair[0].key, pair[1]),
    )
    if listed:
        yield _list_head(len(listed), "change", "not yet in production, oldest first")
        titles = (("Change", ""), ("What", ""), ("Service", ""), ("Since, UTC", "d"), ("Days", "n"))
        yield Table(
            tuple(words.column(title, kind) for title, kind in titles),
            tuple(_waits(snapshot, change, service, at) for change, service in listed[:SHOWN]),
        )


def _counts(snapshot: Snapshot, service: str, state: Undeployed, at: int) -> Row:
    return Row(
        (
            Cell((words.record(snapshot.isms, service, "services"),)),
            words.count(state.changes),
            words.count(state.changes - len(state.waiting) - state.untold),
            words.count(len(state.waiting)),
            words.count(state.untold),
            _oldest(state.waiting, at),
        )
    )


def _oldest(waiting: tuple[Change, ...], at: int) -> Cell:
    return words.count(days_old(waiting, at)) if waiting else words.cell(words.soft("none"))


def _sums(found: Iterable[Undeployed], at: int) -> Row:
    states = tuple(found)
    changes, waiting = sum(state.changes for state in states), sum(len(state.waiting) for state in states)
    untold = sum(state.untold for state in states)
    waits = tuple(change for state in states for change in state.waiting)
    numbers = (changes, changes - waiting - untold, waiting, untold)
    return Row((words.cell("All services"), *map(words.count, numbers), _oldest(waits, at)), "total")


def _waits(snapshot: Snapshot, change: Change, service: str, at: int) -> Row:
    return Row(
        (
            words.cell(words.change(snapshot.facts, change.key)),
            words.cell(words.claim(visible(change.subject))),
            Cell((words.record(snapshot.isms, service, "services"),)),
            words.cell(words.minute(change.time)),
            words.count(days_old((change,), at)),
        )
    )


# --- a second source -----------------------------------------------------------------------------------------------


def _second(snapshot: Snapshot) -> Iterator[Block]:
    """Of the period only: an older one belongs to the audit before."""
    start, end = snapshot.date.start, snapshot.date.end
    found = [
        (service, one)
        for service, listed in sorted(snapshot.facts.unmatched.items())
        for one in listed
        if start <= one.at <= end
    ]
    services = human_list(sorted(snapshot.facts.unmatched))
    told = f"{plural(len(found), 'deployment')} of the period" if found else "No deployment of the period"
    verb = "are" if len(found) > 1 else "is"
    yield Para(line(f"The records of {services} were held against a second source. {told} {verb} told by one only."))
    columns = ("Service", "When, UTC", "Environment", "Version", "Told by", "Missing in", "Where")
    rows = tuple(
        Row(
            (
                Cell((words.record(snapshot.isms, service, "services"),)),
                words.cell(words.minute(one.at)),
                words.cell(one.environment),
                words.cell(words.code(one.version)),
                words.cell(one.found_in),
                words.cell(one.missing_in),
                words.cell(words.code(one.where)),
            )
        )
        for service, one in found[:SHOWN]
    )
    if rows:
        yield Table(tuple(words.column(title) for title in columns), rows)


# --- merges, which are no deployments ------------------------------------------------------------------------------


def _integrating(snapshot: Snapshot) -> list[str]:
    isms = snapshot.isms
    return [
        service.id
        for service in isms.services.values()
        if service.pipeline in isms.pipelines and isms.pipelines[service.pipeline].deployments.kind == "integrations"
    ]


def _integrations(snapshot: Snapshot, services: list[str]) -> Iterator[Block]:
    start, end = snapshot.date.start, snapshot.date.end
    rows = []
    for service in services:
        own = [c for c in snapshot.facts.changes.values() if service in c.services and start <= c.time <= end]
        rows.append(Row((Cell((words.record(snapshot.isms, service, "services"),)), words.count(len(own)))))
    yield Para(
        line(
            "The pipelines of these services name merges into the protected branch as their only source. A merge shows "
            "that work was integrated; whether and when it was deployed nobody can tell from it."
        ),
        "note",
    )
    yield Table((words.column("Service"), words.column("Integrations of the period", "n", "Integrations")), tuple(rows))
