"""`tieout scout`."""

import sys
import textwrap
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import click

from tieout.build import scout
from tieout.cli import output
from tieout.output import scout as written
from tieout.output.html import Renderer
from tieout.output.newfiles import write_new
from tieout.output.scout import json
from tieout.problems import BuildError
from tieout.text import words
from tieout.views.scout.report import Finding, Report, Row, Scouted
from tieout.views.words import day

WIDTH = 100
_NUMBERS = 10  # columns of a number


@click.command(name="scout")
@click.argument("repositories", metavar="REPO...", nargs=-1, required=True)
@click.option("--branch", default="", help="The branch that people merge into [default: where HEAD points].")
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    help="First day to look at more closely [default: a year before the newest change].",
)
@click.option(
    "--output",
    "target",
    type=click.Path(path_type=Path),
    help="Write the page, and drafts for init, into this new folder.",
)
@click.option("--json", "as_json", is_flag=True, help="For programs: the same as JSON.")
def command(
    repositories: tuple[str, ...], branch: str, since: datetime | None, target: Path | None, *, as_json: bool
) -> int:
    """What the history of any repository proves today. No ISMS is needed, and nothing is written into a repository.

    REPO is a path, or an address that git understands; it is fetched into your own cache. Nobody is registered yet, so
    an address is no person, and what that leaves open is said.
    """
    if target is not None and target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise BuildError(f"{target} holds something already, and nothing there is overwritten; name a new folder.")
    say, done = output.progress()
    try:
        report = scout.scout(repositories, scout.Asked(branch, _day(since)), say)
    finally:
        done()
    if as_json:
        click.echo(json.render(report).encode("utf-8", "backslashreplace").decode(), nl=False)
    else:
        for text in _lines(report):
            click.echo(text)
    if target is not None:
        write_new(target, dict(written.files(report, Renderer())))
    for text in _next(report, target):
        click.echo(words.visible(text), err=as_json)
    return 1 if any(one.unread or not one.complete for one in report.repositories) else 0


def _day(since: datetime | None) -> date | None:
    return since.date() if since else None


def _next(report: Report, target: Path | None) -> Iterator[str]:
    if target is None:
        if report.read and sys.stdout.isatty():
            yield "next: the same with --output DIR, for the page and for drafts of people, services and pipelines"
        return
    yield f"the page: {target / 'index.html'}"
    if report.read:
        yield f"next: confirm what is in {target / 'draft'}, then tieout init isms --from-scout {target}"


# --- the terminal --------------------------------------------------------------------------------------------------


def _lines(report: Report) -> Iterator[str]:
    for number, one in enumerate(report.repositories):
        yield from [""] if number else []
        yield from _repository(one)


def _repository(one: Scouted) -> Iterator[str]:
    yield _bold(f"{one.id}  {one.place}")
    if one.unread:
        yield from _wrapped(f"could not be read: {one.unread}")
        return
    yield _safe(f"branch {one.branch} at {one.commit[:12]}, looked at from {_iso(one.since)} to {_iso(one.newest)}")
    for sentence in one.summary:
        yield ""
        yield from _wrapped(sentence, "")
    if one.advice:
        yield ""
        yield _bold(_columns("What to do next", "since", "in all"))
        for number, each in enumerate(one.advice, 1):
            yield from _counted(f"{number}. {each.do}: {each.why}", each.gain, each.whole, "     ")
    for found in one.findings:
        yield ""
        yield from _finding(found)


def _finding(found: Finding) -> Iterator[str]:
    yield _bold(_columns(found.title, "since", "in all") if found.rows else found.title)
    yield from _wrapped(found.answer)
    for row in found.rows:
        if row.whole:
            yield from _row(row)
    if found.total and found.total.whole:
        yield from _counted(f"out of all {found.total.words}", found.total.recent, found.total.whole)
    for each in found.named[:3]:
        yield _safe(f"    {each.id[:12]}  {_iso(each.at)}  {each.words}"[: WIDTH + 20])
    for note in found.notes:
        yield from _wrapped(f"note: {note}")
    for limit in found.limits:
        yield from _wrapped(f"cannot tell: {limit}")
    for recount in found.recounts[:1]:
        yield _safe(f"  count again: {recount.command}")


def _row(row: Row) -> Iterator[str]:
    yield from _counted(f"{row.words}{f' ({row.note})' if row.note else ''}", row.recent, row.whole)


def _counted(text: str, recent: int, whole: int, hanging: str = "    ") -> Iterator[str]:
    """A text with two numbers behind its last line."""
    room = WIDTH - 2 * _NUMBERS
    *most, last = textwrap.wrap(_safe(text), room, initial_indent="  ", subsequent_indent=hanging) or [""]
    yield from most
    yield _columns(last, words.digits(recent), words.digits(whole))


def _columns(text: str, recent: str, whole: str) -> str:
    return f"{text:<{WIDTH - 2 * _NUMBERS}}{recent:>{_NUMBERS}}{whole:>{_NUMBERS}}"


def _wrapped(text: str, indent: str = "  ") -> list[str]:
    return textwrap.wrap(_safe(text), WIDTH, initial_indent=indent, subsequent_indent=indent)


def _safe(text: str) -> str:
    return words.visible(text).replace("\n", " ")


def _bold(text: str) -> str:
    return click.style(_safe(text), bold=True)


def _iso(at: int) -> str:
    return day(at)
