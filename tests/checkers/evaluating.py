"""The server of workers that evaluate what they read, as some checkers do; run as a program."""

import contextlib
import os
import socket
import subprocess
import sys
import tempfile

from lemmata.checkers import judging
from lemmata.checkers.forkserver import serve
from lemmata.kernel.verdict import Verdict


def check(answer: str, **_: object) -> Verdict:
    """Evaluate an answer in every way that a careless reader would."""
    with contextlib.suppress(Exception):
        exec(answer, {})  # noqa: S102 - what the tests must notice
    with contextlib.suppress(Exception):
        subprocess.run(answer, shell=True, check=False, timeout=2, capture_output=True)  # noqa: S602 - as above
    return Verdict("proved")


if __name__ == "__main__":
    os.chdir(tempfile.mkdtemp())  # whatever else the answers do, they do it there
    vars(judging)["judged"] = check
    serve(socket.socket(fileno=int(sys.argv[1])), judging.work)
