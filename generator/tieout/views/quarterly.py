"""The quarterly change report of a service, as regulators ask it by component: a page for each quarter of the period.

It repeats no judgement: what it counts stands in rows of its own or on the page that a number leads to. A quarter that
the audit's period covers in part is reported for that part, and says so.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from tieout.checks.reconcile import CHANGE_PLACES, PlacedChange
from tieout.model.history import Change
from tieout.model.results import Item, Outcome
from tieout.text.words import digits, human_list, plural
from tieout.views import addresses, around, changes, quarter_rows, reconciled, words
from tieout.views.page import Block, Columns, Line, Link, Page, Para, Row, Section, Table, Text, line
from tieout.views.quarters import KINDS, Report, kind_of, links, reports
from tieout.views.snapshot import Snapshot

SERVICES = addresses.index("services")


def pages(snapshot: Snapshot) -> Iterable[Page]:
    judged = around.verdicts(snapshot.judgement, "change")
    for report in reports(snapshot):
        yield _page(snapshot, report, judged)


# --- the page ------------------------------------------------------------------------------------------------------


def _page(snapshot: Snapshot, report: Report, judged: Mapping[str, Sequence[Item]]) -> Page:
    service, quarter = report.service, report.quarter
    sections = (
        Section("In numbers", tuple(_numbers(snapshot, report)), "numbers"),
        Section("High-risk changes and who approved them", (quarter_rows.high_risk(snapshot, report),), "high-risk"),
        Section("Emergency changes and their reviews", (quarter_rows.emergencies(snapshot, report),), "emergency"),
        Section(
            "Deployments that failed, went back or brought nothing",
            (quarter_rows.odd_deployments(snapshot, report),),
            "deployments",
        ),
        Section("Deviations, by check", (quarter_rows.deviations(snapshot, report),), "deviations"),
        Section("Exceptions that were used", (quarter_rows.exceptions(snapshot, report),), "exceptions"),
        Section("Open gaps of the service", (quarter_rows.gaps(snapshot, report),), "gaps"),
        Section(
            "Changes held against deployments", tuple(reconciled.blocks(snapshot, report.reconciled)), "reconciled"
        ),
        Section("Every change of the quarter", tuple(_all(snapshot, report, judged)), "changes"),
    )
    return Page(
        addresses.quarter(service.id, str(quarter)),
        f"{service.id} {quarter}",
        f"{service.title}: changes in {quarter}",
        _lede(report),
        sections,
        (Link("Services", SERVICES), words.record(snapshot.isms, service.id, "services"), Text(str(quarter))),
        _provenance(snapshot, report),
        SERVICES,
    )


def _lede(report: Report) -> Line:
    fails = {item.key for result in report.results for item in result.items if item.outcome is Outcome.FAIL}
    changed = sum(change.key in fails for change in report.changes)
    deployed = sum(one.key in fails for one in report.deployments)
    told = f"{plural(len(report.changes), 'change')} and {plural(len(report.deployments), 'deployment')}"
    if not changed and not deployed:
        return line(f"{told}; no check failed on any of them.")
    failed = [plural(number, noun) for number, noun in ((changed, "change"), (deployed, "deployment")) if number]
    return line(f"{told}; at least one check failed on {human_list(failed)}.")


def _provenance(snapshot: Snapshot, report: Report) -> tuple[tuple[str, Line], ...]:
    service = report.service
    told = f"{words.day(report.start)} to {words.day(report.end)}"
    whole = (report.start, report.end) == (report.quarter.start, report.quarter.end)
    part = "" if whole else ", so far" if snapshot.date.open else ", the part of the quarter in this audit's period"
    entries: list[tuple[str, Line]] = [
        ("Service", (words.record(snapshot.isms, service.id, "services"),)),
        ("Tier", line(str(service.tier))),
        ("Reported", line(f"{told}{part}")),
    ]
    if service.rts_critical:
        entries.append(("Critical for", line(", ".join(service.rts_critical))))
    entries.append(("Quarters", words.joined(links(snapshot, service.id))))
    return tuple(entries)


# --- counts --------------------------------------------------------------------------------------------------------


def _numbers(snapshot: Snapshot, report: Report) -> Iterator[Block]:
    counted = Counter(kind_of(change) for change in report.changes)
    kinds = [(kind, counted[kind], f"#{kind.casefold()}") for kind in KINDS]
    risky = sum(quarter_rows.is_high_risk(change) for change in report.changes)
    ended = Counter(_end_of(report))
    results = [(end, ended[end], "" if end == STOOD else "#deployments") for end in ENDS]
    yield Columns(
        (
            ("Changes, by kind", (reconciled.counted("Kind", kinds, len(report.changes)),)),
            ("Of these", (Para(line(*_risk_words(risky))), Para(line(*_tier_words(snapshot, report))))),
            ("Deployments", (reconciled.counted("Result", results, len(report.deployments)),)),
        )
    )
    yield _by_month(report)


FAILED, TAKEN_BACK, WENT_BACK = "Failed, or not at their end", "Rolled back later", "Went back to an older commit"
STOOD = "All others"
ENDS = (FAILED, TAKEN_BACK, WENT_BACK, STOOD)


def _end_of(report: Report) -> Iterator[str]:
    """What came of each deployment, each once: of what holds of one, the first."""
    places = {one.key: one.place for one in report.reconciled.deployments}
    for one in report.deployments:
        if places[one.key] == "failed":
            yield FAILED
        elif one.result == "rolled-back":
            yield TAKEN_BACK
        else:
            yield WENT_BACK if places[one.key] == "back" else STOOD


def _risk_words(risky: int) -> Line:
    if not risky:
        return line("No change was high-risk by the operator's criteria.")
    told = f"{plural(risky, 'change')} {'was' if risky == 1 else 'were'} high-risk"
    return line(Link(told, "#high-risk"), " by the operator's criteria.")


def _tier_words(snapshot: Snapshot, report: Report) -> Line:
    shared = [change for change in report.changes if len(change.services) > 1]
    stricter = sum(_tier(snapshot, change) < report.service.tier for change in shared)
    told = f"All were judged as of tier {report.service.tier}"
    if stricter:
        told += f", but for {digits(stricter)} that touch a service of a stricter tier too"
    return line(f"{told}; {digits(len(shared)) if shared else 'none'} touched another service as well.")


def _tier(snapshot: Snapshot, change: Change) -> int:
    services = snapshot.isms.services
    return min(services[id_].tier for id_ in change.services if id_ in services)


def _by_month(report: Report) -> Table:
    """Each number leads to the ledger of its month."""
    repos = sorted({change.repo for change in report.changes})
    made = Counter((addresses.month(change.time), change.repo) for change in report.changes)
    deployed = Counter(addresses.month(one.at) for one in report.deployments)
    months = sorted({month for month, _ in made} | set(deployed))
    columns = (
        words.column("Month"),
        *(words.column(f"Changes in {repo}", "n") for repo in repos),
        words.column("Deployments", "n"),
    )
    rows = [
        Row(
            (
                words.cell(words.human_month(month)),
                *(words.count(made[month, repo], addresses.changes(repo, month)) for repo in repos),
                words.count(deployed[month], addresses.deployments(report.service.id, month)),
            )
        )
        for month in months
    ]
    sums = (sum(number for (_, name), number in made.items() if name == repo) for repo in repos)
    rows.append(Row((words.cell("Quarter"), *map(words.count, sums), words.count(len(report.deployments))), "total"))
    return Table(columns, tuple(rows), "run")


# --- every change --------------------------------------------------------------------------------------------------


def _all(snapshot: Snapshot, report: Report, judged: Mapping[str, Sequence[Item]]) -> Iterator[Block]:
    """By kind, the oldest first, each with the deployment that brought it."""
    placed = {one.key: one for one in report.reconciled.changes}
    columns = (*changes.COLUMNS, words.column("In production", label="Deployed"))
    for kind in KINDS:
        own = [change for change in report.changes if kind_of(change) == kind]
        if own:
            yield Para(line(f"{kind}: {plural(len(own), 'change')}"))
            rows = tuple(
                _with_deployment(
                    snapshot, changes.row(snapshot, change, judged.get(change.key, ())), placed[change.key]
                )
                for change in own
            )
            yield Table(columns, rows, anchor=kind.casefold())
    if not report.changes:
        yield Para(line("None."))


def _with_deployment(snapshot: Snapshot, row: Row, placed: PlacedChange) -> Row:
    if placed.deployment:
        told = words.cell(words.deployment(snapshot.facts, placed.deployment))
    else:
        told = words.cell(words.soft(CHANGE_PLACES[placed.place]))
    return replace(row, cells=(*row.cells, told))
