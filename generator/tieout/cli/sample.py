"""`tieout sample`."""

import json
from pathlib import Path
from typing import cast

import click

from tieout.build import pipeline
from tieout.checks import samples as drawing
from tieout.checks.case import day_of
from tieout.checks.samples import Frequency
from tieout.checks.worksheet import ATTRIBUTES
from tieout.cli import output
from tieout.model.results import Outcome
from tieout.output import newfiles, workbook
from tieout.problems import BuildError
from tieout.text import csv_table, words
from tieout.views import lists, samples
from tieout.views.samples import Sheet, Wish
from tieout.views.snapshot import Snapshot

SIGNS = {
    Outcome.PASS: ".",
    Outcome.FAIL: "F",
    Outcome.EXCEPTED: "e",
    Outcome.UNKNOWN: "?",
    Outcome.NOT_APPLICABLE: "-",
}
LEGEND = ". pass, F fail, e excepted, ? cannot tell from Git, - not applicable"


@click.command(name="sample")
@click.argument("check")
@output.isms_option
@click.option("--audit", default="current", show_default=True, help="As of which audit, by date or id.")
@click.option("--size", type=click.IntRange(min=1), help="How many items; else what is usual for the frequency.")
@click.option(
    "--frequency",
    type=click.Choice(list(drawing.SIZES)),
    help="How often it happens; else told by the number in the period.",
)
@click.option("--service", default="", help="Items of one service only.")
@click.option(
    "--seed", default="", help="A word that the auditor chooses; else the digest of what the audit was made from."
)
@click.option("--format", "form", type=click.Choice(["text", "csv", "json", "xlsx"]), default="text", show_default=True)
@click.option(
    "--output", "target", type=click.Path(path_type=Path, dir_okay=False), help="The file to write; else stdout."
)
def command(  # noqa: PLR0917 - one for each option
    check: str,
    isms: Path,
    audit: str,
    size: int | None,
    frequency: str | None,
    service: str,
    seed: str,
    form: str,
    target: Path | None,
) -> int:
    """The items of a check that an auditor would draw, with the worksheet filled in as far as Git can.

    The same seed, size and audit give the same items to anybody, with this command or by hand with sha256sum.
    """
    if form == "xlsx" and target is None:
        raise BuildError("a workbook needs a file to be written to; name it with --output.")
    say, done = output.progress()
    try:
        snapshot, problems = pipeline.snapshot(isms, audit, say)
    finally:
        done()
    if snapshot is None:
        output.show_problems(problems, err=True)
        output.complain(f"{output.count(problems)} in the content; mend it, then draw again.")
        return 1
    wish = Wish(seed, size or 0, cast("Frequency | None", frequency), service)
    drawn = draw(snapshot, check.removeprefix("check:"), wish)
    if drawn is None:
        output.say(f"{check} did not occur: there was nothing to judge in the period, so there is nothing to draw.")
        return 0
    content = render(snapshot, drawn, form)
    if target is None:
        click.echo(content.decode(errors="replace"), nl=False)
    else:
        newfiles.write_new(target.parent, {target.name: content})
        output.say(f"{words.plural(len(drawn.items), 'item')} drawn, in {target}")
    return 0


def draw(snapshot: Snapshot, check: str, wish: Wish) -> Sheet | None:
    """The sample; nothing where the population is empty.

    Raises:
        BuildError: there is no such check or service, or no seed.
    """
    results = snapshot.judgement.results
    if check not in results:
        near = words.suggest(check, results)
        raise BuildError(f"no check is called '{check}'" + (f" (did you mean '{near}'?)." if near else "."))
    if wish.service and wish.service not in snapshot.isms.services:
        near = words.suggest(wish.service, snapshot.isms.services)
        raise BuildError(f"no service is called '{wish.service}'" + (f" (did you mean '{near}'?)." if near else "."))
    if not wish.seed and not snapshot.lock:
        raise BuildError("the working tree has uncommitted changes, so no digest names it; choose a word with --seed.")
    listed = lists.by_check(snapshot).get(check)
    if listed is None:
        return None
    (drawn,) = samples.sheets(snapshot, [(results[check].check, listed, wish)])
    return drawn if drawn.items else None


def render(snapshot: Snapshot, drawn: Sheet, form: str) -> bytes:
    """The sample in one of the formats."""
    columns, rows = samples.columns(drawn), samples.rows(snapshot, drawn)
    if form == "csv":
        return csv_table.render(columns, rows)
    if form == "xlsx":
        found = (
            workbook.Sheet("Sample", columns, rows),
            workbook.Sheet("How it was drawn", ("what", "value"), list(how(snapshot, drawn).items())),
            workbook.Sheet("Letters", ("letter", "title", "passes when"), [one[:3] for one in ATTRIBUTES]),
        )
        return workbook.render(found, snapshot.date.cutoff)
    if form == "json":
        items = [dict(zip(columns, row, strict=True)) for row in rows]
        return (json.dumps({**how(snapshot, drawn), "items": items}, ensure_ascii=False, indent=1) + "\n").encode(
            errors="backslashreplace"
        )
    return ("\n".join(map(words.visible, text(snapshot, drawn))) + "\n").encode(errors="backslashreplace")


def how(snapshot: Snapshot, drawn: Sheet) -> dict[str, object]:
    """What anybody needs to draw the same."""
    return {
        "check": drawn.check.id,
        "audit": snapshot.date.key,
        "period": f"{day_of(snapshot.date.start)} to {day_of(snapshot.date.end)}",
        "so far": "yes" if snapshot.date.open else "no",
        "service": drawn.wish.service or "all",
        "list": drawn.listed.path,
        "digest": drawn.sample.digest,
        "seed": drawn.sample.seed,
        "frequency": drawing.WORDS[drawn.frequency],
        "population": drawn.sample.population,
        "drawn": len(drawn.items),
        "months": " ".join(f"{one.month or 'none'}:{one.drawn}/{one.items}" for one in drawn.sample.strata),
        "tested": f"the program tested {drawn.sample.population} of {drawn.sample.population}; this is for re-performance",
        "lock": snapshot.lock,
    }


def text(snapshot: Snapshot, drawn: Sheet) -> list[str]:
    """The sample for a terminal: a line an item, then what did not pass."""
    told = [f"{name}: {value}" for name, value in how(snapshot, drawn).items()]
    told += ["", f"{'':44} {' '.join(one.letter for one in ATTRIBUTES)}"] if drawn.tested else [""]
    reasons = []
    for place, item in enumerate(drawn.items):
        day = str(day_of(item.at)) if item.at else ""
        if not drawn.tested:
            told.append(f"{item.key:32} {day:10}  {item.outcome.value}: {item.reason}")
            continue
        answers = list(zip(ATTRIBUTES, drawn.answers[place], strict=True))
        told.append(f"{item.key:32} {day:10}  {' '.join(SIGNS[answer.outcome] for _, answer in answers)}")
        reasons += [
            f"{item.key} {one.letter} {one.title}: {answer.reason}"
            for one, answer in answers
            if answer.outcome in {Outcome.FAIL, Outcome.EXCEPTED}
        ]
    return [*told, "", LEGEND, *reasons] if drawn.tested else told
