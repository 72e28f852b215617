"""A starting ISMS: the files of `tieout/starts`, with the names and days of the person who begins it.

The files are kept as they will lie in the new folder, with words such as `@owner@` where something is filled in. What
`minimal` and `sportsbook` share stands in `common`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files
from importlib.resources.abc import Traversable

from tieout.content import catalogue, new_ids
from tieout.model.registers import BY_NAME
from tieout.problems import Source
from tieout.text import frontmatter, yaml, yaml_lines

STARTS = ("minimal", "sportsbook")
SCHEMAS = ".schemas"  # where the files of a start look for the schemas of their registers, for editors

# Hidden files lie in the package under a name that no tool passes over.
_HIDDEN = {"gitignore": ".gitignore"}
_WORD = re.compile(r"@([a-z0-9-]+)@")
_LATER = re.compile(r"in-([0-9]+)-days")


@dataclass(frozen=True, slots=True)
class Author:
    """Who begins the ISMS, and for whom (empty: to be written). `name` and `address` become the first of the people."""

    operator: str
    name: str
    address: str

    @property
    def id(self) -> str:
        return new_ids.next_id(BY_NAME["people"], (), self.name, 0)


def render(start: str, author: Author, today: date) -> Mapping[str, bytes]:
    """Every file of a start by its path, filled in; sorted. `today` is the day from which its days are counted."""
    texts = dict(sorted({**_read("common"), **_read(start)}.items()))
    words = _words(author, today)
    words["rows"] = _soa_rows(texts, f"ACT-{today.year}-001", author.id)
    return {_fill(path, words): _fill(text, words).encode() for path, text in texts.items()}


def _read(start: str) -> dict[str, str]:
    return dict(_walk(files("tieout").joinpath("starts", start), ""))


def _walk(folder: Traversable, above: str) -> Iterator[tuple[str, str]]:
    for entry in folder.iterdir():
        path = above + _HIDDEN.get(entry.name, entry.name)
        if entry.is_dir():
            yield from _walk(entry, f"{path}/")
        else:
            yield path, entry.read_text("utf-8")


def _words(author: Author, today: date) -> dict[str, str]:
    return {
        "owner": author.id,
        "name": yaml_lines.quoted(author.name),
        "email": yaml_lines.quoted(author.address),
        "operator": yaml_lines.quoted(author.operator or "Name of the organisation"),
        "operator-plain": yaml_lines.clean(author.operator).replace("\n", " ") or "this organisation",
        "today": today.isoformat(),
        "year": str(today.year),
        "in-a-year": (today + timedelta(days=365)).isoformat(),
        "audit-year": str((today + timedelta(days=180)).year),
    }


def _fill(text: str, words: Mapping[str, str]) -> str:
    """In one pass, so that nothing that was filled in is taken for a word to fill."""
    return _WORD.sub(lambda match: _meaning(match[1], words), text)


def _meaning(word: str, words: Mapping[str, str]) -> str:
    later = _LATER.fullmatch(word)
    if later is None:
        return words[word]
    return (date.fromisoformat(words["today"]) + timedelta(days=int(later[1]))).isoformat()


def _soa_rows(texts: Mapping[str, str], action: str, owner: str) -> str:
    """A row for each control of Annex A: included, planned, and to be decided; for a risk where a control says so."""
    named = {id_ for path, text in texts.items() if "/controls/" in path for id_ in _implemented(text)}
    rows = []
    theme = ""
    for control in catalogue.annex_a().values():
        if control.theme != theme:
            theme = control.theme
            rows.append(f"  # {theme}\n")
        reason = "risk" if control.id in named else "baseline"
        rows.append(
            f"  {control.id}: {{applicable: true, reasons: [{reason}], status: planned, owner: {owner}, action: {action}}}"
            f"  # {control.title}\n"
        )
    return "".join(rows)


def _implemented(text: str) -> list[str]:
    matter, *_ = frontmatter.split(text.encode())
    value = yaml.parse(matter.replace(b"@", b"x"), Source()).value
    found = value.get("implements") if isinstance(value, dict) else None
    return [str(id_) for id_ in found] if isinstance(found, list) else []
