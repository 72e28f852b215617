"""The guide's own checks are written as an operator would copy them, and load without a problem."""

import re
from pathlib import Path

from tieout.cli.own_checks_page import own_checks_page
from tieout.model.own_checks import OPERATORS, POPULATIONS

DOCS = Path(__file__).parents[2] / "docs"


def test_the_checks_of_the_guide_load_without_a_problem(small, load):
    guide = (DOCS / "guide" / "own-checks.md").read_text("utf-8")
    first, enforced, setting = re.findall(r"^```yaml\n(.*?)^```", guide, re.DOTALL | re.MULTILINE)
    control = small["isms/controls/CTL-004-two-people.md"]
    enforcing = control.replace(b"enforced_by: [check:change-reviewed]", enforced.strip().encode())
    assert enforcing != control
    added = {"isms/own-checks.yml": first.encode(), "isms/checks.yml": setting.encode()}
    isms, problems = load(small | added | {"isms/controls/CTL-004-two-people.md": enforcing})
    assert problems == []
    assert list(isms.own_checks) == ["limits-live-in-a-week", "suppliers-with-a-way-out", "weaknesses-can-be-told"]


def test_the_reference_lists_every_field_and_operator():
    page = own_checks_page()
    names = [fact.name for facts in POPULATIONS.values() for fact in facts]
    assert [name for name in (*names, *OPERATORS) if f"| `{name}` |" not in page] == []
