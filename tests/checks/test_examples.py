"""Every check in every outcome, through the whole judge: what it says, word for word, and the page that shows it."""

import re
from pathlib import Path

import pytest
from checks import factories as f
from checks.examples.histories import HISTORIES
from checks.examples.kit import NOTHING, OUTCOMES
from checks.examples.page import outcomes_page
from checks.examples.table import EXAMPLES, OWN

from tieout.checks import catalogue
from tieout.checks.catalogue import CHECKS
from tieout.checks.judging import judge

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "outcomes.md"
OCCURRING = [one for one in EXAMPLES if one.case is not None]
SPOKEN = [one for one in OCCURRING if one.outcome != NOTHING]


def items_of(example):
    case = example.case
    return judge(case.isms, case.facts, f.AUDIT, case.config).results[example.check].items


@pytest.mark.parametrize("example", SPOKEN, ids=lambda one: one.name)
def test_the_check_says_what_the_example_says(example):
    (item,) = (one for one in items_of(example) if example.case.key in {"", one.key})
    assert (item.outcome.value, item.found, item.reason) == (example.outcome, example.case.found, example.case.reason)
    assert item.exception == ("EXC-1" if example.outcome == "excepted" else "")


@pytest.mark.parametrize("example", [one for one in OCCURRING if one.outcome == NOTHING], ids=lambda one: one.name)
def test_what_has_nothing_to_judge_has_no_items(example):
    assert items_of(example) == ()


def test_no_check_lacks_an_outcome():
    told = [(one.check, one.outcome) for one in EXAMPLES]
    assert sorted(told) == sorted((check, outcome) for check in (*CHECKS, OWN.id) for outcome in OUTCOMES)
    missing = [one for one in EXAMPLES if one.case is None]
    assert all(one.why.endswith(".") for one in missing)
    assert [one.name for one in missing] == ["suppliers-assessed-unknown"]


@pytest.mark.parametrize("example", HISTORIES, ids=lambda one: one.name)
def test_the_check_says_so_of_commits(example):
    test_the_check_says_what_the_example_says(example)


def test_every_family_has_a_check_that_is_judged_from_commits():
    judged = {one.check for one in HISTORIES}
    families = [{check.id for check in family.DECLARED} for family in catalogue._FAMILIES]
    assert all(family & judged for family in families)
    assert OWN.id in judged


MANY = "approvers|changes|commits|days|dependencies|deployments|files|hours|items|lines|months|records|steps|tags"
BAD = re.compile(rf"\.\.|…\.|\b1 (?:{MANY})\b|  |\ball 1\b|\bNone\b|\b20\d\d-\d\d-\d\d\b| [,.;:]")


@pytest.mark.parametrize("example", SPOKEN, ids=lambda one: one.name)
def test_a_reason_is_a_sentence_that_reads_well(example):
    reason = example.case.reason
    assert reason.endswith(".")
    assert not BAD.search(reason), BAD.search(reason)
    assert not example.case.found.endswith(".")


def test_the_page_of_outcomes_is_current():
    assert PAGE.read_text("utf-8") == outcomes_page(), "run `make docs` and commit what it writes"
