"""The pipeline on one screen: pin, read, load, link, derive, judge, connect, measure, view, render, publish.

The world is read by `world.read` and written by `publish`; everything between is a function of what stands to its left.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import tieout
from tieout import documents, gaps, graph, history, metrics, views
from tieout.build import dates, late, parallel, world
from tieout.build.world import World
from tieout.checks import judging
from tieout.content import requirements
from tieout.model.documents import Document
from tieout.model.history import Facts, History, Pin
from tieout.model.registers import Isms
from tieout.model.results import AuditDate, Summary
from tieout.model.settings import ISMS, Config
from tieout.output import exports, html, index, manifest, pdf, publish
from tieout.problems import BuildError, Problem
from tieout.text import words
from tieout.views import bundle
from tieout.views.page import Site
from tieout.views.snapshot import Snapshot, summarise

Say = Callable[[str], None]
Derive = Callable[
    [Mapping[str, History], Mapping[str, Pin], Isms, Config],
    tuple[Facts, tuple[Problem, ...]],
]
Conclude = Callable[[World, AuditDate, tuple[AuditDate, ...]], Snapshot]


@dataclass(frozen=True, slots=True)
class Request:
    """What the person asked for. `only` names audits by date or id; empty: all of them and the present.

    What is not asked for and was published is taken over; from a site that stands `beside`, it is only listed.
    """

    start: Path
    output: Path
    only: tuple[str, ...] = ()
    with_pdf: bool = True
    beside: Path | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What a build did. `published` is false when errors in the newest content kept the old site in place."""

    problems: tuple[Problem, ...]
    published: bool
    audits: tuple[AuditDate, ...] = ()
    upcoming: tuple[AuditDate, ...] = ()
    written: int = 0
    linked: int = 0

    @property
    def failed(self) -> bool:
        return any(problem.severity == "error" for problem in self.problems)


@dataclass(frozen=True, slots=True)
class Job:
    """One audit to be written, with the one before it to be compared with."""

    snapshot: Snapshot
    previous: Snapshot | None
    seen: Site | None = None  # where its pages were made before

    def site(self) -> Site:
        return self.seen or views.site(self.snapshot, self.previous)

    def size(self) -> int:
        """About how much there is to print: the largest audit is begun first."""
        start, end = self.snapshot.date.start, self.snapshot.date.end
        return sum(start <= change.time <= end for change in self.snapshot.facts.changes.values())


def build(request: Request, say: Say) -> Report:
    """Builds the site of an ISMS.

    Raises:
        BuildError: the environment does not allow it: no ISMS here, an audit that is not to be built, a full disk.
    """
    publish.check(request.output)
    say("reading the repositories")
    read, problems = world.read(request.start, say)
    if read is None or any(problem.severity == "error" for problem in problems):
        return Report(problems, published=False)
    return write(judge(read, problems, request, say), request, say)


def _with_newest(problems: tuple[Problem, ...], snapshots: dict[str, Snapshot]) -> tuple[Problem, ...]:
    """With what the present's own histories and review records have wrong; at an older pin that is a fact shown there."""
    newest = snapshots.get(dates.CURRENT)
    return (*problems, *(one for one in newest.problems if one not in problems)) if newest else problems


def snapshot(start: Path, audit: str, say: Say) -> tuple[Snapshot | None, tuple[Problem, ...]]:
    """One audit's conclusions without a site, for commands that answer in the terminal; none with errors in the content.

    Raises:
        BuildError: no such audit, or no ISMS here.
    """
    read, problems = world.read(start, say)
    if read is None:
        return None, problems
    plan = dates.plan(read, (audit,))
    return conclude(read, plan.building[0], plan.dates), (*problems, *read.faults)


def conclude(read: World, date: AuditDate, audits: tuple[AuditDate, ...], derive: Derive = history.derive) -> Snapshot:
    """Everything from the bytes at the pins to the figures, for one audit."""
    pins = world.pins_of(read, date)
    isms, config, found = world.content_of(read, pins[ISMS], date)
    facts, wrong = derive(read.histories, pins, isms, config)
    facts = world.with_contents(world.with_missing(facts, read), read, isms, config)
    followed = documents.trace(read.histories[ISMS], facts, isms, config)
    return replace(
        concluded(isms, facts, config, date, {*found, *wrong, *read.faults}, followed),
        histories=read.histories,
        audits=audits,
        lock="" if date.uncommitted else manifest.digest_pins(date, pins),
    )


def concluded(  # noqa: PLR0917 - the stages that stand to its left
    isms: Isms,
    facts: Facts,
    config: Config,
    date: AuditDate,
    problems: Iterable[Problem],
    followed: Mapping[tuple[str, str], Document] | None = None,
) -> Snapshot:
    """What follows from one content and one state of the facts, from the judgement to the figures.

    `followed` is the history of each record; figures that need it are left out where nobody followed them.
    """
    followed = followed or {}
    isms = replace(isms, requirement_sets=requirements.as_of(isms.requirement_sets, date.as_of))
    judgement = judging.judge(isms, facts, date, config)
    links = graph.build(isms, judgement)
    traces = graph.traces(links, isms, judgement, date)
    missing, chains = gaps.find(isms, facts, judgement, traces, date)
    known = metrics.Concluded(isms, facts, judgement, traces, missing, date, followed)
    return Snapshot(
        date=date,
        config=config,
        isms=isms,
        facts=facts,
        judgement=judgement,
        graph=links,
        traces=traces,
        gaps=missing,
        chains=chains,
        figures=metrics.measure(known),
        trends=metrics.by_month(known),
        problems=tuple(sorted(problems, key=lambda problem: problem.order)),
        documents=followed,
        version=tieout.__version__,
    )


def _paper(site: Site, snapshot: Snapshot, request: Request, theme: Path | None) -> Iterator[tuple[str, bytes]]:
    if request.with_pdf:
        yield bundle.path_of(site), pdf.render(bundle.bundle(snapshot, site), theme)


def write_audit(job: Job, stage: publish.Stage, theme: Path | None, request: Request) -> tuple[int, int]:
    """Views, renders and writes the folder of one audit; how many files were written and linked."""
    snapshot, before = job.snapshot, (stage.written, stage.linked)
    site = job.site()
    files = chain(
        html.render(site, html.Renderer(theme)), exports.render(snapshot), _paper(site, snapshot, request, theme)
    )
    for path, content in manifest.sealed(
        files, date=snapshot.date, pins=snapshot.facts.pins, version=snapshot.version, lock=snapshot.lock
    ):
        stage.write(f"{site.key}/{path}", content)
    return stage.written - before[0], stage.linked - before[1]


@dataclass(frozen=True, slots=True)
class Judged:
    """Everything concluded about the audits that are built now, and nothing written yet."""

    read: World
    plan: dates.Plan
    jobs: tuple[Job, ...]
    problems: tuple[Problem, ...]


def judge(
    read: World, problems: tuple[Problem, ...], request: Request, say: Say, conclude: Conclude = conclude
) -> Judged:
    """Which audits are built, and the conclusions of each. `problems` are those of reading."""
    plan = dates.plan(read, request.only, publish.folders(request.beside or request.output))
    snapshots: dict[str, Snapshot] = {}
    earlier: tuple[
        Summary, ...
    ] = ()  # of each date a few values, whether it is built now or not: pages are the same then
    for date in plan.needed:
        say(f"judging {date.key}")
        found = replace(conclude(read, date, plan.listed), earlier=earlier)
        earlier = (*earlier, summarise(found))
        if date in plan.compared:
            snapshots[date.key] = found
    jobs = tuple(Job(snapshots[date.key], snapshots.get(plan.before(date))) for date in plan.building)
    come = _late(read, jobs, request.beside or request.output)
    return Judged(read, plan, jobs, _with_newest((*problems, *read.faults, *plan.problems, *come), snapshots))


def _late(read: World, jobs: Iterable[Job], published: Path) -> Iterator[Problem]:
    """What is told to the person who builds; the pages say the same whether or not there was a site before."""
    for job in jobs:
        if job.snapshot.date.record:
            pins = late.read_pins(published / job.snapshot.date.key)
            yield from late.find_late(pins, job.snapshot.facts.pins, read.histories, job.snapshot.date)


def write(judged: Judged, request: Request, say: Say) -> Report:
    """Writes the audits' folders and the list of audits, and puts the site in its place."""
    read, plan = judged.read, judged.plan
    with publish.open_stage(request.output) as stage:
        for date in plan.kept if request.beside is None else ():
            stage.adopt(date.key)
        say(f"writing {words.plural(len(judged.jobs), 'audit')}")
        for written, linked in parallel.each(write_audit, judged.jobs, (stage, read.theme, request), Job.size):
            stage.written += written
            stage.linked += linked
        beside = stage if request.beside is None else publish.Stage(request.beside, request.beside)
        pages = {date.key: (beside if date in plan.kept else stage).pages(date.key) for date in plan.listed}
        files = index.render(read.config.operator, plan.listed, plan.upcoming, pages, html.Renderer(read.theme))
        for path, content in files:
            stage.write(path, content)
    return Report(judged.problems, True, plan.listed, plan.upcoming, stage.written, stage.linked)


__all__ = ["BuildError", "Judged", "Report", "Request", "build", "conclude", "judge", "snapshot", "write"]
