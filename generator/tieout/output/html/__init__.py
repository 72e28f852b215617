"""Pages to HTML files. Templates (themes/*/html) print finished values; autoescape is always on.

No inline script or style, a strict content security policy, and no request to anywhere: a page works from a
folder on a disk, with no script at all, on paper and by keyboard.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from tieout.model.results import AuditDate
from tieout.output import themes
from tieout.output.html import inline, tables
from tieout.text import words
from tieout.views.page import Navigation, Page, Site

# The list of audits stands outside the audits' folders: a new audit changes no old page.
SWITCHER = "audits.js"


def environment(search: tuple[Path, ...]) -> Environment:
    """The one Jinja2 environment: always escaping, and an undefined name is a fault of ours."""
    made = Environment(
        loader=FileSystemLoader([folder / "html" for folder in search]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["visible"] = inline.visible
    made.tests["block"] = lambda value, name: type(value).__name__ == name
    return made


def hashed(statics: dict[str, bytes]) -> dict[str, str]:
    """Name of each static file in the output: a reader's cache never mixes an old sheet with a new page."""
    names = {}
    for name, content in statics.items():
        stem, dot, suffix = name.partition(".")
        names[name] = f"static/{stem}-{sha256(content).hexdigest()[:10]}{dot}{suffix}"
    return names


def audit_row(date: AuditDate) -> tuple[AuditDate, str, str]:
    """An audit with its day and its period in words."""
    first, last = (datetime.fromtimestamp(moment, UTC).date() for moment in (date.start, date.end))
    return date, words.human_day(date.as_of), f"{first} to {last}" + (", so far" if date.open else "")


class Renderer:
    """Templates and static files of one theme, loaded once for all audits."""

    def __init__(self, theme: Path | None = None) -> None:
        search = themes.folders(theme)
        self._environment = environment(search)
        self._statics = themes.read_static(search)
        self._names = hashed(self._statics)
        self._page: Template = self._environment.get_template("page.html")
        self._frames: dict[tuple[str, str, int], str] = {}

    def statics(self) -> Iterator[tuple[str, bytes]]:
        """The static files, by their names in the output."""
        for name, content in self._statics.items():
            yield self._names[name], content

    def page(self, site: Site, page: Page) -> bytes:
        """One page of a site, as the bytes of its file."""
        root = "../" * page.path.count("/")
        text = self._page.render(
            site=site,
            page=page,
            root=root,
            names=self._names,
            switcher=f"{root}../{SWITCHER}",
            navigation=self._navigation(site, page.nav or page.path, root),
            line=inline.printer(root),
            rows=tables.printer(root),
            markdown=inline.markdown_printer(root),
        )
        return text.encode()

    def index(self, operator: str, listed: tuple[AuditDate, ...], upcoming: tuple[AuditDate, ...]) -> bytes:
        """The page that lists the audits: it stands outside their folders."""
        audits = sum(bool(date.record) for date in listed)
        still = f", {words.plural(len(upcoming), 'audit')} still to come" if upcoming else ""
        text = self._environment.get_template("audits.html").render(
            operator=operator,
            lede=f"{words.plural(audits, 'audit date')} and the present{still}.",
            listed=[audit_row(date) for date in listed],
            upcoming=[audit_row(date) for date in upcoming],
            names=self._names,
        )
        return text.encode()

    def _navigation(self, site: Site, current: str, root: str) -> inline.Markup:
        """The navigation is the same on all pages that stand at one depth under one entry: made once."""
        key = (site.key, current, root.count("/"))
        if key not in self._frames:
            template = self._environment.get_template("navigation.html")
            navigation: Navigation = site.navigation
            self._frames[key] = template.render(navigation=navigation, current=current, root=root)
        return inline.Markup(self._frames[key])


def render(site: Site, renderer: Renderer) -> Iterator[tuple[str, bytes]]:
    """All files of one audit's folder, by path below it."""
    yield from renderer.statics()
    for page in site.pages:
        yield page.path, renderer.page(site, page)
