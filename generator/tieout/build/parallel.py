"""One function over several jobs in as many processes as the machine has processors.

Results come in the order of the jobs, never of their completion. A worker inherits the jobs by fork, so that nothing
large is copied; where there is no fork they are sent.
"""

import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar, cast

Job = TypeVar("Job")
Result = TypeVar("Result")

_held: list[tuple[Callable[..., object], Sequence[object], tuple[object, ...]]] = []


def each(
    function: Callable[..., Result], jobs: Sequence[Job], shared: tuple[object, ...], size: Callable[[Job], int]
) -> list[Result]:
    """`function(job, *shared)` for each job, the largest begun first."""
    processes = min(len(jobs), os.cpu_count() or 1)
    if processes < 2:
        return [function(job, *shared) for job in jobs]
    method = "fork" if sys.platform == "linux" else "spawn"
    order = sorted(range(len(jobs)), key=lambda index: -size(jobs[index]))
    with ProcessPoolExecutor(
        processes, mp_context=get_context(method), initializer=_hold, initargs=(function, jobs, shared)
    ) as executor:
        results = dict(zip(order, executor.map(_run, order), strict=True))
    return [cast("Result", results[index]) for index in range(len(jobs))]


def _hold(function: Callable[..., object], jobs: Sequence[object], shared: tuple[object, ...]) -> None:
    _held[:] = [(function, jobs, shared)]


def _run(index: int) -> object:
    function, jobs, shared = _held[0]
    return function(jobs[index], *shared)
