"""The settings of the guide are written as an operator would copy them, and load without a problem."""

import re
from pathlib import Path

from tieout import content
from tieout.checks.catalogue import CHECKS
from tieout.model.settings import Config

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "set-checks.md"


def test_the_settings_of_the_guide_load_without_a_problem(small):
    (block,) = re.findall(r"^```yaml\n(.*?)^```", GUIDE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    isms, problems = content.load(small | {"isms/checks.yml": block.encode()}, Config(operator="Small"), CHECKS)
    assert [str(problem) for problem in problems if "isms/checks.yml" in str(problem)] == []
    assert len(isms.checks) == block.count("{check: ")
