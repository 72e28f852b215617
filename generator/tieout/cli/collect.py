"""`tieout collect`."""

import re
from collections.abc import Mapping
from pathlib import Path

import click

from tieout.cli import output
from tieout.forges.answers import MOST_BYTES
from tieout.forges.asked import Asked
from tieout.forges.collecting import Collected, collect
from tieout.output.records_folder import check_folder, read_standing, write_added
from tieout.problems import BuildError
from tieout.text.words import human_list, plural

ENDINGS = (".json", ".jsonl", ".ndjson")
MOST_FILES = 100_000
_ID = re.compile(r"[A-Za-z0-9]+([.-][A-Za-z0-9]+)*")


@click.command(name="collect")
@click.argument("source", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="SOURCE...")
@click.option("--repo", required=True, help="The id in tieout.yml of the repository that the answers speak of.")
@click.option("--into", required=True, type=click.Path(path_type=Path), help="The records repository's working tree.")
@click.option(
    "--branch", "branches", multiple=True, default=("main",), show_default=True,
    help="The protected branch, on which changes count; may be given several times.",
)  # fmt: skip
@click.option(
    "--environment", "environments", multiple=True, metavar="NAME=ID",
    help="The forge's name of an environment and its id in the register; deployments to others are left out then.",
)  # fmt: skip
@click.option(
    "--pipeline", default="", help="The id of the pipeline that makes the deployments of which a run is told."
)
def command(  # noqa: PLR0917 - click's signature
    source: tuple[Path, ...],
    repo: str,
    into: Path,
    branches: tuple[str, ...],
    environments: tuple[str, ...],
    pipeline: str,
) -> int:
    """A forge's saved API answers into review and deployment records, each answer kept by its hash.

    SOURCE are files, or folders of them, as `gh api --paginate` and `glab api --paginate` write them. Answers are
    recognised by what is in them. Records are appended to the files of the month in which the change was merged, or
    the deployment begun; what is told already is not written again. The guide tells which calls to save.

    Exit codes: 1 when a file is no answer of a forge (nothing is written then), else 0; 2 usage or environment.
    """
    if not _ID.fullmatch(repo):
        raise BuildError(f"'{repo}' is no id of a repository; write the name that tieout.yml gives it.")
    asked = Asked(repo, branches, _environments(environments), pipeline)
    check_folder(into)
    saved, passed = _read(source)
    collected, problems = collect(saved, read_standing(into, repo), asked)
    _tell(collected, passed)
    if problems:
        output.show_problems(problems)
        output.complain(f"{output.count(problems)}; nothing was written.")
        return 1
    answers = write_added(into, collected.added.files, collected.added.answers)
    for path, lines in sorted(collected.added.lines.items()):
        output.say(f"{path}: {plural(lines, 'line')}")
    written = sum(collected.added.lines.values())
    told = f"{plural(written, 'line')} and {plural(answers, 'answer')} written, {plural(collected.added.same, 'record')} as before"
    output.complain(
        f"{told}; have them committed by the robot that the people register declares." if written else f"{told}."
    )
    return 0


def _environments(given: tuple[str, ...]) -> dict[str, str]:
    pairs = [each.rpartition("=") for each in given]
    if wrong := next((each for each, (name, _, id_) in zip(given, pairs, strict=True) if not name or not id_), ""):
        raise BuildError(f"--environment {wrong} names no pair; write production=prod.")
    return {name: id_ for name, _, id_ in pairs}


def _tell(collected: Collected, passed: list[str]) -> None:
    """Everything that was read, and what became of it."""
    read = [f"{count} × {kind}" for kind, count in collected.read.items()]
    output.say(f"read: {human_list(read) if read else 'nothing'}")
    output.say(
        f"made: {plural(collected.reviews, 'review record')}, {plural(collected.deployments, 'deployment record')}"
    )
    for why, count in collected.left.items():
        output.say(f"left out: {count} × {why}")
    if passed:
        output.say(f"not looked at: {plural(len(passed), 'file')} of another kind, such as {passed[0]}")


def _read(source: tuple[Path, ...]) -> tuple[Mapping[str, bytes], list[str]]:
    """The saved files, and those in folders that end otherwise. A file that is named is read whatever its ending."""
    found: dict[str, bytes] = {}
    passed: list[str] = []
    for start in source:
        if start.is_dir():
            for place in sorted(start.rglob("*")):
                if place.is_file() and ".git" not in place.relative_to(start).parts:
                    if place.suffix.lower() in ENDINGS:
                        found[place.as_posix()] = _read_file(place)
                    else:
                        passed.append(place.as_posix())
        else:
            found[start.as_posix()] = _read_file(start)
        if len(found) > MOST_FILES:
            raise BuildError(f"{start} holds more than {MOST_FILES:,} files; collect them in parts.")
    if not found:
        raise BuildError(f"{source[0]} holds no saved answer; they end in {human_list(ENDINGS, 'or')}.")
    return found, passed


def _read_file(place: Path) -> bytes:
    try:
        with place.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as fault:
        raise BuildError(f"{place} cannot be read: {fault.strerror}.") from None
