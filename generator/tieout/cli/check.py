"""`tieout check`."""

from pathlib import Path

import click

from tieout.build import newest as newest_content
from tieout.cli import output


@click.command(name="check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--isms",
    default=".",
    type=click.Path(path_type=Path),
    help="Where the ISMS is: the folder of tieout.yml, or below it.",
)
def command(paths: tuple[Path, ...], isms: Path) -> int:
    """Everything wrong with the content as it is on disk; with PATHS, only what is wrong in those files."""
    newest = newest_content.read_newest(isms)
    shown = newest.problems
    if paths:
        folder = newest.location.folder.resolve()
        asked = {
            path.resolve().relative_to(folder).as_posix() for path in paths if path.resolve().is_relative_to(folder)
        }
        shown = tuple(
            problem
            for problem in shown
            if any(
                problem.source.path == one or problem.source.path.startswith(f"{one}/") or one == "." for one in asked
            )
        )
    output.show_problems(shown)
    if not shown:
        output.say(f"clean: {newest_content.count_records(newest.isms)}")
        return 0
    output.complain(f"{output.count(shown)}; tieout explain CODE tells what a code means.")
    return 1 if any(problem.severity == "error" for problem in shown) else 0
