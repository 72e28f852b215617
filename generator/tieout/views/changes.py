"""Changes: how many for each service and month, and the ledgers: who, what, when, on whose authority, judged how."""

from collections.abc import Iterable, Mapping, Sequence

from tieout.model.history import Change
from tieout.model.results import Item, Outcome
from tieout.text.words import digits, plural, visible
from tieout.views import addresses, approval, around, change, tables, words
from tieout.views.around import count_failed
from tieout.views.page import Cell, Chips, Line, Link, Mark, Page, Para, Row, Section, Table, Text, line
from tieout.views.snapshot import Snapshot

INDEX = addresses.CHANGES
# Worst first: what a whole change is judged as.
WORST = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.EXCEPTED, Outcome.PASS)


def pages(snapshot: Snapshot) -> Iterable[Page]:
    found_around = around.gather(snapshot)
    judged = found_around.changes
    inside = in_period(snapshot)
    yield _index(snapshot, inside, judged)
    months: dict[tuple[str, str], list[Change]] = {}
    for found in inside:
        months.setdefault((found.repo, addresses.month(found.time)), []).append(found)
    for (repo, month), listed in sorted(months.items()):
        chips = [
            (Link(when, addresses.changes(repo, when)), when == month) for name, when in sorted(months) if name == repo
        ]
        yield _ledger(snapshot, (repo, month), listed, Chips(tuple(chips)), judged)
    for found in snapshot.facts.changes.values():
        yield change.page(snapshot, found, found_around)


def in_period(snapshot: Snapshot) -> list[Change]:
    """The changes of the period, oldest first; those of no service are among them."""
    start, end = snapshot.date.start, snapshot.date.end
    return [found for found in snapshot.facts.changes.values() if start <= found.time <= end]


def worst(items: Iterable[Item]) -> Mark:
    """The verdict on a whole change: its worst; a change that no check applies to is not judged."""
    outcomes = [item.outcome for item in items]
    for verdict in WORST:
        if verdict in outcomes:
            number = outcomes.count(verdict)
            return words.outcome(verdict, number if verdict is not Outcome.PASS else 0)
    return Mark("na", "not judged")


# --- the index -----------------------------------------------------------------------------------------------------


def _index(snapshot: Snapshot, inside: list[Change], judged: Mapping[str, Sequence[Item]]) -> Page:
    owned = [found for found in inside if found.services]
    others = [found for found in inside if not found.services]
    failed = count_failed((found.key for found in owned), judged)
    services = sorted({service for found in owned for service in found.services})
    if not inside:
        lede = line(f"No change entered a protected branch in the period, {words.period(snapshot.date)}.")
    else:
        lede = line(
            f"{plural(len(owned), 'change')} to {plural(len(services), 'service')} in the period; "
            f"in {digits(failed) if failed else 'none'} of them at least one check failed."
        )
    proven = any(service.repos for service in snapshot.isms.services.values()) and snapshot.judgement.results
    whole = (Link("Is anything missing?", addresses.POPULATIONS),) if proven else ()
    note = Para(
        line(
            "A change is one step on the first-parent line of a protected branch: "
            "the source is the branch itself, so that none can be missing. Each number leads to its rows. ",
            *whole,
        ),
        "note",
    )
    sections = (
        Section("By service and month", (note, _months(snapshot, owned, services), *_shared(owned)), "months"),
        Section("By kind", (_kinds(owned),), "kinds"),
        Section("Left out of the services' populations", (_robots(), _left_out(snapshot, others)), "left-out"),
    )
    return Page(INDEX, "Changes", "Changes", lede, sections, nav=INDEX)


def _months(snapshot: Snapshot, owned: list[Change], services: list[str]) -> Table:
    counted: dict[str, dict[str, tuple[int, str]]] = {service: {} for service in services}
    for found in owned:
        month = addresses.month(found.time)
        for service in found.services:
            number, href = counted[service].get(month, (0, addresses.changes(found.repo, month)))
            counted[service][month] = (number + 1, href)
    return tables.by_month(snapshot, counted, "Changes by service", "Changes by service and month")


def _shared(owned: list[Change]) -> tuple[Para, ...]:
    """Why the sum of the services may be more than the number of changes."""
    twice = [found for found in owned if len(found.services) > 1]
    if not twice:
        return ()
    extra = sum(len(found.services) - 1 for found in twice)
    return (
        Para(
            line(
                f"{plural(len(owned), 'change')}: {plural(len(twice), 'change')} of more than one service "
                f"{'is' if len(twice) == 1 else 'are'} counted for each, {digits(extra)} more in the total."
            ),
            "note",
        ),
    )


def _kinds(owned: list[Change]) -> Table:
    groups = (
        ("Ordinary", [found for found in owned if not found.automated and not found.emergency]),
        (
            "Automated: every author is a declared robot",
            [found for found in owned if found.automated and not found.emergency],
        ),
        ("Emergency, by the operator's own marks", [found for found in owned if found.emergency]),
    )
    rows = [Row((words.cell(title), words.count(len(listed)))) for title, listed in groups]
    total = Row((words.cell("Changes"), words.count(len(owned))), "total")
    return Table((words.column("Kind"), words.column("Changes", "n")), (*rows, total), "plain")


def _robots() -> Para:
    return Para(
        line(
            "Steps that only robots made outside the services are not listed here: version bumps are listed as ",
            Link("deployments", addresses.DEPLOYMENTS),
            ", and all of them are counted under ",
            Link("provenance", f"{addresses.PROVENANCE}#counts"),
            ".",
        ),
        "note",
    )


def _left_out(snapshot: Snapshot, others: list[Change]) -> Table:
    """Changes that belong to no service, by repository, with the reason."""
    rows = []
    for repo in sorted({found.repo for found in others}):
        here = [found for found in others if found.repo == repo]
        settings = snapshot.config.repositories.get(repo)
        kind = settings.kind if settings else "service"
        quiet = all(not found.paths for found in here)
        reason = {
            "environments": "the environments repository: what people changed there beside deployments",
            "template": "the pipeline's template: belongs to no service",
            "records": "exports of the forge",
        }.get(kind, "changes no file against the branch" if quiet else "touches no path that a service names")
        months = sorted({addresses.month(found.time) for found in here})
        links = words.joined(Link(month, addresses.changes(repo, month)) for month in months)
        rows.append(Row((words.cell(words.code(repo)), words.count(len(here)), words.cell(reason), Cell(links))))
    columns = (words.column("Repository"), words.column("Changes", "n"), words.column("Why"), words.column("Months"))
    return Table(columns, tuple(rows), empty="None: every change belongs to a service.")


# --- a ledger ------------------------------------------------------------------------------------------------------


def _ledger(
    snapshot: Snapshot,
    place: tuple[str, str],
    listed: list[Change],
    chips: Chips,
    judged: Mapping[str, Sequence[Item]],
) -> Page:
    repo, month = place
    failed = count_failed((found.key for found in listed), judged)
    lede = of_month(plural(len(listed), "change"), month, failed)
    here = addresses.changes(repo, month)
    table = Table(COLUMNS, tuple(row(snapshot, found, judged.get(found.key, ())) for found in listed))
    crumbs = (Link("Changes", INDEX), Text(repo, "code"), Text(words.human_month(month)))
    heading = f"Changes to {repo}, {words.human_month(month)}"
    return Page(here, f"{repo} {month}", heading, lede, (Section("", (chips, table)),), crumbs, nav=INDEX)


def of_month(counted: str, month: str, failed: int) -> Line:
    """The first sentence of a ledger: how many there are in the month, and in how many a check failed."""
    told = f"in {digits(failed)} of them at least one check failed" if failed else "no check failed in any of them"
    return line(f"{counted} in {words.human_month(month)}; {told}.")


COLUMNS = (
    words.column("What"),
    words.column("Who"),
    words.column("When, UTC", "d", "When"),
    words.column("On whose authority", label="Authority"),
    words.column("Judged"),
)


def row(snapshot: Snapshot, found: Change, items: Sequence[Item]) -> Row:
    who = words.joined((part for author in found.authors for part in words.identity(snapshot.isms, author)), ", ")
    what: Line = line(Link(found.short, addresses.change(found.key), "id"), f" {visible(found.subject)}")
    return Row(
        (
            Cell(what),
            Cell(who),
            words.cell(words.minute(found.time)),
            Cell(approval.words_of(snapshot.isms, found)),
            words.cell(worst(items)),
        ),
        anchor=found.short,
    )
