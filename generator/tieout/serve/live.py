"""The one thread that builds: it keeps what was read, and after a save judges and writes the present anew.

The present is one audit, which the pipeline writes in this process: with threads about, it must not fork.
"""

import gc
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event

from tieout import history
from tieout.build import dates, pipeline, world
from tieout.build.pipeline import Judged, Request
from tieout.build.world import World
from tieout.model.history import Facts, History, Pin
from tieout.model.registers import Isms
from tieout.model.results import AuditDate
from tieout.model.settings import Config
from tieout.output import html, publish
from tieout.problems import BuildError, Problem
from tieout.repos import trees
from tieout.serve import changes, past
from tieout.serve import notice as notices
from tieout.serve.notice import Notice
from tieout.serve.past import Errand
from tieout.serve.showing import Showing
from tieout.text import words
from tieout.views.page import Site
from tieout.views.snapshot import Snapshot

# All registers that the meaning of histories is derived from. The derivation is shown no others, so that what it says
# can hang on nothing else.
DERIVED_FROM = (
    *("audits", "checks", "criteria", "environments", "incidents", "keys"),
    *("own_checks", "people", "pipelines", "services"),
)


@dataclass(frozen=True, slots=True)
class Terminal:
    """Where the person who started it is told."""

    say: Callable[[str], None]
    show: Callable[[tuple[Problem, ...]], None]
    report: Callable[[BaseException], None]  # a fault of ours


@dataclass(slots=True)
class Conclusions:
    """What was concluded last, given again while nothing it was concluded from has changed."""

    _facts: tuple[object, tuple[Facts, tuple[Problem, ...]]] | None = None
    _audits: dict[str, tuple[object, Snapshot]] = field(default_factory=dict)

    def conclude(self, read: World, date: AuditDate, audits: tuple[AuditDate, ...]) -> Snapshot:
        if not date.record:
            return pipeline.conclude(read, date, audits, self._derive)
        asked = (read.histories, read.config, read.audits, read.faults, read.missing, date, audits)
        before = self._audits.get(date.key)
        if before is None or before[0] != asked:
            before = self._audits[date.key] = (asked, pipeline.conclude(read, date, audits))
        return before[1]

    def _derive(
        self, histories: Mapping[str, History], pins: Mapping[str, Pin], isms: Isms, config: Config
    ) -> tuple[Facts, tuple[Problem, ...]]:
        """That something is uncommitted is stamped on the pin; no fact follows from it."""
        seen = Isms(**{name: getattr(isms, name) for name in DERIVED_FROM})
        asked = (histories, {id_: replace(pin, uncommitted=False) for id_, pin in pins.items()}, seen, config)
        if self._facts is None or self._facts[0] != asked:
            self._facts = (asked, history.derive(histories, pins, seen, config))
        facts, problems = self._facts[1]
        return replace(facts, pins=pins), problems


@dataclass(slots=True)
class Live:
    """The builder of one ISMS."""

    start: Path
    showing: Showing
    terminal: Terminal
    _held: World | None = None
    _made_of: object = None  # what the present was written from
    _notice: Notice = notices.NOTHING  # of the present as it was written
    _told: tuple[Problem, ...] = ()
    _conclusions: Conclusions = field(default_factory=Conclusions)
    _past: Errand | None = None
    _past_of: object = None  # what the audits of the past were built from
    _past_due: bool = False  # whether that is to be looked at

    def run(self, stop: Event) -> None:
        """Builds, and builds again after each burst of saves, until it is told to stop.

        Raises:
            BuildError: there is no ISMS here any more, or it cannot be watched.
        """
        try:
            self._run(stop)
        finally:
            if self._past:
                self._past.stop()

    def _run(self, stop: Event) -> None:
        location = trees.locate(self.start)
        theme, begun = None, False
        while not stop.is_set():  # and again when the theme moves
            for burst in changes.follow(changes.watched(location.folder, location.top, theme), stop):
                if burst or not begun:
                    self.rebuild()
                    begun = True
                self._attempt(self._mind_past)
                if self._held and self._held.theme != theme:
                    theme = self._held.theme
                    break

    def rebuild(self) -> None:
        """The present as it is now, or the reason why it is not; never raises."""
        self._attempt(self._rebuild)
        gc.collect()  # what was concluded before holds itself in circles

    def _attempt(self, work: Callable[[], None]) -> None:
        """The server lives on, whatever happens: the next save tries again."""
        try:
            work()
        except BuildError as fault:
            self.showing.change(notices.of_refusal(str(fault)))
            self.terminal.say(str(fault))
        except BaseException as fault:
            if isinstance(fault, (KeyboardInterrupt, SystemExit)):
                raise
            self.showing.change(notices.of_fault(type(fault).__name__))
            self.terminal.report(fault)

    def _rebuild(self) -> None:
        read, problems = world.read(self.start, _quiet, self._held)
        if read is None or any(problem.severity == "error" for problem in problems):
            self.showing.change(notices.of_errors(problems))
            self._tell(problems, "nothing is rebuilt, the pages stay as they were")
            return
        if self._held is None:
            gc.freeze()  # the histories live to the end: looking for garbage among them after each save finds none
        self._held = read
        made_of = (read, problems, _read_theme(read.theme), publish.folders(self.showing.past))
        if made_of == self._made_of:
            self.showing.change(self._notice)
            return
        request = Request(self.start, self.showing.present, (dates.CURRENT,), with_pdf=False, beside=self.showing.past)
        publish.check(request.output)
        self._write(pipeline.judge(read, problems, request, _quiet, self._conclusions.conclude), request)
        self._made_of, self._past_due = made_of, True

    def _write(self, judged: Judged, request: Request) -> None:
        """The page in view is shown as soon as it is rendered, the others once all are."""
        self._notice = notices.of_report(judged.problems)
        job = judged.jobs[0]
        site = job.site()
        self.showing.change(self._notice, first(site, judged.read.theme, self.showing.in_view))
        report = pipeline.write(replace(judged, jobs=(replace(job, seen=site),)), request, _quiet)
        self.showing.change(self._notice)
        self._tell(
            judged.problems, f"{words.plural(report.written, 'file')} written, {words.digits(report.linked)} unchanged"
        )

    def _mind_past(self) -> None:
        """Begins to build the audits of the past, or shows them once they are there."""
        if self._past and self._past.is_over:
            errand, self._past = self._past, None
            wrong = errand.answer()
            if wrong:
                self.terminal.say(f"the audits of the past are not built: {wrong}")
            else:
                self._past_of = errand.key
                self.rebuild()  # the list of audits names them now
        read = self._held
        if not self._past_due or self._past or read is None:
            return
        self._past_due = False
        key = (read.config, read.audits, _read_theme(read.theme))
        keys = tuple(date.key for date in dates.plan(read, ()).dates if date.record)
        if keys and key != self._past_of:
            self._past = past.begin(Request(self.start, self.showing.past, keys, with_pdf=False), key)

    def _tell(self, problems: tuple[Problem, ...], done: str) -> None:
        if problems != self._told:
            self.terminal.show(problems)
            self._told = problems
        self.terminal.say(f"{notices.count(problems)}; {done}" if problems else done)


def first(site: Site, theme: Path | None, in_view: tuple[str, ...]) -> dict[str, bytes]:
    """The page in view and what it is drawn with, by path; nothing where it is no page of this audit."""
    page = next((page for page in site.pages if (site.key, *page.path.split("/")) == in_view), None)
    if page is None:
        return {}
    renderer = html.Renderer(theme)
    made = {page.path: renderer.page(site, page), **dict(renderer.statics())}
    return {f"{site.key}/{path}": content for path, content in made.items()}


def _read_theme(theme: Path | None) -> dict[Path, bytes]:
    """An operator's templates and static files, which stand in no register."""
    found = sorted(theme.rglob("*")) if theme else []
    return {path: path.read_bytes() for path in found if path.is_file()}


def _quiet(_: str) -> None:
    """Says nothing: the terminal is told when all is done."""
