"""All violations that are planted, and the checks for which none is."""

from collections.abc import Mapping
from types import MappingProxyType

from tieout.build.challenge.plan import Violation
from tieout.build.challenge.plants import approvals, changes, contents, deployments, history, pipelines, registers
from tieout.checks.catalogue import CHECKS

_FAMILIES = (changes, approvals, pipelines, contents, deployments, history, registers)
VIOLATIONS: tuple[Violation, ...] = tuple(violation for family in _FAMILIES for violation in family.PLANTED)

# Checks that nothing is planted for, each with the reason that a reader is given.
UNCHALLENGED: Mapping[str, str] = MappingProxyType({})


def asked(violation: Violation) -> tuple[str, ...]:
    """The checks of the catalogue that should notice a violation."""
    return tuple(check for check in (*violation.expects, *violation.unsure) if check in CHECKS)
