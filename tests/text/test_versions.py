import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import examples

from tieout.text.versions import allows, at_least, is_exact, lowest, numbers


@pytest.mark.parametrize(
    ("version", "wanted"),
    [
        ("1.2.0", (1, 2)),
        ("v1.10", (1, 10)),
        ("1.0.0+build.5", (1,)),
        ("2.0rc1", None),
        ("1.2-SNAPSHOT", None),
        ("", None),
    ],
)
def test_a_version_is_its_numbers_or_nothing(version, wanted):
    assert numbers(version) == wanted


@pytest.mark.parametrize(
    ("asked", "version", "style", "wanted"),
    [
        ("^1.2.3", "1.9.0", "npm", True),
        ("^1.2.3", "2.0.0", "npm", False),
        ("^0.2.3", "0.3.0", "npm", False),
        ("^0.0.3", "0.0.4", "npm", False),
        ("~1.2.3", "1.2.9", "npm", True),
        ("~1.2.3", "1.3.0", "npm", False),
        ("~1", "1.9.0", "npm", True),
        ("1.x", "1.4.0", "npm", True),
        ("1.x", "2.0.0", "npm", False),
        ("1.2", "1.2.7", "npm", True),
        ("*", "9.9.9", "npm", True),
        (">=1.2 <2 || ^3.0.0", "3.4.0", "npm", True),
        (">=1.2 <2 || ^3.0.0", "2.4.0", "npm", False),
        ("1.0.0 - 2.0.0", "1.5.0", "npm", None),
        ("^1.2.3", "1.3.0-beta.1", "npm", None),
        (">=2,<3,!=2.5", "2.6", "python", True),
        (">=2,<3,!=2.5", "2.5.0", "python", False),
        ("==2.1.*", "2.1.9", "python", True),
        ("!=2.1.*", "2.1.9", "python", False),
        ("~=2.1.3", "2.1.9", "python", True),
        ("~=2.1", "2.9", "python", True),
        ("~=2.1", "3.0", "python", False),
        ("^2.1", "2.9.9", "poetry", True),
        ("1.0.3", "1.0.9", "cargo", True),
        ("=1.0.3", "1.0.9", "cargo", False),
        ("1", "1.70.2", "cargo", True),
        ("~> 2.1", "2.9", "ruby", True),
        ("~> 2.1.0", "2.2.0", "ruby", False),
        ("~1.2", "1.9.0", "composer", True),
        ("~1.2", "2.0.0", "composer", False),
        ("v0.0.0-2024-abc", "v0.0.0-2024-abc", "exact", True),
        ("v0.0.0-2024-abc", "v0.0.0-2025-abc", "exact", False),
        ("what?", "1.0.0", "npm", None),
    ],
)
def test_a_range_allows_a_version_in_the_style_of_its_tool(asked, version, style, wanted):
    assert allows(asked, version, style) is wanted


def test_an_exact_version_is_told_from_a_range():
    assert is_exact("==1.2", "python")
    assert is_exact("1.2.3", "npm")
    assert is_exact("=1.2.3", "cargo")
    assert not any(
        (is_exact("==1.*", "python"), is_exact("1.2.3", "cargo"), is_exact("^1.2.3", "npm"), is_exact("1", "npm"))
    )


def test_the_lowest_version_of_a_range_is_its_start():
    assert [lowest(asked, "npm") for asked in ("^1.2", ">=3", "<2", "1.x || 2", "2.0.1")] == [
        "1.2",
        "3",
        "",
        "",
        "2.0.1",
    ]


def test_versions_are_compared_by_numbers_or_not_at_all():
    assert [at_least("1.10", "1.9"), at_least("1.9", "1.10"), at_least("rc", "1"), at_least("rc", "")] == [
        True,
        False,
        None,
        True,
    ]


@examples(50)
@given(st.text("0123456789.^~><=!|*x -v", max_size=300), st.text("0123456789.-v", max_size=40))
def test_no_range_breaks_or_hangs(asked, version):
    for style in ("npm", "python", "cargo", "ruby", "composer", "exact"):
        assert allows(asked, version, style) in {True, False, None}
        lowest(asked, style)
