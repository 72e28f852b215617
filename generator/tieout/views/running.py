"""What runs at the audit date: a line for each environment on a service's page, and one table of all services."""

from collections.abc import Iterator
from typing import NamedTuple

from tieout.model.records import Service
from tieout.model.running import Running, what_ran
from tieout.text.words import visible
from tieout.views import addresses, words
from tieout.views.page import Cell, Inline, Line, Link, Row, Table, Text, line
from tieout.views.snapshot import Snapshot


class Place(NamedTuple):
    """A service in one environment, and what stands there; the environment is empty where the source names none."""

    service: Service
    environment: str
    state: Running


def provenance(snapshot: Snapshot, service: Service) -> tuple[tuple[str, Line], ...]:
    """Lines for the service's page, one for each production environment."""
    found = list(_places(snapshot, service))
    day = words.day(snapshot.date.cutoff)
    several = len(found) > 1
    return tuple(
        (f"Running on {day}" + (f", {place.environment}" if several else ""), _told(snapshot, place)) for place in found
    )


def _told(snapshot: Snapshot, place: Place) -> Line:
    found = place.state.deployment
    if found is None:
        return line(words.soft(f"cannot tell: {why(snapshot, place.service, place.state)}"))
    commit: tuple[Inline | str, ...] = (", commit ", words.code(found.commit[:8])) if found.commit else ()
    since = f", since {words.minute(place.state.since)}, "
    return line(words.code(found.version), *commit, since, words.deployment(snapshot.facts, found.key))


def why(snapshot: Snapshot, service: Service, state: Running) -> str:
    """Why it cannot be told what runs, as the rest of a sentence."""
    pipeline = snapshot.isms.pipelines.get(service.pipeline)
    if service.kind == "supplier-run":
        return "a supplier runs it"
    if pipeline is None:
        return "no pipeline record says where deployments are told"
    if pipeline.deployments.kind == "integrations":
        return "its pipeline tells of integrations only, and a merge is no deployment"
    return snapshot.facts.unreleased.get(service.id, "") or visible(state.why)


def table(snapshot: Snapshot) -> Table:
    """One row a service and production environment; services without a repository of ours are left out."""
    columns = (
        words.column("Service"),
        words.column("Environment"),
        words.column("Version"),
        words.column("Commit"),
        words.column("Since, UTC", "d", "Since"),
        words.column("Known from"),
    )
    rows = tuple(_row(snapshot, place) for place in _of_all(snapshot))
    return Table(columns, rows, empty="No live service with a repository is registered.")


def lede(snapshot: Snapshot) -> str:
    """Of how many services it can be told what runs, in each production environment by itself."""
    places = _of_all(snapshot)
    services = {place.service.id for place in places}
    untold = {place.service.id for place in places if place.state.deployment is None}
    told = words.of(len(services - untold), len(services))
    return f"The declared sources tell it for {told} {'service' if len(services) == 1 else 'services'}."


def _of_all(snapshot: Snapshot) -> list[Place]:
    """Of live services with a repository of ours."""
    live = (one for one in snapshot.isms.services.values() if one.repos and one.status in {"live", "retiring"})
    return [place for service in live for place in _places(snapshot, service)]


def _row(snapshot: Snapshot, place: Place) -> Row:
    name = Cell((words.record(snapshot.isms, place.service.id, "services"),))
    environment = words.cell(place.environment or words.soft("not named"))
    found = place.state.deployment
    if found is None:
        untold = words.soft(f"cannot tell: {why(snapshot, place.service, place.state)}")
        return Row((name, environment, Cell((untold,), span=4)))
    has_page = found.key in snapshot.facts.deployments
    since = words.minute(place.state.since)
    return Row(
        (
            name,
            environment,
            words.cell(words.code(found.version)),
            words.cell(words.code(found.commit[:8]) if found.commit else Text("cannot be told", "late")),
            words.cell(Link(since, addresses.deployment(found.key)) if has_page else since),
            Cell(line(found.basis, " ", words.grade(found.grade))),
        )
    )


def _places(snapshot: Snapshot, service: Service) -> Iterator[Place]:
    facts, isms, at = snapshot.facts, snapshot.isms, snapshot.date.cutoff
    told = {found.environment for found in facts.deployments.values() if found.service == service.id}
    own = service.environments or tuple(isms.environments)
    declared = {id_ for id_ in own if id_ in isms.environments and isms.environments[id_].kind == "production"}
    pipeline = isms.pipelines.get(service.pipeline)
    names_them = pipeline is not None and pipeline.deployments.kind in {"records", "gitops"}
    environments = told | declared if names_them or not told else told  # a tag is of no environment in particular
    for environment in sorted(environments) or [""]:
        yield Place(service, environment, what_ran(facts, service.id, environment, at))
