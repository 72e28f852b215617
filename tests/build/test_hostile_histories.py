"""Histories made to mislead: what they hide is judged all the same, or said."""

import json

import pytest
from gitfixtures import ADA, BEN, BOT, commit, git, make_repository
from tinyproject import AHEAD, AUDIT, at, call

pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")


def build(project, *words):
    return call("build", *words, "--isms", project.isms, "--output", project.folder / "site", "--no-pdf")


def rows(project, name, audit="current"):
    return json.loads((project.folder / "site" / audit / "data" / f"{name}.json").read_text("utf-8"))[name]


def link_records(project, *lines):
    """A records repository with one file of exported lines, linked in tieout.yml."""
    linked = "  rec: {url: ../rec, kind: records, only_robots_push: true, reviews: ['*.jsonl']}\nchange_references"
    project.write({"tieout.yml": ("change_references", linked)}, time=at("2026-05-13"))
    records = make_repository(project.folder / "rec")
    text = "".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines)
    commit(records, "Export", {"all.jsonl": text}, author=BOT, time=at("2026-05-13"))


def test_a_path_that_is_no_utf8_is_published_as_far_as_it_can_be(project):
    made = commit(project.service, b"PAY-9 caf\xe9", {b"pay\xe9.py": "9\n"}, time=at("2026-05-13"))
    ended = build(project)
    assert (ended.code, ended.err) == (0, "")
    (row,) = [row for row in rows(project, "changes") if row["id"] == made]
    assert [path["path"] for path in row["paths"]] == ["pay\udce9.py"]


def test_a_review_record_that_cannot_be_read_sets_the_exit_code(project):
    link_records(project, "{not json")
    ended = build(project)
    assert ended.code == 1
    assert "rec:all.jsonl:1: error: the line is not one JSON object" in ended.err


def test_a_time_beyond_the_calendar_in_a_record_is_refused(project):
    change = git(project.service, "rev-parse", "main")
    approval = {"by": "ben@example.org", "at": "9999-12-31T23:59:59-23:59", "commit": change}
    link_records(project, {"repo": "pay", "change": change, "approvals": [approval]})
    ended = build(project)
    assert ended.code == 1
    assert "'at' is not a time between 1970 and 9999" in ended.err


def test_a_commit_dated_into_an_earlier_audit_is_judged_where_it_entered(project):
    made = commit(project.service, "PAY-9 Straight in", {"pay.py": "9\n"}, time=at("2026-03-15"))
    deployed = f"service: pay\nversion: 9.9.9\ncommit: {made}\n"
    put = commit(project.environments, "Deploy", {"prod/pay.yml": deployed}, author=BEN, time=at("2026-01-05"))
    ended = build(project)
    assert ended.code == 0
    assert f"pay: warning: dates do not fit what stands before or after them: commit {made[:8]} is dated" in ended.err
    judged = {(item["check"], item["key"]): item["outcome"] for item in rows(project, "items")}
    assert judged["no-direct-push", f"pay/{made[:8]}"] == "fail"
    assert judged["deployed-by-pipeline", f"pay/{put[:8]}"] == "fail"
    assert {row["id"]: row["claimed"] for row in rows(project, "changes")}[made] == at("2026-03-15")
    assert made[:8] not in json.dumps(rows(project, "items", AUDIT))


def test_one_commit_of_the_future_makes_no_audit_due_and_is_judged_all_the_same(project):
    made = commit(project.service, "PAY-9 Wrong clock", {"pay.py": "9\n"}, time=at("2031-01-01"))
    ended = build(project)
    assert ended.code == 0
    assert f"pay: warning: the newest commit, {made[:8]}, is dated 2031-01-01" in ended.err
    assert f"AUD-2027-01 of {AHEAD} is still to come" in ended.out
    judged = {(item["check"], item["key"]): item["outcome"] for item in rows(project, "items")}
    assert judged["no-direct-push", f"pay/{made[:8]}"] == "fail"
    assert build(project, AHEAD).code == 2


def test_a_date_at_the_end_of_the_calendar_ends_no_build(project):
    commit(project.service, "PAY-9 Wrong clock", {"pay.py": "9\n"}, time=253_402_300_799)
    ended = build(project)
    assert (ended.code, "is dated 9999-12-31" in ended.err) == (0, True)


def test_days_on_which_one_repository_alone_goes_on_are_believed(project):
    for day in ("2026-05-15", "2026-05-18"):  # a Friday and the Monday after it
        commit(project.service, "PAY-9 More", {"pay.py": f"{day}\n"}, author=ADA, time=at(day))
    assert (build(project).code, build(project).err) == (0, "")


def test_a_branch_that_dropped_a_change_is_an_error_that_stays(project):
    build(project)
    dropped = git(project.service, "rev-parse", "main")
    git(project.service, "reset", "-q", "--hard", "main~1")
    for _ in range(2):
        ended = build(project)
        assert ended.code == 1
        assert f"pay: error: the branch main was at {dropped[:12]} when it was read before" in ended.err


def test_a_repository_unlinked_after_an_audit_is_a_hole_in_it_and_no_silence(project):
    gone = {
        "tieout.yml": ("  pay:\n    url: ../pay\n", ""),
        "isms/services/pay.md": ("repos: [{repo: pay}]", "repos: []\nunlinked_why: sold"),
    }
    project.write(gone, time=at("2026-04-05"))
    assert build(project).code == 0
    judged = [item for item in rows(project, "items", AUDIT) if item["check"] == "change-reviewed"]
    assert [(item["key"], item["outcome"]) for item in judged] == [("pay", "unknown")]
    assert judged[0]["reason"].endswith("the repository pay was not read, tieout.yml does not link it.")
