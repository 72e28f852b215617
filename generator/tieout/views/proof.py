"""Proof that a population is whole: it adds up by month, by kind and by grade, and Git counts it again."""

from collections.abc import Sequence
from itertools import groupby

from tieout.model.grades import Grade
from tieout.model.history import Change
from tieout.model.results import CheckResult, Item
from tieout.text.words import digits, plural
from tieout.views import addresses, words
from tieout.views.page import Block, Columns, Inline, Para, Row, Section, Table, line
from tieout.views.snapshot import Snapshot

Counted = tuple[Inline | str, int]


def sections(snapshot: Snapshot, cut: CheckResult) -> tuple[Section, ...]:
    """For populations of changes, deployments too; records are their own list."""
    items = cut.items
    if not items or cut.check.kind not in {"change", "deployment"}:
        return ()
    noun = f"{words.sentence(cut.check.kind)}s"
    entries: list[tuple[str, tuple[Block, ...]]] = [("By month", (_table(noun, _months(items)),))]
    known = snapshot.facts.changes if cut.check.kind == "change" else {}
    changes = [known[item.key] for item in items if item.key in known]
    if changes and len(changes) == len(items):
        entries.append(("By kind", (_table(noun, _kinds(changes)),)))
    if any(item.grade is not None for item in items):
        entries.append(("By grade", (_table(noun, _grades(items)),)))
    if changes and len(changes) == len(items):
        entries += _recount(changes)
    return (Section("Does it tie out?", (Columns(tuple(entries)),), "whole"),)


def _table(noun: str, counted: Sequence[Counted]) -> Table:
    rows = [Row((words.cell(title), words.count(number))) for title, number in counted]
    total = Row((words.cell("All"), words.count(sum(number for _, number in counted))), "total")
    return Table((words.column(noun), words.column("Number", "n")), (*rows, total), "plain")


def _months(items: Sequence[Item]) -> list[Counted]:
    months = sorted(addresses.month(item.at) for item in items)
    return [(words.human_month(month), len(list(held))) for month, held in groupby(months)]


def _kinds(changes: Sequence[Change]) -> list[Counted]:
    emergency = sum(bool(change.emergency) for change in changes)
    automated = sum(change.automated and not change.emergency for change in changes)
    ordinary = len(changes) - emergency - automated
    return [("Ordinary", ordinary), ("Automated", automated), ("Emergency", emergency)]


def _grades(items: Sequence[Item]) -> list[Counted]:
    held = [item.grade for item in items]
    graded: list[Counted] = [(words.grade(one), held.count(one)) for one in sorted(Grade, reverse=True) if one in held]
    return [*graded, ("not graded", held.count(None))] if None in held else graded


def _recount(changes: Sequence[Change]) -> list[tuple[str, tuple[Block, ...]]]:
    """A command for each repository: the steps from the first of these changes to the last, and how many of them are outside the population."""
    told: list[Block] = []
    for repo in sorted({change.repo for change in changes}):
        own = sorted((change for change in changes if change.repo == repo), key=lambda change: change.order)
        first, last = own[0], own[-1]
        steps = last.order - first.order + 1
        start = f"{first.short}^.." if first.kind != "root" else ""
        command = f"git -C {repo} rev-list --first-parent --count {start}{last.short}"
        rest = steps - len(own)
        which = f": {plural(len(own), 'change')} of this population and {digits(rest)} outside it" if rest else ""
        told += [Para(line(words.code(command))), Para(line(f"gives {digits(steps)}{which}."))]
    return [("Count it yourself", tuple(told))]
