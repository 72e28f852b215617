"""The files that conditions of the operator's own checks mean, and those of them whose contents are asked."""

from collections.abc import Iterable
from typing import NamedTuple

from tieout.model.records import Condition
from tieout.model.registers import Isms

MAX_READ = 5000  # files of one repository


class Patterns(NamedTuple):
    all: tuple[str, ...] = ()
    read: tuple[str, ...] = ()  # of conditions that ask more than whether a file is there


NOTHING = Patterns()


def patterns_of(isms: Isms) -> Patterns:
    """Of all conditions, whatever repositories their checks are about."""
    conditions = tuple(
        one for check in isms.own_checks.values() for one in (*check.where, *check.passes_when) if one.file
    )
    return Patterns(_sorted(conditions), _sorted(filter(_reads, conditions)))


def _sorted(conditions: Iterable[Condition]) -> tuple[str, ...]:
    return tuple(sorted({one.file for one in conditions}))


def _reads(condition: Condition) -> bool:
    return bool(condition.at) or condition.operator not in {"present", "absent"}
