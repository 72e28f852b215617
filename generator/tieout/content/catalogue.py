"""Annex A of ISO/IEC 27001:2022, as shipped with the program."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from tieout.model.registers import AnnexControl
from tieout.problems import Source
from tieout.text import yaml


@cache
def annex_a() -> Mapping[str, AnnexControl]:
    """Its controls by id (A.5.1 to A.8.34), in the order of the standard."""
    data = files("tieout").joinpath("data/annex-a.yaml").read_bytes()
    rows = yaml.parse(data, Source(path="annex-a.yaml")).value
    found: dict[str, AnnexControl] = {}
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, dict):
            id_ = str(row["id"])
            found[id_] = AnnexControl(id_, str(row["title"]), str(row["theme"]))
    return MappingProxyType(found)
