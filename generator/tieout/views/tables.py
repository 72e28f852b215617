"""Tables that several pages share: results of checks with their outcomes, which add up to the population."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from tieout.model.results import CheckResult, Outcome
from tieout.views import addresses, words
from tieout.views.page import Cell, Inline, Link, Row, Table, Text
from tieout.views.snapshot import Snapshot

Rows = Callable[[CheckResult], str]  # the page of a result's rows


def results(
    found: Iterable[CheckResult],
    href: Rows,
    *,
    total: bool = True,
    empty: str = "No check is named.",
    shown: Iterable[CheckResult] | None = None,
) -> Table:
    """One row a check: population and outcomes, each number a link to its rows; the last row adds them up.

    Where only some are `shown`, one row counts the others, which stand in the list of all checks.
    """
    listed = tuple(found)
    single = listed if shown is None else tuple(shown)
    rows = [_result(result, href(result)) for result in single]
    others = [result for result in listed if result not in single and result.occurred]
    if others:
        rows.append(_others(others))
    if total and len(listed) > 1:
        rows.append(_total(listed))
    columns = (words.column("Check"), words.column("Population", "n"), *words.outcome_columns())
    return Table(columns, tuple(rows), "run", empty=empty)


def by_month(snapshot: Snapshot, counted: Mapping[str, Mapping[str, tuple[int, str]]], total: str, label: str) -> Table:
    """One row a service, one column a month: a number and the page of its rows. The last row adds them up."""
    months = sorted({month for found in counted.values() for month in found})
    rows = []
    for service, found in sorted(counted.items()):
        name = Cell((words.record(snapshot.isms, service, "services"),))
        numbers = (words.count(*found.get(month, (0, ""))) for month in months)
        rows.append(Row((name, *numbers, words.count(sum(number for number, _ in found.values())))))
    sums = [sum(found[month][0] for found in counted.values() if month in found) for month in months]
    last = Row((words.cell(total), *map(words.count, sums), words.count(sum(sums))), "total")
    columns = (words.column("Service"), *(words.column(month, "n") for month in months), words.column("Period", "n"))
    return Table(columns, (*rows, last) if rows else (), "scroll", label=label)


def _result(result: CheckResult, href: str) -> Row:
    name: Inline = Text(result.check.title)
    if not result.occurred:
        name = Link(result.check.title, href)
        nothing = Cell((words.DID_NOT_OCCUR, words.soft(": nothing to judge in the period")), span=5)
        return Row((words.cell(name), words.count(0), nothing))
    cells = (words.count(result.count(verdict), href, bad=verdict is Outcome.FAIL) for verdict in words.OUTCOMES)
    return Row((words.cell(name), words.count(len(result.items), href), *cells))


def _others(found: Sequence[CheckResult]) -> Row:
    further = "1 further check" if len(found) == 1 else f"{len(found)} further checks"
    sums = (words.count(sum(result.count(one) for result in found), addresses.CHECKS) for one in words.OUTCOMES)
    items = words.count(sum(len(result.items) for result in found), addresses.CHECKS)
    return Row((words.cell(f"{further}, in which nothing failed"), items, *sums))


def _total(found: tuple[CheckResult, ...]) -> Row:
    sums = (sum(result.count(verdict) for result in found) for verdict in words.OUTCOMES)
    items = sum(len(result.items) for result in found)
    return Row((words.cell("Items judged"), words.count(items), *(words.count(number) for number in sums)), "total")
