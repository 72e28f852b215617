"""What is written for a person is read again as the same values, under an id that nobody else has or had."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tieout.content import drafts
from tieout.content.registers import file_id, row_fault
from tieout.model.fields import fields_of
from tieout.model.registers import REGISTERS
from tieout.problems import Source
from tieout.text import frontmatter, yaml

BY_NAME = {register.name: register for register in REGISTERS}
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
        return drafts.clean(value)
    if isinstance(value, list):
        return [cleaned(one) for one in value]
    if isinstance(value, dict):
        return {cleaned(name): cleaned(one) for name, one in value.items()}
    return value


def parse(text):
    parsed = yaml.parse(text.encode(), Source())
    assert parsed.problems == (), text
    return parsed.value


@settings(max_examples=60, deadline=None)
@given(FIELDS, TEXT)
def test_a_rendered_record_is_read_as_the_same_values(fields, body):
    matter, after, *_ = frontmatter.split(drafts.render_record(RISKS, fields, body).encode())
    names = {cleaned(name) for name in fields}
    if len(names) == len(fields):  # two names may become one where what cannot be written is replaced
        assert (parse(matter.decode()) or {}) == cleaned(fields)
        assert after.strip("\n") == drafts.clean(body).strip("\n")


@settings(max_examples=40, deadline=None)
@given(st.lists(FIELDS, min_size=1, max_size=3))
def test_rows_one_after_the_other_are_a_list_of_the_same_values(rows):
    rows = [{f"x{name}": value for name, value in fields.items()} for fields in rows]
    text = "".join(drafts.render_row(ACTIONS, f"ACT-2026-{n:03}", fields) for n, fields in enumerate(rows))
    if all(len({cleaned(name) for name in fields}) == len(fields) for fields in rows):
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


def test_text_that_reads_well_stands_without_quotes():
    text = drafts.render_record(RISKS, {"title": "Prices, limits [and] more", "on": "2026-01-31", "every": "90d"})
    assert text == '---\ntitle: Prices, limits [and] more\n"on": 2026-01-31\nevery: 90d\n---\n'


@pytest.mark.parametrize(
    ("register", "ids", "title", "expected"),
    [
        ("risks", [], "", "RSK-001"),
        ("risks", ["RSK-009", "RSK-020", "RSK-7"], "", "RSK-021"),
        ("risks", ["RSK-0099"], "", "RSK-0100"),
        ("risks", ["RSK-2026-004", "RSK-2025-011"], "", "RSK-2026-005"),
        ("incidents", [], "", "INC-2026-001"),
        ("incidents", ["INC-2026-004", "INC-2025-009"], "", "INC-2026-005"),
        ("incidents", ["INC-07"], "", "INC-08"),
        ("audits", ["AUD-2025-03"], "", "AUD-2026-01"),
        ("policies", [], "", "POL-01"),
        ("licences", ["LIC-GB", "LIC-MT"], "Ontario", "LIC-ONTARIO"),
        ("licences", [], "Remote betting", "LIC-remote-betting"),
        ("licences", ["LIC-01"], "Remote betting", "LIC-02"),
        ("services", ["odds-engine"], "Odds Engine", "odds-engine-2"),
        ("services", [], "con", "con-2"),
        ("people", [], "Zoë Müller-Łukasz", "zoe-muller-lukasz"),
        ("people", [], "Любомир Щерев", "lyubomir-shterev"),
        ("people", [], "Ελένη", "eleni"),
        ("suppliers", [], "公司", "supplier"),
        ("access", [], "Set a price", "set-a-price"),
    ],
)
def test_the_next_id_follows_the_pattern_of_its_register(register, ids, title, expected):
    assert drafts.next_id(BY_NAME[register], ids, title, 2026) == expected


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(REGISTERS), st.lists(st.from_regex(r"[A-Z]{2,4}-([0-9]{4}-)?[0-9]{1,4}|[a-z-]{1,9}", fullmatch=True)), st.text(max_size=30))  # fmt: skip
def test_the_next_id_is_new_and_fits_the_register(register, ids, title):
    id_ = drafts.next_id(register, ids, title, 2026)
    assert id_.lower() not in {one.lower() for one in ids}
    path = drafts.file_name(register, id_, title)
    if register.shape == "folder":
        assert file_id(register, path) == (id_, None)
    elif register.shape == "list":
        assert row_fault(register, id_) == ""


def test_a_file_is_named_by_its_id_and_a_few_words():
    assert drafts.file_name(RISKS, "RSK-021", "Prices / stand: still") == "risks/RSK-021-prices-stand-still.md"
    assert drafts.file_name(RISKS, "RSK-021", "2027 is busy") == "risks/RSK-021-is-busy.md"
    assert drafts.file_name(RISKS, "RSK-021", "…") == "risks/RSK-021.md"
    assert drafts.file_name(BY_NAME["pipelines"], "golden", "x") == "pipelines/golden.yml"
    assert drafts.file_name(ACTIONS, "ACT-1", "x") == "actions.yml"
