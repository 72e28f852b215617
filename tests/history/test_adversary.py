"""What somebody hostile could do with commits, notes, records and messages, and what comes of it."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from time import perf_counter

import pytest
from history.story import ADA, BEN, BOT, DAY, PEOPLE, START, Story, config, isms, person, pipeline

from tieout.history import derive
from tieout.history.approvals import STRANGERS, appraise
from tieout.history.mailmap import parse_mailmap
from tieout.history.messages import Named, parse_named, parse_people, parse_trailers
from tieout.model.grades import Grade
from tieout.model.history import Note, Stamp


def moment(time):
    return datetime.fromtimestamp(time, UTC).isoformat().replace("+00:00", "Z")


def lines(*records):
    return "".join(json.dumps({"repo": "app"} | record) + "\n" for record in records)


def approval(who, at, commit, **more):
    return {"by": who if isinstance(who, str) else who[1], "at": moment(at), "commit": commit} | more


def facts_of(story, records=None, **changes):
    histories = {"app": story.history()} | ({"records": records.history()} if records else {})
    pins = {"app": story.pin()} | ({"records": records.pin()} if records else {})
    return derive(histories, pins, isms(**changes), config())


def newest(story, records=None, **changes):
    facts, problems = facts_of(story, records, **changes)
    return list(facts.changes.values())[-1], [problem.code for problem in problems]


def merged():
    """Ada's work, merged by herself: the story, and the head of what was proposed."""
    story = Story()
    story.commit("Start", {"a.txt": "1"})
    head = story.commit("Work", {"a.txt": "2"}, on=story.tip)
    story.commit("Merge pull request #5 from ada/work\n\nWork", parents=(story.tip, head))
    return story, head


def record_of(story, head, *approvals, **more):
    told = {"change": story.tip, "ref": "#5", "head": head, "approvals": list(approvals)}
    return told | {"merged": {"by": ADA[1], "at": moment(story.clock)}} | more


def found(change):
    return [(each.by.key, each.grade, each.covers, each.after_the_fact) for each in change.approvals]


def test_an_approval_of_one_head_of_an_octopus_is_not_of_what_the_others_brought():
    story = Story()
    base = story.commit("Start", {"a.txt": "1"})
    good = story.commit("Good", {"a.txt": "2"}, on=base)
    unseen = story.commit("Unseen", {"b.txt": "!"}, on=base)
    story.commit("Merge pull request #5 from ada/work\n\nGood", parents=(base, good, unseen))
    records = Story("records")
    told = record_of(story, good, approval(BEN, story.clock - 60, good), change=good)
    records.commit("Export", {"reviews/a.jsonl": lines(told)}, author=BOT)
    change, _ = newest(story, records)
    assert found(change) == [("ben", Grade.STATED, "earlier", False)]


@pytest.mark.parametrize(("kept", "covers"), [(None, "final"), ("old", "earlier")])
def test_a_merge_of_the_branch_that_keeps_back_what_the_branch_mended_makes_an_approval_stale(kept, covers):
    story = Story()
    base = story.commit("Start", {"a.txt": "1", "safe.txt": "old"})
    seen = story.commit("Work", {"a.txt": "2"}, on=base)
    mended = story.commit("Mend", {"safe.txt": "mended"})
    files = {"safe.txt": kept} if kept else {}
    head = story.commit("Merge branch 'main' into work", files, on=seen, parents=(seen, mended))
    story.commit("Merge pull request #5 from ada/work\n\nWork", files, parents=(mended, head))
    records = Story("records")
    told = record_of(story, head, approval(BEN, story.clock - 3600, seen))
    records.commit("Export", {"reviews/a.jsonl": lines(told)}, author=BOT)
    grade = Grade.RECORDED if covers == "final" else Grade.STATED
    assert found(newest(story, records)[0]) == [("ben", grade, covers, False)]


def test_nobody_types_that_a_change_was_merged_later_than_it_was():
    story, head = merged()
    late = record_of(story, head, approval(BEN, story.clock + 5 * DAY, head), merged=None)
    records = Story("records")
    records.commit("Export", {"reviews/a.jsonl": lines(late)}, author=BOT)
    typed = {"change": story.tip, "merged": {"by": ADA[1], "at": moment(story.clock + 9 * DAY)}}
    records.commit("Add", {"reviews/b.jsonl": lines(typed)}, author=ADA)
    assert found(newest(story, records)[0]) == [("ben", Grade.RECORDED, "final", True)]


def test_nobody_types_an_opening_beside_what_robots_exported():
    story = Story()
    story.commit("Start", {"a.txt": "1"})
    story.commit("Straight in", {"a.txt": "2"})
    told = {"change": story.tip, "ref": "#5", "opened": moment(story.clock + DAY)}
    told |= {"merged": {"by": ADA[1], "at": moment(story.clock + DAY)}}
    records = Story("records")
    records.commit("Export", {"reviews/a.jsonl": lines(told)}, author=BOT)
    assert newest(story, records)[0].kind == "direct"
    records.commit("Add", {"reviews/b.jsonl": lines(told | {"opened": moment(START)})}, author=ADA)
    assert newest(story, records)[0].kind == "direct"


# --- lines that robots wrote, and somebody else took out ------------------------------------------------------------


def dismissed():
    """An approval and its dismissal, both exported."""
    story, head = merged()
    kept = record_of(story, head, approval(BEN, story.clock - 120, head))
    gone = {"change": story.tip, "approvals": [approval(BEN, story.clock - 60, head, state="dismissed")]}
    records = Story("records")
    records.commit("Export", {"reviews/a.jsonl": lines(kept), "reviews/b.jsonl": lines(kept, gone)}, author=BOT)
    assert found(newest(story, records)[0]) == []
    return story, records, lines(kept)


@pytest.mark.parametrize("left", ["line", "file", "other"])
def test_a_dismissal_that_somebody_takes_out_still_counts_and_is_told(left):
    story, records, kept = dismissed()
    content = {"line": kept, "file": None, "other": "{}\n"}[left]
    records.commit("Tidy up", {"reviews/b.jsonl": content}, author=ADA)
    change, problems = newest(story, records)
    assert found(change) == []
    assert "record-taken-away" in problems


def test_what_a_robot_takes_out_itself_is_gone():
    story, records, kept = dismissed()
    records.commit("Export", {"reviews/b.jsonl": kept}, author=BOT)
    change, problems = newest(story, records)
    assert found(change) == [("ben", Grade.RECORDED, "final", False)]
    assert problems == []


def test_a_line_that_is_brought_back_is_no_longer_missed():
    story, records, kept = dismissed()
    before = records.blobs[records.trees[records.tip]["reviews/b.jsonl"]].decode()
    records.commit("Tidy up", {"reviews/b.jsonl": kept}, author=ADA)
    records.commit("Bring it back", {"reviews/b.jsonl": before}, author=ADA)
    change, problems = newest(story, records)
    assert found(change) == []
    assert problems == []


def test_a_failed_deployment_that_somebody_takes_out_still_failed():
    story = Story()
    story.commit("Start", {"a.txt": "1"})
    told = {"deployment": "1", "service": "app", "environment": "prod", "commit": story.tip, "by": BOT[1]}
    began = told | {"at": moment(story.clock + 60), "result": "in-progress"}
    failed = told | {"at": moment(story.clock + 90), "result": "failed"}
    records = Story("records")
    records.commit("Export", {"deployments/a.jsonl": lines(began, failed)}, author=BOT)
    records.commit("Tidy up", {"deployments/a.jsonl": lines(began)}, author=ADA)
    settings = config()
    linked = replace(settings.repositories["records"], reviews=(), deployments=("deployments/*",))
    settings.repositories["records"] = linked
    way = {"path": pipeline(deployments={"kind": "records", "repo": "records"})}
    facts, problems = derive(
        {"app": story.history(), "records": records.history()},
        {"app": story.pin(), "records": records.pin()},
        isms(pipelines=way),
        settings,
    )
    assert [each.result for each in facts.deployments.values()] == ["failed"]
    assert "record-taken-away" in [problem.code for problem in problems]


# --- who -----------------------------------------------------------------------------------------------------------


def test_a_login_is_nobodys_who_only_has_that_name():
    people = PEOPLE | {"zoe": person("zoe", "zoe", "zoe@example.org")}
    story, head = merged()
    records = Story("records")
    told = record_of(story, head, approval("@zoe", story.clock - 60, head))
    records.commit("Export", {"reviews/a.jsonl": lines(told)}, author=BOT)
    (one,) = newest(story, records, people=people)[0].approvals
    assert not one.by.known
    assert one.by.name == "zoe"


# --- bombs ---------------------------------------------------------------------------------------------------------


def quickly(work):
    began = perf_counter()
    done = work()
    assert perf_counter() - began < 3
    return done


def test_blanks_in_a_trailer_cost_no_more_than_their_number():
    value = "Ann" + " " * 200_000 + "Bell"
    assert quickly(lambda: parse_named(value)) == Named(value, "")
    assert quickly(lambda: parse_people(f"{value}, x"))[0].email == ""
    assert quickly(lambda: parse_mailmap(b"Ann <a@b>" + b" " * 200_000 + b"x\n")) == ()


def test_lines_of_one_trailer_cost_no_more_than_their_number():
    (trailer,) = quickly(lambda: parse_trailers("Work\n\nReviewed-by: Ann\n" + " x\n" * 300_000))
    assert len(trailer.value) == 600_003


def test_many_names_in_one_change_are_cut_and_those_of_the_register_stay():
    story = Story()
    story.commit("Start", {"a.txt": "1"})
    names = "".join(f"Reviewed-by: N{number} <n{number}@elsewhere.example>\n" for number in range(500))
    story.commit(
        f"Work\n\n{names}Reviewed-by: Ben <ben@example.org>\nReviewed-by: Ben <ben@example.org>\n", {"a.txt": "2"}
    )
    change, _ = newest(story)
    assert len(change.approvals) == STRANGERS + 1
    assert sum(each.by.key == "ben" for each in change.approvals) == 1


def test_notes_that_all_span_a_thousand_commits_do_not_multiply():
    story = Story()
    for number in range(60):
        story.commit(f"Work {number}", {"a.txt": str(number)})
    ids = list(story.commits)
    by = Stamp("Ben Marsh", "ben@example.org", story.clock)
    told = json.dumps({"author": "ben@example.org", "resolved": True, "location": {"commit": ids[-1]}}).encode()
    notes = {
        id_: (
            Note(appraise.REQUESTS, id_, "1" * 40, b'{"targetRef": "refs/heads/main"}', "c" * 40, story.clock, by),
            Note(appraise.COMMENTS, id_, "2" * 40, told, "c" * 40, story.clock, by),
        )
        for id_ in ids
    }
    facts, _ = derive({"app": story.history(notes=notes)}, {"app": story.pin()}, isms(), config())
    assert max(len(change.approvals) for change in facts.changes.values()) <= appraise.SPANNING + 1
