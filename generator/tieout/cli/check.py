"""`tieout check`."""

from dataclasses import dataclass
from pathlib import Path

import click

from tieout.build import newest as newest_content
from tieout.build.newest import CONFIG, Newest
from tieout.cli import output
from tieout.cli import paths as named
from tieout.model.registers import REGISTERS
from tieout.problems import Problem
from tieout.text import words

FORMATS = ("text", "json", "sarif", "github", "junit")


@dataclass(frozen=True, slots=True)
class Answer:
    """What was looked at, and what is wrong: in what was asked about, and elsewhere."""

    newest: Newest
    asked: named.Asked
    committed: bool  # a commit was looked at, and not the files on disk
    shown: tuple[Problem, ...]
    elsewhere: tuple[Problem, ...]


@click.command(name="check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@output.isms_option
@click.option("--at", "revision", metavar="COMMIT", help="Check a commit, branch or tag, not the files on disk.")
@click.option(
    "--format",
    "chosen",
    default="text",
    show_default=True,
    type=click.Choice(FORMATS),
    help="For people, or for a program; docs/reference/formats.md tells them.",
)
def command(paths: tuple[Path, ...], isms: Path, revision: str | None, chosen: str) -> int:
    """Everything wrong with the content as it is on disk; with PATHS, only what is wrong in those files and folders.

    Links are judged against the whole content all the same. What is wrong in other files is counted on stderr.
    """
    newest = newest_content.read_newest(isms) if revision is None else newest_content.read_at(isms, revision)
    asked = named.ask(paths, newest.location) if paths else named.EVERYTHING
    shown = tuple(problem for problem in newest.problems if asked.covers(problem.source.path))
    elsewhere = tuple(problem for problem in newest.problems if not asked.covers(problem.source.path))
    looked_at = words.plural(len(paths), "path") if paths else newest_content.count_records(newest.isms)
    at = f" at {newest.location.head[:8]}" if revision is not None else ""
    if chosen != "text":
        click.echo(_rendered(chosen, Answer(newest, asked, revision is not None, shown, elsewhere)), nl=False)
        if not shown:
            output.complain(f"clean: {looked_at}{at}")
    elif not shown:
        output.say(f"clean: {looked_at}{at}")
    else:
        output.show_problems(shown)
    if shown:
        output.complain(f"{output.count(shown)}{at}; tieout explain CODE tells what a code means.")
    if elsewhere:
        output.complain(
            f"{len(elsewhere)} more in other files ({output.count(elsewhere)}); leave out the paths to see all."
        )
    return 1 if any(problem.severity == "error" for problem in shown) else 0


def _rendered(chosen: str, answer: Answer) -> str:
    from tieout.output import problem_formats  # noqa: PLC0415 - a person at a terminal need not wait for it

    newest, location = answer.newest, answer.newest.location
    sizes = [len(newest.isms.register(register.name)) for register in REGISTERS]
    report = problem_formats.Report(
        problems=answer.shown,
        files=tuple(sorted(path for path in _files(newest) if answer.asked.covers(path))),
        content=location.head if answer.committed or not location.dirty else "uncommitted",
        folder=location.prefix,
        records=sum(sizes),
        registers=sum(map(bool, sizes)),
        elsewhere=len(answer.elsewhere),
    )
    return problem_formats.FORMATS[chosen](report)


def _files(newest: Newest) -> set[str]:
    """The files of the ISMS that were looked at: its settings, those of its records, and those with problems."""
    isms = newest.isms
    wrong = {problem.source.path for problem in newest.problems if not problem.source.repo}
    found = {CONFIG, *isms.paths, *wrong, *isms.files}
    folders = {path[:end] for path in found for end, letter in enumerate(path) if letter == "/"}
    return {path for path in found if path and path not in folders}
