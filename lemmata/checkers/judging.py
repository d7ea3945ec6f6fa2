"""One task of a batch in, its result out: what a worker process does, and nothing else.

Run as a program this is the server of the workers: it loads the judges and every question once.
"""

import os
import resource
import socket
import sys
import time
from pathlib import Path

import msgspec

from lemmata.checkers.answers import judged, kind_to_grade
from lemmata.checkers.forkserver import receive_frame, send_frame, serve
from lemmata.checkers.record import Record, content, described, failed, undecided
from lemmata.checkers.sheets import answer_ids, own_sheet
from lemmata.checkers.tasks import LARGEST_FRAME, MEGABYTES, OUT_OF_MEMORY, Result, Task
from lemmata.notation import SheetError


def judge_task(frame: bytes) -> bytes:
    """Judge one encoded task; a failure of Lemmata is a part of its encoded result."""
    task = msgspec.json.decode(frame, type=Task)
    started = time.perf_counter()
    failure, kind = "", task.kind
    try:
        sheet = own_sheet(task.sheet) if task.sheet else None
        kind = kind or kind_to_grade(task.answer, task.claim, sheet, task.format)
        verdict = judged(
            task.answer,
            claim=None if sheet else task.claim,
            sheet=sheet,
            kind=kind,
            format=task.format,
            trust_code=task.trust_code,
            explain=task.explain,
        )
    except SheetError as error:
        verdict = undecided("unreadable", f"the sheet of {task.claim} cannot be used: {error}")
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - the other answers must still be judged
        failure = described(error)
        verdict = failed(error)
    seconds = time.perf_counter() - started
    fields: Record = content(verdict, derivation=kind == "derivation", seconds=seconds)
    return msgspec.json.encode(Result(fields, failure))


def work(connection: socket.socket) -> None:
    """Judge the tasks that come, until whoever asks has gone."""
    # The server of the sandbox, which a worker starts, takes the limit of this process off itself.
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (_size() + MEGABYTES * 1_000_000, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        while (frame := receive_frame(connection, LARGEST_FRAME)) is not None:
            send_frame(connection, judge_task(frame))
    except MemoryError:
        os._exit(OUT_OF_MEMORY)


def _size() -> int:
    """The address space of this process, in bytes."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except OSError:  # a system that does not tell: what it usually is
        return 300_000_000
    return pages * resource.getpagesize()


if __name__ == "__main__":
    answer_ids()  # reads every question, once for all workers
    serve(socket.socket(fileno=int(sys.argv[1])), work)
