"""The pages of docs/reference/ that are made from the code's own definitions: `python -m tieout.cli.reference DIRECTORY`."""

import sys
from pathlib import Path

from tieout import checks
from tieout.cli import explain
from tieout.codes import CODES
from tieout.model.results import Check

NOTE = "<!-- made by `make docs` from the code; edits here are overwritten -->\n"


def problems() -> str:
    """Every problem code with its meaning and remedy."""
    rows = "\n".join(f"## {name}\n\n{code.meaning}\n\nRemedy: {code.remedy}\n" for name, code in sorted(CODES.items()))
    return f"{NOTE}\n# Problems\n\n{len(CODES)} codes. `tieout explain CODE` prints the same.\n\n{rows}"


def checks_page() -> str:
    """Every check as its declaration says."""
    head = f"{NOTE}\n# Checks\n\n{len(checks.CHECKS)} checks. `tieout explain CHECK` prints the same.\n"
    return "\n".join((head, *map(described, checks.CHECKS.values())))


def described(check: Check) -> str:
    table = "\n".join(f"| {name} | {words} |" for name, words in explain.facts(check).items())
    return f"## {check.id} ({check.number})\n\n{check.title}.\n\n| | |\n|---|---|\n{table}\n"


PAGES = {"problems.md": problems, "checks.md": checks_page}


def write(folder: Path) -> None:
    """Writes each page that changed."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in PAGES.items():
        (folder / name).write_text(make(), "utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
