import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tieout.history.messages import (
    Named,
    find_references,
    frame_of,
    is_divided,
    parse_named,
    parse_people,
    parse_trailers,
    values,
)

MESSAGES = [
    "Fix\n\nReviewed-by: Ben <ben@x>\n",
    "Fix\n\nbody\n\nReviewed-by: Ben <ben@x>\nTested-by: Ada\n  with more\n",
    "Fix\nReviewed-by: Ben <ben@x>\n",
    "Fix\n\nReviewed-by: Ben <ben@x>\n\nan afterthought\n",
    "Fix\n\nsome words\nSigned-off-by: Ada <a@x>\nReviewed-by: Ben <b@x>\n",
    "Fix\n\none\ntwo\nthree\nfour\nfive\nsix\nseven\nSigned-off-by: Ada <a@x>\n",
    "Fix\n\nsome words\nReviewed-by: Ben <b@x>\n",
    "Fix\n\nReviewed-by: Ben <b@x>\n(cherry picked from commit 1234)\n",
    "Reviewed-by: Ben <b@x>\n",
    "Fix\n\nsee https://example.org\n",
]


@pytest.mark.parametrize("message", MESSAGES)
def test_trailers_are_those_that_git_finds(message):
    done = subprocess.run(
        ["git", "interpret-trailers", "--parse"], input=message, capture_output=True, text=True, check=True
    )
    theirs = [line.partition(": ")[::2] for line in done.stdout.splitlines() if not line.startswith("(")]
    assert [(key.casefold(), value) for key, value in theirs] == list(parse_trailers(message))


def test_a_key_may_have_spaces_and_any_case():
    assert values(parse_trailers("Fix\n\nreviewed by: Ben\nREVIEWED-BY: Cleo\n"), "reviewed-by") == ("Ben", "Cleo")


def test_other_line_separators_do_not_make_a_last_paragraph():
    assert parse_trailers("Fix\u2028\u2028Reviewed-by: Ben") == ()
    assert parse_trailers("Fix\x0b\x0bReviewed-by: Ben\x1c") == ()


def test_windows_line_ends_are_read():
    assert values(parse_trailers("Fix\r\n\r\nReviewed-by: Ben\r\n"), "reviewed-by") == ("Ben",)


LINE = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=30)


@given(st.lists(LINE, max_size=6))
def test_any_text_is_read_without_fault(lines):
    message = "\n".join(lines)
    assert all(key and not key.isspace() for key, _ in parse_trailers(message))
    frame_of(message)
    assert all(found in message for found in find_references(("TRD", "#"), [message]))


@given(st.text(alphabet="abc :-\t", max_size=40), st.text(alphabet="abc <>@", max_size=20))
def test_a_subject_is_never_a_trailer(subject, value):
    assert parse_trailers(f"Reviewed-by: {value}\n{subject}") == ()


@given(st.lists(st.sampled_from(["Reviewed-by: B <b@x>", "Acked-by: C", "words"]), min_size=1, max_size=5))
def test_what_follows_the_block_in_a_paragraph_of_its_own_undoes_it(block):
    assert parse_trailers("Fix\n\n" + "\n".join(block) + "\n\nmore words\n") == ()


@given(
    st.lists(
        st.tuples(st.sampled_from(["Reviewed-by", "X-Y", "Change-Id"]), st.from_regex(r"[a-z]{1,9}", fullmatch=True)),
        min_size=1,
        max_size=6,
    )
)
def test_a_block_of_trailers_comes_back_whole_and_in_order(pairs):
    message = "Subject\n\nBody.\n\n" + "\n".join(f"{key}: {value}" for key, value in pairs)
    assert list(parse_trailers(message)) == [(key.casefold(), value) for key, value in pairs]


def test_a_person_is_a_name_with_an_address_or_a_name():
    assert parse_named("Ben Marsh <ben@example.org>") == Named("Ben Marsh", "ben@example.org")
    assert parse_named("Ben Marsh") == Named("Ben Marsh", "")
    assert parse_named("<ben@example.org>") == Named("", "ben@example.org")


FRAMES = [
    ("Merge pull request #7 from ada/hotfix/clock\n\nStop the clock", "github", "Stop the clock", "#7", "hotfix/clock", False),
    ("Stop the clock (#7)", "github", "Stop the clock", "#7", "", True),
    ("Stop the clock  (#7)", "github", "Stop the clock", "#7", "", True),  # a title that ended with a space
    ("Merge branch 'a/b' into 'main'\n\nStop it\n\nSee merge request group/app!88", "gitlab", "Stop it", "!88", "a/b", False),
    (
        "Merge branch 'a' into 'main'\n\nT\n\nSee merge request https://git.example/g/a/-/merge_requests/9\n\nApproved-by: B <b@x>",
        "gitlab", "T", "!9", "a", False,
    ),
    ("Stop it\n\nSee merge request !88", "gitlab", "Stop it", "!88", "", True),
    ("Merged in fix/clock (pull request #12)\n\nStop\n\nApproved-by: Ben", "bitbucket", "Stop", "#12", "fix/clock", True),
    ("Merge pull request #3 in PRJ/app from fix/a to main\n\nStop", "bitbucket-server", "Stop", "#3", "fix/a", False),
    ("Pull request #3: Stop\n\nMerge in PRJ/app from fix/a to main\n\n* commit", "bitbucket-server", "Stop", "#3", "fix/a", True),
    ("Merged PR 44: Stop the clock", "azure-devops", "Stop the clock", "!44", "", True),
    ("Merge pull request 'Stop (now)' (#5) from ada/fix into main", "gitea", "Stop (now)", "#5", "ada/fix", False),
    ("Merge branch 'fix'", "git", "Merge branch 'fix'", "", "fix", False),
    ("Merge branch 'fix' of https://git.example/app into main", "git", "Merge branch 'fix' of https://git.example/app into main", "", "fix", False),
    ("Merge remote-tracking branch 'origin/fix'", "git", "Merge remote-tracking branch 'origin/fix'", "", "fix", False),
    ("Stop the clock", "", "Stop the clock", "", "", False),
    ('Revert "Stop (#7)"', "", 'Revert "Stop (#7)"', "", "", False),
]  # fmt: skip


@pytest.mark.parametrize(("message", "forge", "title", "reference", "branch", "squash"), FRAMES)
def test_the_frame_of_each_forge_is_taken_off(message, forge, title, reference, branch, squash):
    frame = frame_of(message)
    assert (frame.forge, frame.title, frame.reference, frame.branch, frame.squash) == (
        forge, title, reference, branch, squash,
    )  # fmt: skip


def test_trailers_below_an_empty_merge_message_are_no_title():
    frame = frame_of("Merge pull request #7 from ada/fix\n\nApproved-by: Ben <b@x>")
    assert frame.title == "Merge pull request #7 from ada/fix"


def test_ticket_ids_are_found_by_prefix_and_whole():
    texts = ["TRD-12: more, see PAY-3", "feature/TRD-12-clock", "XTRD-9 TRD-9x TRD- trd-1 PAY-3"]
    assert find_references(("TRD-", "PAY"), texts) == ("TRD-12", "PAY-3")
    assert find_references(("#",), ["closes #41 and a#42"]) == ("#41",)
    assert find_references((), texts) == ()


def test_a_ticket_id_may_carry_its_year():
    assert find_references(("INC",), ["hotfix (INC-2026-003)", "TRD-1 INC-7"]) == ("INC-2026-003", "INC-7")


GERRIT = "Change-Id: I0123456789abcdef0123456789abcdef01234567\nReviewed-on: https://review.example/c/app/+/4711\n"
GITEA = "Reviewed-on: https://forge.example/g/app/pulls/47\nReviewed-by: Ben <ben@x>"


@pytest.mark.parametrize(
    ("message", "forge", "title", "reference"),
    [
        ("Work\n\n" + GERRIT + "Reviewed-by: Ben <ben@x>", "gerrit", "Work", "c/4711"),
        ("Merge branch 'x'\n\n" + GERRIT, "gerrit", "Merge branch 'x'", "c/4711"),
        ("Work (#47)\n\n" + GITEA, "gitea", "Work", "#47"),
        ("Work\n\n" + GITEA, "gitea", "Work", "#47"),
        ("Merge pull request 'Work' (#47) from x into main\n\n" + GITEA, "gitea", "Work", "#47"),
        ("Work\n\nChange-Id: I0123456789abcdef0123456789abcdef01234567", "", "Work", ""),
        ("Work\n\nReviewed-on: https://review.example/c/app/+/4711", "", "Work", ""),
        ("Work\n\n" + GERRIT + "\nMore text", "", "Work", ""),
    ],
)
def test_the_footers_of_gerrit_and_gitea_are_frames(message, forge, title, reference):
    frame = frame_of(message)
    assert (frame.forge, frame.title, frame.reference) == (forge, title, reference)


def test_a_line_may_name_several_people():
    assert parse_people("Ann <a@x>, Ben <b@x>") == (Named("Ann", "a@x"), Named("Ben", "b@x"))
    assert parse_people("kib, markj") == (Named("kib", ""), Named("markj", ""))
    assert parse_people("Doe, Jane Mary") == (Named("Doe, Jane Mary", ""),)
    assert parse_people("  ") == ()


def test_a_divider_is_a_line_of_three_hyphens():
    assert is_divided("Work\n\nbody\n---\n a.txt | 1 +")
    assert is_divided("Work\n--- a.txt")
    assert not is_divided("---------\nWork\n\n---------\n\nmore --- more")
