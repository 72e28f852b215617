"""What the settings of one audit ask of the contents of a repository, and which of its files at the pin answer it.

Nobody asked: nothing is read. The list of files is folded from the changed paths of the line, without git.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from tieout.history.contents import builds, conditions, manifests, parts, policies
from tieout.history.deployments import path_pattern
from tieout.history.line import Line, line_of
from tieout.history.pipelines import is_ci_file
from tieout.history.registers import CI_FILES, OWNER_FILES
from tieout.model.history import History, Pin
from tieout.model.records import CheckSetting, CiFiles
from tieout.model.registers import Isms
from tieout.model.settings import Config
from tieout.text.globs import matches_any

KINDS = frozenset({"service", "environments", "template", "isms"})
MAX_CI_FILES = 200


@dataclass(frozen=True, slots=True)
class Questions:
    """What is asked of one repository. Equal ones ask the same."""

    pinned: tuple[str, ...] = ()  # patterns of manifests and build files, of dependencies-pinned
    allowed: tuple[str, ...] = ()
    libraries: tuple[tuple[str, tuple[str, ...]], ...] = ()  # names by language
    in_manifests: tuple[str, ...] = ()  # patterns of the manifests that may name them; none: all
    policies: tuple[str, ...] = ()  # patterns of policy files
    unscanned: tuple[str, ...] = ()  # patterns of files in which markers are not looked for
    ci: tuple[CiFiles, ...] = ()  # where its CI files are, beside the usual places
    any_yaml_is_ci: bool = False  # it is a template: what others take in from it
    environments: parts.Patterns = ()
    own: conditions.Patterns = conditions.NOTHING  # of the files that conditions of the operator's own checks mean
    template: str = ""  # path of the reviewers' checklist
    owners: bool = False  # who owns its paths

    @property
    def by_pattern(self) -> bool:
        """Whether its files have to be listed: what else is asked is at a known path."""
        return bool(self.pinned or self.libraries or self.policies or self.environments or self.own.all)


@dataclass(frozen=True, slots=True)
class Asked:
    """The files of one repository at its pin that answer the questions, by what they are read for."""

    repo: str
    commit: str
    questions: Questions
    doubt: str
    manifests: tuple[str, ...] = ()
    builds: tuple[str, ...] = ()
    ci: tuple[str, ...] = ()
    policies: tuple[tuple[str, tuple[str, ...]], ...] = ()
    infrastructure: bool = False
    scanned: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    template: str = ""  # empty: it is not there, or not asked
    owner_file: str = ""
    left_out: tuple[tuple[str, str], ...] = ()  # (path or pattern, why): there are more than are read
    blobs: tuple[tuple[str, str], ...] = ()  # (path, blob id) of all that is to be read, sorted


def ask(histories: Mapping[str, History], pins: Mapping[str, Pin], isms: Isms, config: Config) -> dict[str, Asked]:
    """By repository that something is asked of: which of its files have to be read."""
    found = {}
    for repo in sorted(pins):
        questions = questions_of(repo, isms, config)
        if repo in histories and pins[repo].commit and questions != _NOTHING:
            line = line_of(histories[repo], pins[repo].commit)
            found[repo] = choose(line, line.position.get(pins[repo].commit, -1), questions)
    return found


_NOTHING = Questions()


# --- the questions -------------------------------------------------------------------------------------------------


def questions_of(repo: str, isms: Isms, config: Config) -> Questions:
    """What the audit's own checks.yml, environments and pipelines ask of a repository."""
    linked = config.repositories.get(repo)
    kind = linked.kind if linked else "isms"
    serves = any(each.repo == repo for service in isms.services.values() for each in service.repos)
    asked = Questions(own=conditions.patterns_of(isms), owners=kind in KINDS)
    if kind not in KINDS or (kind == "isms" and not serves):
        return asked
    pinned, policy, libraries, checklist = (
        isms.checks.get(check) or _UNSET
        for check in ("dependencies-pinned", "policy-as-code-present", "mandatory-libraries", "review-checklist")
    )
    return replace(
        asked,
        pinned=pinned.paths if serves else (),
        allowed=pinned.allow if serves else (),
        libraries=_libraries(libraries) if serves else (),
        in_manifests=libraries.paths if serves and libraries.libraries else (),
        policies=policy.paths,
        unscanned=policy.allow if policy.paths else (),
        ci=_ci_files(repo, isms) if policy.paths else (),
        any_yaml_is_ci=bool(policy.paths) and kind == "template",
        environments=patterns_of(repo, isms) if kind == "environments" else (),
        template=checklist.template if serves else "",
    )


_UNSET = CheckSetting.model_construct(paths=(), allow=(), libraries={}, template="")


def _libraries(setting: CheckSetting) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((language.casefold(), tuple(sorted(names))) for language, names in sorted(setting.libraries.items()))


def _ci_files(repo: str, isms: Isms) -> tuple[CiFiles, ...]:
    declared = {
        (pipeline.ci.path, pipeline.ci.format): pipeline.ci
        for service in isms.services.values()
        if any(each.repo == repo for each in service.repos)
        and (pipeline := isms.pipelines.get(service.pipeline)) is not None
    }
    return tuple(declared[key] for key in sorted(declared))


def patterns_of(repo: str, isms: Isms) -> parts.Patterns:
    """The paths of each environment: as the check's setting says, else where the pipelines read deployments."""
    setting = isms.checks.get("environments-separated")
    if setting and setting.apart:
        return tuple((name, (pattern,)) for name, pattern in sorted(setting.apart.items()))
    found: dict[str, set[str]] = {}
    for service in isms.services.values():
        pipeline = isms.pipelines.get(service.pipeline)
        for declared in (pipeline.deployments, pipeline.deployments.cross_check) if pipeline else ():
            if declared is not None and declared.kind == "gitops" and declared.repo == repo:
                for name in service.environments or tuple(isms.environments):
                    found.setdefault(name, set()).update(_around(declared.path, name, isms))
    return tuple((name, tuple(sorted(own))) for name, own in sorted(found.items()) if own)


def _around(pattern: str, environment: str, isms: Isms) -> Iterator[str]:
    """Everything in the folder that is named for the environment; else the files themselves, of all services."""
    *folders, last = pattern.strip("/").split("/")
    for depth, part in enumerate(folders):
        if "{environment}" in part:
            yield path_pattern("/".join(folders[: depth + 1]) + "/**", environment, "*")
            return
    production = isms.environments[environment].kind == "production" if environment in isms.environments else False
    if "{environment}" in last or production:
        yield path_pattern(pattern, environment, "*")


# --- the files -----------------------------------------------------------------------------------------------------


def list_files(line: Line, position: int, paths: Iterable[str]) -> dict[str, str]:
    """Blob ids after the step at `position` of the paths that are there. A submodule is listed as a file."""
    found = ((path, line.blob_on_line(position, path)) for path in paths)
    return {path: blob for path, blob in found if blob}


def choose(line: Line, position: int, questions: Questions) -> Asked:
    """The files that answer the questions."""
    at_known_paths = (*OWNER_FILES, questions.template)
    files = list_files(line, position, line.files if questions.by_pattern else at_known_paths)
    paths = sorted(files)
    left_out: list[tuple[str, str]] = []

    def at_most(number: int, found: Iterable[str], what: str) -> tuple[str, ...]:
        every = tuple(found)
        if len(every) > number:
            left_out.append((what, f"there are {len(every):,}, and {number:,} are read"))
        return every[:number]

    named = at_most(manifests.MAX_MANIFESTS, _manifests(paths, questions), "manifests")
    built = at_most(builds.MAX_BUILDS, _builds(paths, questions), "build files")
    ci = at_most(MAX_CI_FILES, _ci(paths, questions), "CI files") if questions.policies else ()
    policy = tuple((pattern, _matching((pattern,), paths)) for pattern in questions.policies)
    infrastructure = bool(questions.policies) and any(map(policies.is_infrastructure, paths))
    ruled = bool(questions.policies) and (infrastructure or any(own for _, own in policy) or questions.environments)
    scanned = at_most(policies.MAX_SCANNED, _scanned(paths, questions), "files to be scanned") if ruled else ()
    patterns = tuple(pattern for _, own in questions.environments for pattern in own)
    placed = at_most(parts.MAX_READ, _matching(patterns, paths), "files of the environments")
    meant = _matching(questions.own.all, paths)
    asked_of = at_most(conditions.MAX_READ, _matching(questions.own.read, meant), "own checks")
    template = questions.template if questions.template in files else ""
    owner_file = next((path for path in OWNER_FILES if path in files), "") if questions.owners else ""
    read = {*named, *built, *ci, *scanned, *placed, *asked_of, *filter(None, (owner_file, template))}
    read |= {path for one in named for path in _beside(one, paths, files)}
    return Asked(
        line.history.repo,
        line.steps[position] if position >= 0 else "",
        questions,
        _doubt(line.history),
        named,
        built,
        ci,
        policy,
        infrastructure,
        scanned,
        placed,
        meant,
        template,
        owner_file,
        tuple(left_out),
        tuple((path, files[path]) for path in sorted(read)),
    )


def _matching(patterns: tuple[str, ...], paths: Iterable[str]) -> tuple[str, ...]:
    return tuple(path for path in paths if matches_any(patterns, path)) if patterns else ()


def _doubt(history: History) -> str:
    if not history.complete:
        return "its history is cut off, so files that were there before are not seen"
    if any(problem.code == "commit-too-large" for problem in history.problems):
        return "a commit changed more files than are read, so the list of its files may not be whole"
    return ""


def _manifests(paths: list[str], questions: Questions) -> Iterator[str]:
    """Of a known form where a wildcard means them; one that is named in full, whatever its form."""
    exact = {pattern.strip("/") for pattern in questions.pinned if "*" not in pattern and "?" not in pattern}
    languages = {language for language, _ in questions.libraries}
    for path in paths:
        form = manifests.form_of(path)
        if form is None and not (path in exact and not builds.is_build_file(path) and not _is_lock(path)):
            continue
        if manifests.is_shipped(path):
            continue
        if is_pinned(questions, path) or (
            form
            and form.ecosystem in languages
            and (not questions.in_manifests or matches_any(questions.in_manifests, path))
        ):
            yield path


def is_pinned(questions: Questions, path: str) -> bool:
    """Whether dependencies-pinned looks at a path."""
    return matches_any(questions.pinned, path) and not matches_any(questions.allowed, path)


def _is_lock(path: str) -> bool:
    name = path.rpartition("/")[2]
    return any(name == lock for form in manifests.FORMS.values() for lock, _ in form.locks)


def _builds(paths: list[str], questions: Questions) -> Iterator[str]:
    return (
        path
        for path in paths
        if questions.pinned
        and is_pinned(questions, path)
        and not manifests.is_shipped(path)
        and builds.is_build_file(path)
    )


def _ci(paths: list[str], questions: Questions) -> Iterator[str]:
    for path in paths:
        template = questions.any_yaml_is_ci and path.endswith((".yml", ".yaml"))
        if template or matches_any(CI_FILES, path) or any(is_ci_file(ci, path) for ci in questions.ci):
            yield path


def _scanned(paths: list[str], questions: Questions) -> Iterator[str]:
    return (
        path
        for path in paths
        if policies.may_hold_markers(path)
        and not manifests.is_shipped(path)
        and not matches_any(questions.unscanned, path)
    )


def _beside(manifest: str, paths: list[str], files: Mapping[str, str]) -> Iterator[str]:
    """The lock files of a manifest, those of workspaces around it, and constraints of pip that may go with it."""
    yield from (at for at in manifests.wanted_beside(manifest) if at in files)
    if manifest.endswith(".txt"):
        yield from (path for path in paths if "constraints" in path.rpartition("/")[2] and path.endswith(".txt"))
