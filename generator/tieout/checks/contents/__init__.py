"""Checks on what stands in the linked repositories at the audit's commit. Facts come parsed; nothing is read here."""

from tieout.checks.contents.environments import environments_separated
from tieout.checks.contents.libraries import mandatory_libraries
from tieout.checks.contents.pinned import dependencies_pinned
from tieout.checks.contents.policy import policy_as_code_present

__all__ = ["dependencies_pinned", "environments_separated", "mandatory_libraries", "policy_as_code_present"]
