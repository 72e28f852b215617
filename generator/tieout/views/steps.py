"""Required steps over time, and what is on record of their runs: two tables, as configured is never ran."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby

from tieout.checks.case import Case, day_of, first_deployments
from tieout.checks.pipeline import LATER, UNTOLD, grade_of, result_of
from tieout.model.grades import Grade
from tieout.model.history import Change, StepSpan
from tieout.model.records import Pipeline, Service, Step
from tieout.model.steps import THERE
from tieout.text.words import digits, human_list, plural, visible
from tieout.views import words
from tieout.views.page import Block, Cell, Mark, Para, Row, Section, Table, Text, line
from tieout.views.snapshot import Snapshot

DAY = 86_400
PASSED = "required-steps-passed"


def mark(span: StepSpan) -> Mark:
    """How a step stood, as a mark."""
    if span.state == "unknown":
        return Mark("unknown", "cannot tell")
    if span.state in THERE:
        return Mark("pass", "present" if span.state == "present" else "present, for some changes")
    return Mark("gap", f"started only {visible(span.why)}" if span.state == "beside" else span.state)


# --- configured ----------------------------------------------------------------------------------------------------


def since(snapshot: Snapshot, pipeline: Pipeline) -> Section:
    """From when until when each required step stood in the CI configuration, and by which change it came, left or came back."""
    own = [span for span in snapshot.facts.spans if _service(snapshot, span).pipeline == pipeline.id]
    titles = {step.id: step.title for step in pipeline.steps}
    rows: list[Row] = []
    for (service, repo), listed in groupby(own, key=lambda span: (span.service, span.repo)):
        head = line(words.record(snapshot.isms, service, "services"), words.soft(f" in {repo}"))
        rows.append(Row((Cell(head, span=6),), "group"))
        for step, spans in groupby(listed, key=lambda span: span.step):
            rows += _rows(snapshot, titles.get(step, step), tuple(spans))
    columns = (
        words.column("Step"),
        words.column("How it stood"),
        words.column("From", "d"),
        words.column("Until", "d"),
        words.column("For"),
        words.column("Began with"),
    )
    empty = "No step of type job is required of a service whose repository was read."
    blocks: tuple[Block, ...] = (*_answers(snapshot, own, titles), Table(columns, tuple(rows), empty=empty))
    return Section("Since when each required step is there", blocks, "since")


def _service(snapshot: Snapshot, span: StepSpan) -> Service:
    return snapshot.isms.services[span.service]


def _rows(snapshot: Snapshot, title: str, spans: Sequence[StepSpan]) -> Iterable[Row]:
    came = spans[0].state == "missing" and any(span.state in THERE for span in spans)
    for number, span in enumerate(spans):
        end = span.until or max(snapshot.date.end, span.since)
        by = words.change(snapshot.facts, span.came) if span.came else words.soft("the first change that was read")
        why = f": {visible(span.why)[:200]}" if span.state == "unknown" and span.why else ""
        yield Row(
            (
                words.cell(title if not number else words.soft(title)),
                words.cell(Mark("none", "not there yet") if not number and came else mark(span), words.soft(why)),
                words.cell(words.day(span.since)),
                words.cell(words.day(span.until) if span.until else words.soft("still")),
                words.cell(f"{_long((end - span.since) // DAY)}, {plural(span.changes, 'change')}"),
                Cell((by,)),
            )
        )


def _long(days: int) -> str:
    return plural(days, "day") if days else "less than a day"


def _answers(snapshot: Snapshot, own: Sequence[StepSpan], titles: dict[str, str]) -> tuple[Para, ...]:
    """Whether a step was ever out after it had come, in one sentence each way."""
    by_step = [tuple(spans) for _, spans in groupby(own, key=lambda span: (span.service, span.repo, span.step))]
    if not by_step:
        return ()
    out, untold, never = [], 0, 0
    for spans in by_step:
        later = spans[next((at for at, span in enumerate(spans) if span.state in THERE), len(spans)) :]
        lost = [span for span in later if span.state not in THERE and span.state != "unknown"]
        if lost:
            days = sum(((span.until or max(snapshot.date.end, span.since)) - span.since) // DAY for span in lost)
            back = "" if spans[-1].state in THERE else ", and still is"
            out.append(f"{titles.get(spans[0].step, spans[0].step)} of {spans[0].service} ({_long(days)}{back})")
        untold += any(span.state == "unknown" for span in spans)
        never += not later and not any(span.state == "unknown" for span in spans)
    first = f"{words.of(len(out), len(by_step))} required steps {'was' if len(out) == 1 else 'were'} out at some time after coming"
    told = (
        f"{first}: {human_list(out)}."
        if out
        else f"None of {plural(len(by_step), 'required step')} was ever out after it had come."
    )
    told += f" {words.sentence(words.are(never))} not there yet." if never else ""
    told += f" For {digits(untold)} it cannot be told for all of the time." if untold else ""
    note = "Read from the CI files as they stood at each change. That a step is configured does not say that it ran."
    return (Para(line(told)), Para(line(note), "note"))


# --- ran -----------------------------------------------------------------------------------------------------------


def ran(snapshot: Snapshot, pipeline: Pipeline) -> Section:
    """For each required step: of how many changes of the period a record says that it ran on what was merged, and passed."""
    case = Case(
        snapshot.isms, snapshot.facts, snapshot.date, snapshot.config, first_deployed=first_deployments(snapshot.facts)
    )
    rows: list[Row] = []
    total: Counter[str] = Counter()
    for service in snapshot.isms.services.values():
        if service.pipeline == pipeline.id:
            steps = [step for step in pipeline.steps if _asks(snapshot, service, step)]
            if steps:
                rows.append(Row((Cell((words.record_of("services", service),), span=6),), "group"))
            for step in steps:
                counted, stated = _count_runs(case, service, step)
                total += counted
                rows.append(_run_row(snapshot, service, step, counted, stated))
    columns = (
        words.column("Step"),
        words.column("Changes", "n"),
        words.column("Ran and passed", "n"),
        words.column("Did not pass", "n"),
        words.column("Cannot tell", "n"),
        words.column("Nothing on record", "n"),
    )
    note = Para(
        line(
            "Counted are the changes of the period for which the step was required. Only a result of what was merged, or "
            "of the last commit that was proposed, proves something of a change; that of another commit counts as not passed."
        ),
        "note",
    )
    table = Table(columns, tuple(rows), empty="No step of type job is required of a service.")
    told = f"{words.of(total['passed'], total.total())} runs that changes of the period needed are on record as passed."
    answer = Para(line(told if total else "No change of the period needed a run."))
    return Section("What is on record of their runs", (answer, note, table) if rows else (table,), "runs")


def _asks(snapshot: Snapshot, service: Service, step: Step) -> bool:
    return step.type == "job" and service.id in snapshot.isms.applying(step.required)


def _count_runs(case: Case, service: Service, step: Step) -> tuple[Counter[str], int]:
    """The changes that needed the step, by what is on record; and how many of the passed are only stated."""
    counted: Counter[str] = Counter()
    stated = 0
    for change in case.facts.changes.values():
        if _is_asked(case, change, service, step):
            state = result_of(case, change, step)
            word = "passed" if state == "passed" else "none" if state in ("missing", LATER) else "lost"
            word = "untold" if state in UNTOLD else word
            counted[word] += 1
            stated += word == "passed" and grade_of(change, (step,)) < Grade.RECORDED
    return counted, stated


def _run_row(snapshot: Snapshot, service: Service, step: Step, counted: Counter[str], stated: int) -> Row:
    href = words.check_rows(snapshot.judgement, PASSED, service.id) if PASSED in snapshot.judgement.results else ""
    weak = (Text(f" {digits(stated)} of them only stated", "soft"),) if stated else ()
    passed = Cell((Text(digits(counted["passed"])), *weak), zero=not counted["passed"])
    return Row(
        (
            words.cell(step.title),
            words.count(counted.total()),
            passed,
            words.count(counted["lost"], href, bad=True),
            words.count(counted["untold"], href),
            words.count(counted["none"], href),
        )
    )


def _is_asked(case: Case, change: Change, service: Service, step: Step) -> bool:
    inside = case.date.start <= change.time <= case.date.end
    begun = step.since is None or step.since <= day_of(change.time)
    return inside and begun and service.id in change.services
