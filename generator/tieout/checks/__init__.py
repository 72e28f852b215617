"""Facts to outcomes. Pure: nothing is read here.

A check is a declaration in `catalogue`, a verdict function in the module of its family, and one entry in a table of
`judging`. To know the names of the checks is to import the first only.
"""

from tieout.checks.catalogue import CHECKS

__all__ = ["CHECKS"]
