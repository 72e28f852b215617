"""What distinguishes two versions of a record, in the words of its author."""

import time
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from tieout.content import records
from tieout.model.differences import MOST_WORDS, Difference, Edit, count_words, differences, edits, fields
from tieout.model.records import Part, Record
from tieout.model.registers import BY_NAME
from tieout.problems import Source

RISK = """
title: Prices changed unseen
owner: ada
status: treating
threats: [THR-001]
affects: [pay]
impact_area: funds
inherent: {likelihood: 4, impact: 4}
residual: {likelihood: 2, impact: 4}
treatment: modify
"""
PIPELINE = """
title: The path
owner: money
status: live
ci: {path: ci.yml, format: generic}
identities: [bot@example.org]
deployments: {kind: tags}
steps:
  - {id: review, stage: commit-review, title: Review, type: check, check: change-reviewed}
  - {id: unit, stage: build-test, title: Unit tests, type: job, match: "unit*"}
"""
PERSON = """
- id: ada
  name: Ada Stone
  emails: [ada@example.org]
  training:
    - {course: secure-coding, on: 2025-01-10}
"""


def record(register, path, text):
    kind = BY_NAME[register]
    found, problems = records.parse(kind, path, text.encode())
    assert not problems, problems
    return found[0].record


def risk(text=RISK, body=""):
    return record("risks", "isms/risks/RSK-001.md", f"---{text}---\n{body}")


def changed(old, new):
    return [(one.field, one.old, one.new) for one in differences(old, new)]


def test_a_record_does_not_differ_from_itself():
    assert differences(risk(), risk()) == ()


def test_a_field_in_a_group_is_named_by_its_path():
    assert changed(risk(), risk(RISK.replace("residual: {likelihood: 2", "residual: {likelihood: 3"))) == [
        ("residual.likelihood", "2", "3")
    ]


def test_a_field_has_the_name_that_its_author_writes():
    other = PERSON.replace("name: Ada Stone", "name: Ada Stone\n  active: {from: 2025-01-01}")
    assert changed(record("people", "isms/people.yml", PERSON), record("people", "isms/people.yml", other)) == [
        ("active", "", "from 2025-01-01")
    ]


def test_where_a_record_stands_is_no_difference():
    assert changed(record("people", "a.yml", PERSON), record("people", "b.yml", "# moved\n" + PERSON)) == []


def test_the_steps_of_a_pipeline_are_told_apart_by_their_ids():
    old = record("pipelines", "isms/pipelines/path.yml", PIPELINE)
    lint = "  - {id: lint, stage: build-test, title: Lint, type: job, match: lint}\n"
    new = PIPELINE.replace("  - {id: unit", lint + "  - {id: unit").replace("title: Review", "title: Second look")
    assert changed(old, record("pipelines", "isms/pipelines/path.yml", new)) == [
        ("steps.review.title", "Review", "Second look"),
        ("steps.lint", "", "id lint, stage build-test, title Lint, type job, match lint"),
    ]


def test_an_entry_without_a_name_is_told_by_its_place():
    old = record("people", "isms/people.yml", PERSON)
    new = record("people", "isms/people.yml", PERSON + "    - {course: secure-coding, on: 2026-01-12}\n")
    assert changed(old, new) == [("training 2", "", "course secure-coding, on 2026-01-12")]


def test_the_body_comes_last():
    new = risk(RISK.replace("treating", "accepted"), "New words.\n")
    assert [one.path for one in differences(risk(body="Old words.\n"), new)] == [("status",), ("body",)]


def test_the_words_of_a_text_that_changed():
    assert edits("We count the keys each quarter.", "We count all keys each month.") == (
        Edit("kept", "We count"),
        Edit("removed", "the"),
        Edit("added", "all"),
        Edit("kept", "keys each"),
        Edit("removed", "quarter."),
        Edit("added", "month."),
    )
    assert count_words("a b c", "c a d e") == (2, 1)


def test_a_long_difference_says_that_it_is_long():
    assert Difference(("body",), "one\ntwo", "").is_long
    assert not Difference(("status",), "open", "closed").is_long


def test_comparing_rewritten_texts_takes_no_time():
    old, new = "a " * 100_000, "b a " * 100_000
    start = time.monotonic()
    assert [edit.kind for edit in edits(old + "end", "start " + new)] == ["removed", "added"]
    edits("x " * (MOST_WORDS - 1), "y x " * (MOST_WORDS // 2))
    assert time.monotonic() - start < 2


@given(st.text(st.sampled_from("ab \n"), max_size=40), st.text(st.sampled_from("ab \n"), max_size=40))
def test_the_kept_and_the_added_words_are_the_new_text(old, new):
    found = edits(old, new)
    after = " ".join(edit.text for edit in found if edit.kind != "removed")
    before = " ".join(edit.text for edit in found if edit.kind != "added")
    assert (before, after) == (" ".join(old.split()), " ".join(new.split()))


def test_long_lists_of_groups_are_compared_place_by_place():
    rows = "".join(f"    - {{course: c, on: 2025-01-{1 + number % 28:02}}}\n" for number in range(1000))
    head = PERSON.partition("    - ")[0]
    start = time.monotonic()
    found = changed(
        record("people", "a.yml", head + rows), record("people", "a.yml", head + rows.replace("c,", "d,", 1))
    )
    assert found == [("training 1.course", "c", "d")]
    assert time.monotonic() - start < 5


def test_values_that_read_alike_are_told_apart_by_quotation_marks():
    one = PERSON.replace("[ada@example.org]", '["a@b.cc", "d@e.ff"]')
    other = PERSON.replace("[ada@example.org]", '["a@b.cc, d@e.ff"]')
    assert changed(record("people", "isms/people.yml", one), record("people", "isms/people.yml", other)) == [
        ("emails", '["a@b.cc", "d@e.ff"]', '["a@b.cc, d@e.ff"]')
    ]


# --- any two records -----------------------------------------------------------------------------------------------


class Step(Part):
    id: str
    uses: tuple[str, ...]
    given: dict[str, str]
    at: datetime | None


class Anything(Record):
    words: str | None
    several: tuple[str, ...]
    keyed: dict[str, str]
    group: Step | None
    steps: tuple[Step, ...]
    keyed_steps: dict[str, Step]
    at: datetime | None
    when: tuple[datetime, ...]


# Few values, of which many read alike once they are joined.
TEXT = st.sampled_from(["", "a", "b", "a, b", "a; b", "a b", '"a"', "b; a: a", "id a"])
SEVERAL = st.lists(TEXT, max_size=2).map(tuple)
KEYED = st.dictionaries(st.sampled_from("ab"), TEXT, max_size=2)
MOMENT = st.sampled_from([datetime(2026, 1, 1, 9, 30, second, micro, UTC) for second in (0, 1) for micro in (0, 7)])
STEP = st.builds(Step, id=TEXT, uses=SEVERAL, given=KEYED, at=st.none() | MOMENT)
ANYTHING = st.builds(
    lambda body, **held: Anything.model_construct(
        id="X-1", place=Source("", "x.md"), body=body, title="A title", **held
    ),
    body=TEXT,
    words=st.none() | TEXT,
    several=SEVERAL,
    keyed=KEYED,
    group=st.none() | STEP,
    steps=st.lists(STEP, max_size=3).map(tuple),
    keyed_steps=st.dictionaries(TEXT, STEP, max_size=2),
    at=st.none() | MOMENT,
    when=st.lists(MOMENT, max_size=3).map(tuple),
)


@given(ANYTHING, ANYTHING, st.sampled_from(sorted(Anything.model_fields)))
def test_two_records_differ_exactly_when_their_values_do(one, given_by, name):
    """In one field only, so that no other hides it, and with values that are easily taken for one another."""
    other = one.model_copy(update={name: getattr(given_by, name)})
    same = (dict(fields(one)), one.body) == (dict(fields(other)), other.body)
    found = differences(one, other)
    assert (found == ()) == same
    assert all(difference.old != difference.new for difference in found)


def step(*uses):
    return Step(id="same", uses=uses, given={}, at=None)


def test_entries_of_a_list_that_read_alike_are_told_apart_by_their_values():
    rest = dict.fromkeys(("words", "group", "at")) | {"several": (), "keyed": {}, "keyed_steps": {}, "when": ()}
    place = Source("", "x.md")
    one = Anything.model_construct(id="X-1", place=place, title="", **rest, steps=(step("a, b"), step("c")))
    other = one.model_copy(update={"steps": (step("a", "b"), step("c"))})
    assert changed(one, other) == [("steps 1.uses", '["a, b"]', '["a", "b"]')]
