import sys
import unicodedata
from datetime import date

import pytest

from tieout.text import words


def test_every_character_nobody_sees_is_written_out():
    kept = {"\n", "\t"}
    for number in range(sys.maxunicode + 1):
        character = chr(number)
        if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"} and character not in kept:
            assert words.visible(character) == f"⟨U+{number:04X}⟩", hex(number)


@pytest.mark.parametrize("text", ["Zoë – “quoted” 中文 😀", "two\nlines\tand a tab", "a\u00a0b"])
def test_visible_text_stays(text):
    assert words.visible(text) == text


@pytest.mark.parametrize("text", ["⚠\ufe0f Risk", "🛡\ufe0f", "👨\u200d💼", "❤\ufe0f\u200d🔥", "1\ufe0f\u20e3"])
def test_what_belongs_to_an_emoji_stays_with_it(text):
    assert words.visible(text) == text


@pytest.mark.parametrize(
    "text", ["1\ufe0f", "a\u200db", "⚠\ufe0f\ufe0f", "👨\u200d", "👨\u200dx", "\u200d💼", "💼\u200d\u200d💼"]
)
def test_what_hides_behind_something_else_is_shown(text):
    assert "⟨U+" in words.visible(text)


def test_bidi_override_is_shown():
    assert words.visible("admin\u202etxt\u200b") == "admin⟨U+202E⟩txt⟨U+200B⟩"


def test_near_miss_is_suggested():
    assert words.suggest("alise", ["bob", "alice", "carol"]) == "alice"
    assert words.suggest("alise", ["bob"]) == ""
    assert words.suggest("x", []) == ""


@pytest.mark.parametrize(
    ("number", "noun", "expected"),
    [
        (1, "change", "1 change"),
        (2, "change", "2 changes"),
        (0, "entry", "0 entries"),
        (2476, "day", "2,476 days"),
        (2, "branch", "2 branches"),
    ],
)
def test_count_with_its_noun(number, noun, expected):
    assert words.plural(number, noun) == expected


def test_count_with_a_noun_of_its_own():
    assert words.plural(2, "criterion", "criteria") == "2 criteria"


def test_day_as_a_person_writes_it():
    assert words.human_day(date(2026, 9, 30)) == "30 September 2026"


def test_list_as_a_person_writes_it():
    assert words.human_list(["a"]) == "a"
    assert words.human_list(["a", "b", "c"], "or") == "a, b or c"
    assert words.human_list([]) == ""


def test_of_many_the_first_three_are_named_and_the_others_counted():
    assert words.few_of(["a", "b", "c"]) == "a, b, c"
    assert words.few_of(["a", "b", "c", "d", "e"]) == "a, b, c and 2 more"
    assert words.few_of(["a b", "c d", "e f", "g h"], "; ") == "a b; c d; e f; and 1 more"
