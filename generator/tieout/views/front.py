"""The front page: the answer in one sentence, what was asked, shown and not shown, and every item judged."""

from collections.abc import Callable

from tieout.checks import lapses
from tieout.model.records import Audit
from tieout.model.results import AuditDate, Chain, CheckResult, Figure, Item, Outcome
from tieout.text.words import digits, human_day, human_list, plural
from tieout.views import addresses, adopted, deviations, doors, frame, gaps, governance, sizes, spread, tables, words
from tieout.views.page import (
    Block,
    Cell,
    Columns,
    Inline,
    Items,
    Line,
    Link,
    Page,
    Para,
    Row,
    Section,
    Table,
    Text,
    line,
)
from tieout.views.snapshot import Snapshot

SHOWN_DEVIATIONS = 40  # on the front page; the pages of the checks have all of them
SHOWN_FIGURES = 6
FEW_QUIET = 5  # checks in which nothing failed: so many are shown one by one
REVIEWED = "change-reviewed"  # the check whose failures the first sentence counts
DEPLOYED = "deployed-by-pipeline"  # the check that tells whose deployments are not known


def page(snapshot: Snapshot, previous: Snapshot | None, exists: frozenset[str]) -> Page:
    """The front page. `exists` holds the paths of all other pages: a door leads only to what is there."""
    found = deviations.find(snapshot)
    sections = [
        Section("", (_asked(snapshot),)),
        _standing(snapshot, previous, exists),
        Section("Start where your question is", (doors.columns(snapshot, found, exists),), "doors"),
        Section("Every item judged", _judged(snapshot), "judged"),
        Section("Do the chains hold?", (_chains(snapshot),), "chains"),
        Section("Deviations, with their causes", _deviations(snapshot, found), "deviations"),
    ]
    sections.append(Section("How delivery went", _delivery(snapshot), "delivery"))
    title = heading(snapshot.date)
    crumbs = _crumbs(snapshot)
    return Page(addresses.FRONT, title, title, lede(snapshot), tuple(sections), crumbs, _provenance(snapshot))


def heading(date: AuditDate) -> str:
    """`Surveillance audit, 30 September 2026`; for the present `Draft, as of 14 October 2026`."""
    if not date.record:
        return f"Draft, as of {human_day(date.as_of)}"
    kind = words.sentence(date.kind.replace("-stage", " stage ").replace("-", " "))
    return f"{kind} audit, {human_day(date.as_of)}"


def _crumbs(snapshot: Snapshot) -> tuple[Link | Text, ...]:
    audit = snapshot.isms.audits.get(snapshot.date.record)
    if audit is None:
        return (Text("The present, not an audit"),) if not snapshot.date.record else (Text(snapshot.date.record, "id"),)
    return (Text("Audit"), words.record_of("audits", audit))


# --- the answer ----------------------------------------------------------------------------------------------------


def lede(snapshot: Snapshot) -> Line:
    """Three counts: risks that can be followed, changes that nobody else saw, things that are wrong or open."""
    whole = sum(trace.complete for trace in snapshot.traces.values())
    total = len(snapshot.traces)
    risks = (
        f"{words.of(whole, total)} {'risk' if total == 1 else 'risks'} can be followed from the threat to evidence in date. "
        if total
        else "No risk is recorded. "
    )
    known = Link(gaps.told(snapshot.gaps), addresses.GAPS) if snapshot.gaps else gaps.told(())
    return line(risks, *_alone(snapshot), known, ".")


def _alone(snapshot: Snapshot) -> Line:
    """Changes that reached production and that no second person saw before, of all that were judged on it."""
    result = snapshot.judgement.results.get(REVIEWED)
    asked = [item for item in result.items if item.outcome is not Outcome.NOT_APPLICABLE] if result else []
    judged = [item for item in asked if item.kind == "change"]
    unread = sorted({item.key for item in asked if item.kind == "repository"})
    hole = f"What changed in {human_list(unread)} cannot be told. " if unread else ""
    if not judged:
        return line(hole) if hole else _failed(snapshot)
    dark = _without_deployments(snapshot)
    if not snapshot.facts.deployments or all(item.service in dark for item in judged):
        return line(*_alone_anywhere(judged, _by_nobody_else(snapshot)), hole)
    deployed = {key for found in snapshot.facts.deployments.values() for key in found.changes}
    alone = [item for item in judged if item.outcome is Outcome.FAIL and not item.grade and item.key in deployed]
    changes = {item.key for item in judged}
    number = len({item.key for item in alone})
    unsure = [item for item in judged if item.outcome is Outcome.UNKNOWN and item.key in deployed]
    unsure += [item for item in judged if _may_be_alone(item) and item.service in dark and item.key not in deployed]
    untold = len({item.key for item in unsure})
    reached = f"{'One' if number == 1 else digits(number) if number else 'No'} change"
    told = (
        f"{reached}{'s' if number > 1 else ''} in {digits(len(changes))} reached production {_by_nobody_else(snapshot)}"
    )
    href = words.item_href(snapshot.isms, snapshot.facts, "change", alone[0].key) if number == 1 else ""
    more = (f"; for {digits(untold)} it cannot be told. " if untold else ". ") + hole
    return line(Link(told, href or f"{addresses.check(REVIEWED)}#exceptions") if number else told, more)


def _without_deployments(snapshot: Snapshot) -> set[str]:
    """Services whose deployments of the period are not all known."""
    result = snapshot.judgement.results.get(DEPLOYED)
    return {item.service for item in result.items if item.kind == "repository"} if result else set()


def _may_be_alone(item: Item) -> bool:
    return item.outcome is Outcome.UNKNOWN or (item.outcome is Outcome.FAIL and not item.grade)


def _by_nobody_else(snapshot: Snapshot) -> str:
    """Where no reviews are exported, Git alone cannot say that there was none: only that none is on record."""
    exported = any(repository.reviews for repository in snapshot.config.repositories.values())
    return "without a second person" if exported else "without a second person on record"


def _alone_anywhere(judged: list[Item], by_nobody_else: str) -> Line:
    """The same where no deployment is recorded: what reached production is then not known of any change."""
    alone = {item.key for item in judged if item.outcome is Outcome.FAIL and not item.grade}
    untold = {item.key for item in judged if item.outcome is Outcome.UNKNOWN}
    number = plural(len(alone), "change") if alone else "No change"
    told = f"{number} of {digits(len({item.key for item in judged}))} came to the branch {by_nobody_else}"
    more = f"; for {digits(len(untold))} it cannot be told" if untold else ""
    production = "; which of them reached production is not recorded. " if alone else ". "
    return line(Link(told, f"{addresses.check(REVIEWED)}#exceptions") if alone else told, more, production)


def _failed(snapshot: Snapshot) -> Line:
    """Where no change was judged on its review: how many of all items failed."""
    items = sum(len(result.items) for result in snapshot.judgement.results.values())
    failed = len(deviations.failing(snapshot.judgement))
    return line(f"{words.of(failed, items)} judged items failed. " if items else "No item was judged in the period. ")


def _provenance(snapshot: Snapshot) -> tuple[tuple[str, Line], ...]:
    entries: list[tuple[str, Line]] = [("Period", line(words.period(snapshot.date)))]
    audit = snapshot.isms.audits.get(snapshot.date.record)
    if audit:
        entries += frame.provenance(snapshot, audit)
    pin = snapshot.facts.pins.get("isms")
    entries.append(("ISMS at", line(words.code(pin.commit[:8]) if pin and pin.commit else Text("no commit", "late"))))
    if snapshot.lock:
        entries.append(("Lock", line(words.code(snapshot.lock[:16]))))
    elif snapshot.date.uncommitted:
        entries.append(("Lock", line(Text("none, uncommitted", "late"))))
    return tuple(entries)


# --- asked, shown, not shown ---------------------------------------------------------------------------------------


def _asked(snapshot: Snapshot) -> Columns:
    audit = snapshot.isms.audits.get(snapshot.date.record)
    return Columns(
        (
            ("What was asked", (_commission(snapshot, audit),)),
            ("What is shown", (Para(_what_is_shown(snapshot)),)),
            ("What is not shown", (Items(_not_shown(snapshot)),)),
        )
    )


def _commission(snapshot: Snapshot, audit: Audit | None) -> Para:
    if audit and audit.asked:
        return Para(words.claimed(snapshot.isms, audit.asked), "claim")
    if audit:
        scope = words.records(snapshot.isms, audit.scope, "services")
        return Para(line(f"{', '.join(audit.criteria)}, for ", *scope, ". The commission is not quoted."))
    return Para(line("Nobody asked: this is the ISMS as it stands today, before an audit."))


def _what_is_shown(snapshot: Snapshot) -> Line:
    """Populations, by the count of what was judged."""
    results = snapshot.judgement.results.values()
    keys = {(item.kind, item.key) for result in results for item in result.items}
    counted = {kind: sum(found == kind for found, _ in keys) for kind in ("change", "deployment")}
    repositories = {change.partition("/")[0] for kind, change in keys if kind == "change"}
    read = f"{plural(counted['change'], 'change')} of {plural(len(repositories), 'repository')}"
    done = f"{read} and {plural(counted['deployment'], 'deployment')}, each judged"
    parts = [
        done if counted["change"] or counted["deployment"] else "no change and no deployment",
        f"{plural(len(snapshot.traces), 'risk')} traced",
        f"{plural(len(snapshot.isms.annex_a), 'row')} of Annex A with what the records show beside what is claimed",
    ]
    return line(words.sentence("; ".join(parts)) + ".")


def _not_shown(snapshot: Snapshot) -> tuple[Line, ...]:
    """Services nobody can look into, repositories not read, and what no history can tell."""
    isms, facts = snapshot.isms, snapshot.facts
    found: list[Line] = []
    for service in isms.services.values():
        if service.repos or service.status in {"planned", "retired"}:
            continue
        why = (
            "run by a supplier, supplier evidence only" if service.kind == "supplier-run" else "no repository is linked"
        )
        found.append(line(words.record_of("services", service), f": {why}."))
    if "isms" in facts.missing:
        found.append(line(f"{words.sentence(facts.missing['isms'])}."))
    unread = sorted((repo, why) for repo, why in facts.missing.items() if repo != "isms")
    found += [line(words.code(repo), f": not read, {why}.") for repo, why in unread]
    found += [
        line(words.code(repo), ": its history is incomplete; its counts are lower bounds.")
        for repo in sorted(facts.histories_incomplete)
    ]
    if less := adopted.narrowed(snapshot):
        found.append(less)
    if facts.unknown:
        told = plural(len(facts.unknown), "address has", "addresses have")
        found.append(line(Link(told, addresses.IDENTITIES), " no person in the register."))
    found.append(line("Whether a ticket exists behind its number."))
    found.append(line("Who sat at a keyboard: addresses are mapped to people by the operator."))
    return tuple(found)


# --- every item, chains, deviations --------------------------------------------------------------------------------


def _judged(snapshot: Snapshot) -> tuple[Block, ...]:
    results = list(snapshot.judgement.results.values())
    quiet = [result for result in results if words.worst(result).shape in {"pass", "na", "none"}]
    told = "Each line ties out: the outcomes add up to the population. An item that several checks judge counts once in each."
    if len(quiet) <= FEW_QUIET:
        return (Para(line(told), "note"), tables.results(results, _rows_of, empty="No check was run."))
    silent = sum(not result.occurred for result in quiet)
    rest = f" {plural(silent, 'check')} had nothing to judge: " if silent else " One by one: "
    every = Link("all checks", addresses.CHECKS)
    loud = [result for result in results if result not in quiet]
    return (Para(line(told, rest, every, "."), "note"), tables.results(results, _rows_of, shown=loud))


def _rows_of(result: CheckResult) -> str:
    return addresses.check(result.check.id)


def _chains(snapshot: Snapshot) -> Table:
    columns = (words.column("Chain"), words.column("Complete", "n"), words.column("Where it breaks", label="Breaks at"))
    return Table(columns, tuple(_chain(snapshot, chain) for chain in snapshot.chains), empty="No chain was followed.")


def _chain(snapshot: Snapshot, chain: Chain) -> Row:
    complete = words.cell(words.of(chain.complete, chain.total)) if chain.total else words.cell(words.DID_NOT_OCCUR)
    return Row((words.cell(chain.title), complete, Cell(_breaks(snapshot, chain))))


def _breaks(snapshot: Snapshot, chain: Chain) -> Line:
    """The first two sentences, what is wrong before what is to be done; then how many more there are."""
    if not chain.gaps:
        return (words.soft("nowhere"),)
    first = sorted(chain.gaps, key=lambda gap: gap.kind == "open")[:2]
    parts: list[Inline] = [*words.linked(snapshot.isms, " ".join(gap.sentence for gap in first), snapshot.facts)]
    if len(chain.gaps) > 2:
        parts += [Text(" "), Link(f"{len(chain.gaps) - 2} more", f"{addresses.GAPS}#{chain.id}")]
    return tuple(parts)


def _deviations(snapshot: Snapshot, found: tuple[deviations.Deviation, ...]) -> tuple[Block, ...]:
    rows = deviations.gather(found)
    blocks: list[Block] = [Para(line(deviations.summary(found)), "note")] if found else []
    blocks.append(deviations.table(snapshot, rows[:SHOWN_DEVIATIONS]))
    if len(rows) > SHOWN_DEVIATIONS:
        rest = f"{len(rows) - SHOWN_DEVIATIONS} older ones stand on "
        blocks.append(Para(line(rest, Link("the pages of the checks", addresses.CHECKS), "."), "note"))
    often = spread.table(snapshot)
    if often.rows:
        blocks += [Para(line("Is it systematic? What failed more than once, of how many, and where:"), "note"), often]
    return tuple(blocks)


# --- where it stands, delivery -------------------------------------------------------------------------------------


def _implemented(snapshot: Snapshot) -> tuple[int, int]:
    controls = snapshot.isms.controls.values()
    return sum(control.status == "implemented" for control in controls), len(controls)


def _shown_to_work(snapshot: Snapshot) -> tuple[int, int]:
    """Of those claimed as implemented; a deviation that was mended or permitted leaves a control working."""
    claimed = [one for one in snapshot.judgement.controls.values() if one.claim == "implemented"]
    return sum(one.shown in {"works", "deviates"} for one in claimed), len(claimed)


def _lapsed(snapshot: Snapshot) -> tuple[int, int]:
    """Stretches of time in which a control did not hold for a service."""
    ledger = lapses.ledger(snapshot.isms, snapshot.judgement.results, snapshot.date)
    found = [lapse for one in ledger for lapse in one.lapses]
    return sum(lapse.resumed is None for lapse in found), len(found)


def _in_date(snapshot: Snapshot) -> tuple[int, int]:
    states = snapshot.judgement.evidence.values()
    return sum(state.fresh for state in states), len(states)


def _traced(snapshot: Snapshot) -> tuple[int, int]:
    return sum(trace.complete for trace in snapshot.traces.values()), len(snapshot.traces)


def _above(snapshot: Snapshot) -> tuple[int, int]:
    return len(sizes.risks_above(snapshot.isms)), len(snapshot.isms.risks)


def _targets_missed(snapshot: Snapshot) -> tuple[int, int]:
    """Of the targets that can be compared with a figure."""
    compared = [figure.met for figure in snapshot.figures if not figure.service and figure.met is not None]
    return compared.count(False), len(compared)


def _open_findings(snapshot: Snapshot) -> tuple[int, int]:
    findings = snapshot.isms.findings.values()
    return sum(finding.status != "closed" for finding in findings), len(findings)


def _overdue(snapshot: Snapshot) -> tuple[int, int]:
    return len(governance.overdue(snapshot)), len(snapshot.isms.actions)


# what is counted, the page of its rows, how
MEASURES: tuple[tuple[str, str, Callable[[Snapshot], tuple[int, int]]], ...] = (
    ("Complete risk traces", addresses.index("risks"), _traced),
    ("Risks above appetite", addresses.ABOVE_APPETITE, _above),
    ("Controls implemented", addresses.index("controls"), _implemented),
    ("Of these, shown to work", addresses.index("controls"), _shown_to_work),
    ("Lapses not resumed, of those of the period", addresses.LAPSES, _lapsed),
    ("Controls with evidence in date", addresses.index("evidence"), _in_date),
    ("Targets missed, of those that can be compared", addresses.MEASURES, _targets_missed),
    ("Findings open", addresses.index("findings"), _open_findings),
    ("Actions overdue", addresses.ACTIONS, _overdue),
)


def _standing(snapshot: Snapshot, previous: Snapshot | None, exists: frozenset[str]) -> Section:
    """The whole in a few counts, beside those of the audit before; what there is none of is left out."""
    rows = []
    for title, path, measure in MEASURES:
        now, before = measure(snapshot), measure(previous) if previous else (0, 0)
        if now[1] or before[1]:
            told = words.cell(Link(words.of(*now), path) if path in exists else words.of(*now))
            rows.append(Row((words.cell(title), *([words.cell(words.of(*before))] if previous else []), told)))
    today = words.column(human_day(snapshot.date.as_of), "n")
    empty = "Nothing is recorded that could be counted."
    if previous is None:
        table = Table((words.column("Measure"), today), tuple(rows), "plain", empty=empty)
        return Section("Where it stands", (table,), "standing")
    day = words.column(human_day(previous.date.as_of), "n")
    gone = {gap.id for gap in previous.gaps} - {gap.id for gap in snapshot.gaps}
    new = {gap.id for gap in snapshot.gaps} - {gap.id for gap in previous.gaps}
    counted = f"{plural(len(gone), 'gap')} closed and {plural(len(new), 'gap')} opened since"
    listed = snapshot.earlier and addresses.GAPS in exists
    moved = line(Link(counted, f"{addresses.GAPS}#closed") if listed else counted, ".")
    blocks = (Table((words.column("Measure"), day, today), tuple(rows), "plain", empty=empty), Para(moved))
    return Section(f"Since the last audit, {human_day(previous.date.as_of)}", blocks, "since")


def _delivery(snapshot: Snapshot) -> tuple[Block, ...]:
    """The first figures of delivery over all services, as counts with their source."""
    found = [figure for figure in snapshot.figures if figure.group == "delivery" and not figure.service]
    columns = (
        words.column("Measure"),
        words.column("Value", "n"),
        words.column("Source"),
        words.column("What it cannot say", label="Limit"),
    )
    rows = tuple(_figure(figure) for figure in found[:SHOWN_FIGURES])
    note = Para(line("Per service, never per person."), "note")
    return (note, Table(columns, rows, empty="No delivery figure could be counted."))


def _figure(figure: Figure) -> Row:
    counted = figure.numerator is not None and figure.denominator is not None
    value = words.of(figure.numerator or 0, figure.denominator or 0) if counted else figure.value
    return Row(
        (words.cell(figure.title), words.cell(value), words.cell(figure.source), words.cell(words.soft(figure.limit)))
    )
