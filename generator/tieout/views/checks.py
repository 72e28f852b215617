"""Checks: all of them, one page each with every row that did not pass, and the whole population of each service."""

from collections.abc import Iterable, Sequence

from tieout.checks.thresholds import shares, tier_of_item
from tieout.model.checks import STAGES, Check
from tieout.model.results import CheckResult, Item, Outcome
from tieout.text.words import digits, plural, visible
from tieout.views import addresses, adopted, proof, tables, words
from tieout.views.page import Cell, Column, Inline, Line, Link, Page, Para, Row, Section, Table, Terms, Text, line
from tieout.views.proof import Proofs
from tieout.views.snapshot import Snapshot

INDEX = addresses.CHECKS


def pages(snapshot: Snapshot) -> Iterable[Page]:
    """Of the facts of the whole history: the proofs count what belongs to no service too."""
    results = snapshot.judgement.results
    if not results:
        return
    proofs = proof.gather(snapshot)
    yield _index(snapshot)
    for result in results.values():
        yield _check(snapshot, result, proofs)
        for service in services_of(result):
            yield _population(snapshot, result, service, proofs)


def services_of(result: CheckResult) -> list[str]:
    return sorted({item.service for item in result.items if item.service})


def _index(snapshot: Snapshot) -> Page:
    results = list(snapshot.judgement.results.values())
    items = sum(len(result.items) for result in results)
    fails = sum(result.count(Outcome.FAIL) for result in results)
    unknown = sum(result.count(Outcome.UNKNOWN) for result in results)
    silent = [result for result in results if not result.occurred]
    so_far = " so far" if snapshot.date.open else ""
    lede = line(
        f"{plural(len(results), 'check')} judged {plural(items, 'item')} in the period{so_far}: {words.none(fails)} "
        f"failed and {words.none(unknown)} cannot be told."
        + (f" {plural(len(silent), 'check')} had nothing to judge." if silent else "")
    )
    note = Para(line("The outcomes of a line add up to its population; each number leads to its rows."), "note")
    occurred = [result for result in results if result.occurred]
    sections = [Section("Every item judged", (*proof.so_far(snapshot), note, _by_stage(occurred)), "judged")]
    if silent:
        sections.append(Section("Nothing to judge", (_silent(snapshot, silent),), "silent"))
    rules = Table(
        tuple(words.column(title) for title in ("Check", "Population", "Passes when", "Usually supports")),
        tuple(_in_stages([(result.check, _rule(snapshot, result.check)) for result in results])),
    )
    sections.append(Section("What each one asks", (rules,), "rules"))
    return Page(INDEX, "Checks", "Checks and their populations", lede, tuple(sections), nav=INDEX)


def _by_stage(results: Sequence[CheckResult]) -> Table:
    """The table of all results, with a head before each stage; the last row still adds everything up."""
    table = tables.results(results, lambda result: addresses.check(result.check.id))
    rows_ = table.rows[: len(results)]
    told = _in_stages([(result.check, row) for result, row in zip(results, rows_, strict=True)])
    return Table(table.columns, (*told, *table.rows[len(results) :]), table.form, empty=table.empty)


def _in_stages(rows_: Sequence[tuple[Check, Row]]) -> Iterable[Row]:
    for stage in STAGES:
        held = [row for check, row in rows_ if check.stage == stage]
        if held:
            title = words.sentence(words.STAGE_WORDS.get(stage, stage))
            yield Row((words.cell(title),), "group")
            yield from held


def _silent(snapshot: Snapshot, results: Sequence[CheckResult]) -> Table:
    rows_ = tuple(
        Row(
            (
                words.cell(Link(result.check.title, addresses.check(result.check.id))),
                Cell(_why_silent(snapshot, result)),
            )
        )
        for result in results
    )
    return Table((words.column("Check"), words.column("Why")), rows_)


def _why_silent(snapshot: Snapshot, result: CheckResult) -> Line:
    missing = adopted.missing(snapshot, result.check)
    return missing or line(words.DID_NOT_OCCUR, words.soft(": nothing to judge in the period"))


def _rule(snapshot: Snapshot, check: Check) -> Row:
    return Row(
        (
            words.cell(Link(check.id, addresses.check(check.id), "id")),
            Cell(words.coded(check.population)),
            Cell(words.coded(check.passes_when)),
            Cell(words.joined(words.annex_a(snapshot.isms, id_) for id_ in check.annex_a)),
        )
    )


# --- one check -----------------------------------------------------------------------------------------------------


def _check(snapshot: Snapshot, result: CheckResult, proofs: Proofs) -> Page:
    check = result.check
    exceptions = [item for item in result.items if item.outcome not in {Outcome.PASS, Outcome.NOT_APPLICABLE}]
    columns = item_columns()
    sections = []
    if result.occurred:
        failed = Table(columns, rows(snapshot, exceptions), empty="None.")
        sections.append(Section("Rows that did not pass", (failed,), "exceptions"))
        sections.insert(0, Section("Is it enough?", (*proof.so_far(snapshot), _enough(snapshot, result)), "enough"))
    services = services_of(result)
    if services:
        sections.insert(1, Section("By service", (_by_service(snapshot, result, services),), "services"))
    own = [item for item in result.items if not item.service]
    if own:
        title = "The whole population" if not services else "Items of no service"
        sections.append(Section(title, (Table(columns, rows(snapshot, own)),), "population"))
    if listed := proofs.lists.get(check.id):
        recount = tuple(map(Para, proof.recount(result, listed)))
        drawn = (Para(line(Link("A sample of them", addresses.sample(listed.name)), ".")),) if snapshot.lock else ()
        sections.append(Section("Count it again", (*recount, *drawn), "recount"))
    sections.append(Section("What it asks, and what it cannot prove", (Terms(_definition(check)),), "definition"))
    sections.append(Section("Settings in force", (adopted.table(snapshot, check),), "settings"))
    sections.append(Section("Controls it enforces", (_controls(snapshot, check),), "controls"))
    return Page(
        addresses.check(check.id),
        check.id,
        check.title,
        _lede(snapshot, result),
        tuple(sections),
        (Link("Checks", INDEX), Text(check.id, "id")),
        _provenance(snapshot, result),
        INDEX,
    )


def _lede(snapshot: Snapshot, result: CheckResult) -> Line:
    if not result.occurred:
        if missing := adopted.missing(snapshot, result.check):
            return missing
        return line("Did not occur: there was nothing to judge in the period. That is neither a pass nor a fail.")
    if result.count(Outcome.NOT_APPLICABLE) == len(result.items):
        return line(f"It applies to none of {plural(len(result.items), 'item')}: that is neither a pass nor a fail.")
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
    so_far = " so far" if snapshot.date.open else ""
    return line(f"{', '.join(parts)}{so_far}.{applies}")


def _provenance(snapshot: Snapshot, result: CheckResult) -> tuple[tuple[str, Line], ...]:
    check = result.check
    setting = snapshot.isms.checks.get(check.id)
    entries: list[tuple[str, Line]] = [
        ("Check", (words.code(check.id),)),
        *((("Number", line(check.number)),) if check.number else ()),
        ("Period", line(words.period(snapshot.date))),
        ("Stage", line(words.STAGE_WORDS.get(check.stage, check.stage))),
        ("Usually supports", words.joined(words.annex_a(snapshot.isms, id_) for id_ in check.annex_a)),
    ]
    if setting and setting.since:
        entries.append(("Judged since", line(words.day(setting.since))))
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


def _enough(snapshot: Snapshot, result: CheckResult) -> Table:
    """By tier, how many have to pass; what failed stays a fail whatever the threshold is."""
    rows_ = tuple(
        Row(
            (
                words.cell(_tier(snapshot, result, share.tier)),
                words.count(share.judged),
                words.count(share.passed),
                words.count(share.asked),
                words.cell("as many as are asked" if share.met else Text("fewer than are asked", "bad")),
            )
        )
        for share in shares(snapshot.isms, result)
    )
    columns = (
        words.column("Services of"),
        words.column("Judged", "n"),
        words.column("Passed", "n"),
        words.column("Asked", "n"),
        words.column("So"),
    )
    return Table(columns, rows_, "run", empty="It applies to no item of the period.")


def _tier(snapshot: Snapshot, result: CheckResult, tier: int) -> str:
    """What belongs to no service is asked as much as tier 1, and is not called one."""
    held = [item for item in result.items if tier_of_item(snapshot.isms, item) == tier]
    alone = [item for item in held if not item.service and not item.others]
    if alone and tier == 1:
        return "No service" if len(alone) == len(held) else "Tier 1, or no service"
    return f"Tier {tier}"


def _definition(check: Check) -> tuple[tuple[str, tuple[Para, ...]], ...]:
    told = (
        ("Population", check.population),
        ("Passes when", check.passes_when),
        ("Proves", check.proves),
        ("Cannot prove", check.cannot_prove),
        ("Reads", check.reads and f"{words.sentence(check.reads.rstrip('.'))}. What has another form cannot be told."),
        ("When it fails", check.remedy),
    )
    return tuple((title, (Para(words.coded(text)),)) for title, text in told if text)


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


def _population(snapshot: Snapshot, result: CheckResult, service: str, proofs: Proofs) -> Page:
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
        *proof.sections(snapshot, cut, proofs, service),
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
        _lede(snapshot, cut),
        sections,
        crumbs,
        _provenance(snapshot, result),
        INDEX,
    )
