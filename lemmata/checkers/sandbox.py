"""Where code answers run: a process that sees nothing and can harm nothing.

Bubblewrap, where it is installed, builds a first wall around the server of the children; in any
case each child locks itself in (see `lemmata.checkers.confined`). Which walls stand is found by
trying, once a process; where none can be had, nothing runs unless the caller trusts the code.
"""

import json
import os
import shutil
from dataclasses import dataclass
from typing import Any, TypeAlias

from lemmata.checkers.forkserver import ForkServer, Worker

Json: TypeAlias = dict[str, Any]

MODULE = "lemmata.checkers.confined"
SECONDS = 20.0  # for one call; the limit of processor time binds first
LARGEST_REPLY = 8_000_000
ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONWARNINGS": "ignore",
}
BUBBLEWRAP = (
    *("bwrap", "--die-with-parent", "--unshare-pid", "--unshare-net", "--unshare-ipc"),
    *("--unshare-uts", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"),
)


class NoSandboxError(Exception):
    """Code cannot run here safely, or not at all; the message says why and what to do."""


@dataclass
class Session:
    """A child that has loaded one answer.

    Attributes:
        sandbox: Which walls it is behind.
        loaded: What it said when it had loaded the source.
    """

    sandbox: str
    loaded: Json
    worker: Worker

    def call(self, arguments: list[Any], weights: list[Json] | None) -> Json:
        """Call the function of the answer.

        Args:
            arguments: Numbers, and objects that describe tensors and functions.
            weights: Of the values, in the sum whose gradients are wanted; None for no gradients.

        Raises:
            LostError: The child ended or is overdue.
            ValueError: What came back is no reply; the answer wrote into the channel.
        """
        return _ask(self.worker, {"arguments": arguments, "weights": weights})

    def end(self) -> None:
        """End the child."""
        self.worker.end()


def start(source: str, *, trust: bool) -> Session:
    """Load an answer in the strongest sandbox that this machine allows.

    Args:
        source: Its text.
        trust: Whether it may run without one, if there is none.

    Raises:
        NoSandboxError: It may not run.
        LostError: The child ended or is overdue.
        ValueError: What came back is no reply.
    """
    reasons = []
    for name, server in _servers.items():
        if name in _refused:
            reasons.append(_refused[name])
            continue
        confine = name != TRUSTED
        if not confine and not trust:
            continue
        try:
            worker = server.worker()
        except OSError as error:
            _refused[name] = f"{name}: {error}"
            reasons.append(_refused[name])
            continue
        loaded = _ask(worker, {"source": source, "confine": confine})
        if loaded["state"] == "missing torch":
            worker.end()
            message = "code answers need torch: pip install 'lemmata[grade]'"
            raise NoSandboxError(message)
        if loaded["state"] != "unconfined":
            return Session(name, loaded, worker)
        worker.end()
        _refused[name] = f"{name}: {loaded['reason']}"
        reasons.append(_refused[name])
    message = (
        f"code cannot be run safely on this machine ({'; '.join(reasons)}). Install bubblewrap, or "
        "allow user namespaces; --trust-code runs it without a sandbox"
    )
    raise NoSandboxError(message)


def _ask(worker: Worker, question: Json) -> Json:
    answer = worker.ask(json.dumps(question).encode(), seconds=SECONDS, largest=LARGEST_REPLY)
    try:
        reply = json.loads(answer)
    except RecursionError as error:
        raise ValueError("a reply nested too deeply") from error
    if not isinstance(reply, dict) or not isinstance(reply.get("state"), str):
        raise ValueError("a reply without a state")  # noqa: TRY004 - what came is no reply
    return reply


TRUSTED = "no sandbox"
_refused: dict[str, str] = {}  # why a sandbox cannot be had here
_servers: dict[str, ForkServer] = {}


def _forsake() -> None:
    """A fork of this process starts servers of its own."""
    for server in _servers.values():
        server.forsake()
    _fresh()


def _fresh() -> None:
    _servers.clear()
    if shutil.which("bwrap"):
        # A user who is none of the machine's keepers may build walls only among users of its own.
        rights = ("--cap-add", "ALL") if os.geteuid() == 0 else ("--unshare-user",)
        wall = (*BUBBLEWRAP, *rights, "--")
        server = ForkServer(MODULE, wrapper=wall, environment=ENVIRONMENT)
        _servers["bubblewrap and namespaces"] = server
    _servers["namespaces"] = ForkServer(MODULE, environment=ENVIRONMENT)
    _servers[TRUSTED] = ForkServer(MODULE, environment=ENVIRONMENT)


_fresh()
os.register_at_fork(after_in_child=_forsake)
