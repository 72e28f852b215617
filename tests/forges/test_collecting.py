import json

import pytest
from forges import saved
from forges.saved import EARLY, HEAD, MERGED, OTHER, graph, node, page, pull, review
from hypothesis import given
from hypothesis import strategies as st
from properties import examples

from tieout.forges.asked import Asked
from tieout.forges.collecting import collect
from tieout.history.records import parse_lines
from tieout.problems import Source


def collected(*files, standing=None, branches=("main",), **asked):
    found, problems = collect(
        {f"{number}.json": data for number, data in enumerate(files)}, standing or {}, Asked("pay", branches, **asked)
    )
    assert problems == ()
    return found


def records(*files, **given_):
    added = collected(*files, **given_).added
    return [json.loads(line) for _, data in sorted(added.files.items()) for line in data.splitlines()]


def record(*files):
    [one] = records(*files)
    return {key: value for key, value in one.items() if key != "raw"}


WHOLE = {
    "change": MERGED,
    "repo": "pay",
    "ref": "#7",
    "title": "Round half up",
    "opened": "2026-03-01T09:00:00Z",
    "authors": [
        {"by": "@ada", "commits": [HEAD, EARLY]},
        {"by": "ada@example.org", "commits": [HEAD, EARLY]},
    ],
    "head": HEAD,
    "approvals": [{"by": "@ben", "at": "2026-03-01T12:00:00Z", "commit": HEAD, "state": "approved"}],
    "checks": [
        {"name": "lint", "result": "passed", "at": "2026-03-01T09:03:00Z", "commit": HEAD},
        {"name": "unit", "result": "passed", "at": "2026-03-01T09:02:00Z", "commit": HEAD},
    ],
    "merged": {"by": "@ben", "at": "2026-03-02T10:00:00Z"},
}
REST = (
    page(pull()),
    page(review()),
    page(saved.commit(EARLY), saved.commit()),
    json.dumps({"total_count": 1, "check_runs": [saved.check_run()]}).encode(),
    page(saved.status()),
)


def test_rest_and_graphql_answers_make_the_same_record():
    assert record(*REST) == WHOLE
    assert record(graph(node())) == WHOLE


def test_a_record_is_read_back_whole_and_names_its_answers():
    added = collected(*REST).added
    assert list(added.files) == ["reviews/pay/2026-03.jsonl"]
    (read,), problems = parse_lines(added.files["reviews/pay/2026-03.jsonl"], Source("records", "x.jsonl"))
    assert problems == ()
    assert [(author.by, author.commits) for author in read.authors] == [
        ("@ada", (HEAD, EARLY)),
        ("ada@example.org", (HEAD, EARLY)),
    ]
    assert read.head == HEAD
    assert {f"raw/{digest[:2]}/{digest}.json" for digest in read.raw} == set(added.answers)
    assert added.answers[f"raw/{read.raw[0][:2]}/{read.raw[0]}.json"] in {json.dumps(pull()).encode(), *REST[1:]}


def test_a_list_of_pull_requests_is_kept_one_by_one():
    added = collected(page(pull(7), pull(9, merge_commit_sha=OTHER, head={"sha": EARLY}))).added
    assert sorted(json.loads(data)["number"] for data in added.answers.values()) == [7, 9]


def test_what_was_not_merged_or_went_elsewhere_is_counted_with_its_reason():
    other = {"ref": "next", "sha": OTHER}
    found = collected(
        page(pull(1, merged_at=None), pull(2, base=other), pull(3, merge_commit_sha=None), pull(), saved.listed())
    )
    assert found.read == {"pull request": 5}
    assert found.left == {
        "merged proposals that do not tell the commit on the branch": 1,
        "proposals merged into next (name it with --branch)": 1,
        "proposals that another answer tells as well": 1,
        "proposals that were not merged": 1,
        "records without authors, as no answer lists their commits": 1,
    }
    assert [one["ref"] for one in records(page(pull(2, base=other), pull()), branches=("next",))] == ["#2"]


def test_reviews_keep_their_state_and_the_revision_that_was_reviewed():
    told = record(
        page(pull()),
        page(
            review(state="CHANGES_REQUESTED", at="2026-03-01T10:00:00Z", commit_id=EARLY),
            review(state="COMMENTED"),
            review("cleo", state="DISMISSED", at="2026-03-01T11:00:00Z"),
            review("helper[bot]", at="2026-03-01T13:00:00Z", commit_id=None),
            review(None, user=None, at="2026-03-01T14:00:00Z"),
        ),
    )
    assert [(each["by"], each["state"], each.get("commit")) for each in told["approvals"]] == [
        ("@ben", "changes_requested", EARLY),
        ("@cleo", "dismissed", HEAD),
        ("@helper[bot]", "approved", None),
        ("@ghost", "approved", HEAD),
    ]


def test_reviews_of_a_pull_request_that_was_not_saved_are_counted():
    assert (
        collected(page(pull()), page(review(number=8))).left[
            "reviews of proposals that no answer here tells of (save those beside them)"
        ]
        == 1
    )


# --- authors -------------------------------------------------------------------------------------------------------


def authors(*files):
    return [each["by"] for each in record(*files).get("authors", [])]


def test_authors_are_everybody_that_the_commits_name_and_the_opener():
    message = "PAY-7 Round\n\nCo-authored-by: Cleo Park <cleo@example.org>\r\nCO-AUTHORED-BY: x <dan@example.org>"
    commits = page(saved.commit(EARLY, "dan", "dan@home.example"), saved.commit(HEAD, None, "ada@example.org", message))
    assert authors(page(pull()), commits) == [
        "@ada", "@dan", "ada@example.org", "cleo@example.org", "dan@example.org", "dan@home.example",
    ]  # fmt: skip


def test_authors_that_may_not_be_all_are_none():
    """The missing one may be the reviewer, so a part of the list is worse than none."""
    one = page(saved.commit(HEAD))
    assert authors(page(pull(commits=1)), one)
    assert not authors(page(pull(commits=2)), one)
    assert not authors(page(pull(commits=1)), page(saved.commit(EARLY)))  # ends before the head
    assert not authors(page(pull(commits=1)), page(saved.commit(HEAD, None, "")))  # names nobody
    many = [saved.commit(f"{number:040x}") for number in range(249)]
    assert not authors(page(saved.listed()), page(*many, saved.commit(HEAD)))  # as many as GitHub lists at most
    assert authors(page(saved.listed()), page(*many[1:], saved.commit(HEAD)))


def test_a_graphql_answer_whose_inner_pages_go_on_names_no_authors_unless_the_commits_are_saved_too():
    inner = node()["commits"]
    cut = node(commits={**inner, "totalCount": 3, "pageInfo": {"hasNextPage": True}})
    assert not authors(graph(cut))
    assert any("beyond the first page" in why for why in collected(graph(cut)).left)
    assert authors(graph(cut), page(saved.commit(OTHER), saved.commit(EARLY), saved.commit(HEAD)))
    crowd = {"oid": HEAD, "authors": {"totalCount": 11, "nodes": [{"email": "ada@example.org"}]}}
    assert not authors(graph(node(commits={**inner, "totalCount": 1, "nodes": [{"commit": crowd}]})))


def test_a_bot_has_one_name_in_both_kinds_of_answer():
    bot = {"__typename": "Bot", "login": "renovate"}
    assert "@renovate[bot]" in authors(graph(node(author=bot)))
    assert "@renovate[bot]" in authors(page(pull(user=saved.user("renovate[bot]", "Bot"))), REST[2])


# --- GitLab --------------------------------------------------------------------------------------------------------


def test_a_merge_request_with_its_notes_versions_commits_and_jobs():
    told = record(
        page(saved.merge_request()),
        page(
            saved.note(at="2026-03-01T09:30:00Z"),
            saved.note("unapproved this merge request", at="2026-03-01T10:00:00Z"),
            saved.note(),
        ),
        page(saved.version(EARLY, "2026-03-01T09:00:00Z"), saved.version(HEAD, "2026-03-01T11:00:00Z")),
        page(saved.written(HEAD), saved.written(EARLY, "cleo@example.org")),
        page(
            saved.job(), saved.job("e2e", "failed", OTHER, "refs/merge-requests/8/merge"), saved.job("far", of="e" * 40)
        ),
    )
    assert told == {
        "change": MERGED,
        "repo": "pay",
        "ref": "!8",
        "title": "Round half up",
        "opened": "2026-03-01T09:00:00Z",
        "authors": [
            {"by": "@ada", "commits": []},
            {"by": "ada@example.org", "commits": [HEAD]},
            {"by": "cleo@example.org", "commits": [EARLY]},
        ],
        "head": HEAD,
        "approvals": [
            {"by": "@ben", "at": "2026-03-01T09:30:00Z", "commit": EARLY, "state": "approved"},
            {"by": "@ben", "at": "2026-03-01T10:00:00Z", "commit": EARLY, "state": "dismissed"},
            {"by": "@ben", "at": "2026-03-01T12:00:00Z", "commit": HEAD, "state": "approved"},
        ],
        "checks": [
            {"name": "e2e", "result": "failed", "at": "2026-03-01T09:02:00Z", "commit": OTHER},
            {"name": "unit", "result": "passed", "at": "2026-03-01T09:02:00Z", "commit": HEAD},
        ],
        "merged": {"by": "@ben", "at": "2026-03-02T10:00:00Z"},
    }


def test_the_words_of_an_approval_count_only_where_gitlab_wrote_them():
    found = collected(page(saved.merge_request()), page(saved.note(system=False), saved.note("added 1 commit")))
    assert found.left["notes that are no approval"] == 2
    assert "approvals" not in record(page(saved.merge_request()), page(saved.note(system=False)))


def test_approvals_with_a_time_count_where_no_note_tells_them():
    given_ = {"user": saved.member("ben"), "approved_at": "2026-03-01T12:00:01.000Z"}
    files = (page(saved.merge_request()), json.dumps(saved.approvals(given_)).encode())
    assert [each["at"] for each in record(*files)["approvals"]] == ["2026-03-01T12:00:01Z"]
    assert [each["at"] for each in record(*files, page(saved.note()))["approvals"]] == ["2026-03-01T12:00:00Z"]
    old = json.dumps(saved.approvals({"user": saved.member("ben")})).encode()
    assert "approvals without a time, as older GitLab gives them; what its notes tell counts" in collected(old).left


def test_the_commit_of_a_merge_request_is_that_on_the_branch():
    assert record(page(saved.merge_request(merge_commit_sha=OTHER)))["change"] == OTHER
    assert record(page(saved.merge_request(squash_commit_sha=None)))["change"] == HEAD  # fast-forward


def test_a_whole_page_of_gitlabs_commits_may_be_the_first_of_several():
    commits = [saved.written(f"{number:040x}") for number in range(19)]
    assert not authors(page(saved.merge_request()), page(saved.written(HEAD), *commits))
    assert authors(page(saved.merge_request()), page(saved.written(HEAD), *commits[1:]))


def test_pipelines_and_approval_states_are_known_and_left_out():
    pipeline = {"id": 1, "sha": HEAD, "ref": "round", "status": "success", "web_url": "x", "project_id": 3}
    state = {"approval_rules_overwritten": True, "rules": []}
    assert len(collected(page(pipeline), json.dumps(state).encode()).left) == 2


# --- deployments ---------------------------------------------------------------------------------------------------


def test_a_deployment_of_github_has_the_first_end_that_its_statuses_tell():
    steps = (
        saved.progress("inactive", "2026-03-09T08:00:00Z"),
        saved.progress("success", "2026-03-02T11:06:00Z"),
        saved.progress("in_progress", "2026-03-02T11:01:00Z"),
    )
    assert record(page(saved.deployment()), page(*steps)) == {
        "deployment": "41",
        "repo": "pay",
        "environment": "production",
        "commit": MERGED,
        "version": "v1.4.0",
        "at": "2026-03-02T11:06:00Z",
        "by": "@deploys[bot]",
        "run": "https://github.com/acme/pay/actions/runs/9",
        "result": "succeeded",
    }
    assert record(page(saved.deployment(ref="main")))["result"] == "unknown"
    assert "version" not in record(page(saved.deployment(ref="main")))
    assert (
        record(page(saved.deployment()), page(saved.progress("failure", "2026-03-02T11:06:00Z")))["result"] == "failed"
    )
    assert (
        record(page(saved.deployment()), page(saved.progress("queued", "2026-03-02T11:06:00Z")))["result"]
        == "in-progress"
    )
    orphan = collected(page(saved.deployment()), page(saved.progress("success", "2026-03-02T11:06:00Z", of=42)))
    assert orphan.left == {"deployment statuses of deployments that no answer here tells of": 1}


def test_a_deployment_of_graphql_and_one_of_gitlab():
    statuses = {"nodes": [{"state": "SUCCESS", "createdAt": "2026-03-02T11:06:00Z", "logUrl": "https://x.example/9"}]}
    asked = {
        "databaseId": 41,
        "commitOid": MERGED,
        "environment": "production",
        "createdAt": "2026-03-02T11:00:00Z",
        "creator": {"__typename": "Bot", "login": "deploys"},
        "statuses": statuses,
    }
    told = record(graph(asked, kind="deployments"))
    assert (told["at"], told["by"], told["result"]) == ("2026-03-02T11:06:00Z", "@deploys[bot]", "succeeded")
    assert record(page(saved.gitlab_deployment())) == {
        "deployment": "42",
        "repo": "pay",
        "environment": "production",
        "commit": MERGED,
        "version": "v1.4.0",
        "at": "2026-03-02T11:04:00Z",
        "by": "@deploys",
        "run": "https://gitlab.example/acme/pay/-/pipelines/36",
        "result": "succeeded",
    }
    by_hand = saved.gitlab_deployment(deployable=None, status="running")
    assert (record(page(by_hand))["at"], record(page(by_hand))["result"]) == ("2026-03-02T11:00:00Z", "in-progress")


def test_environments_and_the_pipeline_are_called_as_the_registers_call_them():
    made = page(saved.deployment(), saved.deployment(43, environment="preview-7"))
    steps = page(saved.progress("success", "2026-03-02T11:06:00Z"))
    names = {"environments": {"production": "prod"}, "pipeline": "path"}
    [told] = records(made, steps, **names)
    assert (told["environment"], told["pipeline"]) == ("prod", "path")
    assert "deployments to preview-7 (name it with --environment)" in collected(made, steps, **names).left
    assert "pipeline" not in records(made, **names)[0]  # no run is told


# --- again ---------------------------------------------------------------------------------------------------------


def test_the_same_answers_again_add_nothing():
    first = collected(*REST).added
    again = collected(*REST, standing=first.files).added
    assert (again.files, again.answers, again.same) == ({}, {}, 1)
    touched = collected(page(pull(updated_at="2026-05-01T00:00:00Z", body="edited")), *REST[1:], standing=first.files)
    assert touched.added.files == {}  # another answer, the same facts
    assert collected(page(saved.listed()), standing=first.files).added.files == {}  # fewer facts


def test_a_new_fact_appends_a_line_and_leaves_those_before():
    first = collected(*REST).added.files
    later = page(review(), review("cleo", at="2026-03-05T12:00:00Z"))
    [(path, data)] = collected(REST[0], later, *REST[2:], standing=first).added.files.items()
    assert data.startswith(first[path])
    assert len(data.splitlines()) == 2
    joined = {path: data}
    assert collected(REST[0], later, *REST[2:], standing=joined).added.files == {}


def test_an_outcome_is_added_when_it_is_told_and_never_taken_back():
    first = collected(page(saved.deployment())).added.files
    done = page(saved.progress("success", "2026-03-02T11:06:00Z"))
    second = collected(page(saved.deployment()), done, standing=first).added.files
    assert [json.loads(line)["result"] for line in second["deployments/pay/2026-03.jsonl"].splitlines()] == [
        "unknown",
        "succeeded",
    ]
    assert collected(page(saved.deployment()), standing=second).added.files == {}


def test_a_month_that_no_reader_would_take_whole_is_kept_in_several_files():
    runs = [saved.check_run(f"job {number} {'x' * 200}") for number in range(2000)]
    checks = json.dumps({"total_count": 2000, "check_runs": runs}).encode()
    files = [page(*(pull(number, merge_commit_sha=f"{number:040x}") for number in range(1, 5))), checks]
    added = collected(*files).added
    assert sorted(added.files) == [f"reviews/pay/2026-03{part}.jsonl" for part in ("-2", "-3", "-4", "")]
    assert max(map(len, added.files.values())) < 1_000_000
    assert collected(*files, standing=added.files).added.files == {}


def test_a_last_line_without_an_end_is_not_run_into():
    standing = {"reviews/pay/2026-03.jsonl": b'{"repo": "pay", "change": "x"}'}
    assert len(collected(*REST, standing=standing).added.files["reviews/pay/2026-03.jsonl"].splitlines()) == 2


# --- what is refused -----------------------------------------------------------------------------------------------


def refused(**files):
    return [
        str(problem) for problem in collect({f"{name}.json": data for name, data in files.items()}, {}, Asked("pay"))[1]
    ]


def test_an_object_of_no_known_shape_is_refused_by_its_place_and_keys():
    [told] = refused(issues=page(pull(), {"labels": [], "comments": 3}))
    assert told.startswith(
        "issues.json: error: this is no answer of a forge: object 2 of it has comments and labels; expected a pull"
    )


def test_answers_of_two_repositories_are_refused():
    [told] = refused(a=page(pull()), b=page(pull(url="https://api.github.com/repos/acme/web/pulls/7")))
    assert told.startswith("b.json: error: this speaks of acme/web, and a.json of acme/pay; collect each")


MANY = [
    pull(), review(), saved.commit(), saved.check_run(), saved.status(), saved.deployment(), node(),
    saved.progress("success", "2026-03-02T11:06:00Z"), saved.merge_request(), saved.note(), saved.approvals(),
    saved.version(HEAD, "2026-03-01T09:00:00Z"), saved.written(), saved.job(), saved.gitlab_deployment(),
]  # fmt: skip
ODD = st.sampled_from(
    [
        None,
        "",
        "\0",
        "\ud800",
        -1,
        10**30,
        1.5,
        True,
        [],
        {},
        [[]],
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
    ]
)


@examples(80)
@given(st.data())
def test_odd_values_in_any_field_never_break_it_and_every_line_can_be_read(data):
    answers = []
    for whole in data.draw(st.lists(st.sampled_from(MANY), min_size=1, max_size=4)):
        keys = data.draw(st.lists(st.sampled_from(sorted(whole)), max_size=3))
        answers.append({**whole, **{key: data.draw(ODD) for key in keys}})
    found, _ = collect({"odd.json": json.dumps(answers).encode()}, {}, Asked("pay"))
    for path, lines in found.added.files.items():
        assert all(isinstance(json.loads(line), dict) for line in lines.splitlines())
        if path.startswith("reviews/"):
            read, problems = parse_lines(lines, Source("records", path))
            assert len(read) == len(lines.splitlines())
            assert problems == ()


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4), (4, 3, 2, 1, 0), (2, 0, 4, 1, 3)])
def test_the_order_of_the_files_changes_nothing(order):
    assert collected(*(REST[index] for index in order)).added.files == collected(*REST).added.files
