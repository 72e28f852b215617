import pytest

from tieout.problems import Source
from tieout.text import plain

FILE = Source(path="a.md")


def told(data):
    text, problems = plain.decode(data, FILE)
    return text, [str(problem) for problem in problems]


def test_plain_text_passes():
    assert told("Zoë\n\tx\n".encode()) == ("Zoë\n\tx\n", [])


def test_byte_that_is_not_utf8_is_named_with_its_place():
    assert told("é\nab\xe9".encode("latin-1")) == (
        "",
        ["a.md:1:1: error: byte 0xe9 is not valid UTF-8; save the file as UTF-8 [not-utf8]"],
    )
    assert told("é\né".encode() + b"\xff")[1][0].startswith("a.md:2:2: error: byte 0xff")


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\x7f", "\x85", "\u2028", "\ufffe"])
def test_control_character_is_refused(character):
    assert told(f"a\n{character}".encode()) == (
        "",
        [f"a.md:2:1: error: the character U+{ord(character):04X} is not text; delete it [control-character]"],
    )


def test_windows_line_ends_and_byte_order_mark_are_told_and_taken_away():
    text, problems = told(b"\xef\xbb\xbfa\r\nb\rc\n")
    assert text == "a\nb\nc\n"
    assert problems == [
        "a.md: warning: the file begins with a byte order mark; save it as UTF-8 without one [byte-order-mark]",
        "a.md: warning: the file has Windows line ends; save it with \\n, or set `* text=auto eol=lf` in .gitattributes [line-ends]",
    ]


def test_utf16_is_not_text():
    assert told("a".encode("utf-16"))[1][0].endswith("[not-utf8]")


def test_large_file_is_refused():
    assert told(b"a" * 1_000_001)[1] == [
        "a.md: error: the file has 1,000,001 bytes, and the limit is 1,000,000; split it [file-too-large]"
    ]
