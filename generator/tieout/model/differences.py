"""What distinguishes two versions of a record, field by field and in words. Pure; knows no history and no page.

A field has the name its author writes. Groups of fields are compared field by field, mappings key by key, and lists of
groups entry by entry, so that one changed word in a long record is one short difference. Values decide, not their
words: where two read alike, as `[a, b]` and `["a, b"]` do, they are quoted.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

from tieout.model.links import written_name
from tieout.model.records import Part, Record, utc

LONG = 80  # characters; a longer text is shown by its changed words
MOST_WORDS = (
    200  # or entries: what is left after the common beginning and end: comparing is quadratic, and the text is foreign
)
_GIVEN = frozenset({"id", "place", "body"})  # by the loader; the body is compared last
_NAMES = ("id", "course", "repo", "period")  # what tells the entries of a list apart, where their group has it

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that is not as it was. Empty words: it was not there, or is no longer. The two never read alike."""

    path: Path  # names as the author writes them; positions in lists count from 0
    old: str
    new: str

    @property
    def field(self) -> str:
        """The path as a reader writes it: `residual.likelihood`, `entries.A.8.32.status`, `results 2.met`."""
        text = ""
        for step in self.path:
            text += f" {step + 1}" if isinstance(step, int) else f".{step}" if text else step
        return text

    @property
    def is_long(self) -> bool:
        return "\n" in self.old + self.new or max(len(self.old), len(self.new)) > LONG


class Edit(NamedTuple):
    """A run of words of a text: kept, added or removed."""

    kind: Literal["kept", "added", "removed"]
    text: str


def differences(old: Record, new: Record) -> tuple[Difference, ...]:
    """What distinguishes two versions of one record (of one register), in the order of its fields, the body last.

    Where a record stands (its file and line) is no difference; the order in a list is one.
    """
    found = list(of_groups(old, new))
    if old.body != new.body:
        found.append(Difference(("body",), old.body, new.body))
    return tuple(found)


def of_groups(old: Part, new: Part) -> Iterator[Difference]:
    """What distinguishes two groups of the same fields, without the body of a record."""
    yield from _of_parts(old, new, ())


def in_words(value: object) -> str:
    """A value of a field as a person writes it; empty for what says nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        moment = utc(value)
        return moment.strftime("%Y-%m-%d %H:%M:%S UTC" if moment.second else "%Y-%m-%d %H:%M UTC")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Part):
        return ", ".join(f"{name} {text}" for name, held in fields(value) if (text := in_words(held)))
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {in_words(held)}" for key, held in value.items())
    if isinstance(value, tuple):
        return _separator(value).join(map(in_words, value))
    return str(value)


def _separator(value: tuple[object, ...]) -> str:
    """Sentences and groups hold commas of their own."""
    return "; " if any(isinstance(held, Part) or (isinstance(held, str) and " " in held) for held in value) else ", "


def quoted(value: object) -> str:
    """A value so that no other is written alike: texts in quotation marks, lists and groups in their brackets."""
    if value is None or isinstance(value, bool):
        return in_words(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, datetime):
        return utc(value).isoformat()
    if isinstance(value, Part):
        told = ", ".join(f"{name} {quoted(held)}" for name, held in fields(value) if held is not None)
        return f"{{{told}}}"
    if isinstance(value, Mapping):
        return f"{{{', '.join(sorted(f'{quoted(key)}: {quoted(held)}' for key, held in value.items()))}}}"
    if isinstance(value, tuple):
        return f"[{', '.join(map(quoted, value))}]"
    return str(value)


def fields(part: Part) -> Iterator[tuple[str, object]]:
    """The fields of a record or of a group in it, by the names the author writes, without what the loader gives."""
    for name, field in type(part).model_fields.items():
        if name not in _GIVEN or not isinstance(part, Record):
            yield written_name(name, field), getattr(part, name)


def _of_parts(old: Part, new: Part, path: Path) -> Iterator[Difference]:
    before = dict(fields(old))
    for name, value in fields(new):
        yield from _of_values(before[name], value, (*path, name))


def _of_values(old: object, new: object, path: Path) -> Iterator[Difference]:
    if old == new:
        return
    if isinstance(old, Part) and type(old) is type(new):
        yield from _of_parts(old, new, path)
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in (*old, *(key for key in new if key not in old)):
            yield from _of_entries(old.get(key), new.get(key), (*path, str(key)), there=(key in old, key in new))
    elif isinstance(old, tuple) and isinstance(new, tuple) and any(isinstance(held, Part) for held in (*old, *new)):
        yield from _of_lists(old, new, path)
    else:
        yield from _changed(old, new, path)


def _of_entries(old: object, new: object, path: Path, *, there: tuple[bool, bool]) -> Iterator[Difference]:
    """An entry that came or went is told although it says nothing: `(empty)`."""
    if all(there):
        yield from _of_values(old, new, path)
    else:
        before, after = (
            (in_words(value) or "(empty)") if is_there else ""
            for value, is_there in zip((old, new), there, strict=True)
        )
        yield Difference(path, before, after)


def _of_lists(old: tuple[object, ...], new: tuple[object, ...], path: Path) -> Iterator[Difference]:
    """Lists of groups: by the name of each entry where all have one of their own, else by what stayed the same."""
    before, after = _named(old), _named(new)
    if (before and after) or (before and not new) or (after and not old):
        yield from _of_values(before, after, path)
        if [name for name in before if name in after] != [name for name in after if name in before]:
            yield from _changed(tuple(before), tuple(after), path)
        return
    for kind, start, end, from_, to in _aligned(old, new):
        for step in range(max(end - start, to - from_) if kind != "equal" else 0):
            was, now = start + step < end, from_ + step < to
            position = from_ + step if now else start + step
            yield from _of_entries(
                old[start + step] if was else None,
                new[from_ + step] if now else None,
                (*path, position),
                there=(was, now),
            )


def _aligned(old: tuple[object, ...], new: tuple[object, ...]) -> list[tuple[str, int, int, int, int]]:
    """What to do to the old entries to get the new ones; long lists are compared place by place."""
    if len(old) + len(new) > 2 * MOST_WORDS:
        shorter = min(len(old), len(new))
        same = next((at for at in range(shorter) if old[at] != new[at]), shorter)
        return [("replace", same, len(old), same, len(new))]
    left, right = [quoted(held) for held in old], [quoted(held) for held in new]
    return list(SequenceMatcher(None, left, right, autojunk=False).get_opcodes())


def _named(entries: tuple[object, ...]) -> dict[str, object]:
    """The entries by what tells them apart; nothing where something has no name, or two have the same."""
    for name in _NAMES:
        found = {str(key): entry for entry in entries if isinstance(key := getattr(entry, name, None), str) and key}
        if len(found) == len(entries):
            return found
    return {}


def _changed(old: object, new: object, path: Path) -> Iterator[Difference]:
    """Of two values that differ."""
    before, after = in_words(old), in_words(new)
    if before == after:
        before, after = quoted(old), quoted(new)
    yield Difference(path, before, after)


# --- the words of a long text --------------------------------------------------------------------------------------


def edits(old: str, new: str) -> tuple[Edit, ...]:
    """The runs of words that were kept, removed and added, in reading order.

    A text that was rewritten beyond `MOST_WORDS` between its common beginning and end is one removal and one addition.
    """
    before, after = old.split(), new.split()
    start = _common(before, after)
    end = _common(before[start:][::-1], after[start:][::-1])
    left, right = before[start : len(before) - end], after[start : len(after) - end]
    if len(left) + len(right) > 2 * MOST_WORDS:
        middle = [Edit("removed", " ".join(left)), Edit("added", " ".join(right))]
    else:
        middle = list(_runs(left, right))
    found = [Edit("kept", " ".join(before[:start])), *middle, Edit("kept", " ".join(before[len(before) - end :]))]
    return tuple(edit for edit in found if edit.text)


def _common(left: list[str], right: list[str]) -> int:
    return next(
        (place for place, (one, other) in enumerate(zip(left, right, strict=False)) if one != other),
        min(len(left), len(right)),
    )


def _runs(left: list[str], right: list[str]) -> Iterator[Edit]:
    for kind, start, end, from_, to in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if kind == "equal":
            yield Edit("kept", " ".join(left[start:end]))
        else:
            yield Edit("removed", " ".join(left[start:end]))
            yield Edit("added", " ".join(right[from_:to]))


def count_words(old: str, new: str) -> tuple[int, int]:
    """How many words were added and removed, wherever they stand: a text that was only moved about has none of both."""
    before, after = Counter(old.split()), Counter(new.split())
    return (after - before).total(), (before - after).total()
