"""Names that read the same and are not: Unicode's table of confusable characters (UTS 39, section 4), and mixed scripts."""

import unicodedata
from functools import cache, lru_cache

_JOINED = frozenset({"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE"})  # scripts with letters of the same look


@lru_cache(maxsize=1 << 16)
def skeleton(name: str) -> str:
    """What a name looks like: equal for two names that a reader cannot tell apart. Case, marks and blanks do not count."""
    plain = unicodedata.normalize("NFKD", name)
    seen = "".join(_prototype(letter) for letter in plain if unicodedata.category(letter) not in {"Mn", "Cf", "Zs"})
    return seen.replace("rn", "m").casefold()


@lru_cache(maxsize=1 << 16)
def spelling(name: str) -> str:
    """The letters of a name without case, marks, blanks and points, which people leave out of their own names."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in plain if unicodedata.category(letter)[0] in "LNC")


def is_mixed(name: str) -> bool:
    """Whether one word of a name mixes scripts whose letters look alike."""
    return any(len({_script(letter) for letter in word if letter.isalpha()} & _JOINED) > 1 for word in name.split())


def hides(name: str) -> bool:
    """Whether a name holds characters that nobody sees, such as those that turn the direction of writing."""
    return any(unicodedata.category(letter) == "Cf" for letter in name)


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").partition(" ")[0]


@cache
def _prototype(letter: str) -> str:
    """Of the characters that look like this one, that which most look like: the table leads from each to it, and back."""
    alike = _alike()
    near = (letter, *(other for other in alike.get(letter, ()) if len(other) == 1))
    return min(near, key=lambda one: (-len(alike.get(one, ())), one))


@cache
def _alike() -> dict[str, tuple[str, ...]]:
    """By character: all that look like it."""
    from confusable_homoglyphs.confusables import (  # type: ignore[import-untyped]  # noqa: PLC0415 - a table of 900 KB
        confusables_data,
    )

    return {letter: tuple(one["c"] for one in others) for letter, others in confusables_data.items()}
