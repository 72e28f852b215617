"""Several audits at once: results in order, faults as they were, and no process left behind."""

import os
import signal

import pytest

from tieout.build import parallel
from tieout.problems import BuildError

pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")


@pytest.fixture(autouse=True)
def two_processors(monkeypatch):
    monkeypatch.setattr(os, "cpu_count", lambda: 2)


def halve(number, divisor):
    if number == 13:
        raise BuildError("thirteen is not allowed.")
    if number == 99:
        os.kill(os.getpid(), signal.SIGKILL)
    return number // divisor


def size(number):
    return number


def test_results_come_in_the_order_of_the_jobs():
    assert parallel.each(halve, [2, 40, 6, 8], (2,), size) == [1, 20, 3, 4]
    assert parallel.each(halve, [], (2,), size) == []
    assert parallel.each(halve, [10], (2,), size) == [5]


def test_an_error_of_the_environment_arrives_as_it_was_raised():
    with pytest.raises(BuildError, match="thirteen is not allowed"):
        parallel.each(halve, [2, 13, 4], (2,), size)


def test_a_process_that_is_ended_from_outside_is_no_bug():
    with pytest.raises(BuildError, match="for want of memory"):
        parallel.each(halve, [2, 99, 4], (2,), size)
