"""F12, F13, F19 and F20: what tools found in the code, how soon it was mended, and what tests ran. As far as results are kept."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from tieout.checks.case import day_of, required_jobs
from tieout.metrics.measured import NOT_MEASURED, Measured, quantile, said, share, time_words
from tieout.model.history import Change, Scan, ScanFinding, Severity
from tieout.model.results import Counted, Figure
from tieout.model.steps import is_meant
from tieout.text.globs import matches_any
from tieout.text.words import digits, plural, visible

SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium", "low")
_RAN = frozenset({"passed", "failed", "ran"})


def figures(known: Measured) -> Iterator[Figure]:
    series = _series(known)
    followed = _followed(series)
    yield from _backlog(known, series, followed)
    if series:
        yield from _mending(known, followed)
    yield _coverage(known)
    yield _suites(known)
    yield _runs(known)


# --- findings of tools ------------------------------------------------------------------------------------------------


Series = dict[tuple[str, str], list[Scan]]  # by repository and tool, oldest first


class Seen(NamedTuple):
    """One finding of one tool in one repository, from its first report to the first without it."""

    repo: str
    finding: ScanFinding
    first: int
    gone: int = 0  # 0: it stands in the newest report

    def item(self, known: Measured) -> Counted:
        services = [
            id_ for id_, one in known.isms.services.items() if any(link.repo == self.repo for link in one.repos)
        ]
        return Counted("repository", f"{self.repo}: {visible(self.finding.key)}", "".join(services[:1]), self.first)


def _series(known: Measured) -> Series:
    """The reports of each tool in each repository up to the end, oldest first."""
    repos = _repositories(known)
    found: dict[tuple[str, str], list[Scan]] = {}
    for scan in known.facts.scans:
        for tool in scan.tools if scan.repo in repos and scan.at <= known.end else ():
            found.setdefault((scan.repo, tool), []).append(scan)
    return found


def _repositories(known: Measured) -> set[str]:
    services = known.isms.services
    own = [services[known.service]] if known.service else services.values()
    return {link.repo for service in own for link in service.repos}


def _followed(series: Series) -> list[Seen]:
    found: list[Seen] = []
    for (repo, tool), scans in sorted(series.items()):
        standing: dict[str, Seen] = {}
        for scan in scans:
            now = {one.key: one for one in scan.findings if one.tool == tool}
            found += [standing.pop(key)._replace(gone=scan.at) for key in sorted(standing.keys() - now.keys())]
            for key, one in now.items():
                standing[key] = Seen(repo, one, standing[key].first if key in standing else scan.at)
        found += standing.values()
    return found


def _backlog(known: Measured, series: Series, followed: list[Seen]) -> Iterator[Figure]:
    """F12."""
    if not series:
        yield said(known, "F12", f"{NOT_MEASURED}: no evidence repository holds a report of findings")
        return
    standing = [one for one in followed if not one.gone]
    still = [one for one in standing if not one.finding.suppressed]
    newest = min(scans[-1].at for scans in series.values())
    source = f"newest report of {plural(len(series), 'tool')}, the oldest of {day_of(newest)}"
    yield replace(_number(known, "F12", still), source=source)
    for severity in SEVERITIES:
        yield _number(known, f"F12/{severity}", [one for one in still if one.finding.severity == severity])
    yield _number(known, "F12/suppressed", [one for one in standing if one.finding.suppressed])
    grave = [one for one in still if one.finding.severity in {"critical", "high"}]
    oldest = min(grave, key=lambda one: (one.first, one.finding.key), default=None)
    words = time_words(known.end - oldest.first) if oldest else "none is open"
    yield said(known, "F12/oldest", words, (oldest.item(known),) if oldest else ())


def _number(known: Measured, id_: str, found: list[Seen]) -> Figure:
    return said(known, id_, f"{digits(len(found))} open" if found else "none", (one.item(known) for one in found))


def _mending(known: Measured, followed: list[Seen]) -> Iterator[Figure]:
    """F13."""
    mended = [one for one in followed if known.start <= one.gone <= known.end]
    for severity in SEVERITIES:
        taken = [(one.item(known), one.gone - one.first) for one in mended if one.finding.severity == severity]
        yield quantile(known, f"F13/{severity}", taken, 50, "finding")


# --- tests ------------------------------------------------------------------------------------------------------------


def _coverage(known: Measured) -> Figure:
    """F19: of the newest report about a deployed change of each service."""
    covered = lines = 0
    items: list[Counted] = []
    for id_, service in known.isms.services.items():
        report = _newest_report(known, id_) if known.concerns((id_,)) and service.high_risk_paths else None
        held = [one for one in report[1].coverage if matches_any(service.high_risk_paths, one.path)] if report else []
        if report and held:
            part, whole = sum(one.covered for one in held), sum(one.lines for one in held)
            covered, lines = covered + part, lines + whole
            items.append(
                Counted("change", report[0].key, id_, report[1].at, f"{digits(part)} of {digits(whole)} lines")
            )
    if not lines:
        return said(known, "F19", f"{NOT_MEASURED}: no report of coverage speaks of a high-risk path that is deployed")
    figure = said(known, "F19", f"{digits(covered)} of {digits(lines)}", items)
    return replace(figure, numerator=covered, denominator=lines)


def _newest_report(known: Measured, service: str) -> tuple[Change, Scan] | None:
    """The newest report of coverage about a change that had reached production by the end."""
    reports = {(scan.repo, scan.commit): scan for scan in known.facts.scans if scan.coverage and scan.at <= known.end}
    if not reports:
        return None
    found = [
        (change, reports[change.repo, commit])
        for change in known.facts.changes.values()
        if service in change.services and known.first.get(change.key, known.end + 1) <= known.end
        for commit in (change.id, *((change.head,) if change.head else ()))
        if (change.repo, commit) in reports
    ]
    return max(found, key=lambda one: (one[1].at, one[0].key), default=None)


def _suites(known: Measured) -> Figure:
    """F19: a required step counts where any result of it is kept, whatever the result is."""
    asked = [(change, step) for change in known.changes for step in _required(known, change)]
    if not any(change.results for change, _ in asked):
        return said(known, "F19/suites", f"{NOT_MEASURED}: no result of a change is kept" if asked else "did not occur")
    by: dict[str, tuple[Change, int, int]] = {}
    for change, match in asked:
        ran = any(is_meant(match, result.name) and result.result in _RAN for result in change.results)
        _, part, whole = by.get(change.key, (change, 0, 0))
        by[change.key] = (change, part + ran, whole + 1)
    part, whole = sum(some for _, some, _ in by.values()), sum(all_ for _, _, all_ in by.values())
    items = (
        Counted("change", key, known.service or change.services[0], change.time, f"{some} of {all_}", some == all_)
        for key, (change, some, all_) in by.items()
    )
    figure = said(known, "F19/suites", f"{digits(part)} of {digits(whole)}", items)
    return replace(figure, numerator=part, denominator=whole)


def _required(known: Measured, change: Change) -> Iterable[str]:
    services = [id_ for id_ in change.services if known.concerns((id_,))]
    steps = required_jobs(known.isms, services, day_of(change.time)) if not change.automated else ()
    return [step.match for step in steps if step.stage in {"commit-review", "build-test"}]


def _runs(known: Measured) -> Figure:
    """F20: a run is known by its id; it passed where none of its recorded steps failed or is unknown."""
    runs: dict[tuple[str, str], Counted] = {}
    for change in known.changes:
        for result in change.results:
            if result.run and result.commit in {change.id, change.head}:
                before = runs.get((change.repo, result.run))
                good = result.result not in {"failed", "unknown"} and (before is None or before.counts)
                runs[change.repo, result.run] = Counted(
                    "change",
                    change.key,
                    known.service or change.services[0],
                    result.at,
                    f"run {visible(result.run)}",
                    good,
                )
    if not runs:
        return said(known, "F20", f"{NOT_MEASURED}: no record of a run is kept")
    return share(known, "F20", (runs[key] for key in sorted(runs)))
