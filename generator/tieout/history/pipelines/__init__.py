"""CI configuration as it stood at each change: which jobs a pipeline has, which may fail, and which no change starts.

Other people's YAML and Groovy, read tolerantly and never evaluated. What a file takes from elsewhere and we do not see
makes the version not readable: its steps are then unknown, never missing and never present. One module a format.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from heapq import heapify, heappop, heappush

from tieout.history.line import Line
from tieout.history.pipelines import azure, generic, github, gitlab, jenkins
from tieout.history.pipelines.files import Files, Linked, Spent
from tieout.history.pipelines.jobs import Jobs, join
from tieout.history.registers import Registers
from tieout.model.history import PipelineVersion
from tieout.model.records import CiFiles
from tieout.text.globs import matches

READERS: Mapping[str, Callable[[Files, str], Jobs]] = {
    "github-actions": github.read,
    "gitlab-ci": gitlab.read,
    "azure-pipelines": azure.read,
    "jenkins": jenkins.read,
    "generic": generic.read,
}
SHOWN = 3  # reasons
ANYWHERE = frozenset({"gitlab-ci", "azure-pipelines"})  # formats that may take in a YAML file of any folder


def is_ci_file(ci: CiFiles, path: str) -> bool:
    """Whether a path is one of the declared CI files; a folder stands for the YAML files in it."""
    wanted = "/" + ci.path.strip("/")
    if matches(wanted, path) and path != wanted[1:] and "*" not in wanted:
        return path.endswith((".yml", ".yaml"))
    return matches(wanted, path)


def may_be_included(format_: str, path: str) -> bool:
    """Files that a CI file may take in from its own repository."""
    if format_ == "github-actions":
        return matches("/.github/workflows/*", path)
    return format_ in ANYWHERE and path.endswith((".yml", ".yaml"))


def derive_pipelines(
    line: Line, last: int, registers: Registers, others: Mapping[str, tuple[Line, int]] | None = None
) -> tuple[PipelineVersion, ...]:
    """The versions of a repository's pipelines up to the position `last`, oldest first.

    `others` are the lines and pins of the linked repositories, from which a CI file may take something.
    """
    declared: dict[tuple[str, str], CiFiles] = {}
    for placed in registers.placed.get(line.history.repo, ()):
        pipeline = registers.isms.pipelines.get(placed.service.pipeline)
        if pipeline:
            declared[pipeline.ci.path, pipeline.ci.format] = pipeline.ci
    linked = Linked(others or {}, registers.config.repositories)
    found = [version for _, ci in sorted(declared.items()) for version in read_versions(line, last, ci, linked)]
    return tuple(sorted(found, key=lambda version: (line.position[version.since], version.path)))


def read_versions(line: Line, last: int, ci: CiFiles, linked: Linked) -> Iterator[PipelineVersion]:
    """One version a change of what the CI files say. Deleted files configure nothing, which is readable."""
    own = sorted(path for path in line.files if is_ci_file(ci, path))
    all_of_them = sorted(path for path in line.files if path in own or (own and may_be_included(ci.format, path)))
    begun = min((line.files[path][0][0] for path in own), default=last + 1)
    changed: dict[int, set[str]] = {}
    for path in all_of_them:
        for position, _ in line.versions(path, last):
            changed.setdefault(position, set()).add(path)
    turns = [(position, False) for position in changed if position >= begun]
    heapify(turns)
    queued: set[int] = set()  # those that another repository asks for
    spent = Spent()
    before: Jobs | None = None
    while turns:
        position, elsewhere = heappop(turns)
        its_own = not changed.get(position, set()).isdisjoint(own)
        if not (its_own or elsewhere or _needs(spent, changed[position])):
            continue
        spent = Spent()
        commit = line.steps[position]
        files = Files(line, commit, line.times[position], linked, spent)
        jobs = _read(files, ci, [path for path in own if line.blob_on_line(position, path)])
        for turn in _turned_elsewhere(files, line):
            if position < turn <= last and turn not in queued:
                queued.add(turn)
                heappush(turns, (turn, True))
        if (its_own and not elsewhere) or jobs != before:
            yield PipelineVersion(
                line.history.repo,
                commit,
                line.times[position],
                ci.path,
                ci.format,
                jobs.jobs,
                jobs.readable,
                _reason(jobs.why),
            )
        before = jobs


def _reason(why: tuple[str, ...]) -> str:
    """The first reasons, as a page can hold them: names in foreign files are as long as somebody likes."""
    more = f"; and {len(why) - SHOWN} more" if len(why) > SHOWN else ""
    return "; ".join(each[:200] for each in why[:SHOWN]) + more


def _read(files: Files, ci: CiFiles, present: Iterable[str]) -> Jobs:
    return join(READERS[ci.format](files, path) for path in present)


def _needs(spent: Spent, changed: Iterable[str]) -> bool:
    """Whether a version was put together from one of these files, or would be, were it there."""
    return any(path in spent.paths or any(matches(pattern, path) for pattern in spent.patterns) for path in changed)


def _turned_elsewhere(files: Files, line: Line) -> Iterator[int]:
    """The first change after each next one of a file on a branch elsewhere: what it brings counts from there."""
    for other, path in files.spent.followed:
        later = next((other.times[at] for at in other.files.get(path, ((), ()))[0] if other.times[at] > files.at), None)
        if later is not None:
            yield bisect_left(line.times, later)
