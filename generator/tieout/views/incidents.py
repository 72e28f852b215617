"""What went wrong: an incident walked through to its proven correction, a finding's sequence, an exception's uses."""

from collections.abc import Iterable
from datetime import date, datetime

from tieout.model.records import Exemption, Finding, Incident
from tieout.model.results import Item, Outcome
from tieout.text.words import digits, human_day, plural
from tieout.views import addresses, checks, frame, records, words
from tieout.views.page import Cell, Line, Link, Mark, Page, Para, Row, Section, Table, Text, line
from tieout.views.snapshot import Snapshot

TESTED = {
    "held": ("pass", "held"),
    "failed": ("fail", "failed"),
    "bypassed": ("fail", "bypassed"),
    "absent": ("gap", "absent"),
}


def pages(snapshot: Snapshot) -> Iterable[Page]:
    for incident in snapshot.isms.incidents.values():
        yield _incident(snapshot, incident)
    for finding in snapshot.isms.findings.values():
        yield _finding(snapshot, finding)
    for exemption in snapshot.isms.exceptions.values():
        yield _exception(snapshot, exemption)


def _crumbs(register: str, id_: str) -> tuple[Link | Text, ...]:
    return frame.register_crumbs(records.title(register), register, id_)


# --- incidents -----------------------------------------------------------------------------------------------------


def _incident(snapshot: Snapshot, found: Incident) -> Page:
    isms = snapshot.isms
    restored = _between(found.started, found.restored)
    detected = _between(found.started, found.detected)
    lede = line(f"Severity {found.severity}, {found.kind}. Detected {detected} after it began, ")
    lede += line(f"service right again after {restored}. " if found.restored else "not yet restored. ")
    lede += _review(found)
    sections = (
        Section("In order of time", (_times(snapshot, found),), "times"),
        Section("Which change, which control, which owner", (_loop(snapshot, found),), "loop"),
        Section("Controls that it tested", (_tested(snapshot, found),), "tested"),
        *frame.body(snapshot, found),
        Section("From the finding to the proven effect", (corrections(snapshot, found.raises),), "corrections"),
        frame.incoming(snapshot, "incidents", found.id),
        frame.history(snapshot, found),
    )
    return Page(
        addresses.record("incidents", found.id),
        found.id,
        found.title,
        lede,
        sections,
        _crumbs("incidents", found.id),
        (
            *frame.provenance(snapshot, found),
            ("Status", line(found.status)),
            ("Affects", words.records(isms, found.affects, "services")),
        ),
        addresses.index("incidents"),
    )


def _review(found: Incident) -> Line:
    if found.pir is not None:
        return line(f"Reviewed afterwards, on {human_day(found.pir.held)}.")
    if found.severity <= 2 and found.status == "closed":
        return (Text("Closed without a review after the incident.", "late"),)
    return line("No review after the incident is on record.")


def _between(start: datetime, end: datetime | None) -> str:
    if end is None:
        return "an unknown time"
    minutes = int((end - start).total_seconds()) // 60
    return plural(minutes, "minute") if minutes < 120 else plural(minutes // 60, "hour")


def _times(snapshot: Snapshot, found: Incident) -> Table:
    facts = snapshot.facts
    events: list[tuple[int, Line, str]] = []
    for word, moment in (
        ("Began", found.started),
        ("Detected", found.detected),
        ("Responded to", found.responded),
        ("Restored", found.restored),
    ):
        if moment is not None:
            events.append((int(moment.timestamp()), line(word), "incident record, stated"))
    for reference in (*found.caused_by, *found.emergency_changes):
        key = words.find_change(facts, reference)
        change = facts.changes.get(key)
        if change is None:
            continue
        word = "Change that caused it: " if reference in found.caused_by else "Changed in haste: "
        events.append((change.time, (Text(word), words.change(facts, key)), "Git"))
        events.extend(
            (one.at, (Text("Deployed: "), words.deployment(facts, one.key)), one.basis)
            for one in facts.deployments.values()
            if key in one.changes
        )
        events.extend(
            (one.at, (Text("Reviewed by "), *words.identity(snapshot.isms, one.by)), one.basis)
            for one in change.approvals
            if one.after_the_fact
        )
    rows = tuple(
        Row((words.cell(words.minute(at)), Cell(what), words.cell(basis)))
        for at, what, basis in sorted(events, key=lambda event: (event[0], event[2]))
    )
    return Table((words.column("Time, UTC", "d"), words.column("What"), words.column("Known from")), rows)


def _loop(snapshot: Snapshot, found: Incident) -> Table:
    """The three answers, or the sentence that one is missing."""
    isms, facts = snapshot.isms, snapshot.facts
    caused = words.joined(words.commit(facts, one) for one in found.caused_by) if found.caused_by else None
    hasty = words.joined(words.commit(facts, one) for one in found.emergency_changes)
    cause: Line = caused or (Text(f"cause: {found.cause}") if found.cause else Text("not yet stated", "late"),)
    controls = (
        words.records(isms, sorted(found.tested_controls), "controls")
        if found.tested_controls
        else (Text("no control named as tested", "late"),)
    )
    rows = [
        Row((words.cell("Caused by"), Cell(cause))),
        Row((words.cell("Controls tested"), Cell(controls))),
        Row((words.cell("Owner"), words.cell(words.person(isms, found.owner)))),
        Row((words.cell("Threats"), Cell(words.records(isms, found.threats, "threats")))),
    ]
    if found.emergency_changes:
        rows.insert(1, Row((words.cell("Changed in haste"), Cell(hasty))))
    if found.reportable is not None:
        decided = "to be reported" if found.reportable.decided else "not to be reported"
        why = (
            Text(f"{decided} to "),
            words.record(isms, found.reportable.to),
            Text(": "),
            words.claim(found.reportable.why),
        )
        rows.append(Row((words.cell("Reportable"), Cell(why))))
    return Table((words.column("Question"), words.column("Answer")), tuple(rows))


def _tested(snapshot: Snapshot, found: Incident) -> Table:
    rows = []
    for id_, result in sorted(found.tested_controls.items()):
        shape, word = TESTED[result]
        mark = Mark("pass" if shape == "pass" else "gap" if shape == "gap" else "fail", word)
        rows.append(Row((Cell(words.named(snapshot.isms, id_, "controls")), words.cell(mark))))
    columns = (words.column("Control"), words.column("What it did"))
    return Table(columns, tuple(rows), empty="No control is named as tested.")


# --- findings ------------------------------------------------------------------------------------------------------


def _finding(snapshot: Snapshot, found: Finding) -> Page:
    severity = f"{found.severity} " if found.severity else ""
    lede = line(f"{words.sentence(severity + found.kind)}, raised on {human_day(found.raised)}; {found.status}. ")
    lede += _effect(found)
    sections = (
        Section("From correction to proven effect", (_sequence(snapshot, found),), "sequence"),
        Section("Actions", (corrections(snapshot, (found.id,)),), "actions"),
        *frame.body(snapshot, found),
        Section("Changes it speaks of", (_changes(snapshot, found),), "changes"),
        frame.incoming(snapshot, "findings", found.id),
        frame.history(snapshot, found),
    )
    isms = snapshot.isms
    provenance = (
        *frame.provenance(snapshot, found),
        ("Against", words.records(isms, found.against)),
        ("Source", line(found.origin)),
        ("Audit", (words.record(isms, found.audit, "audits"),) if found.audit else line("none")),
    )
    path = addresses.record("findings", found.id)
    return Page(
        path,
        found.id,
        found.title,
        lede,
        sections,
        _crumbs("findings", found.id),
        provenance,
        addresses.index("findings"),
    )


def _effect(found: Finding) -> Line:
    if found.effectiveness is None:
        late = found.status == "closed"
        text = "Closed before its effect was shown." if late else "Its effect is not yet shown."
        return (Text(text, "late" if late else ""),)
    return line(
        f"Effect verified on {human_day(found.effectiveness.verified)}: {found.effectiveness.result.replace('-', ' ')}."
    )


def _sequence(snapshot: Snapshot, found: Finding) -> Table:
    """Clause 10.2 in its order: correct, cause, elsewhere, act, verify. A step without a record is written out."""
    isms = snapshot.isms
    correction, elsewhere, effect = found.correction, found.elsewhere, found.effectiveness
    steps: list[tuple[str, date | None, Line]] = [
        ("Raised", found.raised, (words.person(isms, found.raised_by),) if found.raised_by else line(found.origin)),
        ("Corrected", correction.done if correction else None, (words.claim(correction.what if correction else ""),)),
        ("Cause known", None, (words.claim(found.cause),)),
        (
            "Looked for elsewhere",
            elsewhere.checked if elsewhere else None,
            (words.claim(elsewhere.result if elsewhere else ""),),
        ),
        (
            "Effect verified",
            effect.verified if effect else None,
            (words.person(isms, effect.by), Text(" "), *words.records(isms, effect.evidence, "evidence"))
            if effect
            else (words.claim(""),),
        ),
    ]
    rows = tuple(Row((words.cell(step), words.cell(words.day(day)), Cell(what))) for step, day, what in steps)
    return Table((words.column("Step"), words.column("Day", "d"), words.column("What")), rows)


def actions_of(snapshot: Snapshot, findings: Iterable[str]) -> tuple[str, ...]:
    """The actions that some findings list, or that are done for them, in order of id."""
    isms, wanted = snapshot.isms, set(findings)
    listed = {id_ for one in wanted if one in isms.findings for id_ in isms.findings[one].actions}
    return tuple(id_ for id_, action in isms.actions.items() if id_ in listed or wanted & set(action.for_))


def corrections(snapshot: Snapshot, findings: Iterable[str]) -> Table:
    isms = snapshot.isms
    rows = []
    for id_ in actions_of(snapshot, findings):
        action = isms.actions[id_]
        due = words.late(action.due, snapshot.date.as_of) if action.status == "open" else Text(words.day(action.due))
        done = words.day(action.done) or action.status
        rows.append(
            Row(
                (
                    Cell(words.named(isms, action.id, "actions")),
                    words.cell(words.person(isms, action.owner)),
                    words.cell(due),
                    words.cell(done),
                    words.cell(words.commit(snapshot.facts, action.change) if action.change else ""),
                )
            )
        )
    columns = (
        words.column("Action"),
        words.column("Owner"),
        words.column("Due", "d"),
        words.column("Done", "d"),
        words.column("Change"),
    )
    return Table(columns, tuple(rows), empty="No action is recorded.")


def _changes(snapshot: Snapshot, found: Finding) -> Table:
    rows = tuple(
        Row((words.cell(words.commit(snapshot.facts, one)), words.cell(words.code(one.repo)))) for one in found.changes
    )
    return Table((words.column("Change"), words.column("Repository")), rows, empty="It names no change.")


# --- exceptions ----------------------------------------------------------------------------------------------------


def _exception(snapshot: Snapshot, found: Exemption) -> Page:
    as_of = snapshot.date.as_of
    uses = [
        item
        for result in snapshot.judgement.results.values()
        for item in result.items
        if item.exception == found.id and item.kind != "record"
    ]
    covered = sum(item.outcome is Outcome.EXCEPTED for item in uses)
    after = sum(item.outcome is Outcome.FAIL for item in uses)
    if found.status != "approved":
        state = f"{words.sentence(found.status)}: it covers nothing"
    elif as_of > found.expires:
        state = f"Expired on {human_day(found.expires)}, {plural((as_of - found.expires).days, 'day')} before the audit date"
    elif as_of < found.from_:
        state = f"Begins on {human_day(found.from_)}"
    else:
        state = f"In force until {human_day(found.expires)}"
    lede = line(f"{state}. In the period it covered {plural(covered, 'deviation') if covered else 'nothing'}; ")
    late = f"{digits(after)} relied on it after it had ended." if after else "none relied on it after its end."
    lede += (Text(late, "late" if after else ""),)
    sections = (
        Section("What it allows", (_conditions(snapshot, found),), "conditions"),
        Section("Where it was used in the period", (_uses(snapshot, uses),), "uses"),
        *frame.body(snapshot, found),
        frame.incoming(snapshot, "exceptions", found.id),
        frame.history(snapshot, found),
    )
    path = addresses.record("exceptions", found.id)
    provenance = frame.provenance(snapshot, found)
    return Page(
        path,
        found.id,
        found.title,
        lede,
        sections,
        _crumbs("exceptions", found.id),
        provenance,
        addresses.index("exceptions"),
    )


def _conditions(snapshot: Snapshot, found: Exemption) -> Table:
    isms = snapshot.isms
    by = found.approved_by
    approved: Line = (Text("nobody", "late"),)
    if by is not None:
        approved = (
            words.person(isms, by.person),
            *((Text(" by "), words.record(isms, by.decision, "decisions")) if by.decision else ()),
        )
    excepts = words.joined(
        (part for one in found.excepts for part in words.reference(isms, snapshot.judgement, one)), ", "
    )
    paths = (
        words.joined((words.code(path) for path in found.scope.paths), ", ") if found.scope.paths else line("all paths")
    )
    rows = (
        Row((words.cell("From the rule"), Cell(excepts))),
        Row((words.cell("For"), Cell(words.records(isms, found.scope.services, "services")))),
        Row((words.cell("On paths"), Cell(paths))),
        Row((words.cell("Between"), words.cell(f"{found.from_} and {found.expires}, both included"))),
        Row((words.cell("Approved by"), Cell(approved))),
        Row((words.cell("Compensated by"), Cell(words.records(isms, found.compensating, "controls")))),
        Row((words.cell("Why"), words.cell(words.claim(found.reason.strip())))),
    )
    return Table((words.column("Condition"), words.column("The exception says", label="Says")), rows)


def _uses(snapshot: Snapshot, uses: list[Item]) -> Para | Table:
    ordered = sorted(uses, key=lambda item: (item.at, item.check, item.key))
    if not ordered:
        return Para(line("Nowhere: no item of the period relies on it."))
    return Table(checks.item_columns(), checks.rows(snapshot, ordered))
