"""Checks that the operator declares: their populations judged by conditions of field, operator and value.

A fact that is not known is never a pass: the item is unknown, with the reason.
"""

from tieout.checks.declared.items import judge_own
from tieout.checks.declared.words import checks_of, in_order

__all__ = ["checks_of", "in_order", "judge_own"]
