"""The front page: the answer in one sentence, what was asked, shown and not shown, and every item judged."""

from collections.abc import Callable, Iterable

from tieout.model.records import Audit
from tieout.model.results import AuditDate, Chain, CheckResult, Figure, Outcome
from tieout.text.words import human_day, plural
from tieout.views import addresses, approval, deviations, frame, governance, sizes, tables, words
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


def page(snapshot: Snapshot, previous: Snapshot | None, exists: frozenset[str]) -> Page:
    """The front page. `exists` holds the paths of all other pages: a door leads only to what is there."""
    found = deviations.find(snapshot)
    sections = [
        Section("", (_asked(snapshot),)),
        Section("Start where your question is", (_doors(snapshot, found, exists),), "doors"),
        Section("Every item judged", _judged(snapshot), "judged"),
        Section("Do the chains hold?", (_chains(snapshot),), "chains"),
        Section("Deviations, with their causes", _deviations(snapshot, found), "deviations"),
    ]
    if previous:
        sections.append(_since(snapshot, previous))
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
    """Three counts: risks that can be followed, items that failed, things known to be wrong."""
    whole = sum(trace.complete for trace in snapshot.traces.values())
    total = len(snapshot.traces)
    risks = (
        f"{words.of(whole, total)} risks can be followed from the threat to evidence in date. "
        if total
        else "No risk is recorded. "
    )
    items = sum(len(result.items) for result in snapshot.judgement.results.values())
    failed = len(deviations.failing(snapshot.judgement))
    judged = f"{words.of(failed, items)} judged items failed. " if items else "No item was judged in the period. "
    gaps = f"{plural(len(snapshot.gaps), 'thing is', 'things are')} known to be missing or wrong."
    return line(risks, judged, Link(gaps.rstrip("."), addresses.GAPS) if snapshot.gaps else "No gap was found", ".")


def _provenance(snapshot: Snapshot) -> tuple[tuple[str, Line], ...]:
    entries: list[tuple[str, Line]] = [("Period", line(words.period(snapshot.date)))]
    audit = snapshot.isms.audits.get(snapshot.date.record)
    if audit:
        entries += frame.provenance(snapshot, audit, approval.index(snapshot.facts))
    pin = snapshot.facts.pins.get("isms")
    entries.append(("ISMS at", line(words.code(pin.commit[:8]) if pin and pin.commit else Text("no commit", "late"))))
    if snapshot.lock:
        entries.append(("Lock", line(words.code(snapshot.lock[:16]))))
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
    parts = [
        f"{plural(counted['change'], 'change')} of {plural(len(repositories), 'repository')} and {plural(counted['deployment'], 'deployment')}, each judged",
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
    found += [line(words.code(repo), f": not read, {why}.") for repo, why in sorted(facts.missing.items())]
    found += [
        line(words.code(repo), ": its history is incomplete; its counts are lower bounds.")
        for repo in sorted(facts.histories_incomplete)
    ]
    if facts.unknown:
        told = plural(len(facts.unknown), "address has", "addresses have")
        found.append(line(Link(told, addresses.IDENTITIES), " no person in the register."))
    found.append(line("Whether a ticket exists behind its number."))
    found.append(line("Who sat at a keyboard: addresses are mapped to people by the operator."))
    return tuple(found)


# --- doors ---------------------------------------------------------------------------------------------------------


def _doors(snapshot: Snapshot, found: tuple[deviations.Deviation, ...], exists: frozenset[str]) -> Columns:
    """Three links each for four readers, computed; a door without a page behind it is not shown."""
    readers: tuple[tuple[str, tuple[Link | None, ...]], ...] = (
        (
            "Auditor",
            (
                _riskiest(snapshot),
                Link("Every change of the period", addresses.CHANGES),
                Link("Statement of Applicability", addresses.SOA),
            ),
        ),
        (
            "Regulator",
            (
                _weightiest(snapshot),
                _weightiest_deviation(snapshot, found),
                Link("Where each figure comes from", addresses.PROVENANCE),
            ),
        ),
        (
            "Executive",
            (
                Link("Threats and services", addresses.index("threats")),
                Link("Risks above appetite, and who accepted them", addresses.ABOVE_APPETITE),
                Link("Objectives", addresses.OBJECTIVES),
            ),
        ),
        (
            "Squad",
            (
                Link("Your pipeline and its controls", addresses.index("pipelines")),
                Link("Actions you own", addresses.ACTIONS),
                _untold(snapshot),
            ),
        ),
    )
    return Columns(tuple((reader, _door(links, exists)) for reader, links in readers))


def _door(links: Iterable[Link | None], exists: frozenset[str]) -> tuple[Block, ...]:
    lines = tuple((link,) for link in links if link and link.href.partition("#")[0] in exists)
    return (Items(lines),) if lines else (Para(line(words.soft("Nothing is recorded yet."))),)


def _riskiest(snapshot: Snapshot) -> Link | None:
    """The largest risk whose trace is whole, else the largest."""
    ranked = sizes.by_size(snapshot.isms.risks.values())
    whole = [risk for risk in ranked if risk.id in snapshot.traces and snapshot.traces[risk.id].complete]
    top = next(iter(whole or ranked), None)
    return Link(f"Follow {top.id} to its evidence", f"{addresses.record('risks', top.id)}#trace") if top else None


def _weightiest(snapshot: Snapshot) -> Link | None:
    """The service of the highest tier with the most risks."""
    isms = snapshot.isms
    weight = {id_: sum(id_ in isms.applying(risk.affects) for risk in isms.risks.values()) for id_ in isms.services}
    ranked = sorted(isms.services.values(), key=lambda service: (service.tier, -weight[service.id], service.id))
    return Link(f"{ranked[0].title}: how it is secured", addresses.record("services", ranked[0].id)) if ranked else None


def _weightiest_deviation(snapshot: Snapshot, found: tuple[deviations.Deviation, ...]) -> Link | None:
    """The change or deployment that failed most checks; of equals the newest."""
    ranked = sorted(found, key=lambda deviation: -len(deviation.items))
    top = next((deviation for deviation in ranked if deviation.kind in {"change", "deployment"}), None)
    if top is None:
        return Link("All changes of the period", addresses.CHANGES)
    href = words.item_href(snapshot.isms, snapshot.facts, top.kind, top.key)
    failed = plural(len(top.items), "check")
    return Link(f"The {top.kind} of {words.human(top.at)}, which failed {failed}", href) if href else None


def _untold(snapshot: Snapshot) -> Link:
    """The check with the most items that cannot be told."""
    results = sorted(
        snapshot.judgement.results.values(), key=lambda result: (-result.count(Outcome.UNKNOWN), result.check.id)
    )
    if results and results[0].count(Outcome.UNKNOWN):
        told = plural(results[0].count(Outcome.UNKNOWN), "item that", "items that")
        return Link(f"{told} cannot be told", addresses.check(results[0].check.id))
    return Link("Checks and what they found", addresses.CHECKS)


# --- every item, chains, deviations --------------------------------------------------------------------------------


def _judged(snapshot: Snapshot) -> tuple[Block, ...]:
    results = snapshot.judgement.results.values()
    note = Para(
        line(
            "Each line ties out: the outcomes add up to the population. An item that several checks judge counts once in each."
        ),
        "note",
    )
    return (note, tables.results(results, _rows_of, empty="No check was run."))


def _rows_of(result: CheckResult) -> str:
    return addresses.check(result.check.id)


def _chains(snapshot: Snapshot) -> Table:
    columns = (words.column("Chain"), words.column("Complete", "n"), words.column("Where it breaks", label="Breaks at"))
    return Table(columns, tuple(_chain(snapshot, chain) for chain in snapshot.chains), empty="No chain was followed.")


def _chain(snapshot: Snapshot, chain: Chain) -> Row:
    complete = words.cell(words.of(chain.complete, chain.total)) if chain.total else words.cell(words.DID_NOT_OCCUR)
    return Row((words.cell(chain.title), complete, Cell(_breaks(snapshot, chain))))


def _breaks(snapshot: Snapshot, chain: Chain) -> Line:
    """The first two sentences, then how many more there are."""
    if not chain.gaps:
        return (words.soft("nowhere"),)
    parts: list[Inline] = [
        *words.linked(snapshot.isms, " ".join(gap.sentence for gap in chain.gaps[:2]), snapshot.facts)
    ]
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
    return tuple(blocks)


# --- since the last audit, delivery --------------------------------------------------------------------------------


def _implemented(snapshot: Snapshot) -> tuple[int, int]:
    controls = snapshot.isms.controls.values()
    return sum(control.status == "implemented" for control in controls), len(controls)


def _in_date(snapshot: Snapshot) -> tuple[int, int]:
    states = snapshot.judgement.evidence.values()
    return sum(state.fresh for state in states), len(states)


def _traced(snapshot: Snapshot) -> tuple[int, int]:
    return sum(trace.complete for trace in snapshot.traces.values()), len(snapshot.traces)


def _above(snapshot: Snapshot) -> tuple[int, int]:
    return len(sizes.risks_above(snapshot.isms)), len(snapshot.isms.risks)


def _open_findings(snapshot: Snapshot) -> tuple[int, int]:
    findings = snapshot.isms.findings.values()
    return sum(finding.status != "closed" for finding in findings), len(findings)


def _overdue(snapshot: Snapshot) -> tuple[int, int]:
    return len(governance.overdue(snapshot)), len(snapshot.isms.actions)


MEASURES: tuple[tuple[str, Callable[[Snapshot], tuple[int, int]]], ...] = (
    ("Complete risk traces", _traced),
    ("Controls implemented", _implemented),
    ("Controls with evidence in date", _in_date),
    ("Risks above appetite", _above),
    ("Findings open", _open_findings),
    ("Actions overdue", _overdue),
)


def _since(snapshot: Snapshot, previous: Snapshot) -> Section:
    columns = (
        words.column("Measure"),
        words.column(previous.date.as_of.isoformat(), "n"),
        words.column(snapshot.date.as_of.isoformat(), "n"),
    )
    rows = tuple(
        Row((words.cell(title), words.cell(words.of(*measure(previous))), words.cell(words.of(*measure(snapshot)))))
        for title, measure in MEASURES
    )
    gone = {gap.id for gap in previous.gaps} - {gap.id for gap in snapshot.gaps}
    new = {gap.id for gap in snapshot.gaps} - {gap.id for gap in previous.gaps}
    told = Para(line(f"{plural(len(gone), 'gap')} closed and {plural(len(new), 'gap')} opened since."))
    return Section(
        f"Since the last audit, {human_day(previous.date.as_of)}", (Table(columns, rows, "run"), told), "since"
    )


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
