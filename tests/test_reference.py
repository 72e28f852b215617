"""The pages of docs/reference/ that are made from the code are the ones that the code makes now."""

from pathlib import Path

import pytest

from tieout.cli import reference

FOLDER = Path(__file__).parents[1] / "docs" / "reference"


@pytest.mark.parametrize("name", reference.PAGES)
def test_a_page_of_the_reference_is_current(name):
    assert (FOLDER / name).read_text("utf-8") == reference.PAGES[name](), "run `make docs` and commit what it writes"
