"""Pages as HTML: escaped everywhere, readable with no script, with no request to anywhere."""

import re
from datetime import date

import html5lib
import pytest
from output.factories import HOSTILE, site

from tieout.model.results import AuditDate
from tieout.output import html, index
from tieout.output.html import inline, tables
from tieout.problems import BuildError
from tieout.views.page import Cell, Column, Link, Row, Table, Text

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


def test_a_sentence_that_stands_for_several_numbers_bears_the_name_of_none():
    columns = tuple(Column((Text(name),)) for name in ("Check", "Pass", "Fail"))
    row = Row((Cell((Text("reviewed"),)), Cell((Text("did not occur"),), span=2)))
    assert "data-l" not in tables.printer("")(Table(columns, (row,), "run"))
    assert 'data-l="Pass"' in tables.printer("")(Table(columns, (row,), "stack"))


def test_an_id_does_not_break_unless_a_narrow_page_could_not_hold_it():
    told = inline.printer("")((Text("RSK-008", "id"), Link("x" * 64, "a.html", "id")))
    assert 'class="id">RSK-008' in told
    assert 'class="id long"' in told


def test_static_files_are_named_by_their_content(renderer):
    names = [path for path, _ in renderer.statics()]
    assert all(re.fullmatch(r"static/\w+-[0-9a-f]{10}\.(css|js)", name) for name in names), names


def test_an_own_theme_overrides_one_file(tmp_path):
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "look.css").write_text("body { color: teal }")
    files = dict(html.Renderer(tmp_path).statics())
    assert any(content == b"body { color: teal }" for content in files.values())
    assert any("switch" in name for name in files)


def own_page(tmp_path, text):
    (tmp_path / "html").mkdir()
    (tmp_path / "html" / "page.html").write_bytes(text if isinstance(text, bytes) else text.encode())
    return next(content for path, content in html.render(site(), html.Renderer(tmp_path)) if path == "index.html")


def test_an_own_template_prints_what_it_is_given(tmp_path):
    assert own_page(tmp_path, "{{ page.heading }} <{{ '<' }}").decode().endswith(" <&lt;")


@pytest.mark.parametrize(
    "text",
    [
        "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
        "{{ line.__globals__ }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ '{0.__class__.__init__.__globals__}'.format(page) }}",
        "{{ (page|attr('__class__')).__init__ }}",
        "{{ names.clear() }}",
    ],
)
def test_an_own_template_reaches_nothing_else(tmp_path, text):
    with pytest.raises(
        BuildError, match=r"html/page\.html:3: .*unsafe|html/page\.html:3: .*undefined|html/page\.html:3: access to"
    ):
        own_page(tmp_path, f"one\ntwo\n{text}\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("one\n{% if %}", r"html/page\.html:2: Expected an expression"),
        ("one\n{{ nothing }}", r"html/page\.html:2: 'nothing' is undefined"),
        ("one\n\n{{ 1 / 0 }}", r"html/page\.html:3: division by zero"),
        ("{{ page.title + 1 }}", r"html/page\.html:1: "),
        ("one\n{% include '../../secret' %}", r"html/page\.html:2: "),
        ("{% for a in range(10 ** 9) %}{% endfor %}", r"html/page\.html:1: Range too big"),
        (b"caf\xe9", "utf-8"),
    ],
)
def test_a_fault_of_an_own_template_is_one_sentence_with_its_place(tmp_path, text, said):
    with pytest.raises(BuildError, match=said) as told:
        own_page(tmp_path, text)
    assert str(told.value).endswith("; mend this template, or take `theme` out of tieout.yml.")


@pytest.mark.parametrize("name", ["static/look.css", "html", "pdf/deep/x.txt"])
def test_a_link_in_an_own_theme_is_not_followed(tmp_path, name):
    (tmp_path / "look" / name).parent.mkdir(parents=True)
    (tmp_path / "look" / name).symlink_to("/etc")
    with pytest.raises(BuildError, match="a theme holds no symbolic links"):
        html.Renderer(tmp_path / "look")


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
