"""`tieout check`."""

from collections.abc import Iterable
from pathlib import Path

import click

from tieout.build import newest as newest_content
from tieout.cli import output
from tieout.problems import BuildError, Problem
from tieout.text import words


@click.command(name="check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@output.isms_option
def command(paths: tuple[Path, ...], isms: Path) -> int:
    """Everything wrong with the content as it is on disk; with PATHS, only what is wrong in those files and folders."""
    newest = newest_content.read_newest(isms)
    shown = within(newest.problems, paths, newest.location.folder) if paths else newest.problems
    output.show_problems(shown)
    if not shown:
        looked_at = words.plural(len(paths), "path") if paths else newest_content.count_records(newest.isms)
        output.say(f"clean: {looked_at}")
        return 0
    output.complain(f"{output.count(shown)}; tieout explain CODE tells what a code means.")
    return 1 if any(problem.severity == "error" for problem in shown) else 0


def within(problems: Iterable[Problem], paths: Iterable[Path], folder: Path) -> tuple[Problem, ...]:
    """The problems whose files are named, or lie below a folder that is named; `folder` is the one of tieout.yml.

    Raises:
        BuildError: there is no such file, so that a slip in its name does not pass for a clean file.
    """
    asked: list[Path] = []
    for path in paths:
        if not path.exists():
            raise BuildError(f"there is no {path}; name files or folders of the ISMS.")
        asked.append(path.resolve())
    return tuple(
        problem
        for problem in problems
        if any((folder / problem.source.path).resolve().is_relative_to(one) for one in asked)
    )
