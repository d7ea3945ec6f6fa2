"""An answer is judged apart from everything else, in a process that may be killed.

`judge_apart` is what every way of grading calls, in a thread of this process, in a pool of
processes, or on a cluster. A worker that is overdue or needs too much memory is killed, and its
task is reported as killed, which says nothing about the answer and is never kept as its verdict.
"""

import atexit
import os
import signal
import threading

import msgspec

from lemmata.checkers.forkserver import ForkServer, LostError, Worker
from lemmata.checkers.record import content, undecided
from lemmata.checkers.tasks import (
    LARGEST_FRAME,
    MEGABYTES,
    OUT_OF_MEMORY,
    SECONDS,
    Result,
    Task,
)


class _Office:
    """The server of this process, and a worker for each of its threads."""

    def __init__(self) -> None:
        self.server = ForkServer("lemmata.checkers.judging")
        self.of_thread = threading.local()

    def worker(self) -> Worker:
        """The worker of this thread."""
        found: Worker | None = getattr(self.of_thread, "worker", None)
        if found is None:
            found = self.of_thread.worker = self.server.worker()
        return found


_office = _Office()


def judge_apart(task: bytes) -> bytes:
    """Judge an encoded `Task` in a worker, and return an encoded `Result`.

    Raises:
        OSError: No worker can be started on this machine.
    """
    try:
        return _office.worker().ask(task, seconds=SECONDS, largest=LARGEST_FRAME)
    except LostError as lost:
        _office.of_thread.worker = None
        return msgspec.json.encode(killed(task, _reason(lost)))


def killed(task: bytes, reason: str) -> Result:
    """What is said of an answer whose worker was lost."""
    verdict = undecided("killed", f"{reason}; this says nothing about the answer. Run it again")
    derivation = msgspec.json.decode(task, type=Task).kind == "derivation"
    return Result(content(verdict, derivation=derivation, seconds=0.0))


def _reason(lost: LostError) -> str:
    if lost.cause == "time":
        return f"its worker was stopped after {SECONDS:g} seconds"
    if lost.cause == "length":
        return f"its worker was stopped because its result is longer than {LARGEST_FRAME} bytes"
    if lost.status is None:
        return "its worker was lost"
    if lost.status in (OUT_OF_MEMORY, -signal.SIGABRT):  # C code that finds no memory aborts
        return f"its worker was stopped because it needed more than {MEGABYTES} MB"
    if lost.status < 0:
        return f"its worker was stopped by {signal.Signals(-lost.status).name}"
    return f"its worker ended with exit code {lost.status}"


def _forsake() -> None:
    """A fork of this process has workers of its own."""
    global _office  # noqa: PLW0603 - one office a process
    _office.server.forsake()
    _office = _Office()


def _close() -> None:
    _office.server.close()


os.register_at_fork(after_in_child=_forsake)
atexit.register(_close)
