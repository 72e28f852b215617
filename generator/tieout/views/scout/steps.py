"""CI files over time: which formats, which jobs from when until when. That a job is configured never says that it ran."""

from collections.abc import Iterable, Iterator

from tieout.model.history import PipelineVersion
from tieout.text.globs import matches
from tieout.text.words import digits, plural
from tieout.views import words
from tieout.views.scout.evidence import Evidence
from tieout.views.scout.report import Finding, Recount, Row, Stretch

# Where each format keeps its files. An empty format is one that is not read here: that it is there is all that is told.
PLACES: tuple[tuple[str, str, str], ...] = (
    ("/.github/workflows/*", "github-actions", "GitHub Actions"),
    ("/.gitlab-ci.yml", "gitlab-ci", "GitLab CI"),
    ("/azure-pipelines.yml", "azure-pipelines", "Azure Pipelines"),
    ("/.azure-pipelines/*.yml", "azure-pipelines", "Azure Pipelines"),
    ("/Jenkinsfile", "jenkins", "Jenkins"),
    ("/.travis.yml", "", "Travis CI"),
    ("/.circleci/config.yml", "", "CircleCI"),
    ("/bitbucket-pipelines.yml", "", "Bitbucket Pipelines"),
    ("/appveyor.yml", "", "AppVeyor"),
    ("/.appveyor.yml", "", "AppVeyor"),
    ("/.zuul.yaml", "", "Zuul"),
    ("/.zuul.d/*", "", "Zuul"),
    ("/.cirrus.yml", "", "Cirrus CI"),
    ("/.drone.yml", "", "Drone"),
    ("/.buildkite/pipeline.yml", "", "Buildkite"),
    ("/shippable.yml", "", "Shippable"),
)


def wanted(path: str) -> bool:
    """Whether the contents of a path are needed to read the CI of a repository that nobody described yet."""
    if not path.endswith((".yml", ".yaml", "Jenkinsfile")):
        return False
    return any(matches(pattern, path) for pattern, format_, _ in PLACES if format_) or matches("/.gitlab/ci/**", path)


def formats_of(paths: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The readable (path, format) pairs that these paths show, in the order of the table."""
    listed = tuple(paths)
    return tuple((pattern, format_) for pattern, format_, _ in PLACES if format_ and _any(pattern, listed))


def _any(pattern: str, paths: Iterable[str]) -> bool:
    return any(matches(pattern, path) for path in paths)


def stretches(versions: Iterable[PipelineVersion]) -> tuple[Stretch, ...]:
    """From when until when each job was configured without a break; the newest and longest first.

    A version that cannot be read ends nothing: whether the job was in it is not known.
    """
    open_: dict[tuple[str, str, str], Stretch] = {}
    found: list[Stretch] = []
    for version in versions:
        if not version.readable:
            continue
        now = {(version.path, version.format, job.name): job for job in version.jobs}
        gone = [key for key in open_ if key[:2] == (version.path, version.format) and key not in now]
        found.extend(open_.pop(key)._replace(until=version.time) for key in gone)
        for key, job in now.items():
            before = open_.get(key)
            since = before.since if before else version.time
            open_[key] = Stretch(*key, since, 0, job.may_fail, job.beside)
    found += open_.values()
    return tuple(
        sorted(found, key=lambda one: (one.until == 0, one.until, -one.since, one.path, one.job), reverse=True)
    )


def finding(evidence: Evidence, found: tuple[Stretch, ...]) -> Finding:
    """Which CI there was, what of it can be read, and what came and went."""
    versions = evidence.facts.pipelines.get(evidence.history.repo, ())
    present = tuple(_presence(evidence))
    today = [one for one in found if not one.until]
    gone = [one for one in found if one.until]
    rows = (
        *(
            Row(f"format:{name.lower().replace(' ', '-')}", f"{name}: changes of its files", count, recent, note)
            for name, count, recent, note in present
        ),
        Row("jobs", "jobs that are configured today", len(today), sum(one.since >= evidence.since for one in today)),
        Row(
            "gone", "jobs that went, or went and came back", len(gone), sum(one.until >= evidence.since for one in gone)
        ),
        Row("unreadable", "versions that cannot be read whole", *_unreadable(evidence, versions)),
    )
    limits = ["whether a configured job ran, or passed: results are not in Git"]
    limits += [f"not readable: {why}" for why in sorted({one.why for one in versions if not one.readable and one.why})][
        :5
    ]
    unread = sorted({name for name, _, _, note in present if "not read" in note})
    limits += [f"{words.sentence(name)}: its form is not read here, so its jobs are unknown" for name in unread]
    told = f"{plural(len(today), 'job')} configured today" if today else "no job that can be read is configured today"
    return Finding(
        "pipelines",
        "What was asked of a change by machine?",
        f"{words.sentence(told)}; {digits(len(gone)) if gone else 'none'} went in the time that is told."
        if present
        else "No CI file of a form that is known was ever on the branch.",
        "changes of CI files, and jobs",
        rows if present else (),
        disjoint=False,
        recounts=(_recount(evidence),) if present else (),
        limits=tuple(limits) if present else (),
    )


def _recount(evidence: Evidence) -> Recount:
    """The steps that changed a CI file of any form."""
    line = evidence.line
    shown = [(pattern, [path for path in _likely(line.files) if matches(pattern, path)]) for pattern, *_ in PLACES]
    steps = {position for _, paths in shown for path in paths for position in line.files[path][0]}
    specs = " ".join(f"'{spec}'" for pattern, paths in shown if paths for spec in _pathspecs(pattern))
    command = f"git rev-list --first-parent --count {evidence.tip[:12]} -- {specs}"
    return Recount(command, f"{plural(len(steps), 'change')} of CI files")


def _pathspecs(pattern: str) -> tuple[str, ...]:
    """A folder's pattern for git: of the files in it, those in YAML."""
    plain = pattern.lstrip("/")
    return (f"{plain}.yml", f"{plain}.yaml") if plain.endswith("/*") else (plain,)


def _presence(evidence: Evidence) -> Iterator[tuple[str, int, int, str]]:
    """For each system of the table that was ever there: its name, changes of its files, and from when until when."""
    line = evidence.line
    by_name: dict[str, list[str]] = {}
    readable: dict[str, bool] = {}
    for pattern, format_, name in PLACES:
        files = [path for path in _likely(line.files) if matches(pattern, path)]
        if files:
            by_name.setdefault(name, []).extend(files)
            readable[name] = readable.get(name, False) or bool(format_)
    for name, files in by_name.items():
        positions = sorted({position for path in files for position in line.files[path][0]})
        there = any(line.blob_on_line(len(line.steps) - 1, path) for path in files)
        until = "today" if there else words.day(line.times[positions[-1]])
        note = f"{words.day(line.times[positions[0]])} to {until}" + ("" if readable[name] else ", not read")
        yield name, len(positions), sum(line.times[at] >= evidence.since for at in positions), note


def _likely(paths: Iterable[str]) -> Iterator[str]:
    return (path for path in paths if path.endswith((".yml", ".yaml", "Jenkinsfile")))


def _unreadable(evidence: Evidence, versions: Iterable[PipelineVersion]) -> tuple[int, int]:
    found = [one for one in versions if not one.readable]
    return len(found), sum(one.time >= evidence.since for one in found)
