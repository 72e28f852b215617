"""What gittuf keeps in a repository, as read, and what became of it for one audit.

`refs/gittuf/reference-state-log` is a chain of commits, one a move of a ref; `refs/gittuf/policy` and
`refs/gittuf/attestations` are ordinary branches of files, whose states the log names. Times are UTC seconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from tieout.problems import Problem

if TYPE_CHECKING:
    from tieout.model.history import Commit, Identity, PathChange

LOG = "refs/gittuf/reference-state-log"
POLICY = "refs/gittuf/policy"
ATTESTATIONS = "refs/gittuf/attestations"
REFS = (LOG, POLICY, ATTESTATIONS)  # the policy's staging area is nobody's word yet

# --- raw -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RawGittuf:
    """The three refs as read, every object re-hashed; without commits where one is not there."""

    log: tuple["Commit", ...] = ()  # first parents, oldest first
    policy: tuple["Commit", ...] = ()
    attestations: tuple["Commit", ...] = ()
    paths: Mapping[str, tuple["PathChange", ...]] = field(default_factory=dict)  # by commit, against its first parent
    blobs: Mapping[str, bytes] = field(default_factory=dict)  # metadata, authorisations and approvals, by id
    problems: tuple[Problem, ...] = ()


# --- meaning -------------------------------------------------------------------------------------------------------

# Whether signatures bear something out. Cannot tell: they are of a kind that is not verified offline.
Verdict = Literal["yes", "no", "cannot tell"]


class Endorsement(NamedTuple):
    """One person's word for one move of a ref, whose signature was looked at."""

    kind: Literal["authorisation", "approval", "entry"]  # own signature; told by a forge's app; signature of the log
    by: "Identity"
    at: int  # committer time of the attestation, or of the log's entry
    verified: Verdict  # by the keys of the policy that was in force
    registered: bool  # the key, or the app's, was the person's (or a robot's) by the register on that day
    key: str  # fingerprint or id of the key; of an app its key's
    where: str  # ref, object and path
    late: bool = False  # recorded after the move
    counted: bool = False  # by a principal of a rule for the branch, or one who signed the entry under it


@dataclass(frozen=True, slots=True)
class Move:
    """One entry of the log for the protected branch, judged by the policy that was in force."""

    entry: str  # commit id
    number: int  # 0: the log was not numbered then
    at: int
    target: str
    tree: str  # of the target; empty where the target is not in history
    first: int  # positions on the branch that it covers; -1: none
    last: int
    skipped: bool  # an annotation says that it is not to be counted
    verdict: Verdict | Literal["not protected"]  # whether the rules of the policy were met
    why: str
    process: bool  # a threshold of two persons or more, by keys of their own, under a pinned root
    vouched: bool = False  # the policy that was in force is pinned, and signed as it has to be
    endorsements: tuple[Endorsement, ...] = ()


@dataclass(frozen=True, slots=True)
class ReferenceLog:
    """What the reference state log of one repository says about its protected branch, up to a pin."""

    repo: str
    since: int = 0  # when it first speaks of the branch; changes before are not judged by it; 0: never
    moves: tuple[Move, ...] = ()  # of the protected branch, oldest first
    pinned: bool = False  # the first root of the policy is signed by keys that tieout.yml names
    policy: Verdict = "cannot tell"  # whether each policy is signed as the one before it demands
    why: str = ""  # why not, in words
    tip_recorded: bool = False  # some entry names the branch's newest commit
    sound: bool = True  # the chain and its numbers are whole

    def covering(self, first: int, last: int) -> tuple[Move, ...]:
        """The moves that cover the whole of a run of positions, oldest first: several where the branch had gone back."""
        return tuple(move for move in self.moves if 0 <= move.first <= first and last <= move.last)
