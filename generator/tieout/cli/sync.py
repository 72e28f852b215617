"""`tieout sync`."""

from pathlib import Path

import click

from tieout.build import world
from tieout.cli import output


@click.command(name="sync")
@output.isms_option
@click.option(
    "--at-once", type=click.IntRange(1, 64), default=8, show_default=True, help="Repositories fetched at a time."
)
def command(isms: Path, at_once: int) -> int:
    """Fetch every linked repository into their mirrors, in your own cache folder."""
    say, done = output.progress()
    try:
        problems, count = world.sync(isms, say, at_once)
    finally:
        done()
    output.show_problems(problems)
    output.say(count)
    output.say("next: tieout build")
    return 1 if any(problem.severity == "error" for problem in problems) else 0
