"""The sandboxed runner of code answers: it calls a student's function, and knows nothing else.

Run as a program this is a server that has loaded torch. For each answer it forks a child that first
locks itself in (its own users, files, processes, network; read-only files, no environment, limits)
and only then reads the source and the inputs. What the child sends back is data, checked by the
process that asked: it can claim any values, but no verdict, and it never holds the right values.

The standard library and torch only; the package itself is out of sight of the answers.
"""

import ctypes
import json
import os
import resource
import runpy
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias

from lemmata.checkers.forkserver import die_with_parent, receive_frame, send_frame, serve

Json: TypeAlias = dict[str, Any]

LARGEST_REQUEST = 16_000_000
LONGEST_REASON = 400
# In megabytes: torch alone takes about 600 of address space.
ADDRESS_SPACE = 1_600
SCRATCH = 16
CPU_SECONDS = 10
PROCESSES = 8
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
# The user ids of children of a privileged server: nobody else's, and each its own, so that the
# limit of processes counts one answer.
FIRST_USER = 1_000_000_000
NOBODY = 65534

PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
MS_REC, MS_PRIVATE, MS_BIND, MNT_DETACH = 0x4000, 1 << 18, 0x1000, 2
CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC = 0x20000, 0x4000000, 0x8000000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
APART = CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWPID | CLONE_NEWNET
READ_ONLY, NO_SUID, NO_DEVICES = 1, 2, 4
AT_FDCWD, AT_RECURSIVE = -100, 0x8000
SYS_MOUNT_SETATTR = 442  # the same number on every architecture
PR_SET_NO_NEW_PRIVS = 38
CAPABILITY_VERSION = 0x20080522


class UnconfinedError(Exception):
    """The child could not lock itself in, and must run nothing."""


class _System:
    """Calls of the system that Python does not have."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(None, use_errno=True)

    def call(self, name: str, *arguments: object) -> None:
        """Call a function of the system.

        Raises:
            OSError: It failed.
        """
        if getattr(self._library, name)(*arguments) != 0:
            number = ctypes.get_errno()
            raise OSError(number, f"{name}: {os.strerror(number)}")

    def mount(self, source: str, target: str, kind: str, flags: int, data: str = "") -> None:
        """Mount a file system, or a part of another."""
        texts = (source.encode(), target.encode(), kind.encode())
        self.call("mount", *texts, ctypes.c_ulong(flags), data.encode())

    def protect(self, target: str, flags: int, *, recursive: bool = True) -> None:
        """Take rights away from a mount."""
        attributes = (ctypes.c_uint64 * 4)(flags, 0, 0, 0)
        mode = AT_RECURSIVE if recursive else 0
        size = ctypes.c_size_t(ctypes.sizeof(attributes))
        number, here = ctypes.c_long(SYS_MOUNT_SETATTR), ctypes.c_int(AT_FDCWD)
        self.call("syscall", number, here, target.encode(), mode, ctypes.byref(attributes), size)

    def drop_capabilities(self) -> None:
        """Give up every capability, now and for ever."""
        header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0)
        nothing = (ctypes.c_uint32 * 6)()
        self.call("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        self.call("capset", ctypes.byref(header), ctypes.byref(nothing))


def confine() -> None:
    """Lock this process in, and go on as the first process of a world of its own.

    The process that called waits outside that world and ends as it does.

    Raises:
        UnconfinedError: The system does not allow it.
    """
    system = _System()
    try:
        user = _enter(system)
        _new_root(system)
    except (OSError, AttributeError, KeyError) as error:  # no such call, or no such machine
        raise UnconfinedError(f"{type(error).__name__}: {error}") from error
    die_with_parent()  # what was said before is forgotten with the rights of the old user
    inside = os.fork()
    if inside:
        _, status = os.waitpid(inside, 0)
        code = os.waitstatus_to_exitcode(status)
        if code < 0:
            signal.signal(-code, signal.SIG_DFL)
            os.kill(os.getpid(), -code)
        os._exit(code)
    try:
        if user is not None:
            os.setgroups([])
            os.setresgid(user, user, user)
            os.setresuid(user, user, user)
        system.drop_capabilities()
        die_with_parent()
    except OSError as error:
        raise UnconfinedError(str(error)) from error


def _enter(system: _System) -> int | None:
    """Leave the users, files, processes and network of the machine; the user id to take on."""
    user, group = os.geteuid(), os.getegid()
    if user == 0:
        with suppress(OSError):
            system.call("unshare", APART)
            return FIRST_USER + os.getpid()
    system.call("unshare", APART | CLONE_NEWUSER)
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{NOBODY} {user} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{NOBODY} {group} 1", encoding="ascii")
    return None


def _new_root(system: _System) -> None:
    """See the libraries, read-only, and an empty scratch folder; nothing else."""
    shown = _libraries()
    system.mount("", "/", "", MS_REC | MS_PRIVATE)
    # A folder that exists everywhere; what it holds is found below /old.
    system.mount("tmpfs", "/tmp", "tmpfs", 0, "size=1m,mode=755")  # noqa: S108
    os.chdir("/tmp")  # noqa: S108
    Path("old").mkdir()
    Path("new").mkdir()
    system.call("syscall", ctypes.c_long(PIVOT_ROOT[os.uname().machine]), b".", b"old")
    os.chdir("/")
    for path in shown:
        _show(system, path)
    for device in ("null", "zero", "random", "urandom"):
        target = Path(f"/new/dev/{device}")
        target.parent.mkdir(exist_ok=True)
        target.touch()
        system.mount(f"/old/dev/{device}", str(target), "", MS_BIND)
        system.protect(str(target), READ_ONLY | NO_SUID)
    package = Path(f"/new{Path(__file__).resolve().parents[1]}")
    if package.is_dir():  # it holds the right answers
        system.mount("tmpfs", str(package), "tmpfs", 0, "size=4k,mode=755")
        system.protect(str(package), READ_ONLY)
    Path("/new/scratch").mkdir()
    system.mount("tmpfs", "/new/scratch", "tmpfs", 0, f"size={SCRATCH}m,mode=1777")
    system.protect("/new/scratch", NO_SUID | NO_DEVICES)
    system.call("umount2", b"/old", MNT_DETACH)
    system.protect("/", READ_ONLY | NO_SUID | NO_DEVICES, recursive=False)
    os.chroot("/new")  # below the root of its world, a process can found no world of its own
    os.chdir("/scratch")


def _libraries() -> list[str]:
    """The folders of Python, torch and the system's libraries, without those inside another."""
    searched = [path for path in sys.path if Path(path).is_dir()]
    # A checkout of this package would show the right answers.
    searched = [path for path in searched if not Path(path, "lemmata").is_dir()]
    system = ("/usr/lib", "/usr/lib64", "/usr/local/lib", "/lib", "/lib64")
    named = {os.path.realpath(path) for path in (sys.prefix, sys.base_prefix, *searched)}
    named |= {path for path in system if Path(path).is_dir()}
    return sorted(path for path in named if named.isdisjoint(map(str, Path(path).parents)))


def _show(system: _System, path: str) -> None:
    """Show a folder of the machine, read-only."""
    target = Path(f"/new{path}")
    target.mkdir(parents=True, exist_ok=True)
    system.mount(f"/old{path}", str(target), "", MS_BIND | MS_REC)
    system.protect(str(target), READ_ONLY | NO_SUID | NO_DEVICES)


def limit() -> None:
    """Bound what this process and those that it starts can use."""
    megabyte = 1_000_000
    for kind, amount in (
        (resource.RLIMIT_AS, ADDRESS_SPACE * megabyte),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_NPROC, PROCESSES),
        (resource.RLIMIT_FSIZE, SCRATCH * megabyte),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
    ):
        resource.setrlimit(kind, (amount, amount))


# -------------------------------------------------------------------------- running an answer


def run(connection: socket.socket) -> None:
    """Load the source that comes first, then answer each call that comes, until none does."""
    first = receive_frame(connection, LARGEST_REQUEST)
    if first is None:
        return
    request = json.loads(first)
    try:
        if request["confine"]:
            confine()
    except UnconfinedError as error:
        _reply(connection, {"state": "unconfined", "reason": str(error)})
        return
    _isolate(connection)
    limit()
    with nullcontext() if request["confine"] else _scratch_folder():
        function, problem = _loaded(request["source"])
    _reply(connection, {"state": "loaded"} if function else problem)
    while function and (frame := receive_frame(connection, LARGEST_REQUEST)) is not None:
        _reply(connection, _called(function, json.loads(frame)))


@contextmanager
def _scratch_folder() -> Iterator[None]:
    """Stand in an empty folder of the machine, for what runs without a sandbox."""
    with TemporaryDirectory() as folder:
        os.chdir(folder)
        yield
        os.chdir("/")


def _isolate(connection: socket.socket) -> None:
    """Keep no descriptor but the connection, and nothing of the environment."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    kept = connection.fileno()
    os.closerange(3, kept)
    os.closerange(kept + 1, 1 << 16)
    os.environ.clear()
    os.environ.update(dict.fromkeys(THREADS, "1"))  # of libraries that the answer may load
    sys.argv[:] = ["answer.py"]


def _reply(connection: socket.socket, reply: Json) -> None:
    send_frame(connection, json.dumps(reply).encode())


def _loaded(source: str) -> tuple[Callable[..., object] | None, Json]:
    """The function `answer` of a source, or why there is none."""
    torch.manual_seed(0)
    try:
        with Path("answer.py").open("w", encoding="utf-8") as file:
            file.write(source)
        names = runpy.run_path("answer.py", run_name="answer")
        function = names.get("answer")
    except BaseException as error:  # noqa: BLE001 - whatever an answer raises is a part of it
        return None, _raised(error)
    if not callable(function):
        return None, {"state": "missing"}
    return function, {}


def _called(function: Callable[..., object], call: Json) -> Json:
    """What a call gives: the values, the inputs as they are afterwards, and the gradients."""
    try:
        arguments = [_decoded(each) for each in call["arguments"]]
        values = _listed(function(*arguments))
        reply: Json = {
            "state": "returned",
            "values": [_encoded(value) for value in values],
            "arguments": [_encoded(each) for each in arguments if isinstance(each, torch.Tensor)],
        }
    except BaseException as error:  # noqa: BLE001 - whatever an answer raises is a part of it
        return _raised(error)
    if call["weights"] is not None:
        try:
            reply["gradients"] = _gradients(function, call)
        except BaseException as error:  # noqa: BLE001 - as above
            reply["gradients"] = _raised(error)
    return reply


def _gradients(function: Callable[..., object], call: Json) -> list[Json]:
    """The gradients of a weighted sum of all values with respect to the inputs."""
    arguments = [_decoded(each) for each in call["arguments"]]
    inputs = [each for each in arguments if isinstance(each, torch.Tensor)]
    inputs = [each.requires_grad_() for each in inputs if each.is_floating_point()]
    values = _listed(function(*arguments))
    weights = [_decoded(each) for each in call["weights"]]
    total = sum((value * weight).sum() for value, weight in zip(values, weights, strict=True))
    found = torch.autograd.grad(total, inputs, allow_unused=True, materialize_grads=True)
    return [_encoded(each) for each in found]


def _listed(value: object) -> Sequence[Any]:
    return value if isinstance(value, tuple | list) else (value,)


def _decoded(each: Any) -> Any:
    """A number, or the tensor or function that an object describes."""
    if not isinstance(each, dict):
        return each
    if "dtype" in each:
        dtype = getattr(torch, each["dtype"])
        return torch.tensor(each["data"], dtype=dtype).reshape(each["shape"])
    weight, bias = _decoded(each["weight"]), _decoded(each["bias"])
    return lambda u: torch.tanh(u @ weight + bias)


def _encoded(value: object) -> Json:
    """A tensor as an object; of anything else only its type."""
    if not isinstance(value, torch.Tensor):
        return {"type": type(value).__name__}
    return {
        "dtype": str(value.dtype).removeprefix("torch."),
        "shape": list(value.shape),
        "data": value.detach().reshape(-1).tolist(),
    }


def _raised(error: BaseException) -> Json:
    text = str(error)[:LONGEST_REASON]
    memory = isinstance(error, MemoryError) or "can't allocate memory" in text
    return {"state": "memory" if memory else "raised", "reason": f"{type(error).__name__}: {text}"}


def _without_torch(connection: socket.socket) -> None:
    """Say that nothing can be run."""
    receive_frame(connection, LARGEST_REQUEST)
    _reply(connection, {"state": "missing torch"})


if __name__ == "__main__":
    # The worker that started this server may have little memory; its children have their own limit.
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    control = socket.socket(fileno=int(sys.argv[1]))
    try:
        import torch
    except ImportError:
        serve(control, _without_torch)
    else:
        torch.set_num_threads(1)
        one = torch.ones(1, requires_grad=True)
        torch.autograd.grad(one.exp(), one)  # what is loaded on first use
        serve(control, run)
