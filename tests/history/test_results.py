import json
from itertools import permutations

import pytest
from history.story import ADA, BOT, DAY, HOUR, START, Story, config, isms

from tieout.history import derive
from tieout.model.grades import Grade
from tieout.model.settings import Repository

PASSED = "<testsuite><testcase/><testcase/></testsuite>"
FAILED = "<testsuite><testcase><failure/></testcase></testsuite>"
SARIF = json.dumps({"runs": [{"results": [{"level": "error"}]}]})
PATTERNS = ("runs/*.jsonl", "results/{repo}/{commit}/{step}.*", "files/**")


def line(commit, **changes):
    record = {
        "run": "7",
        "repo": "app",
        "commit": commit,
        "step": "unit",
        "result": "passed",
        "at": "2026-01-02T10:00Z",
    }
    return json.dumps({key: value for key, value in {**record, **changes}.items() if value is not None}) + "\n"


class Estate:
    """A service with three changes, the last a merge of one commit, and its evidence repository."""

    def __init__(self):
        self.app = Story()
        self.first = self.app.commit("Start", {"a": "1"})
        self.second = self.app.commit("Work", {"a": "2"})
        self.early = self.app.commit("Draft", {"b": "1"}, on=self.second)
        self.head = self.app.commit("Final", {"b": "2"}, on=self.early)
        self.merge = self.app.commit("Merge pull request #4 from a/b", parents=(self.app.tip, self.head))
        self.evidence = Story("evidence")

    def keep(self, files, author=BOT, at=START + 2 * DAY):
        self.evidence.commit("Keep", files, author=author, at=at)
        return self

    def derive(self, patterns=PATTERNS):
        linked = {
            **config().repositories,
            "evidence": Repository("evidence", "../evidence", kind="records", only_robots_push=True, results=patterns),
        }
        histories = {each.repo: each.history() for each in (self.app, self.evidence)}
        pins = {each.repo: each.pin() for each in (self.app, self.evidence)}
        facts, problems = derive(histories, pins, isms(), config(repositories=linked))
        return facts, [problem for problem in problems if problem.source.repo == "evidence"]

    def results(self, commit, **settings):
        facts, problems = self.derive(**settings)
        assert problems == []
        return next(change.results for change in facts.changes.values() if change.id == commit)


def test_a_run_record_gives_its_result_to_the_change_of_its_commit():
    estate = Estate()
    (found,) = estate.keep({"runs/1.jsonl": line(estate.second)}).results(estate.second)
    assert (found.name, found.result, found.commit, found.grade) == ("unit", "passed", estate.second, Grade.RECORDED)
    assert (found.at, found.where, found.run) == (1767348000, "evidence:runs/1.jsonl:1", "7")


def test_what_a_person_committed_is_stated():
    estate = Estate()
    (found,) = estate.keep({"runs/1.jsonl": line(estate.second)}, author=ADA).results(estate.second)
    assert found.grade is Grade.STATED


def test_a_record_is_known_as_well_as_the_weakest_of_its_files():
    estate = Estate()
    estate.keep({"files/u.xml": PASSED}, author=ADA)
    estate.keep({"runs/1.jsonl": line(estate.second, files=["files/u.xml"])}, at=START + 3 * DAY)
    (found,) = estate.results(estate.second)
    assert (found.grade, found.counts) == (Grade.STATED, (("tests", 2), ("failures", 0), ("skipped", 0)))


def test_a_record_whose_file_tells_of_failures_did_not_pass():
    estate = Estate()
    estate.keep({"files/u.xml": FAILED, "runs/1.jsonl": line(estate.second, files=["files/u.xml"])})
    facts, (problem,) = estate.derive()
    (found,) = facts.changes[f"app/{estate.second[:8]}"].results
    assert (found.result, problem.code) == ("failed", "contradictory-result")


@pytest.mark.parametrize(
    ("said", "files", "result"),
    [
        (None, {"files/u.xml": PASSED}, "passed"),
        (None, {"files/u.xml": PASSED, "files/s.sarif": SARIF}, "passed"),
        (None, {"files/s.sarif": SARIF}, "ran"),
        ("passed", {"files/s.sarif": SARIF}, "passed"),
        ("failed", {"files/u.xml": PASSED}, "failed"),
        ("skipped", {}, "skipped"),
        (None, {}, "unknown"),
    ],
)
def test_a_result_is_the_worst_of_what_is_said(said, files, result):
    estate = Estate()
    estate.keep({**files, "runs/1.jsonl": line(estate.second, result=said, files=list(files))})
    (found,) = estate.results(estate.second)
    assert found.result == result


def test_a_file_is_read_as_it_stood_when_its_record_was_kept():
    estate = Estate()
    first = line(estate.first, files=["files/u.xml"], result=None)
    estate.keep({"files/u.xml": FAILED, "runs/1.jsonl": first})
    later = {"files/u.xml": PASSED, "runs/1.jsonl": first + line(estate.second, files=["files/u.xml"], result=None)}
    estate.keep(later, at=START + 3 * DAY)
    assert [each.result for each in estate.results(estate.first)] == ["failed"]
    assert [each.result for each in estate.results(estate.second)] == ["passed"]


def test_a_file_that_is_not_there_leaves_the_result_unknown():
    estate = Estate().keep({})
    facts, (problem,) = estate.keep({"runs/1.jsonl": line(estate.second, files=["files/gone.xml"])}).derive()
    (found,) = facts.changes[f"app/{estate.second[:8]}"].results
    assert (found.result, problem.code) == ("unknown", "bad-result-file")


def test_nobody_writes_down_what_is_still_to_come():
    estate = Estate()
    (found,) = estate.keep({"runs/1.jsonl": line(estate.second, at="2027-01-01T00:00Z")}).results(estate.second)
    assert found.at == START + 2 * DAY


def test_a_file_is_bound_by_the_commit_in_its_path():
    estate = Estate()
    estate.keep({f"results/app/{estate.second[:10]}/unit.xml": PASSED})
    (found,) = estate.results(estate.second)
    assert (found.name, found.result, found.commit, found.kept) == ("unit", "passed", estate.second, True)
    assert found.at == START + 2 * DAY  # when it was kept: it ran no later


def test_a_time_with_its_zone_is_when_it_ran():
    estate = Estate()
    timed = PASSED.replace("<testsuite", "<testsuite timestamp='2026-01-02T10:00:00Z'", 1)
    estate.keep({f"results/app/{estate.second}/unit.xml": timed})
    (found,) = estate.results(estate.second)
    assert (found.at, found.kept) == (1767348000, False)


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"files/u.xml": PASSED}, "no run record names it, and its path names no commit"),
        ({"results/app/abcdef1234/unit.xml": PASSED}, "no history that was read has its commit abcdef1234"),
        ({"runs/1.jsonl": line("a" * 40)}, "no history that was read has its commit"),
        ({"runs/1.jsonl": line("a" * 40, repo="other")}, "names the repository other"),
        ({"runs/1.jsonl": line("a" * 40, repo=None, service="other")}, "names the service other"),
    ],
)
def test_what_is_not_bound_is_told_and_counts_for_nothing(files, why):
    estate = Estate().keep(files)
    facts, (problem,) = estate.derive()
    assert (problem.code, why in problem.message) == ("result-not-bound", True)
    assert not any(change.results for change in facts.changes.values())


def test_a_service_stands_for_its_repository():
    estate = Estate()
    (found,) = estate.keep({"runs/1.jsonl": line(estate.second, repo=None, service="app")}).results(estate.second)
    assert found.commit == estate.second


def test_results_of_all_commits_of_a_change_are_shown_with_it():
    estate = Estate()
    kept = "".join(line(commit, step=f"unit {commit[:4]}") for commit in (estate.early, estate.head, estate.merge))
    found = estate.keep({"runs/1.jsonl": kept}).results(estate.merge)
    assert {each.commit for each in found} == {estate.early, estate.head, estate.merge}


def test_results_of_the_head_of_a_squash_are_given_to_it():
    estate = Estate()
    squash = estate.app.commit("Final (#5)", {"c": "1"}, author=ADA)
    head = estate.app.commit("Final", {"c": "1"}, on=estate.merge)
    estate.app.refs["refs/pull/5/head"] = head
    facts, _ = estate.keep({"runs/1.jsonl": line(head)}).derive()
    change = facts.changes[f"app/{squash[:8]}"]
    assert (change.restored, change.head, [each.commit for each in change.results]) == ("same", head, [head])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{", "bad-run-record"),
        (line("a" * 40, step=None), "bad-run-record"),
        (line("a" * 40, repo=None), "bad-run-record"),
        (line("a" * 40, at="2026-01-01T10:00"), "bad-run-record"),
        (line("a" * 40, files="x"), "bad-run-record"),
        ('{"run": "1", "run": "2"}', "bad-run-record"),
        ('{"a":' * 10_000, "bad-run-record"),
    ],
)
def test_a_line_that_cannot_be_read_is_told_and_the_others_count(text, code):
    estate = Estate()
    facts, (problem,) = estate.keep({"runs/1.jsonl": f"{text.strip()}\n{line(estate.second)}"}).derive()
    assert (problem.code, problem.source.line) == (code, 1)
    assert len(facts.changes[f"app/{estate.second[:8]}"].results) == 1


def test_strange_words_and_keys_are_told():
    estate = Estate()
    facts, problems = estate.keep({"runs/1.jsonl": line(estate.second, result="success", by="ada")}).derive()
    assert sorted(problem.code for problem in problems) == ["unknown-record-key", "unknown-result"]
    assert [each.result for each in facts.changes[f"app/{estate.second[:8]}"].results] == ["unknown"]


def test_the_order_of_files_and_lines_tells_nothing():
    seen = set()
    estate = Estate()
    lines = [line(estate.second), line(estate.second, step="sast", result="failed"), line(estate.second, run="8")]
    for number, ordered in enumerate(permutations(lines)):
        estate.evidence = Story("evidence")
        names = (f"runs/{(place + number) % 3}.jsonl" for place in range(3))
        found = estate.keep(dict(zip(names, ordered, strict=True))).results(estate.second)
        seen.add(tuple((each.name, each.result, each.at, each.run) for each in sorted(found, key=lambda one: one.run)))
    assert len({tuple(sorted(each)) for each in seen}) == 1


def test_configured_never_reads_as_ran():
    estate = Estate()
    estate.app.commit("CI", {".ci/pipeline.yml": "jobs: {unit: {}}"}, at=START + DAY + HOUR)
    facts, _ = estate.keep({}).derive()
    assert facts.pipelines["app"][-1].jobs
    assert not any(change.results for change in facts.changes.values())
