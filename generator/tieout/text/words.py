"""Small words: what is invisible made visible, near misses, counts and days as people write them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from difflib import get_close_matches

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

NAMED = 3  # of many things that one message is about

# Controls, format characters (bidirectional ones among them), surrogates, private line breaks and everything that
# Unicode calls Default_Ignorable: what a reader cannot see must not change what a reader reads.
_INVISIBLE = re.compile(
    "[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\xad\\u034f\\u0600-\\u0605\\u061c\\u06dd\\u070f\\u0890\\u0891\\u08e2\\u115f\\u1160"
    "\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u3164\\ud800-\\udfff\\ufe00-\\ufe0f\\ufeff"
    "\\uffa0\\ufff0-\\ufffb\\ufffe\\uffff\\U000110bd\\U000110cd\\U00013430-\\U0001343f\\U0001bca0-\\U0001bca3"
    "\\U0001d173-\\U0001d17a\\U000e0000-\\U000e0fff]"
)


# Two of them belong to the symbol they stand behind: the selector that asks for its coloured form (⚠ and ⚠\ufe0f), once,
# and the joiner between two symbols of one emoji. Behind or before a letter or a digit they are shown like the others.
_SYMBOL = "\u203c\u2049\u2122\u2139\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
_OF_A_SYMBOL = re.compile(
    f"(?<=[{_SYMBOL}])\ufe0f|(?<=[0-9#*])\ufe0f(?=\u20e3)|(?<=[{_SYMBOL}])\u200d(?=[{_SYMBOL}])|(?<=[{_SYMBOL}]\ufe0f)\u200d(?=[{_SYMBOL}])"
)


def visible(text: str) -> str:
    """The text with every character that a reader cannot see written as `⟨U+202E⟩`; line feeds, tabs and emoji stay."""
    rare = "\ufe0f" in text or "\u200d" in text
    ours = {match.start() for match in _OF_A_SYMBOL.finditer(text)} if rare else ()
    return _INVISIBLE.sub(
        lambda match: match[0] if match.start() in ours else f"⟨U+{ord(match[0]):04X}⟩",
        text,
    )


def ids_in(path: str) -> Iterator[str]:
    """The ids that the name of a file may begin with, the longest first."""
    parts = path.rpartition("/")[2].partition(".md")[0].removesuffix(".yml").split("-")
    return ("-".join(parts[:length]) for length in range(len(parts), 0, -1))


def suggest(word: str, choices: Iterable[str]) -> str:
    """The choice that was probably meant, or nothing."""
    return next(iter(get_close_matches(word, sorted(set(choices)), n=1, cutoff=0.6)), "")


def digits(number: int) -> str:
    """`2476` as `2,476`."""
    return f"{number:,}"


def plural(number: int, noun: str, many: str = "") -> str:
    """`1 change`, `2 changes`, `2,476 entries`; `many` for what the rules of English do not give."""
    return f"{digits(number)} {noun if number == 1 else many or plural_of(noun)}"


def plural_of(noun: str) -> str:
    """`changes`, `entries`."""
    if re.search(r"[^aeiou]y$", noun):
        return noun[:-1] + "ies"
    return noun + ("es" if re.search(r"(s|x|z|ch|sh)$", noun) else "s")


def human_day(day: date) -> str:
    """`30 September 2026`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def few_of(items: Sequence[str], separator: str = ", ") -> str:
    """The first three, and how many there are beside: `a, b, c and 2 more`; of longer ones `a; b; c; and 2 more`."""
    shown, more = separator.join(items[:NAMED]), len(items) - NAMED
    return f"{shown}{'' if separator == ', ' else ';'} and {digits(more)} more" if more > 0 else shown


def human_list(items: Iterable[str], word: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    found = list(items)
    if len(found) < 2:
        return found[0] if found else ""
    return f"{', '.join(found[:-1])} {word} {found[-1]}"
