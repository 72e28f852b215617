"""What is written for a person is read again as the same values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import examples

from tieout.content import drafts
from tieout.model.fields import fields_of
from tieout.model.registers import BY_NAME, REGISTERS
from tieout.problems import Source
from tieout.text import frontmatter, yaml, yaml_lines

RISKS, ACTIONS, ACCESS = BY_NAME["risks"], BY_NAME["actions"], BY_NAME["access"]

TEXT = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="ab: #-\n'\"%@|>&*!?{}[],\\\t~0179.", max_size=60),
    st.sampled_from(
        ["yes", "No", "null", "~", "1.10", "0x1F", "12:30", "-", "---", "<<", "2026-01-01", "é\u200b\u202e"]
    ),
    st.lists(st.text(alphabet="abc-:#", min_size=1, max_size=12), min_size=20, max_size=40).map(" ".join),
)
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-(10**14), 10**14), TEXT)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4), max_leaves=12
)
FIELDS = st.dictionaries(st.one_of(st.from_regex(r"[a-z_]{1,12}", fullmatch=True), TEXT), VALUES, max_size=5)


def cleaned(value):
    if isinstance(value, str):
        return yaml_lines.clean(value)
    if isinstance(value, list):
        return [cleaned(one) for one in value]
    if isinstance(value, dict):
        return {cleaned(name): cleaned(one) for name, one in value.items()}
    return value


def distinct(value):
    """Whether names are still told apart where what cannot be written is replaced."""
    if isinstance(value, list):
        return all(map(distinct, value))
    if isinstance(value, dict):
        return len({cleaned(name) for name in value}) == len(value) and all(map(distinct, value.values()))
    return True


def parse(text):
    parsed = yaml.parse(text.encode(), Source())
    assert parsed.problems == (), text
    return parsed.value


@examples(60)
@given(FIELDS, TEXT)
def test_a_rendered_record_is_read_as_the_same_values(fields, body):
    matter, after, *_ = frontmatter.split(drafts.render_record(RISKS, fields, body).encode())
    if distinct(fields):
        assert (parse(matter.decode()) or {}) == cleaned(fields)
        assert after.strip("\n") == yaml_lines.clean(body).strip("\n")


@examples(40)
@given(st.lists(FIELDS, min_size=1, max_size=3))
def test_rows_one_after_the_other_are_a_list_of_the_same_values(rows):
    rows = [{f"x{name}": value for name, value in fields.items()} for fields in rows]
    text = "".join(drafts.render_row(ACTIONS, f"ACT-2026-{n:03}", fields) for n, fields in enumerate(rows))
    if distinct(rows):
        assert parse(text) == [{"id": f"ACT-2026-{n:03}", **cleaned(fields)} for n, fields in enumerate(rows)]


@pytest.mark.parametrize("register", REGISTERS, ids=lambda register: register.name)
def test_explained_fields_are_yaml_and_say_no_more_than_what_was_given(register):
    text = drafts.render_record(register, {"title": "A: b", "status": "open"}, explained=True, form="yml")
    value = parse(text)
    assert value["title"] == "A: b"
    assert set(value) == {
        "title",
        *({"status"} & set(value)),
        *(n.name for n in fields_of(register.model) if n.required),
    }
    row = drafts.render_row(register, "x", {"title": "A: b"}, explained=True)
    assert parse(row)[0][register.row_id] == "x"


def test_signs_that_some_readers_take_for_the_end_of_a_name_stand_in_quotes():
    text = drafts.render_record(RISKS, {"tags": ["0:?", "a:b", "a:[b"]}, form="yml")
    assert text == 'tags: ["0:?", a:b, "a:[b"]\n'
    assert parse(text) == {"tags": ["0:?", "a:b", "a:[b"]}
    assert drafts.render_record(RISKS, {"tags": ["why?"]}, form="yml") == 'tags: ["why?"]\n'
    names = {"0:?": {"0:?": "0:?"}, "a:?b": [{"0:?": None}]}
    assert parse(drafts.render_record(RISKS, names, form="yml")) == names


def test_text_that_reads_well_stands_without_quotes():
    text = drafts.render_record(RISKS, {"title": "Prices, limits [and] more", "on": "2026-01-31", "every": "90d"})
    assert text == '---\ntitle: Prices, limits [and] more\n"on": 2026-01-31\nevery: 90d\n---\n'
