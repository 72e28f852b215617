"""Every page of a site: where its links lead, that nothing is made twice, that an empty house is told in sentences."""

import pytest
from views.snapshots import AUDIT, PRESENT, all_text, anchors, blocks, empty, hrefs, lines, page_of, text, tiny, whole

from tieout.views import site
from tieout.views.page import Mark, Site, Table

HOUSES = {"whole": whole, "present": lambda: whole(PRESENT), "tiny": tiny, "empty": empty}


@pytest.fixture(scope="module", params=sorted(HOUSES))
def found(request: pytest.FixtureRequest) -> Site:
    return site(HOUSES[request.param](), None)


def test_every_link_leads_to_a_page_and_to_an_anchor_on_it(found: Site) -> None:
    pages = {page.path: page for page in found.pages}
    for page in found.pages:
        for href in hrefs(page):
            path, _, anchor = href.partition("#")
            path = path or page.path  # an anchor of the same page
            assert path in pages, f"{page.path} links to {href}"
            assert not anchor or anchor in anchors(pages[path]), f"{page.path} links to {href}"


def test_paths_are_unique_and_in_order(found: Site) -> None:
    paths = [page.path for page in found.pages]
    assert paths == sorted(set(paths))


def test_every_page_begins_with_a_sentence(found: Site) -> None:
    for page in found.pages:
        assert text(page.lede).strip().endswith("."), f"{page.path}: {text(page.lede)}"


def test_every_row_has_as_many_cells_as_the_head(found: Site) -> None:
    for page in found.pages:
        for block in blocks(page):
            if isinstance(block, Table):
                for row in block.rows:
                    wide = row.tone == "group" and len(row.cells) == 1  # its one cell goes over all columns
                    assert wide or sum(cell.span for cell in row.cells) == len(block.columns), (page.path, row)


def test_anchors_are_unique_on_their_page(found: Site) -> None:
    for page in found.pages:
        seen = [row.anchor for block in blocks(page) if isinstance(block, Table) for row in block.rows if row.anchor]
        seen += [section.anchor for section in page.sections if section.anchor]
        assert len(seen) == len(set(seen)), page.path


def test_every_mark_has_words(found: Site) -> None:
    for page in found.pages:
        for words in lines(page):
            assert all(part.words for part in words if isinstance(part, Mark))


def test_navigation_names_only_pages_that_exist(found: Site) -> None:
    pages = {page.path: page for page in found.pages}
    for _, entries in found.navigation.groups:
        for entry in entries:
            path, _, anchor = entry.path.partition("#")
            assert path in pages
            assert not anchor or anchor in anchors(pages[path])


def test_a_site_is_the_same_twice(found: Site) -> None:
    again = {
        "Harbour Games": lambda: whole(AUDIT if found.key == "2026-09-30" else PRESENT),
        "Small Shop": tiny,
        "Nobody yet": empty,
    }
    assert site(again[found.operator](), None) == found


def test_the_words_compliant_and_percent_are_never_used(found: Site) -> None:
    for page in found.pages:
        assert "ompliant" not in all_text(page)
        assert "%" not in all_text(page)


def test_comparison_with_the_audit_before_adds_a_section_and_an_entry() -> None:
    compared = site(whole(PRESENT), whole())
    assert "since" in anchors(page_of(compared, "index.html"))
    assert any(entry.path == "index.html#since" for _, entries in compared.navigation.groups for entry in entries)


def test_a_draft_says_so_at_the_foot_of_every_page() -> None:
    foot = " ".join(text(words) for words in site(tiny(), None).foot)
    assert "Draft" in foot
    assert "not legal or audit advice" in foot
