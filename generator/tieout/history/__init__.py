"""Pure derivation: raw histories and one audit's registers to people, changes, approvals, deployments and pipelines."""

from tieout.history.doubts import undecided, undecided_of, unjoined_of, with_joins, with_patches
from tieout.history.facts import derive
from tieout.history.files import Wanted, wanted
from tieout.history.line import paths_of

__all__ = [
    "Wanted",
    "derive",
    "paths_of",
    "undecided",
    "undecided_of",
    "unjoined_of",
    "wanted",
    "with_joins",
    "with_patches",
]
