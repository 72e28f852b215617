"""What an answer tells, whichever forge sent it. Times are seconds since 1970, UTC; 0 and empty: not told."""

from dataclasses import dataclass
from typing import Literal, NamedTuple

State = Literal["approved", "dismissed", "changes_requested"]
Result = Literal["passed", "failed", "skipped", "unknown"]
Outcome = Literal["succeeded", "failed", "in-progress", "unknown"]


class Kept(NamedTuple):
    """The answer that a fact was read from."""

    digest: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Proposal:
    """A pull request or a merge request."""

    forge: Literal["GitHub", "GitLab"]
    number: int
    raw: Kept
    title: str = ""
    opened: int = 0
    opener: str = ""  # @login
    base: str = ""  # the branch that it was for
    head: str = ""
    merged: int = 0
    merger: str = ""
    change: str = ""  # the commit on the branch
    commits: int = -1  # how many there are; -1: not told
    id: int = 0  # GitLab's own, by which versions name it

    @property
    def reference(self) -> str:
        return f"#{self.number}" if self.forge == "GitHub" else f"!{self.number}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One review with a verdict."""

    number: int
    by: str
    at: int
    state: State
    raw: Kept
    commit: str = ""
    told_by: Literal["review", "note", "approval"] = "review"


@dataclass(frozen=True, slots=True)
class Written:
    """One commit of a proposal."""

    id: str
    by: tuple[str, ...]  # addresses and logins of authors and co-authors; empty: nobody is named
    raw: Kept
    file: str
    number: int = 0  # of its proposal, where the answer tells


@dataclass(frozen=True, slots=True)
class Checked:
    """One result of a check, a status or a job."""

    name: str
    result: Result
    at: int
    commit: str
    raw: Kept
    number: int = 0  # of its proposal, where the answer tells


@dataclass(frozen=True, slots=True)
class Version:
    """One state of a merge request: what its head was from a time on."""

    proposal: int  # GitLab's own id
    head: str
    at: int
    raw: Kept


@dataclass(frozen=True, slots=True)
class Deployed:
    """One deployment."""

    id: str
    environment: str
    commit: str
    created: int
    raw: Kept
    by: str = ""
    outcome: Outcome = "unknown"
    at: int = 0  # of the outcome
    version: str = ""
    run: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """One status of a GitHub deployment."""

    deployment: str
    state: str
    at: int
    raw: Kept
    run: str = ""


# What is left out for one reason is counted together, whichever reader left it.
CHECK_UNTOLD = "checks that do not tell their name, time or commit"
COMMIT_UNTOLD = "commits without an id"
DEPLOYMENT_UNTOLD = "deployments that do not tell their id, commit or time"

Fact = Proposal | Verdict | Written | Checked | Version | Deployed | Progress


@dataclass(frozen=True, slots=True)
class Told:
    """What one object of an answer is and tells."""

    kind: str  # as the count of what was read names it: pull request
    origin: str = ""  # the repository that it speaks of, where it says
    facts: tuple[Fact, ...] = ()
    left: str = ""  # why it, or a part of it, becomes no record
    incomplete: tuple[int, ...] = ()  # proposals whose commits are told in part only
