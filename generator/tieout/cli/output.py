"""What a command prints. Foreign text reaches the terminal only with its control characters made visible."""

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import click

from tieout import __version__
from tieout.problems import Problem
from tieout.text import words

# Where the ISMS is, for every command that reads one.
isms_option = click.option(
    "--isms",
    default=".",
    type=click.Path(path_type=Path),
    help="Where the ISMS is: the folder of tieout.yml, or below it.",
)


def say(text: str) -> None:
    """A line of the answer, on stdout."""
    click.echo(words.visible(text))


def complain(text: str) -> None:
    """A line that is not the answer, on stderr."""
    click.echo(f"tieout: {words.visible(text)}", err=True)


def show_problems(problems: Iterable[Problem], *, err: bool = False) -> None:
    for problem in sorted(problems, key=lambda problem: problem.order):
        # one line each: a line that a record's author wrote could pass for a problem, or for a command to a pipeline
        click.echo(words.visible(str(problem)).replace("\n", "⟨U+000A⟩"), err=err)


def count(problems: Iterable[Problem]) -> str:
    """`2 errors, 1 warning`."""
    listed = list(problems)
    errors = sum(problem.severity == "error" for problem in listed)
    return f"{words.plural(errors, 'error')}, {words.plural(len(listed) - errors, 'warning')}"


def progress() -> tuple[Callable[[str], None], Callable[[], None]]:
    """A line that changes on stderr while work goes on, and the call that ends it; nothing when it is no terminal."""
    if not sys.stderr.isatty():
        return (lambda _: None), (lambda: None)
    from rich.console import Console  # noqa: PLC0415 - heavy, and only for a terminal
    from rich.text import Text  # noqa: PLC0415

    status = Console(stderr=True).status("starting")
    status.start()
    return (lambda text: status.update(Text(words.visible(text)))), status.stop


def report_bug(fault: BaseException) -> None:
    """An exception that should not have happened: what to send to whom."""
    import traceback  # noqa: PLC0415 - for a fault only

    traceback.print_exception(fault)
    complain(
        f"this is a fault of Tieout {__version__} (Python {sys.version.split()[0]}), not of your content; "
        "please report it with the lines above."
    )
