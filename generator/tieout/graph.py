"""The traceability graph: records and check outcomes as nodes, typed links as edges. Built once, then read only.

Nodes are `kind:id`; the kind is the singular of a register with hyphens, or `annex-a`, `stage`, `check`. An edge runs
as the link is written (a control *mitigates* a risk) and has its name as key. A link to nothing makes no edge: `content`
has reported it. Commits and items of checks never enter one by one.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import NamedTuple

import networkx as nx

from tieout.checks.case import cut, day_of
from tieout.checks.evidence import LED_TO, WINDOWS, newest_shown, nothing_occurred, window_words
from tieout.model.links import LinkField, ids_at, links_of
from tieout.model.records import (
    STAGES,
    Control,
    Risk,
    Step,
)
from tieout.model.registers import REGISTERS, Isms, Register
from tieout.model.results import AuditDate, CheckResult, Item, Judgement, Outcome, Trace, TraceEvidence, TraceRow
from tieout.text.words import human_day, plural


@dataclass(frozen=True, slots=True)
class Graph:
    """A wrapper of one directed multigraph. Node keys are `kind:id`; an edge's key is the name of the link."""

    links: "nx.MultiDiGraph[str]"

    def out(self, node: str, link: str = "") -> tuple[tuple[str, str], ...]:
        """(link, target) of a node, by link, then target; all links or one."""
        if node not in self.links:
            return ()
        found = ((key, target) for _, target, key in self.links.out_edges(node, keys=True))
        return tuple(sorted(edge for edge in found if link in ("", edge[0])))

    def into(self, node: str, link: str = "") -> tuple[tuple[str, str], ...]:
        """(link, origin) of what points at a node, by link, then origin."""
        if node not in self.links:
            return ()
        found = ((key, origin) for origin, _, key in self.links.in_edges(node, keys=True))
        return tuple(sorted(edge for edge in found if link in ("", edge[0])))


def kind_of(register: str) -> str:
    """The kind of a register's nodes: `statement-of-applicability`."""
    return next(found.kind for found in REGISTERS if found.name == register).replace(" ", "-")


# Links whose targets may be words for several services, such as tier-1.
_WORDS_FOR_SERVICES = {"all", "tiers"}
# What a link names beside registers, and the kind of its nodes.
_KINDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        **{register.name: (register.kind.replace(" ", "-"),) for register in REGISTERS if register.name != "checks"},
        "annex": ("annex-a",),
        "stages": ("stage",),
        "checks": ("check",),
        "check:": ("check",),
        "enforcement": ("check", "policy", "runbook"),
    }
)


_EVERYTHING = tuple(dict.fromkeys((*(kind for kinds in _KINDS.values() for kind in kinds), "annex-a")))


def build(isms: Isms, judgement: Judgement) -> Graph:
    """All records, Annex A, the stages and the checks, with the links between them."""
    links: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    nodes = _nodes(isms, judgement)
    for node, attributes in nodes.items():
        links.add_node(node, **attributes)
    for origin, target, link in _edges(isms, judgement, nodes):
        links.add_edge(origin, target, key=link)
    return Graph(nx.freeze(links))


def _nodes(isms: Isms, judgement: Judgement) -> dict[str, dict[str, str]]:
    nodes = {}
    for register in REGISTERS:
        kind = kind_of(register.name)
        for id_, record in isms.register(register.name).items():
            nodes[f"{kind}:{id_}"] = {"kind": kind, "id": id_, "title": record.title, "register": register.name}
    for id_, annex in isms.annex_a.items():
        nodes[f"annex-a:{id_}"] = {"kind": "annex-a", "id": id_, "title": annex.title, "register": ""}
    for stage in STAGES:
        nodes[f"stage:{stage}"] = {"kind": "stage", "id": stage, "title": stage, "register": ""}
    for id_, result in judgement.results.items():
        nodes[f"check:{id_}"] = {"kind": "check", "id": id_, "title": result.check.title, "register": ""}
    return nodes


def _edges(isms: Isms, judgement: Judgement, nodes: Mapping[str, object]) -> Iterator[tuple[str, str, str]]:
    for register in REGISTERS:
        for link in links_of(register.model):
            if link.edge:
                yield from _edges_of(isms, register, link, nodes)
    yield from _soa_edges(isms, nodes)
    for id_, result in judgement.results.items():
        yield f"check:{id_}", f"stage:{result.check.stage}", "stage"


def _edges_of(
    isms: Isms, register: Register, link: LinkField, nodes: Mapping[str, object]
) -> Iterator[tuple[str, str, str]]:
    """The edges of one link of all records of a register."""
    among = _EVERYTHING if "any" in link.link.to else tuple(kind for to in link.link.to for kind in _KINDS.get(to, ()))
    several = not _WORDS_FOR_SERVICES.isdisjoint(link.link.to)
    for record in isms.register(register.name).values():
        ids = tuple(ids_at(record, link.attributes))
        for id_ in (*isms.applying(ids), *ids) if several else ids:
            if target := _found(nodes, among, id_):
                yield f"{kind_of(register.name)}:{record.id}", target, link.edge


def _found(nodes: Mapping[str, object], among: Iterable[str], id_: str) -> str:
    """The node an id means; `check:…`, `policy:…` and `runbook:…` name their kind themselves."""
    prefix, _, rest = id_.partition(":")
    if rest:
        return id_ if prefix in among and id_ in nodes else ""
    return next((f"{kind}:{id_}" for kind in among if f"{kind}:{id_}" in nodes), "")


def _soa_edges(isms: Isms, nodes: Mapping[str, object]) -> Iterator[tuple[str, str, str]]:
    for id_, entry in isms.soa.entries.items() if isms.soa else ():
        action = f"action:{entry.action}"
        if f"annex-a:{id_}" in nodes and entry.action and action in nodes:
            yield f"annex-a:{id_}", action, "action"


# --- traces: from a threat to evidence ------------------------------------------------------------------------------


def traces(graph: Graph, isms: Isms, judgement: Judgement, date: AuditDate) -> Mapping[str, Trace]:
    """C1 for each risk that is not closed: threat → risk → control → Annex A → stage → check or process → evidence.

    A row is one control that mitigates the risk with one of its enforcements. Its evidence is, for a check, what the
    check found in the period for the services that both risk and control are about (what is not applicable is left
    out of the count); for a policy, a runbook, a step or a process, the newest evidence record of the control, or the
    day the runbook was exercised.

    A row is *complete* when its control is implemented and its evidence is in date. A row of an implemented control is
    *broken* when the control is enforced by nothing or by something that does not exist, names no Annex A control,
    covers none of the risk's services, or has no evidence in date from any source. A failed item breaks nothing: the
    chain leads to it, which is what it is for. Where nothing occurred that a check could judge, the row is neither.
    A control that is planned or partial completes nothing and breaks nothing: what it lacks is said in its row.

    The trace is complete when the risk comes from a threat of the register, at least one row is complete, and no row
    of an implemented control is broken.
    """
    known = Concluded(isms, judgement, date)
    return {id_: _trace(graph, known, risk) for id_, risk in isms.risks.items() if risk.status != "closed"}


class Concluded(NamedTuple):
    """What a chain is followed through."""

    isms: Isms
    judgement: Judgement
    date: AuditDate


def _trace(graph: Graph, known: Concluded, risk: Risk) -> Trace:
    ids = [origin.partition(":")[2] for _, origin in graph.into(f"risk:{risk.id}", "mitigates")]
    controls = [known.isms.controls[id_] for id_ in ids if known.isms.controls[id_].status != "retired"]
    rows = sorted((row for control in controls for row in _rows(known, risk, control)), key=_row_order)
    threats = tuple(target.partition(":")[2] for _, target in graph.out(f"risk:{risk.id}", "threats"))
    breaks = tuple(dict.fromkeys(_breaks(known.isms, risk, threats, tuple(rows))))
    return Trace(risk.id, threats, tuple(rows), complete=not breaks, breaks=breaks)


def _row_order(row: TraceRow) -> tuple[int, str, str]:
    return (_place(row.stage), row.control, row.enforcement)


def _place(stage: str) -> int:
    return next((place for place, known in enumerate(STAGES) if known == stage), len(STAGES))


def _breaks(isms: Isms, risk: Risk, threats: tuple[str, ...], rows: tuple[TraceRow, ...]) -> Iterator[str]:
    if not threats:
        yield f"{risk.id} comes from no threat of the register."
    implemented = [row for row in rows if isms.controls[row.control].status == "implemented"]
    if not rows:
        yield f"{risk.id} is mitigated by no control."
    elif not implemented:
        yield f"{risk.id} is mitigated by no implemented control."
    yield from (row.gap for row in implemented if row.gap)
    if implemented and not any(row.gap or row.complete for row in implemented):
        yield f"No control of {risk.id} leads to evidence: nothing occurred in the period that its checks could judge."


def _rows(known: Concluded, risk: Risk, control: Control) -> Iterator[TraceRow]:
    affected = set(known.isms.applying(risk.affects))
    services = tuple(id_ for id_ in known.isms.applying(control.applies_to) if id_ in affected)
    gap = _control_gap(known, risk, control, services)
    for enforcement in _operating(known, control) or ("",):
        found = _evidence(known, control, enforcement, services)
        broken = gap or _dangling(known, control, enforcement)
        complete = control.status == "implemented" and not broken and _in_date(known, control, found, enforcement)
        stage = _stage(known, control, enforcement)
        yield TraceRow(control.id, control.implements, stage, enforcement, services, found, broken, complete)


def _operating(known: Concluded, control: Control) -> tuple[str, ...]:
    """What operates a control, each once: a step that only names a check already listed says nothing new, and a policy
    asks for a thing but does not do it, so that it has a row only where nothing else enforces the control.
    """
    checks = {one for one in control.enforced_by if one.startswith("check:")}
    kept = tuple(
        one
        for one in control.enforced_by
        if one in checks or (result := _result(known, one)) is None or f"check:{result.check.id}" not in checks
    )
    return tuple(one for one in kept if not one.startswith("policy:") or _dangling(known, control, one)) or kept


def _stage(known: Concluded, control: Control, enforcement: str) -> str:
    """The control's stage; of several the one at which the check looks, else the first in the pipeline's order."""
    result = _result(known, enforcement)
    if result and result.check.stage in control.stage:
        return result.check.stage
    return min(control.stage, key=_place, default="")


def _control_gap(known: Concluded, risk: Risk, control: Control, services: tuple[str, ...]) -> str:
    """What breaks a control's part of a risk's chain, or keeps it from counting; empty where nothing does."""
    if control.status in ("planned", "partial"):
        rest = "" if control.enforced_by else ", and enforced by nothing"
        return f"{control.id} is {control.status} only{rest}."
    if not control.implements:
        return f"{control.id} implements no control of Annex A."
    if not control.enforced_by:
        return f"{control.id} is enforced by nothing."
    if not services:
        return f"{control.id} covers none of the services that {risk.id} affects."
    return stale(known, control, services)


def stale(known: Concluded, control: Control, services: tuple[str, ...]) -> str:
    """The sentence on a control whose evidence is missing or too old for some services; empty where it is in date."""
    results = known.judgement.results
    shown = newest_shown(known.isms, results, control, known.date, services, LED_TO)
    exercised = max((until for until, _, _ in _exercises(known, control)), default=date.min)
    until = max(shown.until if shown else date.min, exercised)
    if until >= known.date.as_of or (until == date.min and nothing_occurred(results, control, services)):
        return ""
    if until == date.min:
        return f"{control.id} has no evidence ({control.frequency} control)."
    return f"{control.id} has no evidence in the last {shown.window if shown else window_words(control)}."


def _result(known: Concluded, enforcement: str) -> CheckResult | None:
    """What a check found that is the enforcement, or that a step of a pipeline names as its own."""
    kind, _, id_ = enforcement.partition(":")
    if kind == "step":
        id_ = next((step.check for step in _steps(known, id_) if step.type == "check"), "")
    return known.judgement.results.get(id_) if kind in ("check", "step") else None


def _steps(known: Concluded, path: str) -> Iterator[Step]:
    """The step that `pipeline/step` names; none where there is no such step."""
    pipeline, _, step = path.partition("/")
    found = known.isms.pipelines.get(pipeline)
    yield from (one for one in found.steps if one.id == step) if found else ()


def _dangling(known: Concluded, control: Control, enforcement: str) -> str:
    kind, _, id_ = enforcement.partition(":")
    targets: dict[str, Mapping[str, object]] = {
        "check": known.judgement.results,
        "policy": known.isms.policies,
        "runbook": known.isms.runbooks,
    }
    missing = kind in targets and id_ not in targets[kind]
    if missing or (kind == "step" and not any(_steps(known, id_))):
        return f"{control.id} is enforced by {enforcement}, which does not exist."
    return ""


def _exercises(known: Concluded, control: Control) -> Iterator[tuple[date, date, str]]:
    """(last day on which it counts, day, runbook) of each exercise of a runbook that enforces the control.

    A runbook without a rhythm of its own counts as long as evidence of a yearly control.
    """
    for link in control.enforced_by:
        runbook = known.isms.runbooks.get(link.removeprefix("runbook:")) if link.startswith("runbook:") else None
        if runbook and runbook.exercised and runbook.exercised <= known.date.as_of:
            day, every = runbook.exercised, runbook.exercise_every
            yield (every.after(day) if every else day + timedelta(days=WINDOWS["yearly"])), day, runbook.id


def _in_date(known: Concluded, control: Control, found: TraceEvidence, enforcement: str) -> bool:
    """Whether what the row itself shows is in date: judged items of the period are."""
    if found.kind == "check":
        return found.passed + found.fails + found.excepted > 0
    exercises = (until for until, _, id_ in _exercises(known, control) if enforcement == f"runbook:{id_}")
    return found.outcome is Outcome.PASS or any(until >= known.date.as_of for until in exercises)


def _evidence(known: Concluded, control: Control, enforcement: str, services: tuple[str, ...]) -> TraceEvidence:
    if result := _result(known, enforcement):
        return check_evidence(cut(result, services), known.date)
    shown = newest_shown(known.isms, {}, control, known.date, services)
    exercise = max((run for run in _exercises(known, control) if f"runbook:{run[2]}" == enforcement), default=None)
    if exercise and (shown is None or exercise[1] > shown.day):
        return _dated(exercise[0], exercise[1], exercise[2], f"exercised {human_day(exercise[1])}", known)
    if shown is None:
        return TraceEvidence("none", None, words="no evidence record")
    return _dated(shown.until, shown.day, shown.record, human_day(shown.day), known)


def _dated(until: date, day: date, record: str, words: str, known: Concluded) -> TraceEvidence:
    late = (known.date.as_of - until).days
    outcome = Outcome.FAIL if late > 0 else Outcome.PASS
    words += f", {plural(late, 'day')} too old" if late > 0 else ""
    return TraceEvidence("evidence", outcome, day=day, newest=record, newest_kind="record", words=words)


def check_evidence(result: CheckResult, date: AuditDate) -> TraceEvidence:
    """What a check found, as counts: passed, failed, excepted and unknown add up to the population.

    Items that are not applicable are not part of it. The outcome is the worst that is there.
    """
    items = [item for item in result.items if item.outcome is not Outcome.NOT_APPLICABLE]
    if not items:
        return TraceEvidence("check", None, words="did not occur in the period")
    passing = _newest(items, Outcome.PASS)
    failing = _newest(items, Outcome.FAIL)
    newest = passing or failing or max(items, key=_age)
    order = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.EXCEPTED, Outcome.PASS)
    return TraceEvidence(
        "check",
        next(outcome for outcome in order if any(item.outcome is outcome for item in items)),
        passed=result.count(Outcome.PASS),
        population=len(items),
        fails=result.count(Outcome.FAIL),
        excepted=result.count(Outcome.EXCEPTED),
        unknown=result.count(Outcome.UNKNOWN),
        day=day_of(newest.at) if newest.at else date.as_of,
        newest=passing.key if passing else "",
        newest_kind=passing.kind if passing else "",
        worst=failing.key if failing else "",
        worst_kind=failing.kind if failing else "",
    )


def _age(item: Item) -> tuple[int, str]:
    return (item.at, item.key)


def _newest(items: Iterable[Item], outcome: Outcome) -> Item | None:
    return max((item for item in items if item.outcome is outcome), key=_age, default=None)
