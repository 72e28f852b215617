"""What a team's daily work is made of: phrases with slots, and the edits they stand for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from tieout.demo.dice import Dice

_SLOT = re.compile(r"<([A-Za-z_]+)>")
_SETTING = re.compile(r"((?:export const )?[A-Z][A-Z0-9_]+(?:: \w+)?) = ")
_KEY = re.compile(r"(\s*[^=:\s][^=:]*?)(?: = |==|: )")


class Edit(NamedTuple):
    """One edit of one file. `how`: line (by its key), block (by its first line), note (top of the list), whole."""

    path: str
    how: str
    text: str


@dataclass(frozen=True, slots=True)
class Work:
    """A kind of change. Slots are written `<name>`; `<name_id>`, `<NAME>` and `<nameCase>` are its other spellings."""

    subject: str
    why: str
    path: str
    text: str  # a line `key = value` or `key: value`, or a block of several lines
    values: tuple[str, ...] = ()  # for the slot <value>


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The language of one repository."""

    repo: str
    about: str
    tickets: str
    slots: Mapping[str, tuple[str, ...]]
    works: tuple[Work, ...]
    headers: Mapping[str, str]  # first lines of each source file
    tests: str  # the file that holds tests
    dependencies: tuple[str, ...]  # package names, as its manager writes them
    language: str = "python"  # python, typescript or yaml

    @property
    def manifest(self) -> str:
        return "package.json" if self.language == "typescript" else "requirements.txt"


class Phrase(NamedTuple):
    """A work with its slots filled."""

    subject: str
    why: str
    edit: Edit


def spelled(name: str, value: str) -> dict[str, str]:
    words = re.findall(r"[A-Za-z0-9]+", value)
    snake = "_".join(word.lower() for word in words)
    camel = "".join(word[:1].upper() + word[1:].lower() for word in words)
    return {name: value, f"{name}_id": snake, name.upper(): snake.upper(), f"{name}Case": camel}


def phrase(work: Work, vocabulary: Vocabulary, dice: Dice) -> Phrase:
    filled: dict[str, str] = {}
    for name in sorted(set(_SLOT.findall(work.subject + work.why + work.text))):
        slot = next((known for known in vocabulary.slots if name.lower() in {known, f"{known}_id", f"{known}case"}), "")
        if slot and slot not in filled:
            filled |= spelled(slot, dice.pick(vocabulary.slots[slot]))
    if work.values:
        filled["value"] = dice.pick(work.values)

    def fill(text: str) -> str:
        return _SLOT.sub(lambda match: filled.get(match[1], match[0]), text)

    text = fill(work.text)
    subject = fill(work.subject)
    how = "block" if "\n" in text else "line"
    return Phrase(subject[:1].upper() + subject[1:], fill(work.why), Edit(work.path, how, text))


def apply(text: str, edit: Edit) -> str:
    """The file after one edit. Applying an edit twice is applying it once."""
    match edit.how:
        case "line":
            return _put_line(text, edit.text)
        case "block":
            return _put_block(text, edit.text)
        case "note":
            return text if f"{edit.text}\n" in text else text.replace("\n\n", f"\n\n{edit.text}\n", 1)
        case _:
            return edit.text


def _put_line(text: str, line: str) -> str:
    key = _KEY.match(line)
    start = key[0] if key else line
    lines = text.splitlines()
    for at, old in enumerate(lines):
        if old.startswith(start):
            return "\n".join([*lines[:at], line, *lines[at + 1 :], ""])
    settings = [at for at, old in enumerate(lines) if _SETTING.match(old)] if _SETTING.match(line) else []
    at = settings[-1] + 1 if settings else len(lines)
    return "\n".join([*lines[:at], line, *lines[at:], ""])


def _put_block(text: str, block: str) -> str:
    first = block.partition("\n")[0]
    lines = text.rstrip("\n").splitlines()
    if first not in lines:
        return "\n".join([*lines, "", "", *block.rstrip("\n").splitlines(), ""])
    start = lines.index(first)
    end = start + 1
    while end < len(lines) and (lines[end].startswith((" ", "}", ")")) or not lines[end].strip()):
        end += 1
    after = ["", "", *lines[end:]] if end < len(lines) else []
    return "\n".join([*lines[:start], *block.rstrip("\n").splitlines(), *after, ""])


def package_version(package: str, day: date) -> str:
    """A version that rises with time, as a package that is released often has one."""
    major = 1 + Dice("package", package).below(5)
    return f"{major}.{(day.year - 2025) * 12 + day.month}.{day.day % 10}"


def slug(text: str, words: int = 5) -> str:
    parts = [
        word for word in re.findall(r"[a-z0-9]+", text.lower()) if word not in {"the", "a", "an", "of", "to", "in"}
    ]
    return "-".join(parts[:words])
