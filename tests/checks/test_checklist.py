"""The reviewers' checklist: whether the repositories hold it, and whether changes show it ticked."""

import pytest
from checks.factories import (
    DEP_BOT,
    by_id,
    change,
    exception,
    facts,
    isms,
    items,
    record,
)

from tieout.checks.review.checklist import tasks_of
from tieout.model import records as r
from tieout.model.contents import RepositoryContents, Template
from tieout.model.results import Outcome

CHECK = "review-checklist"
HOLDS = Template("## Before you merge\n\n- [ ] Tests cover it\n* [ ]  Docs say it\n")
TICKED = "- [x] Tests cover it\n- [X] docs say it\n"


def asking(*asked, **more):
    setting = record(r.CheckSetting, CHECK, template="review.md", items=list(asked))
    return isms(checks=by_id(setting), **more)


def holding(template):
    return {"shop": RepositoryContents("shop", "f" * 40, template=template)}


def judged(template, *changes, asked=("Tests", "Docs"), **fields):
    return items(CHECK, asking(*asked), facts(*changes, contents=holding(template), **fields))


def of_repository(template, **fields):
    (item,) = judged(template, **fields)
    return item.outcome.value, item.found, item.reason


def of_change(body, template=HOLDS, **fields):
    made = change(body=body, **fields)
    return next(item for item in judged(template, made) if item.kind == "change")


def test_a_file_that_holds_all_items_passes():
    assert of_repository(HOLDS) == (
        "pass",
        "2 items",
        "review.md of shop at ffffffff holds all that is asked: 2 items to tick.",
    )
    assert of_repository(HOLDS, asked=())[2] == "review.md of shop at ffffffff holds 2 items to tick."


@pytest.mark.parametrize(
    ("template", "found", "reason"),
    [
        (
            Template(there=False),
            "no such file",
            "shop holds no file review.md at ffffffff, so no proposal begins with the checklist.",
        ),
        (Template("- [ ] Tests\n"), "1 missing", "review.md of shop at ffffffff leaves out “Docs”."),
        (
            Template("Tests and Docs, please.\n"),
            "2 missing",
            "review.md of shop at ffffffff leaves out “Tests” and “Docs”.",
        ),
    ],
)
def test_a_file_that_is_not_there_or_leaves_something_out_fails(template, found, reason):
    assert of_repository(template) == ("fail", found, reason)


def test_a_file_that_was_not_read_is_unknown():
    told = of_repository(Template(why="since its content is not in the copy"))
    assert told[0] == "unknown"
    assert "was not read, since its content is not in the copy; so it cannot be told which items it holds" in told[2]
    assert of_repository(None)[0] == "unknown"
    assert (
        of_repository(HOLDS, missing={"shop": "it is gone"})[2] == "The repository shop could not be read: it is gone."
    )


def test_a_file_that_is_not_seen_in_a_cut_off_copy_is_unknown():
    found = judged(Template(there=False), histories_incomplete=("shop",))
    assert {item.outcome for item in found} == {Outcome.UNKNOWN}


def test_a_change_shows_its_checklist_ticked_or_not():
    assert of_change(TICKED).reason == "The message of the change holds the checklist with 2 items ticked."
    item = of_change("- [x] Tests cover it\n- [ ] Docs say it")
    assert (item.outcome, item.found) == (Outcome.FAIL, "1 of 2 ticked")
    assert item.reason == "The checklist in the message of the change leaves “Docs” unticked."
    assert of_change("- [x] Tests").reason == "The checklist in the message of the change leaves out “Docs”."
    assert of_change("- [x] Tests run\n- [ ] Tests of staging\n- [x] Docs").found == "1 of 2 ticked"


def test_a_change_whose_message_says_nothing_of_it_is_unknown():
    assert of_change("").outcome is Outcome.UNKNOWN
    assert of_change("Tests and docs are done.").found == "no checklist in the message"


def test_without_items_those_of_the_file_are_asked():
    made = change(body="- [x] Tests cover it\n- [ ] Docs say it")
    found = [item for item in judged(HOLDS, made, asked=()) if item.kind == "change"]
    assert [(item.outcome, item.found) for item in found] == [(Outcome.FAIL, "1 of 2 ticked")]


def test_a_robot_ticks_nothing_and_an_exception_covers_what_people_left():
    assert of_change("", authors=(DEP_BOT,), automated=True).outcome is Outcome.NOT_APPLICABLE
    permitted = asking("Tests", exceptions=by_id(exception(excepts=[f"check:{CHECK}"])))
    made = facts(change(body="- [ ] Tests"), contents=holding(HOLDS))
    assert [item.outcome.value for item in items(CHECK, permitted, made)] == ["excepted", "pass"]


def test_nobody_is_asked_where_no_file_is_named():
    assert items(CHECK, isms(), facts(change(body=TICKED))) == ()


def test_task_lists_are_read_in_all_their_forms_and_nothing_else_is():
    text = "1. [x] One\n+ [ ] Two\n  > * [X] Three\n-[x] no\n- [y] no\n[x] no\n- [x] Two\n"
    assert tasks_of(text) == {"one": True, "two": False, "three": True}
