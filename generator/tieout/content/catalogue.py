"""What the program knows by itself, from the files that come with it: the requirement sets, and Annex A of ISO/IEC 27001:2022."""

from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType

from tieout.content import shipped
from tieout.content.files import Parse, parse
from tieout.content.requirement_ids import Catalogue
from tieout.model.registers import AnnexControl

_read: list[Catalogue] = []  # in this process


def load(parse_file: Parse = parse) -> Catalogue:
    """All of it, read once in a process. `parse_file` may know what the files say."""
    if not _read:
        _read.append(Catalogue(shipped.sets(parse_file), annex_a(parse_file), shipped.successors(parse_file)))
    return _read[0]


def annex_a(parse_file: Parse = parse) -> Mapping[str, AnnexControl]:
    """Its controls by id (A.5.1 to A.8.34), in the order of the standard."""
    rows = parse_file("annex-a.yaml", files("tieout").joinpath("data/annex-a.yaml").read_bytes()).parsed.value
    found: dict[str, AnnexControl] = {}
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, dict):
            id_ = str(row["id"])
            found[id_] = AnnexControl(id_, str(row["title"]), str(row["theme"]))
    return MappingProxyType(found)
