"""Deployments to production: how many for each service and month, ledgers, and a page for each."""

from collections.abc import Iterable, Mapping, Sequence

from tieout.model.history import Deployment
from tieout.model.results import Item, Outcome
from tieout.text.words import digits, plural, visible
from tieout.views import addresses, change, changes, production, running, tables, words
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
            f"{plural(len(inside), 'deployment')} to production in the period{_lost(inside)}; "
            + (
                f"in {digits(failed)} of them at least one check failed."
                if failed
                else "in none of them did a check fail."
            )
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
        line("Each is read from the source that its service's pipeline declares, and proves no more than that."), "note"
    )
    sections = (
        Section("By service and month", (table,), "months"),
        Section("Where they are read", (note, _sources(inside)), "sources"),
        Section(f"What runs on {words.human(snapshot.date.cutoff)}", _standing(snapshot), "running"),
        *production.sections(snapshot, inside),
    )
    return Page(INDEX, "Deployments", "Deployments to production", lede, sections, nav=INDEX)


def _lost(inside: list[Deployment]) -> str:
    """How many of them failed, as their records say."""
    failed = sum(found.result == "failed" for found in inside)
    return f", of which {digits(failed)} failed" if failed else ""


def _standing(snapshot: Snapshot) -> tuple[Para | Table, ...]:
    found = running.table(snapshot)
    return (Para(line(running.lede(snapshot))), found) if found.rows else (found,)


# What each source proves and does not, the strongest first.
PROVES = {
    "deployment record": "what was deployed, when, by whom and how it ended, as far as it was written down",
    "environments repository": "when a version was asked for, and by whom; not that it ran",
    "annotated tag": "that a release was cut, and by whom; not that it was deployed, nor when",
    "release branch": "that a release was cut, and by whom; not that it was deployed, nor when",
}


def _sources(inside: list[Deployment]) -> Table:
    rows = []
    for basis, proves in PROVES.items():
        here = [found for found in inside if found.basis == basis]
        services = ", ".join(sorted({found.service for found in here}))
        told = (words.cell(words.sentence(proves)), words.cell(services))
        rows += [Row((words.cell(words.sentence(basis)), words.count(len(here)), *told))] if here else []
    total = Row((words.cell("Deployments"), words.count(len(inside)), words.cell(""), words.cell("")), "total")
    columns = (
        words.column("Source"),
        words.column("Deployments", "n"),
        words.column("What it proves", label="Proves"),
        words.column("Services"),
    )
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
    with_results = any(found.result for found in listed)
    columns = (
        words.column("When, UTC", "d", "When"),
        words.column("Version"),
        words.column("Changes", "n"),
        words.column("Deployed by"),
        words.column("Asked for by"),
        *((words.column("Result"),) if with_results else ()),
        words.column("Judged"),
    )
    rows = tuple(_row(snapshot, found, judged.get(found.key, ()), with_results) for found in listed)
    crumbs = (
        Link("Deployments", INDEX),
        words.record(snapshot.isms, service, "services"),
        Text(words.human_month(month)),
    )
    heading = f"Deployments of {service}, {words.human_month(month)}"
    sections = (Section("", (chips, Table(columns, rows))),)
    return Page(addresses.deployments(service, month), f"{service} {month}", heading, lede, sections, crumbs, nav=INDEX)


def _row(snapshot: Snapshot, found: Deployment, items: Sequence[Item], with_result: bool) -> Row:
    asked = words.identity(snapshot.isms, found.requested_by) if found.requested_by else (words.soft("not stated"),)
    return Row(
        (
            words.cell(Link(words.minute(found.at), addresses.deployment(found.key))),
            words.cell(words.code(visible(found.version))),
            words.count(len(found.changes)),
            Cell(words.identity(snapshot.isms, found.by)),
            Cell(asked),
            *((words.cell(_result(found)),) if with_result else ()),
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
    lede = line(f"{_outcome(found)}; {verdict}.")
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


def _outcome(found: Deployment) -> str:
    """What came of it, as the beginning of a sentence."""
    place, day = found.environment or "production", words.human(found.at)
    if found.result == "failed":
        return f"The deployment to {place} on {day} failed"
    if found.result == "in-progress":
        return f"The deployment to {place} began on {day}, and no record tells its end"
    number = plural(len(found.changes), "change") if found.changes else "No new change"
    reached = f"{number} reached {place} on {day}"
    if found.result == "rolled-back":
        when = f" on {words.human(found.ended)}" if found.ended else ""
        return f"{reached}, and the deployment was rolled back{when}"
    return f"{reached}; how it ended is not known" if found.result == "unknown" else reached


def _result(found: Deployment) -> Text:
    """The result in its words: of what went wrong in ink, of what is not known or was not said softly."""
    quiet = found.result in {"", "unknown", "in-progress"}
    text = found.result.replace("-", " ") or "not told"
    return words.soft(text) if quiet else Text(text)


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
    by = words.identity(snapshot.isms, found.by) if found.by.key else (words.soft("not stated"),)
    return (
        ("When", (Para(line(f"{words.minute(found.at)} UTC")),)),
        ("Deployed by", (Para((*by, Text(f": {pipeline}"))),)),
        ("Asked for by", (Para(asked),)),
        ("Approved for production by", approvals or (Para(line(words.soft("no record"))),)),
        ("From the protected branch", (Para(line(branch)),)),
        *_tag(snapshot, found),
        *host,
        *_recorded(snapshot, found),
    )


def _tag(snapshot: Snapshot, found: Deployment) -> Iterable[tuple[str, tuple[Para, ...]]]:
    """Only where the tag of the version is not on what was deployed."""
    if found.tag:
        made = production.tagged(snapshot, found.tag)
        told = line("leads to another commit now: ", words.code(f"{found.repo} {found.tag.commit}"))
        yield (
            f"The tag {visible(found.tag.name)}",
            (Para(told), Para(line("Made ", *made)) if made else Para(line("It carries neither date nor author."))),
        )


def _recorded(snapshot: Snapshot, found: Deployment) -> Iterable[tuple[str, tuple[Para, ...]]]:
    """What only a deployment record tells."""
    if found.result:
        when = f", at {words.minute(found.ended)} UTC" if found.ended else ""
        yield "Result", (Para(line(_result(found), when)),)
    for name, value in (
        ("Its own id", found.id),
        ("Run", found.run),
        ("Strategy", found.strategy),
        ("Artefact", found.artefact),
    ):
        if value:
            yield name, (Para(line(words.code(visible(value)))),)
    if found.rollback_of:
        taken = next((one for one in snapshot.facts.deployments.values() if _is_taken_back(found, one)), None)
        named = words.deployment(snapshot.facts, taken.key) if taken else words.code(visible(found.rollback_of))
        yield "Takes back", (Para(line(named)),)


def _is_taken_back(found: Deployment, one: Deployment) -> bool:
    return (one.service, one.environment, one.id) == (found.service, found.environment, found.rollback_of)


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
    empty = "None: the version was in production before, or its commit cannot be told."
    if not found.reached:
        empty = "None, as far as is known: it failed." if found.result == "failed" else "None, as far as is known."
    if found.changes:
        empty = f"{plural(len(found.changes), 'change')} from before the period, in which they have no page."
    return Table(changes.COLUMNS, rows, empty=empty)


def _earlier(found: Deployment) -> Table:
    rows = tuple(
        Row((words.cell(environment), words.cell(words.minute(at))))
        for environment, at in sorted(found.earlier, key=_by_time)
    )
    columns = (words.column("Environment"), words.column("Since, UTC", "d", "Since"))
    return Table(columns, rows, "plain", empty="In no other environment before, as far as the declared source tells.")


def _by_time(entry: tuple[str, int]) -> tuple[int, str]:
    return entry[1], entry[0]
