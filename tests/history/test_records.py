import json

from history.story import Story, config, isms
from hypothesis import given
from hypothesis import strategies as st

from tieout.history import derive
from tieout.history.records import Record, join_records, parse_lines
from tieout.problems import Source

SOURCE = Source("records", "reviews/app/2026-01.jsonl")
LINE = {"repo": "app", "change": "a" * 40, "approvals": [{"by": "b@x", "at": "2026-01-02T10:00Z", "commit": ""}]}


def wrong(**changes):
    _, problems = parse_lines(json.dumps(LINE | changes).encode(), SOURCE)
    return [(problem.code, problem.severity) for problem in problems]


def test_a_good_line_is_read_to_the_second():
    (record,), problems = parse_lines(json.dumps(LINE).encode() + b"\n\n", SOURCE)
    assert problems == ()
    assert record.approvals[0].at == 1767348000
    assert record.source == Source("records", "reviews/app/2026-01.jsonl", 1)


def test_a_broken_line_is_a_problem_at_its_line_and_the_others_count():
    data = b"\n".join([json.dumps(LINE).encode(), b"{", json.dumps(LINE).encode()])
    records, problems = parse_lines(data, SOURCE)
    assert len(records) == 2
    assert [str(problem) for problem in problems] == [
        (
            "records:reviews/app/2026-01.jsonl:2: error: the line is not one JSON object; "
            "the line is not counted, so export it again [bad-review-record]"
        )
    ]


def test_unknown_keys_are_warnings():
    assert wrong(reviewers=[]) == [("unknown-record-key", "warning")]
    assert wrong(merged={"by": "b@x", "at": "2026-01-02T10:00Z", "how": "x"}) == [("unknown-record-key", "warning")]


def test_wrong_values_leave_the_line_out():
    bad = [("bad-review-record", "error")]
    assert wrong(repo="") == bad
    assert wrong(change="", ref="") == bad
    assert wrong(approvals={}) == bad
    assert wrong(approvals=[{"by": "b@x", "at": "yesterday"}]) == bad
    assert wrong(approvals=[{"by": "b@x", "at": "2026-01-02T10:00"}]) == bad
    assert wrong(approvals=[{"at": "2026-01-02T10:00Z"}]) == bad
    assert wrong(merged="b@x") == bad


def test_a_result_in_another_word_is_unknown():
    check = {"name": "unit", "result": "success", "at": "2026-01-02T10:00Z"}
    assert wrong(checks=[check]) == [("unknown-result", "warning")]


def test_duplicate_keys_and_deep_nesting_are_refused():
    _, problems = parse_lines(b'{"repo": "app", "repo": "web", "change": "a"}\n' + b"[" * 90_000, SOURCE)
    assert [problem.source.line for problem in problems] == [1, 2]


AUTHORS = [{"by": "@ada", "commits": ["B" * 40, "a" * 40]}, {"by": "@ben"}]


def test_authors_head_and_answers_are_read():
    told = {"authors": AUTHORS, "head": "B" * 40, "raw": [f"sha256:{'0' * 64}"]}
    (record,), problems = parse_lines(json.dumps(LINE | told).encode(), SOURCE)
    assert problems == ()
    assert [(author.by, author.commits) for author in record.authors] == [("@ada", ("a" * 40, "b" * 40)), ("@ben", ())]
    assert (record.head, record.raw) == ("b" * 40, ("0" * 64,))


def test_wrong_authors_and_answers_leave_the_line_out():
    bad = [("bad-review-record", "error")]
    assert (
        wrong(authors=["@ada"])
        == wrong(authors=[{"commits": []}])
        == wrong(authors=[{"by": "@a", "commits": [1]}])
        == bad
    )
    assert wrong(raw=["0" * 64]) == wrong(raw="sha256:") == wrong(raw=[f"sha256:{'0' * 64}\n"]) == bad
    assert wrong(authors=[{"by": "@ada", "name": "Ada"}]) == [("unknown-record-key", "warning")]


def test_half_a_character_is_replaced():
    (record,), _ = parse_lines(b'{"repo": "app", "ref": "#1", "title": "\\ud800 \\u00e9"}', SOURCE)
    assert record.title == "? é"


def test_a_later_line_adds_authors_and_takes_none_back():
    lines = [
        LINE | {"authors": AUTHORS, "raw": [f"sha256:{'1' * 64}"]},
        LINE | {"head": "c" * 40, "raw": [f"sha256:{'2' * 64}"]},
    ]
    lines += [LINE | {"authors": [{"by": "@ada", "commits": ["c" * 40]}]}]
    read, _ = parse_lines("\n".join(map(json.dumps, lines)).encode(), SOURCE)
    (record,) = join_records(read, lambda _, commit: commit).all
    assert [(author.by, author.commits) for author in record.authors] == [
        ("@ada", ("a" * 40, "b" * 40, "c" * 40)),
        ("@ben", ()),
    ]
    assert (record.head, record.raw) == ("c" * 40, ("1" * 64, "2" * 64))


def test_a_merger_is_kept_where_a_later_line_names_none():
    lines = [
        LINE | {"merged": {"by": "@ben", "at": "2026-01-02T10:00Z"}},
        LINE | {"merged": {"at": "2026-01-02T10:00Z"}},
    ]
    read, _ = parse_lines("\n".join(map(json.dumps, lines)).encode(), SOURCE)
    (record,) = join_records(read, lambda _, commit: commit).all
    assert record.merged.by == "@ben"


@given(st.binary(max_size=60))
def test_any_bytes_give_records_or_problems(data):
    records, problems = parse_lines(data, SOURCE)
    assert len(records) + len(problems) >= sum(bool(line.strip()) for line in data.split(b"\n"))


def told_of(*lines):
    app, records = Story(), Story("records")
    app.commit("Start", {"a.txt": "1"})
    records.commit("Export", {"reviews/x.jsonl": "\n".join(json.dumps(LINE | line) for line in lines)})
    return derive(
        {"app": app.history(), "records": records.history()},
        {"app": app.pin(), "records": records.pin()},
        isms(),
        config(),
    )


def problems_of(*lines):
    return [(problem.code, problem.source.line) for problem in told_of(*lines)[1]]


def test_a_record_of_a_merged_change_that_is_in_no_history_is_a_problem():
    assert problems_of({"merged": {"by": "b@x", "at": "2026-01-02T10:00Z"}}) == [("record-without-change", 1)]
    assert problems_of({}) == []


def test_a_record_of_a_commit_that_no_history_has_is_kept_for_the_check_of_histories():
    facts, _ = told_of({"merged": {"by": "b@x", "at": "2026-01-02T10:00Z"}})
    assert facts.lost_reviews == {"app": (("records:reviews/x.jsonl:1", 1_767_348_000),)}
    assert told_of({})[0].lost_reviews == {}


def test_records_of_a_repository_that_is_not_linked_are_one_problem():
    assert problems_of({"repo": "web"}, {"repo": "web"}) == [("record-of-unknown-repository", 1)]


def test_a_records_file_is_read_as_it_stands_at_the_pin():
    app, records = Story(), Story("records")
    app.commit("Start", {"a.txt": "1"})
    line = {"repo": "app", "change": app.tip, "title": "First"}
    approval = {"by": "cleo@example.org", "at": "2026-01-02T10:00Z", "commit": app.tip}
    records.commit("Export", {"reviews/x.jsonl": json.dumps(line)})
    early = records.pin()
    records.commit("Again", {"reviews/x.jsonl": json.dumps(line | {"approvals": [approval]})})
    counts = []
    for pin in (early, records.pin()):
        facts, _ = derive(
            {"app": app.history(), "records": records.history()}, {"app": app.pin(), "records": pin}, isms(), config()
        )
        counts.append([len(change.approvals) for change in facts.changes.values()])
    assert counts == [[0], [1]]


def test_a_record_file_that_was_not_fetched_is_a_problem():
    records = Story("records")
    records.commit("Export", {"reviews/x.jsonl": "{}"})
    records.blobs.clear()
    _, problems = derive({"records": records.history()}, {"records": records.pin()}, isms(), config())
    assert [problem.code for problem in problems] == ["record-file-missing"]


def test_changes_of_the_isms_have_their_records_too():
    own, records = Story("isms"), Story("records")
    own.commit("Accept a risk", {"isms/risks/RSK-1.md": "1"})
    approval = {"by": "cleo@example.org", "at": "2026-01-01T10:00Z", "commit": own.tip}
    line = {"repo": "isms", "change": own.tip, "approvals": [approval]}
    records.commit("Export", {"reviews/isms.jsonl": json.dumps(line)})
    facts, problems = derive(
        {"isms": own.history(), "records": records.history()},
        {"isms": own.pin(), "records": records.pin()},
        isms(),
        config(),
    )
    assert problems == ()
    assert [each.by.person for change in facts.isms_changes for each in change.approvals] == ["cleo"]


def test_a_head_that_somebody_types_does_not_stand_against_an_exports():
    def line(head, exported=False):
        return Record("app", SOURCE, "a" * 40, "#5", head=head, exported=exported)

    def head(*lines):
        (joined,) = join_records(lines, lambda _, commit: commit).all
        return joined.head

    assert head(line("1"), line("2")) == "2"
    assert head(line("1", exported=True), line("2")) == "1"
    assert head(line("1"), line("2", exported=True)) == "2"
    assert head(line("1"), line("", exported=True)) == ""
    assert head(line("1", exported=True), line("2", exported=True), line("3")) == "2"
