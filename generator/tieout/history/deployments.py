"""Production deployments: from an environments repository, or from annotated tags, as a service's pipeline declares."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from functools import lru_cache

from tieout.history.approvals import find_in_tag
from tieout.history.line import Line, complete_id
from tieout.history.makers import signer_of
from tieout.history.messages import parse_named, trailers_of, values
from tieout.history.registers import Registers
from tieout.history.short_ids import digits_of
from tieout.history.signatures import has_key, judge
from tieout.model.grades import Grade
from tieout.model.history import Change, Commit, Deployment, History, Identity, Signature, Stamp, Tag
from tieout.model.records import Pipeline, Service
from tieout.problems import Problem, Source, warning
from tieout.text.globs import matches
from tieout.text.words import plural, visible
from tieout.text.yaml import parse

REQUESTED, RELEASED_FROM = "requested-by", "released-from"


@dataclass(frozen=True, slots=True)
class Pinned:
    """A line, how far the audit sees it, and its changes by commit of the line."""

    line: Line
    last: int
    changes: tuple[Change, ...]
    by_id: Mapping[str, Change]
    cutoff: int = 0


@dataclass(frozen=True, slots=True)
class Release:
    """A version that a record puts into one environment."""

    environment: str
    at: int
    position: int
    version: str
    commit: str
    host: str = ""


@dataclass(slots=True)
class Reached:
    """How far each repository of a service had reached production."""

    positions: dict[str, int] = field(default_factory=dict)

    def advance(self, repo: str, position: int) -> range:
        """Positions that reach production for the first time."""
        before = self.positions.get(repo, -1)
        self.positions[repo] = max(before, position)
        return range(before + 1, position + 1)


@dataclass(frozen=True, slots=True)
class Told:
    """Who deployed as the record tells it, and how well that is known."""

    by: Identity
    grade: Grade
    hand: Identity | None = None
    unsigned: bool = False


def path_pattern(pattern: str, environment: str, service: str) -> str:
    """The declared path of one service in one environment, as a pattern that stands at the root."""
    return "/" + pattern.replace("{environment}", environment).replace("{service}", service).lstrip("/")


@dataclass(frozen=True, slots=True)
class Declared:
    """A service, its pipeline, and the repository in which the pipeline says its deployments are recorded."""

    service: Service
    pipeline: Pipeline
    source: Pinned
    pinned: Mapping[str, Pinned]
    registers: Registers

    @property
    def environments(self) -> tuple[str, ...]:
        return self.service.environments or tuple(self.registers.isms.environments)

    def is_production(self, environment: str) -> bool:
        known = self.registers.isms.environments.get(environment)
        return known is not None and known.kind == "production"


def derive_deployments(pinned: Mapping[str, Pinned], registers: Registers) -> tuple[list[Deployment], list[Problem]]:
    """All production deployments of all services, oldest first."""
    found: list[Deployment] = []
    problems: list[Problem] = []
    for service in registers.isms.services.values():
        pipeline = registers.isms.pipelines.get(service.pipeline)
        if pipeline is None:
            continue
        read = _from_tags if pipeline.deployments.kind == "tags" else _from_environments
        own: list[Deployment] = []
        for repo in _sources(service, pipeline):
            if repo in pinned:
                deployed, wrong = read(Declared(service, pipeline, pinned[repo], pinned, registers))
                own += deployed
                problems += wrong
        found += _with_changes(own, service, pinned)
    return sorted(found, key=lambda each: (each.at, each.service, each.record, each.environment)), problems


def _sources(service: Service, pipeline: Pipeline) -> tuple[str, ...]:
    if pipeline.deployments.kind == "gitops":
        return (pipeline.deployments.repo,)
    return tuple(dict.fromkeys(linked.repo for linked in service.repos))


# --- environments repository ---------------------------------------------------------------------------------------


def _from_environments(declared: Declared) -> tuple[list[Deployment], list[Problem]]:
    releases, problems = _read_releases(declared)
    by_version: dict[str, list[Release]] = {}
    for release in releases:
        by_version.setdefault(release.version, []).append(release)
    production = [release for release in releases if declared.is_production(release.environment)]
    return [_deploy(declared, release, by_version[release.version]) for release in production], problems


def _read_releases(declared: Declared) -> tuple[list[Release], list[Problem]]:
    """Every change of the version in every environment of the service, oldest first."""
    pattern = declared.pipeline.deployments.path
    found: list[Release] = []
    problems: list[Problem] = []
    for environment in declared.environments:
        wanted = path_pattern(pattern, environment, declared.service.id)
        for path in sorted(path for path in _candidates(declared.source.line, wanted) if matches(wanted, path)):
            releases, wrong = _read_versions(declared, environment, path)
            found += releases
            problems += wrong
    return sorted(found, key=lambda release: (release.position, release.environment)), problems


def _read_versions(declared: Declared, environment: str, path: str) -> tuple[list[Release], list[Problem]]:
    """The releases that one version file tells; where it cannot be read, its first such commit is a problem."""
    source, keys = declared.source, declared.pipeline.deployments
    found: list[Release] = []
    unread: list[int] = []
    before = ("", "")
    for position, blob in source.line.versions(path, source.last):
        data = source.line.content(blob) if blob else b""
        version, commit, host = _read_keys(data or b"", (keys.version, keys.commit, "host"))
        if blob and not version:
            unread.append(position)
            continue
        if blob and (version, commit) != before:
            at = source.line.times[position]
            found.append(Release(environment, at, position, version, commit, host))
        before = (version, commit)
    return found, [_no_version(source, path, unread[0], keys.version)] if unread else []


def _candidates(line: Line, pattern: str) -> tuple[str, ...]:
    exact = pattern.lstrip("/")
    return tuple(line.files) if "*" in pattern or "?" in pattern else tuple({exact} & line.files.keys())


def _no_version(source: Pinned, path: str, position: int, key: str) -> Problem:
    short = source.line.steps[position][:8]
    message = (
        f"no '{key}' can be read in the file as of commit {short}, so no deployment is counted there; "
        f"name the right key in the pipeline's deployments, or mend the file"
    )
    return warning("deployment-without-version", message, Source(source.line.history.repo, path))


@lru_cache(maxsize=65536)
def _read_keys(data: bytes, keys: tuple[str, str, str]) -> tuple[str, str, str]:
    """The values of three keys, each a dotted path into the YAML; empty where there is none."""
    value = parse(data, Source(), own=False).value if data else None
    first, second, third = (_at(value, key) for key in keys)
    return first, second, third


def _at(value: object, key: str) -> str:
    if isinstance(value, dict) and key in value:
        value = value[key]
    else:
        for part in key.split("."):
            value = value.get(part) if isinstance(value, dict) else None
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _deploy(declared: Declared, release: Release, same_version: Sequence[Release]) -> Deployment:
    source, registers = declared.source, declared.registers
    repo = source.line.history.repo
    commit = source.line.commit(release.position)
    change = source.by_id.get(commit.id)
    told = _told(commit, release.at, change, registers)
    registers.strangers.note(told.by, repo, release.at)
    code, deployed = _resolve(declared, release)
    trailers = trailers_of(commit.message)
    return Deployment(
        service=declared.service.id,
        environment=release.environment,
        at=release.at,
        version=release.version,
        commit=deployed,
        repo=code,
        basis="environments repository",
        grade=told.grade,
        where=f"{repo}, commit {commit.id[:8]}",
        record=commit.id,
        by=told.by,
        by_pipeline=_is_pipeline(told.by, declared.pipeline),
        hand=told.hand,
        unsigned=told.unsigned,
        requested_by=_requested(commit.message, release.at, registers),
        approvals=change.approvals if change else (),
        on_branch=_on_branch(declared.pinned.get(code), deployed, release.at),
        arrived=_arrived(declared.pinned.get(code), deployed),
        earlier=_earlier(release, same_version),
        host=next(iter(values(trailers, RELEASED_FROM)), "") or release.host,
        claimed=0 if commit.committer.time == release.at else commit.committer.time,
    )


def _told(commit: Commit, at: int, change: Change | None, registers: Registers) -> Told:
    """The deployer and what shows it: the own good signature; else two identities; else one that says so.

    Another hand that made the record (not one that merged what a proposal brought) leaves it a mere statement.
    """
    by = registers.people.identify(commit.author, at)
    signature = judge(commit.signature, at, registers.keys)
    if _is_own(signature, by):
        return Told(by, Grade.SIGNED)
    committer = registers.people.identify(commit.committer, at)
    hands = [*signer_of(signature, registers), *(() if committer.robot else (committer,))]
    makers = {author.key for author in change.authors} if change else {who.key for who in hands}
    hand = next((who for who in hands if who.key != by.key and who.key in makers), None)
    grade = Grade.TWO_NAMES if hand is None and committer.key != by.key else Grade.STATED
    return Told(by, grade, hand, _is_unsigned(by, at, registers))


def _is_unsigned(by: Identity, at: int, registers: Registers) -> bool:
    return by.robot and has_key(registers.keys, by.person, at)


def _is_own(signature: Signature, by: Identity) -> bool:
    return signature.state == "good" and by.known and signature.signer == by.person


def _is_pipeline(by: Identity, pipeline: Pipeline) -> bool:
    identities = {identity.casefold() for identity in pipeline.identities}
    return by.email.casefold() in identities or (by.known and by.person.casefold() in identities)


def _requested(message: str, at: int, registers: Registers) -> Identity | None:
    """Who triggered the pipeline, as its last `Requested-by` trailer states."""
    stated = values(trailers_of(message), REQUESTED)
    if not stated:
        return None
    named = parse_named(stated[-1])
    return registers.people.find(named.name, named.email, at, named=True)


def _earlier(release: Release, same_version: Sequence[Release]) -> tuple[tuple[str, int], ...]:
    """When the same version first stood in each other environment, before this release."""
    found: dict[str, int] = {}
    for other in same_version:
        if other.environment != release.environment and other.position < release.position:
            found.setdefault(other.environment, other.at)
    return tuple(sorted(found.items(), key=lambda pair: (pair[1], pair[0])))


def _resolve(declared: Declared, release: Release) -> tuple[str, str]:
    """Repository and full id of the deployed commit: by the record's commit, else by a tag of the version's name."""
    pinned = declared.pinned
    repos = [linked.repo for linked in declared.service.repos]
    for repo in repos:
        if repo in pinned:
            history = pinned[repo].line.history
            names = (release.version, f"v{release.version}")
            tagged = next((history.tags[name].commit for name in names if _is_named(history, name)), "")
            found = complete_id(history, release.commit.casefold()) if release.commit else tagged
            if found in history.commits:
                return repo, found
    return (repos[0] if repos else ""), release.commit


def _is_named(history: History, name: str) -> bool:
    """Whether there is a tag of that name, and not an older one that was put there under another."""
    return name in history.tags and not history.tags[name].renamed


def _on_branch(pinned: Pinned | None, commit: str, at: int) -> bool | None:
    """Whether the protected branch led to the commit at that time."""
    if pinned is None or not commit:
        return None
    arrived = _arrived(pinned, commit)
    if not arrived:
        return False if pinned.line.history.complete else None
    return arrived <= at


def _arrived(pinned: Pinned | None, commit: str) -> int:
    """When the protected branch first led to the commit; 0 where it does not up to the pin, or cannot be asked."""
    position = pinned.line.entered.get(commit) if pinned and commit else None
    if pinned is None or position is None or position > pinned.last:
        return 0
    return pinned.line.times[position]


# --- tags ----------------------------------------------------------------------------------------------------------


def _from_tags(declared: Declared) -> tuple[list[Deployment], list[Problem]]:
    """Annotated tags that match the pattern. A lightweight one has neither date nor author, so it tells nothing."""
    source, pattern = declared.source, declared.pipeline.deployments.pattern
    matching = [tag for tag in source.line.history.tags.values() if fnmatchcase(tag.name, pattern)]
    bare = [name for name, _ in _undated(source, pattern)]
    environment = next(filter(declared.is_production, declared.environments), "")
    found = [
        _release(declared, environment, tag, tag.tagger)
        for tag in matching
        if tag.annotated and tag.tagger and not tag.renamed and _is_seen(source, tag, tag.tagger)
    ]
    problems = [_bare_tags(source.line.history.repo, bare)] if bare else []
    problems += [_renamed_tag(source.line.history.repo, tag) for tag in matching if tag.renamed]
    return sorted(found, key=lambda each: (each.at, each.version)), problems


def list_undated(pinned: Mapping[str, Pinned], registers: Registers) -> dict[str, tuple[tuple[str, int], ...]]:
    """Release tags that count as no deployment since they carry no date, by service; services without any left out."""
    found: dict[str, tuple[tuple[str, int], ...]] = {}
    for service in registers.isms.services.values():
        pipeline = registers.isms.pipelines.get(service.pipeline)
        if pipeline and pipeline.deployments.kind == "tags":
            sources = [pinned[repo] for repo in _sources(service, pipeline) if repo in pinned]
            bare = [tag for source in sources for tag in _undated(source, pipeline.deployments.pattern)]
            found[service.id] = tuple(sorted(bare, key=lambda tag: (tag[1], tag[0])))
    return {id_: bare for id_, bare in sorted(found.items()) if bare}


def _undated(source: Pinned, pattern: str) -> list[tuple[str, int]]:
    """Lightweight tags that match, by name, each with the time of its commit; those of later commits are left out."""
    history = source.line.history
    return sorted(
        (tag.name, history.commits[tag.commit].committer.time)
        for tag in history.tags.values()
        if (not tag.annotated or tag.tagger is None)
        and fnmatchcase(tag.name, pattern)
        and source.line.entered.get(tag.commit, 0) <= source.last
    )


def _bare_tags(repo: str, names: list[str]) -> Problem:
    shown = ", ".join(names[:3]) + (", …" if len(names) > 3 else "")
    carry, they = ("carries", "it counts") if len(names) == 1 else ("carry", "they count")
    message = (
        f"{plural(len(names), 'release tag')} {carry} no date and no author ({shown}), so {they} as no deployment; "
        f"make annotated tags with 'git tag -a'"
    )
    return warning("lightweight-release-tag", message, Source(repo))


def _renamed_tag(repo: str, tag: Tag) -> Problem:
    message = (
        f"the ref {visible(tag.name)} holds the tag that was made as {visible(tag.written)}, so it counts as no "
        f"deployment; find out who set it up under that name, and tag the release anew"
    )
    return warning("tag-under-another-name", message, Source(repo))


def _is_seen(source: Pinned, tag: Tag, tagger: Stamp) -> bool:
    """Made before the cut-off, and not on a commit that the branch reached only after the pin."""
    later = source.line.entered.get(tag.commit, 0) > source.last
    return not later and (not source.cutoff or tagger.time <= source.cutoff)


def _release(declared: Declared, environment: str, tag: Tag, tagger: Stamp) -> Deployment:
    source, registers = declared.source, declared.registers
    repo, at = source.line.history.repo, max(tagger.time, _made(source, tag.commit))
    by = registers.people.identify(tagger, at)
    registers.strangers.note(by, repo, at)
    signature = judge(tag.signature, at, registers.keys)
    own = _is_own(signature, by)
    return Deployment(
        service=declared.service.id,
        environment=environment,
        at=at,
        version=tag.name,
        commit=tag.commit,
        repo=repo,
        basis="annotated tag",
        grade=Grade.SIGNED if own else Grade.STATED,
        where=f"{repo}, tag {tag.name}",
        record=tag.object,
        by=by,
        by_pipeline=_is_pipeline(by, declared.pipeline),
        hand=None if own else next(signer_of(signature, registers), None),
        unsigned=not own and _is_unsigned(by, at, registers),
        requested_by=_requested(tag.message, at, registers),
        approvals=find_in_tag(tag.message, at, tag.name, registers.people),
        on_branch=_on_branch(source, tag.commit, at),
        arrived=_arrived(source, tag.commit),
        host=next(iter(values(trailers_of(tag.message), RELEASED_FROM)), ""),
        claimed=0 if tagger.time == at else tagger.time,
    )


def _made(source: Pinned, commit: str) -> int:
    """The earliest time at which a tag of the commit can have been made: no earlier than what the commit stands on."""
    position = source.line.reach(commit)
    return source.line.times[position] if 0 <= position <= source.last else 0


# --- contained changes ---------------------------------------------------------------------------------------------


def _with_changes(
    deployments: list[Deployment], service: Service, pinned: Mapping[str, Pinned]
) -> Iterator[Deployment]:
    """Give each deployment the changes that reach production with it first; an older commit brings none."""
    reached = Reached()
    records = [deployment.record for deployment in deployments]
    digits = digits_of(records)
    for deployment in deployments:
        part = deployment.environment if records.count(deployment.record) > 1 else ""
        source = pinned.get(deployment.repo)
        known = source is not None and deployment.commit in source.line.history.commits
        changes: tuple[str, ...] = ()
        if source and known:
            position = min(source.line.reach(deployment.commit), source.last)
            changes = _contained(source, reached.advance(deployment.repo, position), service.id)
        yield replace(deployment, changes=changes, part=part, digits=digits[deployment.record])


def _contained(source: Pinned, positions: range, service: str) -> tuple[str, ...]:
    ids = (source.line.steps[position] for position in positions)
    found = (source.by_id[id_] for id_ in ids if id_ in source.by_id)
    return tuple(change.key for change in found if service in change.services)
