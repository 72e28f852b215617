"""`tieout review`."""

from pathlib import Path

import click

from tieout.build import review
from tieout.cli import output
from tieout.output import review as printed


@click.command(name="review")
@click.argument("span", metavar="BASE...HEAD")
@output.isms_option
@click.option("--json", "as_json", is_flag=True, help="The same as JSON, for programs.")
def command(span: str, isms: Path, *, as_json: bool) -> int:
    """What a pull request does to risks, controls, the statement of applicability and traces, as Markdown for a comment.

    \b
    main..HEAD    the two contents as they are: what main has gained meanwhile shows as taken away
    main...HEAD   from where the two parted: what the pull request itself does (for CI)
    main          main and the working tree, committed or not

    An empty side is HEAD. Both contents are judged as of the same day against the same histories: a head that was
    merged before the newest content as of its own day, any other as of the newest day that the repositories know.

    Exit codes: 1 when it introduces an error, else 0; 2 usage or environment.
    """  # noqa: D301 - click's mark for lines that stay as they are
    say, done = output.progress()
    try:
        found = review.review(isms, span, say)
    finally:
        done()
    click.echo(printed.render_json(found) if as_json else printed.render(found), nl=False)
    return 1 if found.errors else 0
