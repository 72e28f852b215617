"""The risk treatment plan (6.1.3 e, 8.3): for each open risk what is done, by whom, until when, and what is left."""

from collections.abc import Iterator

from tieout.model.records import Action, Control, Risk
from tieout.text.words import human_day, plural
from tieout.views import addresses, sizes, words
from tieout.views.page import Cell, Line, Link, Page, Row, Section, Table, Text, line
from tieout.views.snapshot import Snapshot


def pages(snapshot: Snapshot) -> Iterator[Page]:
    risks = _open(snapshot)
    if not risks:
        return
    columns = ("Risk", "Owner", "Treatment", "Residual", "Target", "Still to be done", "Accepted")
    rows = tuple(_row(snapshot, risk) for risk in risks)
    table = Table(tuple(words.column(title, "d" if title == "Target" else "") for title in columns), rows)
    crumbs = (Link("Risks", addresses.index("risks")), Text("ISO/IEC 27001:2022, 6.1.3 e and 8.3"))
    title = "Risk treatment plan"
    lede = summary(snapshot)
    yield Page(addresses.TREATMENT, title, title, lede, (Section("", (table,)),), crumbs, nav=addresses.TREATMENT)


def _open(snapshot: Snapshot) -> list[Risk]:
    held = [risk for risk in snapshot.isms.risks.values() if risk.status != "closed"]
    return sorted(held, key=lambda risk: (-snapshot.isms.score(risk.residual), risk.id))


def summary(snapshot: Snapshot) -> Line:
    risks = _open(snapshot)
    actions = {one.id: one for risk in risks for one in _actions(snapshot, risk)}
    late = sum(one.due < snapshot.date.as_of for one in actions.values())
    undone = {one.id for risk in risks for one in _undone(snapshot, risk)}
    above = sizes.risks_above(snapshot.isms)
    return line(
        f"{plural(len(risks), 'open risk')}, {words.are(len(above))} above appetite. "
        f"{plural(len(undone), 'control')} still to be implemented, {plural(len(actions), 'open action')}, {late} of them overdue."
    )


def _undone(snapshot: Snapshot, risk: Risk) -> list[Control]:
    return [
        one
        for one in snapshot.isms.controls.values()
        if risk.id in one.mitigates and one.status in {"planned", "partial"}
    ]


def _actions(snapshot: Snapshot, risk: Risk) -> list[Action]:
    """Open ones for the risk itself, or for a control that is to mitigate it."""
    about = {risk.id, *(one.id for one in _undone(snapshot, risk))}
    held = (one for one in snapshot.isms.actions.values() if one.status == "open" and not about.isdisjoint(one.for_))
    return sorted(held, key=lambda one: (one.due, one.id))


def _row(snapshot: Snapshot, risk: Risk) -> Row:
    isms = snapshot.isms
    above = any(risk.id == one.id for one in sizes.risks_above(isms))
    target = f"{isms.score(risk.target)} by {risk.target.by.isoformat()}" if risk.target else words.soft("none set")
    return Row(
        (
            words.cell(words.record_of("risks", risk), f" {risk.title}"),
            words.cell(words.person(isms, risk.owner)),
            words.cell(risk.treatment),
            words.cell(f"{isms.score(risk.residual)}", words.soft(", above appetite" if above else "")),
            words.cell(target),
            Cell(_to_do(snapshot, risk)),
            Cell(_accepted(snapshot, risk)),
        )
    )


def _to_do(snapshot: Snapshot, risk: Risk) -> Line:
    parts: list[Line] = [
        line(words.record_of("controls", one), f" {one.title} ({one.status})") for one in _undone(snapshot, risk)
    ]
    parts += [
        line(words.record_of("actions", one), " due ", words.late(one.due, snapshot.date.as_of))
        for one in _actions(snapshot, risk)
    ]
    if not parts:
        above = any(risk.id == one.id for one in sizes.risks_above(snapshot.isms))
        return line(words.soft("nothing planned" if above and risk.accepted_by is None else "nothing"))
    return words.listed(parts)


def _accepted(snapshot: Snapshot, risk: Risk) -> Line:
    by = risk.accepted_by
    if by is None:
        return line(words.soft("no"))
    until = f" until {human_day(by.until)}" if by.until else ""
    return line(words.person(snapshot.isms, by.person), until)
