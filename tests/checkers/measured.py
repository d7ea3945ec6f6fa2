"""The server of the real workers, which write down the processor time of each answer."""

import os
import socket
import sys
import time
from pathlib import Path

from lemmata.checkers import answers, judging
from lemmata.checkers.forkserver import serve
from lemmata.kernel.verdict import Verdict

LOG = "LEMMATA_TEST_LOG"


def check(answer: str, **options: object) -> Verdict:
    """Judge an answer, and write down what it took."""
    started = time.process_time()
    verdict = answers.check(answer, **options)  # type: ignore[arg-type]
    with Path(os.environ[LOG]).open("a", encoding="utf-8") as log:
        log.write(f"{time.process_time() - started:.3f} {answer[:60]!a}\n")
    return verdict


if __name__ == "__main__":
    vars(judging)["check"] = check
    serve(socket.socket(fileno=int(sys.argv[1])), judging.work)
