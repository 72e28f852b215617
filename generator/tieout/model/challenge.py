"""What a challenge found: for each violation that was planted, whether the check that should notice it did."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Answer = Literal["caught", "missed", "not planted"]
ANSWERS: tuple[Answer, ...] = ("caught", "missed", "not planted")


@dataclass(frozen=True, slots=True)
class Trial:
    """One violation at one place, and one check that should notice it."""

    violation: str  # its id, such as direct-push
    title: str  # in plain words
    service: str  # empty where it is about the operator as a whole
    check: str
    answer: Answer
    item: str = ""  # key of the planted item that was judged
    reason: str = ""  # what the check said of it; why it was missed, or why nothing could be planted
    also: tuple[str, ...] = ()  # other checks that noticed the same
    blunt: bool = False  # caught, and the check passes nothing of this service today, so it tells little


@dataclass(frozen=True, slots=True)
class Beside:
    """An item that nobody touched, and whose outcome is another all the same once something was planted."""

    check: str
    item: str
    service: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Challenge:
    """All trials of one day, and what they were made on."""

    operator: str
    newest: date  # of the newest commit: what was planted is dated after it
    as_of: date  # what was planted is judged as of this day
    version: str
    pins: Mapping[str, str] = field(default_factory=dict)  # commit of each repository that was read
    trials: tuple[Trial, ...] = ()
    beside: tuple[Beside, ...] = ()
    unchallenged: Mapping[str, str] = field(default_factory=dict)  # checks that nothing is planted for, and why

    def count(self, answer: Answer) -> int:
        return sum(trial.answer == answer for trial in self.trials)
