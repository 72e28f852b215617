"""What runs at the audit date: lines on a service's page, one table that walks from each running version to its change;
and what ran on each day of the period, a page a service.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import groupby

from tieout.checks.reverse import Standing, Walked, bringers, stand, walk_back
from tieout.model.records import Service
from tieout.model.results import Outcome
from tieout.model.running import Stood, list_stood
from tieout.text.words import digits, plural, visible
from tieout.views import addresses, approval, words
from tieout.views.page import Cell, Inline, Line, Link, Page, Row, Section, Table, Text, line
from tieout.views.snapshot import Snapshot


def provenance(snapshot: Snapshot, service: Service) -> tuple[tuple[str, Line], ...]:
    """Lines for the service's page, one for each production environment."""
    found = list(stand(snapshot.isms, snapshot.facts, service, snapshot.date.cutoff))
    day = words.day(snapshot.date.cutoff)
    several = len(found) > 1
    return tuple(
        (f"Running on {day}" + (f", {one.environment}" if several else ""), _told(snapshot, one)) for one in found
    )


def _told(snapshot: Snapshot, one: Standing) -> Line:
    found = one.running.deployment
    if found is None:
        return line(words.soft(f"cannot tell: {one.why}"))
    commit: tuple[Inline | str, ...] = (", commit ", words.code(found.commit[:8])) if found.commit else ()
    since = f", since {words.minute(one.running.since)}, "
    return line(words.code(found.version), *commit, since, words.deployment(snapshot.facts, found.key))


def pages(snapshot: Snapshot) -> Iterable[Page]:
    """What ran on each day of the period: one page a service of which any deployment is known."""
    told = {found.service for found in snapshot.facts.deployments.values()}
    for id_ in sorted(told & set(snapshot.isms.services)):
        yield _day_by_day(snapshot, snapshot.isms.services[id_])


def _day_by_day(snapshot: Snapshot, service: Service) -> Page:
    start, end = snapshot.date.start, snapshot.date.cutoff
    places = [one.environment for one in stand(snapshot.isms, snapshot.facts, service, end)]
    stood = {place: list_stood(snapshot.facts, service.id, place, start, end) for place in places}
    listed = [one for found in stood.values() for one in found]
    brought = bringers(snapshot.facts, (one.state.deployment for one in listed))
    sections = [
        Section(
            place.title() if len(stood) > 1 else "",
            (_stretches(snapshot, found, brought),),
            f"in-{place}" if place else "stood",
        )
        for place, found in stood.items()
    ]
    versions = len({one.state.deployment.key for one in listed if one.state.deployment})
    untold = sum(one.state.deployment is None for one in listed)
    lede = f"{plural(versions, 'deployment')} ran in production from {words.day(start)} to {words.day(end)}"
    lede += f"; for {plural(untold, 'stretch')} of time it cannot be told what ran." if untold else "."
    crumbs = (
        Link("Deployments", addresses.DEPLOYMENTS),
        words.record(snapshot.isms, service.id, "services"),
        Text("what was running"),
    )
    return Page(
        addresses.ran(service.id),
        f"{service.id} running",
        f"What was running of {service.id}, day by day",
        line(lede),
        tuple(sections),
        crumbs,
        nav=addresses.DEPLOYMENTS,
    )


def _stretches(snapshot: Snapshot, found: Iterable[Stood], brought: Mapping[str, str]) -> Table:
    """One row a stretch in which one version stood, the newest first."""
    columns = (
        words.column("From, UTC", "d"),
        words.column("Until, UTC", "d"),
        words.column("Version"),
        words.column("Deployment"),
        words.column("Commit, and its change", label="Change"),
    )
    rows: list[Row] = []
    for month, held in groupby(reversed(list(found)), lambda one: addresses.month(_began(one))):
        rows.append(Row((words.cell(words.human_month(month)),), "group"))
        rows += [_stretch(snapshot, one, brought) for one in held]
    return Table(columns, tuple(rows))


def _began(one: Stood) -> int:
    """What stood already when the period began is dated by its own deployment."""
    return one.state.since if one.state.deployment and one.state.since < one.since else one.since


def _stretch(snapshot: Snapshot, one: Stood, brought: Mapping[str, str]) -> Row:
    deployment, since = one.state.deployment, _began(one)
    still = one.until >= snapshot.date.cutoff
    until = words.cell(words.soft("then still")) if still else words.cell(words.minute(one.until + 1))
    if deployment is None:
        return Row(
            (
                words.cell(words.minute(since)),
                until,
                Cell((words.soft(f"cannot tell: {visible(one.state.why)}"),), span=3),
            )
        )
    return Row(
        (
            words.cell(words.minute(since)),
            until,
            words.cell(words.code(visible(deployment.version))),
            words.cell(words.deployment(snapshot.facts, deployment.key)),
            Cell(_commit(snapshot, deployment.commit[:8], brought.get(deployment.key, ""))),
        )
    )


def _commit(snapshot: Snapshot, commit: str, key: str) -> Line:
    """The commit that ran, and the change that brought it where that is another."""
    if not key:
        return line(words.code(commit) if commit else words.soft("not told"), words.soft(", its change cannot be told"))
    own = () if not commit or key.rpartition("/")[2].startswith(commit) else (words.code(commit), ", in ")
    return line(*own, words.change(snapshot.facts, key))


def table(snapshot: Snapshot) -> Table:
    """The reverse test, one row a service and production environment: each step back to the change is a link."""
    columns = (
        words.column("Service"),
        words.column("Environment"),
        words.column("Version"),
        words.column("Since, UTC", "d", "Since"),
        words.column("Known as"),
        words.column("Commit, and its change", label="Change"),
        words.column("Approved by"),
        words.column("Steps and checks"),
    )
    rows = tuple(_row(snapshot, one) for one in _of_all(snapshot))
    return Table(columns, rows, empty="No live service with a repository is registered.")


def lede(snapshot: Snapshot) -> str:
    """Of how many services it can be told what runs, in each production environment by itself."""
    found = _of_all(snapshot)
    services = {one.service for one in found}
    untold = {one.service for one in found if one.running.deployment is None}
    told = words.of(len(services - untold), len(services))
    return (
        f"The declared sources tell it for {told} {'service' if len(services) == 1 else 'services'}. From each version "
        f"the row leads back to its deployment, its change and who approved that."
    )


def _of_all(snapshot: Snapshot) -> tuple[Walked, ...]:
    return tuple(walk_back(snapshot.isms, snapshot.facts, snapshot.judgement.results, snapshot.date.cutoff))


def _row(snapshot: Snapshot, one: Walked) -> Row:
    name = Cell((words.record(snapshot.isms, one.service, "services"),))
    environment = words.cell(one.environment or words.soft("not named"))
    found = one.running.deployment
    if found is None:
        return Row((name, environment, Cell((words.soft(f"cannot tell: {one.why}"),), span=6)))
    has_page = found.key in snapshot.facts.deployments
    version = Link(found.version, addresses.deployment(found.key)) if has_page else words.code(found.version)
    return Row(
        (
            name,
            environment,
            words.cell(version),
            words.cell(Link(words.minute(one.running.since), addresses.ran(one.service))),
            words.cell(words.grade(found.grade)),
            *_change(snapshot, one, found.commit[:8]),
        )
    )


def _change(snapshot: Snapshot, one: Walked, commit: str) -> tuple[Cell, ...]:
    """The deployed commit and its change, with the approvals of that, its steps, and the verdicts on the two."""
    if one.change is None:
        told = words.cell(words.code(commit) if commit else Text("cannot be told", "late"))
        return (told, Cell((words.soft(f"cannot tell: {one.why}"),)), words.cell(_worst(one)))
    own = () if one.change.id.startswith(commit) else (words.code(commit), Text(", in "))
    return (
        words.cell(*own, words.change(snapshot.facts, one.change.key)),
        Cell(approval.words_of(snapshot.isms, one.change)),
        words.cell(_steps(one), " ", _worst(one)),
    )


def _steps(one: Walked) -> Inline:
    counted = Counter(result.result for result in one.change.results) if one.change else Counter()
    told = [
        f"{digits(counted[word])} {word}" for word in ("passed", "failed", "skipped", "unknown", "ran") if counted[word]
    ]
    return Text(", ".join(told)) if told else words.soft("no steps recorded")


def _worst(one: Walked) -> Inline:
    """The worst verdict; outside the period nothing is judged."""
    outcomes = [item.outcome for item in one.items]
    for verdict in (Outcome.FAIL, Outcome.UNKNOWN, Outcome.EXCEPTED, Outcome.PASS):
        if verdict in outcomes:
            return words.outcome(verdict, outcomes.count(verdict) if verdict is not Outcome.PASS else 0)
    return words.soft("before the period")
