"""The id and the file of a record that does not exist yet. An id that was ever given is never given again."""

import re
from collections.abc import Iterable
from itertools import count
from types import MappingProxyType

from tieout.content.registers import MAX_ID, normal, row_fault
from tieout.model.registers import Register
from tieout.text.latin import slug

# Registers whose ids count within a year, those counted without one in two digits, and those that speak.
_BY_YEAR = MappingProxyType({"DEC": 3, "INC": 3, "FND": 3, "ACT": 3, "EVD": 3, "AUD": 2, "MRV": 2})
_TWO_DIGITS = frozenset({"CTX", "PTY", "KEY", "CRIT", "POL", "RB", "OBJ"})
_SPEAKING = frozenset({"LIC", "EVT", "MET"})
_NUMBERED = re.compile(r"(?P<start>[A-Z]+-(?:[0-9]{4}-)?)(?P<number>[0-9]+)")
_PLAIN = frozenset({"pipelines", "requirements"})  # fields with no text below them


def file_name(register: Register, id_: str, title: str) -> str:
    """The path of a new record's file below the content folder; for a list or a single record the register's own file."""
    if register.shape != "folder":
        return register.path
    if not register.prefix:
        return f"{register.path}/{id_}.{'yml' if register.name in _PLAIN else 'md'}"
    words = re.sub(r"^(?:[0-9]+(?:-|$))+", "", slug(title))  # a number there would be read as part of the id
    return f"{register.path}/{id_}{'-' if words else ''}{words}.md"


def next_id(register: Register, ids: Iterable[str], title: str, year: int) -> str:
    """An id that none of `ids` is, nor would be taken for: all that the register ever had, removed ones too.

    Numbers follow the pattern that most of `ids` have, by year or not, with as many digits; a speaking id comes from
    `title`. Deterministic in the set of `ids`.
    """
    taken = {normal(one) for one in ids}
    known = sorted(set(ids))
    if not register.prefix:
        return _unused(slug(title, MAX_ID - 8) or slug(register.kind), taken, register)
    plain, yearly, spoken = _series(register, known)
    if (register.prefix in _SPEAKING and not plain and not yearly) or len(spoken) > len(plain) + len(yearly):
        words = slug(title, 24) or slug(register.kind)
        upper = sum(one.isupper() for one in spoken) * 2 > len(spoken)
        return _unused(f"{register.prefix}-{words.upper() if upper else words}", taken, register)
    by_year = len(yearly) >= len(plain) if yearly or plain else register.prefix in _BY_YEAR
    default = _BY_YEAR.get(register.prefix, 3) if by_year else 2 if register.prefix in _TWO_DIGITS else 3
    digits = (
        [number for when, number in yearly if when == year] or [number for _, number in yearly] if by_year else plain
    )
    width = max((len(number) for number in digits), default=default)
    start = f"{register.prefix}-{year}-" if by_year else f"{register.prefix}-"
    used = [int(number) for when, number in yearly if when == year] if by_year else [int(number) for number in plain]
    return next(
        id_ for number in count(max(used, default=0) + 1) if normal(id_ := f"{start}{number:0{width}}") not in taken
    )


class FreeIds:
    """Free ids, one after another. `next_id` looks at all ids each time; a series is counted on from its first."""

    def __init__(self, register: Register, taken: Iterable[str], year: int) -> None:
        self.register, self.year = register, year
        self.taken = set(taken)
        self.normal = {normal(id_) for id_ in self.taken}
        self.last = ""

    def __call__(self, title: str) -> str:
        id_ = self._next(title)
        self.taken.add(id_)
        self.normal.add(normal(id_))
        self.last = id_
        return id_

    def _next(self, title: str) -> str:
        match = _NUMBERED.fullmatch(self.last)
        if match and self.register.prefix:
            width = len(match["number"])
            series = (f"{match['start']}{number:0{width}}" for number in count(int(match["number"]) + 1))
            return next(id_ for id_ in series if normal(id_) not in self.normal)
        if not self.register.prefix:
            id_ = next_id(self.register, (), title, self.year)
            if normal(id_) not in self.normal:
                return id_
        return next_id(self.register, self.taken, title, self.year)


def _series(register: Register, ids: list[str]) -> tuple[list[str], list[tuple[int, str]], list[str]]:
    """Ids of a register sorted by how they are made: with a number, with a year and a number, in words."""
    plain: list[str] = []
    yearly: list[tuple[int, str]] = []
    spoken: list[str] = []
    for id_ in ids:
        match = re.fullmatch(rf"{register.prefix}-(?:([0-9]{{4}})-)?([0-9]{{1,9}})", id_)
        if match is None:
            spoken += [id_] if id_.startswith(register.prefix + "-") else []
        elif match[1]:
            yearly.append((int(match[1]), match[2]))
        else:
            plain.append(match[2])
    return plain, yearly, spoken


def _unused(wanted: str, taken: set[str], register: Register) -> str:
    names = (wanted if number == 1 else f"{wanted}-{number}" for number in count(1))
    return next(name for name in names if normal(name) not in taken and not row_fault(register, name))
