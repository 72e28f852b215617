"""Production deployments of all services, each from the source that the service's pipeline declares.

The strongest source first: deployment records (D1), an environments repository (D2), annotated tags (D3), steps of a
release branch (D4). Merges into the protected branch (D5) are integrations and never make a deployment.
"""

from tieout.history.deployments.derive import Deployed, derive_deployments
from tieout.history.deployments.gitops import path_pattern
from tieout.history.deployments.releases import list_releases
from tieout.history.deployments.sources import Pinned
from tieout.history.deployments.tags import list_undated

__all__ = ["Deployed", "Pinned", "derive_deployments", "list_releases", "list_undated", "path_pattern"]
