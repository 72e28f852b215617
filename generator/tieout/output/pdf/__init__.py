"""A bundle to the bytes of a PDF: PDF/A-3a and PDF/UA-1 are requested, the clock and the machine's fonts are not read.

A template reads the files beside it (`root`) and no others, and Typst has no way to run a program.
Content travels as JSON and is never spliced into Typst markup. Compile in a child process: Typst keeps its memory.
"""

import json
import os
from pathlib import Path
from typing import Literal

import typst

from tieout.output import themes
from tieout.output.pdf import glyphs, values
from tieout.problems import BuildError
from tieout.views.bundle import Bundle

STANDARDS: list[Literal["a-3a", "ua-1"]] = ["a-3a", "ua-1"]


def render(bundle: Bundle, theme: Path | None = None) -> bytes:
    """The PDF of one audit; the same bundle gives the same bytes with the same release of typst.

    Raises:
        BuildError: the engine refuses the document, with its own words.
    """
    template = _template(theme)
    document = glyphs.printable(values.document(bundle))
    try:
        return typst.compile(
            template,
            root=template.parent,
            format="pdf",
            pdf_standards=[*STANDARDS],
            sys_inputs={"doc": json.dumps(document, ensure_ascii=False)},
            timestamp=bundle.timestamp,
            ignore_system_fonts=True,
            package_path=template.parent / "packages",  # of the theme, not of the machine
            package_cache_path=Path(os.devnull),
        )
    except typst.TypstError as fault:
        raise BuildError(
            f"{bundle.name}: the PDF could not be set: {fault}; build with --no-pdf to go on without."
        ) from fault


def _template(theme: Path | None) -> Path:
    for folder in themes.folders(theme):
        candidate = folder / "pdf" / "bundle.typ"
        if candidate.is_file():
            return candidate
    raise BuildError("the default theme has no pdf/bundle.typ; install Tieout again.")
