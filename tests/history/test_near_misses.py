"""Lines that look like approvals and are none: not counted, and told, all of a repository at once."""

import pytest
from history.story import ADA, Story, config, isms
from hypothesis import given
from hypothesis import strategies as st
from properties import examples

from tieout.history import derive
from tieout.history.near_misses import DIVIDED, MISPLACED, MISSPELT, NAMELESS, SUBJECT, UNGROUPED, find_misses

LINE = "Reviewed-by: Cleo Park <cleo@example.org>"
CASES = {
    "Work\n\n" + LINE + "\n\nMore text": MISPLACED,
    "Work\n" + LINE: SUBJECT,
    LINE: SUBJECT,
    "Work\n\nSome text, and then\n" + LINE: UNGROUPED,
    "Work\n\n" + LINE + "\n\n---\nof the patch": DIVIDED,
    "Work\n\ntext\n---\n a.txt | 1 +\n\n" + LINE: DIVIDED,
    "Work\n\nApproved-by:": NAMELESS,
    "Work\n\nReviwed-by: Cleo": MISSPELT,
    "Work\n\nReviewed_by: Cleo": MISSPELT,
    "Work\n\nApprovedby: Cleo": MISSPELT,
    "Work\n\nAck-by: Cleo": MISSPELT,
    "Work\n\nAproved-By: Cleo\nSigned-off-by: Ada <ada@example.org>": MISSPELT,
}
FINE = [
    "Work\n\n" + LINE,
    "Work\n\nreviewed by: Cleo\nAcked-By: Ben",
    "Work\n\nTested-by: Cleo\nRevised-by: Ben\nReported-by: Ben\nSuggested-by: Ada\nSigned-off-by: Ada",
    "Work\n\nCreated by: a tool, which is not one",
    "Work\n\nThis was reviewed by: nobody",
    "Work\n\n---------\n\nCo-authored-by: Ben <ben@example.org>",
]


def story(*messages):
    made = Story()
    made.commit("Start", {"a.txt": "0"})
    for number, message in enumerate(messages, 1):
        made.commit(message, {"a.txt": str(number)})
    return made


def derived(made, **pinned):
    return derive({"app": made.history()}, {"app": made.pin(**pinned)}, isms(), config())


def matters(message):
    made = story(message)
    return [miss.matter for miss in find_misses(made.commits[made.tip])]


@pytest.mark.parametrize("message", CASES)
def test_what_looks_like_an_approval_is_told_and_not_counted(message):
    assert matters(message) == [CASES[message]]
    facts, problems = derived(story(message))
    assert [change.approvals for change in facts.changes.values()] == [(), ()]
    assert [problem.code for problem in problems] == ["approval-not-counted"]


@pytest.mark.parametrize("message", FINE)
def test_what_is_one_and_what_is_none_is_not_told(message):
    assert matters(message) == []


def test_a_repository_has_one_problem_with_counts_and_the_newest_places():
    made = story(*["Work\n\nReviwed-by: Cleo"] * 5, "Work\n\nApproved-by:")
    ids = [commit[:8] for commit in reversed(made.commits)]
    _, (problem,) = derived(made)
    assert str(problem) == (
        "app: warning: 6 lines of commit messages look like approvals and are not counted: 5 under a key that is spelt "
        f"otherwise, as 'Reviwed-by' ({ids[1]}, {ids[2]}, {ids[3]} and 2 more); 1 without a name ({ids[0]}); write "
        "'Reviewed-by: Name <address>' in the last paragraph, with nothing but such lines [approval-not-counted]"
    )


def test_an_older_pin_is_told_of_what_it_reaches_only():
    made = story("Work\n\nApproved-by:", "Fine")
    assert derived(made, commit=next(iter(made.commits)))[1] == ()


def test_authors_below_a_divider_stay_authors():
    made = story("Work\n\n---\nupdated: x\n\nCo-authored-by: Ben Marsh <ben@example.org>")
    facts, _ = derived(made)
    assert [author.key for author in list(facts.changes.values())[-1].authors] == ["ada", "ben"]


TEXTS = st.text(st.sampled_from("Rr eviwdApproved-by:_\n\t>*<>@x.-"), max_size=60)


@given(text=TEXTS)
@examples(100)
def test_any_text_is_read_without_harm(text):
    made = Story()
    made.commit(text, {"a.txt": "1"}, author=ADA)
    find_misses(made.commits[made.tip])
