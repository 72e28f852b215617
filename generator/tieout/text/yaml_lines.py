"""Plain values as lines of YAML that a person likes to read; `text.yaml` reads them again as the same values."""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from tieout.text.plain import CONTROL
from tieout.text.yaml import Value

WIDTH = 118  # of a line before it is folded, or a list written one item a line
_FOLD = 100

# Plain text that no reader of YAML takes for anything else. Days stay bare: in our YAML, as in YAML 1.2, they are text.
_BARE_LINE = re.compile(r"[^\W_](?:[^\n\t\\:#]|:(?=\S)|(?<=\S)#)*")
_BARE = re.compile(r"[^\W_](?:[^\n\\:#\[\]{},&*!|>?'\"%@`]|:(?=[^\s,\[\]{}?])|(?<=\S)#)*")
_OTHER_MEANING = re.compile(
    r"(?i:true|false|null|yes|no|on|off|y|n)|[-+]?[0-9][0-9_]*|0x[0-9a-fA-F_]+|0o?[0-7_]+|0b[01_]+"
    r"|[-+]?(?:\.[0-9]+|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?"
)
_ESCAPES = MappingProxyType({'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"})
# Shown as an escape, since nobody sees them.
_HIDDEN = re.compile("[\xa0\xad\u200b-\u200f\u202a-\u202f\u205f-\u206f\u3000]")


def clean(text: str) -> str:
    """The text as a file of the ISMS can hold it: line feeds as line ends, U+FFFD for what YAML cannot write."""
    return CONTROL.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def fields(given: Mapping[str, Value], indent: str = "") -> Iterator[str]:
    """Each field with all its lines, by the name a person writes; None is a field left empty."""
    for name, value in given.items():
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
        return f"{start}\n{''.join(fields(value, indent + '  '))}"
    return f"{start}\n" + "".join(_item(item, indent + "  ") for item in value)


def _item(value: Value, indent: str) -> str:
    """An item of a list on lines of its own; a group of fields stays on one line where it is not too long."""
    if isinstance(value, dict) and value and len(indent) + len(_flow(value)) >= WIDTH:
        lines = "".join(fields(value, indent + "  "))
        return f"{indent}- {lines[len(indent) + 2 :]}"
    if isinstance(value, list) and value and len(indent) + len(_flow(value)) >= WIDTH:
        return f"{indent}-\n" + "".join(_item(item, indent + "  ") for item in value)
    return f"{indent}- {_flow(value)}\n"


def _text_entry(start: str, text: str, indent: str) -> str:
    written = quoted(text, _BARE_LINE)
    if len(start) + len(written) < WIDTH or _HIDDEN.search(text):
        return f"{start} {written}\n"
    if _foldable(text):
        return f"{start} >-\n" + "".join(f"{indent}  {line}\n" for line in wrapped(text))
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


def wrapped(text: str) -> Iterator[str]:
    """The words of a text on lines that read well."""
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
