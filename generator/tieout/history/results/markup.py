"""XML of tools, element by element: expat with every entity, internal declaration and outside file refused, and limits.

Reports of JaCoCo and Cobertura begin with a document type that names a file elsewhere; it is passed over, never fetched.
"""

from collections.abc import Callable, Mapping
from xml.parsers import expat

MAX_DEPTH = 50
MAX_ELEMENTS = 500_000
MAX_BYTES = 20_000_000

# (names of the elements around it and its own, its attributes)
Start = Callable[[tuple[str, ...], Mapping[str, str]], None]


class RefusedError(ValueError):
    """What a file holds that is not read, in words."""


# (names of the elements around it and its own, its text without that of the elements in it)
Tell = Callable[[tuple[str, ...], str], None]


def walk(data: bytes, start: Start, tell: Tell | None = None) -> None:
    """Tell of each element as it begins, and with `tell` of its text as it ends. Prefixes of namespaces are dropped.

    Raises:
        RefusedError: it is not XML, declares something, refers to something, or is beyond the limits.
    """
    if len(data) > MAX_BYTES:
        raise RefusedError(f"it is larger than {MAX_BYTES:,} bytes")
    around: list[str] = []
    texts: list[list[str]] = []  # of each element around, in pieces
    seen = 0

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal seen
        seen += 1
        around.append(name.rpartition(":")[2])
        if len(around) > MAX_DEPTH or seen > MAX_ELEMENTS:
            raise RefusedError("it has more elements, or nests them deeper, than a report does")
        start(tuple(around), attributes)
        texts.append([])

    def end(_: str) -> None:
        if tell:
            tell(tuple(around), "".join(texts[-1]).strip())
        texts.pop()
        around.pop()

    parser = expat.ParserCreate()
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    if tell:
        parser.CharacterDataHandler = lambda text: texts[-1].append(text)  # noqa: PLW0108 - the innermost changes
    parser.StartDoctypeDeclHandler = _doctype
    parser.EntityDeclHandler = _refuse
    parser.ExternalEntityRefHandler = _refuse
    parser.SkippedEntityHandler = _refuse
    try:
        parser.Parse(data, True)
    except RefusedError:
        raise
    except (LookupError, ValueError):  # an encoding that nobody knows, or that its bytes are not in
        raise RefusedError("its bytes are not in the encoding that it names") from None
    except expat.ExpatError as fault:
        raise RefusedError(f"it is not XML: {expat.ErrorString(fault.code)} in line {fault.lineno}") from None


def _doctype(_name: str, _system: str | None, _public: str | None, inside: int) -> None:
    if inside:
        raise RefusedError("it declares a document type of its own")


def _refuse(*_: object) -> int:
    raise RefusedError("it declares or refers to an entity")
