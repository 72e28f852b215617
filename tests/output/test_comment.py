"""Foreign text in a comment on a forge: shown, and never obeyed."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.output.comment import code, text

ZERO = "&#8203;"


@pytest.mark.parametrize(
    ("foreign", "shown"),
    [
        ("@everyone look", f"@{ZERO}everyone look"),
        ("ask @acme/security", f"ask @{ZERO}acme/security"),
        ("closes #12 and !45, GH-7", f"closes #{ZERO}12 and !{ZERO}45, GH-{ZERO}7"),
        ("<img src=x onerror=alert(1)>", "&lt;img src\\=x onerror\\=alert(1)&gt;"),
        ("[click](https://evil.example)", f"\\[click\\](https:{ZERO}//evil.example)"),
        ("![pixel](http://evil.example/p.png)", f"!{ZERO}\\[pixel\\](http:{ZERO}//evil.example/p.png)"),
        ("www.evil.example", f"www{ZERO}.evil.example"),
        ("``` fence", "\\`\\`\\` fence"),
        ("two\n\n# lines", "two # lines"),
        ("# heading", "\\# heading"),
        ("1. list", "1\\. list"),
        ("- list", "\\- list"),
        ("2026-06-05", "2026-06-05"),
        ("RSK-002 of A.8.32", "RSK-002 of A.8.32"),
        ("done :white_check_mark:", f"done :{ZERO}white\\_check\\_mark:"),
        ("a|b ~~c~~ $x$", f"a\\|b \\~\\~{ZERO}c\\~\\~ \\${ZERO}x\\$"),
        ("&epic &lt;", f"&amp;{ZERO}epic &amp;{ZERO}lt;"),
        ("evil\u202egnp.exe", "evil⟨U+202E⟩gnp.exe"),
        ("nul\x00 bell\x07", "nul⟨U+0000⟩ bell⟨U+0007⟩"),
        ("<!-- tieout review -->", f"&lt;!{ZERO}-- tieout review --&gt;"),
    ],
)
def test_what_a_forge_would_obey_is_only_shown(foreign, shown):
    assert text(foreign) == shown


def test_a_long_text_is_cut():
    assert text("word " * 100, 20) == "word word word word…"


def test_a_path_cannot_leave_its_code_span():
    assert code("a`b``c.md") == "``` a`b``c.md ```"
    assert code("evidence/a.csv") == "`evidence/a.csv`"
    assert code("a\nb") == "`a b`"


@given(st.text(st.sampled_from("@#!%&~$:/ab1-[]()<>`*_\n\\.w"), max_size=60))
def test_no_text_mentions_refers_links_or_opens_anything(foreign):
    found = text(foreign)
    shown = found.replace(ZERO, "\u200b")
    as_read = re.sub(r"\\(.)", r"\1", shown)
    assert "\n" not in found
    assert not re.search(r"@\w|#[0-9]|!\d|<|>|://|\bwww\.", as_read)
    assert not re.search(r"[`*_\[\]|~]", re.sub(r"\\.", "", shown))
    assert not re.match(r"([0-9]+[.)]|[#+>=-])", found)
