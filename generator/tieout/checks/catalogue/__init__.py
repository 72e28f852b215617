"""What each check claims, proves and cannot prove: declarations only, in the order of the pipeline's stages.

A new check is one entry in the module of its family here, one verdict function in the module of its family beside this
package, and one entry in a table of `judging`.
"""

from collections.abc import Mapping
from types import MappingProxyType

from tieout.checks.catalogue import approvals, branch, contents, deployment, history, pipeline, registers
from tieout.model.checks import STAGES, Check

_FAMILIES = (approvals, branch, pipeline, contents, deployment, registers, history)
_DECLARED = [check for family in _FAMILIES for check in family.DECLARED]

CHECKS: Mapping[str, Check] = MappingProxyType(
    {check.id: check for check in sorted(_DECLARED, key=lambda check: STAGES.index(check.stage))}
)
