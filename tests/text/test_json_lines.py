import pytest

from tieout.text.json_lines import MAX_LINE, MAX_LINES, WrongLine, find_objects, parse_object, whole


@pytest.mark.parametrize(
    "line",
    [b"", b"[1]", b'{"a": 1, "a": 2}', b'{"a": NaN}', b"\xff", b"[" * 90_000, b'{"a": 1' + b" " * MAX_LINE + b"}"],
)
def test_a_record_is_one_object_that_nobody_can_read_in_two_ways(line):
    with pytest.raises(WrongLine):
        parse_object(line)


def test_of_the_lines_of_others_only_objects_say_anything():
    text = b'{"a": 1}\n[2]\n{"a": \n\n {"b": 2} \n{}'
    assert list(find_objects(text)) == [(b'{"a": 1}', {"a": 1}), (b'{"b": 2}', {"b": 2})]
    assert list(find_objects(b'{"a": 1}\n' * (MAX_LINES + 1))) == []


def test_half_a_character_is_shown_as_a_question_mark():
    assert whole("Zo\u00eb \ud83d") == "Zo\u00eb ?"
