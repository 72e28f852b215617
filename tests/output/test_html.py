"""Pages as HTML: escaped everywhere, readable with no script, with no request to anywhere."""

import re
from datetime import date

import html5lib
import pytest
from output.factories import HOSTILE, site

from tieout.model.results import AuditDate
from tieout.output import html, index

ALLOWED_SCHEMES = ("http:", "https:", "mailto:")


@pytest.fixture(scope="module")
def renderer():
    return html.Renderer()


@pytest.mark.parametrize("words", ["RSK-008", HOSTILE])
def test_every_block_is_valid_html_and_hostile_words_stay_words(renderer, words):
    files = dict(html.render(site(words), renderer))
    for path in ("index.html", "risks/RSK-008.html"):
        text = files[path].decode()
        parser = html5lib.HTMLParser(strict=True)
        document = parser.parse(text)
        tags = {element.tag.rpartition("}")[2] for element in document.iter() if isinstance(element.tag, str)}
        assert len(list(document.iter("{http://www.w3.org/1999/xhtml}script"))) == 2
        assert "\u202e" not in text
        assert "style" not in tags


def test_a_page_asks_nothing_of_anywhere_and_runs_nothing_inline(renderer):
    files = dict(html.render(site(), renderer))
    text = files["risks/RSK-008.html"].decode()
    assert "default-src 'none'" in text
    assert not re.search(r"\son\w+=|\sstyle=|<style|javascript:", text)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', text)


def test_links_are_relative_to_the_page_and_lead_to_files(renderer):
    files = dict(html.render(site(), renderer))
    text = files["risks/RSK-008.html"].decode()
    targets = set(re.findall(r'href="([^"#]+)', text))
    assert "../risks/RSK-008.html" in targets
    assert "../soa.html" in targets
    inside = {target.removeprefix("../") for target in targets if not target.startswith("../../")}
    assert inside <= set(files), inside - set(files)


def test_static_files_are_named_by_their_content(renderer):
    names = [path for path, _ in renderer.statics()]
    assert all(re.fullmatch(r"static/\w+-[0-9a-f]{10}\.(css|js)", name) for name in names), names


def test_an_own_theme_overrides_one_file(tmp_path):
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "look.css").write_text("body { color: teal }")
    files = dict(html.Renderer(tmp_path).statics())
    assert any(content == b"body { color: teal }" for content in files.values())
    assert any("switch" in name for name in files)


def test_the_list_of_audits_stands_outside_their_folders(renderer):
    past = AuditDate("2026-09-30", "AUD-1", HOSTILE, "surveillance", date(2026, 9, 30), 2, 0, 1)
    ahead = AuditDate("2027-03-31", "AUD-2", "Next", "internal", date(2027, 3, 31), 2, 0, 1)
    pages = {"2026-09-30": ("index.html", "changes/odds/2026-06.html", "changes/index.html", "risks/RSK-1.html")}
    files = dict(index.render("Operator", (past,), (ahead,), pages, renderer))
    text = files["index.html"].decode()
    html5lib.HTMLParser(strict=True).parse(text)
    assert "<script>alert" not in text
    assert "still to come" in text
    switcher = files["audits.js"].decode()
    assert "changes/index.html" in switcher
    assert "2026-06.html" not in switcher
