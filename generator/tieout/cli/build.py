"""`tieout build`."""

from pathlib import Path

import click

from tieout.build import pipeline
from tieout.cli import output
from tieout.text import words


@click.command(name="build")
@click.argument("audits", nargs=-1)
@output.isms_option
@click.option(
    "--output", "target", default="site", show_default=True, type=click.Path(path_type=Path), help="Folder of the site."
)
@click.option("--pdf/--no-pdf", "with_pdf", default=True, help="Set the PDF bundles, or leave them out.")
def command(audits: tuple[str, ...], isms: Path, target: Path, *, with_pdf: bool) -> int:
    """Build the site for all audits and the present, or for the AUDITS that are named by date or id.

    Errors in the newest content: nothing is published and the old site stays. A repository that cannot be read:
    the site is published and shows what is unknown.
    """
    say, done = output.progress()
    try:
        report = pipeline.build(pipeline.Request(isms, target, audits, with_pdf), say)
    finally:
        done()
    output.show_problems(report.problems, err=True)
    if not report.published:
        output.complain(f"{output.count(report.problems)}; nothing is published, the old site stays as it was.")
        return 1
    for date in report.upcoming:
        output.say(f"{date.record} of {date.as_of} is still to come")
    audited = sum(bool(date.record) for date in report.audits)
    present = " and the present" if audited < len(report.audits) else ""
    output.say(
        f"{words.plural(audited, 'audit date')}{present}: {words.plural(report.written, 'file')} written, "
        f"{words.digits(report.linked)} unchanged"
    )
    output.say(f"open {(target / 'index.html').resolve().as_uri()}")
    return 1 if report.failed else 0
