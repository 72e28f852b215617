"""What every source of deployments needs: the service with its pinned repositories, who deployed, what was deployed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tieout.history.line import Line, complete_id
from tieout.history.makers import signer_of
from tieout.history.messages import parse_named, trailers_of, values
from tieout.history.registers import Registers
from tieout.history.signatures import has_key, judge
from tieout.model.grades import Grade
from tieout.model.history import Change, Commit, History, Identity, Signature
from tieout.model.records import DeploymentSource, Pipeline, SecondSource, Service

REQUESTED, RELEASED_FROM = "requested-by", "released-from"


@dataclass(frozen=True, slots=True)
class Pinned:
    """A line, how far the audit sees it, and its changes by commit of the line."""

    line: Line
    last: int
    changes: tuple[Change, ...]
    by_id: Mapping[str, Change]
    cutoff: int = 0

    @property
    def history(self) -> History:
        return self.line.history


@dataclass(frozen=True, slots=True)
class Deployer:
    """Who deployed as the record tells it, and how well that is known."""

    by: Identity
    grade: Grade
    hand: Identity | None = None
    unsigned: bool = False


@dataclass(frozen=True, slots=True)
class Declared:
    """A service, its pipeline, and one repository in which the pipeline says its deployments are told."""

    service: Service
    pipeline: Pipeline
    told_by: DeploymentSource | SecondSource
    source: Pinned
    pinned: Mapping[str, Pinned]
    registers: Registers

    @property
    def repos(self) -> tuple[str, ...]:
        return repos_of(self.service)

    @property
    def environments(self) -> tuple[str, ...]:
        return self.service.environments or tuple(self.registers.isms.environments)

    def is_production(self, environment: str) -> bool:
        known = self.registers.isms.environments.get(environment)
        return known is not None and known.kind == "production"

    @property
    def production(self) -> str:
        """The first production environment, for sources that name none; empty where the service has none."""
        return next(filter(self.is_production, self.environments), "")


def repos_of(service: Service) -> tuple[str, ...]:
    """The repositories of the service itself, each once."""
    return tuple(dict.fromkeys(linked.repo for linked in service.repos))


# --- who -----------------------------------------------------------------------------------------------------------


def find_deployer(repo: str, commit: Commit, at: int, change: Change | None, registers: Registers) -> Deployer:
    """The deployer and what shows it: the own good signature; else a robot where only robots push; else two identities;
    else one that says so.

    Another hand that made the record (not one that merged what a proposal brought) leaves it a mere statement.
    """
    by = registers.people.identify(commit.author, at)
    signature = judge(commit.signature, at, registers.keys)
    if is_own(signature, by):
        return Deployer(by, Grade.SIGNED)
    committer = registers.people.identify(commit.committer, at)
    hands = [*signer_of(signature, registers), *(() if committer.robot else (committer,))]
    makers = {author.key for author in change.authors} if change else {who.key for who in hands}
    hand = next((who for who in hands if who.key != by.key and who.key in makers), None)
    if by.robot and committer.robot and hand is None and is_vouched(repo, by, at, registers):
        return Deployer(by, Grade.RECORDED)
    grade = Grade.TWO_NAMES if hand is None and committer.key != by.key else Grade.STATED
    return Deployer(by, grade, hand, is_unsigned(by, at, registers))


def is_vouched(repo: str, by: Identity, at: int, registers: Registers) -> bool:
    """Whether a robot without a key is believed by its address, since by the operator's word nobody else may push there."""
    return by.robot and repo in registers.writers.guarded and not has_key(registers.keys, by.person, at)


def is_unsigned(by: Identity, at: int, registers: Registers) -> bool:
    return by.robot and has_key(registers.keys, by.person, at)


def is_own(signature: Signature, by: Identity) -> bool:
    return signature.state == "good" and by.known and signature.signer == by.person


def is_pipeline(by: Identity, pipeline: Pipeline) -> bool:
    identities = {identity.casefold() for identity in pipeline.identities}
    return by.email.casefold() in identities or (by.known and by.person.casefold() in identities)


def requested(message: str, at: int, registers: Registers) -> Identity | None:
    """Who triggered the pipeline, as its last `Requested-by` trailer states."""
    stated = values(trailers_of(message), REQUESTED)
    if not stated:
        return None
    named = parse_named(stated[-1])
    return registers.people.find(named.name, named.email, at, named=True)


def released_from(message: str) -> str:
    return next(iter(values(trailers_of(message), RELEASED_FROM)), "")


# --- what ----------------------------------------------------------------------------------------------------------


def resolve(declared: Declared, version: str, commit: str) -> tuple[str, str]:
    """Repository and full id of what was deployed: by the record's commit, else by a tag of the version's name."""
    for pinned in _own(declared):
        history = pinned.history
        names = (version, f"v{version}") if version else ()
        tagged = next((history.tags[name].commit for name in names if _is_named(history, name)), "")
        found = complete_id(history, commit.casefold()) if commit else tagged
        if found in history.commits:
            return history.repo, found
    return next(iter(declared.repos), ""), commit


def is_absent(declared: Declared, commit: str) -> bool:
    """Whether the commit is told and in no repository of the service, all of which were read whole."""
    if not commit or any(repo not in declared.pinned for repo in declared.repos):
        return False
    return all(own.history.complete and commit not in own.history.commits for own in _own(declared))


def _own(declared: Declared) -> Iterator[Pinned]:
    return (declared.pinned[repo] for repo in declared.repos if repo in declared.pinned)


def _is_named(history: History, name: str) -> bool:
    """Whether there is a tag of that name, and not an older one that was put there under another."""
    return name in history.tags and not history.tags[name].renamed


def on_branch(pinned: Pinned | None, commit: str, at: int) -> bool | None:
    """Whether the protected branch led to the commit at that time."""
    if pinned is None or not commit:
        return None
    came = arrived(pinned, commit)
    if not came:
        return False if pinned.history.complete else None
    return came <= at


def arrived(pinned: Pinned | None, commit: str) -> int:
    """When the protected branch first led to the commit; 0 where it does not up to the pin, or cannot be asked."""
    position = pinned.line.entered.get(commit) if pinned and commit else None
    if pinned is None or position is None or position > pinned.last:
        return 0
    return pinned.line.times[position]


def made(source: Pinned | None, commit: str) -> int:
    """The earliest time at which anything can speak of the commit: no earlier than what the commit stands on."""
    if source is None or commit not in source.history.commits:
        return 0
    position = source.line.reach(commit)
    return source.line.times[position] if 0 <= position <= source.last else 0
