"""A new record has an id that nobody else has or had, and a file that is named by it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import examples

from tieout.content import new_ids
from tieout.content.registers import file_id, row_fault
from tieout.model.registers import BY_NAME, REGISTERS


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
    assert new_ids.next_id(BY_NAME[register], ids, title, 2026) == expected


@examples(60)
@given(st.sampled_from(REGISTERS), st.lists(st.from_regex(r"[A-Z]{2,4}-([0-9]{4}-)?[0-9]{1,4}|[a-z-]{1,9}", fullmatch=True)), st.text(max_size=30))  # fmt: skip
def test_the_next_id_is_new_and_fits_the_register(register, ids, title):
    id_ = new_ids.next_id(register, ids, title, 2026)
    assert id_.lower() not in {one.lower() for one in ids}
    path = new_ids.file_name(register, id_, title)
    if register.shape == "folder":
        assert file_id(register, path) == (id_, None)
    elif register.shape == "list":
        assert row_fault(register, id_) == ""


def test_a_file_is_named_by_its_id_and_a_few_words():
    assert (
        new_ids.file_name(BY_NAME["risks"], "RSK-021", "Prices / stand: still") == "risks/RSK-021-prices-stand-still.md"
    )
    assert new_ids.file_name(BY_NAME["risks"], "RSK-021", "2027 is busy") == "risks/RSK-021-is-busy.md"
    assert new_ids.file_name(BY_NAME["risks"], "RSK-021", "…") == "risks/RSK-021.md"
    assert new_ids.file_name(BY_NAME["pipelines"], "golden", "x") == "pipelines/golden.yml"
    assert new_ids.file_name(BY_NAME["actions"], "ACT-1", "x") == "actions.yml"
