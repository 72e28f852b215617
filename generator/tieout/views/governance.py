"""Who decides and what is owed: objectives with their results, actions with their days, the risk method."""

from collections.abc import Iterable

from tieout.model.records import Action, Objective, RiskMethod
from tieout.text.words import plural
from tieout.views import addresses, dues, fields, forge, frame, words
from tieout.views.page import Block, Cell, Inline, Line, Link, Mark, Page, Row, Section, Table, Text, line
from tieout.views.records import listing
from tieout.views.snapshot import Snapshot


def pages(snapshot: Snapshot) -> Iterable[Page]:
    isms = snapshot.isms
    if isms.objectives or isms.metrics:
        yield _objectives(snapshot)
    if isms.actions:
        yield _actions(snapshot)
    if isms.method:
        yield _method(snapshot, isms.method)


# --- objectives ----------------------------------------------------------------------------------------------------


def is_missed(objective: Objective) -> bool:
    """By its last result."""
    return bool(objective.results) and not objective.results[-1].met


def _objectives(snapshot: Snapshot) -> Page:
    isms = snapshot.isms
    missed = [found for found in isms.objectives.values() if is_missed(found)]
    silent = [found for found in isms.objectives.values() if not found.results]
    lede = line(
        f"{plural(len(isms.objectives), 'objective')}: {len(missed)} missed in their last period, "
        f"{len(silent)} without a result."
    )
    columns = (
        words.column("Objective"),
        words.column("Target"),
        words.column("By", "d"),
        words.column("Last result", label="Result"),
        words.column("Judged"),
        words.column("Owner"),
    )
    table = Table(
        columns,
        tuple(_objective(snapshot, found) for found in isms.objectives.values()),
        empty="No objective is recorded.",
    )
    sections = [Section("Targets and results", (table,), "objectives")]
    if isms.metrics:
        metrics = listing(snapshot, "metrics", isms.metrics.values(), ("group", "unit", "better", "target", "origin"))
        sections.append(Section("How they are measured", (metrics,), "metrics"))
    crumbs = (Text("ISO/IEC 27001:2022, 6.2"),)
    provenance = forge.of_register(snapshot, "objectives")
    return Page(
        addresses.OBJECTIVES,
        "Objectives",
        "Objectives",
        lede,
        tuple(sections),
        crumbs,
        provenance,
        addresses.OBJECTIVES,
    )


def _objective(snapshot: Snapshot, found: Objective) -> Row:
    last = found.results[-1] if found.results else None
    mark = Mark("none", "no result") if last is None else Mark("pass", "met") if last.met else Mark("fail", "missed")
    metric = fields.value(snapshot, found, "metric")
    return Row(
        (
            words.cell(Text(found.id, "id"), f" {found.title}"),
            words.cell(words.claim(found.target), " ", *metric),
            Cell(dues.day(snapshot, "objectives", found.id, Text(found.by.isoformat()))),
            words.cell(f"{last.period}: {last.value}" if last else words.soft("none")),
            words.cell(mark),
            words.cell(words.person(snapshot.isms, found.owner)),
        ),
        anchor=addresses.anchor("objectives", found.id),
    )


# --- actions -------------------------------------------------------------------------------------------------------


def overdue(snapshot: Snapshot) -> tuple[Action, ...]:
    """Open actions whose day has passed, oldest first."""
    found = snapshot.isms.actions.values()
    late = (action for action in found if action.status == "open" and action.due < snapshot.date.as_of)
    return tuple(sorted(late, key=lambda action: (action.due, action.id)))


def _actions(snapshot: Snapshot) -> Page:
    isms = snapshot.isms
    opened = sum(action.status == "open" for action in isms.actions.values())
    lede = line(
        f"{words.of(opened, len(isms.actions))} actions are open; {len(overdue(snapshot))} of these are overdue."
    )
    columns = (
        words.column("Action"),
        words.column("Owner"),
        words.column("Due"),
        words.column("Done", "d"),
        words.column("For"),
        words.column("Change"),
    )
    ordered = sorted(isms.actions.values(), key=lambda action: (action.status != "open", action.due, action.id))
    waiting = [action for action in ordered if action.status == "open"]
    blocks: tuple[Block, ...] = (Table(columns, tuple(_action(snapshot, action) for action in ordered)),)
    late = (Section("How late they are", dues.ages(snapshot, waiting), "ages"),) if waiting else ()
    sections = (*late, Section("All actions", blocks, "actions"))
    provenance = forge.of_register(snapshot, "actions")
    return Page(addresses.ACTIONS, "Actions", "Actions", lede, sections, (), provenance, addresses.ACTIONS)


def _action(snapshot: Snapshot, action: Action) -> Row:
    isms = snapshot.isms
    due: Inline = (
        words.late(action.due, snapshot.date.as_of) if action.status == "open" else Text(action.due.isoformat())
    )
    done = words.day(action.done) or action.status
    return Row(
        (
            words.cell(Text(action.id, "id"), f" {action.title}"),
            words.cell(words.person(isms, action.owner)),
            Cell(dues.day(snapshot, "actions", action.id, due)),
            words.cell(done),
            Cell(words.records(isms, action.for_)),
            words.cell(words.commit(snapshot.facts, action.change) if action.change else words.soft("none named")),
        ),
        anchor=addresses.anchor("actions", action.id),
    )


# --- the risk method -----------------------------------------------------------------------------------------------


def _method(snapshot: Snapshot, method: RiskMethod) -> Page:
    default = method.appetite.get("default")
    limit = f"a residual score up to {default} is accepted" if default is not None else "no general appetite is stated"
    steps = words.of(len(method.scale.likelihood), len(method.scale.impact)).replace(" of ", " by ")
    sections = (
        Section("What is recorded", (fields.terms(snapshot, method),), "fields"),
        *frame.body(snapshot, method),
        frame.history(snapshot, method),
    )
    return Page(
        addresses.METHOD,
        "Risk method",
        method.title,
        _method_lede(steps, limit, len(method.impact_areas)),
        sections,
        (Link("Risks", addresses.index("risks")),) if snapshot.isms.risks else (),
        frame.provenance(snapshot, method),
        addresses.METHOD,
    )


def _method_lede(steps: str, limit: str, areas: int) -> Line:
    return line(
        f"Likelihood by impact, {steps} steps; {limit}, with limits of their own for some of {plural(areas, 'area')}."
    )
