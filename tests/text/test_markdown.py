import json
import time
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from properties import examples

from tieout.text import markdown

LINKS = {
    "RSK-007": "../risks/RSK-007.html",
    "A.8.32": "../soa.html#A.8.32",
    "wallet": "../services/wallet.html",
    "evidence/2026/a.json": "../evidence/a.html",
}


def html(source):
    return markdown.render_html(source, LINKS).strip()


RISK = '<a href="../risks/RSK-007.html">{}</a>'


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("See RSK-007.", f"<p>See {RISK.format('RSK-007')}.</p>"),
        ("(A.8.32)", '<p>(<a href="../soa.html#A.8.32">A.8.32</a>)</p>'),
        ("[[RSK-007]]", f"<p>{RISK.format('RSK-007')}</p>"),
        ("[[RSK-007|the *risk*]]", f"<p>{RISK.format('the *risk*')}</p>"),
        ("[[wallet]] and wallet", '<p><a href="../services/wallet.html">wallet</a> and wallet</p>'),
        ("[[RSK-999]] RSK-999", "<p>RSK-999 RSK-999</p>"),
        ("`RSK-007` `[[RSK-007]]`", "<p><code>RSK-007</code> <code>[[RSK-007]]</code></p>"),
        ("XRSK-007 RSK-0071 RSK-007-x a/RSK-007 x@RSK-007", "<p>XRSK-007 RSK-0071 RSK-007-x a/RSK-007 x@RSK-007</p>"),
        ("[in RSK-007](https://a.example)", '<p><a href="https://a.example">in RSK-007</a></p>'),
        ("[r](../risks/RSK-007-odds.md#why)", '<p><a href="../risks/RSK-007.html#why">r</a></p>'),
        ("[e](evidence/2026/a.json)", '<p><a href="../evidence/a.html">e</a></p>'),
        ("[m](mailto:a@b.example) [h](#why)", '<p><a href="mailto:a@b.example">m</a> <a href="#why">h</a></p>'),
        ("**RSK-007**", f"<p><strong>{RISK.format('RSK-007')}</strong></p>"),
    ],
)
def test_what_becomes_a_link(source, expected):
    assert html(source) == expected


@pytest.mark.parametrize(
    "address",
    [
        "//host/x",
        "///x",
        "http:x",
        "https:/x",
        "HTTPS:\\\\x",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "data:image/png;base64,AA==",
        "file:///etc/passwd",
        "smb://h/s",
        "ms-word:x",
        "/etc/passwd",
        "\\\\host\\share",
        "../nowhere.md",
        "x.html",
        "java&#10;script:alert(1)",
        "ftp://a.example",
        "vbscript:x",
    ],
)
def test_address_that_may_not_be_followed_becomes_words(address):
    assert "href" not in html(f"[x](<{address}>)")
    assert "<img" not in html(f"![x](<{address}>)")


def test_image_becomes_a_link():
    assert html("![plan](https://t.example/p.png)") == '<p><a href="https://t.example/p.png">plan</a></p>'
    linked = html("[![plan](https://t.example/p.png)](https://b.example)")
    assert linked == '<p><a href="https://b.example">plan</a></p>'


def test_raw_html_is_text():
    assert html("<script>alert(1)</script> <b onclick=x>y</b>") == (
        "<p>&lt;script&gt;alert(1)&lt;/script&gt; &lt;b onclick=x&gt;y&lt;/b&gt;</p>"
    )


def test_headings_begin_at_three_and_skip_no_level():
    assert html("# a\n\n#### b\n\n## c\n\n#\n\n# d\n\n## e\n\n### f\n\n#### g\n\n##### h") == (
        "<h3>a</h3>\n<h4>b</h4>\n<h4>c</h4>\n<h3>d</h3>\n<h4>e</h4>\n<h5>f</h5>\n<h6>g</h6>\n<h6>h</h6>"
    )


def test_invisible_characters_are_written_out():
    assert html("a\u202eb `c\u200bd`") == "<p>a⟨U+202E⟩b <code>c⟨U+200B⟩d</code></p>"


def test_table_aligns_by_class():
    assert '<th class="align-right">b</th>' in html("| a | b |\n|---|--:|\n| 1 | 2 |")


def test_links_to_files_are_references_too():
    source = "See [it](../controls/CTL-004-two%20people.md#why), [web](https://a.example/b.md), [x](#y.md)\n\n`[a](b.md)` [c](d.png)\n"
    assert markdown.references(source) == (("../controls/CTL-004-two people.md", 1),)


def test_references_are_found_outside_code():
    source = "one [[RSK-007]]\n\n- two [[nope|x]]\n\nthree\n\n    [[code]]\n\n`[[code]]`"
    assert markdown.references(source) == (("RSK-007", 1), ("nope", 3))


def test_tree_of_a_body():
    source = "# Why\n\nA **b** ~~c~~ `d`  \n[[RSK-007|r]]\ntwo\n\n2. x\n\n   y\n\n> q\n\n```py z\ncode\n```\n\n---\n\n|a|b|\n|-|-:|\n|1|2|"
    text = {"type": "text"}
    cell = {"type": "cell", "align": ""}
    right = {"type": "cell", "align": "right"}

    def words(written):
        return [{**text, "text": written}]

    assert markdown.parse_tree(source, LINKS) == [
        {"type": "heading", "level": 3, "children": words("Why")},
        {
            "type": "paragraph",
            "children": [
                *words("A "),
                {"type": "strong", "children": words("b")},
                *words(" "),
                {"type": "strike", "children": words("c")},
                *words(" "),
                {"type": "code", "text": "d"},
                {"type": "break"},
                {"type": "link", "href": "../risks/RSK-007.html", "children": words("r")},
                *words(" two"),
            ],
        },
        {
            "type": "list",
            "ordered": True,
            "start": 2,
            "tight": False,
            "children": [
                {
                    "type": "item",
                    "children": [
                        {"type": "paragraph", "children": words("x")},
                        {"type": "paragraph", "children": words("y")},
                    ],
                }
            ],
        },
        {"type": "quote", "children": [{"type": "paragraph", "children": words("q")}]},
        {"type": "code_block", "text": "code", "language": "py"},
        {"type": "rule"},
        {
            "type": "table",
            "align": ["", "right"],
            "children": [
                {"type": "row", "children": [{**cell, "children": words("a")}, {**right, "children": words("b")}]},
                {"type": "row", "children": [{**cell, "children": words("1")}, {**right, "children": words("2")}]},
            ],
        },
    ]


def test_tight_list_says_so():
    assert [node["tight"] for node in markdown.parse_tree("- a\n- b", {})] == [True]


class Allowed(HTMLParser):
    """Knows nothing of our code: which tags, attributes and schemes may stand in a body."""

    TAGS = frozenset(
        {
            "h3",
            "h4",
            "h5",
            "h6",
            "p",
            "a",
            "strong",
            "em",
            "s",
            "code",
            "pre",
            "ul",
            "ol",
            "li",
            "blockquote",
            "br",
            "hr",
            "table",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
        }
    )
    ATTRIBUTES = frozenset({("a", "href"), ("code", "class"), ("ol", "start"), ("th", "class"), ("td", "class")})

    def handle_starttag(self, tag, attrs):
        assert tag in self.TAGS, tag
        for name, written in attrs:
            assert (tag, name) in self.ATTRIBUTES, (tag, name)
            if name == "href":
                assert written.lower().startswith(("https://", "http://", "mailto:", "#", "../")), written

    def handle_decl(self, decl):
        raise AssertionError(decl)

    def handle_comment(self, data):
        raise AssertionError(data)


MARKUP = st.lists(
    st.sampled_from([
        "a", " ", "\n", "\n\n", "# ", "- ", "1. ", "> ", "`", "```", "**", "*", "~~", "[", "](", ")", "![", "[[", "]]", "|", "<", ">",
        "&", '"', "'", "javascript:", "//h", "https://x.example", "RSK-007", "wallet", "<script>", "<!--", "&#x6a;", "\\", "\u202e", "\t",
        "---\n", "|-|-|\n", "[x]: ", "x", "    ", "😀", "data:", "<a@b.c>",
    ]),
    max_size=30,
).map("".join)  # fmt: skip


@examples(300)
@given(MARKUP)
@example('[x](https://a.example/"onclick=x)')
@example("```<script>\nx\n```")
def test_hostile_markdown_gives_only_what_is_allowed(source):
    checker = Allowed()
    checker.feed(markdown.render_html(source, LINKS))
    checker.close()
    json.dumps(markdown.parse_tree(source, LINKS))


@pytest.mark.parametrize("piece", ["[", "*a ", "> ", "![", "`", "[[", "<", "- ", "~~a", "|", "[a](", "**a*"])
def test_long_repetition_takes_no_time(piece):
    started = time.perf_counter()
    markdown.render_html(piece * 3000, LINKS)
    markdown.parse_tree(piece * 3000, LINKS)
    assert time.perf_counter() - started < 3
