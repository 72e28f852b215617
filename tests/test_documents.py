"""The history of each record: the changes that touched it, what they did, and what it said before."""

from dataclasses import replace
from datetime import date

import pytest
from history.story import BEN, Story, isms
from hypothesis import given
from hypothesis import strategies as st
from tinyproject import make

from tieout import documents
from tieout.build import dates, pipeline, world
from tieout.history import derive, wanted
from tieout.model.documents import Document
from tieout.model.grades import Grade
from tieout.model.registers import BY_NAME, REGISTERS, Isms
from tieout.model.settings import Config
from tieout.views import approval

RISK = """\
---
title: {title}
owner: ada
status: treating
threats: [THR-001]
affects: app
impact_area: funds
inherent: {{likelihood: 2, impact: 2}}
residual: {{likelihood: 1, impact: 2}}
{more}treatment: modify
reviewed: 2026-03-01
---
{body}
"""
ACTION = "- id: ACT-{id}\n  title: {title}\n  owner: ada\n  status: open\n  opened: 2026-01-02\n  due: {due}\n"
SOA = "title: SoA\nowner: ada\nstatus: approved\napproved_by: {{person: ada, on: 2026-01-05}}\nentries:\n{entries}"
HERE = "isms/risks/RSK-001-theft.md"
ACTIONS = "isms/actions.yml"
SMALL = Config(operator="Small")


def risk(title="Theft", body="Text.", more=""):
    return RISK.format(title=title, body=body, more=more)


def action(id_, due="2026-06-01", title="Do it"):
    return ACTION.format(id=id_, due=due, title=title)


def traced(story, config=SMALL, **pin):
    histories = {"isms": story.history()}
    people = isms(services={}, pipelines={}, environments={})
    facts, _ = derive(histories, {"isms": story.pin(**pin)}, people, config)
    return documents.trace(histories["isms"], facts, Isms(), config)


def told(document):
    return [
        (one.version, one.kind, one.change.subject, [(diff.field, diff.old, diff.new) for diff in one.differences])
        for one in document.revisions
    ]


def story_of(*steps):
    story = Story("isms")
    for subject, files in steps:
        story.commit(subject, files)
    return story


# --- one record ----------------------------------------------------------------------------------------------------


def test_each_change_of_a_record_says_what_it_said_before():
    story = story_of(
        ("Start", {HERE: risk()}),
        ("Name it well", {HERE: risk("Money taken")}),
        ("More", {HERE: risk("Money taken", "More text.")}),
    )
    found = traced(story)["risks", "RSK-001"]
    assert told(found) == [
        (1, "created", "Start", []),
        (2, "changed", "Name it well", [("title", "Theft", "Money taken")]),
        (3, "changed", "More", [("body", "Text.", "More text.")]),
    ]
    assert (found.version, found.removed) == (3, False)


def test_a_second_name_that_only_its_author_typed_is_no_approval():
    story = Story("isms")
    story.commit("Start\n\nReviewed-by: Ben Marsh <ben@example.org>", {HERE: risk()})
    made = traced(story)["risks", "RSK-001"].last.change
    assert [one.grade for one in made.approvals] == [Grade.STATED]
    assert approval.standing(made) == "stated"


def test_makers_and_approval_are_those_of_the_change():
    story = story_of(("Start", {HERE: risk()}))
    side = story.commit("Better", {HERE: risk("Better")}, on=story.tip)
    story.commit("Merge branch 'better'", parents=(story.tip, side), author=BEN)
    last = traced(story)["risks", "RSK-001"].last
    assert [who.person for who in last.change.authors] == ["ada"]
    assert [(one.by.person, one.grade) for one in last.change.approvals] == [("ben", Grade.TWO_NAMES)]


def test_a_file_that_is_renamed_keeps_its_history():
    moved = "isms/risks/2026/RSK-001-money-taken.md"
    story = story_of(
        ("Start", {HERE: risk()}),
        ("Rename", {HERE: None, moved: risk()}),
        ("Rename and reword", {moved: None, HERE: risk("Other")}),
    )
    found = traced(story)["risks", "RSK-001"]
    assert [(one.version, one.kind, one.moved_from) for one in found.revisions] == [
        (1, "created", ""),
        (1, "moved", HERE),
        (2, "changed", moved),
    ]
    assert found.last.change.subject == "Rename and reword"


def test_layout_and_comments_are_told_and_make_no_version():
    story = story_of(("Start", {HERE: risk()}), ("Comment", {HERE: risk().replace("owner:", "# who\nowner:")}))
    found = traced(story)["risks", "RSK-001"]
    assert [(one.version, one.kind) for one in found.revisions] == [(1, "created"), (1, "layout")]
    assert found.last.change.subject == "Start"


def test_values_that_only_read_alike_are_another_version():
    one = risk().replace("[THR-001]", "[THR-001, THR-002]")
    story = story_of(
        ("Start", {HERE: one}), ("Joined", {HERE: one.replace("[THR-001, THR-002]", '["THR-001, THR-002"]')})
    )
    found = traced(story)["risks", "RSK-001"]
    assert [(one.version, one.kind) for one in found.revisions] == [(1, "created"), (2, "changed")]
    assert found.last.change.subject == "Joined"


def test_a_removed_record_keeps_its_history_and_may_come_back():
    story = story_of(("Start", {HERE: risk()}), ("Gone", {HERE: None}))
    gone = traced(story)["risks", "RSK-001"]
    assert gone.removed
    assert gone.last.change.subject == "Gone"
    story.commit("Back", {HERE: risk()})
    back = traced(story)["risks", "RSK-001"]
    assert not back.removed
    assert [one.kind for one in back.revisions] == ["created", "removed", "created"]


def test_a_version_that_cannot_be_read_says_so():
    story = story_of(
        ("Start", {HERE: risk()}),
        ("Broken", {HERE: "---\ntitle: [\n---\n"}),
        ("Mended", {HERE: risk("Theft again")}),
        ("Mended again", {HERE: risk("Theft again")}),
    )
    found = traced(story)["risks", "RSK-001"]
    assert [(one.version, one.kind, one.compared) for one in found.revisions] == [
        (1, "created", True),
        (1, "unread", False),
        (2, "changed", True),
    ]
    assert found.revisions[-1].differences[0].old == "Theft"


def test_fields_that_break_the_form_are_a_version_that_cannot_be_compared():
    wrong = risk().replace("treatment: modify", "treatment: hope")
    story = story_of(("Start", {HERE: risk()}), ("Wrong", {HERE: wrong}), ("Right", {HERE: risk()}))
    found = traced(story)["risks", "RSK-001"]
    assert [(one.version, one.kind, one.compared) for one in found.revisions] == [
        (1, "created", True),
        (2, "changed", False),
        (2, "mended", True),
    ]
    assert found.last.change.subject == "Start"
    story.commit("Wrong again", {HERE: wrong})
    assert traced(story)["risks", "RSK-001"].last.change.subject == "Wrong again"


def test_what_was_changed_while_the_form_was_broken_is_told_when_it_is_mended():
    wrong = risk("Stolen").replace("treatment: modify", "treatment: hope")
    story = story_of(("Start", {HERE: risk()}), ("Wrong", {HERE: wrong}), ("Right", {HERE: risk("Stolen")}))
    found = traced(story)["risks", "RSK-001"]
    assert told(found)[-1] == (3, "changed", "Right", [("title", "Theft", "Stolen")])
    assert found.last.compared


def test_a_record_that_came_back_is_not_compared_with_what_was_removed():
    wrong = risk().replace("treatment: modify", "treatment: hope")
    story = story_of(
        ("Start", {HERE: risk()}), ("Gone", {HERE: None}), ("Back", {HERE: wrong}), ("Right", {HERE: risk()})
    )
    found = traced(story)["risks", "RSK-001"]
    assert [one.kind for one in found.revisions] == ["created", "removed", "created", "changed"]
    assert found.last.change.subject == "Right"


def test_what_cannot_be_read_and_then_says_the_same_is_its_last_authors():
    wrong = risk().replace("treatment: modify", "treatment: hope")
    story = story_of(
        ("Start", {HERE: risk()}),
        ("Wrong", {HERE: wrong}),
        ("Broken", {HERE: "---\ntitle: [\n---\n"}),
        ("Wrong as before", {HERE: wrong}),
    )
    found = traced(story)["risks", "RSK-001"]
    assert [one.kind for one in found.revisions] == ["created", "changed", "unread", "mended"]
    assert found.last.change.subject == "Wrong"


def test_a_file_that_was_not_read_is_unknown_and_not_unchanged():
    story = story_of(("Start", {HERE: risk()}), ("Large", {HERE: risk("Large")}))
    del story.blobs[story.trees[story.tip][HERE]]
    found = traced(story)["risks", "RSK-001"]
    assert [one.kind for one in found.revisions] == ["created", "unread"]


def test_an_audit_sees_no_change_after_its_pin():
    story = story_of(("Start", {HERE: risk()}), ("Later", {HERE: risk("Later")}))
    first = next(iter(story.commits))
    assert traced(story, commit=first)["risks", "RSK-001"].version == 1


def test_an_isms_in_a_folder_is_followed_there_and_nowhere_else():
    story = story_of(("Start", {f"governance/{HERE}": risk(), HERE: risk("Not ours")}))
    config = Config(operator="Small", folder="governance")
    assert traced(story, config)["risks", "RSK-001"].revisions[0].record.title == "Theft"


def test_a_record_that_came_from_outside_the_registers_says_where_it_was():
    story = story_of(
        ("Start", {"docs/risks/RSK-001.md": risk()}), ("Move", {"docs/risks/RSK-001.md": None, HERE: risk()})
    )
    found = traced(story)["risks", "RSK-001"]
    assert [(one.kind, one.moved_from) for one in found.revisions] == [("created", "docs/risks/RSK-001.md")]


def test_what_is_no_record_has_no_history():
    files = {
        "isms/README.md": "x",
        "isms/risks/README.md": "x",
        "isms/.github/a.yml": "a: 1",
        "risks/RSK-001.md": risk(),
    }
    assert traced(story_of(("Start", files))) == {}


# --- rows ----------------------------------------------------------------------------------------------------------


def test_a_row_is_not_touched_by_its_neighbours():
    story = story_of(
        ("Two", {ACTIONS: action(1) + action(2)}),
        ("One of them", {ACTIONS: "# newest first\n" + action(3) + action(1) + action(2, "2026-07-31")}),
    )
    found = traced(story)
    assert [len(found["actions", f"ACT-{id_}"].revisions) for id_ in (1, 2, 3)] == [1, 2, 1]
    assert told(found["actions", "ACT-2"])[-1] == (2, "changed", "One of them", [("due", "2026-06-01", "2026-07-31")])


def test_a_list_that_cannot_be_read_leaves_every_row_unknown():
    story = story_of(
        ("Two", {ACTIONS: action(1) + action(2)}),
        ("Broken", {ACTIONS: action(1) + "- id: [\n"}),
        ("Mended", {ACTIONS: action(1) + action(2)}),
    )
    found = traced(story)["actions", "ACT-2"]
    assert [(one.version, one.kind) for one in found.revisions] == [(1, "created"), (1, "unread"), (1, "mended")]
    assert found.last.change.subject == "Two"


def test_a_row_whose_id_is_misspelt_is_unread_and_not_removed():
    story = story_of(
        ("Two", {ACTIONS: action(1) + action(2)}),
        ("Typo", {ACTIONS: action(1).replace("- id", "- ID") + action(2, "2026-07-31")}),
        ("Mended", {ACTIONS: action(1) + action(2, "2026-07-31")}),
    )
    found = traced(story)
    assert [(one.version, one.kind) for one in found["actions", "ACT-1"].revisions] == [
        (1, "created"),
        (1, "unread"),
        (1, "mended"),
    ]
    assert [one.kind for one in found["actions", "ACT-2"].revisions] == ["created", "changed"]
    assert found["actions", "ACT-1"].last.change.subject == "Two"
    story.commit("Gone", {ACTIONS: action(2, "2026-07-31")})
    assert traced(story)["actions", "ACT-1"].removed


def test_a_list_in_flow_style_is_read_as_it_is():
    row = "{id: ACT-1, title: A, owner: ada, status: open, opened: 2026-01-02, due: 2026-06-01}"
    story = story_of(("Start", {ACTIONS: f"[{row}]\n"}), ("Later", {ACTIONS: f"[{row.replace('06-01', '07-01')}]\n"}))
    assert traced(story)["actions", "ACT-1"].version == 2


PIECES = ["- id: ACT-1\n", "- id: ACT-2\n", "-\n", "  id: ACT-3\n", "  title: x\n", "  body: |\n", "    - id: ACT-4\n", "# c\n", "\n", '- "a\n', '  b"\n', "---\n", "- [a,\n", "b]\n", "  - x\n", "title: y\n"]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=9))
def test_row_by_row_says_the_same_as_the_whole_file(pieces):
    data, register = "".join(pieces).encode(), BY_NAME["actions"]
    whole = documents._parse_whole(register, ACTIONS, data)
    rows = documents._parse(register, ACTIONS, data)
    assert (rows is None) == (whole is None)
    assert {id_: held.said for id_, held in (rows or {}).items()} == {
        id_: held.said for id_, held in (whole or {}).items()
    }


@given(st.binary(max_size=60), st.sampled_from(["isms/actions.yml", HERE, "isms/soa.yml", "isms/risks/x.md"]))
def test_any_bytes_are_a_history(data, path):
    story = story_of(("Start", {HERE: risk()}))
    story.commit("Bytes", {path: "x"})
    story.blobs[story.trees[story.tip][path]] = data
    for document in traced(story).values():
        assert document.revisions


def test_a_row_of_the_statement_has_a_history_of_its_own():
    planned = "  A.5.1: {applicable: true, reasons: [risk], status: planned}\n"
    other = "  A.8.32: {applicable: false, why_not: We change nothing at all.}\n"
    story = story_of(
        ("Start", {"isms/soa.yml": SOA.format(entries=planned + other)}),
        ("Done", {"isms/soa.yml": SOA.format(entries=planned.replace("planned", "implemented") + other)}),
        ("Dropped", {"isms/soa.yml": SOA.format(entries=other)}),
    )
    found = traced(story)
    assert told(found["annex-a", "A.5.1"]) == [
        (1, "created", "Start", []),
        (2, "changed", "Done", [("status", "planned", "implemented")]),
        (2, "removed", "Dropped", []),
    ]
    assert told(found["annex-a", "A.8.32"]) == [(1, "created", "Start", [])]
    assert found["soa", "soa"].version == 3


def test_a_typo_in_one_row_of_the_statement_credits_no_row_to_who_mends_it():
    right = "  A.5.1: {applicable: true, reasons: [risk], status: planned}\n"
    other = "  A.8.32: {applicable: false, why_not: We change nothing at all.}\n"
    story = story_of(
        ("Start", {"isms/soa.yml": SOA.format(entries=right + other)}),
        ("Typo", {"isms/soa.yml": SOA.format(entries=right.replace("planned", "plannned") + other)}),
        ("Mended", {"isms/soa.yml": SOA.format(entries=right + other)}),
    )
    found = traced(story)
    for key in (("annex-a", "A.5.1"), ("annex-a", "A.8.32"), ("soa", "soa")):
        assert found[key].last.change.subject == "Start", key
    assert [(one.version, one.kind) for one in found["annex-a", "A.8.32"].revisions] == [
        (1, "created"),
        (1, "unread"),
        (1, "mended"),
    ]
    story.commit("Done", {"isms/soa.yml": SOA.format(entries=right.replace("planned", "implemented") + other)})
    assert told(traced(story)["annex-a", "A.5.1"])[-1][:3] == (2, "changed", "Done")


# --- due dates -----------------------------------------------------------------------------------------------------


def test_a_due_date_that_moved_keeps_its_first_day():
    story = story_of(
        ("Start", {ACTIONS: action(1, "2026-06-01")}),
        ("Reworded", {ACTIONS: action(1, "2026-06-01", "Do it well")}),
        ("Once", {ACTIONS: action(1, "2026-07-31")}),
        ("Twice", {ACTIONS: action(1, "2026-10-31")}),
    )
    due = documents.due_of(traced(story)["actions", "ACT-1"])
    assert (due.first, due.now) == (date(2026, 6, 1), date(2026, 10, 31))
    assert [(move.change.subject, move.old.isoformat(), move.new.isoformat()) for move in due.moves] == [
        ("Once", "2026-06-01", "2026-07-31"),
        ("Twice", "2026-07-31", "2026-10-31"),
    ]


def test_the_target_of_a_risk_has_a_day_and_its_review_has_none():
    target = "target: {{likelihood: 1, impact: 1, by: {}}}\n"
    story = story_of(
        ("Start", {HERE: risk()}),
        ("Aim", {HERE: risk(more=target.format("2026-06-01"))}),
        ("Later", {HERE: risk(more=target.format("2026-09-01"))}),
    )
    due = documents.due_of(traced(story)["risks", "RSK-001"])
    assert (due.first, due.now, len(due.moves)) == (date(2026, 6, 1), date(2026, 9, 1), 1)
    assert documents.due_of(Document("people", "ada")) is None


# --- from a repository ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return make(tmp_path_factory.mktemp("documents"))


def concluded(project, key="current"):
    read, _ = world.read(project.isms, lambda _: None)
    plan = dates.plan(read, ())
    return pipeline.conclude(read, next(date for date in plan.needed if date.key == key), plan.listed)


def test_every_record_of_a_repository_has_its_history(project):
    snapshot = concluded(project)
    for register in REGISTERS:
        for id_ in snapshot.isms.register(register.name):
            assert snapshot.documents[register.name, id_].revisions, id_
    assert len([key for key in snapshot.documents if key[0] == "annex-a"]) == 93


def test_an_audit_written_after_its_day_has_no_history_there(project):
    assert not concluded(project, "2026-03-31").documents["audits", "AUD-2027-01"].revisions


def test_uncommitted_words_are_nobodys(tmp_path):
    project = make(tmp_path)
    project.write({"isms/squads.yml": ("Money", "Cash")}, commit_it=False)
    project.write({"isms/events.yml": "- {id: EVT-1, title: Cup, from: 2026-06-11, to: 2026-07-12, kind: peak}\n"}, commit_it=False)  # fmt: skip
    found = concluded(project).documents
    assert {key for key, document in found.items() if document.uncommitted} == {
        ("squads", "money"),
        ("events", "EVT-1"),
    }
    assert not found["events", "EVT-1"].revisions


def test_the_registers_are_read_in_every_version_and_nothing_beside_them():
    asked = wanted(Config(operator="Small", content="isms", folder="governance"), Isms())
    assert asked("isms", "governance/isms/risks/RSK-001.md")
    assert asked("isms", "governance/isms/actions.yml")
    for path in ("governance/isms/other.yml", "isms/risks/RSK-001.md", "governance/isms/risks/a.png", "src/a.py"):
        assert not asked("isms", path)
    assert not asked("app", "governance/isms/actions.yml")
    assert wanted(replace(SMALL, content="."), Isms())("isms", "risks/RSK-001.md")
