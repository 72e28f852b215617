"""Lists with letters, as Pandoc reads them, are lists in Markdown with the same letters; everything else stays as it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import examples

from tieout.content.imports import lettered
from tieout.text import markdown


@pytest.mark.parametrize(
    ("text", "converted"),
    [
        ("a. One\n\na. Two\n", "- a. One\n\n- b. Two\n"),
        ("a. One\na. Two", "- a. One\n- b. Two"),
        ("a) One\nb) Two", "- a) One\n- b) Two"),
        ("d. Four\n\nd. Five", "- d. Four\n\n- e. Five"),
        ("h. Eight\n\ni. Nine", "- h. Eight\n\n- i. Nine"),
        ("i. One\n\ni. Two\n\nv. Three", "- i. One\n\n- ii. Two\n\n- iii. Three"),
        ("ix. Nine\n\ni. Ten", "- ix. Nine\n\n- x. Ten"),
        ("z. Last\na. More", "- z. Last\n- aa. More"),
        ("a. One\n\n    i. Deep\n\n    i. Deeper\n\na. Two", "- a. One\n\n  - i. Deep\n\n  - ii. Deeper\n\n- b. Two"),
        ("a. One\nruns on\n\n    Its second part.\n", "- a. One\n  runs on\n\n  Its second part.\n"),
        ("a. One\n\n    - x\n\n        a. In it", "- a. One\n\n  - x\n\n    - a. In it"),
        ("1. One\n\n    a. In it\n\n2. Two", "1. One\n\n   - a. In it\n\n2. Two"),
        ("a. One\n\n        code", "- a. One\n\n      code"),
        ("a. One\n\n# Next\n\na. New", "- a. One\n\n# Next\n\n- a. New"),
        ("a. One\n\nA paragraph.\n\nb. New", "- a. One\n\nA paragraph.\n\n- b. New"),
    ],
)
def test_items_are_counted_as_pandoc_counts_them(text, converted):
    assert lettered.convert(text)[0] == converted


@pytest.mark.parametrize(
    "text",
    [
        "1. One\n\n2. Two\n",
        "A sentence that ends with\na. letter\n",
        "    a. code\n",
        "```\n\na. code\n```\n",
        "e.g. this\n\nB. Russell\n\nin. a\n",
        "- x\n\n      kept\n  \n",
    ],
)
def test_what_is_no_such_list_is_left_as_it_is(text):
    assert lettered.convert(text) == (text, 0)


def test_the_letters_are_on_the_page_and_nothing_of_it_is_code():
    text = "a. *Rotation*\n\n    i. Each quarter.\n\n    i. When lost:\n\n        1. at once\n\na. *Storage*\n"
    converted, count = lettered.convert(text)
    page = markdown.render_html(converted, {})
    assert count == 4
    assert "<code>" not in page
    assert all(
        part in page for part in ("a. <em>Rotation</em>", "i. Each", "ii. When", "<li>at once</li>", "b. <em>Storage")
    )


@examples(60)
@given(st.text(alphabet="ab\ni. 1-)\t#`", max_size=80))
def test_only_markers_and_indents_change(text):
    converted, count = lettered.convert(text)
    changed = 0
    for old, new in zip(text.split("\n"), converted.split("\n"), strict=True):
        if old.strip() != new.strip():
            changed += 1
            assert new.split(maxsplit=2)[2:] == old.split(maxsplit=1)[1:]
    assert changed == count
