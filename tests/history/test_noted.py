"""Approvals in notes: whose they are, what they cover, how well they are known, and what an older audit sees of them."""

import hashlib
import json
from dataclasses import replace

from gitfixtures import commit, git, make_repository, update_ref
from history.story import ADA, BEN, BOT, CLEO, DAY, FORGE, HOUR, Story, config, isms
from hypothesis import given
from hypothesis import strategies as st
from properties import examples

from tieout.checks.review import prior_approvals, weight
from tieout.history import derive
from tieout.history.approvals.appraise import accepting, parse_comments
from tieout.history.approvals.gerrit import parse_note
from tieout.model.grades import Grade
from tieout.model.history import Note, Stamp
from tieout.model.settings import Repository
from tieout.repos.histories import read_history
from tieout.repos.pins import choose

REVIEW, COMMITS = "refs/notes/review", "refs/notes/commits"
REQUESTS, COMMENTS = "refs/notes/devtools/reviews", "refs/notes/devtools/discuss"
ADA_LINE, FORGE_LINE = "Ada Stone <ada@example.org>", "Forge <noreply@forge.example>"
STRANGER = ("Gerrit Code Review", "gerrit@elsewhere.example")


def note(on, text, *, ref=REVIEW, by=FORGE, at=0):
    data = text.encode()
    seed = hashlib.sha1(repr((ref, on, text, at)).encode(), usedforsecurity=False).hexdigest()
    return Note(ref, on, seed if text else "", data, seed, at, Stamp(*by, at) if by else None)


def vote(who=CLEO, label="Code-Review+2"):
    return f"{label}: {who[0]} <{who[1]}>\n"


def story(work=1, kind="direct", author=ADA):
    """One change on a start: put on the branch as it is, or merged by its own author."""
    made = Story()
    made.commit("Start", {"a.txt": "1"})
    if kind == "direct":
        return made, [made.commit("One", {"a.txt": "2"}, author=author)]
    side = made.tip
    commits = [
        side := made.commit(f"Work {number}", {"a.txt": str(number + 2)}, on=side, author=author)
        for number in range(work)
    ]
    made.commit("Merge branch 'x'", parents=(made.tip, side), author=author)
    return made, commits


def last(made, *notes, **pinned):
    held = {}
    for each in notes:
        held.setdefault(each.object, []).append(each)
    held = {on: tuple(sorted(found, key=lambda each: each.at)) for on, found in held.items()}
    facts, problems = derive({"app": made.history(notes=held)}, {"app": made.pin(**pinned)}, isms(), config())
    assert problems == ()
    return list(facts.changes.values())[-1]


def found(change):
    return [(each.by.key, each.grade, each.covers, each.basis, each.after_the_fact) for each in change.approvals]


# --- Gerrit --------------------------------------------------------------------------------------------------------


def test_a_vote_that_the_declared_forge_noted_is_two_names():
    made, (commit,) = story()
    change = last(made, note(commit, vote() + "Verified+1: Bot <ci-bot@example.org>\n", at=made.clock + 5))
    assert found(change) == [("cleo", Grade.TWO_NAMES, "final", "review note", False)]
    assert change.approvals[0].where.startswith(f"Code-Review+2 in refs/notes/review on {commit[:8]}, commit ")


def test_a_vote_that_an_unknown_writer_noted_is_a_statement():
    made, (commit,) = story()
    change = last(made, note(commit, vote(), by=STRANGER, at=made.clock + 5))
    assert found(change) == [("cleo", Grade.STATED, "final", "review note", False)]


def test_a_vote_that_an_author_noted_is_a_statement():
    made, (commit,) = story()
    assert [each.grade for each in last(made, note(commit, vote(), by=ADA, at=made.clock + 5)).approvals] == [
        Grade.STATED
    ]


def test_what_one_person_notes_of_another_is_a_statement_and_of_oneself_a_second_name():
    made, (commit,) = story()
    for writer, grade in ((BEN, Grade.STATED), (CLEO, Grade.TWO_NAMES)):
        assert [each.grade for each in last(made, note(commit, vote(), by=writer, at=made.clock + 5)).approvals] == [
            grade
        ]


def test_where_an_author_is_unknown_no_note_is_a_second_name():
    made, (commit,) = story(author=("Ada", "ada@unknown.example"))
    assert [each.grade for each in last(made, note(commit, vote(), at=made.clock + 5)).approvals] == [Grade.STATED]


def test_other_labels_and_lower_scores_approve_nothing():
    made, (commit,) = story()
    text = "".join(
        vote(label=label) for label in ("Code-Review+1", "Verified+2", "Workflow+1", "IP-Clean+1", "Code-Review")
    )
    assert found(last(made, note(commit, text, at=made.clock + 5))) == []


def test_one_refusal_outweighs_every_vote_of_its_note():
    made, (commit,) = story()
    assert found(last(made, note(commit, vote() + vote(BEN, "Code-Review-2"), at=made.clock + 5))) == []


def test_the_submitter_is_told_once_and_a_robot_that_submits_is_nobody():
    made, (commit,) = story()
    text = vote() + vote(label="Submitted-by") + vote(BOT, "Submitted-by") + vote(BEN, "Submitted-by")
    change = last(made, note(commit, text, at=made.clock + 5))
    assert [(each.by.key, each.where[:12]) for each in change.approvals] == [
        ("ben", "Submitted-by"),
        ("cleo", "Code-Review+"),
    ]


def test_a_note_that_was_written_long_after_is_a_review_in_retrospect():
    made, (commit,) = story()
    assert last(made, note(commit, vote(), at=made.clock + 2 * DAY)).approvals[0].after_the_fact


def test_a_vote_noted_when_the_forge_submitted_a_commit_uploaded_weeks_before_is_none_in_retrospect():
    made, (commit,) = story()
    text = vote() + "Submitted-at: Fri, 09 Jan 2026 12:00:00 +0000\n"
    at = 1_767_960_000 + 3
    assert made.clock < at - 7 * DAY
    late = [last(made, note(commit, text, by=by, at=at)).approvals[0].after_the_fact for by in (FORGE, CLEO, STRANGER)]
    assert late == [False, True, True]
    assert last(made, note(commit, text, at=at + 2 * DAY)).approvals[0].after_the_fact
    assert last(made, note(commit, vote() + "Submitted-at: soon\n", at=at)).approvals[0].after_the_fact


def test_a_typed_line_has_no_day_of_grace():
    made, (commit,) = story()
    typed = note(commit, vote(label="Reviewed-by"), ref=COMMITS, by=CLEO, at=made.clock + 5)
    assert found(last(made, typed)) == [("cleo", Grade.TWO_NAMES, "final", "review note", True)]


def test_a_vote_for_one_of_several_commits_does_not_cover_the_merge():
    made, (first, second) = story(2, "merge")
    change = last(made, note(second, vote(), at=made.clock))
    assert found(change) == [("cleo", Grade.STATED, "earlier", "review note", False)]
    change = last(made, note(first, vote(BEN), at=made.clock), note(second, vote(), at=made.clock))
    assert [(each.by.key, each.covers) for each in change.approvals] == [("ben", "earlier"), ("cleo", "final")]


def test_a_later_version_of_the_note_is_what_counts():
    made, (commit,) = story()
    one, two = note(commit, vote(), at=made.clock + 5), note(commit, vote(BEN), at=made.clock + 10)
    assert [each.by.key for each in last(made, one, two).approvals] == ["ben"]
    assert found(last(made, one, note(commit, "", at=made.clock + 10))) == []


def test_a_vote_that_stays_is_as_old_as_it_first_came_and_one_that_returned_as_its_return():
    made, (commit,) = story()
    before, kept = note(commit, vote(), at=made.clock + 5), note(commit, vote() + vote(BEN), at=made.clock + HOUR)
    assert {each.by.key: each.at - made.clock for each in last(made, before, kept).approvals} == {
        "cleo": 5,
        "ben": HOUR,
    }
    gone, back = note(commit, "Project: app\n", at=made.clock + 9), note(commit, vote(), at=made.clock + HOUR)
    assert [each.at - made.clock for each in last(made, before, gone, back).approvals] == [HOUR]


def test_an_audit_at_an_older_pin_does_not_see_later_notes():
    made, (commit,) = story()
    later = note(commit, vote(), at=made.clock + 60)
    assert found(last(made, later, cutoff=made.clock + 59)) == []
    assert len(found(last(made, later, cutoff=made.clock + 60))) == 1


def test_an_audit_at_an_older_pin_sees_what_was_taken_away_since():
    made, (commit,) = story()
    notes = (note(commit, vote(), at=made.clock + 5), note(commit, "", at=made.clock + 60))
    assert len(found(last(made, *notes, cutoff=made.clock + 30))) == 1


def test_a_note_is_read_by_its_lines_and_each_counts_once():
    text = "Code-Review+2: A <a@x.example>\r\nReviewed by: B\nCode-Review+2: A <a@x.example>\nno line\nReviewed-on: \n"
    assert parse_note(text.encode()) == (("code-review+2", "A <a@x.example>"), ("reviewed-by", "B"))


# --- git-appraise --------------------------------------------------------------------------------------------------


def request(on, at, **more):
    return note(on, json.dumps({"timestamp": "1", "requester": "ada@example.org", **more}), ref=REQUESTS, at=at, by=ADA)


def line(author=CLEO[1], resolved=True, **more):
    return json.dumps({"timestamp": "0000000002", "author": author, "resolved": resolved, **more})


def discussed(on, *lines, at, by=CLEO):
    return note(on, "\n".join(lines) + "\n", ref=COMMENTS, at=at, by=by)


def reviewed(*lines, kind="merge", work=1, by=CLEO, late=0):
    made, commits = story(work, kind)
    at = made.clock - 60 + late
    return last(made, request(commits[0], at - 60), discussed(commits[0], *lines, at=at, by=by)), commits


def test_an_acceptance_that_its_author_noted_is_two_names():
    made, (commit,) = story(kind="merge")
    accept = line(location={"commit": commit})
    change = last(made, request(commit, made.clock - 90), discussed(commit, accept, at=made.clock - 60))
    assert found(change) == [("cleo", Grade.TWO_NAMES, "final", "review note", False)]
    assert change.approvals[0].where.startswith("acceptance in refs/notes/devtools/discuss on ")


def test_an_acceptance_that_names_no_commit_is_a_statement():
    assert found(reviewed(line())[0]) == [("cleo", Grade.STATED, "unspecified", "review note", False)]


def test_comments_without_a_request_are_no_review():
    made, (commit,) = story(kind="merge")
    assert found(last(made, discussed(commit, line(), at=made.clock - 60))) == []


def test_an_acceptance_from_after_the_merge_is_after_the_fact_whatever_its_timestamp():
    assert [each.after_the_fact for each in reviewed(line(), late=HOUR)[0].approvals] == [True]


def test_a_refusal_blocks_until_nothing_refuses():
    refusal = line(BEN[1], resolved=False)
    assert found(reviewed(line(), refusal)[0]) == []
    answer = json.dumps({"timestamp": "3", "author": BEN[1], "resolved": True, "parent": sha1(refusal)})
    assert [each.by.key for each in reviewed(line(), refusal, answer)[0].approvals] == ["cleo"]


def sha1(text):
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()


def test_a_comment_without_a_verdict_and_one_that_answers_it_accept_nothing():
    comment = line(resolved=None)
    done = json.dumps({"timestamp": "3", "author": ADA[1], "resolved": True, "parent": sha1(comment)})
    assert found(reviewed(comment, done)[0]) == []


def test_authors_are_free_text_logins_and_addresses_alike():
    change, _ = reviewed(line("Cleo Park"), line("nobody-known"))
    assert [each.by.person for each in change.approvals] == ["", "cleo"]


def test_the_alias_after_a_rebase_leads_to_the_review():
    made, (commit,) = story(kind="merge")
    old = "d" * 40
    change = last(made, request(old, made.clock - 90, alias=commit), discussed(old, line(), at=made.clock - 60))
    assert [each.by.key for each in change.approvals] == ["cleo"]


def test_an_alias_and_an_acceptance_from_after_the_cut_off_lead_nowhere():
    made = Story()
    made.commit("Start", {"a.txt": "1"})
    one, two = made.commit("One", {"a.txt": "2"}), made.commit("Two", {"a.txt": "3"})
    at = made.commits[one].committer.time - 60
    accept, again = line(location={"commit": one}), line(BEN[1], location={"commit": two})
    notes = [
        request(one, at - 9),
        discussed(one, accept, at=at),
        request(one, made.clock + 9, alias=two),
        discussed(one, accept, again, at=made.clock + 9),
    ]
    assert found(last(made, *notes, cutoff=made.clock)) == []
    assert {each.by.key for each in last(made, *notes).approvals} == {"ben", "cleo"}


def test_an_accepted_branch_put_on_the_line_commit_by_commit_is_accepted_up_to_the_commit_named():
    made = Story()
    made.commit("Start", {"a.txt": "1"})
    one, two = made.commit("One", {"a.txt": "2"}), made.commit("Two", {"a.txt": "3"})
    after = made.commit("Three", {"a.txt": "4"})
    at = made.commits[one].committer.time - 60
    held = {one: (request(one, at - 1), discussed(one, line(location={"commit": two}), at=at))}
    facts, _ = derive({"app": made.history(notes=held)}, {"app": made.pin()}, isms(), config())
    covers = {change.id: [each.covers for each in change.approvals] for change in facts.changes.values()}
    assert (covers[one], covers[two], covers[after]) == (["final"], ["final"], [])


def test_threads_deeper_than_any_discussion_accept_nothing():
    comments, parent = [], ""
    for _ in range(150):
        comments.append(json.dumps({"timestamp": "1", "author": "c", "resolved": True, "parent": parent}))
        parent = sha1(comments[-1])
    assert accepting(parse_comments("\n".join(comments).encode())) == ()


def test_lines_that_are_no_json_say_nothing():
    junk = b'[1]\n{}\nnot json\n{"author": 7}\n' + b"[" * 100_000 + b"\n" + b'{"a":' * 100_000 + b"\n"
    assert parse_comments(junk) == ()


# --- from a real repository ----------------------------------------------------------------------------------------


def test_notes_of_a_real_repository_become_approvals_as_of_each_pin(tmp_path):
    repo = make_repository(tmp_path / "app.git", bare=True)
    commit(repo, "Start", {"a.txt": "1"}, author=ADA_LINE)
    work = commit(repo, "Work", {"a.txt": "2"}, author=ADA_LINE)
    voted = commit(repo, "Notes", {f"{work[:2]}/{work[2:]}": vote()}, branch="n", parents=[], author=FORGE_LINE)
    update_ref(repo, "refs/notes/review", voted)
    git(repo, "update-ref", "-d", "refs/heads/n")
    history = read_history(repo, Repository("app", str(repo)), lambda _: False)
    at = history.notes[work][0].at
    for cutoff, expected in ((at, [("cleo", Grade.TWO_NAMES)]), (at - 1, [])):
        pin = choose(history, max(cutoff, history.commits[work].committer.time))
        facts, _ = derive({"app": history}, {"app": replace(pin, cutoff=cutoff)}, isms(), config())
        found_ = next(change for change in facts.changes.values() if change.id == work).approvals
        assert [(each.by.key, each.grade) for each in found_] == expected


# --- whatever somebody writes --------------------------------------------------------------------------------------

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=30)
REFS = st.sampled_from([REVIEW, COMMITS, REQUESTS, COMMENTS])
KEYS = st.sampled_from(["Code-Review+2", "Submitted-by", "Reviewed-by", "Approved-by", "Acked-by"])


@given(ref=REFS, key=KEYS, text=TEXTS, after=st.integers(-DAY, DAY), writer=st.sampled_from([ADA, STRANGER, None]))
@examples(60)
def test_what_an_author_or_a_stranger_writes_in_notes_is_never_more_than_stated(ref, key, text, after, writer):
    made, (commit,) = story()
    typed = vote(label=key) + text + "\n" + line(location={"commit": commit})
    asked = request(commit, made.clock - DAY)
    held = {commit: (asked, note(commit, typed, ref=ref, by=writer, at=made.clock + after))}
    facts, _ = derive({"app": made.history(notes=held)}, {"app": made.pin()}, isms(), config())
    assert all(each.grade <= Grade.STATED for change in facts.changes.values() for each in change.approvals)


@given(data=st.binary(max_size=200), writer=st.sampled_from([ADA, BEN, CLEO, FORGE, STRANGER]))
@examples(60)
def test_any_bytes_in_a_note_are_read_without_harm_and_never_exceed_two_names(data, writer):
    made, (commit,) = story()
    held = {
        commit: tuple(
            note(commit, "x", ref=ref, by=writer, at=1)._replace(data=data)
            for ref in (REVIEW, COMMITS, REQUESTS, COMMENTS)
        )
    }
    facts, _ = derive({"app": made.history(notes=held)}, {"app": made.pin()}, isms(), config())
    assert all(each.grade <= Grade.TWO_NAMES for change in facts.changes.values() for each in change.approvals)


def best(change):
    return max((weight(each) for each in prior_approvals(change)), default=Grade.NONE)


@given(kept=st.sets(st.integers(0, 3)), more=st.sets(st.integers(0, 3)), kind=st.sampled_from(["direct", "merge"]))
@examples(40)
def test_taking_notes_away_never_raises_a_grade(kept, more, kind):
    made, commits = story(2, kind)
    at = made.clock - HOUR
    every = [
        note(commits[0], vote(), at=at),
        note(commits[-1], vote(BEN), at=at),
        note(commits[0], vote(CLEO, "Reviewed-by"), ref=COMMITS, by=CLEO, at=at),
        discussed(commits[0], line(location={"commit": commits[-1]}), at=at),
    ]
    asked = request(commits[0], at)
    fewer = last(made, asked, *(every[index] for index in sorted(kept)))
    whole = last(made, asked, *(every[index] for index in sorted(kept | more)))
    assert best(fewer) <= best(whole)


def test_a_note_of_endless_lines_says_nothing():
    made, (commit,) = story()
    assert found(last(made, note(commit, vote() + "x\n" * 1000, at=made.clock))) == []
    assert parse_comments(("\n" * 2_001 + line()).encode()) == ()
    assert accepting(parse_comments("\n".join(line(f"a{number}") for number in range(101)).encode())) == ()
