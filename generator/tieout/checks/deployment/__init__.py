"""Verdicts on how versions came to production: whose duties, by which way, in which order and size, from which tags."""

from tieout.checks.deployment.batch import batch_size
from tieout.checks.deployment.duties import author_approver_deployer_distinct, author_not_deployer
from tieout.checks.deployment.promotion import promotion_order
from tieout.checks.deployment.recorded import no_unrecorded_deployment
from tieout.checks.deployment.releases import releases_signed
from tieout.checks.deployment.way import deployed_by_pipeline, deployed_from_protected_branch

__all__ = [
    "author_approver_deployer_distinct",
    "author_not_deployer",
    "batch_size",
    "deployed_by_pipeline",
    "deployed_from_protected_branch",
    "no_unrecorded_deployment",
    "promotion_order",
    "releases_signed",
]
