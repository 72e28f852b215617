"""`tieout sync`."""

from pathlib import Path

import click

from tieout.build import world
from tieout.cli import output


@click.command(name="sync")
@output.isms_option
def command(isms: Path) -> int:
    """Fetch every linked repository into their mirrors, in your own cache folder."""
    say, done = output.progress()
    try:
        problems, count = world.sync(isms, say)
    finally:
        done()
    output.show_problems(problems)
    output.say(count)
    output.say("next: tieout build")
    return 1 if any(problem.severity == "error" for problem in problems) else 0
