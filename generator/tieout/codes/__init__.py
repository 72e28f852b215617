"""Every problem code: what it means, how to mend it, and how it looks. `tieout explain CODE` and the reference page print this.

A code is added to the module of its family. A test makes its example happen, in `tests/content/test_content_problems.py`
or `tests/code_triggers.py`.
"""

from tieout.codes import audits, challenges, content, histories, imports, own_checks, repositories, requirements, text
from tieout.codes.code import Code

__all__ = ["CODES", "Code"]

CODES: dict[str, Code] = {
    **text.CODES,
    **content.CODES,
    **requirements.CODES,
    **histories.CODES,
    **repositories.CODES,
    **audits.CODES,
    **imports.CODES,
    **own_checks.CODES,
    **challenges.CODES,
}
