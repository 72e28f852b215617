"""YAML as plain values with their places, whatever the bytes.

Works on the events of the parser, so that limits are decided while streaming and nothing is constructed that was not
asked for: text, whole numbers, true, false, null, lists and mappings with text as keys. Dates, `yes`, `1.10` and `010`
stay text; what a field means is decided by its schema, later.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

import yaml
from yaml import events

from tieout.problems import Problem, Severity, Source
from tieout.text.plain import CONTROL, decode, place

MAX_DEPTH = 32
MAX_NODES = 100_000

Value: TypeAlias = "str | int | bool | list[Value] | dict[str, Value] | None"
Path: TypeAlias = "tuple[str | int, ...]"
Place: TypeAlias = "tuple[int, int]"
Packed: TypeAlias = "tuple[Value, str, str]"  # a value, and the places of its parts and of its fields' names in order

# libyaml's parser is ten times faster and gives the same events; a Python without it has only the other.
_LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,14}")
_WORDS: Mapping[str, bool | None] = MappingProxyType({"true": True, "false": False, "null": None, "~": None, "": None})
# A document prefix of ours is `---` at most. Directives are refused, as the parser compares each with all before.
_DIRECTIVE = re.compile(r"^%", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A value with the line and column of each part: of the values in `places`, of the fields' names in `keys`."""

    value: Value = None
    places: Mapping[Path, Place] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    keys: Mapping[Path, Place] = field(default_factory=dict)

    def source(self, path: Path, source: Source) -> Source:
        """The place of a part, or of the nearest part around it that is written."""
        while path not in self.places and path:
            path = path[:-1]
        line, column = self.places.get(path, (source.line, source.column))
        return Source(source.repo, source.path, line, column)


def parse(data: bytes, source: Source, *, own: bool = True) -> Parsed:
    """Any bytes as plain values. `source.line` is the line on which the data begins in its file.

    `own` is for files of the ISMS: anchors, aliases, tags, merge keys, several documents, duplicate keys and tabs
    are errors, and with an error the value is None. Other people's files (`own=False`) are read as far as they go:
    tags are dropped, aliases and merge keys are followed within limits, the last of duplicate keys and of several
    documents counts, and what cannot be read is a warning.
    """
    text, problems = decode(data, source, own=own)
    if any(
        problem.code in {"not-utf8", "file-too-large", "control-character", "merge-conflict"} for problem in problems
    ):
        return Parsed(None, {}, problems)
    reader = _Reader(text, source, own)
    value = reader.read()
    found = (*problems, *reader.problems)
    if any(problem.severity == "error" for problem in found):
        value = None
    return Parsed(value, reader.places, found, reader.keys)


def pack(parsed: Parsed) -> Packed:
    """What was parsed without a problem, as JSON. The paths are left out: they follow from the value."""
    return parsed.value, _said(parsed.places), _said(parsed.keys)


def unpack(packed: Packed) -> Parsed:
    """The same again. Places are worked out when one is asked for: few are."""
    value, places, keys = packed
    return Parsed(value, _Places(value, places, keys=False), (), _Places(value, keys, keys=True))


def _said(places: Mapping[Path, Place]) -> str:
    return " ".join(f"{line}:{column}" for line, column in places.values())


class _Places(Mapping[Path, Place]):
    """Places of the parts of a value, or of the names of its fields, which stand in the order of the file."""

    def __init__(self, value: Value, said: str, *, keys: bool) -> None:
        self._value, self._said, self._keys = value, said, keys
        self._found: dict[Path, Place] | None = None

    def _all(self) -> dict[Path, Place]:
        if self._found is None:
            pairs = (one.partition(":") for one in self._said.split())
            places = ((int(line), int(column)) for line, _, column in pairs)
            self._found = dict(zip(_paths(self._value, (), self._keys), places, strict=False))
        return self._found

    def __getitem__(self, path: Path) -> Place:
        return self._all()[path]

    def __iter__(self) -> Iterator[Path]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


def _paths(value: Value, path: Path, keys: bool) -> Iterator[Path]:
    """The path of every part in the order in which they are written; with `keys` of those that have a name only."""
    if not keys or (path and isinstance(path[-1], str)):
        yield path
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _paths(part, (*path, name), keys)
    elif isinstance(value, list):
        for position, part in enumerate(value):
            yield from _paths(part, (*path, position), keys)


class _Stop(Exception):  # noqa: N818 - it ends the reading of one file and never leaves this module
    pass


def _events(text: str) -> Iterator[events.Event]:
    """As `yaml.parse` gives them, without a generator of Python in between."""
    return iter(_LOADER(text).get_event, None)


@dataclass(slots=True)
class _Anchored:
    """A value that aliases may repeat, and how many parts it has when written out."""

    value: Value
    nodes: int


@dataclass(slots=True)
class _Reader:
    text: str
    origin: Source
    own: bool
    problems: list[Problem] = field(default_factory=list)
    places: dict[Path, Place] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)
    anchors: dict[str, _Anchored] = field(default_factory=dict)
    nodes: int = 0
    first: int = field(init=False)  # line on which the text begins

    def __post_init__(self) -> None:
        self.first = self.origin.line or 1

    def read(self) -> Value:
        try:
            self._refuse_tabs_and_directives()
            return self._documents(_events(self.text))
        except _Stop:
            return None
        except yaml.MarkedYAMLError as fault:
            said = f"{fault.context or ''} {fault.problem or ''}".lower()
            # What is not closed is mended where it opens.
            mark = (fault.context_mark if "end of stream" in said else None) or fault.problem_mark
            line, column = (mark.line, mark.column) if mark else (0, 0)
            self._report("yaml-syntax", _sentence(said, self.text, line, column), (self._line(line), column + 1))
        except (yaml.YAMLError, ValueError, OverflowError):  # the last two: an escape beyond Unicode, without libyaml
            self._report("yaml-syntax", "this is not YAML", (self._line(0), 1))
        return None

    def _documents(self, stream: Iterator[events.Event]) -> Value:
        value: Value = None
        count = 0
        for event in stream:
            if isinstance(event, events.DocumentStartEvent):
                count += 1
                if count > 1:
                    self._refuse("yaml-documents", "a second document begins here; keep one in a file", event)
                self.anchors.clear()
            elif isinstance(event, events.NodeEvent):
                value = self._node(event, stream, ())
        return value

    def _node(self, event: events.Event, stream: Iterator[events.Event], path: Path) -> Value:
        """One value and everything in it. Recursion ends at MAX_DEPTH."""
        self._count(1, event)
        self.places[path] = self._place(event)
        if isinstance(event, events.AliasEvent):
            return self._alias(event)
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if anchor is None and tag is None:  # as nearly all are
            return self._content(event, stream, path)
        if anchor is not None:
            message = f"the anchor &{anchor} is not allowed; write the value where it is needed"
            self._refuse("yaml-anchor", message, event)
        if tag is not None:
            self._refuse("yaml-tag", f"the tag {tag} is not allowed; write the plain value", event)
        before = self.nodes
        value = self._content(event, stream, path)
        if anchor is not None:
            self.anchors[anchor] = _Anchored(value, self.nodes - before + 1)
        return value

    def _content(self, event: events.Event, stream: Iterator[events.Event], path: Path) -> Value:
        if isinstance(event, events.ScalarEvent):
            return self._text(event) if event.style or event.tag is not None else _plain_value(event.value)
        if len(path) >= MAX_DEPTH:
            self._stop("yaml-limit", f"this is nested more than {MAX_DEPTH} deep; write it flatter", event)
        if isinstance(event, events.SequenceStartEvent):
            return self._sequence(stream, path)
        return self._mapping(stream, path)

    def _sequence(self, stream: Iterator[events.Event], path: Path) -> Value:
        items: list[Value] = []
        for event in stream:
            if isinstance(event, events.SequenceEndEvent):
                break
            items.append(self._node(event, stream, (*path, len(items))))
        return items

    def _mapping(self, stream: Iterator[events.Event], path: Path) -> Value:
        entries: dict[str, Value] = {}
        merged: list[Value] = []
        for event in stream:
            if isinstance(event, events.MappingEndEvent):
                break
            key = self._key(event, stream, path)
            follower = next(stream)
            if key is None:
                self._node(follower, stream, (*path, ""))
            elif key == "<<" and _plain(event):
                message = "the merge key << is not allowed; write the fields out"
                self._refuse("yaml-merge", message, event)
                merged.append(self._node(follower, stream, (*path, key)))
            else:
                inner = (*path, key)
                if inner in self.keys:
                    self._refuse_duplicate(key, event, inner)
                self.keys[inner] = self._place(event)
                entries[key] = self._node(follower, stream, inner)
        return self._merge(merged, entries) if merged else entries

    def _key(self, event: events.Event, stream: Iterator[events.Event], path: Path) -> str | None:
        """The name of a field; None for a list, a mapping or an unknown alias in its place."""
        if isinstance(event, events.ScalarEvent):
            if event.anchor is None and event.tag is None:
                self._count(1, event)
                return self._text(event)
            self._node(event, stream, (*path, ""))
            return self._text(event)
        value = self._node(event, stream, (*path, ""))
        if isinstance(value, str):
            return value
        self._refuse("yaml-key", "the name of a field must be plain text; put it in quotes", event)
        return None

    def _text(self, event: events.ScalarEvent) -> str:
        """The text of a scalar; only in double quotes can an escape write what may not stand in a file."""
        text: str = event.value
        bad = CONTROL.search(text) if event.style == '"' else None
        if bad is None:
            return text
        message = f"the escape for U+{ord(bad[0]):04X} is not text; delete it"
        self._refuse("control-character", message, event)
        return CONTROL.sub("\ufffd", text)

    def _refuse_duplicate(self, key: str, event: events.Event, path: Path) -> None:
        message = f"'{key}' is already written in line {self.keys[path][0]}; keep one of the two"
        self._refuse("yaml-duplicate-key", message, event)

    def _alias(self, event: events.AliasEvent) -> Value:
        name = event.anchor or ""
        self._refuse("yaml-anchor", f"the alias *{name} is not allowed; write the value where it is needed", event)
        target = self.anchors.get(name)
        if target is None:
            if not self.own:
                self._report("yaml-syntax", f"the alias *{name} names nothing written before it", self._place(event))
            return None
        self._count(target.nodes, event)
        return target.value

    def _merge(self, merged: list[Value], entries: dict[str, Value]) -> dict[str, Value]:
        """The fields of `<<: *base` and `<<: [*one, *two]` below the mapping's own; the first that has a field wins."""
        result: dict[str, Value] = {}
        for base in (item for given in merged for item in (given if isinstance(given, list) else [given])):
            if isinstance(base, dict):
                for name, value in base.items():
                    result.setdefault(name, value)
        return {**result, **entries}

    def _count(self, number: int, event: events.Event) -> None:
        self.nodes += number
        if self.nodes > MAX_NODES:
            self._stop("yaml-limit", f"the file has more than {MAX_NODES:,} values; split it", event)

    def _refuse_tabs_and_directives(self) -> None:
        if not self.own:
            if len(_DIRECTIVE.findall(self.text)) > MAX_DEPTH:
                self._stop("yaml-limit", "the file has too many directives", None)
            return
        tab = self.text.find("\t")
        if tab >= 0:
            message = "a tab is not allowed in YAML; use spaces (in text, write \\t in double quotes)"
            self._report("yaml-tab", message, place(self.text, tab, self.origin))
        directive = _DIRECTIVE.search(self.text)
        if directive:
            message = "a line may not begin with %; delete the directive, or indent the text"
            self._report("yaml-directive", message, place(self.text, directive.start(), self.origin))
        if self.problems:
            raise _Stop

    def _refuse(self, code: str, message: str, event: events.Event) -> None:
        """An error in a file of the ISMS; nothing in other people's."""
        if self.own:
            self._report(code, message, self._place(event))

    def _stop(self, code: str, message: str, event: events.Event | None) -> None:
        self._report(code, message, self._place(event) if event else (self._line(0), 1))
        raise _Stop

    def _report(self, code: str, message: str, where: Place) -> None:
        severity: Severity = "error" if self.own else "warning"
        self.problems.append(Problem(code, severity, message, Source(self.origin.repo, self.origin.path, *where)))

    def _line(self, line: int) -> int:
        return self.first + line

    def _place(self, event: events.Event) -> Place:
        mark = event.start_mark
        return (self.first + mark.line, mark.column + 1) if mark else (self.first, 1)


def _plain(event: events.Event) -> bool:
    """Whether a scalar has neither quotes nor a tag, and so may be a number or a word of YAML."""
    return isinstance(event, events.ScalarEvent) and not event.style and event.tag is None


def _plain_value(text: str) -> Value:
    if text[:1] in "-0123456789" and _WHOLE.fullmatch(text):
        return int(text)
    return _WORDS.get(text, text)


# What the two parsers say, and what an author needs to hear.
_SENTENCES: tuple[tuple[str, str], ...] = (
    (
        r"mapping values are not allowed",
        "a colon and a space inside text; put the text in quotes, or mend the indentation",
    ),
    (r"unknown escape|escape sequence|hexdecimal|hexadecimal", "a backslash in double quotes; use single quotes"),
    (r"quoted scalar.*(end of stream|document)|document separator", "the quotes that open here are not closed"),
    (r"cannot start any token", "a value may not begin with {char}; put it in quotes"),
    (r"flow (sequence|mapping|node)", "a bracket is not closed, or a comma is missing before this place"),
    (r"could not find expected ':'", "a colon is missing after the name of a field, or the text needs quotes"),
    (r"anchor|alias|\btag\b", "a value may not begin with &, * or !; put it in quotes"),
    (
        r"block (mapping|sequence|collection|end)|expected key|sequence entries|'-' indicator",
        "the indentation does not fit the lines above",
    ),
)


def _sentence(said: str, text: str, line: int, column: int) -> str:
    for pattern, sentence in _SENTENCES:
        if re.search(pattern, said):
            return sentence.format(char=_character(text, line, column))
    return "this is not YAML; check quotes, brackets and indentation before this place"


def _character(text: str, line: int, column: int) -> str:
    lines = text.split("\n")
    row = lines[line] if line < len(lines) else ""
    return repr(row[column]) if column < len(row) else "this character"
