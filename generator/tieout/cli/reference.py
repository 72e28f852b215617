"""The pages of docs/reference/ that are made from the code's own definitions: `python -m tieout.cli.reference DIRECTORY`."""

import sys
from pathlib import Path

from tieout import checks
from tieout.codes import CODES

NOTE = "<!-- made by `make docs` from the code; edits here are overwritten -->\n"


def problems() -> str:
    """Every problem code with its meaning and remedy."""
    rows = "\n".join(f"## {name}\n\n{code.meaning}\n\nRemedy: {code.remedy}\n" for name, code in sorted(CODES.items()))
    return f"{NOTE}\n# Problems\n\n{len(CODES)} codes. `tieout explain CODE` prints the same.\n\n{rows}"


def checks_page() -> str:
    """Every check as its declaration says."""
    parts = [f"{NOTE}\n# Checks\n\n{len(checks.CHECKS)} checks. `tieout explain CHECK` prints the same.\n"]
    for check in checks.CHECKS.values():
        parts.append(
            f"## {check.id} ({check.number})\n\n{check.title}.\n\n"
            f"| | |\n|---|---|\n"
            f"| population | {check.population} |\n"
            f"| passes when | {check.passes_when} |\n"
            f"| proves | {check.proves} |\n"
            f"| cannot prove | {check.cannot_prove} |\n"
            f"| when it fails | {check.remedy} |\n"
            f"| stage | {check.stage} |\n"
            f"| usually supports | {', '.join(check.annex_a)} |\n"
        )
    return "\n".join(parts)


PAGES = {"problems.md": problems, "checks.md": checks_page}


def write(folder: Path) -> None:
    """Writes each page that changed."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in PAGES.items():
        (folder / name).write_text(make(), "utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
