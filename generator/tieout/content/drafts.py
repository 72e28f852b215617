"""The text of records that do not exist yet: what `init`, `new` and `import` write. Pure; reads and writes no file.

What is rendered here is read again by `text.yaml` as the same values.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from types import MappingProxyType

from tieout.content.registers import MAX_ID, normal, row_fault
from tieout.model.fields import FieldNote, fields_of
from tieout.model.registers import Register
from tieout.text.plain import CONTROL
from tieout.text.words import human_list
from tieout.text.yaml import Value

WIDTH = 118  # of a line before it is folded, or a list written one item a line
_FOLD = 100

# Plain text that no reader of YAML takes for anything else. Days stay bare: in our YAML, as in YAML 1.2, they are text.
_BARE_LINE = re.compile(r"[^\W_](?:[^\n\t\\:#]|:(?=\S)|(?<=\S)#)*")
_BARE = re.compile(r"[^\W_](?:[^\n\\:#\[\]{},&*!|>'\"%@`]|:(?=[^\s,\[\]{}])|(?<=\S)#)*")
_OTHER_MEANING = re.compile(
    r"(?i:true|false|null|yes|no|on|off|y|n)|[-+]?[0-9][0-9_]*|0x[0-9a-fA-F_]+|0o?[0-7_]+|0b[01_]+"
    r"|[-+]?(?:\.[0-9]+|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?"
)
_ESCAPES = MappingProxyType({'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"})
_HIDDEN = re.compile(
    "[\xa0\xad\u200b-\u200f\u202a-\u202f\u205f-\u206f\u3000]"
)  # shown as an escape, since nobody sees them

# Letters that Unicode does not take apart into a Latin one and its accent.
_LATIN = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ł": "l",
        "ħ": "h",
        "ı": "i",
        "'": "",
        "’": "",
        **dict(
            zip(
                "абвгдезийклмнопрстуфцыэіўјѓќљњђћџѣ",
                [
                    "a",
                    "b",
                    "v",
                    "g",
                    "d",
                    "e",
                    "z",
                    "i",
                    "j",
                    "k",
                    "l",
                    "m",
                    "n",
                    "o",
                    "p",
                    "r",
                    "s",
                    "t",
                    "u",
                    "f",
                    "c",
                    "y",
                    "e",
                    "i",
                    "u",
                    "j",
                    "g",
                    "k",
                    "lj",
                    "nj",
                    "dj",
                    "c",
                    "dz",
                    "e",
                ],
                strict=True,
            )
        ),
        "ж": "zh",
        "х": "h",
        "ч": "ch",
        "ш": "sh",
        "щ": "sht",
        "ъ": "a",
        "ь": "",
        "ю": "yu",
        "я": "ya",
        "є": "ie",
        "ґ": "g",
        **dict(
            zip(
                "αβγδεζηικλμνξοπρσςτυφωχ",
                [
                    "a",
                    "v",
                    "g",
                    "d",
                    "e",
                    "z",
                    "i",
                    "i",
                    "k",
                    "l",
                    "m",
                    "n",
                    "x",
                    "o",
                    "p",
                    "r",
                    "s",
                    "s",
                    "t",
                    "y",
                    "f",
                    "o",
                    "h",
                ],
                strict=True,
            )
        ),
        "θ": "th",
        "ψ": "ps",
    }
)

_FORMS = MappingProxyType(
    {"day": "(day: 2026-11-30)", "time": "(time: 2026-11-30T14:05Z)", "duration": "(such as 90d, 3mo or 1y)"}
)

# Registers whose ids count within a year, those counted without one in two digits, and those that speak.
_BY_YEAR = MappingProxyType({"DEC": 3, "INC": 3, "FND": 3, "ACT": 3, "EVD": 3, "AUD": 2, "MRV": 2})
_TWO_DIGITS = frozenset({"CTX", "PTY", "KEY", "CRIT", "POL", "RB", "OBJ"})
_SPEAKING = frozenset({"LIC", "EVT", "MET"})


# --- values --------------------------------------------------------------------------------------------------------


def clean(text: str) -> str:
    """The text as a file of the ISMS can hold it: line feeds as line ends, U+FFFD for what YAML cannot write."""
    return CONTROL.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def render_record(
    register: Register, fields: Mapping[str, Value], body: str = "", *, explained: bool = False, form: str = "md"
) -> str:
    """One record as a file: Markdown with front matter, or plain YAML with `form` "yml".

    `fields` are by the names a person writes, in the order in which they are to stand; None is a field left empty.
    `explained` puts above each what it means, and below all the fields that could be added.
    """
    lines = "".join(_explained(register, fields) if explained else _fields(fields, ""))
    if form != "md":
        return lines
    text = clean(body).strip("\n")
    return f"---\n{lines}---\n" + (f"{text}\n" if text else "")


def render_row(register: Register, id_: str, fields: Mapping[str, Value], *, explained: bool = False) -> str:
    """One row of a register that is a list, ending with a line feed. Rows are joined as they are."""
    row = {register.row_id: id_, **fields}
    lines = "".join(_explained(register, row) if explained else _fields(row, ""))
    return "- " + "".join(line if line == "\n" else f"  {line}" for line in lines.splitlines(keepends=True))[2:]


def _explained(register: Register, fields: Mapping[str, Value]) -> Iterator[str]:
    """The fields, each below its explanation; what is needed and not given is left empty, the rest stands as comments."""
    known = {note.name: note for note in fields_of(register.model)}
    wanted = [name for name, note in known.items() if note.required or name in fields]
    for name in dict.fromkeys((*(name for name in fields if name not in known), *wanted)):
        value = fields.get(name)
        if name in known:
            yield from _comment(known[name], register)
        yield from _fields({name: _blank(known[name]) if value is None and name in known else value}, "")
    rest = [note for name, note in known.items() if name not in wanted]
    if rest:
        yield "#\n# What else can be said. To use a line, take away the # and the space in front of it.\n"
    for note in rest:
        yield "#\n"
        yield from (f"# {line}" for line in _comment(note, register))
        yield from (f"# {line}" for text in _fields({note.name: _blank(note)}, "") for line in text.splitlines(True))


def _blank(note: FieldNote) -> Value:
    """A field to be filled in: one group with the names of what it needs, or nothing."""
    if note.part is None or note.many or note.kind != "group of fields":
        return None
    inner = [one.name for one in fields_of(note.part) if one.required] or [one.name for one in fields_of(note.part)]
    return dict.fromkeys(inner)


def _comment(note: FieldNote, register: Register) -> Iterator[str]:
    hint = _hint(note)
    said = f"{note.explanation}{' ' if note.explanation and hint else ''}{hint}"
    yield from (f"# {line}\n" for line in _wrapped(said or f"The {note.name} of the {register.kind}."))


def _hint(note: FieldNote) -> str:
    """What may be written: words, a form, the registers whose ids are meant, what each of several groups holds."""
    if note.choices:
        return f"({note.kind})"
    if note.links:
        meant = human_list(note.links, "or")
        return f"({note.kind}: {meant})"
    if note.part is not None:
        inner = ", ".join(one.name if one.required else f"{one.name}?" for one in fields_of(note.part))
        return f"({note.kind}: {inner})"
    if note.kind == "text" or "such as" in note.explanation:
        return ""
    return _FORMS.get(note.kind, f"({note.kind})")


def _fields(fields: Mapping[str, Value], indent: str) -> Iterator[str]:
    for name, value in fields.items():
        yield _entry(f"{indent}{quoted(name)}:", value, indent)


def _entry(start: str, value: Value, indent: str) -> str:
    """One field or item with all its lines; `start` is what stands before the value, `indent` the depth of the line."""
    if value is None:
        return f"{start}\n"
    if isinstance(value, str):
        return _text_entry(start, clean(value), indent)
    flow = _flow(value)
    empty = isinstance(value, dict) and None in value.values()
    if not isinstance(value, list | dict) or not value or (len(start) + len(flow) < WIDTH and not empty):
        return f"{start} {flow}\n"
    if isinstance(value, dict):
        return f"{start}\n{''.join(_fields(value, indent + '  '))}"
    return f"{start}\n" + "".join(_item(item, indent + "  ") for item in value)


def _item(value: Value, indent: str) -> str:
    """An item of a list on lines of its own; a group of fields stays on one line where it is not too long."""
    if isinstance(value, dict) and value and len(indent) + len(_flow(value)) >= WIDTH:
        lines = "".join(_fields(value, indent + "  "))
        return f"{indent}- {lines[len(indent) + 2 :]}"
    if isinstance(value, list) and value and len(indent) + len(_flow(value)) >= WIDTH:
        return f"{indent}-\n" + "".join(_item(item, indent + "  ") for item in value)
    return f"{indent}- {_flow(value)}\n"


def _text_entry(start: str, text: str, indent: str) -> str:
    written = quoted(text, _BARE_LINE)
    if len(start) + len(written) < WIDTH or _HIDDEN.search(text):
        return f"{start} {written}\n"
    if _foldable(text):
        return f"{start} >-\n" + "".join(f"{indent}  {line}\n" for line in _wrapped(text))
    if _literal(text):
        sign = "|" if text.endswith("\n") else "|-"
        lines = "".join(f"{indent}  {line}\n" if line else "\n" for line in text.removesuffix("\n").split("\n"))
        return f"{start} {sign}\n{lines}"
    return f"{start} {written}\n"


def _foldable(text: str) -> bool:
    """Whether line breaks between its words come back as single spaces."""
    return bool(re.fullmatch(r"[^\s]+(?: [^\s]+)+", text))


def _literal(text: str) -> bool:
    return "\n" in text and "\t" not in text and text[0] not in " \n" and not text.endswith("\n\n")


def _wrapped(text: str) -> Iterator[str]:
    line = ""
    for word in text.split(" "):
        if line and len(line) + len(word) >= _FOLD:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    yield line


def _flow(value: Value) -> str:
    """A value on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return quoted(clean(value))
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    return f"{{{', '.join(f'{quoted(name)}: {_flow(one)}' for name, one in value.items())}}}"


def quoted(text: str, bare: re.Pattern[str] = _BARE) -> str:
    """Text as YAML on one line, without quotes where it cannot be misread even inside brackets."""
    text = clean(text)
    plain = bare.fullmatch(text) and text[-1] not in " :" and not _HIDDEN.search(text) and "\t" not in text
    if plain and not _OTHER_MEANING.fullmatch(text):
        return text
    escaped = _HIDDEN.sub(lambda match: f"\\u{ord(match[0]):04X}", "".join(_ESCAPES.get(sign, sign) for sign in text))
    return f'"{escaped}"'


# --- ids and names of files ----------------------------------------------------------------------------------------


def slug(text: str, longest: int = 48) -> str:
    """Lower-case letters and digits joined by `-`, in Latin letters; empty where nothing of the text can be written so."""
    known = unicodedata.normalize("NFC", text.lower()).translate(_LATIN)  # й is a letter of its own, ά is α
    plain = unicodedata.normalize("NFKD", known).translate(_LATIN)
    words = re.findall(r"[a-z0-9]+", "".join(sign for sign in plain if not unicodedata.combining(sign)))
    found = ""
    for word in words:
        if len(found) + len(word) >= longest and found:
            break
        found = f"{found}-{word}" if found else word[:longest]
    return found


def file_name(register: Register, id_: str, title: str) -> str:
    """The path of a new record's file below the content folder; for a list or a single record the register's own file."""
    if register.shape != "folder":
        return register.path
    if not register.prefix:
        return f"{register.path}/{id_}.{'yml' if register.name == 'pipelines' else 'md'}"
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
