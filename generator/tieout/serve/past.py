"""The audits of the past, built once beside the present, in a process of their own.

A process, since the pipeline forks workers for several audits, which a process with threads must not do; a new one and
no fork, for the same reason. It is gentle: the present comes first. An audit of the past shows what its day's commit
says, so that a save changes it only through the audit records, tieout.yml and the theme.
"""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context, parent_process, resource_tracker
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from threading import Thread

from tieout.build import pipeline
from tieout.build.pipeline import Request
from tieout.problems import BuildError

GENTLE = 10  # added to the niceness


@dataclass(frozen=True, slots=True)
class Errand:
    """A build of the past that was begun."""

    process: BaseProcess
    answers: Connection
    key: object  # what it is built from

    @property
    def is_over(self) -> bool:
        return not self.process.is_alive()

    def answer(self) -> str:
        """What went wrong, once it is over; empty where all is published."""
        try:
            told = str(self.answers.recv()) if self.answers.poll() else "it ended early; the reason stands above"
        except EOFError:
            told = "it ended early; the reason stands above"
        self.process.join()
        self.answers.close()
        return told

    def stop(self) -> None:
        self.process.terminate()
        self.process.join()


def begin(request: Request, key: object) -> Errand:
    """Starts to build what `request` names."""
    receiver, sender = get_context("spawn").Pipe(duplex=False)
    process = get_context("spawn").Process(target=_build, args=(request, sender), name="the past")
    # Ctrl-C reaches every process of the terminal; this one is ended by the one that began it. The tracker is started
    # first, because it lets the signal through again.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    sender.close()
    return Errand(process, receiver, key)


def _build(request: Request, sender: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_parent, daemon=True).start()
    os.nice(GENTLE)
    try:
        report = pipeline.build(request, _quiet())
    except BuildError as fault:
        sender.send(str(fault))
    else:
        sender.send("" if report.published else "the newest content has errors")


def _quiet() -> Callable[[str], None]:
    return lambda _: None


def _end_with_parent() -> None:
    if parent := parent_process():
        parent.join()
        os._exit(1)
