"""Proof that a population is whole: it adds up by month, kind and grade, its file has as many rows, and Git counts it again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from tieout.history import tally
from tieout.history.tally import Tally
from tieout.model.checks import thing
from tieout.model.grades import Grade
from tieout.model.history import Change
from tieout.model.results import CheckResult, Item
from tieout.text.words import plural, plural_of
from tieout.views import addresses, lists, words
from tieout.views.lists import Listed
from tieout.views.page import Block, Columns, Inline, Line, Link, Para, Row, Section, Table, Text, line
from tieout.views.snapshot import Snapshot

Counted = tuple[Inline | str, int]


@dataclass(frozen=True, slots=True)
class Proofs:
    """What was counted once for all pages of an audit."""

    lists: Mapping[str, Listed]  # by check
    tallies: Mapping[str, tuple[Tally, ...]]  # by service, one a repository that could be read


def gather(snapshot: Snapshot) -> Proofs:
    """Needs the facts of the whole history: what belongs to no service is counted too."""
    return Proofs(lists.by_check(snapshot), tallies(snapshot))


def tallies(snapshot: Snapshot) -> Mapping[str, tuple[Tally, ...]]:
    changes = tally.by_repository(snapshot.facts.changes)
    pins, histories = snapshot.facts.pins, snapshot.histories
    period = (snapshot.date.start, snapshot.date.end)
    return {
        service.id: tuple(
            tally.count(histories[repo], pins[repo], changes.get(repo, ()), period, service.id)
            for repo in sorted({link.repo for link in service.repos})
            if repo in histories and repo in pins and pins[repo].commit
        )
        for service in snapshot.isms.services.values()
    }


def sections(snapshot: Snapshot, cut: CheckResult, proofs: Proofs, service: str) -> tuple[Section, ...]:
    """For the rows of one check and service."""
    items = lists.population(cut)
    listed = proofs.lists.get(cut.check.id)
    if not items or listed is None:
        return ()
    noun = words.sentence(plural_of(thing(cut.check.id, cut.check.kind)))
    entries: list[tuple[str, tuple[Block, ...]]] = []
    if any(item.at for item in items):
        entries.append(("By month", (table(noun, months(items)),)))
    known = snapshot.facts.changes if cut.check.kind == "change" else {}
    changes = [known[item.key] for item in items if item.key in known]
    if changes:
        entries.append(("By kind", (table(noun, kinds(changes)),)))
    if any(item.grade is not None for item in items):
        entries.append(("By grade", (table(noun, _grades(items)),)))
    blocks: tuple[Block, ...] = (Columns(tuple(entries)),) if entries else ()
    counted = tuple(map(Para, recount(cut, listed, service)))
    of_git = cut.check.kind in {"change", "deployment"}
    source = tuple(map(Para, _source(proofs, service))) if of_git else ()
    return (Section("Does it tie out?", (*blocks, *counted, *source), "whole"),)


SO_FAR = line(Text("So far: ", "strong"), "the period has not ended, so nothing is concluded about it yet.")


def so_far(snapshot: Snapshot) -> tuple[Para, ...]:
    """Said on every page with a conclusion about a population, where the period has not ended."""
    return (Para(SO_FAR, "note"),) if snapshot.date.open else ()


def recount(result: CheckResult, listed: Listed, service: str = "") -> Iterator[Line]:
    """The same number on the page, in CSV and in JSON, and how to count it again."""
    items = lists.population(result)
    unread = len(result.items) - len(items)
    yield line(
        f"{plural(len(items), 'row')} here, as many in ",
        words.code(listed.path),
        " and in ",
        words.code("data/items.json"),
        ". In this audit's folder:",
    )
    if unread:
        yield line(f"Beside them {plural(unread, 'row')} about what could not be read.")
    yield gives(lists.command(listed, service), str(len(items)))
    yield gives(f"sha256sum {listed.path}", listed.digest)


def _source(proofs: Proofs, service: str) -> Iterator[Line]:
    for one in proofs.tallies.get(service, ()):
        if one.new:
            told = f"The branch {one.branch} of {one.repo} has {plural(one.commits, 'commit')} in the period: "
            yield line(told, *equation(one), " ", Link("How this was counted", addresses.population(service)), ".")


def equation(one: Tally) -> Line:
    """`96 changes of it, 182 commits inside them, 4 left out with a reason.`"""
    outside = sum(left.commits for left in one.left_out)
    told = f"{plural(one.changes, 'change')}, {plural(one.inside, 'further commit')} inside them, {words.none(outside)} left out"
    if one.unexplained:
        rest = "not accounted for" if one.unexplained > 0 else "counted twice"
        return line(f"{told}, and ", Text(f"{plural(abs(one.unexplained), 'commit')} {rest}", "bad"), ".")
    return line(f"{told}, none unaccounted for.")


def gives(command: str, result: str) -> Line:
    """A command to recount and what it prints; the tests run each one that a page shows."""
    return line(words.code(command), " gives ", words.code(result))


def table(noun: str, counted: Sequence[Counted]) -> Table:
    rows = [Row((words.cell(title), words.count(number))) for title, number in counted]
    total = Row((words.cell("All"), words.count(sum(number for _, number in counted))), "total")
    return Table((words.column(noun), words.column("Number", "n")), (*rows, total), "plain")


def months(items: Sequence[Item]) -> list[Counted]:
    found = sorted(addresses.month(item.at) for item in items if item.at)
    undated = sum(not item.at for item in items)
    told: list[Counted] = [(words.human_month(month), len(list(held))) for month, held in groupby(found)]
    return [*told, ("without a time", undated)] if undated else told


def kinds(changes: Sequence[Change]) -> list[Counted]:
    emergency = sum(bool(change.emergency) for change in changes)
    automated = sum(change.automated and not change.emergency for change in changes)
    ordinary = len(changes) - emergency - automated
    return [("Ordinary", ordinary), ("Automated", automated), ("Emergency", emergency)]


def _grades(items: Sequence[Item]) -> list[Counted]:
    held = [item.grade for item in items]
    graded: list[Counted] = [(words.grade(one), held.count(one)) for one in sorted(Grade, reverse=True) if one in held]
    return [*graded, ("not graded", held.count(None))] if None in held else graded
