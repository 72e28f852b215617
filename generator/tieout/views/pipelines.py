"""The pipeline as a control surface: five stages with Annex A above and checks below, and which service has which step."""

from collections.abc import Iterable, Sequence
from textwrap import wrap
from typing import NamedTuple

from tieout.model.history import Facts
from tieout.model.records import (
    STAGES,
    Pipeline,
    Service,
    Step,
)
from tieout.model.results import CheckResult, Outcome
from tieout.model.steps import THERE, finding, versions_of
from tieout.text.words import digits, plural
from tieout.views import addresses, fields, frame, steps, words
from tieout.views.page import (
    Block,
    Cell,
    Column,
    Line,
    Link,
    Mark,
    Page,
    Para,
    Picture,
    Row,
    Section,
    Shape,
    Table,
    Text,
    line,
)
from tieout.views.records import listing
from tieout.views.snapshot import Snapshot
from tieout.views.trace import mark

INDEX = addresses.index("pipelines")
IN_PIPELINE = tuple(stage for stage in STAGES if stage != "outside")
_WIDTH, _LANE, _COLUMN = 960, 192, 172  # of the picture, from stage to stage, of the text of one stage


class StageFacts(NamedTuple):
    """What stands at one stage."""

    stage: str
    annex_a: tuple[str, ...]
    results: tuple[CheckResult, ...]


def pages(snapshot: Snapshot) -> Iterable[Page]:
    isms = snapshot.isms
    if not isms.pipelines and not isms.environments:
        return
    yield _index(snapshot)
    for pipeline in isms.pipelines.values():
        yield _pipeline(snapshot, pipeline)


def stages(snapshot: Snapshot, services: Iterable[str]) -> tuple[StageFacts, ...]:
    """The checks of each stage with what they found for some services, and the Annex A controls that stand there."""
    wanted = frozenset(services)
    found = []
    for stage in IN_PIPELINE:
        results = tuple(
            result.of(wanted) for result in snapshot.judgement.results.values() if result.check.stage == stage
        )
        annex = {id_ for result in results for id_ in result.check.annex_a}
        for control in snapshot.isms.controls.values():
            if stage in control.stage and control.status in {"implemented", "partial"}:
                annex |= set(control.implements)
        found.append(StageFacts(stage, tuple(id_ for id_ in snapshot.isms.annex_a if id_ in annex), results))
    return tuple(found)


# --- the index -----------------------------------------------------------------------------------------------------


def _index(snapshot: Snapshot) -> Page:
    isms = snapshot.isms
    found = stages(snapshot, isms.services)
    judged = sum(bool(stage.results) for stage in found)
    carried = [service for service in isms.services.values() if service.pipeline in isms.pipelines]
    lede = line(
        f"{plural(len(isms.pipelines), 'pipeline')} for {words.of(len(carried), len(isms.services))} services. "
        f"{words.of(judged, len(found))} stages have a check of their own."
    )
    sections = [
        Section("Controls over the pipeline", (picture(found, "all services"),), "picture"),
        Section("The same facts as a table", (table(snapshot, found),), "facts"),
        Section("Which service has which step", _matrix(snapshot), "steps", landscape=True),
    ]
    if isms.pipelines:
        sections.append(
            Section(
                "Pipelines",
                (listing(snapshot, "pipelines", isms.pipelines.values(), ("template", "ci", "identities")),),
                "pipelines",
            )
        )
    if isms.environments:
        sections.append(
            Section(
                "Environments",
                (listing(snapshot, "environments", isms.environments.values(), ("kind", "network", "data")),),
                "environments",
            )
        )
    return Page(INDEX, "Pipeline", "Pipeline", lede, tuple(sections), nav=INDEX)


def picture(found: Sequence[StageFacts], whom: str) -> Picture:
    """Annex A above the line, five numbered stages on it, checks with `n of N` below."""
    above = max((len(_rows_of_three(stage.annex_a)) for stage in found), default=0)
    below = max((sum(_height(result) for result in stage.results) for stage in found), default=0)
    axis = 38 + 24 * above + 30
    shapes = [Shape("text", "t-s", x=0, y=12, text="Annex A controls overlaid on each stage")]
    for at, stage in enumerate(found):
        shapes += _stage(stage, at, axis)
    shapes.append(Shape("path", "on", f"M{_WIDTH} {axis}l-11 -5v10z"))
    title = f"{len(found)} stages of the pipeline with Annex A controls above and checks below, for {whom}"
    return Picture(
        _WIDTH,
        axis + 70 + max(below, 44),
        title,
        tuple(shapes),
        "Every part is a link to its rows.",
        "Pipeline picture, scrolls sideways",
    )


def _rows_of_three(ids: Sequence[str]) -> tuple[Sequence[str], ...]:
    """Three ids a row: what fits above a stage."""
    return tuple(ids[at : at + 3] for at in range(0, len(ids), 3))


def _stage(stage: StageFacts, at: int, axis: int) -> list[Shape]:
    x = 2 + _LANE * at
    shapes: list[Shape] = []
    for row, ids in enumerate(_rows_of_three(stage.annex_a)):
        shapes += [shape for place, id_ in enumerate(ids) for shape in _annex_box(x + 50 * place, 27 + 24 * row, id_)]
    end = _WIDTH - 8 if at == len(IN_PIPELINE) - 1 else x + _LANE
    shapes += [
        Shape("path", "ln dash", f"M{x + 12} {28 + 24 * len(_rows_of_three(stage.annex_a))}V{axis - 12}"),
        Shape("path", "thick", f"M{x + 24} {axis}H{end}"),
        Shape("circle", "on", x=x + 12, y=axis, w=11),
        Shape("text", "t-c t-b inv", x=x + 12, y=axis + 4, text=str(at + 1)),
        Shape("text", "t-b", x=x, y=axis + 32, text=words.sentence(words.STAGE_WORDS[stage.stage])),
    ]
    y = axis + 64
    for result in stage.results:
        shapes += _check(result, x, y)
        y += _height(result)
    return shapes if stage.results else [*shapes, *_nothing(x, y)]


def _annex_box(x: int, y: int, id_: str) -> tuple[Shape, Shape]:
    href = addresses.annex_a(id_)
    box = Shape("rect", "bx", x=x, y=y, w=44, h=18, href=href)
    return (box, Shape("text", "t-m t-c", x=x + 22, y=y + 13, text=id_.removeprefix("A."), href=href))


def _check(result: CheckResult, x: int, y: int) -> list[Shape]:
    """A check with its mark, its name and how many of how many."""
    total = words.worst(result)
    judged = words.judged(result)
    counted = words.of(result.count(Outcome.PASS), judged) if judged else total.words
    cls = "no t-b" if total.shape == "fail" else "t-s"
    href, end = addresses.check(result.check.id), y + _height(result) - 14
    name = [
        Shape("text", "", x=x + 15, y=y + 8 + 14 * at, text=part, href=href) for at, part in enumerate(_name(result))
    ]
    return [
        *mark(total.shape, x, y + 8),
        *name,
        Shape("text", cls, x=x + 15, y=end - 7, text=counted),
        Shape("path", "hr", f"M{x} {end}H{x + _COLUMN}"),
    ]


def _name(result: CheckResult) -> list[str]:
    """The id of a check in as many lines as it needs."""
    return wrap(result.check.id, 27)


def _height(result: CheckResult) -> int:
    return 30 + 14 * len(_name(result))


def _nothing(x: int, y: int) -> list[Shape]:
    return [*mark("none", x, y + 8), Shape("text", "t-s", x=x + 15, y=y + 8, text="no check at this stage")]


def table(snapshot: Snapshot, found: Sequence[StageFacts]) -> Table:
    columns = (
        words.column("Stage", "d"),
        words.column("Annex A"),
        words.column("Check", "d"),
        words.column("Passed", "n"),
        words.column("Outcome"),
    )
    rows = []
    for number, stage in enumerate(found, 1):
        head = words.cell(f"{number} {words.sentence(words.STAGE_WORDS[stage.stage])}")
        annex = Cell(words.joined(words.annex_a(snapshot.isms, id_) for id_ in stage.annex_a))
        if not stage.results:
            rows.append(Row((head, annex, words.cell(words.soft("no check at this stage")), Cell(()), Cell(()))))
        for at, result in enumerate(stage.results):
            judged = words.judged(result)
            passed = words.of(result.count(Outcome.PASS), judged) if judged else ""
            first = (head, annex) if at == 0 else (words.cell(words.soft(words.plain(head.line))), Cell(()))
            check = words.cell(words.check(snapshot.judgement, result.check.id))
            rows.append(Row((*first, check, words.cell(passed), words.cell(words.worst(result)))))
    return Table(columns, tuple(rows))


# --- which service has which step ----------------------------------------------------------------------------------


def _matrix(snapshot: Snapshot) -> tuple[Block, ...]:
    """A table for each pipeline: its services by its required steps."""
    note = Para(
        line(
            "A step is present when the CI configuration at the pin has a job that matches it, that changes start and that may not fail."
        ),
        "note",
    )
    blocks: list[Block] = [note]
    for pipeline in snapshot.isms.pipelines.values():
        blocks.append(Para((words.record_of("pipelines", pipeline), Text(f" {pipeline.title}"))))
        blocks.append(step_table(snapshot, pipeline))
    empty = Para(line("No pipeline is recorded, so that no step is required of any service."))
    return tuple(blocks) if len(blocks) > 1 else (empty,)


def step_table(snapshot: Snapshot, pipeline: Pipeline) -> Table:
    isms = snapshot.isms
    services = [service for service in isms.services.values() if service.pipeline == pipeline.id]
    columns = (words.column("Service"), *(Column((Text(step.title),)) for step in pipeline.steps))
    rows = tuple(
        Row(
            (
                words.cell(words.record_of("services", service)),
                *(_step_cell(snapshot, pipeline, service, step) for step in pipeline.steps),
            )
        )
        for service in services
    )
    label = f"Steps of {pipeline.id}"
    return Table(columns, rows, "scroll", label=label, empty=f"No service names {pipeline.id} as its pipeline.")


def _step_cell(snapshot: Snapshot, pipeline: Pipeline, service: Service, step: Step) -> Cell:
    if service.id not in snapshot.isms.applying(step.required):
        return words.cell(words.soft("not asked"))
    if step.type == "check":
        return _check_cell(snapshot, service, step)
    if step.type == "job":
        return words.cell(job_mark(snapshot.facts, service, pipeline, step))
    return words.cell(Mark("unknown", "cannot tell"), words.soft(f", {step.type}"))


def _check_cell(snapshot: Snapshot, service: Service, step: Step) -> Cell:
    result = snapshot.judgement.results.get(step.check)
    if result is None:
        return words.cell(Mark("gap", "missing"))
    cut = result.of({service.id})
    href = words.check_rows(snapshot.judgement, step.check, service.id)
    return words.cell(words.worst(cut), " ", Link("rows", href))


def job_mark(facts: Facts, service: Service, pipeline: Pipeline, step: Step) -> Mark:
    """Whether the newest CI configuration of every linked repository has a job for the step that may not fail."""
    marks = [_job_mark_in(facts, linked.repo, pipeline, step) for linked in service.repos]
    order = {"gap": 0, "unknown": 1, "pass": 2}
    return min(marks, key=lambda found: order[found.shape], default=Mark("unknown", "cannot tell"))


def _job_mark_in(facts: Facts, repo: str, pipeline: Pipeline, step: Step) -> Mark:
    own = versions_of(facts.pipelines.get(repo, ()), pipeline)
    newest = max(own, key=lambda version: version.time, default=None)
    if newest is None:
        return Mark("gap", "missing") if repo in facts.pins else Mark("unknown", "cannot tell")
    found = finding(step.match, newest)
    if found.state == "unknown":
        return Mark("unknown", "cannot tell")
    if found.state in THERE:
        return Mark("pass", "present")
    return Mark("gap", "no change starts it" if found.state == "beside" else found.state)


# --- one pipeline --------------------------------------------------------------------------------------------------


def _pipeline(snapshot: Snapshot, pipeline: Pipeline) -> Page:
    isms = snapshot.isms
    services = tuple(service.id for service in isms.services.values() if service.pipeline == pipeline.id)
    found = stages(snapshot, services)
    sections = (
        Section("Controls over the pipeline", (picture(found, pipeline.id),), "picture"),
        Section("The same facts as a table", (table(snapshot, found),), "facts"),
        Section("Steps, in order", (_steps(snapshot, pipeline),), "steps"),
        Section("Which service has which step", (step_table(snapshot, pipeline),), "services", landscape=True),
        steps.since(snapshot, pipeline),
        steps.ran(snapshot, pipeline),
        Section("What is recorded", (fields.terms(snapshot, pipeline, without=("steps",)),), "fields"),
        *frame.body(snapshot, pipeline),
        frame.incoming(snapshot, "pipelines", pipeline.id),
        frame.history(snapshot, pipeline),
    )
    return Page(
        addresses.record("pipelines", pipeline.id),
        pipeline.id,
        pipeline.title,
        _lede(snapshot, pipeline, services),
        sections,
        frame.register_crumbs("Pipeline", "pipelines", pipeline.id),
        frame.provenance(snapshot, pipeline),
        nav=INDEX,
    )


def _lede(snapshot: Snapshot, pipeline: Pipeline, services: Sequence[str]) -> Line:
    """How many required steps are there, over all services that use it."""
    isms = snapshot.isms
    marks = [
        job_mark(snapshot.facts, isms.services[service], pipeline, step).words
        for service in services
        for step in pipeline.steps
        if step.type == "job" and service in isms.applying(step.required)
    ]
    present, untold = marks.count("present"), marks.count("cannot tell")
    told = (
        f"{words.of(present, len(marks))} required jobs are present"
        + (f"; for {digits(untold)} it cannot be told." if untold else ".")
        if marks
        else "It requires no job."
    )
    return line(f"{plural(len(services), 'service')} use it. " if len(services) != 1 else "1 service uses it. ", told)


def _steps(snapshot: Snapshot, pipeline: Pipeline) -> Table:
    columns = (words.column("Step"), words.column("Stage"), words.column("Required of"), words.column("How it is told"))
    rows = []
    for step in pipeline.steps:
        told: Line = line(f"{step.type}: ", words.code(step.match)) if step.match else line(step.type)
        told = line("check: ", words.check(snapshot.judgement, step.check)) if step.check else told
        cells = (
            words.cell(step.title),
            words.cell(words.STAGE_WORDS[step.stage]),
            Cell(words.joined((words.record(snapshot.isms, id_, "services") for id_ in step.required), ", ")),
            Cell(told),
        )
        rows.append(Row(cells))
    return Table(columns, tuple(rows), empty="No step is declared.")
