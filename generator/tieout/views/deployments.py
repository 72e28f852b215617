"""Deployments to production: how many for each service and month, ledgers, and a page for each."""

from collections.abc import Iterable, Mapping, Sequence

from tieout.model.history import Deployment
from tieout.model.results import Item, Outcome
from tieout.text.words import digits, plural, visible
from tieout.views import addresses, change, changes, tables, words
from tieout.views.around import count_failed, verdicts
from tieout.views.page import Cell, Chips, Line, Link, Page, Para, Row, Section, Table, Terms, Text, line
from tieout.views.snapshot import Snapshot

INDEX = addresses.DEPLOYMENTS


def pages(snapshot: Snapshot) -> Iterable[Page]:
    judged = verdicts(snapshot.judgement, "deployment")
    of_changes = verdicts(snapshot.judgement, "change")
    inside = in_period(snapshot)
    yield _index(snapshot, inside, judged)
    months: dict[tuple[str, str], list[Deployment]] = {}
    for found in inside:
        months.setdefault((found.service, addresses.month(found.at)), []).append(found)
    for (service, month), listed in sorted(months.items()):
        chips = [
            (Link(when, addresses.deployments(service, when)), when == month)
            for name, when in sorted(months)
            if name == service
        ]
        yield _ledger(snapshot, (service, month), listed, Chips(tuple(chips)), judged)
    for found in snapshot.facts.deployments.values():
        yield _deployment(snapshot, found, judged.get(found.key, ()), of_changes)


def in_period(snapshot: Snapshot) -> list[Deployment]:
    start, end = snapshot.date.start, snapshot.date.end
    return [found for found in snapshot.facts.deployments.values() if start <= found.at <= end]


def _index(snapshot: Snapshot, inside: list[Deployment], judged: Mapping[str, Sequence[Item]]) -> Page:
    failed = count_failed((found.key for found in inside), judged)
    if inside:
        lede = line(
            f"{plural(len(inside), 'deployment')} to production in the period; "
            f"in {digits(failed) if failed else 'none'} of them at least one check failed."
        )
    else:
        where = "where the pipelines say" if snapshot.isms.pipelines else "since no pipeline record says where to look"
        lede = line(f"No deployment to production was found in the period: none is recorded {where}.")
    counted: dict[str, dict[str, tuple[int, str]]] = {}
    for found in inside:
        month = addresses.month(found.at)
        number, href = counted.setdefault(found.service, {}).get(
            month, (0, addresses.deployments(found.service, month))
        )
        counted[found.service][month] = (number + 1, href)
    table = tables.by_month(snapshot, counted, "Deployments", "Deployments by service and month")
    note = Para(
        line(
            "Read from the source that each service's pipeline declares: an environments repository says when a version "
            "was wished for and by whom, a release tag that a release was cut. Neither proves that it ran."
        ),
        "note",
    )
    sources = Section("Where they are read", (_sources(inside),), "sources")
    sections = (Section("By service and month", (note, table), "months"), sources)
    return Page(INDEX, "Deployments", "Deployments to production", lede, sections, nav=INDEX)


def _sources(inside: list[Deployment]) -> Table:
    rows = []
    for basis in sorted({found.basis for found in inside}):
        here = [found for found in inside if found.basis == basis]
        services = sorted({found.service for found in here})
        rows.append(Row((words.cell(words.sentence(basis)), words.count(len(here)), words.cell(", ".join(services)))))
    total = Row((words.cell("Deployments"), words.count(len(inside)), words.cell("")), "total")
    columns = (words.column("Source"), words.column("Deployments", "n"), words.column("Services"))
    return Table(columns, (*rows, total) if rows else (), empty="Nothing was read.")


def _ledger(
    snapshot: Snapshot,
    place: tuple[str, str],
    listed: list[Deployment],
    chips: Chips,
    judged: Mapping[str, Sequence[Item]],
) -> Page:
    service, month = place
    failed = count_failed((found.key for found in listed), judged)
    lede = changes.of_month(plural(len(listed), "deployment"), month, failed)
    columns = (
        words.column("When, UTC", "d", "When"),
        words.column("Version"),
        words.column("Changes", "n"),
        words.column("Deployed by"),
        words.column("Asked for by"),
        words.column("Judged"),
    )
    rows = tuple(_row(snapshot, found, judged.get(found.key, ())) for found in listed)
    crumbs = (
        Link("Deployments", INDEX),
        words.record(snapshot.isms, service, "services"),
        Text(words.human_month(month)),
    )
    heading = f"Deployments of {service}, {words.human_month(month)}"
    sections = (Section("", (chips, Table(columns, rows))),)
    return Page(addresses.deployments(service, month), f"{service} {month}", heading, lede, sections, crumbs, nav=INDEX)


def _row(snapshot: Snapshot, found: Deployment, items: Sequence[Item]) -> Row:
    asked = words.identity(snapshot.isms, found.requested_by) if found.requested_by else (words.soft("not stated"),)
    return Row(
        (
            words.cell(Link(words.minute(found.at), addresses.deployment(found.key))),
            words.cell(words.code(visible(found.version))),
            words.count(len(found.changes)),
            Cell(words.identity(snapshot.isms, found.by)),
            Cell(asked),
            words.cell(changes.worst(items)),
        ),
        anchor=found.record[:8],
    )


# --- one deployment ------------------------------------------------------------------------------------------------


def _deployment(
    snapshot: Snapshot, found: Deployment, items: Sequence[Item], of_changes: Mapping[str, Sequence[Item]]
) -> Page:
    month = addresses.month(found.at)
    inside = snapshot.date.start <= found.at <= snapshot.date.end
    title = f"{found.service}, {words.human_month(month)}"
    crumbs = (
        Link("Deployments", INDEX),
        Link(title, addresses.deployments(found.service, month)) if inside else Text(f"{title}, before the period"),
        Text(found.record[:8], "code"),
    )
    fails = sum(item.outcome is Outcome.FAIL for item in items)
    verdict = (
        f"{plural(fails, 'check')} failed"
        if fails
        else "no check failed"
        if items
        else "outside the period, not judged"
    )
    lede = line(
        f"{plural(len(found.changes), 'change')} reached {found.environment} on {words.human(found.at)}; {verdict}."
    )
    sections = (
        Section("", (Terms(_terms(snapshot, found)),)),
        Section("How it was judged", (_judged(snapshot, items),), "judged"),
        Section("Changes that reached production with it", (_changes(snapshot, found, of_changes),), "changes"),
        Section("Where the same version was before", (_earlier(found),), "earlier"),
    )
    return Page(
        addresses.deployment(found.key),
        found.key,
        f"{found.service} {visible(found.version)} to {found.environment}",
        lede,
        sections,
        crumbs,
        _provenance(snapshot, found),
        INDEX,
    )


def _provenance(snapshot: Snapshot, found: Deployment) -> tuple[tuple[str, Line], ...]:
    commit = words.code(f"{found.repo} {found.commit}") if found.commit else Text("cannot be told", "late")
    return (
        ("Service", (words.record(snapshot.isms, found.service, "services"),)),
        ("Deployed commit", (commit,)),
        ("Known from", line(found.basis, " ", words.grade(found.grade))),
        ("Record", (words.code(visible(found.where)),)),
    )


def _terms(snapshot: Snapshot, found: Deployment) -> tuple[tuple[str, tuple[Para, ...]], ...]:
    pipeline = (
        "an identity of the approved pipeline" if found.by_pipeline else "not an identity of the approved pipeline"
    )
    asked = words.identity(snapshot.isms, found.requested_by) if found.requested_by else (words.soft("not stated"),)
    approvals = tuple(
        Para((*words.identity(snapshot.isms, one.by), Text(f", {words.minute(one.at)} "), words.grade(one.grade)))
        for one in found.approvals
    )
    branch = {True: "yes", False: "no", None: "cannot tell"}[found.on_branch]
    if found.arrived > found.at:
        branch = f"not yet: the commit came to the branch on {words.minute(found.arrived)} UTC"
    host = ((("Released from"), (Para(line(words.code(visible(found.host)))),)),) if found.host else ()
    return (
        ("When", (Para(line(f"{words.minute(found.at)} UTC")),)),
        ("Deployed by", (Para((*words.identity(snapshot.isms, found.by), Text(f": {pipeline}"))),)),
        ("Asked for by", (Para(asked),)),
        ("Approved for production by", approvals or (Para(line(words.soft("no record"))),)),
        ("From the protected branch", (Para(line(branch)),)),
        *host,
    )


def _judged(snapshot: Snapshot, items: Sequence[Item]) -> Table:
    columns = ("Check", "Expected", "Found", "Outcome", "Why")
    rows = tuple(change.verdict(snapshot, item) for item in items)
    return Table(tuple(words.column(title) for title in columns), rows, empty="No check judges it.")


def _changes(snapshot: Snapshot, found: Deployment, judged: Mapping[str, Sequence[Item]]) -> Table:
    rows = tuple(
        changes.row(snapshot, snapshot.facts.changes[key], judged.get(key, ()))
        for key in found.changes
        if key in snapshot.facts.changes
    )
    columns = (
        words.column("What"),
        words.column("Who"),
        words.column("When, UTC", "d", "When"),
        words.column("On whose authority", label="Authority"),
        words.column("Judged"),
    )
    empty = "None: the version was in production before, or its commit cannot be told."
    if found.changes:
        empty = f"{plural(len(found.changes), 'change')} from before the period, in which they have no page."
    return Table(columns, rows, empty=empty)


def _earlier(found: Deployment) -> Table:
    rows = tuple(
        Row((words.cell(environment), words.cell(words.minute(at))))
        for environment, at in sorted(found.earlier, key=_by_time)
    )
    columns = (words.column("Environment"), words.column("Since, UTC", "d", "Since"))
    return Table(columns, rows, "plain", empty="In no other environment before, as far as the declared source tells.")


def _by_time(entry: tuple[str, int]) -> tuple[int, str]:
    return entry[1], entry[0]
