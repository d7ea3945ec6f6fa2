"""Processes that can be stopped from outside: a server that has loaded everything forks them.

One answer must never harm another, so each is judged in a process that may be killed. The server is
a fresh Python that imports what the work needs once; each worker is a fork of it, made in
milliseconds, with one socket to whoever asked for it. When the asking process dies, by any signal,
the server reads the end of its control socket, kills its workers, and ends.

The standard library only: the sandbox of code answers runs this file too.
"""

import array
import contextlib
import ctypes
import gc
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Literal

# A request is the worker to end, or 0 to fork one for the descriptor that comes with it.
NUMBER = struct.Struct("<q")
LENGTH = struct.Struct("<Q")
PR_SET_PDEATHSIG = 1


class LostError(Exception):
    """A worker ended before it answered, or was ended.

    Attributes:
        cause: `"time"` and `"length"` when it was ended because it answered too late or too much,
            `"end"` when it ended.
        status: How it ended, as `os.waitstatus_to_exitcode` says: an exit code, or minus a signal;
            None when nobody can say.
    """

    def __init__(self, cause: Literal["time", "length", "end"], status: int | None) -> None:
        super().__init__(f"the worker was lost: {cause}, {status}")
        self.cause, self.status = cause, status


# -------------------------------------------------------------------------- both sides


def send_frame(connection: socket.socket, frame: bytes) -> None:
    """Send one message."""
    connection.sendall(framed(frame))


def framed(frame: bytes) -> bytes:
    """A message as it is sent, with its length before it."""
    return LENGTH.pack(len(frame)) + frame


def receive_frame(connection: socket.socket, largest: int) -> bytes | None:
    """Receive one message; None when the other side has gone.

    Raises:
        ValueError: It is longer than it may be.
    """
    head = _exactly(connection, LENGTH.size)
    if head is None:
        return None
    (length,) = LENGTH.unpack(head)
    if length > largest:
        raise ValueError(f"a message of {length} bytes")
    return _exactly(connection, length)


def _exactly(connection: socket.socket, length: int) -> bytes | None:
    parts = bytearray()
    while len(parts) < length:
        part = connection.recv(min(length - len(parts), 1 << 20))
        if not part:
            return None
        parts += part
    return bytes(parts)


def _receive_request(control: socket.socket) -> tuple[int, int | None] | None:
    """A request with its descriptor, if any; None at the end of the control socket."""
    space = socket.CMSG_SPACE(array.array("i", [0]).itemsize)
    message, ancillary, _, _ = control.recvmsg(NUMBER.size, space)
    if len(message) < NUMBER.size:
        return None
    descriptors = array.array("i")
    for _level, _kind, content in ancillary:
        descriptors.frombytes(content[: len(content) - len(content) % descriptors.itemsize])
    return NUMBER.unpack(message)[0], descriptors[0] if descriptors else None


# -------------------------------------------------------------------------- the server


def serve(control: socket.socket, work: Callable[[socket.socket], None]) -> None:
    """Fork a worker for each socket that comes, until whoever asks is gone."""
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.SIG_IGN)  # only the end of the control socket ends a batch
    gc.collect()
    gc.freeze()  # pages of the server stay shared with its workers
    crew = _Crew()
    with contextlib.suppress(ConnectionError):
        while (request := _receive_request(control)) is not None:
            number, descriptor = request
            if descriptor is None:
                control.sendall(NUMBER.pack(crew.end(number)))
                continue
            process = os.fork()
            if process == 0:
                control.close()
                _be_worker(socket.socket(fileno=descriptor), work)
            os.close(descriptor)
            control.sendall(NUMBER.pack(crew.add(process)))
    crew.end_all()


class _Crew:
    """The workers of a server, by numbers that are never used twice."""

    def __init__(self) -> None:
        self._serial = 0
        self._alive: dict[int, int] = {}  # number: process
        self._ended: dict[int, int] = {}  # number: how it ended

    def add(self, process: int) -> int:
        """Number a new worker, and let those that have ended go."""
        for number, other in list(self._alive.items()):
            found, status = os.waitpid(other, os.WNOHANG)
            if found:
                del self._alive[number]
                self._ended[number] = os.waitstatus_to_exitcode(status)
        self._serial += 1
        self._alive[self._serial] = process
        return self._serial

    def end(self, number: int) -> int:
        """Kill a worker, unless it has ended, and say how it ended."""
        if number in self._ended:
            return self._ended.pop(number)
        process = self._alive.pop(number)
        os.kill(process, signal.SIGKILL)  # until it is waited for, its number is nobody else's
        _, status = os.waitpid(process, 0)
        return os.waitstatus_to_exitcode(status)

    def end_all(self) -> None:
        """Kill every worker that is left."""
        for number in list(self._alive):
            self.end(number)


def _be_worker(connection: socket.socket, work: Callable[[socket.socket], None]) -> None:
    """Do the work in a fresh fork; never return."""
    status = 1
    try:
        die_with_parent()
        work(connection)
        status = 0
    finally:
        os._exit(status)


def die_with_parent() -> None:
    """Let the system kill this process when the one that forked it dies."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


# -------------------------------------------------------------------------- who asks


class ForkServer:
    """A server of workers, started when the first worker is."""

    def __init__(
        self,
        module: str,
        *,
        wrapper: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Describe a server.

        Args:
            module: What it runs; its only argument is the number of its control socket.
            wrapper: A command line to start it with, such as that of a sandbox.
            environment: Its environment; None for that of this process.
        """
        self._module, self._wrapper, self._environment = module, wrapper, environment
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def worker(self) -> "Worker":
        """A fresh worker.

        Raises:
            OSError: No server can be started.
        """
        ours, theirs = socket.socketpair()
        with theirs, self._lock:
            try:
                number = self._fork(theirs)
            except (ConnectionError, EOFError):
                self._close()  # the server itself was killed: start another one
                try:
                    number = self._fork(theirs)
                except (ConnectionError, EOFError) as error:
                    ours.close()
                    message = f"the server of the workers, {self._module}, cannot be started"
                    raise OSError(message) from error
            return Worker(self, ours, number, self._process)

    def _fork(self, connection: socket.socket) -> int:
        control = self._started()
        socket.send_fds(control, [NUMBER.pack(0)], [connection.fileno()])
        return self._answer(control)

    def end(self, worker: int, process: object) -> int | None:
        """Kill a worker, and say how it ended; None when the process that forked it is gone."""
        with self._lock:
            if self._control is None or self._process is not process:
                return None
            try:
                self._control.sendall(NUMBER.pack(worker))
                return self._answer(self._control)
            except (ConnectionError, EOFError):
                self._close()
                return None

    def close(self) -> None:
        """End the server and every worker of it."""
        with self._lock:
            self._close()

    def forsake(self) -> None:
        """Let go of a server that a fork of this process inherited: it belongs to the parent."""
        if self._control is not None:
            self._control.close()
        self._process = self._control = None

    @staticmethod
    def _answer(control: socket.socket) -> int:
        answer = _exactly(control, NUMBER.size)
        if answer is None:
            raise EOFError
        number: int = NUMBER.unpack(answer)[0]
        return number

    def _started(self) -> socket.socket:
        if self._control is not None:
            return self._control
        self._control, theirs = socket.socketpair()
        with theirs:
            environment = dict(os.environ if self._environment is None else self._environment)
            # The same package as here, wherever it was found.
            package = str(Path(__file__).resolve().parents[2])
            paths = [package, *environment.get("PYTHONPATH", "").split(os.pathsep)]
            environment["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [*self._wrapper, sys.executable, "-P", "-m", self._module, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,  # an interrupt on the terminal is for the asking process
            )
        return self._control

    def _close(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            try:
                self._process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process = self._control = None


class Worker:
    """One worker process: a question in, an answer out, one at a time.

    Attributes:
        connection: To the process, for who has more to say than one frame and one frame back.
    """

    def __init__(
        self, server: ForkServer, connection: socket.socket, number: int, process: object
    ) -> None:
        self._server, self.connection = server, connection
        self._number, self._process = number, process
        self._status: int | None = None

    def ask(self, frame: bytes, *, seconds: float, largest: int) -> bytes:
        """Send a question and wait for the answer.

        Args:
            frame: The question.
            seconds: How long the answer may take.
            largest: How long it may be, in bytes.

        Raises:
            LostError: The worker ended, was overdue, or answered more than it may. It is dead.
        """
        self.connection.settimeout(seconds)
        cause: Literal["time", "length", "end"] = "end"
        try:
            send_frame(self.connection, frame)
            answer = receive_frame(self.connection, largest)
        except TimeoutError:
            cause, answer = "time", None
        except ValueError:
            cause, answer = "length", None
        except OSError:
            answer = None
        if answer is None:
            raise LostError(cause, self.end())
        return answer

    def end(self) -> int | None:
        """End the worker, if it has not ended, and say how it did; None when nobody can say."""
        if self._process is not None:
            # Killed before the connection closes: at its end the worker would leave by itself.
            self._status = self._server.end(self._number, self._process)
            self._process = None
        self.connection.close()
        return self._status

    def __del__(self) -> None:
        self.connection.close()  # a worker ends when nobody can ask it any more
