"""Drawing samples, and the worksheet: literals in, the same rows and answers out."""

from dataclasses import replace
from hashlib import sha256

import pytest
from checks.factories import (
    ALICE,
    AUDIT,
    BOB,
    DEP_BOT,
    approval,
    change,
    deployment,
    facts,
    isms,
    judged,
    passed,
    version,
)
from hypothesis import given
from hypothesis import strategies as st
from properties import examples

from tieout.checks import samples, worksheet
from tieout.checks.samples import Listed
from tieout.checks.worksheet import ATTRIBUTES
from tieout.model.history import Job
from tieout.model.results import Outcome

PASS, FAIL, _, UNKNOWN, NA = Outcome
LETTERS = [one.letter for one in ATTRIBUTES]
ROWS = [Listed(f"shop/{n:08},shop", f"2026-0{6 + n // 10}") for n in range(40)]


# --- drawing -------------------------------------------------------------------------------------------------------


def test_the_same_seed_draws_the_same_and_another_word_draws_others():
    first = samples.draw(ROWS, 10, "larch", "d" * 64)
    assert first == samples.draw(ROWS, 10, "larch", "d" * 64)
    assert first.picked != samples.draw(ROWS, 10, "oak", "d" * 64).picked
    assert first.picked != samples.draw(ROWS, 10, "larch", "e" * 64).picked


def test_within_a_month_the_lowest_digests_are_taken():
    drawn = samples.draw(ROWS, 8, "larch", "d" * 64)
    june = sorted(range(10), key=lambda n: sha256(f"larch|{'d' * 64}|{ROWS[n].name}".encode()).hexdigest())
    assert [place for place in drawn.picked if place < 10] == sorted(june[:2])
    assert [(one.month, one.items, one.drawn) for one in drawn.strata] == [
        ("2026-06", 10, 2),
        ("2026-07", 10, 2),
        ("2026-08", 10, 2),
        ("2026-09", 10, 2),
    ]


def test_a_row_that_is_added_changes_the_digest_and_so_the_draw_is_another_one():
    assert samples.rank("larch", "d" * 64, "a,b") != samples.rank("larch", "e" * 64, "a,b")


@pytest.mark.parametrize(
    ("counts", "size", "drawn"),
    [
        ([155, 114, 83, 103], 25, (8, 6, 5, 6)),
        ([1, 1, 1, 97], 10, (1, 1, 1, 7)),
        ([5, 9, 2], 2, (1, 1, 0)),
        ([5, 5], 1, (1, 0)),
        ([2, 2], 4, (2, 2)),
        ([], 0, ()),
    ],
)
def test_each_month_gives_one_and_the_rest_in_proportion(counts, size, drawn):
    assert samples.allocate(counts, size) == drawn


@examples(200)
@given(st.lists(st.integers(1, 60), min_size=1, max_size=14), st.integers(1, 120))
def test_shares_add_up_and_none_is_more_than_there_is(counts, size):
    size = min(size, sum(counts))
    shares = samples.allocate(counts, size)
    assert sum(shares) == size
    assert all(0 <= share <= count for share, count in zip(shares, counts, strict=True))
    assert size < len(counts) or all(shares)


@pytest.mark.parametrize(
    ("items", "frequency", "size"),
    [(3, "ad-hoc", 5), (5, "weekly", 5), (30, "daily", 25), (200, "many", 25), (16, "weekly", 5)],
)
def test_the_usual_size_follows_from_how_often_it_happened(items, frequency, size):
    found = samples.usual_frequency(items, AUDIT)  # 117 days
    assert (found, samples.SIZES[found]) == (frequency, size)


# --- the worksheet -------------------------------------------------------------------------------------------------


def answers(found, *, of=None):
    registers = isms()
    one = of or next(iter(found.changes.values()))
    gathered = worksheet.gather(judged(registers, found).results, found, AUDIT.cutoff, [one.key])
    told = worksheet.of_deployment(gathered, one) if of else worksheet.of_change(gathered, one)
    return dict(zip(LETTERS, told, strict=True))


def outcomes(told):
    return {letter: answer.outcome for letter, answer in told.items()}


GOOD = {"body": "It was wrong by a cent.", "approvals": (approval(),), "results": (passed(),)}


def test_a_good_change_passes_what_git_can_tell():
    told = answers(facts(change(**GOOD), deployments=(deployment(),)))
    assert {letter for letter, outcome in outcomes(told).items() if outcome is PASS} >= set("abcdfhi")
    assert told["f"].reason == "Bob approved it before its deployment on 2 July 2026."
    assert told["k"] == worksheet.Answer(NA, "Nothing marks it as an emergency.", key=change().key)
    assert told["d"].check == "change-reviewed"


def test_what_git_cannot_tell_is_said_and_is_no_pass():
    told = answers(facts(change(**GOOD), deployments=(deployment(),)))
    assert told["j"].outcome is UNKNOWN
    assert told["j"].reason == "No record of a way back is read; ask for the request or the runbook."
    silent = answers(facts(change(approvals=(approval(),)), deployments=(deployment(),)))
    assert silent["b"].reason == "It has a subject and no text, so why it was made is not told here."
    assert silent["c"].outcome is UNKNOWN


def test_an_approval_after_the_deployment_is_none_before_it():
    late = approval(day="2026-07-05")
    told = answers(facts(change(**(GOOD | {"approvals": (late,)})), deployments=(deployment(),)))
    assert told["f"].outcome is FAIL
    assert told["f"].reason == "No approval by a second person is on record before its deployment on 2 July 2026."
    own = answers(facts(change(**(GOOD | {"approvals": (approval(ALICE),)})), deployments=(deployment(),)))
    assert own["f"].outcome is FAIL
    undated = replace(approval(BOB), at=0)
    told = answers(facts(change(**(GOOD | {"approvals": (undated,)})), deployments=(deployment(),)))
    assert told["f"].reason == "An approval without a time is on record; it was deployed on 2 July 2026."


def test_what_was_not_deployed_has_no_deployment_to_test():
    told = answers(facts(change(**GOOD)))
    assert {told[letter].outcome for letter in "fghi"} == {NA}
    assert told["h"].reason == "No deployment up to the audit date brought it to production."


def test_a_change_without_review_fails_and_a_robots_own_does_not_apply():
    told = answers(facts(change(), deployments=(deployment(),)))
    assert told["d"].outcome is FAIL
    robot = change(authors=(DEP_BOT,), merger=DEP_BOT, automated=True, robot_basis="address")
    assert answers(facts(robot, deployments=(deployment(),)))["f"].outcome is NA


def test_the_reverse_test_takes_the_worst_of_all_changes_that_a_deployment_brought():
    good, bad = change(**GOOD), change("b", "2026-07-01", change_references=(), body="Because.")
    one = deployment(changes=(good.key, bad.key))
    told = answers(facts(good, bad, deployments=(one,)), of=one)
    assert told["d"].outcome is FAIL
    assert told["d"].key == bad.key
    assert told["h"].check in {"deployed-by-pipeline", "deployed-from-protected-branch", "no-unrecorded-deployment"}


def test_a_deployment_of_changes_that_were_not_read_cannot_be_told():
    one = deployment(changes=("shop/ffffffff",))
    told = answers(facts(change(), deployments=(one,)), of=one)
    assert told["d"].outcome is UNKNOWN
    assert told["d"].reason == "1 of the changes it brought are in no history that was read."


def test_a_deployment_that_brought_nothing_leads_back_to_no_change():
    told = answers(facts(change(), deployments=(one := deployment(changes=()),)), of=one)
    assert told["a"].reason == "It first brought no change to production."
    dark = deployment(changes=(), commit="")
    assert answers(facts(change(), deployments=(dark,)), of=dark)["a"].outcome is UNKNOWN


def test_steps_count_by_the_configuration_that_was_in_force_when_the_change_came():
    without = facts(change(**GOOD), pipelines={"shop": (version(jobs=(Job("lint"),)),)})
    told = answers(without)
    assert (told["c"].outcome, told["c"].check) == (FAIL, "required-steps-configured")
    mended = facts(change(**GOOD), pipelines={"shop": (version(jobs=(Job("lint"),)), version("2026-06-20"))})
    assert answers(mended)["c"].outcome is PASS
