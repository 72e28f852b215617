"""What contradicts itself in a reference state log, as problems: one a kind and repository, the newest named."""

from collections.abc import Sequence
from typing import NamedTuple

from tieout.history.line import Line
from tieout.model.gittuf import Move, ReferenceLog
from tieout.problems import Problem, Source, warning
from tieout.text.words import few_of, visible


class Faults(NamedTuple):
    """In words, the oldest first."""

    broken: tuple[str, ...]  # what breaks the log
    attested: tuple[str, ...]  # what is wrong with attestations
    unread: tuple[str, ...]  # why policies could not be read


def find_problems(found: ReferenceLog, line: Line, last: int, faults: Faults) -> tuple[Problem, ...]:
    """As of the pinned position `last`."""
    broken, attested, unread = faults
    history, here = line.history, Source(found.repo)
    counted = [move for move in found.moves[1:] if not move.skipped]  # the first only records what was there
    lost = [move for move in counted if not move.tree] if history.complete else []
    unmet = [move for move in counted if move.verdict == "no"]
    tip = line.steps[last][:8] if 0 <= last < len(line.steps) else ""
    told: dict[str, str] = {}
    if broken:
        told["gittuf-log-broken"] = (
            f"gittuf's reference state log is broken: {_list(broken)}; what follows is no signed process, so find out who rewrote the log"
        )
    if unread:
        told["gittuf-unreadable"] = (
            f"gittuf's own records were not read whole: {_list(unread)}; what they prove is shown as unknown"
        )
    if found.policy == "no":
        told["gittuf-policy-bad"] = (
            f"gittuf's policy is not to be trusted: {found.why}; find out who changed refs/gittuf/policy"
        )
    if found.moves and tip and not found.tip_recorded:
        told["gittuf-tip-not-recorded"] = (
            f"the newest commit of {visible(history.branch)}, {tip}, is not where gittuf's reference state log has the branch; find out who moved it past gittuf"
        )
    if lost:
        told["gittuf-target-lost"] = (
            f"gittuf's reference state log names commits of {visible(history.branch)} that are not in its history: {_moves(lost)}; find out who rewrote it"
        )
    if unmet:
        told["gittuf-entry-unmet"] = (
            f"{len(unmet)} of {len(counted)} moves of {visible(history.branch)} do not meet the gittuf policy that was in force: {_moves(unmet)}; find out who made them"
        )
    if attested:
        told["gittuf-attestation-bad"] = (
            f"attestations of gittuf are not counted: {_list(attested[::-1])}; find out who wrote them"
        )
    return tuple(warning(code, message, here) for code, message in told.items())


def _moves(moves: Sequence[Move]) -> str:
    newest = [f"entry {move.number or move.entry[:8]} (to {move.target[:8]})" for move in reversed(moves)]
    return _list(newest)


def _list(named: Sequence[str]) -> str:
    return few_of([visible(name) for name in named], "; ")
