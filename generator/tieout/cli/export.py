"""`tieout export`."""

from pathlib import Path

import click

from tieout.cli import output
from tieout.output import files, schemas
from tieout.text import words


@click.group(name="export")
def command() -> None:
    """What Tieout knows, in a form for other programs."""


@command.command(name="schemas")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def export_schemas(folder: Path) -> int:
    """A JSON Schema of each register and of tieout.yml, written into FOLDER, for editors that complete and explain.

    Files of the same names are replaced: they are made from the program alone.
    """
    made = schemas.render()
    files.write(folder, made)
    output.say(f"{words.plural(len(made), 'schema')} in {folder}")
    return 0
