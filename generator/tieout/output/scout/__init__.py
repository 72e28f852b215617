"""What `tieout scout` prints and writes: its page, its JSON, and the drafts that `tieout init` builds on."""

from collections.abc import Iterator

from tieout.output.html import Renderer
from tieout.output.scout import drafts, json
from tieout.views.scout.page import page
from tieout.views.scout.report import Report

JSON = "scout.json"


def files(report: Report, renderer: Renderer) -> Iterator[tuple[str, bytes]]:
    """All files of one run, by path below its folder."""
    yield from (each for each in renderer.statics() if each[0].endswith(".css"))
    yield "index.html", renderer.alone(page(report), "tieout scout")
    yield JSON, json.render(report).encode("utf-8", "backslashreplace")
    yield from drafts.render(report)
