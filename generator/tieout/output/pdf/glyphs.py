"""Characters that the fonts of the PDF lack: an error under PDF/A, so they are written out as `[U+1F642]` beforehand."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import cast

import typst

from tieout.output.pdf.values import Json

# They only ask for the coloured form of the symbol before them, or join two (`text.words.visible` shows all others).
_SELECTORS = frozenset("\ufe0f\u200d")
PROBE = b'#set document(title: "probe")\n#set text(font: ("Libertinus Serif", "DejaVu Sans Mono"))\n#sys.inputs.words'


def printable(document: dict[str, Json]) -> dict[str, Json]:
    """The document with each character that cannot be printed replaced by its number."""
    foreign = frozenset(character for text in _texts(document) for character in text if ord(character) > 0xFF)
    absent = missing(foreign)
    if not absent:
        return document
    pattern = re.compile("[" + "".join(map(re.escape, sorted(absent))) + "]")
    return cast("dict[str, Json]", _replaced(document, pattern))


@cache
def missing(characters: frozenset[str]) -> frozenset[str]:
    """Those of `characters` that no font of the PDF has, found by halving."""
    if not characters or _prints("".join(sorted(characters))):
        return frozenset()
    if len(characters) == 1:
        return characters
    ordered = sorted(characters)
    half = len(ordered) // 2
    return missing(frozenset(ordered[:half])) | missing(frozenset(ordered[half:]))


def _prints(text: str) -> bool:
    try:
        typst.compile(
            PROBE,
            format="pdf",
            pdf_standards=["a-2b"],
            sys_inputs={"words": text},
            timestamp=0,
            ignore_system_fonts=True,
        )
    except typst.TypstError:
        return False
    return True


def _texts(value: Json) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for inner in value.values() for text in _texts(inner)]
    return [text for inner in value for text in _texts(inner)] if isinstance(value, Sequence) else []


def _replaced(value: Json, pattern: re.Pattern[str]) -> Json:
    if isinstance(value, str):
        return pattern.sub(lambda match: "" if match[0] in _SELECTORS else f"[U+{ord(match[0]):04X}]", value)
    if isinstance(value, Mapping):
        return {key: _replaced(inner, pattern) for key, inner in value.items()}
    return [_replaced(inner, pattern) for inner in value] if isinstance(value, Sequence) else value
