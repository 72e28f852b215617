"""Lists with letters and small Roman numbers, as Pandoc reads them -> lists that Markdown knows, each item with its letter.

Markdown takes `a.` for text, and what is nested below it for code. Here each item becomes `- a. …`, counted as Pandoc does:
on from the letter of the first, whatever the others say. All other lines move as far as the item that they belong to.
"""

import re
from dataclasses import dataclass, field
from itertools import pairwise

from tieout.content.imports.sheets import letters

_ITEM = re.compile(r"(?:(?P<sign>[a-z]|[ivxlcdm]{2,9})[.)][ \t]+|(?:[-*+]|[0-9]{1,9}[.)])[ \t]+)(?=\S)")
_ROMAN = re.compile(r"m{0,3}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})")
_WORTH = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}
_ROMAN_SIGNS = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
                (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_FENCE = re.compile(r"`{3,}|~{3,}")
_INSIDE = 2  # spaces by which a line stands inside the item above it
_CODE = 4  # spaces by which it would be code


@dataclass(frozen=True, slots=True)
class _Item:
    """An item that is still open."""

    indent: int  # of its marker, as written
    start: int  # of its marker, as given back
    inside: int  # of its text, as given back
    number: int = 0  # 0 for an item that has no letter
    roman: bool = False
    moves: bool = False  # whether its lines stand elsewhere than they were written


def convert(text: str) -> tuple[str, int]:
    """The text with its lettered lists as Markdown, and how many items they have. Without such a list it is unchanged."""
    reader = _Reader()
    written = [reader.line(line) for line in text.split("\n")]
    return ("\n".join(written), reader.count) if reader.count else (text, 0)


@dataclass(slots=True)
class _Reader:
    open: list[_Item] = field(default_factory=list)  # items around the line, the innermost last
    count: int = 0
    blank: bool = True  # whether nothing stands in the line above
    fence: str = ""  # of the code that the line is in

    def line(self, line: str) -> str:
        rest = line.lstrip(" \t")
        if not rest.rstrip():
            self.blank = True
            return "" if self.open else line
        indent = len(line[: len(line) - len(rest)].expandtabs(4))
        after_blank, self.blank = self.blank, False
        if self.fence:
            self.fence = "" if rest.startswith(self.fence) else self.fence
            return self._moved(line, rest, indent)
        marker = _ITEM.match(rest)
        if marker and (after_blank or self.open) and not (indent >= _CODE and not self.open):
            return self._item(line, rest[marker.end() :], indent, marker)
        if after_blank or rest.startswith(("#", "```", "~~~")):
            self._close(indent - _INSIDE)
        fence = _FENCE.match(rest)
        self.fence = fence[0] if fence else ""
        return self._moved(line, rest, indent)

    def _close(self, most: int) -> None:
        """Closes the items that are indented further."""
        while self.open and self.open[-1].indent > most:
            self.open.pop()

    def _moved(self, line: str, rest: str, indent: int) -> str:
        if not self.open or not self.open[-1].moves:
            return line
        item = self.open[-1]
        return " " * (item.inside + max(0, indent - item.indent - _CODE)) + rest

    def _item(self, line: str, text: str, indent: int, marker: re.Match[str]) -> str:
        before = self._before(indent)
        around = self.open[-1] if self.open else None
        sign = marker["sign"]
        if sign is None:
            start = around.inside if around and around.moves else indent
            moves = bool(around and around.moves)
            self.open.append(_Item(indent, start, start + len(marker[0]), moves=moves))
            return " " * start + marker[0] + text if moves else line
        number, roman = _next(sign, before)
        start = around.inside if around else 0
        self.open.append(_Item(indent, start, start + 2, number, roman, moves=True))
        self.count += 1
        shown = _roman(number) if roman else letters(number).lower()
        return f"{' ' * start}- {shown}{marker[0].strip()[-1]} {text}"

    def _before(self, indent: int) -> _Item | None:
        """The item before in the same list; what is open are then the items around it."""
        self._close(indent + _INSIDE - 1)
        if self.open and indent < self.open[-1].indent + _INSIDE:
            return self.open.pop()
        return None


def _next(sign: str, before: _Item | None) -> tuple[int, bool]:
    """The number of an item, and whether it is shown as a Roman one. A single letter is Roman only as i, or after one."""
    roman = _ROMAN.fullmatch(sign) is not None
    if before and before.number and (roman if before.roman else len(sign) == 1):
        return before.number + 1, before.roman
    if roman and (sign == "i" or len(sign) > 1):
        return _worth(sign), True
    return (ord(sign) - ord("a") + 1, False) if len(sign) == 1 else (1, False)


def _worth(sign: str) -> int:
    worths = [_WORTH[one] for one in sign]
    return sum(-one if one < after else one for one, after in pairwise([*worths, 0]))


def _roman(number: int) -> str:
    text = ""
    for worth, sign in _ROMAN_SIGNS:
        text += sign * (number // worth)
        number %= worth
    return text
