"""How well a fact is known."""

from enum import IntEnum


class Grade(IntEnum):
    """How well a fact is known; the weakest link of what it needs."""

    NONE = 0
    STATED = 1  # someone with write access typed it
    TWO_NAMES = 2  # another committer identity recorded it
    RECORDED = 3  # an export of the forge, bound to the revision
    SIGNED = 4  # by a key that was its owner's on that day
    PROCESS = 5  # threshold of keys over the exact ref change

    @property
    def words(self) -> str:
        return ("no record", "stated", "two names", "recorded by the forge", "signed", "signed process")[self]
