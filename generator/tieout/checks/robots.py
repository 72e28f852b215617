"""The verdict on what a declared robot made: nothing to judge, as far as it is seen to be the robot's."""

from tieout.checks.case import Case, Verdict, keys_of, names_of
from tieout.model.history import Change
from tieout.model.results import Outcome


def made_by_robot(case: Case, change: Change, expected: str, found: str, reason: str) -> Verdict:
    """Not applicable; unknown of a step that no proposal vouches for, where no signature of the robot's does either."""
    people = keys_of(change.authors)
    if change.robot_basis == "missing":
        reason = (
            f"The commit carries the address of a robot ({names_of(case.isms, change.authors)}) that has a registered "
            f"key, and not its signature; anyone can type an address, so who made it cannot be told."
        )
        return Verdict(Outcome.UNKNOWN, expected, "a robot's address, unsigned", reason, people=people)
    if change.robot_basis == "address":
        reason = (
            f"The commit carries the address of a robot ({names_of(case.isms, change.authors)}) that has no registered key, "
            f"and no proposal vouches for it; anyone who may push can type an address, so who made it cannot be told."
        )
        return Verdict(Outcome.UNKNOWN, expected, "a robot's address only", reason, people=people)
    return Verdict(Outcome.NOT_APPLICABLE, expected, found, reason, people=people)
