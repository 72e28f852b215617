"""`tieout trace`."""

from pathlib import Path

import click

from tieout.build import pipeline
from tieout.cli import output
from tieout.content import registers
from tieout.model.registers import Isms
from tieout.model.results import Outcome, Trace, TraceEvidence
from tieout.problems import BuildError
from tieout.views.snapshot import Snapshot

SIGNS = {
    Outcome.PASS: "pass",
    Outcome.FAIL: "FAIL",
    Outcome.EXCEPTED: "excepted",
    Outcome.UNKNOWN: "cannot tell",
    Outcome.NOT_APPLICABLE: "not applicable",
}


@click.command(name="trace")
@click.argument("record")
@output.isms_option
@click.option("--audit", default="current", show_default=True, help="As of which audit, by date or id.")
def command(record: str, isms: Path, audit: str) -> int:
    """The chain from the threats through a risk and its controls to the evidence, in the terminal.

    RECORD is a risk, or a threat or control: then the risks it stands in.
    """
    say, done = output.progress()
    try:
        snapshot, problems = pipeline.snapshot(isms, audit, say)
    finally:
        done()
    output.show_problems(problems, err=True)
    if snapshot is None:
        output.complain(f"{output.count(problems)} in the content; mend it, then ask again.")
        return 1
    held = snapshot.isms
    traces = [trace for trace in snapshot.traces.values() if touches(trace, record)]
    if not traces:
        known = {registers.normal(id_): id_ for id_ in (*held.risks, *held.threats, *held.controls)}
        near = known.get(registers.normal(record), "")
        hint = (
            f" (did you mean '{near}'?)."
            if near and near != record
            else f"; name a risk, a threat or a control, such as {next(iter(held.risks), 'RSK-001')}."
        )
        raise BuildError(f"no risk's trace leads through '{record}'{hint}")
    for trace in traces:
        show(trace, snapshot)
    broken = any(problem.severity == "error" for problem in problems)
    return 0 if all(trace.complete for trace in traces) and not broken else 1


def touches(trace: Trace, record: str) -> bool:
    return record == trace.risk or record in trace.threats or any(row.control == record for row in trace.rows)


def show(trace: Trace, snapshot: Snapshot) -> None:
    isms = snapshot.isms
    output.say(f"{trace.risk} {isms.risks[trace.risk].title}, as of {snapshot.date.as_of}")
    for threat in trace.threats:
        output.say(f"  from {threat} {title(isms, threat)}")
    for row in trace.rows:
        output.say(f"  {row.control} {isms.controls[row.control].title}")
        output.say(f"    {' '.join(row.annex_a)} · {row.stage} · {row.enforcement or 'enforced by nothing'}")
        output.say(f"    {row.gap or evidence(row.evidence)}")
    output.say("  complete" if trace.complete else "  incomplete: " + " ".join(trace.breaks))


def title(isms: Isms, threat: str) -> str:
    return isms.threats[threat].title if threat in isms.threats else "(unknown)"


def evidence(found: TraceEvidence) -> str:
    sign = SIGNS[found.outcome] if found.outcome else "nothing to show"
    parts = [f"{found.passed} of {found.population}" if found.population else found.words]
    if found.worst:
        parts.append(f"failed last {found.worst}")
    if found.newest:
        parts.append(f"newest {found.day} {found.newest}")
    return f"{sign}: {', '.join(filter(None, parts))}" if any(parts) else sign
