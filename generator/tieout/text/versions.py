"""Versions as people write them, compared by their numbers; whatever else they hold makes the answer `None`: cannot tell.

Ranges are read in the style of the tool they are written for, as far as they are made of numbers and signs.
"""

import re
from typing import Literal

Numbers = tuple[int, ...]
Style = Literal["npm", "python", "poetry", "cargo", "ruby", "composer", "exact"]  # exact: of Go, no range at all

MAX_LENGTH = 200
_NUMBERS = re.compile(r"[vV=]?\s*(\d{1,9}(?:\.\d{1,9}){0,5})(?:\+[0-9A-Za-z.-]{1,60})?")
_ONE = re.compile(r"(===|==|~=|~>|>=|<=|!=|[\^~><=])?\s*([^\s^~<>=!,|]{1,100})")
_WILD = re.compile(r"[vV]?(\d{1,9}(?:\.\d{1,9}){0,5})?(?:\.?[*xX])+")
_ANY = frozenset({"", "*", "x", "X", "latest"})
_CARET = frozenset({"cargo"})  # styles in which a bare version means "compatible with"


def numbers(version: str) -> Numbers | None:
    """The numbers of a version, without the zeros at its end; None where it holds more than numbers."""
    found = _NUMBERS.fullmatch(version.strip()) if len(version) <= MAX_LENGTH else None
    return _short(tuple(map(int, found[1].split(".")))) if found else None


def at_least(version: str, lowest: str) -> bool | None:
    """Whether a version is not below another one; anything is where no lowest one is named."""
    if not lowest.strip():
        return True
    one, other = numbers(version), numbers(lowest)
    return None if one is None or other is None else one >= other


def is_exact(asked: str, style: Style) -> bool:
    """Whether a range leaves one version only."""
    text = asked.strip()
    if style == "python":
        return bool(re.fullmatch(r"={2,3}\s*[0-9A-Za-z!+._-]{1,100}", text))
    if style in _CARET:
        return bool(re.fullmatch(r"=\s*\d[0-9A-Za-z.+-]{0,100}", text))
    return bool(re.fullmatch(r"[=v]?\s*\d{1,9}\.\d{1,9}(?:\.\d{1,9}){0,3}(?:[-+][0-9A-Za-z.+-]{1,100})?", text))


def allows(asked: str, version: str, style: Style) -> bool | None:
    """Whether a range allows a version; None where it cannot be told by numbers."""
    if len(asked) > MAX_LENGTH:
        return None
    if asked.strip() in _ANY or asked.strip().lstrip("=v") == version.strip().lstrip("v"):
        return True
    if style == "exact":
        return False
    own = numbers(version)
    if own is None:
        return None
    answers = [_all(part, own, style) for part in re.split(r"\|\|?", asked)]
    return True if True in answers else None if None in answers else False


def lowest(asked: str, style: Style) -> str:
    """The lowest version that a range leaves, where it begins with one; empty where it has no lower end that is read."""
    found = _ONE.match(asked.strip()[:MAX_LENGTH]) if "|" not in asked else None
    if not found or found[1] in {"<", "<=", "!=", ">"} or numbers(found[2]) is None:
        return ""
    return found[2].lstrip("v") if found[1] or style in _CARET or is_exact(asked, style) else ""


def _all(part: str, own: Numbers, style: Style) -> bool | None:
    """Whether every condition of one part holds."""
    text = part.strip()
    if text in _ANY:
        return True
    if re.search(r"\s-\s", text):  # a range with a hyphen
        return None
    left = _ONE.sub("", text).replace(",", "").strip()
    answers = [_one(sign or "", version, own, style) for sign, version in _ONE.findall(text)]
    if left or not answers:
        return None
    return False if False in answers else None if None in answers else True


def _one(sign: str, version: str, own: Numbers, style: Style) -> bool | None:
    if wild := _WILD.fullmatch(version):
        start = tuple(map(int, wild[1].split("."))) if wild[1] else ()
        same = (*own, *([0] * len(start)))[: len(start)] == start
        return same if sign in {"", "=", "=="} else not same if sign == "!=" else None
    found = _NUMBERS.fullmatch(version)
    if not found:
        return None
    written = tuple(map(int, found[1].split(".")))
    asked = _short(written)
    if sign == "^" or (not sign and style in _CARET):
        return asked <= own < _caret(written)
    if sign in {"~=", "~>"} or (sign == "~" and style == "composer"):
        return asked <= own < _next(written[:-1] or written)
    if sign == "~":
        return asked <= own < _next(written[:2])
    if not sign and style == "npm" and len(written) < 3:
        return asked <= own < _next(written)
    return {
        ">=": own >= asked,
        "<=": own <= asked,
        ">": own > asked,
        "<": own < asked,
        "!=": own != asked,
    }.get(sign, own == asked)


def _short(found: Numbers) -> Numbers:
    while found and not found[-1]:
        found = found[:-1]
    return found


def _next(found: Numbers) -> Numbers:
    return (*found[:-1], found[-1] + 1)


def _caret(written: Numbers) -> Numbers:
    """The first version that is not compatible: the leftmost number that is not zero counts."""
    place = next((place for place, number in enumerate(written) if number), len(written) - 1)
    return _next(written[: place + 1])
