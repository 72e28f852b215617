"""Pure derivation: raw histories and one audit's registers to people, changes, approvals, deployments and pipelines."""

from tieout.history.facts import derive
from tieout.history.files import wanted

__all__ = ["derive", "wanted"]
