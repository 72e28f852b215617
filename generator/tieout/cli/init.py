"""`tieout init`."""

from datetime import datetime
from pathlib import Path

import click

from tieout.cli import output
from tieout.cli.author import read_setting
from tieout.content import scouted, starts
from tieout.output import schemas
from tieout.output.newfiles import write_new
from tieout.problems import BuildError
from tieout.repos.trees import CONFIG
from tieout.text import words

_NAME, _ADDRESS = "First Person", "first.person@example.org"  # where Git's settings name nobody


@click.command(name="init")
@click.argument("directory", default=".", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--start",
    default="minimal",
    show_default=True,
    type=click.Choice(starts.STARTS),
    help="One service and a dozen records, or the services, threats, risks and controls of a sportsbook.",
)
@click.option("--operator", default="", help="Name of the organisation [default: to be written in tieout.yml].")
@click.option(
    "--from-scout",
    "scouted_in",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Take up the drafts in this folder, as `tieout scout --output` wrote them and you left them.",
)
def command(directory: Path, start: str, operator: str, scouted_in: Path | None) -> int:
    """Write a starting ISMS into DIRECTORY, to be filled in. No file is overwritten.

    The first person is the one of your Git settings (user.name, user.email). Nothing else has to be there: no
    repository, no commit, no linked service.
    """
    if (directory / CONFIG).is_file():
        raise BuildError(f"{directory} holds an ISMS already ({CONFIG}); nothing was written. Name another folder.")
    around = next((one for one in directory.resolve().parents if (one / CONFIG).is_file()), None)
    if around is not None:
        raise BuildError(
            f"{directory} is inside the ISMS of {around} ({CONFIG}), and one ISMS does not stand in another; "
            "nothing was written. Name a folder outside it."
        )
    author = starts.Author(
        operator=_line(operator),
        name=_line(read_setting(directory, "user.name")) or _NAME,
        address=_line(read_setting(directory, "user.email")) or _ADDRESS,
    )
    files = starts.render(start, author, datetime.now().astimezone().date())
    if scouted_in is not None:
        if start != starts.STARTS[0]:
            raise BuildError(f"--from-scout goes with --start {starts.STARTS[0]}; nothing was written.")
        files = scouted.join(files, drafts_in(scouted_in), author.id, author.address)
    for_editors = {f"{starts.SCHEMAS}/{name}": data for name, data in schemas.render().items()}
    write_new(directory, {**files, **for_editors})
    written = f"{words.plural(len(files), 'file')}, and schemas for editors, in {directory}"
    output.say(f"{written}; owned by {author.name} <{author.address}>")
    if author.name == _NAME or author.address == _ADDRESS:
        output.say("correct the name and the address in isms/people.yml: Git's settings named nobody")
    change = "" if directory == Path() else f"cd {directory} && "
    output.say(f"next: {change}tieout check && tieout build")
    return 0


def drafts_in(folder: Path) -> dict[str, bytes]:
    """The drafts of a scout, by path as in an ISMS: in the folder itself or in its `draft`. No link is followed.

    Raises:
        BuildError: a file cannot be read.
    """
    top = folder / "draft" if (folder / "draft").is_dir() else folder
    found = {}
    for path in sorted(top.rglob("*")):
        name = path.relative_to(top).as_posix()
        if scouted.is_draft(name) and path.is_file() and not path.is_symlink():
            try:
                found[name] = path.read_bytes()
            except OSError as fault:
                raise BuildError(f"{path}: {fault.strerror}; nothing was written.") from None
    return found


def _line(text: str) -> str:
    return " ".join(text.split())
