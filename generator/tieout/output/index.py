"""What stands outside the audits' folders: the list of audits, as a page and for the switcher of every page."""

import json
from collections.abc import Iterator, Mapping

from tieout.model.results import AuditDate
from tieout.output import html
from tieout.text import words

# Pages of one period: another audit has others, so the switcher leads to their folder's first page instead.
PERIODIC = ("changes/", "deployments/")


def render(
    operator: str,
    listed: tuple[AuditDate, ...],
    upcoming: tuple[AuditDate, ...],
    pages: Mapping[str, tuple[str, ...]],
    renderer: html.Renderer,
) -> Iterator[tuple[str, bytes]]:
    """`index.html`, `audits.js` and the style sheet of the site's root. `pages` names the HTML files by audit."""
    yield from renderer.statics()
    yield "index.html", renderer.index(operator, listed, upcoming)
    rows = [
        {
            "key": date.key,
            "title": "Draft" if not date.record else words.human_day(date.as_of),
            "what": "newest commits" if not date.record else date.kind,
            "pages": [page for page in pages.get(date.key, ()) if lasting(page)],
        }
        for date in listed
    ]
    yield html.SWITCHER, f"window.tieoutAudits = {json.dumps(rows, sort_keys=True, ensure_ascii=True)};\n".encode()


def lasting(page: str) -> bool:
    return not page.startswith(PERIODIC) or (page.endswith("/index.html") and page.count("/") == 1)
