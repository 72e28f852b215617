"""What is told of a problem's code."""

from typing import NamedTuple


class Code(NamedTuple):
    meaning: str
    remedy: str
    example: str  # a problem as it is printed; a test makes each
