"""Pure derivation: raw histories and one audit's registers to people, changes, approvals, deployments and pipelines."""

from tieout.history.facts import derive
from tieout.history.files import Wanted, wanted

__all__ = ["Wanted", "derive", "wanted"]
