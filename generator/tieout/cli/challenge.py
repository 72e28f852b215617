"""`tieout challenge`."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import click

from tieout.build.challenge import run
from tieout.checks.catalogue import CHECKS
from tieout.cli import output
from tieout.model.challenge import Challenge, Trial
from tieout.output import challenge as written
from tieout.problems import BuildError
from tieout.text.words import digits, few_of, human_day, plural, suggest

WORDS = {"caught": "caught", "missed": "MISSED", "not planted": "not planted"}
NAMED = 3  # services
WIDTH = 34  # of the name of a check


@click.command(name="challenge")
@output.isms_option
@click.option("--service", "services", multiple=True, help="Plant at this service only; again for another.")
@click.option("--check", "checks", multiple=True, help="Plant only what this check should notice; again for another.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--output",
    "target",
    type=click.Path(path_type=Path),
    help="Write the JSON into this new file, to be kept as evidence.",
)
def command(isms: Path, services: tuple[str, ...], checks: tuple[str, ...], form: str, target: Path | None) -> int:
    """Whether the checks would notice: known violations are planted in scratch copies of the mirrors, and judged.

    Nothing of yours is written to: not the ISMS, no linked repository, no mirror. The copies go away again. 0 where every
    violation that was planted was caught, 1 where one was missed.
    """
    if target and target.exists():
        raise BuildError(f"{target} is there already, and evidence is not written over; name another file.")
    for check in checks:
        _refuse_unknown(check)
    say, done = output.progress()
    try:
        found, problems = run.challenge(run.Request(isms, services, checks), say)
    finally:
        done()
    output.show_problems(problems, err=True)
    if found is None:
        output.complain(f"{output.count(problems)} in the content; mend it, then ask again.")
        return 1
    if target:
        _write(target, written.render(found))
    if form == "json":
        click.echo(written.render(found).decode(), nl=False)
    else:
        for line in (*lines(found), *([f"Written to {target}."] if target else [])):
            output.say(line)
    return 1 if found.count("missed") else 0


def _refuse_unknown(check: str) -> None:
    if check not in CHECKS:
        near = suggest(check, CHECKS)
        raise BuildError(f"no check is called {check}{f' (did you mean {near}?)' if near else ''}.")


def _write(target: Path, content: bytes) -> None:
    try:
        with target.open("xb") as file:
            file.write(content)
    except OSError as fault:
        raise BuildError(f"{target}: {fault.strerror}; name a file that can be written.") from None


# --- for a person --------------------------------------------------------------------------------------------------


def lines(found: Challenge) -> Iterator[str]:
    """The answer, violation by violation; services of which the same is to be told stand together."""
    planted = found.count("caught") + found.count("missed")
    yield f"{found.operator}: what was planted after the newest commit, of {human_day(found.newest)}, judged as of {human_day(found.as_of)}."
    for title, trials in groupby(found.trials, lambda trial: trial.title):
        yield ""
        yield title
        yield from _about(list(trials))
    yield from _besides(found)
    yield ""
    yield (
        f"{digits(found.count('caught'))} of {digits(planted)} caught, {digits(found.count('missed'))} missed; "
        f"{digits(found.count('not planted'))} could not be planted."
    )
    if blunt := sum(trial.blunt for trial in found.trials):
        yield f"* {plural(blunt, 'trial')} at a service of which the check passes nothing today: there it tells little."


def _about(trials: list[Trial]) -> Iterator[str]:
    """Of one violation."""
    groups: dict[tuple[str, str, bool, str], list[Trial]] = {}
    for trial in trials:
        why = (
            ""
            if trial.answer == "caught"
            else trial.reason.replace(trial.service, "…")
            if trial.service
            else trial.reason
        )
        groups.setdefault((trial.answer, trial.check, trial.blunt, why), []).append(trial)
    for (answer, check, blunt, _), alike in groups.items():
        services = [trial.service for trial in alike if trial.service]
        where = plural(len(services), "service") if len(services) > NAMED else few_of(services)
        yield f"  {WORDS[answer]:<12} {check + '*' * blunt:<{WIDTH}} {where}".rstrip()
        if answer != "caught":
            yield f"  {'':<12} {alike[0].reason}"


def _besides(found: Challenge) -> Iterator[str]:
    if found.beside:
        yield ""
        yield "Changed, though nothing was planted there:"
    for one in found.beside:
        yield f"  {one.check:<{WIDTH}} {one.item}: {one.before}, now {one.after}"
    if found.unchallenged:
        yield ""
        yield "Not challenged:"
    for check, why in sorted(found.unchallenged.items()):
        yield f"  {check:<{WIDTH}} {why}"
