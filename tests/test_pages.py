"""The pages that are read in the repository: no link leads nowhere, and each page is found from the README."""

import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


@cache
def prose(page):
    """Without what stands in code, where brackets mean something else."""
    text = re.sub(r"^(```+).*?^\1", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"`[^`\n]*`", lambda code: "x" * len(code[0]), text)


def links(page):
    """Where the links of a page lead: the file, and the heading in it."""
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if not re.match(r"[a-z]+:", target):
            path, _, heading = target.partition("#")
            yield (page.parent / path).resolve() if path else page, heading


@cache
def headings(page):
    """As a forge makes addresses of them."""
    titles = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_no_link_leads_nowhere(page):
    for file, heading in links(page):
        assert file.is_relative_to(ROOT), file
        assert file.exists(), file
        assert not heading or heading in headings(file), f"{file}#{heading}"


def test_every_page_is_found_from_the_readme():
    found, left = set(), [README]
    while left:
        page = left.pop()
        if page not in found:
            found.add(page)
            # A link to a folder is one to all its pages.
            files = [one for file, _ in links(page) for one in (file.glob("*.md") if file.is_dir() else [file])]
            left += [file for file in files if file.suffix == ".md"]
    assert set(PAGES) - found <= {ROOT / "CHANGELOG.md"}
