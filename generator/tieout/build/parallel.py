"""One function over several jobs in as many processes as the machine has processors.

Results come in the order of the jobs, never of their completion. A worker inherits the jobs by fork, so that nothing
large is copied; where there is no fork they are sent.
"""

import gc
import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import TypeVar, cast

from tieout.problems import BuildError

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
        try:
            results = dict(zip(order, executor.map(_run, order), strict=True))
        except BrokenProcessPool:
            raise BuildError(
                "a process that was writing an audit was ended from outside, often for want of memory; "
                "free some, or name fewer audits."
            ) from None
    return [cast("Result", results[index]) for index in range(len(jobs))]


def _hold(function: Callable[..., object], jobs: Sequence[object], shared: tuple[object, ...]) -> None:
    """In the worker. Its pages live to its end, and looking for garbage among them costs half of its time."""
    gc.disable()
    _held[:] = [(function, jobs, shared)]
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A worker whose parent was killed would wait for work, and hold the lock of the site, for ever."""
    if parent := parent_process():
        parent.join()
        os._exit(1)


def _run(index: int) -> object:
    function, jobs, shared = _held[0]
    return function(jobs[index], *shared)
