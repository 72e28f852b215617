"""`tieout demo`."""

from pathlib import Path

import click

from tieout import demo
from tieout.cli import output
from tieout.problems import BuildError
from tieout.text import words


@click.command(name="demo")
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--content",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="The ISMS as it is edited now [default: the one that comes with Tieout].",
)
def command(directory: Path, content: Path | None) -> int:
    """Write Fennmoor Gaming: its ISMS and service repositories, with a year of history, into DIRECTORY.

    An earlier demo in DIRECTORY is replaced; anything else there is refused.
    """
    made = demo.write_demo(directory, content or default_content())
    changes = words.plural(sum(made.counts.values()), "step")
    output.say(f"{words.plural(len(made.paths), 'repository')} with {changes} on their main branches, in {directory}")
    output.say(f"next: tieout build --isms {directory / 'isms'}")
    return 0


def default_content() -> Path:
    """`isms-content` beside the package in a wheel, at the top of the repository in a checkout."""
    package = Path(demo.__file__).parents[1]
    for candidate in (package / "isms-content", package.parents[1] / "isms-content"):
        if candidate.is_dir():
            return candidate
    raise BuildError(
        f"{package}: the demo's isms-content is missing; name one with --content, or install Tieout again."
    )
