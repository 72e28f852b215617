"""Is it systematic? How many of how many failed a check, of which services and in which months: counts, no judgement."""

from collections.abc import Iterable

from tieout.checks.case import day_of
from tieout.model.results import CheckResult, Item, Outcome
from tieout.text.words import digits
from tieout.views import words
from tieout.views.page import Cell, Row, Table
from tieout.views.snapshot import Snapshot


def table(snapshot: Snapshot) -> Table:
    """One row for each check that more than one item failed, those with most first."""
    columns = (
        words.column("Check"),
        words.column("Failed", label="Of what was judged"),
        words.column("Services"),
        words.column("Months"),
        words.column("Permitted", label="By an exception"),
    )
    failing = [one for one in snapshot.judgement.results.values() if one.count(Outcome.FAIL) > 1]
    failing.sort(key=lambda one: -one.count(Outcome.FAIL))
    return Table(columns, tuple(_row(snapshot, one) for one in failing), empty="No check failed more than once.")


def _row(snapshot: Snapshot, result: CheckResult) -> Row:
    judged = [item for item in result.items if item.outcome is not Outcome.NOT_APPLICABLE]
    failed = [item for item in judged if item.outcome is Outcome.FAIL]
    excepted = result.count(Outcome.EXCEPTED)
    return Row(
        (
            Cell((words.check(snapshot.judgement, result.check.id),)),
            words.cell(_of(len(failed), len(judged))),
            words.cell(_part(_services(failed), _services(judged))),
            words.cell(_part(_months(failed), _months(judged))),
            words.cell(digits(excepted) if excepted else words.soft("none")),
        )
    )


def _part(failed: set[str], judged: set[str]) -> str:
    """`wallet` where it is one, else how many of how many; nothing where items belong to none."""
    if not judged:
        return ""
    return f"{', '.join(failed)} of {digits(len(judged))}" if len(failed) == 1 else _of(len(failed), len(judged))


def _of(number: int, whole: int) -> str:
    return f"{digits(number)} of {digits(whole)}"


def _services(items: Iterable[Item]) -> set[str]:
    return {id_ for item in items for id_ in (item.service, *item.others) if id_}


def _months(items: Iterable[Item]) -> set[str]:
    """As 2026-08, of what has a time."""
    return {day_of(item.at).isoformat()[:7] for item in items if item.at}
