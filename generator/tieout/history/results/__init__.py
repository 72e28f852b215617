"""What the steps of pipelines found, from files kept in an evidence repository, bound to the commit they speak of.

A file is bound by a run record that names it, or by the commit in its path; one that is not bound is told and counts for
nothing. Results are given to the changes that brought their commit; which of these say something about what was merged
is for the checks to tell.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple, get_args

from tieout.history.line import Line, complete_id, line_of
from tieout.history.origins import UNTOLD, Writers, is_by_robots, line_origins
from tieout.history.proposals import find_head
from tieout.history.results.markup import RefusedError
from tieout.history.results.paths import Told, read_path
from tieout.history.results.reports import Report, Said, parse_report
from tieout.history.results.runs import RunRecord, parse_runs
from tieout.model.grades import Grade
from tieout.model.history import Change, FileCoverage, History, Pin, Scan, StepResult
from tieout.model.registers import Isms
from tieout.model.settings import Config
from tieout.problems import Problem, Source, error, warning
from tieout.text.words import human_list, visible

NAMED = 3  # files that a message names
SAID: Final[tuple[Said, ...]] = get_args(Said)
_WORST = ("failed", "unknown", "skipped", "ran", "passed", "")


class Result(NamedTuple):
    """A result with the repository whose commit it speaks of."""

    repo: str
    found: StepResult
    reports: tuple[Report, ...] = ()  # that it was read from


class Kept(NamedTuple):
    """A report as one commit of the evidence repository kept it."""

    report: Report
    path: str
    at: int
    by_robots: bool


@dataclass(slots=True)
class Evidence:
    """One evidence repository at its pin, and what of it speaks of no commit that is known."""

    line: Line
    last: int
    writers: Writers
    repos: "Repositories"
    problems: list[Problem]
    unbound: list[tuple[str, str]]  # (path, why)
    hands: dict[int, bool] = field(
        default_factory=dict
    )  # by position: whether robots alone made it; signatures cost time

    def source(self, path: str) -> Source:
        return Source(self.line.history.repo, path)

    def is_by_robots(self, position: int) -> bool:
        if position not in self.hands:
            self.hands[position] = position != UNTOLD and is_by_robots(self.line, position, self.writers)
        return self.hands[position]

    def kept(self, path: str, position: int) -> Kept | None:
        """A report as it stood after the step at `position`; a problem where it is there and cannot be read."""
        versions = [(at, blob) for at, blob in self.line.versions(path, position)]
        at, blob = versions[-1] if versions else (0, "")
        data = self.line.content(blob) if blob else None
        if not blob:
            return None
        fault = "it was not read, as it is larger than 1,000,000 bytes or no file at all"
        report = None
        try:
            report = parse_report(data) if data is not None else None
        except RefusedError as refused:
            fault = str(refused)
        if report is None:
            message = f"the result file cannot be used: {fault}; it is not counted, so keep it as the tool wrote it"
            self.problems.append(error("bad-result-file", message, self.source(path)))
            return None
        return Kept(report, path, self.line.times[at], self.is_by_robots(at))


@dataclass(frozen=True, slots=True)
class Repositories:
    """The linked histories, to find a commit in."""

    histories: Mapping[str, History]
    isms: Isms

    def place(self, repo: str, service: str, commit: str) -> tuple[str, str] | str:
        """The repository and the whole id of a commit, or why it is none."""
        if repo and repo not in self.histories:
            return f"it names the repository {visible(repo)}, which tieout.yml does not link or which was not read"
        named = self.isms.services.get(service)
        if service and named is None and not repo:
            return f"it names the service {visible(service)}, which no register has"
        among = [repo] if repo else [link.repo for link in named.repos] if named else sorted(self.histories)
        if not repo and not named and len(commit) < 40:
            return "it names a shortened commit and no repository"
        found = {}
        for id_ in among:
            if (
                id_ in self.histories
                and (whole := complete_id(self.histories[id_], commit)) in self.histories[id_].commits
            ):
                found[id_] = whole
        if len(found) != 1:
            return (
                f"no history that was read has its commit {visible(commit[:12])}"
                if not found
                else "several histories have its commit"
            )
        return next(iter(found.items()))


def read_results(
    histories: Mapping[str, History], pins: Mapping[str, Pin], isms: Isms, config: Config, writers: Writers
) -> tuple[list[Result], list[Problem]]:
    """The results of all evidence repositories, each at its own pin. `writers` tells robots from people."""
    found: list[Result] = []
    problems: list[Problem] = []
    code = {
        id_: history
        for id_, history in histories.items()
        if id_ not in config.repositories or config.repositories[id_].kind != "records"
    }
    for repo, linked in sorted(config.repositories.items()):
        if linked.results and repo in histories and repo in pins:
            line = line_of(histories[repo], pins[repo].commit)
            last = line.position.get(pins[repo].commit, -1)
            evidence = Evidence(line, last, writers, Repositories(code, isms), problems, [])
            found += _read(evidence, linked.results)
            problems += _unbound(evidence)
    return found, problems


def _read(evidence: Evidence, patterns: tuple[str, ...]) -> list[Result]:
    told = {path: read_path(patterns, path) for path in sorted(evidence.line.files)}
    present = {path: each for path, each in told.items() if each and evidence.line.blob_on_line(evidence.last, path)}
    named: set[str] = set()
    found: list[Result] = []
    for path in present:
        if path.endswith(".jsonl"):
            found += _runs(evidence, path, named)
    for path, each in present.items():
        if not path.endswith(".jsonl") and path not in named:
            found += _by_path(evidence, path, each)
    return found


# --- bound by a run record -----------------------------------------------------------------------------------------


def _runs(evidence: Evidence, path: str, named: set[str]) -> list[Result]:
    data = evidence.line.content(evidence.line.blob_on_line(evidence.last, path))
    if data is None:
        message = "the record file was not read, so no line of it counts; export smaller files, such as one a month"
        evidence.problems.append(error("record-file-missing", message, evidence.source(path)))
        return []
    records, problems = parse_runs(data, evidence.source(path))
    evidence.problems += problems
    origins = line_origins(evidence.line, evidence.last, path)
    found = []
    for record in records:
        named.update(record.files)
        placed = evidence.repos.place(record.repo, record.service, record.commit)
        if isinstance(placed, str):
            evidence.unbound.append((f"{path}:{record.source.line}", placed))
        else:
            position = origins[record.source.line - 1]
            kept = [_named(evidence, record, path, position) for path in record.files]
            reports = tuple(each.report for each in kept if each)
            found.append(Result(placed[0], _of_record(evidence, record, placed[1], position, kept), reports))
    return found


def _of_record(
    evidence: Evidence, record: RunRecord, commit: str, position: int, kept: list[Kept | None]
) -> StepResult:
    """What the record and the files it names say together: the worst of it, and known as well as the weakest of them.

    The files are read as they stood when the record was committed: a later run may have written over them.
    """
    files = [each for each in kept if each is not None]
    said: tuple[str, ...] = (record.result, *(each.report.result for each in files))
    if len(files) < len(kept):
        said = (*said, "unknown")
    result = next(word for word in _WORST if word in said)
    if record.result == "passed" and "failed" in said:
        message = f"the run record says that {visible(record.step)} passed, and a file that it names tells of failures, so it counts as failed; find out which is right"
        evidence.problems.append(warning("contradictory-result", message, record.source))
    by_robots = evidence.is_by_robots(position) and all(each.by_robots for each in files)
    committed = evidence.line.times[position] if position != UNTOLD else record.at
    if result == "ran" and "passed" in said:
        result = "passed"  # findings and coverage do not say it, so the record or the tests do
    return StepResult(
        record.step,
        _word(result),
        min(record.at, committed),  # nobody writes down what is still to come
        commit,
        Grade.RECORDED if by_robots else Grade.STATED,
        f"{record.source.repo}:{record.source.path}:{record.source.line}",
        _counts(each.report for each in files),
        run=record.run,
    )


def _word(word: str) -> Said:
    return next((known for known in SAID if known == word), "unknown")


def _named(evidence: Evidence, record: RunRecord, path: str, position: int) -> Kept | None:
    at = position if position != UNTOLD else evidence.last
    blob = evidence.line.blob_on_line(at, path)
    later = evidence.line.blob_on_line(evidence.last, path)
    versions = sum(bool(each) for _, each in evidence.line.versions(path, evidence.last))
    if not blob and (not later or versions != 1):
        message = f"the run record names {visible(path)}, which is not there as it was then, so what it told is not known; keep the file with its record"
        evidence.problems.append(warning("bad-result-file", message, record.source))
        return None
    return evidence.kept(path, at if blob else evidence.last)


# --- bound by its path ---------------------------------------------------------------------------------------------


def _by_path(evidence: Evidence, path: str, told: Told) -> list[Result]:
    if not told.commit:
        evidence.unbound.append((path, "no run record names it, and its path names no commit"))
        return []
    placed = evidence.repos.place(told.repo, told.service, told.commit.lower())
    if isinstance(placed, str):
        evidence.unbound.append((path, placed))
        return []
    kept = evidence.kept(path, evidence.last)
    if kept is None:
        return []
    report = kept.report
    name = told.step or path.rpartition("/")[2].partition(".")[0]
    found = StepResult(
        name,
        report.result,
        min(report.at or kept.at, kept.at),
        placed[1],
        Grade.RECORDED if kept.by_robots else Grade.STATED,
        f"{evidence.line.history.repo}:{path}",
        report.counts,
        kept=not report.at,
    )
    return [Result(placed[0], found, (report,))]


def _counts(reports: Iterable[Report]) -> tuple[tuple[str, int], ...]:
    total: dict[str, int] = {}
    for report in reports:
        for name, number in report.counts:
            total[name] = total.get(name, 0) + number
    return tuple(total.items())


def _unbound(evidence: Evidence) -> list[Problem]:
    """One problem a repository, which names the first few."""
    if not evidence.unbound:
        return []
    lost = sorted(evidence.unbound)
    shown = human_list(f"{visible(path)} ({why})" for path, why in lost[:NAMED])
    more = f", and {len(lost) - NAMED} more" if len(lost) > NAMED else ""
    message = f"{len(lost)} of its results speak of no commit that was read, so they count for nothing: {shown}{more}; name the commit in a run record or in the path"
    return [warning("result-not-bound", message, Source(evidence.line.history.repo))]


# --- findings and coverage -----------------------------------------------------------------------------------------


def list_scans(results: Iterable[Result], histories: Mapping[str, History]) -> tuple[Scan, ...]:
    """The reports of findings and of coverage, oldest first."""
    found = [
        Scan(
            result.repo,
            result.found.commit,
            result.found.at,
            result.found.where,
            report.tools,
            report.findings,
            _placed(report, histories[result.repo]),
        )
        for result in results
        for report in result.reports
        if report.tools or report.coverage
    ]
    return tuple(sorted(found, key=lambda scan: (scan.at, scan.repo, scan.where, scan.commit)))


def _placed(report: Report, history: History) -> tuple[FileCoverage, ...]:
    """Its files by their paths in the repository: a report begins them at the folder of the sources."""
    if not report.coverage:
        return ()
    by_name: dict[str, list[str]] = {}
    for path in line_of(history, "").files:
        by_name.setdefault(path.rpartition("/")[2], []).append(path)
    return tuple(each._replace(path=_path(each.path, by_name)) for each in report.coverage)


def _path(told: str, by_name: Mapping[str, list[str]]) -> str:
    told = told.replace("\\", "/").removeprefix("./")
    near = by_name.get(told.rpartition("/")[2], [])
    fits = [path for path in near if path == told or path.endswith(f"/{told}") or told.endswith(f"/{path}")]
    return told if told in fits else fits[0] if len(fits) == 1 else ""


# --- to the changes ------------------------------------------------------------------------------------------------


def join_results(
    changes: Sequence[Change], results: Iterable[Result], histories: Mapping[str, History]
) -> list[Change]:
    """Each change with the results of the commits it brought, oldest first; their order in the files tells nothing."""
    by_commit: dict[tuple[str, str], list[StepResult]] = {}
    for result in results:
        by_commit.setdefault((result.repo, result.found.commit), []).append(result.found)
    return [_joined(change, by_commit, histories) for change in changes] if by_commit else list(changes)


def _joined(
    change: Change, by_commit: Mapping[tuple[str, str], list[StepResult]], histories: Mapping[str, History]
) -> Change:
    head = find_head(histories[change.repo], change.reference) if change.restored == "same" else ""
    commits = dict.fromkeys((change.id, *change.commits, *((head,) if head else ())))
    found = [result for commit in commits for result in by_commit.get((change.repo, commit), ())]
    if not found:
        return change
    found.sort(key=lambda each: (each.at, each.name, each.where, each.result))
    return replace(change, results=(*change.results, *found), head=head or change.head)
