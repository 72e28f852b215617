"""From a forge's saved answers to what a build says of a squash: collected, committed by the robot, judged."""

import json

import pytest
from forges import saved
from forges.saved import page
from gitfixtures import BOT, HOUR, commit, git, make_repository
from tinyproject import at, call

from tieout.build import pipeline
from tieout.model.grades import Grade

FORGE = "GitHub <noreply@github.com>"
PEOPLE = (
    "- {id: ada, name: Ada Stone, squad: money, emails: [ada@example.org], logins: [ada]}\n"
    "- {id: ben, name: Ben Marsh, squad: money, emails: [ben@example.org], logins: [ben]}\n"
    "- {id: ci-bot, name: Pipeline, kind: service-account, emails: [ci-bot@example.org]}\n"
    "- {id: forge, name: GitHub, kind: service-account, emails: [noreply@github.com]}\n"
)
LINK = "  records:\n    url: ../records\n    kind: records\n    only_robots_push: true\n    reviews: [reviews/*/*.jsonl]\nchange_references: [PAY]\n"


@pytest.fixture
def squashed(project):
    """The small operator, with a squash by the forge whose message names a reviewer, and whose proposal is gone."""
    message = "PAY-9 Round half up (#9)\n\nReviewed-by: Ben Marsh <ben@example.org>"
    change = commit(project.service, message, {"pay.py": "9\n"}, committer=FORGE, time=at("2026-05-20"))
    records = make_repository(project.folder / "records")
    commit(records, "Start", {"README.md": "What the forge told.\n"}, author=BOT, time=at("2026-05-20"))
    project.write(
        {"isms/people.yml": PEOPLE, "tieout.yml": ("change_references: [PAY]\n", LINK)}, time=at("2026-05-20")
    )
    return project, records, change


def answers(folder, change, commits=None):
    folder.mkdir()
    merged = {"merge_commit_sha": change, "merged_at": "2026-05-20T09:00:00Z", "created_at": "2026-05-19T09:00:00Z"}
    told = {
        "pull": json.dumps(saved.pull(9, **merged, merged_by=saved.user("ada"))).encode(),
        "reviews": page(saved.review(number=9, at="2026-05-19T12:00:00Z")),
        "commits": commits or page(saved.commit(saved.EARLY), saved.commit()),
    }
    for name, data in told.items():
        (folder / f"{name}.json").write_bytes(data)
    return folder


def collected(records, source, author=BOT):
    assert call("collect", source, "--repo", "pay", "--into", records).code == 0
    paths = git(records, "ls-files", "--others", "--exclude-standard").splitlines()
    files = {path: (records / path).read_bytes() for path in paths}
    for path in files:
        (records / path).unlink()
    commit(records, "Collect", files, author=author, time=at("2026-05-20") + HOUR)


def judged(project, change):
    """What is wrong, and by check the outcome and the grade of the change; without a site."""
    found, problems = pipeline.snapshot(project.isms, "current", lambda _: None)
    key = f"pay/{change[:8]}"
    items = [item for result in found.judgement.results.values() for item in result.items if item.key == key]
    told = {str(problem) for problem in (*problems, *found.problems)}
    return told, {item.check: (str(item.outcome), item.grade) for item in items}


def test_a_squash_that_nobody_could_tell_of_is_reviewed_as_the_forge_recorded(squashed, tmp_path):
    project, records, change = squashed
    _, before = judged(project, change)
    assert before["change-reviewed"][0] != "pass"
    collected(records, answers(tmp_path / "saved", change))
    told, after = judged(project, change)
    assert told == set()
    assert after["change-reviewed"] == ("pass", Grade.RECORDED)
    assert after["approver-not-author"][0] == "pass"


def test_the_author_whom_the_squash_hid_is_no_second_person(squashed, tmp_path):
    project, records, change = squashed
    hidden = page(saved.commit(saved.EARLY, "ben", "ben@example.org"), saved.commit())
    collected(records, answers(tmp_path / "saved", change, hidden))
    assert judged(project, change)[1]["approver-not-author"][0] == "fail"


def test_an_edited_export_is_a_statement(squashed, tmp_path):
    project, records, change = squashed
    collected(records, answers(tmp_path / "saved", change), author="Ada Stone <ada@example.org>")
    assert judged(project, change)[1]["change-reviewed"][0] != "pass"


def test_an_altered_answer_is_an_error_of_the_build(squashed, tmp_path):
    project, records, change = squashed
    collected(records, answers(tmp_path / "saved", change))
    place = min((records / "raw").rglob("*.json")).relative_to(records).as_posix()
    commit(records, "Tidy", {place: "{}"}, time=at("2026-05-20") + 2 * HOUR)
    said = f"records:{place}: error: the forge's answer is not what reviews/pay/2026-05.jsonl was made of"
    assert any(problem.startswith(said) for problem in judged(project, change)[0])
