"""A repository's gittuf refs, its branch and one audit's registers -> `ReferenceLog`: every move of the branch, judged.

An entry covers the steps between the target of the entry before it and its own, both on the branch. The first entry
for the branch covers none: it records what was there when gittuf was taken up. Tried on gittuf/gittuf.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from tieout.history.gittuf.attestations import Attested, Binding, index_attestations
from tieout.history.gittuf.endorsements import Known, endorse
from tieout.history.gittuf.entries import Entry, Log, parse_log
from tieout.history.gittuf.findings import Faults, find_problems
from tieout.history.gittuf.policies import NONE, Policy, derive_policies
from tieout.history.gittuf.rules import Case, Word, judge_apps, judge_rules
from tieout.history.line import Line
from tieout.model.gittuf import ATTESTATIONS, Move, RawGittuf, ReferenceLog
from tieout.problems import Problem


class Asked(NamedTuple):
    """What is judged: the line with its pinned position, and when the audit's time ends (0: never)."""

    line: Line
    last: int
    cutoff: int
    root_keys: tuple[str, ...] = ()  # fingerprints that tieout.yml names


@dataclass(frozen=True, slots=True)
class Place:
    """One entry for the branch, and what was in force when it was made."""

    entry: Entry
    order: int  # in the log
    before: Entry | None  # the one before it for the branch
    standing: Entry | None  # the newest one before it that no annotation skips
    policy: Policy
    attested: int  # place on the attestations' line that the log had named by then; -1: none


def judge_log(raw: RawGittuf, asked: Asked, known: Known) -> tuple[ReferenceLog, tuple[Problem, ...]]:
    """The log as of the cut-off. Later entries are looked at only to tell whether the branch's tip was ever recorded."""
    history = asked.line.history
    log = parse_log(raw.log, asked.cutoff)
    attested = index_attestations(raw)
    ref = _full(history.branch)
    policies = derive_policies(raw, log.entries, asked.root_keys)
    places = _places(log, ref, policies, attested)
    newest = max(
        (attested.place.get(entry.target, -1) for entry in log.entries if entry.ref == ATTESTATIONS), default=-1
    )
    judged = [_judge(place, asked, log, (attested, newest), known) for place in places]
    policy = policies[-1][1] if policies else NONE
    moves = tuple(move for move, _ in judged)
    found = ReferenceLog(
        repo=history.repo,
        since=moves[0].at if moves else 0,
        moves=moves,
        pinned=policy.pinned,
        policy=policy.trusted,
        why=policy.why,
        tip_recorded=_is_recorded(raw, asked, ref),
        sound=not log.faults,
    )
    faults = tuple(fault for _, each in judged for fault in each)
    unread = tuple(dict.fromkeys(each.why for _, each in policies if each.state is None))
    return found, find_problems(found, asked.line, asked.last, Faults(log.faults, faults, unread))


def _full(branch: str) -> str:
    return branch if branch.startswith("refs/") else f"refs/heads/{branch}"


def _places(log: Log, ref: str, policies: list[tuple[int, Policy]], attested: Attested) -> Iterator[Place]:
    skipped = log.skipped
    before = standing = None
    attested_to, policy = -1, NONE
    following = dict(policies)
    for order, entry in enumerate(log.entries):
        policy = following.get(order, policy)
        if entry.ref == ATTESTATIONS:
            attested_to = attested.place.get(entry.target, -1)
        if entry.ref == ref:
            yield Place(entry, order, before, standing, policy, attested_to)
            before, standing = entry, standing if entry.id in skipped else entry


def _is_recorded(raw: RawGittuf, asked: Asked, ref: str) -> bool:
    """Whether the newest entry that stands, of whatever day, is at the pinned commit or has passed it."""
    log = parse_log(raw.log, 0)
    skipped = log.skipped
    last = next((entry for entry in reversed(log.entries) if entry.ref == ref and entry.id not in skipped), None)
    return last is not None and asked.line.position.get(last.target, -1) >= asked.last >= 0


def _judge(
    place: Place, asked: Asked, log: Log, attestations: tuple[Attested, int], known: Known
) -> tuple[Move, tuple[str, ...]]:
    """One move, and what is wrong with the attestations that lie under it."""
    attested, newest = attestations
    entry, line = place.entry, asked.line
    target = line.history.commits.get(entry.target)
    before = place.before.target if place.before else "0" * len(entry.target)
    binding = Binding(entry.ref, before, target.tree if target else "")
    then = _attested(attested, binding, place.attested, place.policy) if target else Word()
    later = _attested(attested, binding, newest, place.policy) if target else Word()
    state, why = place.policy.state, place.policy.why
    case = Case(entry.ref, entry.commit, *then, _is_forward(line, place))
    at = max(entry.at, _entered(line, place))
    outcome = judge_rules(case, state, why, known.owner_at(at))
    if target is None and outcome.verdict == "no":  # what lies under its tree cannot be looked up
        outcome = outcome._replace(verdict="cannot tell", why="the commit that it names is not in the history")
    skipped = entry.id in log.skipped
    first, last = _covered(line, place)
    endorsements, faults = endorse(case, later, state, outcome, known.with_time(at))
    move = Move(
        entry=entry.id,
        number=entry.number,
        at=entry.at,
        target=entry.target,
        tree=binding.tree,
        first=first,
        last=last,
        skipped=skipped,
        verdict=outcome.verdict,
        why=outcome.why,
        process=_is_vouched(place) and outcome.process and place.order < log.sound and not skipped,
        vouched=_is_vouched(place),
        endorsements=endorsements,
    )
    return move, tuple(f"{fault} (entry {entry.number or entry.id[:8]})" for fault in faults)


def _entered(line: Line, place: Place) -> int:
    """When the branch had what the entry names: a log that was made up afterwards claims any day, as one of an old key."""
    position = line.position.get(place.entry.target)
    return 0 if position is None else line.times[position]


def _is_vouched(place: Place) -> bool:
    return place.policy.pinned and place.policy.trusted == "yes"


def _attested(attested: Attested, binding: Binding, last: int, policy: Policy) -> Word:
    if last < 0:
        return Word()
    return Word(attested.authorisation(binding, last), judge_apps(policy.state, attested.approvals(binding, last)))


def _covered(line: Line, place: Place) -> tuple[int, int]:
    """Positions that the move brought to the branch; none where either end is not on it, or the branch went back."""
    if place.before is None:
        return -1, -1
    start = line.position.get(place.before.target, -1)
    end = line.position.get(place.entry.target, -1)
    return (start + 1, end) if 0 <= start < end else (-1, -1)


def _is_forward(line: Line, place: Place) -> bool | None:
    if place.standing is None:
        return True
    start, end = (line.position.get(entry.target, -1) for entry in (place.standing, place.entry))
    return None if start < 0 or end < 0 else start <= end
