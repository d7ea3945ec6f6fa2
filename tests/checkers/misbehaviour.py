"""The server of workers that do what an answer says, run as a program in place of the real one.

Every answer that is judged is written to the file that the environment names, so that a test can
count how often each was.
"""

import os
import signal
import socket
import sys
import time
from pathlib import Path

from lemmata.checkers import judging
from lemmata.checkers.forkserver import serve
from lemmata.kernel.verdict import Verdict

LOG = "LEMMATA_TEST_LOG"


def check(answer: str, **_: object) -> Verdict:
    """Do what the answer says, and else prove it."""
    if LOG in os.environ:
        with Path(os.environ[LOG]).open("a", encoding="utf-8") as log:
            log.write(f"{answer}\n")
    match answer.split():
        case ["hang"]:
            time.sleep(1000)
        case ["memory"]:
            bytearray(4_000_000_000)
        case ["exit"]:
            os._exit(3)
        case ["abort"]:
            os.abort()
        case ["segfault"]:
            os.kill(os.getpid(), signal.SIGSEGV)
        case ["fail"]:
            raise ZeroDivisionError("one\ntwo")
        case ["huge"]:
            return Verdict("proved", message="x" * 2_000_000)
        case ["slow", *_]:
            time.sleep(0.02)
    return Verdict("proved", read_as=answer)


if __name__ == "__main__":
    vars(judging)["judged"] = check
    serve(socket.socket(fileno=int(sys.argv[1])), judging.work)
