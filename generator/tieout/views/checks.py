"""Checks: all of them, one page each with every row that did not pass, and the whole population of each service."""

from collections.abc import Iterable

from tieout.model.checks import Check
from tieout.model.results import CheckResult, Item, Outcome
from tieout.text.words import digits, plural, visible
from tieout.views import addresses, proof, tables, words
from tieout.views.page import Cell, Column, Inline, Line, Link, Page, Para, Row, Section, Table, Terms, Text, line
from tieout.views.snapshot import Snapshot

INDEX = addresses.CHECKS


def pages(snapshot: Snapshot) -> Iterable[Page]:
    results = snapshot.judgement.results
    if not results:
        return
    yield _index(snapshot)
    for result in results.values():
        yield _check(snapshot, result)
        for service in services_of(result):
            yield _population(snapshot, result, service)


def services_of(result: CheckResult) -> list[str]:
    return sorted({item.service for item in result.items if item.service})


def _index(snapshot: Snapshot) -> Page:
    results = list(snapshot.judgement.results.values())
    items = sum(len(result.items) for result in results)
    fails = sum(result.count(Outcome.FAIL) for result in results)
    unknown = sum(result.count(Outcome.UNKNOWN) for result in results)
    silent = sum(not result.occurred for result in results)
    lede = line(
        f"{plural(len(results), 'check')} judged {plural(items, 'item')} in the period: {words.none(fails)} failed and "
        f"{words.none(unknown)} cannot be told."
        + (f" {plural(silent, 'check')} had nothing to judge." if silent else "")
    )
    note = Para(line("The outcomes of a line add up to its population; each number leads to its rows."), "note")
    table = tables.results(results, lambda result: addresses.check(result.check.id))
    rules = Table(
        tuple(words.column(title) for title in ("Check", "Population", "Passes when", "Stage", "Usually supports")),
        tuple(_rule(snapshot, result.check) for result in results),
    )
    sections = (Section("Every item judged", (note, table), "judged"), Section("What each one asks", (rules,), "rules"))
    return Page(INDEX, "Checks", "Checks and their populations", lede, sections, nav=INDEX)


def _rule(snapshot: Snapshot, check: Check) -> Row:
    return Row(
        (
            words.cell(Link(check.id, addresses.check(check.id), "id")),
            words.cell(check.population),
            words.cell(check.passes_when),
            words.cell(words.STAGE_WORDS.get(check.stage, check.stage)),
            Cell(words.joined(words.annex_a(snapshot.isms, id_) for id_ in check.annex_a)),
        )
    )


# --- one check -----------------------------------------------------------------------------------------------------


def _check(snapshot: Snapshot, result: CheckResult) -> Page:
    check = result.check
    exceptions = [item for item in result.items if item.outcome not in {Outcome.PASS, Outcome.NOT_APPLICABLE}]
    columns = item_columns()
    sections = [
        Section("Rows that did not pass", (Table(columns, rows(snapshot, exceptions), empty="None."),), "exceptions"),
    ]
    services = services_of(result)
    if services:
        sections.insert(0, Section("By service", (_by_service(snapshot, result, services),), "services"))
    own = [item for item in result.items if not item.service]
    if own:
        title = "The whole population" if not services else "Items of no service"
        sections.append(Section(title, (Table(columns, rows(snapshot, own)),), "population"))
    sections.append(Section("What it asks, and what it cannot prove", (Terms(_definition(check)),), "definition"))
    sections.append(Section("Controls it enforces", (_controls(snapshot, check),), "controls"))
    return Page(
        addresses.check(check.id),
        check.id,
        check.title,
        _lede(result),
        tuple(sections),
        (Link("Checks", INDEX), Text(check.id, "id")),
        _provenance(snapshot, result),
        INDEX,
    )


def _lede(result: CheckResult) -> Line:
    if not result.occurred:
        return line("Did not occur: there was nothing to judge in the period. That is neither a pass nor a fail.")
    applying = len(result.items) - result.count(Outcome.NOT_APPLICABLE)
    parts = [f"{words.of(result.count(Outcome.PASS), applying)} passed"]
    for outcome, verb in (
        (Outcome.FAIL, "failed"),
        (Outcome.EXCEPTED, "excepted"),
        (Outcome.UNKNOWN, "cannot be told"),
    ):
        if result.count(outcome):
            parts.append(f"{digits(result.count(outcome))} {verb}")
    rest = result.count(Outcome.NOT_APPLICABLE)
    applies = f" To {plural(rest, 'further item')} it does not apply." if rest else ""
    return line(f"{', '.join(parts)}.{applies}")


def _provenance(snapshot: Snapshot, result: CheckResult) -> tuple[tuple[str, Line], ...]:
    check = result.check
    setting = snapshot.isms.checks.get(check.id)
    entries: list[tuple[str, Line]] = [
        ("Check", (words.code(check.id),)),
        ("Number", line(check.number)),
        ("Period", line(words.period(snapshot.date))),
        ("Stage", line(words.STAGE_WORDS.get(check.stage, check.stage))),
        ("Usually supports", words.joined(words.annex_a(snapshot.isms, id_) for id_ in check.annex_a)),
    ]
    if setting and setting.since:
        entries.append(("Judged since", line(words.day(setting.since))))
    if setting and setting.tiers:
        entries.append(("Tiers", line(", ".join(map(str, setting.tiers)))))
    return tuple(entries)


def _by_service(snapshot: Snapshot, result: CheckResult, services: list[str]) -> Table:
    rows_ = []
    for service in services:
        cut = result.of({service})
        href = addresses.check(result.check.id, service)
        numbers = (words.count(cut.count(one), href, bad=one is Outcome.FAIL) for one in words.OUTCOMES)
        name = words.cell(words.record(snapshot.isms, service, "services"))
        rows_.append(Row((name, words.count(len(cut.items), href), *numbers)))
    own = [item for item in result.items if not item.service]
    if own:
        cut = CheckResult(result.check, tuple(own))
        numbers = (words.count(cut.count(one), bad=one is Outcome.FAIL) for one in words.OUTCOMES)
        rows_.append(Row((words.cell("of no service"), words.count(len(own)), *numbers)))
    sums = (words.count(result.count(one)) for one in words.OUTCOMES)
    total = Row((words.cell("All"), words.count(len(result.items)), *sums), "total")
    columns = (words.column("Service"), words.column("Population", "n"), *words.outcome_columns())
    return Table(columns, (*rows_, total), "run")


def _definition(check: Check) -> tuple[tuple[str, tuple[Para, ...]], ...]:
    return (
        ("Population", (Para(line(check.population)),)),
        ("Passes when", (Para(line(check.passes_when)),)),
        ("Proves", (Para(line(check.proves)),)),
        ("Cannot prove", (Para(line(check.cannot_prove)),)),
        ("When it fails", (Para(line(check.remedy)),)),
    )


def _controls(snapshot: Snapshot, check: Check) -> Table:
    isms = snapshot.isms
    rows_ = tuple(
        Row(
            (
                Cell(words.named(isms, control.id, "controls")),
                words.cell(control.status),
                Cell((words.claim(control.statement),)),
            )
        )
        for control in isms.controls.values()
        if f"check:{check.id}" in control.enforced_by
    )
    columns = (words.column("Control"), words.column("Status"), words.column("Statement"))
    return Table(columns, rows_, empty="No control names it.")


# --- rows ----------------------------------------------------------------------------------------------------------


def item_columns() -> tuple[Column, ...]:
    return (
        words.column("Item"),
        words.column("When", "d"),
        words.column("Who"),
        words.column("Expected"),
        words.column("Found"),
        words.column("Outcome"),
        words.column("Why"),
    )


def rows(snapshot: Snapshot, items: Iterable[Item]) -> tuple[Row, ...]:
    return tuple(_row(snapshot, item) for item in items)


def _row(snapshot: Snapshot, item: Item) -> Row:
    isms = snapshot.isms
    found: list[Inline] = [Text(visible(item.found))]
    if item.grade is not None and item.grade.words not in item.found:
        found += [Text(" "), words.grade(item.grade)]
    return Row(
        (
            Cell(_named(snapshot, item)),
            words.cell(words.day(item.at)),
            Cell(words.joined((words.person(isms, one) for one in item.people), ", ") if item.people else ()),
            words.cell(visible(item.expected)),
            Cell(tuple(found)),
            words.cell(words.outcome(item.outcome)),
            Cell(words.linked(isms, visible(item.reason))),
        )
    )


def _named(snapshot: Snapshot, item: Item) -> Line:
    """The item as a link, with the words that a person knows it by."""
    facts = snapshot.facts
    if item.kind == "change" and item.key in facts.changes:
        found = facts.changes[item.key]
        return line(Link(found.key, addresses.change(found.key), "id"), f" {visible(found.subject)}")
    if item.kind == "deployment" and item.key in facts.deployments:
        one = facts.deployments[item.key]
        return line(Link(one.key, addresses.deployment(one.key), "id"), f" {visible(one.version)}")
    if item.kind == "record":
        return words.named(snapshot.isms, item.key)
    return (words.code(visible(item.key)),)


def _population(snapshot: Snapshot, result: CheckResult, service: str) -> Page:
    cut = result.of({service})
    check = result.check
    heading = f"{check.title}: {service}"
    ordered = sorted(
        cut.items, key=lambda item: (item.outcome in {Outcome.PASS, Outcome.NOT_APPLICABLE}, item.at, item.key)
    )
    note = Para(
        line(f"{words.sentence(plural(len(ordered), 'item'))}, those that did not pass first, then by time."), "note"
    )
    sections = (
        *proof.sections(snapshot, cut),
        Section("The whole population", (note, Table(item_columns(), rows(snapshot, ordered))), "population"),
    )
    crumbs = (
        Link("Checks", INDEX),
        Link(check.id, addresses.check(check.id), "id"),
        words.record(snapshot.isms, service, "services"),
    )
    return Page(
        addresses.check(check.id, service),
        f"{check.id} {service}",
        heading,
        _lede(cut),
        sections,
        crumbs,
        _provenance(snapshot, result),
        INDEX,
    )
