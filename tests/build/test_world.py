"""What the reading of repositories adds to the facts of one audit."""

from types import SimpleNamespace

from tieout.build import world
from tieout.build.world import Dated, believe
from tieout.checks.case import day_of
from tieout.model.history import Commit, Facts, History, Stamp

DAY = 86_400
MONDAY = 1_779_062_400  # 2026-05-18


def history(repo, *times):
    commits = {}
    for number, time in enumerate(times):
        stamp = Stamp("Ada", "ada@example.org", time)
        parents = (f"{repo}-{number - 1}",) if number else ()
        commits[f"{repo}-{number}"] = Commit(f"{repo}-{number}", "", parents, stamp, stamp, "Work")
    return History(repo, refs={"refs/heads/main": f"{repo}-{len(times) - 1}"}, commits=commits)


def believed(due=MONDAY + 5 * DAY, **times):
    """`due` is the day of an audit to come."""
    audit = SimpleNamespace(date=day_of(due))
    return believe({repo: history(repo, *found) for repo, found in times.items()}, [audit])


def test_what_was_missing_before_stays_missing():
    told = world.with_missing(Facts(missing={"a": "no pin", "b": "not read"}), SimpleNamespace(missing={"b": "gone"}))
    assert told.missing == {"a": "no pin", "b": "gone"}


def test_one_commit_alone_does_not_say_what_day_it_is():
    assert believed(isms=[MONDAY], pay=[MONDAY, MONDAY + 9 * DAY]) == Dated(MONDAY, "pay", "pay-1")
    assert believed(isms=[MONDAY], pay=[MONDAY, MONDAY + 9 * DAY, MONDAY + DAY]) == Dated(MONDAY + DAY, "pay", "pay-1")


def test_a_second_commit_a_second_repository_or_the_isms_bears_a_date_out():
    later = MONDAY + 9 * DAY
    assert believed(isms=[MONDAY], pay=[MONDAY, later, later]) == Dated(later)
    assert believed(isms=[MONDAY], pay=[later], web=[later - DAY]) == Dated(later)
    assert believed(isms=[later], pay=[MONDAY]) == Dated(later)


def test_a_commit_alone_on_which_nothing_hangs_is_believed_up_to_a_month():
    never = MONDAY + 999 * DAY
    assert believed(never, isms=[MONDAY], pay=[MONDAY + 31 * DAY]) == Dated(MONDAY + 31 * DAY)
    assert believed(never, isms=[MONDAY], pay=[MONDAY + 32 * DAY]) == Dated(MONDAY, "pay", "pay-0")


def test_a_commit_of_the_next_working_day_may_make_an_audit_due():
    friday = MONDAY - 3 * DAY
    assert believed(MONDAY, isms=[friday], pay=[MONDAY]) == Dated(MONDAY)
    assert believed(MONDAY, isms=[friday], pay=[MONDAY + DAY]) == Dated(friday, "pay", "pay-0")
