"""Pages to HTML files. Templates (themes/*/html) print finished values; autoescape is always on.

No inline script or style, a strict content security policy, and no request to anywhere: a page works from a
folder on a disk, with no script at all, on paper and by keyboard.
"""

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from tieout.model.results import AuditDate
from tieout.output import themes
from tieout.output.html import inline, tables
from tieout.problems import BuildError
from tieout.text import words
from tieout.views.page import Navigation, Page, Site

# The list of audits stands outside the audits' folders: a new audit changes no old page.
SWITCHER = "audits.js"


# What a template can raise by itself. Whatever else is raised is a fault of ours.
_FAULTS = (TemplateError, ArithmeticError, AttributeError, LookupError, MemoryError, OSError, RecursionError, TypeError, ValueError)  # fmt: skip


def environment(search: tuple[Path, ...]) -> Environment:
    """The one Jinja2 environment: always escaping, and an undefined name is a fault.

    Templates of an operator come with the content: they reach no more than the values they are given. That is half as
    fast, so it is not asked of our own.
    """
    own = any((folder / "html").exists() for folder in search[:-1])
    made = (ImmutableSandboxedEnvironment if own else Environment)(
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
        """Raises BuildError, here and where it prints, when a template of the operator's own is at fault."""
        search = themes.folders(theme)
        self._own = theme
        self._environment = environment(search)
        self._statics = themes.read_static(search)
        self._names = hashed(self._statics)
        with self._blaming():
            self._page: Template = self._environment.get_template("page.html")
        self._frames: dict[tuple[str, str, int], str] = {}

    def statics(self) -> Iterator[tuple[str, bytes]]:
        """The static files, by their names in the output."""
        for name, content in self._statics.items():
            yield self._names[name], content

    def page(self, site: Site, page: Page) -> bytes:
        """One page of a site, as the bytes of its file."""
        root = "../" * page.path.count("/")
        with self._blaming():
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

    def alone(self, page: Page, what: str) -> bytes:
        """A page that belongs to no site: no navigation, no audits, no script. Its links lead into itself or outside."""
        with self._blaming():
            text = self._environment.get_template("scout.html").render(
                page=page,
                what=what,
                root="",
                names=self._names,
                line=inline.printer(""),
                rows=tables.printer(""),
                markdown=inline.markdown_printer(""),
            )
        return text.encode()

    def index(self, operator: str, listed: tuple[AuditDate, ...], upcoming: tuple[AuditDate, ...]) -> bytes:
        """The page that lists the audits: it stands outside their folders."""
        audits = sum(bool(date.record) for date in listed)
        still = f", {words.plural(len(upcoming), 'audit')} still to come" if upcoming else ""
        with self._blaming():
            text = self._environment.get_template("audits.html").render(
                operator=operator,
                lede=f"{words.plural(audits, 'audit date')} and the present{still}.",
                listed=[audit_row(date) for date in listed],
                upcoming=[audit_row(date) for date in upcoming],
                names=self._names,
            )
        return text.encode()

    @contextmanager
    def _blaming(self) -> Iterator[None]:
        """A fault in an operator's own template is one sentence with its place; one in ours is a fault of ours."""
        try:
            yield
        except _FAULTS as fault:
            place = self._place(fault)
            if not place:
                raise
            said = " ".join(str(fault).split())[:300].rstrip(".") or type(fault).__name__
            raise BuildError(f"{place}: {said}; mend this template, or take `theme` out of tieout.yml.") from fault

    def _place(self, fault: BaseException) -> str:
        """The file and line of the operator's theme at which it came about; nothing where it was elsewhere."""
        if self._own is None:
            return ""
        if isinstance(fault, UnicodeDecodeError):
            return f"{self._own}"
        if isinstance(fault, TemplateSyntaxError):
            frames = [(fault.filename or "", fault.lineno)]
        else:
            frames = [(frame.filename, frame.lineno or 0) for frame in traceback.extract_tb(fault.__traceback__)]
        own = [f"{file}:{line}" for file, line in frames if Path(file).is_relative_to(self._own)]
        return own[-1] if own else ""

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
