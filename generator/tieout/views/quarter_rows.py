"""Rows of the quarterly change report: what somebody must look at, each with the page or rows it leads to."""

from tieout.checks.reconcile import DEPLOYMENT_PLACES
from tieout.checks.review import outsiders
from tieout.model.history import Change, Deployment
from tieout.model.results import Item, Outcome
from tieout.text.words import digits, plural, visible
from tieout.views import approval, words
from tieout.views.page import Cell, Column, Line, Row, Table, Text, line
from tieout.views.quarters import Report
from tieout.views.snapshot import Snapshot

HIGH_RISK, EMERGENCY = "high-risk-path-reviewed", "emergency-reviewed"

# --- changes that someone must look at -----------------------------------------------------------------------------


def is_high_risk(change: Change) -> bool:
    return bool(change.high_risk_paths or change.criteria)


def high_risk(snapshot: Snapshot, report: Report) -> Table:
    judged = _by_key(report, HIGH_RISK)
    columns = _columns(
        ("Change", ""),
        ("What", ""),
        ("Entered, UTC", "d"),
        ("Why it is high-risk", ""),
        ("Approved by", ""),
        ("Judged", ""),
    )
    rows = tuple(
        Row(
            (
                *_named(snapshot, change),
                words.cell(*_criteria(snapshot, change)),
                Cell(_approvers(snapshot, change)),
                _outcome(judged.get(change.key)),
            )
        )
        for change in report.changes
        if is_high_risk(change)
    )
    return Table(columns, rows, empty="None.")


def _criteria(snapshot: Snapshot, change: Change) -> Line:
    if change.criteria:
        return words.records(snapshot.isms, change.criteria, "criteria")
    path = words.code(change.high_risk_paths[0])
    more = len(change.high_risk_paths) - 1
    return line(path, f" and {digits(more)} more" if more else "")


def _approvers(snapshot: Snapshot, change: Change) -> Line:
    """Everybody outside the author set who approved it before it entered the branch; else what is on record."""
    people = {one.by.key: one.by for one in outsiders(change, change.approvals) if not one.after_the_fact}
    if not people:
        return approval.words_of(snapshot.isms, change)
    return words.joined((part for who in people.values() for part in words.identity(snapshot.isms, who)), ", ")


def emergencies(snapshot: Snapshot, report: Report) -> Table:
    judged = _by_key(report, EMERGENCY)
    columns = _columns(("Change", ""), ("What", ""), ("Entered, UTC", "d"), ("Review", ""), ("Judged", ""))
    known = {change.key: change for change in report.changes}
    keys = [key for key, change in known.items() if change.emergency or key in judged]
    rows = tuple(
        Row((*_named(snapshot, known[key]), _reason(snapshot, judged.get(key)), _outcome(judged.get(key))))
        for key in keys
    )
    return Table(columns, rows, empty="None: no change carries a mark of an emergency, and none was pushed directly.")


def _reason(snapshot: Snapshot, item: Item | None) -> Cell:
    return Cell(words.linked(snapshot.isms, visible(item.reason)) if item else (words.soft("not judged"),))


def _named(snapshot: Snapshot, change: Change) -> tuple[Cell, Cell, Cell]:
    return (
        words.cell(words.change(snapshot.facts, change.key)),
        words.cell(words.claim(visible(change.subject))),
        words.cell(words.minute(change.time)),
    )


def _by_key(report: Report, check: str) -> dict[str, Item]:
    return {item.key: item for result in report.results if result.check.id == check for item in result.items}


def _outcome(item: Item | None) -> Cell:
    return words.cell(words.outcome(item.outcome) if item else words.soft("not judged"))


def _columns(*titles: tuple[str, str]) -> tuple[Column, ...]:
    return tuple(words.column(title, kind) for title, kind in titles)


# --- deployments, deviations, exceptions, gaps ---------------------------------------------------------------------

ORDINARY = "brought"


def _taken_back(one: Deployment) -> str:
    """When it was rolled back, where a record tells that."""
    if one.result != "rolled-back":
        return ""
    return f" It was rolled back at {words.minute(one.ended)}." if one.ended else " It was rolled back."


def odd_deployments(snapshot: Snapshot, report: Report) -> Table:
    """The deployments that did not simply bring changes, each with what it did."""
    known = {one.key: one for one in report.deployments}
    rows = tuple(
        Row(
            (
                words.cell(words.deployment(snapshot.facts, placed.key)),
                words.cell(words.minute(known[placed.key].at)),
                words.cell(words.code(visible(known[placed.key].version))),
                words.cell(words.sentence(DEPLOYMENT_PLACES[placed.place])),
                words.cell(visible(placed.reason), _taken_back(known[placed.key])),
            )
        )
        for placed in report.reconciled.deployments
        if placed.key in known and (placed.place != ORDINARY or known[placed.key].result == "rolled-back")
    )
    columns = _columns(("Deployment", ""), ("When, UTC", "d"), ("Version", ""), ("What it did", ""), ("Why", ""))
    return Table(columns, rows, empty="None: every deployment brought changes.")


def deviations(snapshot: Snapshot, report: Report) -> Table:
    """One row a check with a deviation, each number a link to the rows of the service."""
    columns = (
        words.column("Check"),
        words.column("Judged", "n"),
        *(words.mark_column(words.outcome(one)) for one in (Outcome.FAIL, Outcome.EXCEPTED, Outcome.UNKNOWN)),
    )
    rows = []
    for result in report.results:
        fails, excepted, unknown = (result.count(one) for one in (Outcome.FAIL, Outcome.EXCEPTED, Outcome.UNKNOWN))
        if fails or excepted or unknown:
            href = words.check_rows(snapshot.judgement, result.check.id, report.service.id)
            numbers = (words.count(fails, href, bad=True), words.count(excepted, href), words.count(unknown, href))
            judged = words.count(len(result.items) - result.count(Outcome.NOT_APPLICABLE), href)
            rows.append(Row((words.cell(result.check.title), judged, *numbers)))
    whole = f"None: {plural(len(report.results), 'check')} judged the quarter, and nothing failed or stayed open."
    return Table(columns, tuple(rows), "run", empty=whole)


def exceptions(snapshot: Snapshot, report: Report) -> Table:
    used: dict[str, list[Item]] = {}
    for result in report.results:
        for item in result.items:
            if item.exception:
                used.setdefault(item.exception, []).append(item)
    rows = []
    for id_, items in sorted(used.items()):
        after = [item for item in items if item.outcome is Outcome.FAIL]
        keys = sorted({(item.at, item.key) for item in items})
        found = {key: words.item(snapshot.isms, snapshot.facts, item) for item in items for key in [item.key]}
        rows.append(
            Row(
                (
                    Cell(words.named(snapshot.isms, id_, "exceptions")),
                    words.count(len(items) - len(after)),
                    words.count(len(after), bad=True),
                    Cell(words.joined(found[key] for _, key in keys)),
                )
            )
        )
    columns = _columns(("Exception", ""), ("Permitted by it", "n"), ("After its end", "n"), ("What relied on it", ""))
    return Table(columns, tuple(rows), empty="None.")


def gaps(snapshot: Snapshot, report: Report) -> Table:
    """As they stand at the audit date: nothing tells how they stood at the end of the quarter."""
    found = [gap for gap in snapshot.gaps if gap.subject == report.service.id]
    rows = tuple(
        Row(
            (
                words.cell(Text(gap.chain)),
                Cell(words.linked(snapshot.isms, gap.sentence, snapshot.facts)),
                words.cell(words.day(gap.since) or words.soft("not known")),
            )
        )
        for gap in found
    )
    columns = _columns(("Chain", ""), ("What is missing", ""), ("Since", "d"))
    return Table(columns, rows, empty=f"No gap names the service on {words.human(snapshot.date.cutoff)}.")
