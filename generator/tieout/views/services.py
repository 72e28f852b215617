"""Services: the index, and a dossier for each: how it is secured, what was done to it, and what is not known."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tieout.model.history import Change, Deployment
from tieout.model.records import (
    STAGES,
    Control,
    Risk,
    Service,
)
from tieout.model.results import CheckResult, Outcome
from tieout.text.words import plural
from tieout.views import addresses, frame, quarters, running, shown, sizes, tables, words
from tieout.views.page import Block, Cell, Line, Link, Page, Para, Row, Section, Table, Terms, Text, line
from tieout.views.shown import Shown
from tieout.views.snapshot import Snapshot

INDEX = addresses.index("services")
PHASES = ("requirements", "design", "implementation", "testing", "deployment", "operations")


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything that stands around one service, gathered once."""

    service: Service
    risks: tuple[Risk, ...]  # largest first
    threats: tuple[str, ...]
    controls: tuple[tuple[Control, Shown], ...]  # that apply to it, by id; what was shown is cut to this service
    results: tuple[CheckResult, ...]  # with at least one item of the service
    changes: tuple[Change, ...]  # of the period
    deployments: tuple[Deployment, ...]  # of the period


def pages(snapshot: Snapshot) -> Iterable[Page]:
    if not snapshot.isms.services:
        return
    found = tuple(gather(snapshot, service) for service in snapshot.isms.services.values())
    yield _index(snapshot, found)
    for dossier in found:
        yield _service(snapshot, dossier)


def gather(snapshot: Snapshot, service: Service) -> Dossier:
    isms, facts, date = snapshot.isms, snapshot.facts, snapshot.date
    risks = sizes.by_size(isms, (risk for risk in isms.risks.values() if service.id in isms.applying(risk.affects)))
    threats = {id_ for id_, threat in isms.threats.items() if service.id in isms.applying(threat.affects)}
    results = (result.of({service.id}) for result in snapshot.judgement.results.values())
    deployments = [found for found in facts.deployments.values() if found.service == service.id]
    return Dossier(
        service,
        risks,
        tuple(sorted(threats)),
        _controls(snapshot, service),
        tuple(result for result in results if result.items),
        tuple(c for c in facts.changes.values() if service.id in c.services and date.start <= c.time <= date.end),
        tuple(found for found in deployments if date.start <= found.at <= date.end),
    )


def _controls(snapshot: Snapshot, service: Service) -> tuple[tuple[Control, Shown], ...]:
    isms = snapshot.isms
    own = (c for c in isms.controls.values() if c.status != "retired" and service.id in isms.applying(c.applies_to))
    return tuple((c, shown.of_control(snapshot, c, service.id)) for c in own)


# --- the index -----------------------------------------------------------------------------------------------------


def _index(snapshot: Snapshot, found: Sequence[Dossier]) -> Page:
    linked = [dossier for dossier in found if dossier.service.repos]
    top = sum(dossier.service.tier == 1 for dossier in found)
    lede = line(
        f"{plural(len(found), 'service')}, {top} of tier 1. {words.of(len(linked), len(found))} "
        f"{'has' if 1 in (len(linked), len(found)) else 'have'} a linked repository, where every change is judged."
    )
    columns = (
        words.column("Service"),
        words.column("Tier", "n"),
        words.column("Owner"),
        words.column("Holds"),
        words.column("Risks above appetite", "n", "Above appetite"),
        words.column("Controls", "n"),
        words.column("Changes", "n"),
        words.column("Deployments", "n"),
        words.column("Failed items", "n", "Failed"),
    )
    ordered = sorted(found, key=lambda dossier: (dossier.service.tier, dossier.service.id))
    table = Table(columns, tuple(_index_row(snapshot, dossier) for dossier in ordered), "run")
    return Page(INDEX, "Services", "Services", lede, (Section("", (table,), "services"),), nav=INDEX)


def _index_row(snapshot: Snapshot, found: Dossier) -> Row:
    service = found.service
    failed = sum(result.count(Outcome.FAIL) for result in found.results)
    above = sum(sizes.above(snapshot.isms, risk) for risk in found.risks)
    page = addresses.record("services", service.id)
    return Row(
        (
            words.cell(words.record(snapshot.isms, service.id, "services"), words.soft(f" {service.title}")),
            words.count(service.tier),
            words.cell(words.person(snapshot.isms, service.owner)),
            words.cell(", ".join(service.holds)),
            words.count(above, f"{page}#risks", bad=True),
            words.count(len(found.controls), f"{page}#stages"),
            words.count(len(found.changes), f"{page}#months"),
            words.count(len(found.deployments), f"{page}#months"),
            words.count(failed, f"{page}#checks", bad=True),
        )
    )


# --- the dossier ---------------------------------------------------------------------------------------------------


def _service(snapshot: Snapshot, found: Dossier) -> Page:
    service = found.service
    sections = (
        Section("", (_five(snapshot, found),)),
        Section("Controls at each stage", _stages(snapshot, found), "stages"),
        Section("Checks for this service", _checks(snapshot, found), "checks"),
        Section("Changes and deployments, month by month", _months(snapshot, found), "months"),
        Section("Risks", (_risks(snapshot, found),), "risks"),
        Section("Life cycle", (_life(snapshot, service),), "life"),
        Section("Repositories", (_repositories(snapshot, service),), "repositories"),
        Section("Suppliers", (_suppliers(snapshot, service),), "suppliers"),
        *frame.body(snapshot, service),
        frame.incoming(snapshot, "services", service.id),
        frame.history(snapshot, service),
    )
    return Page(
        addresses.record("services", service.id),
        service.id,
        f"{service.title}: how it is secured",
        _lede(snapshot, found),
        sections,
        (Link("Services", INDEX), Text(f"tier {service.tier}")),
        (*frame.provenance(snapshot, service), *running.provenance(snapshot, service)),
        nav=INDEX,
    )


def _lede(snapshot: Snapshot, found: Dossier) -> Line:
    """Controls with evidence, then what failed, then what is above appetite."""
    passed = sum(result.mark.shape == "pass" for _, result in found.controls)
    above = sum(sizes.above(snapshot.isms, risk) for risk in found.risks)
    first = f"{plural(len(found.controls), 'control')} {'applies' if len(found.controls) == 1 else 'apply'} to it; "
    first += f"for {words.of(passed, len(found.controls))} the records show a pass. "
    first = first if found.controls else "No control applies to it. "
    if found.service.kind == "supplier-run":
        return line(f"{first}It is run by a supplier: there is no repository, only supplier evidence.")
    if not found.service.repos:
        none = f"{first}No repository is linked, so that none of its changes can be judged"
        why = found.service.unlinked_why.rstrip(".")
        return line(f"{none}: ", words.claim(why), ".") if why else line(f"{none}, and no reason is given.")
    above_words = f"{words.of(above, len(found.risks))} risks are above appetite."
    return line(f"{first}{_failed(found)}. {above_words if found.risks else 'No risk names it.'}")


def _failed(found: Dossier) -> str:
    """How many changes and deployments of the period failed a check."""
    told = []
    for kind, listed in (("change", found.changes), ("deployment", found.deployments)):
        keys = {one.key for one in listed}
        fails = {
            item.key
            for result in found.results
            if result.check.kind == kind
            for item in result.items
            if item.outcome is Outcome.FAIL and item.key in keys
        }
        told.append((len(fails), plural(len(listed), kind)))
    if not found.changes and not found.deployments:
        return "Nothing was changed or deployed in the period"
    if not any(fails for fails, _ in told):
        return f"None of {told[0][1]} and {told[1][1]} failed a check"
    return " and ".join(f"{words.none(fails)} of {listed}" for fails, listed in told) + " failed a check"


def _five(snapshot: Snapshot, found: Dossier) -> Terms:
    isms, service = snapshot.isms, found.service
    gaps = [gap for gap in snapshot.gaps if gap.subject == service.id]
    known = tuple(Para(words.linked(isms, gap.sentence, snapshot.facts)) for gap in gaps) or (
        Para(line(words.soft("No gap names this service."))),
    )
    above = [risk.id for risk in found.risks if sizes.above(isms, risk)]
    wrong = f"{plural(len(found.threats), 'threat')}, {plural(len(found.risks), 'risk')}, {len(above)} above appetite"
    depends = [*service.depends_on, *service.supplied_by]
    holds = ", ".join(service.holds) + (
        f"; critical for: {', '.join(service.rts_critical)}" if service.rts_critical else ""
    )
    return Terms(
        (
            ("Why it matters", (Para((words.claim(service.mission),), "claim"),)),
            ("What it holds", (Para(line(holds)),)),
            ("What it depends on", (Para(words.records(isms, depends, "services", "suppliers")),)),
            (
                "What could go wrong",
                (Para(line(wrong, *((": ", *words.records(isms, above, "risks")) if above else ()))),),
            ),
            ("Threats", (Para(words.records(isms, found.threats, "threats")),)),
            ("What is wrong or open", known),
        )
    )


def _stages(snapshot: Snapshot, found: Dossier) -> tuple[Block, ...]:
    columns = (
        words.column("Control"),
        words.column("Enforced by"),
        words.column("Claimed"),
        words.column("Shown"),
        words.column("What the records hold", label="Records hold"),
    )
    rows: list[Row] = []
    for stage in STAGES:
        held = [(control, result) for control, result in found.controls if stage in control.stage]
        rows.append(
            Row(
                (Cell(line(f"{words.sentence(words.STAGE_WORDS[stage])}: {plural(len(held), 'control')}"), span=5),),
                "group",
            )
        )
        rows += [_stage_row(snapshot, control, result) for control, result in held]
    note = Para(
        line("What is shown is counted for this service alone. A control of two stages stands at both."), "note"
    )
    return (note, Table(columns, tuple(rows)))


def _stage_row(snapshot: Snapshot, control: Control, result: Shown) -> Row:
    isms = snapshot.isms
    by: list[Line] = [words.reference(isms, snapshot.judgement, text) for text in control.enforced_by]
    enforced = tuple(part for at, parts in enumerate(by) for part in ((Text(", "), *parts) if at else parts))
    return Row(
        (
            Cell(words.named(isms, control.id, "controls")),
            Cell(enforced or line(words.soft("nothing"))),
            words.cell(control.status),
            words.cell(result.mark),
            Cell(shown.counts(snapshot, result)),
        )
    )


def _checks(snapshot: Snapshot, found: Dossier) -> tuple[Block, ...]:
    service = found.service.id
    empty = "No item of this service was judged in the period."
    untouched = len(snapshot.judgement.results) - len(found.results)
    note = Para(line(f"{plural(untouched, 'check')} had nothing to judge here."), "note")
    return (
        tables.results(
            found.results, lambda result: words.check_rows(snapshot.judgement, result.check.id, service), empty=empty
        ),
        *((note,) if untouched else ()),
    )


def _months(snapshot: Snapshot, found: Dossier) -> tuple[Block, ...]:
    """Counts a month, each a link to its rows; the last row adds up."""
    service = found.service.id
    changes = Counter((addresses.month(change.time), change.repo) for change in found.changes)
    deployments = Counter(addresses.month(deployment.at) for deployment in found.deployments)
    months = sorted({month for month, _ in changes} | set(deployments))
    repos = sorted({repo for _, repo in changes} | {repo.repo for repo in found.service.repos})
    columns = (
        words.column("Month"),
        *(words.column(f"Changes in {repo}", "n") for repo in repos),
        words.column("Deployments", "n"),
    )
    rows = [
        Row(
            (
                words.cell(month),
                *(words.count(changes[month, repo], addresses.changes(repo, month)) for repo in repos),
                words.count(deployments[month], addresses.deployments(service, month)),
            )
        )
        for month in months
    ]
    if rows:
        sums = (sum(number for (_, r), number in changes.items() if r == repo) for repo in repos)
        rows.append(
            Row((words.cell("In the period"), *map(words.count, sums), words.count(sum(deployments.values()))), "total")
        )
    period = words.period(snapshot.date)
    table = Table(columns, tuple(rows), "run", empty=f"No change and no deployment of {service} is recorded, {period}.")
    reports = quarters.links(snapshot, service)
    told = any(one.service == service for one in snapshot.facts.deployments.values())
    ran = Para(line(Link("What was running, day by day", addresses.ran(service))))
    by_quarter = Para((Text("Change reports by quarter: "), *words.joined(reports)))
    return (table, *((by_quarter,) if reports else ()), *((ran,) if told else ()))


def _risks(snapshot: Snapshot, found: Dossier) -> Table:
    isms = snapshot.isms
    columns = (
        words.column("Risk"),
        words.column("Score", "n"),
        words.column("Appetite", "n"),
        words.column("Owner"),
        words.column("Status"),
    )
    rows = tuple(
        Row(
            (
                Cell(words.named(isms, risk.id, "risks")),
                Cell((Text(str(snapshot.isms.score(risk.residual))),), bad=sizes.above(isms, risk)),
                words.cell(str(limit) if (limit := sizes.appetite(isms, risk)) is not None else "not stated"),
                words.cell(words.person(isms, risk.owner)),
                words.cell(risk.status),
            )
        )
        for risk in found.risks
    )
    return Table(columns, rows, empty=f"No risk names {found.service.id}.")


def _life(snapshot: Snapshot, service: Service) -> Table:
    columns = (words.column("Phase"), words.column("What is built in", label="Built in"))
    stated = {str(phase): ids for phase, ids in service.secure_by_design.items()}
    rows = []
    for phase in PHASES:
        entries = [
            words.named(snapshot.isms, id_) if id_ in snapshot.isms.controls else line(words.claim(id_))
            for id_ in stated.get(phase, ())
        ]
        told = tuple(part for at, parts in enumerate(entries) for part in ((Text("; "), *parts) if at else parts))
        rows.append(Row((words.cell(words.sentence(phase)), Cell(told or line(words.soft("nothing is stated"))))))
    return Table(columns, tuple(rows))


def _repositories(snapshot: Snapshot, service: Service) -> Table:
    columns = (
        words.column("Repository"),
        words.column("Branch"),
        words.column("Paths"),
        words.column("Pinned at"),
        words.column("Commits", "n"),
    )
    rows = []
    for linked in service.repos:
        pin = snapshot.facts.pins.get(linked.repo)
        missing = snapshot.facts.missing.get(linked.repo, "nothing was read at this date")
        rows.append(
            Row(
                (
                    words.cell(words.code(linked.repo)),
                    words.cell(words.code(pin.branch if pin else linked.branch or "not read")),
                    words.cell(words.code(", ".join(linked.paths))),
                    words.cell(words.code(pin.commit[:12]) if pin and pin.commit else Text(missing, "late")),
                    words.count(pin.count if pin else 0),
                )
            )
        )
    why = service.unlinked_why or (
        "It is run by a supplier." if service.kind == "supplier-run" else "No reason is stated."
    )
    return Table(columns, tuple(rows), empty=f"No repository is linked. {why}")


def _suppliers(snapshot: Snapshot, service: Service) -> Table:
    isms = snapshot.isms
    ids = sorted(
        {*service.supplied_by, *(id_ for id_, found in isms.suppliers.items() if service.id in found.services)}
    )
    columns = (words.column("Supplier"), words.column("Criticality"), words.column("Assessed", "d"))
    rows = []
    for id_ in ids:
        found = isms.suppliers.get(id_)
        assessed = words.day(found.assessed) if found else ""
        link = words.record(isms, id_, "suppliers")
        rows.append(
            Row(
                (
                    words.cell(link),
                    words.cell(found.criticality if found else ""),
                    words.cell(assessed or words.soft("no record")),
                )
            )
        )
    return Table(columns, tuple(rows), empty="No supplier is named.")
