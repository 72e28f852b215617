"""Endorsements of a change in gittuf's records: authorisations by key, a forge's approvals, signatures of the log.

Tried on gittuf/gittuf, where GitHub's reviews are told by an app and the log is signed by it. The grade is that of the
weakest link: a policy that nobody pinned vouches for nothing, so then only keys of the operator's own register count.
"""

from collections.abc import Iterator

from tieout.history.approvals.step import Step
from tieout.history.people import People
from tieout.model.gittuf import Endorsement, Move
from tieout.model.grades import Grade
from tieout.model.history import Approval


def from_gittuf(step: Step, _people: People) -> Iterator[Approval]:
    """What was said of the move that brought the step, the whole of it: it is bound to the final tree of that move."""
    if step.log is None:
        return
    first = min((step.line.position.get(commit, step.position) for commit in step.carried), default=step.position)
    for move in step.log.covering(first, step.position):
        for endorsement in move.endorsements:
            yield _approval(endorsement, move)


_WORDS = {"authorisation": "authorisation", "approval": "forge's approval", "entry": "signature of the log"}


def _approval(endorsement: Endorsement, move: Move) -> Approval:
    grade, doubt = _grade_of(endorsement, move)
    where = f"{_WORDS[endorsement.kind]} {endorsement.where}, for entry {move.number or move.entry[:8]} of gittuf's log"
    return Approval(
        endorsement.by, endorsement.at, grade, "final", "gittuf", where + doubt, move.target, endorsement.late
    )


def _grade_of(endorsement: Endorsement, move: Move) -> tuple[Grade, str]:
    """The grade, and why it is no more than a statement where somebody could think that it is.

    Signed needs the person's registered key; recorded an app that the register or a pinned policy vouches for.
    """
    if move.skipped:
        return Grade.STATED, ", which is marked to be skipped"
    if endorsement.verified != "yes":
        return Grade.STATED, ", signed in a way that is not verified offline"
    if endorsement.kind == "approval":
        if endorsement.registered or move.vouched:
            return Grade.RECORDED, ""
        return Grade.STATED, ", by an app that neither the register nor a pinned policy vouches for"
    if not endorsement.registered:
        return Grade.STATED, f", by the key {endorsement.key}, which is not in the register of keys"
    process = move.process and endorsement.counted and not endorsement.late
    return Grade.PROCESS if process else Grade.SIGNED, ""
