"""The page of docs/reference that shows what each check says, from the examples: `python -m checks.examples.page FILE`."""

import sys
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from checks.examples.kit import Example, Told
from checks.examples.table import EXAMPLES, OWN

from tieout.checks.catalogue import CHECKS

HEAD = """<!-- made by `make docs` from tests/checks/examples; edits here are overwritten -->

# What each check says

One example of each outcome of each [check](checks.md), in the words that stand in its rows. In all of them the service is `shop`, of
tier 1; Alice writes, Bob and Carol review, CI deploys; the period is 6 June to 30 September 2026, and the audit is as of its last
day. The tests judge each of them, so that the words here are the words there.

- **pass**, **fail**: what was asked is so, or is not.
- **excepted**: a fail that an exception permitted on that day. The deviation stays, and so do its words.
- **unknown**: it cannot be told, and the reason says what is missing. It counts as neither.
- **not-applicable**: it is in the population, and nothing is asked of it. A check that is set for other tiers, services or
  days says so in the same words everywhere.
- **did-not-occur**: there was nothing to judge, which is no pass.
"""


def outcomes_page() -> str:
    """Every check in the order of its page, and the one that the operator declares."""
    ordered = {id_: place for place, id_ in enumerate((*CHECKS, OWN.id))}
    examples = sorted(EXAMPLES, key=lambda one: ordered[one.check])
    return "\n".join((HEAD, *(_section(id_, own) for id_, own in groupby(examples, key=lambda one: one.check))))


def _section(check: str, examples: Iterable[Example]) -> str:
    number = CHECKS[check].number if check in CHECKS else "declared by the operator"
    title = CHECKS[check].title if check in CHECKS else OWN.title
    rows = "\n".join(_rows(examples))
    return f"## {check} ({number})\n\n{title}.\n\n| outcome | found | reason |\n|---|---|---|\n{rows}\n"


def _rows(examples: Iterable[Example]) -> Iterator[str]:
    for one in examples:
        if isinstance(one.case, Told):
            yield f"| {one.outcome} | {_cell(one.case.found)} | {_cell(one.case.reason)} |"
        else:
            why = one.case.when if one.case else f"It cannot occur. {one.why}"
            yield f"| {one.outcome} | | {why} |"


def _cell(text: str) -> str:
    """`*` and `_` are meant as they are; a bar would end the cell."""
    return text.replace("|", "\\|").replace("*", "\\*").replace("_", "\\_").replace("<", "&lt;")


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(outcomes_page(), "utf-8")
