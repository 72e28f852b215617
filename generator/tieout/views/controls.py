"""Controls: the index, and a page for each with the rule in front, what enforces it and what the records show."""

from collections.abc import Iterable, Mapping

from tieout.model.records import Control
from tieout.model.results import EvidenceState, Outcome
from tieout.views import addresses, frame, lapses, shown, statuses, tables, words
from tieout.views.page import Block, Cell, Line, Mark, Page, Para, Row, Section, Table, Terms, Text, line
from tieout.views.shown import Shown
from tieout.views.snapshot import Snapshot

INDEX = addresses.index("controls")


def pages(snapshot: Snapshot) -> Iterable[Page]:
    if not snapshot.isms.controls:
        return
    found = {control.id: shown.of_control(snapshot, control) for control in snapshot.isms.controls.values()}
    yield _index(snapshot, found)
    for control in snapshot.isms.controls.values():
        yield _control(snapshot, control, found[control.id])


def _index(snapshot: Snapshot, found: Mapping[str, Shown]) -> Page:
    controls = snapshot.isms.controls
    implemented = [control for control in controls.values() if control.status == "implemented"]
    counted = statuses.summary(statuses.of(snapshot, control) for control in implemented)
    lede = line(
        f"{words.of(len(implemented), len(controls))} controls are claimed as implemented"
        + (f"; by what the records show, {counted}." if counted else ".")
    )
    columns = (
        words.column("Control"),
        words.column("Claimed"),
        words.column("Shown"),
        words.column("What the records hold", label="Records hold"),
        words.column("Stage"),
        words.column("Risks"),
        words.column("Owner"),
    )
    table = Table(columns, tuple(_index_row(snapshot, control, found[control.id]) for control in controls.values()))
    return Page(INDEX, "Controls", "Controls", lede, (Section("", (table,), "controls"),), nav=INDEX)


def _index_row(snapshot: Snapshot, control: Control, result: Shown) -> Row:
    isms = snapshot.isms
    return Row(
        (
            Cell(words.named(isms, control.id, "controls")),
            words.cell(control.status),
            words.cell(result.mark),
            Cell(shown.counts(snapshot, result)),
            words.cell(", ".join(words.STAGE_WORDS.get(stage, stage) for stage in control.stage)),
            Cell(words.records(isms, control.mitigates, "risks")),
            words.cell(words.person(isms, control.owner)),
        )
    )


def _control(snapshot: Snapshot, control: Control, result: Shown) -> Page:
    sections = (
        Section("The rule", (_rule(snapshot, control),), "rule"),
        Section("Claim and evidence", (_claim(snapshot, control),), "status"),
        Section("What the records show, per check", _results(snapshot, control), "results"),
        Section("Per service", (_per_service(snapshot, control),), "services"),
        lapses.section(snapshot, control),
        Section("Evidence", _evidence(snapshot, control), "evidence"),
        Section("Exceptions", (_exceptions(snapshot, control),), "exceptions"),
        *statuses.over_audits(snapshot, control),
        *frame.body(snapshot, control),
        frame.incoming(snapshot, "controls", control.id),
        frame.history(snapshot, control),
    )
    return Page(
        addresses.record("controls", control.id),
        control.id,
        control.title,
        _lede(snapshot, control, result),
        sections,
        frame.register_crumbs("Controls", "controls", control.id),
        frame.provenance(snapshot, control),
        nav=INDEX,
    )


def _lede(snapshot: Snapshot, control: Control, result: Shown) -> Line:
    claimed = f"Claimed as {control.status}. The records of the period show "
    if result.population:
        return line(f"{claimed}that {words.of(result.passed, result.population)} items passed: ", result.mark, ".")
    return line(claimed, "no item to judge: ", result.mark, ". ", *_ended(shown.counts(snapshot, result)))


def _ended(told: Line) -> Line:
    """As a sentence: what holds words has its own full stop, an id has none."""
    last = told[-1] if told else None
    return told if isinstance(last, Text) and last.text.endswith(".") else line(*told, ".")


def _claim(snapshot: Snapshot, control: Control) -> Terms:
    status = statuses.of(snapshot, control)
    entries: list[tuple[str, Line]] = [
        ("Claimed", line(control.status)),
        ("Shown", statuses.told(snapshot, status)),
    ]
    if status.exceptions:
        covered = words.records(snapshot.isms, status.exceptions, "exceptions")
        entries.append(("Permitted by", line(*covered, "; a deviation that is permitted stays a deviation")))
    leaning = [
        risk
        for risk in snapshot.isms.risks.values()
        if any(one.control == control.id for one in statuses.leaning(snapshot, risk))
    ]
    if leaning:
        told = words.records(snapshot.isms, (risk.id for risk in leaning), "risks")
        entries.append(("Leaning on it", line(Mark("flag", "residual size"), " ", *told)))
    return Terms(tuple((title, (Para(parts),)) for title, parts in entries))


def _rule(snapshot: Snapshot, control: Control) -> Terms:
    isms = snapshot.isms
    enforced = [words.reference(isms, snapshot.judgement, text) for text in control.enforced_by]
    stages = ", ".join(words.STAGE_WORDS.get(stage, stage) for stage in control.stage)
    return Terms(
        (
            ("What is claimed", (Para((words.claim(control.statement),), "claim"),)),
            ("Enforced by", tuple(Para(parts) for parts in enforced) or (_nothing("Enforced by nothing."),)),
            ("Against which risks", (Para(words.records(isms, control.mitigates, "risks")),)),
            ("Annex A", (Para(words.joined(words.annex_a(isms, id_) for id_ in control.implements)),)),
            ("Where", (Para(line(f"{', '.join(control.applies_to)}; stage: {stages}")),)),
            ("How", (Para(line(f"{control.kind}, {control.mode}, {control.frequency}")),)),
            *(
                (
                    (
                        "Other requirements",
                        (Para(words.joined((words.requirement(isms, text) for text in control.satisfies), ", ")),),
                    ),
                )
                if control.satisfies
                else ()
            ),
        )
    )


def _nothing(sentence: str) -> Para:
    return Para((Mark("gap", "gap"), Text(f" {sentence}")))


def _results(snapshot: Snapshot, control: Control) -> tuple[Block, ...]:
    results = shown.results_of(snapshot, control)
    if not results:
        return (Para(line(f"No check judges {control.id}; it rests on evidence that people record."), "note"),)
    note = Para(
        line("Items of the services to which the control applies. The outcomes add up to the population."), "note"
    )
    return (note, tables.results(results, lambda result: addresses.check(result.check.id)))


def _per_service(snapshot: Snapshot, control: Control) -> Table:
    columns = (words.column("Service"), words.column("Check"), words.column("Passed", "n"), words.column("Outcome"))
    rows = [
        _service_row(snapshot, service, id_)
        for service in snapshot.isms.applying(control.applies_to)
        for id_ in shown.checks_of(control.enforced_by)
        if id_ in snapshot.judgement.results
    ]
    return Table(columns, tuple(rows), empty="No check judges it for a service.")


def _service_row(snapshot: Snapshot, service: str, check: str) -> Row:
    result = snapshot.judgement.results[check].of({service})
    judged = words.judged(result)
    link = words.check(snapshot.judgement, check, service)
    name = words.record(snapshot.isms, service, "services")
    passed = words.of(result.count(Outcome.PASS), judged) if judged else ""
    return Row((words.cell(name), words.cell(link), words.cell(passed), words.cell(words.worst(result))))


def _evidence(snapshot: Snapshot, control: Control) -> tuple[Block, ...]:
    isms = snapshot.isms
    state = snapshot.judgement.evidence.get(control.id)
    told = Para(line(words.outcome(Outcome.UNKNOWN), f" Freshness of evidence was not judged for {control.id}."))
    if state:
        told = Para(line(*_freshness(snapshot, control, state), *words.linked(isms, state.reason)))
    found = sorted(
        (record for record in isms.evidence.values() if control.id in record.proves),
        key=lambda record: (record.observed.to, record.id),
        reverse=True,
    )
    columns = (
        words.column("Evidence"),
        words.column("Kind"),
        words.column("Observed", "d"),
        words.column("Collected by"),
    )
    rows = tuple(
        Row(
            (
                Cell(words.named(isms, record.id, "evidence")),
                words.cell(record.kind),
                words.cell(f"{record.observed.from_} to {record.observed.to}"),
                words.cell(words.person(isms, record.collected_by)),
            )
        )
        for record in found
    )
    return (told, Table(columns, rows, empty=f"No evidence record names {control.id}."))


def _freshness(snapshot: Snapshot, control: Control, state: EvidenceState) -> Line:
    """The outcome of the check, which asks no evidence of a control that is not called implemented."""
    if control.status != "implemented":
        return line(words.soft(f"Not asked of it while it is {control.status}. "))
    judged = snapshot.judgement.results.get("evidence-fresh")
    found = next((item.outcome for item in judged.items if item.key == control.id), None) if judged else None
    return line(words.outcome(found or (Outcome.PASS if state.fresh else Outcome.FAIL)), ": ")


def _exceptions(snapshot: Snapshot, control: Control) -> Table:
    isms = snapshot.isms
    named = {control.id, *(text for text in control.enforced_by if text.startswith("check:"))}
    columns = (
        words.column("Exception"),
        words.column("Services"),
        words.column("From", "d"),
        words.column("Last day", "d"),
        words.column("Approved by"),
    )
    rows = tuple(
        Row(
            (
                Cell(words.named(isms, found.id, "exceptions")),
                Cell(words.records(isms, found.scope.services, "services")),
                words.cell(found.from_.isoformat()),
                words.cell(found.expires.isoformat()),
                words.cell(words.person(isms, found.approved_by.person if found.approved_by else "")),
            )
        )
        for found in isms.exceptions.values()
        if named & set(found.excepts)
    )
    return Table(columns, rows, empty="No exception to it is recorded.")
