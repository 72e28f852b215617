import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.text import frontmatter


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"---\na: 1\nb: 2\n---\nbody\n", (b"a: 1\nb: 2\n", "body\n", 1, 4)),
        (b"---\r\na: 1\r\n---\r\nbody\r\n", (b"a: 1\n", "body\n", 1, 3)),
        (b"\xef\xbb\xbf---\na: 1\n---\nbody", (b"a: 1\n", "body", 1, 3)),
        (b"---\na: 1\n---", (b"a: 1\n", "", 1, 3)),
        (b"---\n---\nbody", (b"", "body", 1, 2)),
        (b"--- \na: 1\n---\nbody\n---\nmore", (b"a: 1\n", "body\n---\nmore", 1, 3)),
        (b"no front matter", (b"", "no front matter", 0, 0)),
        (b"---\nnever closed", (b"", "---\nnever closed", 0, 0)),
        (b"\n---\na: 1\n---\n", (b"", "\n---\na: 1\n---\n", 0, 0)),
        (b"", (b"", "", 0, 0)),
    ],
)
def test_file_is_cut_in_two(data, expected):
    assert frontmatter.split(data) == expected


@given(
    st.lists(st.sampled_from([b"---\n", b"a: 1\n", b"\n", b"text\n", b"\xff\n", b"----\n"]), max_size=8).map(b"".join)
)
def test_lines_before_the_body_lead_to_it(data):
    _, body, _, before = frontmatter.split(data)
    assert data.decode("utf-8", "replace").split("\n", before)[-1] == body
