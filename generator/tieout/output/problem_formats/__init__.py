"""Problems as text for other programs: one object of facts in, one text out. Nothing is judged or sorted away here.

Each format is stable and deterministic, and holds foreign text only with its control characters made visible.
The formats are told in docs/reference/formats.md.
"""

from collections.abc import Callable, Mapping

from tieout.output.problem_formats import annotations, json, junit, sarif
from tieout.output.problem_formats.report import Report

__all__ = ["FORMATS", "Report"]

FORMATS: Mapping[str, Callable[[Report], str]] = {
    "json": json.render,
    "sarif": sarif.render,
    "github": annotations.render,
    "junit": junit.render,
}
