import json

import pytest
from forges.saved import check_run, graph, node, page, pull, review
from hypothesis import given
from hypothesis import strategies as st
from properties import examples

from tieout.forges.answers import UnreadableError, parse_answers


def values(data):
    return [item.value for item in parse_answers(data, "saved.json")]


def wrong(data):
    with pytest.raises(UnreadableError) as fault:
        list(parse_answers(data, "saved.json"))
    return str(fault.value)


def test_every_form_in_which_pages_are_saved_is_the_same_objects():
    one, two = review("ben"), review("cleo")
    both = [one, two]
    assert values(page(one, two)) == both
    assert values(page(one) + page(two)) == both  # gh before 2.48, and glab
    assert values(page(one) + b"\n" + page(two) + b"\n") == both
    assert values(json.dumps([[one], [two]]).encode()) == both  # --slurp
    assert values(b"\n".join(json.dumps(each).encode() for each in both)) == both  # --output ndjson
    assert values(b"\xef\xbb\xbf" + json.dumps(both, indent=2).encode()) == both
    assert values(json.dumps(one).encode()) == [one]
    assert values(b"[]") == values(b"[[], []]") == []


def test_answers_that_wrap_a_list_are_opened_page_by_page():
    wrapped = json.dumps({"total_count": 1, "check_runs": [check_run()]}).encode()
    assert values(wrapped + wrapped) == [check_run()] * 2
    assert values(b"[" + wrapped + b"," + wrapped + b"]") == [check_run()] * 2
    assert values(graph(node(1), node(2)) + graph(node(3))) == [node(1), node(2), node(3)]
    assert values(graph(None, node(2))) == [node(2)]  # what the token may not see
    assert values(json.dumps({"data": {"search": {"nodes": [node(4)]}}}).encode()) == [node(4)]


def test_the_bytes_of_each_object_are_those_that_the_forge_sent():
    spaced = b'[ {"number" : 1, "title": "\\u00e9"} ,\n {"number":2} ]'
    first, second = parse_answers(spaced, "saved.json")
    assert (first.own.data, second.own.data) == (b'{"number" : 1, "title": "\\u00e9"}', b'{"number":2}')
    assert first.page.data == spaced
    [item] = parse_answers(b'{"data": {"x": "nodes", "repository": {"pullRequests": {"nodes": [ {"a":  1} ]}}}}', "x")
    assert item.own.data == b'{"a":  1}'


def test_what_is_no_answer_is_refused_with_its_reason():
    assert wrong(b"") == wrong(b" \n") == "it is empty; the call that should have filled it failed"
    assert wrong(b"[{") == "it is not JSON at line 1, column 3"
    assert wrong(page(pull())[:-1]).startswith("it is not JSON at line 1")
    assert wrong(b'["a"]') == "a list in it holds something else than objects"
    assert wrong(b"7") == "it holds something else than objects and lists of objects"
    assert wrong("[]".encode("utf-16")) == "it is in UTF-16, as PowerShell writes it; save it as UTF-8"
    assert wrong(b"[\xff]") == "byte 2 is not UTF-8"


def test_a_fault_that_the_forge_answered_is_refused():
    said = b'{"message": "Not Found", "documentation_url": "https://docs.github.com/rest", "status": "404"}'
    assert wrong(said) == "the forge answered with an error (Not Found); ask again"
    assert wrong(b'{"message":"404 Project Not Found"}').endswith("(404 Project Not Found); ask again")
    assert "timeout" in wrong(graph(node(), errors=[{"message": "timeout"}]))


def test_hostile_json_is_refused_or_harmless():
    assert wrong(b"[" * 200_000) == "its lists or objects are nested too deeply"
    assert wrong(b'[{"a": ' + b'{"a":' * 200_000).startswith("its lists or objects")
    assert wrong(b'[{"number": 1, "number": 2}]') == "an object in it has the same key twice"
    assert wrong(b'[{"number": NaN}]') == "NaN is no number of JSON"
    assert values(b'[{"number": ' + b"9" * 100_000 + b"}]") == [{"number": -1}]
    assert values(b'[{"number": 1e999}]')[0]["number"] == float("inf")


def answer(data):
    try:
        return tuple(parse_answers(data, "saved.json"))
    except UnreadableError as fault:
        return str(fault)


@given(st.binary(max_size=80))
def test_any_bytes_are_objects_or_a_reason(data):
    assert isinstance(answer(data), tuple | str)


@examples(60)
@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_any_json_is_objects_or_a_reason(value):
    assert isinstance(answer(json.dumps(value).encode()), tuple | str)
