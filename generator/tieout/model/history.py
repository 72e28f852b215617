"""What Git says: raw facts as read, then their meaning. Millions of them, so slotted and small.

Raw facts (`Commit` to `History`) need no register and serve all audits. Their meaning (`Identity` to `Deployment`)
is worked out once per audit, with that audit's own registers. Times are seconds since 1970, UTC.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from tieout.model.contents import RepositoryContents
from tieout.model.gittuf import RawGittuf, ReferenceLog
from tieout.model.grades import Grade
from tieout.problems import Problem

# --- raw -----------------------------------------------------------------------------------------------------------


class Stamp(NamedTuple):
    """An author, committer or tagger line: what the person's machine said."""

    name: str
    email: str
    time: int
    zone: str = "+0000"


SignatureFormat = Literal["", "ssh", "pgp", "x509", "other"]


@dataclass(frozen=True, slots=True)
class RawSignature:
    """A signature and the bytes it covers. Empty `format`: unsigned."""

    format: SignatureFormat = ""
    armour: str = ""
    payload: bytes = b""


UNSIGNED = RawSignature()


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit object, parsed strictly. `flags` names whatever is off the grammar of a commit."""

    id: str
    tree: str
    parents: tuple[str, ...]
    author: Stamp
    committer: Stamp
    message: str
    signature: RawSignature = UNSIGNED
    flags: tuple[str, ...] = ()

    @property
    def subject(self) -> str:
        return self.message.partition("\n")[0]


class PathChange(NamedTuple):
    """One changed path against the first parent (against nothing for a root commit)."""

    status: str  # A, M, D or T
    path: str
    blob: str  # id of the new blob; zeros when deleted
    mode: str = "100644"


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag. A lightweight one has no tagger and no message: `annotated` is false and `object` is the commit."""

    name: str
    object: str  # id of the tag object, or of the commit
    commit: str  # what it leads to
    annotated: bool = False
    tagger: Stamp | None = None
    message: str = ""
    signature: RawSignature = UNSIGNED
    written: str = ""  # the name that the tag object itself carries, which its signature covers

    @property
    def renamed(self) -> bool:
        """Whether it stands under another name than its maker gave it: an old tag that was set up again."""
        return bool(self.written) and self.written != self.name


TreePair = tuple[str, str]  # ids of the trees before and after
Joining = tuple[str, str, str]  # ids of a merge and of its two parents
BlobPair = tuple[str, str]  # ids of a file's blobs before and after; empty where there was, or is, no such file


class Note(NamedTuple):
    """A note as one commit of its ref left it; a later one for the same object replaces it."""

    ref: str  # refs/notes/review
    object: str  # id of what it is on, whether that is here or not
    blob: str  # empty: from then on there is no note
    data: bytes
    commit: str  # of the ref's own history, which brought it
    at: int  # when it came to the ref: times of a ref's steps never run backwards, see `entry_times`
    by: Stamp | None = None  # who committed it there; None where a merge brought it

    @property
    def where(self) -> str:
        """For a person: `refs/notes/review on c41d9e7f, commit 0aa81c52`."""
        return f"{self.ref} on {self.object[:8]}, commit {self.commit[:8]}"


class Moved(NamedTuple):
    """A ref that was somewhere when it was read before, and no longer leads there."""

    kind: Literal["branch", "line", "ref", "tag"]  # line: the branch leads there, but not along first parents
    name: str  # of the branch or tag; of another ref the whole name
    before: str
    now: str  # empty: it is gone
    lost: int  # commits that it no longer leads to
    since: int  # the oldest time that this touches; an audit that ended before is as it was


SealedState = Literal["kept", "beside", "gone", "unknown"]  # beside: it is carried by a step, and was one


class SecretMatch(NamedTuple):
    """A line that looks like a secret or like a real person's data. Never the value: `mark` tells two of them apart."""

    path: str
    line: int  # in the file as the step left it
    rule: str
    mark: str  # four digits of a hash


class SecretScan(NamedTuple):
    """What the added lines of a step look like."""

    matches: tuple[SecretMatch, ...] = ()
    unread: tuple[str, ...] = ()  # files that are too large to be looked at


@dataclass(frozen=True, slots=True)
class History:
    """One repository, as read: all commits reachable from the refs that were read, every object re-hashed."""

    repo: str
    url: str = ""
    object_format: Literal["sha1", "sha256"] = "sha1"
    branch: str = "main"
    refs: Mapping[str, str] = field(default_factory=dict)  # full ref name: id it points at (a tag object, not peeled)
    commits: Mapping[str, Commit] = field(default_factory=dict)
    paths: Mapping[str, tuple[PathChange, ...]] = field(default_factory=dict)  # by commit id
    tags: Mapping[str, Tag] = field(default_factory=dict)  # by name
    blobs: Mapping[str, bytes] = field(default_factory=dict)  # contents of the files that were asked for, by blob id
    problems: tuple[Problem, ...] = ()  # what is missing or damaged: shallow, replaced, refused by fsck
    complete: bool = True  # false: shallow, grafted or truncated; counts are then lower bounds
    digests: Mapping[str, str] = field(default_factory=dict)  # records: SHA-256 of kept answers of a forge, by blob id
    # digest of a file's patch, where blobs alone could not tell one change from another; empty: none can be had
    patches: Mapping[BlobPair, str] = field(default_factory=dict)
    # tree that git makes of the parents of a merge, where blobs alone could not tell; empty: they conflict
    joins: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, tuple[Note, ...]] = field(default_factory=dict)  # all versions by object, the oldest first
    gittuf: RawGittuf | None = None  # None: the repository has no refs of gittuf
    moved: tuple[Moved, ...] = ()  # what was read before and has gone since, or is elsewhere
    secret_scans: Mapping[str, SecretScan] = field(default_factory=dict)  # of steps whose added lines were looked at


@dataclass(frozen=True, slots=True)
class Pin:
    """The state of one repository that an audit speaks about."""

    repo: str
    branch: str
    commit: str  # empty: nothing yet at the cut-off
    tree: str
    time: int  # committer time of that commit
    count: int  # commits on the first-parent line up to it
    tags: int  # tags that lead to a commit reachable from it
    passed_over: tuple[str, ...] = ()  # commits whose date is a clock error
    uncommitted: bool = False  # a working tree read as if it were a commit
    refs: str = ""  # SHA-256 over the names and ids of its tags and proposals that the cut-off sees
    cutoff: int = 0  # last second the pin speaks about; 0 where it is not known (tags made later are then not cut off)


# --- meaning -------------------------------------------------------------------------------------------------------


class Identity(NamedTuple):
    """Who, as far as the register tells. `person` is empty for an unknown address."""

    person: str  # id in the people register
    name: str  # as Git has it
    email: str
    robot: bool = False

    @property
    def known(self) -> bool:
        return bool(self.person)

    @property
    def key(self) -> str:
        """What identities are compared by: the person, else the address."""
        return self.person or self.email.casefold()


SignatureState = Literal["none", "good", "unknown-key", "out-of-date", "bad", "unverifiable", "unreadable"]


@dataclass(frozen=True, slots=True)
class Signature:
    """The verdict on a signature, by the keys of the register and their days."""

    state: SignatureState = "none"
    format: SignatureFormat = ""
    signer: str = ""  # person id, when good or out of date
    key: str = ""  # id in the keys register
    fingerprint: str = ""  # SHA256:… of an SSH key, hexadecimal of an OpenPGP key (or its id) or X.509 certificate
    claim: str = ""  # what an X.509 certificate says of its holder and issuer, which nothing here verifies


@dataclass(frozen=True, slots=True)
class Approval:
    """One approval as found, before anybody judges it."""

    by: Identity
    at: int
    grade: Grade
    covers: Literal["final", "earlier", "unspecified"]
    basis: Literal["trailer", "merge message", "merger", "review record", "signature", "tag", "gittuf", "review note"]
    where: str  # for a person: "review record forge-records:reviews/odds-engine/2026-06.jsonl:14"
    commit: str = ""  # revision the approval names
    after_the_fact: bool = False  # recorded after the change had been merged (a retrospective review)
    # why it is none, by the register's days: the approver had not come yet, or had left; unknown: the day is not known
    absence: Literal["", "early", "left", "unknown"] = ""


@dataclass(frozen=True, slots=True)
class StepResult:
    """The result of a pipeline step for a change: from an exported review record, or from a file the step left."""

    name: str
    result: Literal["passed", "failed", "skipped", "unknown", "ran"]  # ran: whether it passed is not said
    at: int
    commit: str
    grade: Grade = Grade.STATED  # recorded: declared robots alone committed it; else stated
    where: str = ""  # for a person: "evidence:runs/2026-06.jsonl:14"; empty: the change's review record
    counts: tuple[tuple[str, int], ...] = ()  # (tests, 120), (failures, 1), (error findings, 2), (lines covered, 90)
    kept: bool = False  # nothing says when it ran: `at` is when the file was committed, so it ran no later
    run: str = ""  # id of the run, where a run record tells


Severity = Literal["critical", "high", "medium", "low"]


class ScanFinding(NamedTuple):
    """One finding of a tool: enough to know it again in a later report, and nothing of what was found."""

    tool: str
    rule: str
    place: str  # the tool's own fingerprint; else path and line
    severity: Severity
    suppressed: bool = False

    @property
    def key(self) -> str:
        return f"{self.tool}:{self.rule}:{self.place}"


class FileCoverage(NamedTuple):
    """How many lines of one file tests run through, as a report tells."""

    path: str  # from the top of its repository; empty where the report's own name is that of no file, or of several
    covered: int
    lines: int


@dataclass(frozen=True, slots=True)
class Scan:
    """A report of findings or of coverage about one commit."""

    repo: str
    commit: str
    at: int
    where: str  # for a person: "evidence:results/4711/scan.sarif"
    tools: tuple[str, ...] = ()  # that looked for findings; empty for a report of coverage
    findings: tuple[ScanFinding, ...] = ()
    coverage: tuple[FileCoverage, ...] = ()


class SourceControl(NamedTuple):
    """What a note says the forge enforced when a commit came: of settings, never of a person. No signature is verified."""

    name: str  # as the note has it: REVIEW_ENFORCED, SLSA_SOURCE_LEVEL_3
    since: int  # seconds; 0 where the note does not tell
    where: str


ChangeKind = Literal["merge", "squash", "rebase", "direct", "root"]
# What vouches for a proposal beside the message: a record of the step, the proposal's ref, the forge as its committer.
ProposalBasis = Literal["", "record", "ref", "forge"]
# How it is known who wrote a change: its own commits say it, those of its proposal do, a forge's export names them all;
# message: only an author line and trailers, which nobody has to write.
Authorship = Literal["commits", "proposal", "record", "message"]


class Backlink(NamedTuple):
    """A change's claim that it takes back, or repeats, another commit."""

    claimed: str  # as the message has it
    commit: str = ""  # in full, where the history has it; else the claim is all there is
    change: str = ""  # key of the change that brought that commit to the branch, when one did
    shown: bool = False  # the files bear it out; else the message alone says so


@dataclass(frozen=True, slots=True)
class Change:
    """One step on the first-parent line of a protected branch."""

    repo: str
    id: str  # the commit on the first-parent line
    kind: ChangeKind
    time: int  # when it entered the branch, see `entry_times`
    subject: str  # the title of what was proposed, without the forge's frame
    body: str
    commits: tuple[str, ...]  # carried commits, oldest first; the step itself when it carries none
    authors: tuple[
        Identity, ...
    ]  # every author and co-author of what is carried, restored from a squash where possible
    merger: Identity
    first_commit_time: int  # committer time of the oldest carried commit
    reference: str = ""  # the forge's: #412 or !88
    change_references: tuple[str, ...] = ()  # ticket ids found in subject, body or carried messages
    branch: str = ""  # the merged branch, as the merge message names it
    # squash compared with its proposal's ref; cannot-tell: the branch had changed the same files in between
    restored: Literal["", "same", "different", "no-ref", "cannot-tell"] = ""
    # files of a merge that neither side had; cannot-tell: both sides had changed the same files, so git joined them
    merge_adds: Literal["", "made", "cannot-tell"] = ""
    paths: tuple[PathChange, ...] = ()
    services: tuple[str, ...] = ()
    high_risk_paths: tuple[str, ...] = ()  # changed paths that a service calls high-risk
    criteria: tuple[str, ...] = ()  # criteria that make it high-risk
    control_plane: bool = False  # touches CI files, code owners or registers
    automated: bool = False  # every author is a declared robot, and no person committed or signed its content
    # how a robot is known to have made a step that no proposal vouches for; missing: unsigned, though it has a key
    robot_basis: Literal["", "signature", "address", "missing"] = ""
    emergency: str = ""  # the mark that makes it one; empty when it is none
    approvals: tuple[Approval, ...] = ()
    signature: Signature = Signature()
    signatures: tuple[tuple[str, Signature], ...] = ()  # (commit, verdict) of the step and of each carried commit
    results: tuple[StepResult, ...] = ()
    code_owners: tuple[str, ...] = ()  # persons (ids) or unknown owners of the changed paths at that commit
    # of `code_owners`, those who own none of the paths that make it high-risk: their word does not count for these
    owners_beside: tuple[str, ...] = ()
    order: int = 0  # position on the first-parent line, from 0
    digits: int = 8  # of the id in `short`; more where two changes of the repository share them
    claimed: int = 0  # what the committer's clock said, where `time` is another
    proposal: ProposalBasis = ""  # empty: nothing but the message tells of one, or there is none
    authorship: Authorship = "commits"
    hidden_authors: tuple[
        Identity, ...
    ] = ()  # people who wrote what was proposed, and whom no commit of the step names
    proposed: tuple[str, ...] = ()  # commits of a squash's proposal, parents before children, as its ref has them
    reverts: tuple[Backlink, ...] = ()
    reverted_by: tuple[str, ...] = ()  # keys of later changes that say they revert it, as far as the pin sees
    picked_from: tuple[Backlink, ...] = ()
    head: str = (
        ""  # last commit of its proposal, where a squash was seen to bring that unchanged and results speak of it
    )
    cut: bool = False  # the copy that was read ends within it: a commit that it carries stands on one that is not there
    source_controls: tuple[SourceControl, ...] = ()  # what the forge is said to have enforced for it, by name

    def __hash__(self) -> int:
        """By what names it: the checks ask the same of a change one after the other, and keep the answer meanwhile."""
        return hash((self.repo, self.id))

    @property
    def short(self) -> str:
        return self.id[: self.digits]

    @property
    def key(self) -> str:
        """Names the change across repositories: `odds-engine/c41d9e7f`."""
        return f"{self.repo}/{self.short}"


@dataclass(frozen=True, slots=True)
class Job:
    name: str
    stage: str = ""
    may_fail: bool = False
    conditional: bool = False  # it runs for some changes only
    title: str = ""  # what it is shown as, where that is not its name
    beside: str = ""  # no change starts it: "on a schedule", "by hand"


@dataclass(frozen=True, slots=True)
class PipelineVersion:
    """The CI configuration of a repository from one change on, until the next version."""

    repo: str
    since: str  # commit
    time: int
    path: str
    format: str
    jobs: tuple[Job, ...]
    readable: bool = True  # false: a format or a construct we do not read; steps are then unknown
    why: str = ""  # it is not readable


# conditional: it is there, and runs for some changes; beside: a job has it, and no change starts that job
StepState = Literal["present", "conditional", "may fail", "beside", "missing", "unknown"]


@dataclass(frozen=True, slots=True)
class StepSpan:
    """A stretch of time in which a required step of a service stood in one way, in one repository."""

    service: str
    repo: str
    step: str
    state: StepState
    since: int
    until: int = 0  # when the next stretch began; 0: it lasts at the pin
    changes: int = 0  # that entered the branch in it, the one that began it among them
    came: str = ""  # key of the change with which it began; empty before any
    left: str = ""  # key of the change with which the next one began
    why: str = ""


# Empty: the source tells no result, as a wish for a version or a release tag.
DeploymentResult = Literal["", "succeeded", "failed", "rolled-back", "in-progress", "unknown"]


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A deployment that one declared source tells and the other does not."""

    environment: str
    at: int
    version: str
    commit: str
    where: str  # in the source that tells it
    found_in: str  # the source that tells it
    missing_in: str


class TagElsewhere(NamedTuple):
    """The tag of a deployed version, where it leads to another commit than the one that was deployed."""

    name: str
    commit: str
    at: int = 0  # when it was made; 0 where it carries no date
    by: Identity | None = None  # who made it


@dataclass(frozen=True, slots=True)
class Deployment:
    """One production deployment, as the declared source tells it."""

    service: str
    environment: str
    at: int
    version: str
    commit: str  # deployed commit of the service's repository; empty when it cannot be told
    repo: str  # repository of the service
    basis: Literal["environments repository", "annotated tag", "deployment record", "release branch"]
    grade: Grade
    where: str  # repository and commit, repository and tag, or repository, file and line
    record: str  # id of the commit or of the tag object; of a deployment record the digest of what names it
    by: Identity
    by_pipeline: bool  # the deployer is an identity of the service's pipeline
    requested_by: Identity | None = None  # the person who triggered the pipeline
    approvals: tuple[Approval, ...] = ()
    changes: tuple[str, ...] = ()  # keys of the changes that first reach production with it, oldest first
    on_branch: bool | None = None  # the deployed commit lies on the protected branch; None: cannot tell
    earlier: tuple[tuple[str, int], ...] = ()  # (environment, time) in which the same version was before
    host: str = ""  # where the record says it was released from, when it says
    part: str = ""  # the environment, where one record deploys the service to several
    hand: Identity | None = None  # who else signed or committed the record, under the deployer's name
    unsigned: bool = False  # the deployer is a robot that has a key, and the record is without its signature
    arrived: int = 0  # time at which the deployed commit came to the protected branch; 0: not, as far as was read
    claimed: int = 0  # what the record's own clock said, where `at` is another
    digits: int = 8  # of the record's id in `key`; more where two deployments of the service share them
    result: DeploymentResult = ""
    absent: bool = False  # the deployed commit is told, and is in no history that was read
    # a deployment record only:
    id: str = ""  # the source's own
    rollback_of: str = ""  # the source's own id of the deployment that it takes back
    ended: int = 0  # when it was rolled back, where a line of its own tells that
    artefact: str = ""  # digest of what was deployed
    run: str = ""  # id or address of the pipeline's run
    strategy: str = ""
    tag: TagElsewhere | None = None  # the version's tag, where it is not on the deployed commit
    # against what production had reached before: the same step once more, or an older one; empty: a newer one, or untold
    moved: Literal["", "again", "back"] = ""

    @property
    def key(self) -> str:
        return f"{self.service}/{self.record[: self.digits]}" + (f"-{self.part}" if self.part else "")

    @property
    def reached(self) -> bool:
        """Whether its commit may have come to the environment: not where it failed, or was not at its end."""
        return self.result not in {"failed", "in-progress"}


@dataclass(frozen=True, slots=True)
class ReleaseTag:
    """A tag that the operator calls a release."""

    repo: str
    name: str
    commit: str
    at: int  # when it was made; of a lightweight one the time of its commit
    annotated: bool
    by: Identity | None = None  # who made it; None where it does not say
    signature: Signature = Signature()
    written: str = ""  # the name that the tag object itself carries


@dataclass(frozen=True, slots=True)
class UnknownIdentity:
    """An address that no person of the register has."""

    email: str
    names: tuple[str, ...]
    repos: tuple[str, ...]
    commits: int
    last: int = 0  # time at which the branch last took something under it; 0 where it is not known
    mailmap: tuple[tuple[str, str], ...] = ()  # (repository, who its own .mailmap says this is): a claim, never used


class Lookalike(NamedTuple):
    """A name that is not what it seems, and whose it seems to be; `other` is empty where the name alone is odd."""

    name: str
    email: str
    repo: str
    other: str
    other_email: str
    how: str  # in words


class Oddity(NamedTuple):
    """Commits of a branch that are odd in one way."""

    repo: str
    kind: str
    commits: int
    newest: tuple[str, ...]  # ids of the newest of them on the branch


@dataclass(frozen=True, slots=True)
class Facts:
    """All meaning for one audit: changes of the whole history up to the pins, oldest first by (time, repo, order)."""

    pins: Mapping[str, Pin] = field(default_factory=dict)
    changes: Mapping[str, Change] = field(
        default_factory=dict
    )  # by key; of service, environments and template repositories
    isms_changes: tuple[Change, ...] = ()  # of the ISMS itself, oldest first
    deployments: Mapping[str, Deployment] = field(default_factory=dict)  # by key, oldest first
    pipelines: Mapping[str, tuple[PipelineVersion, ...]] = field(default_factory=dict)  # by repository, oldest first
    unknown: tuple[UnknownIdentity, ...] = ()
    lookalikes: tuple[Lookalike, ...] = ()
    oddities: tuple[Oddity, ...] = ()  # by repository and kind
    histories_incomplete: tuple[str, ...] = ()  # repositories whose counts are lower bounds
    missing: Mapping[str, str] = field(default_factory=dict)  # linked repositories that could not be read, and why
    counts: Mapping[str, int] = field(default_factory=dict)  # commits reachable from the pin, by repository
    # release tags that nobody dated, by service: their names and the times of their commits, oldest first
    undated: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    # release tags, by service whose pipeline or whose setting says which tags are releases; oldest first
    releases: Mapping[str, tuple[ReleaseTag, ...]] = field(default_factory=dict)
    gittuf: Mapping[str, ReferenceLog] = field(default_factory=dict)  # by repository that has a reference state log
    # environments other than production that a service's deployment records tell of
    told_environments: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    # deployments that one source tells and the other does not, oldest first; by service whose pipeline declares two
    unmatched: Mapping[str, tuple[Unmatched, ...]] = field(default_factory=dict)
    # services whose declared release branch has no steps of its own, or is not there, and why
    unreleased: Mapping[str, str] = field(default_factory=dict)
    moved: Mapping[str, tuple[Moved, ...]] = field(default_factory=dict)  # by repository in which something moved
    # where the commits stand that earlier audits sealed, by id of the audit record and of the repository
    sealed: Mapping[tuple[str, str], SealedState] = field(default_factory=dict)
    secret_scans: Mapping[str, SecretScan] = field(
        default_factory=dict
    )  # by key of the change whose lines were looked at
    # by repository of which something is asked: what stands in it at the pin
    contents: Mapping[str, RepositoryContents] = field(default_factory=dict)
    # review records of commits that no history has, by repository: where each stands, and when it says it was merged
    lost_reviews: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    scans: tuple[Scan, ...] = ()  # reports of findings and coverage up to the pins, oldest first
    spans: tuple[StepSpan, ...] = ()  # of required steps, by service, repository and step in their order, oldest first


def first_parent_line(history: History, commit: str) -> tuple[str, ...]:
    """From the oldest commit to `commit` along first parents; ends early where history is cut off."""
    line: list[str] = []
    while commit in history.commits:
        line.append(commit)
        parents = history.commits[commit].parents
        commit = parents[0] if parents else ""
    return tuple(reversed(line))


def ancestors(history: History, commit: str) -> frozenset[str]:
    """Every commit that `commit` reaches, with itself."""
    seen: set[str] = set()
    open_ends = [commit]
    while open_ends:
        found = open_ends.pop()
        if found in seen or found not in history.commits:
            continue
        seen.add(found)
        open_ends.extend(history.commits[found].parents)
    return frozenset(seen)


FOLLOWERS = 20  # commits that prove an earlier date wrong


def clock_errors(times: Sequence[int]) -> frozenset[int]:
    """Positions dated after each of the twenty that follow; a follower that is an error itself does not count.

    Where fewer follow, nobody can tell, and the date is believed.
    """
    wrong: set[int] = set()
    following: list[int] = []  # times of the next twenty that are right, nearest last
    for index in range(len(times) - 1, -1, -1):
        if len(following) == FOLLOWERS and times[index] > max(following):
            wrong.add(index)
            continue
        following = [*following[-(FOLLOWERS - 1) :], times[index]]
    return frozenset(wrong)


def entry_times(times: Sequence[int]) -> tuple[int, ...]:
    """When each step of a first-parent line entered it, from the committer times of the steps, oldest first.

    Nobody can leave every period by a false date: a step enters no earlier than the one below it, and one whose date
    is a clock error enters with the one below it (the first ones with the next that is right).
    """
    wrong = clock_errors(times)
    now = next((time for index, time in enumerate(times) if index not in wrong), 0)
    found: list[int] = []
    for index, time in enumerate(times):
        now = now if index in wrong else max(now, time)
        found.append(now)
    return tuple(found)
